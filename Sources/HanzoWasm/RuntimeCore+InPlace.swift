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
