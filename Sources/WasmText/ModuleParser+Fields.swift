/// The second pass: encodes the module fields (Core 3.0, section 6.6 "Modules").

import WasmBinary

/// The index of the next item of each space that may be imported, while fields are encoded.
private struct NextIndices {
  var function: UInt32 = 0
  var table: UInt32 = 0
  var memory: UInt32 = 0
  var global: UInt32 = 0
  var tag: UInt32 = 0

  mutating func take(_ path: WritableKeyPath<NextIndices, UInt32>) -> UInt32 {
    defer { self[keyPath: path] += 1 }
    return self[keyPath: path]
  }
}

extension ModuleParser {
  /// Reads the fields up to the end of the module, whose names are declared.
  mutating func encodeFields() throws(SyntaxError) {
    var next = NextIndices()
    while current.kind == .leftParenthesis {
      try advance()
      let token = current
      guard case .word(let word) = token.meaning else { throw unknownField() }
      try advance()
      switch word {
      case .type, .rec: try skipForm()
      case .import: try encodeImport(&next)
      case .func: try encodeFunction(next.take(\.function))
      case .table: try encodeTable(next.take(\.table))
      case .memory: try encodeMemory(next.take(\.memory))
      case .global: try encodeGlobal(next.take(\.global))
      case .tag: try encodeTag(next.take(\.tag))
      case .export: try encodeExport()
      case .start: try encodeStart(at: token.start)
      case .elem: try encodeElements()
      case .data: try encodeData()
      default:
        current = token
        throw unknownField()
      }
    }
  }

  private mutating func encodeImport(_ next: inout NextIndices) throws(SyntaxError) {
    let module = try expectName("the module name of the import, a string")
    let name = try expectName("the name of the import, a string")
    let kind = try expectExternalKind()
    let itemName = try takeItemName()
    switch kind {
    case .function:
      try encodeImportedFunction(next.take(\.function), itemName, module: module, name: name)
    case .table:
      _ = next.take(\.table)
      encoder.appendImport(module: module, name: name, type: .table(try parseTableType()))
    case .memory:
      _ = next.take(\.memory)
      encoder.appendImport(module: module, name: name, type: .memory(try parseMemoryType()))
    case .global:
      _ = next.take(\.global)
      encoder.appendImport(module: module, name: name, type: .global(try parseGlobalType()))
    case .tag:
      _ = next.take(\.tag)
      let use = try parseTypeUse(names: .allowed)
      encoder.appendImport(module: module, name: name, type: .tag(typeIndex: use.index))
    }
    try expectClosing("the imported item")
    try expectClosing("the import")
  }

  /// `(export "name")` inside a definition, any number of them.
  private mutating func encodeInlineExports(_ kind: Export.Kind, _ index: UInt32) throws(SyntaxError) {
    while try takeForm(.export) {
      encoder.appendExport(name: try expectName("the name of the export, a string"), kind: kind, index: index)
      try expectClosing("the export")
    }
  }

  /// `(import "module" "name")` inside a definition.
  private mutating func takeInlineImport() throws(SyntaxError) -> (module: [UInt8], name: [UInt8])? {
    guard try takeForm(.import) else { return nil }
    let module = try expectName("the module name of the import, a string")
    let name = try expectName("the name of the import, a string")
    try expectClosing("the import")
    return (module, name)
  }

  // MARK: functions

  private mutating func encodeFunction(_ index: UInt32) throws(SyntaxError) {
    let functionName = try takeItemName()
    try encodeInlineExports(.function, index)
    if let item = try takeInlineImport() {
      try encodeImportedFunction(index, functionName, module: item.module, name: item.name)
      try expectClosing("the imported function")
      return
    }
    let use = try parseTypeUse(names: .allowed)
    var names = use.names
    // Not emptied with its capacity kept: clearing a large table once per function would be quadratic.
    locals = [:]
    for name in names { locals[name.symbol] = name.index }
    let types = try parseLocals(after: use.parameterCount, &names)
    code.truncate(to: 0)
    try parseInstructions()
    code.appendOpcode(.end)
    try expectClosing("the function")
    encoder.appendFunction(typeIndex: use.index, locals: types, body: code.bytes)
    encodeNames(index, functionName, names)
  }

