// A guest whose functions are those of WASI on paths, called one at a time from the host.

import HanzoWasm
import WasmJSON

extension Guests {
  /// Every function answers 0 or more, or the negated errno.
  static let paths = Array(
    """
    (module
      (import "wasi_snapshot_preview1" "path_open"
        (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
      (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "path_filestat_get" (func $stat (param i32 i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "path_filestat_set_times"
        (func $times (param i32 i32 i32 i32 i64 i64 i32) (result i32)))
      (import "wasi_snapshot_preview1" "path_readlink" (func $readlink (param i32 i32 i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "path_rename" (func $rename (param i32 i32 i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "path_link" (func $link (param i32 i32 i32 i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "path_symlink" (func $symlink (param i32 i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "path_unlink_file" (func $unlink (param i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "path_create_directory" (func $mkdir (param i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "path_remove_directory" (func $rmdir (param i32 i32 i32) (result i32)))
      (memory (export "memory") 64)
      (global $next (mut i32) (i32.const 65536))
      (func (export "alloc") (param i32) (result i32)
        (global.get $next)
        (global.set $next (i32.add (global.get $next) (i32.and (i32.add (local.get 0) (i32.const 31)) (i32.const -16)))))
      (func $answer (param $errno i32) (param $value i32) (result i32)
        (select (i32.sub (i32.const 0) (local.get $errno)) (local.get $value) (local.get $errno)))
      ;; directory, follow, path, length, flags, rights
      (func $opened (export "open") (param i32 i32 i32 i32 i32 i64) (result i32) (local $errno i32)
        (local.set $errno (call $open (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4)
          (local.get 5) (i64.const 0) (i32.const 0) (i32.const 16)))
        (call $answer (local.get $errno) (i32.load (i32.const 16))))
      (func (export "close") (param i32) (result i32) (call $answer (call $close (local.get 0)) (i32.const 0)))
      ;; Reads into 4096; the answer is the count.
      (func $got (export "read") (param i32) (result i32) (local $errno i32)
        (i32.store (i32.const 32) (i32.const 4096)) (i32.store (i32.const 36) (i32.const 4096))
        (local.set $errno (call $read (local.get 0) (i32.const 32) (i32.const 1) (i32.const 16)))
        (call $answer (local.get $errno) (i32.load (i32.const 16))))
      (func (export "write") (param i32 i32 i32) (result i32) (local $errno i32)
        (i32.store (i32.const 32) (local.get 1)) (i32.store (i32.const 36) (local.get 2))
        (local.set $errno (call $write (local.get 0) (i32.const 32) (i32.const 1) (i32.const 16)))
        (call $answer (local.get $errno) (i32.load (i32.const 16))))
      (func (export "stat") (param i32 i32 i32 i32) (result i32)
        (call $answer
          (call $stat (local.get 0) (local.get 1) (local.get 2) (local.get 3) (i32.const 64)) (i32.const 0)))
      (func (export "times") (param i32 i32 i32 i32) (result i32)
        (call $answer
          (call $times (local.get 0) (local.get 1) (local.get 2) (local.get 3) (i64.const 1) (i64.const 1) (i32.const 5))
          (i32.const 0)))
      (func (export "readlink") (param i32 i32 i32) (result i32) (local $errno i32)
        (local.set $errno (call $readlink (local.get 0) (local.get 1) (local.get 2) (i32.const 4096) (i32.const 4096)
          (i32.const 16)))
        (call $answer (local.get $errno) (i32.load (i32.const 16))))
      (func (export "rename") (param i32 i32 i32 i32 i32 i32) (result i32)
        (call $answer (call $rename (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4) (local.get 5))
          (i32.const 0)))
      (func (export "link") (param i32 i32 i32 i32 i32 i32) (result i32)
        (call $answer (call $link (local.get 0) (i32.const 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4)
          (local.get 5)) (i32.const 0)))
      (func (export "symlink") (param i32 i32 i32 i32 i32) (result i32)
        (call $answer (call $symlink (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4)) (i32.const 0)))
      (func (export "unlink") (param i32 i32 i32) (result i32)
        (call $answer (call $unlink (local.get 0) (local.get 1) (local.get 2)) (i32.const 0)))
      (func (export "mkdir") (param i32 i32 i32) (result i32)
        (call $answer (call $mkdir (local.get 0) (local.get 1) (local.get 2)) (i32.const 0)))
      (func (export "rmdir") (param i32 i32 i32) (result i32)
        (call $answer (call $rmdir (local.get 0) (local.get 1) (local.get 2)) (i32.const 0)))
      (func $count (param i32) (i32.store (local.get 0) (i32.add (i32.load (local.get 0)) (i32.const 1))))
      ;; count, path, length: opens and reads so often. At 128: how often it began with 'p', with anything else, was not
      ;; permitted (63), was not there or disturbed (44, 6), failed otherwise, or was no longer below the mount when it was
      ;; to be opened, as Landlock sees it (2).
      (func (export "race") (param i32 i32 i32) (result i32) (local $file i32)
        (loop $again
          (local.set $file
            (call $opened (i32.const 3) (i32.const 1) (local.get 1) (local.get 2) (i32.const 0) (i64.const 2)))
          (if (i32.ge_s (local.get $file) (i32.const 0))
            (then
              (i32.store8 (i32.const 4096) (i32.const 0))
              (drop (call $got (local.get $file)))
              (call $count (select (i32.const 128) (i32.const 132)
                (i32.eq (i32.load8_u (i32.const 4096)) (i32.const 112))))
              (drop (call $close (local.get $file))))
            (else
              (if (i32.eq (local.get $file) (i32.const -63)) (then (call $count (i32.const 136)))
                (else (if (i32.eq (local.get $file) (i32.const -2)) (then (call $count (i32.const 148)))
                  (else
                    (call $count (select (i32.const 140) (i32.const 144)
                      (i32.or (i32.eq (local.get $file) (i32.const -44)) (i32.eq (local.get $file) (i32.const -6)))))))))))
          (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
        (i32.const 0)))
    """.utf8)
}

