/// Calls through references, and branches on null.
internal import CWasmInterpreter
internal import WasmBinary

extension FunctionTranslator {
  mutating func translateCallReference() {
    let type = instance.module.types[Int(reader.u32())].function ?? FunctionType()
    let callee = pop()
    let position = stack.count
    let frame = prepareArguments(type)
    let (shape, slot) = accumulatorOrSlot(source(callee, at: position))
    // The frame's place is that of call_indirect: hw_call_indirect_external serves both.
    let word = emitter.emit(Handler.callRefS + shape, size: 32)
    word.storeBytes(of: slot, toByteOffset: 8, as: UInt16.self)
    word.storeBytes(of: frame, toByteOffset: 16, as: UInt32.self)
    finishCall(type)
  }

  mutating func translateReturnCallReference() {
    let type = instance.module.types[Int(reader.u32())].function ?? FunctionType()
    let callee = pop()
    let position = stack.count
    leavingRegions { translator in
      let frame = translator.prepareArguments(type)
      let (shape, slot) = translator.accumulatorOrSlot(translator.source(callee, at: position))
      let word = translator.emitter.emit(Handler.returnCallRefS + shape, size: 32)
      word.storeBytes(of: slot, toByteOffset: 8, as: UInt16.self)
      word.storeBytes(of: UInt16(translator.parameterSlots), toByteOffset: 10, as: UInt16.self)
      word.storeBytes(of: frame, toByteOffset: 16, as: UInt32.self)
      // Only for a function of the host or of another instance.
      translator.finishCall(type)
      translator.emitReturn()
    }
  }

  mutating func translateAsNonNull() {
    let operand = pop()
    let slot = field(reading: slot(operand, at: stack.count), scratch: 0)
    let word = emitter.emit(Handler.refAsNonNull, size: 16)
    word.storeBytes(of: slot, toByteOffset: 8, as: UInt16.self)
    pushTested(operand)
  }

  /// Pushes an operand again that a word has looked at: whoever takes it is not its only reader.
  mutating func pushTested(_ operand: Operand) {
    accumulators.keepSlots()
    last = nil
    push(operand)
  }

  /// `br_on_null`: the reference stays when there is no branch.
  mutating func translateBranchOnNull() {
    let control = target(Int(reader.u32()))
    let operand = pop()
    let tested = source(operand, at: stack.count).keepingSlot
    branch(on: .integers(.i64, IntegerComparison.equal, tested, .immediate(0)), to: control)
    push(operand)
  }

  /// `br_on_non_null`: the reference goes with the branch.
  mutating func translateBranchOnNonNull() {
    let control = target(Int(reader.u32()))
    let operand = pop()
    let tested = source(operand, at: stack.count).keepingSlot
    push(operand)
    branch(on: .integers(.i64, IntegerComparison.notEqual, tested, .immediate(0)), to: control)
    _ = popLazily()
  }
}
