/// Fixed-width hexadecimal spellings, as ids, hashes and exact values use them.

extension FixedWidthInteger where Self: UnsignedInteger {
  /// The value of exactly as many lower-case hexadecimal digits as the type has; nil for anything else.
  init?(hexadecimal spelling: some StringProtocol) {
    let digits = spelling.utf8
    guard digits.count == Self.bitWidth / 4, digits.allSatisfy(isLowerCaseHexadecimalDigit) else { return nil }
    self.init(spelling, radix: 16)
  }

  /// As many lower-case hexadecimal digits as the type has.
  var hexadecimal: String {
    let digits = String(self, radix: 16)
    return String(repeating: "0", count: Self.bitWidth / 4 - digits.utf8.count) + digits
  }
}

func isLowerCaseHexadecimalDigit(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
  default: false
  }
}
