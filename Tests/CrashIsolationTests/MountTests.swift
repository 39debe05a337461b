/// Guests against the directories that they are given, through the real worker, whoever runs the host.

import Foundation
import Testing
import WasmJSON

@Suite(
  "guests against mounted directories", .serialized,
  .enabled(if: Requirements.hasWorker, "needs a worker: HANZO_WASM_WORKER"))
struct MountTests {
  /// Errors of WASI, by number.
  static let (acces, fbig, ilseq, inval, isdir, loop, mfile) = (2, 22, 25, 28, 31, 32, 33)
  static let (nametoolong, noent, notdir, perm) = (37, 44, 54, 63)

  /// Who runs the host.
  static let hosts = Requirements.canBecomeOrdinary ? [false, true] : [false]

  /// What each attack answers. Its twin, the same within the mount, succeeds.
  static let attacks: [String: Int] = [
    "relative link out": perm, "absolute link": perm, "chain of links out": perm, "loop of links": loop,
    "link not followed": loop, "linked directory out": perm, "dots": perm, "dots within": perm, "absolute path": perm,
    "status through a link out": perm, "status by dots": perm, "reading an absolute link": perm,
    "creating through a dangling link": perm, "creating in a linked directory": perm, "removing by a link": perm,
    "removing by dots": perm, "making a directory outside": perm, "removing a directory outside": perm,
    "times outside": perm, "times through a linked directory": perm, "times of a link": perm, "renaming out": perm,
    "renaming in": perm, "linking in": perm, "linking out": perm, "symbolic link outside": perm,
    "making an absolute link": perm, "following a link that the guest made": perm, "FIFO": perm,
    "FIFO for writing": perm, "socket": perm, "trailing slash": notdir, "file as a directory": notdir,
    "file opened as a directory": notdir, "directory for writing": isdir, "NUL": inval, "not UTF-8": ilseq,
    "long path": nametoolong, "long component": nametoolong, "empty path": noent, "unreadable file": acces,
    "directory that is a file": notdir, "renaming out of the read-only mount": perm,
    "renaming into the read-only mount": perm, "linking from the read-only mount": perm,
    "linking into the read-only mount": perm, "mount that is a link": perm, "link of /proc": loop,
    "own memory in /proc": perm, "environment of the host in /proc": acces, "device of the machine": perm,
  ]

  static let changes = [
    "creating", "writing", "truncating", "making a directory", "removing a directory", "symbolic link", "link", "times",
    "renaming", "unlinking",
  ]

  @Test("no path leads out of a mount, and none changes a read-only one; within it each works", arguments: hosts)
  func paths(asOrdinaryUser: Bool) throws {
    let report = try HostProcess.run(["mounts", "paths"], asOrdinaryUser: asOrdinaryUser)
    for (name, error) in Self.attacks {
      let answer: JSONValue = [JSONValue(error), 0]
      #expect(report[name] == answer, "\(name)")
    }
    if Requirements.isRoot, !asOrdinaryUser, let device = report["device"] {
      #expect(device == [JSONValue(Self.perm), 0])
    }
    for change in Self.changes {
      #expect(report["\(change), read-only"] == JSONValue(-Self.perm), "\(change)")
      #expect(report["\(change), writable"] == 0, "\(change)")
    }
    #expect(report["outside"] == ["secret"])
    #expect(report["secret"] == "secret")
    #expect(report["readonly"] == ["dir", "file"])
    #expect(report["readonlyFile"] == "public")
  }

