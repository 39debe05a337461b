/// The appending JSON writer: messages are spelled with it without building a tree.

/// Appends JSON text to a buffer of its own. Separators are put in by the writer.
///
/// ```swift
/// var writer = JSONWriter()
/// writer.beginObject()
/// writer.key("id")
/// writer.write(7)
/// writer.endObject()
/// writer.finish()  // {"id":7}
/// ```
/// The text is compact and in UTF-8; only what must be escaped is escaped. Doubles have their shortest spelling that
/// reads back the same, always with a fraction or an exponent (`1000.0`, `-0.0`, `1e-7`, `1e16`); NaN and infinity,
/// which JSON cannot spell, become `null`. These are the spellings of the widely used `serde_json`.
public struct JSONWriter: ~Copyable {
  public struct Options: Hashable, Sendable {
    /// Write the members of every object in ascending order of their keys' UTF-8 bytes, so that equal documents have
    /// equal text. Default false: the order of the object.
    public var sortedKeys: Bool
    public init(sortedKeys: Bool = false) { self.sortedKeys = sortedKeys }
    /// Equal documents have equal text.
    public static let canonical = Options(sortedKeys: true)
  }

  /// Not an array: what is added to one asks whether it is shared each time, and a message is written in many pieces.
  private var buffer: UnsafeMutableBufferPointer<UInt8>
  /// Length of the text so far in bytes.
  public private(set) var count = 0
  private let options: Options
  private var needsComma = false

  /// Most documents are short, and never moved.
  private static let initialCapacity = 512

  /// A writer that appends to some bytes, by default to none.
  public init(appendingTo bytes: [UInt8] = [], options: Options = .init()) {
    buffer = .allocate(capacity: max(Self.initialCapacity, bytes.count))
    self.options = options
    if !bytes.isEmpty { bytes.withUnsafeBufferPointer { append($0) } }
  }

  deinit { buffer.deallocate() }

  /// Replaces the first eight bytes, which the writer began with, by an integer, least significant byte first.
  public mutating func replaceFirstBytes(littleEndian value: UInt64) {
    precondition(count >= 8, "the writer began with fewer bytes")
    UnsafeMutableRawPointer(start).storeBytes(of: value.littleEndian, as: UInt64.self)
  }

  /// The text.
  public consuming func finish() -> [UInt8] { Array(UnsafeBufferPointer(start: start, count: count)) }

  // MARK: The buffer

  /// Where the text begins.
  private var start: UnsafeMutablePointer<UInt8> {
    @inline(__always) get { buffer.baseAddress.unsafelyUnwrapped }
  }

  /// Has room for as many more bytes, and says where they belong.
  @inline(__always)
  private mutating func makeRoom(_ byteCount: Int) -> UnsafeMutablePointer<UInt8> {
    if buffer.count - count < byteCount { grow(byteCount) }
    return start + count
  }

