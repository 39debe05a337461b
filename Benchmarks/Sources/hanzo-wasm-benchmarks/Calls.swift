// Starting a worker, a warm call, and many calls at once.
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

/// One caller, one worker that has the module already: from `await` to `await`.
func measureWarmCalls(_ config: WasmConfig, _ amount: Amount) async throws {
  var config = config
  config.pool.maxWorkers = 1
  config.pool.maxCallsPerWorker = .max
  try await WasmRuntime.withRuntime(config) { runtime in
    _ = try await runtime.loadModule("add", Array(addition.utf8))
    let call = Invocation(module: "add", function: "add", parameters: [5, 3])
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
    report("warm_call_p50", samples.median)
    report("warm_call_p99", samples.quantile(0.99))
    report("warm_call_p999", samples.quantile(0.999))
    // The sizes of a request and a reply, for the floor to use the same.
    if let before, let after {
      report("request_bytes", (after.written - before.written) / Int64(amount.warmCalls))
      report("reply_bytes", (after.read - before.read) / Int64(amount.warmCalls))
    }
  }
}

/// As many callers as workers, all calling as fast as they get answers.
func measureThroughput(_ config: WasmConfig, _ amount: Amount, workers: Int) async throws {
  var config = config
  config.pool.minWorkers = workers
  config.pool.maxWorkers = workers
  config.pool.maxCallsPerWorker = .max
  try await WasmRuntime.withRuntime(config) { runtime in
    _ = try await runtime.loadModule("add", Array(addition.utf8))
    let call = Invocation(module: "add", function: "add", parameters: [5, 3])
    try await callAtOnce(runtime, call, callers: workers, calls: amount.warmUpCalls / workers)
    let clock = ContinuousClock()
    let start = clock.now
    let calls = amount.callsAtOnce / workers
    try await callAtOnce(runtime, call, callers: workers, calls: calls)
    let seconds = Double((clock.now - start).nanoseconds) / 1e9
    report("calls_per_second_\(workers)", Int(Double(calls * workers) / seconds))
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
