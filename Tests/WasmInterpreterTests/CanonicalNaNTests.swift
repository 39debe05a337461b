/// `Store.canonicalizesNaN`: what becomes of NaNs with it, and that nothing else does.

import Testing
import WasmBinary
import WasmInterpreter

@Suite("canonical NaNs")
struct CanonicalNaNTests {
  private static func guest(
    _ text: String, canonical: Bool = true, imports: [String: Extern] = [:], in store: Store? = nil
  ) throws -> Guest {
    let store = try store ?? Store(limits: Guest.limits)
    store.canonicalizesNaN = canonical
    return try Guest(text, imports: imports, in: store)
  }

  // MARK: instructions

  /// How an instruction gets its operands.
  private static let operandShapes = [
    "locals", "constants", "a constant on the right", "a constant on the left", "memory", "calls", "results",
    "a result on the left", "a result on the right", "globals",
  ]

  private static func operand(_ index: Int, of operation: FloatOperation, _ bits: UInt64, _ shape: String) -> String {
    let type = operation.operandType
    let local = "(local.get \(index))"
    let constant = type.literal(bits)
    // copysign gives its left operand back, as a result.
    let result = "(\(type).copysign \(local) \(local))"
    return switch shape {
    case "constants": constant
    case "a constant on the right": index == 1 ? constant : local
    case "a constant on the left": index == 0 ? constant : local
    case "memory": "(\(type).load (i32.const \(index * 8)))"
    case "calls": "(call $same_\(type) \(local))"
    case "results": result
    case "a result on the left": index == 0 ? result : local
    case "a result on the right": index == 1 ? result : local
    case "globals": "(global.get $operand\(index)_\(type))"
    default: local
    }
  }

  /// Ways of a result `E` of type `T` to the caller; `sign` is what becomes of its sign bit.
  private static let ways: [(name: String, body: String, sign: FloatSign)] = [
    ("the function's end", "E", .same),
    ("return", "(return E)", .same),
    ("a local", "(local.set $r E) (local.get $r)", .same),
    ("a local and on", "(local.tee $r E)", .same),
    ("a local, with another reader", "(drop (T.add (local.tee $r E) (T.const 1))) (local.get $r)", .same),
    ("a local, with the same reader twice", "(T.copysign (local.tee $r E) (local.get $r))", .same),
    ("memory", "(T.store (i32.const 64) E) (T.load (i32.const 64))", .same),
    ("memory at a sum", "(T.store (i32.add (local.get $one) (i32.const 63)) E) (T.load (i32.const 64))", .same),
    ("memory, read as bytes", "(T.store (i32.const 64) E) (T.reinterpret_I (I.load (i32.const 64)))", .same),
    ("its bits", "(T.reinterpret_I (I.reinterpret_T E))", .same),
    ("a global", "(global.set $g_T E) (global.get $g_T)", .same),
    ("an argument", "(call $same_T E)", .same),
    ("a second argument", "(call $second_T (T.const 3) E)", .same),
    ("one of two results", "(local.set $r (call $two_T E)) (drop) (local.get $r)", .same),
    ("a branch", "(block (result T) (br 0 E))", .same),
    ("a branch from below", "(block (result T) (T.const 7) (br 0 E))", .same),
    ("a branch taken", "(block (result T) (br_if 0 E (local.get $one)) (drop) (T.const 5))", .same),
    ("a branch not taken", "(block (result T) (br_if 0 E (i32.eqz (local.get $one))))", .same),
    ("a return taken", "(br_if 0 E (local.get $one)) (drop) (T.const 5)", .same),
    ("a table of branches", "(block (result T) (block (result T) (br_table 0 1 0 E (local.get $one))))", .same),
    ("an if", "(if (result T) (local.get $one) (then E) (else (T.const 5)))", .same),
    ("an else", "(if (result T) (i32.eqz (local.get $one)) (then (T.const 5)) (else E))", .same),
    ("a loop's parameter", "E (loop (param T) (result T) (br_if 1 (local.get $one)))", .same),
    ("select", "(select E (T.const 5) (local.get $one))", .same),
    ("select, other way", "(select (T.const 5) E (i32.lt_u (local.get $one) (i32.const 1)))", .same),
    ("below another result", "E (local.set $r (T.mul (T.convert_i32_s (local.get $one)) (T.const 2)))", .same),
    ("abs", "(T.abs E)", .plus),
    ("neg", "(T.neg E)", .opposite),
    ("neg twice", "(T.neg (T.neg E))", .same),
    ("copysign", "(T.copysign E (T.const -1))", .minus),
    ("copysign's sign", "(T.copysign E (local.tee $r E))", .same),
  ]

