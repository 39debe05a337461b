// Sessions: an instance that lives for several calls.

import CLinux
import Synchronization
public import WasmJSON
import WorkerProtocol

/// Who a pinned worker belongs to.
final class InstanceSession: Sendable {
  private struct State {
    var worker: WorkerID?
    var end: WasmError?
  }
  private let state = Mutex(State())

  /// The worker that has the instance; nil before the first call has succeeded, and after the end.
  var worker: WorkerID? { state.withLock { $0.worker } }
  var end: WasmError? { state.withLock { $0.end } }

  func begin(_ worker: WorkerID) { state.withLock { $0.worker = worker } }

  /// The instance is gone, for the reason given. The first one stays.
  func end(_ reason: WasmError) {
    state.withLock { state in
      state.worker = nil
      if state.end == nil { state.end = reason }
    }
  }
}

/// One instance of a module that keeps its state from call to call (``WasmRuntime/withInstance(_:like:_:)``). One call at
/// a time; it has a worker of its own as long as it lives.
public struct WasmInstance: Sendable {
  let runtime: WasmRuntime
  /// What it was made of, whatever its name means by now.
  let source: ModuleSource
  let session: InstanceSession
  let template: Invocation

  /// Calls an exported function with JSON parameters; see ``WasmRuntime/execute(_:_:_:)``.
  ///
  /// - Throws: what any call may throw. After a trap the instance goes on, as WebAssembly has it; after a deadline, a
  ///   cancellation or a crash it is gone, and every further call throws the same error.
  public func call(_ function: String, _ params: JSONValue = .null) async throws(WasmError) -> JSONValue {
    var invocation = template
    invocation.entry = .function(function)
    invocation.input = .arguments(params)
    return try await invoke(invocation).json()
  }

  /// Runs an invocation in this instance. Its module, mounts, environment and determinism are those of the session.
  public func invoke(_ invocation: Invocation) async throws(WasmError) -> Outcome {
    var invocation = invocation
    invocation.module = template.module
    return try await runtime.run(invocation, in: self)
  }

  /// Copies bytes out of the instance's memory 0.
  ///
  /// - Throws: `invalidArguments` if they are not all inside of it, `outputLimitExceeded`.
  public func read(_ address: UInt32, count: Int) async throws(WasmError) -> [UInt8] {
    var invocation = template
    invocation.entry = .readMemory(address: UInt64(address), count: UInt64(clamping: count))
    invocation.input = .none
    return try await invoke(invocation).bytes
  }

  /// Writes bytes into the instance's memory 0.
  ///
  /// - Throws: `invalidArguments` if they are not all inside of it.
  public func write(_ bytes: [UInt8], at address: UInt32) async throws(WasmError) {
    var invocation = template
    invocation.entry = .writeMemory(address: UInt64(address))
    invocation.input = .bytes(bytes)
    _ = try await invoke(invocation)
  }

  /// Writes bytes, and a NUL behind them, where the guest's own allocator says (`alloc`, `malloc` or `cabi_realloc`).
  ///
  /// - Returns: their address.
  /// - Throws: `memoryLimitExceeded` if the allocator finds no room.
  public func allocate(_ bytes: [UInt8]) async throws(WasmError) -> UInt32 {
    var invocation = template
    invocation.entry = .writeMemory(address: nil)
    invocation.input = .bytes(bytes)
    let address = try await invoke(invocation).json()
    guard let number = address.uint64Value.flatMap({ UInt32(exactly: $0) }) else {
      throw WasmError(.protocolViolation, "The worker's answer is no address.", execution: .maybeRan)
    }
    return number
  }
}

extension RuntimeCore {
  /// A further call of a session, on the worker that it has.
  ///
  /// - Returns: why it cannot be; nothing has changed then.
  func resume(
    _ id: CallID, _ call: ActiveCall, _ session: InstanceSession, _ worker: WorkerID, in state: inout CoreState,
    now: Int64, _ effects: inout [Effect]
  ) -> WasmError? {
    guard let record = state.workers[worker], record.session === session, record.port != nil else {
      return session.end ?? WasmError(.workerKilled, "The session's instance is gone.")
    }
    guard record.call == nil else {
      return WasmError(.invalidArguments, "An instance runs one call at a time, and it is running one.")
    }
    state.calls[id] = call
    setDeadline(.call(id), at: call.deadline, in: &state, &effects)
    _ = dispatch(id, to: worker, in: &state, now: now, &effects)
    return nil
  }

  /// Ends a session. Its worker serves others of its domain from then on.
  func end(_ session: InstanceSession) {
    let now = clinux_monotonic_nanoseconds()
    let ended = WasmError(.cancelled, "The session has ended.")
    perform(
      state.withLock { state in
        var effects: [Effect] = []
        guard let worker = session.worker, state.workers[worker]?.session === session else {
          session.end(ended)
          return effects
        }
        session.end(ended)
        state.workers[worker]?.session = nil
        if let call = state.workers[worker]?.call {
          abandon(call, in: &state, now: now, &effects) { _ in ended }
        } else {
          release(worker, in: &state, now: now, &effects)
        }
        return effects
      })
  }
}
