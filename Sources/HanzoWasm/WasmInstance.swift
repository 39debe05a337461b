// Sessions: an instance that lives for several calls.

import CLinux
import Synchronization
public import WasmJSON
import WorkerProtocol

/// What a session may use, besides the limits of each of its calls.
public struct SessionLimits: Sendable, Hashable {
  /// From the first call to the end, running or not: more than 0, at most 24 hours. The instance is gone then. nil: as
  /// long as the body runs.
  public var lifetime: Duration?
  /// Calls, reads and writes, 1 or more. One more is ``ErrorCode/neverFits``; the instance lives on. nil: any number.
  public var calls: Int?
  /// Fuel of all calls together, 1 or more: a call gets what is left of it. nil: each call has its own limit only.
  public var fuel: UInt64?

  public init(lifetime: Duration? = nil, calls: Int? = nil, fuel: UInt64? = nil) {
    self.lifetime = lifetime
    self.calls = calls
    self.fuel = fuel
  }

  func problems() -> [String] {
    var found: [String] = []
    if let lifetime, lifetime <= .zero || lifetime > .seconds(24 * 3_600) {
      found.append("A session's lifetime must be more than 0 and at most 24 hours, not \(lifetime).")
    }
    if let calls, calls < 1 { found.append("A session must be allowed at least 1 call, not \(calls).") }
    if fuel == 0 { found.append("A session's fuel must be at least 1, or nil for no limit.") }
    return found
  }
}

/// Who a pinned worker belongs to.
final class InstanceSession: Sendable {
  private struct State {
    var worker: WorkerID?
    var end: WasmError?
    var calls = 0
    var fuel: UInt64 = 0
  }
  let limits: SessionLimits
  private let state = Mutex(State())

  init(_ limits: SessionLimits = .init()) { self.limits = limits }

  /// Counts a call.
  ///
  /// - Returns: the fuel that it may use, at most what it asks for.
  /// - Throws: `neverFits`, `fuelExhausted` if the session has used up what it had.
  func beginCall(fuel: UInt64?) throws(WasmError) -> UInt64? {
    try state.withLock { (state) throws(WasmError) in
      if let most = limits.calls, state.calls >= most {
        throw WasmError(.neverFits, "The session has made its \(most) calls.").with {
          $0.limit = Failure.Limit(name: "session.calls", value: UInt64(most))
        }
      }
      state.calls += 1
      guard let most = limits.fuel else { return fuel }
      guard state.fuel < most else {
        throw WasmError(.fuelExhausted, "The session has used up its fuel of \(most).").with {
          $0.limit = Failure.Limit(name: "session.fuel", value: most)
        }
      }
      return min(fuel ?? .max, most - state.fuel)
    }
  }

  func spend(fuel: UInt64) {
    state.withLock { $0.fuel = $0.fuel.addingReportingOverflow(fuel).overflow ? .max : $0.fuel + fuel }
  }

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
    _ call: ActiveCall, _ session: InstanceSession, _ worker: WorkerID, in state: inout CoreState, now: Int64,
    _ effects: inout [Effect]
  ) -> WasmError? {
    guard let record = state.workers[worker], record.session === session, record.port != nil else {
      return session.end ?? WasmError(.workerKilled, "The session's instance is gone.")
    }
    guard record.call == nil else {
      return WasmError(.invalidArguments, "An instance runs one call at a time, and it is running one.")
    }
    state.calls[call.id] = call
    setDeadline(.call(call.id), at: call.deadline, in: &state, &effects)
    _ = dispatch(call.id, to: worker, in: &state, now: now, &effects)
    return nil
  }

  /// A session has lasted as long as it may: its call ends, and its instance is gone.
  func expire(
    _ session: InstanceSession, of worker: WorkerID, in state: inout CoreState, now: Int64, _ effects: inout [Effect]
  ) {
    let lifetime = session.limits.lifetime ?? .zero
    func over(_ execution: WasmError.Execution) -> WasmError {
      WasmError(.timedOut, "The session's lifetime of \(lifetime) was over.", execution: execution).with {
        $0.phase = .executing
        $0.limit = Failure.Limit(name: "session.lifetime", value: UInt64(clamping: lifetime.nanoseconds))
      }
    }
    session.end(over(.notStarted))
    state.workers[worker]?.session = nil
    if let call = state.workers[worker]?.call {
      abandon(call, in: &state, now: now, &effects) { over($0.execution) }
    } else {
      condemn(worker, .unwanted, in: &state, now: now, &effects)
    }
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
        state.deadlines.remove(.session(worker))
        if let call = state.workers[worker]?.call {
          abandon(call, in: &state, now: now, &effects) { _ in ended }
        } else {
          release(worker, in: &state, now: now, &effects)
        }
        return effects
      })
  }
}
