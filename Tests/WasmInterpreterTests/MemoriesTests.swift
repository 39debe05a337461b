/// Several memories, and memories and tables with 64-bit addresses.

import Testing
import WasmBinary
import WasmInterpreter
import WasmText

@Suite("several memories and 64-bit addresses")
struct MemoriesTests {
  private static let text = """
    (module
      (memory $a (export "a") 1) (memory $b (export "b") 1 3) (memory $c (export "c") i64 1)
      (data (memory $b) (i32.const 8) "bbbbbbbb") (data (memory $c) (i64.const 8) "cccccccc") (data $d "dddd")
      (func (export "mix") (param i32 i64) (result i64)
        (i64.store $a (i32.const 8) (i64.const 1))
        (i64.add (i64.load $a (local.get 0))
          (i64.add (i64.load32_u $b (i32.add (local.get 0) (i32.const 4))) (i64.load8_u $c offset=1 (local.get 1)))))
      (func (export "store") (param i32 i64) (result i32)
        (f64.store $b (local.get 0) (f64.const 2.5))
        (i32.store16 $c (local.get 1) (i32.add (i32.const 258) (local.get 0)))
        (i32.store $a (local.get 0) (i32.const 7))
        (i32.add (i32.load $a (local.get 0))
          (i32.add (i32.trunc_f64_s (f64.load $b (local.get 0))) (i32.load16_u $c (local.get 1)))))
      (func (export "far") (param i64) (result i32)
        (i32.load8_u $c offset=0xffffffffffffffff (local.get 0)))
      (func (export "load") (param i64) (result i64) (i64.load $c (local.get 0)))
      (func (export "put") (param i64) (i64.store $c (local.get 0) (i64.const 5)))
      (func (export "load2") (param i32) (result i64) (i64.load $b (local.get 0)))
      (func (export "grow") (param i64) (result i64) (memory.grow $c (local.get 0)))
      (func (export "size") (result i64) (memory.size $c))
      (func (export "growB") (param i32) (result i32) (memory.grow $b (local.get 0)))
      (func (export "sizeB") (result i32) (memory.size $b))
      (func (export "copy") (param i32 i64 i32) (memory.copy $b $c (local.get 0) (local.get 1) (local.get 2)))
      (func (export "fill") (param i64 i64) (memory.fill $c (local.get 0) (i32.const 9) (local.get 1)))
      (func (export "init") (param i64) (memory.init $c $d (local.get 0) (i32.const 0) (i32.const 4)))
      (func (export "loop") (param i64) (result i64) (local i64)
        (loop $l
          (local.set 1 (i64.add (local.get 1) (i64.load8_u $c (i64.and (local.get 0) (i64.const 1023)))))
          (br_if $l (i64.ne (local.tee 0 (i64.sub (local.get 0) (i64.const 1))) (i64.const 0))))
        (local.get 1)))
    """

  @Test("each access goes to its memory", arguments: [false, true])
  func mixing(_ profiled: Bool) throws {
    let guest = try Guest(Self.text)
    if profiled { guest.store.setFuel(nil, profile: ProfileOptions(interval: 16)) }
    #expect(try guest.call("mix", .i32(8), .i64(8)) == [.i64(1 + 0x6262_6262 + 0x63)])
    #expect(try guest.call("store", .i32(100), .i64(200)) == [.i32(7 + 2 + 358)])
    // Bytes 8 to 15, and 102 and 1 at 200, each five times.
    #expect(try guest.call("loop", .i64(5120)) == [.i64(5 * (8 * 0x63 + 103))])
    #expect(try guest.memory("a").read(at: 100, count: 4) == [7, 0, 0, 0])
    #expect(try guest.memory("c").read(at: 200, count: 2) == [102, 1])
  }

