/// The code word emitted last, in enough detail for the next one to absorb it.

/// Only words with a result in a slot are remembered; anything else, and every join, forgets it.
struct LastWord {
  enum Operation {
    /// A comparison of integers: its place in the order of `IntegerComparison`.
    case compareI32(Int)
    case compareI64(Int)
    /// A comparison of floats: its place in eq, ne, lt, gt, le, ge.
    case compareF32(Int)
    case compareF64(Int)
    case addI32
    case shiftLeftI32
    case addShiftedI32(UInt8)
    case multiplyF64
    /// Makes a NaN in the accumulator canonical: FunctionTranslator+NaN.swift.
    case canonical
    case other
  }
  var operation: Operation
  /// Its place in the order of words.
  var start: CodeEmitter.WordIndex
  /// Its result.
  var target: UInt32
  var type: ValueClass
  var left: Source
  var right: Source
  /// What the accumulators held before it.
  var before: Accumulators
}

/// The order of integer comparisons in the handler list.
enum IntegerComparison {
  static let equal = 0
  static let notEqual = 1
  static let inverse = [1, 0, 8, 9, 6, 7, 4, 5, 2, 3]
  /// With the operands exchanged.
  static let swapped = [0, 1, 4, 5, 2, 3, 8, 9, 6, 7]
}
