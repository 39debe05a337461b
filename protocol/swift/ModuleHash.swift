/// The name of a module on the wire.

/// The SHA-256 of a module's bytes as they were loaded (binary or text), spelled as 64 lower-case hexadecimal digits.
/// The supervisor computes it; the worker uses it as a name only.
public struct ModuleHash: Hashable, Sendable, CustomStringConvertible {
  public let hexadecimal: String

  /// Nil for anything but exactly 64 lower-case hexadecimal digits.
  public init?(_ hexadecimal: String) {
    guard hexadecimal.utf8.count == 64, hexadecimal.utf8.allSatisfy({ hexadecimalDigit($0) != nil }) else { return nil }
    self.hexadecimal = hexadecimal
  }

  /// The hash of a digest of 32 bytes; nil for another length.
  public init?(digest: some Sequence<UInt8>) {
    self.init(digest.map(\.hexadecimal).joined())
  }

  public var description: String { hexadecimal }
}
