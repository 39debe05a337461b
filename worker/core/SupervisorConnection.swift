/// The worker's end of its two pipes: frames in, frames out, and the question to the supervisor in between.

import Glibc
import WasmJSON
import WorkerProtocol

/// What a guest may ask of the supervisor while it runs.
protocol Supervisor: AnyObject {
  /// The most bytes that a host call may carry.
  var maximumPayloadBytes: Int { get }
  /// Calls a function that the supervisor serves, and waits for its answer.
  ///
  /// - Throws: why there is no answer.
  func call(_ function: String, _ argument: JSONValue, payload: [UInt8]) throws(SupervisorCallError) -> HostResult
  /// Sends a log message at once.
  ///
  /// - Returns: whether the limits allowed it.
  func log(_ record: LogRecord) -> Bool
}

/// Why a host call has no answer.
enum SupervisorCallError: Error {
  /// The invocation has made as many as it may.
  case tooManyCalls
  /// The arguments do not fit into a frame.
  case tooLarge
  /// The connection is over; so is the worker, as soon as the guest has been stopped.
  case disconnected
}

/// Reads frames from one descriptor and writes frames to another. Descriptors are the caller's: nothing is opened or
/// closed here.
final class SupervisorConnection: Supervisor {
  /// Bytes that are read at once.
  private static let chunkBytes = 64 << 10

  private let input: Int32
  private let output: Int32
  // Unchecked: nothing that these two are in the middle of calls back.
  @exclusivity(unchecked) private(set) var state: WorkerState
  @exclusivity(unchecked) private var decoder = FrameDecoder(limits: .configuration)
  /// How the last invocation was spelled, if the next ones may be alike.
  @exclusivity(unchecked) private(set) var shape: InvokeShape?
  @exclusivity(unchecked) private var plainOutcomes = PlainOutcomeEncoder()
  private let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: SupervisorConnection.chunkBytes, alignment: 16)
  /// What has been read of the chunk and not been decoded.
  private var unread = 0..<0
  /// What went wrong during a host call, for the loop to end with.
  private(set) var violation: ProtocolViolation?
  private var isClosed = false

  init(input: Int32, output: Int32, isTemplate: Bool = false) {
    state = WorkerState(isTemplate: isTemplate)
    self.input = input
    self.output = output
  }

  deinit { chunk.deallocate() }

  /// From here on this is the connection of a process that a template has forked.
  func becomeChild() { state.becomeChild() }

  // MARK: Messages

  /// The next message; nil at the end of the input.
  func receive() throws(ProtocolViolation) -> SupervisorMessage? {
    if let violation { throw violation }
    guard !isClosed else { return nil }
    decoder.limits = state.receiveLimits
    while fillChunk() {
      let bytes = UnsafeRawBufferPointer(rebasing: chunk[unread])
      if let frame = try decoder.frameInPlace(bytes) {
        take(frame.byteCount)
        return try state.receive(frame, noting: &shape)
      }
      let (consumed, frame) = try decoder.consume(bytes)
      take(consumed)
      if let frame { return try state.receive(frame) }
    }
    try decoder.finish()
    return nil
  }

  /// Reads the next request, if it arrives in one piece and is spelled like the last invocation.
  ///
  /// - Returns: false if ``receive()`` is to read it.
  func receive(_ request: inout RepeatedInvoke) throws(ProtocolViolation) -> Bool {
    guard let shape, violation == nil, !isClosed, fillChunk() else { return false }
    decoder.limits = state.receiveLimits
    guard let frame = try decoder.frameInPlace(UnsafeRawBufferPointer(rebasing: chunk[unread])),
      shape.read(frame, into: &request), state.receive(invoke: request.id, shape.invocation.limits)
    else { return false }
    take(frame.byteCount)
    return true
  }

  /// Sends an outcome that is nothing but a plain value.
  ///
  /// - Returns: false if nobody reads; nil if it is not to be sent like that, and nothing has been written then.
  func send(outcomeOf id: RequestID, _ outcome: borrowing PlainOutcome) -> Bool? {
    guard let frame = plainOutcomes.encode(id, outcome, limits: state.sendLimits), state.willSend(outcomeOf: id)
    else { return nil }
    return write(frame)
  }

  /// Sends a message that fits.
  ///
  /// - Returns: false if nobody reads.
  /// - Throws: `frameTooLarge` and whatever the state machine finds; nothing has been written then.
  func send(_ message: WorkerMessage) throws(ProtocolViolation) -> Bool { write(try state.send(message)) }

  var maximumPayloadBytes: Int { Int(state.sendLimits.maxAttachmentBytes) }

  func call(
    _ function: String, _ argument: JSONValue, payload: [UInt8]
  ) throws(SupervisorCallError) -> HostResult {
    guard case .working(.invoke, let id) = state.phase, violation == nil, !isClosed else { throw .disconnected }
    let call = HostCall(
      id: id, sequence: state.nextHostCallSequence, function: function, argument: argument, payload: payload)
    do throws(ProtocolViolation) {
      isClosed = !(try send(.hostCall(call)))
    } catch {
      switch error.kind {
      case .limitExceeded: throw .tooManyCalls
      case .frameTooLarge: throw .tooLarge
      default:
        violation = error
        throw .disconnected
      }
    }
    guard !isClosed else { throw .disconnected }
    do throws(ProtocolViolation) {
      if case .hostResult(let result)? = try receive() { return result }
      isClosed = true
    } catch {
      violation = error
    }
    throw .disconnected
  }

  func log(_ record: LogRecord) -> Bool {
    guard case .working(.invoke, let id) = state.phase, !isClosed else { return false }
    do throws(ProtocolViolation) {
      isClosed = !(try send(.log(LogMessage(id: id, record: record))))
      return true
    } catch {
      return false
    }
  }

  // MARK: Reading

  /// Has something in the chunk to decode; false at the end of the input.
  private func fillChunk() -> Bool {
    if unread.isEmpty { unread = 0..<readChunk() }
    return !unread.isEmpty
  }

  private func take(_ byteCount: Int) { unread = (unread.lowerBound + byteCount)..<unread.upperBound }

  /// The number of bytes read; 0 at the end, or if the descriptor fails.
  private func readChunk() -> Int {
    while true {
      let count = Glibc.read(input, chunk.baseAddress, chunk.count)
      if count >= 0 { return count }
      guard errno == EINTR else { return 0 }
    }
  }

  // MARK: Writing

  /// False if nobody reads.
  private func write(_ frame: EncodedFrame) -> Bool {
    write(frame.head) && frame.attachments.allSatisfy { write($0) }
  }

  private func write(_ bytes: [UInt8]) -> Bool { bytes.withUnsafeBytes { write($0) } }

  private func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var position = 0
    while position < bytes.count {
      let count = Glibc.write(output, bytes.baseAddress?.advanced(by: position), bytes.count - position)
      if count > 0 {
        position += count
      } else if count == 0 || errno != EINTR {
        return false
      }
    }
    return true
  }
}
