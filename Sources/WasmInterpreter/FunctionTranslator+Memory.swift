/// Globals, tables, bulk operations.
internal import CWasmInterpreter
internal import WasmBinary

extension FunctionTranslator {
  // MARK: globals

  mutating func translateGlobalGet() {
    let index = Int(reader.u32())
    let type = ValueClass(instance.module.globals[index].type.value)
    if type == .v128 {
      return emitResult(
        Handler.globalGetV128, size: 24, .other, .v128, .slot(0), .slot(0),
        wideAt16: address(instance.globals[index].cell))
    }
    emitResult(
      Handler.globalGet, size: 24, .other, .i64, .slot(0), .slot(0), wideAt16: address(instance.globals[index].cell))
    retype(type)
  }

  /// The result just pushed has another class than its word's: the integer accumulator took it.
  mutating func retype(_ type: ValueClass) {
    stack[stack.count - 1].type = type
    last?.type = type
    if !type.isInteger {
      // The float accumulators do not have it, and a redirected word must not claim that they do.
      accumulators.integer = nil
      last = nil
    }
  }

  mutating func translateGlobalSet() {
    let cell = instance.globals[Int(reader.u32())].cell
    let operand = pop()
    let source = source(operand, at: stack.count)
    let isVector = operand.type == .v128
    let shape: UInt16
    let slot: UInt16
    if isVector, !source.isAccumulator {
      (shape, slot) = (0, readVector(source, 0))
    } else {
      (shape, slot) = accumulatorOrSlot(source, if: isVector || operand.type.isInteger)
    }
    let word = emitter.emit((isVector ? Handler.globalSetV128S : Handler.globalSetS) + shape, size: 24)
    word.storeBytes(of: slot, toByteOffset: 8, as: UInt16.self)
    word.storeBytes(of: address(cell), toByteOffset: 16, as: UInt64.self)
    last = nil
  }

  private mutating func address<T>(_ pointer: UnsafeMutablePointer<T>) -> UInt64 { UInt64(UInt(bitPattern: pointer)) }

  // MARK: tables and references

  mutating func translateTableGet() {
    let tableNumber = reader.u32()
    let table = instance.tables[Int(tableNumber)].table
    let index = tableIndex(pop(), tableNumber, at: stack.count)
    let slot = field(reading: slot(index, at: stack.count), scratch: 0)
    emitResult(Handler.tableGet, size: 24, .other, .reference, .slot(0), .slot(0), a: slot, wideAt16: address(table))
  }

  mutating func translateTableSet() {
    let tableNumber = reader.u32()
    let table = instance.tables[Int(tableNumber)].table
    let value = pop()
    let index = tableIndex(pop(), tableNumber, at: stack.count)
    let indexSlot = field(reading: slot(index, at: stack.count), scratch: 0)
    let valueSlot = field(reading: slot(value, at: stack.count + 1), scratch: 1)
    let word = emitter.emit(Handler.tableSet, size: 24)
    word.storeBytes(of: indexSlot, toByteOffset: 8, as: UInt16.self)
    word.storeBytes(of: valueSlot, toByteOffset: 10, as: UInt16.self)
    word.storeBytes(of: address(table), toByteOffset: 16, as: UInt64.self)
    last = nil
  }

  mutating func translateTableSize() {
    let table = instance.tables[Int(reader.u32())]
    emitResult(Handler.tableSize, size: 24, .other, .i32, .slot(0), .slot(0), wideAt16: address(table.table))
    if table.type.limits.is64Bit { retype(.i64) }
  }

  mutating func translateReferenceIsNull() {
    let operand = pop()
    let slot = field(reading: slot(operand, at: stack.count), scratch: 0)
    emitResult(Handler.refIsNull, size: 16, .other, .i32, .slot(0), .slot(0), a: slot)
  }

  mutating func translateReferenceFunction() {
    pushConstant(FunctionReference(pointer: instance.functions[Int(reader.u32())]).slot, .reference)
  }

  // MARK: bulk operations

  /// Instructions behind the 0xFC prefix.
  mutating func translatePrefixed() {
    let opcode = Int(reader.u32())
    switch opcode {
    case 0...7: translateSaturating(opcode)
    case 8: service(.memoryInit, operands: 3, x: reader.u32(), y: reader.u32())
    case 9: service(.dataDrop, operands: 0, x: reader.u32())
    case 10:
      let (target, from) = (reader.u32(), reader.u32())
      if isPlain(target), isPlain(from) {
        bulk(Handler.memoryCopy)
      } else {
        service(.memoryCopy, operands: 3, x: target, y: from)
      }
    case 11:
      let memory = reader.u32()
      if isPlain(memory) { bulk(Handler.memoryFill) } else { service(.memoryFill, operands: 3, x: memory) }
    case 12: service(.tableInit, operands: 3, x: reader.u32(), y: reader.u32())
    case 13: service(.elementDrop, operands: 0, x: reader.u32())
    case 14: service(.tableCopy, operands: 3, x: reader.u32(), y: reader.u32())
    case 15: translateGrow(.tableGrow, operands: 2)
    case 16: translateTableSize()
    default: service(.tableFill, operands: 3, x: reader.u32())
    }
  }

  /// Three operands in their canonical slots.
  private mutating func bulk(_ handler: UInt16) {
    let first = stack.count - 3
    materialize(from: first, to: stack.count)
    let slot = canonicalSlot(first)
    truncateStack(to: first)
    let word = emitter.emit(handler, size: 16)
    word.storeBytes(of: slot, toByteOffset: 8, as: UInt32.self)
    last = nil
  }

  /// `memory.grow` and `table.grow`: a small constant is paid in advance, anything else when the growth succeeds.
  mutating func translateGrow(_ service: Service, operands: Int) {
    let index = reader.u32()
    let delta = stack[stack.count - 1]
    let isPrepaid = delta.place == .constant && delta.bits <= UInt64(CodeEmitter.maximumOperatorCost)
    if isPrepaid { emitter.addCost(UInt32(delta.bits)) }
    let limits =
      service == .memoryGrow ? instance.memories[Int(index)].type.limits : instance.tables[Int(index)].type.limits
    self.service(service, operands: operands, result: ValueClass(limits.addressType), x: index, y: isPrepaid ? 1 : 0)
  }

  /// An instruction that Swift performs on its operands' canonical slots.
  mutating func service(_ service: Service, operands: Int, result: ValueClass? = nil, x: UInt32, y: UInt32 = 0) {
    let first = stack.count - operands
    materialize(from: first, to: stack.count)
    mayCollect()
    let slot = operands > 0 || result != nil ? canonicalSlot(first) : 0
    truncateStack(to: first)
    let word = emitter.emit(Handler.service, size: 24)
    word.storeBytes(of: service.rawValue, toByteOffset: 8, as: UInt32.self)
    word.storeBytes(of: slot, toByteOffset: 12, as: UInt32.self)
    word.storeBytes(of: x, toByteOffset: 16, as: UInt32.self)
    word.storeBytes(of: y, toByteOffset: 20, as: UInt32.self)
    last = nil
    if let result {
      accumulators.forget(slot)
      pushStack(result)
    }
  }
}
