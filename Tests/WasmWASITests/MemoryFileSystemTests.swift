/// The file system in memory: what it has in common with a host's, and its limits.

import Testing
import WasmWASI

@Suite("files in memory")
struct MemoryFileSystemTests {
  private func make(
    _ files: [(path: String, contents: String)] = [("file", "public"), ("dir/nested/file", "nested")],
    isWritable: Bool = true, maxBytes: UInt64 = 1 << 20
  ) throws -> MemoryFileSystem {
    try MemoryFileSystem(
      files: files.map { ($0.path, Array($0.contents.utf8)) }, isWritable: isWritable, maxBytes: maxBytes)
  }

  private func text(_ fileSystem: MemoryFileSystem, _ path: String) -> String? {
    fileSystem.contents(of: path).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test("what a guest writes can be read back, and nothing else has changed")
  func results() throws {
    let files = try make()
    let guest = try Guest(files)
    #expect(try guest.path("path_create_directory", "out") == .success)
    #expect(try guest.makeFile("out/result", "42") == .success)
    #expect(try guest.symlink("out/link", to: "result") == .success)
    #expect(text(files, "out/result") == "42")
    #expect(text(files, "dir/nested/file") == "nested")
    #expect(files.contents(of: "out/link") == nil)
    #expect(files.contents(of: "nowhere/x") == nil)
    #expect(
      files.listing().map(\.path)
        == ["dir", "dir/nested", "dir/nested/file", "file", "out", "out/link", "out/result"])
    #expect(files.listing().map(\.kind)[5] == .symbolicLink)
    #expect(files.listing().map(\.size) == [0, 0, 6, 6, 0, 0, 2])
  }

