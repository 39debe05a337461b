/// The largest frames that a side accepts at a moment.

/// Both lengths of a frame are compared with these before anything is allocated. Inclusive.
public struct FrameLimits: Hashable, Sendable {
  /// Length of the JSON part in bytes.
  public var maxJSONBytes: UInt32
  /// Length of the attachment in bytes.
  public var maxAttachmentBytes: UInt32

  public init(maxJSONBytes: UInt32 = 1 << 20, maxAttachmentBytes: UInt32 = 63 << 20) {
    self.maxJSONBytes = maxJSONBytes
    self.maxAttachmentBytes = maxAttachmentBytes
  }

  /// JSON 1 MiB, attachment 63 MiB: together a frame of 64 MiB, for which a worker's address space has room by default.
  public static let `default` = FrameLimits()
  /// For `ready`: JSON 4 KiB, no attachment.
  public static let ready = FrameLimits(maxJSONBytes: 4 << 10, maxAttachmentBytes: 0)
  /// For `configure` and its answer: JSON 64 KiB, no attachment.
  public static let configuration = FrameLimits(maxJSONBytes: 64 << 10, maxAttachmentBytes: 0)
}
