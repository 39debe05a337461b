/// Constant expressions, element segments and data segments (Core 3.0, sections 5.4.9, 5.5.12 and 5.5.14).

extension ModuleDecoder {
  // MARK: constant expressions

  /// A constant expression that gives one value of type `expected`, validated (section 3.4.14).
  mutating func constantExpression(_ expected: ValueType) throws(ModuleError) -> ConstantExpression {
    let start = reader.position
    var instructions: [ConstantInstruction] = []
    constantOperands.removeAll(keepingCapacity: true)
    while true {
      let offset = reader.position
      let code = try reader.byte()
      if code == 0x0B { break }
      guard constantInstructions < limits.constantInstructions else {
        throw reader.error(
          .limitExceeded,
          "more than \(limits.constantInstructions) instructions in constant expressions, which is the limit",
          at: offset)
      }
      constantInstructions += 1
      instructions.append(try constantInstruction(code, at: offset))
    }
    guard constantOperands.count == 1, module.matches(constantOperands[0], expected) else {
      let found = constantOperands.map(\.description).joined(separator: " ")
      throw reader.error(
        .invalid, "type mismatch: a constant expression of type \(expected) gives [\(found)]", at: start)
    }
    if instructions.count == 1, case .refNull(let heap) = instructions[0] {
      if let shared = nullExpressions[heap] { return shared }
      let expression = ConstantExpression(instructions)
      nullExpressions[heap] = expression
      return expression
    }
    return ConstantExpression(instructions)
  }

  private mutating func constantInstruction(
    _ code: UInt8, at offset: Int
  ) throws(ModuleError) -> ConstantInstruction {
    switch code {
    case 0x41:
      let value = try reader.s32()
      constantOperands.append(.i32)
      return .i32Const(value)
    case 0x42:
      let value = try reader.s64()
      constantOperands.append(.i64)
      return .i64Const(value)
    case 0x43:
      let bits = try reader.fixed32()
      constantOperands.append(.f32)
      return .f32Const(bits: bits)
    case 0x44:
      let bits = try reader.fixed64()
      constantOperands.append(.f64)
      return .f64Const(bits: bits)
    case 0x23:
      let index = try reader.u32()
      try constantGlobal(index, at: offset)
      return .globalGet(index)
    case 0xD0:
      try gate.require(.referenceTypes, "ref.null", reader, at: offset)
      let heap = try reader.heapType(&gate)
      constantOperands.append(.reference(heap, nullable: true))
      return .refNull(heap)
    case 0xD2:
      try gate.require(.referenceTypes, "ref.func", reader, at: offset)
      let index = try reader.u32()
      guard Int(index) < module.functions.count else {
        throw reader.error(.invalid, "unknown function \(index)", at: offset)
      }
      let type = module.canonicalType(module.functions[Int(index)])
      constantOperands.append(.reference(.concrete(type), nullable: false))
      return .refFunc(index)
    case 0xFD: return try constantVector(at: offset)
    case 0x6A: return try constantArithmetic(.i32Add, .i32, at: offset)
    case 0x6B: return try constantArithmetic(.i32Sub, .i32, at: offset)
    case 0x6C: return try constantArithmetic(.i32Mul, .i32, at: offset)
    case 0x7C: return try constantArithmetic(.i64Add, .i64, at: offset)
    case 0x7D: return try constantArithmetic(.i64Sub, .i64, at: offset)
    case 0x7E: return try constantArithmetic(.i64Mul, .i64, at: offset)
    case 0xFB: return try constantAggregate(at: offset)
    default:
      throw reader.refusedInstruction(code, at: offset, constant: true)
    }
  }

  /// `v128.const`; the reader stands behind the prefix 0xFD.
  private mutating func constantVector(at offset: Int) throws(ModuleError) -> ConstantInstruction {
    let start = reader.position
    guard try reader.u32() == Opcode.v128Const.code & 0xFFFF else {
      reader.position = start
      throw reader.refusedInstruction(0xFD, at: offset, constant: true)
    }
    try gate.require(.simd, "v128.const", reader, at: offset)
    constantOperands.append(.v128)
    let low = try reader.fixed64()
    return .v128Const(low: low, high: try reader.fixed64())
  }

  private mutating func constantGlobal(_ index: UInt32, at offset: Int) throws(ModuleError) {
    guard Int(index) < module.globals.count else {
      throw reader.error(.invalid, "unknown global \(index)", at: offset)
    }
    let type = module.globals[Int(index)].type
    guard !type.isMutable else {
      throw reader.error(
        .invalid, "constant expression required: global \(index) is mutable", at: offset)
    }
    if Int(index) >= module.importedGlobalCount {
      try gate.require(
        .extendedConstantExpressions, "reading the module's own global \(index) in a constant expression", reader,
        at: offset)
    }
    constantOperands.append(type.value)
  }

  private mutating func constantArithmetic(
    _ instruction: ConstantInstruction, _ type: ValueType, at offset: Int
  ) throws(ModuleError) -> ConstantInstruction {
    try gate.require(.extendedConstantExpressions, "arithmetic in a constant expression", reader, at: offset)
    guard constantOperands.count >= 2, constantOperands.suffix(2).allSatisfy({ $0 == type }) else {
      let found = constantOperands.suffix(2).map(\.description).joined(separator: " ")
      throw reader.error(
        .invalid, "type mismatch: constant arithmetic expects \(type) \(type), found [\(found)]", at: offset)
    }
    constantOperands.removeLast()
    return instruction
  }

