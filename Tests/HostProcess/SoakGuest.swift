// The soak test's guest: answers that depend on the input and on the module, and the ways to misbehave.

import Foundation

/// Modules that differ in one number, so that an answer of another module is a wrong answer.
enum SoakGuest {
  /// - `sum(n, x)`: folds `n` steps of a mixing function over `x` and the module's number;
  /// - `mask`: answers the input, every byte XORed with the module's number, through `env.output_write`;
  /// - `_start`: the same from standard input to standard output;
  /// - `spin`: for ever;
  /// - `bomb`: takes and touches all memory that it gets, then traps.
  static func module(number: Int) -> [UInt8] {
    Array(
      """
      (module
        (import "env" "input_read" (func $input_read (param i32 i32) (result i32)))
        (import "env" "output_write" (func $output_write (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 2)
        (func $mask_bytes (param $length i32) (local $at i32)
          (if (i32.eqz (local.get $length)) (then (return)))
          (loop $next
            (i32.store8 offset=1024 (local.get $at)
              (i32.xor (i32.load8_u offset=1024 (local.get $at)) (i32.const \(number & 0xFF))))
            (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1))) (local.get $length)))))
        (func (export "sum") (param $n i32) (param $x i64) (result i64)
          (local.set $x (i64.xor (local.get $x) (i64.const \(number))))
          (loop $next
            (local.set $x (i64.add (i64.mul (local.get $x) (i64.const 6364136223846793005)) (i64.const 1442695040888963407)))
            (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
          (local.get $x))
        (func (export "mask") (local $count i32)
          (loop $next
            (local.set $count (call $input_read (i32.const 1024) (i32.const 65536)))
            (if (i32.gt_s (local.get $count) (i32.const 0))
              (then
                (call $mask_bytes (local.get $count))
                (drop (call $output_write (i32.const 1024) (local.get $count)))
                (br $next)))))
        (func (export "_start") (local $count i32)
          (loop $next
            (i32.store (i32.const 0) (i32.const 1024))
            (i32.store (i32.const 4) (i32.const 65536))
            (if (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 16)) (then (unreachable)))
            (local.set $count (i32.load (i32.const 16)))
            (if (local.get $count)
              (then
                (call $mask_bytes (local.get $count))
                (i32.store (i32.const 4) (local.get $count))
                (if (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16)) (then (unreachable)))
                (if (i32.ne (i32.load (i32.const 16)) (local.get $count)) (then (unreachable)))
                (br $next)))))
        (func (export "spin") (loop (br 0)))
        (func (export "bomb") (local $at i32)
          (loop $grow (br_if $grow (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))
          (loop $touch
            (i32.store (local.get $at) (i32.const 1))
            (br_if $touch
              (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 4096)))
                (i32.mul (memory.size) (i32.const 65536)))))
          (unreachable)))
      """.utf8)
  }

  /// What `sum` answers.
  static func sum(_ n: Int, _ x: Int64, number: Int) -> Int64 {
    var value = x ^ Int64(number)
    for _ in 0..<n { value = value &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407 }
    return value
  }

  /// What `mask` and `_start` answer.
  static func masked(_ bytes: [UInt8], number: Int) -> [UInt8] { bytes.map { $0 ^ UInt8(number & 0xFF) } }
}

/// SplitMix64: the same calls for the same seed.
struct SoakRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}

/// Latencies in microseconds, in buckets of one percent: small however many are recorded.
struct LatencyHistogram {
  private static let bucketsPerDoubling = 64.0
  private var counts = [UInt32](repeating: 0, count: 64 * 40)
  private(set) var count = 0

  mutating func record(_ nanoseconds: Int64) {
    let microseconds = Swift.max(1, Double(nanoseconds) / 1_000)
    counts[Swift.min(counts.count - 1, Int(log2(microseconds) * Self.bucketsPerDoubling))] += 1
    count += 1
  }

  mutating func add(_ other: LatencyHistogram) {
    for index in counts.indices { counts[index] += other.counts[index] }
    count += other.count
  }

  /// The latency, in microseconds, that this part of all calls did not exceed, rounded up to the bucket's end.
  func quantile(_ part: Double) -> Double {
    let wanted = Int((Double(count) * part).rounded(.up))
    var seen = 0
    for (index, bucket) in counts.enumerated() {
      seen += Int(bucket)
      if seen >= wanted, seen > 0 { return exp2(Double(index + 1) / Self.bucketsPerDoubling) }
    }
    return 0
  }
}
