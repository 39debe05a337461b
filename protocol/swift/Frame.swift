/// A frame: two lengths, a JSON text and an attachment (PROTOCOL.md, "Frames").

/// The first eight bytes of a frame, for readers that fetch exactly what is missing.
public struct FrameHeader: Hashable, Sendable {
  public static let byteCount = 8

  /// Length of the JSON part in bytes, at least 1.
  public let jsonByteCount: Int
  /// Length of the attachment in bytes.
  public let attachmentByteCount: Int

  /// Reads a header: two unsigned 32-bit little-endian lengths, which arrive as one 64-bit little-endian integer.
  ///
  /// - Throws: `emptyFrame` or `frameTooLarge`; nothing has been allocated then.
  public init(littleEndian lengths: UInt64, limits: FrameLimits) throws(ProtocolViolation) {
    let json = UInt32(truncatingIfNeeded: lengths)
    let attachment = UInt32(truncatingIfNeeded: lengths >> 32)
    guard json > 0 else { throw ProtocolViolation(.emptyFrame, "a frame without a message") }
    guard json <= limits.maxJSONBytes else {
      throw ProtocolViolation(
        .frameTooLarge, "a JSON part of \(json) bytes; at most \(limits.maxJSONBytes) are allowed now")
    }
    guard attachment <= limits.maxAttachmentBytes else {
      throw ProtocolViolation(
        .frameTooLarge, "an attachment of \(attachment) bytes; at most \(limits.maxAttachmentBytes) are allowed now")
    }
    jsonByteCount = Int(json)
    attachmentByteCount = Int(attachment)
  }

  /// Reads a header from its eight bytes.
  ///
  /// - Throws: `truncatedFrame` for fewer or more bytes, `emptyFrame`, `frameTooLarge`.
  public init(_ bytes: some Collection<UInt8>, limits: FrameLimits) throws(ProtocolViolation) {
    guard bytes.count == Self.byteCount else {
      throw ProtocolViolation(.truncatedFrame, "a header of \(bytes.count) bytes")
    }
    try self.init(littleEndian: bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }, limits: limits)
  }
}

/// A frame that has arrived whole. Its contents have not been looked at.
public struct Frame: Hashable, Sendable {
  public var json: [UInt8]
  public var attachment: [UInt8]

  public init(json: [UInt8], attachment: [UInt8] = []) {
    self.json = json
    self.attachment = attachment
  }
}

/// A frame that lies whole in what has been read, to be decoded where it lies. Valid as long as those bytes.
public struct FrameInPlace {
  public let json: UnsafeBufferPointer<UInt8>
  public let attachment: UnsafeBufferPointer<UInt8>

  /// With the header.
  public var byteCount: Int { FrameHeader.byteCount + json.count + attachment.count }
}

/// A frame that is ready to be written: `head`, then every one of `attachments`. They are kept apart so that bulk data is
/// not copied on its way to `writev(2)`.
public struct EncodedFrame: Hashable, Sendable {
  /// The header and the JSON part.
  public let head: [UInt8]
  /// The segments of the attachment in order; none is empty.
  public let attachments: [[UInt8]]

  /// A frame that has been spelled already.
  public init(head: [UInt8], attachments: [[UInt8]] = []) {
    self.head = head
    self.attachments = attachments
  }

  public var byteCount: Int { attachments.reduce(head.count) { $0 + $1.count } }

  /// Everything in one array.
  public var bytes: [UInt8] {
    guard !attachments.isEmpty else { return head }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(byteCount)
    bytes.append(contentsOf: head)
    for attachment in attachments { bytes.append(contentsOf: attachment) }
    return bytes
  }
}
