// Calls that have a process of their own, many of them; and such calls that run when the host is killed.

import Foundation
import HanzoWasm
import WasmJSON

private let canary = Array(
  #"""
  (module (memory (export "memory") 1) (global $g (mut i32) (i32.const 0))
    (func (export "visit") (param i32) (result i32) (local i32)
      (local.set 1 (i32.or (global.get $g) (i32.load (i32.const 40000))))
      (global.set $g (local.get 0))
      (i32.store (i32.const 40000) (local.get 0))
      (if (result i32) (local.get 1) (then (i32.const -1)) (else (i32.add (local.get 0) (i32.const 1)))))
    (func (export "spin") (loop (br 0))))
  """#.utf8)

/// Runs `count` calls in processes of their own, from several tasks and in several templates; every 100th is killed at
/// its deadline.
func processesScenario(count: Int) async throws -> JSONObject {
  var config = Guests.config()
  config.isolation = .freshProcess
  config.fuelLimit = nil
  config.pool.maxWorkers = 3
  config.pool.maxCallsPerWorker = 1_000
  let runtime = try WasmRuntime(config)
  try await runtime.loadModule("canary", canary)
  for number in 1...10 { _ = try await runtime.execute("canary", "visit", [JSONValue(number)]) }
  // The first use of these functions opens what stays open (a timer of the language's runtime).
  try await Task.sleep(for: .milliseconds(1))
  _ = (Kernel.descriptors(), Kernel.children())
  let descriptors = Kernel.descriptors().count
  let resident = Kernel.residentKibibytes()
  let (wrong, killed) = await withTaskGroup(of: (wrong: Int, killed: Int).self) { group in
    for task in 0..<4 {
      group.addTask {
        var wrong = 0
        var killed = 0
        for number in stride(from: task + 1, through: count, by: 4) {
          if number % 100 != 0 {
            let answer = try? await runtime.execute("canary", "visit", [JSONValue(number)])
            if answer != JSONValue(number + 1) { wrong += 1 }
            continue
          }
          let late = Invocation(module: "canary", function: "spin", limits: .init(executionTime: .milliseconds(100)))
          do { _ = try await runtime.invoke(late) } catch let error as WasmError {
            if error.code == .timedOut { killed += 1 }
          } catch {}
        }
        return (wrong, killed)
      }
    }
    return await group.reduce((0, 0)) { ($0.0 + $1.wrong, $0.1 + $1.killed) }
  }
  var report = JSONObject()
  report["wrong"] = JSONValue(wrong)
  report["killed"] = JSONValue(killed)
  report["residentGrowthKibibytes"] = JSONValue(Kernel.residentKibibytes() - resident)
  await runtime.shutdown()
  let children = Kernel.children()
  report["children"] = JSONValue(children.pids.count)
  report["zombies"] = JSONValue(children.zombies)
  // At the beginning there were those of workers.
  report["descriptorsAdded"] = JSONValue(Kernel.descriptors().count - descriptors)
  return report
}

/// Spins in processes forked from as many templates as asked for, until this process is killed. Prints the pids of all.
func spinInProcessesScenario(count: Int) async throws {
  var config = Guests.config()
  config.isolation = .freshProcess
  config.fuelLimit = nil
  config.pool.maxWorkers = count
  let runtime = try WasmRuntime(config)
  try await runtime.loadModule("canary", canary)
  for _ in 0..<count { Task { try await runtime.execute("canary", "spin") } }
  let isWhole = try await eventually(within: 60) {
    runtime.status().workers.filter { $0.state == .busy }.count == count && Kernel.children().pids.count == 2 * count
  }
  guard isWhole else { throw Missing() }
  var report = JSONObject()
  report["pids"] = .array(Kernel.children().pids.map { JSONValue(Int($0)) })
  print(report)
  while readLine() != nil {}
}

private struct Missing: Error {}
