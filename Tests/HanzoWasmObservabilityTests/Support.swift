// A runtime of real workers whose metrics, spans and log lines a test can read. HANZO_WASM_WORKER names the executable, a
// release build: scripts/test sets it.

import CoreMetrics
import Foundation
import HanzoWasm
import InMemoryTracing
import Logging
import MetricsTestKit
import Synchronization
import Testing
import Tracing

enum RealWorker {
  static let path = ProcessInfo.processInfo.environment["HANZO_WASM_WORKER"]
  static var isThere: Bool { path != nil }
  static let reason = "HANZO_WASM_WORKER does not name a release build of the worker"

  static func config(_ change: (inout WasmConfig) -> Void = { _ in }) -> WasmConfig {
    var config = WasmConfig()
    config.worker.path = path
    config.pool.maxWorkers = 2
    change(&config)
    return config
  }
}

/// What the guests of these tests are.
let module = Array(
  #"""
  (module
    (import "env" "wait" (func $wait (param i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
    (func (export "trap") unreachable)
    (func (export "forever") (loop (br 0)))
    (func (export "wait") (param i32) (result i32) (call $wait (local.get 0))))
  """#.utf8)

/// A host function that a test holds up, and lets go on.
final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var arrived = 0
    var waiters: [CheckedContinuation<Void, Never>] = []
  }
  private let state = Mutex(State())

  var arrived: Int { state.withLock { $0.arrived } }

  func open() {
    let waiters = state.withLock { state in
      state.isOpen = true
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  /// `env.wait`: gives its argument back as soon as the gate is open.
  var function: HostFunction {
    HostFunction("wait", parameters: [.i32], result: .i32) { call in
      await withCheckedContinuation { continuation in
        let isOpen = self.state.withLock { state in
          state.arrived += 1
          if !state.isOpen { state.waiters.append(continuation) }
          return state.isOpen
        }
        if isOpen { continuation.resume() }
      }
      return .i32(try call.i32(0))
    }
  }

  static var opened: Gate {
    let gate = Gate()
    gate.open()
    return gate
  }
}

extension TestMetrics {
  static let prefix = "hanzo_wasm_sandbox_"

  func count(_ name: String, _ dimensions: [(String, String)] = []) -> Int64 {
    counterTotal(label: Self.prefix + name, dimensions: dimensions)
  }

  /// The counts by the value of a label, without the zeros.
  func counts(_ name: String) -> [String: UInt64] {
    var counts: [String: UInt64] = [:]
    for counter in counters(label: Self.prefix + name) where counter.totalValue != 0 {
      counts[counter.dimensions.first?.1 ?? "", default: 0] += UInt64(counter.totalValue)
    }
    return counts
  }

  func gauge(_ name: String, _ dimensions: [(String, String)] = []) -> Int {
    meters(label: Self.prefix + name, dimensions: dimensions).reduce(0) { $0 + Int($1.lastValue ?? 0) }
  }

  /// The gauges of workers, without the zeros.
  var workers: [String: Int] {
    var workers: [String: Int] = [:]
    for state in ["starting", "idle", "busy", "ending"] {
      let count = gauge("workers", [("state", state)])
      if count != 0 { workers[state] = count }
    }
    return workers
  }

  func times(_ name: String) -> [Duration] {
    timers(label: Self.prefix + name).flatMap(\.values).map { .nanoseconds($0) }
  }

  var fuel: [Double] { recorders(label: Self.prefix + "fuel").flatMap(\.values) }
}

/// A runtime whose metrics are its own.
func observed(
  _ config: WasmConfig, _ metrics: TestMetrics, hostFunctions: [HostFunction] = [], logger: Logger? = nil
) throws -> WasmRuntime {
  try withMetricsFactory(metrics) { try WasmRuntime(config, hostFunctions: hostFunctions, logger: logger) }
}

/// Runs the body with a runtime of real workers that has `module` loaded as `m`.
func withModule(
  _ metrics: TestMetrics = TestMetrics(), _ gate: Gate = .opened, logger: Logger? = nil,
  change: (inout WasmConfig) -> Void = { _ in }, _ body: (WasmRuntime) async throws -> Void
) async throws {
  let runtime = try observed(RealWorker.config(change), metrics, hostFunctions: [gate.function], logger: logger)
  do {
    try await runtime.loadModule("m", module)
    try await body(runtime)
  } catch {
    gate.open()
    await runtime.shutdown(graceful: false)
    throw error
  }
  await runtime.shutdown()
}

/// The error of a body that must fail.
func wasmError(_ body: () async throws -> some Any) async -> WasmError? {
  do {
    _ = try await body()
    return nil
  } catch {
    return error as? WasmError
  }
}

/// Waits for something that happens behind the scenes; a minute without it is an error.
func until(_ condition: () -> Bool) async throws {
  struct NeverHappened: Error {}
  let began = ContinuousClock.now
  while !condition() {
    if ContinuousClock.now - began > .seconds(60) { throw NeverHappened() }
    try await Task.sleep(for: .milliseconds(1))
  }
}

/// The lines that a logger was given.
final class LogLines: Sendable {
  struct Line: Sendable {
    let level: Logger.Level
    let message: String
    let metadata: [String: String]
    /// Whether there was a trace that it belongs to.
    let context: String?
  }

  private let kept = Mutex<[Line]>([])
  var lines: [Line] { kept.withLock { $0 } }

  var logger: Logger {
    Logger(label: "test") { _ in Handler(lines: self) }
  }

  private struct Handler: LogHandler {
    let lines: LogLines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let line = Line(
        level: event.level, message: "\(event.message)",
        metadata: (event.metadata ?? [:]).mapValues { "\($0)" },
        context: ServiceContext.current?.inMemorySpanContext?.spanID)
      lines.kept.withLock { $0.append(line) }
    }
  }
}