  @Test(
    "an arithmetic NaN is the canonical one, from every operand and on every way, and other results are what they were",
    arguments: FloatOperation.arithmetic)
  func everyShape(_ operation: FloatOperation) throws {
    var wrong: [String] = []
    for shape in Self.operandShapes where operation.operandCount == 2 || !shape.contains("right") {
      // Constants are in the module itself: a few will do.
      let isConstant = shape.contains("constant")
      let samples = operation.samples
      for operands in isConstant ? stride(from: 0, to: samples.count, by: 3).map({ samples[$0] }) : [[0, 0]] {
        let indices = 0..<operation.operandCount
        let expression =
          "(\(operation.name) "
          + indices.map { Self.operand($0, of: operation, operands[$0], shape) }.joined(separator: " ") + ")"
        let text = Self.module(operation, expression)
        let guests = [try Self.guest(text), try Self.guest(text, canonical: false)]
        for sample in isConstant ? [operands] : samples {
          wrong += try Self.differences(operation, shape, sample, guests)
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(10).joined(separator: "\n"))")
  }

  private static func module(_ operation: FloatOperation, _ expression: String) -> String {
    let (from, to) = (operation.operandType, operation.resultType)
    let parameters = String(repeating: "(param \(from)) ", count: operation.operandCount)
    let functions = ways.enumerated().map { index, way in
      let body = way.body.replacing("T", with: "\(to)").replacing("I", with: to.bitsType).replacing(
        "E", with: expression)
      return "(func (export \"f\(index)\") \(parameters) (param $one i32) (result \(to)) (local $r \(to)) \(body))"
    }
    let common = FloatType.allCases.map { type in
      """
      (func $same_\(type) (param \(type)) (result \(type)) (local.get 0))
      (func $second_\(type) (param \(type) \(type)) (result \(type)) (local.get 1))
      (func $two_\(type) (param \(type)) (result \(type) \(type)) (\(type).const 1) (local.get 0))
      (global $g_\(type) (mut \(type)) (\(type).const 0))
      (global $operand0_\(type) (mut \(type)) (\(type).const 0))
      (global $operand1_\(type) (mut \(type)) (\(type).const 0))
      (func (export "set0_\(type)") (param \(type)) (global.set $operand0_\(type) (local.get 0)))
      (func (export "set1_\(type)") (param \(type)) (global.set $operand1_\(type) (local.get 0)))
      """
    }
    return "(module (memory (export \"memory\") 1) \((common + functions).joined(separator: "\n")))"
  }

  /// Calls every way with and without the option: wrong results, and different fuel.
  private static func differences(
    _ operation: FloatOperation, _ shape: String, _ operands: [UInt64], _ guests: [Guest]
  ) throws -> [String] {
    let type = operation.operandType
    let arguments = (0..<operation.operandCount).map { type.value(operands[$0]) } + [.i32(1)]
    let plain = operation.apply(operands)
    for guest in guests {
      for index in 0..<operation.operandCount {
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: operands[index] >> (8 * $0)) }
        #expect(try guest.memory().write(bytes, at: UInt64(index * 8)))
        try guest.call("set\(index)_\(type)", type.value(operands[index]))
      }
    }
    var wrong: [String] = []
    for (index, way) in ways.enumerated() {
      let expected = way.sign.apply(plain, operation.resultType)
      var fuel: [UInt64] = []
      for (guest, isCanonical) in zip(guests, [true, false]) {
        guest.store.setFuel(nil)
        let results = try guest.call("f\(index)", arguments)
        fuel.append(guest.store.fuelConsumed)
        let isRight =
          isCanonical || !operation.resultType.isNaN(plain)
          ? results == [operation.resultType.value(expected)]
          : results.count == 1 && operation.resultType.isNaN(results[0])
        if !isRight {
          wrong.append(
            "\(operation.name) \(operands.map { String($0, radix: 16) }), \(shape), \(way.name), "
              + "\(isCanonical ? "canonical" : "any NaN"): \(results), not \(String(expected, radix: 16))")
        }
      }
      if fuel[0] != fuel[1] { wrong.append("\(operation.name), \(shape), \(way.name): fuel \(fuel)") }
    }
    return wrong
  }

