/// Constant instructions that make structs, arrays and i31 references (Core 3.0, section 3.4.14).

extension ModuleDecoder {
  /// The instruction behind the prefix 0xFB, which was just read at `offset`.
  mutating func constantAggregate(at offset: Int) throws(ModuleError) -> ConstantInstruction {
    let start = reader.position
    let number = try reader.u32()
    guard [0, 1, 6, 7, 8, 26, 27, 28].contains(number) else {
      reader.position = start
      throw reader.refusedInstruction(0xFB, at: offset, constant: true)
    }
    try gate.require(.garbageCollection, "an aggregate or i31 reference", reader, at: offset)
    switch number {
    case 0, 1:
      let (index, fields) = try constantStructure(at: offset)
      if number == 0 {
        for field in fields.reversed() { try popConstant(field.storage.unpacked, at: offset) }
      } else if let field = fields.first(where: { !$0.storage.unpacked.isDefaultable }) {
        throw reader.error(
          .invalid, "struct.new_default of a struct with a field of \(field.storage.unpacked), which has no default",
          at: offset)
      }
      constantOperands.append(.reference(.concrete(module.canonicalType(index)), nullable: false))
      return number == 0 ? .structNew(index) : .structNewDefault(index)
    case 6, 7, 8:
      let (index, element) = try constantArray(at: offset)
      let type = element.storage.unpacked
      let instruction: ConstantInstruction
      switch number {
      case 6:
        try popConstant(.i32, at: offset)
        try popConstant(type, at: offset)
        instruction = .arrayNew(index)
      case 7:
        guard type.isDefaultable else {
          throw reader.error(.invalid, "array.new_default of elements of \(type), which has no default", at: offset)
        }
        try popConstant(.i32, at: offset)
        instruction = .arrayNewDefault(index)
      default:
        let count = try reader.u32()
        guard Int(count) <= constantOperands.count else {
          throw reader.error(
            .invalid, "type mismatch: array.new_fixed of \(count) elements, found \(constantOperands.count)", at: offset
          )
        }
        for _ in 0..<count { try popConstant(type, at: offset) }
        instruction = .arrayNewFixed(index, count: count)
      }
      constantOperands.append(.reference(.concrete(module.canonicalType(index)), nullable: false))
      return instruction
    case 28:
      try popConstant(.i32, at: offset)
      constantOperands.append(.reference(.i31, nullable: false))
      return .refI31
    default:
      let (from, to): (HeapType, HeapType) = number == 26 ? (.external, .any) : (.any, .external)
      let isNullable = constantOperands.last?.isNullable ?? true
      try popConstant(.reference(from, nullable: true), at: offset)
      constantOperands.append(.reference(to, nullable: isNullable))
      return number == 26 ? .anyConvertExtern : .externConvertAny
    }
  }

  private mutating func popConstant(_ expected: ValueType, at offset: Int) throws(ModuleError) {
    guard let found = constantOperands.popLast(), module.matches(found, expected) else {
      throw reader.error(
        .invalid, "type mismatch: a constant instruction expects \(expected), found another operand or none", at: offset
      )
    }
  }

  private mutating func constantType(at offset: Int) throws(ModuleError) -> (UInt32, CompositeType) {
    let index = try reader.u32()
    guard Int(index) < module.types.count else { throw reader.error(.invalid, "unknown type \(index)", at: offset) }
    return (index, module.types[Int(index)].composite)
  }

  private mutating func constantStructure(at offset: Int) throws(ModuleError) -> (UInt32, [FieldType]) {
    let (index, type) = try constantType(at: offset)
    guard case .structure(let fields) = type else {
      throw reader.error(.invalid, "type mismatch: type \(index) is not a struct type", at: offset)
    }
    return (index, fields)
  }

  private mutating func constantArray(at offset: Int) throws(ModuleError) -> (UInt32, FieldType) {
    let (index, type) = try constantType(at: offset)
    guard case .array(let element) = type else {
      throw reader.error(.invalid, "type mismatch: type \(index) is not an array type", at: offset)
    }
    return (index, element)
  }
}
