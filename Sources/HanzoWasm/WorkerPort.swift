// The side of a worker's connection that several threads touch: writing, killing, and the protocol's state.

import CLinux
import Glibc
import Synchronization
import WorkerProtocol

/// One worker's pipes and process as the whole runtime sees it.
///
/// `lock` guards the descriptors: nobody writes or signals through a descriptor without holding it, and only the I/O
/// thread closes them (``close()``), after it has taken them out of epoll. So no write can hit a descriptor that has been
/// given to somebody else.
///
/// `conversation` is a lock of its own, which is not held during a system call: a write wakes the worker, whose answer
/// often arrives before the writing thread gets the processor back and leaves `lock`. Where both are held, `lock` is
/// taken first.
final class WorkerPort: Sendable {
  let id: WorkerID
  let pid: Int32
  /// It forks a process for each call; its pid is also the number of their process group.
  let isTemplate: Bool
  /// Where its answers arrive; closed after ``close()``.
  private let reply: Int32

  private struct State: ~Copyable {
    var open: OpenDescriptors?
    /// What did not fit into the pipe, and how much of the first piece has been written.
    var unwritten: [[UInt8]] = []
    var written = 0
    /// What is written last is a request, and not the answer to a host call, behind which the guest has run.
    var isRequest = false
    /// It has not been written whole, and will not be.
    var isLost = false
    var killReason: KillReason?
    /// Whether the I/O thread is told of what arrives, and not a caller who waits for it.
    var isWatched = true
    var scheduling: WorkerScheduling
  }

  struct OpenDescriptors: ~Copyable {
    let request: FileDescriptor
    let process: FileDescriptor
    /// The worker is killed by the kernel when this end is closed, that is, at the latest with this process.
    let lifeline: FileDescriptor
  }

  private struct Conversation {
    var state: SupervisorState
    /// A part of the open request waits for room in the pipe.
    var isPartlyWritten = false
  }

  private let lock: Mutex<State>
  private let conversation: Mutex<Conversation>

  /// - Parameter followsCallers: whether it runs where its caller waits for it in place.
  init(
    id: WorkerID, pid: Int32, isTemplate: Bool = false, followsCallers: Bool, reply: Int32,
    descriptors: consuming OpenDescriptors
  ) {
    self.reply = reply
    self.id = id
    self.pid = pid
    self.isTemplate = isTemplate
    lock = Mutex(
      State(open: descriptors, scheduling: WorkerScheduling(pid: pid, followsCallers: followsCallers)))
    conversation = Mutex(Conversation(state: SupervisorState(isTemplate: isTemplate)))
  }

  // MARK: Writing

  enum Sent: Equatable {
    case done
    /// The I/O thread will write the rest.
    case partly
    /// The worker is gone; its end will be reported by the I/O thread.
    case closed
    /// The worker has answered a request that it cannot have read whole.
    case answeredEarly
    /// The message may not be sent now, which is a mistake in this library.
    case refused(ProtocolViolation)
    case failed(Int32)
  }

  /// Writes a request without blocking, on the thread of whoever wants it written.
  ///
  /// - Parameters:
  ///   - epoll: where the I/O thread waits; it is asked to go on when the pipe is full.
  ///   - isAwaited: whether a caller waits for the answer: the I/O thread is not told of it then.
  func send(
    _ message: SupervisorMessage, _ frame: EncodedFrame, epoll: Int32, token: UInt64, isAwaited: Bool
  ) -> Sent {
    lock.withLock { state in
      guard state.open != nil else { return .closed }
      guard state.unwritten.isEmpty else { return .answeredEarly }
      do throws(ProtocolViolation) {
        try conversation.withLock { (talk) throws(ProtocolViolation) in try talk.state.willSend(message) }
      } catch {
        return .refused(error)
      }
      // The usual frame has one piece, and is gone after one system call.
      state.unwritten = frame.attachments.isEmpty ? [frame.head] : [frame.head] + frame.attachments
      state.written = 0
      state.isLost = false
      state.isRequest = if case .hostResult = message { false } else { true }
      setWatched(!isAwaited, &state, epoll: epoll)
      return write(&state, epoll: epoll, token: token, wasWaiting: false)
    }
  }

