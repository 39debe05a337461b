// What the library costs. Benchmarks/harness runs this and makes tables of ratios of what it prints.
//
//   HANZO_WASM_WORKER=.../hanzo-wasm-worker hanzo-wasm-benchmarks MODE full|quick
//     where MODE is start, warm, across, throughput, isolation, deadline, instantiate, host or embedder
//   HANZO_WASM_WORKER=.../hanzo-wasm-worker hanzo-wasm-benchmarks load FILE [FUNCTION]
//   HANZO_WASM_WORKER=.../hanzo-wasm-worker hanzo-wasm-benchmarks memory FILE FUNCTION
//
// Prints `name value` lines; times are in nanoseconds.
import Glibc
import HanzoWasm

struct BenchmarkFailure: Error, CustomStringConvertible {
  var description: String
}

@main
enum Benchmarks {
  static func main() async {
    do {
      try await run(Array(CommandLine.arguments.dropFirst()))
    } catch {
      let line = Array("hanzo-wasm-benchmarks: \(error)\n".utf8)
      _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
      exit(1)
    }
  }

  private static func run(_ arguments: [String]) async throws {
    guard let worker = getenv("HANZO_WASM_WORKER") else {
      throw BenchmarkFailure(description: "HANZO_WASM_WORKER does not name the worker's executable")
    }
    var config = WasmConfig(fuelLimit: nil)
    config.worker.path = String(cString: worker)

    let amount: Amount? = arguments.last == "quick" ? .quick : arguments.last == "full" ? .full : nil
    switch (arguments.first, arguments.count, amount) {
    case ("start", 2, let amount?):
      try await measureSpawn(config, amount)
      try await measureColdStart(config, amount)
      try await measureIdleWorker(config)
    case ("warm", 2, let amount?):
      try await measureWarmCalls(config, amount)
    case ("across", 2, let amount?):
      try await measureWarmCalls(config, amount, separately: true)
    case ("deadline", 2, let amount?):
      try await measureDeadlines(config, amount)
    case ("throughput", 2, let amount?):
      for workers in [1, 2, 8] { try await measureThroughput(config, amount, workers: workers) }
    case ("isolation", 2, let amount?):
      try await measureIsolation(config, amount)
    case ("instantiate", 2, let amount?):
      try await measureInstantiation(config, amount)
    case ("host", 2, let amount?):
      try await measureHostCalls(config, amount)
    case ("embedder", 2, let amount?):
      try await measureEmbedderCalls(config, amount)
    case ("load", 2, _):
      try await measureLoad(config, file: arguments[1], function: nil)
    case ("load", 3, _):
      try await measureLoad(config, file: arguments[1], function: arguments[2])
    case ("memory", 3, _):
      try await measureMemory(config, file: arguments[1], function: arguments[2])
    default:
      throw BenchmarkFailure(
        description:
          "usage: hanzo-wasm-benchmarks start|warm|across|throughput|isolation|deadline|instantiate|host|embedder "
          + "full|quick, or load FILE [FUNCTION], or memory FILE FUNCTION")
    }
  }
}

/// How much is measured.
struct Amount {
  var starts: Int
  var warmUpCalls: Int
  var warmCalls: Int
  var callsAtOnce: Int
  /// Rounds that take turns between modules, and calls of each module in a round.
  var turns: Int
  var callsPerTurn: Int
  /// Calls that never end by themselves.
  var deadlines: Int
  /// Calls of a host function in one call of the guest.
  var hostCalls: Int
  /// Calls of a function of the embedder in one call of the guest.
  var embedderCalls: Int

  static let full = Amount(
    starts: 60, warmUpCalls: 2_000, warmCalls: 50_000, callsAtOnce: 60_000, turns: 40, callsPerTurn: 250,
    deadlines: 200, hostCalls: 2_000_000, embedderCalls: 20_000)
  static let quick = Amount(
    starts: 10, warmUpCalls: 500, warmCalls: 4_000, callsAtOnce: 8_000, turns: 10, callsPerTurn: 100,
    deadlines: 16, hostCalls: 300_000, embedderCalls: 3_000)
}

func check(_ value: JSONValue, _ expected: JSONValue) throws {
  guard value == expected else {
    throw BenchmarkFailure(description: "a call returned \(value) instead of \(expected)")
  }
}
