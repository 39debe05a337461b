/// The suite's spelling of values, and what counts as equal to an expected one.

import WasmBinary
import WasmInterpreter
import WasmJSON

/// An argument.
struct SpecValue: Sendable {
  let value: Value

  init?(_ json: JSONValue) {
    guard let type = json["type"]?.stringValue else { return nil }
    if type == "v128" {
      guard let lanes = SpecLanes(json), let bits = lanes.exactBits else { return nil }
      value = .v128(low: bits.low, high: bits.high)
      return
    }
    guard let text = json["value"]?.stringValue else { return nil }
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
    case "anyref", "eqref", "i31ref", "structref", "arrayref", "nullref", "nullfuncref", "nullexternref", "exnref",
      "nullexnref":
      // A number is the host's reference in the hierarchy of any.
      guard text == "null" || type == "anyref" else { return nil }
      value = .reference(UInt64(text).map(Reference.external) ?? .null(.none))
    default: return nil
    }
  }
}

/// The lanes of a vector.
struct SpecLanes: Sendable {
  enum Lane: Sendable {
    case bits(UInt64)
    case canonicalNaN, arithmeticNaN
  }

  /// Bits in a lane.
  let width: Int
  let lanes: [Lane]

  init?(_ json: JSONValue) {
    guard let type = json["lane_type"]?.stringValue, let width = Int(type.dropFirst()),
      let values = json["value"]?.arrayValue, values.count * width == 128
    else { return nil }
    self.width = width
    var lanes: [Lane] = []
    for value in values {
      switch value.stringValue {
      case "nan:canonical": lanes.append(.canonicalNaN)
      case "nan:arithmetic": lanes.append(.arithmeticNaN)
      case let text?:
        guard let bits = Int64(text).map(UInt64.init(bitPattern:)) ?? UInt64(text) else { return nil }
        lanes.append(.bits(width == 64 ? bits : bits & (1 << UInt64(width) - 1)))
      case nil: return nil
      }
    }
    self.lanes = lanes
  }

  /// Lane `index` of a vector.
  private func lane(_ index: Int, _ low: UInt64, _ high: UInt64) -> UInt64 {
    let bit = index * width
    let half = bit < 64 ? low >> UInt64(bit) : high >> UInt64(bit - 64)
    return width == 64 ? half : half & (1 << UInt64(width) - 1)
  }

  var exactBits: (low: UInt64, high: UInt64)? {
    var halves: (low: UInt64, high: UInt64) = (0, 0)
    for (index, lane) in lanes.enumerated() {
      guard case .bits(let bits) = lane else { return nil }
      let bit = index * width
      if bit < 64 { halves.low |= bits << UInt64(bit) } else { halves.high |= bits << UInt64(bit - 64) }
    }
    return halves
  }

  func accepts(low: UInt64, high: UInt64) -> Bool {
    let quiet: UInt64 = width == 32 ? 0x7FC0_0000 : 0x7FF8_0000_0000_0000
    let magnitude: UInt64 = width == 32 ? 0x7FFF_FFFF : 0x7FFF_FFFF_FFFF_FFFF
    return lanes.indices.allSatisfy { index in
      let found = lane(index, low, high)
      return switch lanes[index] {
      case .bits(let bits): found == bits
      case .canonicalNaN: found & magnitude == quiet
      case .arithmeticNaN: found & quiet == quiet
      }
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
    case i31, structure, array, comparable, notNull
    case lanes(SpecLanes)
    indirect case either([Rule])
  }

  let rule: Rule
  let description: String

  init?(_ json: JSONValue) {
    guard let type = json["type"]?.stringValue else { return nil }
    if type == "either" {
      let choices = json["values"]?.arrayValue?.compactMap { SpecExpectation($0) } ?? []
      guard !choices.isEmpty, choices.count == json["values"]?.arrayValue?.count else { return nil }
      rule = .either(choices.map(\.rule))
      description = "one of \(choices)"
      return
    }
    if type == "v128" {
      guard let lanes = SpecLanes(json) else { return nil }
      rule = .lanes(lanes)
      description = "v128 \(lanes.lanes)"
      return
    }
    let text = json["value"]?.stringValue
    description = "\(type) \(text ?? "any")"
    switch (type, text) {
    case ("f32", "nan:canonical"): rule = .canonicalNaN32
    case ("f64", "nan:canonical"): rule = .canonicalNaN64
    case ("f32", "nan:arithmetic"): rule = .arithmeticNaN32
    case ("f64", "nan:arithmetic"): rule = .arithmeticNaN64
    case ("refnull", _), ("nullref", _), ("nullfuncref", _), ("nullexternref", _), ("nullexnref", _): rule = .null
    case (_, "null") where type.hasSuffix("ref"): rule = .null
    case ("funcref", nil): rule = .anyFunction
    case ("externref", nil): rule = .anyExternal
    case ("anyref", nil): rule = .notNull
    case ("eqref", nil): rule = .comparable
    case ("i31ref", nil): rule = .i31
    case ("structref", nil): rule = .structure
    case ("arrayref", nil): rule = .array
    default:
      guard let exact = SpecValue(json) else { return nil }
      rule = .exactly(exact.value)
    }
  }

  func accepts(_ value: Value) -> Bool { Self.accepts(value, rule) }

  private static func accepts(_ value: Value, _ rule: Rule) -> Bool {
    switch (rule, value) {
    case (.either(let rules), _): rules.contains { accepts(value, $0) }
    case (.lanes(let lanes), .v128(let low, let high)): lanes.accepts(low: low, high: high)
    case (.exactly(let expected), _): value == expected
    case (.canonicalNaN32, .f32(let bits)): bits & 0x7FFF_FFFF == 0x7FC0_0000
    case (.canonicalNaN64, .f64(let bits)): bits & 0x7FFF_FFFF_FFFF_FFFF == 0x7FF8_0000_0000_0000
    case (.arithmeticNaN32, .f32(let bits)): bits & 0x7FC0_0000 == 0x7FC0_0000
    case (.arithmeticNaN64, .f64(let bits)): bits & 0x7FF8_0000_0000_0000 == 0x7FF8_0000_0000_0000
    case (.null, .reference(.null)): true
    case (.anyFunction, .reference(.function)): true
    case (.anyExternal, .reference(let reference)), (.notNull, .reference(let reference)):
      if case .null = reference { false } else { true }
    case (.i31, .reference(.i31)), (.comparable, .reference(.i31)), (.comparable, .reference(.object)): true
    case (.structure, .reference(.object(let object))): object.kind == .structure
    case (.array, .reference(.object(let object))): object.kind == .array
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
    case .nullReference: text == "null reference"
    case .nullFunctionReference: text == "null function reference"
    case .nullStructureReference: text == "null structure reference" || text == "null struct reference"
    case .nullArrayReference: text == "null array reference"
    case .nullI31Reference: text == "null i31 reference"
    case .arrayOutOfBounds: text == "out of bounds array access" || text == "array out of bounds"
    case .castFailure: text == "cast failure" || text == "cast"
    case .integerDivideByZero: text == "integer divide by zero"
    case .integerOverflow: text == "integer overflow"
    case .invalidConversionToInteger: text == "invalid conversion to integer"
    case .stackExhausted: text == "call stack exhausted"
    case .nullExceptionReference: text == "null exception reference"
    case .unalignedAtomic: text == "unaligned atomic"
    case .expectedSharedMemory: text == "expected shared memory"
    default: false
    }
  }
}
