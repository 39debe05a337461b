/// Atomic instructions: the prefix 0xFE.
///
/// No memory is shared, so nothing comes between: loads and stores are the ordinary words, behind one that checks the
/// alignment. That check comes first; what is not aligned traps as that even when it is out of bounds.
internal import CWasmInterpreter
internal import WasmBinary

/// The plain instructions that atomic loads and stores are, by their distance from `i32.atomic.load`.
private let plainAccesses: [(opcode: UInt8, scale: UInt8)] = [
  (0x28, 2), (0x29, 3), (0x2D, 0), (0x2F, 1), (0x31, 0), (0x33, 1), (0x35, 2),
  (0x36, 2), (0x37, 3), (0x3A, 0), (0x3B, 1), (0x3C, 0), (0x3D, 1), (0x3E, 2),
]
/// In the order of the instructions of one operation.
private let modifications: [(type: ValueClass, scale: UInt8)] = [
  (.i32, 2), (.i64, 3), (.i32, 0), (.i32, 1), (.i64, 0), (.i64, 1), (.i64, 2),
]
/// How many there are of each size: add, sub, and, or, xor, xchg, cmpxchg.
private let operationCount = 7

extension FunctionTranslator {
  /// An instruction behind the prefix 0xFE.
  mutating func translateAtomic() {
    let number = Int(reader.u32())
    switch number {
    case 0: translateNotify()
    case 1, 2: translateWait(scale: UInt8(number + 1))
    case 3: _ = reader.byte()  // A fence orders nothing where there is one thread.
    case 16...22:
      let plain = plainAccesses[number - 16]
      checkAlignment(scale: plain.scale, operands: 1)
      translateLoad(plain.opcode)
    case 23...29:
      let plain = plainAccesses[number - 16]
      checkAlignment(scale: plain.scale, operands: 2)
      translateStore(plain.opcode)
    default: translateModification((number - 30) / operationCount, modifications[(number - 30) % modifications.count])
    }
  }

  /// Skips the immediates of an instruction behind the prefix 0xFE.
  mutating func skipAtomic() {
    if reader.u32() == 3 { _ = reader.byte() } else { skipMemoryArgument() }
  }

  /// The check of an access of `1 << scale` bytes whose memory argument comes next, and whose address is the lowest of
  /// the topmost `operands`.
  private mutating func checkAlignment(scale: UInt8, operands: Int) {
    guard scale > 0 else { return }
    let argument = reader
    let offset = memoryOffset()
    reader = argument
    let mask: UInt64 = 1 << UInt64(scale) - 1
    let position = stack.count - operands
    let address = stack[position]
    switch address.place {
    case .constant where (address.bits &+ offset) & mask == 0: return
    case .constant, .sum: materialize(from: position, to: position + 1)
    case .stack, .local, .upper: break
    }
    let slot = field(reading: stack[position].slot, scratch: 0)
    let word = emitter.emit(Handler.atomicAligned, size: 16)
    word.storeBytes(of: slot, toByteOffset: 8, as: UInt16.self)
    word.storeBytes(of: UInt16(truncatingIfNeeded: offset & mask), toByteOffset: 10, as: UInt16.self)
    word.storeBytes(of: UInt16(truncatingIfNeeded: mask), toByteOffset: 12, as: UInt16.self)
    // It reads the slot, and stays between the address and the access.
    accumulators.keepSlots()
    last = nil
  }

  // MARK: read, modify, write

  private mutating func translateModification(_ operation: Int, _ access: (type: ValueClass, scale: UInt8)) {
    let isComparing = operation == operationCount - 1
    checkAlignment(scale: access.scale, operands: isComparing ? 3 : 2)
    let offset = memoryOffset()
    let bytes: UInt32 = 1 << UInt32(access.scale)
    let replacement = isComparing ? pop() : nil
    let value = pop()
    let address = pop()
    let position = stack.count
    let y = source(value, at: position + 1).inSlot
    let z = replacement.map { source($0, at: position + 2).inSlot }
    var from: Source
    var end = bytes
    if isElsewhere {
      from = enterMemory(address, bytes: bytes, offset: offset).inSlot
    } else {
      from = source(address, at: position).inSlot
      if offset <= UInt64(UInt32.max - bytes) {
        end += UInt32(offset)
      } else {
        let slot = canonicalSlot(position)
        emitWord(
          Handler.addressFar, size: 24, .other, .i32, from, from, into: slot, a: read(from, 0), at12: Int32(bytes),
          wideAt16: offset)
        from = .slot(slot)
      }
    }
    let fields = (read(from, 0), read(y, 1), z.map { read($0, 2) } ?? 0)
    emitResult(
      Handler.atomicRmw8Add + UInt16(Int(access.scale) * operationCount + operation), size: 24, .other, access.type, y,
      y,
      a: fields.0, at12: Int32(bitPattern: end), at16: UInt32(fields.1) | UInt32(fields.2) << 16)
    leaveMemory()
  }

  // MARK: waiting

  /// Nobody waits: none are woken.
  private mutating func translateNotify() {
    checkAlignment(scale: 2, operands: 2)
    _ = popLazily()
    checkBounds(scale: 2)
    pushConstant(0, .i32)
  }

  /// Nobody could end the wait.
  private mutating func translateWait(scale: UInt8) {
    checkAlignment(scale: scale, operands: 3)
    _ = popLazily()
    _ = popLazily()
    checkBounds(scale: scale)
    emitter.emit(Handler.atomicWait, size: 8)
    pushConstant(0, .i32)
  }

  /// Pops the address that is left, and checks it as a load does.
  private mutating func checkBounds(scale: UInt8) {
    translateLoad(scale == 2 ? 0x28 : 0x29)
    _ = popLazily()
    last = nil
  }
}
