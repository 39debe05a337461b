/// How host calls, live logs and the last words of a worker are spelled.

import WasmJSON

extension HostCall {
  init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var id = Field<RequestID>("id")
    var sequence = Field<UInt64>("sequence")
    var function = Field<String>("function")
    var argument = Field<JSONValue>("argument")
    try decoder.beginMessage()
    while let key = try decoder.nextField() {
      switch key {
      case "id": try id.set(decoder.requestID())
      case "sequence": try sequence.set(decoder.uint64())
      case "function": try function.set(decoder.string())
      case "argument": try argument.set(decoder.value())
      default: try decoder.skip()
      }
    }
    self.init(
      id: try id.required(), sequence: try sequence.required(), function: try function.required(),
      argument: try argument.required(), payload: decoder.segment("payload"))
  }

  func encoder() -> MessageEncoder {
    var encoder = MessageEncoder(type: "hostCall", id: id)
    encoder.attach { $0.segment("payload", payload) }
    encoder.field("sequence", sequence)
    encoder.field("function", function)
    encoder.field("argument", argument)
    return encoder
  }
}

extension HostResult {
  init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var id = Field<RequestID>("id")
    var sequence = Field<UInt64>("sequence")
    var value = Field<JSONValue>("value")
    var failure = Field<Failure>("failure")
    var networkDenied = Field<Bool>("networkDenied")
    try decoder.beginMessage()
    while let key = try decoder.nextField() {
      switch key {
      case "id": try id.set(decoder.requestID())
      case "sequence": try sequence.set(decoder.uint64())
      case "value": try value.set(decoder.value())
      case "failure": try failure.set(Failure(&decoder))
      case "networkDenied": try networkDenied.set(decoder.bool())
      default: try decoder.skip()
      }
    }
    let result: Result<JSONValue, Failure>
    switch (value.value, failure.value) {
    case (let value?, nil): result = .success(value)
    case (nil, let failure?): result = .failure(failure)
    default: throw ProtocolViolation(.malformedMessage, "a host result has to hold either 'value' or 'failure'")
    }
    self.init(
      id: try id.required(), sequence: try sequence.required(), result: result,
      networkDenied: networkDenied.value ?? false, payload: decoder.segment("payload"))
  }

  func encoder() -> MessageEncoder {
    var encoder = MessageEncoder(type: "hostResult", id: id)
    encoder.attach { $0.segment("payload", payload) }
    encoder.field("sequence", sequence)
    switch result {
    case .success(let value): encoder.field("value", value)
    case .failure(let failure): encoder.object("failure") { failure.encode(&$0) }
    }
    encoder.field("networkDenied", networkDenied, default: false)
    return encoder
  }
}

extension LogMessage {
  init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var id = Field<RequestID>("id")
    var level = Field<LogRecord.Level>("level")
    var message = Field<String>("message")
    try decoder.beginMessage()
    while let key = try decoder.nextField() {
      switch key {
      case "id": try id.set(decoder.requestID())
      case "level": try level.set(decoder.oneOf(LogRecord.Level.self, "level"))
      case "message": try message.set(decoder.string())
      default: try decoder.skip()
      }
    }
    self.init(id: try id.required(), record: LogRecord(level: try level.required(), message: try message.required()))
  }

  func encoder() -> MessageEncoder {
    var encoder = MessageEncoder(type: "log", id: id)
    record.encode(&encoder)
    return encoder
  }
}

extension ProtocolErrorMessage {
  init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var kind = Field<ProtocolViolation.Kind>("kind")
    var message = Field<String>("message")
    try decoder.beginMessage()
    while let key = try decoder.nextField() {
      switch key {
      case "kind": try kind.set(decoder.oneOf(ProtocolViolation.Kind.self, "kind"))
      case "message": try message.set(decoder.string())
      default: try decoder.skip()
      }
    }
    self.init(ProtocolViolation(try kind.required(), try message.required()))
  }

  func encoder() -> MessageEncoder {
    var encoder = MessageEncoder(type: "error")
    encoder.field("kind", violation.kind)
    encoder.field("message", violation.message)
    return encoder
  }
}
