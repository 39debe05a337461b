/// What a function is called with, before the instance exists: numbers, and strings that need the guest's memory.

import WasmBinary
import WasmInterpreter
import WasmJSON
import WorkerProtocol

/// One entry of the input, converted as far as that is possible without the guest.
enum PlannedArgument: Equatable {
  /// One parameter.
  case value(Value)
  /// Two consecutive `i32` parameters: the address and the length in bytes of a copy in the guest's memory.
  case bytes([UInt8])

  /// How many parameters it fills.
  var parameterCount: Int {
    switch self {
    case .value: 1
    case .bytes: 2
    }
  }
}

/// The function whose parameters are filled in.
struct FunctionSignature {
  var name: String
  var type: FunctionType
  /// Of the parameters, where the name section has them.
  var parameterNames: [String?]

  /// How messages name a parameter.
  func label(_ index: Int) -> String {
    guard index < parameterNames.count, let name = parameterNames[index] else { return "\(index)" }
    return name
  }

  /// A failure that names the parameter.
  func failure(_ index: Int, _ reason: String) -> Failure {
    Failure(
      .invalidArguments, "parameter \(label(index)) of \(name): \(reason)", function: name, parameter: label(index))
  }
}
