// Calls that differ in their arguments only: from the third one on they go by a plan, and nobody can tell.

import Testing
import WasmJSON

@testable import HanzoWasm

@Suite("Calls by a plan")
struct CallPlanTests {
  /// Runs the body with a runtime whose calls of `as_told` go by a plan.
  private func withPlan(
    _ change: (inout WasmConfig) -> Void = { _ in }, _ body: (WasmRuntime) async throws -> Void
  ) async throws {
    try await FakeWorkers.withModule("normal", change) { (runtime) async throws in
      try await warmUp(runtime)
      try await body(runtime)
    }
  }

  private func warmUp(_ runtime: WasmRuntime) async throws {
    for _ in 0..<3 { _ = try await runtime.execute("m", "as_told", "echo") }
  }

  private func told(_ runtime: WasmRuntime, _ what: String) async throws -> JSONValue {
    try await runtime.execute("m", "as_told", .string(what))
  }

  private func failure(_ runtime: WasmRuntime, _ what: String) async -> WasmError? {
    await wasmError { try await told(runtime, what) }
  }

  @Test("the third call and those after it go by a plan; those of another kind make their own")
  func plans() async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      for _ in 0..<2 { _ = try await runtime.execute("m", "echo", 1) }
      #expect(runtime.core.answeredInPlace == 0)
      for number in 0..<20 {
        #expect(try await runtime.execute("m", "echo", JSONValue(number)) == JSONValue(number))
      }
      // The moment may be over before a busy machine has run the worker.
      #expect(runtime.core.answeredInPlace > 0)
      var limited = Invocation(module: "m", function: "fuel")
      for fuel in [5, 5, 5, 5, 6, 6, 6, 5, 6, 7] as [UInt64] {
        limited.limits.fuel = fuel
        #expect(try await runtime.invoke(limited).json() == JSONValue(fuel))
      }
      let unlimited = try await runtime.execute("m", "fuel")
      #expect(unlimited == runtime.config.fuelLimit.map { JSONValue($0) } ?? .null)
    }
  }

  @Test("values of every kind, and of any length, come back as they went")
  func values() async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      let long = String(repeating: "long ", count: 30_000)
      let values: [JSONValue] = [
        .null, true, 0, -7, .unsigned(.max), 0.25, "", "ü\n\"", [1, 2], ["a": [1]], .string(long),
        .array(.init(repeating: 7, count: 3_000)),
      ]
      for _ in 0..<30 {
        for value in values { #expect(try await runtime.execute("m", "echo", value) == value) }
      }
      #expect(runtime.statistics.workersStarted == 1)
    }
  }

  @Test("a call by a plan is told and counted like any other")
  func usage() async throws {
    try await withPlan { (runtime) async throws in
      let before = runtime.statistics
      let call = Invocation(module: "m", function: "as_told", parameters: "echo")
      var execution = Duration.zero
      for _ in 0..<10 {
        let outcome = try await runtime.invoke(call)
        #expect(outcome.usage.fuel == 7 && outcome.usage.fuelModel == "fake")
        #expect(outcome.usage.wallTime >= outcome.usage.executionTime && outcome.usage.executionTime > .zero)
        #expect(outcome.usage.loadTime == .zero && !outcome.usage.startedWorker)
        execution += outcome.usage.executionTime
      }
      let after = runtime.statistics
      #expect(after.calls == before.calls + 10 && after.succeeded == before.succeeded + 10)
      #expect(after.fuel == before.fuel + 70)
      #expect(after.executionTime.count == before.executionTime.count + 10)
      #expect(after.executionTime.sum == before.executionTime.sum + execution)
      #expect(after.queueTime.count == before.queueTime.count + 10)
      #expect(after.running == 0 && after.workersByState.idle == 1)
    }
  }

  @Test(
    "what a worker does wrong has the same code as without a plan, and the next call succeeds",
    arguments: HostileWorkerTests.misbehaviours.indices)
  func misbehaviour(index: Int) async throws {
    let (function, code) = HostileWorkerTests.misbehaviours[index]
    try await withPlan { (runtime) async throws in
      let before = try await told(runtime, "pid")
      let error = await failure(runtime, function)
      #expect(error?.code == code, "\(String(describing: error))")
      #expect(error?.execution == .maybeRan && error?.function == "as_told" && error?.module == "m")
      #expect(try await told(runtime, "echo") == "echo")
      #expect(try await told(runtime, "pid") != before)
    }
  }

  @Test("failures, messages, and answers that come late reach their callers")
  func others() async throws {
    try await withPlan { (runtime) async throws in
      let before = try await told(runtime, "pid")
      for round in 0..<100 {
        switch round % 10 {
        case 3: #expect(await failure(runtime, "trap")?.code == .trap)
        case 5:
          let call = Invocation(module: "m", function: "as_told", parameters: "logs")
          #expect(try await runtime.invoke(call).logs.map(\.message) == ["live"])
        case 7: #expect(try await told(runtime, "milliseconds_100") == 1)
        case 8: #expect(await failure(runtime, "always_forgotten")?.code == .moduleNotFound)
        case 9: #expect(try await told(runtime, "forget") == 1)
        default: #expect(try await told(runtime, "echo") == "echo")
        }
      }
      #expect(try await told(runtime, "pid") == before)
    }
  }

  @Test("a second answer reaches nobody", arguments: ["two_answers", "late_second_answer", "answer_then_flood"])
  func secondAnswer(function: String) async throws {
    try await withPlan { (runtime) async throws in
      let before = try await told(runtime, "pid")
      #expect(try await told(runtime, function) == 1)
      // It is found out at the next call at the latest, which is not answered by it.
      let next = await failure(runtime, "pid")
      #expect(next == nil || next?.code == .protocolViolation)
      #expect(await failure(runtime, "echo") == nil)
      if next != nil { #expect(try await told(runtime, "pid") != before) }
    }
  }

  @Test("a call that does not end is ended at its deadline, by its caller's cancellation, or by a shutdown at once")
  func ends() async throws {
    try await withPlan { (runtime) async throws in
      var call = Invocation(module: "m", function: "as_told", parameters: "spin")
      call.limits.executionTime = .milliseconds(100)
      let clock = ContinuousClock()
      let began = clock.now
      let late = await wasmError { try await runtime.invoke(call) }
      #expect(late?.code == .timedOut && late?.phase == .executing && late?.execution == .maybeRan)
      #expect(clock.now - began >= .milliseconds(100))
      try await warmUp(runtime)

      call.limits.executionTime = nil
      let spinning = call
      let task = Task { await wasmError { try await runtime.invoke(spinning) } }
      try await until { runtime.statistics.running == 1 }
      task.cancel()
      #expect(await task.value?.code == .cancelled)
      try await warmUp(runtime)

      let last = Task { await wasmError { try await runtime.invoke(spinning) } }
      try await until { runtime.statistics.running == 1 }
      await runtime.shutdown(graceful: false)
      #expect(await last.value?.code == .shutDown)
      #expect(await wasmError { try await runtime.invoke(call) }?.code == .shutDown)
    }
  }

  @Test("a cancelled caller's call is not made")
  func cancelledBefore() async throws {
    try await withPlan { (runtime) async throws in
      let calls = try await told(runtime, "calls")
      let task = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        return await failure(runtime, "echo")
      }
      #expect(await task.value?.code == .cancelled)
      // Its worker, if it had one, has been ended: another one begins to count anew.
      let next = try await told(runtime, "calls").int64Value
      #expect(next.map { JSONValue($0 - 1) } == calls || next == 1)
    }
  }

  @Test("a runtime that waits for its calls waits for one in place")
  func gracefulEnd() async throws {
    try await withPlan { (runtime) async throws in
      let call = Task { try await told(runtime, "milliseconds_2000") }
      try await until { runtime.statistics.running == 1 }
      await runtime.shutdown()
      #expect(try await call.value == 1)
      #expect(runtime.statistics.workers == 0)
    }
  }

  @Test("a worker is replaced after its calls, and a runtime's limits hold")
  func limits() async throws {
    try await withPlan({ $0.pool.maxCallsPerWorker = 10 }) { (runtime) async throws in
      for _ in 0..<97 { #expect(try await told(runtime, "echo") == "echo") }
      // 100 calls in all.
      #expect(runtime.statistics.workersStarted >= 10)
      var call = Invocation(module: "m", function: "as_told", parameters: "echo")
      call.limits.executionTime = runtime.config.maxExecutionTime + .seconds(1)
      #expect(await wasmError { try await runtime.invoke(call) }?.code == .neverFits)
      call.limits.executionTime = .zero
      #expect(await wasmError { try await runtime.invoke(call) }?.code == .invalidConfiguration)
      call.limits.executionTime = .milliseconds(2_000)
      #expect(try await runtime.invoke(call).json() == "echo")
      call.limits.fuel = 0
      #expect(await wasmError { try await runtime.invoke(call) }?.code == .invalidConfiguration)
    }
  }

  @Test("the memory budget, and how many workers a module may have, hold for calls by a plan")
  func sharedLimits() async throws {
    try await withPlan({
      $0.pool.maxWorkers = 4
      $0.pool.maxWorkersPerModule = 1
      $0.maxMemoryBytes = 64 << 20
      $0.pool.memoryBudgetBytes = 100 << 20
    }) { (runtime) async throws in
      for _ in 0..<10 { _ = try await told(runtime, "echo") }
      #expect(runtime.core.answeredInPlace > 0)
      let long = Task { try await told(runtime, "milliseconds_2000") }
      try await until { runtime.statistics.running == 1 }
      // It waits until the other one has been answered.
      let outcome = try await runtime.invoke(Invocation(module: "m", function: "as_told", parameters: "echo"))
      #expect(outcome.usage.queueTime > .zero)
      #expect(try await long.value == 1)
      #expect(runtime.statistics.workersStarted == 1)
    }
  }

  @Test("an unloaded module is not called, and one of the same name is another one")
  func replaced() async throws {
    try await withPlan { (runtime) async throws in
      #expect(runtime.unloadModule("m"))
      #expect(await failure(runtime, "echo")?.code == .moduleNotFound)
      try await runtime.loadModule("m", FakeWorkers.bytes("other"))
      #expect(try await told(runtime, "calls") == 1)
      try await warmUp(runtime)
      try await runtime.loadModule("m", FakeWorkers.bytes("third"))
      #expect(try await told(runtime, "calls") == 1)
    }
  }

  @Test("many callers at once get their own answers")
  func many() async throws {
    try await withPlan({ $0.pool.maxWorkers = 4 }) { (runtime) async throws in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for caller in 0..<16 {
          group.addTask { () async throws in
            for number in 0..<100 {
              let value = JSONValue(caller * 1_000 + number)
              #expect(try await runtime.execute("m", "echo", value) == value)
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(runtime.statistics.running == 0 && runtime.statistics.failed.isEmpty)
    }
  }

  @Test("plans are kept for the last 8 kinds of calls, from the second of a kind on")
  func kinds() async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      for round in 0..<3 {
        for fuel in 1...12 as ClosedRange<UInt64> {
          var call = Invocation(module: "m", function: "fuel")
          call.limits.fuel = fuel
          for _ in 0..<3 { #expect(try await runtime.invoke(call).json() == JSONValue(fuel), "round \(round)") }
        }
      }
      var lenient = Invocation(module: "m", function: "fuel")
      lenient.parameters = .lenient
      for _ in 0..<3 { _ = try await runtime.invoke(lenient) }
      #expect(runtime.statistics.failed.isEmpty)
    }
  }
}
