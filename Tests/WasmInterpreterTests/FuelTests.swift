/// Fuel: the numbers of the cost model, and what happens at the limit.

import Testing
import WasmBinary
import WasmInterpreter

@Suite("fuel")
struct FuelTests {
  static func imports(_ store: Store) -> [String: Extern] {
    [
      "host.seven": .function(
        store.makeFunction(type: FunctionType(results: [.i32])) { $0.setResult(i32: 7) }),
      "host.take": .function(store.makeFunction(type: FunctionType(parameters: [.i32, .i64])) { _ in }),
      "host.nothing": .function(store.makeFunction(type: FunctionType()) { _ in }),
    ]
  }

  private static func guest(_ text: String, fuel: UInt64?) throws -> Guest {
    let store = try Store(
      limits: StoreLimits(memoryBytes: 128 << 20, tableElements: 100_000, valueStackBytes: 1 << 20))
    return try Guest(text, fuel: fuel, imports: imports(store), in: store)
  }

  private static func describe(_ value: Value) -> String {
    switch value {
    case .i32(let bits): "i32 \(bits)"
    case .i64(let bits): "i64 \(bits)"
    case .f32(let bits): "f32 \(bits)"
    case .f64(let bits): "f64 \(bits)"
    case .v128(let low, let high): "v128 \(low) \(high)"
    case .reference(.null): "ref null"
    case .reference: "ref"
    }
  }

  @Test("the cost model has a name")
  func modelName() {
    #expect(fuelModelName == "wasmtime-50")
  }

  @Test("a call that returns consumes exactly what the cost model says", arguments: FuelCase.all)
  func consumption(_ testCase: FuelCase) throws {
    let guest = try Self.guest(testCase.text, fuel: nil)
    #expect(guest.store.fuelConsumed == testCase.startFuel, "instantiation")
    guest.store.setFuel(1 << 40)
    let results = try guest.call("f", testCase.arguments.map { .i32($0) })
    #expect(results.map(Self.describe) == testCase.results)
    #expect(guest.store.fuelConsumed == testCase.fuel)
  }

  @Test("fuel is counted without a limit too", arguments: FuelCase.all)
  func unlimited(_ testCase: FuelCase) throws {
    let guest = try Self.guest(testCase.text, fuel: nil)
    guest.store.setFuel(nil)
    try guest.call("f", testCase.arguments.map { .i32($0) })
    #expect(guest.store.fuelConsumed == testCase.fuel)
  }

  @Test("a call returns if and only if the limit is at least what it consumes", arguments: FuelCase.all)
  func exactness(_ testCase: FuelCase) throws {
    let guest = try Self.guest(testCase.text, fuel: nil)
    let arguments = testCase.arguments.map { Value.i32($0) }
    guest.store.setFuel(testCase.fuel)
    #expect(try guest.call("f", arguments).map(Self.describe) == testCase.results)
    #expect(guest.store.fuelConsumed == testCase.fuel)
    guard testCase.fuel > 0 else { return }
    for limit in Set([0, testCase.fuel / 2, testCase.fuel - 1]) {
      guest.store.setFuel(nil)
      try guest.instance.initialize()
      guest.store.setFuel(limit)
      let trap = #expect(throws: Trap.self) { try guest.call("f", arguments) }
      #expect(trap?.kind == .fuelExhausted, "limit \(limit)")
      #expect(guest.store.fuelConsumed <= limit, "nothing is consumed that was not there")
    }
  }

  @Test(
    "instantiation returns if and only if the limit is at least what it consumes",
    arguments: FuelCase.all.filter { $0.startFuel > 0 })
  func startExactness(_ testCase: FuelCase) throws {
    _ = try Self.guest(testCase.text, fuel: testCase.startFuel)
    let trap = #expect(throws: Trap.self) { _ = try Self.guest(testCase.text, fuel: testCase.startFuel - 1) }
    #expect(trap?.kind == .fuelExhausted)
  }

