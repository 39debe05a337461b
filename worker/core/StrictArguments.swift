/// `.strict` parameters: what does not fit exactly is refused, and the refusal names the parameter.

import WasmBinary
import WasmInterpreter
import WasmJSON
import WorkerProtocol

/// Converts JSON parameters: an array by position, an object by parameter names, anything else as the only argument.
///
/// A string fills two consecutive `i32` parameters. `null` as the whole input means no arguments.
func strictArguments(_ input: JSONValue, _ signature: FunctionSignature) throws(Failure) -> PlannedArguments {
  switch input {
  case .null: return try positional([], signature)
  case .array(let elements): return try positional(elements, signature)
  case .object(let object): return try named(object, signature)
  default: return try positional([input], signature)
  }
}

private func positional(_ elements: [JSONValue], _ signature: FunctionSignature) throws(Failure) -> PlannedArguments {
  let count = signature.type.parameters.count
  var planned = PlannedArguments(count: count)
  for element in elements {
    guard planned.values.count < count else {
      throw Failure(
        .invalidArguments,
        "\(signature.name) takes \(counted(count, "parameter")), and \(counted(elements.count, "argument")) came",
        function: signature.name)
    }
    try convert(element, signature, &planned)
  }
  let index = planned.values.count
  guard index == count else { throw signature.failure(index, "no argument, \(expected(index, signature)) is expected") }
  return planned
}

private func named(_ object: JSONObject, _ signature: FunctionSignature) throws(Failure) -> PlannedArguments {
  let keys = parameterKeys(object, signature)
  var planned = PlannedArguments(count: keys.count)
  var used: Set<String> = []
  while planned.values.count < keys.count {
    let index = planned.values.count
    guard let key = keys[index] else {
      throw signature.failure(index, "it has no name in the module, so arguments must come as an array")
    }
    guard let value = object[key] else {
      throw Failure(
        .invalidArguments,
        "parameter \(key) of \(signature.name): no argument, \(expected(index, signature)) is expected",
        function: signature.name, parameter: key)
    }
    used.insert(key)
    try convert(value, signature, &planned)
  }
  if let stranger = object.keys.first(where: { !used.contains($0) }) {
    throw Failure(
      .invalidArguments, "\(signature.name) has no parameter \(stranger) that is still to be filled",
      function: signature.name, parameter: stranger)
  }
  return planned
}

/// The key of each parameter: the names of the name section; where the module names none, or the object uses none of
/// them, `a` to `h` as in the original runtime.
private func parameterKeys(_ object: JSONObject, _ signature: FunctionSignature) -> [String?] {
  let count = signature.type.parameters.count
  let names = (0..<count).map { $0 < signature.parameterNames.count ? signature.parameterNames[$0] : nil }
  let isUnique = Set(names.compactMap { $0 }).count == names.compactMap { $0 }.count
  if isUnique, names.contains(where: { $0.map { object[$0] != nil } ?? false }) { return names }
  return (0..<count).map { $0 < letters.count ? letters[$0] : nil }
}

/// The keys that the original runtime read, by position.
let letters = ["a", "b", "c", "d", "e", "f", "g", "h"]

/// Converts one entry of the input for the next parameter.
private func convert(
  _ value: JSONValue, _ signature: FunctionSignature, _ planned: inout PlannedArguments
) throws(Failure) {
  let index = planned.values.count
  let type = signature.type.parameters[index]
  if case .string(let text) = value {
    let next = index + 1
    guard type == .i32, next < signature.type.parameters.count, signature.type.parameters[next] == .i32 else {
      throw signature.failure(
        index,
        "a string needs two consecutive i32 parameters (address and length), \(expected(index, signature)) is expected")
    }
    return planned.append(copyOf: Array(text.utf8))
  }
  switch type {
  case .i32:
    guard let number = integer(value), isInRangeOfI32(number) else { break }
    return planned.append(.i32(UInt32(truncatingIfNeeded: number)))
  case .i64:
    guard let number = integer(value) else { break }
    return planned.append(.i64(UInt64(truncatingIfNeeded: number)))
  case .f32:
    guard let number = value.doubleValue else { break }
    let narrowed = Float(number)
    guard narrowed.isFinite else { break }
    return planned.append(.f32(bits: narrowed.bitPattern))
  case .f64:
    guard let number = value.doubleValue else { break }
    return planned.append(.f64(bits: number.bitPattern))
  case let type where type.isReference && type.isNullable && value.isNull:
    return planned.append(.reference(.null(type.heapType ?? .none)))
  default:
    throw signature.failure(index, "a value of type \(type) cannot be passed as JSON")
  }
  throw signature.failure(index, "\(expected(index, signature)) is expected, not \(spelling(value))")
}

/// With a sign or without one.
func isInRangeOfI32<Number: FixedWidthInteger>(_ number: Number) -> Bool {
  number >= Number(Int32.min) && number <= Number(UInt32.max)
}

/// A number without a fraction, exactly, in the range of `Int64` or `UInt64`; JSON does not tell `2` from `2.0`.
private func integer(_ value: JSONValue) -> Int128? {
  switch value {
  case .integer(let number): Int128(number)
  case .unsigned(let number): Int128(number)
  case .double(let number): Int64(exactly: number).map { Int128($0) } ?? UInt64(exactly: number).map { Int128($0) }
  default: nil
  }
}

private func expected(_ index: Int, _ signature: FunctionSignature) -> String {
  switch signature.type.parameters[index] {
  case .i32: "an i32 (a whole number from -2147483648 to 4294967295)"
  case .i64: "an i64 (a whole number from -2^63 to 2^64-1)"
  case .f32: "an f32 (a number of at most 3.4e38)"
  case .f64: "an f64 (a number)"
  case let type: "a value of type \(type)"
  }
}

/// A value as messages show it, not longer than a line.
private func spelling(_ value: JSONValue) -> String {
  switch value {
  case .array: return "an array"
  case .object: return "an object"
  default: return String(value.description.prefix(60))
  }
}

private func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
