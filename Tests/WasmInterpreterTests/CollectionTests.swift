/// The heap of structs, arrays and exceptions: what a collection keeps, what it frees, and what bounds it.

import Testing
import WasmBinary
import WasmInterpreter

@Suite("Collections")
struct CollectionTests {
  private func trap(_ body: () throws -> Void) -> Trap? {
    do {
      try body()
      return nil
    } catch { return error as? Trap }
  }

  @Test("a guest that makes garbage for ever runs in bounded memory")
  func bounded() throws {
    let guest = try Guest(
      """
      (module
        (type $s (struct (field i64) (field (ref null $s)))) (type $a (array (mut i8)))
        (func (export "f") (param i32) (result i64) (local $kept (ref null $s))
          (loop $again
            (local.set $kept (struct.new $s (i64.extend_i32_u (local.get 0)) (ref.null $s)))
            (drop (array.new_default $a (i32.and (i32.mul (local.get 0) (i32.const 37)) (i32.const 0x1FFF))))
            (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
          (struct.get $s 0 (local.get $kept))))
      """)
    #expect(try guest.call("f", .i32(200_000)) == [.i64(1)])
    // About 820 MB went through it.
    #expect(guest.store.collections > 100)
    #expect(guest.store.peakMemoryBytes < 8 << 20)
    try guest.instance.initialize()
    #expect(guest.store.heapBytes == 0)
    #expect(guest.store.memoryBytes == 0)
  }

  @Test("what does not fit the memory limit ends the call, and the next one has all of it again")
  func outOfMemory() throws {
    let guest = try Guest(
      """
      (module
        (type $s (struct (field i64) (field (ref null $s)))) (type $a (array (mut i64)))
        (global $list (mut (ref null $s)) (ref.null $s))
        (func (export "grow") (param i32)
          (loop $again
            (global.set $list (struct.new $s (i64.const 1) (global.get $list)))
            (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
        (func (export "array") (param i32) (result i32) (array.len (array.new_default $a (local.get 0)))))
      """, limits: StoreLimits(memoryBytes: 4 << 20, valueStackBytes: 1 << 16))
    for _ in 0..<3 {
      guest.store.setFuel(nil)
      let grown = try #require(trap { try guest.call("grow", .i32(1_000_000)) })
      #expect(grown.kind == .outOfMemory)
      #expect(grown.refusedMemory != nil)
      #expect(guest.store.peakMemoryBytes <= 4 << 20)
      try guest.instance.initialize()
      try guest.call("grow", .i32(50_000))
      try guest.instance.initialize()
      #expect(try guest.call("array", .i32(500_000)) == [.i32(500_000)])
      for length: UInt32 in [524_288, 0x2000_0000, 0xFFFF_FFFF] {
        #expect(trap { try guest.call("array", .i32(length)) }?.kind == .outOfMemory)
      }
    }
  }

  @Test("garbage makes room for a memory that grows")
  func memoryGrow() throws {
    let guest = try Guest(
      """
      (module (type $a (array i8)) (memory 1)
        (func (export "f") (param i32) (result i32)
          (drop (array.new_default $a (i32.const 1000000))) (memory.grow (local.get 0))))
      """, limits: StoreLimits(memoryBytes: 2 << 20, valueStackBytes: 1 << 16))
    #expect(try guest.call("f", .i32(30)) == [.i32(1)])
    try guest.instance.initialize()
    #expect(try guest.call("f", .i32(32)) == [.int32(-1)])
  }

