/// Sums of i32, deferred until something needs them, and the loads and stores that take them as addresses.
internal import CWasmInterpreter

/// base + (index << shift) + constant, in wrapping i32 arithmetic; base and index are optional slots.
///
/// A sum stays on the symbolic stack as long as its slots keep their values: they are locals, which `saveLocal` watches,
/// or the stack entry that the sum itself stands for.
struct LinearSum {
  static let noSlot = UInt32.max
  var base = noSlot
  var index = noSlot
  var shift: UInt8 = 0
  var constant: Int32 = 0

  var hasBase: Bool { base != Self.noSlot }
  var hasIndex: Bool { index != Self.noSlot }

  /// Of a sum, or of one local or stack entry.
  init(_ operand: Operand) {
    base = operand.slot
    index = operand.index
    shift = operand.shift
    constant = Int32(truncatingIfNeeded: operand.bits)
  }

  var operand: Operand {
    Operand(
      place: .sum, type: .i32, slot: base, bits: UInt64(UInt32(bitPattern: constant)), index: index, shift: shift)
  }
}

/// What loads and stores have words for.
private enum Address {
  /// With the offset that remains.
  case plain(Source, UInt32)
  case indexed(Source, Source, UInt32)
  /// Without an offset.
  case withConstant(Source, Int32)
  /// The index is scaled by the size of the access.
  case scaled(base: Source, index: Source, UInt32)
  case scaledIndex(Source, UInt32)
  /// Without an offset.
  case scaledIndexWithConstant(Source, Int32)
  /// All three parts, the index scaled or not.
  case full(base: Source, index: Source, Int32, isScaled: Bool, UInt32)
}

/// A load or store: its handlers, its value's class, and the base-2 logarithm of its size.
private struct Access {
  var handler: UInt16
  var type: ValueClass
  var scale: UInt8
  var byteCount: UInt32

  init(_ handler: UInt16, _ type: ValueClass, _ scale: UInt8) {
    self.handler = handler
    self.type = type
    self.scale = scale
    byteCount = 1 << UInt32(scale)
  }

  /// Of a vector: no word scales its index.
  init(vector handler: UInt16, byteCount: UInt32) {
    self.handler = handler
    self.byteCount = byteCount
    type = .v128
    scale = .max
  }
}

/// 0x28...0x35: in opcode order.
private let loads = [
  Access(Handler.i32Load, .i32, 2), Access(Handler.i64Load, .i64, 3), Access(Handler.f32Load, .f32, 2),
  Access(Handler.f64Load, .f64, 3), Access(Handler.i32Load8S, .i32, 0), Access(Handler.i32Load8U, .i32, 0),
  Access(Handler.i32Load16S, .i32, 1), Access(Handler.i32Load16U, .i32, 1), Access(Handler.i64Load8S, .i64, 0),
  Access(Handler.i64Load8U, .i64, 0), Access(Handler.i64Load16S, .i64, 1), Access(Handler.i64Load16U, .i64, 1),
  Access(Handler.i64Load32S, .i64, 2), Access(Handler.i64Load32U, .i64, 2),
]
/// 0x36...0x3E: in opcode order.
private let stores = [
  Access(Handler.i32Store, .i32, 2), Access(Handler.i64Store, .i64, 3), Access(Handler.f32Store, .f32, 2),
  Access(Handler.f64Store, .f64, 3), Access(Handler.i32Store8, .i32, 0), Access(Handler.i32Store16, .i32, 1),
  Access(Handler.i64Store8, .i64, 0), Access(Handler.i64Store16, .i64, 1), Access(Handler.i64Store32, .i64, 2),
]

extension FunctionTranslator {
  // MARK: sums

  /// `i32.add`, `i32.sub` (by a constant) and `i32.shl` as a sum on the stack: true if it could be done without a word.
  mutating func deferSum(_ index: Int) -> Bool {
    guard !isWide else { return false }
    let left = stack[stack.count - 2]
    let right = stack[stack.count - 1]
    let sum: LinearSum?
    switch index {
    case 0: sum = sumOf(left, right)
    case 1 where right.place == .constant: sum = sumOf(left, constant: 0 &- Int32(truncatingIfNeeded: right.bits))
    case 10: sum = scaled(left, right)
    default: sum = nil
    }
    guard let sum else { return false }
    truncateStack(to: stack.count - 2)
    push(sum.operand)
    return true
  }

