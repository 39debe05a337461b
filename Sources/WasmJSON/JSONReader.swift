/// The byte-level JSON reader: a pull parser on which both message decoding and the generic parser stand.

/// Reads a JSON document (RFC 8259, strictly) value by value, without building a tree.
///
/// The bytes must stay valid while the reader is in use. The caller says what it expects next; anything else is a
/// ``JSONError``. An object is read like this:
/// ```swift
/// try reader.beginObject()
/// while let key = try reader.nextKey() {
///   switch key {
///   case "name": name = try reader.readString()
///   default: try reader.skipValue()
///   }
/// }
/// try reader.finish()
/// ```
public struct JSONReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let limits: JSONLimits
  /// Offset of the next byte to read.
  public private(set) var offset = 0
  /// Containers that are open.
  private var depth = 0
  /// Values begun so far.
  private var nodes = 0
  /// The innermost container has had no element yet.
  private var atFirst = false

  /// What the next value is, by its first byte.
  public enum ValueKind: Hashable, Sendable {
    case null, bool, number, string, array, object
  }

  public init(_ bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits = .default) throws(JSONError) {
    guard bytes.count <= limits.bytes else { throw JSONError(.tooLong, at: limits.bytes) }
    self.bytes = bytes
    self.limits = limits
  }

  // MARK: Structure

  /// Enters an object.
  public mutating func beginObject() throws(JSONError) { try begin(with: ASCII.openBrace) }

  /// Enters an array.
  public mutating func beginArray() throws(JSONError) { try begin(with: ASCII.openBracket) }

  private mutating func begin(with opening: UInt8) throws(JSONError) {
    let first = try peek()
    guard first == opening else { throw JSONError(startsValue(first) ? .wrongType : .unexpectedByte, at: offset) }
    try countNode()
    guard depth < limits.depth else { throw JSONError(.tooDeep, at: offset) }
    depth += 1
    offset += 1
    atFirst = true
  }

  /// The key of the current object's next member, whose value must be read or skipped next; nil at the object's end.
  public mutating func nextKey() throws(JSONError) -> String? { try nextMember()?.string }

  /// Like ``nextKey()``, for callers that only compare the key.
  public mutating func nextMember() throws(JSONError) -> JSONText? {
    guard try advance(closing: ASCII.closeBrace) else { return nil }
    guard try peek() == ASCII.quote else { throw JSONError(.unexpectedByte, at: offset) }
    let key = try scanText()
    guard try peek() == ASCII.colon else { throw JSONError(.unexpectedByte, at: offset) }
    offset += 1
    return key
  }

  /// Whether the current array has another element, which must be read or skipped next.
  public mutating func nextElement() throws(JSONError) -> Bool { try advance(closing: ASCII.closeBracket) }

  /// Moves past a separator, or past the end of the container (false).
  @inline(__always)
  private mutating func advance(closing: UInt8) throws(JSONError) -> Bool {
    let next = try peek()
    if next == closing {
      offset += 1
      depth -= 1
      atFirst = false
      return false
    }
    if atFirst {
      atFirst = false
    } else {
      guard next == ASCII.comma else { throw JSONError(.unexpectedByte, at: offset) }
      offset += 1
      // `[1,]` must not read as an array's end.
      if try peek() == closing { throw JSONError(.unexpectedByte, at: offset) }
    }
    return true
  }

  /// Checks that nothing but white space is left.
  public mutating func finish() throws(JSONError) {
    skipWhitespace()
    guard offset == bytes.count else { throw JSONError(.trailingBytes, at: offset) }
  }

  // MARK: Scalars

  /// What the next value is. Only its first byte has been looked at: reading it may still fail.
  public mutating func peekKind() throws(JSONError) -> ValueKind {
    switch try peek() {
    case ASCII.quote: return .string
    case ASCII.openBrace: return .object
    case ASCII.openBracket: return .array
    case UInt8(ascii: "n"): return .null
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
    default: throw JSONError(.unexpectedByte, at: offset)
    }
  }

  /// Reads `null` if that is next; false, and nothing is read, if it is another value.
  public mutating func readNull() throws(JSONError) -> Bool {
    guard try peek() == UInt8(ascii: "n") else { return false }
    try countNode()
    try scanLiteral("null")
    return true
  }

  public mutating func readBool() throws(JSONError) -> Bool {
    switch try peek() {
    case UInt8(ascii: "t"):
      try countNode()
      try scanLiteral("true")
      return true
    case UInt8(ascii: "f"):
      try countNode()
      try scanLiteral("false")
      return false
    default: throw try wrongType()
    }
  }

  public mutating func readString() throws(JSONError) -> String { try readText().string }

  /// Like ``readString()``, for callers that need no `String` of it.
  public mutating func readText() throws(JSONError) -> JSONText {
    guard try peek() == ASCII.quote else { throw try wrongType() }
    try countNode()
    return try scanText()
  }

  /// Reads an integer in the range of `Int64`, spelled without fraction or exponent.
  public mutating func readInt64() throws(JSONError) -> Int64 {
    let start = try beginNumber()
    guard case .integer(let value) = try scanNumber() else { throw JSONError(.wrongType, at: start) }
    return value
  }

  /// Reads an integer in the range of `UInt64`, spelled without fraction, exponent or sign.
  public mutating func readUInt64() throws(JSONError) -> UInt64 {
    let start = try beginNumber()
    if let value = scanShortInteger() { return value }
    switch try scanNumber() {
    case .integer(let value) where value >= 0: return UInt64(value)
    case .unsigned(let value): return value
    default: throw JSONError(.wrongType, at: start)
    }
  }

  /// Reads any number as the nearest `Double`.
  public mutating func readDouble() throws(JSONError) -> Double {
    let start = try beginNumber()
    guard let value = try scanNumber().doubleValue else { throw JSONError(.wrongType, at: start) }
    return value
  }

  @inline(__always)
  private mutating func beginNumber() throws(JSONError) -> Int {
    let first = try peek()
    guard first &- UInt8(ascii: "0") < 10 || first == UInt8(ascii: "-") else { throw try wrongType() }
    try countNode()
    return offset
  }

  /// The error for a value that is not of the type that the caller asked for.
  private mutating func wrongType() throws(JSONError) -> JSONError {
    _ = try peekKind()
    return JSONError(.wrongType, at: offset)
  }

  // MARK: Whole values

  /// Checks and passes over the next value, whatever it is. Everything in it is checked as strictly as when read.
  public mutating func skipValue() throws(JSONError) {
    // One bit per open container is all that is needed to go on after a nested one ends.
    var isObject: [Bool] = []
    repeat {
      if let inObject = isObject.last {
        guard try advance(closing: inObject ? ASCII.closeBrace : ASCII.closeBracket) else {
          isObject.removeLast()
          continue
        }
        if inObject { try skipKey() }
      }
      switch try peekKind() {
      case .object:
        try begin(with: ASCII.openBrace)
        isObject.append(true)
      case .array:
        try begin(with: ASCII.openBracket)
        isObject.append(false)
      default: try skipScalar()
      }
    } while !isObject.isEmpty
  }

  private mutating func skipKey() throws(JSONError) {
    guard try peek() == ASCII.quote else { throw JSONError(.unexpectedByte, at: offset) }
    _ = try scanText()
    guard try peek() == ASCII.colon else { throw JSONError(.unexpectedByte, at: offset) }
    offset += 1
  }

  private mutating func skipScalar() throws(JSONError) {
    try countNode()
    switch bytes[offset] {
    case ASCII.quote: _ = try scanText()
    case UInt8(ascii: "n"): try scanLiteral("null")
    case UInt8(ascii: "t"): try scanLiteral("true")
    case UInt8(ascii: "f"): try scanLiteral("false")
    default: _ = try scanNumber()
    }
  }

  private mutating func readScalar() throws(JSONError) -> JSONValue {
    try countNode()
    switch bytes[offset] {
    case ASCII.quote: return .string(try scanText().string)
    case UInt8(ascii: "n"):
      try scanLiteral("null")
      return .null
    case UInt8(ascii: "t"):
      try scanLiteral("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try scanLiteral("false")
      return .bool(false)
    default: return try scanNumber()
    }
  }

  /// Reads the next value, whatever it is, as a tree. Of a key that appears twice the last value wins.
  public mutating func readValue() throws(JSONError) -> JSONValue {
    switch try peekKind() {
    case .array, .object: return try readContainer()
    default: return try readScalar()
    }
  }

  /// A container under construction. Finished values wait in one stack for all of them, so that every array and object
  /// is allocated once and at its size, and no depth of nesting uses the thread's stack.
  private struct OpenContainer {
    var isObject: Bool
    var start: Int
    /// Of an object: the key of the member whose value is being read.
    var key = ""
  }

  private mutating func readContainer() throws(JSONError) -> JSONValue {
    var values: [JSONValue] = []
    var members: [JSONObject.Member] = []
    var open = OpenContainer(isObject: try beginContainer(), start: 0)
    // Those around it. Most documents have no nested ones.
    var outer: [OpenContainer] = []
    while true {
      let value: JSONValue
      if try !nextItem(&open) {
        value =
          open.isObject
          ? .object(JSONObject(parsed: Self.take(&members, from: open.start)))
          : .array(Self.take(&values, from: open.start))
        guard let parent = outer.popLast() else { return value }
        open = parent
      } else {
        switch try peekKind() {
        case .object, .array:
          outer.append(open)
          let isObject = try beginContainer()
          open = OpenContainer(isObject: isObject, start: isObject ? members.count : values.count)
          continue
        default: value = try readScalar()
        }
      }
      if open.isObject {
        if members.isEmpty { members.reserveCapacity(Self.usualCount) }
        members.append(JSONObject.Member(key: open.key, value: value))
      } else {
        if values.isEmpty { values.reserveCapacity(Self.usualCount) }
        values.append(value)
      }
    }
  }

  /// What most arrays and objects have room in.
  private static let usualCount = 4

  /// Enters the array or object that is next.
  private mutating func beginContainer() throws(JSONError) -> Bool {
    let isObject = bytes[offset] == ASCII.openBrace
    try begin(with: isObject ? ASCII.openBrace : ASCII.openBracket)
    return isObject
  }

  /// Whether a container has another member or element; the member's key is noted.
  private mutating func nextItem(_ container: inout OpenContainer) throws(JSONError) -> Bool {
    guard container.isObject else { return try nextElement() }
    guard let key = try nextMember() else { return false }
    container.key = key.string
    return true
  }

  private static func take<Element>(_ stack: inout [Element], from start: Int) -> [Element] {
    guard start < stack.count else { return [] }
    if start == 0 {
      let all = stack
      stack = []
      return all
    }
    let top = Array(stack[start...])
    stack.removeLast(stack.count - start)
    return top
  }

  // MARK: Bytes

  @inline(__always)
  private mutating func skipWhitespace() {
    while offset < bytes.count {
      switch bytes[offset] {
      case 0x20, 0x0A, 0x0D, 0x09: offset += 1
      default: return
      }
    }
  }

  /// The first byte of what comes next, after white space.
  @inline(__always)
  private mutating func peek() throws(JSONError) -> UInt8 {
    skipWhitespace()
    guard offset < bytes.count else { throw JSONError(.unexpectedEnd, at: offset) }
    return bytes[offset]
  }

  @inline(__always)
  private mutating func countNode() throws(JSONError) {
    nodes += 1
    guard nodes <= limits.nodes else { throw JSONError(.tooManyNodes, at: offset) }
  }

  private func startsValue(_ byte: UInt8) -> Bool {
    switch byte {
    case ASCII.quote, ASCII.openBrace, ASCII.openBracket, UInt8(ascii: "n"), UInt8(ascii: "t"), UInt8(ascii: "f"),
      UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  private mutating func scanLiteral(_ literal: StaticString) throws(JSONError) {
    for index in 0..<literal.utf8CodeUnitCount {
      guard offset < bytes.count else { throw JSONError(.unexpectedEnd, at: offset) }
      guard bytes[offset] == literal.utf8Start[index] else { throw JSONError(.unexpectedByte, at: offset) }
      offset += 1
    }
  }

  // MARK: Numbers

  /// Passes over decimal digits and says how many there were.
  @inline(__always)
  private mutating func scanDigits() -> Int {
    let start = offset
    while offset < bytes.count, bytes[offset] &- UInt8(ascii: "0") < 10 { offset += 1 }
    return offset - start
  }

  private mutating func scanNumber() throws(JSONError) -> JSONValue {
    if let value = scanShortInteger() { return .integer(Int64(truncatingIfNeeded: value)) }
    let start = offset
    let isNegative = bytes[offset] == UInt8(ascii: "-")
    if isNegative { offset += 1 }
    let digitsStart = offset
    let digitCount = scanDigits()
    try requireDigits(digitCount, numberStart: start)
    if digitCount > 1, bytes[digitsStart] == UInt8(ascii: "0") { throw JSONError(.invalidNumber, at: digitsStart) }
    var isInteger = true
    if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
      isInteger = false
      offset += 1
      try requireDigits(scanDigits(), numberStart: start)
    }
    if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
      isInteger = false
      offset += 1
      if offset < bytes.count, bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-") { offset += 1 }
      try requireDigits(scanDigits(), numberStart: start)
    }
    guard offset - start <= limits.numberBytes else { throw JSONError(.numberTooLong, at: start) }
    if isInteger, let value = integer(digits: digitsStart..<offset, isNegative: isNegative) { return value }
    return .double(try double(start..<offset))
  }

  /// Reads what most numbers in messages are: an integer of at most 18 digits without a sign. Nil, and nothing is read, for
  /// any other, which ``scanNumber()`` reads or refuses.
  private mutating func scanShortInteger() -> UInt64? {
    var index = offset
    var value: UInt64 = 0
    while index < bytes.count {
      let digit = bytes[index] &- UInt8(ascii: "0")
      guard digit < 10 else { break }
      value = value &* 10 &+ UInt64(digit)
      index += 1
    }
    let count = index - offset
    // 18 digits cannot overflow.
    guard count > 0, count <= min(18, limits.numberBytes), count == 1 || bytes[offset] != UInt8(ascii: "0") else {
      return nil
    }
    if index < bytes.count, bytes[index] == UInt8(ascii: ".") || bytes[index] | 0x20 == UInt8(ascii: "e") { return nil }
    offset = index
    return value
  }

  private func requireDigits(_ count: Int, numberStart: Int) throws(JSONError) {
    guard count == 0 else { return }
    throw offset < bytes.count ? JSONError(.invalidNumber, at: offset) : JSONError(.unexpectedEnd, at: offset)
  }

  /// The integer that some digits spell; nil if it must be a `Double`: out of range, or a negative zero.
  private func integer(digits: Range<Int>, isNegative: Bool) -> JSONValue? {
    // 20 digits are the most that 64 bits can need.
    guard digits.count <= 20 else { return nil }
    var magnitude: UInt64 = 0
    for index in digits {
      let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(bytes[index] &- UInt8(ascii: "0")))
      if overflow || carry { return nil }
      magnitude = sum
    }
    if !isNegative {
      return magnitude <= UInt64(Int64.max) ? .integer(Int64(magnitude)) : .unsigned(magnitude)
    }
    if magnitude == 0 || magnitude > Int64.min.magnitude { return nil }
    return .integer(Int64(truncatingIfNeeded: 0 &- magnitude))
  }

  private func double(_ range: Range<Int>) throws(JSONError) -> Double {
    if let value = exactDouble(range) { return value }
    let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    guard let value = Double(text) else { throw JSONError(.invalidNumber, at: range.lowerBound) }
    guard value.isFinite else { throw JSONError(.numberOutOfRange, at: range.lowerBound) }
    return value
  }

  /// The usual short numbers: up to 15 digits times a power of ten up to 22 are exact in one operation (Clinger).
  private func exactDouble(_ range: Range<Int>) -> Double? {
    var index = range.lowerBound
    let isNegative = bytes[index] == UInt8(ascii: "-")
    if isNegative { index += 1 }
    var significand: UInt64 = 0
    var digitCount = 0
    var scale = 0
    var afterPoint = false
    while index < range.upperBound {
      let digit = bytes[index] &- UInt8(ascii: "0")
      if digit < 10 {
        significand = significand &* 10 &+ UInt64(digit)
        if significand != 0 { digitCount += 1 }
        if afterPoint { scale -= 1 }
        if digitCount > 15 { return nil }
      } else if bytes[index] == UInt8(ascii: ".") {
        afterPoint = true
      } else {
        guard let exponent = smallExponent(from: index + 1, to: range.upperBound) else { return nil }
        scale += exponent
        break
      }
      index += 1
    }
    let magnitude = Double(significand)
    guard scale.magnitude < UInt(powersOfTen.count) else { return nil }
    let value = scale < 0 ? magnitude / powersOfTen[-scale] : magnitude * powersOfTen[scale]
    return isNegative ? -value : value
  }

  private func smallExponent(from start: Int, to end: Int) -> Int? {
    var index = start
    let isNegative = bytes[index] == UInt8(ascii: "-")
    if isNegative || bytes[index] == UInt8(ascii: "+") { index += 1 }
    guard end - index <= 3 else { return nil }
    var exponent = 0
    while index < end {
      exponent = exponent * 10 + Int(bytes[index] &- UInt8(ascii: "0"))
      index += 1
    }
    return isNegative ? -exponent : exponent
  }
}

