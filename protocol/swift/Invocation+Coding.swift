/// How an invocation, its limits and typed values are spelled.

public import WasmJSON

extension Invoke {
  init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var id = Field<RequestID>("id")
    var invocation = Field<Invocation>("invocation")
    try decoder.beginMessage()
    while let key = try decoder.nextField() {
      switch key {
      case "id": try id.set(decoder.requestID())
      case "invocation": try invocation.set(Invocation(&decoder))
      default: try decoder.skip()
      }
    }
    self.init(id: try id.required(), invocation: try invocation.required())
  }

  func encoder() -> MessageEncoder {
    var encoder = MessageEncoder(type: "invoke", id: id)
    encoder.attach { encoder in
      encoder.segment("input", invocation.input.attachedBytes)
      encoder.segment("files", invocation.attachedFiles)
    }
    encoder.object("invocation") { invocation.encode(&$0) }
    return encoder
  }
}

extension Invocation {
  init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var module = Field<ModuleHash>("module")
    var entry = Field<Entry>("entry")
    var input = Field<Input>("input")
    var parameters = Field<Parameters>("parameters")
    var results = Field<Results>("results")
    var limits = Field<InvocationLimits>("limits")
    var instance = Field<Instance>("instance")
    var enableWASI = Field<Bool>("enableWASI")
    var determinism = Field<Determinism>("determinism")
    var environment = Field<[EnvironmentVariable]>("environment")
    var mounts = Field<[Mount]>("mounts")
    var stdout = Field<Stream>("stdout")
    var stderr = Field<Stream>("stderr")
    var files = decoder.segment("files")[...]
    var profile = Field<Profile>("profile")
    try decoder.beginObject()
    while let key = try decoder.nextKey() {
      switch key {
      case "module": try module.set(decoder.moduleHash("module"))
      case "entry": try entry.set(Entry(&decoder))
      case "input": try input.set(Input(&decoder))
      case "parameters": try parameters.set(decoder.oneOf(Parameters.self, "parameters"))
      case "results": try results.set(decoder.oneOf(Results.self, "results"))
      case "limits": try limits.set(InvocationLimits(&decoder))
      case "instance": try instance.set(decoder.oneOf(Instance.self, "instance"))
      case "enableWASI": try enableWASI.set(decoder.bool())
      case "determinism": try determinism.set(Determinism(&decoder))
      case "environment":
        try environment.set(decoder.list { (d) throws(ProtocolViolation) in try EnvironmentVariable(&d) })
      case "mounts":
        try mounts.set(decoder.list { (d) throws(ProtocolViolation) in try Mount(&d, files: &files) })
      case "stdout": try stdout.set(decoder.oneOf(Stream.self, "stdout"))
      case "stderr": try stderr.set(decoder.oneOf(Stream.self, "stderr"))
      case "profile": try profile.set(Profile(&decoder))
      default: try decoder.skip()
      }
    }
    guard files.isEmpty else {
      throw ProtocolViolation(.malformedAttachment, "the segment 'files' is longer than the files in it")
    }
    self.init(
      module: try module.required(), entry: try entry.required(), input: input.value ?? .none,
      parameters: parameters.value ?? .strict, results: results.value ?? .plain, limits: limits.value ?? .init(),
      instance: instance.value ?? .fresh, enableWASI: enableWASI.value ?? true, determinism: determinism.value,
      environment: environment.value ?? [], mounts: mounts.value ?? [], stdout: stdout.value ?? .capture,
      stderr: stderr.value ?? .capture, profile: profile.value)
  }

  func encode(_ encoder: inout MessageEncoder) {
    encoder.field("module", hexadecimal: module)
    encoder.object("entry") { encoder in
      switch entry {
      case .function(let name): encoder.field("function", name)
      case .command(let arguments): encoder.field("command", arguments)
      case .instantiate: encoder.object("instantiate") { _ in }
      case .readMemory(let address, let count):
        encoder.object("readMemory") {
          $0.field("address", address)
          $0.field("count", count)
        }
      case .writeMemory(let address): encoder.object("writeMemory") { $0.field("address", address) }
      }
    }
    if input != .none { encoder.object("input") { input.encode(&$0) } }
    if parameters != .strict { encoder.field("parameters", parameters) }
    if results != .plain { encoder.field("results", results) }
    if limits != InvocationLimits() { encoder.object("limits") { limits.encode(&$0) } }
    if instance != .fresh { encoder.field("instance", instance) }
    encoder.field("enableWASI", enableWASI, default: true)
    if let determinism { encoder.object("determinism") { determinism.encode(&$0) } }
    encoder.array("environment", environment) { variable, encoder in
      encoder.field("name", variable.name)
      encoder.field("value", variable.value)
    }
    encoder.array("mounts", mounts) { $0.encode(&$1) }
    if stdout != .capture { encoder.field("stdout", stdout) }
    if stderr != .capture { encoder.field("stderr", stderr) }
    if let profile {
      encoder.object("profile") { $0.field("interval", profile.interval, default: Profile().interval) }
    }
  }
}