  @Test("an endless loop ends when its fuel does", arguments: [1, 2, 1000, 1_000_000] as [UInt64])
  func endlessLoop(limit: UInt64) throws {
    let guest = try Guest("(module (func (export \"f\") (loop (br 0))))", fuel: limit)
    let trap = #expect(throws: Trap.self) { try guest.call("f") }
    #expect(trap?.kind == .fuelExhausted)
    #expect(guest.store.fuelConsumed <= limit)
    #expect(guest.store.fuelConsumed + 1 >= limit, "the loop ran as long as it could")
  }

  @Test("endless recursion ends when its fuel does")
  func endlessRecursion() throws {
    let guest = try Guest("(module (func $f (export \"f\") (call $f)))", fuel: 100)
    let trap = #expect(throws: Trap.self) { try guest.call("f") }
    #expect(trap?.kind == .fuelExhausted)
  }

  @Test("setting the fuel starts the count anew")
  func countRestarts() throws {
    let guest = try Guest("(module (func (export \"f\") nop))", fuel: 10)
    try guest.call("f")
    try guest.call("f")
    #expect(guest.store.fuelConsumed == 2)
    guest.store.setFuel(10)
    #expect(guest.store.fuelConsumed == 0)
    try guest.call("f")
    #expect(guest.store.fuelConsumed == 1)
  }

  @Test("calls on one limit share it")
  func sharedLimit() throws {
    let guest = try Guest("(module (func (export \"f\") i32.const 1 drop))", fuel: 5)
    try guest.call("f")
    try guest.call("f")
    let trap = #expect(throws: Trap.self) { try guest.call("f") }
    #expect(trap?.kind == .fuelExhausted)
  }

  @Test("a bulk operation without the fuel for it changes nothing")
  func bulkOperationIsAllOrNothing() throws {
    let text = """
      (module (memory (export "memory") 1)
        (func (export "f") i32.const 0 i32.const 7 i32.const 1000 memory.fill))
      """
    let guest = try Guest(text, fuel: 1004)
    let trap = #expect(throws: Trap.self) { try guest.call("f") }
    #expect(trap?.kind == .fuelExhausted)
    #expect(try guest.memory().read(at: 0, count: 1000) == [UInt8](repeating: 0, count: 1000))
    guest.store.setFuel(1005)
    try guest.call("f")
    #expect(try guest.memory().read(at: 0, count: 1000) == [UInt8](repeating: 7, count: 1000))
  }

  @Test("a store may be used again after its fuel ran out")
  func usableAfterExhaustion() throws {
    let text = """
      (module (func (export "spin") (loop (br 0))) (func (export "f") (result i32) i32.const 8))
      """
    let guest = try Guest(text, fuel: 500)
    #expect(throws: Trap.self) { try guest.call("spin") }
    guest.store.setFuel(2)
    #expect(try guest.call("f") == [.i32(8)])
  }

  @Test("a trap's own block counts as consumed, and a trap is not an exhaustion")
  func trapCounts() throws {
    let guest = try Guest("(module (func (export \"f\") i32.const 1 drop unreachable))", fuel: 100)
    let trap = #expect(throws: Trap.self) { try guest.call("f") }
    #expect(trap?.kind == .unreachable)
    #expect(guest.store.fuelConsumed >= 1 && guest.store.fuelConsumed <= 3)
  }

  @Test("fuel is shared with the instances that are called")
  func acrossInstances() throws {
    let library = try Guest("(module (func (export \"g\") (result i32) i32.const 1 i32.const 2 i32.add))")
    let guest = try Guest(
      "(module (import \"l\" \"g\" (func $g (result i32))) (func (export \"f\") (result i32) call $g))",
      imports: ["l.g": try library.exported("g")], in: library.store)
    guest.store.setFuel(6)
    #expect(try guest.call("f") == [.i32(3)])
    #expect(guest.store.fuelConsumed == 6)
    guest.store.setFuel(5)
    let trap = #expect(throws: Trap.self) { try guest.call("f") }
    #expect(trap?.kind == .fuelExhausted)
  }
}
