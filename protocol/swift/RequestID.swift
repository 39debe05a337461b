/// The name of a request, which its answer must repeat.

/// 64 random bits. A worker cannot guess the id of a request that it has not seen, so an answer that was written ahead
/// of its request never matches. Spelled as 16 lower-case hexadecimal digits, since JSON numbers lose precision above
/// 2^53 in many languages.
public struct RequestID: Hashable, Sendable, CustomStringConvertible {
  public let value: UInt64

  public init(_ value: UInt64) { self.value = value }

  /// A new id from the system's random number generator.
  public static func random() -> RequestID { RequestID(UInt64.random(in: .min ... .max)) }

  /// The id of a spelling; nil for anything but exactly 16 lower-case hexadecimal digits.
  public init?(_ spelling: String) { self.init(hexadecimal: spelling) }

  public var description: String { hexadecimal }
}

extension RequestID: HexadecimalSpelling {
  static var digitCount: Int { UInt64.digitCount }

  init?(hexadecimalDigits digits: UnsafeRawPointer) {
    guard let value = UInt64(hexadecimalDigits: digits) else { return nil }
    self.value = value
  }

  func writeHexadecimal(to text: UnsafeMutableRawPointer) { value.writeHexadecimal(to: text) }
}
