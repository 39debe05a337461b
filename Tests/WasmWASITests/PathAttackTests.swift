/// Ways out of a directory of the host, each beside a twin that is allowed.

import Foundation
import Glibc
import Synchronization
import Testing
import WasmWASI

@Suite("path attacks on host directories")
struct PathAttackTests {
  /// `outside/secret` must not be reached from `inside`, which is the guest's.
  private final class World {
    let all: TemporaryDirectory
    let inside: Int32
    let guest: Guest

    init(isWritable: Bool = true) throws {
      all = try TemporaryDirectory()
      try all.write("outside/secret", "secret")
      try all.write("inside/file", "public")
      try all.write("inside/dir/nested/file", "nested")
      inside = Glibc.open(all.at("inside"), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guest = try Guest(
        .init(guestPath: "/", fileSystem: .directory(descriptor: inside, isWritable: isWritable)))
    }

    deinit { Glibc.close(inside) }
  }

  @Test(
    "a path that leads out is not permitted, and its twin inside opens",
    arguments: [
      ("../outside/secret", "dir/../file"),
      ("dir/../../outside/secret", "dir/nested/../../file"),
      ("..", "dir/.."),
      ("dir/../..", "."),
      ("/etc/passwd", "file"),
      ("/", "./"),
      ("dir/nested/../../../outside/secret", "dir/.//nested///../../file"),
      ("./../inside/file", "./dir/../file"),
    ])
  func escapesAreNotPermitted(_ denied: String, _ allowed: String) throws {
    let world = try World()
    #expect(try world.guest.openError(denied) == .perm)
    #expect(try world.guest.status(denied).error == .perm)
    #expect(try world.guest.openError(allowed) == .success)
    #expect(try world.guest.status(allowed).error == .success)
  }

  @Test("a symbolic link out is not followed; one inside is")
  func symbolicLinks() throws {
    let world = try World()
    try world.all.symlink("inside/out", to: "../outside/secret")
    try world.all.symlink("inside/outdir", to: "../outside")
    try world.all.symlink("inside/absolute", to: world.all.at("inside/file"))
    try world.all.symlink("inside/in", to: "dir/nested/../../file")
    try world.all.symlink("inside/dir/up", to: "..")
    let guest = world.guest
    #expect(try guest.openError("out") == .perm)
    #expect(try guest.openError("outdir/secret") == .perm)
    #expect(try guest.openError("outdir/", flags: Guest.directory) == .perm)
    #expect(try guest.openError("outdir/", follow: false) == .perm)
    #expect(try guest.openError("absolute") == .perm)
    #expect(try guest.readLink("absolute").error == .perm)
    #expect(try guest.status("out", follow: true).error == .perm)
    #expect(try guest.makeFile("outdir/new", "x") == .perm)
    #expect(try guest.path("path_unlink_file", "outdir/secret") == .perm)
    #expect(try guest.path("path_create_directory", "outdir/new") == .perm)
    #expect(try guest.path("path_remove_directory", "outdir/") == .notdir)
    #expect(try guest.contents("in") == "public")
    #expect(try guest.contents("dir/up/file") == "public")
    #expect(try guest.openError("dir/up/..") == .perm)
    #expect(try guest.readLink("in").target == "dir/nested/../../file")
    #expect(try guest.status("out").value.type == 7)
    #expect(world.all.contents("outside/secret") == "secret")
    #expect(!world.all.exists("outside/new"))
  }

  @Test("a chain of links is followed as far as Linux would, and not out")
  func chains() throws {
    let world = try World()
    try world.all.symlink("inside/link0", to: "file")
    for index in 1...50 { try world.all.symlink("inside/link\(index)", to: "link\(index - 1)") }
    try world.all.symlink("inside/end", to: "middle")
    try world.all.symlink("inside/middle", to: "dir/../../outside/secret")
    try world.all.symlink("inside/loop", to: "loop")
    #expect(try world.guest.contents("link30") == "public")
    #expect(try world.guest.openError("link45") == .loop)
    #expect(try world.guest.openError("loop") == .loop)
    #expect(try world.guest.openError("end") == .perm)
  }