  private func sumOf(_ left: Operand, _ right: Operand) -> LinearSum? {
    if right.place == .constant { return sumOf(left, constant: Int32(truncatingIfNeeded: right.bits)) }
    // What lies one position above the sum's own will be overwritten: only locals stay.
    guard isOfLocals(right) else { return nil }
    if left.place == .constant { return sumOf(right, constant: Int32(truncatingIfNeeded: left.bits)) }
    var (sum, other) = (LinearSum(left), LinearSum(right))
    if !sum.hasBase { swap(&sum, &other) }
    // Two terms, of which the second may be scaled.
    guard sum.hasBase, !sum.hasIndex, !(other.hasBase && other.hasIndex) else { return nil }
    sum.index = other.hasBase ? other.base : other.index
    sum.shift = other.shift
    sum.constant &+= other.constant
    return sum
  }

  private func sumOf(_ operand: Operand, constant: Int32) -> LinearSum? {
    guard operand.place != .constant else { return nil }
    var sum = LinearSum(operand)
    sum.constant &+= constant
    return sum
  }

  private func scaled(_ operand: Operand, _ distance: Operand) -> LinearSum? {
    guard distance.place == .constant, operand.place != .constant else { return nil }
    let shift = UInt8(distance.bits & 31)
    var sum = LinearSum(operand)
    guard (1...3).contains(shift), !sum.hasIndex else { return nil }
    sum.index = sum.base
    sum.base = LinearSum.noSlot
    sum.shift = shift
    sum.constant &<<= Int32(shift)
    return sum
  }

  private func isOfLocals(_ operand: Operand) -> Bool {
    switch operand.place {
    case .local: true
    case .sum: [operand.slot, operand.index].allSatisfy { $0 == LinearSum.noSlot || $0 < stackBase }
    default: false
    }
  }

  /// A slot of a sum. A stack entry has no other reader, unless the sum is computed more than once.
  private func source(ofSum slot: UInt32, mayContinue: Bool = false) -> Source {
    guard accumulators.holds(slot, .i32) else { return .slot(slot) }
    return .accumulator(slot, producer: slot < stackBase || mayContinue ? -1 : accumulators.producer(.i32))
  }

  /// Computes a sum. `mayContinue`: on another way its operands are needed again.
  mutating func emitSum(_ sum: LinearSum, into slot: UInt32, mayContinue: Bool = false) {
    use(slot)
    guard sum.hasIndex else {
      return emitConstantSum(source(ofSum: sum.base, mayContinue: mayContinue), sum.constant, into: slot)
    }
    let y = source(ofSum: sum.index, mayContinue: mayContinue)
    if sum.hasBase {
      emitIndexedSum(source(ofSum: sum.base, mayContinue: mayContinue), y, sum.shift, into: slot)
    } else {
      let (shape, a) = accumulatorOrSlot(y)
      emitWord(
        Handler.i32Shl + 2 + shape, size: 16, .shiftLeftI32, .i32, y, .immediate(Int32(sum.shift)), into: slot, a: a,
        at12: Int32(sum.shift))
    }
    if sum.constant != 0 {
      emitConstantSum(computed(slot), sum.constant, into: slot)
    }
  }

  private mutating func emitConstantSum(_ x: Source, _ constant: Int32, into slot: UInt32) {
    let (shape, a) = accumulatorOrSlot(x)
    emitWord(
      Handler.i32Add + 2 + shape, size: 16, .addI32, .i32, x, .immediate(constant), into: slot, a: a, at12: constant)
  }

