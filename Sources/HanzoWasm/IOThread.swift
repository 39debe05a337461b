// The I/O thread: waits for descriptors and deadlines, reads answers, reaps workers. One per runtime.

import CLinux
import Glibc
import Logging
import Synchronization
import WorkerProtocol

extension RuntimeCore {
  /// The I/O thread's whole life.
  func runLoop() {
    let thread = IOThread(self)
    while let timeout = nextTimeout() { thread.turn(timeout: timeout) }
    loop.close()
    binary.close()
    let waiters = state.withLock { state in
      state.lifecycle = .stopped
      defer { state.stopWaiters = [] }
      return state.stopWaiters
    }
    if waiters.isEmpty {
      // The runtime was dropped without a shutdown, or the shutdown has not begun to wait: it finds the thread gone.
      ioThread.withLock { thread in
        thread?.detach()
        thread = nil
      }
    }
    for waiter in waiters { waiter.resume() }
  }

  /// How long to wait, in nanoseconds, -1 for ever; nil when there is nothing left to do at all.
  private func nextTimeout() -> Int64? {
    let now = clinux_monotonic_nanoseconds()
    return state.withLock { state in
      if state.lifecycle != .running, state.calls.isEmpty, state.workers.isEmpty { return nil }
      // An earlier wake-up that is not needed any more is kept: it costs one idle turn, while taking it back would make
      // the next call's deadline wake this thread every time.
      if state.armedUntil <= now { state.armedUntil = .max }
      if let earliest = state.deadlines.earliest { state.armedUntil = min(state.armedUntil, earliest) }
      return state.armedUntil == .max ? -1 : max(0, state.armedUntil - now)
    }
  }
}

/// The state that only the I/O thread has.
private final class IOThread {
  private static let bufferByteCount = 64 << 10
  /// A worker whose pipe is closed should be gone by then; otherwise it is killed.
  private static let graceNanoseconds: Int64 = 100_000_000
  /// What a worker may write to its standard error while it has no call.
  private static let unsolicitedLimit = 64 << 10

