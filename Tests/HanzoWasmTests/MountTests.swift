// Directories and files that calls mount: which worker serves whom, and what the caller is told.

import Foundation
import Testing

@testable import HanzoWasm

/// A directory that is removed with it, with one file `name` in it.
private final class Folder {
  let path: String

  init(_ contents: String) throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("hanzo-mount-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try contents.write(toFile: path + "/name", atomically: false, encoding: .utf8)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var files: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? [] }
}

/// Prints the file `name` of the first preopened directory, or `-`, and makes a file `made` there: the exit code is the
/// error number of that.
private let reader = Array(
  #"""
  (module
    (import "wasi_snapshot_preview1" "path_open"
      (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (data (i32.const 64) "name")
    (data (i32.const 80) "made")
    (data (i32.const 96) "-")
    (func $print (param i32 i32)
      (i32.store (i32.const 0) (local.get 0)) (i32.store (i32.const 4) (local.get 1))
      (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))
    (func (export "_start")
      (if (call $open (i32.const 3) (i32.const 0) (i32.const 64) (i32.const 4) (i32.const 0) (i64.const 2) (i64.const 0)
            (i32.const 0) (i32.const 12))
        (then (call $print (i32.const 96) (i32.const 1)))
        (else
          (i32.store (i32.const 0) (i32.const 1024)) (i32.store (i32.const 4) (i32.const 4096))
          (drop (call $read (i32.load (i32.const 12)) (i32.const 0) (i32.const 1) (i32.const 8)))
          (call $print (i32.const 1024) (i32.load (i32.const 8)))))
      (call $exit (call $open (i32.const 3) (i32.const 0) (i32.const 80) (i32.const 4) (i32.const 1) (i64.const 64)
        (i64.const 0) (i32.const 0) (i32.const 12)))))
  """#.utf8)

private func read(_ runtime: WasmRuntime, _ mounts: [Mount]) async throws -> (text: String, exitCode: UInt32?) {
  var call = Invocation(module: "reader", command: ["reader"])
  call.mounts = mounts
  let outcome = try await runtime.invoke(call)
  return (String(decoding: outcome.stdout, as: UTF8.self), outcome.exitCode)
}

/// Error numbers of WASI.
private let badDescriptor: UInt32 = 8
private let notPermitted: UInt32 = 63

@Suite(
  "Mounts",
  .enabled(if: RealWorker.isThere, Comment(rawValue: RealWorker.reason)))
struct MountTests {
  private func withReader<Value: Sendable>(
    _ change: (inout WasmConfig) -> Void = { _ in }, _ body: (WasmRuntime) async throws -> Value
  ) async throws -> Value {
    try await WasmRuntime.withRuntime(RealWorker.config(change)) { (runtime) async throws in
      try await runtime.loadModule("reader", reader)
      return try await body(runtime)
    }
  }

  @Test("each call sees its own directories, and a call without any sees none")
  func perCall() async throws {
    let (first, second) = (try Folder("first"), try Folder("second"))
    try await withReader { (runtime) async throws in
      for _ in 0..<3 {
        #expect(try await read(runtime, [.directory(first.path, at: "/")]) == ("first", notPermitted))
        #expect(try await read(runtime, [.directory(second.path, at: "/")]) == ("second", notPermitted))
        #expect(try await read(runtime, []) == ("-", badDescriptor))
        #expect(try await read(runtime, [.files(["name": [120]], at: "/")]) == ("x", notPermitted))
      }
      #expect(first.files == ["name"] && second.files == ["name"])
      #expect(try await read(runtime, [.directory(first.path, at: "/", isWritable: true)]) == ("first", 0))
      #expect(first.files == ["made", "name"])
    }
  }

  @Test("calls with the same directories share a worker; others have one of their own")
  func workers() async throws {
    let (first, second) = (try Folder("first"), try Folder("second"))
    try await withReader({ $0.pool.maxWorkers = 8 }) { (runtime) async throws in
      for _ in 0..<5 { _ = try await read(runtime, [.directory(first.path, at: "/")]) }
      // One that loaded the module, and one that serves the directory.
      #expect(runtime.statistics.workersStarted == 2)
      _ = try await read(runtime, [.directory(first.path, at: "/", isWritable: true)])
      _ = try await read(runtime, [.directory(second.path, at: "/")])
      #expect(runtime.statistics.workersStarted == 4)
      // The guest's name for it is not the worker's business.
      _ = try await read(runtime, [.directory(second.path, at: "/other")])
      _ = try await read(runtime, [])
      #expect(runtime.statistics.workersStarted == 4)
    }
  }

  @Test("a directory that is another one by now is another one to the worker too")
  func replaced() async throws {
    let folder = try Folder("first")
    let other = try Folder("second")
    try await withReader { (runtime) async throws in
      #expect(try await read(runtime, [.directory(folder.path, at: "/")]).text == "first")
      try FileManager.default.moveItem(atPath: folder.path, toPath: folder.path + "-old")
      try FileManager.default.moveItem(atPath: other.path, toPath: folder.path)
      #expect(try await read(runtime, [.directory(folder.path, at: "/")]).text == "second")
      #expect(try await read(runtime, [.directory(folder.path + "-old", at: "/")]).text == "first")
      try FileManager.default.removeItem(atPath: folder.path + "-old")
    }
  }

  @Test("many calls with different directories at the same time each get what they mounted")
  func concurrency() async throws {
    let folders = try (0..<6).map { try Folder("folder \($0)") }
    let paths = folders.map(\.path)
    try await withReader { (runtime) async throws in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for index in 0..<60 {
          group.addTask {
            let number = index % paths.count
            let found = try await read(runtime, index % 7 == 0 ? [] : [.directory(paths[number], at: "/")])
            #expect(found.text == (index % 7 == 0 ? "-" : "folder \(number)"))
          }
        }
        try await group.waitForAll()
      }
    }
    withExtendedLifetime(folders) {}
  }

  @Test("the runtime's mounts come before the call's")
  func configured() async throws {
    let folder = try Folder("configured")
    try await withReader({ $0.wasi.mounts = [.directory(folder.path, at: "/base")] }) { (runtime) async throws in
      #expect(try await read(runtime, []).text == "configured")
      #expect(try await read(runtime, [.files(["name": []], at: "/own")]).text == "configured")
      let double = await wasmError { try await read(runtime, [.files([:], at: "/base")]) }
      #expect(double?.code == .invalidArguments)
    }
  }

  @Test("what cannot be mounted is refused at once, with its path and the reason")
  func refused() async throws {
    let folder = try Folder("x")
    try await withReader { (runtime) async throws in
      let missing = await wasmError { try await read(runtime, [.directory(folder.path + "/missing", at: "/")]) }
      #expect(missing?.code == .invalidArguments && missing?.systemError == ENOENT)
      #expect(missing?.message.contains("missing") == true && missing?.execution == .notStarted)
      let file = await wasmError { try await read(runtime, [.directory(folder.path + "/name", at: "/")]) }
      #expect(file?.code == .invalidArguments && file?.systemError == ENOTDIR)
      for mounts: [Mount] in [
        [.directory("", at: "/")], [.directory(folder.path, at: "")], [.directory(folder.path, at: "/a\0b")],
        [.directory("/a\0b", at: "/")],
        (0..<49).map { .directory(folder.path, at: "/\($0)") },
      ] {
        #expect(await wasmError { try await read(runtime, mounts) }?.code == .invalidArguments)
      }
      #expect(try await read(runtime, (0..<48).map { .directory(folder.path, at: "/\($0)") }).text == "x")
    }
    var wrong = RealWorker.config()
    wrong.wasi.mounts = [.files([:], at: "/a"), .files([:], at: "/a")]
    wrong.wasi.environment = [.init(name: "A=B", value: "")]
    wrong.wasi.maxOpenFiles = 0
    let error = #expect(throws: WasmError.self) { try WasmRuntime(wrong) }
    #expect(error?.problems.count == 3)
  }

  @Test("directories stay open only as long as somebody needs them")
  func descriptors() async throws {
    let registry = DirectoryRegistry()
    let folder = try Folder("x")
    let first = try registry.workerClass(for: [.directory(folder.path, at: "/")])
    let again = try registry.workerClass(for: [.directory(folder.path, at: "/elsewhere")])
    #expect(first == again && first.directories === again.directories)
    let writable = try registry.workerClass(for: [.directory(folder.path, at: "/", isWritable: true)])
    #expect(first != .plain && first != writable)
    #expect(try registry.workerClass(for: []) == .plain)
    weak let directories = try registry.workerClass(for: [.directory("/", at: "/")]).directories
    #expect(directories == nil)
  }

  @Test("a longer file than allowed is refused to the guest, not the end of the worker")
  func fileSize() async throws {
    let folder = try Folder("x")
    let writer = Array(
      #"""
      (module
        (import "wasi_snapshot_preview1" "path_open"
          (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_allocate" (func $allocate (param i32 i64 i64) (result i32)))
        (memory (export "memory") 1)
        (data (i32.const 64) "name")
        (func (export "grow") (param i64) (result i32)
          (drop (call $open (i32.const 3) (i32.const 0) (i32.const 64) (i32.const 4) (i32.const 0) (i64.const 0x1c0)
            (i64.const 0) (i32.const 0) (i32.const 12)))
          (call $allocate (i32.load (i32.const 12)) (i64.const 0) (local.get 0))))
      """#.utf8)
    try await WasmRuntime.withRuntime(RealWorker.config { $0.wasi.maxFileBytes = 8_192 }) { (runtime) async throws in
      try await runtime.loadModule("writer", writer)
      var call = Invocation(module: "writer", function: "grow", parameters: [8_192])
      call.mounts = [.directory(folder.path, at: "/", isWritable: true)]
      #expect(try await runtime.invoke(call).json() == 0)
      call.input = .arguments([8_193])
      // EFBIG.
      #expect(try await runtime.invoke(call).json() == 22)
      #expect(runtime.statistics.workersLost == 0)
    }
  }
}

@Suite("The pool's decisions about directories")
struct MountedPoolTests {
  private let plain = TrustDomain("a")
  private func mounted(_ path: String, _ registry: DirectoryRegistry) throws -> TrustDomain {
    TrustDomain("a").with(try registry.workerClass(for: [.directory(path, at: "/")]))
  }

  @Test("a call that mounts gets a worker of its class, and a plain call never gets that one")
  func classes() throws {
    let registry = DirectoryRegistry()
    let root = try mounted("/", registry)
    var pool = PoolState(PoolState.Limits(minWorkers: 0, maxWorkers: 3, queueLimit: 8))
    #expect(pool.submit(1, Demand(plain), now: 0) == .accepted([.start(1)]))
    #expect(pool.submit(2, Demand(root), now: 0) == .accepted([.start(2)]))
    #expect(pool.workerClass(of: 1) == .plain && pool.workerClass(of: 2) == root.workerClass)
    // Whichever is ready first, each call gets its own.
    #expect(pool.started(2, now: 0) == [.dispatch(2, to: 2)])
    #expect(pool.started(1, now: 0) == [.dispatch(1, to: 1)])
    #expect(pool.finished(2, reusable: true, now: 0) == [])
    #expect(pool.submit(3, Demand(plain), now: 0) == .accepted([.start(3)]))
    #expect(pool.submit(4, Demand(root), now: 0) == .accepted([.dispatch(4, to: 2)]))
  }

  @Test("at the maximum a worker of another class gives way, also one that has served nobody")
  func eviction() throws {
    let registry = DirectoryRegistry()
    let (root, tmp) = (try mounted("/", registry), try mounted("/tmp", registry))
    var pool = PoolState(PoolState.Limits(minWorkers: 1, maxWorkers: 1, queueLimit: 8))
    #expect(pool.begin(now: 0) == [.start(1)])
    #expect(pool.started(1, now: 0) == [])
    #expect(pool.submit(1, Demand(root), now: 0) == .accepted([.retire(1), .start(2)]))
    #expect(pool.gone(1, now: 0) == [])
    #expect(pool.started(2, now: 0) == [.dispatch(1, to: 2)])
    #expect(pool.submit(2, Demand(tmp), now: 0) == .accepted([]))
    #expect(pool.finished(2, reusable: true, now: 0) == [.retire(2), .start(3)])
    #expect(pool.workerClass(of: 3) == tmp.workerClass)
  }

  @Test("every waiting class is started for, up to the maximum, and withdrawn calls are forgotten")
  func waiting() throws {
    let registry = DirectoryRegistry()
    let (root, tmp) = (try mounted("/", registry), try mounted("/tmp", registry))
    var pool = PoolState(PoolState.Limits(minWorkers: 0, maxWorkers: 4, queueLimit: 8))
    #expect(pool.submit(1, Demand(root), now: 0) == .accepted([.start(1)]))
    #expect(pool.submit(2, Demand(tmp), now: 0) == .accepted([.start(2)]))
    #expect(pool.submit(3, Demand(root), now: 0) == .accepted([.start(3)]))
    #expect(pool.submit(4, Demand(plain), now: 0) == .accepted([.start(4)]))
    pool.withdraw(2)
    #expect(pool.started(1, now: 0) == [.dispatch(1, to: 1)])
    #expect(pool.started(2, now: 0) == [])
    #expect(pool.started(3, now: 0) == [.dispatch(3, to: 3)])
    #expect(pool.started(4, now: 0) == [.dispatch(4, to: 4)])
  }

  @Test("a domain that is not needed any more ends its idle workers whatever they mount")
  func retire() throws {
    let root = try mounted("/", DirectoryRegistry())
    var pool = PoolState(PoolState.Limits(minWorkers: 0, maxWorkers: 4, queueLimit: 8))
    _ = pool.submit(1, Demand(root), now: 0)
    _ = pool.started(1, now: 0)
    _ = pool.finished(1, reusable: true, now: 0)
    #expect(pool.retireIdle(of: plain, now: 0) == [.retire(1)])
  }
}
