/// Numeric instructions: choice of operand shapes, and what they absorb from the word before.
internal import CWasmInterpreter

/// A numeric instruction with one operand.
private struct Unary {
  var handler: UInt16
  var operand: ValueClass
  var result: ValueClass

  init(_ handler: UInt16, _ operand: ValueClass, _ result: ValueClass) {
    self.handler = handler
    self.operand = operand
    self.result = result
  }

  init(_ handler: UInt16, _ type: ValueClass) { self.init(handler, type, type) }
}

/// 0x8B...0x91 and 0x99...0x9F: in opcode order.
private let f32Unary = [
  Handler.f32Abs, Handler.f32Neg, Handler.f32Ceil, Handler.f32Floor, Handler.f32Trunc, Handler.f32Nearest,
  Handler.f32Sqrt,
]
private let f64Unary = [
  Handler.f64Abs, Handler.f64Neg, Handler.f64Ceil, Handler.f64Floor, Handler.f64Trunc, Handler.f64Nearest,
  Handler.f64Sqrt,
]
/// 0x6A...0x78 and 0x7C...0x8A: in opcode order.
private let i32Binary = [
  Handler.i32Add, Handler.i32Sub, Handler.i32Mul, Handler.i32DivS, Handler.i32DivU, Handler.i32RemS, Handler.i32RemU,
  Handler.i32And, Handler.i32Or, Handler.i32Xor, Handler.i32Shl, Handler.i32ShrS, Handler.i32ShrU, Handler.i32Rotl,
  Handler.i32Rotr,
]
private let i64Binary = [
  Handler.i64Add, Handler.i64Sub, Handler.i64Mul, Handler.i64DivS, Handler.i64DivU, Handler.i64RemS, Handler.i64RemU,
  Handler.i64And, Handler.i64Or, Handler.i64Xor, Handler.i64Shl, Handler.i64ShrS, Handler.i64ShrU, Handler.i64Rotl,
  Handler.i64Rotr,
]
/// By distance from add: add, mul, and, or, xor.
private let commutes = [
  true, false, true, false, false, false, false, true, true, true, false, false, false, false, false,
]
/// 0x92...0x98 and 0xA0...0xA6: in opcode order.
private let f32Binary = [
  Handler.f32Add, Handler.f32Sub, Handler.f32Mul, Handler.f32Div, Handler.f32Min, Handler.f32Max, Handler.f32Copysign,
]
private let f64Binary = [
  Handler.f64Add, Handler.f64Sub, Handler.f64Mul, Handler.f64Div, Handler.f64Min, Handler.f64Max, Handler.f64Copysign,
]
/// 0xA7...0xC4: in opcode order.
private let conversions = [
  Unary(Handler.i32WrapI64, .i64, .i32),
  Unary(Handler.i32TruncF32S, .f32, .i32), Unary(Handler.i32TruncF32U, .f32, .i32),
  Unary(Handler.i32TruncF64S, .f64, .i32), Unary(Handler.i32TruncF64U, .f64, .i32),
  Unary(Handler.i64ExtendI32S, .i32, .i64), Unary(Handler.i64ExtendI32U, .i32, .i64),
  Unary(Handler.i64TruncF32S, .f32, .i64), Unary(Handler.i64TruncF32U, .f32, .i64),
  Unary(Handler.i64TruncF64S, .f64, .i64), Unary(Handler.i64TruncF64U, .f64, .i64),
  Unary(Handler.f32ConvertI32S, .i32, .f32), Unary(Handler.f32ConvertI32U, .i32, .f32),
  Unary(Handler.f32ConvertI64S, .i64, .f32), Unary(Handler.f32ConvertI64U, .i64, .f32),
  Unary(Handler.f32DemoteF64, .f64, .f32),
  Unary(Handler.f64ConvertI32S, .i32, .f64), Unary(Handler.f64ConvertI32U, .i32, .f64),
  Unary(Handler.f64ConvertI64S, .i64, .f64), Unary(Handler.f64ConvertI64U, .i64, .f64),
  Unary(Handler.f64PromoteF32, .f32, .f64),
  Unary(Handler.i32ReinterpretF32, .f32, .i32), Unary(Handler.i64ReinterpretF64, .f64, .i64),
  Unary(Handler.f32ReinterpretI32, .i32, .f32), Unary(Handler.f64ReinterpretI64, .i64, .f64),
  Unary(Handler.i32Extend8S, .i32), Unary(Handler.i32Extend16S, .i32),
  Unary(Handler.i64Extend8S, .i64), Unary(Handler.i64Extend16S, .i64), Unary(Handler.i64Extend32S, .i64),
]
/// 0xFC 0...7: in opcode order.
private let saturatingConversions = [
  Unary(Handler.i32TruncSatF32S, .f32, .i32), Unary(Handler.i32TruncSatF32U, .f32, .i32),
  Unary(Handler.i32TruncSatF64S, .f64, .i32), Unary(Handler.i32TruncSatF64U, .f64, .i32),
  Unary(Handler.i64TruncSatF32S, .f32, .i64), Unary(Handler.i64TruncSatF32U, .f32, .i64),
  Unary(Handler.i64TruncSatF64S, .f64, .i64), Unary(Handler.i64TruncSatF64U, .f64, .i64),
]
private let floatSwapped = [0, 1, 3, 2, 5, 4]

