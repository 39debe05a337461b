/// Loads, stores, globals, tables, bulk operations.
internal import CWasmInterpreter
internal import WasmBinary

/// 0x28...0x35: in opcode order.
private let loads: [(handler: UInt16, type: ValueClass)] = [
  (Handler.i32Load, .i32), (Handler.i64Load, .i64), (Handler.f32Load, .f32), (Handler.f64Load, .f64),
  (Handler.i32Load8S, .i32), (Handler.i32Load8U, .i32), (Handler.i32Load16S, .i32), (Handler.i32Load16U, .i32),
  (Handler.i64Load8S, .i64), (Handler.i64Load8U, .i64), (Handler.i64Load16S, .i64), (Handler.i64Load16U, .i64),
  (Handler.i64Load32S, .i64), (Handler.i64Load32U, .i64),
]
/// 0x36...0x3E: in opcode order.
private let stores: [UInt16] = [
  Handler.i32Store, Handler.i64Store, Handler.f32Store, Handler.f64Store, Handler.i32Store8, Handler.i32Store16,
  Handler.i64Store8, Handler.i64Store16, Handler.i64Store32,
]

extension FunctionTranslator {
  // MARK: loads and stores

  func translateLoad(_ opcode: UInt8) {
    let (handler, type) = loads[Int(opcode) - 0x28]
    let offset = memoryOffset()
    let address = pop()
    if let word = absorbable(address) {
      switch word.operation {
      case .addI32: return loadIndexed(handler, type, word, offset)
      case .addShiftedI32(let distance):
        if let x = word.left.slot, let y = word.right.slot {
          takeBack(word)
          return emitResult(
            handler + 6, size: 24, .other, type, word.left, word.right, a: UInt16(truncatingIfNeeded: x),
            b: UInt16(truncatingIfNeeded: y), c: distance,
            at16: offset)
        }
      default: break
      }
    }
    let source = source(address, at: stack.count)
    let (shape, a) = accumulatorOrSlot(source)
    emitResult(
      handler + shape, size: 16, .other, type, source, source, a: a, at12: Int32(bitPattern: offset))
  }

  /// A load whose address is a sum: shapes ss, as, si, ai follow s and a.
  private func loadIndexed(_ handler: UInt16, _ type: ValueClass, _ sum: LastWord, _ offset: UInt32) {
    takeBack(sum)
    var (x, y) = (sum.left, sum.right)
    if y.isAccumulator, !x.isAccumulator { swap(&x, &y) }
    let signed = Int32(bitPattern: offset)
    switch (x, y) {
    case (.accumulator, .immediate(let value)):
      take(x)
      emitResult(handler + 5, size: 24, .other, type, x, y, at12: value, at16: offset)
    case (_, .immediate(let value)):
      emitResult(handler + 4, size: 24, .other, type, x, y, a: read(x, 0), at12: value, at16: offset)
    case (.accumulator, _):
      take(x)
      emitResult(handler + 3, size: 16, .other, type, x, y, a: read(y, 1), at12: signed)
    default:
      emitResult(handler + 2, size: 24, .other, type, x, y, a: read(x, 0), b: read(y, 1), at16: offset)
    }
  }

  func translateStore(_ opcode: UInt8) {
    var handler = stores[Int(opcode) - 0x36]
    let offset = memoryOffset()
    var value = pop()
    let address = pop()
    let position = stack.count
    if value.place == .constant, value.type == .f32 || value.type == .f64 {
      // A constant's bits are stored the same way, whatever their type.
      handler = value.type == .f32 ? Handler.i32Store : Handler.i64Store
      value.type = value.type == .f32 ? .i32 : .i64
    }
    let to = source(address, at: position)
    let from = source(value, at: position + 1, immediate: true)
    let isFloat = !value.type.isInteger
    let shape: UInt16
    var fields: (UInt16, UInt16) = (0, 0)
    switch (to.isAccumulator, from) {
    case (false, .immediate):
      shape = 3
      fields.0 = read(to, 0)
    case (true, .immediate):
      shape = 4
      take(to)
    case (true, .accumulator) where isFloat:
      shape = 3
      take(to)
      take(from)
    case (true, _):
      shape = 1
      take(to)
      fields.0 = read(from, 1)
    case (false, .accumulator):
      shape = 2
      take(from)
      fields.0 = read(to, 0)
    case (false, _):
      shape = 0
      fields = (read(to, 0), read(from, 1))
    }
    let hasImmediate = if case .immediate = from { true } else { false }
    let word = emitter.emit(handler + shape, size: hasImmediate ? 24 : 16)
    word.storeBytes(of: fields.0, toByteOffset: 8, as: UInt16.self)
    word.storeBytes(of: fields.1, toByteOffset: 10, as: UInt16.self)
    word.storeBytes(of: offset, toByteOffset: 12, as: UInt32.self)
    if case .immediate(let bits) = from { word.storeBytes(of: bits, toByteOffset: 16, as: Int32.self) }
    last = nil
  }

  private func memoryOffset() -> UInt32 {
    _ = reader.u32()  // alignment is only a hint
    return UInt32(truncatingIfNeeded: reader.u64())
  }

  // MARK: globals

  func translateGlobalGet() {
    let index = Int(reader.u32())
    let type = ValueClass(instance.module.globals[index].type.value)
    emitResult(
      Handler.globalGet, size: 24, .other, .i64, .slot(0), .slot(0), wideAt16: address(instance.globals[index].cell))
    retype(type)
  }

