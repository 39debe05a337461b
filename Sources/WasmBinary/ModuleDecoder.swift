/// The sections of a module in one pass (Core 3.0, section 5.5 "Modules"), each validated as it is read (section 3.5).

struct ModuleDecoder: ~Copyable {
  var reader: ByteReader
  var module: Module
  var gate: FeatureGate
  let limits: ModuleLimits
  /// Elements of all element segments so far.
  var segmentItems = 0
  /// Instructions of all constant expressions so far.
  var constantInstructions = 0
  /// The operand types of the constant expression being read; kept to reuse its storage.
  var constantOperands: [ValueType] = []
  /// The constant expression `ref.null` by heap type, so that a million nulls share one array.
  var nullExpressions: [HeapType: ConstantExpression] = [:]
  /// The first type of each recursion group by the group's spelling: ModuleDecoder+Types.swift.
  var typeGroups: [[UInt32]: UInt32] = [:]
  /// How many supertypes each type has.
  var typeDepths: [UInt32] = []
  /// Parameters and results, and fields, of all types so far.
  var typeItems = 0
  var fieldItems = 0

  init(reader: ByteReader, bytes: [UInt8], features: Features, limits: ModuleLimits) {
    self.reader = reader
    self.module = Module(bytes: bytes)
    self.gate = FeatureGate(features)
    self.limits = limits
  }

  consuming func finish() -> Module {
    module.usedFeatures = gate.used
    return module
  }

  mutating func decode() throws(ModuleError) {
    try decodeHeader()
    var lastOrder = 0
    let moduleEnd = reader.end
    while reader.position < moduleEnd {
      let start = reader.position
      reader.section = .module
      let identifier = try reader.byte()
      guard let section = SectionIdentifier(rawValue: identifier), section != .header, section != .module else {
        throw reader.error(.malformed, "malformed section id \(identifier)", at: start)
      }
      reader.section = section
      let size = try reader.byteCount()
      if section != .custom {
        guard section.order > lastOrder else {
          throw reader.error(
            .malformed, "the \(section.name) section is repeated or out of order", at: start)
        }
        lastOrder = section.order
      }
      reader.end = reader.position + size
      try decodeContents(of: section)
      guard reader.position == reader.end else {
        throw reader.error(
          .malformed, "section size mismatch: \(reader.remaining) bytes are left at the section's end")
      }
      reader.end = moduleEnd
    }
    reader.section = .module
    guard module.bodies.count == module.functions.count - module.importedFunctionCount else {
      throw reader.error(
        .malformed,
        "function and code section have inconsistent lengths: "
          + "\(module.functions.count - module.importedFunctionCount) and \(module.bodies.count)")
    }
    if let count = module.dataCount, Int(count) != module.data.count {
      throw reader.error(
        .malformed,
        "data count and data section have inconsistent lengths: \(count) and \(module.data.count)")
    }
  }

  private mutating func decodeHeader() throws(ModuleError) {
    let magic: [UInt8] = [0x00, 0x61, 0x73, 0x6D]
    for (index, expected) in magic.enumerated() where index < reader.end && reader.base[index] != expected {
      throw reader.error(.malformed, "magic header not detected: not a binary WebAssembly module", at: 0)
    }
    guard reader.end >= 8 else { throw reader.error(.malformed, "unexpected end of the header", at: reader.end) }
    let version = UInt16(reader.base[4]) | UInt16(reader.base[5]) << 8
    let layer = UInt16(reader.base[6]) | UInt16(reader.base[7]) << 8
    if layer == 1 && version != 0 {
      throw reader.error(
        .unsupportedFeature("component-model"),
        "this is a component, not a core module: the component model is not supported; "
          + "pass the core module that it was made from", at: 4)
    }
    guard version == 1 && layer == 0 else {
      throw reader.error(.malformed, "unknown binary version \(UInt32(layer) << 16 | UInt32(version))", at: 4)
    }
    reader.position = 8
  }

  private mutating func decodeContents(of section: SectionIdentifier) throws(ModuleError) {
    switch section {
    case .custom: try decodeCustom()
    case .type: try decodeTypes()
    case .import: try decodeImports()
    case .function: try decodeFunctions()
    case .table: try decodeTables()
    case .memory: try decodeMemories()
    case .tag: try decodeTags()
    case .global: try decodeGlobals()
    case .export: try decodeExports()
    case .start: try decodeStart()
    case .element: try decodeElements()
    case .dataCount:
      try gate.require(.bulkMemory, "a data count section", reader, at: reader.position)
      module.dataCount = try reader.u32()
    case .code: try decodeCode()
    case .data: try decodeData()
    case .header, .module: break
    }
  }

