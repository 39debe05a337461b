/// Calls in processes of their own: none sees another, none is left, and none outlives the host.

import Foundation
import Testing
import WasmJSON

@Suite(
  "a process per call", .serialized,
  .enabled(if: Requirements.hasWorker, "needs a worker: HANZO_WASM_WORKER"))
struct ProcessPerCallTests {
  @Test("10,000 calls, some of them killed, see nothing of each other and leave nothing behind")
  func manyCalls() throws {
    let report = try HostProcess.run("processes", "10000")
    #expect(report["wrong"] == 0, "\(report)")
    #expect(report["killed"] == 100, "\(report)")
    #expect(report["children"] == 0 && report["zombies"] == 0, "\(report)")
    #expect(try #require(report["descriptorsAdded"]?.int64Value) <= 0, "\(report)")
    #expect(try #require(report["residentGrowthKibibytes"]?.int64Value) < 32 << 10, "\(report)")
  }

  @Test("the same as an ordinary user", .enabled(if: Requirements.canBecomeOrdinary, "needs root, to become nobody"))
  func ordinaryUser() throws {
    let report = try HostProcess.run(["processes", "500"], asOrdinaryUser: true)
    #expect(report["wrong"] == 0 && report["killed"] == 5, "\(report)")
    #expect(report["children"] == 0 && report["zombies"] == 0, "\(report)")
  }

  @Test("templates and their processes end when their host is killed, even while they spin")
  func hostKilled() async throws {
    let host = try HostProcess(["processes-spin", "4"])
    let pids = try #require(try host.report()["pids"]?.arrayValue).compactMap(\.int64Value).map { Int($0) }
    #expect(pids.count == 8)
    try await host.killExpectingTheEnd(of: pids)
  }
}
