/// References, tables and globals that hold them.

import Testing
import WasmBinary
import WasmInterpreter

@Suite("references")
struct ReferenceTests {
  @Test(
    "an external reference passes through the guest unchanged",
    arguments: [0, 1, 77, Reference.largestExternal] as [UInt64])
  func externalIdentity(number: UInt64) throws {
    let guest = try Guest(
      """
      (module (table $t 3 externref) (global $g (mut externref) (ref.null extern))
        (func (export "same") (param externref) (result externref) (local.get 0))
        (func (export "table") (param externref) (result externref)
          (table.set $t (i32.const 1) (local.get 0)) (table.get $t (i32.const 1)))
        (func (export "global") (param externref) (result externref)
          (global.set $g (local.get 0)) (global.get $g))
        (func (export "isNull") (param externref) (result i32) (ref.is_null (local.get 0)))
        (func (export "choose") (param externref i32) (result externref)
          (select (result externref) (local.get 0) (ref.null extern) (local.get 1))))
      """)
    let value = Value.reference(.external(number))
    for name in ["same", "table", "global"] { #expect(try guest.call(name, value) == [value]) }
    #expect(try guest.call("isNull", value) == [.i32(0)])
    #expect(try guest.call("isNull", .reference(.null(.external))) == [.i32(1)])
    #expect(try guest.call("choose", value, .i32(1)) == [value])
    #expect(try guest.call("choose", value, .i32(0)) == [.reference(.null(.external))])
  }

  @Test("a function reference comes out, goes in again and is called")
  func functionReferences() throws {
    let guest = try Guest(
      """
      (module (table $t (export "t") 3 funcref) (elem declare func $seven)
        (func $seven (export "seven") (result i32) (i32.const 7))
        (func (export "get") (result funcref) (ref.func $seven))
        (func (export "none") (result funcref) (ref.null func))
        (func (export "put") (param funcref) (table.set $t (i32.const 2) (local.get 0)))
        (func (export "call") (result i32) (call_indirect $t (result i32) (i32.const 2))))
      """)
    let reference = try #require(guest.call("get").first)
    guard case .reference(.function) = reference else {
      Issue.record("\(reference) is no function")
      return
    }
    #expect(try guest.call("get") == [reference], "the same function is an equal reference")
    try guest.call("put", reference)
    #expect(try guest.call("call") == [.i32(7)])
    #expect(try guest.call("none") == [.reference(.null(.function))])
    try guest.call("put", .reference(.null(.function)))
    let trap = #expect(throws: Trap.self) { try guest.call("call") }
    #expect(trap?.kind == .uninitializedElement)
  }

  @Test("a reference of the wrong kind is refused as an argument")
  func wrongReferences() throws {
    let guest = try Guest(
      """
      (module (func (export "function") (param funcref)) (func (export "external") (param externref)))
      """)
    #expect(throws: Trap.self) { try guest.call("function", .reference(.external(1))) }
    #expect(throws: Trap.self) { try guest.call("external", .i64(1)) }
    try guest.call("function", .reference(.null(.function)))
    try guest.call("external", .reference(.external(1)))
  }

  @Test("tables are filled, copied with overlap, initialized and grown")
  func tableOperations() throws {
    let guest = try Guest(
      """
      (module (table $t 10 20 externref) (table $u 5 externref)
        (func (export "set") (param i32 externref) (table.set $t (local.get 0) (local.get 1)))
        (func (export "get") (param i32) (result externref) (table.get $t (local.get 0)))
        (func (export "fill") (param i32 externref i32)
          (table.fill $t (local.get 0) (local.get 1) (local.get 2)))
        (func (export "copy") (param i32 i32 i32) (table.copy $t $t (local.get 0) (local.get 1) (local.get 2)))
        (func (export "across") (param i32 i32 i32) (table.copy $t $u (local.get 0) (local.get 1) (local.get 2)))
        (func (export "grow") (param externref i32) (result i32) (table.grow $t (local.get 0) (local.get 1)))
        (func (export "size") (result i32) (table.size $t)))
      """)
    func contents() throws -> [UInt64?] {
      guard case .i32(let size) = try guest.call("size")[0] else { return [] }
      return try (0..<size).map { index in
        if case .reference(.external(let number)) = try guest.call("get", .i32(index))[0] { number } else { nil }
      }
    }
    for index in 0..<10 as Range<UInt32> {
      try guest.call("set", .i32(index), .reference(.external(UInt64(index))))
    }
    try guest.call("copy", .i32(2), .i32(0), .i32(6))
    #expect(try contents() == [0, 1, 0, 1, 2, 3, 4, 5, 8, 9])
    try guest.call("copy", .i32(0), .i32(3), .i32(6))
    #expect(try contents() == [1, 2, 3, 4, 5, 8, 4, 5, 8, 9])
    try guest.call("fill", .i32(1), .reference(.external(50)), .i32(3))
    #expect(try contents() == [1, 50, 50, 50, 5, 8, 4, 5, 8, 9])
    try guest.call("across", .i32(8), .i32(0), .i32(2))
    #expect(try contents() == [1, 50, 50, 50, 5, 8, 4, 5, nil, nil])
    #expect(throws: Trap.self) { try guest.call("across", .i32(0), .i32(3), .i32(3)) }
    #expect(try contents() == [1, 50, 50, 50, 5, 8, 4, 5, nil, nil], "a copy that traps changes nothing")
    #expect(try guest.call("grow", .reference(.external(9)), .i32(11)) == [.int32(-1)])
    #expect(try guest.call("grow", .reference(.external(9)), .i32(2)) == [.i32(10)])
    #expect(try contents().suffix(3) == [nil, 9, 9])
  }

  @Test("memory.copy handles overlap in both directions")
  func memoryOverlap() throws {
    let guest = try Guest(
      """
      (module (memory (export "memory") 1)
        (func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2))))
      """)
    let memory = try guest.memory()
    for (target, source, count) in [(2, 0, 6), (0, 2, 6), (3, 3, 4), (0, 9, 0)] as [(Int, Int, Int)] {
      #expect(memory.write(Array(0..<10), at: 0))
      var expected = Array(0..<10 as Range<UInt8>)
      expected.replaceSubrange(target..<target + count, with: Array(expected[source..<source + count]))
      try guest.call("copy", .i32(UInt32(target)), .i32(UInt32(source)), .i32(UInt32(count)))
      #expect(memory.read(at: 0, count: 10) == expected)
    }
  }

  @Test("globals are initialized from imported and earlier globals")
  func globalInitializers() throws {
    let store = try Store(limits: Guest.limits)
    let base = store.makeGlobal(GlobalType(value: .i32, isMutable: false), .i32(1_000))
    let guest = try Guest(
      """
      (module (import "h" "base" (global $base i32))
        (global (export "a") i32 (global.get $base))
        (global (export "b") i32 (i32.add (global.get $base) (i32.mul (i32.const 3) (i32.const 4))))
        (global (export "c") i64 (i64.sub (i64.const 1) (i64.const 2)))
        (memory (export "memory") 1) (data (i32.add (global.get $base) (i32.const 4)) "x"))
      """, imports: ["h.base": .global(base)], in: store)
    #expect(try guest.global("a").value == .i32(1_000))
    #expect(try guest.global("b").value == .i32(1_012))
    #expect(try guest.global("c").value == .int64(-1))
    #expect(try guest.memory().read(at: 1_004, count: 1) == [UInt8(ascii: "x")])
  }

  @Test("NaN bits survive everything that only moves them")
  func nanBits() throws {
    let guest = try Guest(
      """
      (module (memory 1) (global $g (mut f32) (f32.const 0))
        (func $id (param f32) (result f32) (local.get 0))
        (func (export "move") (param f32) (result f32) (local f32)
          (local.set 1 (local.get 0)) (global.set $g (call $id (local.get 1)))
          (f32.store (i32.const 4) (global.get $g))
          (select (f32.load (i32.const 4)) (f32.const 1) (i32.const 1)))
        (func (export "negate") (param f32) (result f32) (f32.neg (local.get 0)))
        (func (export "absolute") (param f32) (result f32) (f32.abs (local.get 0)))
        (func (export "copySign") (param f32 f32) (result f32) (f32.copysign (local.get 0) (local.get 1)))
        (func (export "add") (param f32) (result f32) (f32.add (local.get 0) (f32.const 1))))
      """)
    for bits in [0x7FC0_0000, 0x7FA0_0001, 0xFFFF_FFFF, 0x7F80_0001] as [UInt32] {
      #expect(try guest.call("move", .f32(bits: bits)) == [.f32(bits: bits)])
      #expect(try guest.call("negate", .f32(bits: bits)) == [.f32(bits: bits ^ 0x8000_0000)])
      #expect(try guest.call("absolute", .f32(bits: bits)) == [.f32(bits: bits & 0x7FFF_FFFF)])
      let copied = try guest.call("copySign", .f32(bits: bits), .float32(-1))
      #expect(copied == [.f32(bits: bits | 0x8000_0000)])
      guard case .f32(let sum) = try guest.call("add", .f32(bits: bits))[0] else { return }
      #expect(sum & 0x7FC0_0000 == 0x7FC0_0000, "arithmetic gives a quiet NaN")
    }
  }
}
