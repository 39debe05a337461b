// Workers that break the protocol, crash, stall and flood. After every one of them the next call succeeds.

import HanzoWasm
import Testing

@Suite("Hostile workers")
struct HostileWorkerTests {
  /// What the worker does, and what the caller is told.
  static let misbehaviours: [(String, ErrorCode)] = [
    ("killed_mid_frame", .workerKilled),
    ("half_frame_exit", .workerCrashed),
    ("wrong_id", .protocolViolation),
    ("wrong_kind", .protocolViolation),
    ("ready_again", .protocolViolation),
    ("forbidden_code", .protocolViolation),
    ("unasked_profile", .protocolViolation),
    ("broken_profile", .protocolViolation),
    ("host_call", .protocolViolation),
    ("oversize_json", .protocolViolation),
    ("oversize_attachment", .protocolViolation),
    ("empty_frame", .protocolViolation),
    ("not_json", .protocolViolation),
    ("deep_json", .protocolViolation),
    ("log_flood", .protocolViolation),
    ("close_stdout", .protocolViolation),
    ("close_stdin", .protocolViolation),
    ("abort", .workerCrashed),
    ("segv", .workerCrashed),
    ("sigsys", .sandboxViolation),
    ("sigxcpu", .cpuTimeExceeded),
    ("kill_self", .workerKilled),
    ("exit_77", .memoryLimitExceeded),
    ("exit_0", .workerCrashed),
    ("exit_70", .workerCrashed),
  ]

  @Test("every misbehaviour has its code, and the next call succeeds", arguments: misbehaviours.indices)
  func misbehaviour(index: Int) async throws {
    let (function, code) = Self.misbehaviours[index]
    try await FakeWorkers.withModule { (runtime) async throws in
      let before = try await pid(runtime)
      let error = await wasmError { try await runtime.execute("m", function) }
      #expect(error?.code == code, "\(String(describing: error))")
      #expect(error?.execution == .maybeRan)
      #expect(error?.function == function)
      #expect(try await runtime.execute("m", "echo", "next") == "next")
      #expect(try await pid(runtime) != before)
    }
  }

