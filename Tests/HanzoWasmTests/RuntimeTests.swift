// The runtime's ordinary life, against a worker that answers what the test wants to see.

import HanzoWasm
import Testing

@Suite("Modules")
struct ModuleTests {
  @Test("modules are loaded, listed, described and unloaded")
  func management() async throws {
    try await WasmRuntime.withRuntime(FakeWorkers.config()) { (runtime) async throws in
      for name in ["mod1", "mod2", "mod3"] { try await runtime.loadModule(name, FakeWorkers.bytes("noop")) }
      #expect(runtime.listModules() == ["mod1", "mod2", "mod3"])
      #expect(runtime.unloadModule("mod2"))
      #expect(runtime.listModules() == ["mod1", "mod3"])
      #expect(!runtime.unloadModule("never-loaded"))
      runtime.clearModules()
      #expect(runtime.listModules() == [])
      #expect(runtime.moduleInfo("mod1") == nil)
    }
  }

  @Test("a module's information is the worker's, its name and hash are the host's")
  func info() async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      let info = try #require(runtime.moduleInfo("m"))
      #expect(info.name == "m")
      #expect(info.version == "2.1.0")
      #expect(info.hash == "62c66a7a5dd70c3146618063c344e531e6d4b59e379808443ce962b3abd63c5a")
      #expect(info.exports == ["echo"])
      #expect(info.allExports.count == 2)
      #expect(info.memoryPages == 1)
      #expect(info.byteCount == 1)
    }
  }

  @Test("a module that the worker refuses is not listed, and the worker goes on")
  func invalid() async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      let error = await wasmError { try await runtime.loadModule("bad", FakeWorkers.bytes("garbage")) }
      #expect(error?.code == .invalidModule)
      #expect(error?.fault == .guest)
      #expect(error?.execution == .notStarted)
      #expect(error?.module == "bad")
      #expect(runtime.listModules() == ["m"])
      #expect(try await runtime.execute("m", "echo", [1]) == [1])
    }
  }

  @Test("loading a name again replaces it for new calls; a running call finishes on the old module")
  func replace() async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      async let running = runtime.execute("m", "milliseconds_100")
      try await runtime.loadModule("m", FakeWorkers.bytes("other"))
      #expect(runtime.listModules() == ["m"])
      #expect(runtime.moduleInfo("m")?.byteCount == 5)
      #expect(try await running == .integer(1))
    }
  }

  @Test("a module that is too long never fits")
  func tooLong() async throws {
    try await WasmRuntime.withRuntime(FakeWorkers.config { $0.limits.maxModuleBytes = 100 }) { (runtime) async throws in
      let error = await wasmError { try await runtime.loadModule("big", [UInt8](repeating: 0, count: 101)) }
      #expect(error?.code == .neverFits)
      #expect(error?.limit?.value == 100)
      try await runtime.loadModule("fits", [UInt8](repeating: 0, count: 100))
    }
  }

  @Test("executeBytes leaves nothing listed and uses the same worker again")
  func executeBytes() async throws {
    try await WasmRuntime.withRuntime(FakeWorkers.config()) { (runtime) async throws in
      let bytes = FakeWorkers.bytes("anonymous")
      #expect(try await runtime.executeBytes(bytes, "echo", [6, 7]) == [6, 7])
      let first = try await runtime.executeBytes(bytes, "pid")
      #expect(try await runtime.executeBytes(bytes, "pid") == first)
      #expect(runtime.listModules() == [])
      #expect(
        await wasmError { try await runtime.executeBytes(FakeWorkers.bytes("garbage"), "f") }?.code == .invalidModule)
      #expect(runtime.statistics.workersStarted == 2)
    }
  }

  @Test("a large module goes through in pieces")
  func large() async throws {
    try await WasmRuntime.withRuntime(FakeWorkers.config()) { (runtime) async throws in
      let info = try await runtime.loadModule("large", [UInt8](repeating: 7, count: 5_000_000))
      #expect(info.byteCount == 5_000_000)
      #expect(try await runtime.execute("large", "echo", "x") == "x")
    }
  }
}

