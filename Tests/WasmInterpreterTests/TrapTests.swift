/// Traps: which kind, in which function, at which instruction.

import Testing
import WasmBinary
import WasmInterpreter
import WasmText

/// A body that traps when `f` is called.
struct TrapCase: Sendable, CustomTestStringConvertible {
  let name: String
  let kind: Trap.Kind
  /// The fields beside the function.
  var fields = ""
  /// The body of `$inner`; its signature is () -> ().
  let body: String
  /// The first byte of the instruction that traps.
  let opcode: UInt8

  var testDescription: String { name }

  static let all: [TrapCase] = {
    let memory = "(memory 1)"
    let table = "(type $v (func)) (type $i (func (result i32))) (table 4 funcref) (elem (i32.const 0) $outer) "
    var cases = [
      TrapCase(name: "unreachable", kind: .unreachable, body: "unreachable", opcode: 0x00),
      TrapCase(
        name: "i32.div_s by zero", kind: .integerDivideByZero, body: "i32.const 1 i32.const 0 i32.div_s drop",
        opcode: 0x6D),
      TrapCase(
        name: "i32.rem_u by zero", kind: .integerDivideByZero, body: "i32.const 1 i32.const 0 i32.rem_u drop",
        opcode: 0x70),
      TrapCase(
        name: "i64.div_u by zero", kind: .integerDivideByZero, body: "i64.const 1 i64.const 0 i64.div_u drop",
        opcode: 0x80),
      TrapCase(
        name: "i64.rem_s by zero", kind: .integerDivideByZero, body: "i64.const 1 i64.const 0 i64.rem_s drop",
        opcode: 0x81),
      TrapCase(
        name: "i32.div_s overflow", kind: .integerOverflow,
        body: "i32.const 0x80000000 i32.const -1 i32.div_s drop", opcode: 0x6D),
      TrapCase(
        name: "i64.div_s overflow", kind: .integerOverflow,
        body: "i64.const 0x8000000000000000 i64.const -1 i64.div_s drop", opcode: 0x7F),
      TrapCase(
        name: "truncation out of range", kind: .integerOverflow, body: "f32.const 3e10 i32.trunc_f32_s drop",
        opcode: 0xA8),
      TrapCase(
        name: "truncation of a NaN", kind: .invalidConversionToInteger, body: "f64.const nan i64.trunc_f64_u drop",
        opcode: 0xB1),
      TrapCase(
        name: "memory.fill out of bounds", kind: .memoryOutOfBounds, fields: memory,
        body: "i32.const 65530 i32.const 0 i32.const 7 memory.fill", opcode: 0xFC),
      TrapCase(
        name: "memory.copy out of bounds", kind: .memoryOutOfBounds, fields: memory,
        body: "i32.const 0 i32.const 65530 i32.const 7 memory.copy", opcode: 0xFC),
      TrapCase(
        name: "memory.init out of bounds of the segment", kind: .memoryOutOfBounds, fields: memory + "(data \"abc\")",
        body: "i32.const 0 i32.const 1 i32.const 3 memory.init 0", opcode: 0xFC),
      TrapCase(
        name: "memory.init of a dropped segment", kind: .memoryOutOfBounds, fields: memory + "(data \"abc\")",
        body: "data.drop 0 i32.const 0 i32.const 0 i32.const 1 memory.init 0", opcode: 0xFC),
      TrapCase(
        name: "table.get out of bounds", kind: .tableOutOfBounds, fields: table,
        body: "i32.const 4 table.get 0 drop", opcode: 0x25),
      TrapCase(
        name: "table.set out of bounds", kind: .tableOutOfBounds, fields: table,
        body: "i32.const -1 ref.null func table.set 0", opcode: 0x26),
      TrapCase(
        name: "table.fill out of bounds", kind: .tableOutOfBounds, fields: table,
        body: "i32.const 2 ref.null func i32.const 3 table.fill 0", opcode: 0xFC),
      TrapCase(
        name: "table.copy out of bounds", kind: .tableOutOfBounds, fields: table,
        body: "i32.const 2 i32.const 0 i32.const 3 table.copy", opcode: 0xFC),
      TrapCase(
        name: "table.init of a dropped segment", kind: .tableOutOfBounds, fields: table + "(elem func $outer)",
        body: "elem.drop 1 i32.const 0 i32.const 0 i32.const 1 table.init 1", opcode: 0xFC),
      TrapCase(
        name: "call_indirect past the table", kind: .undefinedElement, fields: table,
        body: "i32.const 4 call_indirect (type $v)", opcode: 0x11),
      TrapCase(
        name: "call_indirect of a null", kind: .uninitializedElement, fields: table,
        body: "i32.const 1 call_indirect (type $v)", opcode: 0x11),
      TrapCase(
        name: "call_indirect of another type", kind: .indirectCallTypeMismatch, fields: table,
        body: "i32.const 0 call_indirect (type $i) drop", opcode: 0x11),
    ]
    let loads: [(String, UInt8, Int)] = [
      ("i32.load", 0x28, 4), ("i64.load", 0x29, 8), ("f32.load", 0x2A, 4), ("f64.load", 0x2B, 8),
      ("i32.load8_s", 0x2C, 1), ("i32.load8_u", 0x2D, 1), ("i32.load16_s", 0x2E, 2), ("i32.load16_u", 0x2F, 2),
      ("i64.load8_s", 0x30, 1), ("i64.load8_u", 0x31, 1), ("i64.load16_s", 0x32, 2), ("i64.load16_u", 0x33, 2),
      ("i64.load32_s", 0x34, 4), ("i64.load32_u", 0x35, 4),
    ]
    for (name, opcode, width) in loads {
      for (place, address, offset) in addresses(width: width) {
        cases.append(
          TrapCase(
            name: "\(name) \(place)", kind: .memoryOutOfBounds, fields: memory,
            body: "\(address) \(name) offset=\(offset) drop", opcode: opcode))
      }
    }
    let stores: [(String, UInt8, Int, String)] = [
      ("i32.store", 0x36, 4, "i32"), ("i64.store", 0x37, 8, "i64"), ("f32.store", 0x38, 4, "f32"),
      ("f64.store", 0x39, 8, "f64"), ("i32.store8", 0x3A, 1, "i32"), ("i32.store16", 0x3B, 2, "i32"),
      ("i64.store8", 0x3C, 1, "i64"), ("i64.store16", 0x3D, 2, "i64"), ("i64.store32", 0x3E, 4, "i64"),
    ]
    for (name, opcode, width, type) in stores {
      for (place, address, offset) in addresses(width: width) {
        cases.append(
          TrapCase(
            name: "\(name) \(place)", kind: .memoryOutOfBounds, fields: memory,
            body: "\(address) \(type).const 1 \(name) offset=\(offset)", opcode: opcode))
      }
    }
    return cases
  }()

