/// Vector instructions: the prefix 0xFD.
internal import CWasmInterpreter
internal import WasmBinary

/// How a vector instruction becomes a word.
private enum VectorShape: UInt8 {
  /// Not an instruction.
  case none
  /// One vector, shapes s and a.
  case unary
  /// Two vectors, shapes ss, as and sa.
  case binary
  /// Three vectors, shapes sss, ass and ssa.
  case ternary
  /// A vector and an i32 distance, shapes ss, as, sa, aa, si and ai.
  case shift
  /// A scalar, shapes s and a.
  case splat
  /// A vector in its slots and a lane.
  case extractLane
  /// A vector, a scalar and a lane, shapes ss, sa, as and aa.
  case replaceLane
  case load, loadLane, store, storeLane
  case constant, shuffle
}

/// What a vector instruction is made into. `bytes`: of an access.
private struct VectorInstruction {
  var shape = VectorShape.none
  var handler: UInt16 = 0
  var result = ValueClass.v128
  var operand = ValueClass.v128
  var bytes: UInt8 = 0
  /// The word that makes the NaNs of its result canonical, if those may be any; 0 if not.
  var canonical: UInt16 = 0

  init() {}

  init(
    _ shape: VectorShape, _ handler: UInt16, result: ValueClass = .v128, operand: ValueClass = .v128, bytes: UInt8 = 0,
    canonical: UInt16 = 0
  ) {
    self.shape = shape
    self.handler = handler
    self.result = result
    self.operand = operand
    self.bytes = bytes
    self.canonical = canonical
  }
}

/// By the number behind the prefix.
private let vectorInstructions: [VectorInstruction] = {
  var table = [VectorInstruction](repeating: VectorInstruction(), count: 0x120)
  for opcode in Opcode.all where opcode.code >> 16 == 0xFD {
    table[Int(opcode.code & 0xFFFF)] = vectorInstruction(opcode)
  }
  return table
}()

private func vectorInstruction(_ opcode: Opcode) -> VectorInstruction {
  let name = opcode.name
  let handler = VectorHandlers.byName[relaxedAliases[name] ?? name] ?? 0
  switch opcode.immediate {
  case .memoryArgument(let alignment):
    return VectorInstruction(name == "v128.store" ? .store : .load, handler, bytes: 1 << UInt8(alignment))
  case .memoryArgumentAndLane(let alignment):
    return VectorInstruction(
      name.contains("store") ? .storeLane : .loadLane, handler, bytes: 1 << UInt8(alignment))
  case .v128: return VectorInstruction(.constant, handler)
  case .lanes: return VectorInstruction(.shuffle, handler)
  case .lane:
    let scalar = scalarClass(name)
    return name.contains("extract")
      ? VectorInstruction(.extractLane, handler, result: scalar)
      : VectorInstruction(.replaceLane, handler, operand: scalar)
  default: break
  }
  let operation = name.split(separator: ".").last ?? ""
  if operation == "splat" { return VectorInstruction(.splat, handler, operand: scalarClass(name)) }
  if ["shl", "shr_s", "shr_u"].contains(operation) { return VectorInstruction(.shift, handler) }
  let signature = opcode.vectorSignature
  let keepsBits: Set<Substring> = ["abs", "neg", "pmin", "pmax", "eq", "ne", "lt", "gt", "le", "ge"]
  var canonical: UInt16 = 0
  if !keepsBits.contains(operation), !operation.hasPrefix("convert") {
    if name.hasPrefix("f32x4") { canonical = Handler.f32x4Canonical }
    if name.hasPrefix("f64x2") { canonical = Handler.f64x2Canonical }
  }
  let shape: VectorShape =
    switch signature?.operands.count {
    case 1: .unary
    case 2: .binary
    default: .ternary
    }
  return VectorInstruction(
    shape, handler, result: signature?.result == .i32 ? .i32 : .v128, canonical: canonical)
}

private func scalarClass(_ name: String) -> ValueClass {
  switch name.prefix(5) {
  case "i64x2": .i64
  case "f32x4": .f32
  case "f64x2": .f64
  default: .i32
  }
}

/// Relaxed instructions do what the deterministic profile says (Core 3.0, appendix "Profiles"): mostly what others do.
private let relaxedAliases: [String: String] = [
  "i8x16.relaxed_swizzle": "i8x16.swizzle",
  "i32x4.relaxed_trunc_f32x4_s": "i32x4.trunc_sat_f32x4_s",
  "i32x4.relaxed_trunc_f32x4_u": "i32x4.trunc_sat_f32x4_u",
  "i32x4.relaxed_trunc_f64x2_s_zero": "i32x4.trunc_sat_f64x2_s_zero",
  "i32x4.relaxed_trunc_f64x2_u_zero": "i32x4.trunc_sat_f64x2_u_zero",
  "f32x4.relaxed_madd": "f32x4.madd", "f32x4.relaxed_nmadd": "f32x4.nmadd",
  "f64x2.relaxed_madd": "f64x2.madd", "f64x2.relaxed_nmadd": "f64x2.nmadd",
  "i8x16.relaxed_laneselect": "v128.bitselect", "i16x8.relaxed_laneselect": "v128.bitselect",
  "i32x4.relaxed_laneselect": "v128.bitselect", "i64x2.relaxed_laneselect": "v128.bitselect",
  "f32x4.relaxed_min": "f32x4.min", "f32x4.relaxed_max": "f32x4.max",
  "f64x2.relaxed_min": "f64x2.min", "f64x2.relaxed_max": "f64x2.max",
  "i16x8.relaxed_q15mulr_s": "i16x8.q15mulr_sat_s",
]