extension Invocation.Entry {
  fileprivate init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var entry: Self?
    var count = 0
    try decoder.beginObject()
    while let key = try decoder.nextKey() {
      switch key {
      case "function": entry = .function(try decoder.string())
      case "command": entry = .command(arguments: try decoder.strings())
      case "instantiate":
        try decoder.beginObject()
        while try decoder.nextKey() != nil { try decoder.skip() }
        entry = .instantiate
      case "readMemory": entry = try Self.readMemory(&decoder)
      case "writeMemory": entry = try Self.writeMemory(&decoder)
      default:
        try decoder.skip()
        continue
      }
      count += 1
    }
    guard count == 1, let entry else {
      throw ProtocolViolation(
        .malformedMessage,
        "'entry' has to hold exactly one of 'function', 'command', 'instantiate', 'readMemory' and 'writeMemory'")
    }
    self = entry
  }

  private static func readMemory(_ decoder: inout MessageDecoder) throws(ProtocolViolation) -> Self {
    var address = Field<UInt64>("address")
    var count = Field<UInt64>("count")
    try decoder.beginObject()
    while let key = try decoder.nextKey() {
      switch key {
      case "address": try address.set(decoder.uint64())
      case "count": try count.set(decoder.uint64())
      default: try decoder.skip()
      }
    }
    return .readMemory(address: try address.required(), count: try count.required())
  }

  private static func writeMemory(_ decoder: inout MessageDecoder) throws(ProtocolViolation) -> Self {
    var address = Field<UInt64>("address")
    try decoder.beginObject()
    while let key = try decoder.nextKey() {
      switch key {
      case "address": try address.set(decoder.uint64())
      default: try decoder.skip()
      }
    }
    return .writeMemory(address: address.value)
  }
}

extension Invocation.EnvironmentVariable {
  fileprivate init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var name = Field<String>("name")
    var value = Field<String>("value")
    try decoder.beginObject()
    while let key = try decoder.nextKey() {
      switch key {
      case "name": try name.set(decoder.string())
      case "value": try value.set(decoder.string())
      default: try decoder.skip()
      }
    }
    self.init(name: try name.required(), value: try value.required())
  }
}

extension Invocation.Profile {
  fileprivate init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var interval = Field<UInt64>("interval")
    try decoder.beginObject()
    while let key = try decoder.nextKey() {
      switch key {
      case "interval": try interval.set(decoder.uint64())
      default: try decoder.skip()
      }
    }
    self.init()
    self.interval = interval.value ?? self.interval
  }
}

// MARK: - Input

extension Invocation.Input {
  private enum Kind {
    case none, arguments, typedArguments, document, documentText, bytes, stdin

