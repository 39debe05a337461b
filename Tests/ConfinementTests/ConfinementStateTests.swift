// What a confined process looks like from outside, what is reported, and how a layer that must hold fails.

import CLinux
import Confinement
import Foundation
import Testing

@Suite("The state of a confined process")
struct ConfinementStateTests {
  @Test("is visible in /proc/PID/status from outside", arguments: ProbeUser.available)
  func status(user: ProbeUser) throws {
    let probe = try ProbeProcess(["mode=hold"], user: user)
    #expect(try probe.line() == "ready")
    var status = clinux_process_status()
    let result = clinux_read_process_status(probe.process.pid, probe.process.pidfd, &status)
    #expect(result == CLINUX_STATUS_READ.rawValue)
    #expect(status.seccomp == 2)
    #expect(status.no_new_privileges == 1)
    #expect(status.threads == 1)
    #expect(status.effective_capabilities == 0)
    #expect(status.permitted_capabilities == 0)
    #expect(status.inheritable_capabilities == 0)
    #expect(status.ambient_capabilities == 0)
    let uid: UInt32 = user == .dedicated ? 61_184 : user == .ordinary ? 65_534 : getuid()
    #expect([status.uid.0, status.uid.1, status.uid.2, status.uid.3] == [uid, uid, uid, uid])
    if user == .dedicated { #expect(status.bounding_capabilities == 0) }
    probe.requests.closeWrite()
    #expect(try probe.wait().code == 0)
  }

  @Test("without confinement the same fields say so")
  func unconfinedStatus() throws {
    let probe = try ProbeProcess(["mode=hold", "layers=none"])
    #expect(try probe.line() == "ready")
    var status = clinux_process_status()
    #expect(clinux_read_process_status(probe.process.pid, probe.process.pidfd, &status) == 0)
    #expect(status.no_new_privileges == 0)
  }

  @Test("the limits are those of the configuration")
  func limits() throws {
    let probe = try ProbeProcess(["mode=hold", "addressSpace=\(300 << 20)", "cpuSeconds=9"])
    #expect(try probe.line() == "ready")
    let text = try String(contentsOfFile: "/proc/\(probe.process.pid)/limits", encoding: .utf8)
    var limits: [String: [String]] = [:]
    for line in text.split(separator: "\n").dropFirst() {
      limits[line.prefix(26).trimmingCharacters(in: .whitespaces)] =
        line.dropFirst(26).split(separator: " ").prefix(2).map(String.init)
    }
    #expect(limits["Max address space"] == ["314572800", "314572800"])
    #expect(limits["Max data size"] == ["314572800", "314572800"])
    #expect(limits["Max cpu time"] == ["9", "10"])
    for name in ["Max core file size", "Max file size", "Max locked memory", "Max msgqueue size", "Max processes"] {
      #expect(limits[name] == ["0", "0"], "\(name)")
    }
    #expect(limits["Max open files"] == ["16", "16"])
  }

  /// The nice value and the scheduling policy, from /proc/PID/stat.
  private func scheduling(_ pid: Int32) throws -> (nice: Int, policy: Int) {
    let text = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
    let fields = text[try #require(text.lastIndex(of: ")"))...].split(separator: " ")
    // Fields 19 and 41 of proc_pid_stat(5), counted from the state, which is the third.
    return (try #require(Int(fields[17])), try #require(Int(fields[39])))
  }

  @Test(
    "the priority is that of the configuration, and without one the starter's",
    arguments: [(0, 0, 0), (1, 1, 0), (7, 7, 0), (19, 19, 0), (20, 0, 5)], ProbeUser.available)
  func priority(_ expected: (option: Int, steps: Int, policy: Int), user: ProbeUser) throws {
    let own = try scheduling(getpid())
    let probe = try ProbeProcess(["mode=hold", "priority=\(expected.option)"], user: user)
    #expect(try probe.line() == "ready")
    let found = try scheduling(probe.process.pid)
    #expect(found.nice == min(19, own.nice + expected.steps))
    #expect(found.policy == (expected.policy == 0 ? own.policy : expected.policy))
    // Between sessions the kernel compares the groups that it makes of them. Others than root may change theirs only a
    // few times a second, all together.
    if user != .ordinary,
      let group = try? String(contentsOfFile: "/proc/\(probe.process.pid)/autogroup", encoding: .utf8),
      group.contains("nice")
    {
      let nice = expected.policy == 5 ? 19 : expected.option == 0 ? 0 : found.nice
      #expect(group.hasSuffix(" nice \(nice)\n"), "\(group)")
    }
  }

  @Test("a machine that refuses to change the priority does not keep the worker from starting")
  func priorityRefused() throws {
    for (call, option) in [("setpriority", 5), ("sched_setscheduler", 20)] {
      let probe = try ProbeProcess(["mode=report", "priority=\(option)", "deny=\(call):1"])
      var lines: [String] = []
      while let line = try probe.line() { lines.append(line) }
      #expect(lines.contains { $0.hasPrefix("priority refused") }, "\(lines)")
      #expect(lines.contains { $0.hasPrefix("seccomp inForce") })
      #expect(try probe.wait().code == 0)
    }
  }

  @Test("a dead process is gone, not confined")
  func goneStatus() throws {
    let probe = try ProbeProcess(["mode=hold"])
    #expect(try probe.line() == "ready")
    #expect(clinux_pidfd_send_signal(probe.process.pidfd, SIGKILL) == 0)
    var poll = pollfd(fd: probe.process.pidfd, events: Int16(POLLIN), revents: 0)
    #expect(Foundation.poll(&poll, 1, 10_000) == 1)
    var status = clinux_process_status()
    // First as a zombie, then reaped.
    #expect(
      clinux_read_process_status(probe.process.pid, probe.process.pidfd, &status) == CLINUX_STATUS_GONE.rawValue)
    _ = try probe.wait()
    #expect(
      clinux_read_process_status(probe.process.pid, probe.process.pidfd, &status) == CLINUX_STATUS_GONE.rawValue)
    #expect(clinux_pidfd_send_signal(probe.process.pidfd, SIGKILL) == -ESRCH)
  }

  @Test(
    "a /proc that hides the worker is told from one that is missing",
    .enabled(if: getuid() == 0, "mounting needs root"))
  func hiddenStatus() throws {
    let hidden = try ProbeProcess(["mode=hidden"])
    #expect(try hidden.line() == "\(CLINUX_STATUS_HIDDEN.rawValue)", "\(hidden.standardError())")
    let missing = try ProbeProcess(["mode=hidden", "withoutProcfs=1"])
    #expect(try missing.line() == "\(CLINUX_STATUS_NO_PROCFS.rawValue)")
  }

  @Test("a status file without the fields is of an unknown format", arguments: ["", "State:\tS (sleeping)\n", "x"])
  func unknownStatus(text: String) {
    var status = clinux_process_status()
    #expect(clinux_parse_process_status(text, &status) == CLINUX_STATUS_UNKNOWN_FORMAT.rawValue)
  }

  @Test("a field's name inside another line is not that field")
  func forgedStatus() {
    let text = """
      Name:\tSeccomp:\t2
      State:\tS (sleeping)
      PPid:\t17
      Uid:\t1\t2\t3\t4
      Threads:\t3
      CapInh:\t0000000000000000
      CapPrm:\t000001ffffffffff
      CapEff:\t00000000a80425fb
      CapBnd:\t0000000000000000
      CapAmb:\t0000000000000000
      NoNewPrivs:\t0
      Seccomp:\t0
      Seccomp_filters:\t5

      """
    var status = clinux_process_status()
    #expect(clinux_parse_process_status(text, &status) == 0)
    #expect(status.seccomp == 0)
    #expect(status.threads == 3)
    #expect(status.parent == 17)
    #expect(status.seccomp_filters == 5)
    #expect(status.effective_capabilities == 0xa804_25fb)
    #expect(status.uid.3 == 4)
  }

  @Test("every layer is reported, in order, and those that are always required are in force")
  func report() throws {
    let probe = try ProbeProcess(["mode=report"])
    var lines: [[Substring]] = []
    while let line = try probe.line() { lines.append(line.split(separator: " ")) }
    #expect(lines.map { String($0[0]) } == ConfinementLayer.allCases.map(\.rawValue))
    for line in lines
    where ["descriptors", "resourceLimits", "lifeline", "processAttributes", "seccomp"].contains(line[0]) {
      #expect(line[1] == "inForce", "\(line)")
    }
    #expect(try probe.wait().code == 0)
  }

  @Test("the exit code names the layer")
  func exitCodes() {
    let codes = ConfinementLayer.allCases.map(\.exitCode)
    #expect(codes.allSatisfy { (90...99).contains($0) })
    #expect(ConfinementLayer.seccomp.exitCode == 97)
    #expect(ConfinementLayer.landlock.exitCode == 96)
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    var call: String
    var error: Int32
    var arguments: [String] = []
    /// nil: the process runs without the layer.
    var exitCode: Int32?
    var report = ""
    var testDescription: String {
      "\(call) answers \(String(cString: clinux_error_name(error))) \(arguments.joined(separator: " "))"
    }
  }

  static let refusals: [Refusal] = [
    Refusal(call: "close_range", error: ENOSYS, exitCode: 90),
    Refusal(call: "prlimit64", error: EPERM, exitCode: 92),
    Refusal(call: "fcntl", error: EPERM, exitCode: 93),
    Refusal(call: "capset", error: EPERM, exitCode: 95),
    Refusal(call: "prctl", error: EPERM, exitCode: 95),
    Refusal(call: "landlock_create_ruleset", error: ENOSYS, report: "landlock absent ENOSYS"),
    Refusal(call: "landlock_create_ruleset", error: EPERM, report: "landlock refused EPERM"),
    Refusal(call: "landlock_restrict_self", error: EPERM, report: "landlock refused EPERM"),
    Refusal(call: "landlock_create_ruleset", error: ENOSYS, arguments: ["landlock=2"], exitCode: 96),
    Refusal(call: "landlock_create_ruleset", error: EPERM, arguments: ["landlock=2"], exitCode: 96),
    Refusal(call: "landlock_create_ruleset", error: ENOSYS, arguments: ["landlock=0"], report: "landlock off"),
    Refusal(call: "seccomp", error: EPERM, exitCode: 97),
    Refusal(call: "kexec_load", error: EPERM, arguments: ["identity=2"], exitCode: 91),
    Refusal(call: "kexec_load", error: EPERM, arguments: ["namespaces=2"], exitCode: 94),
  ]

  @Test("a call that the machine refuses ends the worker, or only its optional layer", arguments: refusals)
  func refusal(_ refusal: Refusal) throws {
    let probe = try ProbeProcess(["mode=report", "deny=\(refusal.call):\(refusal.error)"] + refusal.arguments)
    var lines: [String] = []
    while let line = try probe.line() { lines.append(line) }
    let end = try probe.wait()
    if let exitCode = refusal.exitCode {
      #expect(end.kind == CLINUX_END_EXITED.rawValue && end.code == exitCode)
      #expect(lines.isEmpty)
      #expect(probe.standardError().contains("the confinement layer"))
    } else {
      #expect(end.kind == CLINUX_END_EXITED.rawValue && end.code == 0)
      #expect(lines.contains { $0.hasPrefix(refusal.report) }, "\(lines)")
      #expect(lines.last?.hasPrefix("seccomp inForce") == true)
    }
  }

  @Test("a dead lifeline ends the worker before it is confined")
  func deadLifeline() throws {
    let probe = try ProbeProcess(["mode=victim"])
    _ = try probe.line()
    // A lifeline whose write end is closed already: the probe's own would race with its start.
    let pipe = try Pipe()
    pipe.closeWrite()
    let executable = clinux_open_executable(productsDirectory + "/confinement-probe", nil, nil)
    defer { _ = clinux_close(executable) }
    let output = try Pipe()
    var process = clinux_process()
    let result = withCStrings(["probe", "mode=hold"]) { arguments in
      withCStrings(["SWIFT_BACKTRACE=enable=no"]) { environment in
        clinux_spawn(
          executable, arguments, environment, [pipe.read, output.write, output.write, pipe.read], 4, &process, nil)
      }
    }
    #expect(result == 0)
    var end = clinux_end()
    #expect(clinux_wait(process.pidfd, 1, &end) == 0)
    _ = clinux_close(process.pidfd)
    #expect(end.kind == CLINUX_END_EXITED.rawValue && end.code == 93)
  }
}

@Suite("The lifeline")
struct LifelineTests {
  @Test("spinning confined workers are gone within a second after the host is killed", arguments: ProbeUser.available)
  func hostKilled(user: ProbeUser) throws {
    let host = try ProbeProcess(["mode=host", "count=12"], user: user)
    var workers: [pid_t] = []
    var pidfds: [Int32] = []
    defer { for pidfd in pidfds { _ = clinux_close(pidfd) } }
    while let line = try host.line(), line != "ready" {
      let worker = try #require(pid_t(line))
      let pidfd = clinux_pidfd_open(worker)
      #expect(pidfd >= 0)
      workers.append(worker)
      pidfds.append(pidfd)
    }
    #expect(workers.count == 12)
    func running() -> [pid_t] {
      zip(workers, pidfds).compactMap { worker, pidfd in
        var poll = pollfd(fd: pidfd, events: Int16(POLLIN), revents: 0)
        return Foundation.poll(&poll, 1, 0) == 0 ? worker : nil
      }
    }
    #expect(running() == workers)
    let start = clinux_monotonic_nanoseconds()
    #expect(clinux_pidfd_send_signal(host.process.pidfd, SIGKILL) == 0)
    _ = try host.wait()
    while !running().isEmpty, clinux_monotonic_nanoseconds() - start < 10_000_000_000 { usleep(1_000) }
    let elapsed = clinux_monotonic_nanoseconds() - start
    #expect(running().isEmpty)
    #expect(elapsed < 1_000_000_000, "\(elapsed / 1_000_000) ms")
    for worker in running() { kill(worker, SIGKILL) }
  }

  @Test("closing only one worker's lifeline ends only that worker")
  func oneLifeline() throws {
    let first = try ProbeProcess(["mode=spin"])
    let second = try ProbeProcess(["mode=spin"])
    #expect(try first.line() == "ready")
    #expect(try second.line() == "ready")
    first.lifeline.closeWrite()
    let end = try first.wait()
    #expect(end.kind == CLINUX_END_SIGNALLED.rawValue && end.code == SIGKILL)
    #expect(second.isRunning)
  }
}