  /// The result just pushed has another class than its word's: the integer accumulator took it.
  func retype(_ type: ValueClass) {
    stack[stack.count - 1].type = type
    last?.type = type
    if !type.isInteger {
      // The float accumulators do not have it, and a redirected word must not claim that they do.
      accumulators.integer = nil
      last = nil
    }
  }

  func translateGlobalSet() {
    let cell = instance.globals[Int(reader.u32())].cell
    let operand = pop()
    let source = source(operand, at: stack.count)
    let (shape, slot) = accumulatorOrSlot(source, if: operand.type.isInteger)
    let word = emitter.emit(Handler.globalSetS + shape, size: 24)
    word.storeBytes(of: slot, toByteOffset: 8, as: UInt16.self)
    word.storeBytes(of: address(cell), toByteOffset: 16, as: UInt64.self)
    last = nil
  }

  private func address<T>(_ pointer: UnsafeMutablePointer<T>) -> UInt64 { UInt64(UInt(bitPattern: pointer)) }

  // MARK: tables and references

  func translateTableGet() {
    let table = instance.tables[Int(reader.u32())].table
    let index = pop()
    let slot = field(reading: slot(index, at: stack.count), scratch: 0)
    emitResult(Handler.tableGet, size: 24, .other, .i64, .slot(0), .slot(0), a: slot, wideAt16: address(table))
  }

  func translateTableSet() {
    let table = instance.tables[Int(reader.u32())].table
    let value = pop()
    let index = pop()
    let indexSlot = field(reading: slot(index, at: stack.count), scratch: 0)
    let valueSlot = field(reading: slot(value, at: stack.count + 1), scratch: 1)
    let word = emitter.emit(Handler.tableSet, size: 24)
    word.storeBytes(of: indexSlot, toByteOffset: 8, as: UInt16.self)
    word.storeBytes(of: valueSlot, toByteOffset: 10, as: UInt16.self)
    word.storeBytes(of: address(table), toByteOffset: 16, as: UInt64.self)
    last = nil
  }

  func translateTableSize() {
    let table = instance.tables[Int(reader.u32())].table
    emitResult(Handler.tableSize, size: 24, .other, .i32, .slot(0), .slot(0), wideAt16: address(table))
  }

  func translateReferenceIsNull() {
    let operand = pop()
    let slot = field(reading: slot(operand, at: stack.count), scratch: 0)
    emitResult(Handler.refIsNull, size: 16, .other, .i32, .slot(0), .slot(0), a: slot)
  }

  func translateReferenceFunction() {
    let function = instance.functions[Int(reader.u32())]
    pushConstant(address(function), .i64)
  }

  func translateMemorySize() {
    _ = reader.u32()
    emitResult(Handler.memorySize, size: 16, .other, .i32, .slot(0), .slot(0))
  }

  // MARK: bulk operations

  /// Instructions behind the 0xFC prefix.
  func translatePrefixed() {
    let opcode = Int(reader.u32())
    switch opcode {
    case 0...7: translateSaturating(opcode)
    case 8: service(.memoryInit, operands: 3, x: reader.u32(), y: reader.u32())
    case 9: service(.dataDrop, operands: 0, x: reader.u32())
    case 10:
      _ = (reader.u32(), reader.u32())
      bulk(Handler.memoryCopy)
    case 11:
      _ = reader.u32()
      bulk(Handler.memoryFill)
    case 12: service(.tableInit, operands: 3, x: reader.u32(), y: reader.u32())
    case 13: service(.elementDrop, operands: 0, x: reader.u32())
    case 14: service(.tableCopy, operands: 3, x: reader.u32(), y: reader.u32())
    case 15: translateGrow(.tableGrow, operands: 2)
    case 16: translateTableSize()
    default: service(.tableFill, operands: 3, x: reader.u32())
    }
  }

  /// Three operands in their canonical slots.
  private func bulk(_ handler: UInt16) {
    let first = stack.count - 3
    materialize(from: first, to: stack.count)
    let slot = canonicalSlot(first)
    truncateStack(to: first)
    let word = emitter.emit(handler, size: 16)
    word.storeBytes(of: slot, toByteOffset: 8, as: UInt32.self)
    last = nil
  }

  /// `memory.grow` and `table.grow`: a small constant is paid in advance, anything else when the growth succeeds.
  func translateGrow(_ service: Service, operands: Int) {
    let index = reader.u32()
    let delta = stack[stack.count - 1]
    let isPrepaid = delta.place == .constant && delta.bits <= UInt64(CodeEmitter.maximumOperatorCost)
    if isPrepaid { emitter.addCost(UInt32(delta.bits)) }
    self.service(service, operands: operands, result: true, x: index, y: isPrepaid ? 1 : 0)
  }

  /// An instruction that Swift performs on its operands' canonical slots.
  func service(_ service: Service, operands: Int, result: Bool = false, x: UInt32, y: UInt32 = 0) {
    let first = stack.count - operands
    materialize(from: first, to: stack.count)
    let slot = operands > 0 ? canonicalSlot(first) : 0
    truncateStack(to: first)
    let word = emitter.emit(Handler.service, size: 24)
    word.storeBytes(of: service.rawValue, toByteOffset: 8, as: UInt32.self)
    word.storeBytes(of: slot, toByteOffset: 12, as: UInt32.self)
    word.storeBytes(of: x, toByteOffset: 16, as: UInt32.self)
    word.storeBytes(of: y, toByteOffset: 20, as: UInt32.self)
    last = nil
    if result {
      accumulators.forget(slot)
      pushStack(.i32)
    }
  }
}