extension FunctionTranslator {

  // MARK: instructions

  /// An instruction behind the prefix 0xFD.
  mutating func translateVector() {
    let instruction = vectorInstructions[Int(reader.u32())]
    let handler = instruction.handler
    switch instruction.shape {
    case .none: break
    case .unary:
      let x = popVector()
      let (shape, a) = accumulatorOrSlot(x)
      emitResult(handler + shape, size: 16, .other, instruction.result, x, x, a: a)
    case .binary:
      let (x, y) = popTwoVectors()
      emitBinary(handler, x, y, size: 16)
    case .ternary: translateTernary(handler)
    case .shift: translateShift(handler)
    case .splat:
      let operand = pop()
      let x = source(operand, at: stack.count)
      let (shape, a) = accumulatorOrSlot(x)
      emitResult(handler + shape, size: 16, .other, .v128, x, x, a: a)
    case .extractLane:
      let lane = UInt16(reader.byte())
      let x = popVector().inSlot
      emitResult(handler, size: 16, .other, instruction.result, x, x, a: read(x, 0), b: lane)
    case .replaceLane: translateReplaceLane(handler)
    case .load:
      translateVectorLoad(handler, bytes: UInt32(instruction.bytes))
    case .store: translateVectorStore(handler)
    case .loadLane, .storeLane:
      translateLaneAccess(instruction.shape, handler, bytes: UInt32(instruction.bytes))
    case .constant:
      emitResult(handler, size: 32, .other, .v128, .slot(0), .slot(0))
      let low = reader.bytes8()
      fill(at: 16, with: [low, reader.bytes8()])
    case .shuffle: translateShuffle(handler)
    }
    if canonicalizesNaN, instruction.canonical != 0 { canonicalizeVector(instruction.canonical) }
  }

  /// Skips the immediates of an instruction behind the prefix 0xFD.
  mutating func skipVector() {
    switch vectorInstructions[Int(reader.u32())].shape {
    case .load, .store: skipMemoryArgument()
    case .loadLane, .storeLane:
      skipMemoryArgument()
      _ = reader.byte()
    case .extractLane, .replaceLane: _ = reader.byte()
    case .constant, .shuffle: _ = (reader.bytes8(), reader.bytes8())
    default: break
    }
  }

  private mutating func popVector() -> Source {
    let operand = pop()
    return source(operand, at: stack.count)
  }

  private mutating func popTwoVectors() -> (Source, Source) {
    let right = pop()
    let left = pop()
    return (source(left, at: stack.count), source(right, at: stack.count + 2))
  }

  /// Shapes ss, as and sa.
  private mutating func emitBinary(_ handler: UInt16, _ x: Source, _ y: Source, size: Int) {
    if x.isAccumulator {
      take(x)
      emitResult(handler + 1, size: size, .other, .v128, x, y, a: readVector(y, 1))
    } else if y.isAccumulator {
      take(y)
      emitResult(handler + 2, size: size, .other, .v128, x, y, a: readVector(x, 0))
    } else {
      let (a, b) = (readVector(x, 0), readVector(y, 1))
      emitResult(handler, size: size, .other, .v128, x, y, a: a, b: b)
    }
  }

  private mutating func translateTernary(_ handler: UInt16) {
    let third = pop()
    let second = pop()
    let first = pop()
    let x = source(first, at: stack.count)
    let y = source(second, at: stack.count + 2).inSlot
    let z = source(third, at: stack.count + 4)
    var (a, c) = (UInt16(0), UInt16(0))
    let shape: UInt16
    if z.isAccumulator {
      shape = 2
      take(z)
      a = readVector(x, 0)
    } else if x.isAccumulator {
      shape = 1
      take(x)
      c = readVector(z, 2)
    } else {
      shape = 0
      a = readVector(x, 0)
      c = readVector(z, 2)
    }
    let b = readVector(y, 1)
    emitResult(handler + shape, size: 16, .other, .v128, x, z, a: a, b: b, c: c)
  }

