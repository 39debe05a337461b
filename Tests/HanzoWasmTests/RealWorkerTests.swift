// The library with the real worker, for what only both together can show. HANZO_WASM_WORKER names the executable, a
// release build: scripts/test sets it.

import Foundation
import HanzoWasm
import Testing

private func wat(_ text: String) -> [UInt8] { Array(text.utf8) }

@Suite(
  "With the real worker",
  .enabled(if: RealWorker.isThere, Comment(rawValue: RealWorker.reason)))
struct RealWorkerTests {
  static let math = wat(
    """
    (module
      (memory (export "memory") 1)
      (data (i32.const 16) "Hello, WASM!\\00")
      (func (export "add") (param $first i32) (param $second i32) (result i32)
        (i32.add (local.get $first) (local.get $second)))
      (func (export "hello") (result i32) (i32.const 16))
      (func (export "trap") unreachable)
      (func (export "forever") (loop (br 0)))
      (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))
    """)

  @Test("the quick start: a module as text, add(5, 3) is 8")
  func quickStart() async throws {
    try await WasmRuntime.withRuntime(RealWorker.config()) { (runtime) async throws in
      let info = try await runtime.loadModule("math", Self.math)
      #expect(info.exports == ["add", "hello", "trap", "forever", "grow"])
      #expect(info.functions.first?.parameters.map(\.name) == ["first", "second"])
      #expect(info.memoryPages == 1)
      #expect(try await runtime.execute("math", "add", [5, 3]) == 8)
      #expect(try await runtime.execute("math", "add", ["first": 1, "second": 2]) == 3)
      #expect(try await runtime.execute("math", "hello") == "Hello, WASM!")
      let outcome = try await runtime.invoke(Invocation(module: "math", function: "add", parameters: [1, 2]))
      #expect(outcome.usage.fuel > 0)
      #expect(outcome.usage.peakMemoryBytes == 65_536)
    }
  }

  @Test("validate says what load would say, of every function, and keeps nothing")
  func validate() async throws {
    let config = RealWorker.config { $0.features = .wasm2.adding("extended-const") }
    try await WasmRuntime.withRuntime(config) { (runtime) async throws in
      let info = try await runtime.validate(Self.math)
      #expect(info.exports.first == "add" && info.name == info.hash)
      let late = wat("(module (func) (func) (func (result i32)))")
      let invalid = await wasmError { try await runtime.validate(late) }
      #expect(invalid?.code == .invalidModule)
      let unsupported = await wasmError { try await runtime.validate(wat("(module (func (return_call 0)))")) }
      #expect(unsupported?.code == .unsupportedFeature && unsupported?.feature == "tail-call")
      #expect(unsupported?.message.contains("\"tail-call\", which is not enabled") == true)
      var policy = ModulePolicy()
      policy.requiredExports = [.function("run")]
      #expect(await wasmError { try await runtime.validate(Self.math, policy: policy) }?.code == .policyViolation)
      #expect(runtime.listModules().isEmpty)
    }
  }

  @Test("limits of modules: at them, one below, and of a name that is not there")
  func moduleLimits() async throws {
    let module = wat("(module (func (export \"f\")) (func))")
    for (limits, code) in [
      (["functions": 2], nil), (["functions": 1], .invalidModule), (["function": 2], .invalidConfiguration),
    ] as [([String: UInt64], ErrorCode?)] {
      try await WasmRuntime.withRuntime(RealWorker.config { $0.limits.module = limits }) { (runtime) async throws in
        #expect(await wasmError { try await runtime.validate(module) }?.code == code)
      }
    }
  }

  @Test("features: versions and names, and a version that is not there")
  func features() async throws {
    let tailCall = wat("(module (func (return_call 0)))")
    for (features, code) in [
      (nil, nil), (.wasm3, nil), (["wasm2", "tail-call"], nil), (.wasm1, .unsupportedFeature),
      (["wasm4"], .invalidConfiguration),
    ] as [(WasmConfig.Features?, ErrorCode?)] {
      try await WasmRuntime.withRuntime(RealWorker.config { $0.features = features }) { (runtime) async throws in
        #expect(await wasmError { try await runtime.validate(tailCall) }?.code == code)
      }
    }
  }

  @Test("a profile names the functions, and its weights are the fuel; a call that is killed has none")
  func profile() async throws {
    try await WasmRuntime.withRuntime(RealWorker.config { $0.fuelLimit = nil }) { (runtime) async throws in
      try await runtime.loadModule("math", Self.math)
      var invocation = Invocation(module: "math", function: "add", parameters: [1, 2])
      invocation.profile = .init()
      let outcome = try await runtime.invoke(invocation)
      #expect(outcome.profile?.frames.map(\.name) == ["add"])
      #expect(outcome.profile?.totalWeight == outcome.usage.fuel)
      invocation = Invocation(module: "math", function: "forever", limits: .init(fuel: 1_000_000))
      invocation.profile = .init()
      let exhausted = await wasmError { try await runtime.invoke(invocation) }
      #expect(exhausted?.code == .fuelExhausted)
      #expect(exhausted?.partial?.profile?.totalWeight == 1_000_000)
      invocation.limits = .init(executionTime: .milliseconds(200))
      let late = await wasmError { try await runtime.invoke(invocation) }
      #expect(late?.code == .timedOut && late?.partial?.profile == nil)
    }
  }

