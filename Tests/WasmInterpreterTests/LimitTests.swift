/// Limits of memory, tables and the value stack, and what is said when they refuse.

import Testing
import WasmBinary
import WasmInterpreter

@Suite("limits")
struct LimitTests {
  private static let page: UInt64 = 65_536

  private static func limits(pages: UInt64 = 16, elements: UInt64 = 1_000, stack: Int = 256 << 10) -> StoreLimits {
    StoreLimits(memoryBytes: pages * page, tableElements: elements, valueStackBytes: stack)
  }

  private static let growing = """
    (module (memory (export "memory") 1)
      (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
      (func (export "size") (result i32) memory.size)
      (func (export "touch") (param i32) (i32.store8 (local.get 0) (i32.const 1)))
      (func (export "growAndTrap") (param i32) (drop (memory.grow (local.get 0))) unreachable))
    """

  @Test("a memory grows to exactly the limit and not one page further")
  func growsToTheLimit() throws {
    let guest = try Guest(Self.growing, limits: Self.limits(pages: 16))
    #expect(try guest.call("grow", .i32(16)) == [.int32(-1)])
    #expect(try guest.call("size") == [.i32(1)])
    #expect(try guest.call("grow", .i32(15)) == [.i32(1)])
    try guest.call("touch", .i32(16 * 65_536 - 1))
    #expect(throws: Trap.self) { try guest.call("touch", .i32(16 * 65_536)) }
    #expect(try guest.call("grow", .i32(1)) == [.int32(-1)])
    #expect(try guest.call("grow", .i32(0)) == [.i32(16)])
    #expect(try guest.memory().pages == 16)
    #expect(try guest.memory().byteCount == 16 * 65_536)
  }

  @Test("a memory grows page by page to the limit, keeping its contents")
  func growsStepByStep() throws {
    let guest = try Guest(Self.growing, limits: Self.limits(pages: 64))
    #expect(try guest.memory().write([1, 2, 3, 4, 5, 6], at: 65_530))
    for expected in 1..<64 {
      #expect(try guest.call("grow", .i32(1)) == [.i32(UInt32(expected))])
      try guest.call("touch", .i32(UInt32(expected) * 65_536))
    }
    #expect(try guest.call("grow", .i32(1)) == [.int32(-1)])
    #expect(try guest.memory().read(at: 65_530, count: 6) == [1, 2, 3, 4, 5, 6])
  }

  @Test("the module's own maximum counts too")
  func ownMaximum() throws {
    let guest = try Guest(
      "(module (memory 1 3) (func (export \"grow\") (param i32) (result i32) (memory.grow (local.get 0))))",
      limits: Self.limits(pages: 16))
    #expect(try guest.call("grow", .i32(3)) == [.int32(-1)])
    #expect(try guest.call("grow", .i32(2)) == [.i32(1)])
    #expect(try guest.call("grow", .i32(1)) == [.int32(-1)])
  }

  @Test("all memories of a store share the limit")
  func sharedMemoryLimit() throws {
    let first = try Guest(Self.growing, limits: Self.limits(pages: 16))
    let second = try Guest(Self.growing, in: first.store)
    #expect(try first.call("grow", .i32(9)) == [.i32(1)])
    #expect(try second.call("grow", .i32(6)) == [.int32(-1)])
    #expect(try second.call("grow", .i32(5)) == [.i32(1)])
    #expect(try first.call("grow", .i32(1)) == [.int32(-1)])
  }

  @Test("a memory larger than the limit is refused when the module is linked")
  func initialMemoryTooLarge() throws {
    _ = try Guest("(module (memory 16))", limits: Self.limits(pages: 16))
    let error = #expect(throws: LinkError.self) {
      _ = try Guest("(module (memory 17))", limits: Self.limits(pages: 16))
    }
    guard case .resourceLimit = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("a refused growth is remembered and said when the call traps")
  func refusalIsRemembered() throws {
    let guest = try Guest(Self.growing, limits: Self.limits(pages: 16))
    let refused = #expect(throws: Trap.self) { try guest.call("growAndTrap", .i32(100)) }
    #expect(refused?.kind == .unreachable)
    #expect((refused?.refusedMemory).map { UInt64($0) >= 100 * Self.page } == true)
    try guest.instance.initialize()
    guest.store.setFuel(nil)
    let granted = #expect(throws: Trap.self) { try guest.call("growAndTrap", .i32(1)) }
    #expect(granted?.kind == .unreachable)
    #expect(granted?.refusedMemory == nil)
  }

  @Test("the peak of a memory is reported")
  func peak() throws {
    let guest = try Guest(Self.growing, limits: Self.limits(pages: 16))
    try guest.call("grow", .i32(4))
    #expect(guest.store.peakMemoryBytes == 5 * Self.page)
  }

