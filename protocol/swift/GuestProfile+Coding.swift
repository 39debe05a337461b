/// How a profile is spelled: a JSON text of its own, which travels as the attachment segment `profile`.

import WasmJSON

extension GuestProfile {
  /// The text of the segment.
  public func encoded() -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.key("interval")
    json.write(interval)
    json.key("frames")
    json.beginArray()
    for frame in frames {
      json.beginObject()
      if let index = frame.functionIndex {
        json.key("functionIndex")
        json.write(index)
      }
      if let name = frame.name {
        json.key("name")
        json.write(name)
      }
      json.endObject()
    }
    json.endArray()
    json.key("stacks")
    json.beginArray()
    for stack in stacks { json.write(pair: UInt64(stack.parent), UInt64(stack.frame)) }
    json.endArray()
    json.key("samples")
    json.beginArray()
    for sample in samples { json.write(pair: UInt64(sample.stack), sample.weight) }
    json.endArray()
    json.endObject()
    return json.finish()
  }

  /// Reads a segment that a worker sent.
  ///
  /// - Throws: `limitExceeded` if it is larger than a profile can be, `malformedJSON`, `malformedMessage`.
  public init(decoding bytes: [UInt8]) throws(ProtocolViolation) {
    guard bytes.count <= Self.maximumByteCount else { throw .oversizedProfile }
    self = try MessageDecoder.decodeDocument(bytes) { (decoder) throws(ProtocolViolation) in
      try GuestProfile(&decoder)
    }
  }

  private init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var interval = Field<UInt64>("interval")
    var frames = Field<[Frame]>("frames")
    var stacks = Field<[Stack]>("stacks")
    var samples = Field<[Sample]>("samples")
    try decoder.beginObject()
    while let key = try decoder.nextKey() {
      switch key {
      case "interval": try interval.set(decoder.uint64())
      case "frames": try frames.set(decoder.list { (d) throws(ProtocolViolation) in try Frame(&d) })
      case "stacks":
        try stacks.set(
          decoder.list { (d) throws(ProtocolViolation) in
            let (parent, frame) = try d.pair()
            guard let parent = UInt32(exactly: parent), let frame = UInt32(exactly: frame) else {
              throw .impossible("stacks")
            }
            return Stack(parent: parent, frame: frame)
          })
      case "samples":
        try samples.set(
          decoder.list { (d) throws(ProtocolViolation) in
            let (stack, weight) = try d.pair()
            guard let stack = UInt32(exactly: stack) else { throw .impossible("samples") }
            return Sample(stack: stack, weight: weight)
          })
      default: try decoder.skip()
      }
    }
    let parts = try (interval.required(), frames.required(), stacks.required(), samples.required())
    do throws(Fault) {
      try self.init(checking: parts.0, parts.1, parts.2, parts.3)
    } catch {
      switch error {
      case .tooLarge: throw .oversizedProfile
      case .inconsistent(let field): throw .impossible(field)
      }
    }
  }
}

extension GuestProfile.Frame {
  fileprivate init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var functionIndex = Field<UInt32>("functionIndex")
    var name = Field<String>("name")
    try decoder.beginObject()
    while let key = try decoder.nextKey() {
      switch key {
      case "functionIndex": try functionIndex.set(decoder.uint32())
      case "name": try name.set(decoder.string())
      default: try decoder.skip()
      }
    }
    self.init(functionIndex: functionIndex.value, name: name.value)
  }
}

extension MessageDecoder {
  /// An array of exactly two numbers.
  fileprivate mutating func pair() throws(ProtocolViolation) -> (UInt64, UInt64) {
    var numbers: (UInt64, UInt64) = (0, 0)
    var count = 0
    try readArray { (decoder) throws(ProtocolViolation) in
      let number = try decoder.uint64()
      if count == 0 { numbers.0 = number } else { numbers.1 = number }
      count += 1
    }
    guard count == 2 else { throw ProtocolViolation(.malformedMessage, "a pair in a profile is not of two numbers") }
    return numbers
  }
}

extension JSONWriter {
  fileprivate mutating func write(pair first: UInt64, _ second: UInt64) {
    beginArray()
    write(first)
    write(second)
    endArray()
  }
}

extension ProtocolViolation {
  fileprivate static var oversizedProfile: ProtocolViolation {
    ProtocolViolation(.limitExceeded, "a profile that is larger than one can be")
  }
}