  @Test(
    "what only looks at a NaN sees one, whether or not it is canonical by then", arguments: FloatOperation.arithmetic)
  func readers(_ operation: FloatOperation) throws {
    let (from, to) = (operation.operandType, operation.resultType)
    let parameters = String(repeating: "(param \(from)) ", count: operation.operandCount)
    let operands = (0..<operation.operandCount).map { "(local.get \($0))" }.joined(separator: " ")
    let (result, one) = ("(\(operation.name) \(operands))", "(\(to).const 1)")
    let comparisons = ["eq", "ne", "lt", "gt", "le", "ge"].flatMap { comparison in
      ["(\(to).\(comparison) \(result) \(one))", "(\(to).\(comparison) \(one) \(result))"]
    }
    let conversions = ["i32", "i64"].map { integer in
      "(\(integer).eqz (\(integer).trunc_sat_\(to)_s \(result)))"
    }
    let bodies = (comparisons + conversions).flatMap { test in
      [
        test, "(if (result i32) \(test) (then (i32.const 1)) (else (i32.const 0)))",
        "(block (br_if 0 \(test)) (return (i32.const 0))) (i32.const 1)",
        "(select (i32.const 1) (i32.const 0) \(test))",
      ]
    }
    let functions = bodies.enumerated().map { index, body in
      "(func (export \"f\(index)\") \(parameters) (result i32) \(body))"
    }
    let text = "(module \(functions.joined(separator: "\n")))"
    let (canonical, plain) = (try Self.guest(text), try Self.guest(text, canonical: false))
    for sample in operation.samples {
      let arguments = (0..<operation.operandCount).map { from.value(sample[$0]) }
      for index in bodies.indices {
        let results = try canonical.call("f\(index)", arguments)
        #expect(try plain.call("f\(index)", arguments) == results, "\(bodies[index]) \(sample)")
        let isTrue = results == [.i32(1)]
        if to.isNaN(operation.apply(sample)), index < comparisons.count * 4 {
          #expect(isTrue == bodies[index].contains(".ne "), "\(bodies[index]) \(sample)")
        }
      }
    }
  }

