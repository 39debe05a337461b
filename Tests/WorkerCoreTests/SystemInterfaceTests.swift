/// WASI guests in the worker: what an invocation says about their world, and what the outcome says about what they did.

import Foundation
import Testing
import WasmJSON
import WorkerProtocol

@testable import WorkerCore

/// A command that copies its standard input to its standard output, and ends with the number of its arguments.
private let copies = """
  (module
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "args_sizes_get" (func $arguments (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environment (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (func $copy
      (i32.store (i32.const 0) (i32.const 1024))
      (loop $more
        (i32.store (i32.const 4) (i32.const 1000))
        (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
        (if (i32.load (i32.const 8)) (then
          (i32.store (i32.const 4) (i32.load (i32.const 8)))
          (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
          (br $more)))))
    (func (export "_start")
      (call $copy)
      (drop (call $arguments (i32.const 16) (i32.const 20)))
      (if (i32.load (i32.const 16)) (then (call $exit (i32.load (i32.const 16))))))
    (func (export "variables") (result i32)
      (drop (call $environment (i32.const 16) (i32.const 20))) (i32.load (i32.const 16)))
    (func (export "write") (param i32 i32) (result i32)
      (i32.store (i32.const 0) (i32.const 1024))
      (i32.store (i32.const 4) (local.get 1))
      (memory.fill (i32.const 1024) (i32.const 120) (local.get 1))
      (call $write (local.get 0) (i32.const 0) (i32.const 1) (i32.const 8)))
    (func (export "say") (result i32)
      (memory.fill (i32.const 1024) (i32.const 120) (i32.const 8))
      (i32.store8 (i32.const 1027) (i32.const 10))
      (i32.store (i32.const 0) (i32.const 1024))
      (i32.store (i32.const 4) (i32.const 8))
      (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
      (call $write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8)))
    (func (export "exit") (call $exit (i32.const 3)) unreachable))
  """

private func invocation(
  _ entry: Invocation.Entry, _ input: Invocation.Input = .none, _ change: (inout Invocation) -> Void = { _ in }
) -> Invocation {
  var invocation = Invocation(module: LoopClient.hash(1), entry: entry, input: input)
  change(&invocation)
  return invocation
}

@Suite("WASI guests")
struct SystemInterfaceTests {
  func client() throws -> LoopClient {
    let client = try LoopClient()
    try client.load(copies)
    return client
  }

