/// How many 64-bit slots of a frame values take.
internal import WasmBinary

extension ValueType {
  /// A vector takes two slots, the lower half first; everything else takes one.
  var slotCount: Int { self == .v128 ? 2 : 1 }
}

extension Collection<ValueType> {
  /// Of all of them together.
  var slotCount: Int { reduce(0) { $0 + $1.slotCount } }
}

extension FunctionType {
  var parameterSlots: Int { parameters.slotCount }
  var resultSlots: Int { results.slotCount }
  /// What a call needs at its frame's beginning: the arguments, which the results replace.
  var callSlots: Int { Swift.max(parameterSlots, resultSlots) }
}
