// What a runtime counts, and what a call's usage says, with workers that misbehave. That the metrics say the same is
// tested in Tests/HanzoWasmObservabilityTests.

import HanzoWasm
import Testing

@Suite("Statistics")
struct StatisticsTests {
  @Test("every call counts once, with its time and its fuel")
  func calls() async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      var queue: Duration = .zero
      var execution: Duration = .zero
      for _ in 0..<3 {
        let usage = try await runtime.invoke(Invocation(module: "m", function: "echo")).usage
        #expect(usage.fuel == 7 && usage.executionTime > .zero && usage.executionTime <= usage.wallTime)
        #expect(usage.queueTime == .zero && usage.loadTime == .zero && !usage.startedWorker)
        queue += usage.queueTime
        execution += usage.executionTime
      }
      let failed = await wasmError { try await runtime.execute("m", "no_such_function") }
      let usage = try #require(failed?.partial?.usage)
      _ = await wasmError { try await runtime.execute("unknown", "echo") }
      let statistics = runtime.statistics
      #expect(statistics.calls == 5 && statistics.succeeded == 4 && statistics.failed == [.functionNotFound: 1])
      #expect(statistics.fuel == 21)
      // With the load, which waited for the start of its worker.
      #expect(statistics.queueTime.count == 5 && statistics.queueTime.sum > queue)
      #expect(statistics.loadTime.count == 1 && statistics.loadTime.sum > .zero)
      #expect(statistics.executionTime.count == 4)
      #expect(statistics.executionTime.sum == execution + usage.executionTime)
      #expect(statistics.workersByState.idle == 1 && statistics.workers == 1)
    }
  }

  @Test("a call says that it waited for a worker's start, and how long the module took to load there")
  func coldCall() async throws {
    try await WasmRuntime.withRuntime(FakeWorkers.config { $0.pool.maxWorkers = 2 }) { (runtime) async throws in
      try await runtime.loadModule("m", FakeWorkers.bytes("m"))
      // The one worker is taken, for as long as it takes, so that the next call starts another one.
      let first = Task { await wasmError { try await runtime.execute("m", "stop") } }
      try await until { runtime.statistics.running == 1 }
      let usage = try await runtime.invoke(Invocation(module: "m", function: "echo")).usage
      #expect(usage.startedWorker)
      #expect(usage.queueTime > .zero && usage.loadTime > .zero && usage.executionTime > .zero)
      #expect(usage.queueTime + usage.loadTime + usage.executionTime <= usage.wallTime)
      first.cancel()
      #expect(await first.value?.code == .cancelled)
    }
  }

  @Test("a worker's word about fuel counts for no more than the call was allowed")
  func boast() async throws {
    try await FakeWorkers.withModule {
      $0.fuelLimit = 1_000
    } _: { (runtime) async throws in
      #expect(try await runtime.invoke(Invocation(module: "m", function: "boasts_of_fuel")).usage.fuel == 1_000)
      #expect(runtime.statistics.fuel == 1_000)
    }
    try await FakeWorkers.withModule {
      $0.fuelLimit = nil
    } _: { (runtime) async throws in
      _ = try await runtime.execute("m", "boasts_of_fuel")
      _ = try await runtime.execute("m", "boasts_of_fuel")
      #expect(runtime.statistics.fuel == .max)
    }
  }

  @Test("a call that was killed says where its time went")
  func killedCall() async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      var invocation = Invocation(module: "m", function: "logs_then_spin")
      invocation.limits.executionTime = .milliseconds(200)
      let partial = await wasmError { try await runtime.invoke(invocation) }?.partial
      #expect(partial?.logs.map(\.message) == ["live"])
      let usage = try #require(partial?.usage)
      #expect(usage.executionTime > .milliseconds(100) && usage.executionTime <= usage.wallTime)
      #expect(usage.fuel == 0 && usage.workerTime == .zero)
      #expect(runtime.statistics.executionTime.sum >= usage.executionTime)
    }
  }

  @Test("a call that was never accepted used nothing, and says so")
  func refusedCall() async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      var invocation = Invocation(module: "m", function: "echo")
      invocation.limits.executionTime = .nanoseconds(1)
      let error = await wasmError { try await runtime.invoke(invocation) }
      #expect(error?.code == .timedOut && error?.partial == nil)
      #expect(runtime.statistics.queueTime.count == 1)
    }
  }

  private static let endings: [(function: String, kill: RuntimeStatistics.Kill?, loss: ErrorCode?)] = [
    ("wrong_id", .protocolViolation, nil),
    ("close_stdout", .protocolViolation, nil),
    ("spin", .timedOut, nil),
    ("abort", nil, .workerCrashed),
    ("exit_77", nil, .memoryLimitExceeded),
    ("sigsys", nil, .sandboxViolation),
    ("sigxcpu", nil, .cpuTimeExceeded),
    ("kill_self", nil, .workerKilled),
  ]

  @Test("the end of a worker counts by what ended it", arguments: endings.indices)
  func ends(index: Int) async throws {
    let (function, kill, loss) = Self.endings[index]
    let runtime = try WasmRuntime(FakeWorkers.config())
    try await runtime.loadModule("m", FakeWorkers.bytes("m"))
    var invocation = Invocation(module: "m", function: function)
    if kill == .timedOut { invocation.limits.executionTime = .milliseconds(200) }
    #expect(await wasmError { try await runtime.invoke(invocation) } != nil)
    // Counted when it has been reaped.
    await runtime.shutdown()
    let statistics = runtime.statistics
    #expect(statistics.kills == (kill.map { [$0: 1] } ?? [:]))
    #expect(statistics.losses == (loss.map { [$0: 1] } ?? [:]))
    #expect(statistics.startFailures.isEmpty)
    #expect(statistics.workers == 0 && statistics.workersByState.ending == 0)
  }

  @Test("cancelled calls, calls at a shutdown, CPU hogs and idle workers are told apart")
  func kills() async throws {
    let runtime = try WasmRuntime(FakeWorkers.config { $0.pool.maxWorkers = 4 })
    try await runtime.loadModule("m", FakeWorkers.bytes("m"))
    let cancelled = Task { try await runtime.execute("m", "spin") }
    try await until { runtime.statistics.running == 1 }
    cancelled.cancel()
    #expect(await wasmError { try await cancelled.value }?.code == .cancelled)
    var hog = Invocation(module: "m", function: "spin")
    hog.limits.cpuTime = .milliseconds(50)
    #expect(await wasmError { try await runtime.invoke(hog) }?.code == .cpuTimeExceeded)
    let late = Task { try await runtime.execute("m", "spin") }
    try await until { runtime.statistics.running == 1 }
    #expect(try await runtime.execute("m", "echo", 1) == 1)
    await runtime.shutdown(graceful: false)
    #expect(await wasmError { try await late.value }?.code == .shutDown)
    #expect(runtime.statistics.kills == [.cancelled: 1, .cpuTimeExceeded: 1, .shutDown: 1, .retired: 1])
    #expect(runtime.statistics.losses.isEmpty && runtime.statistics.workersStarted == 4)
  }

  @Test(
    "starts that fail count by what the calls are told",
    arguments: [
      ("never-ready", ErrorCode.sandboxUnavailable, RuntimeStatistics.Kill.startTimedOut),
      ("forged-ready", .sandboxUnavailable, .startFailed), ("exit-97", .sandboxUnavailable, nil),
    ] as [(String, ErrorCode, RuntimeStatistics.Kill?)])
  func startFailures(mode: String, code: ErrorCode, kill: RuntimeStatistics.Kill?) async throws {
    let runtime = try WasmRuntime(
      FakeWorkers.config(mode) {
        // The others end by themselves, however long a busy machine takes to start them.
        if kill == .startTimedOut { $0.pool.startTimeout = .milliseconds(500) }
      })
    #expect(await wasmError { try await runtime.loadModule("m", FakeWorkers.bytes("m")) }?.code == code)
    await runtime.shutdown()
    let statistics = runtime.statistics
    #expect(statistics.startFailures == [code: statistics.workersStarted] && statistics.workersStarted > 0)
    #expect(statistics.kills == (kill.map { [$0: statistics.workersStarted] } ?? [:]))
    #expect(statistics.losses == (kill == nil ? [code: statistics.workersStarted] : [:]))
  }
}