  /// x + (y << shift).
  mutating func emitIndexedSum(_ x: Source, _ y: Source, _ shift: UInt8, into slot: UInt32) {
    if shift == 0 {
      let (x, y) = y.isAccumulator ? (y, x) : (x, y)
      if x.isAccumulator {
        take(x)
        emitWord(Handler.i32Add + 1, size: 16, .addI32, .i32, x, y, into: slot, a: read(y, 1))
      } else {
        emitWord(Handler.i32Add, size: 16, .addI32, .i32, x, y, into: slot, a: read(x, 0), b: read(y, 1))
      }
      return
    }
    let operation = LastWord.Operation.addShiftedI32(shift)
    let c = UInt16(shift)
    if y.isAccumulator {
      take(y)
      emitWord(Handler.i32AddShl + 2, size: 16, operation, .i32, x, y, into: slot, a: read(x, 0), c: c)
    } else if x.isAccumulator {
      take(x)
      emitWord(Handler.i32AddShl + 1, size: 16, operation, .i32, x, y, into: slot, b: read(y, 1), c: c)
    } else {
      emitWord(
        Handler.i32AddShl, size: 16, operation, .i32, x, y, into: slot, a: read(x, 0), b: read(y, 1), c: c)
    }
  }

  // MARK: addresses

  /// The address behind a popped operand of stack position `stack.count`, for an access with this constant offset.
  /// `isLoad`: with its index in the accumulator, a load's word has room for any offset.
  private mutating func address(_ operand: Operand, _ access: Access, offset: UInt64, isLoad: Bool) -> Address {
    guard !isElsewhere else {
      return .plain(enterMemory(operand, bytes: access.byteCount, offset: offset), access.byteCount)
    }
    guard offset + UInt64(access.byteCount) <= UInt64(UInt32.max) else {
      return farAddress(operand, access, offset: offset)
    }
    let offset = UInt32(truncatingIfNeeded: offset)
    let end = offset + access.byteCount
    let hasShortEnd = end <= UInt32(UInt16.max)
    switch operand.place {
    case .sum:
      let sum = LinearSum(operand)
      if let address = address(sum, access, end: end) { return address }
    case .stack:
      guard let word = absorbable(operand) else { break }
      switch word.operation {
      case .addI32:
        if case .immediate(let constant) = word.right {
          guard offset == 0 else { break }
          takeBack(word)
          return .withConstant(word.left, constant)
        }
        guard hasShortEnd || isLoad && (word.left.isAccumulator || word.right.isAccumulator) else { break }
        takeBack(word)
        return .indexed(word.left, word.right, end)
      case .addShiftedI32(access.scale) where hasShortEnd && access.scale > 0:
        takeBack(word)
        return .scaled(base: word.left, index: word.right, end)
      case .shiftLeftI32:
        guard case .immediate(let distance) = word.right, access.scale > 0, distance & 31 == Int32(access.scale) else {
          break
        }
        takeBack(word)
        return .scaledIndex(word.left, end)
      default: break
      }
    default: break
    }
    return .plain(source(operand, at: stack.count), end)
  }

  /// nil if there is no word for it.
  private func address(_ sum: LinearSum, _ access: Access, end: UInt32) -> Address? {
    let hasOffset = end != access.byteCount
    guard sum.hasIndex else {
      return hasOffset ? nil : .withConstant(source(ofSum: sum.base), sum.constant)
    }
    let index = source(ofSum: sum.index)
    guard sum.hasBase else {
      guard sum.shift == access.scale else { return nil }
      if sum.constant == 0 { return .scaledIndex(index, end) }
      return hasOffset ? nil : .scaledIndexWithConstant(index, sum.constant)
    }
    guard end <= UInt32(UInt16.max), sum.shift == 0 || sum.shift == access.scale else { return nil }
    let base = source(ofSum: sum.base)
    if sum.constant != 0 { return .full(base: base, index: index, sum.constant, isScaled: sum.shift != 0, end) }
    return sum.shift == 0 ? .indexed(base, index, end) : .scaled(base: base, index: index, end)
  }

  private mutating func farAddress(_ operand: Operand, _ access: Access, offset: UInt64) -> Address {
    let slot = canonicalSlot(stack.count)
    let from = source(operand, at: stack.count)
    emitWord(
      Handler.addressFar, size: 24, .other, .i32, from, from, into: slot, a: read(from, 0),
      at12: Int32(access.byteCount), wideAt16: offset)
    return .plain(computed(slot), access.byteCount)
  }

