// Guests against the directories that they are given, through the whole product.

import Foundation
import HanzoWasm
import Synchronization
import WasmJSON

/// A directory of this process's user. `inside` is mounted, `outside/secret` must not be reached.
final class MountWorld {
  let path: String

  struct Failure: Error {
    let what: String
    let number = errno
    init(_ what: String) { self.what = what }
  }

  init() throws {
    var template = Array((NSTemporaryDirectory() + "hanzo-mounts-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { throw Failure("mkdtemp") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    for directory in ["inside/dir/nested", "readonly/dir/nested", "second", "outside"] {
      try FileManager.default.createDirectory(atPath: at(directory), withIntermediateDirectories: true)
    }
    for file in ["inside/file", "inside/dir/nested/file", "readonly/file", "second/file"] { try write("public", file) }
    try write("secret", "outside/secret")
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func at(_ name: String) -> String { path + "/" + name }
  func write(_ text: String, _ name: String) throws {
    try text.write(toFile: at(name), atomically: false, encoding: .utf8)
  }
  func symlink(_ target: String, _ name: String) throws {
    guard Glibc.symlink(target, at(name)) == 0 else { throw Failure("symlink") }
  }
  func contents(_ name: String) -> String? { try? String(contentsOfFile: at(name), encoding: .utf8) }
  func names(_ name: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: at(name))) ?? []).sorted()
  }

  func makeSocket(_ name: String) throws {
    let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: at(name).utf8) }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else { throw Failure("bind") }
  }
}

private func mountRuntime() async throws -> WasmRuntime {
  var config = Guests.config()
  config.enableWASI = true
  let runtime = try WasmRuntime(config)
  try await runtime.loadModule("paths", Guests.paths)
  return runtime
}

private func template(_ mounts: [Mount]) -> Invocation {
  var invocation = Invocation(module: "paths", function: "close", parameters: [0])
  invocation.mounts = mounts
  return invocation
}

