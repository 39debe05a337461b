/// Instructions: immediates, folded and flat forms, labels and block types.

import Testing
import WasmBinary
import WasmText

@Suite("Instructions")
struct InstructionTests {
  static let implemented = Opcode.all.filter { Features.implemented.contains($0.feature) }

  @Test("every instruction without immediates is its code", arguments: implemented.filter { $0.immediate == .none })
  func plain(opcode: Opcode) throws {
    guard opcode != .else, opcode != .end else { return }
    var writer = ByteWriter()
    writer.appendOpcode(opcode)
    #expect(try instructions(opcode.name) == writer.bytes)
    #expect(try instructions("(\(opcode.name))") == writer.bytes)
  }

  @Test("every memory access has its natural alignment, a given one, an offset and a memory")
  func memoryArguments() throws {
    for opcode in Self.implemented {
      guard case .memoryArgument(let alignment) = opcode.immediate else { continue }
      var writer = ByteWriter()
      writer.appendOpcode(opcode)
      let code = writer.bytes
      #expect(try instructions(opcode.name) == code + [UInt8(alignment), 0])
      #expect(try instructions("\(opcode.name) offset=0x1_00") == code + [UInt8(alignment), 0x80, 0x02])
      #expect(try instructions("\(opcode.name) offset=1 align=1") == code + [0, 1])
      #expect(try instructions("\(opcode.name) $mem align=16") == code + [4, 0])
      #expect(try instructions("\(opcode.name) 3 offset=4294967295") == code + [UInt8(alignment) | 0x40, 3] + maximum)
    }
  }