  @inline(never)
  private mutating func grow(_ byteCount: Int) {
    let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(2 * buffer.count, count + byteCount))
    _ = larger.moveInitialize(fromContentsOf: buffer[..<count])
    buffer.deallocate()
    buffer = larger
  }

  @inline(__always)
  private mutating func append(_ byte: UInt8) {
    makeRoom(1).initialize(to: byte)
    count += 1
  }

  private mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let source = bytes.baseAddress else { return }
    makeRoom(bytes.count).initialize(from: source, count: bytes.count)
    count += bytes.count
  }

  private mutating func append(_ text: StaticString) {
    append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  private mutating func append(_ digits: ArraySlice<UInt8>) {
    digits.withUnsafeBufferPointer { append($0) }
  }

  // MARK: Structure

  public mutating func beginObject() { begin(ASCII.openBrace) }
  public mutating func endObject() { end(ASCII.closeBrace) }
  public mutating func beginArray() { begin(ASCII.openBracket) }
  public mutating func endArray() { end(ASCII.closeBracket) }

  @inline(__always)
  private mutating func begin(_ opening: UInt8) {
    separate()
    append(opening)
    needsComma = false
  }

  @inline(__always)
  private mutating func end(_ closing: UInt8) {
    append(closing)
    needsComma = true
  }

  /// The key of the member whose value is written next.
  public mutating func key(_ key: String) {
    write(key)
    append(ASCII.colon)
    needsComma = false
  }

  /// A key that is known to need no escapes.
  public mutating func key(_ key: StaticString) {
    separate()
    let byteCount = key.utf8CodeUnitCount
    let room = makeRoom(byteCount + 3)
    room[0] = ASCII.quote
    (room + 1).initialize(from: key.utf8Start, count: byteCount)
    room[byteCount + 1] = ASCII.quote
    room[byteCount + 2] = ASCII.colon
    count += byteCount + 3
    needsComma = false
  }

  /// Puts a comma before a value that is not the first, and notes that the next is not.
  @inline(__always)
  private mutating func separate() {
    if needsComma { append(ASCII.comma) }
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
    let byteCount = value.utf8CodeUnitCount
    write(plainTextOf: byteCount) { $0.initialize(from: value.utf8Start, count: byteCount) }
  }

  /// A string of `byteCount` bytes, all of which the body sets, and of which none needs an escape.
  @inline(__always)
  public mutating func write(plainTextOf byteCount: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Void) {
    separate()
    let room = makeRoom(byteCount + 2)
    room[0] = ASCII.quote
    body(room + 1)
    room[byteCount + 1] = ASCII.quote
    count += byteCount + 2
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

  /// A container whose contents are being written, with the position of what comes next.
  private struct OpenContainer {
    var isObject: Bool
    var elements: [JSONValue] = []
    var members: [JSONObject.Member] = []
    var next = 0
  }

  /// Writes a whole value. Nesting does not use the thread's stack.
  public mutating func write(_ value: JSONValue) {
    guard var open = begin(value) else { return }
    // Those around it. Most documents have no nested ones.
    var outer: [OpenContainer] = []
    while true {
      let next = open.next
      open.next += 1
      let inner: OpenContainer?
      if open.isObject, next < open.members.count {
        key(open.members[next].key)
        inner = begin(open.members[next].value)
      } else if !open.isObject, next < open.elements.count {
        inner = begin(open.elements[next])
      } else {
        end(open.isObject ? ASCII.closeBrace : ASCII.closeBracket)
        guard let parent = outer.popLast() else { return }
        open = parent
        continue
      }
      if let inner {
        outer.append(open)
        open = inner
      }
    }
  }

  /// Writes a scalar, or the beginning of the container that is returned.
  private mutating func begin(_ value: JSONValue) -> OpenContainer? {
    switch value {
    case .null: writeNull()
    case .bool(let value): write(value)
    case .integer(let value): write(value)
    case .unsigned(let value): write(value)
    case .double(let value): write(value)
    case .string(let value): write(value)
    case .array(let elements):
      beginArray()
      return OpenContainer(isObject: false, elements: elements)
    case .object(let object):
      beginObject()
      let members =
        options.sortedKeys
        ? object.members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) } : object.members
      return OpenContainer(isObject: true, members: members)
    }
    return nil
  }

  // MARK: Spelling

  private mutating func appendDecimal(magnitude: UInt64, isNegative: Bool) {
    if isNegative { append(UInt8(ascii: "-")) }
    // UInt64.max has 20 digits.
    let room = makeRoom(20)
    let digitCount = Self.digitCount(magnitude)
    var rest = magnitude
    var index = digitCount
    repeat {
      index &-= 1
      room[index] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while index > 0
    count += digitCount
  }

  private static func digitCount(_ magnitude: UInt64) -> Int {
    // log10(2) is about 1233 / 4096: the number of bits gives the number of digits, or one less.
    let estimate = ((64 &- magnitude.leadingZeroBitCount) &* 1_233) >> 12
    return magnitude < integerPowersOfTen[estimate] ? max(estimate, 1) : estimate &+ 1
  }

  private mutating func appendQuoted(_ text: String) {
    append(ASCII.quote)
    var text = text
    text.withUTF8 { appendEscaped($0) }
    append(ASCII.quote)
  }

  private mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) {
    var written = 0
    while true {
      var bits: UInt64 = 0
      let index = text.endOfPlainText(from: written, &bits)
      append(UnsafeBufferPointer(rebasing: text[written..<index]))
      guard index < text.count else { return }
      let byte = text[index]
      written = index + 1
      append(ASCII.backslash)
      switch byte {
      case 0x08: append(UInt8(ascii: "b"))
      case 0x09: append(UInt8(ascii: "t"))
      case 0x0A: append(UInt8(ascii: "n"))
      case 0x0C: append(UInt8(ascii: "f"))
      case 0x0D: append(UInt8(ascii: "r"))
      case ASCII.quote, ASCII.backslash: append(byte)
      default:
        append("u00")
        append(hexadecimalDigit(byte >> 4))
        append(hexadecimalDigit(byte & 15))
      }
    }
  }

  private func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }

  /// Takes the shortest digits from the standard library and lays them out the way `serde_json` does.
  private mutating func appendDouble(_ value: Double) {
    guard value.isFinite else { return append("null") }
    if value.sign == .minus { append(UInt8(ascii: "-")) }
    guard value != 0 else { return append("0.0") }
    var (digits, point) = shortestDigits(value.magnitude)
    // `point` is where the decimal point belongs, counted from the first digit.
    if point > 0, point <= 16, digits.count <= point {
      while digits.count < point { digits.append(UInt8(ascii: "0")) }
      append(digits[...])
      append(".0")
    } else if point > 0, point <= 16 {
      append(digits[..<point])
      append(UInt8(ascii: "."))
      append(digits[point...])
    } else if point > -5, point <= 0 {
      append("0.")
      for _ in point..<0 { append(UInt8(ascii: "0")) }
      append(digits[...])
    } else {
      append(digits[0])
      if digits.count > 1 {
        append(UInt8(ascii: "."))
        append(digits[1...])
      }
      append(UInt8(ascii: "e"))
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

private let integerPowersOfTen: [UInt64] = [
  1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
  100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
  10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
]
