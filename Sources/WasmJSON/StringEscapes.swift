/// What the escapes of a string stand for (RFC 8259, section 7).

extension UnsafeBufferPointer<UInt8> {
  /// The text that the contents of a string spell, which are valid UTF-8, and in which no backslash is the last byte.
  ///
  /// - Throws: `invalidEscape` or `loneSurrogate`, with an offset in these bytes.
  func unescaped(_ range: Range<Int>) throws(JSONError) -> String {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(range.count)
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = self[index]
      guard byte == ASCII.backslash else {
        decoded.append(byte)
        index += 1
        continue
      }
      let escape = index
      index += 2
      switch self[escape + 1] {
      case ASCII.quote: decoded.append(ASCII.quote)
      case ASCII.backslash: decoded.append(ASCII.backslash)
      case UInt8(ascii: "/"): decoded.append(UInt8(ascii: "/"))
      case UInt8(ascii: "b"): decoded.append(0x08)
      case UInt8(ascii: "f"): decoded.append(0x0C)
      case UInt8(ascii: "n"): decoded.append(0x0A)
      case UInt8(ascii: "r"): decoded.append(0x0D)
      case UInt8(ascii: "t"): decoded.append(0x09)
      case UInt8(ascii: "u"):
        let scalar = try unicodeEscape(at: escape, end: range.upperBound)
        index = escape + (scalar.value > 0xFFFF ? 12 : 6)
        decoded.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
      default: throw JSONError(.invalidEscape, at: escape)
      }
    }
    return String(decoding: decoded, as: UTF8.self)
  }

  /// The scalar that the escape `\uXXXX`, or a pair of them, spells.
  private func unicodeEscape(at escape: Int, end: Int) throws(JSONError) -> Unicode.Scalar {
    let first = try hexadecimal(at: escape, end: end)
    if let scalar = Unicode.Scalar(first) { return scalar }
    let second = escape + 6
    guard first < 0xDC00, second + 1 < end, self[second] == ASCII.backslash, self[second + 1] == UInt8(ascii: "u")
    else { throw JSONError(.loneSurrogate, at: escape) }
    let low = try hexadecimal(at: second, end: end)
    guard (0xDC00...0xDFFF).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (low - 0xDC00))
    else { throw JSONError(.loneSurrogate, at: escape) }
    return scalar
  }

  private func hexadecimal(at escape: Int, end: Int) throws(JSONError) -> UInt32 {
    guard escape + 6 <= end else { throw JSONError(.invalidEscape, at: escape) }
    var value: UInt32 = 0
    for index in escape + 2..<escape + 6 {
      let digit: UInt8
      switch self[index] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = self[index] - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = self[index] - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = self[index] - UInt8(ascii: "A") + 10
      default: throw JSONError(.invalidEscape, at: escape)
      }
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}
