/// Imports, exports and calls across instances and into the host.

import Synchronization
import Testing
import WasmBinary
import WasmInterpreter

@Suite("linking")
struct LinkingTests {
  private static let library = """
    (module
      (memory (export "memory") 1 5) (table (export "table") 4 8 funcref) (elem (i32.const 0) $add)
      (global (export "constant") i32 (i32.const 42)) (global $counter (export "counter") (mut i64) (i64.const 0))
      (func $add (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
      (func (export "peek") (param i32) (result i32) (i32.load8_u (local.get 0)))
      (func (export "count") (result i64)
        (global.set $counter (i64.add (global.get $counter) (i64.const 1))) (global.get $counter)))
    """

  private static func link(_ text: String, to library: Guest) throws -> Guest {
    var imports: [String: Extern] = [:]
    for name in ["memory", "table", "constant", "counter", "add", "peek", "count"] {
      imports["l.\(name)"] = try library.exported(name)
    }
    return try Guest(text, imports: imports, in: library.store)
  }

  @Test("functions, memory, table and globals are shared between instances")
  func sharing() throws {
    let library = try Guest(Self.library)
    let guest = try Self.link(
      """
      (module
        (import "l" "memory" (memory 1)) (import "l" "table" (table 2 funcref))
        (import "l" "constant" (global $constant i32)) (import "l" "counter" (global $counter (mut i64)))
        (import "l" "add" (func $add (param i32 i32) (result i32))) (import "l" "count" (func $count (result i64)))
        (import "l" "peek" (func $peek (param i32) (result i32)))
        (elem (i32.const 1) $mine) (func $mine (param i32 i32) (result i32) (i32.mul (local.get 0) (local.get 1)))
        (func (export "call") (param i32) (result i32)
          (call_indirect (param i32 i32) (result i32) (i32.const 6) (i32.const 7) (local.get 0)))
        (func (export "constant") (result i32) (global.get $constant))
        (func (export "write") (param i32 i32) (result i32)
          (i32.store8 (local.get 0) (local.get 1)) (call $peek (local.get 0)))
        (func (export "grow") (result i32) (drop (memory.grow (i32.const 1)))
          (i32.store8 (i32.const 70000) (i32.const 9)) (call $peek (i32.const 70000)))
        (func (export "counting") (result i64) (global.set $counter (i64.const 100)) (drop (call $count))
          (global.get $counter)))
      """, to: library)
    #expect(try guest.call("call", .i32(0)) == [.i32(13)])
    #expect(try guest.call("call", .i32(1)) == [.i32(42)])
    #expect(try guest.call("constant") == [.i32(42)])
    #expect(try guest.call("write", .i32(5), .i32(77)) == [.i32(77)])
    #expect(try library.memory().read(at: 5, count: 1) == [77])
    #expect(try guest.call("grow") == [.i32(9)])
    #expect(try library.memory().pages == 2)
    #expect(try guest.call("counting") == [.i64(101)])
    #expect(try library.global("counter").value == .i64(101))
    #expect(try library.global("counter").set(.i64(7)))
    #expect(try library.call("count") == [.i64(8)])
  }

  @Test("a re-exported import is the same item")
  func reexport() throws {
    let library = try Guest(Self.library)
    let middle = try Self.link(
      """
      (module (import "l" "add" (func $add (param i32 i32) (result i32))) (import "l" "memory" (memory 1))
        (export "add" (func $add)) (export "memory" (memory 0)))
      """, to: library)
    let guest = try Guest(
      """
      (module (import "m" "add" (func $add (param i32 i32) (result i32))) (import "m" "memory" (memory 1))
        (func (export "f") (result i32) (i32.store (i32.const 0) (call $add (i32.const 1) (i32.const 2)))
          (i32.load (i32.const 0))))
      """, imports: ["m.add": try middle.exported("add"), "m.memory": try middle.exported("memory")],
      in: library.store)
    #expect(try guest.call("f") == [.i32(3)])
    #expect(try library.memory().read(at: 0, count: 4) == [3, 0, 0, 0])
    let function = try #require(middle.instance.exportedFunction("add"))
    #expect(try middle.instance.invoke(function, [.i32(2), .i32(2)]) == [.i32(4)])
  }

