// A host of its own for the crash isolation tests: runs one scenario with the real worker, where descriptors and children
// can be counted exactly, and prints what happened as one JSON line.
//
//   host-process attack NAME     something happens to a worker during a call
//   host-process domains         which calls share a process
//   host-process fill            a guest takes all its memory while the module cache is full
//   host-process confinement     prints a worker's pid, then waits for the end of its input
//   host-process mounts paths    a guest's attacks on its mounts, with their allowed twins
//   host-process mounts swaps COUNT, mounts workers, mounts errors
//   host-process processes COUNT, host-process processes-spin COUNT
//                                calls that have a process of their own
//   host-process spin COUNT      prints the pids of COUNT spinning workers, then waits to be killed
//   host-process exhaustion descriptors | processes | memory   no worker can be started for a while
//   host-process executable PATH, executable PATH writing      an executable that cannot be used
//   host-process hostile closed | ignored | reaped | plain FILE  a host that is not as it should be; reports to FILE
//   host-process cpulife         more CPU time than a worker's life has
//   host-process soak OPTION...  good calls and faults for a long time (scripts/soak)
//   host-process heartbeat OPTION...   how punctual the host is while guests spin
//
// The worker's executable is $HANZO_WASM_WORKER.

import Foundation
import HanzoWasm
import WasmJSON

let arguments = CommandLine.arguments.dropFirst()

func print(_ report: JSONObject) {
  var line = JSONValue.object(report).serialized()
  line.append(0x0A)
  FileHandle.standardOutput.write(Data(line))
}

do {
  switch arguments.first {
  case "attack":
    guard let attack = Attack(rawValue: arguments.dropFirst().first ?? "") else { throw Usage() }
    print(try await AttackScenario(attack).run())
  case "domains": print(try await domainsScenario())
  case "fill": print(try await fillScenario())
  case "confinement": try await confinementScenario()
  case "spin": try await spinScenario(count: Int(arguments.dropFirst().first ?? "") ?? 1)
  case "processes": print(try await processesScenario(count: Int(arguments.dropFirst().first ?? "") ?? 1_000))
  case "processes-spin": try await spinInProcessesScenario(count: Int(arguments.dropFirst().first ?? "") ?? 2)
  case "exhaustion":
    switch arguments.dropFirst().first {
    case "descriptors": print(try await descriptorScenario())
    case "processes": print(try await processLimitScenario())
    case "memory": print(try await addressSpaceScenario())
    default: throw Usage()
    }
  case "executable":
    let rest = Array(arguments.dropFirst())
    guard let path = rest.first else { throw Usage() }
    print(try await executableScenario(path: path, writing: rest.dropFirst().first == "writing"))
  case "hostile":
    let rest = Array(arguments.dropFirst())
    guard rest.count == 2 else { throw Usage() }
    try await hostileHostScenario(rest[0], path: rest[1])
  case "cpulife": print(try await cpuLifeScenario())
  case "soak":
    let report = try await soakScenario(SoakOptions(arguments.dropFirst()))
    print(report)
    if report["passed"] != true { exit(1) }
  case "heartbeat": print(try await heartbeatScenario(HeartbeatOptions(arguments.dropFirst())))
  case "mounts":
    switch arguments.dropFirst().first {
    case "paths": print(try await pathAttackScenario())
    case "swaps": print(try await swapScenario(opens: Int(arguments.dropFirst(2).first ?? "") ?? 20_000))
    case "workers": print(try await mountWorkersScenario())
    case "errors": print(try await mountErrorScenario())
    default: throw Usage()
    }
  default: throw Usage()
  }
} catch {
  FileHandle.standardError.write(Data("host-process: \(error)\n".utf8))
  exit(1)
}

struct Usage: Error {}