/// Each attack and its allowed twin: the errno of both, by name.
func pathAttackScenario() async throws -> JSONObject {
  let world = try MountWorld()
  let runtime = try await mountRuntime()
  var report = JSONObject()
  func record(_ name: String, _ attack: Int, _ twin: Int) {
    report[name] = [JSONValue(-attack), JSONValue(-min(twin, 0))]
  }
  try world.symlink("../outside/secret", "inside/out")
  try world.symlink("dir/nested/../../file", "inside/in")
  try world.symlink("../outside", "inside/outdir")
  try world.symlink("dir", "inside/indir")
  try world.symlink(world.at("inside/file"), "inside/absolute")
  try world.symlink("middle", "inside/end")
  try world.symlink("dir/../../outside/secret", "inside/middle")
  try world.symlink("link0", "inside/link1")
  try world.symlink("file", "inside/link0")
  try world.symlink("loop", "inside/loop")
  try world.symlink("../outside/made", "inside/escaping")
  try world.symlink("made", "inside/dangling")
  try world.symlink("inside", "alias")
  try world.write("umlaut", "inside/ä")
  guard mkfifo(world.at("inside/fifo"), 0o666) == 0 else { throw MountWorld.Failure("mkfifo") }
  try world.makeSocket("inside/socket")
  try world.write("private", "inside/unreadable")
  chmod(world.at("inside/unreadable"), 0)
  try world.write("private", "inside/readable")
  let hasDevice = mknod(world.at("inside/device"), S_IFCHR | 0o666, 0x103) == 0

  let mounts: [Mount] = [
    .directory(world.at("inside"), at: "/inside", isWritable: true), .directory(world.at("readonly"), at: "/readonly"),
    .directory(world.at("second"), at: "/second", isWritable: true),
  ]
  try await runtime.withInstance("paths", like: template(mounts)) { instance in
    let guest = PathGuest(instance: instance)
    record("relative link out", try await guest.tried("out"), try await guest.tried("in"))
    record("absolute link", try await guest.tried("absolute"), try await guest.tried("in"))
    record("chain of links out", try await guest.tried("end"), try await guest.tried("link1"))
    record("loop of links", try await guest.tried("loop"), try await guest.tried("link1"))
    record("link not followed", try await guest.tried("in", follow: false), try await guest.tried("in"))
    record("linked directory out", try await guest.tried("outdir/secret"), try await guest.tried("indir/nested/file"))
    record("dots", try await guest.tried("../outside/secret"), try await guest.tried("dir/../file"))
    record(
      "dots within", try await guest.tried("dir/../../outside/secret"), try await guest.tried("dir/nested/../../file"))
    record("absolute path", try await guest.tried("/etc/passwd"), try await guest.tried("./file"))
    record("status through a link out", try await guest.stat("out"), try await guest.stat("in"))
    record("status by dots", try await guest.stat("../outside"), try await guest.stat("dir/.."))
    record(
      "reading an absolute link", try await guest.one("readlink", "absolute"), try await guest.one("readlink", "in"))
    record(
      "creating through a dangling link", try await guest.put("x", "escaping"), try await guest.put("x", "dangling"))
    record(
      "creating in a linked directory", try await guest.put("x", "outdir/new"), try await guest.put("x", "indir/new"))
    record(
      "removing by a link", try await guest.one("unlink", "outdir/secret"), try await guest.one("unlink", "indir/new"))
    record(
      "removing by dots", try await guest.one("unlink", "../outside/secret"), try await guest.one("unlink", "made"))
    record(
      "making a directory outside", try await guest.one("mkdir", "../outside/d"), try await guest.one("mkdir", "d"))
    record(
      "removing a directory outside", try await guest.one("rmdir", "../outside"), try await guest.one("rmdir", "d"))
    record("times outside", try await guest.times("../outside/secret"), try await guest.times("file"))
    record(
      "times through a linked directory", try await guest.times("outdir/secret"),
      try await guest.times("indir/nested/file"))
    record("times of a link", try await guest.times("../outside"), try await guest.times("in"))
    record(
      "renaming out", try await guest.two("rename", "file", "../outside/file"),
      try await guest.two("rename", "file", "moved"))
    record(
      "renaming in", try await guest.two("rename", "../outside/secret", "got"),
      try await guest.two("rename", "moved", "file"))
    record(
      "linking in", try await guest.two("link", "../outside/secret", "got"),
      try await guest.two("link", "file", "dir/linked"))
    record(
      "linking out", try await guest.two("link", "file", "../outside/got"),
      try await guest.two("link", "file", "linked"))
    record("symbolic link outside", try await guest.symlink("x", "../outside/l"), try await guest.symlink("file", "l"))
    record("making an absolute link", try await guest.symlink("/etc/passwd", "l2"), try await guest.symlink("x", "l2"))
    // Making it is allowed; following it is not.
    _ = try await guest.symlink("../outside/secret", "up")
    record("following a link that the guest made", try await guest.tried("up"), try await guest.tried("l"))
    record("FIFO", try await guest.tried("fifo"), try await guest.stat("fifo"))
    record("FIFO for writing", try await guest.tried("fifo", rights: 64), try await guest.one("unlink", "fifo"))
    record("socket", try await guest.tried("socket"), try await guest.stat("socket"))
    if hasDevice { record("device", try await guest.tried("device"), try await guest.stat("device")) }
    record("trailing slash", try await guest.tried("file/"), try await guest.tried("dir/"))
    record("file as a directory", try await guest.tried("file/x"), try await guest.tried("dir/nested"))
    record(
      "file opened as a directory", try await guest.tried("file", flags: 2), try await guest.tried("dir", flags: 2))
    record("directory for writing", try await guest.tried("dir", rights: 64), try await guest.tried("file", rights: 64))
    record("NUL", try await guest.tried("file\0/../../outside/secret"), try await guest.tried("file"))
    record("not UTF-8", try await guest.tried([0x2E, 0x2E, 0xC0, 0xAF]), try await guest.tried("ä"))
    let long = String(repeating: "./", count: 2_045) + "file"
    record("long path", try await guest.tried("././" + long), try await guest.tried(long))
    let component = String(repeating: "a", count: 256)
    record("long component", try await guest.tried(component), try await guest.put("x", String(component.dropLast())))
    record("empty path", try await guest.tried(""), try await guest.tried("."))
    record("unreadable file", try await guest.tried("unreadable"), try await guest.tried("readable"))
    record("directory that is a file", try await guest.tried("x", in: 0), try await guest.tried("file", in: 4))

    for (name, directory) in [("read-only", 4), ("writable", 3)] {
      // What the read-only mount refuses, in the writable one.
      report["creating, \(name)"] = JSONValue(try await guest.put("x", "new", in: directory))
      report["writing, \(name)"] = JSONValue(try await guest.put("public", "file", in: directory, flags: 0))
      report["truncating, \(name)"] = JSONValue(try await guest.tried("file", in: directory, flags: 8, rights: 64))
      report["making a directory, \(name)"] = JSONValue(try await guest.one("mkdir", "dir/new", in: directory))
      report["removing a directory, \(name)"] = JSONValue(
        try await guest.one("rmdir", directory == 3 ? "dir/new" : "dir/nested", in: directory))
      report["symbolic link, \(name)"] = JSONValue(try await guest.symlink("file", "symbolic", in: directory))
      report["link, \(name)"] = JSONValue(
        try await guest.two("link", "file", "another", from: directory, to: directory))
      report["times, \(name)"] = JSONValue(try await guest.times("file", in: directory))
      report["renaming, \(name)"] = JSONValue(
        try await guest.two("rename", "file", "renamed", from: directory, to: directory))
      report["unlinking, \(name)"] = JSONValue(
        try await guest.one("unlink", directory == 3 ? "renamed" : "file", in: directory))
    }
    _ = try await guest.put("public", "file")
    record(
      "renaming out of the read-only mount", try await guest.two("rename", "file", "got", from: 4),
      try await guest.two("rename", "file", "got", from: 5))
    record(
      "renaming into the read-only mount", try await guest.two("rename", "file", "got", to: 4),
      try await guest.two("rename", "got", "file", to: 5))
    record(
      "linking from the read-only mount", try await guest.two("link", "file", "got", from: 4),
      try await guest.two("link", "file", "got", from: 5))
    record(
      "linking into the read-only mount", try await guest.two("link", "file", "got", to: 4),
      try await guest.two("link", "file", "got2", to: 5))
  }
  // The host may name the directory as it likes: its own links are followed.
  let others: [Mount] = [
    .directory(world.at("alias"), at: "/alias"), .directory("/proc", at: "/proc"), .directory("/dev", at: "/dev"),
  ]
  try await runtime.withInstance("paths", like: template(others)) { instance in
    let guest = PathGuest(instance: instance)
    record("mount that is a link", try await guest.tried("../outside/secret"), try await guest.tried("file"))
    record(
      "link of /proc", try await guest.tried("self/root/etc/passwd", in: 4), try await guest.tried("version", in: 4))
    record(
      "own memory in /proc", try await guest.tried("self/mem", in: 4, rights: 64),
      try await guest.tried("self/stat", in: 4))
    record(
      "environment of the host in /proc", try await guest.tried("\(getpid())/environ", in: 4),
      try await guest.tried("uptime", in: 4))
    record("device of the machine", try await guest.tried("null", in: 5), try await guest.stat("null", in: 5))
  }
  report["outside"] = .array(world.names("outside").map { .string($0) })
  report["secret"] = .string(world.contents("outside/secret") ?? "")
  report["readonly"] = .array(world.names("readonly").map { .string($0) })
  report["readonlyFile"] = .string(world.contents("readonly/file") ?? "")
  await runtime.shutdown()
  return report
}

