/// The name of a module on the wire.

import WasmJSON

/// The SHA-256 of a module's bytes as they were loaded (binary or text), spelled as 64 lower-case hexadecimal digits.
/// The supervisor computes it; the worker uses it as a name only.
public struct ModuleHash: Hashable, Sendable, CustomStringConvertible {
  /// The digest's bytes, most significant first.
  private let words: (UInt64, UInt64, UInt64, UInt64)

  /// Nil for anything but exactly 64 lower-case hexadecimal digits.
  public init?(_ hexadecimal: String) { self.init(hexadecimal: hexadecimal) }

  /// The hash of a digest of 32 bytes; nil for another length.
  public init?(digest: some Sequence<UInt8>) {
    let bytes = Array(digest)
    guard bytes.count == 32 else { return nil }
    func word(_ index: Int) -> UInt64 { bytes[8 * index..<8 * (index + 1)].reduce(0) { $0 << 8 | UInt64($1) } }
    words = (word(0), word(1), word(2), word(3))
  }

  public var description: String { hexadecimal }

  public static func == (first: ModuleHash, second: ModuleHash) -> Bool { first.words == second.words }

  public func hash(into hasher: inout Hasher) {
    // A digest's bits are as good as random, but a guest's author may have chosen some of them.
    hasher.combine(words.0)
    hasher.combine(words.1)
    hasher.combine(words.2)
    hasher.combine(words.3)
  }
}

extension ModuleHash: HexadecimalSpelling {
  static var digitCount: Int { 64 }

  init?(hexadecimalDigits digits: UnsafeRawPointer) {
    guard let first = UInt64(hexadecimalDigits: digits), let second = UInt64(hexadecimalDigits: digits + 16),
      let third = UInt64(hexadecimalDigits: digits + 32), let fourth = UInt64(hexadecimalDigits: digits + 48)
    else { return nil }
    words = (first, second, third, fourth)
  }

  func writeHexadecimal(to text: UnsafeMutableRawPointer) {
    words.0.writeHexadecimal(to: text)
    words.1.writeHexadecimal(to: text + 16)
    words.2.writeHexadecimal(to: text + 32)
    words.3.writeHexadecimal(to: text + 48)
  }

  public var hexadecimal: String {
    words.0.hexadecimal + words.1.hexadecimal + words.2.hexadecimal + words.3.hexadecimal
  }
}
