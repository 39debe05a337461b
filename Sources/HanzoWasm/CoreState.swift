// Everything that a runtime knows about its calls and workers, guarded by one lock (RuntimeCore.state).

import Synchronization
import WorkerProtocol

/// A module's bytes with their name. Shared, never copied.
final class ModuleSource: Sendable {
  let hash: ModuleHash
  let bytes: [UInt8]
  let domain: TrustDomain
  let brevity = CallBrevity()
  let plans = Mutex(CallPlans())

  init(hash: ModuleHash, bytes: [UInt8], domain: TrustDomain) {
    self.hash = hash
    self.bytes = bytes
    self.domain = domain
  }
}

extension ModuleSource {
  /// What a call with this isolation wants of a worker.
  ///
  /// - Parameters:
  ///   - workerClass: of the directories that it mounts.
  ///   - isSession: whether it begins a session, which has its worker for itself in any case.
  func demand(
    _ isolation: WasmConfig.Isolation, _ workerClass: WorkerClass = .plain, isSession: Bool = false
  ) -> Demand {
    switch isolation {
    case .freshInstance: return Demand(domain.with(workerClass), module: hash)
    case .freshProcess where !isSession:
      var workerClass = workerClass
      workerClass.isTemplate = true
      return Demand(domain.with(workerClass, template: hash), module: hash)
    case .freshProcess, .freshSpawn:
      return Demand(domain.with(workerClass), module: hash, wantsBlank: true)
    }
  }
}

/// A request to execute, as a message and as the bytes of its frame.
final class InvokeRequest: Sendable {
  let message: SupervisorMessage
  let frame: EncodedFrame
  let fuelLimit: UInt64?

  init(_ invoke: Invoke, limits: FrameLimits) throws(ProtocolViolation) {
    message = .invoke(invoke)
    frame = try message.encoded(limits: limits)
    fuelLimit = invoke.invocation.limits.fuel
  }

  /// One that has been spelled already.
  init(_ invoke: Invoke, frame: EncodedFrame) {
    message = .invoke(invoke)
    self.frame = frame
    fuelLimit = invoke.invocation.limits.fuel
  }
}

/// What a call wants of a worker. Encoded by the caller before it is submitted.
final class Work: Sendable {
  enum Task: Sendable {
    /// A worker that is ready, nothing else.
    case reachWorker
    case load
    case invoke(InvokeRequest)
  }

  let task: Task
  /// nil for `reachWorker`.
  let module: ModuleSource?
  let demand: Demand
  /// Memory that the guest may use in bytes.
  let memoryBytes: UInt64
  /// Whether its worker is ended after it.
  let endsWorker: Bool
  /// For errors and logs.
  let moduleName: String?
  let function: String?
  let cpuTime: Duration?
  /// What the guest may reach by network, besides what the configuration says; nil for no less.
  let network: NetworkPolicy?
  /// The session whose instance the call runs in, which has a worker of its own.
  let session: InstanceSession?

  init(
    _ task: Task, module: ModuleSource?, demand: Demand, memoryBytes: UInt64 = 0, endsWorker: Bool = false,
    moduleName: String? = nil, function: String? = nil, cpuTime: Duration? = nil, network: NetworkPolicy? = nil,
    session: InstanceSession? = nil
  ) {
    self.task = task
    self.module = module
    self.demand = demand
    self.memoryBytes = memoryBytes
    self.endsWorker = endsWorker
    self.moduleName = moduleName
    self.function = function
    self.cpuTime = cpuTime
    self.network = network
    self.session = session
  }
}

enum Answer: Sendable {
  case workerReached
  case loaded(ModuleDescription, Usage)
  /// Large, and handed from one to the next.
  indirect case outcome(WorkerProtocol.Outcome, logs: [LogRecord], Usage)
}

typealias CallResult = Result<Answer, WasmError>

/// Who is waiting for a call's answer.
enum Caller: Sendable {
  case suspended(UnsafeContinuation<CallResult, Never>)
  /// It has awaited the answer in place, and is about to suspend.
  case suspending(Suspension)

  func answer(_ result: CallResult) {
    switch self {
    case .suspended(let continuation): continuation.resume(returning: result)
    case .suspending(let suspension): suspension.answer(result)
    }
  }
}

/// Where a caller that is about to suspend and its answer meet, whichever comes first.
final class Suspension: Sendable {
  private enum State {
    case empty
    case suspended(UnsafeContinuation<CallResult, Never>)
    case answered(CallResult)
  }
  private let state = Mutex(State.empty)

  /// Called once.
  func answer(_ result: CallResult) {
    let continuation = state.withLock { state -> UnsafeContinuation<CallResult, Never>? in
      if case .suspended(let continuation) = state { return continuation }
      state = .answered(result)
      return nil
    }
    continuation?.resume(returning: result)
  }

  /// Called once.
  func suspend(_ continuation: UnsafeContinuation<CallResult, Never>) {
    let result = state.withLock { state -> CallResult? in
      if case .answered(let result) = state { return result }
      state = .suspended(continuation)
      return nil
    }
    if let result { continuation.resume(returning: result) }
  }
}

/// A call that has not been answered. An object, because it is looked at and changed several times in every call, and to
/// copy it in and out of a dictionary would cost more than all the rest. The core's lock guards what changes, which makes
/// the unchecked conformance true.
final class ActiveCall: @unchecked Sendable {
  enum Step: Sendable {
    case queued, loading
    /// A template has the module, and forks the process for the call.
    case forking
    case executing
  }

