/// The rules of structs, arrays, i31 references and casts (Core 3.0, sections 3.4.9 to 3.4.11).

extension FunctionValidator {
  /// `ref.eq` and the instructions behind the prefix 0xFB.
  @inline(never)
  mutating func validateAggregate(_ code: UInt8) throws(ModuleError) {
    guard code == 0xFB else {
      try gate.require(.garbageCollection, "the instruction ref.eq", reader, at: instructionStart)
      let type = ValueType.reference(.equatable, nullable: true).raw
      try pop(type)
      try pop(type)
      return try push(FunctionValidator.i32)
    }
    let numberOffset = reader.position
    let number = try reader.u32()
    guard number <= 30 else {
      reader.position = numberOffset
      throw reader.refusedInstruction(0xFB, at: instructionStart, constant: false)
    }
    try gate.require(.garbageCollection, "the instruction 0xfb \(number)", reader, at: instructionStart)
    switch number {
    case 0...5: try validateStructure(number)
    case 6...14: try validateArray(number)
    case 15:
      try pop(ValueType.reference(.array, nullable: true).raw)
      try push(FunctionValidator.i32)
    case 16...19: try validateArrayBulk(number)
    case 20...23: try validateCast(number)
    case 24, 25: try validateCastBranch(isFail: number == 25)
    case 26, 27:
      let (from, to): (HeapType, HeapType) = number == 26 ? (.external, .any) : (.any, .external)
      let found = try popReference()
      guard module.matches(found, .reference(from, nullable: true)) else {
        throw mismatch(ValueType.reference(from, nullable: true).raw, found: found.raw)
      }
      try push(ValueType.reference(to, nullable: found.isNullable).raw)
    case 28:
      try pop(FunctionValidator.i32)
      try push(ValueType.reference(.i31, nullable: false).raw)
    default:
      try pop(ValueType.reference(.i31, nullable: true).raw)
      try push(FunctionValidator.i32)
    }
  }

  private mutating func readType() throws(ModuleError) -> UInt32 {
    let index = try reader.u32()
    guard Int(index) < module.types.count else { throw invalid("unknown type \(index)") }
    return module.canonicalType(index)
  }

  private mutating func readStructure() throws(ModuleError) -> (type: UInt32, fields: [FieldType]) {
    let type = try readType()
    guard case .structure(let fields) = module.types[Int(type)].composite else {
      throw invalid("type mismatch: type \(type) is not a struct type")
    }
    return (type, fields)
  }

  private mutating func readArray() throws(ModuleError) -> (type: UInt32, element: FieldType) {
    let type = try readType()
    guard case .array(let element) = module.types[Int(type)].composite else {
      throw invalid("type mismatch: type \(type) is not an array type")
    }
    return (type, element)
  }

  private func reference(_ type: UInt32, nullable: Bool) -> UInt32 {
    ValueType.reference(.concrete(type), nullable: nullable).raw
  }

  // MARK: structs

  private mutating func validateStructure(_ number: UInt32) throws(ModuleError) {
    let (type, fields) = try readStructure()
    switch number {
    case 0:
      // The work is in the size of what stands on the stack, or the first pop fails; in unreachable code nothing needs a look.
      for field in fields.reversed() {
        if operandCount == height && isUnreachable { break }
        try pop(field.storage.unpacked.raw)
      }
      try push(reference(type, nullable: false))
    case 1:
      if let field = fields.first(where: { !$0.storage.unpacked.isDefaultable }) {
        throw invalid(
          "type mismatch: struct.new_default of a struct with a field of \(field.storage.unpacked), which has no default"
        )
      }
      try push(reference(type, nullable: false))
    default:
      let index = Int(try reader.u32())
      guard index < fields.count else { throw invalid("unknown field \(index) of type \(type)") }
      let field = fields[index]
      if number == 5 {
        guard field.isMutable else { throw invalid("immutable field: field \(index) of type \(type)") }
        try pop(field.storage.unpacked.raw)
        return try pop(reference(type, nullable: true))
      }
      try checkExtension(of: field, extends: number != 2)
      try pop(reference(type, nullable: true))
      try push(field.storage.unpacked.raw)
    }
  }

  /// Packed fields are read with a sign, others without.
  private mutating func checkExtension(of field: FieldType, extends: Bool) throws(ModuleError) {
    guard field.storage.isPacked == extends else {
      throw invalid(
        "type mismatch: a \(extends ? "sign" : "packed field without a sign") where the field does not have it")
    }
  }

  // MARK: arrays