  @Test("long lists and wide trees are marked without recursion")
  func deep() throws {
    let guest = try Guest(
      """
      (module
        (type $s (struct (field (ref null $s)) (field i32))) (type $a (array (mut (ref null $a))))
        (global $list (mut (ref null $s)) (ref.null $s)) (global $tree (mut (ref null $a)) (ref.null $a))
        (func (export "list") (param i32)
          (loop $again
            (global.set $list (struct.new $s (global.get $list) (local.get 0)))
            (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
        (func (export "tree") (param i32) (local $root (ref null $a))
          (local.set $root (array.new_default $a (local.get 0)))
          (loop $again
            (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
            (array.set $a (local.get $root) (local.get 0) (array.new $a (local.get $root) (i32.const 3)))
            (br_if $again (local.get 0)))
          (global.set $tree (local.get $root)))
        (func (export "length") (result i32) (local $at (ref null $s)) (local $n i32)
          (local.set $at (global.get $list))
          (block $end (loop $again
            (br_on_null $end (local.get $at)) (drop)
            (local.set $n (i32.add (local.get $n) (i32.const 1)))
            (local.set $at (struct.get $s 0 (local.get $at)))
            (br $again)))
          (local.get $n))
        (func (export "leaves") (result i32) (local $i i32) (local $n i32)
          (loop $again
            (local.set $n (i32.add (local.get $n)
              (ref.eq (global.get $tree) (array.get $a (array.get $a (global.get $tree) (local.get $i)) (i32.const 2)))))
            (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1)))
              (array.len (global.get $tree)))))
          (local.get $n)))
      """)
    try guest.call("list", .i32(300_000))
    try guest.call("tree", .i32(100_000))
    let before = guest.store.collections
    #expect(before > 1)
    guest.store.checksHeap = true
    #expect(guest.store.collections == before + 1)
    #expect(try guest.call("length") == [.i32(300_000)])
    #expect(try guest.call("leaves") == [.i32(100_000)])
  }

  // MARK: roots

  @Test("locals, operands and the frames of callers keep objects")
  func frames() throws {
    let guest = try Guest(
      """
      (module
        (type $s (struct (field i32)))
        (func $make (param i32) (result (ref $s)) (struct.new $s (local.get 0)))
        (func $value (param (ref $s)) (result i32) (struct.get $s 0 (local.get 0)))
        (func $sum (param (ref $s) (ref $s) i32) (result i32)
          (i32.add (i32.add (call $value (local.get 0)) (call $value (local.get 1))) (local.get 2)))
        (func $deep (param $n i32) (param $s (ref $s)) (result i32) (local $mine (ref null $s))
          (if (result i32) (local.get $n)
            (then
              (local.set $mine (call $make (local.get $n)))
              (i32.add
                (call $deep (i32.sub (local.get $n) (i32.const 1)) (call $make (local.get $n)))
                (call $sum (local.get $s) (ref.as_non_null (local.get $mine)) (i32.const 0))))
            (else (call $value (local.get $s)))))
        (func (export "operands") (result i32) (local i32)
          ;; Objects on the stack while others are made, and between numbers that look like addresses.
          (i64.const 0x5B5B5B5B5B5B5B58) (call $make (i32.const 1)) (i32.const 16) (call $make (i32.const 2))
          (block (param (ref $s) i32 (ref $s)) (result i32)
            (drop (call $make (i32.const 50)))
            (call $sum (struct.new $s (i32.const 4)) (i32.const 8))
            (i32.add) (local.set 0) (call $value) (local.get 0) (i32.add))
          (local.set 0) (drop) (local.get 0))
        (func (export "deep") (param i32) (result i32) (call $deep (local.get 0) (call $make (i32.const 1000)))))
      """)
    guest.store.checksHeap = true
    #expect(try guest.call("operands") == [.i32(1 + 16 + 2 + 4 + 8)])
    // 1000, twice n for each n below, and 1 at the end.
    #expect(try guest.call("deep", .i32(40)) == [.i32(1000 + (1...40).reduce(0, +) + (2...40).reduce(0, +) + 1)])
  }

