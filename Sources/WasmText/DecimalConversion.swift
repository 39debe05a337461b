/// Converts a decimal number to binary floating point exactly, with integers as large as it takes.
///
/// `strtod` would need a terminated copy and depends on the process's locale; this depends on nothing.

/// The number `digits * 10^scale`, with at most some 800 digits and a magnitude between 10^-400 and 10^400.
struct DecimalConversion {
  var digits: [UInt8]
  var scale: Int

  /// The bits of the nearest number in `format`, ties to even; nil if it is beyond the largest.
  func round(_ format: FloatFormat) -> UInt64? {
    var numerator = LargeInteger()
    // Nine digits at a time, as many as fit a limb.
    for start in stride(from: 0, to: digits.count, by: 9) {
      let group = digits[start..<min(start + 9, digits.count)]
      let value = group.reduce((number: UInt32(0), power: UInt32(1))) { ($0.number * 10 + UInt32($1), $0.power * 10) }
      numerator.multiply(by: value.power, adding: value.number)
    }
    var denominator = LargeInteger(1)
    // 10^n = 5^n * 2^n: the power of two goes into the exponent.
    if scale >= 0 {
      numerator.multiplyByPowerOfFive(scale)
    } else {
      denominator.multiplyByPowerOfFive(-scale)
    }
    // Shift so that the quotient has 62 or 63 bits; what remains is the sticky bit below them.
    let shift = 62 - (numerator.bitWidth - denominator.bitWidth)
    if shift >= 0 {
      numerator.shiftLeft(shift)
    } else {
      denominator.shiftLeft(-shift)
    }
    let (quotient, hasRemainder) = numerator.quotientOfSimilarSize(by: denominator)
    return format.round(significand: quotient << 1 | (hasRemainder ? 1 : 0), exponent: scale - shift - 1)
  }
}

/// A non-negative integer of any size, the lowest 32 bits first and without leading zeros.
private struct LargeInteger {
  var limbs: [UInt32]

  init(_ value: UInt32 = 0) { limbs = value == 0 ? [] : [value] }

  var bitWidth: Int {
    guard let top = limbs.last else { return 0 }
    return limbs.count * 32 - top.leadingZeroBitCount
  }

  mutating func multiply(by factor: UInt32, adding addend: UInt32 = 0) {
    var carry = UInt64(addend)
    for index in limbs.indices {
      let product = UInt64(limbs[index]) * UInt64(factor) + carry
      limbs[index] = UInt32(truncatingIfNeeded: product)
      carry = product >> 32
    }
    if carry != 0 { limbs.append(UInt32(carry)) }
  }

  mutating func multiplyByPowerOfFive(_ exponent: Int) {
    var rest = exponent
    // 5^13 is the largest power of five below 2^32.
    while rest >= 13 {
      multiply(by: 1_220_703_125)
      rest -= 13
    }
    for _ in 0..<rest { multiply(by: 5) }
  }

  mutating func shiftLeft(_ count: Int) {
    guard !limbs.isEmpty, count > 0 else { return }
    let bits = UInt32(count % 32)
    if bits != 0 {
      var carry: UInt32 = 0
      for index in limbs.indices {
        let limb = limbs[index]
        limbs[index] = limb << bits | carry
        carry = limb >> (32 - bits)
      }
      if carry != 0 { limbs.append(carry) }
    }
    limbs.insert(contentsOf: repeatElement(0, count: count / 32), at: 0)
  }

  /// The quotient, which must be below 2^64, and whether something remains: Knuth's algorithm D (TAOCP 4.3.1).
  func quotientOfSimilarSize(by divisor: LargeInteger) -> (quotient: UInt64, hasRemainder: Bool) {
    var dividend = self
    var divisor = divisor
    guard let top = divisor.limbs.last else { return (0, false) }
    dividend.shiftLeft(top.leadingZeroBitCount)
    divisor.shiftLeft(top.leadingZeroBitCount)
    // A second limb makes the estimate below good; a zero at the bottom of both does not change the quotient.
    if divisor.limbs.count == 1 {
      dividend.limbs.insert(0, at: 0)
      divisor.limbs.insert(0, at: 0)
    }
    let size = divisor.limbs.count
    let leading = UInt64(divisor.limbs[size - 1])
    let second = UInt64(divisor.limbs[size - 2])
    dividend.limbs.append(contentsOf: repeatElement(0, count: max(1, size + 1 - dividend.limbs.count)))
    var quotient: UInt64 = 0
    for position in (0..<(dividend.limbs.count - size)).reversed() {
      let high = UInt64(dividend.limbs[position + size]) << 32 | UInt64(dividend.limbs[position + size - 1])
      var estimate = min(high / leading, UInt64(UInt32.max))
      var rest = high - estimate * leading
      while rest <= UInt64(UInt32.max), estimate * second > rest << 32 | UInt64(dividend.limbs[position + size - 2]) {
        estimate -= 1
        rest += leading
      }
      if dividend.subtract(divisor, times: estimate, at: position) {
        estimate -= 1
        dividend.add(divisor, at: position)
      }
      quotient = quotient << 32 | estimate
    }
    return (quotient, dividend.limbs.contains { $0 != 0 })
  }

  /// Subtracts `other * factor * 2^(32 * position)`, wrapping around; true if the true result would be negative.
  private mutating func subtract(_ other: LargeInteger, times factor: UInt64, at position: Int) -> Bool {
    var carry: UInt64 = 0
    var borrow: Int64 = 0
    for index in other.limbs.indices {
      let product = UInt64(other.limbs[index]) * factor + carry
      carry = product >> 32
      let difference = Int64(limbs[position + index]) - Int64(product & 0xFFFF_FFFF) + borrow
      limbs[position + index] = UInt32(truncatingIfNeeded: difference)
      borrow = difference >> 32
    }
    let top = position + other.limbs.count
    let difference = Int64(limbs[top]) - Int64(carry) + borrow
    limbs[top] = UInt32(truncatingIfNeeded: difference)
    return difference < 0
  }

  /// Adds `other * 2^(32 * position)`, wrapping around.
  private mutating func add(_ other: LargeInteger, at position: Int) {
    var carry: UInt64 = 0
    for index in other.limbs.indices {
      let sum = UInt64(limbs[position + index]) + UInt64(other.limbs[index]) + carry
      limbs[position + index] = UInt32(truncatingIfNeeded: sum)
      carry = sum >> 32
    }
    let top = position + other.limbs.count
    limbs[top] = UInt32(truncatingIfNeeded: UInt64(limbs[top]) + carry)
  }
}
