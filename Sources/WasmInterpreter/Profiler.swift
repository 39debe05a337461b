/// Samples a guest while it runs, by fuel.
///
/// A profiled call gets its fuel in slices (FuelAccount.swift). When one is used up the C loop asks for more, and that is
/// when the stack is looked at. So a profile costs nothing while it is off, needs neither timers nor signals, which the
/// worker's confinement forbids, and is the same for every run of the same call. Slices vary in length, so that they do
/// not beat with a loop's rhythm.
internal import CWasmInterpreter
internal import WasmBinary

final class Profiler {
  private unowned let store: StoreState
  private var profile: FuelProfile
  /// The number of the stack with a frame on top of another stack.
  private var children: [UInt64: UInt32] = [:]
  private var random = SequenceOfNumbers(seed: 1)
  /// Samples at the present interval that fill the profile, had none of them been joined with its neighbour.
  private var taken = 0
  /// Fuel that samples have been recorded for.
  private var accounted: UInt64 = 0
  /// Where the last slice ended.
  private var lastStack: UInt32?
  /// A word that no slice was enough for costs more than this: its stack and that amount.
  private var expensive: (stack: UInt32, weight: UInt64)?

  /// The functions that the active runs of the C loop began with. Of runs other than the innermost no more is known: the
  /// loop keeps their place in registers.
  private var runs: [UnsafeMutablePointer<hw_function>] = []
  private var instances: [ProfiledInstance] = []
  /// What each frame of the profile is; nil for left-out frames.
  private var origins: [(instance: ProfiledInstance, index: Int)?] = []
  private var truncationFrame: UInt32?
  /// The stack that is being looked at, innermost function first.
  private var visited: [UInt32] = []

  private final class ProfiledInstance {
    unowned let state: InstanceState
    var map: CodeMap
    /// By the index among the functions that the module defines.
    var frames: [UInt32?]

    init(_ state: InstanceState) {
      self.state = state
      map = CodeMap(of: state)
      frames = Array(repeating: nil, count: state.module.bodies.count)
    }

    private lazy var exportNames = Dictionary(
      state.module.exports.filter { $0.kind == .function }.map { ($0.index, $0.name) },
      uniquingKeysWith: { first, _ in first })

    func name(of function: UInt32) -> String? { state.names.functionNames[function] ?? exportNames[function] }
  }

  init(_ store: StoreState, _ options: ProfileOptions) {
    self.store = store
    let range = ProfileOptions.intervals
    profile = FuelProfile(interval: min(max(options.interval, range.lowerBound), range.upperBound))
  }

  // MARK: what the store tells

  func runBegins(_ function: UnsafeMutablePointer<hw_function>) {
    if runs.isEmpty { record(0) }
    runs.append(function)
  }

  func runEnded(_ context: UnsafeMutablePointer<hw_context>, trapped: Bool) {
    if runs.count == 1 {
      let raw = store.raw.pointee
      let stack =
        trapped ? self.stack(of: InstanceState.of(context), pc: raw.trap_pc, fp: raw.trap_fp) : stackOfRuns()
      record(stack)
    }
    _ = runs.popLast()
  }

  func hasTranslated(_ index: Int, of instance: InstanceState) {
    instances.first { $0.state === instance }?.map.insert(index, of: instance)
  }

  /// No function is translated any more. Nothing is running.
  func hasDiscardedCode() {
    for instance in instances { instance.map = CodeMap(of: instance.state) }
  }

  /// The loop has used up its slice, or a word costs more than is left of it. True if there is more fuel.
  func sliceEnded(in instance: InstanceState) -> Bool {
    let raw = store.raw
    let stack = stack(of: instance, pc: raw.pointee.trap_pc, fp: raw.pointee.trap_fp, entered: raw.pointee.entered)
    var grant = nextSlice()
    if store.fuelConsumed > accounted {
      lastStack = record(stack)
    } else {
      // The same word again, such as the filling of much memory. What it is known to cost will be its own sample: the
      // next look at the stack comes when it is done. Small steps keep the unknown rest small.
      if stack == lastStack, raw.pointee.fuel > 0 {
        expensive = (stack, UInt64(raw.pointee.fuel))
        grant = max(grant, raw.pointee.fuel / 8)
      }
      lastStack = stack
    }
    guard store.fuelReserve > 0 else { return false }
    store.moveFromReserve(grant)
    return true
  }

  /// Less has been used than samples say: the last ones said too much.
  func fuelCameBack() {
    let consumed = store.fuelConsumed
    while accounted > consumed, let last = profile.samples.indices.last {
      let surplus = min(accounted - consumed, profile.samples[last].weight)
      accounted -= surplus
      profile.samples[last].weight -= surplus
      if profile.samples[last].weight == 0 { profile.samples.removeLast() }
    }
    accounted = min(accounted, consumed)
  }

  /// The profile with everything that has been consumed.
  func finish() -> FuelProfile {
    record(0)
    for (index, origin) in origins.enumerated() {
      guard let origin else { continue }
      let function = UInt32(origin.instance.state.module.importedFunctionCount + origin.index)
      profile.frames[index] = FuelProfile.Frame(functionIndex: function, name: origin.instance.name(of: function))
    }
    profile.dropUnusedStacks()
    profile.dropUnusedFrames()
    return profile
  }

  // MARK: samples

  private func nextSlice() -> Int64 {
    Int64(max(1, profile.interval / 2 + random.next(below: profile.interval)))
  }