  // MARK: element segments

  mutating func decodeElements() throws(ModuleError) {
    let count = try reader.count(itemBytes: 2, of: "element segments", limit: limits.elementSegments)
    module.elements.reserveCapacity(count)
    for _ in 0..<count { module.elements.append(try elementSegment()) }
  }

  private mutating func elementSegment() throws(ModuleError) -> ElementSegment {
    let start = reader.position
    let flags = try reader.u32()
    guard flags < 8 else { throw reader.error(.malformed, "malformed element segment kind \(flags)", at: start) }
    let isActive = flags & 1 == 0
    let hasExpressions = flags & 4 != 0
    if flags != 0 {
      try gate.require(
        flags & 3 == 3 ? .referenceTypes : .bulkMemory, "an element segment of kind \(flags)", reader, at: start)
    }
    var tableIndex: UInt32 = 0
    var mode: SegmentMode<UInt32> = flags & 2 == 0 ? .passive : .declarative
    if isActive {
      let offset = reader.position
      if flags & 2 != 0 { tableIndex = try reader.u32() }
      guard Int(tableIndex) < module.tables.count else {
        throw reader.error(.invalid, "unknown table \(tableIndex)", at: offset)
      }
      let addressType = module.tables[Int(tableIndex)].type.limits.addressType
      mode = .active(index: tableIndex, offset: try constantExpression(addressType))
    }
    // Expressions without a type are of funcref; functions are not null.
    var type = hasExpressions ? ValueType.funcref : .reference(.function, nullable: false)
    if flags & 3 != 0 {
      let offset = reader.position
      if hasExpressions {
        type = try reader.referenceType(&gate)
      } else {
        let kind = try reader.byte()
        guard kind == 0 else {
          throw reader.error(.malformed, "malformed element kind \(hexadecimal(kind))", at: offset)
        }
      }
    }
    if isActive, !module.matches(type, module.tables[Int(tableIndex)].type.element) {
      throw reader.error(
        .invalid,
        "type mismatch: elements of type \(type) for a table of \(module.tables[Int(tableIndex)].type.element)",
        at: start)
    }
    let items = hasExpressions ? try elementExpressions(type) : .functions(try elementFunctions())
    return ElementSegment(type: type, mode: mode, items: items)
  }

  private mutating func itemCount(itemBytes: Int) throws(ModuleError) -> Int {
    let count = try reader.count(
      itemBytes: itemBytes, of: "segment items", limit: limits.segmentItems, existing: segmentItems)
    segmentItems += count
    return count
  }

  private mutating func elementFunctions() throws(ModuleError) -> [UInt32] {
    let count = try itemCount(itemBytes: 1)
    var functions: [UInt32] = []
    functions.reserveCapacity(count)
    for _ in 0..<count {
      let offset = reader.position
      let index = try reader.u32()
      guard Int(index) < module.functions.count else {
        throw reader.error(.invalid, "unknown function \(index)", at: offset)
      }
      functions.append(index)
    }
    return functions
  }

  /// Items given as expressions; plain `ref.func` all over becomes the compact form.
  private mutating func elementExpressions(_ type: ValueType) throws(ModuleError) -> ElementSegment.Items {
    let count = try itemCount(itemBytes: 3)
    var functions: [UInt32] = []
    var expressions: [ConstantExpression] = []
    if type == .funcref { functions.reserveCapacity(count) }
    for position in 0..<count {
      let expression = try constantExpression(type)
      if functions.count == position, type == .funcref {
        if expression.instructions.count == 1, case .refFunc(let index) = expression.instructions[0] {
          functions.append(index)
          continue
        }
      }
      if expressions.isEmpty {
        expressions.reserveCapacity(count)
        expressions.append(contentsOf: functions.map { ConstantExpression([.refFunc($0)]) })
        functions = []
      }
      expressions.append(expression)
    }
    return expressions.isEmpty && type == .funcref ? .functions(functions) : .expressions(expressions)
  }

  // MARK: data segments

  mutating func decodeData() throws(ModuleError) {
    let countOffset = reader.position
    let count = try reader.count(itemBytes: 2, of: "data segments", limit: limits.dataSegments)
    if let declared = module.dataCount, Int(declared) != count {
      throw reader.error(
        .malformed, "data count and data section have inconsistent lengths: \(declared) and \(count)",
        at: countOffset)
    }
    module.data.reserveCapacity(count)
    for _ in 0..<count {
      let start = reader.position
      let flags = try reader.u32()
      guard flags < 3 else { throw reader.error(.malformed, "malformed data segment kind \(flags)", at: start) }
      if flags != 0 { try gate.require(.bulkMemory, "a data segment of kind \(flags)", reader, at: start) }
      var mode = SegmentMode<UInt32>.passive
      if flags != 1 {
        let offset = reader.position
        let memory = flags == 2 ? try reader.u32() : 0
        guard Int(memory) < module.memories.count else {
          throw reader.error(.invalid, "unknown memory \(memory)", at: offset)
        }
        let addressType = module.memories[Int(memory)].limits.addressType
        mode = .active(index: memory, offset: try constantExpression(addressType))
      }
      let size = try reader.byteCount()
      module.data.append(DataSegment(mode: mode, range: reader.position..<reader.position + size))
      reader.position += size
    }
  }
}
