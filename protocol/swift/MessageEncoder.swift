/// Writing messages: the JSON part with `type`, `id` and the list of segments first, then the header around it.

import WasmJSON

/// Writes one message. Fields that have their default are left out.
struct MessageEncoder: ~Copyable {
  var json: JSONWriter
  private var attachments: [[UInt8]] = []
  /// Room for the header, which is known at the end.
  private static let header = [UInt8](repeating: 0, count: FrameHeader.byteCount)

  /// Begins a message.
  init(type: StaticString, id: RequestID? = nil) {
    json = JSONWriter(appendingTo: Self.header)
    json.beginObject()
    field("type", word: type)
    if let id { field("id", hexadecimal: id) }
  }

  /// Lists the attachment's segments, before any other field.
  mutating func attach(_ segments: (inout MessageEncoder) -> Void) {
    segments(&self)
    if !attachments.isEmpty { json.endArray() }
  }

  /// A segment of the attachment, for ``attach(_:)``. One that is empty is left out.
  mutating func segment(_ name: StaticString, _ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    if attachments.isEmpty {
      json.key("attachment")
      json.beginArray()
    }
    let offset = attachments.reduce(0) { $0 + $1.count }
    element {
      $0.field("name", word: name)
      $0.field("offset", UInt64(offset))
      $0.field("length", UInt64(bytes.count))
    }
    attachments.append(bytes)
  }

  /// Ends the message.
  ///
  /// - Throws: `frameTooLarge`.
  consuming func finish(limits: FrameLimits) throws(ProtocolViolation) -> EncodedFrame {
    json.endObject()
    let jsonByteCount = json.count - FrameHeader.byteCount
    let attachmentByteCount = attachments.reduce(0) { $0 + $1.count }
    guard jsonByteCount <= limits.maxJSONBytes, attachmentByteCount <= limits.maxAttachmentBytes else {
      throw ProtocolViolation(
        .frameTooLarge,
        "a frame of \(jsonByteCount) + \(attachmentByteCount) bytes; at most "
          + "\(limits.maxJSONBytes) + \(limits.maxAttachmentBytes) are allowed")
    }
    let lengths = UInt64(jsonByteCount) | UInt64(attachmentByteCount) << 32
    json.replaceFirstBytes(littleEndian: lengths)
    return EncodedFrame(head: json.finish(), attachments: attachments)
  }

  // MARK: Fields

  mutating func field(_ name: StaticString, _ value: String?) {
    guard let value else { return }
    json.key(name)
    json.write(value)
  }

  mutating func field(_ name: StaticString, _ value: UInt64?) {
    guard let value else { return }
    json.key(name)
    json.write(value)
  }

  mutating func field(_ name: StaticString, _ value: UInt64, default: UInt64) {
    if value != `default` { field(name, value) }
  }

  mutating func field(_ name: StaticString, _ value: Bool, default: Bool) {
    guard value != `default` else { return }
    json.key(name)
    json.write(value)
  }

  mutating func field(_ name: StaticString, _ value: some RawRepresentable<String>) {
    json.key(name)
    json.write(value.rawValue)
  }

  mutating func field<Value: HexadecimalSpelling>(_ name: StaticString, hexadecimal value: Value) {
    json.key(name)
    json.write(plainTextOf: Value.digitCount) { value.writeHexadecimal(to: $0) }
  }

  /// A word that needs no escapes.
  mutating func field(_ name: StaticString, word: StaticString) {
    json.key(name)
    json.write(word)
  }

  mutating func field(_ name: StaticString, _ value: JSONValue) {
    json.key(name)
    json.write(value)
  }

  mutating func field(_ name: StaticString, _ strings: [String]?) {
    guard let strings else { return }
    json.key(name)
    json.beginArray()
    for string in strings { json.write(string) }
    json.endArray()
  }

  /// An object of numbers in the order of their names; left out if it is empty.
  mutating func field(_ name: StaticString, _ numbers: [String: UInt64]) {
    guard !numbers.isEmpty else { return }
    object(name) { encoder in
      for (name, number) in numbers.sorted(by: { $0.key < $1.key }) {
        encoder.json.key(name)
        encoder.json.write(number)
      }
    }
  }

  mutating func object(_ name: StaticString, _ body: (inout MessageEncoder) -> Void) {
    json.key(name)
    element(body)
  }

  /// An array of objects; left out if it is empty.
  mutating func array<Element>(
    _ name: StaticString, _ elements: [Element], _ body: (Element, inout MessageEncoder) -> Void
  ) {
    guard !elements.isEmpty else { return }
    json.key(name)
    json.beginArray()
    for element in elements { self.element { body(element, &$0) } }
    json.endArray()
  }

  mutating func element(_ body: (inout MessageEncoder) -> Void) {
    json.beginObject()
    body(&self)
    json.endObject()
  }
}
