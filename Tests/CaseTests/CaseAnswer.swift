/// What a call answered, in the words of the cases.

import HanzoWasm
import WasmJSON
import WorkerProtocol

/// A value or an error, comparable with what a case expects.
enum CaseAnswer: Sendable, CustomStringConvertible {
  case value(JSONValue)
  case failure(WasmError)

  static func of(_ body: () async throws -> JSONValue) async throws -> CaseAnswer {
    do {
      return .value(try await body())
    } catch let error as WasmError {
      return .failure(error)
    }
  }

  var description: String {
    switch self {
    case .value(let value): "ok \(value)"
    case .failure(let error): "error \(error)"
    }
  }

  /// Whether this is an error of one of the cases' kinds.
  func isError(_ kind: String) -> Bool {
    guard case .failure(let error) = self else { return false }
    return Self.codes[kind]?.contains(error.code) ?? false
  }

  /// The cases' error kinds as codes of this library.
  private static let codes: [String: Set<ErrorCode>] = [
    "module_not_found": [.moduleNotFound],
    "function_not_found": [.functionNotFound],
    "compile_error": [.invalidModule, .unsupportedFeature],
    // A module that asks for more memory at its start than it may have cannot be instantiated either.
    "instantiate_error": [.unresolvedImport],
    "call_error": [.invalidArguments, .invalidResult],
    "trap": [.trap],
    "fuel_exhausted": [.fuelExhausted],
    "timeout": [.timedOut],
    "bad_pointer": [.invalidResult, .trap],
    "memory_limit": [.memoryLimitExceeded],
    "host_limit": [.outputLimitExceeded],
  ]

  /// Whether this is what `expect` of a case wants.
  func satisfies(_ expect: JSONValue) -> Bool {
    if let kind = expect["or_error"]?.stringValue, isError(kind) { return true }
    if let kinds = expect["or_error"]?.arrayValue, kinds.contains(where: { isError($0.stringValue ?? "") }) {
      return true
    }
    if let kind = expect["error"]?.stringValue { return isError(kind) }
    guard case .value(let value) = self else { return false }
    if let alternatives = expect["ok_any"]?.arrayValue { return alternatives.contains { Self.equal($0, value) } }
    if let least = expect["ok_min"]?.doubleValue { return (value.doubleValue ?? -.infinity) >= least }
    guard let wanted = expect.objectValue?["ok"] else { return false }
    return Self.equal(wanted, value)
  }

  /// Whether this is one of a hostile case's accepted answers: an error kind, "ok", "ok==VALUE" or "ok<=NUMBER".
  func satisfies(oneOf accepted: [JSONValue]) -> Bool {
    accepted.contains { entry in
      guard let text = entry.stringValue else { return false }
      guard text.hasPrefix("ok") else { return isError(text) }
      guard case .value(let value) = self else { return false }
      if text == "ok" { return true }
      guard let operand = try? JSONValue(parsing: String(text.dropFirst(4))) else { return false }
      if text.hasPrefix("ok==") { return Self.equal(operand, value) }
      guard text.hasPrefix("ok<="), let number = value.doubleValue, let limit = operand.doubleValue else {
        return false
      }
      return number <= limit
    }
  }

  /// Equality of JSON values; numbers by value, floats to 1e-6 of their size.
  private static func equal(_ left: JSONValue, _ right: JSONValue) -> Bool {
    if let left = left.arrayValue, let right = right.arrayValue {
      return left.count == right.count && zip(left, right).allSatisfy { equal($0, $1) }
    }
    if let left = left.int64Value, let right = right.int64Value { return left == right }
    if let left = left.doubleValue, let right = right.doubleValue {
      return left == right || abs(left - right) <= 1e-6 * max(abs(left), abs(right))
    }
    return left == right
  }
}
