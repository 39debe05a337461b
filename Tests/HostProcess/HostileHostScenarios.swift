// Hosts that are not as a library would like them: no standard streams, SIGCHLD ignored, somebody else who reaps every
// child, root without the right to signal others. And workers near the end of their lives.

import Foundation
import HanzoWasm
import Synchronization
import WasmJSON

/// Good calls, a worker that is killed, and good calls again.
private func lifeOfCalls() async throws -> JSONObject {
  var report = JSONObject()
  var config = Guests.config()
  config.pool.maxWorkers = 2
  let runtime = try WasmRuntime(config)
  try await runtime.loadModule("good", Guests.good)
  try await runtime.loadModule("victim", Guests.victim)
  report["add"] = try await runtime.execute("good", "add", [5, 3])
  let domain = runtime.moduleInfo("victim")?.domain
  for (name, signal) in [("kill", SIGKILL), ("segv", SIGSEGV)] {
    let call = Task { () async -> Result<JSONValue, WasmError> in
      do throws(WasmError) { return .success(try await runtime.execute("victim", "spin")) } catch {
        return .failure(error)
      }
    }
    var pid: Int32?
    _ = try await eventually {
      pid = runtime.status().workers.first { $0.domain == domain && $0.state == .busy }?.pid
      return pid != nil
    }
    if let pid { kill(pid, signal) }
    if case .failure(let error) = await call.value {
      report[name] = .string(error.code.rawValue)
      report["\(name)Signal"] = error.signal.map { JSONValue(Int($0)) } ?? .null
    }
  }
  do throws(WasmError) {
    _ = try await runtime.invoke(
      Invocation(module: "victim", function: "spin", limits: .init(executionTime: .milliseconds(50))))
  } catch { report["spin"] = .string(error.code.rawValue) }
  report["addAfter"] = try await runtime.execute("good", "add", [5, 4])
  report["noop"] = try await runtime.execute("victim", "noop")
  report["layers"] = .object(
    runtime.status().layers.reduce(into: JSONObject()) { $0[$1.name] = .string($1.state.rawValue) })
  await runtime.shutdown()
  // A reaper that is not this library may take a moment.
  _ = try await eventually { Kernel.children().pids.isEmpty }
  report["childrenLeft"] = JSONValue(Kernel.children().pids.count)
  return report
}

/// - Parameter path: where the report goes, since there may be no standard output.
func hostileHostScenario(_ kind: String, path: String) async throws {
  switch kind {
  case "closed":
    // Whatever this process has opened since may have got one of these numbers; standard streams it has none.
    break
  case "ignored": signal(SIGCHLD, SIG_IGN)
  case "reaped":
    let reaper = Thread {
      while true {
        if waitpid(-1, nil, 0) < 0 { usleep(200) }
      }
    }
    reaper.start()
  case "plain": break
  default: throw Usage()
  }
  try await Task.sleep(for: .milliseconds(1))
  _ = (Kernel.descriptors(), Kernel.children())
  _ = try await lifeOfCalls()
  let before = Kernel.descriptors()
  var report = try await lifeOfCalls()
  let after = Kernel.descriptors()
  report["descriptorsLeft"] = JSONValue(after.count - before.count)
  if after.count != before.count { report["open"] = .string("\(before) -> \(after)") }
  try Data(JSONValue.object(report).serialized()).write(to: URL(fileURLWithPath: path))
}

/// Calls that together use far more CPU time than a worker's life has, each less than a call may.
func cpuLifeScenario() async throws -> JSONObject {
  var config = Guests.config()
  config.pool.maxWorkers = 1
  config.worker.cpuSeconds = 3
  config.maxExecutionTime = .seconds(2)
  let runtime = try WasmRuntime(config)
  try await runtime.loadModule("burner", Guests.burner)
  // How many rounds take 50 to 100 ms of a processor here: far less than a call may take, even on a busy machine.
  var rounds = 100_000
  for _ in 0..<16 {
    let used = try await runtime.invoke(Invocation(module: "burner", function: "burn", parameters: [JSONValue(rounds)]))
      .usage.cpuTime
    if used > .milliseconds(50) { break }
    rounds *= 2
  }
  var report = JSONObject()
  var codes: [String: Int] = [:]
  var pids: Set<Int32> = []
  var used = Duration.zero
  var calls = 0
  while used < .seconds(6), calls < 400 {
    for parameters in [rounds, 1] {
      calls += 1
      do throws(WasmError) {
        used += try await runtime.invoke(
          Invocation(module: "burner", function: "burn", parameters: [JSONValue(parameters)])
        ).usage.cpuTime
      } catch { codes[error.code.rawValue, default: 0] += 1 }
      pids.formUnion(runtime.status().workers.compactMap(\.pid))
    }
  }
  report["calls"] = JSONValue(calls)
  report["cpuMilliseconds"] = JSONValue(Int(used / .milliseconds(1)))
  report["failures"] = .string("\(codes)")
  report["workers"] = JSONValue(pids.count)
  report["workersLost"] = JSONValue(runtime.statistics.workersLost)
  await runtime.shutdown()
  return report
}