// MARK: - Strings

extension JSONReader {
  /// Reads a string, or a key, whose opening quote is next.
  private mutating func scanText() throws(JSONError) -> JSONText {
    let start = offset &+ 1
    var bits: UInt64 = 0
    let end = bytes.endOfPlainText(from: start, &bits)
    guard end < bytes.count, bytes[end] == ASCII.quote, bits & highestBits == 0 else {
      return try scanUnusualText(from: start)
    }
    offset = end &+ 1
    return text(start..<end, hasEscapes: false)
  }

  private func text(_ contents: Range<Int>, hasEscapes: Bool) -> JSONText {
    JSONText(
      spelling: UnsafeBufferPointer(
        start: bytes.baseAddress.unsafelyUnwrapped + contents.lowerBound, count: contents.count),
      hasEscapes: hasEscapes)
  }

  /// Like ``scanText()``, for strings with escapes, or bytes that are not ASCII, or that are none.
  @inline(never)
  private mutating func scanUnusualText(from start: Int) throws(JSONError) -> JSONText {
    var index = start
    var hasEscapes = false
    var bits: UInt64 = 0
    while true {
      index = bytes.endOfPlainText(from: index, &bits)
      guard index < bytes.count else { throw JSONError(.unexpectedEnd, at: bytes.count) }
      if bytes[index] == ASCII.quote { break }
      guard bytes[index] == ASCII.backslash else { throw JSONError(.controlCharacter, at: index) }
      hasEscapes = true
      index += 1
      guard index < bytes.count else { throw JSONError(.unexpectedEnd, at: bytes.count) }
      // What is escaped is checked when it is decoded; here only its quote must not end the string.
      guard bytes[index] >= 0x20 else { throw JSONError(.invalidEscape, at: index - 1) }
      bits |= UInt64(bytes[index])
      index += 1
    }
    offset = index + 1
    if bits & highestBits != 0 { try checkUTF8(start..<index) }
    if hasEscapes { _ = try bytes.unescaped(start..<index) }
    return text(start..<index, hasEscapes: hasEscapes)
  }

