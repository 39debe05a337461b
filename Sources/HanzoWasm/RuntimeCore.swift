// The runtime's heart: calls in, decisions by the pool under one lock, effects outside of it.
//
// Threads: callers submit and cancel; the I/O thread (RuntimeCore+IO.swift) reads answers, enforces deadlines and
// reaps; the spawner thread (RuntimeCore+Workers.swift) starts processes. All of them change `state` under its lock, get
// a list of effects, and perform it after the lock is released. Who takes a call out of `state.calls` answers it, so
// every call is answered exactly once.

import CLinux
import Glibc
import Logging
import Synchronization
import WorkerProtocol

final class RuntimeCore: Sendable {
  /// The configuration's times that every call asks for, in nanoseconds.
  struct Times: Sendable {
    let execution: Int64
    let maxWorkerAge: Int64
    /// CPU time in a worker's life.
    let workerCPU: Int64

    init(_ config: WasmConfig) {
      execution = config.maxExecutionTime.nanoseconds
      maxWorkerAge = config.pool.maxWorkerAge?.nanoseconds ?? .max
      workerCPU = Int64(clamping: config.worker.cpuSeconds) * 1_000_000_000
    }
  }

  let config: WasmConfig
  let logger: Logger?
  let binary: WorkerBinary
  let loop: EventLoop
  let state: Mutex<CoreState>
  let hostFunctions: HostFunctionTable
  let directories = DirectoryRegistry()
  let telemetry = Telemetry()
  let requestIDs = RequestIDs()
  let times: Times
  /// Set once, right after the I/O thread has been started.
  let ioThread = Mutex<Thread?>(nil)

  init(config: WasmConfig, hostFunctions: [HostFunction], logger: Logger?) throws(WasmError) {
    try WasmError.require(
      noneOf: config.problems() + HostFunctionTable.problems(hostFunctions), .invalidConfiguration)
    self.config = config
    times = Times(config)
    self.hostFunctions = HostFunctionTable(hostFunctions)
    self.logger = logger
    binary = try WorkerBinary(configured: config.worker.path)
    do throws(SystemError) { loop = try EventLoop() } catch { throw WasmError(error) }
    state = Mutex(
      CoreState(
        pool: PoolState(PoolState.Limits(config.pool)), quarantine: QuarantineState(config.pool.quarantine)))
  }

  /// Starts the I/O thread and the minimum of workers. Called once.
  func begin() throws(WasmError) {
    do throws(SystemError) {
      let thread = try Thread(name: "wasm-io", slice: WorkerScheduling.shortSlice) { self.runLoop() }
      ioThread.withLock { $0 = thread }
    } catch {
      throw WasmError(error)
    }
    let now = clinux_monotonic_nanoseconds()
    perform(
      state.withLock { state in
        var effects: [Effect] = []
        let actions = state.pool.begin(now: now)
        apply(actions, to: &state, now: now, &effects)
        return effects
      })
  }

  // MARK: Calls

  /// Has a worker do the work. The call is killed at its deadline, or when the calling task is cancelled.
  func call(_ work: Work, deadline: Int64) async -> CallResult {
    let span = CallSpan(work)
    let id = state.withLock { state in
      state.nextCall += 1
      return state.nextCall
    }
    return await answer(of: id, work, span) { submit(id, work, deadline: deadline, span.context, $0) }
  }

