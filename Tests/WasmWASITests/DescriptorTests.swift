/// Descriptors: rights, flags, offsets, renumbering, limits, and that none of the host's is left open.

import Foundation
import Testing
import WasmWASI

@Suite("descriptors")
struct DescriptorTests {
  private func memory(_ files: [(path: String, contents: String)] = [("file", "0123456789")]) throws -> Guest {
    try Guest(
      try MemoryFileSystem(
        files: files.map { ($0.path, Array($0.contents.utf8)) }, isWritable: true, maxBytes: 1 << 20))
  }

  private func rights(_ guest: Guest, _ descriptor: UInt32) throws -> (base: UInt64, inheriting: UInt64) {
    #expect(try guest.call("fd_fdstat_get", UInt64(descriptor), 0x1000) == .success)
    return (guest.load(0x1008), guest.load(0x1010))
  }

  @Test("mounts are preopened from descriptor 3 in order")
  func mounts() throws {
    let files = try MemoryFileSystem(files: [], isWritable: true, maxBytes: 0)
    let guest = try Guest(
      .init(guestPath: "/", fileSystem: .memory(files)), .init(guestPath: "/data", fileSystem: .memory(files)))
    for (descriptor, name) in [(UInt64(3), "/"), (4, "/data")] {
      guest.put(UInt64.max, at: 0x80)
      #expect(try guest.call("fd_prestat_get", descriptor, 0x80) == .success)
      #expect(guest.load(0x80, as: UInt32.self) == 0)
      #expect(guest.load(0x84, as: UInt32.self) == UInt32(name.utf8.count))
      #expect(try guest.call("fd_prestat_dir_name", descriptor, 0x90, UInt64(name.utf8.count)) == .success)
      #expect(guest.bytes(at: 0x90, name.utf8.count) == Array(name.utf8))
      #expect(try guest.call("fd_prestat_dir_name", descriptor, 0x90, 0) == .nametoolong)
      #expect(try guest.call("fd_prestat_dir_name", descriptor, 65_536, 10) == .fault)
    }
    #expect(try guest.call("fd_prestat_get", 5, 0x80) == .badf)
    #expect(try guest.call("fd_prestat_get", 1, 0x80) == .badf)
    #expect(try guest.call("fd_prestat_dir_name", 1, 0x80, 10) == .notdir)
    #expect(try guest.close(3) == .success)
    #expect(try guest.call("fd_prestat_get", 3, 0x80) == .badf)
    #expect(try guest.open(".", in: 4).descriptor == 3)
    #expect(try guest.call("fd_prestat_get", 3, 0x80) == .badf)
  }

  @Test("a file is open for what was asked for")
  func accessRights() throws {
    let guest = try memory()
    let reader = try guest.open("file").descriptor
    let writer = try guest.open("file", rights: Guest.write).descriptor
    let neither = try guest.open("file", rights: 0).descriptor
    #expect(try guest.write("x", to: reader).error == .badf)
    #expect(try guest.read(writer).error == .badf)
    #expect(try guest.read(neither).error == .badf)
    #expect(try guest.write("x", to: neither).error == .badf)
    #expect(try guest.status(of: neither).value.size == 10)
    #expect(try guest.read(reader, count: 3).text == "012")
    #expect(try guest.write("ab", to: writer).count == 2)
    #expect(try guest.read(reader).text == "3456789")
    #expect(try guest.contents("file") == "ab23456789")
  }

