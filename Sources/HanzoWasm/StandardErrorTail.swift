// The end of what a worker wrote to its standard error, made harmless for a log.

/// Keeps the last bytes of a stream in bounded memory, whatever its length.
struct StandardErrorTail {
  /// The most that is kept, and the most that ``escaped()`` returns, in bytes.
  static let limit = 64 << 10

  private var bytes: [UInt8] = []
  /// Everything that has been seen.
  private(set) var byteCount: UInt64 = 0

  mutating func append(_ chunk: UnsafeRawBufferPointer) {
    byteCount &+= UInt64(chunk.count)
    if chunk.count >= Self.limit {
      bytes = Array(chunk.suffix(Self.limit))
      return
    }
    bytes.append(contentsOf: chunk)
    // Cut only now and then: moving 64 KiB for every small piece would be quadratic.
    if bytes.count > 2 * Self.limit { bytes.removeFirst(bytes.count - Self.limit) }
  }

  /// The tail as text: lines stay lines; other control characters, escape sequences and what is not UTF-8 or could
  /// disguise a line (bidirectional overrides, line separators) are spelled out. At most `limit` bytes.
  func escaped() -> String {
    var result = ""
    let text = String(decoding: bytes.suffix(Self.limit), as: UTF8.self)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result.unicodeScalars.append(scalar)
      case "\t": result += "\\t"
      case "\\": result += "\\\\"
      default:
        if scalar.isHarmless {
          result.unicodeScalars.append(scalar)
        } else {
          result += "\\u{\(String(scalar.value, radix: 16))}"
        }
      }
    }
    while result.last?.isNewline == true { result.removeLast() }
    guard result.utf8.count > Self.limit else { return result }
    // Escaping made it longer: drop from the front, at a character's boundary.
    return String(decoding: Array(result.utf8.suffix(Self.limit)).drop { $0 & 0xC0 == 0x80 }, as: UTF8.self)
  }
}

extension Unicode.Scalar {
  /// Whether it shows as what it is, wherever it is printed.
  var isHarmless: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
    default: self != "\u{FFFD}"
    }
  }
}
