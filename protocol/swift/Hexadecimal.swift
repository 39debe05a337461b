/// Fixed-width hexadecimal spellings, as ids, hashes and exact values use them. Eight digits at a time: they are the bytes
/// of one 64-bit integer.

extension UInt32 {
  /// The eight lower-case digits in ASCII, the first of which, the most significant one, is the lowest byte.
  fileprivate var digits: UInt64 {
    var word = UInt64(byteSwapped)
    word = (word | word << 16) & 0x0000_FFFF_0000_FFFF
    word = (word | word << 8) & 0x00FF_00FF_00FF_00FF
    // Of each two bytes the lower one has both digits now; the more significant digit comes first.
    word = (word >> 4 | word << 8) & 0x0F0F_0F0F_0F0F_0F0F
    let isLetter = (word &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
    return word &+ 0x3030_3030_3030_3030 &+ isLetter &* UInt64(UInt8(ascii: "a") - UInt8(ascii: "0") - 10)
  }

  /// The value whose ``digits`` these are; nil if they are no value's.
  fileprivate init?(digits: UInt64) {
    let isLetter = digits >> 6 & 0x0101_0101_0101_0101
    // What is no digit gives some value or other, whose digits are others.
    var word = (digits &+ isLetter &* 9) & 0x0F0F_0F0F_0F0F_0F0F
    word = (word << 4 | word >> 8) & 0x00FF_00FF_00FF_00FF
    word = (word | word >> 8) & 0x0000_FFFF_0000_FFFF
    self = UInt32(truncatingIfNeeded: word | word >> 16).byteSwapped
    guard self.digits == digits else { return nil }
  }
}

/// A type whose values are spelled with exactly as many lower-case digits as it has.
protocol HexadecimalSpelling {
  static var digitCount: Int { get }
  /// - Parameter digits: `digitCount` bytes.
  init?(hexadecimalDigits digits: UnsafeRawPointer)
  /// - Parameter text: room for `digitCount` bytes.
  func writeHexadecimal(to text: UnsafeMutableRawPointer)
}

extension HexadecimalSpelling {
  /// The value of its spelling in ASCII; nil for anything else.
  init?(hexadecimal digits: UnsafeBufferPointer<UInt8>) {
    guard digits.count == Self.digitCount, let start = digits.baseAddress else { return nil }
    self.init(hexadecimalDigits: start)
  }

  /// The value of its spelling; nil for anything else.
  init?(hexadecimal spelling: some StringProtocol) {
    let value = Array(spelling.utf8).withUnsafeBufferPointer { Self(hexadecimal: $0) }
    guard let value else { return nil }
    self = value
  }

  /// The spelling.
  var hexadecimal: String {
    String(unsafeUninitializedCapacity: Self.digitCount) { text in
      guard let start = text.baseAddress else { return 0 }
      writeHexadecimal(to: start)
      return Self.digitCount
    }
  }
}

extension UInt32: HexadecimalSpelling {
  static var digitCount: Int { 8 }

  init?(hexadecimalDigits digits: UnsafeRawPointer) {
    self.init(digits: UInt64(littleEndian: digits.loadUnaligned(as: UInt64.self)))
  }

  func writeHexadecimal(to text: UnsafeMutableRawPointer) {
    text.storeBytes(of: digits.littleEndian, as: UInt64.self)
  }
}

extension UInt64: HexadecimalSpelling {
  static var digitCount: Int { 16 }

  init?(hexadecimalDigits digits: UnsafeRawPointer) {
    guard let high = UInt32(hexadecimalDigits: digits), let low = UInt32(hexadecimalDigits: digits + 8) else {
      return nil
    }
    self = UInt64(high) << 32 | UInt64(low)
  }

  func writeHexadecimal(to text: UnsafeMutableRawPointer) {
    UInt32(truncatingIfNeeded: self >> 32).writeHexadecimal(to: text)
    UInt32(truncatingIfNeeded: self).writeHexadecimal(to: text + 8)
  }
}
