// What a runtime counts. The counters and gauges of Telemetry.swift are made of these numbers, so both always agree.

import Synchronization
public import WorkerProtocol

/// Counters since the runtime was made, and how things are at the moment.
///
/// A call counts when it reaches the pool: what is wrong before that (an unknown module, an input that does not fit) is the
/// caller's, and is counted nowhere. Loading a module is a call as well.
public struct RuntimeStatistics: Sendable, Hashable {
  /// How often something took how long.
  public struct Total: Sendable, Hashable {
    public internal(set) var count: UInt64 = 0
    public internal(set) var sum: Duration = .zero
  }

  /// Why the supervisor killed a worker.
  public enum Kill: String, Sendable, Hashable, CaseIterable {
    /// Its call reached its deadline.
    case timedOut
    /// The caller of its call was cancelled, or its session ended during a call.
    case cancelled
    /// The runtime was shut down during its call.
    case shutDown
    /// Its call used more CPU time than it may.
    case cpuTimeExceeded
    /// It broke the protocol.
    case protocolViolation
    /// It was not ready in time.
    case startTimedOut
    /// It cannot be used: its confinement could not be seen, or it refused its configuration.
    case startFailed
    /// Nothing was wrong with it: idle for long, used often, in the way of another one, or the runtime ended.
    case retired
  }

  /// Workers by what they do at the moment.
  public struct Workers: Sendable, Hashable {
    /// Not ready yet.
    public internal(set) var starting = 0
    public internal(set) var idle = 0
    /// With a call, or with a session.
    public internal(set) var busy = 0
    /// Killed, and not reaped yet.
    public internal(set) var ending = 0
  }

  /// Calls that were accepted or refused.
  public internal(set) var calls: UInt64 = 0
  public internal(set) var succeeded: UInt64 = 0
  /// How many calls failed with each code.
  public internal(set) var failed: [ErrorCode: UInt64] = [:]
  /// Calls of host functions by guests.
  public internal(set) var hostCalls: UInt64 = 0
  /// The time that calls waited for a worker: each accepted call counts once.
  public internal(set) var queueTime = Total()
  /// The time that workers took to read, decode and validate modules, for each call that needed that.
  public internal(set) var loadTime = Total()
  /// The time from the request to the answer, or to the call's end without one, for each call that came so far.
  public internal(set) var executionTime = Total()
  /// What the guests used in all, as the workers say, and no more than each call was allowed. A call that was killed
  /// counts as 0. It stops at the largest number.
  public internal(set) var fuel: UInt64 = 0
  /// Workers that were to be started, whether it succeeded or not.
  public internal(set) var workersStarted: UInt64 = 0
  /// Starts that failed, by the code that calls which waited for them are told.
  public internal(set) var startFailures: [ErrorCode: UInt64] = [:]
  /// Workers that the supervisor killed, counted when they have been reaped.
  public internal(set) var kills: [Kill: UInt64] = [:]
  /// Workers that ended and were not killed by the supervisor, counted when they have been reaped: what a call of
  /// theirs is told.
  public internal(set) var losses: [ErrorCode: UInt64] = [:]
  /// Workers that ended for another reason than that nobody needed them: they broke the protocol, or are among `losses`.
  public internal(set) var workersLost: UInt64 = 0
  /// How often a module was locked out for having harmed too many workers.
  public internal(set) var quarantines: UInt64 = 0
  /// Calls that are waiting for a worker at the moment, and that are being executed.
  public internal(set) var queued = 0
  public internal(set) var running = 0
  /// Workers that live at the moment: starting, idle or busy.
  public internal(set) var workers = 0
  /// The same workers, and those that are ending.
  public internal(set) var workersByState = Workers()
}

extension RuntimeStatistics.Total {
  mutating func add(_ time: Duration) {
    count += 1
    sum += time
  }
}

extension RuntimeStatistics {
  /// Counts what a call used that the pool had accepted.
  mutating func add(_ usage: Usage) {
    queueTime.add(usage.queueTime)
    // What did not happen took no time at all.
    if usage.loadTime > .zero { loadTime.add(usage.loadTime) }
    if usage.executionTime > .zero { executionTime.add(usage.executionTime) }
    add(fuel: usage.fuel)
  }

  private mutating func add(fuel more: UInt64) {
    let (sum, overflow) = fuel.addingReportingOverflow(more)
    fuel = overflow ? .max : sum
  }

  /// Counts a call that was answered in place. It did not wait, and nothing was loaded for it.
  mutating func add(_ answer: AnswerInPlace) {
    succeeded += 1
    queueTime.count += 1
    executionTime.add(.nanoseconds(answer.nanoseconds))
    add(fuel: answer.fuel)
  }

  /// Counts that a module has been locked out.
  mutating func countQuarantine() { quarantines += 1 }

  /// Counts the end of a worker.
  ///
  /// - Parameters:
  ///   - reason: why the supervisor killed it, nil if it did not.
  ///   - abandoned: what the call was told that it was killed for.
  ///   - code: what the end means.
  mutating func countEnd(_ reason: KillReason?, abandoned: ErrorCode?, code: ErrorCode) {
    let kill: Kill
    switch reason {
    // What its process died of is what the worker is lost to.
    case nil, .childLost:
      losses[code, default: 0] += 1
      return
    case .protocolViolation, .pipeClosed: kill = .protocolViolation
    case .cpuTimeExceeded: kill = .cpuTimeExceeded
    case .startTimedOut: kill = .startTimedOut
    case .startFailed: kill = .startFailed
    case .unwanted: kill = abandoned.flatMap { Kill(rawValue: $0.rawValue) } ?? .retired
    }
    kills[kill, default: 0] += 1
  }
}

extension RuntimeCore {
  func currentStatistics() -> RuntimeStatistics {
    state.withLock { state in
      var statistics = state.statistics
      statistics.queued = state.pool.queue.count
      statistics.running = state.calls.count - statistics.queued + state.callsInPlace
      for worker in state.pool.workers {
        switch RuntimeStatus.Worker.State(worker.condition) {
        case .starting: statistics.workersByState.starting += 1
        case .idle: statistics.workersByState.idle += 1
        case .busy: statistics.workersByState.busy += 1
        case .ending: statistics.workersByState.ending += 1
        }
      }
      statistics.workers = state.pool.workers.count - statistics.workersByState.ending
      return statistics
    }
  }
}

extension RuntimeStatus.Worker.State {
  init(_ condition: PoolState.Condition) {
    self =
      switch condition {
      case .starting: .starting
      case .blank, .idle: .idle
      case .busy: .busy
      case .dying: .ending
      }
  }
}
