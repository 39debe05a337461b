/// Which slots of a frame hold references: found by translating again, and only for places at which a collection sees a frame.

extension FunctionTranslator {
  /// The slots that hold references while a frame stands in the code word at `codeOffset`, which calls something or makes an
  /// object. Arguments of a call are the callee's.
  mutating func liveReferences(at codeOffset: Int, in function: UInt32, of instance: InstanceState) -> [UInt32] {
    snapshotOffset = sourceOffset(of: codeOffset, in: function, of: instance)
    defer { (snapshotOffset, snapshot) = (-1, nil) }
    translate(function, of: instance).code.deallocate()
    guard let snapshot else {
      // unreachable: every instruction whose words call something or make an object has called `mayCollect`.
      preconditionFailure("no references are known at \(snapshotOffset) of function \(function)")
    }
    return snapshot
  }

  /// The instruction may cause a collection, with these locals and operands.
  mutating func mayCollect() {
    guard emitter.sourceOffset == snapshotOffset else { return }
    var slots: [UInt32] = []
    for (index, type) in locals.enumerated() where type == .reference { slots.append(localSlot(index)) }
    for operand in stack where operand.place == .stack && operand.type == .reference { slots.append(operand.slot) }
    snapshot = slots
  }
}