extension FunctionTranslator {
  /// Instructions 0x45...0xC4.
  mutating func translateNumeric(_ opcode: UInt8) {
    if canonicalizesNaN {
      translateCanonically(Int(opcode))
    } else {
      emitNumeric(Int(opcode))
    }
  }

  mutating func emitNumeric(_ opcode: Int) {
    switch opcode {
    case 0x45: compareWithZero(.i32)
    case 0x46...0x4F: compareIntegers(.i32, opcode - 0x46)
    case 0x50: compareWithZero(.i64)
    case 0x51...0x5A: compareIntegers(.i64, opcode - 0x51)
    case 0x5B...0x60: compareFloats(.f32, opcode - 0x5B)
    case 0x61...0x66: compareFloats(.f64, opcode - 0x61)
    case 0x67...0x69:
      emitUnary(Unary([Handler.i32Clz, Handler.i32Ctz, Handler.i32Popcnt][opcode - 0x67], .i32))
    case 0x6A...0x78: integerBinary(.i32, opcode - 0x6A, i32Binary)
    case 0x79...0x7B:
      emitUnary(Unary([Handler.i64Clz, Handler.i64Ctz, Handler.i64Popcnt][opcode - 0x79], .i64))
    case 0x7C...0x8A: integerBinary(.i64, opcode - 0x7C, i64Binary)
    case 0x8B...0x91: emitUnary(Unary(f32Unary[opcode - 0x8B], .f32))
    case 0x92...0x98: floatBinary(.f32, opcode - 0x92, f32Binary)
    case 0x99...0x9F: emitUnary(Unary(f64Unary[opcode - 0x99], .f64))
    case 0xA0...0xA6: floatBinary(.f64, opcode - 0xA0, f64Binary)
    default: emitUnary(conversions[opcode - 0xA7])
    }
  }

  /// Instructions 0xFC 0...7.
  mutating func translateSaturating(_ opcode: Int) {
    leaveUncanonical(1)
    emitUnary(saturatingConversions[opcode])
  }

  private mutating func emitUnary(_ unary: Unary) {
    let operand = pop()
    let source = source(operand, at: stack.count)
    let (shape, a) = accumulatorOrSlot(source)
    emitResult(unary.handler + shape, size: 16, .other, unary.result, source, source, a: a)
  }

  // MARK: integers

  private mutating func integerBinary(_ type: ValueClass, _ index: Int, _ handlers: [UInt16]) {
    if type == .i32, deferSum(index) { return }
    if type == .i32, index == 0, absorbShift() { return }
    var right = pop()
    var left = pop()
    let position = stack.count
    var positions = (position, position + 1)
    if commutes[index], left.place == .constant, right.place != .constant {
      swap(&left, &right)
      positions = (position + 1, position)
    }
    var x = source(left, at: positions.0)
    var y = source(right, at: positions.1, immediate: true)
    if commutes[index], y.isAccumulator, !x.isAccumulator { swap(&x, &y) }
    let operation: LastWord.Operation =
      switch (type, index) {
      case (.i32, 0): .addI32
      case (.i32, 10): .shiftLeftI32
      default: .other
      }
    emitIntegers(handlers[index], operation, type, x, y, hasReversed: true)
  }

