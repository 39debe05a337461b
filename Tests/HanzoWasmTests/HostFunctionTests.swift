// Functions of the embedder, called by guests in the real worker.

import Foundation
import HanzoWasm
import Synchronization
import Testing

/// A guest that hands its arguments to host functions, and takes what they give.
private let guest = Array(
  #"""
  (module
    (import "env" "sum" (func $sum (param i32 i64 f32 f64) (result f64)))
    (import "env" "greet" (func $greet (param i32 i32) (result i64)))
    (import "data" "reverse" (func $reverse (param i32 i32) (result i64)))
    (import "env" "row" (func $row (param i32 i32) (result i64)))
    (import "env" "size" (func $size (param i32) (result i32)))
    (import "env" "config" (func $config (result i32)))
    (import "env" "json_stringify" (func $stringify (param i32) (result i32)))
    (import "env" "nothing" (func $nothing))
    (import "env" "fails" (func $fails (result i32)))
    (import "env" "fails_softly" (func $soft (result i32)))
    (import "env" "echo32" (func $echo32 (param i32) (result i32)))
    (memory (export "memory") 2)
    (data (i32.const 0) "Ada\00")
    (data (i32.const 16) "\01\02\ff")
    (data (i32.const 32) "{\"id\": 7}")
    (data (i32.const 64) "\ff\fe")
    (func (export "sum") (result f64) (call $sum (i32.const -1) (i64.const 0x7fffffffffffffff) (f32.const 0.5) (f64.const 1e300)))
    (func (export "nan") (result f64) (call $sum (i32.const 0) (i64.const 0) (f32.const nan:0x200001) (f64.const inf)))
    (func (export "greet_str") (result i32) (i32.wrap_i64 (i64.shr_u (call $greet (i32.const 0) (i32.const 3)) (i64.const 32))))
    (func (export "reverse") (result i64) (call $reverse (i32.const 16) (i32.const 3)))
    (func (export "row_json") (result i64) (call $row (i32.const 32) (i32.const 9)))
    (func (export "bad_json") (result i64) (call $row (i32.const 0) (i32.const 3)))
    (func (export "size") (result i32) (call $size (i32.const 0)))
    (func (export "config_str") (result i32) (call $stringify (call $config)))
    (func (export "nothing") (call $nothing))
    (func (export "fails") (result i32) (call $fails))
    (func (export "soft") (result i32) (call $soft))
    (func (export "twice") (result i32) (drop (call $soft)) (call $soft))
    (func (export "not_text") (result i64) (call $greet (i32.const 64) (i32.const 2)))
    (func (export "outside") (result i64) (call $greet (i32.const 131070) (i32.const 3)))
    (func (export "huge") (result i64) (call $greet (i32.const 0) (i32.const -1)))
    (func (export "unterminated") (result i32) (memory.fill (i32.const 0) (i32.const 65) (i32.const 131072)) (call $size (i32.const 0)))
    (func (export "echo32") (param i32) (result i32) (call $echo32 (local.get 0)))
    (func (export "many") (param i32) (result i32)
      (local $sum i32)
      (loop $again
        (local.set $sum (i32.add (local.get $sum) (call $echo32 (local.get 0))))
        (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
      (local.get $sum)))
  """#.utf8)

/// What the test functions have seen.
private final class Seen: Sendable {
  let values = Mutex<[HostFunction.Value]>([])
  let cancelled = Mutex(0)
  func add(_ call: HostFunction.Call) { values.withLock { $0 += call.arguments } }
}

private struct Secret: Error, CustomStringConvertible {
  var description: String { "the password is hunter2" }
}

private func functions(_ seen: Seen) -> [HostFunction] {
  [
    HostFunction("sum", parameters: [.i32, .i64, .f32, .f64], result: .f64) { call in
      seen.add(call)
      return .f64(Double(try call.i32(0)) + Double(try call.f32(2)) + (try call.f64(3)))
    },
    HostFunction("greet", parameters: [.string], result: .string) { call in .string("Hello, \(try call.string(0))!\0")
    },
    HostFunction("reverse", in: "data", parameters: [.bytes], result: .bytes) { call in
      .bytes(try call.bytes(0).reversed())
    },
    HostFunction("row", parameters: [.json], result: .json) { call in .json(["asked": try call.json(0), "n": 1.5]) },
    HostFunction("size", parameters: [.cString], result: .i32) { call in
      .i32(Int32(try call.string(0).utf8.count))
    },
    HostFunction("config", result: .jsonHandle) { _ in .json(["b": [1, 2], "a": nil]) },
    HostFunction("nothing") { call in
      seen.add(call)
      return .none
    },
    HostFunction("fails", result: .i32) { _ in throw Secret() },
    HostFunction("fails_softly", result: .i32, onFailure: .returns(-5)) { _ in
      throw HostFunction.Failure("not today", isNetworkDenied: true)
    },
    HostFunction("echo32", parameters: [.i32], result: .i32, fuel: 100) { call in .i32(try call.i32(0)) },
  ]
}

private func withGuest<Value: Sendable>(
  _ change: (inout WasmConfig) -> Void = { _ in }, _ functions: [HostFunction] = functions(Seen()),
  _ body: (WasmRuntime) async throws -> Value
) async throws -> Value {
  try await WasmRuntime.withRuntime(RealWorker.config(change), hostFunctions: functions) { (runtime) async throws in
    try await runtime.loadModule("guest", guest)
    return try await body(runtime)
  }
}

@Suite(
  "Host functions",
  .enabled(if: RealWorker.isThere, Comment(rawValue: RealWorker.reason)))
struct HostFunctionTests {
  @Test("numbers arrive exactly, NaN payloads and infinities included, and go back")
  func numbers() async throws {
    let seen = Seen()
    try await withGuest({ _ in }, functions(seen)) { (runtime) async throws in
      #expect(try await runtime.execute("guest", "sum") == .double(1e300))
      #expect(try await runtime.execute("guest", "nan") == .null)
      let typed = try await runtime.invoke(
        Invocation(module: "guest", entry: .function("nan"), results: .typed))
      guard case .typed(let values) = typed.value, case .f64(let bits)? = values.first else {
        Issue.record("no typed result")
        return
      }
      #expect(Double(bitPattern: bits).isNaN)
    }
    let values = seen.values.withLock { $0 }
    #expect(values[0] == .i32(-1) && values[1] == .i64(.max) && values[2] == .f32(0.5) && values[3] == .f64(1e300))
    guard case .f32(let nan) = values[6] else {
      Issue.record("no f32")
      return
    }
    #expect(nan.bitPattern == 0x7FA0_0001 && values[7] == .f64(.infinity))
  }

  @Test("texts, bytes, JSON, C strings and handles go both ways")
  func bulk() async throws {
    try await withGuest { (runtime) async throws in
      #expect(try await runtime.execute("guest", "greet_str") == "Hello, Ada!")
      let reversed = try await runtime.invoke(
        Invocation(module: "guest", entry: .function("reverse"), input: .bytes([])))
      #expect(reversed.bytes == [255, 2, 1])
      #expect(try await runtime.execute("guest", "row_json") == ["asked": ["id": 7], "n": 1.5])
      #expect(try await runtime.execute("guest", "size") == 3)
      #expect(try await runtime.execute("guest", "config_str") == #"{"a":null,"b":[1,2]}"#)
      #expect(try await runtime.execute("guest", "nothing") == .null)
    }
  }

  @Test("a function that throws ends the guest's call; its words reach the caller, not the guest")
  func failure() async throws {
    try await withGuest { (runtime) async throws in
      let error = await wasmError { try await runtime.execute("guest", "fails") }
      #expect(error?.code == .hostFunctionFailed && error?.fault == .host)
      #expect(error?.message.contains("hunter2") == true)
      // What the worker was told, and therefore says, is in the details.
      #expect(error?.details?.message.contains("hunter2") == false)
      #expect(try await runtime.execute("guest", "size") == 3)
    }
  }

  @Test("with an error value the guest goes on, and the outcome says that the network was denied")
  func errorValue() async throws {
    try await withGuest { (runtime) async throws in
      let outcome = try await runtime.invoke(Invocation(module: "guest", function: "twice"))
      #expect(try outcome.json() == -5)
      #expect(outcome.networkDenied)
      #expect(try await runtime.invoke(Invocation(module: "guest", function: "size")).networkDenied == false)
    }
  }

  @Test(
    "arguments that are no text, no document, out of bounds or endless never reach the function",
    arguments: ["not_text", "outside", "huge", "bad_json"])
  func badArguments(function: String) async throws {
    try await withGuest { (runtime) async throws in
      let error = await wasmError { try await runtime.execute("guest", function) }
      #expect(error?.code == .hostFunctionFailed)
      #expect(try await runtime.execute("guest", "size") == 3)
    }
  }

  @Test("the end of the memory ends a C string")
  func unterminated() async throws {
    try await withGuest { (runtime) async throws in
      #expect(try await runtime.execute("guest", "unterminated") == 131_072)
    }
  }

  @Test("each call costs the declared fuel, and a call that cannot pay it ends")
  func fuel() async throws {
    try await withGuest { (runtime) async throws in
      let one = try await runtime.invoke(Invocation(module: "guest", function: "many", parameters: [1]))
      let two = try await runtime.invoke(Invocation(module: "guest", function: "many", parameters: [2]))
      #expect(two.usage.fuel - one.usage.fuel > 100)
      let poor = await wasmError {
        try await runtime.invoke(
          Invocation(module: "guest", function: "many", parameters: [50], limits: .init(fuel: 1_000)))
      }
      #expect(poor?.code == .fuelExhausted)
    }
  }

  @Test("the number of calls is limited per call, and by the call's own limit")
  func callLimit() async throws {
    try await withGuest({ $0.limits.maxHostCalls = 20 }) { (runtime) async throws in
      #expect(try await runtime.execute("guest", "many", [20]) == 210)
      let error = await wasmError { try await runtime.execute("guest", "many", [21]) }
      #expect(error?.code == .hostFunctionFailed)
      #expect(error?.limit == .init(name: "maxHostCalls", value: 20))
      let lower = await wasmError {
        try await runtime.invoke(
          Invocation(module: "guest", function: "many", parameters: [6], limits: .init(hostCalls: 5)))
      }
      #expect(lower?.limit == .init(name: "maxHostCalls", value: 5))
      // The error value does not apply to a limit: a guest cannot ask for ever.
      let soft = await wasmError {
        try await runtime.invoke(
          Invocation(module: "guest", function: "twice", limits: .init(hostCalls: 1)))
      }
      #expect(soft?.code == .hostFunctionFailed)
      #expect(runtime.statistics.hostCalls >= 20)
    }
  }

  @Test("functions of different calls run at the same time")
  func concurrency() async throws {
    let arrived = Mutex(0)
    let meet = HostFunction("echo32", parameters: [.i32], result: .i32) { call in
      arrived.withLock { $0 += 1 }
      // Each waits until all four are here: one after the other they never would be.
      while arrived.withLock({ $0 }) < 4 {
        try Task.checkCancellation()
        await Task.yield()
      }
      return .i32(try call.i32(0))
    }
    let others = functions(Seen()).filter { $0.qualifiedName != "env.echo32" }
    try await withGuest({ $0.pool.maxWorkers = 4 }, others + [meet]) { (runtime) async throws in
      let sum = try await withThrowingTaskGroup(of: JSONValue.self) { group in
        for index in 1...4 { group.addTask { try await runtime.execute("guest", "echo32", [JSONValue(index)]) } }
        return try await group.reduce(0) { $0 + ($1.int64Value ?? 0) }
      }
      #expect(sum == 10)
    }
  }

  @Test("a function sees how much time is left of the guest's call")
  func remainingTime() async throws {
    let clock = HostFunction("echo32", parameters: [.i32], result: .i32) { call in
      .i32(Int32(call.remainingTime.components.seconds))
    }
    let others = functions(Seen()).filter { $0.qualifiedName != "env.echo32" }
    try await withGuest({ $0.maxExecutionTime = .seconds(3_600) }, others + [clock]) { (runtime) async throws in
      let long = try await runtime.execute("guest", "echo32", [0]).int64Value
      let call = Invocation(
        module: "guest", function: "echo32", parameters: [0], limits: .init(executionTime: .seconds(600)))
      let short = try await runtime.invoke(call).json().int64Value
      #expect(long.map { 3_000..<3_600 ~= $0 } == true && short.map { 300..<600 ~= $0 } == true)
    }
  }

  @Test("the deadline covers the function: the call ends, and the function's task is cancelled")
  func deadline() async throws {
    let seen = Seen()
    let slow = HostFunction("echo32", parameters: [.i32], result: .i32) { _ in
      do {
        try await Task.sleep(for: .seconds(60))
      } catch {
        seen.cancelled.withLock { $0 += 1 }
        throw error
      }
      return 1
    }
    let others = functions(Seen()).filter { $0.qualifiedName != "env.echo32" }
    try await withGuest({ _ in }, others + [slow]) { (runtime) async throws in
      let invocation = Invocation(
        module: "guest", function: "echo32", parameters: [1], limits: .init(executionTime: .seconds(2)))
      let late = await wasmError { try await runtime.invoke(invocation) }
      #expect(late?.code == .timedOut && late?.phase == .hostCall)
      try await until { seen.cancelled.withLock { $0 } == 1 }
      // Cancelling the caller's task does the same.
      let task = Task { try await runtime.execute("guest", "echo32", [1]) }
      try await until { runtime.statistics.hostCalls == 2 }
      task.cancel()
      let cancelled = await wasmError { try await task.value }
      #expect(cancelled?.code == .cancelled)
      try await until { seen.cancelled.withLock { $0 } == 2 }
      #expect(try await runtime.execute("guest", "size") == 3)
    }
  }

  @Test("a result of another type, or one that fits no frame, is the function's failure")
  func badResults() async throws {
    let wrong = HostFunction("echo32", parameters: [.i32], result: .i32) { call in
      switch try call.i32(0) {
      case 1: "text"
      case 2: .i64(1 << 40)
      default: .i64(4_294_967_295)
      }
    }
    let large = HostFunction("greet", parameters: [.string], result: .string) { _ in
      .string(String(repeating: "x", count: 2 << 20))
    }
    let others = functions(Seen()).filter { !["env.echo32", "env.greet"].contains($0.qualifiedName) }
    try await withGuest(
      {
        $0.limits.maxAttachmentBytes = 1 << 20
        $0.limits.maxModuleBytes = 1 << 20
        $0.limits.maxOutputBytes = 64 << 10
      }, others + [wrong, large]
    ) { (runtime) async throws in
      for value in [1, 2] {
        let error = await wasmError { try await runtime.execute("guest", "echo32", [JSONValue(value)]) }
        #expect(error?.code == .hostFunctionFailed)
      }
      #expect(try await runtime.execute("guest", "echo32", [3]) == -1)
      let error = await wasmError { try await runtime.execute("guest", "greet_str") }
      #expect(error?.code == .hostFunctionFailed)
      #expect(try await runtime.execute("guest", "size") == 3)
    }
  }

  @Test("a guest whose memory has no room for the answer is told so, by its own allocator's rules")
  func noRoom() async throws {
    let guest = Array(
      #"""
      (module
        (import "env" "text" (func $text (result i64)))
        (memory (export "memory") 1 1)
        (func (export "malloc") (param i32) (result i32) (i32.const 0))
        (func (export "run") (result i64) (call $text)))
      """#.utf8)
    let text = HostFunction("text", result: .string) { _ in "hello" }
    try await WasmRuntime.withRuntime(RealWorker.config(), hostFunctions: [text]) { (runtime) async throws in
      try await runtime.loadModule("guest", guest)
      let error = await wasmError { try await runtime.execute("guest", "run") }
      #expect(error?.code == .memoryLimitExceeded)
    }
  }

  @Test("an import that nobody provides, or of another type than declared, does not link")
  func linking() async throws {
    let module = Array(#"(module (import "env" "echo32" (func (param i64) (result i32))) (func (export "f")))"#.utf8)
    try await withGuest { (runtime) async throws in
      try await runtime.loadModule("other", module)
      #expect(await wasmError { try await runtime.execute("other", "f") }?.code == .unresolvedImport)
    }
    try await WasmRuntime.withRuntime(RealWorker.config()) { (runtime) async throws in
      try await runtime.loadModule("guest", guest)
      #expect(await wasmError { try await runtime.execute("guest", "size") }?.code == .unresolvedImport)
    }
  }

  @Test("reserved, double and impossible declarations are refused at once, a sentence each")
  func declarations() throws {
    let bad = [
      HostFunction("log") { _ in .none },
      HostFunction("fd_write", in: "wasi_snapshot_preview1") { _ in .none },
      HostFunction("twice") { _ in .none }, HostFunction("twice") { _ in .none },
      HostFunction("handle", parameters: [.jsonHandle]) { _ in .none },
      HostFunction("text", result: .cString) { _ in .none },
      HostFunction("") { _ in .none },
      HostFunction("wide", parameters: Array(repeating: .i32, count: 33)) { _ in .none },
    ]
    let error = #expect(throws: WasmError.self) { try WasmRuntime(RealWorker.config(), hostFunctions: bad) }
    #expect(error?.code == .invalidConfiguration && error?.problems.count == 7)
    let many = (0..<2_000).map { HostFunction("function\($0)") { _ in .none } }
    let tooMany = #expect(throws: WasmError.self) { try WasmRuntime(RealWorker.config(), hostFunctions: many) }
    #expect(tooMany?.code == .invalidConfiguration)
    // `http_request` is the one function of env that may be the embedder's.
    _ = try WasmRuntime(RealWorker.config(), hostFunctions: [HostFunction("http_request", result: .i32) { _ in 1 }])
  }
}