  mutating func memoryOffset() -> UInt64 {
    // Alignment is only a hint; bit 6 says that a memory index follows.
    let flags = reader.u32()
    accessedMemory = flags & 0x40 != 0 ? Int(reader.u32()) : 0
    return reader.u64()
  }

  mutating func skipMemoryArgument() { _ = memoryOffset() }

  // MARK: loads

  mutating func translateLoad(_ opcode: UInt8) {
    translateLoad(loads[Int(opcode) - 0x28])
  }

  mutating func translateVectorLoad(_ handler: UInt16, bytes: UInt32) {
    translateLoad(Access(vector: handler, byteCount: bytes))
  }

  private mutating func translateLoad(_ access: Access) {
    let (handler, type) = (access.handler, access.type)
    let offset = memoryOffset()
    switch address(popLazily(), access, offset: offset, isLoad: true) {
    case .plain(let x, let end):
      let (shape, a) = accumulatorOrSlot(x)
      emitResult(handler + shape, size: 16, .other, type, x, x, a: a, at12: Int32(bitPattern: end))
    case .indexed(var x, var y, let end):
      if y.isAccumulator, !x.isAccumulator { swap(&x, &y) }
      if x.isAccumulator {
        take(x)
        emitResult(handler + 3, size: 16, .other, type, x, y, a: read(y, 1), at12: Int32(bitPattern: end))
      } else {
        emitResult(
          handler + 2, size: 16, .other, type, x, y, a: read(x, 0), b: read(y, 1), c: UInt16(truncatingIfNeeded: end))
      }
    case .withConstant(let x, let constant):
      let (shape, a) = accumulatorOrSlot(x)
      emitResult(handler + 4 + shape, size: 16, .other, type, x, x, a: a, at12: constant)
    case .scaled(let x, let y, let end):
      if y.isAccumulator {
        take(y)
        emitResult(handler + 11, size: 16, .other, type, x, y, a: read(x, 0), at12: Int32(bitPattern: end))
      } else if x.isAccumulator {
        take(x)
        emitResult(handler + 12, size: 16, .other, type, x, y, a: read(y, 1), at12: Int32(bitPattern: end))
      } else {
        emitResult(
          handler + 10, size: 16, .other, type, x, y, a: read(x, 0), b: read(y, 1), c: UInt16(truncatingIfNeeded: end))
      }
    case .full(let x, let y, let constant, let isScaled, let end):
      let first = handler + 6 + (isScaled ? 2 : 0)
      let inAccumulator = y.isAccumulator
      if inAccumulator { take(y) }
      emitResult(
        first + (inAccumulator ? 1 : 0), size: 24, .other, type, x, y, a: read(x, 0), b: inAccumulator ? 0 : read(y, 1),
        c: UInt16(truncatingIfNeeded: end), at16: UInt32(bitPattern: constant))
    case .scaledIndex(let x, let end):
      let (shape, a) = accumulatorOrSlot(x)
      emitResult(handler + 13 + shape, size: 16, .other, type, x, x, a: a, at12: Int32(bitPattern: end))
    case .scaledIndexWithConstant(let x, let constant):
      let (shape, a) = accumulatorOrSlot(x)
      emitResult(handler + 15 + shape, size: 16, .other, type, x, x, a: a, at12: constant)
    }
    leaveMemory()
  }

  // MARK: stores

  mutating func translateStore(_ opcode: UInt8) {
    var access = stores[Int(opcode) - 0x36]
    let offset = memoryOffset()
    var value = pop()
    if value.place == .constant, !value.type.isInteger {
      // A constant's bits are stored the same way, whatever their type.
      access = value.type == .f32 ? stores[0] : stores[1]
      value.type = access.type
    }
    let position = stack.count - 1
    let short = shortConstant(value)
    if value.place == .constant, short == nil, let word = last,
      [word.left, word.right].contains(where: { ($0.slot ?? 0) > stackBase + UInt32(position) })
    {
      // The constant takes a slot that the address's word still reads: that word must stay where it is.
      last = nil
    }
    let to = address(popLazily(), access, offset: offset, isLoad: false)
    let isInteger = access.type.isInteger
    // Where the value is: its place among the shapes, and its field.
    let letter: UInt16
    var valueField: UInt16 = 0
    if let short {
      letter = 2
      valueField = UInt16(bitPattern: short)
    } else {
      let from = source(value, at: position + 1)
      if from.isAccumulator {
        letter = 1
        take(from)
      } else {
        letter = 0
        valueField = read(from, 2)
      }
    }
    emitStore(access.handler, to, letter, stride: isInteger ? 3 : 2, valueField)
  }