  /// Writes the frame of an `invoke` that is known by its id and limits, as ``send(_:_:epoll:token:)`` does, for a caller
  /// who waits for the answer: the I/O thread is not told of it.
  func send(
    _ frame: UnsafeRawBufferPointer, _ request: RequestID, _ limits: InvocationLimits, epoll: Int32,
    token: UInt64
  ) -> Sent {
    lock.withLock { state in
      guard let descriptor = state.open?.request.number else { return .closed }
      guard state.unwritten.isEmpty else { return .answeredEarly }
      guard conversation.withLock({ $0.state.willInvoke(request, limits) }) else {
        return .refused(ProtocolViolation(.unexpectedMessage, "an invocation out of turn"))
      }
      state.isLost = false
      state.isRequest = true
      setWatched(false, &state, epoll: epoll)
      // A pipe takes so short a frame whole or not at all (pipe(7), PIPE_BUF).
      if clinux_write_no_signal(descriptor, frame.baseAddress, frame.count) == Int64(frame.count) { return .done }
      state.unwritten = [Array(frame)]
      state.written = 0
      return write(&state, epoll: epoll, token: token, wasWaiting: false)
    }
  }

  /// Has the I/O thread told of what has not been read.
  func watch(epoll: Int32) {
    lock.withLock { state in if state.open != nil { setWatched(true, &state, epoll: epoll) } }
  }

  /// Has the I/O thread told of what arrives, or not, since the calling thread waits for it; that the pipe has ended it is
  /// told in any case.
  @inline(__always)
  private func setWatched(_ isWatched: Bool, _ state: inout State, epoll: Int32) {
    let changes = state.isWatched != isWatched
    // A template does not work itself, and what it forks inherits from it.
    if !isTemplate, let process = state.open?.process.number {
      if !isWatched {
        state.scheduling.callerWaits(process: process)
      } else if changes {
        state.scheduling.nobodyWaits(process: process)
      }
    }
    guard changes else { return }
    state.isWatched = isWatched
    // It fails where the I/O thread has taken the pipe out of its set, since nothing that arrives there counts any more.
    _ = clinux_epoll_modify(epoll, reply, isWatched ? CLINUX_READABLE.rawValue : 0, Token(id, .reply).value)
  }

  /// Whether the last request cannot have been read whole by the worker, so that nothing of it can have run.
  var isRequestLost: Bool { lock.withLock { $0.isRequest && $0.isLost } }

  /// Goes on writing; the I/O thread calls it when there is room in the pipe.
  func continueWriting(epoll: Int32, token: UInt64) -> Sent {
    lock.withLock { state in write(&state, epoll: epoll, token: token, wasWaiting: true) }
  }

  private func write(_ state: inout State, epoll: Int32, token: UInt64, wasWaiting: Bool) -> Sent {
    guard let descriptor = state.open?.request.number else { return .closed }
    while let piece = state.unwritten.first {
      let skipped = state.written
      // The header and the first part of an attachment go out in one call.
      let next = state.unwritten.count > 1 ? state.unwritten[1] : []
      let count = piece.withUnsafeBytes { first in
        next.withUnsafeBytes { second in
          clinux_write2_no_signal(
            descriptor, first.baseAddress.map { $0 + skipped }, first.count - skipped, second.baseAddress, second.count)
        }
      }
      if count >= 0 {
        Self.advance(&state, by: Int(count))
        continue
      }
      if count == -Int64(EAGAIN) {
        if !wasWaiting, !noteRest() { return .answeredEarly }
        if !wasWaiting, clinux_epoll_modify(epoll, descriptor, CLINUX_WRITABLE.rawValue, token) < 0 { return .closed }
        return .partly
      }
      state.unwritten = []
      state.isLost = true
      return count == -Int64(EPIPE) ? .closed : .failed(Int32(clamping: -count))
    }
    if wasWaiting {
      conversation.withLock { $0.isPartlyWritten = false }
      _ = clinux_epoll_modify(epoll, descriptor, 0, token)
    }
    return .done
  }

