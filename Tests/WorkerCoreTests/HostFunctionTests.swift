/// The host functions of module `env`, as guests see them.

import Testing
import WasmJSON
import WorkerProtocol

@testable import WorkerCore

private let imports = """
  (import "env" "log" (func $log (param i32 i32)))
  (import "env" "json_parse" (func $parse (param i32 i32) (result i32)))
  (import "env" "json_stringify" (func $stringify (param i32) (result i32)))
  (import "env" "http_request" (func $http (param i32 i32 i32) (result i32)))
  (import "env" "alloc" (func $alloc (param i32) (result i32)))
  (import "env" "free" (func $free (param i32)))
  """

@Suite("Host functions")
struct HostFunctionTests {
  private static let json = """
    (module \(imports) (memory (export "memory") 1)
      (data (i32.const 0) "{\\"z\\":1,\\"a\\":[true,null,1.50,-0,1e3,\\"\\\\u00e9\\\\n\\"],\\"m\\":{}}")
      (data (i32.const 100) "{bad") (data (i32.const 200) " [1 , 2]\\n") (data (i32.const 300) "\\ff") (data (i32.const 400) "[]")
      (func (export "parse") (param i32 i32) (result i32) (call $parse (local.get 0) (local.get 1)))
      (func (export "both_str") (param i32 i32) (result i32)
        (call $stringify (call $parse (local.get 0) (local.get 1))))
      (func (export "address") (result i32) (call $stringify (call $parse (i32.const 400) (i32.const 2))))
      (func (export "handles") (result i32 i32 i32 i32)
        (call $parse (i32.const 200) (i32.const 9)) (call $parse (i32.const 100) (i32.const 4))
        (call $http (i32.const -5) (i32.const -1) (i32.const 0)) (call $parse (i32.const 400) (i32.const 2)))
      (func (export "stringify") (param i32) (result i32) (call $stringify (local.get 0)))
      (func (export "two_str") (result i32) (local i32)
        (local.set 0 (call $stringify (call $parse (i32.const 0) (i32.const 53))))
        (drop (call $stringify (call $parse (i32.const 400) (i32.const 2))))
        (local.get 0))
      (func (export "http_str") (result i32) (call $stringify (call $http (i32.const 0) (i32.const 0) (i32.const 0))))
      (func (export "http") (result i32) (call $http (i32.const 0) (i32.const 0) (i32.const 0))))
    """

  private static let text = #"{"a":[true,null,1.5,-0.0,1000.0,"\#u{E9}\n"],"m":{},"z":1}"#

  @Test("json_stringify writes compact text with sorted keys at 0x2000, ended by a NUL")
  func stringify() throws {
    #expect(try outcome(Self.json, "both_str", .arguments([0, 53])).json == .string(Self.text))
    #expect(try outcome(Self.json, "address").json == 8192)
  }

  @Test("a text stays where it is when another is made")
  func texts() throws {
    #expect(try outcome(Self.json, "two_str").json == .string(Self.text))
  }

  @Test(
    "json_parse answers -1 for what is not JSON or not in memory",
    arguments: [[100, 4], [300, 1], [65530, 100], [-1, 5], [0, -1], [0, 0]])
  func malformed(arguments: [Int]) throws {
    #expect(try outcome(Self.json, "parse", .arguments(.array(arguments.map { JSONValue($0) }))).json == -1)
  }

  @Test("handles count from 0 in each call, and a failure consumes none")
  func handles() throws {
    let client = try LoopClient()
    try client.load(Self.json)
    for _ in 0..<2 {
      #expect(try client.call("handles", parameters: .lenient).json == [0, -1, 1, 2])
      #expect(try client.call("handles").json == [0, -1, -1, 1])
    }
    for handle in [0, 5, -1] {
      #expect(try client.call("stringify", .arguments([JSONValue(handle)])).result == .success(.json(-1)))
    }
  }