  private mutating func compareWithZero(_ type: ValueClass) {
    let operand = pop()
    if type == .i32, let last, operand.place == .stack, last.target == operand.slot {
      // A comparison's negation is another comparison.
      switch last.operation {
      case .compareI32(let index):
        return invert(last, .compareI32(IntegerComparison.inverse[index]), Handler.i32Eq, index)
      case .compareI64(let index):
        return invert(last, .compareI64(IntegerComparison.inverse[index]), Handler.i64Eq, index)
      default: break
      }
    }
    let x = source(operand, at: stack.count)
    emitIntegers(
      type == .i32 ? Handler.i32Eq : Handler.i64Eq, type == .i32 ? .compareI32(0) : .compareI64(0), .i32, x,
      .immediate(0), hasReversed: false)
  }

  private mutating func invert(_ word: LastWord, _ operation: LastWord.Operation, _ first: UInt16, _ index: Int) {
    let shape = integerShape(word.left, word.right)
    emitter.setHandler(first + UInt16(IntegerComparison.inverse[index] * 4 + shape), of: word.start)
    last?.operation = operation
    pushStack(.i32)
  }

  mutating func compareIntegers(_ type: ValueClass, _ comparison: Int) {
    var comparison = comparison
    var right = pop()
    var left = pop()
    let position = stack.count
    var positions = (position, position + 1)
    if left.place == .constant, right.place != .constant {
      swap(&left, &right)
      positions = (position + 1, position)
      comparison = IntegerComparison.swapped[comparison]
    }
    var x = source(left, at: positions.0)
    var y = source(right, at: positions.1, immediate: true)
    if y.isAccumulator, !x.isAccumulator {
      swap(&x, &y)
      comparison = IntegerComparison.swapped[comparison]
    }
    let first = type == .i32 ? Handler.i32Eq : Handler.i64Eq
    emitIntegers(
      first + UInt16(4 * comparison), type == .i32 ? .compareI32(comparison) : .compareI64(comparison), .i32, x, y,
      hasReversed: false)
  }

  /// The shape of two integer operands: ss, as, si, ai, sa.
  func integerShape(_ x: Source, _ y: Source) -> Int {
    switch (x.isAccumulator, y) {
    case (false, .immediate): 2
    case (true, .immediate): 3
    case (true, _): 1
    case (false, .accumulator): 4
    case (false, _): 0
    }
  }

  private mutating func emitIntegers(
    _ family: UInt16, _ operation: LastWord.Operation, _ result: ValueClass, _ x: Source, _ y: Source, hasReversed: Bool
  ) {
    var shape = integerShape(x, y)
    if shape == 4, !hasReversed { shape = 0 }
    take(x, y, shape)
    let immediate: Int32? = if case .immediate(let value) = y { value } else { nil }
    switch shape {
    case 0:
      let (a, b) = (read(x, 0), read(y, 1))
      emitResult(family, size: 16, operation, result, x, y, a: a, b: b)
    case 1: emitResult(family + 1, size: 16, operation, result, x, y, a: read(y, 1))
    case 2: emitResult(family + 2, size: 16, operation, result, x, y, a: read(x, 0), at12: immediate)
    case 3: emitResult(family + 3, size: 16, operation, result, x, y, at12: immediate)
    default: emitResult(family + 4, size: 16, operation, result, x, y, a: read(x, 0))
    }
  }

  /// For a sum or difference that absorbs `word`: takes the word back, pops both operands and returns the other one.
  /// nil, with nothing changed, if `word` is not an operand, or not where it must be when the order counts.
  private mutating func takeOther(than word: LastWord, commutes: Bool) -> Source? {
    let (left, right) = (stack[stack.count - 2], stack[stack.count - 1])
    let other: Operand
    if right.place == .stack, right.slot == word.target, left.place != .constant {
      other = left
    } else if commutes, left.place == .stack, left.slot == word.target, right.place != .constant {
      other = right
    } else {
      return nil
    }
    // An operand that is the word's result, too, would still need it.
    guard other.slot != word.target, other.place != .sum else { return nil }
    takeBack(word)
    _ = pop()
    _ = pop()
    return source(other, at: stack.count)
  }

