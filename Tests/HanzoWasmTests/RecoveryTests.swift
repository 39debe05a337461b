// What the pool does when workers end, wait or grow, seen through the runtime.

import Glibc
import HanzoWasm
import Testing

@Suite("Recovery and replacement")
struct RecoveryTests {
  @Test("a call whose worker ended before it can have read the request is repeated, once and unseen")
  func lostRequest() async throws {
    try await FakeWorkers.withModule("normal", { $0.pool.maxWorkers = 1 }) { (runtime) async throws in
      let worker = try #require(try await pid(runtime))
      // It does not read any more, and the request is larger than a pipe.
      #expect(kill(Int32(worker), SIGSTOP) == 0)
      let bytes = [UInt8](repeating: 7, count: 1 << 20)
      let call = Task {
        try await runtime.invoke(
          Invocation(module: "m", entry: .function("length_of_input"), input: .bytes(bytes))
        ).json()
      }
      try await until { runtime.statistics.running == 1 }
      #expect(kill(Int32(worker), SIGKILL) == 0)
      #expect(try await call.value == JSONValue(1 << 20))
      #expect(try await pid(runtime) != worker)
    }
  }

  @Test("the twin: a worker that has read the request and ends is told, and nothing is repeated")
  func readRequest() async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      let error = await wasmError { try await runtime.execute("m", "kill_self") }
      #expect(error?.code == .workerKilled && error?.execution == .maybeRan)
      #expect(try await runtime.execute("m", "calls") == 1)
    }
  }

  @Test("a call that waits for longer than the queue allows is overloaded, and has not run")
  func queueTimeout() async throws {
    try await FakeWorkers.withModule(
      "normal",
      {
        $0.pool.maxWorkers = 1
        $0.pool.queueTimeout = .milliseconds(2_500)
      }
    ) { (runtime) async throws in
      let long = Task { try await runtime.execute("m", "spin") }
      try await until { runtime.statistics.running == 1 }
      let error = await wasmError { try await runtime.execute("m", "echo", 1) }
      #expect(error?.code == .overloaded && error?.execution == .notStarted, "\(String(describing: error))")
      #expect(error?.message.contains("queueTimeout") == true)
      long.cancel()
      _ = await long.result
      // A call that is served in time has nothing to do with it.
      #expect(try await runtime.execute("m", "echo", 1) == .integer(1))
    }
  }

  @Test("timedOut names what took too long: waiting for a worker that is busy, or for one that starts")
  func phases() async throws {
    try await FakeWorkers.withModule("normal", { $0.pool.maxWorkers = 1 }) { (runtime) async throws in
      let long = Task { try await runtime.execute("m", "spin") }
      try await until { runtime.statistics.running == 1 }
      var short = Invocation(module: "m", function: "echo")
      short.limits.executionTime = .milliseconds(50)
      let error = await wasmError { try await runtime.invoke(short) }
      #expect(error?.code == .timedOut && error?.phase == .queued, "\(String(describing: error))")
      long.cancel()
      _ = await long.result
    }
    try await WasmRuntime.withRuntime(
      FakeWorkers.config("slow-ready") { $0.maxExecutionTime = .milliseconds(100) }
    ) { (runtime) async throws in
      let error = await wasmError { try await runtime.loadModule("m", FakeWorkers.bytes("m")) }
      #expect(error?.code == .timedOut && error?.phase == .starting, "\(String(describing: error))")
      #expect(error?.execution == .notStarted)
    }
  }

  @Test("a worker that is too old is replaced after its call; one that may grow old is not")
  func age() async throws {
    for (age, isReplaced) in [(Duration.nanoseconds(1), true), (nil, false)] {
      try await FakeWorkers.withModule("normal", { $0.pool.maxWorkerAge = age }) { (runtime) async throws in
        let first = try await pid(runtime)
        let second = try await pid(runtime)
        #expect((first != second) == isReplaced)
      }
    }
  }

  @Test(
    "a worker that keeps too much memory is replaced after its call; within the limit it stays",
    .enabled(if: RealWorker.isThere, Comment(rawValue: RealWorker.reason)))
  func residentSize() async throws {
    // The memory of a text that the module keeps: data as long as itself.
    let filler = Array(
      #"(module (memory 4) (func (export "f")) (data (i32.const 0) "\#(String(repeating: "x", count: 240_000))"))"#.utf8
    )
    for (most, isReplaced) in [(UInt64(16) << 20, true), (nil, false)] {
      try await WasmRuntime.withRuntime(
        RealWorker.config {
          $0.pool.maxResidentBytes = most
          $0.pool.maxWorkers = 1
        }
      ) { (runtime) async throws in
        // One trust domain whose modules fill the worker's cache.
        for number in 0..<80 {
          var module = filler
          module += Array(" ;; \(number)".utf8)
          try await runtime.loadModule("m\(number)", module, domain: "one")
        }
        for number in 0..<80 { _ = try await runtime.execute("m\(number)", "f") }
        #expect((runtime.statistics.workersStarted > 1) == isReplaced)
      }
    }
  }

  @Test(
    "a call that can never fit into the memory budget is told so; smaller ones run within it",
    .enabled(if: RealWorker.isThere, Comment(rawValue: RealWorker.reason)))
  func memoryBudget() async throws {
    let module = Array(#"(module (memory 1) (func (export "f") (result i32) (i32.const 1)))"#.utf8)
    try await WasmRuntime.withRuntime(
      RealWorker.config {
        $0.pool.memoryBudgetBytes = 100 << 20
        $0.pool.maxWorkers = 4
      }
    ) { (runtime) async throws in
      try await runtime.loadModule("m", module)
      let error = await wasmError { try await runtime.execute("m", "f") }
      #expect(error?.code == .neverFits && error?.limit?.name == "memoryBudgetBytes")
      try await withThrowingTaskGroup(of: JSONValue.self) { group in
        for _ in 0..<40 {
          group.addTask {
            var call = Invocation(module: "m", function: "f")
            call.limits.memoryBytes = 40 << 20
            return try await runtime.invoke(call).json()
          }
        }
        for try await value in group { #expect(value == 1) }
      }
    }
  }
}
