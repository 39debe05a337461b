/// Frames of more than 65,535 slots, which leave the 16-bit operands of the fast path behind.

import Testing
import WasmBinary
import WasmInterpreter

@Suite("frames of more than 65,535 slots")
struct LargeFrameTests {
  private static let limits = StoreLimits(memoryBytes: 1 << 20, tableElements: 1_000, valueStackBytes: 8 << 20)
  private static let depth = 70_000

  @Test("50,000 locals each keep their value")
  func manyLocals() throws {
    let locals = String(repeating: "i32 ", count: 49_000)
    let set = stride(from: 0, to: 49_000, by: 97).map { "i32.const \($0) local.set \($0 + 1)" }.joined(separator: "\n")
    let get = stride(from: 0, to: 49_000, by: 97).map { "local.get \($0 + 1) i32.add" }.joined(separator: "\n")
    let guest = try Guest(
      "(module (func (export \"f\") (param i32) (result i32) (local \(locals)) \(set) local.get 0 \(get)))",
      limits: Self.limits)
    let sum = stride(from: 0, to: 49_000, by: 97).reduce(0, +)
    #expect(try guest.call("f", .i32(5)) == [.i32(UInt32(sum + 5))])
    #expect(try guest.call("f", .i32(6)) == [.i32(UInt32(sum + 6))])
  }

  @Test("70,000 constants are pushed and added")
  func manyConstants() throws {
    let body =
      String(repeating: "i32.const 3\n", count: Self.depth)
      + String(repeating: "i32.add\n", count: Self.depth - 1)
    let guest = try Guest("(module (func (export \"f\") (result i32) \(body)))", limits: Self.limits)
    #expect(try guest.call("f") == [.i32(UInt32(Self.depth * 3))])
    guest.store.setFuel(1 << 30)
    try guest.call("f")
    #expect(guest.store.fuelConsumed == UInt64(2 * Self.depth))
  }

  @Test("70,000 reads of a local keep the value that they read")
  func manyPendingReads() throws {
    let body =
      String(repeating: "local.get 0\n", count: Self.depth) + "i32.const 1000 local.set 0\n"
      + String(repeating: "i32.add\n", count: Self.depth - 1) + "local.get 0 i32.add"
    let guest = try Guest("(module (func (export \"f\") (param i32) (result i32) \(body)))", limits: Self.limits)
    #expect(try guest.call("f", .i32(2)) == [.i32(UInt32(Self.depth * 2 + 1000))])
  }

  /// Bodies that leave one i32, to be run at the bottom of a frame and above 70,000 other values.
  private static let bodies: [String] = [
    "i32.const 5 i32.const 6 i32.mul",
    "local.get 0 local.get 1 i32.sub",
    "local.get 0 i32.const 3 i32.shl local.get 1 i32.add",
    "i32.const 16 local.get 0 i32.store i32.const 16 i32.load",
    "local.get 1 local.get 0 i32.store8 offset=3 local.get 1 i32.load8_u offset=3",
    "i32.const 9 i32.const 8 local.get 0 select",
    "local.get 0 if (result i32) i32.const 1 else i32.const 2 end",
    "local.get 0 i32.eqz if (result i32) i32.const 1 else i32.const 2 end",
    "local.get 0 local.get 1 i32.lt_s if (result i32) i32.const 1 else i32.const 2 end",
    "block (result i32) i32.const 4 local.get 0 br_if 0 drop i32.const 5 end",
    "block (result i32) i32.const 4 local.get 0 local.get 1 i32.gt_u br_if 0 drop i32.const 5 end",
    "block (result i32) block (result i32) i32.const 7 local.get 0 br_table 0 1 0 end i32.const 1 i32.add end",
    "local.get 0 local.get 1 call $subtract",
    "local.get 0 local.get 1 i32.const 0 call_indirect (type $binary)",
    "local.get 0 local.get 1 call $swap i32.sub",
    "local.get 0 call $host",
    "i32.const 3 global.set 0 global.get 0 local.get 0 i32.add",
    "i32.const 0 local.set 2 loop local.get 2 i32.const 1 i32.add local.tee 2 i32.const 10 i32.lt_s br_if 0 end local.get 2",
    "i32.const 1 loop (param i32) (result i32) i32.const 2 i32.mul local.tee 2 local.get 2 i32.const 100 i32.lt_s br_if 0 end",
    "memory.size memory.size i32.add",
    "i32.const 0 i32.const 7 i32.const 9 memory.fill i32.const 8 i32.load8_u",
    "i32.const 100 i32.const 0 i32.const 4 memory.copy i32.const 100 i32.load",
    "i32.const 0 i32.const 0 i32.const 3 memory.init 0 i32.const 2 i32.load8_u",
    "i32.const 0 memory.grow",
    "f64.const 2.5 local.get 0 f64.convert_i32_s f64.mul i32.trunc_f64_s",
    "f32.const 2 f32.sqrt f32.const 0.5 f32.min i32.reinterpret_f32",
    "i64.const 0x123456789 i64.const 16 i64.shr_u i32.wrap_i64",
    "local.get 0 i64.extend_i32_s i64.const 3 i64.div_s i64.popcnt i32.wrap_i64",
    "ref.null func ref.is_null",
    "i32.const 1 table.get 0 ref.is_null",
    "i32.const 1 ref.func $subtract table.set 0 i32.const 1 table.get 0 ref.is_null",
    "table.size 0",
    "local.get 0 i32.const 44 local.set 0 local.get 0 i32.add",
    "local.get 0 local.get 1 local.set 0 local.set 1 local.get 0 i32.const 1000 i32.mul local.get 1 i32.add",
    "i64.const 5 i64.eqz i32.eqz",
    "f64.const 1 f64.const 2 f64.lt",
    "local.get 0 local.get 1 i32.and i32.popcnt i32.clz i32.extend8_s",
  ]

