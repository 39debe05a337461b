/// Puts frames together from chunks of any size, as a pipe delivers them.

/// Collects the bytes of one frame at a time. The limits are looked at when a header is complete, before anything is
/// allocated, and may be changed between frames.
public struct FrameDecoder: Sendable {
  /// For frames whose header has not arrived yet.
  public var limits: FrameLimits

  private enum State {
    case header(UInt64, count: Int)
    case json(FrameHeader)
    case attachment(FrameHeader)
    case failed(ProtocolViolation)
  }
  private var state = State.header(0, count: 0)
  private var json: [UInt8] = []
  private var attachment: [UInt8] = []

  public init(limits: FrameLimits) { self.limits = limits }

  /// Whether a frame has begun and is not complete.
  public var isInsideFrame: Bool {
    switch state {
    case .header(_, let count): count > 0
    case .json, .attachment: true
    case .failed: false
    }
  }

  /// Takes bytes up to the end of the current frame.
  ///
  /// - Returns: how many bytes were taken (all, unless the frame is complete), and the frame if it is complete.
  /// - Throws: `frameTooLarge` or `emptyFrame`; every later call throws the same.
  public mutating func consume(
    _ chunk: UnsafeRawBufferPointer
  ) throws(ProtocolViolation) -> (consumed: Int, frame: Frame?) {
    if let frame = try frameInPlace(chunk) {
      return (frame.byteCount, Frame(json: Array(frame.json), attachment: Array(frame.attachment)))
    }
    var consumed = 0
    while true {
      switch state {
      case .header(var lengths, var count):
        while count < FrameHeader.byteCount, consumed < chunk.count {
          lengths |= UInt64(chunk[consumed]) << UInt64(8 * count)
          consumed += 1
          count += 1
        }
        guard count == FrameHeader.byteCount else {
          state = .header(lengths, count: count)
          return (consumed, nil)
        }
        try beginFrame(lengths)
      case .json(let header):
        guard Self.fill(&json, to: header.jsonByteCount, from: chunk, &consumed) else { return (consumed, nil) }
        attachment.reserveCapacity(header.attachmentByteCount)
        state = .attachment(header)
      case .attachment(let header):
        guard Self.fill(&attachment, to: header.attachmentByteCount, from: chunk, &consumed) else {
          return (consumed, nil)
        }
        let frame = Frame(json: json, attachment: attachment)
        (json, attachment) = ([], [])
        state = .header(0, count: 0)
        return (consumed, frame)
      case .failed(let violation): throw violation
      }
    }
  }

  /// The usual case: a short frame arrives in one piece. Nil if a frame has begun, or its end is missing; nothing has
  /// changed then, and ``consume(_:)`` is to take the chunk.
  ///
  /// - Throws: `frameTooLarge` or `emptyFrame`; every later call of ``consume(_:)`` throws the same.
  public mutating func frameInPlace(_ chunk: UnsafeRawBufferPointer) throws(ProtocolViolation) -> FrameInPlace? {
    guard case .header(_, count: 0) = state, chunk.count >= FrameHeader.byteCount else { return nil }
    let header = try header(UInt64(littleEndian: chunk.loadUnaligned(as: UInt64.self)))
    let rest = UnsafeRawBufferPointer(rebasing: chunk[FrameHeader.byteCount...]).assumingMemoryBound(to: UInt8.self)
    guard rest.count >= header.jsonByteCount + header.attachmentByteCount else { return nil }
    return FrameInPlace(
      json: UnsafeBufferPointer(rebasing: rest[..<header.jsonByteCount]),
      attachment: UnsafeBufferPointer(rebasing: rest[header.jsonByteCount...].prefix(header.attachmentByteCount)))
  }

  private mutating func beginFrame(_ lengths: UInt64) throws(ProtocolViolation) {
    let header = try header(lengths)
    json.reserveCapacity(header.jsonByteCount)
    state = .json(header)
  }

  private mutating func header(_ lengths: UInt64) throws(ProtocolViolation) -> FrameHeader {
    do throws(ProtocolViolation) {
      return try FrameHeader(littleEndian: lengths, limits: limits)
    } catch {
      state = .failed(error)
      throw error
    }
  }

  /// Whether the part is complete now.
  private static func fill(
    _ part: inout [UInt8], to byteCount: Int, from chunk: UnsafeRawBufferPointer, _ consumed: inout Int
  ) -> Bool {
    let taken = min(byteCount - part.count, chunk.count - consumed)
    part.append(contentsOf: UnsafeRawBufferPointer(rebasing: chunk[consumed..<consumed + taken]))
    consumed += taken
    return part.count == byteCount
  }

  /// Takes a whole chunk and returns the frames that it completes. Unlike ``consume(_:)`` this leaves no chance to change
  /// the limits between two frames of one chunk.
  public mutating func decode(_ chunk: [UInt8]) throws(ProtocolViolation) -> [Frame] {
    try chunk.withUnsafeBufferPointer { (bytes) throws(ProtocolViolation) -> [Frame] in
      var frames: [Frame] = []
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let (consumed, frame) = try consume(rest)
        if let frame { frames.append(frame) }
        rest = UnsafeRawBufferPointer(rebasing: rest[consumed...])
      }
      return frames
    }
  }

  /// Checks at the end of the input that no frame is incomplete.
  ///
  /// - Throws: `truncatedFrame`, or the earlier error.
  public func finish() throws(ProtocolViolation) {
    if case .failed(let violation) = state { throw violation }
    if isInsideFrame { throw ProtocolViolation(.truncatedFrame, "the input ended inside a frame") }
  }
}
