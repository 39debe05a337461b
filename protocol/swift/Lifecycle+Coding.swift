/// How `ready`, `configure`, `load`, `unload`, `fork` and their answers are spelled.

import WasmJSON

extension Ready {
  init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var protocolVersion = Field<UInt32>("protocolVersion")
    var buildID = Field<String>("buildID")
    var engine = Field<String>("engine")
    var fuelModel = Field<String>("fuelModel")
    var pid = Field<UInt32>("pid")
    var layers = Field<[Layer]>("layers")
    var resourceLimits = Field<[String: UInt64]>("resourceLimits")
    try decoder.beginMessage()
    while let key = try decoder.nextField() {
      switch key {
      case "protocolVersion": try protocolVersion.set(decoder.uint32())
      case "buildID": try buildID.set(decoder.string())
      case "engine": try engine.set(decoder.string())
      case "fuelModel": try fuelModel.set(decoder.string())
      case "pid": try pid.set(decoder.uint32())
      case "layers": try layers.set(Self.layers(&decoder))
      case "resourceLimits": try resourceLimits.set(decoder.numbers())
      default: try decoder.skip()
      }
    }
    self.init(
      protocolVersion: try protocolVersion.required(), buildID: try buildID.required(),
      engine: try engine.required(), fuelModel: try fuelModel.required(), pid: try pid.required(),
      layers: layers.value ?? [], resourceLimits: resourceLimits.value ?? [:])
  }

  private static func layers(_ decoder: inout MessageDecoder) throws(ProtocolViolation) -> [Layer] {
    var layers: [Layer] = []
    try decoder.readArray { (decoder) throws(ProtocolViolation) in
      var name = Field<String>("name")
      var state = Field<Layer.State>("state")
      var detail = Field<String>("detail")
      try decoder.beginObject()
      while let key = try decoder.nextKey() {
        switch key {
        case "name": try name.set(decoder.string())
        case "state": try state.set(decoder.oneOf(Layer.State.self, "state"))
        case "detail": try detail.set(decoder.string())
        default: try decoder.skip()
        }
      }
      layers.append(Layer(name: try name.required(), state: try state.required(), detail: detail.value ?? ""))
    }
    return layers
  }

  func encoder() -> MessageEncoder {
    var encoder = MessageEncoder(type: "ready")
    encoder.field("protocolVersion", UInt64(protocolVersion))
    encoder.field("buildID", buildID)
    encoder.field("engine", engine)
    encoder.field("fuelModel", fuelModel)
    encoder.field("pid", UInt64(pid))
    encoder.array("layers", layers) { layer, encoder in
      encoder.field("name", layer.name)
      encoder.field("state", layer.state)
      if !layer.detail.isEmpty { encoder.field("detail", layer.detail) }
    }
    encoder.field("resourceLimits", resourceLimits)
    return encoder
  }
}

extension Configure {
  private static let defaults = Configure(id: RequestID(0))

  init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var id = Field<RequestID>("id")
    var maxMemoryBytes = Field<UInt64>("maxMemoryBytes")
    var cacheBytes = Field<UInt64>("cacheBytes")
    var maxJSONBytes = Field<UInt32>("maxJSONBytes")
    var maxAttachmentBytes = Field<UInt32>("maxAttachmentBytes")
    var features = Field<Features>("features")
    var hostFunctions = Field<[HostFunctionDeclaration]>("hostFunctions")
    try decoder.beginMessage()
    while let key = try decoder.nextField() {
      switch key {
      case "id": try id.set(decoder.requestID())
      case "maxMemoryBytes": try maxMemoryBytes.set(decoder.uint64())
      case "cacheBytes": try cacheBytes.set(decoder.uint64())
      case "maxJSONBytes": try maxJSONBytes.set(decoder.uint32())
      case "maxAttachmentBytes": try maxAttachmentBytes.set(decoder.uint32())
      case "features": try features.set(decoder.strings())
      case "hostFunctions":
        try hostFunctions.set(
          decoder.list { (d) throws(ProtocolViolation) in try HostFunctionDeclaration(&d) })
      default: try decoder.skip()
      }
    }
    let defaults = Self.defaults
    self.init(
      id: try id.required(), maxMemoryBytes: maxMemoryBytes.value ?? defaults.maxMemoryBytes,
      cacheBytes: cacheBytes.value ?? defaults.cacheBytes,
      frameLimits: FrameLimits(
        maxJSONBytes: maxJSONBytes.value ?? FrameLimits.default.maxJSONBytes,
        maxAttachmentBytes: maxAttachmentBytes.value ?? FrameLimits.default.maxAttachmentBytes),
      features: features.value, hostFunctions: hostFunctions.value ?? [])
  }

  func encoder() -> MessageEncoder {
    let defaults = Self.defaults
    var encoder = MessageEncoder(type: "configure", id: id)
    encoder.field("maxMemoryBytes", maxMemoryBytes, default: defaults.maxMemoryBytes)
    encoder.field("cacheBytes", cacheBytes, default: defaults.cacheBytes)
    encoder.field(
      "maxJSONBytes", UInt64(frameLimits.maxJSONBytes), default: UInt64(FrameLimits.default.maxJSONBytes))
    encoder.field(
      "maxAttachmentBytes", UInt64(frameLimits.maxAttachmentBytes),
      default: UInt64(FrameLimits.default.maxAttachmentBytes))
    encoder.field("features", features)
    encoder.array("hostFunctions", hostFunctions) { $0.encode(&$1) }
    return encoder
  }
}