  @Test("globals, tables, segments, fields and elements keep objects")
  func places() throws {
    let guest = try Guest(
      """
      (module
        (type $s (struct (field i32))) (type $p (struct (field (mut anyref)))) (type $a (array (mut anyref)))
        (global $g (mut anyref) (struct.new $s (i32.const 1)))
        (table $t 2 anyref (struct.new $s (i32.const 2)))
        (elem $e anyref (struct.new $s (i32.const 3)))
        (global $p (ref $p) (struct.new $p (array.new $a (struct.new $s (i32.const 4)) (i32.const 3))))
        (func $value (param anyref) (result i32) (struct.get $s 0 (ref.cast (ref $s) (local.get 0))))
        (func (export "garbage") (param i32)
          (loop (drop (struct.new $s (i32.const -1))) (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
        (func (export "values") (result i32 i32 i32 i32)
          (call $value (global.get $g)) (call $value (table.get $t (i32.const 1)))
          (table.init $t $e (i32.const 0) (i32.const 0) (i32.const 1)) (call $value (table.get $t (i32.const 0)))
          (call $value (array.get $a (ref.cast (ref $a) (struct.get $p 0 (global.get $p))) (i32.const 2)))))
      """)
    guest.store.checksHeap = true
    for _ in 0..<2 {
      try guest.call("garbage", .i32(10))
      #expect(try guest.call("values") == [.i32(1), .i32(2), .i32(3), .i32(4)])
      try guest.instance.initialize()
    }
  }

  @Test("what the host holds stays, and goes when it does not")
  func held() throws {
    let guest = try Guest(
      """
      (module (type $a (array i8))
        (func (export "make") (param i32) (result anyref) (array.new_default $a (local.get 0)))
        (func (export "len") (param anyref) (result i32) (array.len (ref.cast (ref array) (local.get 0)))))
      """)
    var held: [Value] = []
    for index: UInt32 in 0..<10 { held += try guest.call("make", .i32(100_000 + index)) }
    guest.store.checksHeap = true
    for (index, value) in held.enumerated() {
      #expect(try guest.call("len", value) == [.i32(100_000 + UInt32(index))])
    }
    #expect(Set(held).count == 10)
    #expect(guest.store.heapBytes > 1_000_000)
    held.removeLast(9)
    try guest.call("make", .i32(1))
    #expect(guest.store.heapBytes < 200_000)
    #expect(try guest.call("len", held[0]) == [.i32(100_000)])
    try guest.instance.initialize()
    #expect(try guest.call("len", held[0]) == [.i32(100_000)])
  }

  @Test("objects survive calls of the host, of other instances, and back")
  func nested() throws {
    let store = try Store(limits: Guest.limits)
    store.setFuel(nil)
    final class Box { var instance: Instance? }
    let box = Box()
    let host = store.makeFunction(
      type: FunctionType(
        parameters: [.i32, .reference(.any, nullable: true)], results: [.reference(.any, nullable: true)])
    ) { call throws(Trap) in
      // Only the argument's slot refers to it while the guest is called again.
      guard let instance = box.instance, let again = instance.exportedFunction("run") else { return }
      let depth = call.i32(0)
      if depth > 0 { _ = try instance.invoke(again, [.i32(depth - 1)]) }
      call.setResult(0, i64: call.i64(1))
    }
    let first = try Guest(
      """
      (module (type $s (struct (field i32)))
        (import "host" "call" (func $host (param i32 anyref) (result anyref)))
        (func (export "keep") (param i32 anyref) (result anyref)
          (drop (struct.new $s (i32.const 1000))) (call $host (local.get 0) (local.get 1))))
      """, imports: ["host.call": .function(host)], in: store)
    let second = try Guest(
      """
      (module (type $s (struct (field i32)))
        (import "first" "keep" (func $keep (param i32 anyref) (result anyref)))
        (func $value (param anyref) (result i32) (struct.get $s 0 (ref.cast (ref $s) (local.get 0))))
        (func (export "run") (param i32) (result i32) (local $mine (ref $s))
          (local.set $mine (struct.new $s (local.get 0)))
          (i32.add
            (call $value (call $keep (local.get 0) (struct.new $s (i32.const 7))))
            (call $value (local.get $mine)))))
      """, imports: ["first.keep": try first.exported("keep")], in: store)
    box.instance = second.instance
    store.checksHeap = true
    #expect(try second.call("run", .i32(8)) == [.i32(15)])
  }

