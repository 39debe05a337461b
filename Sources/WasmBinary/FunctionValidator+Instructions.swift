/// The rules of the instructions (Core 3.0, section 3.4 "Instructions"), one case for each group.

extension FunctionValidator {
  /// Validates from the first instruction to the function's final `end`, which must be the body's last byte.
  mutating func validateInstructions() throws(ModuleError) {
    while reader.position < reader.end {
      instructionStart = reader.position
      let code = reader.base[reader.position]
      reader.position += 1
      switch code {
      case 0x20: try push(try readLocal())
      case 0x21: try pop(try readLocalToSet())
      case 0x22:
        let type = try readLocalToSet()
        try pop(type)
        try push(type)
      case 0x28...0x3E: try validateMemoryAccess(code)
      case 0x41:
        _ = try reader.s32()
        try push(FunctionValidator.i32)
      case 0x42:
        _ = try reader.s64()
        try push(FunctionValidator.i64)
      case 0x43:
        try reader.skip(4)
        try push(FunctionValidator.f32)
      case 0x44:
        try reader.skip(8)
        try push(FunctionValidator.f64)
      case 0x45...0xC4: try validateNumeric(code)
      case 0x02, 0x03, 0x04: try validateBlock(code)
      case 0x05: try validateElse()
      case 0x0B:
        try validateEnd()
        if frames.isEmpty {
          guard reader.position == reader.end else {
            throw reader.error(.malformed, "unexpected bytes after the function's end")
          }
          return
        }
      case 0x0C:
        try pop(try readLabel())
        setUnreachable()
      case 0x0D:
        let types = try readLabel()
        try pop(FunctionValidator.i32)
        try pop(types)
        try push(types)
      case 0x10: try validateCall()
      case 0x11: try validateIndirectCall()
      case 0x1A: _ = try popAny()
      default: try validateRareInstruction(code)
      }
    }
    throw reader.error(.malformed, "unexpected end of the function body: END opcode expected")
  }

  @inline(never)
  private mutating func validateRareInstruction(_ code: UInt8) throws(ModuleError) {
    switch code {
    case 0x00: setUnreachable()
    case 0x01: break
    case 0x0E: try validateBranchTable()
    case 0x0F:
      try pop(frames[0].signature.results)
      setUnreachable()
    case 0x1B: try validateSelect()
    case 0x1C: try validateTypedSelect()
    case 0x23: try push(try readGlobal().value.raw)
    case 0x24:
      let global = try readGlobal()
      guard global.isMutable else { throw invalid("global.set of an immutable global") }
      try pop(global.value.raw)
    case 0x25:
      try gate.require(.referenceTypes, "table.get", reader, at: instructionStart)
      let table = try readTable()
      try pop(table.limits.addressType.raw)
      try push(table.element.raw)
    case 0x26:
      try gate.require(.referenceTypes, "table.set", reader, at: instructionStart)
      let table = try readTable()
      try pop(table.element.raw)
      try pop(table.limits.addressType.raw)
    case 0x3F: try push(try readMemory().limits.addressType.raw)
    case 0x40:
      let address = try readMemory().limits.addressType.raw
      try pop(address)
      try push(address)
    case 0xD0:
      try gate.require(.referenceTypes, "ref.null", reader, at: instructionStart)
      try push(ValueType.reference(try reader.heapType(&gate), nullable: true).raw)
    case 0xD1:
      try gate.require(.referenceTypes, "ref.is_null", reader, at: instructionStart)
      let type = try popAny()
      guard type == FunctionValidator.anyType || ValueType(raw: type).isReference else {
        throw invalid("type mismatch: ref.is_null expects a reference, found \(ValueType(raw: type))")
      }
      try push(FunctionValidator.i32)
    case 0xD2:
      try gate.require(.referenceTypes, "ref.func", reader, at: instructionStart)
      let function = try readFunction()
      guard declaredFunctions[function] else {
        throw invalid("undeclared function reference: function \(function) occurs in no segment, global or export")
      }
      let type = module.canonicalType(module.functions[function])
      try push(ValueType.reference(.concrete(type), nullable: false).raw)
    case 0x14, 0x15, 0xD4...0xD6: try validateFunctionReference(code)
    case 0xD3, 0xFB: try validateAggregate(code)
    case 0xFC: try validatePrefixed()
    case 0xFD: try validateVector()
    case 0xFE: try validateAtomic()
    case 0x08, 0x0A, 0x1F: try validateException(code)
    case 0x12, 0x13: try validateTailCall(code)
    default: throw reader.refusedInstruction(code, at: instructionStart, constant: false)
    }
  }

