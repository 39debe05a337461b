/// Where a call's fuel went: samples of the guest's stack, weighted with fuel.

/// How a call is to be profiled.
public struct ProfileOptions: Hashable, Sendable {
  /// Units of fuel from one sample to the next, on average, when the call begins. It doubles whenever the profile is
  /// full. 1 to 1,000,000,000; what is outside counts as the nearest.
  public var interval: UInt64

  public static let intervals: ClosedRange<UInt64> = 1...1_000_000_000

  public init(interval: UInt64 = 1_000) { self.interval = interval }
}

/// A profile of a bounded size: stacks as a tree, and samples that point into it. The same call gives the same profile.
public struct FuelProfile: Hashable, Sendable {
  /// A function, or what stands for frames that were left out (without an index).
  public struct Frame: Hashable, Sendable {
    /// In its module's function index space.
    public var functionIndex: UInt32?
    /// From the name section, else what the function is exported as. The guest's words.
    public var name: String?
  }

  /// A stack of active functions: one more on top of another stack.
  public struct Stack: Hashable, Sendable {
    /// The stack below, a lower number than this one's.
    public var parent: UInt32
    /// The innermost function: an index in `frames`.
    public var frame: UInt32
  }

  public struct Sample: Hashable, Sendable {
    /// 0 is the empty stack (fuel that no function used), n is `stacks[n - 1]`.
    public var stack: UInt32
    /// The fuel used since the sample before.
    public var weight: UInt64
  }

  /// The average distance of samples at the end of the call, in units of fuel.
  public internal(set) var interval: UInt64
  public internal(set) var frames: [Frame] = []
  public internal(set) var stacks: [Stack] = []
  /// In the order of execution. Their weights add up to the fuel that the call consumed.
  public internal(set) var samples: [Sample] = []

  public static let maximumSamples = 20_000
  public static let maximumStacks = 30_000
  /// The innermost functions that a stack has; the ones before them become one frame, "(truncated)".
  public static let maximumDepth = 128

  /// Halves the number of samples and drops what only the lost ones needed, for whoever has less room. No fuel is lost.
  public mutating func halve() {
    mergePairs()
    dropUnusedStacks()
    dropUnusedFrames()
  }

  /// Makes one sample of two neighbours. Which of the two stacks remains is drawn by their weights, so that no function
  /// gains or loses on average.
  mutating func mergePairs() {
    var random = SequenceOfNumbers(seed: UInt64(samples.count))
    var merged: [Sample] = []
    merged.reserveCapacity(samples.count / 2 + 1)
    for index in stride(from: 0, to: samples.count - 1, by: 2) {
      let (first, second) = (samples[index], samples[index + 1])
      let weight = first.weight + second.weight
      let stack = random.next(below: weight) < first.weight ? first.stack : second.stack
      merged.append(Sample(stack: stack, weight: weight))
    }
    if samples.count % 2 == 1 { merged.append(samples[samples.count - 1]) }
    samples = merged
  }

  mutating func dropUnusedStacks() {
    var numbers = [UInt32](repeating: 0, count: stacks.count + 1)
    for sample in samples { numbers[Int(sample.stack)] = 1 }
    for index in stacks.indices.reversed() where numbers[index + 1] == 1 { numbers[Int(stacks[index].parent)] = 1 }
    numbers[0] = 0
    var kept: [Stack] = []
    for (index, stack) in stacks.enumerated() where numbers[index + 1] == 1 {
      kept.append(Stack(parent: numbers[Int(stack.parent)], frame: stack.frame))
      numbers[index + 1] = UInt32(kept.count)
    }
    stacks = kept
    for index in samples.indices { samples[index].stack = numbers[Int(samples[index].stack)] }
  }

  mutating func dropUnusedFrames() {
    var numbers = [UInt32?](repeating: nil, count: frames.count)
    var kept: [Frame] = []
    for index in stacks.indices {
      let frame = Int(stacks[index].frame)
      let number = numbers[frame] ?? UInt32(kept.count)
      if numbers[frame] == nil { kept.append(frames[frame]) }
      numbers[frame] = number
      stacks[index].frame = number
    }
    frames = kept
  }
}

/// SplitMix64: numbers that look random and are the same in every run.
struct SequenceOfNumbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// - Parameter bound: at least 1. The bias of the remainder is far below what a profile shows.
  mutating func next(below bound: UInt64) -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return (value ^ (value >> 31)) % bound
  }
}
