// Sessions: an instance that lives for several calls.

import Foundation
import HanzoWasm
import Testing

private let counter = Array(
  #"""
  (module
    (import "env" "alloc" (func $alloc (param i32) (result i32)))
    (memory (export "memory") 1)
    (global $n (mut i32) (i32.const 0))
    (func (export "_initialize") (global.set $n (i32.const 100)))
    (func (export "next") (result i32) (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n))
    (func (export "peek") (param i32) (result i32) (i32.load8_u (local.get 0)))
    (func (export "block") (result i32) (call $alloc (i32.const 64)))
    (func (export "trap") (global.set $n (i32.const 500)) unreachable)
    (func (export "forever") (loop (br 0))))
  """#.utf8)

private func withCounter<Value: Sendable>(
  _ change: (inout WasmConfig) -> Void = { _ in }, _ body: (WasmRuntime) async throws -> Value
) async throws -> Value {
  try await WasmRuntime.withRuntime(RealWorker.config(change)) { (runtime) async throws in
    try await runtime.loadModule("counter", counter)
    return try await body(runtime)
  }
}

@Suite(
  "Instances that are kept",
  .enabled(if: RealWorker.isThere, Comment(rawValue: RealWorker.reason)))
struct InstanceTests {
  @Test("state lasts from call to call, starts fresh in every session, and _initialize runs once")
  func state() async throws {
    try await withCounter { (runtime) async throws in
      for _ in 0..<2 {
        try await runtime.withInstance("counter") { (instance) async throws in
          #expect(try await instance.call("next") == 101)
          #expect(try await instance.call("next") == 102)
        }
      }
      // A call outside of a session sees nothing of it.
      #expect(try await runtime.execute("counter", "next") == 101)
    }
  }

  @Test("memory is read and written, and blocks stay allocated")
  func memory() async throws {
    try await withCounter { (runtime) async throws in
      try await runtime.withInstance("counter") { (instance) async throws in
        let address = try await instance.allocate([7, 8, 9])
        #expect(try await instance.read(address, count: 4) == [7, 8, 9, 0])
        try await instance.write([42], at: address)
        #expect(try await instance.call("peek", [JSONValue(address)]) == 42)
        let first = try await instance.call("block")
        let second = try await instance.call("block")
        #expect(first != second && first.uint64Value.map { $0 >= UInt64(address) + 4 } == true)
        #expect(await wasmError { try await instance.read(65_535, count: 2) }?.code == .invalidArguments)
        #expect(await wasmError { try await instance.write([1, 2], at: 65_535) }?.code == .invalidArguments)
        #expect(try await instance.read(65_535, count: 1) == [0])
      }
    }
  }

  @Test("after a trap the instance goes on; after a deadline it is gone, with the reason, and others go on")
  func ends() async throws {
    try await withCounter { (runtime) async throws in
      let result: JSONValue = try await runtime.withInstance("counter") { (instance) async throws in
        #expect(await wasmError { try await instance.call("trap") }?.code == .trap)
        #expect(try await instance.call("next") == 501)
        var slow = Invocation(module: "counter", function: "forever")
        slow.limits = .init(executionTime: .milliseconds(200), fuel: nil)
        slow.limits.fuel = nil
        let late = await wasmError { try await instance.invoke(slow) }
        #expect(late?.code == .timedOut || late?.code == .fuelExhausted)
        if late?.code == .timedOut {
          #expect(await wasmError { try await instance.call("next") } != nil)
        }
        return 1
      }
      #expect(result == 1)
      #expect(try await runtime.execute("counter", "next") == 101)
    }
  }

  @Test("a session has a worker of its own, which serves others when it has ended")
  func pinning() async throws {
    try await withCounter({ $0.pool.maxWorkers = 1 }) { (runtime) async throws in
      try await runtime.withInstance("counter") { (instance) async throws in
        #expect(try await instance.call("next") == 101)
        let waiting = await wasmError {
          try await runtime.invoke(
            Invocation(module: "counter", function: "next", limits: .init(executionTime: .milliseconds(100))))
        }
        #expect(waiting?.code == .timedOut && waiting?.phase == .queued)
        #expect(try await instance.call("next") == 102)
      }
      #expect(try await runtime.execute("counter", "next") == 101)
      #expect(runtime.statistics.workersStarted == 1)
    }
  }

  @Test("one call at a time; a second one is refused and harms nothing")
  func oneAtATime() async throws {
    try await withCounter({ $0.fuelLimit = nil }) { (runtime) async throws in
      try await runtime.withInstance("counter") { (instance) async throws in
        var spin = Invocation(module: "counter", function: "forever")
        spin.limits.executionTime = .seconds(2)
        let first = Task { [spin] in try await instance.invoke(spin) }
        try await until { runtime.statistics.calls >= 3 }
        #expect(await wasmError { try await instance.call("next") }?.code == .invalidArguments)
        first.cancel()
        #expect(await wasmError { try await first.value }?.code == .cancelled)
      }
      #expect(try await runtime.execute("counter", "next") == 101)
    }
  }

  @Test("a module that is replaced or unloaded meanwhile stays the session's own; shutting down ends the session")
  func replaced() async throws {
    let runtime = try WasmRuntime(RealWorker.config())
    try await runtime.loadModule("counter", counter)
    let last: WasmError? = try await runtime.withInstance("counter") { (instance) async throws in
      try await runtime.loadModule(
        "counter", Array(#"(module (func (export "next") (result i32) (i32.const 1)))"#.utf8))
      #expect(try await instance.call("next") == 101)
      #expect(runtime.unloadModule("counter"))
      #expect(try await instance.call("next") == 102)
      await runtime.shutdown(graceful: false)
      return await wasmError { try await instance.call("next") }
    }
    #expect(last?.code == .shutDown)
  }

  @Test("an instance that cannot be made, and one that traps at its start, throw at once and leave no worker behind")
  func failedStart() async throws {
    try await withCounter({ $0.pool.maxWorkers = 1 }) { (runtime) async throws in
      try await runtime.loadModule("bad", Array("(module (func $s unreachable) (start $s))".utf8))
      #expect(await wasmError { try await runtime.withInstance("bad") { _ in 1 } }?.code == .trap)
      #expect(await wasmError { try await runtime.withInstance("missing") { _ in 1 } }?.code == .moduleNotFound)
      #expect(try await runtime.execute("counter", "next") == 101)
    }
  }

  @Test("a session has so many calls, and lives on without more of them")
  func sessionCalls() async throws {
    try await withCounter { (runtime) async throws in
      try await runtime.withInstance("counter", limits: .init(calls: 2)) { (instance) async throws in
        #expect(try await instance.call("next") == 101)
        #expect(try await instance.call("next") == 102)
        let error = await wasmError { try await instance.call("next") }
        #expect(error?.code == .neverFits && error?.limit?.name == "session.calls")
      }
    }
  }

  @Test("the calls of a session share its fuel, each within its own")
  func sessionFuel() async throws {
    try await withCounter { (runtime) async throws in
      try await runtime.withInstance("counter", limits: .init(fuel: 1_000)) { (instance) async throws in
        #expect(try await instance.call("next") == 101)
        let first = await wasmError { try await instance.call("forever") }
        #expect(first?.code == .fuelExhausted)
        let second = await wasmError { try await instance.call("next") }
        #expect(second?.code == .fuelExhausted)
      }
    }
  }

  @Test("a session ends when its lifetime is over, in the middle of a call or between two")
  func sessionLifetime() async throws {
    try await withCounter({ $0.fuelLimit = nil }) { (runtime) async throws in
      try await runtime.withInstance("counter", limits: .init(lifetime: .milliseconds(200))) {
        (instance) async throws in
        let error = await wasmError { try await instance.call("forever") }
        #expect(error?.code == .timedOut && error?.limit?.name == "session.lifetime", "\(String(describing: error))")
        #expect(await wasmError { try await instance.call("next") }?.code == .timedOut)
      }
      try await runtime.withInstance("counter", limits: .init(lifetime: .milliseconds(50))) { (instance) async throws in
        try await until { runtime.statistics.workers == 0 }
        #expect(await wasmError { try await instance.call("next") }?.limit?.name == "session.lifetime")
      }
      #expect(try await runtime.execute("counter", "next") == 101)
    }
  }

  @Test("limits with which no session could be are refused")
  func sessionProblems() async throws {
    try await withCounter { (runtime) async throws in
      let bad: [SessionLimits] = [.init(lifetime: .zero), .init(calls: 0), .init(fuel: 0)]
      for limits in bad {
        let error = await wasmError { try await runtime.withInstance("counter", limits: limits) { _ in } }
        #expect(error?.code == .invalidConfiguration && error?.problems.count == 1)
      }
    }
  }
}