  private static let fields = """
    (type $binary (func (param i32 i32) (result i32)))
    (import "h" "negate" (func $host (param i32) (result i32)))
    (memory 1) (data "abc") (table 4 funcref) (elem (i32.const 0) $subtract) (global (mut i32) (i32.const 0))
    (func $subtract (type $binary) (i32.sub (local.get 0) (local.get 1)))
    (func $swap (param i32 i32) (result i32 i32) (local.get 1) (local.get 0))
    """

  /// The results of a call as text, or the kind of its trap.
  private func outcome(_ guest: Guest, _ name: String, _ arguments: [Value]) throws -> String {
    do {
      return "\(try guest.call(name, arguments))"
    } catch let trap as Trap {
      return "\(trap.kind)"
    }
  }

  @Test("every kind of instruction works at the top of a large frame as at its bottom", arguments: bodies)
  func sameResults(body: String) throws {
    let store = try Store(limits: Self.limits)
    let host = store.makeFunction(type: FunctionType(parameters: [.i32], results: [.i32])) {
      $0.setResult(i32: 0 &- $0.i32(0))
    }
    let many = String(repeating: "i64.const 9\n", count: Self.depth)
    let locals = "(param i32 i32) (result i32) (local i32)"
    let guest = try Guest(
      """
      (module \(Self.fields)
        (func (export "small") \(locals) \(body))
        (func (export "above") \(locals) \(many) \(body) return)
        (func (export "between") \(locals) (local \(String(repeating: "i64 ", count: 40_000)))
          \(String(repeating: "i64.const 9\n", count: 30_000)) \(body) return))
      """, imports: ["h.negate": .function(host)], in: store)
    for (left, right) in [(0, 0), (1, 0), (0, 1), (7, 3), (3, 7), (-1, 200)] as [(Int32, Int32)] {
      let arguments: [Value] = [.int32(left), .int32(right)]
      try guest.instance.initialize()
      let expected = try outcome(guest, "small", arguments)
      for name in ["above", "between"] {
        try guest.instance.initialize()
        #expect(try outcome(guest, name, arguments) == expected, "\(name) \(left) \(right)")
      }
    }
  }

  @Test("recursion of large frames is a stack trap, not a crash")
  func recursion() throws {
    let many = String(repeating: "i64.const 9\n", count: Self.depth)
    let guest = try Guest(
      "(module (func $f (export \"f\") \(many) call $f return) (func (export \"g\") (result i32) i32.const 1))",
      limits: Self.limits)
    let trap = #expect(throws: Trap.self) { try guest.call("f") }
    #expect(trap?.kind == .stackExhausted)
    #expect(try guest.call("g") == [.i32(1)])
  }

  @Test("a trap in a large frame has its backtrace")
  func backtrace() throws {
    let many = String(repeating: "i64.const 9\n", count: Self.depth)
    let guest = try Guest(
      """
      (module (func $trap unreachable)
        (func $f (export "f") \(many) call $trap return)
        (func $g (export "g") \(many) i32.const 0 i32.load8_u offset=70000 drop return) (memory 1))
      """, limits: Self.limits)
    let called = #expect(throws: Trap.self) { try guest.call("f") }
    #expect(called?.frames.map(\.name) == ["trap", "f"])
    let direct = #expect(throws: Trap.self) { try guest.call("g") }
    #expect(direct?.kind == .memoryOutOfBounds)
    #expect(direct?.frames.map(\.name) == ["g"])
  }

  @Test("returns of several values from a deep stack are translated in linear time", .timeLimit(.minutes(1)))
  func conditionalReturns() throws {
    // Copying the operand stack at each of them would take many times as long.
    let body =
      String(repeating: "i32.const 3\n", count: Self.depth) + String(repeating: "local.get 0 br_if 0\n", count: 20_000)
      + String(repeating: "i32.add\n", count: Self.depth - 2)
    let guest = try Guest("(module (func (export \"f\") (param i32) (result i32 i32) \(body)))", limits: Self.limits)
    #expect(try guest.call("f", .i32(1)) == [.i32(3), .i32(3)])
    #expect(try guest.call("f", .i32(0)) == [.i32(3), .i32(UInt32(3 * (Self.depth - 1)))])
  }
}
