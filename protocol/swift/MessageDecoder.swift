/// Reading messages: a frame's JSON field by field, and its attachment by segments.

import WasmJSON

/// Reads the fields of one message. Fields that it does not know are passed over; a field that it knows must not appear
/// twice, so that no two readers can disagree about a message.
struct MessageDecoder {
  private var json: JSONReader
  private let attachment: [UInt8]
  private let segments: [Segment]
  /// For ``InvokeShape``.
  private(set) var places = InvokeShape.Places()
  /// Whether the message has been entered.
  private var isInside = false
  // Whether they have come, which each may once.
  private var type = Field<Void>("type")
  private var listed = Field<Void>("attachment")

  /// A named part of the attachment.
  private struct Segment {
    var name: String
    var range: Range<Int>
  }

  /// Limits for the JSON part of a message. Its length has been limited when the frame arrived.
  static let limits = JSONLimits(depth: 512, nodes: 250_000, bytes: Int(UInt32.max))

  /// Finds a message's type, and hands a decoder for its fields to the body.
  static func decode<Message>(
    _ json: UnsafeBufferPointer<UInt8>, _ attachment: [UInt8],
    _ body: (JSONText, inout MessageDecoder) throws(ProtocolViolation) -> Message
  ) throws(ProtocolViolation) -> Message {
    var decoder = try MessageDecoder(json, [], [])
    let type: JSONText
    if let first = try decoder.leadingType(), attachment.isEmpty {
      type = first
    } else {
      let (found, segments) = try envelope(json, attachmentByteCount: attachment.count)
      type = found
      decoder = try MessageDecoder(json, attachment, segments)
    }
    let message = try body(type, &decoder)
    try decoder.finish()
    return message
  }

  /// Reads a JSON text that is a segment of an attachment.
  static func decodeDocument<Value>(
    _ bytes: [UInt8], _ body: (inout MessageDecoder) throws(ProtocolViolation) -> Value
  ) throws(ProtocolViolation) -> Value {
    try bytes.withUnsafeBufferPointer { (bytes) throws(ProtocolViolation) in
      var decoder = try MessageDecoder(bytes, [], [])
      let value = try body(&decoder)
      try decoder.finish()
      return value
    }
  }

  private init(
    _ bytes: UnsafeBufferPointer<UInt8>, _ attachment: [UInt8], _ segments: [Segment]
  ) throws(ProtocolViolation) {
    json = try wrap { () throws(JSONError) in try JSONReader(bytes, limits: Self.limits) }
    self.attachment = attachment
    self.segments = segments
  }

  private mutating func finish() throws(ProtocolViolation) {
    do throws(JSONError) { try json.finish() } catch { throw ProtocolViolation(error) }
  }

  // MARK: The envelope

  /// Enters the message, and reads the type if it comes first, as it does from a sender that follows PROTOCOL.md's advice.
  private mutating func leadingType() throws(ProtocolViolation) -> JSONText? {
    try beginMessage()
    guard let key = try nextKey(), "type" ~= key else { return nil }
    let text = try text()
    try type.set(())
    return text
  }

  /// The type and the segments, wherever they are among the message's fields. That each is there once is checked when the
  /// fields are read, by ``nextField()``.
  private static func envelope(
    _ bytes: UnsafeBufferPointer<UInt8>, attachmentByteCount: Int
  ) throws(ProtocolViolation) -> (type: JSONText, segments: [Segment]) {
    var decoder = try MessageDecoder(bytes, [], [])
    var type: JSONText?
    var segments: [Segment]? = attachmentByteCount == 0 ? [] : nil
    try decoder.beginObject()
    while type == nil || segments == nil, let key = try decoder.nextKey() {
      switch key {
      case "type" where type == nil: type = try decoder.text()
      case "attachment" where segments == nil: segments = try decoder.segments(covering: attachmentByteCount)
      default: try decoder.skip()
      }
    }
    guard let type else { throw ProtocolViolation(.malformedMessage, "the message has no field 'type'") }
    guard let segments else {
      throw ProtocolViolation(.malformedAttachment, "the message does not list its attachment's segments")
    }
    return (type, segments)
  }

