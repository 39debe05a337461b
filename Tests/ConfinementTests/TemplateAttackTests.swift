// Attacks by native code in a template and in a process that it has forked. The product's own code confines both.

import CConfinementProbe
import CLinux
import Foundation
import Testing

/// Runs one attack in a template or in its process.
private func perform(_ attack: String, role: String, user: ProbeUser) throws -> ProbeOutcome {
  let directory = try TemporaryDirectory()
  for file in ["unlink-me", "change-me", "leaked"] {
    try directory.makeFile(file, contents: "secret data", ordinary: user == .ordinary)
  }
  let victim = try ProbeProcess(["mode=victim"], user: user == .ordinary ? .ordinary : .host)
  let address = try #require(try victim.line())
  let outcome = try run(
    [
      "mode=attack", "attack=\(attack)", "victim=\(victim.process.pid)", "address=\(address)",
      "directory=\(directory.path)",
    ], role: role, user: user
  ).outcome
  #expect(victim.isRunning, "the victim did not survive \(attack)")
  return outcome
}

/// Runs the probe as a template or as its process, and says what the template told about the process's end.
private func run(
  _ arguments: [String], role: String, user: ProbeUser
) throws -> (outcome: ProbeOutcome, reported: Int64) {
  let ends = try Pipe(nonblockingRead: true)
  if user == .ordinary { fchown(ends.read, 65_534, 65_534) }
  let probe = try ProbeProcess(arguments + ["role=\(role)"], user: user, directories: [ends.write])
  ends.closeWrite()
  let outcome = role == "child" ? try probe.outcomeOfChild() : try probe.outcome()
  var bytes = [UInt8](repeating: 0, count: 16)
  return (outcome, clinux_read(ends.read, &bytes, bytes.count))
}

@Suite("Attacks by native code in a template and in its processes")
struct TemplateAttackTests {
  /// Attacks that a second thread makes need a process that is not confined before it has one.
  static let attacks = Attack.hostile.filter { !$0.name.hasSuffix("second_thread") }

  @Test("a template's process dies by SIGSYS at every attack", arguments: attacks, ProbeUser.available)
  func child(attack: Attack, user: ProbeUser) throws {
    let outcome = try perform(attack.name, role: "child", user: user)
    if AttackTests.limited.contains(attack.name) {
      #expect(outcome == .result(Int64(-ENOMEM)))
    } else {
      #expect(outcome == .signalled(SIGSYS))
    }
  }

  /// What a template may do that its processes may not: nothing but to confine itself more.
  static let admitted: [String: ProbeOutcome] = ["second_filter": .result(Int64(-EFAULT))]

  @Test("a template dies by SIGSYS at every attack, but for what its processes need", arguments: attacks)
  func template(attack: Attack) throws {
    let outcome = try perform(attack.name, role: "template", user: .host)
    if AttackTests.limited.contains(attack.name) {
      #expect(outcome == .result(Int64(-ENOMEM)))
    } else {
      #expect(outcome == Self.admitted[attack.name] ?? .signalled(SIGSYS))
    }
  }

  @Test("what an interpreter needs works in a template's process", arguments: Attack.allowed, ProbeUser.available)
  func allowed(attack: Attack, user: ProbeUser) throws {
    let outcome = try perform(attack.name, role: "child", user: user)
    if attack.name == "end_by_abort" {
      // Its filter knows no process that may be signalled.
      #expect(outcome == .signalled(SIGSYS))
    } else if let ends = AttackTests.ends[attack.name] {
      #expect(ends.contains(outcome))
    } else if case .result(let value) = outcome {
      #expect(value >= 0)
    } else {
      Issue.record("\(outcome)")
    }
  }

  @Test("a template forks and reports the end; its process can do neither", arguments: ProbeUser.available)
  func forking(user: ProbeUser) throws {
    // The twin: the template itself.
    let reporting = try run(["mode=report-end"], role: "template", user: user)
    #expect(reporting.outcome == .result(0) && reporting.reported == 1)

    let child = try run(["mode=report-end"], role: "child", user: user)
    #expect(child.outcome == .signalled(SIGSYS))
    #expect(child.reported == 1, "the one byte is the template's")

    #expect(try run(["mode=fork"], role: "child", user: user).outcome == .signalled(SIGSYS))
  }

  @Test("a template's process is its supervisor's child, of the template's group, and goes with the lifeline")
  func lifeline() throws {
    let ends = try Pipe(nonblockingRead: true)
    let probe = try ProbeProcess(["mode=spin", "role=child"], directories: [ends.write])
    ends.closeWrite()
    let first = try #require(try probe.line())
    let pid = try #require(Int32(first.dropFirst(6)))
    #expect(try probe.line() == "ready")
    #expect(clinux_process_group(pid) == probe.process.pid)
    let pidfd = clinux_pidfd_open(pid)
    defer { _ = clinux_close(pidfd) }
    var status = clinux_process_status()
    #expect(clinux_read_process_status(pid, pidfd, &status) == CLINUX_STATUS_READ.rawValue)
    #expect(status.parent == getpid() && status.seccomp == 2 && status.seccomp_filters == 2)
    #expect(status.threads == 1 && status.effective_capabilities == 0)

    probe.lifeline.closeWrite()
    var end = clinux_end()
    #expect(clinux_wait(pidfd, 1, &end) == 0)
    #expect(end.kind == CLINUX_END_SIGNALLED.rawValue && end.code == SIGKILL)
    let template = try probe.wait()
    #expect(template.kind == CLINUX_END_SIGNALLED.rawValue && template.code == SIGKILL)
  }

  @Test("a template needs its descriptor and a lifeline")
  func arguments() throws {
    let probe = try ProbeProcess(["mode=report", "role=template", "lifeline=0"])
    #expect(try probe.outcome() == .exited(Int32(CLINUX_EXIT_DESCRIPTORS.rawValue)))
  }
}
