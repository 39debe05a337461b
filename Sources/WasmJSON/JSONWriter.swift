/// The appending JSON writer: messages are spelled with it without building a tree.

/// Appends JSON text to a byte array. Separators are put in by the writer.
///
/// ```swift
/// var writer = JSONWriter()
/// writer.beginObject()
/// writer.key("id")
/// writer.write(7)
/// writer.endObject()
/// writer.bytes  // {"id":7}
/// ```
/// The text is compact and in UTF-8; only what must be escaped is escaped. Doubles have their shortest spelling that
/// reads back the same, always with a fraction or an exponent (`1000.0`, `-0.0`, `1e-7`, `1e16`); NaN and infinity,
/// which JSON cannot spell, become `null`. These are the spellings of the widely used `serde_json`.
public struct JSONWriter {
  public struct Options: Hashable, Sendable {
    /// Write the members of every object in ascending order of their keys' UTF-8 bytes, so that equal documents have
    /// equal text. Default false: the order of the object.
    public var sortedKeys: Bool
    public init(sortedKeys: Bool = false) { self.sortedKeys = sortedKeys }
    /// Equal documents have equal text.
    public static let canonical = Options(sortedKeys: true)
  }

  /// The text so far.
  public private(set) var bytes: [UInt8]
  private let options: Options
  private var needsComma = false

  /// A writer that appends to some bytes, by default to none.
  public init(appendingTo bytes: [UInt8] = [], options: Options = .init()) {
    self.bytes = bytes
    self.options = options
    // Most documents are short: without this they would be moved three times while they grow.
    self.bytes.reserveCapacity(bytes.count + 256)
  }