  private func checkUTF8(_ range: Range<Int>) throws(JSONError) {
    if let invalid = firstInvalidUTF8(UnsafeBufferPointer(rebasing: bytes[range])) {
      throw JSONError(.invalidUTF8, at: range.lowerBound + invalid)
    }
  }
}

/// Offset of the first byte that cannot continue valid UTF-8 (Unicode 15, table 3-7), nil if all of it is valid.
private func firstInvalidUTF8(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
  var index = 0
  while index < bytes.count {
    let lead = bytes[index]
    if lead < 0x80 {
      index += 1
      continue
    }
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch lead {
    case 0xC2...0xDF: length = 2
    case 0xE0...0xEF:
      length = 3
      // No overlong spellings, no surrogates.
      if lead == 0xE0 { second = 0xA0...0xBF } else if lead == 0xED { second = 0x80...0x9F }
    case 0xF0...0xF4:
      length = 4
      if lead == 0xF0 { second = 0x90...0xBF } else if lead == 0xF4 { second = 0x80...0x8F }
    default: return index
    }
    guard index + length <= bytes.count, second.contains(bytes[index + 1]) else { return index }
    for continuation in index + 2..<index + length where bytes[continuation] & 0xC0 != 0x80 { return index }
    index += length
  }
  return nil
}

enum ASCII {
  static let quote = UInt8(ascii: "\"")
  static let backslash = UInt8(ascii: "\\")
  static let comma = UInt8(ascii: ",")
  static let colon = UInt8(ascii: ":")
  static let openBrace = UInt8(ascii: "{")
  static let closeBrace = UInt8(ascii: "}")
  static let openBracket = UInt8(ascii: "[")
  static let closeBracket = UInt8(ascii: "]")
}

private let powersOfTen: [Double] = [
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22,
]
