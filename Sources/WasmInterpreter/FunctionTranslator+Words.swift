/// How words with a result are written, taken back and redirected.
internal import CWasmInterpreter

extension FunctionTranslator {
  /// The field that reads a source's slot.
  mutating func read(_ source: Source, _ scratch: UInt32) -> UInt16 {
    field(reading: source.slot ?? 0, scratch: scratch)
  }

  /// The next word reads `source` from the accumulator, and must do so.
  mutating func take(_ source: Source) {
    if case .accumulator(_, let producer) = source, producer >= 0 { emitter.consume(producer) }
  }

  /// For a word of shapes s and a (0 and 1): which one, and the slot field. `allowed`: an accumulator of this class will do.
  mutating func accumulatorOrSlot(_ source: Source, if allowed: Bool = true, scratch: UInt32 = 0) -> (UInt16, UInt16) {
    guard source.isAccumulator, allowed else { return (0, read(source, scratch)) }
    take(source)
    return (1, 0)
  }

  /// `take` for a word of two operands in one of the shapes ss, as, si, ai, sa and, of floats, cs, ca.
  mutating func take(_ x: Source, _ y: Source, _ shape: Int) {
    switch shape {
    case 1, 3: take(x)
    case 4, 6: take(y)
    default: break
    }
  }

  /// Emits a word whose result is pushed, and remembers it. The result's slot is at 8; `a`, `b` and `c` are the
  /// 16-bit fields at 10, 12 and 14, the others constants at their offsets.
  mutating func emitResult(
    _ handler: UInt16, size: Int, _ operation: LastWord.Operation, _ type: ValueClass, _ left: Source, _ right: Source,
    a: UInt16 = 0, b: UInt16 = 0, c: UInt16 = 0, at12: Int32? = nil, at16: UInt32? = nil, wideAt16: UInt64? = nil
  ) {
    let slot = canonicalSlot(stack.count)
    emitWord(
      handler, size: size, operation, type, left, right, into: slot, a: a, b: b, c: c, at12: at12, at16: at16,
      wideAt16: wideAt16)
    pushStack(type)
  }

  /// The same for a result that goes to `slot` and is not pushed.
  mutating func emitWord(
    _ handler: UInt16, size: Int, _ operation: LastWord.Operation, _ type: ValueClass, _ left: Source, _ right: Source,
    into slot: UInt32, a: UInt16 = 0, b: UInt16 = 0, c: UInt16 = 0, at12: Int32? = nil, at16: UInt32? = nil,
    wideAt16: UInt64? = nil
  ) {
    let target = field(writing: slot)
    let before = accumulators
    let start = emitter.nextWord
    resultWord = start
    let word = emitter.emit(handler, size: size)
    word.storeBytes(of: target, toByteOffset: 8, as: UInt16.self)
    word.storeBytes(of: a, toByteOffset: 10, as: UInt16.self)
    word.storeBytes(of: b, toByteOffset: 12, as: UInt16.self)
    word.storeBytes(of: c, toByteOffset: 14, as: UInt16.self)
    if let at12 { word.storeBytes(of: at12, toByteOffset: 12, as: Int32.self) }
    if let at16 { word.storeBytes(of: at16, toByteOffset: 16, as: UInt32.self) }
    if let wideAt16 { word.storeBytes(of: wideAt16, toByteOffset: 16, as: UInt64.self) }
    accumulators.set(slot, type, producer: start)
    last = LastWord(
      operation: operation, start: start, target: slot, type: type, left: left, right: right, before: before)
    finishWrite(slot, type)
  }

  /// Removes the word emitted last; whoever calls this emits one that does its work, too.
  mutating func takeBack(_ word: LastWord) {
    emitter.rewind(to: word.start)
    accumulators = word.before
    last = nil
  }

  /// The last word, if its only reader will be whoever takes `operand`, just popped.
  func absorbable(_ operand: Operand) -> LastWord? {
    guard let last, operand.place == .stack, operand.slot == last.target, !isWide else { return nil }
    return last
  }

  /// `local.set` and `local.tee`.
  mutating func setLocal(_ index: Int, keep: Bool) {
    let slot = localSlot(index)
    let operand = popLazily()
    saveLocal(slot)
    if operand.place == .sum {
      emitSum(LinearSum(operand), into: slot)
    } else if let word = absorbable(operand), slot <= 0xFFFF {
      // The result goes straight into the local.
      emitter.draft(word.start).storeBytes(of: UInt16(slot), toByteOffset: 8, as: UInt16.self)
      accumulators = word.before
      accumulators.set(slot, word.type, producer: word.start)
      last?.target = slot
    } else if operand.place == .local, operand.slot == slot {
      // It already has this value.
    } else {
      put(operand, into: slot)
    }
    if keep { push(Operand(place: .local, type: operand.type, slot: slot, bits: 0)) }
  }
}