  /// Ways to be just outside a page: by address, by offset, by both, and far outside.
  private static func addresses(width: Int) -> [(String, String, UInt32)] {
    let past = 65_536 - width + 1
    return [
      ("one byte past the end", "i32.const \(past)", 0),
      ("one byte past the end by its offset", "i32.const 0", UInt32(past)),
      ("one byte past the end by address and offset", "i32.const 1000", UInt32(past - 1000)),
      ("at an address near 2^32", "i32.const -1", 0),
      ("at an address and offset that would wrap", "i32.const -8", 16),
      ("with the largest offset", "i32.const -1", .max),
      ("at a computed address", "i32.const \(past - 5) i32.const 5 i32.add", 0),
      ("at a scaled address", "i32.const 16384 i32.const 2 i32.shl", 0),
    ]
  }

  var text: String {
    """
    (module $guest \(fields)
      (func $inner \(body))
      (func $outer (export "f") nop call $inner))
    """
  }
}

@Suite("traps")
struct TrapTests {
  @Test("a trap says its kind, the functions by name and the instruction by offset", arguments: TrapCase.all)
  func kinds(_ testCase: TrapCase) throws {
    let guest = try Guest(testCase.text)
    let trap = try #require(#expect(throws: Trap.self) { try guest.call("f") })
    #expect(trap.kind == testCase.kind)
    #expect(!trap.message.isEmpty)
    #expect(trap.frames.map(\.name) == ["inner", "outer"])
    #expect(trap.frames.map(\.functionIndex) == [0, 1])
    let bytes = guest.instance.module.bytes
    let offsets = trap.frames.map(\.offset)
    try #require(offsets.allSatisfy(bytes.indices.contains))
    #expect(bytes[offsets[0]] == testCase.opcode, "the innermost frame is at the trapping instruction")
    #expect(bytes[offsets[1]] == 0x10, "the next frame is at its call")
    let bodies = guest.instance.module.bodies
    #expect(bodies[0].range.contains(offsets[0]))
    #expect(bodies[1].range.contains(offsets[1]))
  }

  @Test("a trapping instruction next to the last byte in bounds succeeds", arguments: [1, 2, 4, 8])
  func lastByteInBounds(width: Int) throws {
    let load = [1: "i64.load8_u", 2: "i64.load16_u", 4: "i64.load32_u", 8: "i64.load"][width] ?? ""
    let store = [1: "i64.store8", 2: "i64.store16", 4: "i64.store32", 8: "i64.store"][width] ?? ""
    let end = 65_536 - width
    let guest = try Guest(
      """
      (module (memory 1)
        (func (export "f") (param i32 i64) (result i64)
          (\(store) (local.get 0) (local.get 1)) (\(load) (local.get 0)))
        (func (export "g") (param i64) (result i64)
          (\(store) offset=\(end) (i32.const 0) (local.get 0)) (\(load) offset=\(end) (i32.const 0))))
      """)
    #expect(try guest.call("f", .i32(UInt32(end)), .i64(0x5A)) == [.i64(0x5A)])
    #expect(try guest.call("g", .i64(0x33)) == [.i64(0x33)])
    #expect(throws: Trap.self) { try guest.call("f", .i32(UInt32(end + 1)), .i64(1)) }
  }

