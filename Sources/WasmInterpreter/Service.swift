/// Instructions that the C loop leaves to Swift: growth, and bulk operations on segments and tables.
internal import CWasmInterpreter
internal import WasmBinary

/// The operation of a `service` code word. Operands lie in consecutive slots, a result replaces the first.
enum Service: UInt32 {
  case memoryGrow, memoryInit, dataDrop, tableGrow, tableInit, tableCopy, tableFill, elementDrop
  case throwException, throwReference
}

/// `hw_store.service`. `x` and `y` are the instruction's indices in the order of the binary format.
func performService(
  _ context: UnsafeMutablePointer<hw_context>?, _ operation: UInt32, _ slots: UnsafeMutablePointer<UInt64>?,
  _ x: UInt32, _ y: UInt32
) -> Int32 {
  guard let context, let slots, let service = Service(rawValue: operation) else { return Int32(HW_TRAP_HOST) }
  let instance = InstanceState.of(context)
  func operand(_ index: Int) -> UInt64 { UInt64(UInt32(truncatingIfNeeded: slots[index])) }
  /// Bulk operations cost their length.
  func charge(_ cost: UInt64) -> Bool { instance.store.charge(cost) }
  let exhausted = Int32(HW_TRAP_FUEL_EXHAUSTED)
  switch service {
  case .memoryGrow:
    let delta = operand(0)
    // A refused growth costs nothing more; `y` is 1 if it is paid already.
    guard let before = instance.memories[Int(x)].grow(pages: delta) else {
      slots[0] = 0xFFFF_FFFF
      return 0
    }
    slots[0] = before
    return y == 1 || charge(delta) ? 0 : exhausted
  case .memoryInit:
    guard charge(operand(2)) else { return exhausted }
    return instance.initializeMemory(y, at: operand(0), from: x, offset: operand(1), count: operand(2))
      ? 0 : Int32(HW_TRAP_MEMORY_OUT_OF_BOUNDS)
  case .dataDrop:
    instance.droppedData[Int(x)] = true
    return 0
  case .tableGrow:
    let delta = operand(1)
    guard let before = instance.tables[Int(x)].grow(delta, slot: slots[0]) else {
      slots[0] = 0xFFFF_FFFF
      return 0
    }
    slots[0] = before
    return y == 1 || charge(delta) ? 0 : exhausted
  case .tableInit:
    guard charge(operand(2)) else { return exhausted }
    return instance.initializeTable(y, at: operand(0), from: x, offset: operand(1), count: operand(2))
      ? 0 : Int32(HW_TRAP_TABLE_OUT_OF_BOUNDS)
  case .tableCopy:
    guard charge(operand(2)) else { return exhausted }
    let (target, source) = (instance.tables[Int(x)], instance.tables[Int(y)])
    let (to, from, count) = (operand(0), operand(1), operand(2))
    guard to + count <= target.count, from + count <= source.count else { return Int32(HW_TRAP_TABLE_OUT_OF_BOUNDS) }
    if count > 0 {
      // memmove semantics, also within one table.
      (target.table.pointee.elements + Int(to)).update(
        from: source.table.pointee.elements + Int(from), count: Int(count))
    }
    return 0
  case .tableFill:
    guard charge(operand(2)) else { return exhausted }
    let table = instance.tables[Int(x)]
    let (to, count) = (operand(0), operand(2))
    guard to + count <= table.count else { return Int32(HW_TRAP_TABLE_OUT_OF_BOUNDS) }
    table.fill(to..<to + count, slots[1])
    return 0
  case .elementDrop:
    instance.droppedElements[Int(x)] = true
    return 0
  case .throwException: return instance.store.throwException(instance.tags[Int(x)], slots)
  case .throwReference: return instance.store.throwReference(slots[0])
  }
}
