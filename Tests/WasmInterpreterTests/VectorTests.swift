/// Vectors: every instruction on edge values, and vectors wherever values go.

import Testing
import WasmBinary
import WasmInterpreter
import WasmJSON

/// One instruction of `vectors.json`, with its lane: what wasmtime answers for edge values.
struct VectorInstruction: Sendable, CustomTestStringConvertible {
  struct Row: Sendable {
    let operands: [UInt128]
    let result: UInt128
  }

  let instruction: String
  let operandTypes: [String]
  let resultType: String
  let rows: [Row]

  var testDescription: String { instruction }

  static let all: [VectorInstruction] = (loadTable("vectors").arrayValue ?? []).compactMap { row in
    guard let instruction = row["instruction"]?.stringValue, let result = row["result"]?.stringValue,
      let operands = row["operands"]?.arrayValue?.compactMap(\.stringValue),
      let rows = row["rows"]?.stringValue?.split(separator: " ")
    else { return nil }
    return VectorInstruction(
      instruction: instruction, operandTypes: operands, resultType: result,
      rows: rows.compactMap { row in
        let sides = row.split(separator: "=")
        guard sides.count == 2, let result = UInt128(sides[1], radix: 16) else { return nil }
        return Row(operands: sides[0].split(separator: "/").compactMap { UInt128($0, radix: 16) }, result: result)
      })
  }

  /// The width of result lanes that hold numbers whose NaNs may be any, if it has such.
  var floatWidth: Int? {
    let name = instruction.split(separator: ".")
    let keepsBits = [
      "abs", "neg", "pmin", "pmax", "splat", "replace_lane", "extract_lane", "eq", "ne", "lt", "gt", "le", "ge",
    ]
    if keepsBits.contains(where: { name[1].split(separator: " ")[0] == $0 }) { return nil }
    return name[0] == "f32x4" ? 32 : name[0] == "f64x2" ? 64 : nil
  }
}

@Suite("vectors")
struct VectorTests {
  static func value(_ type: String, _ bits: UInt128) -> Value {
    switch type {
    case "i32": .i32(UInt32(truncatingIfNeeded: bits))
    case "i64": .i64(UInt64(truncatingIfNeeded: bits))
    case "f32": .f32(bits: UInt32(truncatingIfNeeded: bits))
    case "f64": .f64(bits: UInt64(truncatingIfNeeded: bits))
    default: .v128(low: UInt64(truncatingIfNeeded: bits), high: UInt64(truncatingIfNeeded: bits >> 64))
    }
  }

  static func vector(_ low: UInt64, _ high: UInt64) -> Value { .v128(low: low, high: high) }

  /// NaN lanes as one NaN.
  private static func canonical(_ value: Value, width: Int?) -> Value {
    guard let width, case .v128(let low, let high) = value else { return value }
    func lanes(_ half: UInt64) -> UInt64 {
      if width == 64 { return Double(bitPattern: half).isNaN ? 0x7FF8_0000_0000_0000 : half }
      return [UInt64(0), 32].reduce(0) { result, shift in
        let lane = UInt32(truncatingIfNeeded: half >> shift)
        return result | UInt64(Float(bitPattern: lane).isNaN ? 0x7FC0_0000 : lane) << shift
      }
    }
    return .v128(low: lanes(low), high: lanes(high))
  }

  /// The bodies to try: operands from locals, from calls, in accumulators, and a result that goes through a local.
  private static func bodies(_ instruction: VectorInstruction) -> [String] {
    let types = instruction.operandTypes
    let zero = "(v128.const i64x2 0 0)"
    let locals = types.indices.map { "(local.get \($0))" }
    let calls = types.indices.map { "(call $id_\(types[$0]) (local.get \($0)))" }
    /// Operand `index` computed just before.
    func computed(_ index: Int) -> [String] {
      var operands = locals
      operands[index] =
        switch types[index] {
        case "v128": "(v128.or \(zero) \(locals[index]))"
        case "f32": "(f32.reinterpret_i32 (i32.reinterpret_f32 \(locals[index])))"
        case "f64": "(f64.reinterpret_i64 (i64.reinterpret_f64 \(locals[index])))"
        default: "(\(types[index]).or (\(types[index]).const 0) \(locals[index]))"
        }
      return operands
    }
    var bodies = ([locals, calls] + types.indices.map(computed)).map {
      "(\(instruction.instruction) \($0.joined(separator: " ")))"
    }
    let result = "(local.get \(types.count))"
    bodies.append("(local.set \(types.count) \(bodies[0])) (local.get \(types.count))")
    bodies.append("(local.tee \(types.count) \(bodies[1])) (drop) \(result)")
    return bodies
  }