  private mutating func decodeCustom() throws(ModuleError) {
    guard module.customSections.count < limits.customSections else {
      throw reader.error(.limitExceeded, "more than \(limits.customSections) custom sections, which is the limit")
    }
    let name = try reader.name(limit: limits.nameBytes)
    module.customSections.append(CustomSection(name: name, range: reader.position..<reader.end))
    reader.position = reader.end
  }

  /// The index of a function type.
  mutating func functionTypeIndex() throws(ModuleError) -> UInt32 {
    let start = reader.position
    let index = try reader.u32()
    guard Int(index) < module.types.count else {
      throw reader.error(.invalid, "unknown type \(index)", at: start)
    }
    guard module.types[Int(index)].function != nil else {
      throw reader.error(.invalid, "type \(index) is not a function type", at: start)
    }
    return index
  }

  // MARK: imports and definitions

  private mutating func decodeImports() throws(ModuleError) {
    let count = try reader.count(itemBytes: 4, of: "imports", limit: limits.imports)
    module.imports.reserveCapacity(count)
    for _ in 0..<count {
      let moduleName = try reader.name(limit: limits.nameBytes)
      let name = try reader.name(limit: limits.nameBytes)
      let type = try decodeImportType()
      module.imports.append(Import(module: moduleName, name: name, type: type))
    }
    module.importedFunctionCount = module.functions.count
    module.importedTableCount = module.tables.count
    module.importedMemoryCount = module.memories.count
    module.importedGlobalCount = module.globals.count
    module.importedTagCount = module.tags.count
  }

  private mutating func decodeImportType() throws(ModuleError) -> ExternalType {
    let start = reader.position
    switch try reader.byte() {
    case 0:
      let index = try functionTypeIndex()
      try checkRoom(module.functions.count, limits.functions, "functions", at: start)
      module.functions.append(index)
      return .function(typeIndex: index)
    case 1:
      try checkRoom(module.tables.count, limits.tables, "tables", at: start)
      let type = try reader.tableType(&gate, limit: limits.tableMinimum)
      try addTable(Table(type: type), at: start)
      return .table(type)
    case 2:
      try checkRoom(module.memories.count, limits.memories, "memories", at: start)
      let type = try reader.memoryType(&gate)
      try addMemory(type, at: start)
      return .memory(type)
    case 3:
      let type = try reader.globalType(&gate)
      try checkRoom(module.globals.count, limits.globals, "globals", at: start)
      if type.isMutable { try gate.require(.mutableGlobals, "an imported mutable global", reader, at: start) }
      module.globals.append(Global(type: type))
      return .global(type)
    case 4:
      let index = try decodeTag("an imported tag", at: start)
      return .tag(typeIndex: index)
    case let kind: throw reader.error(.malformed, "malformed import kind \(hexadecimal(kind))", at: start)
    }
  }

  func checkRoom(_ count: Int, _ limit: Int, _ items: String, at start: Int) throws(ModuleError) {
    guard count < limit else {
      throw reader.error(.limitExceeded, "more than \(limit) \(items), which is the limit", at: start)
    }
  }

  private mutating func addTable(_ table: Table, at start: Int) throws(ModuleError) {
    if !module.tables.isEmpty { try gate.require(.referenceTypes, "a second table", reader, at: start) }
    module.tables.append(table)
  }

  private mutating func addMemory(_ memory: MemoryType, at start: Int) throws(ModuleError) {
    if !module.memories.isEmpty { try gate.require(.multiMemory, "a second memory", reader, at: start) }
    module.memories.append(memory)
  }

  private mutating func decodeFunctions() throws(ModuleError) {
    let count = try reader.count(
      itemBytes: 1, of: "functions", limit: limits.functions, existing: module.functions.count)
    module.functions.reserveCapacity(module.functions.count + count)
    for _ in 0..<count { module.functions.append(try functionTypeIndex()) }
  }

  private mutating func decodeTables() throws(ModuleError) {
    let count = try reader.count(itemBytes: 3, of: "tables", limit: limits.tables, existing: module.tables.count)
    for _ in 0..<count {
      let start = reader.position
      var hasInitializer = false
      if reader.remaining >= 2, reader.base[start] == 0x40, reader.base[start + 1] == 0x00 {
        try gate.require(.functionReferences, "a table with an initializer", reader, at: start)
        hasInitializer = true
        reader.position += 2
      }
      let type = try reader.tableType(&gate, limit: limits.tableMinimum)
      guard hasInitializer || type.element.isNullable else {
        throw reader.error(
          .invalid, "type mismatch: a table of \(type.element) needs an initializer, as null is not one of them",
          at: start)
      }
      let initializer = hasInitializer ? try constantExpression(type.element) : nil
      try addTable(Table(type: type, initializer: initializer), at: start)
    }
  }