  @Test(
    "there is no network: a strict caller's guest gets -1, a lenient one's the original's answer, and the outcome says so"
  )
  func network() throws {
    let denied = try outcome(Self.json, "http")
    #expect(denied.json == -1)
    #expect(denied.networkDenied)
    let original = try outcome(Self.json, "http_str", parameters: .lenient)
    #expect(original.json == #"{"body":"Mock response","status":200}"#)
    #expect(original.networkDenied)
    #expect(try !outcome(Self.json, "address").networkDenied)
  }

  @Test("JSON that a guest parses is bounded: the guest gets -1 and the worker goes on")
  func jsonBounds() throws {
    let module = """
      (module \(imports) (memory 20)
        (func $fill (memory.fill (i32.const 0) (i32.const 32) (i32.const 1048576)) (i32.store8 (i32.const 0) (i32.const 49)))
        (start $fill)
        (func (export "flood") (result i32) (local i32)
          (loop $next
            (local.set 0 (i32.add (local.get 0) (i32.const 1)))
            (br_if $next (i32.ge_s (call $parse (i32.const 0) (i32.const 1048576)) (i32.const 0))))
          (local.get 0)))
      """
    #expect(try outcome(module, "flood").json == 5)
  }

  // MARK: Memory

  @Test("alloc begins at 0x3000 where a module written by hand has nothing, and beyond data that lies there")
  func firstAddress() throws {
    let client = try LoopClient()
    let function = #"(func (export "f") (result i32) (call $alloc (i32.const 64)))"#
    try client.load("(module \(imports) (memory 1) \(function))", hash: LoopClient.hash(1))
    try client.load(
      "(module \(imports) (memory 1) (data (i32.const 12200) \"\(String(repeating: "x", count: 101))\") \(function))",
      hash: LoopClient.hash(2))
    for _ in 0..<2 {
      #expect(try client.call("f", hash: LoopClient.hash(1)).json == 12288)
      #expect(try client.call("f", hash: LoopClient.hash(2)).json == 12304)
    }
  }

  @Test(
    "a module with a stack or a heap of its own gets pages of its own from alloc",
    arguments: [
      "(global (mut i32) (i32.const 66560))", #"(global (export "__heap_base") i32 (i32.const 1024))"#,
      #"(func (export "malloc") (param i32) (result i32) (i32.const 16))"#,
    ])
  func compiledModules(mark: String) throws {
    let module = """
      (module \(imports) (memory 2) \(mark)
        (func (export "f") (result i32 i32 i32) (call $alloc (i32.const 64)) (call $alloc (i32.const 100000)) (memory.size)))
      """
    #expect(try outcome(module, "f").json == [131_072, 131_136, 5])
  }

