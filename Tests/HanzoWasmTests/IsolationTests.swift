// What calls share with each other at each level of isolation: a canary that one call leaves is looked for by the next.

import HanzoWasm
import Testing
import WasmJSON

/// Remembers in memory, in a global and in a table what it is given, and says what it remembers.
private let canary = Array(
  #"""
  (module
    (memory (export "memory") 1)
    (global $g (mut i32) (i32.const 0))
    (table $t 2 funcref)
    (func $one (result i32) (i32.const 1))
    (elem declare func $one)
    (func (export "leave") (param i32) (result i32)
      (i32.store (i32.const 4096) (local.get 0))
      (global.set $g (local.get 0))
      (table.set $t (i32.const 1) (ref.func $one))
      (call $look))
    (func $look (export "look") (result i32)
      (i32.or
        (i32.or (i32.load (i32.const 4096)) (global.get $g))
        (i32.eqz (ref.is_null (table.get $t (i32.const 1))))))
    (func (export "trap") unreachable)
    (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
    (func (export "forever") (loop (br 0))))
  """#.utf8)

private func withCanary<Value: Sendable>(
  _ change: (inout WasmConfig) -> Void = { _ in }, _ body: (WasmRuntime) async throws -> Value
) async throws -> Value {
  try await WasmRuntime.withRuntime(RealWorker.config(change)) { (runtime) async throws in
    try await runtime.loadModule("canary", canary)
    return try await body(runtime)
  }
}

private func invocation(_ function: String, _ parameters: JSONValue = .null, _ isolation: WasmConfig.Isolation)
  -> Invocation
{
  var invocation = Invocation(module: "canary", function: function, parameters: parameters)
  invocation.isolation = isolation
  return invocation
}

@Suite(
  "Isolation levels",
  .enabled(if: RealWorker.isThere, Comment(rawValue: RealWorker.reason)))
struct IsolationTests {
  @Test(
    "a canary that a call leaves is never seen by another call at any level, and is seen in an instance that is kept",
    arguments: WasmConfig.Isolation.allCases)
  func canaries(isolation: WasmConfig.Isolation) async throws {
    try await withCanary({ $0.isolation = isolation }) { (runtime) async throws in
      for _ in 0..<20 {
        #expect(try await runtime.execute("canary", "leave", [42]) != 0)
        #expect(try await runtime.execute("canary", "look") == 0)
      }
      try await runtime.withInstance("canary") { (instance) async throws in
        #expect(try await instance.call("leave", [42]) != 0)
        #expect(try await instance.call("look") != 0)
      }
      #expect(try await runtime.execute("canary", "look") == 0)
    }
  }

  @Test("a process per call: one template, a new process for each call, all of them gone afterwards")
  func freshProcess() async throws {
    try await withCanary({
      $0.isolation = .freshProcess
      $0.pool.maxWorkers = 1
    }) { (runtime) async throws in
      for index in 0..<50 {
        #expect(try await runtime.execute("canary", "add", [JSONValue(index), 1]) == JSONValue(index + 1))
      }
      // The worker that described the module gave way to one template, which has served all calls.
      #expect(runtime.statistics.workersStarted == 2)
      #expect(runtime.statistics.workersLost == 0)
      #expect(await wasmError { try await runtime.execute("canary", "trap") }?.code == .trap)
      #expect(try await runtime.execute("canary", "add", [1, 1]) == 2)
      #expect(runtime.statistics.workersStarted == 2)
    }
  }

  @Test("a process that runs over its deadline is ended with its template, and the next call has another")
  func deadline() async throws {
    try await withCanary({
      $0.isolation = .freshProcess
      $0.fuelLimit = nil
    }) { (runtime) async throws in
      // Otherwise a slow machine may still be starting the template then.
      try await runtime.prewarm("canary")
      var spinning = invocation("forever", .null, .freshProcess)
      spinning.limits.executionTime = .milliseconds(500)
      let error = await wasmError { try await runtime.invoke(spinning) }
      #expect(error?.code == .timedOut && error?.phase == .executing, "\(String(describing: error))")
      #expect(try await runtime.execute("canary", "add", [1, 1]) == 2)
    }
  }

  @Test("the CPU time of a template's process is its own")
  func cpuTime() async throws {
    try await withCanary({
      $0.isolation = .freshProcess
      $0.fuelLimit = nil
    }) { (runtime) async throws in
      var spinning = invocation("forever", .null, .freshProcess)
      spinning.limits.cpuTime = .milliseconds(100)
      #expect(await wasmError { try await runtime.invoke(spinning) }?.code == .cpuTimeExceeded)
      var short = invocation("add", [1, 2], .freshProcess)
      short.limits.cpuTime = .milliseconds(100)
      #expect(try await runtime.invoke(short).json() == 3)
    }
  }

  @Test("a worker per call: each is started for its call and ended after it")
  func freshSpawn() async throws {
    try await withCanary({ $0.isolation = .freshSpawn }) { (runtime) async throws in
      let before = runtime.statistics.workersStarted
      for _ in 0..<5 { #expect(try await runtime.execute("canary", "add", [1, 1]) == 2) }
      #expect(runtime.statistics.workersStarted - before == 5)
    }
  }

  @Test("a call may ask for more isolation than the runtime's, not for less")
  func perCall() async throws {
    try await withCanary({ $0.isolation = .freshProcess }) { (runtime) async throws in
      #expect(try await runtime.invoke(invocation("add", [1, 1], .freshSpawn)).json() == 2)
      #expect(try await runtime.invoke(invocation("add", [1, 1], .freshProcess)).json() == 2)
      let refused = await wasmError { try await runtime.invoke(invocation("add", [1, 1], .freshInstance)) }
      #expect(refused?.code == .neverFits)
    }
    try await withCanary { (runtime) async throws in
      for isolation in WasmConfig.Isolation.allCases {
        #expect(try await runtime.invoke(invocation("add", [1, 1], isolation)).json() == 2)
      }
    }
  }

  @Test("prewarmed workers serve the first calls without a start")
  func prewarm() async throws {
    for isolation in [WasmConfig.Isolation.freshInstance, .freshProcess] {
      try await withCanary({
        $0.isolation = isolation
        $0.pool.maxWorkers = 3
      }) { (runtime) async throws in
        try await runtime.prewarm("canary", workers: 2)
        let started = runtime.statistics.workersStarted
        #expect(runtime.status().workers.count { $0.state == .idle } >= 2)
        try await runtime.prewarm("canary", workers: 2)
        async let first = runtime.execute("canary", "add", [1, 1])
        async let second = runtime.execute("canary", "add", [2, 2])
        #expect(try await first == 2)
        #expect(try await second == 4)
        #expect(runtime.statistics.workersStarted == started)
      }
    }
    try await withCanary { (runtime) async throws in
      #expect(await wasmError { try await runtime.prewarm("canary", workers: 100_000) }?.code == .neverFits)
      #expect(await wasmError { try await runtime.prewarm("canary", workers: 0) }?.code == .invalidArguments)
      #expect(await wasmError { try await runtime.prewarm("none") }?.code == .moduleNotFound)
      #expect(
        await wasmError { try await runtime.prewarm("canary", isolation: .freshSpawn) }?.code == .invalidArguments)
    }
  }

  @Test("host functions are served for a template's process, and fail with their call")
  func hostFunctions() async throws {
    let module = Array(
      #"""
      (module (import "env" "double" (func $d (param i32) (result i32)))
        (func (export "run") (param i32) (result i32) (call $d (local.get 0))))
      """#.utf8)
    let double = HostFunction("double", parameters: [.i32], result: .i32) { call in
      guard case .i32(let value) = call.arguments[0] else { return 0 }
      return .i32(value * 2)
    }
    let config = RealWorker.config { $0.isolation = .freshProcess }
    try await WasmRuntime.withRuntime(config, hostFunctions: [double]) { (runtime) async throws in
      try await runtime.loadModule("m", module)
      for value in 0..<10 {
        #expect(try await runtime.execute("m", "run", [JSONValue(value)]) == JSONValue(value * 2))
      }
    }
  }

  @Test("many calls at once at every level have each their own answer")
  func concurrency() async throws {
    try await withCanary({ $0.pool.maxWorkers = 4 }) { (runtime) async throws in
      try await withThrowingTaskGroup(of: Bool.self) { group in
        for index in 0..<120 {
          let isolation = WasmConfig.Isolation.allCases[index % 3]
          group.addTask {
            try await runtime.invoke(invocation("add", [JSONValue(index), 7], isolation)).json() == JSONValue(index + 7)
          }
        }
        for try await isRight in group { #expect(isRight) }
      }
    }
  }
}

@Suite("Hostile templates")
struct HostileTemplateTests {
  func withTemplate<Value: Sendable>(
    _ mode: String = "normal", _ body: (WasmRuntime) async throws -> Value
  ) async throws -> Value {
    try await FakeWorkers.withModule(
      mode,
      {
        $0.isolation = .freshProcess
        $0.pool.maxWorkers = 1
        $0.pool.quarantine = nil
      }, body)
  }

  static let misbehaviours: [(String, ErrorCode?)] = [
    ("two_answers", nil), ("answer_then_live", nil), ("answer_then_abort", nil), ("answer_then_flood", nil),
    ("killed_mid_frame", .workerKilled), ("half_frame_exit", .workerCrashed), ("wrong_id", .protocolViolation),
    ("ready_again", .protocolViolation), ("abort", .workerCrashed), ("segv", .workerCrashed),
    ("sigsys", .sandboxViolation), ("kill_self", .workerKilled), ("exit_77", .memoryLimitExceeded),
    ("exit_0", .workerCrashed), ("close_stdout", nil), ("log_flood", .protocolViolation),
    ("end_reported_twice", .protocolViolation),
  ]

  @Test(
    "what a process does to itself is told to its own call, never seen by another, and replaces the template",
    arguments: misbehaviours.indices)
  func misbehaviour(index: Int) async throws {
    let (function, code) = Self.misbehaviours[index]
    try await withTemplate { (runtime) async throws in
      #expect(try await runtime.execute("m", "echo", "before") == "before")
      let started = runtime.statistics.workersStarted
      var call = Invocation(module: "m", function: function)
      call.limits.executionTime = .seconds(2)
      let error = await wasmError { try await runtime.invoke(call) }
      if let code { #expect(error?.code == code, "\(String(describing: error))") }
      #expect(try await runtime.execute("m", "echo", "mine") == "mine")
      #expect(try await runtime.execute("m", "echo", "again") == "again")
      #expect(runtime.statistics.workersStarted == started + 1)
    }
  }

  @Test("the end of a process is believed when it is seen, not when it is said")
  func forgedEnd() async throws {
    try await withTemplate { (runtime) async throws in
      for _ in 0..<3 {
        _ = await wasmError { try await runtime.execute("m", "end_reported") }
        #expect(try await runtime.execute("m", "echo", "mine") == "mine")
      }
    }
  }

  @Test(
    "a process that is not the template's own, or lacks the stricter filter, gets no call",
    arguments: ["names-itself", "names-init", "names-nobody", "weak-child"])
  func forgedProcess(mode: String) async throws {
    try await withTemplate(mode) { (runtime) async throws in
      let error = await wasmError { try await runtime.execute("m", "echo", 1) }
      #expect(error?.code == .sandboxUnavailable || error?.code == .resourceExhausted, "\(String(describing: error))")
      #expect(error?.execution == .notStarted)
    }
  }

  @Test("a template that cannot fork is told as such")
  func cannotFork() async throws {
    try await withTemplate("cannot-fork") { (runtime) async throws in
      let error = await wasmError { try await runtime.execute("m", "echo", 1) }
      #expect(error?.code == .resourceExhausted, "\(String(describing: error))")
      #expect(error?.execution == .notStarted)
    }
  }

  @Test("a process that is never ready is ended at the call's deadline, which names the phase")
  func neverReady() async throws {
    try await withTemplate("child-never-ready") { (runtime) async throws in
      var call = Invocation(module: "m", function: "echo")
      call.limits.executionTime = .milliseconds(500)
      let error = await wasmError { try await runtime.invoke(call) }
      #expect(error?.code == .timedOut && error?.phase == .starting, "\(String(describing: error))")
      #expect(error?.execution == .notStarted)
    }
  }
}
