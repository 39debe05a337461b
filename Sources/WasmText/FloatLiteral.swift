/// Reads floating-point literals (Core 3.0, section 6.3.2 "Floating-Point") with exact rounding, ties to even.

/// A binary floating-point format.
struct FloatFormat {
  /// Bits of the significand that are stored.
  let significandBits: Int
  let exponentBits: Int

  static let f32 = FloatFormat(significandBits: 23, exponentBits: 8)
  static let f64 = FloatFormat(significandBits: 52, exponentBits: 11)

  var signBit: UInt64 { 1 << UInt64(significandBits + exponentBits) }
  var infinity: UInt64 { ((1 << UInt64(exponentBits)) - 1) << UInt64(significandBits) }
  var quietBit: UInt64 { 1 << UInt64(significandBits - 1) }
  var bias: Int { (1 << (exponentBits - 1)) - 1 }

  /// The bits of the number nearest to `significand * 2^exponent`; nil if that is beyond the largest number.
  ///
  /// The lowest bit of `significand` may stand for "and something more that is less than one such bit", provided that
  /// the bit above it is beyond the precision too, which callers see to by giving 62 bits or more in that case.
  func round(significand: UInt64, exponent: Int) -> UInt64? {
    guard significand != 0 else { return 0 }
    let shift = significand.leadingZeroBitCount
    let normalized = significand << UInt64(shift)
    // value = normalized * 2^(exponent - shift), and normalized is in 2^63 ..< 2^64
    let magnitude = exponent - shift + 63
    guard magnitude <= bias else { return nil }
    let smallest = 1 - bias
    // A subnormal number has fewer bits: the lowest that counts is always 2^(smallest - significandBits).
    let lost = 63 - significandBits + max(0, smallest - magnitude)
    if lost > 64 { return 0 }
    let kept = lost == 64 ? 0 : normalized >> UInt64(lost)
    let remainder = lost == 64 ? normalized : normalized & ((1 << UInt64(lost)) - 1)
    let half: UInt64 = 1 << UInt64(lost - 1)
    let roundsUp = remainder > half || (remainder == half && kept & 1 == 1)
    let rounded = kept + (roundsUp ? 1 : 0)
    // A carry out of the significand adds one to the exponent, which is what it should do.
    let exponentField = UInt64(max(0, magnitude - smallest))
    let bits = magnitude >= smallest ? (exponentField << UInt64(significandBits)) + rounded : rounded
    return bits < infinity ? bits : nil
  }
}

/// Reads a floating-point literal as the bits of the number in `format`.
func parseFloat(_ source: [UInt8], _ range: Range<Int>, format: FloatFormat) -> Literal<UInt64> {
  guard let first = range.first else { return .malformed }
  let isNegative = source[first] == UInt8(ascii: "-")
  let hasSign = isNegative || source[first] == UInt8(ascii: "+")
  let digits = (range.lowerBound + (hasSign ? 1 : 0))..<range.upperBound
  let sign = isNegative ? format.signBit : 0
  switch parseMagnitude(source, digits, format: format) {
  case .bits(let bits): return .bits(sign | bits)
  case .outOfRange: return .outOfRange
  case .malformed: return .malformed
  }
}

private func parseMagnitude(_ source: [UInt8], _ range: Range<Int>, format: FloatFormat) -> Literal<UInt64> {
  if source[range].elementsEqual("inf".utf8) { return .bits(format.infinity) }
  if source[range].elementsEqual("nan".utf8) { return .bits(format.infinity | format.quietBit) }
  if source[range].starts(with: "nan:0x".utf8) {
    let digits = (range.lowerBound + 6)..<range.upperBound
    guard let payload = parseDigits(source, digits, radix: 16) else { return .malformed }
    guard case .value(let value) = payload, value > 0, value < format.quietBit << 1 else { return .outOfRange }
    return .bits(format.infinity | value)
  }
  let isHex = hasHexPrefix(source, range)
  let start = range.lowerBound + (isHex ? 2 : 0)
  guard let parts = FloatParts(source, start..<range.upperBound, isHex: isHex) else { return .malformed }
  let bits = isHex ? parts.hexadecimal(source, format) : parts.decimal(source, format)
  return bits.map { .bits($0) } ?? .outOfRange
}

/// Where the digits of a literal are, and its exponent.
private struct FloatParts {
  var integer: Range<Int>
  var fraction: Range<Int>
  /// Bounded, so that adding the number of digits cannot overflow; beyond the bound the value is 0 or infinite anyway.
  var exponent: Int

