// What a runtime and a machine can say about themselves.

import Synchronization
public import WorkerProtocol

/// A runtime at a moment.
public struct RuntimeStatus: Sendable, Hashable {
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
  func status() -> RuntimeStatus {
    state.withLock { state in
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
        addressSpaceBytes: config.workerAddressSpace.byteCount, isShutDown: state.lifecycle != .running)
    }
  }
}
