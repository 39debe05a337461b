/// Exact arguments and results, for what JSON numbers cannot hold.

import WasmBinary
import WasmInterpreter
import WorkerProtocol

/// Checks exact arguments against the function's type.
func typedArguments(_ input: [TypedValue], _ signature: FunctionSignature) throws(Failure) -> PlannedArguments {
  let types = signature.type.parameters
  guard input.count == types.count else {
    throw Failure(
      .invalidArguments, "\(signature.name) takes \(types.count) parameters, and \(input.count) arguments came",
      function: signature.name)
  }
  var planned = PlannedArguments(count: types.count)
  for (index, value) in input.enumerated() {
    switch (value, types[index]) {
    case (.i32(let bits), .i32): planned.append(.i32(bits))
    case (.i64(let bits), .i64): planned.append(.i64(bits))
    case (.f32(let bits), .f32): planned.append(.f32(bits: bits))
    case (.f64(let bits), .f64): planned.append(.f64(bits: bits))
    case (.v128(let high, let low), .v128): planned.append(.v128(low: low, high: high))
    case (.external(let number?), .externref): planned.append(.reference(.external(number)))
    case (.external(nil), .externref): planned.append(.reference(.null(.external)))
    case (.function(nil), .funcref): planned.append(.reference(.null(.function)))
    case (_, let type): throw signature.failure(index, "a value of type \(type) is expected")
    }
  }
  return planned
}