  private mutating func translateShift(_ handler: UInt16) {
    let distance = pop()
    let vector = pop()
    let x = source(vector, at: stack.count)
    let y = source(distance, at: stack.count + 2, immediate: true)
    let first: UInt16 = x.isAccumulator ? 1 : 0
    if first == 1 { take(x) }
    let a = first == 1 ? 0 : readVector(x, 0)
    switch y {
    case .immediate(let value):
      emitResult(handler + 4 + first, size: 16, .other, .v128, x, y, a: a, at12: value)
    case .accumulator:
      take(y)
      emitResult(handler + 2 + first, size: 16, .other, .v128, x, y, a: a)
    default:
      let field = read(y, 1)
      emitResult(
        handler + first, size: 16, .other, .v128, x, y, a: first == 1 ? field : a, b: first == 1 ? 0 : field)
    }
  }

  private mutating func translateReplaceLane(_ handler: UInt16) {
    let lane = UInt16(reader.byte())
    let scalar = pop()
    let vector = pop()
    let x = source(vector, at: stack.count)
    let y = source(scalar, at: stack.count + 2)
    // ss, sa, as, aa.
    let shape: UInt16 = (x.isAccumulator ? 2 : 0) + (y.isAccumulator ? 1 : 0)
    if x.isAccumulator { take(x) }
    if y.isAccumulator { take(y) }
    let a = x.isAccumulator ? 0 : readVector(x, 0)
    let b = y.isAccumulator ? 0 : read(y, 1)
    emitResult(handler + shape, size: 16, .other, .v128, x, y, a: a, b: b, c: lane)
  }

  private mutating func translateShuffle(_ handler: UInt16) {
    var lanes: [UInt8] = []
    for _ in 0..<16 { lanes.append(reader.byte()) }
    let (x, y) = popTwoVectors()
    emitBinary(handler, x, y, size: 48)
    let places = lanes.map { $0 < 16 ? $0 : 0x80 } + lanes.map { $0 < 16 ? 0x80 : $0 - 16 }
    fill(
      at: 16,
      with: (0..<4).map { word in (0..<8).reduce(0) { $0 | UInt64(places[word * 8 + $1]) << UInt64(8 * $1) } })
  }

  /// More operands of the word whose result was just pushed.
  private mutating func fill(at offset: Int, with words: [UInt64]) {
    let draft = emitter.draft(resultWord)
    for (index, word) in words.enumerated() {
      draft.storeBytes(of: word, toByteOffset: offset + 8 * index, as: UInt64.self)
    }
  }

  // MARK: memory

  private mutating func translateLaneAccess(_ shape: VectorShape, _ handler: UInt16, bytes: UInt32) {
    let offset = memoryOffset()
    let lane = UInt16(reader.byte())
    let vector = pop()
    let address = pop()
    let position = stack.count
    let x = source(vector, at: position + 1).inSlot
    var from: Source
    var end = UInt64(bytes) &+ offset
    if isElsewhere {
      from = enterMemory(address, bytes: bytes, offset: offset).inSlot
      end = UInt64(bytes)
    } else if offset > UInt64(UInt32.max) - UInt64(bytes) {
      from = source(address, at: position).inSlot
      let slot = canonicalSlot(position)
      emitWord(
        Handler.addressFar, size: 24, .other, .i32, from, from, into: slot, a: read(from, 0), at12: Int32(bytes),
        wideAt16: offset)
      from = .slot(slot)
      end = UInt64(bytes)
    } else {
      from = source(address, at: position).inSlot
    }
    let at12 = Int32(bitPattern: UInt32(truncatingIfNeeded: end))
    if shape == .loadLane {
      let (a, b) = (read(from, 0), readVector(x, 1))
      emitResult(
        handler, size: 24, .other, .v128, x, x, a: a, at12: at12, at16: UInt32(b) | UInt32(lane) << 16)
    } else {
      let (a, b) = (read(from, 0), readVector(x, 1))
      let word = emitter.emit(handler, size: 24)
      word.storeBytes(of: a, toByteOffset: 8, as: UInt16.self)
      word.storeBytes(of: b, toByteOffset: 10, as: UInt16.self)
      word.storeBytes(of: at12, toByteOffset: 12, as: Int32.self)
      word.storeBytes(of: lane, toByteOffset: 16, as: UInt16.self)
      last = nil
    }
    leaveMemory()
  }

  // MARK: slots

  /// The field that reads a vector's slots.
  mutating func readVector(_ source: Source, _ scratch: UInt32) -> UInt16 {
    field(readingVector: source.slot ?? 0, scratch: scratch)
  }

  mutating func emitVectorMove(from source: UInt32, to target: UInt32) {
    let from = field(readingVector: source, scratch: 0)
    let to = field(writing: target)
    let word = emitter.emit(Handler.moveV128, size: 16)
    word.storeBytes(of: to, toByteOffset: 8, as: UInt16.self)
    word.storeBytes(of: from, toByteOffset: 10, as: UInt16.self)
    finishWrite(target, .v128)
    accumulators.forgetVector(target)
    last = nil
  }

  // MARK: canonical NaNs

  /// Each NaN lane of the result as the canonical one. It is in the accumulator: the word that makes it has just been emitted.
  private mutating func canonicalizeVector(_ handler: UInt16) {
    let x = popVector()
    take(x)
    emitResult(handler, size: 16, .other, .v128, x, x)
  }
}