  let id: CallID
  let work: Work
  /// Nanoseconds of the monotonic clock, as all times here.
  let submittedAt: Int64
  let deadline: Int64
  let caller: Caller
  /// What host functions that it calls are traced as a part of.
  let trace: TraceContext
  var step = Step.queued
  var dispatchedAt: Int64 = 0
  /// Where its time goes; see ``enter(_:at:)``.
  var clock = CallClock()
  var worker: WorkerID?
  /// The worker said once that it does not have the module any more.
  var loadedAgain = false
  /// What a template said about the module, for a call that only wanted it loaded.
  var loaded: ModuleDescription?
  /// Its worker ended once without having read the request.
  var isRepeated = false
  /// The worker's CPU clock when the call was handed to it, where CPU time is limited.
  var cpuStart: Int64 = 0
  /// Messages that arrived before the outcome.
  var logs: [LogRecord] = []
  /// The host function that the guest waits for.
  var hostCall: OpenHostCall?
  /// What the last host function that failed said, for the caller and nobody else.
  var hostFailure: String?

  init(
    _ id: CallID, _ work: Work, submittedAt: Int64, deadline: Int64,
    _ caller: Caller, _ trace: TraceContext
  ) {
    self.id = id
    self.work = work
    self.submittedAt = submittedAt
    self.deadline = deadline
    self.caller = caller
    self.trace = trace
  }

  /// Whether the guest may have run.
  var execution: WasmError.Execution { step == .executing ? .maybeRan : .notStarted }
}

/// A worker from the decision to start it until it has been reaped. An object guarded by the core's lock, as a call is.
final class WorkerRecord: @unchecked Sendable {
  let startedAt: Int64
  /// nil until the process exists.
  var port: WorkerPort?
  /// For callers that await their answer in place.
  var connection: WorkerConnection?
  /// Set if it was condemned before its process existed.
  var killOnArrival: KillReason?
  var call: CallID?
  /// What it ran last.
  var module: ModuleHash?
  /// A template's process that waits for its call or serves it.
  var childPID: Int32?
  /// That process has been checked, and waits for its call.
  var isArmed = false
  /// It has an instance that belongs to this session, and serves nobody else.
  var session: InstanceSession?
  var loaded: Set<ModuleHash> = []
  /// The module whose call it has answered last.
  var served: ModuleSource?
  var callCount = 0
  /// The memory that it had between calls when that was looked at last.
  var residentBytes: UInt64?
  /// Upper bound of the CPU time that it has used: the time that it was busy, corrected by measurements.
  var cpuBound: Int64 = 0
  var ready: Ready?
  /// Configured, and known to the pool as ready.
  var started = false
  /// The code that its last call was told, which it was killed for.
  var abandoned: ErrorCode?
  /// Its failed start has been counted before its end was seen.
  var startFailureNoted = false

  /// Since when it has been waiting for a call; nil while it is not.
  var idleSince: Int64?

  init(startedAt: Int64) { self.startedAt = startedAt }
}

/// The keys of the deadline heap.
enum Timer: Hashable, Sendable {
  case call(CallID)
  /// Samples the CPU clock of the call's worker.
  case cpu(CallID)
  /// The call may not wait for a worker any longer.
  case queue(CallID)
  /// The session has lasted as long as it may.
  case session(WorkerID)
  /// The worker must be ready, or a template's next process.
  case start(WorkerID)
  /// The worker has closed its pipe and should have ended by now.
  case grace(WorkerID)
  case backoff
  /// The pool wants to look at its queue again.
  case balance
  /// Looks for workers that have been idle for long.
  case sweep
}

struct CoreState {
  enum Lifecycle { case running, draining, stopped }

  var pool: PoolState
  var quarantine: QuarantineState
  var calls: [CallID: ActiveCall] = [:]
  var workers: [WorkerID: WorkerRecord] = [:]
  /// The one that had a call in place last, and is usually the next one to.
  private var latest: (worker: WorkerID, record: WorkerRecord)?
  var deadlines = DeadlineHeap<Timer>()
  /// The I/O thread looks at the deadlines at this time at the latest; an earlier deadline must wake it.
  var armedUntil = Int64.max
  var sweepArmed = false
  var nextCall: CallID = 1
  var lifecycle = Lifecycle.running
  /// The shutdown does not wait for the calls that are open.
  var endsCalls = false
  /// Calls that their callers await in place, which are not among `calls`.
  var callsInPlace = 0
  /// How many of those were answered there.
  var answeredInPlace = 0
  var lastStartError: WasmError?
  var lastReady: Ready?
  var statistics = RuntimeStatistics()
  var stopWaiters: [UnsafeContinuation<Void, Never>] = []

  init(pool: PoolState, quarantine: QuarantineState) {
    self.pool = pool
    self.quarantine = quarantine
  }

  /// The record of a worker that lives.
  mutating func record(of worker: WorkerID) -> WorkerRecord? {
    if let latest, latest.worker == worker { return latest.record }
    guard let record = workers[worker] else { return nil }
    latest = (worker, record)
    return record
  }

  /// Forgets a worker that has ended.
  mutating func removeRecord(of worker: WorkerID) -> WorkerRecord? {
    if latest?.worker == worker { latest = nil }
    return workers.removeValue(forKey: worker)
  }
}

/// What has to be done after the lock has been released.
enum Effect: Sendable {
  case start(WorkerID)
  case sendLoad(WorkerPort, ModuleSource)
  case sendFork(WorkerPort)
  case sendInvoke(WorkerPort, InvokeRequest)
  case serve(HostCallJob)
  case sendHostResult(WorkerPort, HostResult)
  case cancelHostCall(OpenHostCall)
  case kill(WorkerPort, KillReason)
  case answer(Caller, CallResult)
  case wake
}