/// A thread of the host swaps a directory with a link out while the guest opens a file in it.
func swapScenario(opens: Int) async throws -> JSONObject {
  let world = try MountWorld()
  try FileManager.default.createDirectory(atPath: world.at("inside/swap"), withIntermediateDirectories: true)
  try world.write("public", "inside/swap/secret")
  try world.symlink("../outside", "link")
  let runtime = try await mountRuntime()
  var report = JSONObject()
  let (real, link, away) = (world.at("inside/swap"), world.at("link"), world.at("away"))
  let isDone = Atomic(false)
  let swaps = Atomic(0)
  let swapper = Thread {
    // Bounded, should the guest never end.
    for _ in 0..<5_000_000 where !isDone.load(ordering: .relaxed) {
      for (from, to) in [(real, away), (link, real), (real, link), (away, real)] { _ = rename(from, to) }
      swaps.add(1, ordering: .relaxed)
    }
  }
  swapper.start()
  let mounts = [Mount.directory(world.at("inside"), at: "/inside")]
  try await runtime.withInstance("paths", like: template(mounts)) { instance in
    let guest = PathGuest(instance: instance)
    let path = Array("swap/secret".utf8)
    let address = Int(try await instance.allocate(path))
    var counts: [UInt8] = []
    // Until it has been seen both ways, should the thread be late.
    for round in 1...50 {
      _ = try await guest.call("race", [opens, address, path.count])
      counts = try await instance.read(128, count: 24)
      report["opens"] = JSONValue(opens * round)
      if counts[0..<4] != [0, 0, 0, 0], counts[8..<12] != [0, 0, 0, 0] { break }
    }
    for (index, name) in ["public", "foreign", "denied", "disturbed", "other", "moved"].enumerated() {
      report[name] = JSONValue(
        counts[(4 * index)..<(4 * index + 4)].reversed().reduce(0) { $0 << 8 | Int($1) })
    }
  }
  isDone.store(true, ordering: .relaxed)
  while !swapper.isFinished { sched_yield() }
  report["swaps"] = JSONValue(swaps.load(ordering: .relaxed))
  await runtime.shutdown()
  return report
}

