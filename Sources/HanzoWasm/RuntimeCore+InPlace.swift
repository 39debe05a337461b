// A short call is awaited in place: its caller waits a moment for the answer on its own thread, before it suspends.
//
// The usual way of an answer wakes two threads, the I/O thread and the caller's. Where the answer takes no longer than
// such a wake, the caller reads it itself, and nobody else is woken. The moment is bounded, large requests and modules
// whose calls take longer go the usual way, and every 31st call suspends in any case, so that a task that calls in a
// loop does not keep its thread from others. A thread of Swift's pool is blocked meanwhile, as by any short system call.

import CLinux
import Glibc
import Synchronization
import WorkerProtocol

/// Whether calls of a module tend to be answered within the moment.
final class CallBrevity: Sendable {
  /// A caller waits no longer, in nanoseconds: about twice what a thread on another core takes to be woken and to answer.
  static let momentNanoseconds: Int64 = 200_000
  /// After answers that took longer, one after the other, 2, 4, 8 and so on to this many calls go the usual way. One
  /// alone may have met a busy machine.
  private static let longestPause = 64
  /// One in so many calls suspends.
  private static let turn = 31
  /// A request that fits into a pipe at once, so that nobody has to write the rest (pipe(7), PIPE_BUF).
  static let requestByteCount = 4_096

  /// Where more calls are open than there are threads in Swift's pool, one thread per core, a thread has better things to
  /// do than to wait.
  static let callersAtOnce = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

  private let pausing = Atomic(0)
  private let calls = Atomic(0)
  private let longInARow = Atomic(0)

  /// Whether the next call is to be awaited in place.
  func isPromising() -> Bool {
    if pausing.load(ordering: .relaxed) > 0 {
      pausing.subtract(1, ordering: .relaxed)
      return false
    }
    return calls.add(1, ordering: .relaxed).oldValue % Self.turn != Self.turn - 1
  }

  func wasLong() {
    let inARow = longInARow.add(1, ordering: .relaxed).newValue
    pausing.store(min(1 << min(inARow, 16), Self.longestPause), ordering: .relaxed)
  }

  /// Callers that wait keep others from calling, so that a crowd shows only now and then: it is remembered.
  func isCrowded() { pausing.store(4 * Self.longestPause, ordering: .relaxed) }

  func wasShort() {
    if longInARow.load(ordering: .relaxed) != 0 { longInARow.store(0, ordering: .relaxed) }
  }
}

/// What a caller has read and the I/O thread has to deal with, before anything else that arrives.
enum HandedOver: Sendable {
  /// Something else than exactly one frame.
  case bytes([UInt8])
  case message(WorkerMessage)
  case violation(ProtocolViolation)
}

/// The usual outcome of a call in place.
struct AnswerInPlace: Sendable {
  let outcome: BriefOutcome
  let plan: CallPlan
  /// From the call to its answer.
  let nanoseconds: Int64

  /// What a worker that lies says of it must not spoil the sums of all calls.
  var fuel: UInt64 { min(outcome.fuel, plan.wire.limits.fuel ?? .max) }
  var usage: Usage { Usage(self) }
}

/// A call that has been begun in place.
enum CallInPlace: Sendable {
  case answered(AnswerInPlace)
  /// The answer did not come at once, or was not the usual one: the call goes on as any other.
  case open(CallID, Work, Suspension, CallSpan)
}

extension RuntimeCore {
  /// A worker that a caller has for a moment. The call is not among ``CoreState/calls``.
  private struct Loan {
    let call: CallID
    let worker: WorkerID
    let record: WorkerRecord
    let connection: WorkerConnection
    let began: Int64
    let deadline: Int64
  }

  /// What came of a request that was written in place.
  private enum Reply {
    case outcome(BriefOutcome)
    /// Something that the I/O thread has to deal with; nil for nothing yet.
    case other(HandedOver?)
  }

  /// Makes a call that the module has a plan for, if a worker is waiting for it.
  ///
  /// - Returns: nil if nothing has been done.
  func callInPlace(_ invocation: borrowing Invocation, of module: ModuleSource, began: Int64) -> CallInPlace? {
    guard case .arguments(let arguments) = invocation.input,
      let plan = module.plans.withLock({ $0.plan(for: invocation) }), plan.isPromising(),
      let allowed = executionNanoseconds(invocation.limits.executionTime),
      module.brevity.isPromising(), !Task.isCancelled
    else { return nil }
    let request = requestIDs.next()
    // As much as has room on the stack.
    return withUnsafeTemporaryAllocation(byteCount: 1_024, alignment: 16) { frame -> CallInPlace? in
      guard let count = plan.spelling.write(request, arguments, to: frame),
        let loan = borrowWorker(module, plan, at: began, allowed: allowed)
      else { return nil }
      let written = UnsafeRawBufferPointer(rebasing: frame[..<count])
      let span = CallSpan(module, moduleName: invocation.module, function: plan.function)
      let connection = loan.connection
      let call = connection.reading.withLock { _ -> CallInPlace in
        switch exchange(written, request, plan, connection, module) {
        case .outcome(let outcome): return .answered(end(loan, outcome, plan))
        case .other(let handedOver):
          connection.handedOver = handedOver
          defer { connection.port.watch(epoll: loop.epoll) }
          return keepOpen(loan, invocation, module, plan, request, written, span)
        }
      }
      switch call {
      case .answered(let answer):
        telemetry.callEnded(answer.usage)
        span.end(answer.usage, of: loan.call)
      case .open: if connection.handedOver != nil { loop.attend(connection) }
      }
      return call
    }
  }

