/// Initialization again is a reset: nothing of one call is seen by the next.

import Testing
import WasmBinary
import WasmInterpreter

@Suite("reset between calls")
struct ResetTests {
  private static let text = """
    (module
      (memory (export "memory") 2 40) (data (i32.const 100) "original") (data $passive "passive")
      (table (export "t") 3 20 funcref) (elem (i32.const 0) $one) (elem $spare func $two)
      (global (export "g") (mut i32) (i32.const 7)) (global $started (export "started") (mut i32) (i32.const 0))
      (func $one (result i32) (i32.const 1)) (func $two (result i32) (i32.const 2))
      (func $start (global.set $started (i32.add (global.get $started) (i32.const 1))))
      (start $start)
      (func (export "spoil")
        (memory.fill (i32.const 0) (i32.const 0xEE) (i32.const 131072))
        (drop (memory.grow (i32.const 5)))
        (memory.fill (i32.const 131072) (i32.const 0xDD) (i32.const 327680))
        (table.set 0 (i32.const 0) (ref.null func)) (table.set 0 (i32.const 1) (ref.func $two))
        (drop (table.grow 0 (ref.func $two) (i32.const 6)))
        (global.set 0 (i32.const 99)) (data.drop $passive) (elem.drop $spare))
      (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
      (func (export "touch") (param i32) (i32.store8 (local.get 0) (i32.const 0xCC)))
      (func (export "size") (result i32) memory.size)
      (func (export "tableSize") (result i32) table.size)
      (func (export "isNull") (param i32) (result i32) (ref.is_null (table.get 0 (local.get 0))))
      (func (export "callZero") (result i32) (call_indirect (result i32) (i32.const 0)))
      (func (export "usePassive") (result i32)
        (memory.init $passive (i32.const 0) (i32.const 0) (i32.const 7)) (i32.load8_u (i32.const 0)))
      (func (export "useSpare") (result i32)
        (table.init $spare (i32.const 2) (i32.const 0) (i32.const 1)) (call_indirect (result i32) (i32.const 2))))
    """

  private func expectFresh(_ guest: Guest) throws {
    let memory = try guest.memory()
    #expect(memory.byteCount == 131_072)
    var expected = [UInt8](repeating: 0, count: 131_072)
    expected.replaceSubrange(100..<108, with: Array("original".utf8))
    #expect(memory.read(at: 0, count: 131_072) == expected)
    #expect(try guest.call("size") == [.i32(2)])
    #expect(try guest.call("tableSize") == [.i32(3)])
    #expect(try guest.call("isNull", .i32(0)) == [.i32(0)])
    #expect(try guest.call("isNull", .i32(1)) == [.i32(1)])
    #expect(try guest.call("callZero") == [.i32(1)])
    #expect(try guest.global("g").value == .i32(7))
    #expect(try guest.global("started").value == .i32(1), "the start function ran once on fresh globals")
    #expect(try guest.call("usePassive") == [.i32(UInt32(UInt8(ascii: "p")))])
    #expect(try guest.call("useSpare") == [.i32(2)])
  }

  @Test("memory, tables, globals and segments are as new after each initialization")
  func everything() throws {
    let guest = try Guest(Self.text)
    try expectFresh(guest)
    for _ in 0..<3 {
      try guest.instance.initialize()
      try guest.call("spoil")
      #expect(try guest.call("size") == [.i32(7)])
      #expect(try guest.call("tableSize") == [.i32(9)])
      try guest.instance.initialize()
      try expectFresh(guest)
    }
  }

  @Test(
    "one byte written anywhere is gone after the reset, whatever else was touched",
    arguments: [0, 1, 99, 104, 4_095, 4_096, 65_535, 65_536, 131_071] as [UInt32])
  func singleBytes(address: UInt32) throws {
    let guest = try Guest(Self.text)
    try guest.call("touch", .i32(address))
    #expect(try guest.memory().read(at: UInt64(address), count: 1) == [0xCC])
    try guest.instance.initialize()
    try expectFresh(guest)
  }

  @Test("memory that is grown again after a reset is zero", arguments: [1, 5, 30] as [UInt32])
  func regrownMemory(pages: UInt32) throws {
    let guest = try Guest(Self.text)
    for _ in 0..<3 {
      #expect(try guest.call("grow", .i32(pages)) == [.i32(2)])
      let memory = try guest.memory()
      let added = Int(pages) * 65_536
      #expect(memory.read(at: 131_072, count: added)?.allSatisfy { $0 == 0 } == true)
      #expect(memory.write([UInt8](repeating: 0xAB, count: added), at: 131_072))
      try guest.instance.initialize()
    }
    try expectFresh(guest)
  }

  @Test("what the host wrote is gone as well")
  func hostWrites() throws {
    let guest = try Guest(Self.text)
    let memory = try guest.memory()
    #expect(memory.write([1, 2, 3], at: 70_000))
    memory.withUnsafeMutableBytes { $0[120_000] = 9 }
    #expect(try guest.global("g").set(.i32(1)))
    try guest.instance.initialize()
    try expectFresh(guest)
  }

  @Test("a call that trapped half-way leaves nothing behind either")
  func afterTrap() throws {
    let guest = try Guest(
      """
      (module (memory (export "memory") 1) (global (export "g") (mut i64) (i64.const 3))
        (func (export "f") (param i32)
          (i32.store (local.get 0) (i32.const -1)) (global.set 0 (i64.const 9)) (i32.store (i32.const -1) (i32.const 1))))
      """)
    #expect(throws: Trap.self) { try guest.call("f", .i32(30_000)) }
    try guest.instance.initialize()
    #expect(try guest.memory().read(at: 30_000, count: 4) == [0, 0, 0, 0])
    #expect(try guest.global("g").value == .i64(3))
  }

  @Test("a memory of several MiB is cleared whole")
  func largeMemory() throws {
    let guest = try Guest(
      """
      (module (memory (export "memory") 128)
        (func (export "fill") (param i32 i32) (memory.fill (local.get 0) (i32.const 0x77) (local.get 1))))
      """)
    let memory = try guest.memory()
    for (start, count) in [(0, 8 << 20), (5 << 20, 100), (0, 1 << 20), (1 << 20, 65_537)] as [(UInt32, UInt32)] {
      try guest.call("fill", .i32(start), .i32(count))
      #expect(memory.read(at: UInt64(start), count: Int(count))?.allSatisfy { $0 == 0x77 } == true)
      try guest.instance.initialize()
      #expect(memory.read(at: 0, count: 8 << 20)?.allSatisfy { $0 == 0 } == true)
    }
  }
}
