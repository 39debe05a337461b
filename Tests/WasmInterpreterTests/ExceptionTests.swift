/// Exceptions: who catches what, what is uncaught, and what is left behind.

import Testing
import WasmBinary
import WasmInterpreter
import WasmText

@Suite("exceptions")
struct ExceptionTests {
  private func expect(_ text: String, _ argument: UInt32, gives expected: UInt32) throws {
    let guest = try Guest(text)
    #expect(try guest.call("f", .i32(argument)) == [.i32(expected)])
    // Once more, with the code translated.
    #expect(try guest.call("f", .i32(argument)) == [.i32(expected)])
  }

  @Test("a clause catches its tag, from the function itself and from callees", arguments: [0, 1, 2, 3])
  func catching(_ which: UInt32) throws {
    let text = """
      (module (tag $a (param i32)) (tag $b) (tag $c (param i32 i64))
        (func $throw (param i32)
          (if (i32.eq (local.get 0) (i32.const 1)) (then (throw $a (i32.const 11))))
          (if (i32.eq (local.get 0) (i32.const 2)) (then (throw $b)))
          (if (i32.eq (local.get 0) (i32.const 3)) (then (throw $c (i32.const 33) (i64.const 44)))))
        (func $middle (param i32) (local i32) (call $throw (local.get 0)) (local.set 1 (i32.const 5)))
        (func (export "f") (param i32) (result i32) (local i32)
          (local.set 1 (i32.const 1000))
          (i32.add (local.get 1)
            (block $a (result i32)
              (block $b
                (block $c (result i32 i64)
                  (try_table (catch $a $a) (catch_all $b))
                  (try_table (catch $a $a) (catch $b $b) (catch $c $c)
                    (local.set 1 (i32.const 2000)) (call $middle (local.get 0)) (local.set 1 (i32.const 3000)))
                  (return (i32.const 7)))
                (i32.wrap_i64) (i32.add) (return))
              (i32.const 22)))))
      """
    try expect(text, which, gives: [7, 1011, 1022, 77][Int(which)])
  }

  @Test("operands below a try_table are still there for what comes after it")
  func operandsBelow() throws {
    try expect(
      """
      (module (tag $t (param i32 i64 f32 f64))
        (func $g (throw $t (i32.const 1) (i64.const 2) (f32.const 3) (f64.const 4)))
        (func (export "f") (param i32) (result i32) (local $e f64) (local $d f32) (local $c i64)
          (local.get 0) (i32.const 100) (i32.mul (local.get 0) (i32.const 3))
          (block $h (result i32 i64 f32 f64)
            (try_table (catch $t $h) (local.set 0 (i32.const 9)) (call $g)) (unreachable))
          (local.set $e) (local.set $d) (local.set $c)
          (i32.add (i32.wrap_i64 (local.get $c)))
          (i32.add (i32.trunc_f32_s (local.get $d))) (i32.add (i32.trunc_f64_s (local.get $e)))
          (i32.add) (i32.add) (i32.add) (i32.add (local.get 0))))
      """, 5, gives: 5 + 100 + 15 + 1 + 2 + 3 + 4 + 9)
  }

  @Test("an inner clause comes before an outer one, and a callee that was tail-called is outside of both")
  func order() throws {
    try expect(
      """
      (module (tag $t) (func $g (throw $t))
        (func $tail (block $h (try_table (catch_all $h) (return_call $g))))
        (func (export "f") (param i32) (result i32)
          (block $outer
            (block $inner
              (try_table (catch $t $outer)
                (try_table (catch $t $inner)
                  (if (local.get 0) (then (call $tail)) (else (throw $t))))))
            (return (i32.const 1)))
          (i32.const 2)))
      """, 1, gives: 1)
  }

  @Test("a branch to the function's end returns what was caught")
  func catchingReturn() throws {
    try expect(
      """
      (module (tag $t (param i32)) (func $g (param i32) (throw $t (local.get 0)))
        (func (export "f") (param i32) (result i32)
          (i64.const 1)
          (try_table (catch $t 0) (call $g (local.get 0))) (drop) (i32.const 9)))
      """, 5, gives: 5)
  }