  static let exponentBound: UInt64 = 1 << 60

  init?(_ source: [UInt8], _ range: Range<Int>, isHex: Bool) {
    let radix: UInt64 = isHex ? 16 : 10
    let marker = UInt8(ascii: isHex ? "p" : "e")
    // The case of a letter is one bit.
    let mantissaEnd = source[range].firstIndex { $0 | 0x20 == marker } ?? range.upperBound
    let point = source[range.lowerBound..<mantissaEnd].firstIndex(of: UInt8(ascii: "."))
    integer = range.lowerBound..<(point ?? mantissaEnd)
    fraction = (point.map { $0 + 1 } ?? mantissaEnd)..<mantissaEnd
    exponent = 0
    guard parseDigits(source, integer, radix: radix) != nil else { return nil }
    guard fraction.isEmpty || parseDigits(source, fraction, radix: radix) != nil else { return nil }
    guard mantissaEnd < range.upperBound else { return }
    var digits = (mantissaEnd + 1)..<range.upperBound
    let sign = digits.first.map { source[$0] }
    let isNegative = sign == UInt8(ascii: "-")
    if isNegative || sign == UInt8(ascii: "+") { digits = (digits.lowerBound + 1)..<digits.upperBound }
    guard let magnitude = parseDigits(source, digits, radix: 10) else { return nil }
    let value: UInt64 =
      if case .value(let value) = magnitude { min(value, Self.exponentBound) } else { Self.exponentBound }
    exponent = isNegative ? -Int(value) : Int(value)
  }

  /// The bits of a hexadecimal number; nil if it is out of range.
  func hexadecimal(_ source: [UInt8], _ format: FloatFormat) -> UInt64? {
    var significand: UInt64 = 0
    var scale = exponent
    for (range, isFraction) in [(integer, false), (fraction, true)] {
      for position in range {
        guard let digit = hexDigit(source[position]) else { continue }
        if significand >> 60 == 0 {
          significand = significand << 4 | UInt64(digit)
          if isFraction { scale -= 4 }
        } else {
          // Beyond the precision: only whether there is something matters.
          if digit != 0 { significand |= 1 }
          if !isFraction { scale += 4 }
        }
      }
    }
    return format.round(significand: significand, exponent: scale)
  }

  /// The most significant decimal digits that can matter: halfway points of f64 have at most 767.
  private static let digitLimit = 800

  /// The bits of a decimal number; nil if it is out of range.
  func decimal(_ source: [UInt8], _ format: FloatFormat) -> UInt64? {
    var digits: [UInt8] = []
    var scale = exponent
    var hasMore = false
    for (range, isFraction) in [(integer, false), (fraction, true)] {
      for position in range {
        guard let digit = hexDigit(source[position]) else { continue }
        if digits.count == Self.digitLimit {
          if digit != 0 { hasMore = true }
          if !isFraction { scale += 1 }
        } else {
          if digit != 0 || !digits.isEmpty { digits.append(digit) }
          if isFraction { scale -= 1 }
        }
      }
    }
    guard !digits.isEmpty else { return 0 }
    if hasMore {
      digits.append(1)
      scale -= 1
    }
    // value = 0.d1d2d3... * 10^(digits.count + scale)
    let magnitude = digits.count + scale
    if magnitude > 400 { return nil }
    if magnitude < -400 { return 0 }
    if let bits = exact(digits, scale, format) { return bits }
    return DecimalConversion(digits: digits, scale: scale).round(format)
  }

  /// The result of one exact division or multiplication of numbers that the format holds exactly; nil if that is not
  /// possible. Most literals of real programs are of this kind.
  private func exact(_ digits: [UInt8], _ scale: Int, _ format: FloatFormat) -> UInt64? {
    guard digits.count <= 19 else { return nil }
    let value = digits.reduce(UInt64(0)) { $0 &* 10 &+ UInt64($1) }
    guard value < 1 << UInt64(format.significandBits + 1) else { return nil }
    // 10^10 and 10^22 are the largest powers of ten that f32 and f64 hold exactly.
    if format.significandBits == 23 {
      guard abs(scale) <= 10 else { return nil }
      let power = (0..<abs(scale)).reduce(Float(1)) { power, _ in power * 10 }
      return UInt64((scale < 0 ? Float(value) / power : Float(value) * power).bitPattern)
    }
    guard abs(scale) <= 22 else { return nil }
    let power = (0..<abs(scale)).reduce(Double(1)) { power, _ in power * 10 }
    return (scale < 0 ? Double(value) / power : Double(value) * power).bitPattern
  }
}