  mutating func translateVectorStore(_ handler: UInt16) {
    let access = Access(vector: handler, byteCount: 16)
    let offset = memoryOffset()
    let value = pop()
    let to = address(popLazily(), access, offset: offset, isLoad: false)
    let from = source(value, at: stack.count + 1)
    let letter: UInt16 = from.isAccumulator ? 1 : 0
    if from.isAccumulator { take(from) }
    emitStore(handler, to, letter, stride: 2, from.isAccumulator ? 0 : readVector(from, 2))
  }

  /// The word of a store: which member of the family, and the field of the value.
  private mutating func emitStore(
    _ handler: UInt16, _ to: Address, _ letter: UInt16, stride: UInt16, _ valueField: UInt16
  ) {
    switch to {
    case .plain(let x, let end):
      let (shape, a) = accumulatorOrSlot(x)
      emitStore(handler + shape * stride + letter, a, valueField, end: end)
    case .indexed(let x, let y, let end):
      emitStore(handler + 2 * stride + letter, read(x, 0), read(y, 1), valueField, end)
    case .withConstant(let x, let constant):
      emitStore(handler + 3 * stride + letter, read(x, 0), valueField, end: UInt32(bitPattern: constant))
    case .scaled(let x, let y, let end):
      emitStore(handler + 6 * stride + letter, read(x, 0), read(y, 1), valueField, end)
    case .full(let x, let y, let constant, let isScaled, let end):
      let (a, b) = (read(x, 0), read(y, 1))
      emitStore(handler + (isScaled ? 5 : 4) * stride + letter, a, b, valueField, end, constant)
    case .scaledIndex(let x, let end):
      emitStore(handler + 7 * stride + letter, read(x, 0), valueField, end: end)
    case .scaledIndexWithConstant(let x, let constant):
      emitStore(handler + 8 * stride + letter, read(x, 0), valueField, end: UInt32(bitPattern: constant))
    }
    last = nil
    leaveMemory()
  }

  /// An integer constant that fits a 16-bit field.
  private func shortConstant(_ value: Operand) -> Int16? {
    guard value.place == .constant else { return nil }
    return value.type == .i32
      ? Int16(exactly: Int32(truncatingIfNeeded: value.bits)) : Int16(exactly: Int64(bitPattern: value.bits))
  }

  private mutating func emitStore(_ handler: UInt16, _ address: UInt16, _ value: UInt16, end: UInt32) {
    let word = emitter.emit(handler, size: 16)
    word.storeBytes(of: address, toByteOffset: 8, as: UInt16.self)
    word.storeBytes(of: value, toByteOffset: 10, as: UInt16.self)
    word.storeBytes(of: end, toByteOffset: 12, as: UInt32.self)
  }

  private mutating func emitStore(
    _ handler: UInt16, _ base: UInt16, _ index: UInt16, _ value: UInt16, _ end: UInt32, _ constant: Int32? = nil
  ) {
    let word = emitter.emit(handler, size: constant == nil ? 16 : 24)
    if let constant { word.storeBytes(of: constant, toByteOffset: 16, as: Int32.self) }
    word.storeBytes(of: base, toByteOffset: 8, as: UInt16.self)
    word.storeBytes(of: index, toByteOffset: 10, as: UInt16.self)
    word.storeBytes(of: value, toByteOffset: 12, as: UInt16.self)
    word.storeBytes(of: UInt16(truncatingIfNeeded: end), toByteOffset: 14, as: UInt16.self)
  }
}