  @Test("a clause may go back to a loop")
  func loops() throws {
    try expect(
      """
      (module (tag $t (param i32)) (func $g (param i32) (throw $t (i32.add (local.get 0) (i32.const 1))))
        (func (export "f") (param i32) (result i32) (local i32)
          (i32.const 0)
          (loop $l (param i32)
            (local.set 1)
            (if (i32.lt_u (local.get 1) (local.get 0))
              (then (try_table (catch $t $l) (call $g (local.get 1))))))
          (local.get 1)))
      """, 1000, gives: 1000)
  }

  @Test("references are thrown again, with their values")
  func references() throws {
    try expect(
      """
      (module (tag $t (param i32)) (global $saved (mut exnref) (ref.null exn)) (table $e 3 exnref)
        (func $g (param i32) (throw $t (local.get 0)))
        (func $again (throw_ref (table.get $e (i32.const 1))))
        (func (export "f") (param i32) (result i32) (local $e exnref)
          (if (i32.eqz (ref.is_null (table.get $e (i32.const 0)))) (then (unreachable)))
          (block $h (result i32 exnref) (try_table (catch_ref $t $h) (call $g (local.get 0))) (unreachable))
          (local.set $e) (drop)
          (table.set $e (i32.const 1) (local.get $e)) (global.set $saved (local.get $e))
          (block $k (result i32) (try_table (catch $t $k) (call $again)) (unreachable))))
      """, 42, gives: 42)
  }