  @Test(
    "a file's path must be one",
    arguments: ["", "/a", "a//b", "./a", "a/../b", "a\0b", String(repeating: "x", count: 256), "file/below"])
  func invalidPaths(_ path: String) {
    #expect(throws: MemoryFileSystem.Failure.invalidPath(path)) {
      _ = try MemoryFileSystem(files: [("file", []), (path, [])], isWritable: false, maxBytes: 100)
    }
  }

  @Test("two files cannot have one path, and files must fit")
  func invalidFiles() {
    #expect(throws: MemoryFileSystem.Failure.duplicatePath("a/b")) {
      _ = try MemoryFileSystem(files: [("a/b", []), ("a/b", [])], isWritable: false, maxBytes: 100)
    }
    #expect(throws: MemoryFileSystem.Failure.duplicatePath("a")) {
      _ = try MemoryFileSystem(files: [("a/b", []), ("a", [])], isWritable: false, maxBytes: 100)
    }
    #expect(throws: MemoryFileSystem.Failure.tooLarge(maxBytes: 10)) {
      _ = try MemoryFileSystem(files: [("a", Array(repeating: 0, count: 11))], isWritable: false, maxBytes: 10)
    }
    #expect(throws: Never.self) {
      _ = try MemoryFileSystem(files: [("a", Array(repeating: 0, count: 10))], isWritable: false, maxBytes: 10)
    }
  }

  @Test("paths lead out no more than those of a host")
  func escapes() throws {
    let guest = try Guest(try make())
    #expect(try guest.symlink("up", to: "../../x") == .success)
    #expect(try guest.symlink("absolute", to: "/x") == .perm)
    #expect(try guest.symlink("loop", to: "loop") == .success)
    #expect(try guest.symlink("in", to: "dir/nested/../../file") == .success)
    #expect(try guest.openError("..") == .perm)
    #expect(try guest.openError("dir/../../x") == .perm)
    #expect(try guest.openError("/file") == .perm)
    #expect(try guest.openError("up") == .perm)
    #expect(try guest.openError("loop") == .loop)
    #expect(try guest.openError("in", follow: false) == .loop)
    #expect(try guest.contents("in") == "public")
    #expect(try guest.contents("dir/.//nested/../../file") == "public")
    let nested = try guest.open("dir/nested").descriptor
    #expect(try guest.openError("../nested/file", in: nested) == .perm)
    #expect(try guest.openError("./file", in: nested) == .success)
    #expect(try guest.openError("file/") == .notdir)
    #expect(try guest.openError("file/..") == .notdir)
    #expect(try guest.openError("new/", flags: Guest.create, rights: Guest.write) == .isdir)
  }

  @Test("a read-only file system refuses every change")
  func readOnly() throws {
    let files = try make(isWritable: false)
    let guest = try Guest(files)
    let before = files.listing()
    #expect(try guest.makeFile("new") == .perm)
    #expect(try guest.openError("file", rights: Guest.write) == .perm)
    #expect(try guest.path("path_unlink_file", "file") == .perm)
    #expect(try guest.rename("file", "x") == .perm)
    #expect(try guest.link("file", "x") == .perm)
    #expect(try guest.setTimes("file", flags: 8) == .perm)
    #expect(files.listing() == before)
    #expect(try guest.contents("file") == "public")
  }

  @Test("an unlinked file lives as long as it is open, and gives its room back")
  func unlinkedOpenFiles() throws {
    let files = try make([], maxBytes: 10)
    let guest = try Guest(files)
    #expect(try guest.makeFile("a", "0123456789") == .success)
    let opened = try guest.open("a").descriptor
    #expect(try guest.path("path_unlink_file", "a") == .success)
    #expect(try guest.read(opened).text == "0123456789")
    #expect(try guest.status(of: opened).value.links == 0)
    #expect(try guest.makeFile("b", "x") == .nospc)
    #expect(try guest.close(opened) == .success)
    #expect(try guest.makeFile("b", "0123456789") == .success)
  }

  @Test("hard links are one file")
  func hardLinks() throws {
    let guest = try Guest(try make())
    #expect(try guest.link("file", "dir/other") == .success)
    #expect(try guest.status("file").value.links == 2)
    #expect(try guest.status("file").value.inode == guest.status("dir/other").value.inode)
    #expect(try guest.makeFile("dir/other", "changed") == .success)
    #expect(try guest.contents("file") == "changed")
    #expect(try guest.path("path_unlink_file", "file") == .success)
    #expect(try guest.contents("dir/other") == "changed")
    #expect(try guest.status("dir/other").value.links == 1)
    #expect(try guest.link("dir", "x") == .perm)
    #expect(try guest.link("dir/other", "dir/nested") == .exist)
    #expect(try guest.rename("dir/other", "dir/other") == .success)
  }

  @Test("renaming replaces what may be replaced, and nothing else")
  func renaming() throws {
    let files = try make()
    let guest = try Guest(files)
    for name in ["empty", "full"] { #expect(try guest.path("path_create_directory", name) == .success) }
    #expect(try guest.makeFile("full/x", "x") == .success)
    #expect(try guest.rename("dir", "dir") == .success)
    #expect(try guest.rename("dir", "dir/nested/inside") == .inval)
    #expect(try guest.rename("dir", "dir/inside") == .inval)
    #expect(try guest.rename("dir", "full") == .notempty)
    #expect(try guest.rename("dir", "file") == .notdir)
    #expect(try guest.rename("file", "empty") == .isdir)
    #expect(try guest.rename("nowhere", "x") == .noent)
    #expect(try guest.rename("file/", "x") == .notdir)
    #expect(try guest.rename("file", "x/") == .notdir)
    #expect(try guest.rename("full", "empty") == .success)
    #expect(try guest.rename("empty", "dir/nested/empty") == .success)
    #expect(try guest.rename("dir/nested", "nested") == .success)
    #expect(try guest.rename("dir", "nested/empty/dir") == .success)
    #expect(try guest.rename("nested", "nested/empty/dir/x") == .inval)
    #expect(try guest.rename("file", "nested/file") == .success)
    #expect(
      files.listing().map(\.path) == ["nested", "nested/empty", "nested/empty/dir", "nested/empty/x", "nested/file"])
    #expect(text(files, "nested/file") == "public")
  }

  @Test("another file system cannot be linked or renamed to")
  func otherFileSystems() throws {
    let first = try make()
    let second = try make()
    let guest = try Guest(
      .init(guestPath: "/a", fileSystem: .memory(first)), .init(guestPath: "/b", fileSystem: .memory(second)))
    #expect(try guest.rename("file", "x", from: 3, to: 4) == .xdev)
    #expect(try guest.link("file", "x", from: 3, to: 4) == .xdev)
    #expect(try guest.status("file", in: 3).value.device != guest.status("file", in: 4).value.device)
  }

  @Test("nothing can be made in a directory that was removed while it was open")
  func removedDirectories() throws {
    let guest = try Guest(try make([("gone/", "")]))
    let gone = try guest.open("gone").descriptor
    #expect(try guest.path("path_remove_directory", "gone") == .success)
    #expect(try guest.makeFile("x", in: gone) == .noent)
    #expect(try guest.path("path_create_directory", "x", in: gone) == .noent)
    #expect(try guest.rename("file", "x", from: 3, to: gone) == .noent)
    #expect(try guest.entries(gone).found.map(\.name) == [".", ".."])
  }

  @Test("a hole reads as zeros and takes no room; what is stored is limited")
  func sparseFiles() throws {
    let files = try make([], maxBytes: 100_000)
    let guest = try Guest(files)
    let file = try guest.open("sparse", flags: Guest.create, rights: Guest.read | Guest.write).descriptor
    #expect(try guest.seek(file, to: 90_000).error == .success)
    #expect(try guest.write("end", to: file).error == .success)
    #expect(try guest.status(of: file).value.size == 90_003)
    #expect(try guest.seek(file, to: 89_998).error == .success)
    #expect(try guest.read(file).text == "\0\0end")
    // 90,003 bytes of holes leave room for another file.
    let other = try guest.open("other", flags: Guest.create, rights: Guest.write).descriptor
    var written = 0
    while true {
      let (error, count) = try guest.write(String(repeating: "x", count: 5000), to: other)
      guard error == .success else {
        #expect(error == .nospc)
        break
      }
      written += Int(count)
    }
    // The last chunk of the sparse file is stored from its start.
    #expect(written > 80_000 && written < 100_000)
    #expect(try guest.call("fd_filestat_set_size", UInt64(file), 100_001) == .nospc)
    #expect(try guest.call("fd_filestat_set_size", UInt64(file), 1 << 63) == .inval)
    #expect(try guest.call("fd_allocate", UInt64(file), 0, 100_000) == .nospc)
    #expect(try guest.seek(file, to: 1 << 40).error == .success)
    #expect(try guest.write("x", to: file).error == .nospc)
    #expect(try guest.call("fd_filestat_set_size", UInt64(other), 0) == .success)
    #expect(try guest.call("fd_allocate", UInt64(file), 0, 95_000) == .success)
    #expect(try guest.status(of: file).value.size == 95_000)
  }

  @Test("sizes shrink and grow with zeros between")
  func resizing() throws {
    let guest = try Guest(try make([("file", String(repeating: "x", count: 40_000))]))
    let file = try guest.open("file", rights: Guest.read | Guest.write).descriptor
    #expect(try guest.call("fd_filestat_set_size", UInt64(file), 16_390) == .success)
    #expect(try guest.call("fd_filestat_set_size", UInt64(file), 40_000) == .success)
    #expect(try guest.seek(file, to: 16_388).error == .success)
    #expect(try guest.read(file, count: 5).text == "xx\0\0\0")
    #expect(try guest.seek(file, to: 0, whence: 2).position == 40_000)
    #expect(try guest.read(file).text == "")
    #expect(try guest.seek(file, to: 16_380).error == .success)
    #expect(try guest.write("0123456789", to: file).count == 10)
    #expect(try guest.seek(file, to: 16_378).error == .success)
    #expect(try guest.read(file, count: 14).text == "xx0123456789\0\0")
  }

  @Test("a write is shortened by the limit, and the next one fails")
  func shortWrites() throws {
    let files = try make([], maxBytes: 10)
    let guest = try Guest(files)
    let file = try guest.open("a", flags: Guest.create, rights: Guest.write).descriptor
    #expect(try guest.write("012345678901234", to: file).count == 10)
    #expect(try guest.write("x", to: file).error == .nospc)
    #expect(text(files, "a") == "0123456789")
    #expect(try guest.symlink("link", to: "target") == .nospc)
  }

  @Test("the number of names is limited, and freed names are free")
  func manyNames() throws {
    let guest = try Guest(try make([], maxBytes: 0))
    for index in 0..<4096 { #expect(try guest.makeFile("f\(index)") == .success) }
    #expect(try guest.makeFile("one more") == .nospc)
    #expect(try guest.path("path_create_directory", "one more") == .nospc)
    #expect(try guest.rename("f1", "renamed") == .success)
    #expect(try guest.path("path_unlink_file", "f0") == .success)
    #expect(try guest.path("path_create_directory", "one more") == .success)
  }

  @Test("directories nested beyond any path are freed without a deep stack")
  func deepNesting() throws {
    let files = try make([], maxBytes: 100 << 20)
    let guest = try Guest(files)
    var directory: UInt32 = 3
    for _ in 0..<20_000 {
      guard try guest.path("path_create_directory", "d", in: directory) == .success else { break }
      let next = try guest.open("d", in: directory).descriptor
      if directory != 3 { _ = try guest.close(directory) }
      directory = next
    }
    #expect(try guest.status(of: directory).error == .success)
    #expect(files.listing().count == 2048)
  }

  @Test("entries are sorted by name and keep their cookies while others come and go")
  func reading() throws {
    let guest = try Guest(try make([("c", ""), ("a", ""), ("b/", "")]))
    let all = try guest.entries(3).found
    #expect(all.map(\.name) == [".", "..", "a", "b", "c"])
    #expect(all.map(\.next) == [1, 2, 3, 4, 5])
    #expect(all.map(\.type) == [3, 3, 4, 3, 4])
    #expect(try all[2].inode == guest.status("a").value.inode)
    #expect(try guest.path("path_unlink_file", "a") == .success)
    #expect(try guest.makeFile("aa") == .success)
    #expect(try guest.entries(3, cookie: 3).found.map(\.name) == ["b", "c"])
    #expect(try guest.entries(3, cookie: 5).found.isEmpty)
    #expect(try guest.entries(3, cookie: .max).found.isEmpty)
    #expect(try guest.entries(3).found.map(\.name) == [".", "..", "aa", "b", "c"])
    // A buffer that is full to its end says that there is more.
    #expect(try guest.entries(3, size: 30).found.map(\.name) == ["."])
    #expect(guest.load(Guest.resultAddress, as: UInt32.self) == 30)
    #expect(try guest.entries(3, size: 0).error == .success)
  }
}
