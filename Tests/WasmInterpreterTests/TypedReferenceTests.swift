/// Typed function references: calls through them, branches on null, and which types are equal.

import Testing
import WasmBinary
import WasmInterpreter

@Suite("typed function references")
struct TypedReferenceTests {
  private func guest(_ text: String, imports: [String: Extern] = [:], fuel: UInt64? = nil, in store: Store? = nil)
    throws
    -> Guest
  {
    try Guest(text, fuel: fuel, imports: imports, in: store, features: .wasm3)
  }

  @Test("call_ref calls what the reference names, and traps on null")
  func callsReferences() throws {
    let guest = try guest(
      """
      (module (type $t (func (param i32 i32) (result i32)))
        (elem declare func $add $sub)
        (func $add (type $t) (i32.add (local.get 0) (local.get 1)))
        (func $sub (type $t) (i32.sub (local.get 0) (local.get 1)))
        (func $pick (param i32) (result (ref null $t))
          (if (result (ref null $t)) (i32.eqz (local.get 0)) (then (ref.func $add))
            (else (if (result (ref null $t)) (i32.eq (local.get 0) (i32.const 1)) (then (ref.func $sub))
              (else (ref.null $t))))))
        (func (export "call") (param i32) (result i32)
          (call_ref $t (i32.const 50) (i32.const 8) (call $pick (local.get 0))))
        (func (export "local") (param i32) (result i32) (local $f (ref null $t))
          (local.set $f (call $pick (local.get 0)))
          (i32.add (call_ref $t (i32.const 1) (i32.const 2) (local.get $f))
            (call_ref $t (i32.const 1) (i32.const 2) (ref.as_non_null (local.get $f)))))
        (func (export "assert") (param i32) (drop (ref.as_non_null (call $pick (local.get 0))))))
      """)
    #expect(try guest.call("call", .i32(0)) == [.i32(58)])
    #expect(try guest.call("call", .i32(1)) == [.i32(42)])
    #expect(throws: Trap.self) { try guest.call("call", .i32(2)) }
    #expect(trap { try guest.call("call", .i32(2)) }?.kind == .nullFunctionReference)
    #expect(try guest.call("local", .i32(0)) == [.i32(6)])
    #expect(trap { try guest.call("assert", .i32(2)) }?.kind == .nullReference)
    #expect(try guest.call("assert", .i32(1)) == [])
  }

  private func trap(_ body: () throws -> Void) -> Trap? {
    do { try body() } catch let trap as Trap { return trap } catch {}
    return nil
  }

  private func trap(_ body: () throws -> [Value]) -> Trap? { trap { _ = try body() } }

  @Test("call_ref reaches the host and other instances")
  func callsOthers() throws {
    let store = try Store(limits: Guest.limits)
    let type = FunctionType(parameters: [.i32], results: [.i32])
    let host = store.makeFunction(type: type) { call in call.setResult(i32: call.i32(0) + 100) }
    let first = try guest(
      """
      (module (type $t (func (param i32) (result i32)))
        (func (export "double") (type $t) (i32.add (local.get 0) (local.get 0))))
      """, in: store)
    let second = try guest(
      """
      (module (type $other (func)) (type $t (func (param i32) (result i32)))
        (import "a" "host" (func $host (type $t))) (import "a" "double" (func $double (type $t)))
        (global $h (export "h") (ref $t) (ref.func $host))
        (table 2 (ref $t) (ref.func $double))
        (func (export "host") (param i32) (result i32) (call_ref $t (local.get 0) (global.get $h)))
        (func (export "other") (param i32) (result i32) (call_ref $t (local.get 0) (table.get (i32.const 1))))
        (func (export "tail") (param i32) (result i32) (return_call_ref $t (local.get 0) (global.get $h)))
        (func (export "tail other") (param i32) (result i32)
          (return_call_ref $t (local.get 0) (table.get (i32.const 0))))
        (func (export "take") (param (ref $t)) (result i32) (call_ref $t (i32.const 1) (local.get 0))))
      """, imports: ["a.host": .function(host), "a.double": first.exported("double")], in: store)
    #expect(try second.call("host", .i32(5)) == [.i32(105)])
    #expect(try second.call("other", .i32(5)) == [.i32(10)])
    #expect(try second.call("tail", .i32(5)) == [.i32(105)])
    #expect(try second.call("tail other", .i32(5)) == [.i32(10)])
    #expect(try second.global("h").value == .reference(.function(host)))
    #expect(try second.call("take", .reference(.function(host))) == [.i32(101)])
    let unary = store.makeFunction(type: FunctionType()) { _ in }
    #expect(throws: Trap.self) { try second.call("take", .reference(.function(unary))) }
    #expect(throws: Trap.self) { try second.call("take", .reference(.null(.function))) }
  }