  // MARK: numbers and memory

  @inline(__always)
  private mutating func validateNumeric(_ code: UInt8) throws(ModuleError) {
    if code >= 0xC0 { try gate.require(.signExtension, "sign extension", reader, at: instructionStart) }
    let signature = numericSignatures[Int(code)]
    if signature.second != 0 { try pop(signature.second) }
    try pop(signature.first)
    try push(signature.result)
  }

  @inline(__always)
  private mutating func validateMemoryAccess(_ code: UInt8) throws(ModuleError) {
    let address = try readMemoryArgument(naturalAlignment: FunctionValidator.naturalAlignment(code))
    let signature = numericSignatures[Int(code)]
    if signature.second != 0 { try pop(signature.second) }
    try pop(address)
    if signature.result != 0 { try push(signature.result) }
  }

  /// The base-2 logarithm of the size of the access with this code (0x28...0x3E).
  @inline(__always)
  private static func naturalAlignment(_ code: UInt8) -> UInt32 {
    // Two bits for each code from 0x28 on: 2 3 2 3, 0 0 1 1, 0 0 1 1 2 2, 2 3 2 3, 0 1, 0 1 2.
    let packed: UInt64 = 0b10_01_00_01_00_11_10_11_10_10_10_01_01_00_00_01_01_00_00_11_10_11_10
    return UInt32(truncatingIfNeeded: packed >> (UInt64(code - 0x28) * 2)) & 3
  }

  /// Alignment and offset (section 5.4.6); returns the type of addresses.
  @inline(__always)
  mutating func readMemoryArgument(naturalAlignment: UInt32) throws(ModuleError) -> UInt32 {
    let flags = try reader.u32()
    let memory = flags > naturalAlignment ? try readAccessedMemory(flags, naturalAlignment) : 0
    let offset = try reader.u64()
    guard memory < module.memories.count else { throw invalid("unknown memory \(memory)") }
    let limits = module.memories[memory].limits
    guard offset <= 0xFFFF_FFFF || limits.is64Bit else { throw invalid("offset out of range: \(offset)") }
    return limits.addressType.raw
  }

  /// The memory index that bit 6 of the flags announces.
  @inline(never)
  private mutating func readAccessedMemory(_ flags: UInt32, _ natural: UInt32) throws(ModuleError) -> Int {
    guard flags < 128 else {
      throw reader.error(.malformed, "malformed memop flags \(flags)", at: instructionStart)
    }
    if flags & 64 != 0 {
      try gate.require(.multiMemory, "an access that names its memory", reader, at: instructionStart)
    }
    guard flags & 63 <= natural else {
      throw invalid("alignment must not be larger than natural: 2^\(flags & 63) > \(1 << natural)")
    }
    return flags & 64 != 0 ? Int(try reader.u32()) : 0
  }

  private mutating func readMemory() throws(ModuleError) -> MemoryType {
    let index = Int(try reader.u32())
    guard index < module.memories.count else { throw invalid("unknown memory \(index)") }
    return module.memories[index]
  }

  // MARK: index spaces

  private mutating func readFunction() throws(ModuleError) -> Int {
    let index = Int(try reader.u32())
    guard index < module.functions.count else { throw invalid("unknown function \(index)") }
    return index
  }

  private mutating func readTable() throws(ModuleError) -> TableType {
    let index = Int(try reader.u32())
    guard index < module.tables.count else { throw invalid("unknown table \(index)") }
    return module.tables[index].type
  }

