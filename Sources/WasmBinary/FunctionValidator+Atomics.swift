/// The rules of atomic instructions (proposal "threads"): the prefix 0xFE.

/// Of an atomic access: the base-2 logarithm of its size in bytes, by the number behind the prefix.
private let naturalAlignments: [UInt32] = {
  var table = [UInt32](repeating: 0, count: Opcode.atomicSignatures.count)
  for opcode in Opcode.all where opcode.code >> 16 == 0xFE {
    if case .memoryArgument(let alignment) = opcode.immediate { table[Int(opcode.code & 0xFFFF)] = alignment }
  }
  return table
}()

extension FunctionValidator {
  /// An instruction behind the prefix 0xFE.
  @inline(never)
  mutating func validateAtomic() throws(ModuleError) {
    let start = reader.position
    let number = Int(try reader.u32())
    let signature = number < Opcode.atomicSignatures.count ? Opcode.atomicSignatures[number] : 0
    guard signature != 0 || number == Int(Opcode.atomicFence.code & 0xFFFF) else {
      reader.position = start
      throw reader.refusedInstruction(0xFE, at: instructionStart, constant: false)
    }
    try gate.require(.threads, "an atomic instruction", reader, at: instructionStart)
    guard signature != 0 else {
      guard try reader.byte() == 0 else {
        throw reader.error(.malformed, "zero byte expected behind atomic.fence", at: instructionStart)
      }
      return
    }
    let address = try readAtomicArgument(naturalAlignment: naturalAlignments[number])
    // The last operand is on top; 1 stands for an address.
    for shift: UInt32 in [16, 8, 0] {
      let operand = signature >> shift & 0xFF
      if operand != 0 { try pop(operand == 1 ? address : operand) }
    }
    if signature >> 24 != 0 { try push(signature >> 24) }
  }

  /// Alignment and offset, where the alignment must be the size of the access; returns the type of addresses.
  private mutating func readAtomicArgument(naturalAlignment: UInt32) throws(ModuleError) -> UInt32 {
    let start = reader.position
    let flags = try reader.u32()
    guard flags >= 128 || flags & 63 == naturalAlignment else {
      throw invalid("atomic alignment must be natural: 2^\(flags & 63) instead of \(1 << naturalAlignment)")
    }
    reader.position = start
    return try readMemoryArgument(naturalAlignment: naturalAlignment)
  }
}