  @Test("throw_ref of null is a trap that nobody catches")
  func null() throws {
    let guest = try Guest(
      #"(module (func (export "f") (block $h (try_table (catch_all $h) (throw_ref (ref.null exn))))))"#)
    let trap = #expect(throws: Trap.self) { try guest.call("f") }
    #expect(trap?.kind == .nullExceptionReference)
  }

  @Test("traps are no exceptions")
  func traps() throws {
    let guest = try Guest(
      #"(module (func $g (unreachable)) (func (export "f") (block $h (try_table (catch_all $h) (call $g)))))"#)
    let trap = #expect(throws: Trap.self) { try guest.call("f") }
    #expect(trap?.kind == .unreachable)
  }

  @Test("an uncaught exception names its tag and where it came from")
  func uncaught() throws {
    let guest = try Guest(
      """
      (module (tag $t (export "oops") (param i32 f64))
        (func $thrower (throw $t (i32.const 1) (f64.const 2)))
        (func (export "f") (call $thrower)) (func (export "g") (result i32) (i32.const 5)))
      """)
    let trap = try #require(#expect(throws: Trap.self) { try guest.call("f") })
    #expect(trap.kind == .uncaughtException)
    #expect(trap.message == #"uncaught exception: the tag is "oops" (i32 f64)"#)
    #expect(trap.frames.map(\.name) == ["thrower", nil])
    #expect(try guest.call("g") == [.i32(5)])
  }

  // MARK: more than one instance

  @Test("an exception crosses instances and host functions, and its tag is the same everywhere")
  func instances() throws {
    let store = try Store()
    let inner = try Guest(
      """
      (module (tag $t (export "t") (param i32)) (func (export "f") (param i32) (throw $t (local.get 0))))
      """, in: store)
    guard case .function(let function) = try inner.exported("f") else { return }
    let host = store.makeFunction(type: FunctionType(parameters: [.i32])) { call throws(Trap) in
      _ = try store.call(function, [.i32(call.i32(0) + 1)])
    }
    let swallow = store.makeFunction(type: FunctionType(parameters: [.i32])) { call throws(Trap) in
      _ = try? store.call(function, [.i32(call.i32(0))])
    }
    let imports: [String: Extern] = [
      "a.t": try inner.exported("t"), "a.f": .function(function), "a.host": .function(host),
      "a.swallow": .function(swallow), "a.other": .tag(store.makeTag(FunctionType(parameters: [.i32]))),
    ]
    let outer = try Guest(
      """
      (module (import "a" "t" (tag $t (param i32))) (import "a" "other" (tag $other (param i32)))
        (import "a" "f" (func $f (param i32))) (import "a" "host" (func $host (param i32)))
        (import "a" "swallow" (func $swallow (param i32)))
        (func (export "direct") (param i32) (result i32)
          (block $h (result i32) (try_table (catch $other $h) (catch $t $h) (call $f (local.get 0))) (i32.const 0)))
        (func (export "through") (param i32) (result i32)
          (block $h (result i32) (try_table (catch $other $h) (catch $t $h) (call $host (local.get 0))) (i32.const 0)))
        (func (export "swallowed") (param i32) (result i32)
          (block $h (result i32) (try_table (catch $t $h) (call $swallow (local.get 0))) (i32.const 0)))
        (func (export "missed") (param i32) (result i32)
          (block $h (result i32) (try_table (catch $other $h) (call $f (local.get 0))) (i32.const 0))))
      """, imports: imports, in: store)
    for _ in 0..<2 {
      #expect(try outer.call("direct", .i32(7)) == [.i32(7)])
      #expect(try outer.call("through", .i32(7)) == [.i32(8)])
      #expect(try outer.call("swallowed", .i32(7)) == [.i32(0)])
    }
    let trap = try #require(#expect(throws: Trap.self) { try outer.call("missed", .i32(7)) })
    #expect(trap.kind == .uncaughtException)
    #expect(trap.frames.count == 2, "the frames of both instances")
  }

  @Test("a tag import must be given a tag of the same type")
  func linking() throws {
    let text = #"(module (import "a" "t" (tag (param i32))))"#
    let store = try Store()
    for type in [FunctionType(), FunctionType(parameters: [.i64])] {
      #expect(throws: LinkError.self) { try Guest(text, imports: ["a.t": .tag(store.makeTag(type))], in: store) }
    }
    _ = try Guest(text, imports: ["a.t": .tag(store.makeTag(FunctionType(parameters: [.i32])))], in: store)
  }

  @Test("the host may hold an exception and give it back later")
  func hostReferences() throws {
    let guest = try Guest(
      """
      (module (tag $t (param i32)) (global $e (mut exnref) (ref.null exn))
        (func (export "make") (param i32) (result exnref)
          (block $h (result i32 exnref) (try_table (catch_ref $t $h) (throw $t (local.get 0))) (unreachable))
          (global.set $e) (drop) (global.get $e))
        (func (export "value") (param exnref) (result i32)
          (block $h (result i32) (try_table (catch $t $h) (throw_ref (local.get 0))) (unreachable))))
      """)
    let first = try guest.call("make", .i32(1))
    let second = try guest.call("make", .i32(2))
    guard case .reference(.exception(let exception)) = first[0] else {
      Issue.record("\(first)")
      return
    }
    #expect(exception.tag.type == FunctionType(parameters: [.i32]))
    #expect(first != second)
    #expect(try guest.call("value", first) == [.i32(1)])
    try guest.instance.initialize()
    #expect(try guest.call("value", second) == [.i32(2)])
    #expect(try guest.call("value", first) == [.i32(1)])
    #expect(throws: Trap.self) { try guest.call("value", .i32(1)) }
  }

  // MARK: limits

  private static let thrower = """
    (module (tag $t (param i64 i64)) (global $kept (mut exnref) (ref.null exn)) (table $all 0 exnref)
      (func $g (throw $t (i64.const 1) (i64.const 2)))
      (func (export "plain") (param i32)
        (loop $l
          (block $h (try_table (catch_all $h) (call $g)))
          (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
      (func (export "references") (param i32)
        (loop $l
          (global.set $kept (block $h (result exnref) (try_table (catch_all_ref $h) (call $g)) (unreachable)))
          (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
      (func (export "hoard") (param i32)
        (loop $l
          (drop (table.grow $all
            (block $h (result exnref) (try_table (catch_all_ref $h) (call $g)) (unreachable)) (i32.const 1)))
          (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
      (func (export "deep") (param i32)
        (if (i32.eqz (local.get 0)) (then (throw $t (i64.const 1) (i64.const 2))))
        (call $again (i32.sub (local.get 0) (i32.const 1))))
      (func $again (export "again") (param i32)
        (if (i32.eqz (local.get 0)) (then (throw $t (i64.const 1) (i64.const 2))))
        (call $again (i32.sub (local.get 0) (i32.const 1))))
      (func (export "caught") (param i32) (result i32)
        (block $h (try_table (catch_all $h) (call $again (local.get 0))) (return (i32.const 0))) (i32.const 1)))
    """

  @Test("a guest that throws in a loop does not use up memory", arguments: ["plain", "references"])
  func throwingForever(_ function: String) throws {
    let guest = try Guest(Self.thrower, limits: StoreLimits(memoryBytes: 1 << 20, tableElements: 100))
    try guest.call(function, .i32(100_000))
    #expect(guest.store.memoryBytes < 1 << 20)
    try guest.instance.initialize()
    #expect(guest.store.memoryBytes == 0, "a reset forgets them all")
  }

  @Test("exceptions that a guest keeps count against its memory")
  func hoarding() throws {
    let guest = try Guest(Self.thrower, limits: StoreLimits(memoryBytes: 1 << 20, tableElements: 1_000_000))
    let trap = try #require(#expect(throws: Trap.self) { try guest.call("hoard", .i32(100_000)) })
    #expect(trap.kind == .outOfMemory)
    #expect(trap.refusedMemory != nil)
    try guest.instance.initialize()
    #expect(guest.store.memoryBytes == 0)
    try guest.call("hoard", .i32(1000))
  }

  @Test("an exception leaves thousands of frames")
  func depth() throws {
    let guest = try Guest(Self.thrower)
    #expect(try guest.call("caught", .i32(10_000)) == [.i32(1)])
    let trap = #expect(throws: Trap.self) { try guest.call("caught", .i32(10_000_000)) }
    #expect(trap?.kind == .stackExhausted)
  }

  @Test("thousands of nested try_tables, each without the tag")
  func nesting() throws {
    let count = 5000
    let text =
      #"(module (tag $t) (tag $u) (func (export "f") (result i32) (block $h "#
      + String(repeating: "(try_table (catch $u $h) ", count: count) + "(throw $t)"
      + String(repeating: ")", count: count) + ") (i32.const 1)))"
    let trap = #expect(throws: Trap.self) { try Guest(text).call("f") }
    #expect(trap?.kind == .uncaughtException)
  }

  @Test("a frame with far slots catches too")
  func farSlots() throws {
    let locals = String(repeating: " i64", count: 40_000)
    try expect(
      """
      (module (tag $t (param i32)) (func $g (throw $t (i32.const 6)))
        (func (export "f") (param i32) (result i32) (local\(locals)) (local\(String(locals.prefix(36_000))))
          (local $e i32)
          (block $h (result i32) (try_table (catch $t $h) (call $g)) (unreachable))
          (local.set $e) (i32.add (local.get $e) (local.get 0))))
      """, 5, gives: 11)
  }

  @Test("what a block paid for and did not come to is given back, as wasmtime counts")
  func fuel() throws {
    let text = """
      (module (tag $t) (func $g (throw $t))
        (func $m (call $g) (drop (i32.const 1)) (drop (i32.const 1)))
        (func (export "direct") (block $h (try_table (catch_all $h) (call $g) (drop (i32.const 1)) (drop (i32.const 1)))))
        (func (export "through") (block $h (try_table (catch_all $h) (call $m) (drop (i32.const 1)) (drop (i32.const 1))))))
      """
    let guest = try Guest(text)
    for _ in 0..<2 {
      for (name, fuel) in [("direct", UInt64(5)), ("through", 7)] {
        guest.store.setFuel(1000)
        try guest.call(name)
        #expect(guest.store.fuelConsumed == fuel)
      }
    }
  }

  @Test("canonical NaNs, a profile and joined words change nothing", arguments: [false, true])
  func modes(_ canonical: Bool) throws {
    let guest = try Guest(Self.thrower)
    guest.store.setFuel(nil)
    try guest.call("plain", .i32(1000))
    let plain = guest.store.fuelConsumed
    guest.store.canonicalizesNaN = canonical
    guest.store.setFuel(nil, profile: ProfileOptions())
    try guest.call("plain", .i32(1000))
    let consumed = guest.store.fuelConsumed
    let profile = try #require(guest.store.takeProfile())
    #expect(profile.samples.reduce(0) { $0 + $1.weight } == consumed)
    #expect(consumed == plain)
  }
}
