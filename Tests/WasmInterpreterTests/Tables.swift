/// Tables of expected behaviour, made with wasmtime by `scripts/make-engine-tables`.

import Foundation
import Testing
import WasmInterpreter
import WasmJSON

/// One row of `fuel.json`.
struct FuelCase: Sendable, CustomTestStringConvertible {
  let name: String
  let text: String
  let arguments: [UInt32]
  /// What instantiation consumes.
  let startFuel: UInt64
  /// What the call of `f` consumes.
  let fuel: UInt64
  /// The results, "i32 5" or "ref null".
  let results: [String]

  var testDescription: String { name }

  static let all: [FuelCase] = rows()

  private static func rows() -> [FuelCase] {
    (loadTable("fuel").arrayValue ?? []).compactMap { row in
      guard let name = row["name"]?.stringValue, let text = row["text"]?.stringValue,
        let startFuel = row["startFuel"]?.uint64Value, let fuel = row["fuel"]?.uint64Value,
        let arguments = row["arguments"]?.arrayValue, let results = row["results"]?.arrayValue
      else { return nil }
      return FuelCase(
        name: name, text: text, arguments: arguments.compactMap { $0.stringValue.flatMap { UInt32($0) } },
        startFuel: startFuel, fuel: fuel, results: results.compactMap(\.stringValue))
    }
  }
}

/// One operator of `numeric.json`: its results for all combinations of its operands' edge values.
struct NumericOperator: Sendable, CustomTestStringConvertible {
  enum Expectation: Sendable, Equatable {
    case bits(UInt64)
    case nan
    case trap(Trap.Kind)
  }

  struct Row: Sendable {
    let operands: [UInt64]
    let expected: Expectation
  }

  let name: String
  let operandTypes: [String]
  let resultType: String
  let rows: [Row]

  var testDescription: String { name }

  static let all: [NumericOperator] = load()

  private static func load() -> [NumericOperator] {
    let table = loadTable("numeric")
    func edges(_ type: String) -> [UInt64] {
      (table["edges"]?[type]?.stringValue ?? "").split(separator: " ").compactMap { UInt64($0, radix: 16) }
    }
    return (table["operators"]?.arrayValue ?? []).compactMap { row in
      guard let name = row["operator"]?.stringValue, let result = row["result"]?.stringValue,
        let types = row["operands"]?.arrayValue?.compactMap(\.stringValue),
        let results = row["results"]?.stringValue?.split(separator: " "), let first = types.first
      else { return nil }
      var inputs = edges(first).map { [$0] }
      if types.count == 2 { inputs = inputs.flatMap { left in edges(types[1]).map { left + [$0] } } }
      guard inputs.count == results.count else { return nil }
      let rows = zip(inputs, results).compactMap { operands, text in
        expectation(String(text)).map { Row(operands: operands, expected: $0) }
      }
      guard rows.count == results.count else { return nil }
      return NumericOperator(name: name, operandTypes: types, resultType: result, rows: rows)
    }
  }

  private static func expectation(_ text: String) -> Expectation? {
    switch text {
    case "nan": .nan
    case "INTEGER_DIVISION_BY_ZERO": .trap(.integerDivideByZero)
    case "INTEGER_OVERFLOW": .trap(.integerOverflow)
    case "BAD_CONVERSION_TO_INTEGER": .trap(.invalidConversionToInteger)
    default: UInt64(text, radix: 16).map { .bits($0) }
    }
  }
}

func loadTable(_ name: String) -> JSONValue {
  let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Tables/\(name).json")
  guard let data = try? Data(contentsOf: url), let table = try? JSONValue(parsing: [UInt8](data)) else {
    return .null
  }
  return table
}

@Suite("tables of expected behaviour")
struct TableTests {
  @Test("the tables are read whole")
  func complete() {
    #expect(FuelCase.all.count >= 140)
    #expect(NumericOperator.all.count == 136)
  }
}