/// Which processes serve calls with different mounts, and what is left of them.
func mountWorkersScenario() async throws -> JSONObject {
  let world = try MountWorld()
  for name in ["a", "b"] {
    try FileManager.default.createDirectory(atPath: world.at(name), withIntermediateDirectories: true)
    try world.write(name, "\(name)/name")
  }
  // The first use of these functions opens what stays open.
  try await Task.sleep(for: .milliseconds(1))
  await (try mountRuntime()).shutdown()
  _ = (Kernel.descriptors(), Kernel.children())
  let descriptors = Kernel.descriptors()
  let children = Kernel.children().pids.count

  var report = try await serveMounts(world)
  _ = try await eventually(within: 5) {
    Kernel.descriptors().count <= descriptors.count && Kernel.children().pids.count == children
  }
  let after = Kernel.descriptors()
  report["newDescriptors"] = .array(after.filter { !descriptors.contains($0) }.map { .string($0) })
  report["descriptors"] = [JSONValue(descriptors.count), JSONValue(after.count)]
  report["children"] = [JSONValue(children), JSONValue(Kernel.children().pids.count)]
  report["zombies"] = JSONValue(Kernel.children().zombies)
  return report
}

/// Some calls whose workers are looked at, and 200 more. The runtime is gone at the end.
private func serveMounts(_ world: MountWorld) async throws -> JSONObject {
  var report = JSONObject()
  let runtime = try await mountRuntime()
  func serve(_ mounts: [Mount]) async throws -> (name: JSONValue, pid: Int32, files: [String]) {
    try await runtime.withInstance("paths", like: template(mounts)) { instance in
      let guest = PathGuest(instance: instance)
      let name = try await guest.contents("name")
      // The session holds its worker, though it runs nothing now.
      let pids = runtime.status().workers.filter { $0.state == .busy }.compactMap(\.pid)
      guard pids.count == 1, let pid = pids.first else { throw MountWorld.Failure("\(runtime.status().workers)") }
      // Only root may look into a process that is not dumpable.
      let files = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd")) ?? []).compactMap {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/fd/\($0)")
      }
      return (name.map { .string($0) } ?? .null, pid, files.filter { $0.hasPrefix("/") })
    }
  }
  let (a, b) = (Mount.directory(world.at("a"), at: "/m"), Mount.directory(world.at("b"), at: "/m"))
  let writable = Mount.directory(world.at("a"), at: "/m", isWritable: true)
  var served: [JSONValue] = []
  for mounts in [[a], [b], [], [a], [writable], [b]] {
    let one = try await serve(mounts)
    served.append([
      one.name, JSONValue(Int(one.pid)), .array(one.files.map { .string(String($0.dropFirst(world.path.utf8.count))) }),
    ])
  }
  report["served"] = .array(served)

  var wrong = 0
  for number in 0..<200 {
    let mounts = [[a], [b], [], [writable], [a, Mount.directory(world.at("b"), at: "/n")]][number % 5]
    let expected: [JSONValue] = ["a", "b", .null, "a", "a"]
    if try await serve(mounts).name != expected[number % 5] { wrong += 1 }
  }
  report["wrong"] = JSONValue(wrong)
  report["workers"] = JSONValue(runtime.status().workers.count { $0.state != .ending })
  await runtime.shutdown()
  return report
}

