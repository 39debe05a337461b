// Everything that a runtime knows about its calls and workers, guarded by one lock (RuntimeCore.state).

import WorkerProtocol

/// A module's bytes with their name. Shared, never copied.
final class ModuleSource: Sendable {
  let hash: ModuleHash
  let bytes: [UInt8]
  let domain: TrustDomain
  let brevity = CallBrevity()

  init(hash: ModuleHash, bytes: [UInt8], domain: TrustDomain) {
    self.hash = hash
    self.bytes = bytes
    self.domain = domain
  }
}

/// What a call wants of a worker. Encoded by the caller before it is submitted.
final class Work: Sendable {
  enum Task: Sendable {
    /// A worker that is ready, nothing else.
    case reachWorker
    case load
    case invoke(Invoke, EncodedFrame)
  }

  let task: Task
  /// nil for `reachWorker`.
  let module: ModuleSource?
  let domain: TrustDomain
  /// For errors and logs.
  let moduleName: String?
  let function: String?
  let cpuTime: Duration?
  /// What the guest may reach by network, besides what the configuration says; nil for no less.
  let network: NetworkPolicy?
  /// The session whose instance the call runs in, which has a worker of its own.
  let session: InstanceSession?

  init(
    _ task: Task, module: ModuleSource?, domain: TrustDomain, moduleName: String? = nil, function: String? = nil,
    cpuTime: Duration? = nil, network: NetworkPolicy? = nil, session: InstanceSession? = nil
  ) {
    self.task = task
    self.module = module
    self.domain = domain
    self.moduleName = moduleName
    self.function = function
    self.cpuTime = cpuTime
    self.network = network
    self.session = session
  }
}

enum Answer: Sendable {
  case workerReached
  case loaded(ModuleDescription)
  case outcome(WorkerProtocol.Outcome, logs: [LogRecord], wall: Int64, queued: Int64)
}

typealias CallResult = Result<Answer, WasmError>

/// A call that has not been answered.
struct ActiveCall {
  enum Step: Sendable { case queued, loading, executing }

  let work: Work
  /// Nanoseconds of the monotonic clock, as all times here.
  let submittedAt: Int64
  let deadline: Int64
  let continuation: UnsafeContinuation<CallResult, Never>
  var step = Step.queued
  var dispatchedAt: Int64 = 0
  var worker: WorkerID?
  /// The worker said once that it does not have the module any more.
  var loadedAgain = false
  /// The worker's CPU clock when the call was handed to it, where CPU time is limited.
  var cpuStart: Int64 = 0
  /// Messages that arrived before the outcome.
  var logs: [LogRecord] = []
  /// The host function that the guest waits for.
  var hostCall: OpenHostCall?
  /// What the last host function that failed said, for the caller and nobody else.
  var hostFailure: String?

  /// Whether the guest may have run.
  var execution: WasmError.Execution { step == .executing ? .maybeRan : .notStarted }
}

/// A worker from the decision to start it until it has been reaped.
struct WorkerRecord {
  /// nil until the process exists.
  var port: WorkerPort?
  /// For callers that await their answer in place.
  var connection: WorkerConnection?
  /// Set if it was condemned before its process existed.
  var killOnArrival: KillReason?
  var call: CallID?
  /// It has an instance that belongs to this session, and serves nobody else.
  var session: InstanceSession?
  var loaded: Set<ModuleHash> = []
  var callCount = 0
  /// Upper bound of the CPU time that it has used: the time that it was busy, corrected by measurements.
  var cpuBound: Int64 = 0
  var startedAt: Int64
  var ready: Ready?
  /// Configured, and known to the pool as ready.
  var started = false
  /// Its failed start has been counted before its end was seen.
  var startFailureNoted = false
}

/// The keys of the deadline heap.
enum Timer: Hashable, Sendable {
  case call(CallID)
  /// Samples the CPU clock of the call's worker.
  case cpu(CallID)
  /// The worker must be ready.
  case start(WorkerID)
  /// The worker has closed its pipe and should have ended by now.
  case grace(WorkerID)
  case backoff
  /// Looks for workers that have been idle for long.
  case sweep
}

struct CoreState {
  enum Lifecycle { case running, draining, stopped }

  var pool: PoolState
  var calls: [CallID: ActiveCall] = [:]
  var workers: [WorkerID: WorkerRecord] = [:]
  var deadlines = DeadlineHeap<Timer>()
  /// The I/O thread looks at the deadlines at this time at the latest; an earlier deadline must wake it.
  var armedUntil = Int64.max
  var sweepArmed = false
  var idleSince: [WorkerID: Int64] = [:]
  var nextCall: CallID = 1
  var lifecycle = Lifecycle.running
  var lastStartError: WasmError?
  var lastReady: Ready?
  var statistics = RuntimeStatistics()
  var stopWaiters: [UnsafeContinuation<Void, Never>] = []
}

/// What has to be done after the lock has been released.
enum Effect: Sendable {
  case start(WorkerID)
  case sendLoad(WorkerPort, ModuleSource)
  case sendInvoke(WorkerPort, Invoke, EncodedFrame)
  case serve(HostCallJob)
  case sendHostResult(WorkerPort, HostResult)
  case cancelHostCall(OpenHostCall)
  case kill(WorkerPort, KillReason)
  case answer(UnsafeContinuation<CallResult, Never>, CallResult)
  case wake
}

/// Counters since the runtime was made.
public struct RuntimeStatistics: Sendable, Hashable {
  /// Calls of any kind that were accepted or refused.
  public internal(set) var calls: UInt64 = 0
  public internal(set) var succeeded: UInt64 = 0
  /// Calls of host functions by guests.
  public internal(set) var hostCalls: UInt64 = 0
  /// How many calls failed with each code.
  public internal(set) var failed: [ErrorCode: UInt64] = [:]
  public internal(set) var workersStarted: UInt64 = 0
  /// Workers that ended without having been told to.
  public internal(set) var workersLost: UInt64 = 0
  /// Calls that are waiting for a worker at the moment, and that are being executed.
  public internal(set) var queued = 0
  public internal(set) var running = 0
  /// Workers that live at the moment.
  public internal(set) var workers = 0
}
