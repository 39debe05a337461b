/// A member's key where it stands in the text: message decoding compares it with the keys that it knows, and makes no
/// string of it.

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
public struct JSONKey {
  /// The contents between the quotes, which are valid UTF-8, if they have no escapes.
  @usableFromInline let spelling: UnsafeBufferPointer<UInt8>
  /// The contents of a key that is spelled with escapes.
  @usableFromInline let unescaped: String?

  init(spelling: UnsafeBufferPointer<UInt8>, unescaped: String?) {
    self.spelling = spelling
    self.unescaped = unescaped
  }

  public var string: String { unescaped ?? String(decoding: spelling, as: UTF8.self) }

  /// Whether the key is this one, code point by code point.
  @inlinable
  public static func ~= (name: StaticString, key: JSONKey) -> Bool {
    if let unescaped = key.unescaped { return unescaped.utf8.elementsEqual(bytes(of: name)) }
    let name = bytes(of: name)
    guard name.count == key.spelling.count else { return false }
    for index in 0..<name.count where name[index] != key.spelling[index] { return false }
    return true
  }

  @inlinable
  static func bytes(of name: StaticString) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
  }
}