extension MessageDecoder {
  /// A message of nothing but its id.
  fileprivate mutating func onlyID() throws(ProtocolViolation) -> RequestID {
    var id = Field<RequestID>("id")
    try beginMessage()
    while let key = try nextField() {
      if "id" ~= key { try id.set(requestID()) } else { try skip() }
    }
    return try id.required()
  }
}

extension Configured {
  init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) { self.init(id: try decoder.onlyID()) }

  func encoder() -> MessageEncoder { MessageEncoder(type: "configured", id: id) }
}

extension Fork {
  init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) { self.init(id: try decoder.onlyID()) }

  func encoder() -> MessageEncoder { MessageEncoder(type: "fork", id: id) }
}

extension Load {
  init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var id = Field<RequestID>("id")
    var hash = Field<ModuleHash>("hash")
    var format = Field<Format>("format")
    var features = Field<Configure.Features>("features")
    var limits = Field<[String: UInt64]>("limits")
    try decoder.beginMessage()
    while let key = try decoder.nextField() {
      switch key {
      case "id": try id.set(decoder.requestID())
      case "hash": try hash.set(decoder.moduleHash("hash"))
      case "format": try format.set(decoder.oneOf(Format.self, "format"))
      case "features": try features.set(decoder.strings())
      case "limits": try limits.set(decoder.numbers())
      default: try decoder.skip()
      }
    }
    self.init(
      id: try id.required(), hash: try hash.required(), format: format.value ?? .auto, features: features.value,
      limits: limits.value ?? [:], module: decoder.segment("module"))
  }

  func encoder() -> MessageEncoder {
    var encoder = MessageEncoder(type: "load", id: id)
    encoder.attach { $0.segment("module", module) }
    encoder.field("hash", hexadecimal: hash)
    if format != .auto { encoder.field("format", format) }
    encoder.field("features", features)
    encoder.field("limits", limits)
    return encoder
  }
}

extension Loaded {
  init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var id = Field<RequestID>("id")
    var module = Field<ModuleDescription>("module")
    try decoder.beginMessage()
    while let key = try decoder.nextField() {
      switch key {
      case "id": try id.set(decoder.requestID())
      case "module": try module.set(ModuleDescription(&decoder))
      default: try decoder.skip()
      }
    }
    self.init(id: try id.required(), module: try module.required())
  }

  func encoder() -> MessageEncoder {
    var encoder = MessageEncoder(type: "loaded", id: id)
    encoder.object("module") { module.encode(&$0) }
    return encoder
  }
}

extension Unload {
  init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var id = Field<RequestID>("id")
    var hash = Field<ModuleHash>("hash")
    try decoder.beginMessage()
    while let key = try decoder.nextField() {
      switch key {
      case "id": try id.set(decoder.requestID())
      case "hash": try hash.set(decoder.moduleHash("hash"))
      default: try decoder.skip()
      }
    }
    self.init(id: try id.required(), hash: try hash.required())
  }

  func encoder() -> MessageEncoder {
    var encoder = MessageEncoder(type: "unload", id: id)
    encoder.field("hash", hexadecimal: hash)
    return encoder
  }
}

extension Unloaded {
  init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var id = Field<RequestID>("id")
    var found = Field<Bool>("found")
    try decoder.beginMessage()
    while let key = try decoder.nextField() {
      switch key {
      case "id": try id.set(decoder.requestID())
      case "found": try found.set(decoder.bool())
      default: try decoder.skip()
      }
    }
    self.init(id: try id.required(), found: try found.required())
  }

  func encoder() -> MessageEncoder {
    var encoder = MessageEncoder(type: "unloaded", id: id)
    encoder.json.key("found")
    encoder.json.write(found)
    return encoder
  }
}
