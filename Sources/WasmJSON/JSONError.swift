/// What the parser refuses, and the limits at which it refuses.

/// Limits for a document from a stranger. All are inclusive: a document at the limit is accepted.
public struct JSONLimits: Hashable, Sendable {
  /// Nesting above this would let a release or a comparison of the value recurse too deeply.
  public static let maximumDepth = 1_024

  /// How many arrays and objects may be open at once, 0 ... 1,024; larger values act as 1,024. Default 512.
  public var depth: Int
  /// How many values a document may hold, counting every scalar, array and object. A value takes about 16 bytes, an
  /// object's member about 40, besides long strings. Default 1,000,000.
  public var nodes: Int
  /// Length of the document in bytes. Default 16 MiB.
  public var bytes: Int
  /// Length of the spelling of one number in bytes. Default 1,024.
  public var numberBytes: Int

  public init(depth: Int = 512, nodes: Int = 1_000_000, bytes: Int = 16 << 20, numberBytes: Int = 1_024) {
    self.depth = min(max(depth, 0), Self.maximumDepth)
    self.nodes = nodes
    self.bytes = bytes
    self.numberBytes = numberBytes
  }

  public static let `default` = JSONLimits()
}

/// Why some bytes are not an acceptable JSON document, and where.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Kind: String, Hashable, Sendable {
    /// The document ends inside a value.
    case unexpectedEnd
    /// A byte that the grammar does not allow at this place.
    case unexpectedByte
    /// A number that the grammar does not allow, such as `01`, `+1`, `.5` or `NaN`.
    case invalidNumber
    /// A number beyond the range of `Double`, such as `1e400`.
    case numberOutOfRange
    /// An escape that does not exist, such as `\x`.
    case invalidEscape
    /// Half of a surrogate pair (`\ud800` without its other half).
    case loneSurrogate
    /// A control character (below U+0020) inside a string, which must be escaped.
    case controlCharacter
    /// Bytes that are not UTF-8.
    case invalidUTF8
    /// Something other than white space follows the document.
    case trailingBytes
    /// More arrays and objects are open than the limit allows.
    case tooDeep
    /// The document holds more values than the limit allows.
    case tooManyNodes
    /// The document is longer than the limit allows.
    case tooLong
    /// The spelling of a number is longer than the limit allows.
    case numberTooLong
    /// A value of another type than the reader asked for (only ``JSONReader``).
    case wrongType
    /// A key that appears twice (only where a reader forbids it).
    case duplicateKey
  }

  public var kind: Kind
  /// Offset in bytes from the document's start.
  public var offset: Int

  public init(_ kind: Kind, at offset: Int) {
    self.kind = kind
    self.offset = offset
  }

  public var description: String {
    let sentence =
      switch kind {
      case .unexpectedEnd: "the document ends inside a value"
      case .unexpectedByte: "unexpected byte"
      case .invalidNumber: "not a JSON number"
      case .numberOutOfRange: "the number is out of range"
      case .invalidEscape: "unknown escape in a string"
      case .loneSurrogate: "half of a surrogate pair in a string"
      case .controlCharacter: "unescaped control character in a string"
      case .invalidUTF8: "not UTF-8"
      case .trailingBytes: "something follows the document"
      case .tooDeep: "nested too deeply"
      case .tooManyNodes: "too many values"
      case .tooLong: "the document is too long"
      case .numberTooLong: "the number's spelling is too long"
      case .wrongType: "a value of another type is expected"
      case .duplicateKey: "the key appears twice"
      }
    return "\(sentence) at byte \(offset)"
  }
}
