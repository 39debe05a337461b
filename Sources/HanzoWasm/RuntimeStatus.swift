// What a runtime and a machine can say about themselves.

import CLinux
import Synchronization
public import WorkerProtocol

/// A runtime at a moment.
public struct RuntimeStatus: Sendable, Hashable {
  /// Whether workers can be started after starts that failed.
  public enum Starts: Sendable, Hashable {
    case allowed
    /// A start has failed; the next attempt is made after this time.
    case pausedFor(Duration)
    /// Several in a row have failed: the circuit is open. One attempt is made after this time.
    case circuitOpenFor(Duration)
  }

  /// A worker that lives.
  public struct Worker: Sendable, Hashable {
    public enum State: String, Sendable, Hashable { case starting, idle, busy, ending }
    /// Counts from 1 in every runtime, and is never used again.
    public let id: UInt64
    /// nil until the process exists.
    public let pid: Int32?
    public let state: State
    /// The trust domain that it serves; nil if it has not served any.
    public let domain: String?
    /// Calls that it has been given.
    public let calls: Int
  }

  public var workers: [Worker]
  /// The executable that workers are started from.
  public var workerPath: String
  /// What the last worker that became ready said about itself; checked from outside as far as possible. nil before the
  /// first one.
  public var ready: Ready?
  /// Modules that are refused at the moment, by their hash in hexadecimal, with how long that will last.
  public var quarantined: [String: Duration] = [:]
  /// Whether workers can be started.
  public var starts: Starts = .allowed
  /// A worker's RLIMIT_AS in bytes.
  public var addressSpaceBytes: UInt64
  public var isShutDown: Bool

  /// The layers of confinement of the last worker that became ready.
  public var layers: [Ready.Layer] { ready?.layers ?? [] }
}

/// Whether a machine can run workers.
public struct ProbeReport: Sendable, Hashable {
  /// What is in the way; nil if a worker could be started and confined.
  public internal(set) var problem: WasmError?
  /// The executable, if one was found.
  public let workerPath: String?
  /// What the worker said about itself, checked from outside as far as possible.
  public internal(set) var ready: Ready?
  /// From the request to the worker being ready and checked.
  public internal(set) var startTime: Duration?

  init(problem: WasmError?, workerPath: String?) {
    self.problem = problem
    self.workerPath = workerPath
  }

  public var canRun: Bool { problem == nil }
  public var layers: [Ready.Layer] { ready?.layers ?? [] }
}

extension RuntimeCore {
  /// Workers that wait for calls of this demand.
  func idleCount(_ demand: Demand) -> Int {
    state.withLock { $0.pool.workers.count { $0.condition == .idle(demand.domain) } }
  }

  private func starts(_ circuit: StartCircuit, now: Int64) -> RuntimeStatus.Starts {
    guard circuit.failures > 0 else { return .allowed }
    let pause = Duration.nanoseconds(max(0, circuit.until - now))
    return circuit.isOpen ? .circuitOpenFor(pause) : .pausedFor(pause)
  }

  func status() -> RuntimeStatus {
    let now = clinux_monotonic_nanoseconds()
    return state.withLock { state in
      let workers = state.pool.workers.map { worker -> RuntimeStatus.Worker in
        let record = state.workers[worker.id]
        let domain: String? =
          switch worker.condition {
          case .idle(let domain), .busy(let domain, _): domain.name
          case .starting, .blank, .dying: nil
          }
        return RuntimeStatus.Worker(
          id: worker.id, pid: record?.port?.pid, state: RuntimeStatus.Worker.State(worker.condition), domain: domain,
          calls: record?.callCount ?? 0)
      }
      return RuntimeStatus(
        workers: workers, workerPath: binary.path, ready: state.lastReady,
        quarantined: Dictionary(
          uniqueKeysWithValues: state.quarantine.quarantined(now: now).map {
            ($0.key.hexadecimal, .nanoseconds($0.value - now))
          }),
        starts: starts(state.pool.circuit, now: now),
        addressSpaceBytes: config.workerAddressSpace.byteCount, isShutDown: state.lifecycle != .running)
    }
  }
}