/// Mounts that cannot be had, or are gone.
func mountErrorScenario() async throws -> JSONObject {
  let world = try MountWorld()
  var config = Guests.config()
  config.enableWASI = true
  config.wasi.maxOpenFiles = 8
  config.wasi.maxFileBytes = 1 << 16
  let runtime = try WasmRuntime(config)
  try await runtime.loadModule("paths", Guests.paths)
  var report = JSONObject()
  func attempt(_ name: String, _ mounts: [Mount]) async throws {
    do throws(WasmError) {
      let outcome = try await runtime.invoke(template(mounts))
      report[name] = [.string("none"), .string("\(outcome.value)")]
    } catch {
      let message = error.message.replacingOccurrences(of: world.path, with: "WORLD")
      report[name] = [.string(error.code.rawValue), .string(message), .string(error.execution.rawValue)]
    }
  }
  try await attempt("missing", [.directory(world.at("missing"), at: "/m")])
  try await attempt("file", [.directory(world.at("inside/file"), at: "/m")])
  try await attempt("present", [.directory(world.at("inside"), at: "/m")])
  let many = (0..<49).map { Mount.directory(world.at("inside"), at: "/m\($0)") }
  try await attempt("49 mounts", many)
  try await attempt("48 mounts", Array(many.dropLast()))

  // The host has no descriptor left to open the directory with.
  var limit = rlimit()
  getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  let former = limit
  limit.rlim_cur = 1
  setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  try await attempt("no descriptor", [.directory(world.at("second"), at: "/m")])
  limit = former
  setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  try await attempt("descriptors again", [.directory(world.at("second"), at: "/m")])

  try await runtime.withInstance(
    "paths", like: template([.directory(world.at("inside"), at: "/m", isWritable: true)])
  ) { instance in
    let guest = PathGuest(instance: instance)
    let file = try await guest.open(Array("large".utf8), flags: PathGuest.create, rights: PathGuest.write)
    let bytes = [UInt8](repeating: 1, count: 70_000)
    let arguments = [file, Int(try await instance.allocate(bytes)), bytes.count]
    var answers: [Int] = []
    for _ in 0..<2 { answers.append(try await guest.call("write", arguments)) }
    // The worker goes on.
    answers.append(try await guest.tried("file"))
    report["long file"] = .array(answers.map { JSONValue($0) })
  }

  let gone = Mount.directory(world.at("second"), at: "/m", isWritable: true)
  try await runtime.withInstance("paths", like: template([gone])) { instance in
    let guest = PathGuest(instance: instance)
    var answers = [try await guest.tried("file")]
    var opened: [Int] = []
    while opened.count < 32 {
      opened.append(try await guest.open(Array("file".utf8)))
      if opened.last ?? 0 < 0 { break }
    }
    report["open files"] = .array([JSONValue(opened.count), JSONValue(opened.last ?? 0)])
    _ = try await guest.call("close", [opened[0]])
    answers.append(try await guest.tried("file"))
    try FileManager.default.removeItem(atPath: world.at("second"))
    answers.append(try await guest.tried("file"))
    answers.append(try await guest.put("x", "new"))
    answers.append(try await guest.one("mkdir", "new"))
    answers.append(try await guest.stat("."))
    report["removed"] = .array(answers.map { JSONValue($0) })
  }
  try await attempt("removed, next call", [gone])
  // Another directory under the same name is another directory.
  try FileManager.default.createDirectory(atPath: world.at("second"), withIntermediateDirectories: true)
  try world.write("new", "second/name")
  report["made again"] = try await runtime.withInstance("paths", like: template([gone])) { instance in
    .string(try await PathGuest(instance: instance).contents("name") ?? "")
  }
  await runtime.shutdown()
  return report
}