  @Test("a directory that the host swaps with a link out never shows a byte of the outside file", arguments: hosts)
  func swaps(asOrdinaryUser: Bool) throws {
    let report = try HostProcess.run(["mounts", "swaps", "20000"], asOrdinaryUser: asOrdinaryUser)
    #expect(report["foreign"] == 0, "\(report)")
    #expect(report["other"] == 0, "\(report)")
    #expect(try #require(report["public"]?.int64Value) > 0, "\(report)")
    #expect(try #require(report["denied"]?.int64Value) > 0, "\(report)")
    #expect(try #require(report["swaps"]?.int64Value) > 0, "\(report)")
    let all = try ["public", "foreign", "denied", "disturbed", "other", "moved"].map {
      try #require(report[$0]?.int64Value)
    }
    let opens = try #require(report["opens"]?.int64Value)
    #expect(opens >= 20_000 && all.reduce(0, +) == opens)
  }

  @Test(
    "calls with different mounts never share a worker, and 200 of them in turn leave nothing behind", arguments: hosts)
  func workers(asOrdinaryUser: Bool) throws {
    let report = try HostProcess.run(["mounts", "workers"], asOrdinaryUser: asOrdinaryUser)
    let served = try #require(report["served"]?.arrayValue).map { try #require($0.arrayValue) }
    try #require(served.count == 6)
    let names = served.map { $0[0] }
    #expect(names == ["a", "b", .null, "a", "a", "b"])
    let pids = served.map { $0[1] }
    // a, b, none, a again, a writable, b again.
    #expect(Set(pids).count == 4, "\(pids)")
    #expect(pids[3] == pids[0] && pids[5] == pids[1], "a worker with the same mounts is used again")
    if Requirements.isRoot, !asOrdinaryUser {
      let files = served.map { $0[2] }
      #expect(files == [["/a"], ["/b"], [], ["/a"], ["/a"], ["/b"]], "a worker has its own directories only")
    }
    #expect(report["wrong"] == 0)
    #expect(try #require(report["workers"]?.int64Value) <= 4)
    #expect(report["newDescriptors"] == [], "\(report)")
    let descriptors = try #require(report["descriptors"]?.arrayValue)
    #expect(descriptors[0] == descriptors[1], "\(report)")
    let children = try #require(report["children"]?.arrayValue)
    #expect(children[0] == children[1], "\(report)")
    #expect(report["zombies"] == 0)
  }

  @Test("a mount that cannot be had names the directory, and one that is gone is empty", arguments: hosts)
  func errors(asOrdinaryUser: Bool) throws {
    let report = try HostProcess.run(["mounts", "errors"], asOrdinaryUser: asOrdinaryUser)
    func attempt(_ name: String) throws -> (code: JSONValue, message: String) {
      let parts = try #require(report[name]?.arrayValue)
      return (parts[0], try #require(parts[1].stringValue))
    }
    for (name, path, error) in [
      ("missing", "WORLD/missing", "ENOENT"), ("file", "WORLD/inside/file", "ENOTDIR"),
      ("removed, next call", "WORLD/second", "ENOENT"),
    ] {
      let answer = try attempt(name)
      #expect(answer.code == "invalidArguments", "\(name)")
      #expect(answer.message.contains(path) && answer.message.contains(error), "\(answer.message)")
    }
    let many = try attempt("49 mounts")
    #expect(many.code == "invalidArguments" && many.message.contains("48"), "\(many)")
    let exhausted = try attempt("no descriptor")
    #expect(exhausted.code == "resourceExhausted", "\(exhausted)")
    for name in ["present", "48 mounts", "descriptors again"] { #expect(try attempt(name).code == "none", "\(report)") }

    // wasi.maxFileBytes is 64 KiB: as much as fits, an error and no signal.
    #expect(report["long file"] == [65_536, JSONValue(-Self.fbig), 0])
    // wasi.maxOpenFiles is 8: seven files and a refusal, or eight.
    let open = try #require(report["open files"]?.arrayValue)
    #expect(open[1] == JSONValue(-Self.mfile), "\(open)")
    #expect(try #require(open[0].int64Value) <= 9, "\(open)")
    let noent = JSONValue(-Self.noent)
    #expect(
      report["removed"] == [0, 0, noent, noent, noent, 0], "before, after closing one, then without the directory")
    #expect(report["made again"] == "new")
  }
}