  @Test("a table grows to exactly the limit and not one element further")
  func tableLimit() throws {
    let guest = try Guest(
      """
      (module (table (export "t") 10 externref)
        (func (export "grow") (param i32) (result i32) (table.grow 0 (ref.null extern) (local.get 0)))
        (func (export "size") (result i32) (table.size 0)))
      """, limits: Self.limits(elements: 1_000))
    #expect(try guest.call("grow", .i32(991)) == [.int32(-1)])
    #expect(try guest.call("grow", .i32(990)) == [.i32(10)])
    #expect(try guest.call("grow", .i32(1)) == [.int32(-1)])
    #expect(try guest.call("size") == [.i32(1_000)])
    #expect(try guest.table("t").count == 1_000)
  }

  @Test("all tables of a store share the limit, also when they are made")
  func sharedTableLimit() throws {
    _ = try Guest("(module (table 500 funcref) (table 500 externref))", limits: Self.limits(elements: 1_000))
    #expect(throws: LinkError.self) {
      _ = try Guest("(module (table 500 funcref) (table 501 externref))", limits: Self.limits(elements: 1_000))
    }
    #expect(throws: LinkError.self) {
      _ = try Guest("(module (table 9000000 funcref))", limits: Self.limits(elements: 1_000))
    }
  }

  static let recursive = """
    (module (func $f (export "f") (param i32) (result i32)
        (if (result i32) (i32.eqz (local.get 0))
          (then (i32.const 0))
          (else (i32.add (i32.const 1) (call $f (i32.sub (local.get 0) (i32.const 1)))))))
      (func $endless (export "endless") (call $endless))
      (func $large (export "large") (param i64) (result i64) (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
        (i64.add (i64.const 1) (call $large (local.get 0))))
      (func $a (export "mutual") (call $b)) (func $b (call $a))
      (table funcref (elem $indirect))
      (func $indirect (export "indirect") (call_indirect (i32.const 0))))
    """

  @Test(
    "endless recursion is a trap, and the next call works",
    arguments: ["endless", "mutual", "indirect", "large"])
  func endlessRecursion(name: String) throws {
    let guest = try Guest(Self.recursive, limits: Self.limits())
    for _ in 0..<3 {
      let arguments: [Value] = name == "large" ? [.i64(1)] : []
      let trap = try #require(#expect(throws: Trap.self) { try guest.call(name, arguments) })
      #expect(trap.kind == .stackExhausted)
      #expect(!trap.frames.isEmpty && trap.frames.count <= 1_000, "the backtrace is bounded")
      #expect(try guest.call("f", .i32(10)) == [.i32(10)])
    }
  }

  @Test("deep recursion fits the default stack")
  func deepRecursion() throws {
    let guest = try Guest(Self.recursive, limits: StoreLimits())
    #expect(try guest.call("f", .i32(20_000)) == [.i32(20_000)])
  }

  @Test("a larger stack takes deeper recursion")
  func stackSizeMatters() throws {
    var depths: [UInt32] = []
    for stack in [64 << 10, 256 << 10, 1 << 20] {
      let guest = try Guest(Self.recursive, limits: Self.limits(stack: stack))
      var depth: UInt32 = 1
      while (try? guest.call("f", .i32(depth * 2))) != nil { depth *= 2 }
      depths.append(depth)
    }
    #expect(depths == depths.sorted() && Set(depths).count == 3, "\(depths)")
  }

  @Test("a frame that is larger than the stack is a trap")
  func frameLargerThanStack() throws {
    let locals = String(repeating: "i64 ", count: 40_000)
    let guest = try Guest("(module (func (export \"f\") (local \(locals))))", limits: Self.limits(stack: 256 << 10))
    let trap = #expect(throws: Trap.self) { try guest.call("f") }
    #expect(trap?.kind == .stackExhausted)
  }

  @Test("a host call within deep recursion finds the stack as it was")
  func hostCallAtDepth() throws {
    let store = try Store(limits: Self.limits(stack: 1 << 20))
    let addOne = store.makeFunction(type: FunctionType(parameters: [.i32], results: [.i32])) {
      $0.setResult(i32: $0.i32(0) + 1)
    }
    let guest = try Guest(
      """
      (module (import "h" "inc" (func $inc (param i32) (result i32)))
        (func $f (export "f") (param i32) (result i32)
          (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 0))
            (else (call $inc (call $f (i32.sub (local.get 0) (i32.const 1))))))))
      """, imports: ["h.inc": .function(addOne)], in: store)
    #expect(try guest.call("f", .i32(1_000)) == [.i32(1_000)])
  }
}