  @Test("every failure of a guest has its code, and the next call succeeds")
  func failures() async throws {
    try await WasmRuntime.withRuntime(RealWorker.config { $0.fuelLimit = 10_000_000 }) { (runtime) async throws in
      try await runtime.loadModule("math", Self.math)
      let trap = await wasmError { try await runtime.execute("math", "trap") }
      #expect(trap?.code == .trap)
      #expect(trap?.frames.first?.functionIndex == 2)
      let arguments = await wasmError { try await runtime.execute("math", "add", [1]) }
      #expect(arguments?.code == .invalidArguments)
      #expect(arguments?.parameter == "second")
      #expect(await wasmError { try await runtime.execute("math", "forever") }?.code == .fuelExhausted)
      #expect(await wasmError { try await runtime.execute("math", "nothing") }?.code == .functionNotFound)
      let invalid = await wasmError { try await runtime.loadModule("bad", wat("(module (func (result i32)))")) }
      #expect(invalid?.code == .invalidModule)
      let unresolved = await wasmError {
        try await runtime.executeBytes(
          wat("(module (import \"env\" \"system\" (func)) (func (export \"f\")))"), "f")
      }
      #expect(unresolved?.code == .unresolvedImport)
      #expect(unresolved?.unresolvedImport == "env.system")
      #expect(try await runtime.execute("math", "add", [1, 2]) == 3)
    }
  }

  @Test("without fuel the deadline ends an endless loop")
  func deadline() async throws {
    try await WasmRuntime.withRuntime(RealWorker.config { $0.fuelLimit = nil }) { (runtime) async throws in
      try await runtime.loadModule("math", Self.math)
      var invocation = Invocation(module: "math", function: "forever")
      invocation.limits.executionTime = .milliseconds(200)
      let error = await wasmError { try await runtime.invoke(invocation) }
      #expect(error?.code == .timedOut)
      #expect(error?.phase == .executing)
      #expect(try await runtime.execute("math", "add", [1, 2]) == 3)
    }
  }

  @Test("a guest reaches exactly its memory limit, and the worker's address space is the documented sum")
  func memory() async throws {
    try await WasmRuntime.withRuntime(RealWorker.config { $0.maxMemoryBytes = 64 << 20 }) { (runtime) async throws in
      try await runtime.loadModule("math", Self.math)
      #expect(try await runtime.execute("math", "grow", [1_024]) == -1)
      #expect(try await runtime.execute("math", "grow", [1_023]) == 1)
      let pid = try #require(runtime.status().workers.first?.pid)
      let limits = try String(contentsOfFile: "/proc/\(pid)/limits", encoding: .utf8)
      let line = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max address space") })
      #expect(line.split(separator: " ").contains("\(runtime.status().addressSpaceBytes)"))
    }
  }

  @Test(
    "a worker has the priority that was configured, and without one the host's",
    arguments: [WasmConfig.Worker.Priority.sameAsHost, .lower(by: 1), .lower(by: 10), .lower(by: 19), .idle])
  func priority(_ priority: WasmConfig.Worker.Priority) async throws {
    func scheduling(_ pid: Int32) throws -> (nice: Int, policy: Int) {
      let text = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
      let fields = text[try #require(text.lastIndex(of: ")"))...].split(separator: " ")
      // Fields 19 and 41 of proc_pid_stat(5), counted from the state, which is the third.
      return (try #require(Int(fields[17])), try #require(Int(fields[39])))
    }
    try await WasmRuntime.withRuntime(RealWorker.config { $0.worker.priority = priority }) {
      (runtime) async throws in
      try await runtime.loadModule("math", Self.math)
      #expect(try await runtime.execute("math", "add", [1, 2]) == 3)
      let own = try scheduling(getpid())
      let found = try scheduling(try #require(runtime.status().workers.first?.pid))
      let layer = try #require(runtime.status().layers.first { $0.name == "priority" })
      switch priority {
      case .sameAsHost:
        #expect(found == own)
        #expect(layer.state == .absent)
      case .lower(let steps):
        #expect(found == (min(19, own.nice + steps), own.policy))
        #expect(layer.state == .active && layer.detail.hasPrefix("nice +\(steps)"))
      case .idle:
        #expect(found == (own.nice, 5))
        #expect(layer.state == .active && layer.detail.hasPrefix("SCHED_IDLE"))
      }
    }
  }

  @Test("what is in force can be asked")
  func probe() async throws {
    let report = await WasmRuntime.probe(RealWorker.config())
    #expect(report.problem == nil)
    #expect(report.layers.contains { $0.name == "seccomp" && $0.state == .active })
  }
}