  /// How long a call may take that asks for so much; nil if that is too much, or so little that its end may not be left to
  /// a caller who waits for a moment.
  private func executionNanoseconds(_ asked: Duration?) -> Int64? {
    guard let asked else { return times.execution > 2 * CallBrevity.momentNanoseconds ? times.execution : nil }
    let nanoseconds = asked.nanoseconds
    return nanoseconds > 2 * CallBrevity.momentNanoseconds && nanoseconds <= times.execution ? nanoseconds : nil
  }

  /// Looks at a call that has been prepared without a plan, for those to come.
  func learn(_ call: Invocation, _ work: Work, _ wire: WorkerProtocol.Invocation) {
    guard let module = work.module else { return }
    module.plans.withLock { plans in
      plans.learn(call, work, wire, fuelModel: state.withLock { $0.lastReady?.fuelModel })
    }
  }

  private func borrowWorker(_ module: ModuleSource, _ plan: CallPlan, at now: Int64, allowed: Int64) -> Loan? {
    state.withLock { state in
      guard state.lifecycle == .running, let worker = state.pool.idleWorker(for: plan.demand),
        let record = state.record(of: worker), let connection = record.connection, record.session == nil,
        record.served === module, state.quarantine.until(module.hash, now: now) == nil
      else { return nil }
      guard state.calls.count + state.callsInPlace < CallBrevity.callersAtOnce else {
        module.brevity.isCrowded()
        return nil
      }
      let call = state.nextCall + 1
      state.nextCall = call
      state.callsInPlace += 1
      state.statistics.calls += 1
      state.pool.take(worker, for: call, plan.demand, memoryBytes: plan.wire.limits.memoryBytes)
      record.idleSince = nil
      record.module = module.hash
      record.call = call
      record.callCount += 1
      return Loan(
        call: call, worker: worker, record: record, connection: connection, began: now, deadline: now + allowed)
    }
  }

  /// Writes a request and waits a moment for its answer, holding `connection.reading`.
  private func exchange(
    _ frame: UnsafeRawBufferPointer, _ request: RequestID, _ plan: CallPlan, _ connection: WorkerConnection,
    _ module: ModuleSource
  ) -> Reply {
    let port = connection.port
    note(
      port.send(frame, request, plan.wire.limits, epoll: loop.epoll, token: Token(port.id, .request).value), port)
    guard connection.listening, let descriptor = connection.reply?.number,
      clinux_await_readable(descriptor, CallBrevity.momentNanoseconds) == 1
    else {
      module.brevity.wasLong()
      return .other(nil)
    }
    let room = connection.room
    let count = clinux_read(descriptor, room.baseAddress, room.count)
    guard count > 0 else { return .other(nil) }
    let bytes = UnsafeRawBufferPointer(rebasing: room[..<Int(count)])
    guard let outcome = plan.outcome(bytes), outcome.id == request, !connection.decoder.isInsideFrame,
      port.receiveOutcome(of: request, byteCount: bytes.count)
    else {
      plan.wasOther()
      return .other(.bytes(Array(bytes)))
    }
    module.brevity.wasShort()
    plan.wasUsual()
    return .outcome(outcome)
  }

  /// The worker has answered as usual: it is free again.
  private func end(_ loan: Loan, _ outcome: BriefOutcome, _ plan: CallPlan) -> AnswerInPlace {
    let now = clinux_monotonic_nanoseconds()
    let answer = AnswerInPlace(outcome: outcome, plan: plan, nanoseconds: now - loan.began)
    let effects = state.withLock { state in
      var effects: [Effect] = []
      state.callsInPlace -= 1
      state.statistics.add(answer)
      loan.record.call = nil
      let reusable = isReusable(loan.record, busyFor: answer.nanoseconds, now: now)
      putBack(loan.worker, loan.record, reusable: reusable, in: &state, now: now, &effects)
      return effects
    }
    if !effects.isEmpty { perform(effects) } else { telemetry.stateChanged(self) }
    return answer
  }

