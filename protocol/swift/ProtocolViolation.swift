/// How the other side can break the protocol. After any of these a connection is over.

public struct ProtocolViolation: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// A length in a frame's header is above the limit.
    case frameTooLarge
    /// The JSON part's length is 0.
    case emptyFrame
    /// The input ended inside a frame.
    case truncatedFrame
    /// The JSON part is not an acceptable JSON document.
    case malformedJSON
    /// The attachment's segments overlap, leave gaps or are out of bounds, or one is missing.
    case malformedAttachment
    /// A field is missing, twice there, or has another type or an impossible value.
    case malformedMessage
    /// There is no message of that type in that direction.
    case unknownMessage
    /// A message at a time when it may not come.
    case unexpectedMessage
    /// The answer to something that was not asked.
    case wrongID
    /// More log messages or host calls than the invocation allows, or a profile that is too large or was not asked for.
    case limitExceeded
    /// An error code that the sender may not use.
    case forbiddenCode
    /// The other side speaks another version.
    case unsupportedVersion
  }

  public var kind: Kind
  /// A sentence for people. It holds nothing that the other side wrote but names of fields, shortened and escaped.
  public var message: String

  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  public var description: String { "\(kind.rawValue): \(message)" }
}
