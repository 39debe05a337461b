/// The calls and scenarios of the original runtime, with lenient parameters, through the real pair of processes.

import HanzoWasm
import Testing
import WasmJSON

/// One call: a module, a function, its parameters and what a good runtime answers.
struct SeedCase: Sendable, CustomTestStringConvertible {
  let json: JSONValue

  var testDescription: String { json["id"]?.stringValue ?? "a case without an id" }

  static let all: [SeedCase] = (Environment.document("seed/cases.json")["cases"]?.arrayValue ?? []).map(SeedCase.init)
}

/// A sequence of steps on one runtime.
struct SeedScenario: Sendable, CustomTestStringConvertible {
  let json: JSONValue

  var testDescription: String { json["id"]?.stringValue ?? "a scenario without an id" }

  static let all: [SeedScenario] =
    (Environment.document("seed/cases.json")["scenarios"]?.arrayValue ?? []).map(SeedScenario.init)
}

@Suite(
  "cases of the original runtime",
  // Each case has workers and pipes of its own, and Foundation's Process reads beyond its list of descriptors when that is long.
  .serialized,
  .enabled(if: Environment.isComplete, "needs HANZO_WASM_SHARED (with cases/) and HANZO_WASM_WORKER"))
struct SeedCaseTests {
  @Test("all the cases are there")
  func complete() {
    #expect(SeedCase.all.count == 123)
    #expect(SeedScenario.all.count == 6)
  }

  @Test("a call answers as the case expects", arguments: SeedCase.all)
  func call(_ testCase: SeedCase) async throws {
    let json = testCase.json
    let module = try #require(json["wasm"]?.stringValue)
    let function = try #require(json["function"]?.stringValue)
    let parameters = try JSONValue(parsing: try #require(json["params_text"]?.stringValue))
    let expect = try #require(json["expect"])
    let bytes = try Environment.bytes("seed/\(module)")
    try await WasmRuntime.withRuntime(Environment.config(json["config"])) { runtime in
      // Twice: an answer must not depend on the calls before it.
      for _ in 0..<2 {
        var logs: [String] = []
        let answer = try await CaseAnswer.of {
          try await runtime.loadModule("case", bytes)
          let outcome = try await runtime.invoke(
            Invocation(module: "case", function: function, parameters: parameters))
          logs = outcome.logs.map(\.message)
          return try outcome.json()
        }
        #expect(answer.satisfies(expect), "\(answer) instead of \(expect)")
        if let expected = json["logs"]?.arrayValue { #expect(logs == expected.compactMap(\.stringValue)) }
      }
    }
  }

  @Test("a scenario's steps answer as it expects", arguments: SeedScenario.all)
  func scenario(_ scenario: SeedScenario) async throws {
    let steps = try #require(scenario.json["steps"]?.arrayValue)
    try await WasmRuntime.withRuntime(Environment.config(nil)) { runtime in
      for step in steps { try await perform(step.arrayValue ?? [], on: runtime) }
    }
  }

  private func perform(_ step: [JSONValue], on runtime: WasmRuntime) async throws {
    func text(_ index: Int) throws -> String { try #require(step[index].stringValue) }
    switch try text(0) {
    case "load":
      let info = try await runtime.loadModule(try text(1), Environment.bytes("seed/wasm/\(try text(2)).wasm"))
      if step.count > 3 { try check(info, step[3]) }
    case "list":
      let expected = try #require(step[1].arrayValue).compactMap(\.stringValue)
      #expect(runtime.listModules().sorted() == expected.sorted())
    case "unload":
      let name = try text(1)
      let wasLoaded = runtime.listModules().contains(name)
      #expect(runtime.unloadModule(name) == wasLoaded)
    case "clear":
      runtime.clearModules()
    case "execute":
      let (module, function, parameters) = (try text(1), try text(2), try JSONValue(parsing: try text(3)))
      let answer = try await CaseAnswer.of { try await runtime.execute(module, function, parameters) }
      #expect(answer.satisfies(step[4]), "\(answer) instead of \(step[4])")
    case "execute_bytes":
      let bytes = try Environment.bytes("seed/wasm/\(try text(1)).wasm")
      let (function, parameters) = (try text(2), try JSONValue(parsing: try text(3)))
      let answer = try await CaseAnswer.of { try await runtime.executeBytes(bytes, function, parameters) }
      #expect(answer.satisfies(step[4]), "\(answer) instead of \(step[4])")
    case "parallel":
      let count = try #require(step[1].int64Value)
      let inner = try #require(step[2].arrayValue)
      try await withThrowingTaskGroup(of: Void.self) { tasks in
        for _ in 0..<count { tasks.addTask { try await perform(inner, on: runtime) } }
        try await tasks.waitForAll()
      }
    case let other:
      Issue.record("a scenario has the unknown step \(other)")
    }
  }

  private func check(_ info: WasmModuleInfo, _ expected: JSONValue) throws {
    if let name = expected["name"]?.stringValue { #expect(info.name == name) }
    if let version = expected["version"]?.stringValue { #expect(info.version == version) }
    if let exports = expected["exports"]?.arrayValue { #expect(info.exports == exports.compactMap(\.stringValue)) }
    // The original always said 0 pages; what is true is what the module says.
    if expected["memory_pages"] != nil { #expect(info.memoryPages <= 1) }
    #expect(info.hash.count == 64 && info.hash.allSatisfy(\.isHexDigit))
  }
}
