// The guests of the scenarios, and the configuration that all share.

import Foundation
import HanzoWasm

enum Guests {
  static let good = Array(
    """
    (module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))
    """.utf8)

  static let victim = Array(
    """
    (module (import "env" "log" (func $log (param i32 i32))) (memory (export "memory") 1)
      (func (export "noop") (result i32) (i32.const 1))
      (func (export "spin") (loop (br 0)))
      (func (export "flood") (loop (call $log (i32.const 0) (i32.const 60000)) (br 0)))
      (func (export "fill") (param i32) (result i32) (local i32)
        (if (i32.eq (memory.grow (i32.sub (local.get 0) (memory.size))) (i32.const -1)) (then (return (i32.const -1))))
        (loop (i32.store (local.get 1) (i32.const 1))
          (br_if 0 (i32.lt_u (local.tee 1 (i32.add (local.get 1) (i32.const 4096)))
            (i32.mul (local.get 0) (i32.const 65536)))))
        (memory.size)))
    """.utf8)

  /// Computes for as many rounds as it is told.
  static let burner = Array(
    """
    (module (func (export "burn") (param i32)
      (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))
    """.utf8)

  /// A module of at least `count` bytes, different for each `number`, which exports `noop`.
  static func large(_ count: Int, number: Int) -> [UInt8] {
    func leb(_ value: Int) -> [UInt8] {
      var (bytes, rest): ([UInt8], Int) = ([], value)
      repeat {
        bytes.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
        rest >>= 7
      } while rest > 0
      return bytes
    }
    let head: [UInt8] =
      [0x00, 0x61, 0x73, 0x6D, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 7, 8, 1, 4]
      + Array("noop".utf8) + [0, 0, 0x0A, 4, 1, 2, 0, 0x0B]
    let payload = [1, UInt8(ascii: "x")] + [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: count)
    return head + [0] + leb(payload.count) + payload
  }

  static func config() -> WasmConfig {
    var config = WasmConfig(maxMemoryBytes: 32 << 20, maxExecutionTime: .seconds(60), fuelLimit: nil)
    config.worker.path = ProcessInfo.processInfo.environment["HANZO_WASM_WORKER"]
    config.pool.maxWorkers = 4
    config.pool.idleTimeout = nil
    return config
  }
}

/// What the kernel says about this process.
enum Kernel {
  /// The open descriptors and what they refer to.
  static func descriptors() -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []).compactMap { name in
      // The descriptor that lists the folder is gone by now.
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")).map { "\(name) \($0)" }
      // Timers are the language's runtime's, which opens one whenever it first needs it; the library has none.
    }.filter { !$0.hasSuffix("[timerfd]") }
  }

  /// The process ids of the children, and how many of them are zombies.
  static func children() -> (pids: Set<Int32>, zombies: Int) {
    var pids: Set<Int32> = []
    var zombies = 0
    for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
      guard let pid = Int32(name), let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
        let end = stat.lastIndex(of: ")")
      else { continue }
      let fields = stat[stat.index(after: end)...].split(separator: " ")
      guard fields.count > 1, fields[1] == "\(getpid())" else { continue }
      pids.insert(pid)
      if fields[0] == "Z" { zombies += 1 }
    }
    return (pids, zombies)
  }

  static func residentKibibytes() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
    return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? -1
  }
}

/// Waits for a condition; false if it did not come true in time.
func eventually(within seconds: Int = 10, _ condition: () async throws -> Bool) async throws -> Bool {
  let clock = ContinuousClock()
  let end = clock.now + .seconds(seconds)
  while try await !condition() {
    if clock.now > end { return false }
    try await Task.sleep(for: .milliseconds(2))
  }
  return true
}
