/// The rules of `try_table`, `throw` and `throw_ref` (Core 3.0, sections 3.4.3 and 3.4.4).

extension FunctionValidator {
  /// 0x08 `throw`, 0x0A `throw_ref`, 0x1F `try_table`.
  @inline(never)
  mutating func validateException(_ code: UInt8) throws(ModuleError) {
    try gate.require(.exceptions, "an instruction for exceptions", reader, at: instructionStart)
    switch code {
    case 0x08:
      try pop(try readTag())
      setUnreachable()
    case 0x0A:
      try pop(ValueType.exnref.raw)
      setUnreachable()
    default: try validateTryTable()
    }
  }

  /// The parameters of the tag whose index comes next.
  private mutating func readTag() throws(ModuleError) -> TypeList {
    let index = Int(try reader.u32())
    guard index < module.tags.count else { throw invalid("unknown tag \(index)") }
    return try signature(ofType: Int(module.tags[index])).parameters
  }

  private mutating func validateTryTable() throws(ModuleError) {
    let signature = try readBlockType()
    // Labels of catch clauses are counted outside of the block.
    let count = try reader.count(itemBytes: 2, of: "catch clauses", limit: limits.branchTableTargets)
    for _ in 0..<count { try validateCatch() }
    try openBlock(0x1F, signature)
  }

  /// A catch clause gives its label the tag's parameters and, in the forms with a reference, the exception.
  private mutating func validateCatch() throws(ModuleError) {
    let start = reader.position
    let kind = try reader.byte()
    guard kind < 4 else {
      throw reader.error(.malformed, "malformed catch clause \(hexadecimal(kind))", at: start)
    }
    let given = kind < 2 ? try readTag() : TypeList.empty
    let wanted = try readLabel()
    let givesReference = kind & 1 != 0
    let count = Int(given.count) + (givesReference ? 1 : 0)
    guard count == Int(wanted.count) else {
      throw invalid("type mismatch: a catch clause gives \(count) operands to a label that takes \(wanted.count)")
    }
    for index in 0..<Int(given.count) {
      try checkCaught(type(given, index), type(wanted, index))
    }
    if givesReference {
      try checkCaught(ValueType.reference(.exception, nullable: false).raw, type(wanted, count - 1))
    }
  }

  private mutating func checkCaught(_ found: UInt32, _ expected: UInt32) throws(ModuleError) {
    guard found == expected || module.matches(ValueType(raw: found), ValueType(raw: expected)) else {
      throw invalid(
        "type mismatch: a catch clause gives \(ValueType(raw: found)) to a label that takes \(ValueType(raw: expected))"
      )
    }
  }
}
