// What the library costs: starting a worker, a warm call, many calls at once, and how fast a guest computes.
//
//   HANZO_WASM_WORKER=.../hanzo-wasm-worker hanzo-wasm-benchmarks PROGRAMS-FOLDER full|quick
//
// Prints `name value` lines (times in nanoseconds), which Benchmarks/compare.py turns into a table of ratios.
import Glibc
import HanzoWasm

/// How much is measured.
struct Amount {
  var starts: Int
  var warmUpCalls: Int
  var warmCalls: Int
  var callsAtOnce: Int
  var computations: Int

  static let full = Amount(starts: 60, warmUpCalls: 2_000, warmCalls: 50_000, callsAtOnce: 60_000, computations: 7)
  static let quick = Amount(starts: 10, warmUpCalls: 500, warmCalls: 4_000, callsAtOnce: 8_000, computations: 3)
}

struct BenchmarkFailure: Error, CustomStringConvertible {
  var description: String
}

private let addition = """
  (module
    (func (export "add") (param $a i32) (param $b i32) (result i32)
      (i32.add (local.get $a) (local.get $b))))
  """

@main
enum Benchmarks {
  static func main() async {
    do {
      let arguments = CommandLine.arguments
      guard arguments.count == 3, ["full", "quick"].contains(arguments[2]) else {
        throw BenchmarkFailure(description: "usage: hanzo-wasm-benchmarks PROGRAMS-FOLDER full|quick")
      }
      guard let worker = getenv("HANZO_WASM_WORKER") else {
        throw BenchmarkFailure(description: "HANZO_WASM_WORKER does not name the worker's executable")
      }
      var config = WasmConfig(fuelLimit: nil)
      config.worker.path = String(cString: worker)
      let amount: Amount = arguments[2] == "quick" ? .quick : .full

      try await measureSpawn(config, amount)
      try await measureColdStart(config, amount)
      try await measureWarmCalls(config, amount)
      for workers in [1, 2, 8] { try await measureThroughput(config, amount, workers: workers) }
      try await measureComputation(config, amount, folder: arguments[1])
    } catch {
      let line = Array("hanzo-wasm-benchmarks: \(error)\n".utf8)
      _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
      exit(1)
    }
  }

  /// From the request for a worker to one that is confined, checked and ready.
  private static func measureSpawn(_ config: WasmConfig, _ amount: Amount) async throws {
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
  private static func measureColdStart(_ config: WasmConfig, _ amount: Amount) async throws {
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
  private static func measureWarmCalls(_ config: WasmConfig, _ amount: Amount) async throws {
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
  private static func measureThroughput(_ config: WasmConfig, _ amount: Amount, workers: Int) async throws {
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

  private static func callAtOnce(_ runtime: WasmRuntime, _ call: Invocation, callers: Int, calls: Int) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<callers {
        group.addTask {
          for _ in 0..<calls { _ = try await runtime.invoke(call) }
        }
      }
      try await group.waitForAll()
    }
  }

  /// Guests that compute: how fast the interpreter is. The call's own cost vanishes in it.
  private static func measureComputation(_ config: WasmConfig, _ amount: Amount, folder: String) async throws {
    try await WasmRuntime.withRuntime(config) { runtime in
      let programs: [(file: String, function: String, parameters: JSONValue, result: JSONValue)] = [
        ("fib", "fib", [30], 832_040), ("memory", "sieve", [1_000_000, 10], 78_498),
      ]
      for program in programs {
        guard let bytes = readFile("\(folder)/\(program.file).wasm") else {
          throw BenchmarkFailure(description: "cannot read \(folder)/\(program.file).wasm")
        }
        _ = try await runtime.loadModule(program.file, bytes)
        var times: [Int64] = []
        for _ in 0..<amount.computations {
          let clock = ContinuousClock()
          let start = clock.now
          let result = try await runtime.execute(program.file, program.function, program.parameters)
          times.append((clock.now - start).nanoseconds)
          try check(result, program.result)
        }
        report("compute_\(program.file)", Samples(times).median)
      }
    }
  }

  private static func check(_ value: JSONValue, _ expected: JSONValue) throws {
    guard value == expected else {
      throw BenchmarkFailure(description: "a call returned \(value) instead of \(expected)")
    }
  }
}
