/// The suite's spelling of values, and what counts as equal to an expected one.

import WasmBinary
import WasmInterpreter
import WasmJSON

/// An argument.
struct SpecValue: Sendable {
  let value: Value

  init?(_ json: JSONValue) {
    guard let type = json["type"]?.stringValue, let text = json["value"]?.stringValue else { return nil }
    switch type {
    case "i32":
      guard let number = Int64(text) else { return nil }
      value = .i32(UInt32(truncatingIfNeeded: number))
    case "i64":
      guard let number = Int64(text).map(UInt64.init(bitPattern:)) ?? UInt64(text) else { return nil }
      value = .i64(number)
    case "f32":
      guard let bits = UInt32(text) else { return nil }
      value = .f32(bits: bits)
    case "f64":
      guard let bits = UInt64(text) else { return nil }
      value = .f64(bits: bits)
    case "externref":
      if text == "null" {
        value = .reference(.null(.external))
      } else {
        guard let number = UInt64(text) else { return nil }
        value = .reference(.external(number))
      }
    case "funcref":
      guard text == "null" else { return nil }
      value = .reference(.null(.function))
    default: return nil
    }
  }
}

/// What a result must be.
struct SpecExpectation: Sendable, CustomStringConvertible {
  enum Rule: Sendable {
    case exactly(Value)
    case canonicalNaN32, canonicalNaN64
    case arithmeticNaN32, arithmeticNaN64
    case null
    case anyFunction
    case anyExternal
  }

  let rule: Rule
  let description: String

  init?(_ json: JSONValue) {
    guard let type = json["type"]?.stringValue else { return nil }
    let text = json["value"]?.stringValue
    description = "\(type) \(text ?? "any")"
    switch (type, text) {
    case ("f32", "nan:canonical"): rule = .canonicalNaN32
    case ("f64", "nan:canonical"): rule = .canonicalNaN64
    case ("f32", "nan:arithmetic"): rule = .arithmeticNaN32
    case ("f64", "nan:arithmetic"): rule = .arithmeticNaN64
    case ("refnull", _), ("externref", "null"), ("funcref", "null"): rule = .null
    case ("funcref", nil): rule = .anyFunction
    case ("externref", nil): rule = .anyExternal
    default:
      guard let exact = SpecValue(json) else { return nil }
      rule = .exactly(exact.value)
    }
  }

  func accepts(_ value: Value) -> Bool {
    switch (rule, value) {
    case (.exactly(let expected), _): value == expected
    case (.canonicalNaN32, .f32(let bits)): bits & 0x7FFF_FFFF == 0x7FC0_0000
    case (.canonicalNaN64, .f64(let bits)): bits & 0x7FFF_FFFF_FFFF_FFFF == 0x7FF8_0000_0000_0000
    case (.arithmeticNaN32, .f32(let bits)): bits & 0x7FC0_0000 == 0x7FC0_0000
    case (.arithmeticNaN64, .f64(let bits)): bits & 0x7FF8_0000_0000_0000 == 0x7FF8_0000_0000_0000
    case (.null, .reference(.null)): true
    case (.anyFunction, .reference(.function)): true
    case (.anyExternal, .reference(.external)): true
    default: false
    }
  }
}

extension Trap.Kind {
  /// Whether the suite's text for a trap names this kind.
  func isNamed(_ text: String) -> Bool {
    switch self {
    case .unreachable: text == "unreachable"
    case .memoryOutOfBounds: text == "out of bounds memory access"
    // The suite calls an index past the end of a table "undefined element" in a call and in the 1.0 files.
    case .tableOutOfBounds: text == "out of bounds table access"
    case .undefinedElement: text == "undefined element"
    case .uninitializedElement: text == "uninitialized element" || text.hasPrefix("uninitialized element ")
    case .indirectCallTypeMismatch: text == "indirect call type mismatch"
    case .integerDivideByZero: text == "integer divide by zero"
    case .integerOverflow: text == "integer overflow"
    case .invalidConversionToInteger: text == "invalid conversion to integer"
    case .stackExhausted: text == "call stack exhausted"
    case .nullExceptionReference: text == "null exception reference"
    default: false
    }
  }
}