  @Test("a complete answer beats the exit that follows it")
  func answerThenExit() async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      #expect(try await runtime.execute("m", "answer_then_exit") == .integer(42))
      // The next call may have been handed to the worker in the moment before its end was seen, not longer.
      let next = await wasmError { try await runtime.execute("m", "echo", 0) }
      #expect(next == nil || next?.code == .workerCrashed)
      #expect(try await runtime.execute("m", "echo", 1) == .integer(1))
    }
  }

  @Test(
    "of two answers the first counts, and the second reaches nobody", arguments: ["two_answers", "answer_then_flood"])
  func twoAnswers(function: String) async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      let before = try await pid(runtime)
      #expect(try await runtime.execute("m", function) == .integer(1))
      // The worker may be found out before or during the next call, which must not be answered by it.
      let next = await wasmError { try await runtime.execute("m", "echo", "mine") }
      #expect(next == nil || next?.code == .protocolViolation)
      #expect(try await runtime.execute("m", "echo", "mine") == "mine")
      #expect(try await pid(runtime) != before)
    }
  }

  @Test("an answer that nobody asked for ends an idle worker")
  func lateAnswer() async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      #expect(try await runtime.execute("m", "late_second_answer") == .integer(1))
      // It leaves the pool first, and is counted when it has been reaped.
      try await until { runtime.statistics.workersLost == 1 }
      #expect(runtime.statistics.workers == 0)
      #expect(try await runtime.execute("m", "echo", 5) == .integer(5))
    }
  }

  @Test(
    "a worker that spins, stops or drips is killed at the deadline, which progress does not move",
    arguments: ["spin", "stop", "drip"])
  func deadline(function: String) async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      var invocation = Invocation(module: "m", function: function)
      invocation.limits.executionTime = .milliseconds(200)
      let began = ContinuousClock.now
      let error = await wasmError { try await runtime.invoke(invocation) }
      #expect(ContinuousClock.now - began < .seconds(10))
      #expect(error?.code == .timedOut)
      #expect(error?.phase == .executing)
      #expect(error?.fault == .guest)
      #expect(try await runtime.execute("m", "echo", 1) == .integer(1))
    }
  }

  @Test("the deadline covers loading")
  func loadDeadline() async throws {
    try await WasmRuntime.withRuntime(FakeWorkers.config { $0.maxExecutionTime = .seconds(3) }) {
      (runtime) async throws in
      let error = await wasmError { try await runtime.loadModule("s", FakeWorkers.bytes("spin")) }
      #expect(error?.code == .timedOut)
      #expect(error?.phase == .loading)
      #expect(error?.execution == .notStarted)
    }
  }

  @Test("a crash while loading is told as such, and nothing has run")
  func loadCrash() async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      let error = await wasmError { try await runtime.loadModule("a", FakeWorkers.bytes("abort")) }
      #expect(error?.code == .workerCrashed)
      #expect(error?.execution == .notStarted)
      #expect(error?.signal == 6)
    }
  }

  @Test("a worker that answers before it has read the whole request is not believed")
  func earlyAnswer() async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      try await runtime.loadModule("m", FakeWorkers.bytes("hasty"))
      let bytes = [UInt8](repeating: 1, count: 3_000_000)
      let call = Invocation(module: "m", entry: .function("length_of_input"), input: .bytes(bytes))
      // Depending on who is faster, the answer comes before or after it is known that the request waits for room.
      let error = await wasmError { _ = try await runtime.invoke(call) }
      #expect(error == nil || error?.code == .protocolViolation, "\(String(describing: error))")
      try await until { runtime.statistics.workersLost == 1 }
    }
  }

  @Test("a worker that never reads a large request is killed at the deadline")
  func neverReads() async throws {
    try await WasmRuntime.withRuntime(FakeWorkers.config()) { (runtime) async throws in
      try await runtime.loadModule("m", FakeWorkers.bytes("deaf"))
      var invocation = Invocation(
        module: "m", entry: .function("echo"), input: .bytes([UInt8](repeating: 0, count: 1 << 20)))
      invocation.limits.executionTime = .milliseconds(200)
      #expect(await wasmError { try await runtime.invoke(invocation) }?.code == .timedOut)
    }
  }

  @Test("cancelling the task answers at once and ends the worker")
  func cancellation() async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      let before = try await pid(runtime)
      let call = Task { await wasmError { try await runtime.execute("m", "spin") } }
      try await until { runtime.statistics.running > 0 }
      call.cancel()
      #expect(await call.value?.code == .cancelled)
      #expect(try await pid(runtime) != before)
    }
  }

  @Test("a killed worker fails only its own call")
  func onlyItsOwn() async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      async let other = runtime.execute("m", "milliseconds_100")
      let error = await wasmError { try await runtime.execute("m", "kill_self") }
      #expect(error?.code == .workerKilled)
      #expect(try await other == .integer(1))
    }
  }

  @Test("a flood on standard error changes nothing but the kept tail")
  func standardErrorFlood() async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      #expect(try await runtime.execute("m", "stderr_flood") == .integer(1))
      let error = await wasmError { try await runtime.execute("m", "abort") }
      let tail = try #require(error?.standardErrorTail)
      #expect(tail.utf8.count <= 65_536)
      #expect(!tail.utf8.contains(0x1B))
    }
  }

  @Test("a flood on standard error without a call ends the worker")
  func idleFlood() async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      #expect(try await runtime.execute("m", "stderr_flood_when_idle") == .integer(1))
      try await until { runtime.statistics.workers == 0 }
      #expect(try await runtime.execute("m", "echo", 1) == .integer(1))
    }
  }

  @Test("a call that timed out keeps what it had logged, and the worker's last words")
  func partial() async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      var invocation = Invocation(module: "m", function: "logs_then_spin")
      invocation.limits.executionTime = .milliseconds(300)
      let error = await wasmError { try await runtime.invoke(invocation) }
      #expect(error?.partial?.logs.map(\.message) == ["live"])
      #expect(error?.standardErrorTail == "last words")
    }
  }

  @Test("a call that uses more CPU time than it may is stopped before its deadline")
  func cpuTime() async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      var invocation = Invocation(module: "m", function: "spin")
      invocation.limits.cpuTime = .milliseconds(50)
      let error = await wasmError { try await runtime.invoke(invocation) }
      #expect(error?.code == .cpuTimeExceeded)
      // Waiting is not using CPU time.
      var waiting = Invocation(module: "m", function: "milliseconds_100")
      waiting.limits.cpuTime = .milliseconds(80)
      #expect(try await runtime.invoke(waiting).value == .json(1))
    }
  }
}

