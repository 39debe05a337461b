// Modules that end their workers again and again: the rule by itself, and through the runtime.

import Glibc
import Testing
import WorkerProtocol

@testable import HanzoWasm

private func hash(_ number: Int) throws -> ModuleHash {
  try #require(ModuleHash(digest: (0..<32).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }))
}

private let second: Int64 = 1_000_000_000

@Suite("Quarantine")
struct QuarantineTests {
  @Test("a module is locked out after so many ends within the window, and no other with it")
  func rule() throws {
    var state = QuarantineState(WasmConfig.Quarantine(workers: 3, window: .seconds(10), duration: .seconds(60)))
    let module = try hash(1)
    #expect(state.workerEnded(by: module, now: 0) == nil)
    #expect(state.workerEnded(by: module, now: second) == nil)
    #expect(state.until(module, now: second) == nil)
    #expect(state.workerEnded(by: module, now: 2 * second) == 62 * second)
    #expect(state.until(module, now: 61 * second) == 62 * second)
    #expect(state.until(try hash(2), now: 3 * second) == nil)
    // Its workers that end afterwards change nothing.
    #expect(state.workerEnded(by: module, now: 3 * second) == nil)
    #expect(state.until(module, now: 62 * second) == nil)
  }

  @Test("ends that lie further apart than the window do not count together")
  func window() throws {
    var state = QuarantineState(WasmConfig.Quarantine(workers: 2, window: .seconds(10), duration: .seconds(60)))
    for step in 0..<20 { #expect(state.workerEnded(by: try hash(1), now: Int64(step) * 10 * second) == nil) }
    #expect(state.workerEnded(by: try hash(1), now: 195 * second) != nil)
  }

  @Test("whoever goes on at once is locked out for twice as long, up to an hour, and after good conduct as at first")
  func doubling() throws {
    var state = QuarantineState(WasmConfig.Quarantine(workers: 1, window: .seconds(10), duration: .seconds(60)))
    var now: Int64 = 0
    var terms: [Int64] = []
    for _ in 0..<9 {
      let until = try #require(state.workerEnded(by: try hash(1), now: now))
      terms.append((until - now) / second)
      now = until
    }
    #expect(terms == [60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600])
    now += 10 * second
    #expect(state.workerEnded(by: try hash(1), now: now) == now + 60 * second)
  }

  @Test("a pardon ends it, and without a policy nobody is locked out")
  func pardon() throws {
    var state = QuarantineState(WasmConfig.Quarantine(workers: 1))
    _ = state.workerEnded(by: try hash(1), now: 0)
    #expect(state.pardon(try hash(1), now: second))
    #expect(state.until(try hash(1), now: second) == nil)
    #expect(!state.pardon(try hash(1), now: second))
    var none = QuarantineState(nil)
    for _ in 0..<100 { #expect(none.workerEnded(by: try hash(1), now: 0) == nil) }
  }

  @Test("what is remembered is bounded, and the latest stays")
  func bounded() throws {
    var state = QuarantineState(WasmConfig.Quarantine(workers: 1, duration: .seconds(3_600)))
    for number in 0..<5_000 { _ = state.workerEnded(by: try hash(number), now: Int64(number)) }
    #expect(state.quarantined(now: 5_000).count <= 4_096)
    #expect(state.until(try hash(4_999), now: 5_000) != nil)
  }

  @Test("a module whose workers crash is refused with the time until then; another module goes on; a pardon admits it")
  func throughTheRuntime() async throws {
    try await FakeWorkers.withModule("normal", { $0.pool.quarantine = .init(workers: 3) }) { (runtime) async throws in
      try await runtime.loadModule("other", FakeWorkers.bytes("other"))
      for function in ["abort", "two_answers", "exit_77"] {
        _ = await wasmError { try await runtime.execute("m", function) }
      }
      try await until { runtime.statistics.quarantines == 1 }
      let refused = await wasmError { try await runtime.execute("m", "echo", 1) }
      #expect(refused?.code == .quarantined && refused?.execution == .notStarted && refused?.fault == .guest)
      let wait = try #require(refused?.retryAfter)
      #expect(wait > .seconds(30) && wait <= .seconds(60))
      #expect(runtime.status().quarantined.count == 1)
      #expect(try await runtime.execute("other", "echo", 1) == .integer(1))
      #expect(try runtime.endQuarantine(of: "m"))
      #expect(try await runtime.execute("m", "echo", 1) == .integer(1))
      #expect(try !runtime.endQuarantine(of: "m"))
    }
  }

  @Test("deadlines, cancellations, traps and kills from outside do not count")
  func innocent() async throws {
    try await FakeWorkers.withModule("normal", { $0.pool.quarantine = .init(workers: 1) }) { (runtime) async throws in
      var late = Invocation(module: "m", function: "spin")
      late.limits.executionTime = .milliseconds(100)
      #expect(await wasmError { try await runtime.invoke(late) }?.code == .timedOut)
      #expect(await wasmError { try await runtime.execute("m", "trap") }?.code == .trap)
      #expect(await wasmError { try await runtime.execute("m", "kill_self") }?.code == .workerKilled)
      let task = Task { try await runtime.execute("m", "spin") }
      try await until { runtime.statistics.running == 1 }
      task.cancel()
      _ = await task.result
      #expect(try await runtime.execute("m", "echo", 1) == .integer(1))
      #expect(runtime.statistics.quarantines == 0)
    }
  }

  @Test("calls that wait when their module is locked out are refused, too")
  func waitingCalls() async throws {
    try await FakeWorkers.withModule(
      "normal",
      {
        $0.pool.maxWorkers = 1
        $0.pool.quarantine = .init(workers: 1)
      }
    ) { (runtime) async throws in
      let first = Task { await wasmError { try await runtime.execute("m", "stop") } }
      try await until { runtime.statistics.running == 1 }
      let second = Task { await wasmError { try await runtime.execute("m", "echo", 1) } }
      try await until { runtime.statistics.queued == 1 }
      // It stands still until now, and then it crashes.
      let worker = try #require(runtime.status().workers.first?.pid)
      #expect(kill(worker, SIGABRT) == 0 && kill(worker, SIGCONT) == 0)
      #expect(await first.value?.code == .workerCrashed)
      #expect(await second.value?.code == .quarantined)
    }
  }
}