    init?(_ word: JSONText) {
      switch word {
      case "none": self = .none
      case "arguments": self = .arguments
      case "typedArguments": self = .typedArguments
      case "document": self = .document
      case "documentText": self = .documentText
      case "bytes": self = .bytes
      case "stdin": self = .stdin
      default: return nil
      }
    }
  }

  /// What travels in the attachment segment `input`.
  fileprivate var attachedBytes: [UInt8] {
    switch self {
    case .documentText(let bytes), .bytes(let bytes), .stdin(let bytes): bytes
    case .none, .arguments, .typedArguments, .document: []
    }
  }

  fileprivate init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var kind = Field<Kind>("kind")
    var value = Field<JSONValue>("value")
    try decoder.beginObject()
    while let key = try decoder.nextKey() {
      switch key {
      case "kind": try kind.set(decoder.word("kind") { Kind($0) })
      case "value": try value.set(decoder.inputValue())
      default: try decoder.skip()
      }
    }
    switch try kind.required() {
    case .none: self = .none
    case .arguments: self = .arguments(try value.required())
    case .typedArguments: self = .typedArguments(try TypedValue.list(try value.required()))
    case .document: self = .document(try value.required())
    case .documentText: self = .documentText(decoder.segment("input"))
    case .bytes: self = .bytes(decoder.segment("input"))
    case .stdin: self = .stdin(decoder.segment("input"))
    }
  }

  fileprivate func encode(_ encoder: inout MessageEncoder) {
    switch self {
    case .none: encoder.field("kind", word: "none")
    case .arguments(let value):
      encoder.field("kind", word: "arguments")
      encoder.field("value", value)
    case .typedArguments(let values):
      encoder.field("kind", word: "typedArguments")
      encoder.field("value", .array(values.map(\.json)))
    case .document(let value):
      encoder.field("kind", word: "document")
      encoder.field("value", value)
    case .documentText: encoder.field("kind", word: "documentText")
    case .bytes: encoder.field("kind", word: "bytes")
    case .stdin: encoder.field("kind", word: "stdin")
    }
  }
}

// MARK: - Limits

extension InvocationLimits {
  fileprivate init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var fuel = Field<UInt64?>("fuel")
    var memoryBytes = Field<UInt64>("memoryBytes")
    var tableElements = Field<UInt64>("tableElements")
    var stackBytes = Field<UInt64>("stackBytes")
    var maxLogBytes = Field<UInt64>("maxLogBytes")
    var maxOutputBytes = Field<UInt64>("maxOutputBytes")
    var maxStringBytes = Field<UInt64>("maxStringBytes")
    var maxHostCalls = Field<UInt64>("maxHostCalls")
    var fileSystemBytes = Field<UInt64>("fileSystemBytes")
    try decoder.beginObject()
    while let key = try decoder.nextKey() {
      switch key {
      case "fuel": try fuel.set(decoder.null() ? nil : decoder.uint64())
      case "memoryBytes": try memoryBytes.set(decoder.uint64())
      case "tableElements": try tableElements.set(decoder.uint64())
      case "stackBytes": try stackBytes.set(decoder.uint64())
      case "maxLogBytes": try maxLogBytes.set(decoder.uint64())
      case "maxOutputBytes": try maxOutputBytes.set(decoder.uint64())
      case "maxStringBytes": try maxStringBytes.set(decoder.uint64())
      case "maxHostCalls": try maxHostCalls.set(decoder.uint64())
      case "fileSystemBytes": try fileSystemBytes.set(decoder.uint64())
      default: try decoder.skip()
      }
    }
    self.init()
    if let fuel = fuel.value { self.fuel = fuel }
    self.memoryBytes = memoryBytes.value ?? self.memoryBytes
    self.tableElements = tableElements.value ?? self.tableElements
    self.stackBytes = stackBytes.value ?? self.stackBytes
    self.maxLogBytes = maxLogBytes.value ?? self.maxLogBytes
    self.maxOutputBytes = maxOutputBytes.value ?? self.maxOutputBytes
    self.maxStringBytes = maxStringBytes.value ?? self.maxStringBytes
    self.maxHostCalls = maxHostCalls.value ?? self.maxHostCalls
    self.fileSystemBytes = fileSystemBytes.value ?? self.fileSystemBytes
  }

  fileprivate func encode(_ encoder: inout MessageEncoder) {
    let defaults = InvocationLimits()
    if fuel == nil {
      encoder.field("fuel", JSONValue.null)
    } else if fuel != defaults.fuel {
      encoder.field("fuel", fuel)
    }
    encoder.field("memoryBytes", memoryBytes, default: defaults.memoryBytes)
    encoder.field("tableElements", tableElements, default: defaults.tableElements)
    encoder.field("stackBytes", stackBytes, default: defaults.stackBytes)
    encoder.field("maxLogBytes", maxLogBytes, default: defaults.maxLogBytes)
    encoder.field("maxOutputBytes", maxOutputBytes, default: defaults.maxOutputBytes)
    encoder.field("maxStringBytes", maxStringBytes, default: defaults.maxStringBytes)
    encoder.field("maxHostCalls", maxHostCalls, default: defaults.maxHostCalls)
    encoder.field("fileSystemBytes", fileSystemBytes, default: defaults.fileSystemBytes)
  }
}