  @Test("an unresolved import names itself")
  func unresolved() {
    let error = #expect(throws: LinkError.self) {
      _ = try Guest("(module (import \"env\" \"system\" (func (param i32))))")
    }
    guard case .unresolvedImport(let module, let name) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(module == "env" && name == "system")
  }

  @Test(
    "an import of another type is refused",
    arguments: [
      "(import \"l\" \"add\" (func (param i32) (result i32)))",
      "(import \"l\" \"add\" (func (param i32 i32)))",
      "(import \"l\" \"add\" (func (param i64 i32) (result i32)))",
      "(import \"l\" \"add\" (global i32))",
      "(import \"l\" \"add\" (memory 1))",
      "(import \"l\" \"memory\" (func))",
      "(import \"l\" \"memory\" (memory 2))",
      "(import \"l\" \"memory\" (memory 1 4))",
      "(import \"l\" \"table\" (table 5 funcref))",
      "(import \"l\" \"table\" (table 4 7 funcref))",
      "(import \"l\" \"table\" (table 4 externref))",
      "(import \"l\" \"constant\" (global i64))",
      "(import \"l\" \"constant\" (global (mut i32)))",
      "(import \"l\" \"counter\" (global i64))",
    ])
  func incompatible(field: String) throws {
    let library = try Guest(Self.library)
    let error = #expect(throws: LinkError.self) { _ = try Self.link("(module \(field))", to: library) }
    guard case .incompatibleImport = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(
    "an import of the same or a wider type is accepted",
    arguments: [
      "(import \"l\" \"add\" (func (param i32 i32) (result i32)))",
      "(import \"l\" \"memory\" (memory 0))",
      "(import \"l\" \"memory\" (memory 1 5))",
      "(import \"l\" \"memory\" (memory 1 6))",
      "(import \"l\" \"table\" (table 0 funcref))",
      "(import \"l\" \"table\" (table 4 8 funcref))",
      "(import \"l\" \"constant\" (global i32))",
      "(import \"l\" \"counter\" (global (mut i64)))",
    ])
  func compatible(field: String) throws {
    _ = try Self.link("(module \(field))", to: Guest(Self.library))
  }

  @Test("a host function gets its arguments and gives its results, of every type")
  func hostValues() throws {
    let store = try Store(limits: Guest.limits)
    let all: [ValueType] = [.i32, .i64, .f32, .f64]
    let reverse = store.makeFunction(type: FunctionType(parameters: all, results: all.reversed())) { call in
      let (i32, i64, f32, f64) = (call.i32(0), call.i64(1), call.i32(2), call.i64(3))
      call.setResult(0, i64: f64)
      call.setResult(1, i32: f32)
      call.setResult(2, i64: i64)
      call.setResult(3, i32: i32)
    }
    let guest = try Guest(
      """
      (module (import "h" "reverse" (func $reverse (param i32 i64 f32 f64) (result f64 f32 i64 i32)))
        (func (export "f") (param i32 i64 f32 f64) (result f64 f32 i64 i32)
          (call $reverse (local.get 0) (local.get 1) (local.get 2) (local.get 3)))
        (export "direct" (func $reverse)))
      """, imports: ["h.reverse": .function(reverse)], in: store)
    let arguments: [Value] = [.int32(-5), .int64(-6), .float32(1.5), .float64(-2.5)]
    let reversed: [Value] = arguments.reversed()
    #expect(try guest.call("f", arguments) == reversed)
    #expect(try guest.call("direct", arguments) == reversed)
  }

  @Test("a host function sees its caller's memory and may change it")
  func hostMemory() throws {
    let store = try Store(limits: Guest.limits)
    let fill = store.makeFunction(type: FunctionType(parameters: [.i32])) { call throws(Trap) in
      guard let memory = call.memory, memory.write([1, 2, 3], at: UInt64(call.i32(0))) else {
        throw Trap.host(code: "bad pointer", "out of bounds")
      }
    }
    let guest = try Guest(
      """
      (module (import "h" "fill" (func $fill (param i32))) (memory 1)
        (func (export "f") (param i32) (result i32) (call $fill (local.get 0)) (i32.load (local.get 0))))
      """, imports: ["h.fill": .function(fill)], in: store)
    #expect(try guest.call("f", .i32(100)) == [.i32(0x030201)])
    let trap = #expect(throws: Trap.self) { try guest.call("f", .i32(65_534)) }
    #expect(trap?.kind == .host(code: "bad pointer"))
    #expect(trap?.frames.isEmpty == false)
  }

  @Test("a memory that a host function grew is used at its new size and place")
  func hostGrowsMemory() throws {
    let store = try Store(limits: Guest.limits)
    let grow = store.makeFunction(type: FunctionType(results: [.i32])) { call in
      call.setResult(i32: UInt32(truncatingIfNeeded: call.memory?.grow(pages: 100) ?? .max))
    }
    let guest = try Guest(
      """
      (module (import "h" "grow" (func $grow (result i32))) (memory 1)
        (func (export "f") (result i32) (i32.store (i32.const 8) (i32.const 5))
          (drop (call $grow)) (i32.store (i32.const 6000000) (i32.const 7))
          (i32.add (i32.load (i32.const 6000000)) (i32.add (i32.load (i32.const 8)) (memory.size)))))
      """, imports: ["h.grow": .function(grow)], in: store)
    #expect(try guest.call("f") == [.i32(7 + 5 + 101)])
  }

  @Test("a host function may call back into the guest, and its traps pass through")
  func reentrance() throws {
    let store = try Store(limits: Guest.limits)
    let again = store.makeFunction(type: FunctionType(parameters: [.i32], results: [.i32])) { call throws(Trap) in
      let argument = call.i32(0)
      guard let function = call.caller.exportedFunction("f") else {
        throw Trap.host(code: "no f", "no export f")
      }
      let results = try call.caller.invoke(function, [.i32(argument)])
      guard case .i32(let value) = results.first else { throw Trap.host(code: "type", "not an i32") }
      call.setResult(i32: value)
    }
    let guest = try Guest(
      """
      (module (import "h" "again" (func $again (param i32) (result i32)))
        (func $f (export "f") (param i32) (result i32) (local i32)
          (local.set 1 (i32.mul (local.get 0) (i32.const 10)))
          (if (i32.eq (local.get 0) (i32.const 99)) (then unreachable))
          (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 0))
            (else (i32.add (local.get 1) (call $again (i32.sub (local.get 0) (i32.const 1))))))))
      """, imports: ["h.again": .function(again)], in: store)
    #expect(try guest.call("f", .i32(10)) == [.i32(550)])
    let trap = #expect(throws: Trap.self) { try guest.call("f", .i32(110)) }
    #expect(trap?.kind == .unreachable)
    #expect(try guest.call("f", .i32(3)) == [.i32(60)])
  }

  @Test("endless recursion through the host is an error, not a crash")
  func endlessReentrance() throws {
    let store = try Store(limits: Guest.limits)
    let again = store.makeFunction(type: FunctionType()) { call throws(Trap) in
      guard let function = call.caller.exportedFunction("f") else { return }
      _ = try call.caller.invoke(function, [])
    }
    let guest = try Guest(
      "(module (import \"h\" \"again\" (func $again)) (func (export \"f\") call $again))",
      imports: ["h.again": .function(again)], in: store)
    let trap = #expect(throws: Trap.self) { try guest.call("f") }
    #expect(trap?.kind == .stackExhausted)
  }

  @Test("a function is called with the memory of its own instance")
  func memoryOfTheCallee() throws {
    let library = try Guest(
      """
      (module (memory 1) (data (i32.const 0) "\\07")
        (func (export "read") (param i32) (result i32) (i32.load8_u (local.get 0))))
      """)
    let guest = try Guest(
      """
      (module (import "l" "read" (func $read (param i32) (result i32))) (memory 2) (data (i32.const 0) "\\05")
        (table funcref (elem $read))
        (func (export "f") (result i32)
          (i32.add (i32.mul (i32.const 100) (call $read (i32.const 0))) (i32.load8_u (i32.const 0))))
        (func (export "indirect") (result i32)
          (i32.add (i32.mul (i32.const 100) (call_indirect (param i32) (result i32) (i32.const 0) (i32.const 0)))
            (i32.load8_u (i32.const 0))))
        (func (export "past") (result i32) (call $read (i32.const 65536)))
        (func (export "after") (result i32)
          (drop (call $read (i32.const 0))) (i32.load8_u (i32.const 100000))))
      """, imports: ["l.read": try library.exported("read")], in: library.store)
    #expect(try guest.call("f") == [.i32(705)])
    #expect(try guest.call("indirect") == [.i32(705)])
    #expect(throws: Trap.self) { try guest.call("past") }
    #expect(try guest.call("after") == [.i32(0)])
  }

  @Test("structurally equal types of different modules are the same type for an indirect call")
  func typesAcrossModules() throws {
    let library = try Guest(
      """
      (module (type (func)) (type $t (func (param i64) (result i64)))
        (func (export "g") (type $t) (i64.add (local.get 0) (i64.const 1))))
      """)
    let guest = try Guest(
      """
      (module (type $u (func (param i64) (result i64))) (type $v (func (param i64) (result i32)))
        (import "l" "g" (func $g (type $u))) (table funcref (elem $g))
        (func (export "same") (result i64) (call_indirect (type $u) (i64.const 4) (i32.const 0)))
        (func (export "other") (result i32) (call_indirect (type $v) (i64.const 4) (i32.const 0))))
      """, imports: ["l.g": try library.exported("g")], in: library.store)
    #expect(try guest.call("same") == [.i64(5)])
    let trap = #expect(throws: Trap.self) { try guest.call("other") }
    #expect(trap?.kind == .indirectCallTypeMismatch)
  }
}