  private mutating func segments(covering byteCount: Int) throws(ProtocolViolation) -> [Segment] {
    var segments: [Segment] = []
    var end = 0
    try readArray { (decoder) throws(ProtocolViolation) in
      var name = Field<String>("name")
      var offset = Field<UInt64>("offset")
      var length = Field<UInt64>("length")
      try decoder.beginObject()
      while let key = try decoder.nextKey() {
        switch key {
        case "name": try name.set(decoder.string())
        case "offset": try offset.set(decoder.uint64())
        case "length": try length.set(decoder.uint64())
        default: try decoder.skip()
        }
      }
      let segment = try (name: name.required(), offset: offset.required(), length: length.required())
      guard segment.offset == UInt64(end), segment.length > 0, segment.length <= UInt64(byteCount - end) else {
        throw ProtocolViolation(.malformedAttachment, "the attachment's segments are not contiguous and in bounds")
      }
      // Messages have a handful of names, so a long list is a flood, and need not be compared with itself.
      guard segments.count < 16, !segments.contains(where: { $0.name == segment.name }) else {
        throw ProtocolViolation(.malformedAttachment, "the attachment has too many segments or two of one name")
      }
      let start = end
      end += Int(segment.length)
      segments.append(Segment(name: segment.name, range: start..<end))
    }
    guard end == byteCount else {
      throw ProtocolViolation(.malformedAttachment, "the attachment is longer than its segments")
    }
    return segments
  }

  /// A segment's bytes; empty if there is none of that name.
  func segment(_ name: String) -> [UInt8] {
    guard !segments.isEmpty, let segment = segments.first(where: { $0.name == name }) else { return [] }
    // The usual case needs no copy.
    return segment.range.count == attachment.count ? attachment : Array(attachment[segment.range])
  }

  // MARK: Structure

  /// Enters an object.
  mutating func beginObject() throws(ProtocolViolation) {
    do throws(JSONError) { try json.beginObject() } catch { throw ProtocolViolation(error) }
  }

  /// The key of the current object's next member, whose value must be read or skipped next; nil at the object's end.
  mutating func nextKey() throws(ProtocolViolation) -> JSONText? {
    do throws(JSONError) { return try json.nextMember() } catch { throw ProtocolViolation(error) }
  }

  /// Enters the object that the message is, once.
  mutating func beginMessage() throws(ProtocolViolation) {
    if !isInside { try beginObject() }
    isInside = true
  }

  /// Like ``nextKey()`` for the message itself, whose `type` and `attachment` are taken care of.
  mutating func nextField() throws(ProtocolViolation) -> JSONText? {
    while let key = try nextKey() {
      switch key {
      case "type": try type.set(skip())
      case "attachment": try listed.set(_ = segments(covering: attachment.count))
      default: return key
      }
    }
    return nil
  }

  /// Reads an array. The body must read or skip one element.
  mutating func readArray(
    _ body: (inout MessageDecoder) throws(ProtocolViolation) -> Void
  ) throws(ProtocolViolation) {
    do throws(JSONError) { try json.beginArray() } catch { throw ProtocolViolation(error) }
    while try nextElement() { try body(&self) }
  }

  /// Reads an array whose elements the body reads.
  mutating func list<Element>(
    _ body: (inout MessageDecoder) throws(ProtocolViolation) -> Element
  ) throws(ProtocolViolation) -> [Element] {
    var elements: [Element] = []
    try readArray { (decoder) throws(ProtocolViolation) in elements.append(try body(&decoder)) }
    return elements
  }

  private mutating func nextElement() throws(ProtocolViolation) -> Bool {
    do throws(JSONError) { return try json.nextElement() } catch { throw ProtocolViolation(error) }
  }

  // MARK: Values

  mutating func skip() throws(ProtocolViolation) {
    do throws(JSONError) { try json.skipValue() } catch { throw ProtocolViolation(error) }
  }

  /// Whether the next value is `null`, which is passed over then.
  mutating func null() throws(ProtocolViolation) -> Bool {
    do throws(JSONError) { return try json.readNull() } catch { throw ProtocolViolation(error) }
  }

  mutating func bool() throws(ProtocolViolation) -> Bool {
    do throws(JSONError) { return try json.readBool() } catch { throw ProtocolViolation(error) }
  }

  mutating func string() throws(ProtocolViolation) -> String {
    do throws(JSONError) { return try json.readString() } catch { throw ProtocolViolation(error) }
  }

  /// A string that is only looked at.
  mutating func text() throws(ProtocolViolation) -> JSONText {
    do throws(JSONError) { return try json.readText() } catch { throw ProtocolViolation(error) }
  }

