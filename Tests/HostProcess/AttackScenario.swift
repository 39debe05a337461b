// Something happens to a worker in the middle of a call; what does the host, the call and the next call see of it?

import Foundation
import HanzoWasm
import WasmJSON

enum Attack: String {
  case kill, crash, abort, bus, illegal, forbidden
  case stop, spin, flood
  case nativeMemory

  var signal: Int32? {
    switch self {
    case .kill: SIGKILL
    case .crash: SIGSEGV
    case .abort: SIGABRT
    case .bus: SIGBUS
    case .illegal: SIGILL
    // What the kernel sends for a system call that the filter forbids.
    case .forbidden: SIGSYS
    case .stop: SIGSTOP
    case .spin, .flood, .nativeMemory: nil
    }
  }
}

struct AttackScenario {
  let attack: Attack
  let runtime: WasmRuntime
  private let domain = "victim"

  init(_ attack: Attack) throws {
    self.attack = attack
    var config = Guests.config()
    // Limits of a process may be lowered from outside by a process of the same user only.
    if attack == .nativeMemory { config.worker.identity = .off }
    runtime = try WasmRuntime(config)
  }

  private func victim() -> RuntimeStatus.Worker? {
    let domain = runtime.moduleInfo("victim")?.domain
    return runtime.status().workers.first { $0.domain == domain && $0.pid != nil && $0.state != .ending }
  }

  private func invocation(_ function: String, time: Duration = .seconds(60), fuel: UInt64? = nil) -> Invocation {
    Invocation(module: "victim", function: function, limits: .init(executionTime: time, fuel: fuel))
  }

  /// The call that is hit, and what is done to its worker meanwhile.
  private func strike() async throws {
    switch attack {
    case .spin: _ = try await runtime.invoke(invocation("spin", time: .milliseconds(300)))
    case .flood: _ = try await runtime.invoke(invocation("flood", time: .seconds(2), fuel: 50_000_000))
    case .nativeMemory:
      guard let pid = victim()?.pid else { throw Missing() }
      try limitAddressSpace(of: pid, beyondItsSize: 1 << 20)
      try await runtime.loadModule("large", Guests.large(16 << 20, number: 1), domain: domain)
      _ = try await runtime.execute("large", "noop")
    default:
      let time = attack == .stop ? Duration.milliseconds(500) : .seconds(60)
      let call = Task { [runtime, invocation = invocation("spin", time: time)] in try await runtime.invoke(invocation) }
      guard try await eventually(within: 10, { victim()?.state == .busy }), let pid = victim()?.pid,
        let signal = attack.signal, Glibc.kill(pid, signal) == 0
      else { throw Missing() }
      _ = try await call.value
    }
  }

  struct Missing: Error {}

  /// `prlimit` on a running worker: the next allocation of any size fails.
  private func limitAddressSpace(of pid: Int32, beyondItsSize extra: Int) throws {
    let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
    guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmSize:") }),
      let size = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
    else { throw Missing() }
    let prlimit = Process()
    prlimit.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    prlimit.arguments = ["prlimit", "--pid", "\(pid)", "--as=\(size * 1_024 + extra)"]
    try prlimit.run()
    prlimit.waitUntilExit()
    guard prlimit.terminationStatus == 0 else { throw Missing() }
  }

  func run() async throws -> JSONObject {
    try await runtime.loadModule("victim", Guests.victim, domain: domain)
    try await runtime.loadModule("good", Guests.good)
    _ = try await runtime.execute("victim", "noop")
    _ = try await runtime.execute("good", "add", [1, 1])
    // The first use of these functions opens what stays open (a timer of the language's runtime).
    try await Task.sleep(for: .milliseconds(1))
    _ = (Kernel.descriptors(), Kernel.children())
    if attack == .nativeMemory { try limitAddressSpaceOfNobody() }
    let descriptors = Kernel.descriptors()
    let children = Kernel.children().pids
    let resident = Kernel.residentKibibytes()
    let victimPid = victim()?.pid

    var report = JSONObject()
    let clock = ContinuousClock()
    let begun = clock.now
    do {
      try await strike()
      report["code"] = "none"
    } catch let error as WasmError {
      report["code"] = .string(error.code.rawValue)
      report["execution"] = .string(error.execution.rawValue)
      if let signal = error.signal { report["signal"] = JSONValue(Int(signal)) }
    }
    report["milliseconds"] = JSONValue(Int((clock.now - begun) / .milliseconds(1)))
    report["add"] = try await runtime.execute("good", "add", [5, 3])
    report["noop"] = try await runtime.execute("victim", "noop")
    report["replaced"] = .bool(victim()?.pid != victimPid)
    _ = try await eventually(within: 5) {
      let now = Kernel.children()
      return Kernel.descriptors().count <= descriptors.count && now.pids.count == children.count && now.zombies == 0
    }
    let after = Kernel.children()
    let descriptorsAfter = Kernel.descriptors()
    report["descriptorsBefore"] = JSONValue(descriptors.count)
    report["descriptorsAfter"] = JSONValue(descriptorsAfter.count)
    if descriptorsAfter.count != descriptors.count {
      report["newDescriptors"] = .array(descriptorsAfter.filter { !descriptors.contains($0) }.map { .string($0) })
    }
    report["childrenBefore"] = JSONValue(children.count)
    report["childrenAfter"] = JSONValue(after.pids.count)
    report["zombies"] = JSONValue(after.zombies)
    report["residentGrowthKibibytes"] = JSONValue(Kernel.residentKibibytes() - resident)
    await runtime.shutdown()
    report["childrenAtEnd"] = JSONValue(Kernel.children().pids.count)
    return report
  }

  /// Runs `prlimit` once before anything is counted: starting a process leaves descriptors of Foundation's own open.
  private func limitAddressSpaceOfNobody() throws {
    let prlimit = Process()
    prlimit.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    prlimit.arguments = ["prlimit", "--version"]
    prlimit.standardOutput = FileHandle.nullDevice
    try prlimit.run()
    prlimit.waitUntilExit()
  }
}