  /// Makes a call of it that others know of.
  private func keepOpen(
    _ loan: Loan, _ invocation: borrowing Invocation, _ module: ModuleSource, _ plan: CallPlan, _ request: RequestID,
    _ frame: UnsafeRawBufferPointer, _ span: CallSpan
  ) -> CallInPlace {
    var wire = plan.wire
    wire.input = invocation.input
    let work = Work(
      .invoke(InvokeRequest(Invoke(id: request, invocation: wire), frame: EncodedFrame(head: Array(frame)))),
      module: module, demand: plan.demand, memoryBytes: wire.limits.memoryBytes, moduleName: invocation.module,
      function: plan.function)
    let suspension = Suspension()
    let call = ActiveCall(
      loan.call, work, submittedAt: loan.began, deadline: loan.deadline,
      .suspending(suspension), span.context)
    call.dispatchedAt = loan.began
    let now = clinux_monotonic_nanoseconds()
    perform(
      state.withLock { state in
        var effects: [Effect] = []
        state.callsInPlace -= 1
        state.calls[call.id] = call
        setDeadline(.call(call.id), at: call.deadline, in: &state, &effects)
        if state.workers[loan.worker] === loan.record {
          call.worker = loan.worker
          call.enter(.executing, at: loan.began)
        } else {
          // It had ended before the request could be written.
          enqueue(call, in: &state, now: now, &effects)
        }
        if state.endsCalls { abandon(call.id, in: &state, now: now, &effects, Self.endedByShutdown) }
        return effects
      })
    return .open(call.id, work, suspension, span)
  }

  /// Waits for the answer of a call that was kept open.
  func answer(of id: CallID, _ work: Work, _ suspension: Suspension, _ span: CallSpan) async -> CallResult {
    let result = await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        suspension.suspend(continuation)
        if Task.isCancelled { cancel(id) }
      }
    } onCancel: {
      cancel(id)
    }
    report(result, of: id, work, span)
    return result
  }
}

extension RuntimeCore {
  /// Performs what the submission of a call led to; where the call has been handed to a worker, waits for it in place if
  /// that is promising.
  func perform(_ effects: [Effect], submitting work: Work) {
    guard case .invoke(let own) = work.task, let module = work.module,
      own.frame.byteCount <= CallBrevity.requestByteCount
    else { return perform(effects) }
    let position = effects.firstIndex { effect in
      if case .sendInvoke(_, let request) = effect { request === own } else { false }
    }
    guard let position, case .sendInvoke(let port, _) = effects[position], module.brevity.isPromising(),
      let connection = state.withLock({ state -> WorkerConnection? in
        guard state.calls.count <= CallBrevity.callersAtOnce else {
          module.brevity.isCrowded()
          return nil
        }
        return state.workers[port.id]?.connection
      })
    else { return perform(effects) }
    if effects.count > 1 {
      var others = effects
      others.remove(at: position)
      perform(others)
    }
    let handsOver = connection.reading.withLock { _ in
      connection.handedOver = sendAndWait(own, connection, module)
      return connection.handedOver != nil
    }
    if handsOver { loop.attend(connection) }
  }

  /// Writes a request and waits a moment for its answer, holding `connection.reading`.
  ///
  /// - Returns: what this thread has read and cannot deal with.
  private func sendAndWait(
    _ request: InvokeRequest, _ connection: WorkerConnection, _ module: ModuleSource
  ) -> HandedOver? {
    let port = connection.port
    let token = Token(port.id, .reply).value
    guard connection.listening, let descriptor = connection.reply?.number,
      clinux_epoll_modify(loop.epoll, descriptor, 0, token) == 0
    else {
      send(request.message, request.frame, to: port)
      return nil
    }
    // What has not been read then is the I/O thread's; so is the end of the pipe, which it sees in any case.
    defer { _ = clinux_epoll_modify(loop.epoll, descriptor, CLINUX_READABLE.rawValue, token) }
    send(request.message, request.frame, to: port)
    guard clinux_await_readable(descriptor, CallBrevity.momentNanoseconds) == 1 else {
      module.brevity.wasLong()
      return nil
    }
    return withUnsafeTemporaryAllocation(byteCount: CallBrevity.requestByteCount, alignment: 16) { buffer in
      let count = clinux_read(descriptor, buffer.baseAddress, buffer.count)
      guard count > 0 else { return nil }
      let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<Int(count)])
      guard !connection.decoder.isInsideFrame, Self.isOneFrame(bytes) else { return .bytes(Array(bytes)) }
      do throws(ProtocolViolation) {
        connection.decoder.limits = try port.expectFrame()
        guard let frame = try connection.decoder.consume(bytes).frame else { return nil }
        let message = try port.receive(frame)
        guard case .outcome(let reply) = message, case .success = reply.outcome.result else { return .message(message) }
        module.brevity.wasShort()
        succeed(port.id, reply.outcome)
        return nil
      } catch {
        return .violation(error)
      }
    }
  }

  /// Whether the bytes are exactly one frame by what its header says.
  private static func isOneFrame(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count > FrameHeader.byteCount else { return false }
    let lengths = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    return lengths & 0xFFFF_FFFF + lengths >> 32 == UInt64(bytes.count - FrameHeader.byteCount)
  }

  private func succeed(_ worker: WorkerID, _ outcome: WorkerProtocol.Outcome) {
    let now = clinux_monotonic_nanoseconds()
    perform(
      state.withLock { state in
        var effects: [Effect] = []
        guard let id = state.workers[worker]?.call, let call = state.calls[id] else { return effects }
        finish(
          id, of: worker, call.result(outcome, at: now), trusted: true, in: &state, now: now, &effects)
        return effects
      })
  }
}
