/// From a `load` message's bytes to a validated module and its description.

import WasmBinary
import WasmText
import WorkerProtocol

/// The features of a list of names, of proposals and of versions of WebAssembly. One that this version lacks changes
/// nothing: a module that uses it is refused.
///
/// - Throws: `invalidConfiguration` for a name that does not exist.
func features(named names: [String]) throws(Failure) -> Features {
  var features: Features = []
  for name in names {
    guard let feature = Features.named(name) else {
      throw Failure(.invalidConfiguration, "there is no WebAssembly feature of the name \(name)", feature: name)
    }
    features.formUnion(feature)
  }
  return features
}

/// The default limits against compile bombs, with those that are named lowered.
func moduleLimits(_ named: [String: UInt64]) throws(Failure) -> ModuleLimits {
  var limits = ModuleLimits.default
  for (name, value) in named {
    if name == "tableMinimum" {
      limits.tableMinimum = min(value, limits.tableMinimum)
      continue
    }
    guard let path = moduleLimitPaths[name] else {
      throw Failure(.invalidConfiguration, "there is no module limit of the name \(name)")
    }
    limits[keyPath: path] = min(Int(clamping: value), limits[keyPath: path])
  }
  return limits
}

/// Those whose value is an `Int`, which is all but one.
private nonisolated(unsafe) let moduleLimitPaths: [String: WritableKeyPath<ModuleLimits, Int>] = [
  "moduleBytes": \.moduleBytes, "types": \.types, "functions": \.functions, "imports": \.imports,
  "exports": \.exports, "globals": \.globals, "tables": \.tables, "memories": \.memories,
  "elementSegments": \.elementSegments, "dataSegments": \.dataSegments, "customSections": \.customSections,
  "segmentItems": \.segmentItems, "bodyBytes": \.bodyBytes, "locals": \.locals, "nestingDepth": \.nestingDepth,
  "operandStackHeight": \.operandStackHeight, "branchTableTargets": \.branchTableTargets,
  "parameters": \.parameters, "results": \.results, "nameBytes": \.nameBytes, "tags": \.tags,
  "constantInstructions": \.constantInstructions, "parametersAndResults": \.parametersAndResults,
  "structFields": \.structFields, "fields": \.fields, "subtypingDepth": \.subtypingDepth,
]

/// Assembles text, decodes and validates.
func loadModule(_ load: Load, features: Features, limits: ModuleLimits) throws(Failure) -> Module {
  let isText =
    switch load.format {
    case .wasm: false
    case .wat: true
    case .auto: isTextModule(load.module)
    }
  var bytes = load.module
  if isText {
    guard bytes.count <= limits.moduleBytes else {
      throw Failure(
        .invalidModule, "the module's text of \(bytes.count) bytes is longer than \(limits.moduleBytes) bytes",
        limit: Failure.Limit(name: "moduleBytes", value: UInt64(limits.moduleBytes)))
    }
    do throws(TextError) { bytes = try assembleModule(bytes) } catch { throw Failure(error) }
  }
  do throws(ModuleError) {
    return try Module.load(bytes, features: features, limits: limits)
  } catch {
    var failure = Failure(error)
    // A byte offset in the assembled module would mean nothing to the author of a text.
    if isText { failure.location = nil }
    throw failure
  }
}

// MARK: - Description

extension ModuleDescription {
  /// A module's interface.
  ///
  /// - Parameter byteCount: the length of what was loaded, which for text is not that of the module.
  init(_ module: Module, names: NameSection, byteCount: Int, loadNanoseconds: UInt64) {
    self.init(
      name: names.moduleName, version: module.text(ofSection: "version"),
      exports: module.exports.map { Export(name: $0.name, kind: Kind($0.kind)) },
      functions: module.exports.compactMap { export in
        guard export.kind == .function else { return nil }
        let type = module.functionType(export.index)
        let locals = names.localNames[export.index] ?? [:]
        let parameters = type.parameters.enumerated().map { index, type in
          Parameter(name: locals[UInt32(index)], type: type.description)
        }
        return Function(name: export.name, parameters: parameters, results: type.results.map(\.description))
      },
      imports: module.imports.map { item in
        Import(module: item.module, name: item.name, kind: Kind(item.type), type: module.spelling(item.type))
      },
      memoryPages: module.memories.reduce(0) { sum, memory in
        sum.addingReportingOverflow(memory.limits.minimum).partialValue
      },
      byteCount: UInt64(byteCount), abi: module.text(ofSection: "hanzo.abi"), featuresUsed: module.featuresUsed,
      loadNanoseconds: loadNanoseconds)
  }
}

extension ModuleDescription.Kind {
  fileprivate init(_ kind: Export.Kind) {
    switch kind {
    case .function: self = .function
    case .table: self = .table
    case .memory: self = .memory
    case .global: self = .global
    case .tag: self = .tag
    }
  }

  fileprivate init(_ type: ExternalType) {
    switch type {
    case .function: self = .function
    case .table: self = .table
    case .memory: self = .memory
    case .global: self = .global
    case .tag: self = .tag
    }
  }
}

extension Module {
  /// Bytes of a custom section's text that are looked at.
  private static let maximumSectionText = 4_096

  /// The text of a short custom section; nil if there is none, or it is not text.
  fileprivate func text(ofSection name: String) -> String? {
    guard let section = customSection(named: name), section.range.count <= Self.maximumSectionText else { return nil }
    return String(validating: bytes[section.range], as: UTF8.self)
  }

  /// A type in the text format's spelling.
  fileprivate func spelling(_ type: ExternalType) -> String {
    switch type {
    case .function(let index): return spelling(function: index)
    case .tag(let index): return "(tag\(spelling(function: index).dropFirst("(func".count))"
    case .table(let table): return "(table \(spelling(table.limits)) \(table.element))"
    case .memory(let memory): return "(memory \(spelling(memory.limits)))"
    case .global(let global): return "(global \(global.isMutable ? "(mut \(global.value))" : "\(global.value)"))"
    }
  }

  private func spelling(function index: UInt32) -> String {
    guard index < types.count, let type = types[Int(index)].function else { return "(func)" }
    var text = "(func"
    if !type.parameters.isEmpty { text += " (param \(type.parameters.map(\.description).joined(separator: " ")))" }
    if !type.results.isEmpty { text += " (result \(type.results.map(\.description).joined(separator: " ")))" }
    return text + ")"
  }

  private func spelling(_ limits: Limits) -> String {
    (limits.is64Bit ? "i64 " : "") + "\(limits.minimum)" + (limits.maximum.map { " \($0)" } ?? "")
  }
}