@Suite("Workers that do not start")
struct StartTests {
  static let modes: [(String, ErrorCode, String?)] = [
    ("crash-before-ready", .sandboxUnavailable, "worker"),
    ("exit-97", .sandboxUnavailable, "seccomp"),
    ("forged-ready", .sandboxUnavailable, "seccomp"),
    ("oversized-ready", .protocolViolation, nil),
    ("other-build", .sandboxUnavailable, "worker"),
    ("talks-before-configure", .protocolViolation, nil),
    ("never-ready", .sandboxUnavailable, "worker"),
  ]

  @Test("no byte of a module reaches a worker that is not what it must be", arguments: modes.indices)
  func refused(index: Int) async throws {
    let (mode, code, layer) = Self.modes[index]
    let config = try FakeWorkers.config(mode) {
      // The others are found out, however long a busy machine takes to start them.
      if mode == "never-ready" { $0.pool.startTimeout = .milliseconds(1_500) }
    }
    try await WasmRuntime.withRuntime(config) { (runtime) async throws in
      let error = await wasmError { try await runtime.loadModule("m", FakeWorkers.bytes("m")) }
      #expect(error?.code == code, "\(String(describing: error))")
      #expect(error?.layer == layer)
      #expect(error?.execution == .notStarted)
      // Not started again at once: the error of the last start is the answer.
      let started = runtime.statistics.workersStarted
      #expect(await wasmError { try await runtime.loadModule("m", FakeWorkers.bytes("m")) }?.code == code)
      #expect(runtime.statistics.workersStarted <= started + 1)
    }
  }

  @Test("the last words of a worker that could not start are escaped")
  func lastWords() async throws {
    try await WasmRuntime.withRuntime(FakeWorkers.config("crash-before-ready")) { (runtime) async throws in
      let error = await wasmError { try await runtime.loadModule("m", FakeWorkers.bytes("m")) }
      #expect(error?.standardErrorTail.hasPrefix("cannot start: \\u{1b}[31mred\nsecond line") == true)
      #expect(error?.signal == 6)
    }
  }

  @Test("a configuration that the worker refuses is the caller's mistake")
  func refusedConfiguration() async throws {
    try await WasmRuntime.withRuntime(FakeWorkers.config { $0.features = ["refused"] }) { (runtime) async throws in
      let error = await wasmError { try await runtime.loadModule("m", FakeWorkers.bytes("m")) }
      #expect(error?.code == .invalidConfiguration)
    }
  }

  @Test("a slow start is waited for, within the call's deadline")
  func slow() async throws {
    try await FakeWorkers.withModule("slow-ready") { (runtime) async throws in
      #expect(try await runtime.execute("m", "echo", 1) == .integer(1))
      #expect(runtime.statistics.workersLost == 0)
    }
  }

  @Test("an executable that is missing, a directory, or writable by others is refused when the runtime is made")
  func executable() throws {
    for path in ["/nonexistent/worker", "/", "/dev/null"] {
      var config = WasmConfig()
      config.worker.path = path
      let error = #expect(throws: WasmError.self) { try WasmRuntime(config) }
      #expect(error?.code == .sandboxUnavailable)
      #expect(error?.layer == "worker")
    }
  }

  @Test("probe says that this machine can run the worker, and what is in the way if not")
  func probe() async throws {
    let good = await WasmRuntime.probe(try FakeWorkers.config())
    #expect(good.canRun)
    #expect(good.layers.map(\.name) == ["seccomp"])
    #expect(good.startTime != nil)
    let bad = await WasmRuntime.probe(try FakeWorkers.config("exit-97"))
    #expect(!bad.canRun)
    #expect(bad.problem?.layer == "seccomp")
    var missing = WasmConfig()
    missing.worker.path = "/nonexistent/worker"
    #expect(await WasmRuntime.probe(missing).problem?.code == .sandboxUnavailable)
  }
}