  @Test("addresses and offsets beyond everything are out of bounds, not wrapped")
  func bounds() throws {
    let guest = try Guest(Self.text)
    func expectTrap(_ name: String, _ arguments: Value...) {
      let trap = #expect(throws: Trap.self) { try guest.call(name, arguments) }
      #expect(trap?.kind == .memoryOutOfBounds, "\(name) \(arguments)")
    }
    for address: UInt64 in [65_529, 65_536, 1 << 32, 1 << 63, .max - 7, .max] {
      expectTrap("load", .i64(address))
      expectTrap("put", .i64(address))
      expectTrap("fill", .i64(address), .i64(8))
      expectTrap("copy", .i32(0), .i64(address), .i32(8))
      expectTrap("init", .i64(address == 65_529 ? 65_533 : address))
    }
    for address: UInt64 in [0, .max] { expectTrap("far", .i64(address)) }
    // 1 + (2^64 - 1) does not wrap to 0.
    expectTrap("far", .i64(1))
    expectTrap("fill", .i64(0), .i64(.max))
    expectTrap("copy", .i32(65_529), .i64(0), .i32(8))
    expectTrap("load2", .i32(65_529))
    #expect(try guest.call("load", .i64(65_528)) == [.i64(0)])
    try guest.call("init", .i64(65_532))
    try guest.call("copy", .i32(0), .i64(8), .i32(8))
    #expect(try guest.memory("b").read(at: 0, count: 8) == Array("cccccccc".utf8))
  }

  @Test("growth keeps to the type, the budget and the address type")
  func growth() throws {
    let guest = try Guest(Self.text)
    #expect(try guest.call("grow", .i64(2)) == [.i64(1)])
    for delta: UInt64 in [1 << 20, 1 << 47, 1 << 48, 1 << 62, .max] {
      #expect(try guest.call("grow", .i64(delta)) == [.i64(.max)])
    }
    #expect(try guest.call("size") == [.i64(3)])
    #expect(try guest.call("growB", .i32(2)) == [.i32(1)])
    #expect(try guest.call("growB", .i32(1)) == [.i32(0xFFFF_FFFF)])
    #expect(try guest.call("sizeB") == [.i32(3)])
    try guest.instance.initialize()
    #expect(try guest.call("size") == [.i64(1)])
    #expect(try guest.memory("c").read(at: 8, count: 2) == Array("cc".utf8))
  }

  @Test("a memory of 2^48 pages is a type that loads and a size that is refused")
  func enormous() throws {
    #expect(throws: LinkError.self) { try Guest("(module (memory i64 0x1000000000000))") }
    _ = try Guest("(module (memory i64 0 0x1000000000000))")
    #expect(throws: ModuleError.self) { try Guest("(module (memory i64 0 0x1000000000001))") }
  }

  @Test("a table with 64-bit indices")
  func tables() throws {
    let guest = try Guest(
      """
      (module (table $t i64 3 100 externref) (table $f i64 2 funcref) (elem (table $f) (i64.const 1) func $one)
        (func $one (result i32) (i32.const 1))
        (func (export "get") (param i64) (result externref) (table.get $t (local.get 0)))
        (func (export "set") (param i64 externref) (table.set $t (local.get 0) (local.get 1)))
        (func (export "size") (result i64) (table.size $t))
        (func (export "grow") (param i64) (result i64) (table.grow $t (ref.null extern) (local.get 0)))
        (func (export "fill") (param i64 i64) (table.fill $t (local.get 0) (ref.null extern) (local.get 1)))
        (func (export "call") (param i64) (result i32) (call_indirect $f (result i32) (local.get 0)))
        (func (export "tail") (param i64) (result i32) (return_call_indirect $f (result i32) (local.get 0))))
      """)
    try guest.call("set", .i64(2), .reference(.external(5)))
    #expect(try guest.call("get", .i64(2)) == [.reference(.external(5))])
    for index: UInt64 in [3, 1 << 32, (1 << 32) + 2, .max] {
      #expect(throws: Trap.self) { try guest.call("get", .i64(index)) }
      #expect(throws: Trap.self) { try guest.call("set", .i64(index), .reference(.external(5))) }
      #expect(throws: Trap.self) { try guest.call("fill", .i64(index), .i64(1)) }
      #expect(throws: Trap.self) { try guest.call("fill", .i64(1), .i64(index)) }
      #expect(throws: Trap.self) { try guest.call("call", .i64(index)) }
      #expect(throws: Trap.self) { try guest.call("tail", .i64(index)) }
    }
    #expect(try guest.call("call", .i64(1)) == [.i32(1)])
    #expect(try guest.call("tail", .i64(1)) == [.i32(1)])
    #expect(try guest.call("grow", .i64(97)) == [.i64(3)])
    #expect(try guest.call("grow", .i64(1 << 40)) == [.i64(.max)])
    #expect(try guest.call("size") == [.i64(100)])
  }
}
