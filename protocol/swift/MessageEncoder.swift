/// Writing messages: the JSON part with `type`, `id` and the list of segments first, then the header around it.

import WasmJSON

/// Writes one message. Fields that have their default are left out.
struct MessageEncoder {
  var json: JSONWriter
  private var attachments: [[UInt8]] = []
  /// What most messages have room in; the writer itself asks for no more.
  private static let usualByteCount = FrameHeader.byteCount + 256

  /// Begins a message. Segments that are empty are left out.
  init(type: StaticString, id: RequestID? = nil, segments: [(name: StaticString, bytes: [UInt8])] = []) {
    // Room for the header, which is known at the end.
    var head: [UInt8] = []
    head.reserveCapacity(Self.usualByteCount)
    for _ in 0..<FrameHeader.byteCount { head.append(0) }
    json = JSONWriter(appendingTo: head)
    json.beginObject()
    json.key("type")
    json.write(type)
    if let id {
      json.key("id")
      id.write(to: &json)
    }
    var offset = 0
    for (name, bytes) in segments where !bytes.isEmpty {
      if attachments.isEmpty {
        json.key("attachment")
        json.beginArray()
      }
      json.beginObject()
      json.key("name")
      json.write(name)
      json.key("offset")
      json.write(offset)
      json.key("length")
      json.write(bytes.count)
      json.endObject()
      attachments.append(bytes)
      offset += bytes.count
    }
    if !attachments.isEmpty { json.endArray() }
  }

  /// Ends the message.
  ///
  /// - Throws: `frameTooLarge`.
  mutating func finish(limits: FrameLimits) throws(ProtocolViolation) -> EncodedFrame {
    json.endObject()
    let jsonByteCount = json.bytes.count - FrameHeader.byteCount
    let attachmentByteCount = attachments.reduce(0) { $0 + $1.count }
    guard jsonByteCount <= limits.maxJSONBytes, attachmentByteCount <= limits.maxAttachmentBytes else {
      throw ProtocolViolation(
        .frameTooLarge,
        "a frame of \(jsonByteCount) + \(attachmentByteCount) bytes; at most "
          + "\(limits.maxJSONBytes) + \(limits.maxAttachmentBytes) are allowed")
    }
    let lengths = UInt64(jsonByteCount) | UInt64(attachmentByteCount) << 32
    json.replaceFirstBytes(littleEndian: lengths)
    return EncodedFrame(head: json.bytes, attachments: attachments)
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

  mutating func field(_ name: StaticString, _ hash: ModuleHash) {
    json.key(name)
    hash.write(to: &json)
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
