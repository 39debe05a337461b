// A short call is awaited in place: its caller waits a moment for the answer on its own thread, before it suspends.
//
// The usual way of an answer wakes two threads, the I/O thread and the caller's. Where the answer takes no longer than
// such a wake, the caller reads it itself, and nobody else is woken. The moment is bounded, large requests and modules
// whose calls take longer go the usual way, and after two milliseconds of calls the task gives way to others, so that
// one that calls in a loop does not keep its thread. A thread of Swift's pool is blocked meanwhile, as by any short system
// call.

import CLinux
import Glibc
import Synchronization
import WorkerProtocol

/// Whether calls of a module tend to be short.
final class CallBrevity: Sendable {
  /// A call that takes the worker longer is not short, in nanoseconds.
  static let shortNanoseconds: UInt64 = 200_000
  /// A caller waits no longer, in nanoseconds. Longer than the kernel's tick of 4 ms: an earlier timer would have to be
  /// programmed into the hardware for every call, and be taken out again (docs/decisions/0011).
  static let patienceNanoseconds: Int64 = 5_000_000
  /// After callers that waited in vain, one after the other, 2, 4, 8 and so on to this many calls go the usual way.
  private static let longestPause = 64
  /// After calls that took so long together, in nanoseconds, a task leaves its thread to others.
  private static let turnNanoseconds: Int64 = 2_000_000
  /// A request that fits into a pipe at once, so that nobody has to write the rest (pipe(7), PIPE_BUF).
  static let requestByteCount = 4_096

  private let latestWasShort = Atomic(false)
  private let pausing = Atomic(0)
  private let held = Atomic<Int64>(0)
  private let vainInARow = Atomic(0)

  /// Whether the next call is to be awaited in place.
  func isPromising() -> Bool {
    guard latestWasShort.load(ordering: .relaxed) else { return false }
    if pausing.load(ordering: .relaxed) > 0 {
      pausing.subtract(1, ordering: .relaxed)
      return false
    }
    return true
  }

  /// A caller has held its thread for so long, from its call to the answer.
  func held(_ nanoseconds: Int64) { held.add(nanoseconds, ordering: .relaxed) }

  /// Whether it is time to leave the thread to others, which is said once.
  func isOthersTurn() -> Bool {
    guard held.load(ordering: .relaxed) >= Self.turnNanoseconds else { return false }
    held.store(0, ordering: .relaxed)
    return true
  }

  /// A call has been answered, wherever that was seen, and has taken the worker so long.
  func took(_ nanoseconds: UInt64) {
    let isShort = nanoseconds <= Self.shortNanoseconds
    if latestWasShort.load(ordering: .relaxed) != isShort { latestWasShort.store(isShort, ordering: .relaxed) }
  }

  /// A caller has waited in vain.
  func wasInVain() {
    let inARow = vainInARow.add(1, ordering: .relaxed).newValue
    pausing.store(min(1 << min(inARow, 16), Self.longestPause), ordering: .relaxed)
  }