  @Test("return_call_ref takes no stack, whatever the types of the frames")
  func tailCalls() throws {
    let guest = try guest(
      """
      (module (type $one (func (param i64) (result i64))) (type $four (func (param i64 i64 i64 i64) (result i64)))
        (elem declare func $a $b)
        (func $a (export "run") (type $one) (local $x i64)
          (if (result i64) (i64.eqz (local.get 0)) (then (i64.const 7))
            (else (return_call_ref $four (local.get $x) (local.get $x) (i64.const 9)
              (i64.sub (local.get 0) (i64.const 1)) (ref.func $b)))))
        (func $b (type $four)
          (return_call_ref $one (local.get 3) (ref.func $a)))
        (func (export "null") (param i64) (result i64) (return_call_ref $one (local.get 0) (ref.null $one))))
      """)
    #expect(try guest.call("run", .i64(1_000_000)) == [.i64(7)])
    #expect(trap { try guest.call("null", .i64(1)) }?.kind == .nullFunctionReference)
  }

  @Test("branches on null carry their values and leave the reference where it belongs")
  func branchesOnNull() throws {
    let guest = try guest(
      """
      (module (type $t (func (result i32))) (elem declare func $f)
        (func $f (type $t) (i32.const 5))
        (func $get (param i32) (result (ref null $t))
          (select (result (ref null $t)) (ref.func $f) (ref.null $t) (local.get 0)))
        (func (export "null") (param i32) (result i32) (local i32)
          (local.set 1 (i32.const 30))
          (block $l (result i32)
            (i32.add (i32.const 1) (local.get 1))
            (br_on_null $l (call $get (local.get 0)))
            (call_ref $t) (i32.add)))
        (func (export "non-null") (param i32) (result i32)
          (i32.const 1000)
          (block $l (result i32 (ref $t))
            (i32.const 3) (i32.const 40)
            (br_on_non_null $l (call $get (local.get 0)))
            (drop) (drop) (return (i32.const -1)))
          (call_ref $t) (i32.add) (i32.add))
        (func (export "return") (param i32) (result i32)
          (i32.const 8) (br_on_null 0 (call $get (local.get 0))) (call_ref $t) (i32.mul)))
      """)
    #expect(try guest.call("null", .i32(0)) == [.i32(31)])
    #expect(try guest.call("null", .i32(1)) == [.i32(36)])
    #expect(try guest.call("non-null", .i32(0)) == [.int32(-1)])
    #expect(try guest.call("non-null", .i32(1)) == [.i32(1045)])
    #expect(try guest.call("return", .i32(0)) == [.i32(8)])
    #expect(try guest.call("return", .i32(1)) == [.i32(40)])
  }

  @Test("equal types of two modules are one type of the store, others are not")
  func linksByType() throws {
    let store = try Store(limits: Guest.limits)
    let first = try guest(
      """
      (module (type (func)) (type $a (func)) (type $r (func (param (ref null $a)))) (func (export "f") (type $r))
        (global (export "g") (ref $r) (ref.func 0)) (table (export "t") 1 (ref null $r)))
      """, in: store)
    let imports = try ["a.f": first.exported("f"), "a.g": first.exported("g"), "a.t": first.exported("t")]
    _ = try guest(
      """
      (module (type $x (func (result i32))) (type $a (func)) (type $r (func (param (ref null $a))))
        (import "a" "f" (func (type $r))) (import "a" "g" (global (ref $r))) (import "a" "g" (global funcref))
        (import "a" "t" (table 1 (ref null $r))))
      """, imports: imports, in: store)
    for wrong in [
      "(import \"a\" \"f\" (func (param (ref $a))))", "(import \"a\" \"g\" (global (ref $a)))",
      "(import \"a\" \"t\" (table 1 funcref))", "(import \"a\" \"g\" (global (mut funcref)))",
    ] {
      #expect(throws: LinkError.self) {
        try guest("(module (type $a (func)) \(wrong))", imports: imports, in: store)
      }
    }
  }

  @Test("calls through references, and branches on null, cost what wasmtime's do")
  func fuel() throws {
    let guest = try guest(
      """
      (module (type $t (func)) (elem declare func $f) (func $f (type $t))
        (func (export "call") (call_ref $t (ref.func $f)))
        (func (export "null") (block (br_on_null 0 (ref.null $t)) (drop)))
        (func (export "cast") (drop (ref.as_non_null (ref.func $f)))))
      """)
    for (name, cost) in [("call", 4), ("null", 3), ("cast", 3)] as [(String, UInt64)] {
      guest.store.setFuel(nil)
      try guest.call(name)
      #expect(guest.store.fuelConsumed == cost, "\(name)")
    }
  }
}