@Suite("Calls")
struct CallTests {
  @Test("parameters go in and the value comes out, with what the call used")
  func call() async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      #expect(try await runtime.execute("m", "echo", [5, "three", nil]) == [5, "three", nil])
      #expect(try await WasmTool(runtime, "m", "echo").run(7) == .integer(7))
      let outcome = try await runtime.invoke(Invocation(module: "m", function: "logs"))
      #expect(outcome.value == .json(1))
      #expect(outcome.logs.map(\.message) == ["live"])
      #expect(outcome.usage.fuel == 7)
      #expect(outcome.usage.fuelModel == "fake")
      #expect(outcome.usage.wallTime > .zero)
      #expect(outcome.usage.wallTime >= outcome.usage.queueTime)
    }
  }

  @Test("a strict call of a function with _json in the end, or of a module that says so, is given a document")
  func documents() async throws {
    for (parameters, suffixCounts) in [(WasmConfig.Parameters.strict, true), (.lenient, false)] {
      try await FakeWorkers.withModule("normal", { $0.parameters = parameters }) { (runtime) async throws in
        #expect(try await runtime.execute("m", "document", 1) == "no document")
        #expect(try await runtime.execute("m", "document_json", 1) == (suffixCounts ? 1 : "no document"))
        try await runtime.loadModule("abi", FakeWorkers.bytes("abi"))
        #expect(try await runtime.execute("abi", "document", ["a": 1]) == ["a": 1])
      }
    }
  }

  @Test("an unknown module or function is an error of the caller, and nothing has run")
  func unknown() async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      let module = await wasmError { try await runtime.execute("nope", "f") }
      #expect(module?.code == .moduleNotFound)
      #expect(module?.module == "nope")
      let function = await wasmError { try await runtime.execute("m", "nope") }
      #expect(function?.code == .functionNotFound)
      #expect(function?.function == "nope")
      #expect(function?.execution == .notStarted)
      #expect(function?.fault == .caller)
    }
  }

  @Test("a trap carries its frames and what was logged before")
  func trap() async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      let error = await wasmError { try await runtime.execute("m", "trap") }
      #expect(error?.code == .trap)
      #expect(error?.trapKind == "unreachable")
      #expect(error?.frames.first?.functionIndex == 3)
      #expect(error?.execution == .maybeRan)
      #expect(error?.partial?.logs.map(\.message) == ["before"])
      #expect(error?.function == "trap")
    }
  }

  @Test("a call's own limits reach the worker, and raising one never fits")
  func limits() async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      var invocation = Invocation(module: "m", function: "fuel")
      invocation.limits.fuel = 12_345
      #expect(try await runtime.invoke(invocation).value == .json(12_345))
      invocation.limits.fuel = 1_000_000_001
      #expect(await wasmError { try await runtime.invoke(invocation) }?.code == .neverFits)
    }
  }

  @Test("an input that is larger than the pipe arrives whole; one larger than a frame never fits")
  func largeInput() async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      let bytes = [UInt8](repeating: 1, count: 3_000_000)
      let invocation = Invocation(module: "m", entry: .function("length_of_input"), input: .bytes(bytes))
      #expect(try await runtime.invoke(invocation).value == .json(3_000_000))
      let long = String(repeating: "x", count: 2 << 20)
      #expect(await wasmError { try await runtime.execute("m", "echo", .string(long)) }?.code == .neverFits)
    }
  }

  @Test("a worker that has dropped the module from its cache is given it again, once")
  func reload() async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      let first = try await pid(runtime)
      _ = try await runtime.execute("m", "forget")
      #expect(try await pid(runtime) == first)
      #expect(await wasmError { try await runtime.execute("m", "always_forgotten") }?.code == .moduleNotFound)
    }
  }

  @Test("sixteen calls at once all come back")
  func parallel() async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      let answers = try await withThrowingTaskGroup(of: JSONValue.self) { group in
        for number in 0..<16 { group.addTask { try await runtime.execute("m", "echo", JSONValue(number)) } }
        return try await group.reduce(into: Set<JSONValue>()) { $0.insert($1) }
      }
      #expect(answers.count == 16)
      #expect(runtime.statistics.workersStarted <= 2)
    }
  }

  @Test("a call after the shutdown is refused; a graceful shutdown lets the running ones finish")
  func shutdown() async throws {
    let runtime = try WasmRuntime(FakeWorkers.config())
    try await runtime.loadModule("m", FakeWorkers.bytes("m"))
    async let running = runtime.execute("m", "milliseconds_100")
    try await until { runtime.statistics.calls == 2 }
    await runtime.shutdown()
    #expect(try await running == .integer(1))
    #expect(await wasmError { try await runtime.loadModule("n", FakeWorkers.bytes("n")) }?.code == .shutDown)
    #expect(runtime.status().isShutDown)
    #expect(runtime.status().workers.isEmpty)
    await runtime.shutdown()
  }

  @Test("a shutdown that is not graceful answers running calls at once")
  func abruptShutdown() async throws {
    let runtime = try WasmRuntime(FakeWorkers.config())
    try await runtime.loadModule("m", FakeWorkers.bytes("m"))
    async let running = wasmError { try await runtime.execute("m", "spin") }
    try await until { runtime.statistics.running > 0 }
    await runtime.shutdown(graceful: false)
    #expect(await running?.code == .shutDown)
  }
}

