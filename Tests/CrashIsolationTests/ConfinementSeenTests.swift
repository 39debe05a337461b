/// Confinement as the kernel shows it from outside, whoever runs the host.

import Foundation
import Testing
import WasmJSON

@Suite(
  "confinement seen from outside",
  .enabled(if: Requirements.hasWorker, "needs a worker: HANZO_WASM_WORKER"))
struct ConfinementSeenTests {
  private func check(asOrdinaryUser: Bool) throws {
    let host = try HostProcess(["confinement"], asOrdinaryUser: asOrdinaryUser)
    let report = try host.report()
    #expect(report["add"] == 8)
    let pid = Int(try #require(report["pid"]?.int64Value))
    let status = try ProcessTable.status(pid)
    #expect(status["Seccomp"] == "2")
    #expect(status["NoNewPrivs"] == "1")
    #expect(status["Threads"] == "1")
    for set in ["CapEff", "CapPrm", "CapInh", "CapBnd", "CapAmb"] where !asOrdinaryUser || set != "CapBnd" {
      #expect(status[set].flatMap { UInt64($0, radix: 16) } == 0, "\(set)")
    }
    let user = status["Uid"]?.split(whereSeparator: \.isWhitespace).map(String.init) ?? []
    #expect(Set(user).count == 1, "one user id, real, effective, saved and of the file system")
    #expect(user.first != "0", "no worker runs as root")
    if asOrdinaryUser { #expect(user.first == "65534") }

    let formula = "\(try #require(report["formulaBytes"]?.uint64Value))"
    #expect(report["addressSpaceBytes"] == report["formulaBytes"])
    #expect(try ProcessTable.limit(pid, "Max address space") == [formula, formula])
    let zero = ["0", "0"]
    #expect(try ProcessTable.limit(pid, "Max core file size") == zero)
    #expect(try ProcessTable.limit(pid, "Max file size") == zero)
    #expect(try ProcessTable.limit(pid, "Max locked memory") == zero)
    #expect(try ProcessTable.limit(pid, "Max msgqueue size") == zero)
    #expect(try ProcessTable.limit(pid, "Max processes") == zero)
    let files = try #require(ProcessTable.limit(pid, "Max open files").first.flatMap { Int($0) })
    #expect(files <= 64)
    if !asOrdinaryUser, Requirements.isRoot {
      // Only root may look into a process that is not dumpable.
      let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").compactMap { Int($0) }
      #expect(descriptors.sorted() == [0, 1, 2, 3], "requests, replies, errors and the lifeline")
    }
    let own = try ProcessTable.status(Int(ProcessInfo.processInfo.processIdentifier))
    #expect(own["Seccomp"] != "2" || own["NoNewPrivs"] != "1", "the twin: this process is not confined")
    #expect(try host.finish() == 0)
    #expect(!ProcessTable.isAlive(pid))
  }

  @Test("a worker's confinement is seen in /proc, and its limits follow the formula")
  func asThisUser() throws {
    try check(asOrdinaryUser: false)
  }

  @Test(
    "the same holds when an ordinary user runs the host",
    .enabled(
      if: Requirements.canBecomeOrdinary,
      "needs root, setpriv, and a build and worker that other users may execute"))
  func asOrdinaryUser() throws {
    try check(asOrdinaryUser: true)
  }
}
