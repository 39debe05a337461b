/// Reads integer literals (Core 3.0, section 6.3.1 "Integers").

/// The value of a hexadecimal digit.
@inline(__always)
func hexDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}

/// The value of a run of digits.
enum Magnitude: Equatable {
  case value(UInt64)
  /// 2^64 or more.
  case tooLarge
}

/// Reads digits with single underscores between them; nil if they are not that.
func parseDigits(_ source: [UInt8], _ range: Range<Int>, radix: UInt64) -> Magnitude? {
  var value: UInt64 = 0
  var overflow = false
  var previousIsDigit = false
  for position in range {
    let byte = source[position]
    if byte == UInt8(ascii: "_") {
      guard previousIsDigit else { return nil }
      previousIsDigit = false
      continue
    }
    guard let digit = hexDigit(byte), UInt64(digit) < radix else { return nil }
    let product = value.multipliedReportingOverflow(by: radix)
    let sum = product.partialValue.addingReportingOverflow(UInt64(digit))
    overflow = overflow || product.overflow || sum.overflow
    value = sum.partialValue
    previousIsDigit = true
  }
  guard previousIsDigit else { return nil }
  return overflow ? .tooLarge : .value(value)
}

/// Reads an unsigned integer, decimal or hexadecimal (`uN`); nil if it is not one.
func parseUnsigned(_ source: [UInt8], _ range: Range<Int>) -> Magnitude? {
  if hasHexPrefix(source, range) {
    return parseDigits(source, (range.lowerBound + 2)..<range.upperBound, radix: 16)
  }
  return parseDigits(source, range, radix: 10)
}

func hasHexPrefix(_ source: [UInt8], _ range: Range<Int>) -> Bool {
  range.count > 2 && source[range.lowerBound] == UInt8(ascii: "0") && source[range.lowerBound + 1] == UInt8(ascii: "x")
}

/// The outcome of reading a numeric literal.
enum Literal<Bits> {
  case bits(Bits)
  case outOfRange
  case malformed
}

/// Reads an integer of `width` bits that may have a sign, as its two's complement bits.
///
/// A number without a minus sign may use all bits; a negative one may not be below -2^(width - 1).
func parseInteger(_ source: [UInt8], _ range: Range<Int>, width: UInt64) -> Literal<UInt64> {
  guard let first = range.first else { return .malformed }
  let isNegative = source[first] == UInt8(ascii: "-")
  let hasSign = isNegative || source[first] == UInt8(ascii: "+")
  let digits = (range.lowerBound + (hasSign ? 1 : 0))..<range.upperBound
  guard let magnitude = parseUnsigned(source, digits) else { return .malformed }
  guard case .value(let value) = magnitude else { return .outOfRange }
  let mask = UInt64.max >> (64 - width)
  if isNegative {
    return value <= 1 << (width - 1) ? .bits((0 &- value) & mask) : .outOfRange
  }
  return value <= mask ? .bits(value) : .outOfRange
}
