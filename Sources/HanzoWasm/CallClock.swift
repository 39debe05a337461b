// Where a call's time goes, by the supervisor's clock, and what its caller is told.

import WorkerProtocol

/// Times in nanoseconds. A call waits for a worker, lets it load the module, and executes; if the worker has dropped the
/// module meanwhile, it loads and executes again.
struct CallClock: Sendable {
  private(set) var loading: Int64 = 0
  private(set) var executing: Int64 = 0
  /// The call waited for the start of its worker.
  fileprivate(set) var startedWorker = false
  private var stepBegan: Int64 = 0

  /// Notes how long the step took that is left now, and begins the next one.
  fileprivate mutating func leave(_ step: ActiveCall.Step, at now: Int64) {
    switch step {
    case .queued: break
    // A template forks the first process right behind the load.
    case .loading, .forking: loading += now - stepBegan
    case .executing: executing += now - stepBegan
    }
    stepBegan = now
  }

  /// The times up to now.
  func stopped(_ step: ActiveCall.Step, at now: Int64) -> CallClock {
    var copy = self
    copy.leave(step, at: now)
    return copy
  }
}

extension ActiveCall {
  func enter(_ next: Step, at now: Int64) {
    clock.leave(step, at: now)
    step = next
  }

  /// Looks at the worker that the call is about to be handed to, after a wait.
  func noteStart(of worker: WorkerRecord) {
    clock.startedWorker = worker.callCount == 0 && worker.startedAt >= submittedAt
  }

  /// What can be said of a call whose worker has not answered.
  func partial(at now: Int64) -> WasmError.PartialOutcome {
    WasmError.PartialOutcome(
      logs: logs, logsTruncated: false, stdout: [], stderr: [], networkDenied: false, usage: Usage(self, at: now))
  }
}

extension ActiveCall {
  /// What the caller is told of an outcome.
  func result(_ outcome: WorkerProtocol.Outcome, at now: Int64) -> CallResult {
    let usage = Usage(self, at: now, outcome.usage)
    let logs = logs + outcome.logs
    switch outcome.result {
    case .success: return .success(.outcome(outcome, logs: logs, usage))
    case .failure(let failure):
      let error = WasmError(failure).explained(by: hostFailure).with {
        $0.partial = WasmError.PartialOutcome(
          logs: logs, logsTruncated: outcome.logsTruncated, stdout: outcome.stdout, stderr: outcome.stderr,
          networkDenied: outcome.networkDenied, usage: usage, profile: outcome.profile)
      }
      return .failure(error)
    }
  }
}

extension Answer {
  /// What the call used; nil if it did not use anything but a worker's time to start.
  var usage: Usage? {
    switch self {
    case .workerReached: nil
    case .loaded(_, let usage), .outcome(_, _, let usage): usage
    }
  }
}

extension CallResult {
  var error: WasmError? {
    if case .failure(let error) = self { error } else { nil }
  }

  /// What the call used; nil if it was never accepted.
  var usage: Usage? {
    switch self {
    case .success(let answer): answer.usage
    case .failure(let error): error.partial?.usage
    }
  }
}