  /// Suspends until a call has been answered, and reports how it ended. The calling task's cancellation cancels it.
  ///
  /// - Parameter begin: hands the call, or who waits for it, to whoever will answer.
  @inline(__always)
  func answer(
    of id: CallID, _ work: Work, _ span: CallSpan, _ begin: (UnsafeContinuation<CallResult, Never>) -> Void
  ) async -> CallResult {
    let result = await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        begin(continuation)
        // A cancellation before the call was known has found nothing to cancel.
        if Task.isCancelled { cancel(id) }
      }
    } onCancel: {
      cancel(id)
    }
    report(result, of: id, work, span)
    return result
  }

  private func submit(
    _ id: CallID, _ work: Work, deadline: Int64, _ trace: TraceContext,
    _ continuation: UnsafeContinuation<CallResult, Never>
  ) {
    let now = clinux_monotonic_nanoseconds()
    let isCancelled = Task.isCancelled
    perform(
      state.withLock { state in
        var effects: [Effect] = []
        state.statistics.calls += 1
        func refuse(_ error: WasmError) {
          state.statistics.failed[error.code, default: 0] += 1
          effects.append(.answer(.suspended(continuation), .failure(error.naming(work))))
        }
        guard state.lifecycle == .running else {
          refuse(WasmError(.shutDown, "The runtime has been shut down."))
          return effects
        }
        guard !isCancelled else {
          refuse(WasmError(.cancelled, "The calling task was cancelled before the call began."))
          return effects
        }
        guard deadline > now else {
          refuse(WasmError(.timedOut, "The deadline passed before the call began.").with { $0.phase = .queued })
          return effects
        }
        if let module = work.module?.hash, let until = state.quarantine.until(module, now: now) {
          refuse(quarantined(until: until, now: now))
          return effects
        }
        guard state.pool.canFit(memoryBytes: work.memoryBytes) else {
          refuse(neverFits(work))
          return effects
        }
        let call = ActiveCall(id, work, submittedAt: now, deadline: deadline, .suspended(continuation), trace)
        if let session = work.session, let worker = session.worker {
          let refusal = resume(call, session, worker, in: &state, now: now, &effects)
          if let refusal { refuse(refusal) }
          return effects
        }
        state.calls[id] = call
        setDeadline(.call(id), at: deadline, in: &state, &effects)
        enqueue(call, in: &state, now: now, &effects)
        return effects
      }, submitting: work)
  }

  /// Has the pool find a worker for a call.
  func enqueue(_ call: ActiveCall, in state: inout CoreState, now: Int64, _ effects: inout [Effect]) {
    let work = call.work
    switch state.pool.submit(call.id, work.demand, memoryBytes: work.memoryBytes, now: now) {
    case .accepted(let actions): apply(actions, to: &state, now: now, &effects)
    case .overloaded(let actions):
      fail(call.id, overloaded(), in: &state, &effects)
      apply(actions, to: &state, now: now, &effects)
    }
    // Nothing is written down for the usual case, a call that need not wait.
    if let timeout = config.pool.queueTimeout, call.step == .queued, state.calls[call.id] === call {
      setDeadline(.queue(call.id), at: now + timeout.nanoseconds, in: &state, &effects)
    }
  }

  private func overloaded() -> WasmError {
    WasmError(.overloaded, "\(config.pool.queueLimit) calls are waiting for a worker already (pool.queueLimit).")
  }

  private func neverFits(_ work: Work) -> WasmError {
    let budget = config.pool.memoryBudgetBytes ?? .max
    return WasmError(
      .neverFits,
      "The call may use \(work.memoryBytes) bytes of memory, which with a worker's own never fits into "
        + "pool.memoryBudgetBytes (\(budget))."
    ).with { $0.limit = Failure.Limit(name: "memoryBudgetBytes", value: budget) }
  }

  func cancel(_ id: CallID) {
    let now = clinux_monotonic_nanoseconds()
    perform(
      state.withLock { state in
        var effects: [Effect] = []
        abandon(
          id, in: &state, now: now, &effects,
          { WasmError(.cancelled, "The calling task was cancelled.", execution: $0.execution) })
        return effects
      })
  }

  /// Answers a call that its worker has not answered, and ends the worker.
  func abandon(
    _ id: CallID, in state: inout CoreState, now: Int64, _ effects: inout [Effect],
    _ error: (ActiveCall) -> WasmError
  ) {
    guard let call = state.calls[id] else { return }
    let error = error(call)
    fail(id, error, in: &state, &effects)
    if let worker = call.worker {
      state.workers[worker]?.call = nil
      state.workers[worker]?.abandoned = error.code
      condemn(worker, .unwanted, in: &state, now: now, &effects)
    } else {
      state.pool.withdraw(id)
      // Whoever was starting a worker for it keeps it as a blank one.
    }
  }

  /// Answers a call with an error. The call's worker is the caller's business.
  func fail(_ id: CallID, _ error: WasmError, in state: inout CoreState, _ effects: inout [Effect]) {
    guard let call = state.calls.removeValue(forKey: id) else { return }
    removeDeadlines(of: id, call, in: &state)
    if let hostCall = call.hostCall { effects.append(.cancelHostCall(hostCall)) }
    state.statistics.failed[error.code, default: 0] += 1
    var full = error.naming(call.work)
    let partial = full.partial ?? call.partial(at: clinux_monotonic_nanoseconds())
    state.statistics.add(partial.usage)
    full.partial = partial
    effects.append(.answer(call.caller, .failure(full)))
  }

  /// Takes a worker out of service and kills it. One that has not become ready counts as a failed start now: waiting
  /// for its end would start others meanwhile.
  func condemn(
    _ worker: WorkerID, _ reason: KillReason, standardErrorTail: String = "", in state: inout CoreState, now: Int64,
    _ effects: inout [Effect]
  ) {
    kill(worker, reason, in: &state, &effects)
    if let record = state.workers[worker], !record.started, !record.startFailureNoted, reason != .unwanted {
      state.workers[worker]?.startFailureNoted = true
      let error = WorkerEnd.classify(reason: reason, end: .signalled(SIGKILL), started: false, execution: .notStarted)
        .with { $0.standardErrorTail = standardErrorTail }
      noteStartFailure(worker, error, reaped: false, in: &state, now: now, &effects)
      return
    }
    apply(state.pool.condemned(worker, now: now), to: &state, now: now, &effects)
  }

  private func kill(_ worker: WorkerID, _ reason: KillReason, in state: inout CoreState, _ effects: inout [Effect]) {
    state.deadlines.remove(.start(worker))
    state.workers[worker]?.idleSince = nil
    if let port = state.workers[worker]?.port {
      effects.append(.kill(port, reason))
    } else if state.workers[worker]?.killOnArrival == nil {
      state.workers[worker]?.killOnArrival = reason
    }
  }

  // MARK: The pool's decisions

  func apply(_ actions: [PoolState.Action], to state: inout CoreState, now: Int64, _ effects: inout [Effect]) {
    var pending = actions
    var index = 0
    while index < pending.count {
      switch pending[index] {
      case .start(let worker):
        state.workers[worker] = WorkerRecord(startedAt: now)
        state.statistics.workersStarted += 1
        setDeadline(.start(worker), at: now + config.pool.startTimeout.nanoseconds, in: &state, &effects)
        effects.append(.start(worker))
      case .retire(let worker):
        kill(worker, .unwanted, in: &state, &effects)
      case .failForWantOfWorkers(let call):
        fail(call, startError(state, now: now), in: &state, &effects)
      case .refuse(let call):
        fail(call, overloaded(), in: &state, &effects)
      case .dispatch(let call, let worker):
        pending += dispatch(call, to: worker, in: &state, now: now, &effects)
      }
      index += 1
    }
    if let time = state.pool.nextBalance { setDeadline(.balance, at: time, in: &state, &effects) }
  }

  private func startError(_ state: CoreState, now: Int64) -> WasmError {
    let error = state.lastStartError ?? WasmError(.sandboxUnavailable, "No worker can be started.")
    let pause = state.pool.circuit.until - now
    let milliseconds = pause / 1_000_000
    guard milliseconds > 0, state.pool.circuit.failures > 1 else { return error }
    return WasmError(
      error.code, "\(error.message) The next attempt is made in \(milliseconds) ms.", execution: .notStarted
    ).with {
      $0.retryAfter = .nanoseconds(pause)
      $0.layer = error.layer
      $0.signal = error.signal
      $0.workerExitCode = error.workerExitCode
      $0.systemError = error.systemError
      $0.standardErrorTail = error.standardErrorTail
    }
  }

  /// Hands a call to a worker that is ready for it. Returns what the pool wants next.
  func dispatch(
    _ id: CallID, to worker: WorkerID, in state: inout CoreState, now: Int64, _ effects: inout [Effect]
  ) -> [PoolState.Action] {
    guard let call = state.calls[id], let record = state.workers[worker], let port = record.port else {
      // Neither can happen: the pool knows only calls that are active and workers that have started.
      return state.pool.finished(worker, reusable: false, now: now)
    }
    record.idleSince = nil
    guard let module = call.work.module else {
      succeed(id, .workerReached, in: &state, &effects)
      record.idleSince = now
      return state.pool.finished(worker, reusable: true, now: now)
    }
    call.worker = worker
    call.dispatchedAt = now
    if config.pool.queueTimeout != nil { state.deadlines.remove(.queue(id)) }
    record.module = module.hash
    if let limit = call.work.cpuTime {
      // A template's process has used none before its call.
      call.cpuStart = port.isTemplate ? 0 : max(0, clinux_process_cpu_nanoseconds(port.pid))
      setDeadline(.cpu(id), at: now + limit.nanoseconds, in: &state, &effects)
    }
    if now > call.submittedAt { call.noteStart(of: record) }
    record.call = id
    record.callCount += 1
    if case .invoke(let request) = call.work.task, record.loaded.contains(module.hash) {
      call.enter(.executing, at: now)
      effects.append(.sendInvoke(port, request))
    } else {
      call.enter(.loading, at: now)
      effects.append(.sendLoad(port, module))
    }
    return []
  }

  private func removeDeadlines(of id: CallID, _ call: ActiveCall, in state: inout CoreState) {
    state.deadlines.remove(.call(id))
    if call.work.cpuTime != nil { state.deadlines.remove(.cpu(id)) }
    if config.pool.queueTimeout != nil { state.deadlines.remove(.queue(id)) }
  }

  private func succeed(_ id: CallID, _ answer: Answer, in state: inout CoreState, _ effects: inout [Effect]) {
    guard let call = state.calls.removeValue(forKey: id) else { return }
    removeDeadlines(of: id, call, in: &state)
    state.statistics.succeeded += 1
    if let usage = answer.usage { state.statistics.add(usage) }
    effects.append(.answer(call.caller, .success(answer)))
  }

  /// A worker has answered: its call gets the result, and the worker goes back to the pool or is retired.
  ///
  /// - Parameter trusted: false if it did something besides that it should not have done; it is ended then.
  func finish(
    _ id: CallID, of worker: WorkerID, _ result: CallResult, trusted: Bool, in state: inout CoreState, now: Int64,
    _ effects: inout [Effect]
  ) {
    guard let call = state.calls[id], let record = state.workers[worker] else { return }
    let hasRun = call.step == .executing
    if case .success = result, trusted, let session = call.work.session {
      if record.session == nil, let lifetime = session.limits.lifetime {
        setDeadline(.session(worker), at: now + lifetime.nanoseconds, in: &state, &effects)
      }
      session.begin(worker)
      record.session = session
    }
    if hasRun, case .success = result { record.served = call.work.module }
    switch result {
    case .success(let answer): succeed(id, answer, in: &state, &effects)
    case .failure(let error): fail(id, error, in: &state, &effects)
    }
    record.call = nil
    let reusable = isReusable(record, busyFor: now - call.dispatchedAt, now: now) && !call.work.endsWorker
    if let session = record.session {
      // It keeps its worker, whatever its age: the pool gets it back when the session ends.
      if trusted { return }
      session.end(WasmError(.protocolViolation, "The session's worker broke the protocol."))
    }
    guard trusted else {
      return condemn(
        worker, .protocolViolation("something followed its answer."), in: &state, now: now, &effects)
    }
    guard reusable, record.port?.isTemplate == true else {
      return putBack(worker, record, reusable: reusable, in: &state, now: now, &effects)
    }
    guard hasRun else {
      // One of its processes waits already; or its module has been refused, so that it will never fork one.
      return putBack(worker, record, reusable: record.isArmed, in: &state, now: now, &effects)
    }
    // It is back when its next process is ready.
    record.isArmed = false
    setDeadline(.start(worker), at: now + Self.rearmNanoseconds, in: &state, &effects)
  }

  /// A template's process should have ended by then after its answer, and the next one be ready.
  private static let rearmNanoseconds: Int64 = 2_000_000_000

  func putBack(
    _ worker: WorkerID, _ record: WorkerRecord, reusable: Bool, in state: inout CoreState, now: Int64,
    _ effects: inout [Effect]
  ) {
    if reusable { record.idleSince = now }
    apply(
      state.pool.finished(worker, reusable: reusable, ownBytes: record.residentBytes, now: now), to: &state, now: now,
      &effects)
    if !state.sweepArmed, let timeout = config.pool.idleTimeout {
      state.sweepArmed = true
      setDeadline(.sweep, at: now + timeout.nanoseconds, in: &state, &effects)
    }
  }

  /// A worker's session has ended.
  func release(_ worker: WorkerID, in state: inout CoreState, now: Int64, _ effects: inout [Effect]) {
    guard let record = state.workers[worker] else { return }
    // A session of a runtime that shares less than workers has had this one for itself.
    let reusable = config.isolation == .freshInstance && isReusable(record, busyFor: 0, now: now)
    putBack(worker, record, reusable: reusable, in: &state, now: now, &effects)
  }

  /// Whether a worker may serve another call: not too many so far, not too old or too large, and enough CPU time left in
  /// its life for the longest call. The kernel is asked only when what is known does not prove it.
  func isReusable(_ record: WorkerRecord, busyFor busy: Int64, now: Int64) -> Bool {
    guard let port = record.port else { return false }
    record.cpuBound += busy
    if record.callCount >= config.pool.maxCallsPerWorker || record.loaded.count > 4_096 { return false }
    if now - record.startedAt >= times.maxWorkerAge { return false }
    // A short call has not had the time to fill much memory: it is enough to look now and then.
    if config.pool.maxResidentBytes != nil || config.pool.memoryBudgetBytes != nil,
      busy >= 1_000_000 || record.callCount % 16 == 1
    {
      let resident = clinux_process_resident_bytes(port.pid)
      if resident >= 0 { record.residentBytes = UInt64(resident) }
      if let most = config.pool.maxResidentBytes, let own = record.residentBytes, own > most { return false }
    }
    // Each of a template's processes has a life of its own.
    if port.isTemplate { return true }
    if record.cpuBound + times.execution <= times.workerCPU { return true }
    let measured = clinux_process_cpu_nanoseconds(port.pid)
    if measured >= 0 { record.cpuBound = measured }
    return record.cpuBound + times.execution <= times.workerCPU
  }

  /// Ends the idle workers of a domain that is not needed any more.
  func retireIdle(of domain: TrustDomain) {
    let now = clinux_monotonic_nanoseconds()
    perform(
      state.withLock { state in
        var effects: [Effect] = []
        apply(state.pool.retireIdle(of: domain, now: now), to: &state, now: now, &effects)
        return effects
      })
  }

  // MARK: Templates

  /// A template's process has been seen to be confined. It gets the call that waits for it, or waits for one itself.
  func childReady(_ worker: WorkerID, pid: Int32, in state: inout CoreState, now: Int64, _ effects: inout [Effect]) {
    state.deadlines.remove(.start(worker))
    guard let record = state.workers[worker] else { return }
    record.childPID = pid
    record.isArmed = true
    guard let port = record.port else { return }
    guard let id = record.call, let call = state.calls[id] else {
      let reusable = isReusable(record, busyFor: 0, now: now)
      return putBack(worker, record, reusable: reusable, in: &state, now: now, &effects)
    }
    switch call.work.task {
    case .invoke(let request):
      call.enter(.executing, at: now)
      effects.append(.sendInvoke(port, request))
    case .load, .reachWorker:
      finish(
        id, of: worker, .success(.loaded(call.loaded ?? ModuleDescription(), Usage(call, at: now))), trusted: true,
        in: &state, now: now, &effects)
    }
  }

  // MARK: Time

  func setDeadline(_ timer: Timer, at time: Int64, in state: inout CoreState, _ effects: inout [Effect]) {
    state.deadlines.set(timer, at: time)
    if time < state.armedUntil {
      state.armedUntil = time
      effects.append(.wake)
    }
  }

  // MARK: Effects

  /// Does what was decided. Must be called without the lock.
  func perform(_ effects: [Effect]) {
    // First, so that whoever has an answer finds it counted.
    telemetry.stateChanged(self)
    for effect in effects {
      switch effect {
      case .answer(let caller, let result): caller.answer(result)
      case .sendInvoke(let port, let request): send(request.message, request.frame, to: port)
      case .sendLoad(let port, let module):
        send(
          .load(Load(id: requestIDs.next(), hash: module.hash, limits: config.limits.module, module: module.bytes)),
          to: port)
      case .sendFork(let port): send(.fork(Fork(id: requestIDs.next())), to: port)
      case .serve(let job): serve(job)
      case .sendHostResult(let port, let result): sendHostResult(result, to: port)
      case .cancelHostCall(let call): call.cancel()
      case .kill(let port, let reason): port.kill(reason)
      case .wake: loop.wake()
      case .start(let worker): start(worker)
      }
    }
  }

  /// Sends a request that is known to fit: a module's size has been checked when it was loaded.
  private func send(_ message: SupervisorMessage, to port: WorkerPort) {
    do throws(ProtocolViolation) {
      send(message, try message.encoded(limits: frameLimits), to: port)
    } catch {
      port.kill(.protocolViolation(error.message))
    }
  }

  /// - Parameter isAwaited: whether the caller waits for the answer itself.
  func send(_ message: SupervisorMessage, _ frame: EncodedFrame, to port: WorkerPort, isAwaited: Bool = false) {
    let token = Token(port.id, .request).value
    note(port.send(message, frame, epoll: loop.epoll, token: token, isAwaited: isAwaited), port)
  }

  /// Deals with what came of writing a request.
  @inline(__always)
  func note(_ sent: WorkerPort.Sent, _ port: WorkerPort) {
    if case .done = sent { return }
    noteFailed(sent, port)
  }

  private func noteFailed(_ sent: WorkerPort.Sent, _ port: WorkerPort) {
    switch sent {
    case .done, .partly, .closed: break
    case .answeredEarly: port.kill(.protocolViolation(WorkerPort.earlyAnswer))
    case .refused(let violation):
      logger?.error(
        "a request was out of turn", metadata: subject(port.id).metadata(["violation": "\(violation.message)"]))
      port.kill(.protocolViolation(violation.message))
    case .failed(let number):
      port.kill(.protocolViolation("writing to its pipe failed (\(errorName(number)))"))
    }
  }

  var frameLimits: FrameLimits {
    FrameLimits(
      maxJSONBytes: UInt32(clamping: config.limits.maxMessageBytes),
      maxAttachmentBytes: UInt32(clamping: config.limits.maxAttachmentBytes))
  }

  // MARK: The end

  /// Refuses new calls. `graceful` lets the accepted ones finish, otherwise they fail at once.
  func beginShutdown(graceful: Bool) {
    let now = clinux_monotonic_nanoseconds()
    perform(
      state.withLock { state in
        var effects: [Effect] = []
        if state.lifecycle == .running { state.lifecycle = .draining }
        if !graceful {
          state.endsCalls = true
          for id in Array(state.calls.keys) {
            abandon(id, in: &state, now: now, &effects, Self.endedByShutdown)
          }
          for (worker, record) in state.workers where record.session != nil {
            record.session?.end(WasmError(.shutDown, "The runtime was shut down during the session."))
            condemn(worker, .unwanted, in: &state, now: now, &effects)
          }
        }
        apply(state.pool.drain(now: now), to: &state, now: now, &effects)
        effects.append(.wake)
        return effects
      })
  }

  static func endedByShutdown(_ call: ActiveCall) -> WasmError {
    WasmError(.shutDown, "The runtime was shut down during the call.", execution: call.execution)
  }

  /// Waits until the I/O thread has reaped every worker and closed every descriptor, and ends it.
  func awaitStop() async {
    await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
      let stopped = state.withLock { state in
        if state.lifecycle == .stopped { return true }
        state.stopWaiters.append(continuation)
        return false
      }
      if stopped { continuation.resume() }
    }
    // Whoever comes first joins: the thread has nothing left to do but to return.
    let thread = ioThread.withLock { thread in
      defer { thread = nil }
      return thread
    }
    thread?.join()
  }
}

extension WasmError {
  init(_ error: SystemError) {
    self.init(
      .resourceExhausted, "The system call \(error.call) failed with \(errorName(error.number)).")
    systemError = error.number
  }

  /// Adds what was called.
  func naming(_ work: Work) -> WasmError {
    with {
      if $0.module == nil { $0.module = work.moduleName }
      if $0.function == nil { $0.function = work.function }
    }
  }
}

func errorName(_ number: Int32) -> String { String(cString: clinux_error_name(number)) }

extension Duration {
  /// Whole nanoseconds, rounded up; far beyond the configured maxima it saturates.
  package var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if overflow { return seconds < 0 ? .min / 4 : .max / 4 }
    let sum = whole.addingReportingOverflow((attoseconds + 999_999_999) / 1_000_000_000)
    return sum.overflow ? .max / 4 : min(sum.partialValue, .max / 4)
  }
}
