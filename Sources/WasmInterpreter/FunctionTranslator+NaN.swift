/// Canonical NaNs (`Store.canonicalizesNaN`): a word of its own behind each one whose NaN the spec leaves open.
///
/// It costs no fuel, and cannot stop. Where the value's only reader is an instruction to which all NaNs are alike, the word is
/// taken back: of an expression's values only the last, and those that something else sees, are made canonical.
internal import CWasmInterpreter

extension FunctionTranslator {
  /// Instructions 0x45...0xC4, with canonical NaNs.
  mutating func translateCanonically(_ opcode: Int) {
    let operands = Self.operandsWithoutPayload(opcode)
    if operands > 0 { leaveUncanonical(operands) }
    emitNumeric(opcode)
    if operands > 0, !stack[stack.count - 1].type.isInteger { canonicalizeResult() }
  }

  /// How many float operands an instruction has of which it sees only whether they are NaNs. If its result is a float, too, a
  /// NaN there may be any (section 4.3.3). 0 for the instructions that keep or show bits: abs, neg, copysign,
  /// reinterpretations.
  private static func operandsWithoutPayload(_ opcode: Int) -> Int {
    switch opcode {
    case 0x5B...0x66: 2  // comparisons
    case 0x8D...0x91, 0x9B...0x9F: 1  // ceil, floor, trunc, nearest, sqrt
    case 0x92...0x97, 0xA0...0xA5: 2  // add, sub, mul, div, min, max
    case 0xA8...0xAB, 0xAE...0xB1: 1  // to integers
    case 0xB6, 0xBB: 1  // demote, promote
    default: 0
    }
  }

  /// The result just pushed is in its accumulator, whatever else became of it.
  private mutating func canonicalizeResult() {
    let word = last
    let operand = pop()
    let source = source(operand, at: stack.count)
    take(source)
    emitResult(
      operand.type == .f32 ? Handler.f32Canonical : Handler.f64Canonical, size: 16, .canonical, operand.type, source,
      source)
    beforeCanonical = word
  }

  /// Before an instruction that sees of its topmost `operands` only whether they are NaNs.
  mutating func leaveUncanonical(_ operands: Int) {
    guard let last, case .canonical = last.operation, !isWide else { return }
    for operand in stack.suffix(operands) where operand.place == .stack && operand.slot == last.target {
      takeBack(last)
      self.last = beforeCanonical
      return
    }
  }
}
