/// How outcomes, usage and failures are spelled.

import WasmJSON

extension OutcomeReply {
  init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var id = Field<RequestID>("id")
    var outcome = Field<Outcome>("outcome")
    try decoder.beginMessage()
    while let key = try decoder.nextField() {
      switch key {
      case "id": try id.set(decoder.requestID())
      case "outcome": try outcome.set(Outcome(&decoder))
      default: try decoder.skip()
      }
    }
    self.init(id: try id.required(), outcome: try outcome.required())
  }

  func encoder() -> MessageEncoder {
    var encoder = MessageEncoder(type: "outcome", id: id)
    encoder.attach { encoder in
      encoder.segment("output", outcome.attachedOutput)
      encoder.segment("stdout", outcome.stdout)
      encoder.segment("stderr", outcome.stderr)
      if let profile = outcome.profile { encoder.segment("profile", profile.encoded()) }
    }
    encoder.object("outcome") { outcome.encode(&$0) }
    return encoder
  }
}

extension Outcome {
  private enum Kind {
    case json, typed, documentText, bytes

    init?(_ word: JSONText) {
      switch word {
      case "json": self = .json
      case "typed": self = .typed
      case "documentText": self = .documentText
      case "bytes": self = .bytes
      default: return nil
      }
    }
  }

  /// What travels in the attachment segment `output`.
  fileprivate var attachedOutput: [UInt8] {
    switch result {
    case .success(.documentText(let bytes)), .success(.bytes(let bytes)): bytes
    case .success(.json), .success(.typed), .failure: []
    }
  }

  init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var value = Field<Value>("result")
    var failure = Field<Failure>("failure")
    var logs = Field<[LogRecord]>("logs")
    var logsTruncated = Field<Bool>("logsTruncated")
    var exitCode = Field<UInt32>("exitCode")
    var networkDenied = Field<Bool>("networkDenied")
    var usage = Field<Usage>("usage")
    try decoder.beginObject()
    while let key = try decoder.nextKey() {
      switch key {
      case "result": try value.set(Self.value(&decoder))
      case "failure": try failure.set(Failure(&decoder))
      case "logs": try logs.set(decoder.list { (d) throws(ProtocolViolation) in try LogRecord(&d) })
      case "logsTruncated": try logsTruncated.set(decoder.bool())
      case "exitCode": try exitCode.set(decoder.uint32())
      case "networkDenied": try networkDenied.set(decoder.bool())
      case "usage": try usage.set(Usage(&decoder))
      default: try decoder.skip()
      }
    }
    let result: Result<Value, Failure>
    switch (value.value, failure.value) {
    case (let value?, nil): result = .success(value)
    case (nil, let failure?): result = .failure(failure)
    default: throw ProtocolViolation(.malformedMessage, "'outcome' has to hold either 'result' or 'failure'")
    }
    let profile = decoder.segment("profile")
    self.init(
      result: result, logs: logs.value ?? [], logsTruncated: logsTruncated.value ?? false,
      stdout: decoder.segment("stdout"), stderr: decoder.segment("stderr"), exitCode: exitCode.value,
      networkDenied: networkDenied.value ?? false, usage: try usage.required(),
      profile: profile.isEmpty ? nil : try GuestProfile(decoding: profile))
  }

  private static func value(_ decoder: inout MessageDecoder) throws(ProtocolViolation) -> Value {
    var kind = Field<Kind>("kind")
    var value = Field<JSONValue>("value")
    try decoder.beginObject()
    while let key = try decoder.nextKey() {
      switch key {
      case "kind": try kind.set(decoder.word("kind") { Kind($0) })
      case "value": try value.set(decoder.value())
      default: try decoder.skip()
      }
    }
    switch try kind.required() {
    case .json: return .json(try value.required())
    case .typed: return .typed(try TypedValue.list(try value.required()))
    case .documentText: return .documentText(decoder.segment("output"))
    case .bytes: return .bytes(decoder.segment("output"))
    }
  }

  func encode(_ encoder: inout MessageEncoder) {
    switch result {
    case .success(let value):
      encoder.object("result") { encoder in
        switch value {
        case .json(let value):
          encoder.field("kind", word: "json")
          encoder.field("value", value)
        case .typed(let values):
          encoder.field("kind", word: "typed")
          encoder.field("value", .array(values.map(\.json)))
        case .documentText: encoder.field("kind", word: "documentText")
        case .bytes: encoder.field("kind", word: "bytes")
        }
      }
    case .failure(let failure): encoder.object("failure") { failure.encode(&$0) }
    }
    encoder.array("logs", logs) { $0.encode(&$1) }
    encoder.field("logsTruncated", logsTruncated, default: false)
    encoder.field("exitCode", exitCode.map(UInt64.init))
    encoder.field("networkDenied", networkDenied, default: false)
    encoder.object("usage") { usage.encode(&$0) }
  }
}

extension LogRecord {
  fileprivate init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var level = Field<Level>("level")
    var message = Field<String>("message")
    try decoder.beginObject()
    while let key = try decoder.nextKey() {
      switch key {
      case "level": try level.set(decoder.oneOf(Level.self, "level"))
      case "message": try message.set(decoder.string())
      default: try decoder.skip()
      }
    }
    self.init(level: try level.required(), message: try message.required())
  }

  func encode(_ encoder: inout MessageEncoder) {
    encoder.field("level", level)
    encoder.field("message", message)
  }
}

extension Usage {
  fileprivate init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var fuel = Field<UInt64>("fuel")
    var fuelModel = Field<String>("fuelModel")
    var wallNanoseconds = Field<UInt64>("wallNanoseconds")
    var cpuNanoseconds = Field<UInt64>("cpuNanoseconds")
    var instantiateNanoseconds = Field<UInt64>("instantiateNanoseconds")
    var peakMemoryBytes = Field<UInt64>("peakMemoryBytes")
    try decoder.beginObject()
    while let key = try decoder.nextKey() {
      switch key {
      case "fuel": try fuel.set(decoder.uint64())
      case "fuelModel": try fuelModel.set(decoder.string())
      case "wallNanoseconds": try wallNanoseconds.set(decoder.uint64())
      case "cpuNanoseconds": try cpuNanoseconds.set(decoder.uint64())
      case "instantiateNanoseconds": try instantiateNanoseconds.set(decoder.uint64())
      case "peakMemoryBytes": try peakMemoryBytes.set(decoder.uint64())
      default: try decoder.skip()
      }
    }
    self.init(
      fuel: try fuel.required(), fuelModel: try fuelModel.required(), wallNanoseconds: try wallNanoseconds.required(),
      cpuNanoseconds: try cpuNanoseconds.required(), instantiateNanoseconds: try instantiateNanoseconds.required(),
      peakMemoryBytes: try peakMemoryBytes.required())
  }

  fileprivate func encode(_ encoder: inout MessageEncoder) {
    encoder.field("fuel", fuel)
    encoder.field("fuelModel", fuelModel)
    encoder.field("wallNanoseconds", wallNanoseconds)
    encoder.field("cpuNanoseconds", cpuNanoseconds)
    encoder.field("instantiateNanoseconds", instantiateNanoseconds)
    encoder.field("peakMemoryBytes", peakMemoryBytes)
  }
}
