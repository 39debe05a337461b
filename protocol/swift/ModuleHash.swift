/// The name of a module on the wire.

import WasmJSON

/// The SHA-256 of a module's bytes as they were loaded (binary or text), spelled as 64 lower-case hexadecimal digits.
/// The supervisor computes it; the worker uses it as a name only.
public struct ModuleHash: Hashable, Sendable, CustomStringConvertible {
  /// The digest's bytes, most significant first.
  private let words: (UInt64, UInt64, UInt64, UInt64)

  public var hexadecimal: String {
    words.0.hexadecimal + words.1.hexadecimal + words.2.hexadecimal + words.3.hexadecimal
  }

  /// Nil for anything but exactly 64 lower-case hexadecimal digits.
  public init?(_ hexadecimal: String) {
    let hash = Array(hexadecimal.utf8).withUnsafeBufferPointer { ModuleHash(utf8: $0) }
    guard let hash else { return nil }
    self = hash
  }

  /// The hash of its spelling in ASCII.
  init?(utf8 digits: UnsafeBufferPointer<UInt8>) {
    guard digits.count == 64,
      let first = UInt64(hexadecimal: digits[0..<16]), let second = UInt64(hexadecimal: digits[16..<32]),
      let third = UInt64(hexadecimal: digits[32..<48]), let fourth = UInt64(hexadecimal: digits[48..<64])
    else { return nil }
    words = (first, second, third, fourth)
  }

  /// The hash of a digest of 32 bytes; nil for another length.
  public init?(digest: some Sequence<UInt8>) {
    self.init(digest.map(\.hexadecimal).joined())
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

  func write(to json: inout JSONWriter) {
    json.write(plainTextOf: 64) { text in
      words.0.appendHexadecimal(to: &text)
      words.1.appendHexadecimal(to: &text)
      words.2.appendHexadecimal(to: &text)
      words.3.appendHexadecimal(to: &text)
    }
  }
}