  @Test("an instruction that keeps bits keeps those of a NaN", arguments: FloatType.allCases)
  func keptBits(_ type: FloatType) throws {
    let (bitsType, sign) = (type.bitsType, type.signBit)
    let bodies: [(text: String, expected: (UInt64) -> UInt64)] = [
      ("(local.get 0)", { $0 }),
      ("(\(type).abs (local.get 0))", { $0 & ~sign }),
      ("(\(type).neg (local.get 0))", { $0 ^ sign }),
      ("(\(type).neg (\(type).abs (local.get 0)))", { $0 | sign }),
      ("(\(type).copysign (local.get 0) (\(type).const -1))", { $0 | sign }),
      ("(\(type).copysign (local.get 0) (\(type).const 1))", { $0 & ~sign }),
      ("(\(type).reinterpret_\(bitsType) (\(bitsType).reinterpret_\(type) (local.get 0)))", { $0 }),
      ("(\(type).store (i32.const 8) (local.get 0)) (\(type).load (i32.const 8))", { $0 }),
      ("(\(type).store (i32.const 8) (\(type).neg (local.get 0))) (\(type).load (i32.const 8))", { $0 ^ sign }),
      ("(select (local.get 0) (\(type).const 1) (i32.const 1))", { $0 }),
      ("(global.set 0 (local.get 0)) (global.get 0)", { $0 }),
      ("(local.set 0 (\(type).neg (local.get 0))) (local.get 0)", { $0 ^ sign }),
    ]
    let functions = bodies.enumerated().map { index, body in
      "(func (export \"f\(index)\") (param \(type)) (result \(type)) \(body.text))"
    }
    let constants = type.nans.enumerated().map { index, bits in
      "(func (export \"c\(index)\") (result \(type)) \(type.literal(bits)))"
    }
    let guest = try Self.guest(
      "(module (memory 1) (global (mut \(type)) (\(type).const 0)) \((functions + constants).joined(separator: "\n")))")
    for (number, bits) in type.nans.enumerated() {
      #expect(try guest.call("c\(number)") == [type.value(bits)])
      for (index, body) in bodies.enumerated() {
        #expect(
          try guest.call("f\(index)", type.value(bits)) == [type.value(body.expected(bits))],
          "\(body.text) \(String(bits, radix: 16))")
      }
    }
  }

  // MARK: programs

  @Test("random float programs give what a model with canonical NaNs gives, for the same fuel", arguments: 0..<24)
  func randomPrograms(seed: Int) throws {
    var random = RandomFloatPrograms(seed: UInt64(seed))
    let programs = (0..<40).map { _ in random.program() }
    let functions = programs.enumerated().map { index, program in program.function(named: "f\(index)") }
    let text = "(module (memory 1) \(functions.joined(separator: "\n")))"
    let (guest, plain) = (try Self.guest(text), try Self.guest(text, canonical: false))
    for round in 0..<12 {
      let arguments = random.arguments()
      // The last rounds run without joined words, and stop and go on.
      let profile = round < 9 ? nil : ProfileOptions(interval: 16)
      for (index, program) in programs.enumerated() {
        guest.store.setFuel(nil, profile: profile)
        plain.store.setFuel(nil)
        let results = try guest.call("f\(index)", arguments.map(\.value))
        #expect(results == program.run(arguments).map(\.value), "\(functions[index]) \(arguments)")
        try plain.call("f\(index)", arguments.map(\.value))
        #expect(guest.store.fuelConsumed == plain.store.fuelConsumed, "\(functions[index])")
      }
    }
  }

  @Test("the cost model's table holds with canonical NaNs", arguments: FuelCase.all)
  func fuel(_ testCase: FuelCase) throws {
    let store = try Store(
      limits: StoreLimits(memoryBytes: 128 << 20, tableElements: 100_000, valueStackBytes: 1 << 20))
    let guest = try Self.guest(testCase.text, imports: FuelTests.imports(store), in: store)
    #expect(store.fuelConsumed == testCase.startFuel, "instantiation")
    store.setFuel(testCase.fuel)
    try guest.call("f", testCase.arguments.map { .i32($0) })
    #expect(store.fuelConsumed == testCase.fuel)
  }

  @Test("NaNs are canonical in frames of more than 65,535 slots")
  func largeFrames() throws {
    let many = String(repeating: "i64.const 9\n", count: 70_000)
    let bodies = [
      "local.get 0 local.get 0 f64.add local.get 0 f64.mul f32.demote_f64 f32.sqrt i32.reinterpret_f32",
      "local.get 0 f64.const 1 f64.min local.set 0 local.get 0 i64.reinterpret_f64 i64.const 32 i64.shr_u i32.wrap_i64",
      "local.get 0 f64.neg i64.reinterpret_f64 i32.wrap_i64",
    ]
    let functions = bodies.enumerated().map { index, body in
      """
      (func (export "small\(index)") (param f64) (result i32) \(body))
      (func (export "large\(index)") (param f64) (result i32) \(many) \(body) return)
      """
    }
    let store = try Store(
      limits: StoreLimits(memoryBytes: 1 << 20, tableElements: 1_000, valueStackBytes: 8 << 20))
    let guest = try Self.guest("(module \(functions.joined(separator: "\n")))", in: store)
    let argument = Value.f64(bits: 0xFFF4_0000_0000_1234)
    for (index, expected) in ([0x7FC0_0000, 0x7FF8_0000, 0x1234] as [UInt32]).enumerated() {
      #expect(try guest.call("small\(index)", argument) == [.i32(expected)])
      #expect(try guest.call("large\(index)", argument) == [.i32(expected)])
    }
  }

  // MARK: the option

  private static let adder = """
    (module
      (func $add (param f64) (result f64) (f64.add (local.get 0) (f64.const 1)))
      (func (export "f") (param f64) (result f64) (call $add (local.get 0)))
      (func (export "trap") (param f64) (result i32)
        (drop (f64.sqrt (local.get 0)))
        (i32.trunc_f64_s (f64.mul (f64.add (local.get 0) (f64.const 1)) (local.get 0)))))
    """
  /// Quiet, so that an addition gives it back where nothing is done about it.
  private static let odd: UInt64 = 0xFFF8_0000_0000_1234
  private static let canonical: UInt64 = 0x7FF8_0000_0000_0000

  @Test("the option can be switched between calls, and leaves no trace when it is off again")
  func switching() throws {
    let guest = try Self.guest(Self.adder, canonical: false)
    #expect(!guest.store.canonicalizesNaN)
    #expect(try guest.call("f", .f64(bits: Self.odd)) == [.f64(bits: Self.odd)])
    let bytes = guest.instance.codeByteCount
    for _ in 0..<3 {
      guest.store.canonicalizesNaN = true
      #expect(guest.store.canonicalizesNaN)
      #expect(try guest.call("f", .f64(bits: Self.odd)) == [.f64(bits: Self.canonical)])
      #expect(guest.instance.codeByteCount > bytes)
      guest.store.canonicalizesNaN = false
      #expect(try guest.call("f", .f64(bits: Self.odd)) == [.f64(bits: Self.odd)])
      #expect(guest.instance.codeByteCount == bytes)
    }
  }

  @Test("the option holds for all instances of a store")
  func instances() throws {
    let store = try Store(limits: Guest.limits)
    let library = try Self.guest(Self.adder, canonical: false, in: store)
    let user = try Self.guest(
      """
      (module (import "library" "f" (func $f (param f64) (result f64)))
        (func (export "g") (param f64) (result f64) (f64.neg (call $f (local.get 0)))))
      """, canonical: false, imports: ["library.f": try library.exported("f")], in: store)
    #expect(try user.call("g", .f64(bits: Self.odd)) == [.f64(bits: Self.odd ^ 1 << 63)])
    store.canonicalizesNaN = true
    #expect(try user.call("g", .f64(bits: Self.odd)) == [.f64(bits: Self.canonical ^ 1 << 63)])
    store.canonicalizesNaN = false
    #expect(try user.call("g", .f64(bits: Self.odd)) == [.f64(bits: Self.odd ^ 1 << 63)])
  }

  @Test("a host function cannot change the option while its caller runs")
  func whileRunning() throws {
    let store = try Store(limits: Guest.limits)
    let host = store.makeFunction(type: FunctionType()) { [unowned store] _ in store.canonicalizesNaN = true }
    let guest = try Self.guest(
      """
      (module (import "host" "switch" (func $switch))
        (func (export "f") (param f64) (result f64) (call $switch) (f64.add (local.get 0) (f64.const 1))))
      """, canonical: false, imports: ["host.switch": .function(host)], in: store)
    #expect(try guest.call("f", .f64(bits: Self.odd)) == [.f64(bits: Self.odd)])
    #expect(!store.canonicalizesNaN)
  }

  @Test("a trap is reported at the same instruction, with the same fuel")
  func traps() throws {
    let guest = try Self.guest(Self.adder, canonical: false)
    func outcome() -> (Trap?, UInt64) {
      guest.store.setFuel(1_000)
      let trap = #expect(throws: Trap.self) { try guest.call("trap", .f64(bits: Self.odd)) }
      return (trap, guest.store.fuelConsumed)
    }
    let (plain, plainFuel) = outcome()
    guest.store.canonicalizesNaN = true
    let (trap, fuel) = outcome()
    #expect(trap?.kind == .invalidConversionToInteger)
    #expect(trap == plain)
    #expect(fuel == plainFuel)
  }

  @Test("a profile is the same, even if the option changes between its calls")
  func profiles() throws {
    // Functions of many sizes, which all change, so that what is translated again lies elsewhere.
    let work = (0..<40).map { index in
      let depth = index * 7 % 40 + 1
      let body =
        String(repeating: "(f64.sqrt (f64.neg ", count: depth) + "(local.get 0)" + String(repeating: "))", count: depth)
      return "(func $w\(index) (param f64) (result f64) \(body))"
    }
    let calls = work.indices.map { "(local.set 0 (f64.add (call $w\($0) (local.get 0)) (f64.const 1)))" }
    let text = """
      (module \(work.joined(separator: "\n"))
        (func $f (export "f") (param f64) (result f64) (local i32)
          (loop
            \(calls.joined(separator: "\n"))
            (br_if 0 (i32.lt_u (local.tee 1 (i32.add (local.get 1) (i32.const 1))) (i32.const 20))))
          (local.get 0)))
      """
    func profile(_ settings: [Bool]) throws -> FuelProfile {
      let guest = try Guest(text)
      guest.store.setFuel(nil, profile: ProfileOptions(interval: 32))
      for setting in settings {
        guest.store.canonicalizesNaN = setting
        let results = try guest.call("f", .f64(bits: Self.odd))
        #expect(setting ? results == [.f64(bits: Self.canonical)] : FloatType.f64.isNaN(results[0]))
      }
      #expect(guest.store.canonicalizesNaN == settings.last)
      return try #require(guest.store.takeProfile())
    }
    let plain = try profile([false, false, false, false, false, false])
    #expect(plain.frames.count == work.count + 1)
    #expect(try profile([true, true, true, true, true, true]) == plain)
    #expect(try profile([false, true, false, true, true, false]) == plain)
  }
}
