/// Hosts that are not as a library would like them, and workers near the end of their lives.

import Foundation
import Testing
import WasmJSON

@Suite(
  "hosts that are not as they should be", .serialized,
  .enabled(if: Requirements.hasWorker, "needs a worker: HANZO_WASM_WORKER"))
struct HostileHostTests {
  /// Runs the scenario behind a command, with the report in a file.
  private func run(_ kind: String, behind command: [String] = []) throws -> JSONValue {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("hanzo-wasm-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    let host = try HostProcess(["hostile", kind, file.path], behind: command)
    #expect(try host.finish() == 0)
    return try JSONValue(parsing: [UInt8](Data(contentsOf: file)))
  }

  private func check(_ report: JSONValue) {
    #expect(report["add"] == 8, "\(report)")
    #expect(report["spin"] == "timedOut", "\(report)")
    #expect(report["addAfter"] == 9, "\(report)")
    #expect(report["noop"] == 1, "\(report)")
    #expect(report["descriptorsLeft"] == 0, "\(report)")
    #expect(report["childrenLeft"] == 0, "\(report)")
  }

  private func checkSignals(_ report: JSONValue) {
    #expect(report["kill"] == "workerKilled", "\(report)")
    #expect(report["killSignal"] == JSONValue(Int(SIGKILL)), "\(report)")
    #expect(report["segv"] == "workerCrashed", "\(report)")
    #expect(report["segvSignal"] == JSONValue(Int(SIGSEGV)), "\(report)")
  }

  @Test("a host without standard streams, whose numbers the library's own descriptors get, works as another")
  func closedStreams() throws {
    let report = try run("closed", behind: ["sh", "-c", #"exec "$0" "$@" <&- >&- 2>&- 3>&-"#])
    check(report)
    checkSignals(report)
    let twin = try run("plain")
    check(twin)
    checkSignals(twin)
  }

  @Test(
    "a host that ignores SIGCHLD, or reaps every child itself, is told a typed error and nothing is left",
    arguments: ["ignored", "reaped"])
  func foreignReaper(kind: String) throws {
    let report = try run(kind)
    check(report)
    // Which one depends on whether the kernel still knows the status of a process that somebody else has reaped.
    for name in ["kill", "segv"] {
      let code = try #require(report[name]?.stringValue)
      #expect(["workerKilled", "workerCrashed"].contains(code), "\(report)")
    }
  }

  @Test(
    "root without the right to signal others keeps its workers' user, and can end them",
    .enabled(if: Requirements.isRoot && Requirements.hasSetpriv, "needs root and setpriv"))
  func withoutKillCapability() throws {
    let report = try run("plain", behind: ["setpriv", "--bounding-set=-kill", "--inh-caps=-kill"])
    check(report)
    checkSignals(report)
    #expect(report["layers"]?["identity"] == "absent", "\(report)")
    #expect(try run("plain")["layers"]?["identity"] == "active", "the twin, with the right, has the layer")
  }

  @Test("short calls succeed on workers that have used most of the CPU time of their lives")
  func cpuLife() throws {
    let report = try HostProcess.run("cpulife")
    #expect(report["failures"] == "[:]", "\(report)")
    #expect(report["workersLost"] == 0, "\(report)")
    #expect(try #require(report["cpuMilliseconds"]?.int64Value) >= 6_000, "\(report)")
    #expect(try #require(report["workers"]?.int64Value) >= 4, "a life has 3 seconds, a call may need 2: \(report)")
  }
}
