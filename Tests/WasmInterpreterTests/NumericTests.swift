/// Every numeric operator on its edge values, in every shape of operand that the translator treats apart.

import Testing
import WasmInterpreter

@Suite("numeric operators")
struct NumericTests {
  /// How an operator gets its operands.
  enum Shape: String, CaseIterable, Sendable {
    case locals, constants, constantRight, constantLeft, memory, calls
  }

  private static func bitsType(_ type: String) -> String {
    switch type {
    case "f32": "i32"
    case "f64": "i64"
    default: type
    }
  }

  private static func constant(_ type: String, _ bits: UInt64) -> String {
    type.hasPrefix("f")
      ? "(\(type).reinterpret_\(bitsType(type)) (\(bitsType(type)).const 0x\(String(bits, radix: 16))))"
      : "(\(type).const 0x\(String(bits, radix: 16)))"
  }

  /// A float constant as an immediate, where its bits can be written as a literal.
  private static func literal(_ type: String, _ bits: UInt64) -> String {
    switch type {
    case "f32": "(f32.const \(spell(Double(Float(bitPattern: UInt32(bits))), nan: "0x400000")))"
    case "f64": "(f64.const \(spell(Double(bitPattern: bits), nan: "0x8000000000000")))"
    default: constant(type, bits)
    }
  }

  private static func spell(_ value: Double, nan: String) -> String {
    let sign = value.sign == .minus ? "-" : ""
    if value.isNaN { return "\(sign)nan:\(nan)" }
    if value.isInfinite { return "\(sign)inf" }
    // 17 significant digits name every binary64 and binary32 value exactly.
    return "\(value)"
  }

  private static func value(_ type: String, _ bits: UInt64) -> Value {
    bitsType(type) == "i32" ? .i32(UInt32(truncatingIfNeeded: bits)) : .i64(bits)
  }

  private static func fromBits(_ type: String, _ text: String) -> String {
    type.hasPrefix("f") ? "(\(type).reinterpret_\(bitsType(type)) \(text))" : text
  }

  private static func toBits(_ type: String, _ text: String) -> String {
    type.hasPrefix("f") ? "(\(bitsType(type)).reinterpret_\(type) \(text))" : text
  }

  /// The body that computes an operator's result as bits, and whether it takes the operands as parameters.
  private static func body(_ numeric: NumericOperator, _ shape: Shape, _ operands: [UInt64]) -> String {
    let types = numeric.operandTypes
    let local = types.indices.map { fromBits(types[$0], "(local.get \($0))") }
    let arguments: [String] =
      switch shape {
      case .locals: local
      case .constants: zip(types, operands).map { literal($0, $1) }
      case .constantRight: types.count == 2 ? [local[0], literal(types[1], operands[1])] : local
      case .constantLeft: types.count == 2 ? [literal(types[0], operands[0]), local[1]] : local
      case .memory: types.indices.map { "(\(types[$0]).load offset=\($0 * 8) (i32.const 0))" }
      case .calls: types.indices.map { "(call $id_\(types[$0]) \(local[$0]))" }
      }
    return toBits(numeric.resultType, "(\(numeric.name) \(arguments.joined(separator: " ")))")
  }

  private static func module(_ numeric: NumericOperator, _ bodies: [String]) -> String {
    let parameters = numeric.operandTypes.map(bitsType).joined(separator: " ")
    let functions = bodies.enumerated().map { index, body in
      "(func (export \"f\(index)\") (param \(parameters)) (result \(bitsType(numeric.resultType))) \(body))"
    }
    let identities = ["i32", "i64", "f32", "f64"].map {
      "(func $id_\($0) (param \($0)) (result \($0)) (local.get 0))"
    }
    return "(module (memory (export \"memory\") 1) \((identities + functions).joined(separator: "\n")))"
  }

  private static func matches(_ results: [Value], _ row: NumericOperator.Row, _ type: String) -> Bool {
    guard results.count == 1 else { return false }
    let bits: UInt64
    switch results[0] {
    case .i32(let value): bits = UInt64(value)
    case .i64(let value): bits = value
    default: return false
    }
    switch row.expected {
    case .bits(let expected): return bits == expected
    // An arithmetic NaN: quiet, of either sign.
    case .nan: return type == "f32" ? bits & 0x7FC0_0000 == 0x7FC0_0000 : bits & 0x7FF8 << 48 == 0x7FF8 << 48
    case .trap: return false
    }
  }

