/// Tail calls: constant stack, and results that find their way.

import Testing
import WasmBinary
import WasmInterpreter

@Suite("tail calls")
struct TailCallTests {
  private static let text = """
    (module
      (type $step (func (param i32 i64) (result i64)))
      (table $t 4 funcref) (elem (i32.const 0) $sum $indirect $other)
      (func $sum (export "sum") (param i32 i64) (result i64)
        (if (result i64) (i32.eqz (local.get 0)) (then (local.get 1))
          (else (return_call $sum (i32.sub (local.get 0) (i32.const 1))
            (i64.add (local.get 1) (i64.extend_i32_u (local.get 0)))))))
      (func $indirect (export "indirect") (param i32 i64) (result i64)
        (if (result i64) (i32.eqz (local.get 0)) (then (local.get 1))
          (else (return_call_indirect (type $step) (i32.sub (local.get 0) (i32.const 1))
            (i64.add (local.get 1) (i64.const 1)) (i32.const 1)))))
      (func $other (result i32) (i32.const 1))
      (func $even (export "even") (param i32) (result i32)
        (if (i32.eqz (local.get 0)) (then (return (i32.const 1))))
        (return_call $odd (i64.const 7) (i32.sub (local.get 0) (i32.const 1)) (f64.const 3) (i64.const 9)))
      (func $odd (param i64 i32 f64 i64) (result i32) (local i64 i64 i64)
        (if (i64.ne (i64.add (local.get 0) (local.get 3)) (i64.const 16)) (then (unreachable)))
        (local.set 4 (i64.const -1)) (local.set 6 (i64.const -1))
        (if (i32.eqz (local.get 1)) (then (return (i32.const 0))))
        (return_call $even (i32.sub (local.get 1) (i32.const 1))))
      (func $many (param i32) (result i32 i64 f64) (local.get 0) (i64.const 2) (f64.const 3))
      (func $pass (param i64 i64 i64 i64) (result i32 i64 f64) (return_call $many (i32.const 1)))
      (func (export "several") (result i64) (local f64 i64)
        (i32.const 100) (call $pass (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0))
        (local.set 0) (local.set 1)
        (i64.extend_i32_u (i32.add))
        (i64.add (local.get 1)) (i64.add (i64.trunc_f64_s (local.get 0))))
      (func (export "wrong") (param i32) (result i64)
        (return_call_indirect (type $step) (i32.const 1) (i64.const 1) (local.get 0)))
      (func $big (param i32) (result i32) (local i64 i64 i64 i64 i64 i64 i64 i64)
        (if (i32.eqz (local.get 0)) (then (return (i32.const 5))))
        (i32.add (i32.const 0) (call $small (local.get 0))))
      (func $small (export "nested") (param i32) (result i32)
        (return_call $big (i32.sub (local.get 0) (i32.const 1)))))
    """

  @Test("a million tail calls need no stack", arguments: ["sum", "indirect", "even"])
  func constantStack(_ name: String) throws {
    let guest = try Guest(Self.text, limits: StoreLimits(memoryBytes: 0, tableElements: 10, valueStackBytes: 4096))
    for _ in 0..<2 {
      switch name {
      case "even":
        #expect(try guest.call(name, .i32(1_000_000)) == [.i32(1)])
        #expect(try guest.call(name, .i32(1_000_001)) == [.i32(0)])
      case "sum": #expect(try guest.call(name, .i32(1_000_000), .i64(0)) == [.i64(500_000_500_000)])
      default: #expect(try guest.call(name, .i32(1_000_000), .i64(0)) == [.i64(1_000_000)])
      }
    }
  }

  @Test("results of a function with other parameters arrive")
  func results() throws {
    let guest = try Guest(Self.text)
    #expect(try guest.call("several") == [.i64(106)])
    #expect(try guest.call("several") == [.i64(106)])
  }

  @Test("a tail call keeps the stack's limit, and a table's checks")
  func limits() throws {
    let guest = try Guest(Self.text)
    #expect(throws: Trap.self) { try guest.call("nested", .i32(10_000_000)) }
    #expect(try guest.call("nested", .i32(100)) == [.i32(5)])
    for (index, kind) in [(2, Trap.Kind.indirectCallTypeMismatch), (3, .uninitializedElement), (4, .undefinedElement)] {
      let trap = #expect(throws: Trap.self) { try guest.call("wrong", .i32(UInt32(index))) }
      #expect(trap?.kind == kind)
    }
  }

  @Test("host functions and other instances are called and their results returned", arguments: [false, true])
  func external(_ indirect: Bool) throws {
    let store = try Store()
    let other = try Guest(
      #"(module (func (export "twice") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2))))"#, in: store)
    let imports: [String: Extern] = [
      "a.twice": try other.exported("twice"),
      "a.more": .function(
        store.makeFunction(type: FunctionType(parameters: [.i32], results: [.i32])) {
          $0.setResult(i32: $0.i32(0) + 1)
        }),
    ]
    func call(_ index: Int) -> String {
      indirect
        ? "(return_call_indirect (param i32) (result i32) (local.get 1) (i32.const \(index)))"
        : "(return_call \(index) (local.get 1))"
    }
    let guest = try Guest(
      """
      (module (import "a" "twice" (func (param i32) (result i32))) (import "a" "more" (func (param i32) (result i32)))
        (table funcref (elem 0 1))
        (func (export "f") (param i64 i32) (result i32) (i64.const 9) \(call(0)))
        (func (export "g") (param i64 i32) (result i32) (i64.const 9) \(call(1))))
      """, imports: imports, in: store)
    for _ in 0..<2 {
      #expect(try guest.call("f", .i64(0), .i32(21)) == [.i32(42)])
      #expect(try guest.call("g", .i64(0), .i32(21)) == [.i32(22)])
    }
  }

  @Test("a profile of tail calls accounts for all fuel")
  func profile() throws {
    let guest = try Guest(Self.text)
    guest.store.setFuel(nil)
    try guest.call("sum", .i32(10_000), .i64(0))
    let plain = guest.store.fuelConsumed
    guest.store.setFuel(nil, profile: ProfileOptions(interval: 100))
    try guest.call("sum", .i32(10_000), .i64(0))
    #expect(guest.store.fuelConsumed == plain)
    let profile = try #require(guest.store.takeProfile())
    #expect(profile.samples.reduce(0) { $0 + $1.weight } == plain)
  }
}