  private mutating func decodeMemories() throws(ModuleError) {
    let count = try reader.count(
      itemBytes: 2, of: "memories", limit: limits.memories, existing: module.memories.count)
    for _ in 0..<count {
      let start = reader.position
      try addMemory(try reader.memoryType(&gate), at: start)
    }
  }

  private mutating func decodeGlobals() throws(ModuleError) {
    let count = try reader.count(
      itemBytes: 3, of: "globals", limit: limits.globals, existing: module.globals.count)
    module.globals.reserveCapacity(module.globals.count + count)
    for _ in 0..<count {
      let type = try reader.globalType(&gate)
      let initializer = try constantExpression(type.value)
      module.globals.append(Global(type: type, initializer: initializer))
    }
  }

  // MARK: exports, start, code

  private mutating func decodeExports() throws(ModuleError) {
    let count = try reader.count(itemBytes: 3, of: "exports", limit: limits.exports)
    module.exports.reserveCapacity(count)
    // Names are compared byte by byte: Swift's strings take canonically equivalent ones for equal.
    var names = Set<NameBytes>(minimumCapacity: count)
    for _ in 0..<count {
      let start = reader.position
      let name = try reader.name(limit: limits.nameBytes)
      let length = name.utf8.count
      let key = NameBytes(start: reader.base + (reader.position - length), count: length)
      let kindOffset = reader.position
      let code = try reader.byte()
      guard let kind = Export.Kind(rawValue: code) else {
        throw reader.error(.malformed, "malformed export kind \(hexadecimal(code))", at: kindOffset)
      }
      if kind == .tag { try gate.require(.exceptions, "an exported tag", reader, at: kindOffset) }
      let indexOffset = reader.position
      let index = try reader.u32()
      try checkExport(kind, index, at: indexOffset)
      guard names.insert(key).inserted else {
        throw reader.error(.invalid, "duplicate export name \"\(name)\"", at: start)
      }
      module.exports.append(Export(name: name, kind: kind, index: index))
    }
  }

  private mutating func checkExport(
    _ kind: Export.Kind, _ index: UInt32, at start: Int
  ) throws(ModuleError) {
    let (count, item) =
      switch kind {
      case .function: (module.functions.count, "function")
      case .table: (module.tables.count, "table")
      case .memory: (module.memories.count, "memory")
      case .global: (module.globals.count, "global")
      case .tag: (module.tags.count, "tag")
      }
    guard Int(index) < count else { throw reader.error(.invalid, "unknown \(item) \(index)", at: start) }
    if kind == .global, module.globals[Int(index)].type.isMutable {
      try gate.require(.mutableGlobals, "an exported mutable global", reader, at: start)
    }
  }

  private mutating func decodeStart() throws(ModuleError) {
    let start = reader.position
    let index = try reader.u32()
    guard Int(index) < module.functions.count else {
      throw reader.error(.invalid, "unknown function \(index)", at: start)
    }
    let type = module.functionType(index)
    guard type.parameters.isEmpty && type.results.isEmpty else {
      throw reader.error(.invalid, "the start function must have type () -> (), but has \(type)", at: start)
    }
    module.start = index
  }

  private mutating func decodeCode() throws(ModuleError) {
    let start = reader.position
    let count = try reader.count(itemBytes: 2, of: "function bodies")
    let expected = module.functions.count - module.importedFunctionCount
    guard count == expected else {
      throw reader.error(
        .malformed, "function and code section have inconsistent lengths: \(expected) and \(count)", at: start)
    }
    module.bodies.reserveCapacity(count)
    for _ in 0..<count {
      let start = reader.position
      let size = try reader.byteCount()
      guard size <= limits.bodyBytes else {
        throw reader.error(
          .limitExceeded, "a function body of \(size) bytes, where the limit is \(limits.bodyBytes)", at: start)
      }
      module.bodies.append(FunctionBody(range: reader.position..<reader.position + size))
      reader.position += size
    }
  }
}

/// A name in the module's bytes, compared byte by byte. Valid while the decoder runs.
private struct NameBytes: Hashable {
  let start: UnsafePointer<UInt8>
  let count: Int

  static func == (first: NameBytes, second: NameBytes) -> Bool {
    UnsafeBufferPointer(start: first.start, count: first.count)
      .elementsEqual(UnsafeBufferPointer(start: second.start, count: second.count))
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(bytes: UnsafeRawBufferPointer(start: start, count: count))
  }
}
