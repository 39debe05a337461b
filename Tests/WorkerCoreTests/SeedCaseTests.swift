/// The original runtime's calls, answered by the worker's core in this process. (EndToEndTests does it with real
/// workers; timeouts are the supervisor's and are left to it.)

import Foundation
import Testing
import WasmJSON
import WorkerProtocol

/// The folder of shared test data, which is not part of this repository.
private let shared: URL? = {
  let packageRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  let folder =
    ProcessInfo.processInfo.environment["HANZO_WASM_SHARED"].map { URL(fileURLWithPath: $0) }
    ?? packageRoot.deletingLastPathComponent().appendingPathComponent("shared")
  let cases = folder.appendingPathComponent("cases/seed/cases.json")
  return FileManager.default.fileExists(atPath: cases.path) ? folder : nil
}()

@Suite("Seed cases")
struct SeedCaseTests {
  private static let codes: [String: [ErrorCode]] = [
    "module_not_found": [.moduleNotFound], "function_not_found": [.functionNotFound],
    "compile_error": [.invalidModule, .unsupportedFeature], "instantiate_error": [.unresolvedImport],
    "call_error": [.invalidArguments], "trap": [.trap], "fuel_exhausted": [.fuelExhausted],
    "bad_pointer": [.invalidResult], "host_panic": [.invalidResult],
  ]

  @Test(
    "every call is answered as expected",
    .enabled(if: shared != nil, "no shared test data: set HANZO_WASM_SHARED"))
  func cases() throws {
    let folder = try #require(shared).appendingPathComponent("cases/seed")
    let document = try JSONValue(
      parsing: [UInt8](try Data(contentsOf: folder.appendingPathComponent("cases.json"))),
      limits: JSONLimits(numberBytes: 4096))
    let cases = try #require(document["cases"]?.arrayValue)
    var answered = 0
    for item in cases {
      let expected = try #require(item["expect"])
      guard expected["error"] != "timeout" else { continue }
      let name = item["id"]?.stringValue ?? "?"
      let path = try #require(item["wasm"]?.stringValue)
      let module = [UInt8](try Data(contentsOf: folder.appendingPathComponent(path)))
      let input = try JSONValue(parsing: try #require(item["params_text"]?.stringValue))
      let outcome = try answer(module, item, input)
      #expect(try isExpected(outcome, expected), "\(name): \(outcome.result) where \(expected) is expected")
      if let logs = item["logs"]?.arrayValue {
        #expect(outcome.logs.map { JSONValue.string($0.message) } == logs, "\(name)")
      }
      answered += 1
    }
    #expect(answered > 100)
  }

  private func answer(_ module: [UInt8], _ item: JSONValue, _ input: JSONValue) throws -> Outcome {
    let client = try LoopClient()
    if case .failure(let failure) = try client.load(module) { return Outcome(result: .failure(failure)) }
    var limits = InvocationLimits()
    if let fuel = item["config"]?["fuel_limit"] { limits.fuel = fuel.uint64Value }
    if let memory = item["config"]?["max_memory_bytes"]?.uint64Value { limits.memoryBytes = memory }
    return try client.call(
      item["function"]?.stringValue ?? "", .arguments(input), parameters: .lenient, limits: limits,
      enableWASI: item["config"]?["enable_wasi"]?.boolValue ?? true)
  }

  private func isExpected(_ outcome: Outcome, _ expected: JSONValue) throws -> Bool {
    switch outcome.result {
    case .failure(let failure):
      let kinds =
        [expected["error"]?.stringValue].compactMap { $0 }
        + (expected["or_error"]?.arrayValue ?? []).compactMap(\.stringValue)
      return kinds.contains { Self.codes[$0]?.contains(failure.code) ?? false }
    case .success(.json(let value)):
      if let wanted = expected["ok"] { return isSame(value, wanted) }
      if let choices = expected["ok_any"]?.arrayValue { return choices.contains { isSame(value, $0) } }
      if let least = expected["ok_min"]?.doubleValue, let number = value.doubleValue { return number >= least }
      return false
    case .success: return false
    }
  }

  /// Numbers by value, and `f32` results within their precision.
  private func isSame(_ value: JSONValue, _ wanted: JSONValue) -> Bool {
    if value == wanted { return true }
    if let values = value.arrayValue, let others = wanted.arrayValue, values.count == others.count {
      return zip(values, others).allSatisfy { isSame($0, $1) }
    }
    guard let number = value.doubleValue, let other = wanted.doubleValue else { return false }
    return abs(number - other) <= 1e-6 * max(abs(number), abs(other))
  }
}
