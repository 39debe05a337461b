/// A worker that dies, stops, spins or floods fails only its own call; workers of different domains never meet; nothing
/// outlives the host.

import Foundation
import Testing
import WasmJSON

/// Something that happens to a worker during a call, and what the call must answer.
struct AttackCase: Sendable, CustomTestStringConvertible {
  let name: String
  let codes: Set<String>
  var signal: Int32?
  /// "notStarted" where the module's load is hit, before any call of it.
  var execution = "maybeRan"
  /// Whether the worker ends, so that another process serves the next call.
  var ends = true

  var testDescription: String { name }

  static let all = [
    AttackCase(name: "kill", codes: ["workerKilled"], signal: SIGKILL),
    AttackCase(name: "crash", codes: ["workerCrashed"], signal: SIGSEGV),
    AttackCase(name: "abort", codes: ["workerCrashed"], signal: SIGABRT),
    AttackCase(name: "bus", codes: ["workerCrashed"], signal: SIGBUS),
    AttackCase(name: "illegal", codes: ["workerCrashed"], signal: SIGILL),
    AttackCase(name: "forbidden", codes: ["sandboxViolation"], signal: SIGSYS),
    AttackCase(name: "stop", codes: ["timedOut"]),
    AttackCase(name: "spin", codes: ["timedOut"]),
    AttackCase(name: "flood", codes: ["fuelExhausted", "timedOut", "outputLimitExceeded"], ends: false),
    AttackCase(name: "nativeMemory", codes: ["memoryLimitExceeded"], execution: "notStarted"),
  ]
}

@Suite(
  "crash isolation", .serialized,
  .enabled(if: Requirements.hasWorker, "needs a worker: HANZO_WASM_WORKER"))
struct CrashIsolationTests {
  @Test(
    "what happens to a worker fails only its own call, with the right code, and leaves nothing behind",
    arguments: AttackCase.all)
  func attack(_ attack: AttackCase) throws {
    let report = try HostProcess.run("attack", attack.name)
    let code = try #require(report["code"]?.stringValue)
    #expect(attack.codes.contains(code), "\(report)")
    if let signal = attack.signal { #expect(report["signal"]?.int64Value == Int64(signal), "\(report)") }
    if attack.ends {
      #expect(report["replaced"] == true, "\(report)")
      #expect(report["execution"]?.stringValue == attack.execution, "\(report)")
    }
    #expect(report["add"] == 8, "another module's next call")
    #expect(report["noop"] == 1, "the same module's next call")
    // Foundation's Process, which one attack uses, may give back a descriptor of its own late: none may be added.
    #expect(
      try #require(report["descriptorsAfter"]?.int64Value) <= #require(report["descriptorsBefore"]?.int64Value),
      "\(report)")
    #expect(report["childrenAfter"] == report["childrenBefore"], "\(report)")
    #expect(report["zombies"] == 0)
    #expect(report["childrenAtEnd"] == 0)
    #expect(try #require(report["residentGrowthKibibytes"]?.int64Value) < 64 << 10, "\(report)")
    // Far from the 60 seconds that the call had: the end was seen, not waited for.
    #expect(try #require(report["milliseconds"]?.int64Value) < 20_000, "\(report)")
  }

  @Test("two modules never meet in one process unless they share a domain")
  func domains() throws {
    let report = try HostProcess.run("domains")
    func pids(_ name: String) throws -> [JSONValue] { try #require(report[name]?.arrayValue) }
    for name in ["a", "aAgain", "b", "aLater", "sharedA", "sharedB"] { #expect(try pids(name).count == 1, "\(report)") }
    #expect(try pids("a") == pids("aAgain"), "one module keeps its process")
    #expect(try pids("b") != pids("a"))
    #expect(try pids("aLater") != pids("b"))
    #expect(try pids("sharedA") == pids("sharedB"), "modules of one domain share it")
  }

  @Test("a guest may take exactly its memory limit while the module cache is full")
  func memoryLimit() throws {
    let report = try HostProcess.run("fill")
    #expect(report["workers"] == 1)
    #expect(report["pages"] == 1_024, "\(report)")
    #expect(report["beyond"] == -1, "\(report)")
    #expect(report["peak"] == JSONValue(64 << 20), "\(report)")
  }

  @Test("workers end when their host is killed, even while they spin", arguments: [1, 8, 50])
  func hostKilled(workers: Int) async throws {
    let host = try HostProcess(["spin", "\(workers)"])
    let report = try host.report()
    #expect(report["allBusy"] == true)
    let pids = try #require(report["pids"]?.arrayValue).compactMap(\.int64Value).map { Int($0) }
    #expect(pids.count == workers)
    try await host.killExpectingTheEnd(of: pids)
  }
}