  @Test("a link that is not to be followed is a loop, also for a directory")
  func noFollow() throws {
    let world = try World()
    try world.all.symlink("inside/link", to: "file")
    try world.all.symlink("inside/dirlink", to: "dir")
    #expect(try world.guest.openError("link", follow: false) == .loop)
    #expect(try world.guest.openError("link", follow: true) == .success)
    #expect(try world.guest.openError("dirlink", follow: false, flags: Guest.directory) == .notdir)
    #expect(try world.guest.openError("dirlink", follow: true, flags: Guest.directory) == .success)
  }

  @Test("links of /proc lead nowhere")
  func magicLinks() throws {
    let world = try World()
    let proc = Glibc.open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { Glibc.close(proc) }
    let guest = try Guest(.init(guestPath: "/", fileSystem: .directory(descriptor: proc, isWritable: false)))
    for path in ["root/etc/passwd", "cwd/Package.swift", "fd/\(world.inside)/file", "exe"] {
      #expect(try guest.openError(path) == .loop, "\(path)")
    }
    #expect(try guest.openError("status") == .success)
  }

  @Test("a FIFO, a socket and a device are never opened, a file beside them is")
  func specialFiles() throws {
    let world = try World()
    try world.all.makeFIFO("inside/fifo")
    try world.all.makeSocket("inside/socket")
    let guest = world.guest
    for name in ["fifo", "socket"] {
      for rights: UInt64 in [Guest.read, Guest.write, Guest.read | Guest.write, 0] {
        #expect(try guest.openError(name, rights: rights) == .perm, "\(name)")
        #expect(try guest.openError(name, flags: Guest.create, rights: rights) == .perm, "\(name)")
      }
      #expect(try guest.openError(name, flags: Guest.create | Guest.exclusive, rights: Guest.write) == .exist)
    }
    #expect(try guest.status("fifo").value.type == 0)
    #expect(try guest.status("socket").value.type == 6)
    #expect(try guest.path("path_unlink_file", "fifo") == .success)
    let dev = Glibc.open("/dev", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { Glibc.close(dev) }
    let other = try Guest(.init(guestPath: "/", fileSystem: .directory(descriptor: dev, isWritable: true)))
    #expect(try other.openError("null") == .perm)
    #expect(try other.openError("zero", rights: Guest.write) == .perm)
    #expect(try other.status("null").value.type == 2)
  }

  @Test("a trailing slash names a directory and nothing else")
  func trailingSlashes() throws {
    let world = try World()
    let guest = world.guest
    #expect(try guest.openError("file/") == .notdir)
    #expect(try guest.openError("dir/") == .success)
    #expect(try guest.openError("new/", flags: Guest.create, rights: Guest.write) == .isdir)
    #expect(try guest.path("path_unlink_file", "file/") == .notdir)
    #expect(try guest.path("path_unlink_file", "dir/") == .isdir)
    #expect(try guest.link("file", "link/") == .noent)
    #expect(try guest.link("file/", "link") == .notdir)
    #expect(try guest.symlink("link/", to: "file") == .noent)
    #expect(try guest.rename("file/", "new") == .notdir)
    #expect(try guest.rename("dir/nested/", "moved/") == .success)
    #expect(try guest.path("path_create_directory", "made/") == .success)
    #expect(try guest.path("path_remove_directory", "made//") == .success)
  }

  @Test("a path that is no path has an error of its own")
  func malformedPaths() throws {
    let world = try World()
    let guest = world.guest
    func error(_ bytes: [UInt8]) throws -> Errno? { try guest.open(bytes).error }
    #expect(try error([]) == .noent)
    #expect(try error(Array("file\0".utf8)) == .inval)
    #expect(try error(Array("file\0/../../outside/secret".utf8)) == .inval)
    #expect(try error([0xFF, 0xFE]) == .ilseq)
    // A surrogate, and an overlong slash.
    #expect(try error([0xED, 0xA0, 0x80]) == .ilseq)
    #expect(try error([UInt8(ascii: "."), UInt8(ascii: "."), 0xC0, 0xAF]) == .ilseq)
    #expect(try error(Array("ä".utf8)) == .noent)
    #expect(try error([UInt8](repeating: UInt8(ascii: "a"), count: 255)) == .noent)
    #expect(try error([UInt8](repeating: UInt8(ascii: "a"), count: 256)) == .nametoolong)
    #expect(try error([UInt8](repeating: UInt8(ascii: "/"), count: 1)) == .perm)
    let long = Array(String(repeating: "./", count: 2045).utf8) + Array("file".utf8)
    #expect(try error(long) == .success)
    #expect(try error(Array("././".utf8) + long) == .nametoolong)
  }

  @Test("a path outside of the guest's memory is a fault")
  func pathOutOfBounds() throws {
    let world = try World()
    let guest = world.guest
    guest.put(Array("file".utf8), at: 65_532)
    func error(_ address: UInt64, _ count: UInt64) throws -> Errno? {
      try guest.call("path_open", 3, 0, address, count, 0, 2, 0, 0, 0x80)
    }
    #expect(try error(65_532, 4) == .success)
    #expect(try error(65_533, 4) == .fault)
    #expect(try error(0, 0xFFFF_FFFF) == .fault)
    #expect(try error(0xFFFF_FFFF, 0xFFFF_FFFF) == .fault)
  }

  @Test("a descriptor of the wrong kind is refused")
  func wrongKinds() throws {
    let world = try World()
    let guest = world.guest
    let file = try guest.open("file", rights: Guest.read | Guest.write).descriptor
    let directory = try guest.open("dir").descriptor
    #expect(try guest.openError("x", in: file) == .notdir)
    #expect(try guest.path("path_create_directory", "x", in: file) == .notdir)
    #expect(try guest.entries(file).error == .notdir)
    #expect(try guest.read(directory).error == .badf)
    #expect(try guest.write("x", to: directory).error == .badf)
    #expect(try guest.seek(directory, to: 0).error == .badf)
    #expect(try guest.call("fd_filestat_set_size", UInt64(directory), 0) == .badf)
    #expect(try guest.openError("x", in: 0) == .notdir)
    #expect(try guest.openError("x", in: 77) == .badf)
    #expect(try guest.openError("nested/file", in: directory) == .success)
    #expect(try guest.openError("../file", in: directory) == .perm)
    #expect(try guest.read(file).text == "public")
  }

  @Test("opening a directory for writing, creating or truncating is refused")
  func directoriesAreNotFiles() throws {
    let world = try World()
    let guest = world.guest
    #expect(try guest.openError("dir", rights: Guest.write) == .isdir)
    #expect(try guest.openError("dir", flags: Guest.truncate) == .isdir)
    #expect(try guest.openError("dir", flags: Guest.create) == .isdir)
    #expect(try guest.openError("file", flags: Guest.directory) == .notdir)
    #expect(try guest.openError("new", flags: Guest.create | Guest.directory) == .inval)
    #expect(try guest.openError("dir", flags: Guest.directory) == .success)
  }

  @Test("creating through a dangling link stays inside, and exclusive creation does not follow it")
  func danglingLinks() throws {
    let world = try World()
    try world.all.symlink("inside/dangling", to: "made")
    try world.all.symlink("inside/escaping", to: "../outside/made")
    let guest = world.guest
    let exclusive = Guest.create | Guest.exclusive
    #expect(try guest.openError("dangling", flags: exclusive, rights: Guest.write) == .exist)
    #expect(try guest.openError("escaping", flags: exclusive, rights: Guest.write) == .exist)
    #expect(try guest.openError("escaping", flags: Guest.create, rights: Guest.write) == .perm)
    #expect(!world.all.exists("outside/made"))
    #expect(try guest.openError("dangling") == .noent)
    #expect(try guest.openError("dangling", follow: false, flags: Guest.create, rights: Guest.write) == .loop)
    #expect(try guest.openError("dangling", flags: Guest.create, rights: Guest.write) == .success)
    #expect(world.all.exists("inside/made"))
    #expect(try guest.openError("fresh", flags: exclusive, rights: Guest.write) == .success)
  }

  @Test("links and renames do not lead out; inside they work")
  func linksAndRenames() throws {
    let world = try World()
    let guest = world.guest
    #expect(try guest.link("../outside/secret", "mine") == .perm)
    #expect(try guest.link("file", "../outside/mine") == .perm)
    #expect(try guest.rename("../outside/secret", "mine") == .perm)
    #expect(try guest.rename("file", "../outside/mine") == .perm)
    #expect(try guest.symlink("../outside/link", to: "x") == .perm)
    #expect(try guest.symlink("link", to: "/etc/passwd") == .perm)
    #expect(try guest.path("path_unlink_file", "../outside/secret") == .perm)
    #expect(try guest.path("path_create_directory", "../outside/made") == .perm)
    #expect(try guest.setTimes("../outside/secret", flags: 10) == .perm)
    #expect(try guest.link("dir", "mine") == .perm)
    #expect(try guest.rename("dir", "dir/nested/inner") == .inval)
    #expect(try FileManager.default.contentsOfDirectory(atPath: world.all.at("outside")) == ["secret"])
    #expect(try guest.link("file", "dir/mine") == .success)
    #expect(try guest.status("file").value.links == 2)
    #expect(try guest.rename("dir/mine", "dir/nested/mine") == .success)
    #expect(try guest.contents("dir/nested/mine") == "public")
    // It may be made: following it is what is refused.
    #expect(try guest.symlink("up", to: "../outside/secret") == .success)
    #expect(try guest.openError("up") == .perm)
  }

  @Test("names for a directory itself cannot be made, moved or removed")
  func dots() throws {
    let world = try World()
    let guest = world.guest
    #expect(try guest.path("path_create_directory", ".") == .exist)
    #expect(try guest.path("path_create_directory", "dir/..") == .exist)
    #expect(try guest.path("path_create_directory", "..") == .perm)
    #expect(try guest.path("path_remove_directory", "dir/.") == .inval)
    #expect(try guest.path("path_remove_directory", "dir/nested/..") == .notempty)
    #expect(try guest.path("path_unlink_file", "dir/..") == .isdir)
    #expect(try guest.path("path_unlink_file", "nowhere/..") == .noent)
    #expect(try guest.rename(".", "x") == .busy)
    #expect(try guest.rename("file", "dir/..") == .busy)
    #expect(try guest.link("dir/.", "x") == .perm)
    #expect(try guest.link("file", "dir/..") == .exist)
    #expect(try guest.path("path_remove_directory", "dir/nested") == .notempty)
  }

  @Test("a read-only mount refuses every change")
  func readOnly() throws {
    let world = try World(isWritable: false)
    let guest = world.guest
    let before = try guest.status("file").value
    #expect(try guest.openError("new", flags: Guest.create, rights: Guest.write) == .perm)
    #expect(try guest.openError("file", flags: Guest.truncate) == .perm)
    #expect(try guest.openError("file", flags: Guest.create) == .perm)
    #expect(try guest.openError("file", rights: Guest.write) == .perm)
    #expect(try guest.path("path_unlink_file", "file") == .perm)
    #expect(try guest.path("path_create_directory", "made") == .perm)
    #expect(try guest.path("path_remove_directory", "dir/nested") == .perm)
    #expect(try guest.rename("file", "moved") == .perm)
    #expect(try guest.link("file", "linked") == .perm)
    #expect(try guest.symlink("link", to: "file") == .perm)
    #expect(try guest.setTimes("file", modification: 1, flags: 4) == .perm)
    let file = try guest.open("file").descriptor
    #expect(try guest.call("fd_filestat_set_times", UInt64(file), 1, 1, 5) == .perm)
    #expect(try guest.call("fd_filestat_set_size", UInt64(file), 1) == .badf)
    #expect(try guest.call("fd_allocate", UInt64(file), 0, 100) == .badf)
    #expect(try guest.write("x", to: file).error == .badf)
    #expect(try guest.call("fd_sync", UInt64(file)) == .success)
    let subdirectory = try guest.open("dir").descriptor
    #expect(try guest.path("path_create_directory", "made", in: subdirectory) == .perm)
    #expect(try guest.contents("file") == "public")
    // Reading may have set the access time.
    let after = try guest.status("file").value
    #expect(after.times.dropFirst() == before.times.dropFirst() && after.size == before.size)
    #expect(after.links == before.links)
  }

  @Test("a read-only mount is neither the source nor the target of a link or rename")
  func twoMounts() throws {
    let first = try TemporaryDirectory()
    let second = try TemporaryDirectory()
    try first.write("file", "first")
    try second.write("file", "second")
    func guest(_ isFirstWritable: Bool) throws -> Guest {
      try Guest(
        .init(
          guestPath: "/a", fileSystem: .directory(descriptor: first.descriptor, isWritable: isFirstWritable)),
        .init(guestPath: "/b", fileSystem: .directory(descriptor: second.descriptor, isWritable: true)))
    }
    let denied = try guest(false)
    #expect(try denied.rename("file", "got", from: 3, to: 4) == .perm)
    #expect(try denied.rename("file", "given", from: 4, to: 3) == .perm)
    #expect(try denied.link("file", "got", from: 3, to: 4) == .perm)
    #expect(try denied.link("file", "given", from: 4, to: 3) == .perm)
    #expect(try denied.rename("file", "../\(first.path)/x", from: 4, to: 4) == .perm)
    let allowed = try guest(true)
    #expect(try allowed.link("file", "linked", from: 3, to: 4) == .success)
    #expect(try allowed.rename("file", "moved", from: 3, to: 4) == .success)
    #expect(second.contents("moved") == "first")
    #expect(!first.exists("file"))
  }

  @Test("a directory that is swapped with a link out while it is resolved never leads out")
  func renameRace() throws {
    let world = try World()
    try world.all.write("inside/swap/secret", "public")
    try world.all.symlink("link", to: "../outside")
    let (real, link, away) = (world.all.at("inside/swap"), world.all.at("link"), world.all.at("away"))
    let isDone = Atomic(false)
    let swapper = Thread {
      while !isDone.load(ordering: .relaxed) {
        for (from, to) in [(real, away), (link, real), (real, link), (away, real)] { _ = Glibc.rename(from, to) }
      }
      isDone.store(false, ordering: .releasing)
    }
    swapper.start()
    var seen: [String: Int] = [:]
    for _ in 0..<5_000 {
      let opened = try world.guest.open("swap/secret")
      if opened.error == .success {
        seen[try world.guest.read(opened.descriptor).text, default: 0] += 1
        _ = try world.guest.close(opened.descriptor)
      } else {
        seen[opened.error.map { "\($0)" } ?? "?", default: 0] += 1
      }
    }
    isDone.store(true, ordering: .relaxed)
    while isDone.load(ordering: .acquiring) { sched_yield() }
    #expect(seen["secret"] == nil)
    #expect(Set(seen.keys).isSubset(of: ["public", "perm", "again", "noent"]), "\(seen)")
    #expect(seen["public"] != nil || seen["perm"] != nil)
  }

  @Test("files are made without execute or set-id bits")
  func modes() throws {
    let world = try World()
    #expect(try world.guest.makeFile("made", "x") == .success)
    #expect(try world.guest.path("path_create_directory", "madedir") == .success)
    let mask = umask(0)
    umask(mask)
    let file = try FileManager.default.attributesOfItem(atPath: world.all.at("inside/made"))
    let directory = try FileManager.default.attributesOfItem(atPath: world.all.at("inside/madedir"))
    #expect(file[.posixPermissions] as? Int == 0o666 & ~Int(mask))
    #expect(directory[.posixPermissions] as? Int == 0o777 & ~Int(mask))
  }
}