  @Test("blocks do not overlap, are aligned, come back after free, and run out with 0")
  func blocks() throws {
    let module = """
      (module \(imports) (memory 1 2)
        (func (export "difference") (param i32 i32) (result i32) (local i32)
          (local.set 2 (call $alloc (local.get 0)))
          (i32.sub (call $alloc (local.get 1)) (local.get 2)))
        (func (export "again") (result i32 i32) (local i32)
          (local.set 0 (call $alloc (i32.const 40))) (call $free (local.get 0)) (call $free (i32.const -1))
          (call $free (i32.const 3)) (local.get 0) (call $alloc (i32.const 33)))
        (func (export "alloc") (param i32) (result i32) (call $alloc (local.get 0)))
        (func (export "count") (result i32) (local i32)
          (loop $next (if (call $alloc (i32.const 16)) (then
            (local.set 0 (i32.add (local.get 0) (i32.const 1))) (br $next))))
          (local.get 0)))
      """
    #expect(try outcome(module, "difference", .arguments([16, 16])).json == 16)
    #expect(try outcome(module, "difference", .arguments([1, 1])).json == 16)
    #expect(try outcome(module, "difference", .arguments([17, 1])).json == 32)
    // The export `alloc` marks a module with a heap of its own, so blocks begin at the second page.
    #expect(try outcome(module, "again").json == [65_536, 65_536])
    for size in [65_537, 131_072, -1] { #expect(try outcome(module, "alloc", .arguments([JSONValue(size)])).json == 0) }
    #expect(try outcome(module, "count").json == 4096)
  }

  // MARK: Logs

  private static let logging = """
    (module \(imports) (memory 1) (data (i32.const 0) "first line\\ffx")
      (func (export "log") (param i32 i32) (call $log (local.get 0) (local.get 1)))
      (func (export "flood") (loop $for_ever (call $log (i32.const 0) (i32.const 60000)) (br $for_ever)))
      (func (export "empty") (loop $for_ever (call $log (i32.const 0) (i32.const 0)) (br $for_ever))))
    """

  @Test("logs come back with the outcome, also when the call fails")
  func logs() throws {
    let outcome = try outcome(Self.logging, "log", .arguments([0, 10]))
    #expect(outcome.logs == [LogRecord(level: .info, message: "first line")])
    #expect(!outcome.logsTruncated)
  }

  @Test("a message that is not in memory is ignored; one that is not UTF-8 is repaired, or dropped for lenient callers")
  func oddLogs() throws {
    #expect(try outcome(Self.logging, "log", .arguments([65530, 10])).logs.isEmpty)
    #expect(try outcome(Self.logging, "log", .arguments([-1, -1])).logs.isEmpty)
    #expect(try outcome(Self.logging, "log", .arguments([9, 3])).logs.map(\.message) == ["e\u{FFFD}x"])
    #expect(try outcome(Self.logging, "log", .arguments([9, 3]), parameters: .lenient).logs.isEmpty)
  }

  @Test("a flood of logs is bounded and ends by fuel", arguments: ["flood", "empty"])
  func flood(function: String) throws {
    let limits = InvocationLimits(fuel: 1_000_000, maxLogBytes: 10_000)
    let outcome = try outcome(Self.logging, function, limits: limits)
    #expect(outcome.failure?.code == .fuelExhausted)
    #expect(outcome.logsTruncated)
    #expect(outcome.logs.reduce(0) { $0 + $1.message.utf8.count } <= 10_000)
    #expect(outcome.logs.count <= 625)
  }

  // MARK: Linking

  @Test("the names that no supervisor can serve are those that the worker provides")
  func reservedNames() {
    let own = Set(environmentFunctions.keys).union(["memory"]).subtracting(["http_request"])
    #expect(HostFunctionDeclaration.reservedNames == own)
    let system = HostFunctionDeclaration(module: systemInterfaceModule, name: "fd_write", parameters: [], result: nil)
    #expect(system.isReserved)
  }

  @Test("an import that nobody provides is named", arguments: ["env.system", "other.log"])
  func unresolved(name: String) throws {
    let parts = name.split(separator: ".")
    let module = #"(module (import "\#(parts[0])" "\#(parts[1])" (func (param i32))) (func (export "f")))"#
    let failure = try #require(try outcome(module, "f").failure)
    #expect(failure.code == .unresolvedImport)
    #expect(failure.unresolvedImport == name)
  }

  @Test("an import of another type is refused")
  func incompatible() throws {
    for item in [
      #"(import "env" "log" (func (param i64)))"#, #"(import "env" "memory" (memory 2))"#,
      #"(import "env" "memory" (memory 1 100))"#, #"(import "env" "log" (memory 1))"#,
    ] {
      #expect(try outcome("(module \(item) (func (export \"f\")))", "f").failure?.code == .unresolvedImport)
    }
  }

  @Test("env.memory starts each call empty, with one page of at most 256")
  func environmentMemory() throws {
    let client = try LoopClient()
    try client.load(
      """
      (module (import "env" "memory" (memory 1 256))
        (func (export "touch") (result i32 i32 i32) (local i32)
          (local.set 0 (i32.load (i32.const 100))) (i32.store (i32.const 100) (i32.const 7))
          (local.get 0) (memory.size) (memory.grow (i32.const 3)))
        (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))
      """)
    for _ in 0..<3 { #expect(try client.call("touch").json == [0, 1, 1]) }
    #expect(try client.call("grow", .arguments([255])).json == 1)
    #expect(try client.call("grow", .arguments([256])).json == -1)
  }

}
