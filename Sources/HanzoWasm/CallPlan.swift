// What calls have in common that differ in their arguments only: it is worked out once for many of them.

import Synchronization
import WasmJSON
import WorkerProtocol

/// A module's calls of one function with the same limits and options, made in a worker that serves many calls.
final class CallPlan: Sendable {
  /// Its input and its execution time do not matter.
  private let invocation: Invocation
  /// The same, as the worker is told it.
  let wire: WorkerProtocol.Invocation
  let spelling: InvokeSpelling
  let function: String
  let demand: Demand
  /// What its outcomes name, as a string and as JSON spells it.
  let fuelModel: String
  private let fuelModelSpelling: [UInt8]

  /// - Returns: nil if calls of this kind are to be prepared one by one: those that need more than a worker which has the
  ///   module, and those whose answers are no JSON value.
  fileprivate init?(
    _ invocation: Invocation, _ work: Work, _ wire: WorkerProtocol.Invocation, fuelModel: String
  ) {
    guard case .function(let function) = invocation.entry, work.cpuTime == nil, work.session == nil, !work.endsWorker,
      !work.demand.wantsBlank, work.demand.domain.workerClass == .plain, wire.mounts.isEmpty, wire.instance == .fresh,
      !fuelModel.isEmpty, fuelModel.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C })
    else { return nil }
    self.invocation = invocation
    self.function = function
    var wire = wire
    wire.input = .none
    self.wire = wire
    spelling = InvokeSpelling(wire)
    demand = work.demand
    self.fuelModel = fuelModel
    fuelModelSpelling = Array(fuelModel.utf8)
  }

  /// Calls whose answers are of another kind are not worth trying: after two in a row the next ones are not.
  private let others = Atomic(0)
  private static let tolerated = 2
  private static let pause = 64

  func isPromising() -> Bool {
    let others = others.load(ordering: .relaxed)
    guard others >= Self.tolerated else { return true }
    self.others.store(others < Self.tolerated + Self.pause ? others + 1 : 0, ordering: .relaxed)
    return false
  }

  func wasOther() { others.add(1, ordering: .relaxed) }

  func wasUsual() {
    if others.load(ordering: .relaxed) != 0 { others.store(0, ordering: .relaxed) }
  }

  func isGood(for call: borrowing Invocation) -> Bool { call.isLike(invocation, function) }

  /// The outcome that some bytes are, if they are exactly one frame with the usual outcome.
  @inline(__always)
  func outcome(_ bytes: UnsafeRawBufferPointer) -> BriefOutcome? {
    guard attachmentByteCount(ofOneFrame: bytes) == 0 else { return nil }
    return BriefOutcome(
      UnsafeRawBufferPointer(rebasing: bytes[FrameHeader.byteCount...]), fuelModel: fuelModelSpelling)
  }
}

/// The length of a frame's attachment; nil for bytes that are not exactly one frame by what its header says.
func attachmentByteCount(ofOneFrame bytes: UnsafeRawBufferPointer) -> UInt64? {
  guard bytes.count > FrameHeader.byteCount else { return nil }
  let lengths = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
  let (json, attachment) = (lengths & 0xFFFF_FFFF, lengths >> 32)
  return json + attachment == UInt64(bytes.count - FrameHeader.byteCount) ? attachment : nil
}

/// A module's plans. The second call of a kind in a row makes one: calls that all differ would have no use for theirs.
struct CallPlans {
  /// The oldest one gives way.
  private static let limit = 8

  private var plans: [CallPlan] = []
  private var latest: Invocation?

  /// A plan that is good for a call.
  func plan(for call: borrowing Invocation) -> CallPlan? {
    for plan in plans where plan.isGood(for: call) { return plan }
    return nil
  }

  /// Looks at a call that has been prepared without a plan.
  ///
  /// - Parameter fuelModel: of the workers; nil if none has been ready yet.
  mutating func learn(
    _ call: Invocation, _ work: Work, _ wire: WorkerProtocol.Invocation, fuelModel: @autoclosure () -> String?
  ) {
    guard case .arguments = call.input, case .function = call.entry, call.hasPlainResults else { return }
    guard let known = latest, case .function(let function) = known.entry, call.isLike(known, function) else {
      latest = call
      latest?.input = .none
      return
    }
    guard plan(for: call) == nil, let fuelModel = fuelModel(),
      let plan = CallPlan(known, work, wire, fuelModel: fuelModel)
    else { return }
    if plans.count == Self.limit { plans.removeFirst() }
    plans.append(plan)
  }
}

extension Invocation {
  /// Whether nothing is asked for that would come in an attachment, or cost a look at the call itself.
  fileprivate var hasPlainResults: Bool { results == .plain && profile == nil && network == nil && mounts.isEmpty }

  /// Whether two calls differ in their arguments and in their execution time only, which the worker is not told.
  ///
  /// - Parameter function: what the other one calls, which is not looked for in it.
  fileprivate borrowing func isLike(_ other: borrowing Invocation, _ function: String) -> Bool {
    guard case .function(let name) = entry, name == function, hasPlainResults, limits.isLike(other.limits) else {
      return false
    }
    return parameters == other.parameters && enableWASI == other.enableWASI && isolation == other.isolation
      && environment == other.environment && stdout == other.stdout && stderr == other.stderr
      && determinism == other.determinism
  }
}

extension Invocation.Limits {
  /// Whether they are equal but for the execution time.
  fileprivate func isLike(_ other: Self) -> Bool {
    fuel == other.fuel && memoryBytes == other.memoryBytes && cpuTime == other.cpuTime
      && tableElements == other.tableElements && stackBytes == other.stackBytes && logBytes == other.logBytes
      && outputBytes == other.outputBytes && stringBytes == other.stringBytes && hostCalls == other.hostCalls
      && fileSystemBytes == other.fileSystemBytes
  }
}