  /// x + (y << k) from an addition whose one operand is the shift just emitted.
  private mutating func absorbShift() -> Bool {
    guard let last, case .shiftLeftI32 = last.operation, case .immediate(let count) = last.right, !isWide,
      let x = takeOther(than: last, commutes: true)
    else { return false }
    emitIndexedSum(x, last.left, UInt8(count & 31), into: canonicalSlot(stack.count))
    pushStack(.i32)
    return true
  }

  // MARK: floats

  private mutating func floatBinary(_ type: ValueClass, _ index: Int, _ handlers: [UInt16]) {
    if type == .f64, index < 2, absorbMultiplication(subtract: index == 1) { return }
    let right = pop()
    let left = pop()
    let position = stack.count
    // One constant fits a word; of two, the left one goes to its slot.
    let x = source(left, at: position, constant: right.place != .constant)
    let y = source(right, at: position + 1, constant: true)
    emitFloats(handlers[index], index == 2 && type == .f64 ? .multiplyF64 : .other, type, type, x, y, hasReversed: true)
  }

  private mutating func compareFloats(_ type: ValueClass, _ comparison: Int) {
    var comparison = comparison
    var right = pop()
    var left = pop()
    let position = stack.count
    var positions = (position, position + 1)
    if left.place == .constant, right.place != .constant {
      swap(&left, &right)
      positions = (position + 1, position)
      comparison = floatSwapped[comparison]
    }
    var x = source(left, at: positions.0)
    var y = source(right, at: positions.1, constant: true)
    if y.isAccumulator, !x.isAccumulator {
      swap(&x, &y)
      comparison = floatSwapped[comparison]
    }
    let first = type == .f32 ? Handler.f32Eq : Handler.f64Eq
    emitFloats(
      first + UInt16(4 * comparison), type == .f32 ? .compareF32(comparison) : .compareF64(comparison), type, .i32, x,
      y,
      hasReversed: false)
  }

  /// The shape of two float operands: ss, as, sc, ac, sa, cs, ca.
  func floatShape(_ x: Source, _ y: Source) -> Int {
    switch (x, y) {
    case (.constant, .accumulator): 6
    case (.constant, _): 5
    case (.accumulator, .constant): 3
    case (_, .constant): 2
    case (.accumulator, _): 1
    case (_, .accumulator): 4
    default: 0
    }
  }

  private mutating func emitFloats(
    _ family: UInt16, _ operation: LastWord.Operation, _ type: ValueClass, _ result: ValueClass, _ x: Source,
    _ y: Source, hasReversed: Bool
  ) {
    var shape = floatShape(x, y)
    if shape == 4, !hasReversed { shape = 0 }
    take(x, y, shape)
    var bits: UInt64?
    if case .constant(let value) = x { bits = value }
    if case .constant(let value) = y { bits = value }
    let isWideConstant = bits != nil && type == .f64
    let size = isWideConstant ? 24 : 16
    let at12: Int32? = isWideConstant ? nil : bits.map { Int32(truncatingIfNeeded: $0) }
    let a: UInt16
    var b: UInt16 = 0
    switch shape {
    case 0:
      a = read(x, 0)
      b = read(y, 1)
    case 1, 5: a = read(y, 1)
    case 2, 4: a = read(x, 0)
    default: a = 0
    }
    emitResult(
      family + UInt16(shape), size: size, operation, result, x, y, a: a, b: b, at12: at12,
      wideAt16: isWideConstant ? bits : nil)
  }

  /// x + y * z or x - y * z where the product was just emitted. Its own rounding is kept: only a dispatch is saved.
  private mutating func absorbMultiplication(subtract: Bool) -> Bool {
    guard let last, case .multiplyF64 = last.operation, !isWide,
      let y = last.left.slot, let z = last.right.slot, let x = takeOther(than: last, commutes: !subtract)
    else { return false }
    let (shape, a) = accumulatorOrSlot(x)
    emitResult(
      (subtract ? Handler.f64MulSub : Handler.f64MulAdd) + shape, size: 16, .other, .f64, x, x, a: a,
      b: UInt16(truncatingIfNeeded: y), c: UInt16(truncatingIfNeeded: z))
    return true
  }
}
