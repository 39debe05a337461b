// What protocol/GUEST-ABI.md says about kept instances and commands, where no other test does.
import Foundation
import HanzoWasm
import Testing

@Suite("The guest ABI", .enabled(if: Fixture.isBuilt, "hanzo-wasm-worker is not built"))
struct GuestABITests {
  private static let module = Array(
    #"""
    (module
      (import "env" "input_len" (func $length (result i32)))
      (import "env" "input_read" (func $read (param i32 i32) (result i32)))
      (import "env" "output_write" (func $write (param i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
      (memory (export "memory") 1)
      (global $count (mut i32) (i32.const 0))
      (func (export "_initialize") (global.set $count (i32.const 100)))
      (func $step (global.set $count (i32.add (global.get $count) (i32.const 1))))
      (func (export "_start")
        (drop (call $write (i32.const 0) (call $read (i32.const 0) (call $length))))
        (call $exit (global.get $count)))
      (func (export "count") (result i32) (call $step) (global.get $count))
      (func (export "spin") (call $step) (loop (br 0)))
      (func (export "leave") (result i32) (call $step) (call $exit (i32.const 7)) unreachable)
      (func (export "time") (result i64) (drop (call $clock (i32.const 1) (i64.const 1) (i32.const 0))) (i64.load (i32.const 0))))
    """#.utf8)

  private func withModule(_ body: (WasmRuntime) async throws -> Void) async throws {
    var config = WasmConfig()
    config.worker.path = Fixture.worker
    config.determinism = .init()
    try await WasmRuntime.withRuntime(config) { (runtime) async throws in
      try await runtime.loadModule("guest", Self.module)
      try await body(runtime)
    }
  }

  @Test("a command reads a document by input_read as well, answers by output_write, and has not been initialised")
  func command() async throws {
    try await withModule { (runtime) async throws in
      let outcome = try await runtime.invoke(
        Invocation(module: "guest", entry: .command(arguments: []), input: .document(["a": 1])))
      #expect(try outcome.json() == ["a": 1])
      #expect(outcome.exitCode == 0)
    }
  }

  @Test("a function that ends the program has no result but the exit code")
  func exit() async throws {
    try await withModule { (runtime) async throws in
      let outcome = try await runtime.invoke(Invocation(module: "guest", function: "leave"))
      #expect(try outcome.json() == .null)
      #expect(outcome.exitCode == 7)
    }
  }

  @Test("a kept instance goes on after its fuel was used up and after an exit code, and so do its clocks")
  func keptInstance() async throws {
    try await withModule { (runtime) async throws in
      try await runtime.withInstance("guest") { (instance) async throws in
        #expect(try await instance.call("count") == 101)
        do throws(WasmError) {
          _ = try await instance.invoke(Invocation(module: "guest", function: "spin", limits: .init(fuel: 10_000)))
          Issue.record("the call should have failed")
        } catch {
          #expect(error.code == .fuelExhausted)
        }
        #expect(try await instance.call("count") == 103)
        let left = try await instance.invoke(Invocation(module: "guest", function: "leave"))
        #expect(left.exitCode == 7)
        let next = try await instance.invoke(Invocation(module: "guest", function: "count"))
        #expect(try next.json() == 105 && next.exitCode == nil)
        let first = try #require(try await instance.call("time").int64Value)
        #expect(try await instance.call("time").int64Value == first + 1_000)
      }
    }
  }
}