  private mutating func encodeImportedFunction(
    _ index: UInt32, _ functionName: [UInt8]?, module: [UInt8], name: [UInt8]
  ) throws(SyntaxError) {
    let use = try parseTypeUse(names: .allowed)
    encoder.appendImport(module: module, name: name, type: .function(typeIndex: use.index))
    encodeNames(index, functionName, use.names)
  }

  /// The identifier, if there is one, or what an annotation says instead.
  private mutating func takeItemName() throws(SyntaxError) -> [UInt8]? {
    let symbol = try takeIdentifier()
    return functionNames[current.start] ?? symbol.map { Array(symbols.contents($0)) }
  }

  private mutating func encodeNames(
    _ index: UInt32, _ functionName: [UInt8]?, _ names: [(index: UInt32, symbol: UInt32)]
  ) {
    if let functionName { encoder.names.appendFunction(index, name: functionName) }
    guard !names.isEmpty else { return }
    encoder.names.appendLocals(
      of: index, names.map { (index: $0.index, name: Array(symbols.contents($0.symbol))) })
  }

  /// The types of the locals; adds their names.
  private mutating func parseLocals(
    after parameterCount: Int, _ names: inout [(index: UInt32, symbol: UInt32)]
  ) throws(SyntaxError) -> [ValueType] {
    var types: [ValueType] = []
    while try takeForm(.local) {
      let token = current
      if token.isIdentifier {
        let symbol = try symbol(of: token)
        let index = UInt32(truncatingIfNeeded: parameterCount + types.count)
        guard locals.updateValue(index, forKey: symbol) == nil else {
          throw SyntaxError("duplicate local: \(excerpt(token)) is already defined", at: token.start)
        }
        names.append((index, symbol))
        try advance()
        types.append(try expectValueType())
      } else {
        while current.kind != .rightParenthesis { types.append(try expectValueType()) }
      }
      try expectClosing("the locals")
    }
    return types
  }

  // MARK: tables, memories, globals

  private mutating func encodeTable(_ index: UInt32) throws(SyntaxError) {
    _ = try takeIdentifier()
    try encodeInlineExports(.table, index)
    if let item = try takeInlineImport() {
      encoder.appendImport(module: item.module, name: item.name, type: .table(try parseTableType()))
      try expectClosing("the imported table")
      return
    }
    let is64Bit = try takeAddressType()
    if try isReferenceType() {
      try encodeTableWithElements(index, is64Bit: is64Bit)
      return
    }
    let limits = try parseLimits(is64Bit: is64Bit)
    let type = TableType(element: try expectReferenceType(), limits: limits)
    let initializer = current.kind == .rightParenthesis ? nil : try parseExpression()
    encoder.appendTable(type, initializer: initializer)
    try expectClosing("the table")
  }

  /// `(table funcref (elem ...))`, whose size is the number of its elements.
  private mutating func encodeTableWithElements(_ index: UInt32, is64Bit: Bool) throws(SyntaxError) {
    let element = try expectReferenceType()
    try expectForm(.elem, "'(elem' or the size of the table in front of its type")
    let mode = EncodedSegmentMode.active(index: index, offset: zero(is64Bit: is64Bit))
    let count: Int
    if current.isIndex || (current.kind == .rightParenthesis && element == .funcref) {
      let functions = try parseFunctionIndices()
      count = functions.count
      if element == .funcref {
        encoder.appendElements(mode, functions: functions)
      } else {
        var expressions = ByteWriter()
        for function in functions {
          expressions.appendExpression(ConstantExpression([.refFunc(function)]))
        }
        encoder.appendElements(mode, type: element, count: count, expressions: expressions.bytes)
      }
    } else {
      let items = try parseElementExpressions()
      count = items.count
      encoder.appendElements(mode, type: element, count: count, expressions: items.bytes)
    }
    try expectClosing("the elements")
    let limits = Limits(minimum: UInt64(count), maximum: UInt64(count), is64Bit: is64Bit)
    encoder.appendTable(TableType(element: element, limits: limits))
    try expectClosing("the table")
  }

