/// A key or a string where it stands in the text: message decoding compares it with the words that it knows, and makes
/// no `String` of it.

public import Glibc

/// Valid as long as the bytes that its reader reads.
///
/// ```swift
/// while let key = try reader.nextMember() {
///   switch key {
///   case "name": name = try reader.readString()
///   default: try reader.skipValue()
///   }
/// }
/// ```
public struct JSONText {
  /// The contents between the quotes: valid UTF-8, whose escapes, if it has any, are valid too.
  @usableFromInline let spelling: UnsafeBufferPointer<UInt8>
  @usableFromInline let hasEscapes: Bool

  init(spelling: UnsafeBufferPointer<UInt8>, hasEscapes: Bool) {
    self.spelling = spelling
    self.hasEscapes = hasEscapes
  }

  public var string: String {
    guard hasEscapes else { return String(decoding: spelling, as: UTF8.self) }
    // The reader has decoded it once, so that this cannot fail.
    return (try? spelling.unescaped(0..<spelling.count)) ?? ""
  }

  /// Hands the contents, in UTF-8 and without escapes, to the body.
  @inlinable
  public func withUTF8<Value>(_ body: (UnsafeBufferPointer<UInt8>) -> Value) -> Value {
    hasEscapes ? Array(string.utf8).withUnsafeBufferPointer(body) : body(spelling)
  }

  /// Whether the text is this one, code point by code point.
  @inlinable
  public static func ~= (name: StaticString, text: JSONText) -> Bool {
    let count = name.utf8CodeUnitCount
    if text.spelling.count == count, let start = text.spelling.baseAddress {
      // An escape is longer than what it stands for: with one, the text would be shorter than the name.
      return memcmp(start, name.utf8Start, count) == 0
    }
    return text.hasEscapes && text.isSpelledWithEscapes(name)
  }

  @usableFromInline
  func isSpelledWithEscapes(_ name: StaticString) -> Bool {
    // A byte takes at most the six of `\u0061`. What is longer is not decoded for every name that it is compared with.
    guard spelling.count <= 6 * name.utf8CodeUnitCount else { return false }
    return string.utf8.elementsEqual(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
  }
}