  /// Replaces the first eight bytes, which the writer began with, by an integer, least significant byte first.
  public mutating func replaceFirstBytes(littleEndian value: UInt64) {
    for index in 0..<8 { bytes[index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index)) }
  }

  /// The text, handed over without a copy.
  public consuming func finish() -> [UInt8] { bytes }

  // MARK: Structure

  public mutating func beginObject() { begin(ASCII.openBrace) }
  public mutating func endObject() { end(ASCII.closeBrace) }
  public mutating func beginArray() { begin(ASCII.openBracket) }
  public mutating func endArray() { end(ASCII.closeBracket) }

  @inline(__always)
  private mutating func begin(_ opening: UInt8) {
    separate()
    bytes.append(opening)
    needsComma = false
  }

  @inline(__always)
  private mutating func end(_ closing: UInt8) {
    bytes.append(closing)
    needsComma = true
  }

  /// The key of the member whose value is written next.
  public mutating func key(_ key: String) {
    separate()
    appendQuoted(key)
    bytes.append(ASCII.colon)
    needsComma = false
  }

  /// A key that is known to need no escapes.
  public mutating func key(_ key: StaticString) {
    // One piece: every addition to an array asks whether it is shared and whether there is room.
    let text = UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
    bytes.append(addingCapacity: text.count + 4) { piece in
      if needsComma { piece.append(ASCII.comma) }
      piece.append(ASCII.quote)
      for byte in text { piece.append(byte) }
      piece.append(ASCII.quote)
      piece.append(ASCII.colon)
    }
    needsComma = false
  }

  /// Puts a comma before a value that is not the first, and notes that the next is not.
  @inline(__always)
  private mutating func separate() {
    if needsComma { bytes.append(ASCII.comma) }
    needsComma = true
  }

  // MARK: Scalars

  public mutating func writeNull() {
    separate()
    append("null")
  }

  public mutating func write(_ value: Bool) {
    separate()
    append(value ? "true" : "false")
  }

  public mutating func write(_ value: String) {
    separate()
    appendQuoted(value)
  }

  /// A string that is known to need no escapes.
  public mutating func write(_ value: StaticString) {
    write(plainTextOf: value.utf8CodeUnitCount) { text in
      for byte in UnsafeBufferPointer(start: value.utf8Start, count: value.utf8CodeUnitCount) { text.append(byte) }
    }
  }

  /// A string of `count` bytes, which the body appends, and of which none needs an escape.
  public mutating func write(plainTextOf count: Int, _ body: (inout OutputSpan<UInt8>) -> Void) {
    bytes.append(addingCapacity: count + 3) { piece in
      if needsComma { piece.append(ASCII.comma) }
      piece.append(ASCII.quote)
      body(&piece)
      piece.append(ASCII.quote)
    }
    needsComma = true
  }

  public mutating func write(_ value: Int64) {
    separate()
    appendDecimal(magnitude: value.magnitude, isNegative: value < 0)
  }

  public mutating func write(_ value: UInt64) {
    separate()
    appendDecimal(magnitude: value, isNegative: false)
  }

  public mutating func write(_ value: Int) { write(Int64(value)) }
  public mutating func write(_ value: UInt32) { write(UInt64(value)) }

  public mutating func write(_ value: Double) {
    separate()
    appendDouble(value)
  }

  // MARK: Whole values

  /// A container whose elements are being written, with the position of the next one.
  private struct OpenContainer {
    var isObject: Bool
    var elements: [JSONValue] = []
    var members: [JSONObject.Member] = []
    var next = 0
  }

  /// Writes a whole value. Nesting does not use the thread's stack.
  public mutating func write(_ value: JSONValue) {
    var open: [OpenContainer] = []
    begin(value, &open)
    while !open.isEmpty {
      let top = open.count - 1
      let next = open[top].next
      open[top].next = next + 1
      if open[top].isObject {
        guard next < open[top].members.count else {
          open.removeLast()
          endObject()
          continue
        }
        let member = open[top].members[next]
        key(member.key)
        begin(member.value, &open)
      } else {
        guard next < open[top].elements.count else {
          open.removeLast()
          endArray()
          continue
        }
        begin(open[top].elements[next], &open)
      }
    }
  }

  @inline(__always)
  private mutating func begin(_ value: JSONValue, _ open: inout [OpenContainer]) {
    switch value {
    case .null: writeNull()
    case .bool(let value): write(value)
    case .integer(let value): write(value)
    case .unsigned(let value): write(value)
    case .double(let value): write(value)
    case .string(let value): write(value)
    case .array(let elements):
      beginArray()
      open.append(OpenContainer(isObject: false, elements: elements))
    case .object(let object):
      beginObject()
      let members =
        options.sortedKeys
        ? object.members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) } : object.members
      open.append(OpenContainer(isObject: true, members: members))
    }
  }

  // MARK: Spelling

  private mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  private mutating func appendDecimal(magnitude: UInt64, isNegative: Bool) {
    // UInt64.max has 20 digits.
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var magnitude = magnitude
      var first = digits.count
      repeat {
        first -= 1
        digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude % 10)
        magnitude /= 10
      } while magnitude != 0
      if isNegative { bytes.append(UInt8(ascii: "-")) }
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[first...]))
    }
  }

  private mutating func appendQuoted(_ text: String) {
    bytes.append(ASCII.quote)
    let done: Void? = text.utf8.withContiguousStorageIfAvailable { appendEscaped($0) }
    if done == nil { Array(text.utf8).withUnsafeBufferPointer { appendEscaped($0) } }
    bytes.append(ASCII.quote)
  }

  private mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) {
    var written = 0
    for index in 0..<text.count {
      let byte = text[index]
      guard byte < 0x20 || byte == ASCII.quote || byte == ASCII.backslash else { continue }
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[written..<index]))
      written = index + 1
      bytes.append(ASCII.backslash)
      switch byte {
      case 0x08: bytes.append(UInt8(ascii: "b"))
      case 0x09: bytes.append(UInt8(ascii: "t"))
      case 0x0A: bytes.append(UInt8(ascii: "n"))
      case 0x0C: bytes.append(UInt8(ascii: "f"))
      case 0x0D: bytes.append(UInt8(ascii: "r"))
      case ASCII.quote, ASCII.backslash: bytes.append(byte)
      default:
        append("u00")
        bytes.append(hexadecimalDigit(byte >> 4))
        bytes.append(hexadecimalDigit(byte & 15))
      }
    }
    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[written...]))
  }

  private func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }

  /// Takes the shortest digits from the standard library and lays them out the way `serde_json` does.
  private mutating func appendDouble(_ value: Double) {
    guard value.isFinite else { return append("null") }
    if value.sign == .minus { bytes.append(UInt8(ascii: "-")) }
    guard value != 0 else { return append("0.0") }
    var (digits, point) = shortestDigits(value.magnitude)
    // `point` is where the decimal point belongs, counted from the first digit.
    if point > 0, point <= 16, digits.count <= point {
      while digits.count < point { digits.append(UInt8(ascii: "0")) }
      bytes.append(contentsOf: digits)
      append(".0")
    } else if point > 0, point <= 16 {
      bytes.append(contentsOf: digits[..<point])
      bytes.append(UInt8(ascii: "."))
      bytes.append(contentsOf: digits[point...])
    } else if point > -5, point <= 0 {
      append("0.")
      for _ in point..<0 { bytes.append(UInt8(ascii: "0")) }
      bytes.append(contentsOf: digits)
    } else {
      bytes.append(digits[0])
      if digits.count > 1 {
        bytes.append(UInt8(ascii: "."))
        bytes.append(contentsOf: digits[1...])
      }
      bytes.append(UInt8(ascii: "e"))
      appendDecimal(magnitude: UInt64((point - 1).magnitude), isNegative: point < 1)
    }
  }

  /// The shortest digits that read back as a positive, finite number, without zeros at either end.
  private func shortestDigits(_ value: Double) -> (digits: [UInt8], point: Int) {
    var digits: [UInt8] = []
    var point: Int?
    var exponent = 0
    var text = value.description.utf8.makeIterator()
    while let byte = text.next() {
      switch byte {
      case UInt8(ascii: "."): point = digits.count
      case UInt8(ascii: "e"):
        var isNegative = false
        while let next = text.next() {
          if next == UInt8(ascii: "-") { isNegative = true }
          if next &- UInt8(ascii: "0") < 10 { exponent = exponent * 10 + Int(next - UInt8(ascii: "0")) }
        }
        if isNegative { exponent = -exponent }
      default: digits.append(byte)
      }
    }
    var place = (point ?? digits.count) + exponent
    let zeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
    digits.removeFirst(zeros)
    place -= zeros
    while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
    return (digits, place)
  }
}
