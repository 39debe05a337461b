// What a call costs that has a process, or a worker, of its own.
import HanzoWasm

private let addition = """
  (module
    (func (export "add") (param $a i32) (param $b i32) (result i32)
      (i32.add (local.get $a) (local.get $b))))
  """

/// One caller, with the module preloaded: calls behind each other, which also wait for what follows the call before, and
/// calls with a pause between them, as a host makes them that is not at its limit.
func measureIsolation(_ config: WasmConfig, _ amount: Amount) async throws {
  var config = config
  config.pool.maxWorkers = 1
  config.pool.maxCallsPerWorker = .max
  for (isolation, name) in [
    (WasmConfig.Isolation.freshProcess, "fresh_process"), (.freshSpawn, "fresh_spawn"),
  ] {
    try await WasmRuntime.withRuntime(config) { runtime in
      _ = try await runtime.loadModule("add", Array(addition.utf8))
      var call = Invocation(module: "add", function: "add", parameters: [5, 3])
      call.isolation = isolation
      if isolation == .freshProcess { try await runtime.prewarm("add", isolation: isolation) }
      let calls = isolation == .freshProcess ? amount.warmCalls / 25 : amount.starts
      for (pause, suffix) in [(Duration.zero, ""), (.milliseconds(5), "_paced")] {
        // A worker for each call is started when the call comes, whatever pause there was.
        if isolation == .freshSpawn, pause > .zero { continue }
        let clock = ContinuousClock()
        var times: [Int64] = []
        for _ in 0..<(pause > .zero ? calls / 4 : calls) {
          if pause > .zero { try await Task.sleep(for: pause) }
          let start = clock.now
          let outcome = try await runtime.invoke(call)
          times.append((clock.now - start).nanoseconds)
          try check(try outcome.json(), 8)
        }
        let samples = Samples(times)
        report("\(name)\(suffix)_p50", samples.median)
        report("\(name)\(suffix)_p99", samples.quantile(0.99))
      }
    }
  }
}
