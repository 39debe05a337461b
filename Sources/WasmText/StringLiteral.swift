/// Reads string literals (Core 3.0, section 6.3.3 "Strings") and checks UTF-8.

extension Lexer {
  /// Moves behind a string literal that begins at `position` and checks its escapes.
  mutating func scanString() throws(SyntaxError) {
    let start = position
    position += 1
    while position < source.count {
      switch source[position] {
      case UInt8(ascii: "\""):
        position += 1
        return
      case UInt8(ascii: "\\"):
        position = try decodeEscape(at: position).end
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        throw SyntaxError(
          "unclosed string: a string ends on the line where it begins (write a line break as \\n)", at: start)
      case 0x00..<0x20, 0x7F:
        throw SyntaxError(
          "illegal character: a control character in a string must be written as an escape", at: position)
      default:
        position += 1
      }
    }
    throw SyntaxError("unclosed string", at: start)
  }

  /// Appends the bytes that a string literal stands for. `range` includes the quotation marks and was scanned before.
  func decodeString(_ range: Range<Int>, into bytes: inout [UInt8]) throws(SyntaxError) {
    let end = range.upperBound - 1
    var position = range.lowerBound + 1
    while position < end {
      guard source[position] == UInt8(ascii: "\\") else {
        bytes.append(source[position])
        position += 1
        continue
      }
      let escape = try decodeEscape(at: position)
      switch escape.value {
      case .byte(let byte): bytes.append(byte)
      case .scalar(let scalar): bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      }
      position = escape.end
    }
  }

  /// The bytes of a string literal that must be a name: valid UTF-8.
  func decodeName(_ range: Range<Int>) throws(SyntaxError) -> [UInt8] {
    var bytes: [UInt8] = []
    try decodeString(range, into: &bytes)
    if firstInvalidUTF8(in: bytes) != nil {
      throw SyntaxError("malformed UTF-8 encoding: a name must be valid UTF-8", at: range.lowerBound)
    }
    return bytes
  }

  private enum EscapeValue {
    case byte(UInt8)
    case scalar(Unicode.Scalar)
  }

  /// Reads an escape that begins with the backslash at `start`.
  private func decodeEscape(at start: Int) throws(SyntaxError) -> (value: EscapeValue, end: Int) {
    guard start + 1 < source.count else { throw SyntaxError("unclosed string", at: start) }
    switch source[start + 1] {
    case UInt8(ascii: "t"): return (.byte(0x09), start + 2)
    case UInt8(ascii: "n"): return (.byte(0x0A), start + 2)
    case UInt8(ascii: "r"): return (.byte(0x0D), start + 2)
    case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"): return (.byte(source[start + 1]), start + 2)
    case UInt8(ascii: "u"): return try decodeUnicodeEscape(at: start)
    default:
      if start + 2 < source.count, let high = hexDigit(source[start + 1]), let low = hexDigit(source[start + 2]) {
        return (.byte(high << 4 | low), start + 3)
      }
      throw SyntaxError(
        "unknown escape in a string: after '\\' may follow t, n, r, \", ', \\, two hex digits or u{...}", at: start)
    }
  }

  private func decodeUnicodeEscape(at start: Int) throws(SyntaxError) -> (value: EscapeValue, end: Int) {
    var position = start + 2
    guard position < source.count, source[position] == UInt8(ascii: "{") else {
      throw SyntaxError("malformed escape: '\\u' must be followed by '{', hex digits and '}'", at: start)
    }
    position += 1
    let digits = position
    while position < source.count, hexDigit(source[position]) != nil || source[position] == UInt8(ascii: "_") {
      position += 1
    }
    guard position < source.count, source[position] == UInt8(ascii: "}"),
      let magnitude = parseDigits(source, digits..<position, radix: 16)
    else {
      throw SyntaxError("malformed escape: '\\u' must be followed by '{', hex digits and '}'", at: start)
    }
    guard case .value(let value) = magnitude, value < 0x11_0000, let scalar = Unicode.Scalar(UInt32(value)) else {
      throw SyntaxError("malformed escape: not a Unicode scalar value", at: start)
    }
    return (.scalar(scalar), position + 1)
  }
}

/// The offset of the first byte that is not valid UTF-8; nil if all is valid.
func firstInvalidUTF8(in bytes: [UInt8]) -> Int? {
  var position = 0
  while position < bytes.count {
    let lead = bytes[position]
    if lead < 0x80 {
      position += 1
      continue
    }
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch lead {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    case 0xF1...0xF3: length = 4
    default: return position
    }
    guard position + length <= bytes.count, second.contains(bytes[position + 1]) else { return position }
    for next in (position + 2)..<max(position + 2, position + length) where bytes[next] & 0xC0 != 0x80 {
      return position
    }
    position += length
  }
  return nil
}
