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
  /// Calls `add(5, 3)` in new mount and process namespaces, after a change to their /proc.
  ///
  /// - Parameter launcher: a command in between, which ends by executing its last arguments.
  private func call(after change: String = "true", behind launcher: String = "", _ options: String...) async throws
    -> Run
  {
    try await start(
      ["call", Fixture.example("add.wat"), "add", "[5, 3]"] + options,
      behind: ["unshare", "--mount", "--pid", "--fork", "--mount-proc"] + [
        "sh", "-c", "\(change) && exec \(launcher) \"$@\"", "sh",
      ]
    ).end()
  }

  private static let hidepid = "mount -o remount,hidepid=2 /proc"
  /// A host that may not see processes of other users, and has given its workers a user of their own.
  private static let withoutRights =
    "setpriv --regid=1 --clear-groups --bounding-set=-sys_ptrace --inh-caps=-sys_ptrace"

  @Test("where hidepid hides the workers, none is trusted, and the error says what to do")
  func hidden() async throws {
    let hidden = try await call(after: Self.hidepid, behind: Self.withoutRights, "--json")
    #expect(hidden.code == 125)
    let error = try hidden.json()["error"]
    #expect(error?["code"] == "sandboxUnavailable" && error?["layer"] == "procfs", "\(hidden)")
    #expect(error?["message"]?.stringValue?.contains("hidepid") == true)

    let twin = try await call(behind: Self.withoutRights, "--json")
    #expect(twin.code == 0, "\(twin)")
    let allowed = try await call(after: Self.hidepid)
    #expect(allowed.code == 0 && allowed.output == "8\n", "a host that may look at everybody: \(allowed)")
  }

  @Test("without /proc the command says that it lacks its arguments, instead of printing its help")
  func missing() async throws {
    let missing = try await call(after: "mount -t tmpfs none /proc")
    #expect(missing.code == 125 && missing.output.isEmpty)
    #expect(missing.diagnostics.contains("mount /proc"), "\(missing)")
  }
}