  private static func module(_ instruction: VectorInstruction) -> String {
    let parameters = instruction.operandTypes.joined(separator: " ")
    let functions = bodies(instruction).enumerated().map { index, body in
      """
      (func (export "f\(index)") (param \(parameters)) (result \(instruction.resultType))
        (local \(instruction.resultType)) \(body))
      """
    }
    let identities = ["i32", "i64", "f32", "f64", "v128"].map {
      "(func $id_\($0) (param \($0)) (result \($0)) (local.get 0))"
    }
    return "(module \((identities + functions).joined(separator: "\n")))"
  }

  @Test("an instruction gives what wasmtime gives, in every shape of word", arguments: VectorInstruction.all)
  func instruction(_ instruction: VectorInstruction) throws {
    #expect(!instruction.rows.isEmpty)
    for (level, canonicalizesNaN) in [(VectorLevel.baseline, false), (.x86v3, true)] {
      let store = try Store(limits: Guest.limits)
      store.vectorLevel = level
      store.canonicalizesNaN = canonicalizesNaN
      let guest = try Guest(Self.module(instruction), in: store)
      for row in instruction.rows {
        let arguments = zip(instruction.operandTypes, row.operands).map { Self.value($0, $1) }
        let expected = Self.canonical(Self.value(instruction.resultType, row.result), width: instruction.floatWidth)
        for index in Self.bodies(instruction).indices {
          let results = try guest.call("f\(index)", arguments)
          let found = canonicalizesNaN ? results : results.map { Self.canonical($0, width: instruction.floatWidth) }
          #expect(found == [expected], "f\(index)(\(arguments)), \(level)")
        }
      }
    }
  }

  @Test("every vector instruction that touches no memory is in the table")
  func tableIsComplete() {
    let tested = Set(VectorInstruction.all.map { String($0.instruction.prefix { $0 != " " }) })
    for opcode in Opcode.all where opcode.feature == .simd {
      switch opcode.immediate {
      case .memoryArgument, .memoryArgumentAndLane, .v128: continue
      default: #expect(tested.contains(opcode.name), "\(opcode.name)")
      }
    }
  }

  /// Each relaxed instruction, and the one whose results it has.
  private static let relaxedPairs: [(String, String, Int)] = [
    ("i8x16.relaxed_swizzle", "i8x16.swizzle", 2),
    ("i32x4.relaxed_trunc_f32x4_s", "i32x4.trunc_sat_f32x4_s", 1),
    ("i32x4.relaxed_trunc_f32x4_u", "i32x4.trunc_sat_f32x4_u", 1),
    ("i32x4.relaxed_trunc_f64x2_s_zero", "i32x4.trunc_sat_f64x2_s_zero", 1),
    ("i32x4.relaxed_trunc_f64x2_u_zero", "i32x4.trunc_sat_f64x2_u_zero", 1),
    ("i8x16.relaxed_laneselect", "v128.bitselect", 3), ("i16x8.relaxed_laneselect", "v128.bitselect", 3),
    ("i32x4.relaxed_laneselect", "v128.bitselect", 3), ("i64x2.relaxed_laneselect", "v128.bitselect", 3),
    ("f32x4.relaxed_min", "f32x4.min", 2), ("f32x4.relaxed_max", "f32x4.max", 2),
    ("f64x2.relaxed_min", "f64x2.min", 2), ("f64x2.relaxed_max", "f64x2.max", 2),
    ("i16x8.relaxed_q15mulr_s", "i16x8.q15mulr_sat_s", 2),
  ]

  private static let samples: [Value] = [
    vector(0, 0), vector(0x8000_7FFF_FFFF_0001, 0x7F80_80FF_0102_0304),
    vector(0x4F00_0000_CF00_0000, 0x3FC0_0000_7FC0_0000),
    vector(0xC1E0_0000_0000_0000, 0x41EF_FFFF_FFE0_0000), vector(0x0F1F_8000_8000_FF10, 0xBFF8_0000_0000_0000),
  ]

