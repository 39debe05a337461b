/// Instructions that the C loop leaves to Swift: growth, and bulk operations on segments and tables.
internal import CWasmInterpreter
internal import WasmBinary

/// The operation of a `service` code word. Operands lie in consecutive slots, a result replaces the first.
enum Service: UInt32 {
  case memoryGrow, memoryInit, dataDrop, tableGrow, tableInit, tableCopy, tableFill, elementDrop
  case throwException, throwReference
  case memoryFill, memoryCopy
  case arrayNewData, arrayNewElements, arrayFill, arrayCopy, arrayInitData, arrayInitElements
}

/// `hw_store.service`. `x` and `y` are the instruction's indices in the order of the binary format.
func performService(
  _ context: UnsafeMutablePointer<hw_context>?, _ operation: UInt32, _ slots: UnsafeMutablePointer<UInt64>?,
  _ x: UInt32, _ y: UInt32
) -> Int32 {
  guard let context, let slots, let service = Service(rawValue: operation) else { return Int32(HW_TRAP_HOST) }
  let instance = InstanceState.of(context)
  func operand(_ index: Int) -> UInt64 { UInt64(UInt32(truncatingIfNeeded: slots[index])) }
  /// An address, index or length of 64 bits if `limits` say so. What is beyond every size is made small enough to add.
  func operand(_ index: Int, _ limits: Limits) -> UInt64 {
    limits.is64Bit ? min(slots[index], 1 << 62) : operand(index)
  }
  func failure(_ limits: Limits) -> UInt64 { limits.is64Bit ? UInt64.max : 0xFFFF_FFFF }
  /// Bulk operations cost their length.
  func charge(_ cost: UInt64) -> Bool { instance.store.charge(cost) }
  let exhausted = Int32(HW_TRAP_FUEL_EXHAUSTED)
  switch service {
  case .memoryGrow:
    let limits = instance.memories[Int(x)].type.limits
    let delta = operand(0, limits)
    // A refused growth costs nothing more; `y` is 1 if it is paid already.
    var grown = instance.memories[Int(x)].grow(pages: delta)
    if grown == nil, !instance.store.heap.isEmpty {
      // Garbage may be in its way.
      instance.store.collect()
      grown = instance.memories[Int(x)].grow(pages: delta)
    }
    guard let before = grown else {
      slots[0] = failure(limits)
      return 0
    }
    slots[0] = before
    return y == 1 || charge(delta) ? 0 : exhausted
  case .memoryInit:
    guard charge(operand(2)) else { return exhausted }
    let address = operand(0, instance.memories[Int(y)].type.limits)
    return instance.initializeMemory(y, at: address, from: x, offset: operand(1), count: operand(2))
      ? 0 : Int32(HW_TRAP_MEMORY_OUT_OF_BOUNDS)
  case .dataDrop:
    instance.droppedData[Int(x)] = true
    return 0
  case .tableGrow:
    let limits = instance.tables[Int(x)].type.limits
    let delta = operand(1, limits)
    guard let before = instance.tables[Int(x)].grow(delta, slot: slots[0]) else {
      slots[0] = failure(limits)
      return 0
    }
    slots[0] = before
    return y == 1 || charge(delta) ? 0 : exhausted
  case .tableInit:
    guard charge(operand(2)) else { return exhausted }
    let index = operand(0, instance.tables[Int(y)].type.limits)
    return instance.initializeTable(y, at: index, from: x, offset: operand(1), count: operand(2))
      ? 0 : Int32(HW_TRAP_TABLE_OUT_OF_BOUNDS)
  case .tableCopy:
    let (target, source) = (instance.tables[Int(x)], instance.tables[Int(y)])
    let (to, from) = (operand(0, target.type.limits), operand(1, source.type.limits))
    let count = operand(2, target.type.limits.is64Bit ? source.type.limits : target.type.limits)
    guard charge(count) else { return exhausted }
    guard to + count <= target.count, from + count <= source.count else { return Int32(HW_TRAP_TABLE_OUT_OF_BOUNDS) }
    if count > 0 {
      // memmove semantics, also within one table.
      (target.table.pointee.elements + Int(to)).update(
        from: source.table.pointee.elements + Int(from), count: Int(count))
    }
    return 0
  case .tableFill:
    let table = instance.tables[Int(x)]
    let (to, count) = (operand(0, table.type.limits), operand(2, table.type.limits))
    guard charge(count) else { return exhausted }
    guard to + count <= table.count else { return Int32(HW_TRAP_TABLE_OUT_OF_BOUNDS) }
    table.fill(to..<to + count, slots[1])
    return 0
  case .memoryFill:
    let memory = instance.memories[Int(x)]
    let (to, count) = (operand(0, memory.type.limits), operand(2, memory.type.limits))
    guard charge(count) else { return exhausted }
    guard memory.contains(to, count: count) else { return Int32(HW_TRAP_MEMORY_OUT_OF_BOUNDS) }
    if count > 0, let base = memory.region.pointee.base {
      (base + Int(to)).update(repeating: UInt8(truncatingIfNeeded: slots[1]), count: Int(count))
    }
    return 0
  case .memoryCopy:
    let (target, source) = (instance.memories[Int(x)], instance.memories[Int(y)])
    let (to, from) = (operand(0, target.type.limits), operand(1, source.type.limits))
    let count = operand(2, target.type.limits.is64Bit ? source.type.limits : target.type.limits)
    guard charge(count) else { return exhausted }
    guard target.contains(to, count: count), source.contains(from, count: count) else {
      return Int32(HW_TRAP_MEMORY_OUT_OF_BOUNDS)
    }
    // memmove semantics, also within one memory.
    if count > 0, let into = target.region.pointee.base, let base = source.region.pointee.base {
      (into + Int(to)).update(from: base + Int(from), count: Int(count))
    }
    return 0
  case .elementDrop:
    instance.dropElements(Int(x))
    return 0
  case .throwException: return instance.store.throwException(instance.tags[Int(x)], slots)
  case .throwReference: return instance.store.throwReference(slots[0])
  case .arrayNewData, .arrayNewElements, .arrayFill, .arrayCopy, .arrayInitData, .arrayInitElements:
    return instance.performArrayService(service, slots, x, y)
  }
}