  @Test("exceptions keep the objects they carry, and objects the exceptions they hold")
  func exceptions() throws {
    let guest = try Guest(
      """
      (module
        (type $s (struct (field i32))) (type $holder (struct (field exnref)))
        (tag $t (param i32 (ref $s) v128))
        (global $g (mut (ref null $holder)) (ref.null $holder))
        (func $throw (param i32) (throw $t (i32.const 1) (struct.new $s (local.get 0)) (v128.const i64x2 1 2)))
        (func $rethrow (drop (struct.new $s (i32.const 77))) (throw_ref (struct.get $holder 0 (global.get $g))))
        (func (export "catch") (param i32) (local $e exnref)
          (block $caught (result i32 (ref $s) v128 exnref)
            (try_table (catch_ref $t $caught) (call $throw (local.get 0)))
            (unreachable))
          (local.set $e) (drop) (drop) (drop)
          (drop (struct.new $s (i32.const 78)))
          (global.set $g (struct.new $holder (local.get $e))))
        (func (export "again") (result i32) (local $s (ref $s))
          (block $caught (result i32 (ref $s) v128)
            (try_table (catch $t $caught) (call $rethrow))
            (unreachable))
          (drop) (local.set $s) (drop (struct.new $s (i32.const 79)))
          (i32.add (struct.get $s 0 (local.get $s)))))
      """)
    guest.store.checksHeap = true
    try guest.call("catch", .i32(41))
    #expect(try guest.call("again") == [.i32(42)])
    #expect(try guest.call("again") == [.i32(42)])
  }

  @Test("frames with more slots than 16 bits reach are known, too")
  func wideFrames() throws {
    let locals = String(repeating: " v128", count: 33_000)
    let guest = try Guest(
      """
      (module (type $s (struct (field i32))) (type $p (struct (field (ref $s)) (field (ref $s))))
        (func $value (param (ref $s)) (result i32) (struct.get $s 0 (local.get 0)))
        (func (export "f") (result i32) (local\(locals)) (local $a (ref null $s)) (local $p (ref null $p))
          (local.set $a (struct.new $s (i32.const 5)))
          (struct.new $s (i32.const 6)) (struct.new $s (i32.const 7))
          (local.set $p (struct.new $p))
          (drop (struct.new $s (i32.const 8)))
          (i32.add (struct.get $s 0 (local.get $a))
            (i32.mul (call $value (struct.get $p 0 (local.get $p)))
              (ref.test (ref $s) (struct.get $p 1 (local.get $p)))))))
      """)
    guest.store.checksHeap = true
    #expect(try guest.call("f") == [.i32(11)])
  }

  @Test("cells of all sizes are used again")
  func sizes() throws {
    let guest = try Guest(
      """
      (module (type $a (array (mut i8))) (type $r (array (mut (ref null $a))))
        (global $kept (mut (ref null $r)) (ref.null $r))
        ;; Keeps every third array of the sizes up to n, each with its size as its last byte.
        (func (export "f") (param $n i32) (local $i i32) (local $new (ref $a))
          (global.set $kept (array.new_default $r (local.get $n)))
          (loop $again
            (local.set $new (array.new $a (i32.const 0xAA) (i32.add (local.get $i) (i32.const 1))))
            (array.set $a (local.get $new) (local.get $i) (local.get $i))
            (if (i32.eqz (i32.rem_u (local.get $i) (i32.const 3)))
              (then (array.set $r (global.get $kept) (local.get $i) (local.get $new))))
            (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n)))))
        (func (export "check") (result i32) (local $i i32) (local $bad i32) (local $a (ref null $a))
          (loop $again
            (local.set $a (array.get $r (global.get $kept) (local.get $i)))
            (if (i32.eqz (ref.is_null (local.get $a))) (then
              (local.set $bad (i32.add (local.get $bad) (i32.or
                (i32.ne (array.len (local.get $a)) (i32.add (local.get $i) (i32.const 1)))
                (i32.ne (array.get_u $a (local.get $a) (local.get $i)) (i32.and (local.get $i) (i32.const 0xFF))))))))
            (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1)))
              (array.len (global.get $kept)))))
          (local.get $bad)))
      """)
    for _ in 0..<6 {
      try guest.call("f", .i32(5000))
      #expect(try guest.call("check") == [.i32(0)])
    }
    #expect(guest.store.peakMemoryBytes < 24 << 20)
  }
}