  private static func check(
    _ numeric: NumericOperator, _ row: NumericOperator.Row, _ shape: Shape, _ call: () throws -> [Value]
  ) -> String? {
    let what = "\(numeric.name) \(row.operands.map { String($0, radix: 16) }) (\(shape))"
    do {
      let results = try call()
      return matches(results, row, numeric.resultType)
        ? nil : "\(what) gave \(results) instead of \(row.expected)"
    } catch let trap as Trap {
      return row.expected == .trap(trap.kind) ? nil : "\(what) trapped with \(trap.kind) instead of \(row.expected)"
    } catch { return "\(what): \(error)" }
  }

  @Test(
    "an operator gives the oracle's result for all edge values, whatever shape its operands have",
    arguments: NumericOperator.all)
  func edges(_ numeric: NumericOperator) throws {
    var wrong: [String] = []
    for shape in [Shape.locals, .memory, .calls] {
      let guest = try Guest(Self.module(numeric, [Self.body(numeric, shape, [])]))
      let memory = try guest.memory()
      for row in numeric.rows {
        for (index, bits) in row.operands.enumerated() {
          let bytes = (0..<8).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
          #expect(memory.write(bytes, at: UInt64(index * 8)))
        }
        let arguments = zip(numeric.operandTypes, row.operands).map { Self.value($0, $1) }
        if let problem = Self.check(numeric, row, shape, { try guest.call("f0", arguments) }) { wrong.append(problem) }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(10).joined(separator: "\n"))")
  }

  @Test("an operator gives the oracle's result with constant operands", arguments: NumericOperator.all)
  func constants(_ numeric: NumericOperator) throws {
    var wrong: [String] = []
    for shape in [Shape.constants, .constantRight, .constantLeft] {
      let guest = try Guest(
        Self.module(numeric, numeric.rows.map { Self.body(numeric, shape, $0.operands) }))
      for (index, row) in numeric.rows.enumerated() {
        let arguments = zip(numeric.operandTypes, row.operands).map { Self.value($0, $1) }
        if let problem = Self.check(numeric, row, shape, { try guest.call("f\(index)", arguments) }) {
          wrong.append(problem)
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(10).joined(separator: "\n"))")
  }

  @Test(
    "a comparison decides a branch, an if and a select as it decides a value",
    arguments: NumericOperator.all.filter { $0.resultType == "i32" && !$0.name.contains("trunc") })
  func comparisons(_ numeric: NumericOperator) throws {
    let types = numeric.operandTypes
    let parameters = types.map(Self.bitsType).joined(separator: " ")
    let operands = types.indices.map { Self.fromBits(types[$0], "(local.get \($0))") }.joined(separator: " ")
    let test = "(\(numeric.name) \(operands))"
    let bodies = [
      "(block (br_if 0 \(test)) (return (i32.const 0))) (i32.const 1)",
      "(block (br_if 0 (i32.eqz \(test))) (return (i32.const 1))) (i32.const 0)",
      "(if (result i32) \(test) (then (i32.const 1)) (else (i32.const 0)))",
      "(if (result i32) (i32.eqz \(test)) (then (i32.const 0)) (else (i32.const 1)))",
      "(select (i32.const 1) (i32.const 0) \(test))",
      "(i32.eqz (i32.eqz \(test)))",
      "(local $n i32) (loop $l (local.set $n (i32.add (local.get $n) (i32.const 1)))"
        + " (br_if $l (i32.and (i32.lt_u (local.get $n) (i32.const 2)) (i32.ne (i32.const 0) \(test)))))"
        + " (i32.sub (local.get $n) (i32.const 1))",
    ]
    let functions = bodies.enumerated().map { index, body in
      "(func (export \"f\(index)\") (param \(parameters)) (result i32) \(body))"
    }
    let guest = try Guest("(module \(functions.joined(separator: "\n")))")
    var wrong: [String] = []
    for row in numeric.rows {
      guard case .bits(let bits) = row.expected else { continue }
      let arguments = zip(types, row.operands).map { Self.value($0, $1) }
      for index in bodies.indices {
        let result = Result { try guest.call("f\(index)", arguments) }
        if (try? result.get()) != [.i32(bits == 0 ? 0 : 1)] {
          wrong.append("\(bodies[index]) on \(row.operands): \(result)")
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(10).joined(separator: "\n"))")
  }
}