  @Test("a store that traps writes nothing")
  func partialStore() throws {
    let guest = try Guest(
      """
      (module (memory (export "memory") 1)
        (func (export "f") (i64.store (i32.const 65529) (i64.const -1))))
      """)
    #expect(throws: Trap.self) { try guest.call("f") }
    #expect(try guest.memory().read(at: 65_528, count: 8) == [UInt8](repeating: 0, count: 8))
  }

  @Test("a bulk operation of length zero traps only past the end")
  func emptyBulkOperations() throws {
    let guest = try Guest(
      """
      (module (memory 1) (table 3 funcref) (data "abc")
        (func (export "fill") (param i32) (memory.fill (local.get 0) (i32.const 1) (i32.const 0)))
        (func (export "init") (param i32) (memory.init 0 (local.get 0) (i32.const 3) (i32.const 0)))
        (func (export "table") (param i32) (table.fill 0 (local.get 0) (ref.null func) (i32.const 0))))
      """)
    for (name, end) in [("fill", 65_536), ("init", 65_536), ("table", 3)] as [(String, UInt32)] {
      try guest.call(name, .i32(end))
      #expect(throws: Trap.self) { try guest.call(name, .i32(end + 1)) }
    }
  }

  @Test("a function without a name is reported by its index alone")
  func withoutNames() throws {
    // The binary form of (module (func (export "f") unreachable)), without a name section.
    let bytes: [UInt8] =
      [0x00, 0x61, 0x73, 0x6D, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 0x66, 0, 0]
      + [0x0A, 5, 1, 3, 0, 0x00, 0x0B]
    let store = try Store()
    let instance = try Instance(try Module.load(bytes), in: store) { _ in nil }
    try instance.initialize()
    let function = try #require(instance.exportedFunction("f"))
    let trap = #expect(throws: Trap.self) { try instance.invoke(function, []) }
    #expect(trap?.frames.map(\.name) == [nil])
    #expect(trap?.frames.map(\.offset) == [30])
  }

  @Test("the backtrace goes through indirect calls and other instances")
  func backtraceAcrossInstances() throws {
    let library = try Guest("(module $library (func $deep (export \"g\") (unreachable)))")
    let guest = try Guest(
      """
      (module $guest (import "l" "g" (func $imported)) (table funcref (elem $imported $middle))
        (func $middle (call_indirect (i32.const 0)))
        (func $outer (export "f") (call_indirect (i32.const 1))))
      """, imports: ["l.g": try library.exported("g")], in: library.store)
    let trap = #expect(throws: Trap.self) { try guest.call("f") }
    #expect(trap?.kind == .unreachable)
    #expect(trap?.frames.map(\.name) == ["deep", "middle", "outer"])
    #expect(trap?.frames.map(\.functionIndex) == [0, 1, 2])
  }

  @Test("a trap in the start function is a trap of the initialization")
  func startFunction() throws {
    let trap = #expect(throws: Trap.self) {
      _ = try Guest("(module (func $init unreachable) (start $init))")
    }
    #expect(trap?.kind == .unreachable)
    #expect(trap?.frames.map(\.name) == ["init"])
  }

  @Test("a segment that does not fit traps at initialization")
  func segmentsOutOfBounds() {
    let data = #expect(throws: Trap.self) {
      _ = try Guest("(module (memory 1) (data (i32.const 65534) \"abc\"))")
    }
    #expect(data?.kind == .memoryOutOfBounds)
    let elements = #expect(throws: Trap.self) {
      _ = try Guest("(module (table 1 funcref) (func $f) (elem (i32.const 0) $f $f))")
    }
    #expect(elements?.kind == .tableOutOfBounds)
  }

  @Test("an instance works on after a trap")
  func usableAfterTrap() throws {
    let guest = try Guest(
      """
      (module (func $t (param i32) (result i32) (if (local.get 0) (then unreachable)) (i32.const 5))
        (func (export "f") (param i32) (result i32) (i32.add (i32.const 1) (call $t (local.get 0)))))
      """)
    for _ in 0..<100 {
      #expect(throws: Trap.self) { try guest.call("f", .i32(1)) }
      #expect(try guest.call("f", .i32(0)) == [.i32(6)])
    }
  }

  @Test("wrong arguments are an error of the host, not undefined behaviour")
  func wrongArguments() throws {
    let guest = try Guest("(module (func (export \"f\") (param i32 i64) (result i32) (local.get 0)))")
    let wrong: [[Value]] = [
      [], [.i32(1)], [.i64(1), .i64(2)], [.i32(1), .i64(2), .i32(3)], [.i32(1), .f64(bits: 0)],
    ]
    for arguments in wrong {
      let trap = try #require(#expect(throws: Trap.self) { try guest.call("f", arguments) })
      guard case .host = trap.kind else {
        Issue.record("\(arguments) gave \(trap.kind)")
        continue
      }
    }
    #expect(try guest.call("f", .i32(1), .i64(2)) == [.i32(1)])
    let trap = #expect(throws: Trap.self) { try guest.instance.invoke(77, []) }
    #expect(trap != nil, "a function index out of range")
  }
}
