/// Decimal spellings, written where they belong.

extension UInt64 {
  /// The most digits that a number has.
  static let mostDigits = 20

  /// Writes the number's digits.
  ///
  /// - Parameter text: room for ``mostDigits`` bytes.
  /// - Returns: how many there are.
  func writeDecimal(to text: UnsafeMutableRawPointer) -> Int {
    var digitCount = 1
    var bound: UInt64 = 10
    // No number has more digits, and no larger power of ten fits.
    while digitCount < Self.mostDigits, self >= bound {
      digitCount &+= 1
      bound = bound &* 10
    }
    var place = text + digitCount
    var rest = self
    repeat {
      place -= 1
      place.storeBytes(of: UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10), as: UInt8.self)
      rest /= 10
    } while rest > 0
    return digitCount
  }
}
