/// The rules of `return_call` and `return_call_indirect` (Core 3.0, section 3.4.4).

extension FunctionValidator {
  /// 0x12 `return_call`, 0x13 `return_call_indirect`: the call, whose results are then returned.
  @inline(never)
  mutating func validateTailCall(_ code: UInt8) throws(ModuleError) {
    try gate.require(.tailCalls, "a tail call", reader, at: instructionStart)
    try returnResults(of: code == 0x12 ? validateCall() : validateIndirectCall())
  }

  /// The results of a call, which lie on the stack, must be all of the function's.
  mutating func returnResults(of callee: Signature) throws(ModuleError) {
    guard callee.results.count == frames[0].signature.results.count else {
      throw invalid(
        "type mismatch: a tail call gives \(callee.results.count) results in a function of "
          + "\(frames[0].signature.results.count)")
    }
    try pop(frames[0].signature.results)
    setUnreachable()
  }
}