  private func zero(is64Bit: Bool) -> [UInt8] {
    ConstantExpression([is64Bit ? .i64Const(0) : .i32Const(0)]).encoded
  }

  private mutating func encodeMemory(_ index: UInt32) throws(SyntaxError) {
    _ = try takeIdentifier()
    try encodeInlineExports(.memory, index)
    if let item = try takeInlineImport() {
      encoder.appendImport(module: item.module, name: item.name, type: .memory(try parseMemoryType()))
      try expectClosing("the imported memory")
      return
    }
    let start = current.start
    let is64Bit = try takeAddressType()
    try refusePageSize()
    if try takeForm(.data) {
      let bytes = try parseStrings()
      try expectClosing("the data")
      encoder.appendData(.active(index: index, offset: zero(is64Bit: is64Bit)), bytes: bytes)
      let pages = (UInt64(bytes.count) + MemoryType.pageSize - 1) / MemoryType.pageSize
      encoder.appendMemory(MemoryType(limits: Limits(minimum: pages, maximum: pages, is64Bit: is64Bit)))
    } else {
      try rewind(to: start)
      encoder.appendMemory(try parseMemoryType())
    }
    try expectClosing("the memory")
  }

  private mutating func encodeGlobal(_ index: UInt32) throws(SyntaxError) {
    _ = try takeIdentifier()
    try encodeInlineExports(.global, index)
    if let item = try takeInlineImport() {
      encoder.appendImport(module: item.module, name: item.name, type: .global(try parseGlobalType()))
      try expectClosing("the imported global")
      return
    }
    let type = try parseGlobalType()
    encoder.appendGlobal(type, initializer: try parseExpression())
    try expectClosing("the global")
  }

  private mutating func encodeTag(_ index: UInt32) throws(SyntaxError) {
    _ = try takeIdentifier()
    try encodeInlineExports(.tag, index)
    let item = try takeInlineImport()
    let use = try parseTypeUse(names: .allowed)
    if let item {
      encoder.appendImport(module: item.module, name: item.name, type: .tag(typeIndex: use.index))
    } else {
      encoder.appendTag(typeIndex: use.index)
    }
    try expectClosing("the tag")
  }

  // MARK: exports, start

  private mutating func encodeExport() throws(SyntaxError) {
    let name = try expectName("the name of the export, a string")
    let kind = try expectExternalKind()
    let index =
      switch kind {
      case .function: try expectIndex(\.functions)
      case .table: try expectIndex(\.tables)
      case .memory: try expectIndex(\.memories)
      case .global: try expectIndex(\.globals)
      case .tag: try expectIndex(\.tags)
      }
    encoder.appendExport(name: name, kind: kind, index: index)
    try expectClosing("the exported item")
    try expectClosing("the export")
  }

  private mutating func encodeStart(at offset: Int) throws(SyntaxError) {
    guard encoder.start == nil else {
      throw SyntaxError("multiple start sections: a module has at most one start function", at: offset)
    }
    encoder.start = try expectIndex(\.functions)
    try expectClosing("the start field")
  }

  // MARK: expressions

  /// Instructions up to the closing parenthesis as a constant expression, with the final `end`.
  mutating func parseExpression() throws(SyntaxError) -> [UInt8] {
    locals = [:]
    code.truncate(to: 0)
    try parseInstructions()
    code.appendOpcode(.end)
    return code.bytes
  }

  /// One folded instruction as a constant expression, with the final `end`.
  mutating func parseFoldedExpression() throws(SyntaxError) -> [UInt8] {
    locals = [:]
    code.truncate(to: 0)
    try parseFoldedInstruction()
    code.appendOpcode(.end)
    return code.bytes
  }
}