  @Test(
    "a command reads its input from standard input, in whatever form the caller gave it",
    arguments: [
      (Invocation.Input.stdin(Array("hello".utf8)), "hello"), (.bytes([104, 105]), "hi"),
      (.document(["a": 1]), #"{"a":1}"#), (.documentText(Array("[]".utf8)), "[]"), (.none, ""),
    ])
  func standardInput(input: Invocation.Input, text: String) throws {
    let outcome = try client().invoke(invocation(.command(arguments: []), input))
    #expect(outcome.json == .null)
    #expect(outcome.stdout == Array(text.utf8) && outcome.stderr == [])
    // _start returned: that is exit code 0.
    #expect(outcome.exitCode == 0)
  }

  @Test("arguments and environment arrive, and an exit code is a result; nothing of it is left for the next call")
  func exitCode() throws {
    let client = try client()
    let outcome = try client.invoke(invocation(.command(arguments: ["program", "a", ""])))
    #expect(outcome.exitCode == 3 && outcome.json == .null)
    let variables = invocation(.function("variables")) { $0.environment = [.init(name: "A", value: "1")] }
    #expect(try client.invoke(variables).json == 1)
    #expect(try client.call("variables").json == 0)
    #expect(try client.call("variables").exitCode == nil)
    let exit = try client.call("exit")
    #expect(exit.exitCode == 3 && exit.json == .null)
  }

  @Test("output up to the limit is captured; one byte more ends the call, with what had fitted")
  func outputLimit() throws {
    let client = try client()
    let exact = invocation(.function("write"), .arguments([1, 100])) { $0.limits.maxOutputBytes = 100 }
    #expect(try client.invoke(exact).stdout.count == 100)
    let more = invocation(.function("write"), .arguments([2, 101])) { $0.limits.maxOutputBytes = 100 }
    let outcome = try client.invoke(more)
    #expect(outcome.failure?.code == .outputLimitExceeded)
    #expect(outcome.failure?.limit == .init(name: "maxOutputBytes", value: 100))
    #expect(outcome.stderr.count == 100)
  }

  @Test("a stream is thrown away, or its lines are logged at once, as the invocation says")
  func streams() throws {
    let client = try client()
    let quiet = invocation(.function("say")) {
      $0.stdout = .discard
      $0.limits.maxOutputBytes = 8
    }
    let discarded = try client.invoke(quiet)
    #expect(discarded.stdout == [] && discarded.stderr == Array("xxx\nxxxx".utf8))
    try client.send(
      .invoke(
        Invoke(
          id: client.newID(),
          invocation: invocation(.function("say")) {
            $0.stdout = .log
            $0.stderr = .log
          })))
    var live: [LogRecord] = []
    while let message = try client.receive() {
      if case .log(let log) = message {
        live.append(log.record)
        continue
      }
      guard case .outcome(let reply) = message else { break }
      let all = live + reply.outcome.logs
      #expect(all.map(\.message) == ["xxx", "xxx", "xxxx", "xxxx"])
      #expect(all.map(\.level) == [.info, .warning, .info, .warning])
      #expect(reply.outcome.stdout == [] && reply.outcome.stderr == [])
      break
    }
    #expect(live.count >= 2)
  }

  @Test("lines beyond the log's limit are dropped, and the outcome says so")
  func logLimit() throws {
    let client = try client()
    let outcome = try client.invoke(
      invocation(.function("say")) {
        $0.stdout = .log
        $0.limits.maxLogBytes = 10
      })
    #expect(outcome.logs == [] && outcome.logsTruncated && outcome.json == 0)
  }

  @Test("WASI imports link only when WASI is enabled, and a function that does not exist never does")
  func linking() throws {
    let client = try client()
    #expect(try client.call("variables", enableWASI: false).failure?.code == .unresolvedImport)
    #expect(try client.call("variables").json == 0)
    let other = LoopClient.hash(2)
    try client.load(#"(module (import "wasi_snapshot_preview1" "fd_dance" (func)) (func (export "f")))"#, hash: other)
    let outcome = try client.invoke(Invocation(module: other, entry: .function("f")))
    #expect(outcome.failure?.unresolvedImport == "wasi_snapshot_preview1.fd_dance")
  }

  @Test("mounts that the worker does not have, and files with impossible paths, are refused before anything runs")
  func mounts() throws {
    let client = try client()
    let missing = invocation(.function("variables")) {
      $0.mounts = [.init(guestPath: "/", source: .directory(0))]
    }
    #expect(try client.invoke(missing).failure?.code == .invalidConfiguration)
    for path in ["../up", "/absolute", "a//b", ""] {
      let bad = invocation(.function("variables")) {
        $0.mounts = [.init(guestPath: "/", source: .files([.init(path: path, contents: [1])]))]
      }
      #expect(try client.invoke(bad).failure?.code == .invalidConfiguration, "\(path)")
    }
    let large = invocation(.function("variables")) {
      $0.mounts = [.init(guestPath: "/", source: .files([.init(path: "a", contents: [1, 2, 3])]))]
      $0.limits.fileSystemBytes = 2
    }
    #expect(try client.invoke(large).failure?.code == .invalidConfiguration)
    let together = invocation(.function("variables")) {
      $0.mounts = ["/a", "/b"].map {
        .init(guestPath: $0, source: .files([.init(path: "a", contents: [1, 2, 3])]))
      }
      $0.limits.fileSystemBytes = 5
    }
    #expect(try client.invoke(together).failure?.code == .invalidConfiguration)
    let good = invocation(.function("variables")) {
      $0.mounts = [.init(guestPath: "/", source: .files([.init(path: "a/b", contents: [1, 2, 3])]))]
    }
    #expect(try client.invoke(good).json == 0)
  }

  @Test("an instance is kept for the calls that ask for it, and for no other")
  func keptInstances() throws {
    let client = try LoopClient()
    try client.load(
      """
      (module (memory (export "memory") 1) (global $n (mut i32) (i32.const 0))
        (func (export "next") (result i32)
          (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n)))
      """)
    func call(_ entry: Invocation.Entry, _ instance: Invocation.Instance, _ input: Invocation.Input = .none) throws
      -> Outcome
    { try client.invoke(invocation(entry, input) { $0.instance = instance }) }
    // There is none at first.
    #expect(try call(.function("next"), .kept).failure?.code == .invalidArguments)
    #expect(try call(.instantiate, .keep).json == .null)
    #expect(try call(.function("next"), .kept).json == 1)
    #expect(try call(.function("next"), .kept).json == 2)
    #expect(try call(.writeMemory(address: 65_534), .kept, .bytes([1, 2])).json == 65_534)
    #expect(try call(.writeMemory(address: 65_535), .kept, .bytes([1, 2])).failure?.code == .invalidArguments)
    #expect(try call(.readMemory(address: 65_533, count: 3), .kept).result == .success(.bytes([0, 1, 2])))
    #expect(try call(.readMemory(address: 0, count: .max), .kept).failure?.code == .outputLimitExceeded)
    #expect(try call(.command(arguments: []), .kept).failure?.code == .invalidArguments)
    // Any other call ends it, and one that could not start keeps none, not even one that served before.
    #expect(try call(.function("next"), .fresh).json == 1)
    #expect(try call(.function("next"), .kept).failure?.code == .invalidArguments)
    #expect(try call(.readMemory(address: 0, count: 1), .fresh).failure?.code == .invalidArguments)
    let refused = try client.invoke(
      invocation(.instantiate) {
        $0.instance = .keep
        $0.limits.memoryBytes = 0
      })
    #expect(refused.failure?.code == .memoryLimitExceeded)
    #expect(try call(.function("next"), .kept).failure?.code == .invalidArguments)
  }
}
