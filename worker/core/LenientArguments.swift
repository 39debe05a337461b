/// `.lenient` parameters: exactly the conversions of the original runtime, which refuse nothing.

import WasmBinary
import WasmInterpreter
import WasmJSON
import WorkerProtocol

/// Converts JSON parameters: an array by position, an object by the keys `a` to `h`, a number as the first parameter.
///
/// What is missing, or not a number, or of another kind than the parameter is 0; what is left over is ignored; an `i32`
/// takes the low 32 bits of an integer in the range of `Int64`. Parameters beyond `h` of an object are 0.
///
/// - Throws: `invalidArguments` only for types that have no zero here (vectors, references that cannot be null).
func lenientArguments(_ input: JSONValue, _ signature: FunctionSignature) throws(Failure) -> PlannedArguments {
  var planned = PlannedArguments(count: signature.type.parameters.count)
  for (index, type) in signature.type.parameters.enumerated() {
    let value: JSONValue? =
      switch input {
      case .array(let elements): index < elements.count ? elements[index] : nil
      case .object(let object): index < letters.count ? object[letters[index]] : nil
      case .integer, .unsigned, .double: index == 0 ? input : nil
      default: nil
      }
    switch type {
    case .i32: planned.append(.i32(UInt32(truncatingIfNeeded: integer(value))))
    case .i64: planned.append(.i64(UInt64(bitPattern: integer(value))))
    case .f32: planned.append(.f32(bits: Float(value?.doubleValue ?? 0).bitPattern))
    case .f64: planned.append(.f64(bits: (value?.doubleValue ?? 0).bitPattern))
    default: throw signature.failure(index, "a value of type \(type) cannot be passed as JSON")
    }
  }
  return planned
}

/// Only what is spelled as an integer and fits `Int64` counts; `2.0` does not.
private func integer(_ value: JSONValue?) -> Int64 {
  if case .integer(let number) = value { number } else { 0 }
}
