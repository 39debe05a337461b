// Starting a worker, a warm call, many calls at once, and calls that have to be ended.
import CAffinity
import Glibc
import HanzoWasm

private let addition = """
  (module
    (func (export "add") (param $a i32) (param $b i32) (result i32)
      (i32.add (local.get $a) (local.get $b))))
  """

/// From the request for a worker to one that is confined, checked and ready.
func measureSpawn(_ config: WasmConfig, _ amount: Amount) async throws {
  var times: [Int64] = []
  for _ in 0..<amount.starts {
    let report = await WasmRuntime.probe(config)
    if let problem = report.problem { throw problem }
    if let time = report.startTime { times.append(time.nanoseconds) }
  }
  let samples = Samples(times)
  report("ready_p50", samples.median)
  report("ready_p90", samples.quantile(0.9))
}

/// A runtime without workers: from the call to its first answer, with a start, the module's load and the call in between.
func measureColdStart(_ config: WasmConfig, _ amount: Amount) async throws {
  var times: [Int64] = []
  let module = Array(addition.utf8)
  for _ in 0..<amount.starts {
    try await WasmRuntime.withRuntime(config) { runtime in
      let clock = ContinuousClock()
      let start = clock.now
      let sum = try await runtime.executeBytes(module, "add", [5, 3])
      times.append((clock.now - start).nanoseconds)
      try check(sum, 8)
    }
  }
  let samples = Samples(times)
  report("cold_call_p50", samples.median)
  report("cold_call_p90", samples.quantile(0.9))
}

/// One caller, one worker that has the module already: from `await` to `await`, in calls of the module's `add`.
///
/// - Parameters:
///   - name: of the figures. Another isolation is another name and another invocation, and a line of `WARM_CALLS` in
///     harness/library.py.
///   - separately: keeps the worker off the core that this process is pinned to.
func measureWarmCalls(
  _ config: WasmConfig, _ amount: Amount, name: String = "warm_call", separately: Bool = false,
  _ call: Invocation = Invocation(module: "add", function: "add", parameters: [5, 3])
) async throws {
  var config = config
  config.pool.maxWorkers = 1
  config.pool.maxCallsPerWorker = .max
  try await WasmRuntime.withRuntime(config) { runtime in
    _ = try await runtime.loadModule("add", Array(addition.utf8))
    // Nothing is reported where there is no other core: the harness says so.
    if separately {
      guard let worker = runtime.status().workers.first?.pid, move_to_other_cores(worker) == 0 else { return }
    }
    for _ in 0..<amount.warmUpCalls { _ = try await runtime.invoke(call) }

    let before = transferredBytes()
    var times: [Int64] = []
    times.reserveCapacity(amount.warmCalls)
    let clock = ContinuousClock()
    for _ in 0..<amount.warmCalls {
      let start = clock.now
      let outcome = try await runtime.invoke(call)
      times.append((clock.now - start).nanoseconds)
      try check(try outcome.json(), 8)
    }
    let after = transferredBytes()

    let samples = Samples(times)
    report("\(name)_p50", samples.median)
    report("\(name)_p99", samples.quantile(0.99))
    report("\(name)_p999", samples.quantile(0.999))
    // The sizes of a request and a reply, for the floor to use the same.
    if let before, let after {
      report("request_bytes", (after.written - before.written) / Int64(amount.warmCalls))
      report("reply_bytes", (after.read - before.read) / Int64(amount.warmCalls))
    }
  }
}

/// How fast callers get answers that all call as fast as they can: as many of them as workers, and many more.
func measureThroughput(_ config: WasmConfig, _ amount: Amount, workers: Int) async throws {
  var config = config
  config.pool.minWorkers = workers
  config.pool.maxWorkers = workers
  config.pool.maxCallsPerWorker = .max
  try await WasmRuntime.withRuntime(config) { runtime in
    _ = try await runtime.loadModule("add", Array(addition.utf8))
    let call = Invocation(module: "add", function: "add", parameters: [5, 3])
    for (name, callers) in [("calls_per_second", workers), ("crowd_per_second", 64)] {
      try await callAtOnce(runtime, call, callers: callers, calls: max(1, amount.warmUpCalls / callers))
      let clock = ContinuousClock()
      let start = clock.now
      let calls = amount.callsAtOnce / callers
      try await callAtOnce(runtime, call, callers: callers, calls: calls)
      let seconds = Double((clock.now - start).nanoseconds) / 1e9
      report("\(name)_\(workers)", Int(Double(calls * callers) / seconds))
    }
  }
}

private func callAtOnce(_ runtime: WasmRuntime, _ call: Invocation, callers: Int, calls: Int) async throws {
  try await withThrowingTaskGroup(of: Void.self) { group in
    for _ in 0..<callers {
      group.addTask {
        for _ in 0..<calls { _ = try await runtime.invoke(call) }
      }
    }
    try await group.waitForAll()
  }
}

/// How late the error of a call comes that never ends by itself: from its deadline to `timedOut`, with one such call at a
/// time and with two for each core. Every one costs a worker, and the next call a start.
func measureDeadlines(_ config: WasmConfig, _ amount: Amount) async throws {
  let spinning = "(module (func (export \"spin\") (loop $again (br $again))))"
  let allowed = Duration.milliseconds(50)
  let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  for (name, callers) in [("idle", 1), ("oversubscribed", 2 * cores)] {
    var config = config
    config.pool.minWorkers = callers
    config.pool.maxWorkers = 2 * callers
    try await WasmRuntime.withRuntime(config) { runtime in
      _ = try await runtime.loadModule("spin", Array(spinning.utf8))
      let call = Invocation(module: "spin", function: "spin", limits: .init(executionTime: allowed))
      let late = try await withThrowingTaskGroup(of: [Int64].self) { group in
        for _ in 0..<callers {
          group.addTask {
            var late: [Int64] = []
            let clock = ContinuousClock()
            for _ in 0..<max(1, amount.deadlines / callers) {
              let start = clock.now
              var code: ErrorCode?
              do throws(WasmError) { _ = try await runtime.invoke(call) } catch { code = error.code }
              late.append((clock.now - start - allowed).nanoseconds)
              guard code == .timedOut else {
                throw BenchmarkFailure(description: "a call that never ends ended with \(code?.rawValue ?? "a result")")
              }
            }
            return late
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      let samples = Samples(late)
      report("late_\(name)_p50", samples.median)
      report("late_\(name)_p99", samples.quantile(0.99))
    }
  }
}