  /// Gives a stack the fuel that was used since the last sample. Returns the stack's number, which may be new.
  @discardableResult
  private func record(_ stack: UInt32) -> UInt32 {
    let consumed = store.fuelConsumed
    var weight = consumed - accounted
    guard weight > 0 else { return stack }
    accounted = consumed
    if let expensive, expensive.weight < weight {
      append(expensive.stack, expensive.weight)
      weight -= expensive.weight
    }
    expensive = nil
    append(stack, weight)
    return makeRoom(keeping: stack)
  }

  private func append(_ stack: UInt32, _ weight: UInt64) {
    taken += 1
    if let last = profile.samples.indices.last, profile.samples[last].stack == stack {
      profile.samples[last].weight += weight
    } else {
      profile.samples.append(FuelProfile.Sample(stack: stack, weight: weight))
    }
  }

  /// Samples half as often from now on when the profile is full, and makes the samples so far as rare.
  private func makeRoom(keeping stack: UInt32) -> UInt32 {
    let (samples, stacks) = (FuelProfile.maximumSamples, FuelProfile.maximumStacks)
    // Room for two samples, and the stacks of two looks: a word that costs much is looked at without being recorded.
    let isFull =
      taken + 2 > samples || profile.stacks.count + 2 * (FuelProfile.maximumDepth + StoreState.maximumNesting) > stacks
    guard isFull else { return stack }
    taken = min(taken, samples) / 2
    profile.interval = min(profile.interval * 2, 1 << 60)
    lastStack = nil
    let path = self.path(of: stack)
    profile.dropUnusedStacks()
    while profile.samples.count > samples / 2 || profile.stacks.count > stacks / 2 {
      profile.mergePairs()
      profile.dropUnusedStacks()
    }
    children = [:]
    for (index, entry) in profile.stacks.enumerated() {
      children[UInt64(entry.parent) << 32 | UInt64(entry.frame)] = UInt32(index + 1)
    }
    return path.reversed().reduce(0) { push($1, on: $0) }
  }

  // MARK: stacks

  private func push(_ frame: UInt32, on parent: UInt32) -> UInt32 {
    let key = UInt64(parent) << 32 | UInt64(frame)
    if let known = children[key] { return known }
    profile.stacks.append(FuelProfile.Stack(parent: parent, frame: frame))
    let number = UInt32(profile.stacks.count)
    children[key] = number
    return number
  }

  /// A stack's frames, innermost first.
  private func path(of stack: UInt32) -> [UInt32] {
    var path: [UInt32] = []
    var number = stack
    while number > 0 {
      path.append(profile.stacks[Int(number) - 1].frame)
      number = profile.stacks[Int(number) - 1].parent
    }
    return path
  }

  /// The stack of the functions that runs began with.
  private func stackOfRuns() -> UInt32 {
    runs.compactMap(frame(ofFunction:)).reduce(0) { push($1, on: $0) }
  }

  /// The stack of a run that stands at `pc` and `fp`; both are nil, or outside of any code, at its beginning and end.
  /// `entered`: the code of the function whose entry the slice did not pay for. A call pays for the callee's first block,
  /// which is all there is of many small functions.
  private func stack(
    of instance: InstanceState, pc: UnsafePointer<UInt8>?, fp: UnsafeMutablePointer<UInt64>?,
    entered: UnsafePointer<UInt8>? = nil
  ) -> UInt32 {
    let known = profiled(instance)
    visited.removeAll(keepingCapacity: true)
    if let entered, let callee = known.map.block(at: UInt(bitPattern: entered)) {
      visited.append(frame(callee.index, of: known))
    }
    var isTruncated = false
    instance.visitFrames({ known.map.block(at: $0) }, pc: pc, fp: fp) { block, _, _ in
      isTruncated = visited.count == FuelProfile.maximumDepth
      if !isTruncated { visited.append(frame(block.index, of: known)) }
      return !isTruncated
    }
    if visited.isEmpty, let entry = runs.last.flatMap(frame(ofFunction:)) { visited.append(entry) }
    for outer in runs.dropLast().reversed() where !isTruncated {
      isTruncated = visited.count == FuelProfile.maximumDepth
      if !isTruncated, let frame = frame(ofFunction: outer) { visited.append(frame) }
    }
    let bottom = isTruncated ? push(frameOfTruncation(), on: 0) : 0
    return visited.reversed().reduce(bottom) { push($1, on: $0) }
  }

  // MARK: frames

  private func profiled(_ instance: InstanceState) -> ProfiledInstance {
    if let known = instances.first(where: { $0.state === instance }) { return known }
    let new = ProfiledInstance(instance)
    instances.append(new)
    return new
  }

  private func frame(_ index: Int, of known: ProfiledInstance) -> UInt32 {
    if let frame = known.frames[index] { return frame }
    let frame = UInt32(profile.frames.count)
    profile.frames.append(FuelProfile.Frame())
    origins.append((known, index))
    known.frames[index] = frame
    return frame
  }

  private func frame(ofFunction function: UnsafeMutablePointer<hw_function>) -> UInt32? {
    guard let context = function.pointee.context else { return nil }
    let instance = InstanceState.of(context)
    return frame(Int(function.pointee.index) - instance.module.importedFunctionCount, of: profiled(instance))
  }

  private func frameOfTruncation() -> UInt32 {
    if let truncationFrame { return truncationFrame }
    let frame = UInt32(profile.frames.count)
    profile.frames.append(FuelProfile.Frame(functionIndex: nil, name: "(truncated)"))
    origins.append(nil)
    truncationFrame = frame
    return frame
  }
}
