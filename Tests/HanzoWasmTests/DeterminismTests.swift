// One option that makes calls repeatable.

import Foundation
import HanzoWasm
import Testing

/// Looks at all clocks, at random bytes, at its arguments, sleeps, and makes NaNs; writes and logs the bits of all of it.
private let program = Array(
  #"""
  (module
    (import "env" "log" (func $log (param i32 i32)))
    (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
    (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "0123456789abcdef")
    (global $end (mut i32) (i32.const 4096))
    ;; A number as 16 digits.
    (func $put (param i64) (local i32)
      (local.set 1 (i32.const 60))
      (loop $digit
        (i32.store8 (global.get $end)
          (i32.load8_u (i32.wrap_i64 (i64.and (i64.shr_u (local.get 0) (i64.extend_i32_u (local.get 1))) (i64.const 15)))))
        (global.set $end (i32.add (global.get $end) (i32.const 1)))
        (br_if $digit (i32.ge_s (local.tee 1 (i32.sub (local.get 1) (i32.const 4))) (i32.const 0)))))
    (func $time (param i32) (result i64)
      (drop (call $clock (local.get 0) (i64.const 0) (i32.const 64))) (i64.load (i32.const 64)))
    (func (export "run") (param f64 f32) (result i64)
      (call $put (call $time (i32.const 0))) (call $put (call $time (i32.const 1)))
      (call $put (call $time (i32.const 2))) (call $put (call $time (i32.const 3)))
      (drop (call $random (i32.const 72) (i32.const 24)))
      (call $put (i64.load (i32.const 72))) (call $put (i64.load (i32.const 80))) (call $put (i64.load (i32.const 88)))
      ;; Two seconds, relative to the monotonic clock.
      (memory.fill (i32.const 128) (i32.const 0) (i32.const 48))
      (i32.store (i32.const 144) (i32.const 1))
      (i64.store (i32.const 152) (i64.const 2000000000))
      (drop (call $poll (i32.const 128) (i32.const 256) (i32.const 1) (i32.const 320)))
      (call $put (call $time (i32.const 1)))
      (call $put (i64.reinterpret_f64 (f64.sub (local.get 0) (f64.const nan:0x8000000000123))))
      (call $put (i64.extend_i32_u (i32.reinterpret_f32 (f32.div (f32.const 0) (f32.const 0)))))
      (call $put (i64.reinterpret_f64 (f64.promote_f32 (local.get 1))))
      (call $log (i32.const 4096) (i32.sub (global.get $end) (i32.const 4096)))
      (i32.store (i32.const 48) (i32.const 4096))
      (i32.store (i32.const 52) (i32.sub (global.get $end) (i32.const 4096)))
      (drop (call $write (i32.const 1) (i32.const 48) (i32.const 1) (i32.const 56)))
      (call $time (i32.const 0))))
  """#.utf8)

private func call(_ runtime: WasmRuntime, _ determinism: Invocation.Determinism? = nil) async throws -> Outcome {
  var call = Invocation(
    module: "program", entry: .function("run"),
    input: .typedArguments([.f64(bits: 0xFFF0_0000_0000_0001), .f32(bits: 0xFFC0_0001)]))
  call.determinism = determinism
  return try await runtime.invoke(call)
}

/// Everything of an outcome that must not differ.
private struct Seen: Hashable {
  let value: JSONValue
  let stdout: [UInt8]
  let logs: [LogRecord]
  let fuel: UInt64
  let peakMemoryBytes: UInt64

  init(_ outcome: Outcome) throws {
    value = try outcome.json()
    stdout = outcome.stdout
    logs = outcome.logs
    fuel = outcome.usage.fuel
    peakMemoryBytes = outcome.usage.peakMemoryBytes
  }
}

@Suite(
  "Determinism",
  .enabled(if: RealWorker.isThere, Comment(rawValue: RealWorker.reason)))
struct DeterminismTests {
  private func withProgram<Value: Sendable>(
    _ change: (inout WasmConfig) -> Void, _ body: (WasmRuntime) async throws -> Value
  ) async throws -> Value {
    var config = WasmConfig()
    config.worker.path = RealWorker.path
    change(&config)
    return try await WasmRuntime.withRuntime(config) { (runtime) async throws in
      try await runtime.loadModule("program", program)
      return try await body(runtime)
    }
  }

  @Test("1,000 runs are the same byte for byte, in whatever worker and whatever runs between them")
  func repeated() async throws {
    let all = try await withProgram({
      $0.determinism = .init(seed: 7)
      $0.pool.maxWorkers = 2
      // So that many workers take part.
      $0.pool.maxCallsPerWorker = 100
    }) { (runtime) async throws in
      try await withThrowingTaskGroup(of: Seen.self) { group in
        for _ in 0..<1_000 { group.addTask { try Seen(try await call(runtime)) } }
        var all: Set<Seen> = []
        for try await seen in group { all.insert(seen) }
        return all
      }
    }
    #expect(all.count == 1)
    let text = try #require(all.first?.logs.first?.message)
    #expect(text.utf8.count == 11 * 16)
    // 2000-01-01 in nanoseconds, and a microsecond later; what the NaNs became.
    let start = try #require(UInt64(text.prefix(16), radix: 16))
    #expect((946_684_800_000_000_000...946_684_800_000_010_000).contains(start))
    #expect(text.hasSuffix("7ff8000000000000" + "000000007fc00000" + "7ff8000000000000"))
  }

  @Test("a call's own seed and start of the clock count, and make a difference")
  func perCall() async throws {
    try await withProgram({ _ in }) { (runtime) async throws in
      let first = try Seen(try await call(runtime, .init(seed: 1)))
      #expect(try Seen(try await call(runtime, .init(seed: 1))) == first)
      let seeded = try Seen(try await call(runtime, .init(seed: 2)))
      #expect(seeded.value == first.value && seeded.stdout != first.stdout && seeded.fuel == first.fuel)
      let later = try Seen(try await call(runtime, .init(seed: 1, realtimeNanoseconds: 1)))
      #expect(later.value != first.value)
      // Without it nothing of this holds, but the fuel is the same.
      let free = try Seen(try await call(runtime))
      #expect(free.stdout != first.stdout && free.fuel == first.fuel)
    }
  }
}
