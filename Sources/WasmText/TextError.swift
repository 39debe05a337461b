/// What goes wrong while reading the text format, with the place in the text.

/// Why a text module could not be assembled.
///
/// Assembling checks the syntax, names and literals. Types are checked by validating the assembled bytes.
public struct TextError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The two families of refusals.
  public enum Kind: Hashable, Sendable {
    /// The text is not a module of the text format.
    case malformed
    /// The text uses a feature that is not supported; the value names it, as "SIMD".
    case unsupported(String)
  }

  public var kind: Kind
  /// The line, counted from 1. LF, CR and CR LF end a line.
  public var line: Int
  /// The column, counted from 1 in Unicode scalars.
  public var column: Int
  /// A sentence that says what is wrong.
  public var message: String

  public init(kind: Kind, line: Int, column: Int, message: String) {
    self.kind = kind
    self.line = line
    self.column = column
    self.message = message
  }

  /// "line:column: message"
  public var description: String { "\(line):\(column): \(message)" }
}

/// An error inside the reader, at a byte offset: line and column are only counted when it leaves.
struct SyntaxError: Error {
  var kind: TextError.Kind
  var offset: Int
  var message: String

  init(_ message: String, at offset: Int) {
    kind = .malformed
    self.offset = offset
    self.message = message
  }

  init(unsupported feature: String, _ message: String, at offset: Int) {
    kind = .unsupported(feature)
    self.offset = offset
    self.message = message
  }

  /// The error with the line and column of its offset in `source`.
  func located(in source: [UInt8]) -> TextError {
    var line = 1
    var lineStart = 0
    let end = min(offset, source.count)
    var position = 0
    while position < end {
      let byte = source[position]
      let endsLine =
        byte == UInt8(ascii: "\n")
        || (byte == UInt8(ascii: "\r") && !(position + 1 < source.count && source[position + 1] == UInt8(ascii: "\n")))
      position += 1
      if endsLine {
        line += 1
        lineStart = position
      }
    }
    // Continuation bytes do not begin a scalar.
    let column = source[lineStart..<end].reduce(into: 1) { count, byte in
      if byte & 0xC0 != 0x80 { count += 1 }
    }
    return TextError(kind: kind, line: line, column: column, message: message)
  }
}
