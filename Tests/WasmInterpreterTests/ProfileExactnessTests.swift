/// A profile changes nothing but that it is there: results, traps, backtraces and fuel are the same with and without it.

import Testing
import WasmBinary
import WasmInterpreter
import WasmText

@Suite("what a profile does not change")
struct ProfileExactnessTests {
  /// What can be seen of a call.
  private struct Seen: Equatable {
    var results: [Value]?
    var trap: Trap?
    var consumed: UInt64
    var memory: [UInt8]?
  }

  struct Program: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var text: String
    var arguments: [Value] = []
  }

  static let programs = [
    Program(
      testDescription: "a loop whose branch is not taken in the end",
      text: """
        (module (func (export "f") (param i32) (result i32) (local i32)
          (loop (local.set 1 (i32.add (local.get 1) (local.get 0)))
            (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
          (local.get 1)))
        """, arguments: [.i32(9)]),
    Program(
      testDescription: "branches that are not taken, up to the end",
      text: """
        (module (func (export "f") (param i32) (result i32)
          (block (br_if 0 (local.get 0)) (br_if 0 (local.get 0)) (br_if 0 (local.get 0)) nop nop)
          (if (local.get 0) (then nop) (else nop nop nop))
          (block (br_if 0 (i32.ne (local.get 0) (i32.const 0))) (drop (i32.const 1)))
          (i32.const 5)))
        """, arguments: [.i32(0)]),
    Program(
      testDescription: "recursion",
      text: """
        (module (func $f (export "f") (param i32) (result i32)
          (if (result i32) (i32.lt_s (local.get 0) (i32.const 2)) (then (local.get 0))
            (else (i32.add (call $f (i32.sub (local.get 0) (i32.const 1)))
              (call $f (i32.sub (local.get 0) (i32.const 2))))))))
        """, arguments: [.i32(5)]),
    Program(
      testDescription: "an indirect call and a table of targets",
      text: """
        (module (type $t (func (param i32) (result i32))) (table funcref (elem $a $b))
          (func $a (type $t) (i32.add (local.get 0) (i32.const 1)))
          (func $b (type $t) (i32.mul (local.get 0) (i32.const 3)))
          (func (export "f") (param i32) (result i32) (local i32)
            (loop
              (local.set 1 (call_indirect (type $t) (local.get 1) (i32.and (local.get 0) (i32.const 1))))
              (block (block (br_table 0 1 (local.get 0))) nop)
              (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
            (local.get 1)))
        """, arguments: [.i32(5)]),
    Program(
      testDescription: "filling, copying and growing memory",
      text: """
        (module (memory (export "memory") 1) (data $d "abcdefgh")
          (func (export "f") (result i32)
            (memory.fill (i32.const 8) (i32.const 7) (i32.const 40))
            (memory.copy (i32.const 20) (i32.const 10) (i32.const 30))
            (memory.init $d (i32.const 0) (i32.const 1) (i32.const 6))
            (drop (memory.grow (i32.const 3)))
            (i32.add (memory.grow (i32.const 1000000)) (i32.load (i32.const 3)))))
        """),
    Program(
      testDescription: "filling out of bounds",
      text: """
        (module (memory (export "memory") 1)
          (func $g (memory.fill (i32.const 65530) (i32.const 7) (i32.const 20)))
          (func (export "f") (call $g)))
        """),
    Program(
      testDescription: "tables that grow, are filled, copied and initialised",
      text: """
        (module (table $t 10 funcref) (elem $e func $g $g $g)
          (func $g)
          (func (export "f") (result i32)
            (table.init $t $e (i32.const 0) (i32.const 0) (i32.const 3))
            (table.copy (i32.const 5) (i32.const 0) (i32.const 4))
            (table.fill (i32.const 2) (ref.func $g) (i32.const 6))
            (drop (table.grow (ref.null func) (i32.const 9)))
            (call_indirect (i32.const 6))
            (table.size)))
        """),
    Program(
      testDescription: "a division by zero, deep",
      text: """
        (module (func $f (export "f") (param i32) (result i32)
          (if (result i32) (local.get 0) (then (call $f (i32.sub (local.get 0) (i32.const 1))))
            (else (i32.div_u (i32.const 1) (local.get 0))))))
        """, arguments: [.i32(12)]),
    Program(
      testDescription: "recursion without an end",
      text: "(module (func $f (export \"f\") (param i32) (call $f (local.get 0))))", arguments: [.i32(0)]),
    Program(
      testDescription: "a function of another instance, and the host, which calls back",
      text: """
        (module
          (import "library" "sum" (func $sum (param i32) (result i32)))
          (import "host" "again" (func $again (param i32) (result i32)))
          (import "host" "pay" (func $pay (param i32) (result i32)))
          (func $g (export "g") (param i32) (result i32)
            (if (result i32) (local.get 0) (then (call $again (i32.sub (local.get 0) (i32.const 1))))
              (else (call $sum (i32.const 4)))))
          (func (export "f") (result i32)
            (i32.add (call $g (i32.const 2)) (i32.add (call $pay (i32.const 17)) (call $sum (i32.const 3))))))
        """),
    Program(
      testDescription: "a trap in another instance, and below the host",
      text: """
        (module
          (import "library" "trap" (func $trap))
          (import "host" "again" (func $again (param i32) (result i32)))
          (func $g (export "g") (param i32) (result i32)
            (if (local.get 0) (then (drop (call $again (i32.sub (local.get 0) (i32.const 1)))))) (call $trap)
            (i32.const 0))
          (func (export "f") (result i32) (call $g (i32.const 2))))
        """),
    Program(
      testDescription: "a start function and what instantiation costs",
      text: """
        (module (global $g (mut i32) (i32.add (i32.const 1) (i32.const 2)))
          (memory (export "memory") 1) (data (i32.add (i32.const 1) (i32.const 1)) "0123456789")
          (func $h (global.set $g (i32.add (global.get $g) (i32.const 1))))
          (func $start (call $h) (call $h))
          (start $start)
          (func (export "f") (result i32) (global.get $g)))
        """),
  ]

  private static let library = module(
    """
    (module (func (export "trap") unreachable)
      (func (export "sum") (param i32) (result i32) (local i32)
        (loop (local.set 1 (i32.add (local.get 1) (local.get 0)))
          (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
        (local.get 1)))
    """)

  /// Assembled once: what is repeated for every limit is to be short.
  private static func module(_ text: String) -> Result<Module, any Error> {
    Result { try Module.load(assembleModule(Array(text.utf8)), features: .implemented) }
  }

  private static func imports(_ store: Store) throws -> [String: Extern] {
    let library = try Instance(Self.library.get(), in: store) { _ in nil }
    func exported(_ name: String) throws -> Extern { try #require(library.exported(name)) }
    let one = FunctionType(parameters: [.i32], results: [.i32])
    let again = store.makeFunction(type: one) { call throws(Trap) in
      guard let function = call.caller.exportedFunction("g") else { throw .host(code: "g", "no g") }
      guard case .i32(let result)? = try call.caller.invoke(function, [.i32(call.i32(0))]).first else { return }
      call.setResult(i32: result)
    }
    let pay = store.makeFunction(type: one) { [unowned store] call throws(Trap) in
      guard store.consumeFuel(UInt64(call.i32(0))) else {
        throw Trap(kind: .fuelExhausted, message: "the host's work was not paid")
      }
    }
    return [
      "library.sum": try exported("sum"), "library.trap": try exported("trap"),
      "host.again": .function(again), "host.pay": .function(pay),
      "host.nothing": .function(store.makeFunction(type: FunctionType()) { _ in }),
      "host.seven": .function(store.makeFunction(type: FunctionType(results: [.i32])) { $0.setResult(i32: 7) }),
      "host.take": .function(store.makeFunction(type: FunctionType(parameters: [.i32, .i64])) { _ in }),
    ]
  }

  /// Initialises and calls `f` on one account, in a store of its own.
  private static func run(
    _ module: Module, _ arguments: [Value], fuel: UInt64?, profile: ProfileOptions?
  ) throws -> (seen: Seen, profile: FuelProfile?) {
    let store = try Store(
      limits: StoreLimits(memoryBytes: 128 << 20, tableElements: 100_000, valueStackBytes: 1 << 14))
    let imports = try imports(store)
    let instance = try Instance(module, in: store) { imports["\($0.module).\($0.name)"] }
    let function = try #require(instance.exportedFunction("f"))
    store.setFuel(fuel, profile: profile)
    var seen = Seen(consumed: 0)
    do throws(Trap) {
      try instance.initialize()
      seen.results = try instance.invoke(function, arguments)
    } catch {
      seen.trap = error
    }
    seen.consumed = store.fuelConsumed
    if case .memory(let memory)? = instance.exported("memory") { seen.memory = memory.read(at: 0, count: 256) }
    let found = store.takeProfile()
    #expect(store.fuelConsumed == seen.consumed, "taking the profile consumes nothing")
    return (seen, found)
  }

  @Test("at every limit a program does the same with a profile and without", arguments: programs)
  func everyLimit(_ program: Program) throws {
    let module = try Self.module(program.text).get()
    let unlimited = try Self.run(module, program.arguments, fuel: nil, profile: nil).seen
    #expect(unlimited.consumed > 0 && unlimited.trap?.kind != .fuelExhausted)
    let last = unlimited.consumed + 2
    // All limits of short programs, and the first and last ones of long ones.
    let limits = last < 200 ? Array(0...last) : Array(0...60) + Array(last - 20...last)
    for limit in limits.map(Optional.some) + [nil] {
      let plain = try Self.run(module, program.arguments, fuel: limit, profile: nil)
      #expect(plain.profile == nil)
      let isEnough = limit.map { $0 >= unlimited.consumed } ?? true
      #expect((plain.seen.trap?.kind == .fuelExhausted) == !isEnough)
      for interval in [1, 3, 10, 1_000] as [UInt64] {
        let (seen, profile) = try Self.run(
          module, program.arguments, fuel: limit, profile: ProfileOptions(interval: interval))
        #expect(seen == plain.seen, "limit \(String(describing: limit)), interval \(interval)")
        let total = profile?.samples.reduce(0) { $0 + $1.weight }
        #expect(total == seen.consumed, "the weights are the fuel, limit \(String(describing: limit))")
      }
    }
  }

  @Test("the cost model's table holds with a profile, at the limit and one below", arguments: FuelCase.all)
  func costModel(_ testCase: FuelCase) throws {
    let module = try Self.module(testCase.text).get()
    let arguments = testCase.arguments.map { Value.i32($0) }
    let cost = testCase.startFuel + testCase.fuel
    for interval in [1, 7, 1_000] as [UInt64] {
      let options = ProfileOptions(interval: interval)
      // What costs nothing has no limit below its cost.
      for limit in cost > 0 ? [nil, cost, cost - 1] : [nil, cost] {
        let plain = try Self.run(module, arguments, fuel: limit, profile: nil).seen
        let (seen, profile) = try Self.run(module, arguments, fuel: limit, profile: options)
        // References of two stores are not equal.
        #expect(seen.results?.count == plain.results?.count)
        #expect(seen.trap == plain.trap && seen.memory == plain.memory && seen.consumed == plain.consumed)
        #expect(seen.consumed == min(cost, limit ?? cost) && (seen.trap == nil) == (limit.map { $0 >= cost } ?? true))
        #expect(profile?.samples.reduce(0) { $0 + $1.weight } == seen.consumed)
      }
    }
  }

  @Test("after its profile has been taken an account goes on, and ends where it would have ended")
  func accountGoesOn() throws {
    let guest = try Guest("(module (func (export \"f\") nop))")
    guest.store.setFuel(3, profile: ProfileOptions())
    try guest.call("f")
    #expect(guest.store.takeProfile()?.samples.map(\.weight) == [1])
    #expect(guest.store.takeProfile() == nil)
    try guest.call("f")
    try guest.call("f")
    #expect(guest.store.fuelConsumed == 3)
    #expect(throws: Trap.self) { try guest.call("f") }
    guest.store.setFuel(1)
    try guest.call("f")
    #expect(guest.store.takeProfile() == nil)
  }

  @Test("a host that pays again and again what it does not have is refused every time")
  func debt() throws {
    let store = try Store(limits: Guest.limits)
    store.setFuel(100, profile: ProfileOptions(interval: 10))
    #expect(store.consumeFuel(60))
    for _ in 0..<10 { #expect(!store.consumeFuel(.max)) }
    #expect(store.fuelConsumed == 100)
    store.setFuel(100)
    for _ in 0..<10 { #expect(!store.consumeFuel(.max)) }
    #expect(store.fuelConsumed == 100)
  }
}