  /// Notes that the open request is not written whole.
  ///
  /// - Returns: false if it has been answered already.
  private func noteRest() -> Bool {
    conversation.withLock { talk in
      guard case .waiting = talk.state.phase else { return false }
      talk.isPartlyWritten = true
      return true
    }
  }

  private static func advance(_ state: inout State, by count: Int) {
    var left = count + state.written
    while let piece = state.unwritten.first, left >= piece.count {
      left -= piece.count
      state.unwritten.removeFirst()
    }
    state.written = left
  }

  static let earlyAnswer = "an answer arrived before the request had been read"

  // MARK: Reading

  /// What the next frame may measure.
  ///
  /// - Throws: `unexpectedMessage` if none may arrive now.
  func expectFrame() throws(ProtocolViolation) -> FrameLimits {
    try conversation.withLock { (talk) throws(ProtocolViolation) in
      switch talk.state.phase {
      case .starting, .startingChild, .waiting: return talk.state.receiveLimits
      case .unconfigured, .idle, .servingHostCall, .childIdle, .endingChild, .closed:
        throw ProtocolViolation(.unexpectedMessage, "something arrived while nothing was asked")
      }
    }
  }

  /// What the largest request may measure, once configured.
  var sendLimits: FrameLimits { conversation.withLock { $0.state.sendLimits } }

  /// Decodes a frame, for which ``expectFrame()`` has been asked, and checks that it may come now. The decoding, which can take long for a hostile frame, does not
  /// hold the lock.
  func receive(_ frame: Frame) throws(ProtocolViolation) -> WorkerMessage {
    let message = try WorkerMessage(frame)
    try conversation.withLock { (talk) throws(ProtocolViolation) in
      guard !talk.isPartlyWritten else {
        throw ProtocolViolation(.unexpectedMessage, Self.earlyAnswer)
      }
      try talk.state.receive(message)
    }
    return message
  }

  /// Notes that a frame has arrived that is the usual outcome of the request.
  ///
  /// - Returns: false if it may not come now, or may not be so long; ``receive(_:)`` will say why.
  func receiveOutcome(of request: RequestID, byteCount: Int) -> Bool {
    conversation.withLock { talk in
      !talk.isPartlyWritten && byteCount <= Int(talk.state.receiveLimits.maxJSONBytes)
        && talk.state.receiveOutcome(request)
    }
  }

  /// Whether a template's process has answered, and its end is waited for.
  var isChildEnding: Bool { conversation.withLock { $0.state.phase == .endingChild } }

  /// A template's process has been reaped after its answer: the next one may be asked for.
  func childEnded() throws(ProtocolViolation) {
    try conversation.withLock { (talk) throws(ProtocolViolation) in try talk.state.childEnded() }
  }

  // MARK: The process

  /// Sends SIGKILL, to a template with all of its process group. The first reason is remembered.
  func kill(_ reason: KillReason) {
    lock.withLock { state in
      if state.killReason == nil { state.killReason = reason }
      guard let process = state.open?.process.number else { return }
      if isTemplate {
        _ = clinux_process_group_send_signal(process, pid, SIGKILL)
      } else {
        _ = clinux_pidfd_send_signal(process, SIGKILL)
      }
    }
  }

  var killReason: KillReason? { lock.withLock { $0.killReason } }

  /// The numbers for epoll; only the I/O thread may use them, since only it closes them.
  var numbers: (request: Int32, process: Int32)? {
    lock.withLock { state in
      guard state.open != nil else { return nil }
      return (state.open?.request.number ?? -1, state.open?.process.number ?? -1)
    }
  }

  /// Closes all descriptors. Only the I/O thread calls it, after it has removed them from epoll.
  func close() {
    lock.withLock { state in
      state.open = nil
      if !state.unwritten.isEmpty { state.isLost = true }
      state.unwritten = []
    }
  }
}