// MARK: - Typed values

extension TypedValue {
  /// `{"type":"f64","bits":"7ff8000000000000"}`: as many lower-case hexadecimal digits as the type has, most significant
  /// first; `null` for a null reference.
  public var json: JSONValue {
    switch self {
    case .i32(let bits): ["type": "i32", "bits": .string(bits.hexadecimal)]
    case .i64(let bits): ["type": "i64", "bits": .string(bits.hexadecimal)]
    case .f32(let bits): ["type": "f32", "bits": .string(bits.hexadecimal)]
    case .f64(let bits): ["type": "f64", "bits": .string(bits.hexadecimal)]
    case .v128(let high, let low): ["type": "v128", "bits": .string(high.hexadecimal + low.hexadecimal)]
    case .function(let index): ["type": "funcref", "bits": index.map { .string($0.hexadecimal) } ?? .null]
    case .external(let value): ["type": "externref", "bits": value.map { .string($0.hexadecimal) } ?? .null]
    }
  }

  /// Nil for anything but the spelling of ``json``.
  public init?(_ json: JSONValue) {
    guard case .object(let object) = json, let type = object["type"]?.stringValue, let bits = object["bits"] else {
      return nil
    }
    let digits = bits.stringValue ?? ""
    let value: TypedValue? =
      switch type {
      case "i32": UInt32(hexadecimal: digits).map { .i32($0) }
      case "i64": UInt64(hexadecimal: digits).map { .i64($0) }
      case "f32": UInt32(hexadecimal: digits).map { .f32(bits: $0) }
      case "f64": UInt64(hexadecimal: digits).map { .f64(bits: $0) }
      case "v128":
        UInt64(hexadecimal: digits.prefix(16)).flatMap { high in
          UInt64(hexadecimal: digits.dropFirst(16)).map { .v128(high: high, low: $0) }
        }
      case "funcref": bits.isNull ? .function(nil) : UInt32(hexadecimal: digits).map { .function($0) }
      case "externref": bits.isNull ? .external(nil) : UInt64(hexadecimal: digits).map { .external($0) }
      default: nil
      }
    guard let value else { return nil }
    self = value
  }

  package static func list(_ json: JSONValue) throws(ProtocolViolation) -> [TypedValue] {
    guard case .array(let elements) = json else { throw .impossible("value") }
    var values: [TypedValue] = []
    for element in elements {
      guard let value = TypedValue(element) else { throw .impossible("value") }
      values.append(value)
    }
    return values
  }
}