  private let maximum: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0x0F]

  static let immediateCases: [(String, [UInt8])] = [
    ("br 300", [0x0C, 0xAC, 0x02]), ("br_if 0", [0x0D, 0]), ("br_table 7", [0x0E, 0, 7]),
    ("br_table 1 0x2 3", [0x0E, 2, 1, 2, 3]), ("call $f", [0x10, 0]), ("call 0", [0x10, 0]),
    ("call_indirect", [0x11, 0, 0]), ("call_indirect (type $t)", [0x11, 0, 0]),
    ("call_indirect (type 0)", [0x11, 0, 0]), ("call_indirect $tab (param i32)", [0x11, 1, 0]),
    ("call_indirect 0 (param) (result)", [0x11, 0, 0]), ("call_indirect (param i32)", [0x11, 1, 0]),
    ("call_indirect (param i32 i64) (result f32) (result f64)", [0x11, 2, 0]),
    ("call_indirect 5 (type $t)", [0x11, 0, 5]),
    ("select", [0x1B]), ("select (result i32)", [0x1C, 1, 0x7F]), ("select (result)", [0x1C, 0]),
    ("select (result i32) (result funcref externref)", [0x1C, 3, 0x7F, 0x70, 0x6F]),
    ("local.get 0", [0x20, 0]), ("local.set 4294967295", [0x21, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]),
    ("local.tee 0", [0x22, 0]),
    ("global.get $g", [0x23, 0]), ("global.set 0", [0x24, 0]),
    ("table.get", [0x25, 0]), ("table.get $tab", [0x25, 0]), ("table.set 1", [0x26, 1]),
    ("memory.size", [0x3F, 0]), ("memory.grow $mem", [0x40, 0]), ("memory.size 2", [0x3F, 2]),
    ("ref.null func", [0xD0, 0x70]), ("ref.null extern", [0xD0, 0x6F]), ("ref.is_null", [0xD1]),
    ("ref.func $f", [0xD2, 0]),
    ("memory.init $d", [0xFC, 8, 0, 0]), ("memory.init $mem $d", [0xFC, 8, 0, 0]),
    ("memory.init 1 0", [0xFC, 8, 0, 1]),
    ("data.drop $d", [0xFC, 9, 0]), ("memory.copy", [0xFC, 10, 0, 0]), ("memory.copy 1 2", [0xFC, 10, 1, 2]),
    ("memory.fill", [0xFC, 11, 0]), ("memory.fill 1", [0xFC, 11, 1]),
    ("table.init $e", [0xFC, 12, 0, 0]), ("table.init $tab $e", [0xFC, 12, 0, 0]),
    ("table.init 3 4", [0xFC, 12, 4, 3]),
    ("atomic.fence", [0xFE, 3, 0]), ("i64.atomic.rmw8.cmpxchg_u 1 offset=2", [0xFE, 0x4C, 0x40, 1, 2]),
    ("memory.atomic.notify $mem", [0xFE, 0, 2, 0]),
    ("elem.drop $e", [0xFC, 13, 0]), ("table.copy", [0xFC, 14, 0, 0]), ("table.copy $tab 1", [0xFC, 14, 0, 1]),
    ("table.grow", [0xFC, 15, 0]), ("table.size $tab", [0xFC, 16, 0]), ("table.fill 1", [0xFC, 17, 1]),
    ("i32.const 64", [0x41, 0xC0, 0x00]), ("i64.const -65", [0x42, 0xBF, 0x7F]),
    ("v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 -1 255", [0xFD, 12] + Array(0...13) + [0xFF, 0xFF]),
    ("v128.const i16x8 0 1 2 3 4 5 6 0xff_ff", [0xFD, 12, 0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 0xFF, 0xFF]),
    ("v128.const i32x4 0 1 2 -2147483648", [0xFD, 12, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0x80]),
    ("v128.const i64x2 1 -1", [0xFD, 12, 1, 0, 0, 0, 0, 0, 0, 0] + Array(repeating: 0xFF, count: 8)),
    ("v128.const f32x4 1 -0 inf nan", [0xFD, 12, 0, 0, 0x80, 0x3F, 0, 0, 0, 0x80, 0, 0, 0x80, 0x7F, 0, 0, 0xC0, 0x7F]),
    ("v128.const f64x2 1 -0x1p-1", [0xFD, 12, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0, 0, 0, 0, 0, 0, 0xE0, 0xBF]),
    (
      "i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 31",
      [0xFD, 13] + Array(0...14) + [31]
    ),
    ("i8x16.extract_lane_s 15", [0xFD, 21, 15]), ("f64x2.replace_lane 1", [0xFD, 34, 1]),
    ("i32x4.extract_lane 0x3", [0xFD, 27, 3]), ("i32x4.add", [0xFD, 0xAE, 1]),
    ("i32x4.relaxed_dot_i8x16_i7x16_add_s", [0xFD, 0x93, 2]),
    ("v128.load8_lane 5", [0xFD, 84, 0, 0, 5]), ("v128.load8_lane 1 5", [0xFD, 84, 0x40, 1, 0, 5]),
    ("v128.store64_lane offset=2 1", [0xFD, 91, 3, 2, 1]), ("v128.load16_lane $mem align=1 7", [0xFD, 85, 0, 0, 7]),
    ("v128.load32_lane 2 offset=9 3", [0xFD, 86, 0x42, 2, 9, 3]),
    ("f32.const 1", [0x43, 0, 0, 0x80, 0x3F]), ("f64.const 1", [0x44, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F]),
  ]

  @Test("immediates", arguments: immediateCases)
  func immediates(text: String, bytes: [UInt8]) throws {
    #expect(try instructions(text) == bytes)
    #expect(try instructions("(\(text))") == bytes)
    #expect(try instructions("nop (\(text) (drop)) nop") == [0x01, 0x1A] + bytes + [0x01])
  }

  static let blockCases: [(String, [UInt8])] = [
    ("block end", [2, 0x40, 0x0B]), ("(block)", [2, 0x40, 0x0B]), ("loop nop end", [3, 0x40, 1, 0x0B]),
    ("(loop nop (nop) nop)", [3, 0x40, 1, 1, 1, 0x0B]), ("if end", [4, 0x40, 0x0B]),
    ("if else end", [4, 0x40, 5, 0x0B]),
    ("if nop else drop end", [4, 0x40, 1, 5, 0x1A, 0x0B]), ("(if (then))", [4, 0x40, 0x0B]),
    ("(if (then nop) (else drop))", [4, 0x40, 1, 5, 0x1A, 0x0B]), ("(if (then) (else))", [4, 0x40, 5, 0x0B]),
    ("(if (nop) (drop) (then))", [1, 0x1A, 4, 0x40, 0x0B]),
    (
      "(if (result i32) (i32.const 1) (then (i32.const 2)) (else (i32.const 3)))",
      [0x41, 1, 4, 0x7F, 0x41, 2, 5, 0x41, 3, 0x0B]
    ),
    ("(block block (nop) end)", [2, 0x40, 2, 0x40, 1, 0x0B, 0x0B]),
    ("block (loop) end", [2, 0x40, 3, 0x40, 0x0B, 0x0B]),
    ("(i32.add (i32.const 1) (i32.mul (i32.const 2) (i32.const 3)))", [0x41, 1, 0x41, 2, 0x41, 3, 0x6C, 0x6A]),
    ("(drop (block (result i32) i32.const 1 nop))", [2, 0x7F, 0x41, 1, 1, 0x0B, 0x1A]),
    ("(if (if (then)) (then (if (then))))", [4, 0x40, 0x0B, 4, 0x40, 4, 0x40, 0x0B, 0x0B]),
    // Types: empty, one result, an index.
    ("(block (result f64))", [2, 0x7C, 0x0B]), ("(block (result) (result))", [2, 0x40, 0x0B]),
    ("(block (param) (result externref))", [2, 0x6F, 0x0B]), ("(block (type $t))", [2, 0, 0x0B]),
    ("(block (param i32))", [2, 1, 0x0B]), ("(block (result i32 i32))", [2, 2, 0x0B]),
    ("(block (type 1) (param i32))", [2, 1, 0x0B]), ("loop (param i32) (param i32) (result i32) end", [3, 2, 0x0B]),
  ]

  @Test("blocks", arguments: blockCases)
  func blocks(text: String, bytes: [UInt8]) throws {
    #expect(try instructions(text) == bytes)
  }

  static let labelCases: [(String, [UInt8])] = [
    ("block $a br $a end", [2, 0x40, 0x0C, 0, 0x0B]), ("block $a br 0 end $a", [2, 0x40, 0x0C, 0, 0x0B]),
    ("block $a loop br $a end end", [2, 0x40, 3, 0x40, 0x0C, 1, 0x0B, 0x0B]),
    ("block $a loop $a br $a end $a br $a end $a", [2, 0x40, 3, 0x40, 0x0C, 0, 0x0B, 0x0C, 0, 0x0B]),
    ("(block $a (loop $b (br_if $b (br $a))))", [2, 0x40, 3, 0x40, 0x0C, 1, 0x0D, 0, 0x0B, 0x0B]),
    ("(block $a (block $b (br_table $a $b 2)))", [2, 0x40, 2, 0x40, 0x0E, 2, 1, 0, 2, 0x0B, 0x0B]),
    ("if $x br $x else $x br $x end $x", [4, 0x40, 0x0C, 0, 5, 0x0C, 0, 0x0B]),
    ("(if $x (then (br $x)) (else (br $x)))", [4, 0x40, 0x0C, 0, 5, 0x0C, 0, 0x0B]),
    // A condition is outside the block that it decides about.
    ("(block $x (if $x (br $x) (then (br $x))))", [2, 0x40, 0x0C, 0, 4, 0x40, 0x0C, 0, 0x0B, 0x0B]),
    ("(block $a) (block $a (br $a))", [2, 0x40, 0x0B, 2, 0x40, 0x0C, 0, 0x0B]),
  ]

  @Test("one number in front of another instruction is a lane, not a memory")
  func laneBeforeInstruction() throws {
    #expect(try instructions("v128.load8_lane 4 nop") == [0xFD, 84, 0, 0, 4, 1])
    #expect(try instructions("v128.load8_lane 4 i32.const 1") == [0xFD, 84, 0, 0, 4, 0x41, 1])
  }

  @Test("labels count the blocks between", arguments: labelCases)
  func labels(text: String, bytes: [UInt8]) throws {
    #expect(try instructions(text) == bytes)
  }

  @Test(
    "instructions that are refused",
    arguments: [
      ("(func foo)", "1:7", "unknown operator 'foo'"), ("(func (foo))", "1:8", "unknown operator 'foo'"),
      ("(func get_local 0)", "1:7", "unknown operator 'get_local'"), ("(func func)", "1:7", "name of an instruction"),
      ("(func 0)", "1:7", "unexpected token"), ("(func $f $g)", "1:10", "unexpected token"),
      ("(func ())", "1:8", "unexpected token"), ("(func (\"x\"))", "1:8", "unexpected token"),
      ("(func end)", "1:7", "'end' without"), ("(func else)", "1:7", "'else' without"),
      ("(func block)", "1:12", "'end' of the block that begins at 1:7"),
      ("(func (block) end)", "1:15", "'end' without"),
      ("(func block else end)", "1:13", "'else' without"), ("(func if else else end)", "1:15", "'else' without"),
      ("(func (block end))", "1:14", "'end' without"), ("(func (block block))", "1:19", "'end' of the block"),
      ("(func (end))", "1:8", "closes a flat block"), ("(func (else))", "1:8", "closes a flat block"),
      ("(func (then))", "1:8", "unexpected token"), ("(func (if))", "1:10", "'(then'"),
      ("(func (if nop (then)))", "1:11", "folded too"), ("(func (if (else)))", "1:12", "closes a flat block"),
      ("(func (if (then) (nop)))", "1:19", "'else'"), ("(func (if (then) nop))", "1:18", "folded too"),
      ("(func (if (then) (then)))", "1:19", "'else'"), ("(func (if (then) (else) (else)))", "1:25", "end of 'if'"),
      ("(func (if (then) (else) nop))", "1:25", "folded too"), ("(func (nop nop))", "1:12", "folded too"),
      ("(func (i32.add (nop) nop))", "1:22", "folded too"), ("(func if (then) end)", "1:11", "unexpected token"),
      ("(func block $a end $b)", "1:20", "mismatching label"), ("(func block end $a)", "1:17", "mismatching label"),
      ("(func if $a else $b end)", "1:18", "mismatching label"), ("(func if else $a end)", "1:15", "mismatching label"),
      ("(func if $a else $a end $b)", "1:25", "mismatching label"), ("(func br $a)", "1:10", "unknown label '$a'"),
      ("(func (block $a) br $a)", "1:21", "unknown label"), ("(func $f br $f)", "1:13", "unknown label"),
      ("(func br)", "1:9", "a label"), ("(func br_table)", "1:15", "a label"), ("(func br -1)", "1:10", "a label"),
      ("(func br 4294967296)", "1:10", "constant out of range"), ("(func call)", "1:11", "a func"),
      ("(func call $g)", "1:12", "unknown func '$g'"), ("(func local.get $x)", "1:17", "unknown local '$x'"),
      ("(func local.get)", "1:16", "a local"), ("(func global.get $g)", "1:18", "unknown global '$g'"),
      ("(func memory.grow $m)", "1:19", "unknown memory '$m'"), ("(func table.get $t)", "1:17", "unknown table '$t'"),
      ("(func elem.drop $e)", "1:17", "unknown elem segment '$e'"),
      ("(func data.drop $d)", "1:17", "unknown data segment"),
      ("(func memory.init)", "1:18", "data segment"), ("(func memory.copy 0)", "1:20", "a memory"),
      ("(func table.copy 0)", "1:19", "a table"), ("(func ref.null)", "1:15", "a heap type"),
      ("(func i32.load align=3)", "1:16", "power of two"), ("(func i32.load align=0)", "1:16", "power of two"),
      ("(func i32.load offset=-1)", "1:16", "unknown operator"), ("(func i32.load align=)", "1:16", "unknown operator"),
      ("(func i32.load offset=18446744073709551616)", "1:16", "constant out of range"),
      ("(func i32.load offset= 4)", "1:16", "unknown operator"),
      ("(func i32.load align=4 offset=4)", "1:24", "unknown operator"),
      ("(func i32.const)", "1:16", "an i32 literal"), ("(func f32.const $x)", "1:17", "an f32 literal"),
      ("(func (block (result i32) (param i32)))", "1:27", "no '(param'"),
      ("(func (block (param $x i32)))", "1:21", "no name here"),
      ("(func (block (result i32) (type 0)))", "1:27", "no '(type'"),
      ("(func call_indirect (param $x i32))", "1:28", "no name here"),
      ("(func call_indirect (type 9))", "1:21", "unknown type 9"),
      ("(func call_indirect (type $t))", "1:27", "unknown type '$t'"),
      ("(func (select (result i32 $x)))", "1:27", "a value type"),
      ("(type (func)) (func (block (type 0) (result i32)))", "1:28", "inline function type"),
      ("(func (local i32) nop (local i32))", "1:24", "unexpected token"),
      ("(func nop (param i32))", "1:12", "unexpected token"),
      ("(func nop", "1:7", "text ends"), ("(func (nop)", "1:7", "text ends"),
      ("(module (func)", "1:15", "end of the module"),
      ("(func v128.const)", "1:17", "the shape of the vector"),
      ("(func v128.const i32x2 1 2)", "1:18", "the shape of the vector"),
      ("(func v128.const i32x4 1 2 3)", "1:29", "a lane literal"),
      ("(func v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 256)", "1:54", "constant out of range"),
      ("(func v128.const f32x4 1 2 3 nan:0x800000)", "1:30", "constant out of range"),
      ("(func i32x4.extract_lane)", "1:25", "the index of a lane"),
      ("(func i32x4.extract_lane -1)", "1:26", "the index of a lane"),
      ("(func i32x4.extract_lane 256)", "1:26", "malformed lane index"),
      ("(func i8x16.shuffle 0 1 2)", "1:26", "the index of a lane"),
      ("(func v128.load8_lane offset=1)", "1:31", "the index of a lane"),
    ])
  func refused(text: String, place: String, message: String) {
    expectRefusal(text, place, message)
  }

  @Test(
    "features that are not supported are named",
    arguments: [
      ("(func i64.add128)", "wide-arithmetic"), ("(memory 1 (pagesize 1))", "custom page sizes"),
    ])
  func unsupported(text: String, feature: String) {
    #expect(refusal(text)?.kind == .unsupported(feature))
  }
}
