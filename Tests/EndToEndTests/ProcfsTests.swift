// A /proc that hides workers, or none at all: no worker that nobody can look at gets a byte. In mount namespaces of their own.
import Foundation
import Glibc
import Testing
import WasmJSON

private let canChangeProc: Bool = {
  guard geteuid() == 0 else { return false }
  let check = Process()
  check.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  check.arguments = ["unshare", "--mount", "--pid", "--fork", "--mount-proc", "setpriv", "--version"]
  check.standardOutput = FileHandle.nullDevice
  check.standardError = FileHandle.nullDevice
  guard (try? check.run()) != nil else { return false }
  check.waitUntilExit()
  return check.terminationStatus == 0
}()

@Suite(.enabled(if: Fixture.isBuilt && canChangeProc, "needs root, unshare, setpriv, and the built command"))
struct ProcfsTests {
  /// Runs the command in a new mount namespace, after a change to its /proc.
  private func run(after change: String, _ arguments: String...) async throws -> Run {
    try await start(
      arguments,
      behind: ["unshare", "--mount", "--pid", "--fork", "--mount-proc", "sh", "-c", "\(change) && exec \"$@\"", "sh"]
    ).end()
  }

  /// A host that may not see processes of other users, and has given its workers a user of their own.
  private static let withoutRights =
    "setpriv --regid=1 --clear-groups --bounding-set=-sys_ptrace --inh-caps=-sys_ptrace"

  @Test("where hidepid hides the workers, none is trusted, and the error says what to do")
  func hidden() async throws {
    let call = ["call", Fixture.example("add.wat"), "add", "[5, 3]", "--json"]
    let hidden = try await start(
      call,
      behind: [
        "unshare", "--mount", "--pid", "--fork", "--mount-proc", "sh", "-c",
        "mount -o remount,hidepid=2 /proc && exec \(Self.withoutRights) \"$@\"", "sh",
      ]
    ).end()
    #expect(hidden.code == 125)
    let error = try hidden.json()["error"]
    #expect(error?["code"] == "sandboxUnavailable" && error?["layer"] == "procfs", "\(hidden)")
    #expect(error?["message"]?.stringValue?.contains("hidepid") == true)

    let twin = try await start(
      call,
      behind: [
        "unshare", "--mount", "--pid", "--fork", "--mount-proc", "sh", "-c", "exec \(Self.withoutRights) \"$@\"", "sh",
      ]
    ).end()
    #expect(twin.code == 0, "\(twin)")
    let allowed = try await run(
      after: "mount -o remount,hidepid=2 /proc", "call", Fixture.example("add.wat"), "add", "[5, 3]")
    #expect(allowed.code == 0 && allowed.output == "8\n", "a host that may look at everybody: \(allowed)")
  }

  @Test("without /proc the command says that it lacks its arguments, instead of printing its help")
  func missing() async throws {
    let missing = try await run(after: "mount -t tmpfs none /proc", "call", Fixture.example("add.wat"), "add", "[5, 3]")
    #expect(missing.code == 125 && missing.output.isEmpty)
    #expect(missing.diagnostics.contains("mount /proc"), "\(missing)")
  }
}