@Suite("The pool of processes")
struct PoolTests {
  @Test("two modules never meet in one process, unless they share a domain")
  func domains() async throws {
    try await WasmRuntime.withRuntime(FakeWorkers.config { $0.pool.maxWorkers = 3 }) { (runtime) async throws in
      for name in ["a", "b", "c"] { try await runtime.loadModule(name, FakeWorkers.bytes(name)) }
      let pids = [try await pid(runtime, "a"), try await pid(runtime, "b"), try await pid(runtime, "c")]
      #expect(Set(pids).count == 3)
      #expect(try await pid(runtime, "a") == pids[0])
      runtime.clearModules()
      for name in ["a", "b", "c"] {
        try await runtime.loadModule(name, FakeWorkers.bytes(name), domain: "friends")
      }
      #expect(try await pid(runtime, "a") == pid(runtime, "b"))
      #expect(try await pid(runtime, "c") == pid(runtime, "b"))
    }
  }

  @Test("with one worker, modules take turns in processes of their own")
  func eviction() async throws {
    try await WasmRuntime.withRuntime(FakeWorkers.config { $0.pool.maxWorkers = 1 }) { (runtime) async throws in
      for name in ["a", "b"] { try await runtime.loadModule(name, FakeWorkers.bytes(name)) }
      var pids: Set<Int64?> = []
      for name in ["a", "b", "a", "b"] { pids.insert(try await pid(runtime, name)) }
      #expect(pids.count >= 4)
    }
  }

  @Test("when every worker is busy and the queue is full, a call is refused as overloaded")
  func overload() async throws {
    try await FakeWorkers.withModule(
      "normal",
      {
        $0.pool.maxWorkers = 1; $0.pool.queueLimit = 1
      }
    ) { (runtime) async throws in
      let spinning = Task { await wasmError { try await runtime.execute("m", "spin") } }
      try await until { runtime.statistics.running > 0 }
      let waiting = Task { await wasmError { try await runtime.execute("m", "echo", 1) } }
      try await until { runtime.statistics.queued > 0 }
      let refused = await wasmError { try await runtime.execute("m", "echo", 2) }
      #expect(refused?.code == .overloaded)
      #expect(refused?.fault == .capacity)
      #expect(refused?.execution == .notStarted)
      spinning.cancel()
      #expect(await spinning.value?.code == .cancelled)
      #expect(await waiting.value == nil)
    }
  }

  @Test("the deadline covers the time in the queue")
  func queueDeadline() async throws {
    try await FakeWorkers.withModule("normal", { $0.pool.maxWorkers = 1 }) { (runtime) async throws in
      let spinning = Task { await wasmError { try await runtime.execute("m", "spin") } }
      try await until { runtime.statistics.running > 0 }
      var invocation = Invocation(module: "m", function: "echo")
      invocation.limits.executionTime = .milliseconds(50)
      let error = await wasmError { try await runtime.invoke(invocation) }
      #expect(error?.code == .timedOut)
      #expect(error?.phase == .queued)
      #expect(error?.execution == .notStarted)
      spinning.cancel()
      _ = await spinning.value
    }
  }

  @Test("a waiting call can be cancelled, and so can one before it begins")
  func cancelWaiting() async throws {
    try await FakeWorkers.withModule("normal", { $0.pool.maxWorkers = 1 }) { (runtime) async throws in
      let spinning = Task { await wasmError { try await runtime.execute("m", "spin") } }
      try await until { runtime.statistics.running > 0 }
      let waiting = Task { await wasmError { try await runtime.execute("m", "echo") } }
      try await until { runtime.statistics.queued > 0 }
      waiting.cancel()
      #expect(await waiting.value?.code == .cancelled)
      #expect(await waiting.value?.execution == .notStarted)
      let early = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        return await wasmError { try await runtime.execute("m", "echo") }
      }
      #expect(await early.value?.code == .cancelled)
      spinning.cancel()
      #expect(await spinning.value?.execution == .maybeRan)
    }
  }

  @Test("a worker is replaced after its number of calls")
  func callCount() async throws {
    try await FakeWorkers.withModule("normal", { $0.pool.maxCallsPerWorker = 3 }) { (runtime) async throws in
      var pids: Set<Int64?> = []
      for _ in 0..<6 { pids.insert(try await pid(runtime)) }
      #expect(pids.count == 3)
    }
  }

  @Test("the minimum of workers is started ahead of need and serves the first call")
  func minimum() async throws {
    try await WasmRuntime.withRuntime(FakeWorkers.config { $0.pool.minWorkers = 1 }) { (runtime) async throws in
      try await until { runtime.status().workers.first?.state == .idle }
      try await runtime.loadModule("m", FakeWorkers.bytes("m"))
      _ = try await pid(runtime)
      #expect(runtime.statistics.workersStarted == 1)
    }
  }

  @Test("a worker that has been idle for long ends")
  func idle() async throws {
    try await FakeWorkers.withModule("normal", { $0.pool.idleTimeout = .milliseconds(20) }) { (runtime) async throws in
      let first = try await pid(runtime)
      try await until { runtime.statistics.workers == 0 }
      #expect(try await pid(runtime) != first)
    }
  }

  @Test("unloading a module ends its idle worker")
  func unload() async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      #expect(runtime.statistics.workers == 1)
      runtime.unloadModule("m")
      #expect(runtime.statistics.workers == 0)
    }
  }
}