  mutating func uint64() throws(ProtocolViolation) -> UInt64 {
    do throws(JSONError) { return try json.readUInt64() } catch { throw ProtocolViolation(error) }
  }

  mutating func int64() throws(ProtocolViolation) -> Int64 {
    guard case .integer(let value) = try value() else {
      throw ProtocolViolation(.malformedMessage, "a number that is no 64-bit integer before byte \(json.offset)")
    }
    return value
  }

  mutating func uint32() throws(ProtocolViolation) -> UInt32 {
    guard let value = UInt32(exactly: try uint64()) else {
      throw ProtocolViolation(.malformedMessage, "a number that does not fit in 32 bits at byte \(json.offset)")
    }
    return value
  }

  mutating func value() throws(ProtocolViolation) -> JSONValue {
    do throws(JSONError) { return try json.readValue() } catch { throw ProtocolViolation(error) }
  }

  mutating func strings() throws(ProtocolViolation) -> [String] {
    var strings: [String] = []
    try readArray { (decoder) throws(ProtocolViolation) in strings.append(try decoder.string()) }
    return strings
  }

  /// An object of numbers.
  mutating func numbers() throws(ProtocolViolation) -> [String: UInt64] {
    var numbers: [String: UInt64] = [:]
    try beginObject()
    while let key = try nextKey() {
      guard numbers.updateValue(try uint64(), forKey: key.string) == nil else {
        throw ProtocolViolation(.malformedMessage, "a name appears twice in an object of numbers")
      }
    }
    return numbers
  }

  /// A string that must be one of an enumeration's.
  mutating func oneOf<Value: RawRepresentable>(
    _ type: Value.Type, _ field: StaticString
  ) throws(ProtocolViolation) -> Value where Value.RawValue == String {
    guard let value = Value(rawValue: try string()) else { throw .impossible(field) }
    return value
  }

  /// A string that must be one of a list's, which is compared where it stands.
  mutating func word<Value>(
    _ field: StaticString, _ value: (JSONText) -> Value?
  ) throws(ProtocolViolation) -> Value {
    guard let value = value(try text()) else { throw .impossible(field) }
    return value
  }

  mutating func requestID() throws(ProtocolViolation) -> RequestID {
    let id: RequestID = try hexadecimal("id")
    places.endOfID = json.offset
    return id
  }

  /// The value of an invocation's input.
  mutating func inputValue() throws(ProtocolViolation) -> JSONValue {
    let start = json.offset
    let value = try value()
    places.value = start..<json.offset
    return value
  }

  mutating func moduleHash(_ field: StaticString) throws(ProtocolViolation) -> ModuleHash { try hexadecimal(field) }

  private mutating func hexadecimal<Value: HexadecimalSpelling>(
    _ field: StaticString
  ) throws(ProtocolViolation) -> Value {
    guard let value = try text().withUTF8({ Value(hexadecimal: $0) }) else { throw .impossible(field) }
    return value
  }
}

/// A field of a message that is being read, which may come once.
struct Field<Value> {
  private let name: StaticString
  private(set) var value: Value?

  init(_ name: StaticString) { self.name = name }

  // Inlined, so that a large value is moved and not copied.
  @inline(__always)
  mutating func set(_ value: consuming Value) throws(ProtocolViolation) {
    guard self.value == nil else { throw .duplicate(name) }
    self.value = value
  }

  /// The value, which is handed over.
  @inline(__always)
  mutating func required() throws(ProtocolViolation) -> Value {
    guard let value = value.take() else { throw .missing(name) }
    return value
  }
}

extension ProtocolViolation {
  init(_ error: JSONError) {
    self.init(error.kind == .wrongType ? .malformedMessage : .malformedJSON, error.description)
  }

  fileprivate static func duplicate(_ field: StaticString) -> ProtocolViolation {
    ProtocolViolation(.malformedMessage, "the field '\(field)' appears twice")
  }

  fileprivate static func missing(_ field: StaticString) -> ProtocolViolation {
    ProtocolViolation(.malformedMessage, "the field '\(field)' is missing")
  }

  static func impossible(_ field: StaticString) -> ProtocolViolation {
    ProtocolViolation(.malformedMessage, "the field '\(field)' has an impossible value")
  }
}

private func wrap<Value>(_ body: () throws(JSONError) -> Value) throws(ProtocolViolation) -> Value {
  do throws(JSONError) { return try body() } catch { throw ProtocolViolation(error) }
}