  private mutating func readGlobal() throws(ModuleError) -> GlobalType {
    let index = Int(try reader.u32())
    guard index < module.globals.count else { throw invalid("unknown global \(index)") }
    return module.globals[index].type
  }

  mutating func readElementType() throws(ModuleError) -> ValueType {
    let index = Int(try reader.u32())
    guard index < module.elements.count else { throw invalid("unknown elem segment \(index)") }
    return module.elements[index].type
  }

  mutating func readDataIndex() throws(ModuleError) {
    let index = try reader.u32()
    guard let count = module.dataCount else {
      throw reader.error(.malformed, "data count section required", at: instructionStart)
    }
    guard index < count else { throw invalid("unknown data segment \(index)") }
  }

  // MARK: control

  private mutating func validateBlock(_ code: UInt8) throws(ModuleError) {
    let signature = try readBlockType()
    if code == 0x04 { try pop(FunctionValidator.i32) }
    try openBlock(code, signature)
  }

  /// Opens a block that takes its parameters from the stack.
  mutating func openBlock(_ code: UInt8, _ signature: Signature) throws(ModuleError) {
    // The function's own frame is not a block.
    guard frames.count <= limits.nestingDepth else {
      throw reader.error(
        .limitExceeded, "blocks nested more than \(limits.nestingDepth) deep, which is the limit",
        at: instructionStart)
    }
    try pop(signature.parameters)
    pushFrame(code, signature)
    try push(signature.parameters)
  }

  private mutating func validateElse() throws(ModuleError) {
    guard frames[frames.count - 1].code == 0x04 else {
      throw reader.error(.malformed, "else without an if", at: instructionStart)
    }
    let frame = try popFrame()
    pushFrame(0x05, frame.signature)
    try push(frame.signature.parameters)
  }

  private mutating func validateEnd() throws(ModuleError) {
    let frame = try popFrame()
    if frame.code == 0x04, !matches(frame.signature.parameters, frame.signature.results) {
      throw invalid("type mismatch: an if without else must have parameters that are its results")
    }
    if !frames.isEmpty { try push(frame.signature.results) }
  }

  /// Whether values of the types `first` may stand where `second` are expected.
  mutating func matches(_ first: TypeList, _ second: TypeList) -> Bool {
    guard first.count == second.count else { return false }
    for index in 0..<Int(first.count) {
      let (found, expected) = (type(first, index), type(second, index))
      guard found == expected || module.matches(ValueType(raw: found), ValueType(raw: expected)) else { return false }
    }
    return true
  }

  private mutating func validateBranchTable() throws(ModuleError) {
    try pop(FunctionValidator.i32)
    let targets = try reader.count(itemBytes: 1, of: "br_table targets", limit: limits.branchTableTargets)
    var checked: TypeList?
    // One more than the targets: the default label comes last.
    for _ in 0...targets {
      let types = try readLabel()
      if let checked {
        if checked.start == types.start && checked.count == types.count { continue }
        guard checked.count == types.count else {
          throw invalid("type mismatch: br_table labels take \(checked.count) and \(types.count) operands")
        }
      }
      let count = operandCount
      try pop(types)
      operandCount = count
      checked = types
    }
    setUnreachable()
  }

  @discardableResult
  mutating func validateCall() throws(ModuleError) -> Signature {
    let function = try readFunction()
    let signature = try signature(ofType: Int(module.functions[function]))
    try pop(signature.parameters)
    try push(signature.results)
    return signature
  }

  @discardableResult
  mutating func validateIndirectCall() throws(ModuleError) -> Signature {
    let typeIndex = try reader.u32()
    let tableOffset = reader.position
    let tableIndex = Int(try reader.u32())
    if tableIndex != 0 || reader.position - tableOffset > 1 {
      try gate.require(.referenceTypes, "call_indirect with a table index", reader, at: instructionStart)
    }
    guard tableIndex < module.tables.count else { throw invalid("unknown table \(tableIndex)") }
    let table = module.tables[tableIndex].type
    guard module.matches(table.element, .funcref) else {
      throw invalid("type mismatch: call_indirect expects a table of functions, found \(table.element)")
    }
    let signature = try signature(ofType: Int(typeIndex))
    try pop(table.limits.addressType.raw)
    try pop(signature.parameters)
    try push(signature.results)
    return signature
  }

