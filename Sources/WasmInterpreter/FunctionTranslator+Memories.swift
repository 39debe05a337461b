/// Memories other than the first, and 64-bit addresses and indices.
///
/// Words of loads and stores know memory 0 and 32-bit addresses. For any other access a word in front of them checks the
/// address and makes the access alone the memory, and a word behind them brings memory 0 back.
internal import CWasmInterpreter
internal import WasmBinary

extension FunctionTranslator {
  /// Whether the access is not one to memory 0 by a 32-bit address.
  var isElsewhere: Bool {
    accessedMemory != 0 || instance.memories[0].type.limits.is64Bit
  }

  /// The check of an access at `operand`, popped. Gives the address for the word of the access.
  mutating func enterMemory(_ operand: Operand, bytes: UInt32, offset: UInt64) -> Source {
    let memory = instance.memories[accessedMemory]
    let position = stack.count
    let from = source(operand, at: position).inSlot
    let slot = canonicalSlot(position)
    let field = read(from, 0)
    let word = emitter.nextWord
    emitWord(
      memory.type.limits.is64Bit ? Handler.memoryAt64 : Handler.memoryAt32, size: 32, .other, .i32, from, from,
      into: slot, a: field, at12: Int32(bitPattern: bytes), wideAt16: offset)
    emitter.draft(word).storeBytes(of: UInt(bitPattern: memory.region), toByteOffset: 24, as: UInt.self)
    // The access must find this word in front of it.
    last = nil
    return computed(slot)
  }

  /// Behind the word of an access.
  mutating func leaveMemory() {
    guard isElsewhere else { return }
    emitter.emit(Handler.memoryBack, size: 8)
    last = nil
  }

  mutating func translateMemorySize() {
    let index = Int(reader.u32())
    let memory = instance.memories[index]
    let is64Bit = memory.type.limits.is64Bit
    if index == 0, !is64Bit {
      return emitResult(Handler.memorySize, size: 16, .other, .i32, .slot(0), .slot(0))
    }
    emitResult(
      Handler.memorySizeOf, size: 24, .other, .i64, .slot(0), .slot(0),
      wideAt16: UInt64(UInt(bitPattern: memory.region)))
    if !is64Bit { retype(.i32) }
  }

  /// Whether the words for bulk operations will do: on memory 0 by 32-bit addresses.
  func isPlain(_ memory: UInt32) -> Bool { memory == 0 && !instance.memories[0].type.limits.is64Bit }

  /// The index of a table at a stack position, popped, as an i32.
  mutating func tableIndex(_ operand: Operand, _ table: UInt32, at position: Int) -> Operand {
    guard instance.tables[Int(table)].type.limits.is64Bit else { return operand }
    if operand.place == .constant {
      return Operand(place: .constant, type: .i32, slot: 0, bits: min(operand.bits, 0xFFFF_FFFF))
    }
    let from = source(operand, at: position).inSlot
    let slot = canonicalSlot(position)
    let field = read(from, 0)
    emitWord(Handler.tableIndex, size: 16, .other, .i32, from, from, into: slot, a: field)
    last = nil
    return Operand(place: .stack, type: .i32, slot: slot, bits: 0)
  }
}
