/// How a module's description is spelled.

import WasmJSON

extension ModuleDescription {
  init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var name = Field<String>("name")
    var version = Field<String>("version")
    var exports = Field<[Export]>("exports")
    var functions = Field<[Function]>("functions")
    var imports = Field<[Import]>("imports")
    var memoryPages = Field<UInt64>("memoryPages")
    var byteCount = Field<UInt64>("byteCount")
    var abi = Field<String>("abi")
    var featuresUsed = Field<[String]>("featuresUsed")
    var loadNanoseconds = Field<UInt64>("loadNanoseconds")
    try decoder.beginObject()
    while let key = try decoder.nextKey() {
      switch key {
      case "name": try name.set(decoder.string())
      case "version": try version.set(decoder.string())
      case "exports": try exports.set(decoder.list { (d) throws(ProtocolViolation) in try Export(&d) })
      case "functions": try functions.set(decoder.list { (d) throws(ProtocolViolation) in try Function(&d) })
      case "imports": try imports.set(decoder.list { (d) throws(ProtocolViolation) in try Import(&d) })
      case "memoryPages": try memoryPages.set(decoder.uint64())
      case "byteCount": try byteCount.set(decoder.uint64())
      case "abi": try abi.set(decoder.string())
      case "featuresUsed": try featuresUsed.set(decoder.strings())
      case "loadNanoseconds": try loadNanoseconds.set(decoder.uint64())
      default: try decoder.skip()
      }
    }
    self.init(
      name: name.value, version: version.value, exports: exports.value ?? [], functions: functions.value ?? [],
      imports: imports.value ?? [], memoryPages: try memoryPages.required(), byteCount: try byteCount.required(),
      abi: abi.value, featuresUsed: featuresUsed.value ?? [], loadNanoseconds: try loadNanoseconds.required())
  }

  func encode(_ encoder: inout MessageEncoder) {
    encoder.field("name", name)
    encoder.field("version", version)
    encoder.field("byteCount", byteCount)
    encoder.field("memoryPages", memoryPages)
    encoder.field("loadNanoseconds", loadNanoseconds)
    encoder.array("exports", exports) { export, encoder in
      encoder.field("name", export.name)
      encoder.field("kind", export.kind)
    }
    encoder.array("functions", functions) { function, encoder in
      encoder.field("name", function.name)
      encoder.array("parameters", function.parameters) { parameter, encoder in
        encoder.field("name", parameter.name)
        encoder.field("type", parameter.type)
      }
      if !function.results.isEmpty { encoder.field("results", function.results) }
    }
    encoder.array("imports", imports) { imported, encoder in
      encoder.field("module", imported.module)
      encoder.field("name", imported.name)
      encoder.field("kind", imported.kind)
      encoder.field("type", imported.type)
    }
    encoder.field("abi", abi)
    if !featuresUsed.isEmpty { encoder.field("featuresUsed", featuresUsed) }
  }
}

extension ModuleDescription.Export {
  fileprivate init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var name = Field<String>("name")
    var kind = Field<ModuleDescription.Kind>("kind")
    try decoder.beginObject()
    while let key = try decoder.nextKey() {
      switch key {
      case "name": try name.set(decoder.string())
      case "kind": try kind.set(decoder.oneOf(ModuleDescription.Kind.self, "kind"))
      default: try decoder.skip()
      }
    }
    self.init(name: try name.required(), kind: try kind.required())
  }
}

extension ModuleDescription.Import {
  fileprivate init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var module = Field<String>("module")
    var name = Field<String>("name")
    var kind = Field<ModuleDescription.Kind>("kind")
    var type = Field<String>("type")
    try decoder.beginObject()
    while let key = try decoder.nextKey() {
      switch key {
      case "module": try module.set(decoder.string())
      case "name": try name.set(decoder.string())
      case "kind": try kind.set(decoder.oneOf(ModuleDescription.Kind.self, "kind"))
      case "type": try type.set(decoder.string())
      default: try decoder.skip()
      }
    }
    self.init(
      module: try module.required(), name: try name.required(), kind: try kind.required(), type: try type.required())
  }
}

extension ModuleDescription.Function {
  fileprivate init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var name = Field<String>("name")
    var parameters = Field<[ModuleDescription.Parameter]>("parameters")
    var results = Field<[String]>("results")
    try decoder.beginObject()
    while let key = try decoder.nextKey() {
      switch key {
      case "name": try name.set(decoder.string())
      case "parameters":
        try parameters.set(
          decoder.list { (d) throws(ProtocolViolation) in try ModuleDescription.Parameter(&d) })
      case "results": try results.set(decoder.strings())
      default: try decoder.skip()
      }
    }
    self.init(name: try name.required(), parameters: parameters.value ?? [], results: results.value ?? [])
  }
}

extension ModuleDescription.Parameter {
  fileprivate init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var name = Field<String>("name")
    var type = Field<String>("type")
    try decoder.beginObject()
    while let key = try decoder.nextKey() {
      switch key {
      case "name": try name.set(decoder.string())
      case "type": try type.set(decoder.string())
      default: try decoder.skip()
      }
    }
    self.init(name: name.value, type: try type.required())
  }
}