  private let core: RuntimeCore
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferByteCount, alignment: 16)
  private var events = [clinux_event](repeating: clinux_event(), count: Int(CLINUX_MAXIMUM_EVENTS))
  private var connections: [WorkerID: WorkerConnection] = [:]

  init(_ core: RuntimeCore) { self.core = core }

  deinit { buffer.deallocate() }

  private var epoll: Int32 { core.loop.epoll }

  func turn(timeout: Int64) {
    let count = clinux_epoll_wait(epoll, &events, Int32(events.count), timeout)
    for index in 0..<Int(max(0, count)) {
      let event = events[index]
      if event.token == Token.wake {
        core.loop.clearWake()
      } else if let token = Token(event.token), let connection = connections[token.worker] {
        connection.reading.withLock { _ in handle(token, event.readiness, connection) }
      }
    }
    for connection in core.loop.takeAttended() { connection.reading.withLock { _ in takeOver(connection) } }
    for connection in core.loop.takeArrivals() { adopt(connection) }
    expire()
  }

  /// Deals with what a caller that waited in place has read.
  private func takeOver(_ connection: WorkerConnection) {
    guard let handedOver = connection.handedOver else { return }
    connection.handedOver = nil
    guard connection.listening else { return }
    switch handedOver {
    case .bytes(let bytes): bytes.withUnsafeBytes { feed($0, to: connection) }
    case .message(let message): handle(message, connection, more: false)
    case .violation(let violation): violate(connection, "\(violation.message).")
    }
  }

  private func handle(_ token: Token, _ readiness: UInt32, _ connection: WorkerConnection) {
    takeOver(connection)
    switch token.kind {
    case .reply: readReplies(connection)
    case .standardError: readStandardError(connection)
    case .process: reap(connection)
    case .child:
      reapChild(connection)
      if connection.end != nil { reap(connection) }
    case .childEnds: readChildEnds(connection)
    case .request:
      if readiness & CLINUX_HUNG_UP.rawValue != 0 {
        // The worker does not read any more, so it is ending, or it breaks the protocol.
        if let numbers = connection.port.numbers { _ = clinux_epoll_remove(epoll, numbers.request) }
        expectEnd(connection)
      } else if readiness & CLINUX_WRITABLE.rawValue != 0 {
        if case .failed(let number) = connection.port.continueWriting(epoll: epoll, token: token.value) {
          violate(connection, "writing to its pipe failed (\(errorName(number))).")
        }
      }
    }
  }

  // MARK: A worker's beginning

  private func adopt(_ connection: WorkerConnection) {
    let port = connection.port
    guard let numbers = port.numbers else { return }
    connections[port.id] = connection
    var results = [
      clinux_epoll_add(epoll, numbers.request, 0, Token(port.id, .request).value),
      clinux_epoll_add(epoll, numbers.process, CLINUX_READABLE.rawValue, Token(port.id, .process).value),
      clinux_epoll_add(
        epoll, connection.reply?.number ?? -1, CLINUX_READABLE.rawValue, Token(port.id, .reply).value),
      clinux_epoll_add(
        epoll, connection.standardError?.number ?? -1, CLINUX_READABLE.rawValue, Token(port.id, .standardError).value),
    ]
    if let template = connection.template {
      results.append(
        clinux_epoll_add(
          epoll, template.childEnds.number, CLINUX_READABLE.rawValue, Token(port.id, .childEnds).value))
    }
    let reason: KillReason? = core.state.withLock { state in
      state.workers[port.id]?.port = port
      state.workers[port.id]?.connection = connection
      return state.workers[port.id]?.killOnArrival
    }
    if let failed = results.first(where: { $0 < 0 }) {
      // ENOMEM or ENOSPC. Without its events the worker could not be reaped from here, so it is done at once.
      port.kill(
        .startFailed(WasmError(SystemError(number: -failed, call: "epoll_ctl"))))
      reap(connection, blocking: true)
    } else if let reason {
      port.kill(reason)
    }
  }

  private func handleReady(_ ready: Ready, _ connection: WorkerConnection) {
    let port = connection.port
    if let template = connection.template, core.state.withLock({ $0.workers[port.id]?.started ?? false }) {
      return handleChildReady(ready, template, connection)
    }
    if let problem = core.problem(with: ready, port: port) {
      fail(connection, start: problem)
      return
    }
    core.state.withLock { state in
      state.workers[port.id]?.ready = ready
      state.lastReady = ready
    }
    let message = SupervisorMessage.configure(
      Configure(
        id: .random(), maxMemoryBytes: core.config.maxMemoryBytes,
        cacheBytes: core.config.worker.moduleCacheBytes, frameLimits: core.frameLimits,
        features: core.config.features?.names, hostFunctions: core.hostFunctions.declarations))
    do throws(ProtocolViolation) {
      core.send(message, try message.encoded(limits: .configuration), to: port)
    } catch {
      fail(connection, start: WasmError(.invalidConfiguration, error.message))
    }
  }

  private func fail(_ connection: WorkerConnection, start error: WasmError) {
    let now = clinux_monotonic_nanoseconds()
    stopListening(connection)
    update { state, effects in
      core.condemn(
        connection.port.id, .startFailed(error), standardErrorTail: connection.tail.escaped(), in: &state, now: now,
        &effects)
    }
  }

  // MARK: Answers

  private func readReplies(_ connection: WorkerConnection) {
    guard connection.listening, let descriptor = connection.reply?.number else { return }
    let count = clinux_read(descriptor, buffer.baseAddress, buffer.count)
    if count == -Int64(EAGAIN) { return }
    guard count > 0 else {
      stopListening(connection)
      expectEnd(connection)
      return
    }
    feed(UnsafeRawBufferPointer(rebasing: buffer[..<Int(count)]), to: connection)
  }

  /// Cuts the bytes into frames and handles them. What arrives when nothing may arrive is not even collected.
  private func feed(_ chunk: UnsafeRawBufferPointer, to connection: WorkerConnection) {
    var rest = chunk
    do throws(ProtocolViolation) {
      while !rest.isEmpty, connection.listening {
        connection.decoder.limits = try connection.port.expectFrame()
        let (consumed, frame) = try connection.decoder.consume(rest)
        rest = UnsafeRawBufferPointer(rebasing: rest[consumed...])
        if let frame { handle(try connection.port.receive(frame), connection, more: !rest.isEmpty) }
      }
    } catch {
      violate(connection, "\(error.message).")
    }
  }

  /// - Parameter more: whether the worker has sent more than this message already.
  private func handle(_ message: WorkerMessage, _ connection: WorkerConnection, more: Bool) {
    let worker = connection.port.id
    let now = clinux_monotonic_nanoseconds()
    switch message {
    case .ready(let ready): handleReady(ready, connection)
    case .configured:
      update { state, effects in
        state.deadlines.remove(.start(worker))
        state.workers[worker]?.started = true
        state.workers[worker]?.idleSince = now
        core.apply(state.pool.started(worker, now: now), to: &state, now: now, &effects)
      }
    case .loaded(let loaded): handleLoaded(loaded, connection, now: now, trusted: !more)
    case .failure(let reply):
      let started = core.state.withLock { $0.workers[worker]?.started ?? false }
      guard started else {
        fail(connection, start: WasmError(reply.failure))
        return
      }
      finish(connection, now: now, trusted: !more) { _ in .failure(WasmError(reply.failure)) }
    case .outcome(let reply): handleOutcome(reply.outcome, connection, now: now, trusted: !more)
    case .log(let log):
      let call = update { state, _ -> ActiveCall? in
        guard let id = state.workers[worker]?.call, let call = state.calls[id] else { return nil }
        call.logs.append(log.record)
        return call
      }
      if let call { core.relay(log.record, of: worker, call) }
    case .error(let error):
      // It exits with code 70 next, and that is what the call is told.
      core.logger?.error(
        "a worker says that the supervisor broke the protocol",
        metadata: core.subject(worker).metadata(["violation": error.violation.kind.rawValue]))
      stopListening(connection)
      expectEnd(connection)
    case .hostCall(let call):
      let problem = more ? "something followed a host call." : update { core.begin(call, of: worker, in: &$0, &$1) }
      if let problem { violate(connection, problem) }
    case .unloaded:
      // It is never asked for.
      violate(connection, "an unexpected 'unloaded' arrived.")
    }
  }

  private func handleLoaded(_ loaded: Loaded, _ connection: WorkerConnection, now: Int64, trusted: Bool) {
    let worker = connection.port.id
    let isDone = update { state, effects -> Bool in
      guard let id = state.workers[worker]?.call, let call = state.calls[id], let module = call.work.module else {
        return true
      }
      state.workers[worker]?.loaded.insert(module.hash)
      if trusted, connection.template != nil {
        call.enter(.forking, at: now)
        call.loaded = loaded.module
        effects.append(.sendFork(connection.port))
        return false
      }
      guard trusted, case .invoke(let request) = call.work.task else { return true }
      call.enter(.executing, at: now)
      effects.append(.sendInvoke(connection.port, request))
      return false
    }
    guard isDone else { return }
    finish(connection, now: now, trusted: trusted) { call in
      if case .load = call.work.task { return .success(.loaded(loaded.module, Usage(call, at: now))) }
      return .failure(
        WasmError(.protocolViolation, "The worker broke the protocol: more than one answer arrived."))
    }
  }

  private func handleOutcome(
    _ outcome: WorkerProtocol.Outcome, _ connection: WorkerConnection, now: Int64, trusted: Bool
  ) {
    let worker = connection.port.id
    if case .failure(let failure) = outcome.result, failure.code == .moduleNotFound, trusted,
      connection.template == nil
    {
      // Its cache had no room for the module any more. Nothing has run: once more, from the beginning.
      let again = update { state, effects -> Bool in
        guard let id = state.workers[worker]?.call, let call = state.calls[id], !call.loadedAgain,
          let module = call.work.module
        else { return false }
        state.workers[worker]?.loaded = []
        state.workers[worker]?.served = nil
        call.loadedAgain = true
        call.enter(.loading, at: now)
        effects.append(.sendLoad(connection.port, module))
        return true
      }
      if again { return }
    }
    finish(connection, now: now, trusted: trusted) { call in
      call.work.module?.brevity.took(outcome.usage.wallNanoseconds)
      return call.result(outcome, at: now)
    }
  }

  private func finish(
    _ connection: WorkerConnection, now: Int64, trusted: Bool, _ result: (ActiveCall) -> CallResult
  ) {
    let worker = connection.port.id
    if !trusted { stopListening(connection) }
    update { state, effects in
      guard let id = state.workers[worker]?.call, let call = state.calls[id] else { return }
      core.finish(id, of: worker, result(call), trusted: trusted, in: &state, now: now, &effects)
    }
  }

  private func readStandardError(_ connection: WorkerConnection) {
    guard let descriptor = connection.standardError?.number else { return }
    let count = clinux_read(descriptor, buffer.baseAddress, buffer.count)
    if count == -Int64(EAGAIN) { return }
    guard count > 0 else {
      _ = clinux_epoll_remove(epoll, descriptor)
      connection.standardError = nil
      return
    }
    connection.tail.append(UnsafeRawBufferPointer(rebasing: buffer[..<Int(count)]))
    let isIdle = core.state.withLock { state in
      guard let record = state.workers[connection.port.id] else { return false }
      return record.started && record.call == nil
    }
    connection.unsolicitedBytes = isIdle ? connection.unsolicitedBytes + Int(count) : 0
    if connection.unsolicitedBytes > Self.unsolicitedLimit {
      violate(connection, "it floods its standard error while it has no call.")
    }
  }

  // MARK: A worker's end

  /// The worker broke the protocol: its call fails now, the process is reaped later.
  private func violate(_ connection: WorkerConnection, _ sentence: String) {
    let worker = connection.port.id
    let now = clinux_monotonic_nanoseconds()
    stopListening(connection)
    core.logger?.warning(
      "a worker broke the protocol", metadata: core.subject(worker).metadata(["violation": sentence]))
    update { state, effects in
      if let id = state.workers[worker]?.call, let call = state.calls[id] {
        let error = WasmError(
          .protocolViolation, "The worker broke the protocol: \(sentence)", execution: call.execution
        ).with { $0.standardErrorTail = connection.tail.escaped() }
        core.fail(id, error, in: &state, &effects)
        state.workers[worker]?.call = nil
      }
      core.condemn(
        worker, .protocolViolation(sentence), standardErrorTail: connection.tail.escaped(), in: &state, now: now,
        &effects)
    }
  }

  /// The worker has closed a pipe. A process that ends closes its pipes a moment before it can be reaped; one that goes
  /// on living breaks the protocol, and is killed after a grace period.
  private func expectEnd(_ connection: WorkerConnection) {
    let now = clinux_monotonic_nanoseconds()
    update { state, effects in
      core.setDeadline(.grace(connection.port.id), at: now + Self.graceNanoseconds, in: &state, &effects)
    }
  }

  private func stopListening(_ connection: WorkerConnection) {
    guard connection.listening else { return }
    connection.listening = false
    if let descriptor = connection.reply?.number { _ = clinux_epoll_remove(epoll, descriptor) }
  }

  /// The process has ended: takes what is left in its pipes, reaps it, and closes everything.
  private func reap(_ connection: WorkerConnection, blocking: Bool = false) {
    let port = connection.port
    guard let numbers = port.numbers else { return }
    guard let end = waitForEnd(of: connection, process: numbers.process, blocking: blocking) else { return }
    // A complete valid reply beats the exit. A pipe holds at most 1 MiB, so this ends.
    drainReplies(connection)
    for _ in 0..<64 {
      guard let descriptor = connection.standardError?.number else { break }
      let count = clinux_read(descriptor, buffer.baseAddress, buffer.count)
      guard count > 0 else { break }
      connection.tail.append(UnsafeRawBufferPointer(rebasing: buffer[..<Int(count)]))
    }
    stopListening(connection)
    if let descriptor = connection.standardError?.number { _ = clinux_epoll_remove(epoll, descriptor) }
    _ = clinux_epoll_remove(epoll, numbers.request)
    _ = clinux_epoll_remove(epoll, numbers.process)
    if let template = connection.template { _ = clinux_epoll_remove(epoll, template.childEnds.number) }
    let reason = port.killReason
    port.close()
    connection.reply = nil
    connection.standardError = nil
    connection.template = nil
    connections[port.id] = nil
    core.workerEnded(port.id, reason: reason, end: end, standardErrorTail: connection.tail.escaped())
  }

  /// Takes what is left in the pipe of answers. A pipe holds at most 1 MiB, so this ends.
  private func drainReplies(_ connection: WorkerConnection) {
    for _ in 0..<64 where connection.listening {
      guard let descriptor = connection.reply?.number else { break }
      let count = clinux_read(descriptor, buffer.baseAddress, buffer.count)
      guard count > 0 else { break }
      feed(UnsafeRawBufferPointer(rebasing: buffer[..<Int(count)]), to: connection)
    }
  }

  /// Reaps a worker that has ended, and whatever it has forked.
  ///
  /// - Returns: how it ended; nil if something lives still. This is called again then.
  private func waitForEnd(of connection: WorkerConnection, process: Int32, blocking: Bool) -> ProcessEnd? {
    let port = connection.port
    var status = clinux_end()
    // Before its first call a template has forked nothing, and only then is this blocking.
    guard let template = connection.template, !blocking else {
      let result = clinux_wait(process, blocking ? 1 : 0, &status)
      return ProcessEnd(result, status)
    }
    if connection.end == nil {
      // Its number, which is that of the group, stays its own until it is reaped.
      let result = clinux_peek(process, &status)
      guard let end = ProcessEnd(result, status) else { return nil }
      connection.end = end
      _ = clinux_epoll_remove(epoll, process)
      _ = clinux_process_group_send_signal(process, port.pid, SIGKILL)
    }
    if template.child != nil {
      reapChild(connection)
      guard template.child == nil else { return nil }
    }
    let isWhole = clinux_reap_process_group(port.pid)
    if isWhole == 0 {
      update { state, effects in
        core.setDeadline(
          .grace(port.id), at: clinux_monotonic_nanoseconds() + 1_000_000, in: &state, &effects)
      }
      return nil
    }
    return connection.end
  }

  // MARK: A template's processes

  private func handleChildReady(
    _ ready: Ready, _ template: TemplateConnection, _ connection: WorkerConnection
  ) {
    let port = connection.port
    let pid = Int32(clamping: ready.pid)
    let number = clinux_pidfd_open(pid)
    guard number >= 0 else {
      return fail(connection, start: WasmError(SystemError(number: -number, call: "pidfd_open")))
    }
    let process = FileDescriptor(owning: number)
    if let problem = core.problem(withChild: ready, pid: pid, pidfd: number, of: port) {
      return fail(connection, start: problem)
    }
    let added = clinux_epoll_add(epoll, number, CLINUX_READABLE.rawValue, Token(port.id, .child).value)
    guard added >= 0 else {
      return fail(connection, start: WasmError(SystemError(number: -added, call: "epoll_ctl")))
    }
    template.child = consume process
    let now = clinux_monotonic_nanoseconds()
    update { state, effects in
      core.childReady(port.id, pid: pid, in: &state, now: now, &effects)
    }
  }

  /// A template says that a process of its has ended.
  private func readChildEnds(_ connection: WorkerConnection) {
    guard let template = connection.template else { return }
    let count = clinux_read(template.childEnds.number, buffer.baseAddress, 16)
    if count == -Int64(EAGAIN) { return }
    guard count > 0 else {
      // It ends itself.
      _ = clinux_epoll_remove(epoll, template.childEnds.number)
      expectEnd(connection)
      return
    }
    guard count == 1, !template.isEndReported, template.child != nil || template.childEnd != nil else {
      violate(connection, "a template reported the end of a process that it had not forked.")
      return
    }
    template.isEndReported = true
    awaitNextChild(template, connection)
  }

  /// A template's process has ended, or may have.
  private func reapChild(_ connection: WorkerConnection) {
    guard let template = connection.template, let process = template.child?.number else { return }
    var status = clinux_end()
    let result = clinux_wait(process, 0, &status)
    guard let end = ProcessEnd(result, status) else { return }
    drainReplies(connection)
    _ = clinux_epoll_remove(epoll, process)
    template.child = nil
    template.childEnd = end
    core.state.withLock { $0.workers[connection.port.id]?.childPID = nil }
    switch end {
    case .exited(0) where connection.port.isChildEnding, .unknown where connection.port.isChildEnding:
      awaitNextChild(template, connection)
    default: loseChild(end, connection)
    }
  }

  /// A template's process has not ended as it should: the template has to be replaced.
  private func loseChild(_ end: ProcessEnd, _ connection: WorkerConnection) {
    let worker = connection.port.id
    let now = clinux_monotonic_nanoseconds()
    // What this library has killed, or what was killed after its template's own end, says nothing.
    guard connection.port.killReason == nil, connection.end == nil else { return }
    stopListening(connection)
    update { state, effects in
      guard let record = state.workers[worker] else { return }
      let execution = record.call.flatMap { state.calls[$0]?.execution } ?? .notStarted
      let error = WorkerEnd.classify(reason: nil, end: end, started: true, execution: execution).with {
        $0.standardErrorTail = connection.tail.escaped()
      }
      if let id = record.call {
        core.fail(id, error, in: &state, &effects)
        state.workers[worker]?.call = nil
      }
      core.condemn(worker, .childLost(error), in: &state, now: now, &effects)
    }
  }

  /// Asks for the next process when the last one has been reaped and the template has said so.
  private func awaitNextChild(_ template: TemplateConnection, _ connection: WorkerConnection) {
    guard template.isEndReported, template.childEnd != nil, connection.end == nil, connection.listening else { return }
    template.isEndReported = false
    template.childEnd = nil
    do throws(ProtocolViolation) {
      try connection.port.childEnded()
      core.perform([.sendFork(connection.port)])
    } catch {
      violate(connection, "\(error.message).")
    }
  }

  // MARK: Deadlines

  private func expire() {
    let now = clinux_monotonic_nanoseconds()
    while let timer = core.state.withLock({ $0.deadlines.popExpired(at: now) }) {
      switch timer {
      case .call(let id): expireCall(id, now: now)
      case .cpu(let id): sampleCPU(id, now: now)
      case .queue(let id): expireQueue(id, now: now)
      case .session(let worker): expireSession(worker, now: now)
      case .start(let worker):
        update { state, effects in
          guard let record = state.workers[worker], !record.started || record.port?.isTemplate == true else { return }
          core.condemn(
            worker, .startTimedOut, standardErrorTail: connections[worker]?.tail.escaped() ?? "", in: &state, now: now,
            &effects)
        }
      case .grace(let worker):
        if let connection = connections[worker], connection.end != nil {
          connection.reading.withLock { _ in
            takeOver(connection)
            reap(connection)
          }
          continue
        }
        update { state, effects in
          guard state.workers[worker] != nil else { return }
          core.condemn(worker, .pipeClosed, in: &state, now: now, &effects)
        }
      case .backoff, .balance:
        update { state, effects in
          core.apply(state.pool.timePassed(now: now), to: &state, now: now, &effects)
        }
      case .sweep: core.sweep(now: now)
      }
    }
  }

  private func expireCall(_ id: CallID, now: Int64) {
    update { state, effects in
      // The pool itself is about to change.
      let isStarting = state.calls[id].map { state.pool.isStarting(for: $0.work.demand) } ?? false
      core.abandon(id, in: &state, now: now, &effects) { call in
        let (phase, activity): (WasmError.Phase, String) =
          switch call.step {
          case .queued where isStarting: (.starting, "was waiting for a worker to start")
          case .queued: (.queued, "was waiting for a free worker")
          case .loading: (.loading, "was loading its module")
          case .forking: (.starting, "was waiting for its process")
          case .executing where call.hostCall != nil: (.hostCall, "was waiting for a host function")
          case .executing: (.executing, "was executing")
          }
        let allowed = Duration.nanoseconds(call.deadline - call.submittedAt)
        return WasmError(
          .timedOut, "The call \(activity) when its time of \(allowed) was over.", execution: call.execution
        ).with {
          $0.phase = phase
          if let worker = call.worker { $0.standardErrorTail = connections[worker]?.tail.escaped() ?? "" }
        }
      }
    }
  }

  private func expireQueue(_ id: CallID, now: Int64) {
    update { state, effects in
      guard state.calls[id]?.step == .queued else { return }
      core.abandon(id, in: &state, now: now, &effects) { call in
        let waited = Duration.nanoseconds(now - call.submittedAt)
        return WasmError(.overloaded, "No worker was free for \(waited) (pool.queueTimeout).")
      }
    }
  }

  private func expireSession(_ worker: WorkerID, now: Int64) {
    update { state, effects in
      guard let session = state.workers[worker]?.session else { return }
      core.expire(session, of: worker, in: &state, now: now, &effects)
    }
  }

  private func sampleCPU(_ id: CallID, now: Int64) {
    update { state, effects in
      guard let call = state.calls[id], let limit = call.work.cpuTime, let worker = call.worker,
        let port = state.workers[worker]?.port
      else { return }
      let pid = port.isTemplate ? state.workers[worker]?.childPID ?? 0 : port.pid
      let used = pid == 0 ? 0 : clinux_process_cpu_nanoseconds(pid) - call.cpuStart
      guard used >= limit.nanoseconds else {
        // It cannot use the rest sooner than in that time: a worker has one thread.
        core.setDeadline(
          .cpu(id), at: now + max(limit.nanoseconds - used, 1_000_000), in: &state, &effects)
        return
      }
      let error = WasmError(
        .cpuTimeExceeded, "The call used more CPU time than \(limit).", execution: call.execution)
      core.fail(id, error, in: &state, &effects)
      state.workers[worker]?.call = nil
      core.condemn(worker, .cpuTimeExceeded(limit: limit), in: &state, now: now, &effects)
    }
  }

  // MARK: The lock

  /// Changes the state under the lock, then performs what that led to.
  @discardableResult
  private func update<Value: Sendable>(_ change: (inout CoreState, inout [Effect]) -> Value) -> Value {
    // The change runs on this thread, before the call returns, and nothing of it outlives the call.
    nonisolated(unsafe) let change = change
    let (value, effects) = core.state.withLock { state in
      var effects: [Effect] = []
      let value = change(&state, &effects)
      return (value, effects)
    }
    core.perform(effects)
    return value
  }
}