/// The functions of the guest in an instance of its own.
struct PathGuest {
  let instance: WasmInstance

  static let create = 1
  static let directory = 2
  static let exclusive = 4
  static let truncate = 8
  static let read = 2
  static let write = 64

  struct NoNumber: Error {}

  func call(_ function: String, _ arguments: [Int]) async throws -> Int {
    let answer = try await instance.call(function, .array(arguments.map { JSONValue($0) }))
    guard let number = answer.int64Value else { throw NoNumber() }
    return Int(number)
  }

  /// A path's address and length.
  private func place(_ path: [UInt8]) async throws -> [Int] {
    [Int(try await instance.allocate(path)), path.count]
  }

  func open(
    _ path: [UInt8], in directory: Int = 3, follow: Bool = true, flags: Int = 0, rights: Int = read
  ) async throws -> Int {
    try await call("open", [directory, follow ? 1 : 0] + place(path) + [flags, rights])
  }

  /// 0, or the negated errno of opening; what was opened is closed.
  func tried(
    _ path: String, in directory: Int = 3, follow: Bool = true, flags: Int = 0, rights: Int = read
  ) async throws -> Int {
    try await tried(Array(path.utf8), in: directory, follow: follow, flags: flags, rights: rights)
  }

  func tried(
    _ path: [UInt8], in directory: Int = 3, follow: Bool = true, flags: Int = 0, rights: Int = read
  ) async throws -> Int {
    let file = try await open(path, in: directory, follow: follow, flags: flags, rights: rights)
    return file < 0 ? file : try await call("close", [file])
  }

  /// What a file holds; nil if it cannot be opened.
  func contents(_ path: String, in directory: Int = 3) async throws -> String? {
    let file = try await open(Array(path.utf8), in: directory)
    guard file >= 0 else { return nil }
    let count = try await call("read", [file])
    _ = try await call("close", [file])
    return count < 0 ? nil : String(decoding: try await instance.read(4_096, count: count), as: UTF8.self)
  }

  /// Makes or changes a file.
  func put(_ text: String, _ path: String, in directory: Int = 3, flags: Int = create) async throws -> Int {
    let file = try await open(Array(path.utf8), in: directory, flags: flags, rights: Self.write)
    guard file >= 0 else { return file }
    let written = try await call("write", [file] + place(Array(text.utf8)))
    _ = try await call("close", [file])
    return written < 0 ? written : 0
  }

  func stat(_ path: String, in directory: Int = 3, follow: Bool = true) async throws -> Int {
    try await call("stat", [directory, follow ? 1 : 0] + place(Array(path.utf8)))
  }
  func times(_ path: String, in directory: Int = 3) async throws -> Int {
    try await call("times", [directory, 0] + place(Array(path.utf8)))
  }
  /// Functions of a directory and a path: `readlink`, `unlink`, `mkdir` and `rmdir`.
  func one(_ function: String, _ path: String, in directory: Int = 3) async throws -> Int {
    try await call(function, [directory] + place(Array(path.utf8)))
  }
  /// `rename` and `link`.
  func two(_ function: String, _ path: String, _ newPath: String, from: Int = 3, to: Int = 3) async throws -> Int {
    let first = try await place(Array(path.utf8))
    return try await call(function, [from] + first + [to] + place(Array(newPath.utf8)))
  }
  func symlink(_ target: String, _ path: String, in directory: Int = 3) async throws -> Int {
    let first = try await place(Array(target.utf8))
    return try await call("symlink", first + [directory] + place(Array(path.utf8)))
  }
}
