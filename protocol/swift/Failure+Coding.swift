/// How failures and the answers that carry them are spelled.

import WasmJSON

extension FailureReply {
  init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var id = Field<RequestID>("id")
    var failure = Field<Failure>("failure")
    try decoder.beginMessage()
    while let key = try decoder.nextField() {
      switch key {
      case "id": try id.set(decoder.requestID())
      case "failure": try failure.set(Failure(&decoder))
      default: try decoder.skip()
      }
    }
    self.init(id: try id.required(), failure: try failure.required())
  }

  func encoder() -> MessageEncoder {
    var encoder = MessageEncoder(type: "failure", id: id)
    encoder.object("failure") { failure.encode(&$0) }
    return encoder
  }
}

extension Failure {
  init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var code = Field<ErrorCode>("code")
    var message = Field<String>("message")
    var function = Field<String>("function")
    var parameter = Field<String>("parameter")
    var limit = Field<Limit>("limit")
    var trapKind = Field<String>("trapKind")
    var frames = Field<[TrapFrame]>("frames")
    var feature = Field<String>("feature")
    var unresolvedImport = Field<String>("unresolvedImport")
    var location = Field<Location>("location")
    var refusedMemoryBytes = Field<UInt64>("refusedMemoryBytes")
    var networkDenied = Field<Bool>("networkDenied")
    try decoder.beginObject()
    while let key = try decoder.nextKey() {
      switch key {
      case "code": try code.set(decoder.oneOf(ErrorCode.self, "code"))
      case "message": try message.set(decoder.string())
      case "function": try function.set(decoder.string())
      case "parameter": try parameter.set(decoder.string())
      case "limit": try limit.set(Limit(&decoder))
      case "trapKind": try trapKind.set(decoder.string())
      case "frames": try frames.set(decoder.list { (d) throws(ProtocolViolation) in try TrapFrame(&d) })
      case "feature": try feature.set(decoder.string())
      case "unresolvedImport": try unresolvedImport.set(decoder.string())
      case "location": try location.set(Location(&decoder))
      case "refusedMemoryBytes": try refusedMemoryBytes.set(decoder.uint64())
      case "networkDenied": try networkDenied.set(decoder.bool())
      default: try decoder.skip()
      }
    }
    self.init(
      try code.required(), try message.required(), function: function.value, parameter: parameter.value,
      limit: limit.value, trapKind: trapKind.value, frames: frames.value ?? [], feature: feature.value,
      unresolvedImport: unresolvedImport.value, location: location.value,
      refusedMemoryBytes: refusedMemoryBytes.value, networkDenied: networkDenied.value ?? false)
  }

  func encode(_ encoder: inout MessageEncoder) { facts.encode(&encoder) }
}

extension Failure.Facts {
  fileprivate func encode(_ encoder: inout MessageEncoder) {
    encoder.field("code", code)
    encoder.field("message", message)
    encoder.field("function", function)
    encoder.field("parameter", parameter)
    if let limit {
      encoder.object("limit") { encoder in
        encoder.field("name", limit.name)
        encoder.field("value", limit.value)
      }
    }
    encoder.field("trapKind", trapKind)
    encoder.array("frames", frames) { frame, encoder in
      encoder.field("functionIndex", UInt64(frame.functionIndex))
      encoder.field("name", frame.name)
      encoder.field("offset", frame.offset)
    }
    encoder.field("feature", feature)
    encoder.field("unresolvedImport", unresolvedImport)
    if let location {
      encoder.object("location") { encoder in
        switch location {
        case .offset(let offset, let section):
          encoder.field("offset", offset)
          encoder.field("section", section)
        case .line(let line, let column):
          encoder.field("line", line)
          encoder.field("column", column)
        }
      }
    }
    encoder.field("refusedMemoryBytes", refusedMemoryBytes)
    encoder.field("networkDenied", networkDenied, default: false)
  }
}

extension Failure.Limit {
  fileprivate init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var name = Field<String>("name")
    var value = Field<UInt64>("value")
    try decoder.beginObject()
    while let key = try decoder.nextKey() {
      switch key {
      case "name": try name.set(decoder.string())
      case "value": try value.set(decoder.uint64())
      default: try decoder.skip()
      }
    }
    self.init(name: try name.required(), value: try value.required())
  }
}

extension Failure.TrapFrame {
  fileprivate init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var functionIndex = Field<UInt32>("functionIndex")
    var name = Field<String>("name")
    var offset = Field<UInt64>("offset")
    try decoder.beginObject()
    while let key = try decoder.nextKey() {
      switch key {
      case "functionIndex": try functionIndex.set(decoder.uint32())
      case "name": try name.set(decoder.string())
      case "offset": try offset.set(decoder.uint64())
      default: try decoder.skip()
      }
    }
    self.init(functionIndex: try functionIndex.required(), name: name.value, offset: try offset.required())
  }
}

extension Failure.Location {
  fileprivate init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var offset = Field<UInt64>("offset")
    var section = Field<String>("section")
    var line = Field<UInt64>("line")
    var column = Field<UInt64>("column")
    try decoder.beginObject()
    while let key = try decoder.nextKey() {
      switch key {
      case "offset": try offset.set(decoder.uint64())
      case "section": try section.set(decoder.string())
      case "line": try line.set(decoder.uint64())
      case "column": try column.set(decoder.uint64())
      default: try decoder.skip()
      }
    }
    if let line = line.value {
      self = .line(line, column: try column.required())
    } else {
      self = .offset(try offset.required(), section: section.value)
    }
  }
}
