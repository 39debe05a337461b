// The scenarios without an attack.

import Foundation
import HanzoWasm
import WasmJSON

/// The process that serves a call of each of two modules, alone and in one domain.
func domainsScenario() async throws -> JSONObject {
  var config = Guests.config()
  config.pool.maxWorkers = 1
  let runtime = try WasmRuntime(config)
  func pid(_ module: String, _ function: String, _ parameters: JSONValue) async throws -> JSONValue {
    _ = try await runtime.execute(module, function, parameters)
    let pids = runtime.status().workers.filter { $0.state == .idle }.compactMap(\.pid)
    return .array(pids.map { JSONValue(Int($0)) })
  }
  var report = JSONObject()
  try await runtime.loadModule("a", Guests.good)
  try await runtime.loadModule("b", Guests.victim)
  report["a"] = try await pid("a", "add", [1, 2])
  report["aAgain"] = try await pid("a", "add", [1, 2])
  report["b"] = try await pid("b", "noop", .null)
  report["aLater"] = try await pid("a", "add", [1, 2])
  try await runtime.loadModule("sharedA", Guests.good, domain: "shared")
  try await runtime.loadModule("sharedB", Guests.victim, domain: "shared")
  report["sharedA"] = try await pid("sharedA", "add", [1, 2])
  report["sharedB"] = try await pid("sharedB", "noop", .null)
  await runtime.shutdown()
  return report
}

/// Fills the module cache, then lets a guest take exactly `maxMemoryBytes` and touch every page of it.
func fillScenario() async throws -> JSONObject {
  var config = Guests.config()
  config.maxMemoryBytes = 64 << 20
  config.pool.maxWorkers = 1
  config.worker.moduleCacheBytes = 16 << 20
  let runtime = try WasmRuntime(config)
  for number in 0..<24 {
    try await runtime.loadModule("large\(number)", Guests.large(1 << 20, number: number), domain: "one")
    _ = try await runtime.execute("large\(number)", "noop")
  }
  try await runtime.loadModule("victim", Guests.victim, domain: "one")
  var report = JSONObject()
  report["workers"] = JSONValue(runtime.status().workers.count)
  report["pages"] = try await runtime.execute("victim", "fill", [1_024])
  report["beyond"] = try await runtime.execute("victim", "fill", [1_025])
  report["peak"] = JSONValue(
    try await runtime.invoke(Invocation(module: "victim", function: "fill", parameters: [1_024])).usage
      .peakMemoryBytes)
  await runtime.shutdown()
  return report
}

/// Shows a worker to whoever reads the line, until the input ends.
func confinementScenario() async throws {
  let config = Guests.config()
  let runtime = try WasmRuntime(config)
  try await runtime.loadModule("good", Guests.good)
  var report = JSONObject()
  report["add"] = try await runtime.execute("good", "add", [5, 3])
  let status = runtime.status()
  report["pid"] = status.workers.first?.pid.map { JSONValue(Int($0)) } ?? .null
  report["addressSpaceBytes"] = JSONValue(status.addressSpaceBytes)
  report["formulaBytes"] = JSONValue(config.workerAddressSpace.byteCount)
  report["layers"] = .array(status.layers.map { .string("\($0.name)") })
  print(report)
  while readLine() != nil {}
  await runtime.shutdown()
}

/// Spins in as many workers as asked for, until this process is killed.
func spinScenario(count: Int) async throws {
  var config = Guests.config()
  config.pool.maxWorkers = count
  let runtime = try WasmRuntime(config)
  try await runtime.loadModule("victim", Guests.victim)
  for _ in 0..<count { Task { try await runtime.execute("victim", "spin") } }
  let allBusy = try await eventually(within: 30) {
    runtime.status().workers.filter { $0.state == .busy && $0.pid != nil }.count == count
  }
  var report = JSONObject()
  report["allBusy"] = .bool(allBusy)
  report["pids"] = .array(runtime.status().workers.compactMap(\.pid).map { JSONValue(Int($0)) })
  print(report)
  try await Task.sleep(for: .seconds(600))
}
