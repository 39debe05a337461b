/// Fixed-width hexadecimal spellings, as ids, hashes and exact values use them.

extension FixedWidthInteger where Self: UnsignedInteger {
  /// The value of exactly as many lower-case hexadecimal digits as the type has; nil for anything else.
  init?(hexadecimal spelling: some StringProtocol) { self.init(hexadecimal: spelling.utf8) }

  /// The value of exactly as many lower-case hexadecimal digits, in ASCII, as the type has; nil for anything else.
  init?(hexadecimal digits: some Sequence<UInt8>) {
    var value: Self = 0
    var count = 0
    for byte in digits {
      guard count < Self.bitWidth / 4, let digit = hexadecimalDigit(byte) else { return nil }
      value = value << 4 | Self(digit)
      count += 1
    }
    guard count == Self.bitWidth / 4 else { return nil }
    self = value
  }

  /// As many lower-case hexadecimal digits as the type has.
  var hexadecimal: String {
    let count = Self.bitWidth / 4
    return String(unsafeUninitializedCapacity: count) { digits in
      for index in 0..<count { digits[index] = digit(at: index) }
      return count
    }
  }

  /// Appends as many lower-case hexadecimal digits as the type has.
  func appendHexadecimal(to text: inout OutputSpan<UInt8>) {
    for index in 0..<Self.bitWidth / 4 { text.append(digit(at: index)) }
  }

  /// The first digit is the most significant one.
  private func digit(at index: Int) -> UInt8 {
    let digit = UInt8(truncatingIfNeeded: self >> Self(Self.bitWidth - 4 * (index + 1))) & 15
    return digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
  }
}

/// The value of a lower-case hexadecimal digit.
func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  default: nil
  }
}