  @Test("a relaxed instruction gives what the deterministic profile says", arguments: relaxedPairs)
  func relaxed(_ relaxed: String, _ plain: String, _ operands: Int) throws {
    let parameters = Array(repeating: "v128", count: operands).joined(separator: " ")
    let gets = (0..<operands).map { "(local.get \($0))" }.joined(separator: " ")
    let functions = [relaxed, plain].enumerated().map { index, name in
      "(func (export \"f\(index)\") (param \(parameters)) (result v128) (\(name) \(gets)))"
    }
    let guest = try Guest("(module \(functions.joined()))")
    for index in Self.samples.indices {
      let arguments = (0..<operands).map { Self.samples[(index + $0 * 2) % Self.samples.count] }
      #expect(try guest.call("f0", arguments) == guest.call("f1", arguments))
    }
  }

  @Test("relaxed multiplication and addition rounds twice, and dot products wrap")
  func relaxedArithmetic() throws {
    let guest = try Guest(
      """
      (module
        (func (export "madd") (param v128 v128 v128) (result v128) (f64x2.relaxed_madd (local.get 0) (local.get 1) (local.get 2)))
        (func (export "nmadd") (param v128 v128 v128) (result v128) (f32x4.relaxed_nmadd (local.get 0) (local.get 1) (local.get 2)))
        (func (export "dot") (param v128 v128) (result v128) (i16x8.relaxed_dot_i8x16_i7x16_s (local.get 0) (local.get 1)))
        (func (export "dot_add") (param v128 v128 v128) (result v128)
          (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get 0) (local.get 1) (local.get 2))))
      """)
    // 1 + 2^-52, squared, minus 1 + 2^-51: a fused multiplication would leave 2^-104.
    let x = (1.0).nextUp
    let pair = Self.vector(x.bitPattern, (3.0).bitPattern)
    let minus = Self.vector((-(1 + 0x1p-51)).bitPattern, (1.0).bitPattern)
    #expect(try guest.call("madd", pair, pair, minus) == [Self.vector(0, (10.0).bitPattern)])
    let two: UInt64 = 0x4000_0000_4000_0000
    #expect(
      try guest.call("nmadd", Self.vector(two, two), Self.vector(two, two), Self.vector(two, two)) == [
        Self.vector(0xC000_0000_C000_0000, 0xC000_0000_C000_0000)
      ])
    let least: UInt64 = 0x8080_8080_8080_8080
    #expect(
      try guest.call("dot", Self.vector(least, 0x0102), Self.vector(least, 0x0304)) == [
        Self.vector(0x8000_8000_8000_8000, 11)
      ])
    #expect(
      try guest.call(
        "dot_add", Self.vector(0x0101_0101, 0x7F7F_7F7F), Self.vector(0x7F7F_7F7F, 0x7F7F_7F7F), Self.vector(1, 2))
        == [Self.vector(1 + 4 * 127, 2 + 4 * 127 * 127)])
  }

  // MARK: where values go

  @Test("vectors are parameters, results, locals, globals, operands of blocks, branches and select")
  func places() throws {
    let guest = try Guest(
      """
      (module
        (global $constant (export "constant") v128 (v128.const i64x2 7 8))
        (global $copy (export "copy") v128 (global.get $constant))
        (global $mutable (export "mutable") (mut v128) (v128.const i64x2 0 0))
        (func (export "swap") (param i32 v128 i64 v128) (result v128 i64 v128 i32)
          (local.get 3) (local.get 2) (local.get 1) (local.get 0))
        (func $swap2 (param v128 v128) (result v128 v128) (local.get 1) (local.get 0))
        (func (export "callSwap") (param v128 v128) (result v128)
          (call $swap2 (local.get 0) (local.get 1)) (i64x2.sub))
        (func (export "select") (param v128 v128 i32) (result v128) (select (local.get 0) (local.get 1) (local.get 2)))
        (func (export "selectCompared") (param v128 v128 i32) (result v128)
          (select (result v128) (local.get 0) (local.get 1) (i32.lt_u (local.get 2) (i32.const 5))))
        (func (export "blocks") (param v128 i32) (result v128)
          (block $out (result v128)
            (local.get 0)
            (br_if $out (local.get 1))
            (i64x2.add (v128.const i64x2 1 1))
            (loop (param v128) (result v128) (i64x2.add (v128.const i64x2 10 10)))
            (if (param v128) (result v128) (i32.eqz (local.get 1))
              (then (i64x2.add (v128.const i64x2 100 100)))
              (else (v128.not)))))
        (func (export "table") (param v128 i32) (result v128)
          (block $a (result v128) (block $b (result v128) (local.get 0) (br_table $a $b (local.get 1)))
            (i64x2.neg)))
        (func (export "setAndKeep") (param v128) (result v128 v128)
          (local.get 0) (local.set 0 (i64x2.add (local.get 0) (local.get 0))) (local.get 0))
        (func (export "globals") (param v128) (result v128)
          (global.set $mutable (i64x2.add (local.get 0) (global.get $copy))) (global.get $mutable))
        (func (export "drop") (param v128) (result i32) (local.get 0) (drop) (i32.const 3))
        (func (export "zeroed") (result v128) (local i32 v128 i64 v128) (v128.or (local.get 1) (local.get 3)))
        (func $many (export "many") (param v128 i32) (result v128)
          (if (i32.eqz (local.get 1)) (then (return (local.get 0))))
          (i64x2.add (local.get 0) (call $many (local.get 0) (i32.sub (local.get 1) (i32.const 1))))))
      """)
    let (a, b) = (Self.vector(1, 2), Self.vector(30, 40))
    #expect(guest.instance.exported("constant").flatMap(Self.global) == Self.vector(7, 8))
    #expect(guest.instance.exported("copy").flatMap(Self.global) == Self.vector(7, 8))
    #expect(try guest.call("swap", .i32(5), a, .i64(6), b) == [b, .i64(6), a, .i32(5)])
    #expect(try guest.call("callSwap", a, b) == [Self.vector(29, 38)])
    #expect(try guest.call("select", a, b, .i32(1)) == [a])
    #expect(try guest.call("select", a, b, .i32(0)) == [b])
    #expect(try guest.call("selectCompared", a, b, .i32(4)) == [a])
    #expect(try guest.call("selectCompared", a, b, .i32(5)) == [b])
    #expect(try guest.call("blocks", a, .i32(1)) == [a])
    #expect(try guest.call("blocks", a, .i32(0)) == [Self.vector(112, 113)])
    #expect(try guest.call("table", a, .i32(0)) == [a])
    #expect(try guest.call("table", a, .i32(1)) == [Self.vector(UInt64.max, UInt64.max - 1)])
    #expect(try guest.call("setAndKeep", b) == [b, Self.vector(60, 80)])
    #expect(try guest.call("globals", b) == [Self.vector(37, 48)])
    #expect(guest.instance.exported("mutable").flatMap(Self.global) == Self.vector(37, 48))
    #expect(try guest.call("drop", b) == [.i32(3)])
    #expect(try guest.call("zeroed") == [Self.vector(0, 0)])
    #expect(try guest.call("many", a, .i32(99)) == [Self.vector(100, 200)])
    try guest.instance.initialize()
    #expect(guest.instance.exported("mutable").flatMap(Self.global) == Self.vector(0, 0))
  }

  private static func global(_ item: Extern) -> Value? {
    if case .global(let global) = item { global.value } else { nil }
  }

  @Test("a host function and a global of the host take and give vectors; a wrong argument is an error")
  func host() throws {
    let store = try Store(limits: Guest.limits)
    let type = FunctionType(parameters: [.i32, .v128], results: [.v128, .i32])
    let function = store.makeFunction(type: type) { call in
      let (number, low, high) = (call.i32(0), call.arguments[1], call.arguments[2])
      call.setResult(0, i64: high)
      call.setResult(1, i64: low)
      call.setResult(2, i32: number + 1)
    }
    let global = store.makeGlobal(GlobalType(value: .v128, isMutable: true), Self.vector(3, 4))
    let guest = try Guest(
      """
      (module
        (import "host" "swap" (func $swap (param i32 v128) (result v128 i32)))
        (import "host" "global" (global $g (mut v128)))
        (func (export "f") (param v128) (result v128 i32) (call $swap (i32.const 9) (local.get 0)))
        (func (export "g") (result v128) (global.set $g (i64x2.neg (global.get $g))) (global.get $g)))
      """, imports: ["host.swap": .function(function), "host.global": .global(global)], in: store)
    #expect(try guest.call("f", Self.vector(1, 2)) == [Self.vector(2, 1), .i32(10)])
    #expect(try guest.call("g") == [Self.vector(0 &- 3, 0 &- 4)])
    #expect(global.value == Self.vector(0 &- 3, 0 &- 4))
    #expect(global.set(Self.vector(5, 6)))
    #expect(!global.set(.i64(5)))
    #expect(global.value == Self.vector(5, 6))
    #expect(throws: Trap.self) { try guest.call("f", .i64(1)) }
    #expect(throws: Trap.self) { try guest.call("f", Self.vector(1, 2), Self.vector(1, 2)) }
  }

  // MARK: memory

  /// Instruction, bytes that it touches, what it gives for a memory of bytes 0x80, 0x81, ...
  private static let loads: [(String, Int, UInt64, UInt64)] = [
    ("v128.load", 16, 0x8786_8584_8382_8180, 0x8F8E_8D8C_8B8A_8988),
    ("v128.load8x8_s", 8, 0xFF83_FF82_FF81_FF80, 0xFF87_FF86_FF85_FF84),
    ("v128.load8x8_u", 8, 0x0083_0082_0081_0080, 0x0087_0086_0085_0084),
    ("v128.load16x4_s", 8, 0xFFFF_8382_FFFF_8180, 0xFFFF_8786_FFFF_8584),
    ("v128.load16x4_u", 8, 0x0000_8382_0000_8180, 0x0000_8786_0000_8584),
    ("v128.load32x2_s", 8, 0xFFFF_FFFF_8382_8180, 0xFFFF_FFFF_8786_8584),
    ("v128.load32x2_u", 8, 0x0000_0000_8382_8180, 0x0000_0000_8786_8584),
    ("v128.load8_splat", 1, 0x8080_8080_8080_8080, 0x8080_8080_8080_8080),
    ("v128.load16_splat", 2, 0x8180_8180_8180_8180, 0x8180_8180_8180_8180),
    ("v128.load32_splat", 4, 0x8382_8180_8382_8180, 0x8382_8180_8382_8180),
    ("v128.load64_splat", 8, 0x8786_8584_8382_8180, 0x8786_8584_8382_8180),
    ("v128.load32_zero", 4, 0x8382_8180, 0), ("v128.load64_zero", 8, 0x8786_8584_8382_8180, 0),
    ("v128.load8_lane", 1, 0x1111_1111_1111_1111, 0x1111_1111_8011_1111),
    ("v128.load16_lane", 2, 0x1111_1111_1111_1111, 0x1111_8180_1111_1111),
    ("v128.load32_lane", 4, 0x1111_1111_1111_1111, 0x1111_1111_8382_8180),
    ("v128.load64_lane", 8, 0x1111_1111_1111_1111, 0x8786_8584_8382_8180),
  ]
  private static let lanes = ["8": 11, "16": 6, "32": 2, "64": 1]

  /// The lane immediate of a lane access, or nothing.
  private static func lane(_ name: String) -> String {
    guard name.hasSuffix("_lane") else { return "" }
    return " \(lanes[name.filter(\.isNumber).replacing("128", with: "")] ?? 0)"
  }

  /// Ways to say an address: how to compute `p`, `q` and a constant offset.
  private static let addresses: [(text: String, offset: Int)] = [
    ("(local.get 0)", 0), ("(local.get 0)", 5), ("(i32.add (local.get 0) (local.get 1))", 0),
    ("(i32.add (local.get 0) (local.get 1))", 3), ("(i32.add (local.get 0) (i32.const 4))", 0),
    ("(i32.add (i32.add (local.get 0) (local.get 1)) (i32.const 4))", 0),
    ("(i32.add (i32.add (local.get 0) (local.get 1)) (i32.const 4))", 7),
    ("(i32.add (local.get 0) (i32.shl (local.get 1) (i32.const 3)))", 2),
    ("(i32.mul (local.get 0) (i32.const 1))", 0), ("(i32.mul (local.get 0) (i32.const 1))", 70_000),
    ("(i32.add (i32.mul (local.get 0) (i32.const 1)) (local.get 1))", 1), ("(i32.const 3)", 11),
  ]

  private static func address(_ index: Int, _ p: Int, _ q: Int) -> Int {
    let base =
      switch index {
      case 2, 3, 10: p + q
      case 4: p + 4
      case 5, 6: p + q + 4
      case 7: p + q * 8
      case 11: 3
      default: p
      }
    return base + addresses[index].offset
  }

  @Test("a load gives the bytes at its address, to the last one inside the memory", arguments: loads)
  func load(_ name: String, _ bytes: Int, _ low: UInt64, _ high: UInt64) throws {
    let operand = name.hasSuffix("_lane") ? " (v128.const i64x2 0x1111111111111111 0x1111111111111111)" : ""
    let functions = Self.addresses.enumerated().map { index, address in
      """
      (func (export "f\(index)") (param i32 i32) (result v128)
        (\(name) offset=\(address.offset)\(Self.lane(name)) \(address.text)\(operand)))
      """
    }
    for level in [VectorLevel.baseline, .x86v3] {
      let store = try Store(limits: Guest.limits)
      store.vectorLevel = level
      let guest = try Guest("(module (memory (export \"memory\") 2) \(functions.joined()))", in: store)
      let memory = try guest.memory()
      for index in Self.addresses.indices {
        for (p, q) in [(0, 0), (100, 16), (40_000, 3)] {
          let place = Self.address(index, p, q)
          #expect(memory.write((0..<16).map { UInt8(0x80 + $0) }, at: UInt64(place)))
          #expect(
            try guest.call("f\(index)", .i32(UInt32(p)), .i32(UInt32(q))) == [Self.vector(low, high)], "f\(index)")
          #expect(memory.write([UInt8](repeating: 0, count: 16), at: UInt64(place)))
        }
        guard index != 11 else { continue }
        // The last place that fits, and the one behind it.
        let last = 131_072 - bytes - Self.address(index, 0, 0)
        #expect(throws: Never.self) { try guest.call("f\(index)", .i32(UInt32(last)), .i32(0)) }
        let trap = #expect(throws: Trap.self) { try guest.call("f\(index)", .i32(UInt32(last + 1)), .i32(0)) }
        #expect(trap?.kind == .memoryOutOfBounds)
      }
    }
  }

  private static let stores: [(String, [UInt8])] = [
    ("v128.store", Array(0x80...0x8F)), ("v128.store8_lane", [0x8B]), ("v128.store16_lane", [0x8C, 0x8D]),
    ("v128.store32_lane", [0x88, 0x89, 0x8A, 0x8B]), ("v128.store64_lane", Array(0x88...0x8F)),
  ]

  @Test("a store writes its bytes and no others, to the last one inside the memory", arguments: stores)
  func store(_ name: String, _ bytes: [UInt8]) throws {
    let values = ["(local.get 2)", "(v128.or (local.get 2) (v128.const i64x2 0 0))"]
    let functions = values.enumerated().flatMap { choice, value in
      Self.addresses.enumerated().map { index, address in
        """
        (func (export "f\(choice)_\(index)") (param i32 i32 v128)
          (\(name) offset=\(address.offset)\(Self.lane(name)) \(address.text) \(value)))
        """
      }
    }
    for level in [VectorLevel.baseline, .x86v3] {
      let store = try Store(limits: Guest.limits)
      store.vectorLevel = level
      let guest = try Guest("(module (memory (export \"memory\") 2) \(functions.joined()))", in: store)
      let memory = try guest.memory()
      let value = Self.vector(0x8786_8584_8382_8180, 0x8F8E_8D8C_8B8A_8988)
      for (choice, index) in values.indices.flatMap({ choice in Self.addresses.indices.map { (choice, $0) } }) {
        for (p, q) in [(10, 0), (100, 16), (40_000, 3)] {
          let place = Self.address(index, p, q)
          try guest.call("f\(choice)_\(index)", .i32(UInt32(p)), .i32(UInt32(q)), value)
          let around = memory.read(at: UInt64(place - 4), count: 24) ?? []
          #expect(
            around == [0, 0, 0, 0] + bytes + [UInt8](repeating: 0, count: 20 - bytes.count), "f\(choice)_\(index)")
          #expect(memory.write([UInt8](repeating: 0, count: 24), at: UInt64(place - 4)))
        }
        guard index != 11 else { continue }
        let last = 131_072 - bytes.count - Self.address(index, 0, 0)
        #expect(throws: Never.self) { try guest.call("f\(choice)_\(index)", .i32(UInt32(last)), .i32(0), value) }
        let trap = #expect(throws: Trap.self) {
          try guest.call("f\(choice)_\(index)", .i32(UInt32(last + 1)), .i32(0), value)
        }
        #expect(trap?.kind == .memoryOutOfBounds)
      }
    }
  }

  @Test("an offset past 2^32 traps, and does not wrap")
  func farOffsets() throws {
    let names = ["v128.load", "v128.load8_splat", "v128.load64_zero"]
    let functions = names.map {
      "(func (export \"\($0)\") (param i32) (drop (\($0) offset=4294967295 (local.get 0))))"
    }
    let guest = try Guest(
      """
      (module (memory 1) \(functions.joined())
        (func (export "store") (param i32) (v128.store offset=4294967290 (local.get 0) (v128.const i64x2 1 2)))
        (func (export "lane") (param i32) (v128.store8_lane offset=4294967295 0 (local.get 0) (v128.const i64x2 1 2))))
      """)
    for name in names + ["store", "lane"] {
      for address: UInt32 in [0, 1, 7, UInt32.max] {
        let trap = #expect(throws: Trap.self) { try guest.call(name, .i32(address)) }
        #expect(trap?.kind == .memoryOutOfBounds)
      }
    }
  }

  // MARK: frames

  @Test("vectors work in frames of more slots than 16 bits count", arguments: [VectorLevel.baseline, .x86v3])
  func largeFrames(_ level: VectorLevel) throws {
    let store = try Store(limits: StoreLimits(memoryBytes: 1 << 20, valueStackBytes: 8 << 20))
    store.vectorLevel = level
    let locals = Array(repeating: "v128", count: 35_000).joined(separator: " ")
    let guest = try Guest(
      """
      (module
        (memory 1)
        (global $g (mut v128) (v128.const i64x2 0 0))
        (func $pair (param v128 i64) (result v128) (i64x2.add (local.get 0) (i64x2.splat (local.get 1))))
        (func (export "f") (param v128 i32) (result v128) (local \(locals))
          (local.set 35001 (i64x2.add (local.get 0) (local.get 35000)))
          (local.set 34000 (v128.bitselect (local.get 35001) (local.get 0) (local.get 35001)))
          (v128.store (i32.const 32) (local.get 35001))
          (global.set $g (v128.load (i32.const 32)))
          (local.set 35000 (select (global.get $g) (local.get 34000) (local.get 1)))
          (local.set 34999 (i8x16.shuffle 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 (local.get 35000) (local.get 35000)))
          (local.set 34998 (i64x2.shl (local.get 34999) (local.get 1)))
          (local.set 34997 (i64x2.replace_lane 1 (local.get 34998) (i64x2.extract_lane 0 (local.get 35001))))
          (block $b (result v128) (local.get 34997) (br_if $b (i32.eqz (local.get 1))) (drop)
            (call $pair (local.get 34997) (i64.const 5)))))
      """, in: store)
    // (1, 2) swapped is (2, 1), doubled (4, 2); its second lane becomes 1; and 5 more each.
    #expect(try guest.call("f", Self.vector(1, 2), .i32(1)) == [Self.vector(9, 6)])
    // Not doubled, and branched.
    #expect(try guest.call("f", Self.vector(1, 2), .i32(0)) == [Self.vector(2, 1)])
  }

  @Test("a profile and a backtrace find their way through vector code")
  func profileAndBacktrace() throws {
    let guest = try Guest(
      """
      (module
        (func $work (export "work") (param i32) (result v128) (local $sum v128)
          (loop $again
            (local.set $sum (i32x4.add (local.get $sum) (i32x4.splat (local.get 0))))
            (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
          (local.get $sum))
        (func $trap (export "trap") (param v128) (if (v128.any_true (local.get 0)) (then (unreachable)))))
      """)
    guest.store.setFuel(nil, profile: ProfileOptions(interval: 50))
    let sum: UInt64 = 1000 * 1001 / 2
    #expect(try guest.call("work", .i32(1000)) == [Self.vector(sum | sum << 32, sum | sum << 32)])
    #expect(guest.store.takeProfile() != nil)
    let trap = #expect(throws: Trap.self) { try guest.call("trap", Self.vector(0, 1)) }
    #expect(trap?.kind == .unreachable)
    #expect(trap?.frames.first?.name == "trap")
    #expect(throws: Never.self) { try guest.call("trap", Self.vector(0, 0)) }
  }
}
