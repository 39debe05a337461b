/// Where a call's fuel went, as an outcome carries it.

/// Samples of a guest's stack, weighted with fuel. The same call gives the same profile.
///
/// It comes from a process that may be hostile: what is promised is that numbers refer to what exists and that sizes are
/// bounded, not that it is true. Names are the guest's words.
public struct GuestProfile: Hashable, Sendable {
  /// A function; one without an index stands for frames that were left out, and its name says so.
  public struct Frame: Hashable, Sendable {
    /// In its module's function index space.
    public let functionIndex: UInt32?
    /// From the name section, else the name of an export; at most ``GuestProfile/maximumNameBytes`` of UTF-8.
    public let name: String?

    public init(functionIndex: UInt32?, name: String? = nil) {
      self.functionIndex = functionIndex
      self.name = name
    }
  }

  /// A stack of active functions: one more on top of another stack.
  public struct Stack: Hashable, Sendable {
    /// The number of the stack below, which is lower than this one's; 0 is the empty stack.
    public let parent: UInt32
    /// The innermost function, an index in ``GuestProfile/frames``.
    public let frame: UInt32

    public init(parent: UInt32, frame: UInt32) {
      self.parent = parent
      self.frame = frame
    }
  }

  public struct Sample: Hashable, Sendable {
    /// 0 is the empty stack (fuel that no function used), n the stack `stacks[n - 1]`.
    public let stack: UInt32
    /// Units of fuel since the sample before, at least 1.
    public let weight: UInt64

    public init(stack: UInt32, weight: UInt64) {
      self.stack = stack
      self.weight = weight
    }
  }

  /// The average distance of samples at the end of the call, in units of fuel.
  public let interval: UInt64
  public let frames: [Frame]
  public let stacks: [Stack]
  /// In the order of execution.
  public let samples: [Sample]
  /// The sum of all weights: the fuel that the call consumed.
  public let totalWeight: UInt64

  public static let maximumFrames = 30_001
  public static let maximumStacks = 30_000
  public static let maximumSamples = 20_000
  /// Of a function's name.
  public static let maximumNameBytes = 256
  /// Functions in one stack. What is deeper has been left out by the worker.
  public static let maximumDepth = 256
  /// The profile's length on the wire.
  public static let maximumByteCount = 4 << 20

  /// Why something is no profile.
  enum Fault: Error {
    case tooLarge
    case inconsistent(StaticString)
  }

  /// A profile of these parts; nil if a number refers to nothing, or if one of the maxima is exceeded.
  public init?(interval: UInt64, frames: [Frame], stacks: [Stack], samples: [Sample]) {
    do throws(Fault) {
      try self.init(checking: interval, frames, stacks, samples)
    } catch {
      return nil
    }
  }

  init(checking interval: UInt64, _ frames: [Frame], _ stacks: [Stack], _ samples: [Sample]) throws(Fault) {
    guard frames.count <= Self.maximumFrames, stacks.count <= Self.maximumStacks,
      samples.count <= Self.maximumSamples,
      frames.allSatisfy({ ($0.name?.utf8.count ?? 0) <= Self.maximumNameBytes })
    else { throw .tooLarge }
    var depths = [0]
    depths.reserveCapacity(stacks.count + 1)
    for stack in stacks {
      guard Int(stack.parent) < depths.count else { throw .inconsistent("parent") }
      guard Int(stack.frame) < frames.count else { throw .inconsistent("frame") }
      let depth = depths[Int(stack.parent)] + 1
      guard depth <= Self.maximumDepth else { throw .tooLarge }
      depths.append(depth)
    }
    var total: UInt64 = 0
    for sample in samples {
      guard sample.stack <= stacks.count else { throw .inconsistent("stack") }
      let (sum, overflow) = total.addingReportingOverflow(sample.weight)
      guard sample.weight > 0, !overflow else { throw .inconsistent("weight") }
      total = sum
    }
    self.interval = interval
    self.frames = frames
    self.stacks = stacks
    self.samples = samples
    totalWeight = total
  }

  /// The indices in ``frames`` of a stack's functions, outermost first.
  ///
  /// - Parameter stack: a sample's; anything else gives an empty list.
  public func frameIndices(of stack: UInt32) -> [Int] {
    var indices: [Int] = []
    var number = Int(stack)
    while number > 0, number <= stacks.count {
      indices.append(Int(stacks[number - 1].frame))
      number = Int(stacks[number - 1].parent)
    }
    return indices.reversed()
  }
}
