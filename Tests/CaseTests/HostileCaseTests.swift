/// Hostile modules: each gets one of the accepted answers, and the runtime works on.

import Foundation
import HanzoWasm
import Testing
import WasmJSON

/// One hostile module with the answers that a good runtime may give.
struct HostileCase: Sendable, CustomTestStringConvertible {
  let json: JSONValue

  var testDescription: String { json["id"]?.stringValue ?? "a case without an id" }

  static let all: [HostileCase] =
    (Environment.document("hostile/cases.json")["cases"]?.arrayValue ?? []).map(HostileCase.init)
}

@Suite(
  "hostile modules",
  // Each case has workers and pipes of its own, and Foundation's Process reads beyond its list of descriptors when that is long.
  .serialized,
  .enabled(if: Environment.isComplete, "needs HANZO_WASM_SHARED (with cases/) and HANZO_WASM_WORKER"))
struct HostileCaseTests {
  @Test("all the cases are there")
  func complete() {
    #expect(HostileCase.all.count == 10)
  }

  @Test("a hostile module gets an accepted answer, and the next call works", arguments: HostileCase.all)
  func hostile(_ testCase: HostileCase) async throws {
    let json = testCase.json
    let function = try #require(json["function"]?.stringValue)
    let parameters = try JSONValue(parsing: try #require(json["params_text"]?.stringValue))
    let accepted = try #require(json["accept"]?.arrayValue)
    let bytes = try Environment.bytes("hostile/\(try #require(json["wasm"]?.stringValue))")
    let good = try Environment.bytes("seed/wasm/math_add.wasm")
    let before = Self.residentMebibytes()
    try await WasmRuntime.withRuntime(Environment.config(json["config"])) { runtime in
      try await runtime.loadModule("math_add", good)
      for _ in 0..<2 {
        let answer = try await CaseAnswer.of {
          try await runtime.loadModule("hostile", bytes)
          return try await runtime.execute("hostile", function, parameters)
        }
        #expect(answer.satisfies(oneOf: accepted), "\(answer)")
        #expect(try await runtime.execute("math_add", "add", [5, 3]) == 8)
        #expect(runtime.listModules().contains("math_add"))
      }
    }
    for check in json["checks"]?.arrayValue ?? [] {
      guard let text = check.stringValue, text.hasPrefix("rss<="), text.hasSuffix("MiB"),
        let limit = Int(text.dropFirst(5).dropLast(3))
      else {
        Issue.record("an unknown check \(check)")
        continue
      }
      // Other tests share this process: what counts is the growth.
      #expect(Self.residentMebibytes() - before <= limit)
    }
  }

  /// The host's own resident size.
  private static func residentMebibytes() -> Int {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
      let kibibytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
    else { return 0 }
    return kibibytes / 1_024
  }
}
