// Every metric, by calls in real workers.

import CoreMetrics
import Foundation
import HanzoWasm
import MetricsTestKit
import Testing

@Suite("Metrics", .enabled(if: RealWorker.isThere, Comment(rawValue: RealWorker.reason)))
struct MetricTests {
  /// Whether the counters and gauges say the same as the runtime.
  private func expectAgreement(
    _ metrics: TestMetrics, _ statistics: RuntimeStatistics, _ location: SourceLocation = #_sourceLocation
  ) {
    func names<Case: RawRepresentable<String>>(_ counts: [Case: UInt64]) -> [String: UInt64] {
      Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, $0.value) })
    }
    var calls = names(statistics.failed)
    if statistics.succeeded > 0 { calls["ok"] = statistics.succeeded }
    #expect(metrics.counts("calls_total") == calls, sourceLocation: location)
    #expect(metrics.count("host_calls_total") == Int64(statistics.hostCalls), sourceLocation: location)
    #expect(metrics.count("spawns_total") == Int64(statistics.workersStarted), sourceLocation: location)
    #expect(metrics.counts("start_failures_total") == names(statistics.startFailures), sourceLocation: location)
    #expect(metrics.counts("kills_total") == names(statistics.kills), sourceLocation: location)
    #expect(metrics.counts("losses_total") == names(statistics.losses), sourceLocation: location)
    #expect(metrics.count("quarantines_total") == Int64(statistics.quarantines), sourceLocation: location)
    #expect(metrics.gauge("queue_length") == statistics.queued, sourceLocation: location)
    let workers = statistics.workersByState
    #expect(
      metrics.workers
        == ["starting": workers.starting, "idle": workers.idle, "busy": workers.busy, "ending": workers.ending]
        .filter { $0.value != 0 }, sourceLocation: location)
    for (name, total) in [
      ("queue_seconds", statistics.queueTime), ("load_seconds", statistics.loadTime),
      ("execution_seconds", statistics.executionTime),
    ] {
      #expect(metrics.times(name).count == Int(total.count), "\(name)", sourceLocation: location)
      #expect(metrics.times(name).reduce(.zero, +) == total.sum, "\(name)", sourceLocation: location)
    }
    #expect(metrics.fuel.reduce(0, +) == Double(statistics.fuel), sourceLocation: location)
  }

  @Test("a call's times and fuel are those of its outcome, recorded before it returns")
  func outcome() async throws {
    let metrics = TestMetrics()
    try await withModule(metrics) { runtime in
      #expect(metrics.counts("calls_total") == ["ok": 1])
      let load = metrics.times("load_seconds")
      #expect(load.count == 1 && load[0] > .zero)
      #expect(metrics.times("execution_seconds").isEmpty && metrics.fuel.isEmpty)
      let usage = try await runtime.invoke(Invocation(module: "m", function: "add", parameters: [5, 3])).usage
      #expect(metrics.counts("calls_total") == ["ok": 2])
      #expect(metrics.times("queue_seconds").last == usage.queueTime)
      #expect(metrics.times("execution_seconds") == [usage.executionTime] && usage.executionTime > .zero)
      #expect(metrics.times("load_seconds") == load && usage.loadTime == .zero)
      #expect(metrics.fuel == [Double(usage.fuel)] && usage.fuel > 0)
      #expect(metrics.timers.allSatisfy { $0.displayUnit == .seconds })
      expectAgreement(metrics, runtime.statistics)
    }
  }

  @Test("failures count by their code, with the time that they took")
  func failures() async throws {
    let metrics = TestMetrics()
    try await withModule(metrics, change: { $0.fuelLimit = 1_000_000 }) { runtime in
      #expect(await wasmError { try await runtime.execute("m", "trap") }?.code == .trap)
      #expect(await wasmError { try await runtime.execute("m", "forever") }?.code == .fuelExhausted)
      #expect(metrics.fuel.last == 1_000_000)
      #expect(await wasmError { try await runtime.execute("m", "nothing") }?.code == .functionNotFound)
      #expect(await wasmError { try await runtime.loadModule("bad", [0]) }?.code == .invalidModule)
      let counts: [String: UInt64] = [
        "ok": 1, "trap": 1, "fuelExhausted": 1, "functionNotFound": 1, "invalidModule": 1,
      ]
      #expect(metrics.counts("calls_total") == counts)
      #expect(metrics.times("execution_seconds").count == 3 && metrics.times("load_seconds").count == 2)
      expectAgreement(metrics, runtime.statistics)
    }
  }

  @Test("the gauges follow workers and waiting calls, and a full queue counts its refusals")
  func gauges() async throws {
    let metrics = TestMetrics()
    let gate = Gate()
    try await withModule(
      metrics, gate,
      change: {
        $0.pool.maxWorkers = 1
        $0.pool.queueLimit = 1
      }
    ) { runtime in
      #expect(metrics.workers == ["idle": 1])
      async let running = runtime.execute("m", "wait", 1)
      try await until { gate.arrived == 1 }
      #expect(metrics.workers == ["busy": 1] && metrics.gauge("queue_length") == 0)
      async let waiting = runtime.execute("m", "add", [1, 2])
      try await until { metrics.gauge("queue_length") == 1 }
      #expect(await wasmError { try await runtime.execute("m", "add", [1, 2]) }?.code == .overloaded)
      #expect(metrics.counts("calls_total")["overloaded"] == 1)
      expectAgreement(metrics, runtime.statistics)
      gate.open()
      #expect(try await running == 1)
      #expect(try await waiting == 3)
      #expect(metrics.workers == ["idle": 1] && metrics.gauge("queue_length") == 0)
      #expect(metrics.count("host_calls_total") == 1)
      #expect(metrics.times("queue_seconds").last ?? .zero > .zero)
      expectAgreement(metrics, runtime.statistics)
    }
    #expect(metrics.workers.isEmpty)
  }

  @Test("workers that were killed count by the reason, those that were lost by what it means")
  func ends() async throws {
    let metrics = TestMetrics()
    let runtime = try observed(
      RealWorker.config {
        $0.pool.maxWorkers = 8
        $0.fuelLimit = nil
      }, metrics, hostFunctions: [Gate.opened.function])
    try await runtime.loadModule("m", module)
    var invocation = Invocation(module: "m", function: "forever")
    invocation.limits.executionTime = .milliseconds(200)
    #expect(await wasmError { try await runtime.invoke(invocation) }?.code == .timedOut)
    #expect(metrics.times("execution_seconds").last ?? .zero > .milliseconds(50))
    invocation.limits.executionTime = nil
    invocation.limits.cpuTime = .milliseconds(50)
    #expect(await wasmError { try await runtime.invoke(invocation) }?.code == .cpuTimeExceeded)
    let cancelled = Task { try await runtime.execute("m", "forever") }
    try await until { runtime.statistics.running == 1 }
    cancelled.cancel()
    #expect(await wasmError { try await cancelled.value }?.code == .cancelled)
    // As the kernel's out-of-memory killer would.
    let lost = Task { try await runtime.execute("m", "forever") }
    try await until { runtime.status().workers.contains { $0.state == .busy && $0.pid != nil } }
    for worker in runtime.status().workers where worker.state == .busy {
      if let pid = worker.pid { kill(pid, SIGKILL) }
    }
    #expect(await wasmError { try await lost.value }?.code == .workerKilled)
    let last = Task { try await runtime.execute("m", "forever") }
    try await until { runtime.statistics.running == 1 }
    #expect(try await runtime.execute("m", "add", [1, 2]) == 3)
    await runtime.shutdown(graceful: false)
    #expect(await wasmError { try await last.value }?.code == .shutDown)
    #expect(
      metrics.counts("kills_total")
        == ["timedOut": 1, "cpuTimeExceeded": 1, "cancelled": 1, "shutDown": 1, "retired": 1])
    #expect(metrics.counts("losses_total") == ["workerKilled": 1])
    expectAgreement(metrics, runtime.statistics)
  }

  @Test("the gauges of two runtimes add up")
  func twoRuntimes() async throws {
    let metrics = TestMetrics()
    try await withModule(metrics) { _ in
      try await withModule(metrics) { _ in #expect(metrics.workers == ["idle": 2]) }
      #expect(metrics.workers == ["idle": 1])
    }
    #expect(metrics.workers.isEmpty)
  }

  @Test("many calls at a time: nothing is counted twice or forgotten")
  func concurrency() async throws {
    let metrics = TestMetrics()
    try await withModule(metrics, change: { $0.pool.maxWorkers = 3 }) { runtime in
      await withTaskGroup(of: Void.self) { group in
        for index in 0..<300 {
          group.addTask {
            _ = try? await runtime.execute("m", index % 7 == 0 ? "trap" : "add", index % 7 == 0 ? .null : [1, 2])
          }
        }
      }
      #expect(metrics.counts("calls_total") == ["ok": 258, "trap": 43])
      expectAgreement(metrics, runtime.statistics)
    }
    #expect(metrics.workers.isEmpty && metrics.gauge("queue_length") == 0)
  }

  @Test("nothing that a module, a guest or a caller says gets into a label or a name")
  func hostileNames() async throws {
    let metrics = TestMetrics()
    let evil = "evil\",code=\"ok\n# HELP \u{202E}"
    try await withModule(metrics) { runtime in
      let text = #"""
        (module $evil
          (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 1)
          (data (i32.const 8) "evil\n")
          (func (export "evil\22,code=\22ok\0a# HELP \e2\80\ae")
            (i32.store (i32.const 0) (i32.const 8)) (i32.store (i32.const 4) (i32.const 5))
            (drop (call $write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 100)))
            unreachable))
        """#
      try await runtime.loadModule(evil, Array(text.utf8), domain: evil)
      #expect(await wasmError { try await runtime.execute(evil, evil) }?.code == .trap)
      #expect(await wasmError { try await runtime.execute(evil, evil + "?") }?.code == .functionNotFound)
      #expect(await wasmError { try await runtime.loadModule(evil, Array("(\(evil)".utf8)) }?.code == .invalidModule)
    }
    let names: Set = [
      "calls_total", "host_calls_total", "queue_seconds", "load_seconds", "execution_seconds", "fuel", "spawns_total",
      "start_failures_total", "kills_total", "losses_total", "quarantines_total", "queue_length", "workers",
    ]
    let codes = Set(ErrorCode.allCases.map(\.rawValue))
    let values: [String: Set<String>] = [
      "code": codes.union(["ok"]), "reason": Set(RuntimeStatistics.Kill.allCases.map(\.rawValue)),
      "state": ["starting", "idle", "busy", "ending"],
    ]
    let all =
      metrics.counters.map { ($0.label, $0.dimensions) } + metrics.meters.map { ($0.label, $0.dimensions) }
      + metrics.timers.map { ($0.label, $0.dimensions) } + metrics.recorders.map { ($0.label, $0.dimensions) }
    #expect(Set(all.map(\.0)) == Set(names.map { TestMetrics.prefix + $0 }))
    for (label, dimensions) in all {
      #expect(dimensions.count <= 1)
      for (name, value) in dimensions { #expect(values[name]?.contains(value) == true, "\(label) \(name) \(value)") }
    }
  }
}

@Suite("Metrics of workers that do not start")
struct StartMetricTests {
  @Test("a start that failed counts as a spawn and as a failure")
  func startFailure() async throws {
    // Anything that is no worker.
    let metrics = TestMetrics()
    var config = WasmConfig()
    config.worker.path = "/bin/false"
    let runtime = try observed(config, metrics)
    let error = await wasmError { try await runtime.loadModule("m", module) }
    await runtime.shutdown()
    let spawns = runtime.statistics.workersStarted
    #expect(spawns > 0 && metrics.count("spawns_total") == Int64(spawns))
    #expect(metrics.counts("start_failures_total") == [error?.code.rawValue ?? "": spawns])
    #expect(metrics.counts("calls_total") == [error?.code.rawValue ?? "": 1])
    #expect(metrics.workers.isEmpty && metrics.gauge("queue_length") == 0)
  }
}
