// Large modules: how long they take to load, and what they take in a worker's memory.
import Glibc
import HanzoWasm

/// Every limit on a module's size as high as a large one needs it: the defaults refuse modules above 63 MiB.
private func allowLargeModules(_ config: WasmConfig) -> WasmConfig {
  var config = config
  config.limits.maxAttachmentBytes = 1 << 30
  config.limits.maxModuleBytes = 1 << 30
  config.worker.moduleCacheBytes = 4 << 30
  config.worker.cpuSeconds = 24 * 3_600
  config.maxExecutionTime = .seconds(3_600)
  config.pool.maxWorkers = 1
  return config
}

private func readModule(_ path: String) throws -> [UInt8] {
  guard let bytes = readFile(path, limit: 1 << 30) else {
    throw BenchmarkFailure(description: "cannot read \(path)")
  }
  return bytes
}

/// A new runtime, a module's bytes, and the first call.
func measureLoad(_ config: WasmConfig, file: String, function: String?) async throws {
  let bytes = try readModule(file)
  try await WasmRuntime.withRuntime(allowLargeModules(config)) { runtime in
    let clock = ContinuousClock()
    let start = clock.now
    _ = try await runtime.loadModule("module", bytes)
    let loaded = clock.now
    report("load_ns", (loaded - start).nanoseconds)
    if let function {
      _ = try await runtime.execute("module", function)
      report("first_call_ns", (clock.now - loaded).nanoseconds)
    }
  }
}

/// A worker's private memory before it has seen a module, and with one that has been called.
func measureMemory(_ config: WasmConfig, file: String, function: String) async throws {
  let bytes = try readModule(file)
  var config = allowLargeModules(config)
  config.pool.minWorkers = 1
  try await WasmRuntime.withRuntime(config) { runtime in
    try await untilIdle(runtime)
    reportPrivateMemory("idle_private_bytes", runtime)
    _ = try await runtime.loadModule("module", bytes)
    _ = try await runtime.execute("module", function)
    reportPrivateMemory("loaded_private_bytes", runtime)
  }
}

/// What is private to a worker that waits for its first call, beside a second one with which it shares the executable's
/// pages (`Private_Clean` and `Private_Dirty` of /proc/PID/smaps_rollup, proc(5)).
func measureIdleWorker(_ config: WasmConfig) async throws {
  var config = config
  config.pool.minWorkers = 2
  config.pool.maxWorkers = 2
  try await WasmRuntime.withRuntime(config) { runtime in
    try await untilIdle(runtime, workers: 2)
    guard let pid = runtime.status().workers.first?.pid,
      let bytes = memory(of: pid, ["Private_Clean", "Private_Dirty"])
    else { return }
    report("idle_private_bytes", bytes)
  }
}

private func untilIdle(_ runtime: WasmRuntime, workers: Int = 1) async throws {
  for _ in 0..<1_000 {
    if runtime.status().workers.count(where: { $0.state == .idle }) >= workers { return }
    try await Task.sleep(for: .milliseconds(5))
  }
  throw BenchmarkFailure(description: "no worker became idle within 5 s")
}

/// Nothing is reported where this process may not read about the worker: the harness says so.
private func reportPrivateMemory(_ name: String, _ runtime: WasmRuntime) {
  guard let pid = runtime.status().workers.first?.pid, let bytes = memory(of: pid, ["Anonymous"]) else { return }
  report(name, bytes)
}

/// The sum of some fields of /proc/PID/smaps_rollup (proc(5)) in bytes. `Anonymous` is the process's own memory;
/// `Private_*` counts the executable's pages, too, as long as there is no second worker.
private func memory(of pid: Int32, _ fields: [String]) -> Int64? {
  guard let text = readSmallFile("/proc/\(pid)/smaps_rollup") else { return nil }
  var total: Int64?
  for line in text.split(separator: "\n") where fields.contains(String(line.prefix { $0 != ":" })) {
    let words = line.split(separator: " ")
    guard words.count == 3, words[2] == "kB", let kilobytes = Int64(words[1]) else { return nil }
    total = (total ?? 0) + kilobytes * 1_024
  }
  return total
}
