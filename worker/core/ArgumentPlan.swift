/// What a function is called with, before the instance exists: numbers, and strings that need the guest's memory.

import WasmBinary
import WasmInterpreter
import WasmJSON
import WorkerProtocol

/// The input, converted as far as that is possible without the guest.
struct PlannedArguments {
  /// One for each parameter so far; of those that wait for the guest's memory, 0.
  private(set) var values: [Value] = []
  /// What is copied into the guest's memory. The address and the length in bytes of the copy are two consecutive `i32`
  /// parameters, the first of which is named here.
  private(set) var copies: [(parameter: Int, bytes: [UInt8])] = []

  /// - Parameter count: how many parameters there will be.
  init(count: Int) { values.reserveCapacity(count) }

  mutating func append(_ value: Value) { values.append(value) }

  mutating func append(copyOf bytes: [UInt8]) {
    copies.append((values.count, bytes))
    values += [.i32(0), .i32(UInt32(truncatingIfNeeded: bytes.count))]
  }

  /// Fills in the address of a copy.
  mutating func place(_ copy: (parameter: Int, bytes: [UInt8]), at address: UInt32) {
    values[copy.parameter] = .i32(address)
  }
}

/// Numbers as the parameters of a function that takes numbers. Nil for what takes more than that, or is to be refused.
func slots(
  _ numbers: borrowing ShortNumbers, _ signature: FunctionSignature, _ parameters: Invocation.Parameters
) -> NumericArguments? {
  guard numbers.count == signature.type.parameters.count, numbers.count <= NumericArguments.capacity else {
    return nil
  }
  var slots = NumericArguments()
  for index in 0..<numbers.count {
    switch (numbers[index], signature.type.parameters[index]) {
    case (.integer(let number), .i32):
      guard parameters == .lenient || isInRangeOfI32(number) else { return nil }
      slots.append(slot: UInt64(UInt32(truncatingIfNeeded: number)))
    case (.integer(let number), .i64): slots.append(slot: UInt64(bitPattern: number))
    case (.integer(let number), .f32): slots.append(slot: UInt64(Float(Double(number)).bitPattern))
    case (.integer(let number), .f64): slots.append(slot: Double(number).bitPattern)
    // So few digits are far from what a float cannot hold.
    case (.double(let number), .f32): slots.append(slot: UInt64(Float(number).bitPattern))
    case (.double(let number), .f64): slots.append(slot: number.bitPattern)
    default: return nil
    }
  }
  return slots
}

/// The function whose parameters are filled in.
final class FunctionSignature {
  let name: String
  let type: FunctionType
  /// Of the parameters, where the name section has them.
  let parameterNames: [String?]
  /// Whether it takes and returns JSON documents, by its name.
  let isDocumentFunction: Bool
  /// Whether a single `i32` result is the address of a text, by its name.
  let returnsText: Bool

  /// Whether its results are what they look like, whatever it was given.
  var isPlain: Bool { !isDocumentFunction && !returnsText }

  init(name: String, type: FunctionType, parameterNames: [String?]) {
    self.name = name
    self.type = type
    self.parameterNames = parameterNames
    isDocumentFunction = name.hasSuffix("_json")
    returnsText = name == "hello" || name.hasSuffix("_str") || name.hasPrefix("get_string")
  }

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
