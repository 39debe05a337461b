/// The worker's main loop: one request in, one answer out, until the input ends.

import Glibc
public import WorkerProtocol

/// Reads requests from one descriptor and writes answers to another.
///
/// A request is read whole before its answer is written, so that a supervisor which writes without reading cannot
/// deadlock with the worker. Descriptors are the caller's: nothing is opened or closed here.
public struct FrameLoop {
  /// The exit code after the client broke the protocol.
  public static let protocolErrorExitCode: Int32 = 70
  /// Bytes that are read at once.
  private static let chunkBytes = 64 << 10

  private let input: Int32
  private let output: Int32
  private var handler: RequestHandler
  private var state = WorkerState()
  private var decoder: FrameDecoder
  private var chunk = [UInt8](repeating: 0, count: FrameLoop.chunkBytes)
  private var unread = 0..<0

  /// - Parameters:
  ///   - input: where requests come from.
  ///   - output: where answers go.
  ///   - limits: the largest frames that will ever be accepted, which `configure` cannot exceed.
  public init(input: Int32, output: Int32, limits: FrameLimits = .default) {
    self.input = input
    self.output = output
    handler = RequestHandler(largestFrames: limits)
    decoder = FrameDecoder(limits: .configuration)
  }

  /// Sends `ready`, then serves requests until the input ends or the client breaks the protocol.
  ///
  /// - Returns: the exit code: 0 at the end of the input, and when nobody reads the answers; 70 after a violation.
  public mutating func run(ready: Ready) -> Int32 {
    do throws(ProtocolViolation) {
      guard write(try state.send(.ready(ready))) else { return 0 }
      decoder.limits = state.receiveLimits
      while let frame = try nextFrame() {
        guard let answer = handler.answer(try state.receive(frame)) else { continue }
        guard write(try encode(answer)) else { return 0 }
        decoder.limits = state.receiveLimits
      }
      return 0
    } catch {
      if let frame = try? state.send(.error(ProtocolErrorMessage(error))) { _ = write(frame) }
      return Self.protocolErrorExitCode
    }
  }

  // MARK: Reading

  /// Nil at the end of the input.
  private mutating func nextFrame() throws(ProtocolViolation) -> Frame? {
    while true {
      if !unread.isEmpty {
        let (consumed, frame) = try decode(unread)
        unread = (unread.lowerBound + consumed)..<unread.upperBound
        if let frame { return frame }
      }
      guard unread.isEmpty else { continue }
      let count = readChunk()
      guard count > 0 else {
        try decoder.finish()
        return nil
      }
      unread = 0..<count
    }
  }

  private mutating func decode(_ range: Range<Int>) throws(ProtocolViolation) -> (consumed: Int, frame: Frame?) {
    try chunk.withUnsafeBufferPointer { (bytes) throws(ProtocolViolation) -> (consumed: Int, frame: Frame?) in
      try decoder.consume(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[range])))
    }
  }

  /// The number of bytes read; 0 at the end, or if the descriptor fails.
  private mutating func readChunk() -> Int {
    while true {
      let count = chunk.withUnsafeMutableBytes { Glibc.read(input, $0.baseAddress, $0.count) }
      if count >= 0 { return count }
      guard errno == EINTR else { return 0 }
    }
  }

  // MARK: Writing

  /// An answer as a frame; one that is too large becomes a failure that says so.
  private mutating func encode(_ answer: WorkerMessage) throws(ProtocolViolation) -> EncodedFrame {
    do throws(ProtocolViolation) {
      return try state.send(answer)
    } catch {
      guard error.kind == .frameTooLarge else { throw error }
    }
    let failure = Failure(
      .outputLimitExceeded, "the answer does not fit into a frame",
      limit: Failure.Limit(name: "maxJSONBytes", value: UInt64(state.sendLimits.maxJSONBytes)))
    switch answer {
    case .outcome(var reply):
      // Nobody loses a result for its profile.
      if reply.outcome.profile != nil {
        reply.outcome.profile = nil
        return try encode(.outcome(reply))
      }
      reply.outcome.result = .failure(failure)
      reply.outcome.stdout = []
      reply.outcome.stderr = []
      if let frame = try? state.send(.outcome(reply)) { return frame }
      reply.outcome.logs = []
      reply.outcome.logsTruncated = true
      return try state.send(.outcome(reply))
    case .loaded(let reply):
      return try state.send(.failure(FailureReply(id: reply.id, failure: failure)))
    case .failure(var reply):
      // The names in it are the module's, and may be long.
      reply.failure = Failure(reply.failure.code, "the description of this failure does not fit into a frame")
      return try state.send(.failure(reply))
    default: return try state.send(answer)
    }
  }

  /// False if nobody reads.
  private func write(_ frame: EncodedFrame) -> Bool {
    for part in [frame.head] + frame.attachments {
      guard write(part) else { return false }
    }
    return true
  }

  private func write(_ bytes: [UInt8]) -> Bool {
    var position = 0
    while position < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(output, buffer.baseAddress?.advanced(by: position), buffer.count - position)
      }
      if count > 0 {
        position += count
      } else if count == 0 || errno != EINTR {
        return false
      }
    }
    return true
  }
}
