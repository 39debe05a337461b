/// The rules of function references and of instructions that test references for null (Core 3.0, sections 3.4.4 and 3.4.9).

extension FunctionValidator {
  /// A reference; of the bottom type in unreachable code.
  mutating func popReference() throws(ModuleError) -> ValueType {
    let found = try popAny()
    if found == FunctionValidator.anyType { return .reference(.bottom, nullable: false) }
    let type = ValueType(raw: found)
    guard type.isReference else { throw invalid("type mismatch: expected a reference, found \(type)") }
    return type
  }

  /// All but the last of a list.
  func withoutLast(_ list: TypeList) -> TypeList { TypeList(start: list.start, count: list.count - 1) }

  /// A label that carries a reference last, and that reference's type.
  mutating func readReferenceLabel() throws(ModuleError) -> (list: TypeList, last: ValueType) {
    let list = try readLabel()
    guard list.count > 0 else { throw invalid("type mismatch: the label carries no reference") }
    let last = ValueType(raw: type(list, Int(list.count) - 1))
    guard last.isReference else { throw invalid("type mismatch: the label carries \(last) last, not a reference") }
    return (list, last)
  }

  @inline(never)
  mutating func validateFunctionReference(_ code: UInt8) throws(ModuleError) {
    try gate.require(.functionReferences, "a typed function reference instruction", reader, at: instructionStart)
    switch code {
    case 0x14, 0x15:
      let index = try reader.u32()
      let signature = try signature(ofType: Int(index))
      try pop(ValueType.reference(.concrete(module.canonicalType(index)), nullable: true).raw)
      try pop(signature.parameters)
      guard code == 0x15 else { return try push(signature.results) }
      guard matches(signature.results, frames[0].signature.results) else {
        throw invalid("type mismatch: return_call_ref of a function with other results")
      }
      setUnreachable()
    case 0xD4:
      let type = try popReference()
      try push(nonNull(type).raw)
    case 0xD5:
      let list = try readLabel()
      let type = try popReference()
      try pop(list)
      try push(list)
      try push(nonNull(type).raw)
    default:
      let (list, last) = try readReferenceLabel()
      let type = nonNull(try popReference())
      guard module.matches(type, last) else { throw mismatch(last.raw, found: type.raw) }
      let rest = withoutLast(list)
      try pop(rest)
      try push(rest)
    }
  }

  func nonNull(_ type: ValueType) -> ValueType { .reference(type.heapType ?? .bottom, nullable: false) }
}