  private mutating func validateSelect() throws(ModuleError) {
    try pop(FunctionValidator.i32)
    let second = try popAny()
    let first = try popAny()
    for type in [first, second] where ValueType(raw: type).isReference {
      throw invalid("type mismatch: select without a type expects numbers, found \(ValueType(raw: type))")
    }
    if first == FunctionValidator.anyType { return try push(second) }
    guard second == first || second == FunctionValidator.anyType else {
      throw invalid(
        "type mismatch: select expects operands of one type, found \(ValueType(raw: first)) and "
          + "\(ValueType(raw: second))")
    }
    try push(first)
  }

  private mutating func validateTypedSelect() throws(ModuleError) {
    try gate.require(.referenceTypes, "select with a type", reader, at: instructionStart)
    let count = try reader.count(itemBytes: 1, of: "select types")
    guard count == 1 else { throw invalid("invalid result arity: select has \(count) types") }
    let type = try reader.valueType(&gate).raw
    try pop(FunctionValidator.i32)
    try pop(type)
    try pop(type)
    try push(type)
  }

  // MARK: the prefix 0xFC

  private mutating func validatePrefixed() throws(ModuleError) {
    let numberOffset = reader.position
    let number = try reader.u32()
    switch number {
    case 0...7:
      try gate.require(.saturatingConversions, "a saturating conversion", reader, at: instructionStart)
      guard let signature = NumericSignature(0xFC_0000 | number) else { return }
      try pop(signature.first)
      try push(signature.result)
    case 8...14:
      try gate.require(.bulkMemory, "a bulk memory or table instruction", reader, at: instructionStart)
      try validateBulk(number)
    case 15...17:
      try gate.require(.referenceTypes, "table.grow, table.size or table.fill", reader, at: instructionStart)
      let table = try readTable()
      let address = table.limits.addressType.raw
      switch number {
      case 15:
        try pop(address)
        try pop(table.element.raw)
        try push(address)
      case 16: try push(address)
      default:
        try pop(address)
        try pop(table.element.raw)
        try pop(address)
      }
    default:
      reader.position = numberOffset
      throw reader.refusedInstruction(0xFC, at: instructionStart, constant: false)
    }
  }

  private mutating func validateBulk(_ number: UInt32) throws(ModuleError) {
    let i32 = FunctionValidator.i32
    switch number {
    case 8:
      try readDataIndex()
      let address = try readMemory().limits.addressType.raw
      try popOperands(address, i32, i32)
    case 9: try readDataIndex()
    case 10:
      let target = try readMemory().limits
      let source = try readMemory().limits
      let length = target.is64Bit && source.is64Bit ? FunctionValidator.i64 : i32
      try popOperands(target.addressType.raw, source.addressType.raw, length)
    case 11:
      let address = try readMemory().limits.addressType.raw
      try popOperands(address, i32, address)
    case 12:
      let element = try readElementType()
      let table = try readTable()
      guard module.matches(element, table.element) else {
        throw invalid("type mismatch: table.init of \(element) into a table of \(table.element)")
      }
      try popOperands(table.limits.addressType.raw, i32, i32)
    case 13: _ = try readElementType()
    default:
      let target = try readTable()
      let source = try readTable()
      guard module.matches(source.element, target.element) else {
        throw invalid("type mismatch: table.copy from \(source.element) to \(target.element)")
      }
      let length = target.limits.is64Bit && source.limits.is64Bit ? FunctionValidator.i64 : i32
      try popOperands(target.limits.addressType.raw, source.limits.addressType.raw, length)
    }
  }

  private mutating func popOperands(_ first: UInt32, _ second: UInt32, _ third: UInt32) throws(ModuleError) {
    try pop(third)
    try pop(second)
    try pop(first)
  }
}