  private mutating func validateArray(_ number: UInt32) throws(ModuleError) {
    let i32 = FunctionValidator.i32
    let (type, element) = try readArray()
    let value = element.storage.unpacked
    switch number {
    case 6:
      try pop(i32)
      try pop(value.raw)
    case 7:
      guard value.isDefaultable else {
        throw invalid("type mismatch: array.new_default of elements of \(value), which has no default")
      }
      try pop(i32)
    case 8:
      for _ in 0..<(try reader.u32()) {
        if operandCount == height && isUnreachable { break }
        try pop(value.raw)
      }
    case 9:
      try checkNumeric(element)
      try readDataIndex()
      try pop(i32)
      try pop(i32)
    case 10:
      try checkElements(of: element)
      try pop(i32)
      try pop(i32)
    case 14:
      try checkMutable(element, type)
      try pop(value.raw)
      try pop(i32)
      return try pop(reference(type, nullable: true))
    default:
      try checkExtension(of: element, extends: number != 11)
      try pop(i32)
      try pop(reference(type, nullable: true))
      return try push(value.raw)
    }
    try push(reference(type, nullable: false))
  }

  private mutating func checkNumeric(_ element: FieldType) throws(ModuleError) {
    guard !element.storage.unpacked.isReference else {
      throw invalid("array type is not numeric or vector: data cannot fill it")
    }
  }

  private mutating func checkMutable(_ element: FieldType, _ type: UInt32) throws(ModuleError) {
    guard element.isMutable else { throw invalid("immutable array: type \(type)") }
  }

  /// The element segment whose index comes next must fit.
  private mutating func checkElements(of element: FieldType) throws(ModuleError) {
    let segment = try readElementType()
    guard case .value(let value) = element.storage, module.matches(segment, value) else {
      throw invalid("type mismatch: elements of \(segment) for an array of \(element.storage.unpacked)")
    }
  }

  private mutating func validateArrayBulk(_ number: UInt32) throws(ModuleError) {
    let i32 = FunctionValidator.i32
    let (type, element) = try readArray()
    try checkMutable(element, type)
    switch number {
    case 16:
      try pop(i32)
      try pop(element.storage.unpacked.raw)
    case 17:
      let (source, sourceElement) = try readArray()
      guard module.matches(sourceElement.storage, element.storage) else {
        throw invalid("array types do not match: elements of type \(source) do not fit type \(type)")
      }
      try pop(i32)
      try pop(i32)
      try pop(reference(source, nullable: true))
    case 18:
      try checkNumeric(element)
      try readDataIndex()
      try pop(i32)
      try pop(i32)
    default:
      try checkElements(of: element)
      try pop(i32)
      try pop(i32)
    }
    try pop(i32)
    try pop(reference(type, nullable: true))
  }

  // MARK: casts

  /// The hierarchy's top type, with which all casts in it begin.
  private func top(of heap: HeapType) -> HeapType {
    if let index = heap.typeIndex {
      if case .function = module.types[Int(index)].composite { return .function }
      return .any
    }
    return switch heap {
    case .function, .noFunction: .function
    case .external, .noExternal: .external
    case .exception, .noException: .exception
    default: .any
    }
  }

  private mutating func validateCast(_ number: UInt32) throws(ModuleError) {
    let heap = try reader.heapType(&gate)
    try pop(ValueType.reference(top(of: heap), nullable: true).raw)
    let isTest = number < 22
    try push(isTest ? FunctionValidator.i32 : ValueType.reference(heap, nullable: number & 1 == 1).raw)
  }

  private mutating func validateCastBranch(isFail: Bool) throws(ModuleError) {
    let flags = try reader.byte()
    guard flags < 4 else {
      throw reader.error(.malformed, "malformed br_on_cast flags \(hexadecimal(flags))", at: instructionStart)
    }
    let (list, last) = try readReferenceLabel()
    let from = ValueType.reference(try reader.heapType(&gate), nullable: flags & 1 != 0)
    let to = ValueType.reference(try reader.heapType(&gate), nullable: flags & 2 != 0)
    guard module.matches(to, from) else { throw invalid("type mismatch: \(to) is not a subtype of \(from)") }
    // Where the cast does not succeed, null is excluded if it would have.
    let rest = ValueType.reference(from.heapType ?? .any, nullable: from.isNullable && !to.isNullable)
    let (taken, kept) = isFail ? (rest, to) : (to, rest)
    guard module.matches(taken, last) else { throw mismatch(last.raw, found: taken.raw) }
    try pop(from.raw)
    let others = withoutLast(list)
    try pop(others)
    try push(others)
    try push(kept.raw)
  }
}
