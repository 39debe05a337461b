/// How words with a result are written, taken back and redirected.
internal import CWasmInterpreter

extension FunctionTranslator {
  /// The field that reads a source's slot.
  func read(_ source: Source, _ scratch: UInt32) -> UInt16 { field(reading: source.slot ?? 0, scratch: scratch) }

  /// Emits a word whose result is pushed, and remembers it. The result's slot is at 8; `a`, `b` and `c` are the
  /// 16-bit fields at 10, 12 and 14, the others constants at their offsets.
  func emitResult(
    _ handler: UInt16, size: Int, _ operation: LastWord.Operation, _ type: ValueClass, _ left: Source, _ right: Source,
    a: UInt16 = 0, b: UInt16 = 0, c: UInt16 = 0, at12: Int32? = nil, at16: UInt32? = nil, wideAt16: UInt64? = nil
  ) {
    let slot = canonicalSlot(stack.count)
    let target = field(writing: slot)
    let before = accumulators
    let start = emitter.count
    let word = emitter.emit(handler, size: size)
    word.storeBytes(of: target, toByteOffset: 8, as: UInt16.self)
    word.storeBytes(of: a, toByteOffset: 10, as: UInt16.self)
    word.storeBytes(of: b, toByteOffset: 12, as: UInt16.self)
    word.storeBytes(of: c, toByteOffset: 14, as: UInt16.self)
    if let at12 { word.storeBytes(of: at12, toByteOffset: 12, as: Int32.self) }
    if let at16 { word.storeBytes(of: at16, toByteOffset: 16, as: UInt32.self) }
    if let wideAt16 { word.storeBytes(of: wideAt16, toByteOffset: 16, as: UInt64.self) }
    accumulators.set(slot, type)
    last = LastWord(
      operation: operation, start: start, target: slot, type: type, left: left, right: right, before: before)
    finishWrite(slot)
    pushStack(type)
  }

  /// Removes the word emitted last; whoever calls this emits one that does its work, too.
  func takeBack(_ word: LastWord) {
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
  func setLocal(_ index: Int, keep: Bool) {
    let slot = localSlot(index)
    let operand = pop()
    saveLocal(slot)
    if let word = absorbable(operand), slot <= 0xFFFF {
      // The result goes straight into the local.
      (emitter.bytes + word.start).storeBytes(of: UInt16(slot), toByteOffset: 8, as: UInt16.self)
      accumulators = word.before
      accumulators.set(slot, word.type)
      last?.target = slot
    } else if operand.place == .local, operand.slot == slot {
      // It already has this value.
    } else {
      put(operand, into: slot)
    }
    if keep { push(Operand(place: .local, type: operand.type, slot: slot, bits: 0)) }
  }
}