  /// A caller has not waited in vain.
  func wasInTime() {
    if vainInARow.load(ordering: .relaxed) != 0 { vainInARow.store(0, ordering: .relaxed) }
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
  case answered(AnswerInPlace, isOthersTurn: Bool)
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
      var handsOver = false
      let call = connection.reading.withLock { _ -> CallInPlace in
        switch exchange(written, request, plan, connection, module) {
        case .outcome(let outcome):
          let answer = end(loan, outcome, plan)
          module.brevity.held(answer.nanoseconds)
          return .answered(answer, isOthersTurn: module.brevity.isOthersTurn())
        case .other(let handedOver):
          handsOver = handOver(handedOver, connection)
          return keepOpen(loan, invocation, module, plan, request, written, span)
        }
      }
      switch call {
      case .answered(let answer, _):
        telemetry.callEnded(answer.usage)
        span.end(answer.usage, of: loan.call)
      case .open: if handsOver { loop.attend(connection) }
      }
      return call
    }
  }

  /// How long a call may take that asks for so much; nil if that is too much, or so little that its end may not be left to
  /// a caller who waits for a moment.
  private func executionNanoseconds(_ asked: Duration?) -> Int64? {
    guard let asked else { return times.execution > 2 * CallBrevity.patienceNanoseconds ? times.execution : nil }
    let nanoseconds = asked.nanoseconds
    return nanoseconds > 2 * CallBrevity.patienceNanoseconds && nanoseconds <= times.execution ? nanoseconds : nil
  }

  /// Looks at a call that has been prepared without a plan, for those to come.
  func learn(_ call: Invocation, _ work: Work, _ wire: WorkerProtocol.Invocation) {
    guard let module = work.module else { return }
    module.plans.withLock { plans in
      plans.learn(call, work, wire, fuelModel: state.withLock { $0.lastReady?.fuelModel })
    }
  }

  private func borrowWorker(_ module: ModuleSource, _ plan: CallPlan, at now: Int64, allowed: Int64) -> Loan? {
    let caller = UInt(pthread_self())
    return state.withLock { state in
      let memoryBytes = plan.wire.limits.memoryBytes
      guard state.lifecycle == .running,
        let worker = state.pool.idleWorker(for: plan.demand, memoryBytes: memoryBytes, caller: caller),
        let record = state.record(of: worker), let connection = record.connection, record.session == nil,
        record.served === module, state.quarantine.until(module.hash, now: now) == nil
      else { return nil }
      let call = state.nextCall + 1
      state.nextCall = call
      state.callsInPlace += 1
      state.statistics.calls += 1
      state.pool.take(worker, for: call, plan.demand, memoryBytes: memoryBytes, caller: caller)
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
    guard let bytes = awaitAnswer(connection, module) else { return .other(nil) }
    guard let outcome = plan.outcome(bytes), outcome.id == request, !connection.decoder.isInsideFrame,
      port.receiveOutcome(of: request, byteCount: bytes.count)
    else {
      plan.wasOther()
      return .other(.bytes(Array(bytes)))
    }
    module.brevity.took(outcome.wallNanoseconds)
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
      state.answeredInPlace += 1
      state.statistics.add(answer)
      loan.record.call = nil
      let reusable = isReusable(loan.record, busyFor: answer.nanoseconds, now: now)
      putBack(loan.worker, loan.record, reusable: reusable, in: &state, now: now, &effects)
      return effects
    }
    perform(effects)
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

  /// How many calls by a plan were answered in place.
  var answeredInPlace: Int { state.withLock { $0.answeredInPlace } }

  /// Waits for the answer of a call that was kept open.
  func answer(of id: CallID, _ work: Work, _ suspension: Suspension, _ span: CallSpan) async -> CallResult {
    await answer(of: id, work, span) { suspension.suspend($0) }
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
      !module.brevity.isOthersTurn(),
      let connection = state.withLock({ $0.workers[port.id]?.connection })
    else { return perform(effects) }
    if effects.count > 1 {
      var others = effects
      others.remove(at: position)
      perform(others)
    }
    let handsOver = connection.reading.withLock { _ in
      send(own.message, own.frame, to: port, isAwaited: true)
      guard let bytes = awaitAnswer(connection, module) else { return false }
      return handOver(read(bytes, connection, module), connection)
    }
    if handsOver { loop.attend(connection) }
  }

  /// Waits a moment for what a worker answers to the request that has just been written, holding `connection.reading`.
  ///
  /// - Returns: what has been read, valid until the next call; nil if the rest is the I/O thread's, which has been told.
  @inline(__always)
  private func awaitAnswer(_ connection: WorkerConnection, _ module: ModuleSource) -> UnsafeRawBufferPointer? {
    let room = connection.room
    guard connection.listening, let descriptor = connection.reply?.number,
      clinux_await_readable(descriptor, CallBrevity.patienceNanoseconds) == 1
    else {
      module.brevity.wasInVain()
      connection.port.watch(epoll: loop.epoll)
      return nil
    }
    let count = clinux_read(descriptor, room.baseAddress, room.count)
    guard count > 0 else {
      connection.port.watch(epoll: loop.epoll)
      return nil
    }
    module.brevity.wasInTime()
    return UnsafeRawBufferPointer(rebasing: room[..<Int(count)])
  }

  /// Leaves something to the I/O thread, and what follows it.
  ///
  /// - Returns: whether it has to be told.
  private func handOver(_ something: HandedOver?, _ connection: WorkerConnection) -> Bool {
    guard let something else { return false }
    connection.handedOver = something
    connection.port.watch(epoll: loop.epoll)
    return true
  }

  /// Deals with what a worker has answered, if that is a successful outcome and nothing else.
  ///
  /// - Returns: what the I/O thread has to deal with.
  private func read(
    _ bytes: UnsafeRawBufferPointer, _ connection: WorkerConnection, _ module: ModuleSource
  ) -> HandedOver? {
    let port = connection.port
    guard !connection.decoder.isInsideFrame, attachmentByteCount(ofOneFrame: bytes) != nil else {
      return .bytes(Array(bytes))
    }
    do throws(ProtocolViolation) {
      connection.decoder.limits = try port.expectFrame()
      guard let frame = try connection.decoder.consume(bytes).frame else { return nil }
      let message = try port.receive(frame)
      guard case .outcome(let reply) = message, case .success = reply.outcome.result else { return .message(message) }
      module.brevity.took(reply.outcome.usage.wallNanoseconds)
      succeed(port.id, reply.outcome)
      return nil
    } catch {
      return .violation(error)
    }
  }

  private func succeed(_ worker: WorkerID, _ outcome: WorkerProtocol.Outcome) {
    let now = clinux_monotonic_nanoseconds()
    perform(
      state.withLock { state in
        var effects: [Effect] = []
        guard let id = state.workers[worker]?.call, let call = state.calls[id] else { return effects }
        call.work.module?.brevity.held(now - call.submittedAt)
        finish(
          id, of: worker, call.result(outcome, at: now), trusted: true, in: &state, now: now, &effects)
        return effects
      })
  }
}