  @Test("rights can be given up, are then missing, and do not come back")
  func givingUpRights() throws {
    let guest = try memory()
    let file = try guest.open("file", rights: Guest.read | Guest.write).descriptor
    let all = try rights(guest, file).base
    let seek: UInt64 = 1 << 2
    let tell: UInt64 = 1 << 5
    #expect(try guest.call("fd_fdstat_set_rights", UInt64(file), all & ~(seek | Guest.write), 0) == .success)
    #expect(try rights(guest, file).base == all & ~(seek | Guest.write))
    #expect(try guest.seek(file, to: 0).error == .notcapable)
    #expect(try guest.seek(file, to: 0, whence: 1).error == .success)
    #expect(try guest.write("x", to: file).error == .badf)
    #expect(try guest.call("fd_fdstat_set_rights", UInt64(file), all, 0) == .notcapable)
    #expect(try guest.call("fd_fdstat_set_rights", UInt64(file), .max, .max) == .notcapable)
    #expect(try guest.call("fd_fdstat_set_rights", UInt64(file), all & ~(seek | Guest.write | tell), 0) == .success)
    #expect(try guest.call("fd_tell", UInt64(file), 0x80) == .notcapable)

    let directory = try rights(guest, 3)
    let create: UInt64 = 1 << 10
    let unlink: UInt64 = 1 << 26
    #expect(
      try guest.call(
        "fd_fdstat_set_rights", 3, directory.base & ~create & ~unlink, directory.inheriting & ~Guest.write)
        == .success)
    #expect(try guest.openError("new", flags: Guest.create) == .notcapable)
    #expect(try guest.path("path_unlink_file", "file") == .notcapable)
    let limited = try guest.open("file", rights: Guest.read | Guest.write).descriptor
    #expect(try guest.write("x", to: limited).error == .badf)
    #expect(try guest.read(limited).error == .success)
  }

  @Test("append mode writes at the end, wherever the offset is", arguments: [true, false])
  func append(_ onHost: Bool) throws {
    let directory = try TemporaryDirectory()
    try directory.write("file", "0123456789")
    let guest = onHost ? try Guest(directory) : try memory()
    let file = try guest.open("file", rights: Guest.read | Guest.write, descriptorFlags: Guest.append).descriptor
    #expect(try guest.write("ab", to: file).count == 2)
    #expect(try guest.seek(file, to: 0, whence: 1).position == 12)
    #expect(try guest.seek(file, to: 2).position == 2)
    #expect(try guest.write("cd", to: file).count == 2)
    #expect(try guest.contents("file") == "0123456789abcd")
    #expect(try guest.call("fd_fdstat_set_flags", UInt64(file), 0) == .success)
    #expect(try guest.seek(file, to: 2).position == 2)
    #expect(try guest.write("ef", to: file).count == 2)
    #expect(try guest.contents("file") == "01ef456789abcd")
    #expect(try guest.call("fd_fdstat_set_flags", UInt64(file), 2) == .inval)
    #expect(try guest.call("fd_fdstat_set_flags", UInt64(file), 32) == .inval)
    #expect(try guest.call("fd_fdstat_set_flags", 3, 0) == .badf)
  }

  @Test("offsets move as lseek moves them", arguments: [true, false])
  func seeking(_ onHost: Bool) throws {
    let directory = try TemporaryDirectory()
    try directory.write("file", "0123456789")
    let guest = onHost ? try Guest(directory) : try memory()
    let file = try guest.open("file").descriptor
    #expect(try guest.seek(file, to: -3, whence: 2).position == 7)
    #expect(try guest.read(file).text == "789")
    #expect(try guest.seek(file, to: -10, whence: 1).position == 0)
    #expect(try guest.seek(file, to: -1, whence: 1).error == .inval)
    #expect(try guest.seek(file, to: .min).error == .inval)
    #expect(try guest.seek(file, to: 0, whence: 3).error == .inval)
    #expect(try guest.seek(file, to: .max).position == UInt64(Int64.max))
    #expect(try guest.seek(file, to: 1, whence: 1).error == .inval)
    #expect(try guest.seek(file, to: .max, whence: 2).error == .inval)
    #expect(try guest.read(file).text == "")
    #expect(try guest.call("fd_tell", UInt64(file), 0x80) == .success)
    #expect(guest.load(0x80, as: UInt64.self) == UInt64(Int64.max))
    #expect(try guest.call("fd_pread", UInt64(file), 0x90, 1, 1 << 63, 0x80) == .inval)
    #expect(try guest.call("fd_seek", UInt64(file), 0, 0, 65_530) == .fault)
  }

  @Test("positioned reads and writes leave the offset alone", arguments: [true, false])
  func positioned(_ onHost: Bool) throws {
    let directory = try TemporaryDirectory()
    try directory.write("file", "0123456789")
    let guest = onHost ? try Guest(directory) : try memory()
    let file = UInt64(try guest.open("file", rights: Guest.read | Guest.write).descriptor)
    // Two buffers: three bytes and two.
    for (index, value) in [UInt32(0x1000), 3, 0x2000, 2].enumerated() { guest.put(value, at: 0x90 + UInt32(index) * 4) }
    #expect(try guest.call("fd_pread", file, 0x90, 2, 4, 0x80) == .success)
    #expect(guest.load(0x80, as: UInt32.self) == 5)
    #expect(guest.bytes(at: 0x1000, 3) == Array("456".utf8))
    #expect(guest.bytes(at: 0x2000, 2) == Array("78".utf8))
    guest.put(Array("abc".utf8), at: 0x1000)
    guest.put(Array("de".utf8), at: 0x2000)
    #expect(try guest.call("fd_pwrite", file, 0x90, 2, 9, 0x80) == .success)
    #expect(try guest.read(UInt32(file)).text == "012345678abcde")
    #expect(try guest.call("fd_pread", file, 0x90, 2, 12, 0x80) == .success)
    #expect(guest.load(0x80, as: UInt32.self) == 2)
  }

  @Test("vectors out of bounds, too many or too long are refused before anything happens")
  func malformedVectors() throws {
    let guest = try memory()
    let file = UInt64(try guest.open("file", rights: Guest.read | Guest.write).descriptor)
    guest.put(UInt32(0x1000), at: 0x90)
    guest.put(UInt32(4), at: 0x94)
    guest.put(UInt32(65_535), at: 0x98)
    guest.put(UInt32(2), at: 0x9C)
    for name in ["fd_read", "fd_write"] {
      #expect(try guest.call(name, file, 0x90, 2, 0x80) == .fault)
      #expect(try guest.call(name, file, 0x90, 1, 65_534) == .fault)
      #expect(try guest.call(name, file, 0x90, 0xFFFF_FFFF, 0x80) == .inval)
      #expect(try guest.call(name, file, 0x90, 1025, 0x80) == .inval)
      #expect(try guest.call(name, file, 65_532, 1, 0x80) == .fault)
      #expect(try guest.call(name, file, 0x90, 0, 0x80) == .success)
    }
    #expect(try guest.call("fd_tell", file, 0x80) == .success)
    #expect(guest.load(0x80, as: UInt64.self) == 0)
    #expect(try guest.contents("file") == "0123456789")
    // The file's bytes replace the second vector while the first is read: 0x33323130 and 0x37363534.
    guest.put(UInt32(0x98), at: 0x90)
    guest.put(UInt32(8), at: 0x94)
    guest.put(UInt32(0x1000), at: 0x98)
    guest.put(UInt32(1), at: 0x9C)
    #expect(try guest.call("fd_read", file, 0x90, 2, 0x80) == .success)
    #expect(guest.load(0x80, as: UInt32.self) == 8)
  }

  @Test("renumbering closes the target, also when it is a standard stream or a mount")
  func renumbering() throws {
    let guest = try memory([("a", "a"), ("b", "b")])
    let first = try guest.open("a").descriptor
    let second = try guest.open("b").descriptor
    #expect(try guest.call("fd_renumber", UInt64(first), UInt64(second)) == .success)
    #expect(try guest.close(first) == .badf)
    #expect(try guest.read(second).text == "a")
    #expect(try guest.call("fd_renumber", UInt64(second), UInt64(second)) == .success)
    #expect(try guest.call("fd_renumber", UInt64(second), 999) == .badf)
    #expect(try guest.call("fd_renumber", UInt64(second), 0xFFFF_FFFF) == .badf)
    #expect(try guest.call("fd_renumber", 999, UInt64(second)) == .badf)
    #expect(try guest.call("fd_renumber", 1, 3) == .success)
    #expect(try guest.write("out", to: 3).count == 3)
    #expect(guest.system.takeStandardOutput() == Array("out".utf8))
    #expect(try guest.write("x", to: 1).error == .badf)
    #expect(try guest.openError("a") == .notdir)
  }

  @Test("the limit of descriptors is an error of path_open, which then makes no file")
  func limit() throws {
    let files = try MemoryFileSystem(files: [("file", [])], isWritable: true, maxBytes: 100)
    var configuration = SystemInterfaceConfiguration()
    configuration.maxDescriptors = 6
    configuration.mounts = [.init(guestPath: "/", fileSystem: .memory(files))]
    let guest = try Guest(configuration)
    #expect(try guest.open("file").descriptor == 4)
    #expect(try guest.open("file").descriptor == 5)
    #expect(try guest.openError("file") == .mfile)
    #expect(try guest.openError("new", flags: Guest.create) == .mfile)
    #expect(files.contents(of: "new") == nil)
    #expect(try guest.close(4) == .success)
    #expect(try guest.close(4) == .badf)
    #expect(try guest.open("file").descriptor == 4)
  }

  @Test("100,000 openings and closings leave no descriptor of the host")
  func openAndClose() throws {
    let directory = try TemporaryDirectory()
    try directory.write("file", "x")
    try directory.makeDirectory("dir")
    try directory.makeFIFO("fifo")
    let guest = try Guest(directory)
    for _ in 0..<10 {
      #expect(try guest.openRepeatedly("file", count: 9_000) == .success)
      #expect(try guest.openRepeatedly("dir", count: 1_000) == .success)
      #expect(try guest.openRepeatedly("file/", count: 500) == .notdir)
      #expect(try guest.openRepeatedly("nowhere", count: 500) == .noent)
      #expect(try guest.openRepeatedly("fifo", count: 500) == .perm)
    }
    // The lowest number is free again.
    #expect(try guest.open("file").descriptor == 4)
    #expect(try guest.close(4) == .success)
    #expect(openDescriptors(below: directory.path) == [directory.path])
    for _ in 0..<50 { _ = try guest.open("file") }
    #expect(openDescriptors(below: directory.path).count == 51)
    guest.system.finish()
    guest.system.finish()
    #expect(openDescriptors(below: directory.path) == [directory.path])
    #expect(try guest.openError("file") == .badf)
  }

  @Test("a directory of the host is read whole, in any size of buffer")
  func readingHostDirectory() throws {
    let directory = try TemporaryDirectory()
    for index in 0..<2_000 { try directory.write("file-\(index)", "") }
    try directory.symlink("link", to: "file-0")
    try directory.makeDirectory("dir")
    let guest = try Guest(directory)
    for size: UInt32 in [64, 333, 32_768] {
      var names: [String] = []
      var cookie: UInt64 = 0
      while true {
        let found = try guest.entries(3, cookie: cookie, size: size).found
        guard let last = found.last else { break }
        names += found.map(\.name)
        cookie = last.next
      }
      #expect(names.count == 2_004)
      #expect(Set(names).count == 2_004)
      #expect(names.prefix(2) == [".", ".."])
    }
    let entries = try guest.entries(3).found
    #expect(try entries[0].inode == guest.status(".").value.inode)
    #expect(entries[1].inode == entries[0].inode)
    let link = try guest.status("link")
    #expect(link.value.type == 7 && link.value.size == 6)
  }

  @Test("sizes, times and allocation of a host's file are those that were set")
  func hostAttributes() throws {
    let directory = try TemporaryDirectory()
    let guest = try Guest(directory)
    let file = try guest.open("file", flags: Guest.create, rights: Guest.read | Guest.write).descriptor
    #expect(try guest.call("fd_allocate", UInt64(file), 10, 20) == .success)
    #expect(try guest.status(of: file).value.size == 30)
    #expect(try guest.call("fd_allocate", UInt64(file), 10, 0) == .inval)
    #expect(try guest.call("fd_filestat_set_size", UInt64(file), 5) == .success)
    #expect(try guest.call("fd_filestat_set_size", UInt64(file), 1 << 63) == .inval)
    #expect(try guest.call("fd_filestat_set_times", UInt64(file), 1_000, 2_000_000_001, 5) == .success)
    #expect(try guest.status("file").value.times.prefix(2) == [1_000, 2_000_000_001])
    #expect(try guest.symlink("link", to: "file") == .success)
    #expect(try guest.setTimes("link", access: 3, modification: 4, flags: 5) == .success)
    #expect(try guest.setTimes("link", modification: 5, flags: 4, follow: true) == .success)
    // Following it may have set its access time.
    #expect(try guest.status("link").value.times[1] == 4)
    #expect(try guest.status("file").value.times.prefix(2) == [1_000, 5])
    #expect(try guest.call("fd_sync", UInt64(file)) == .success)
    #expect(try guest.call("fd_datasync", UInt64(file)) == .success)
    #expect(try guest.call("fd_sync", 3) == .success)
    #expect(try guest.call("fd_sync", 1) == .badf)
    #expect(try guest.call("fd_advise", UInt64(file), 0, 10, 5) == .success)
    #expect(try guest.call("fd_advise", UInt64(file), 0, 10, 6) == .inval)
    #expect(try guest.call("fd_advise", 1, 0, 10, 0) == .spipe)
    #expect(try guest.openError("file", flags: Guest.truncate) == .success)
    #expect(try guest.status("file").value.size == 0)
    #expect(try guest.path("path_unlink_file", "file") == .success)
    #expect(try guest.write("still there", to: file).error == .success)
    #expect(try guest.status(of: file).value.links == 0)
  }
}
