/// Module fields: types, imports, definitions, segments, exports, names, and the forms of a module.

import Testing
import WasmBinary
import WasmText

@Suite("Modules")
struct ModuleTests {
  static let header: [UInt8] = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0]
  static let zero: [UInt8] = [0x41, 0, 0x0B]

  /// What each text must put into one section, which follows its number of entries.
  static let fieldCases: [(String, UInt8, [UInt8])] = [
    // Types, explicit and implicit
    ("(type (func))", 1, [1, 0x60, 0, 0]),
    ("(type $t (func (param i32 $x) (result)))".replacing(" $x", with: ""), 1, [1, 0x60, 1, 0x7F, 0]),
    (
      "(type (func (param $x i32) (param i64 f32) (result f64) (result funcref externref)))", 1,
      [1, 0x60, 3, 0x7F, 0x7E, 0x7D, 3, 0x7C, 0x70, 0x6F]
    ),
    ("(type (func (param (ref null func) (ref null extern))))", 1, [1, 0x60, 2, 0x70, 0x6F, 0]),
    (
      "(func (param i32)) (type (func)) (func (result i32)) (func (param i32))", 1,
      [3, 0x60, 0, 0, 0x60, 1, 0x7F, 0, 0x60, 0, 1, 0x7F]
    ),
    ("(type (func)) (type (func))", 1, [2, 0x60, 0, 0, 0x60, 0, 0]),
    // The implicit types of a body come between those of the functions around it.
    (
      "(func (param i32) (call_indirect (param i64))) (func (param f32))", 1,
      [3, 0x60, 1, 0x7F, 0, 0x60, 1, 0x7E, 0, 0x60, 1, 0x7D, 0]
    ),
    // Type uses
    (
      "(type $a (func)) (type $b (func (param i32))) (func (type $b)) (func (type 0)) (func (type 1) (param i32))", 3,
      [3, 1, 0, 1]
    ),
    ("(type (func)) (type (func)) (func (type 1)) (func)", 3, [2, 1, 0]),
    ("(func (type $t)) (type $t (func))", 3, [1, 0]),
    ("(func) (func (type 0))", 3, [2, 0, 0]),
    // Imports
    (#"(import "m" "f" (func $f (param i32)))"#, 2, [1, 1, 0x6D, 1, 0x66, 0, 0]),
    (#"(import "" "" (table 1 2 externref))"#, 2, [1, 0, 0, 1, 0x6F, 1, 1, 2]),
    (#"(import "" "" (memory $m 0x10)) (import "" "" (global (mut i64)))"#, 2, [2, 0, 0, 2, 0, 16, 0, 0, 3, 0x7E, 1]),
    (
      #"(func (export "e") (import "m" "f")) (table (import "a" "b") 0 funcref)"#, 2,
      [2, 1, 0x6D, 1, 0x66, 0, 0, 1, 0x61, 1, 0x62, 1, 0x70, 0, 0]
    ),
    (#"(memory (import "" "") 1 2) (global (import "" "") f32)"#, 2, [2, 0, 0, 2, 1, 1, 2, 0, 0, 3, 0x7D, 0]),
    // Tables, memories, globals
    ("(table 1 funcref) (table 0 0x10 externref)", 4, [2, 0x70, 0, 1, 0x6F, 1, 0, 16]),
    ("(table 2 funcref (ref.func 0)) (func)", 4, [1, 0x40, 0, 0x70, 0, 2, 0xD2, 0, 0x0B]),
    ("(table i64 1 2 funcref)", 4, [1, 0x70, 5, 1, 2]), ("(table i32 1 funcref)", 4, [1, 0x70, 0, 1]),
    ("(func $f) (table funcref (elem $f 0))", 4, [1, 0x70, 1, 2, 2]),
    ("(table funcref (elem))", 4, [1, 0x70, 1, 0, 0]),
    ("(memory 1) (memory 2 3)", 5, [2, 0, 1, 1, 2, 3]), ("(memory i64 1)", 5, [1, 4, 1]),
    ("(memory 1 2 shared)", 5, [1, 3, 1, 2]), (#"(memory (data "a" "b"))"#, 5, [1, 1, 1, 1]),
    ("(memory (data))", 5, [1, 1, 0, 0]),
    (
      "(global i32 (i32.const 7)) (global (mut externref) (ref.null extern))", 6,
      [2, 0x7F, 0, 0x41, 7, 0x0B, 0x6F, 1, 0xD0, 0x6F, 0x0B]
    ),
    ("(global i32 i32.const 1 i32.const 2 i32.add)", 6, [1, 0x7F, 0, 0x41, 1, 0x41, 2, 0x6A, 0x0B]),
    (
      "(global $b i32 (global.get $a)) (global $a i32 (i32.const 1))", 6,
      [2, 0x7F, 0, 0x23, 1, 0x0B, 0x7F, 0, 0x41, 1, 0x0B]
    ),
    // Exports and start
    (#"(func (export "a") (export "b")) (export "c" (func 0))"#, 7, [3, 1, 0x61, 0, 0, 1, 0x62, 0, 0, 1, 0x63, 0, 0]),
    (
      #"(export "" (memory $m)) (memory $m (export "m") 1) (table (export "t") 1 funcref)"#, 7,
      [3, 0, 2, 0, 1, 0x6D, 2, 0, 1, 0x74, 1, 0]
    ),
    (
      #"(global $g (export "é") i32 (i32.const 0)) (export "g" (global $g))"#, 7,
      [2, 2, 0xC3, 0xA9, 3, 0, 1, 0x67, 3, 0]
    ),
    ("(func) (start $s) (func $s)", 8, [1]),
    // Element segments, old and new
    ("(func $f) (elem (i32.const 0) $f)", 9, [1, 0] + zero + [1, 0]),
    ("(func $f) (elem (i32.const 0) func $f 0)", 9, [1, 0] + zero + [2, 0, 0]),
    ("(func $f) (elem 0 (i32.const 0) $f)", 9, [1, 0] + zero + [1, 0]),
    ("(func $f) (elem $e (table 1) (offset (i32.const 0)) func $f)", 9, [1, 2, 1] + zero + [0, 1, 0]),
    ("(func $f) (table $t 1 funcref) (elem $e $t (offset i32.const 0) $f)", 9, [1, 0] + zero + [1, 0]),
    ("(func $f) (elem func $f)", 9, [1, 1, 0, 1, 0]), ("(func $f) (elem declare func $f)", 9, [1, 3, 0, 1, 0]),
    ("(elem (i32.const 0))", 9, [1, 0] + zero + [0]), ("(elem func)", 9, [1, 1, 0, 0]),
    (
      "(func) (elem (i32.const 0) funcref (ref.func 0) (item ref.null func))", 9,
      [1, 4] + zero + [2, 0xD2, 0, 0x0B, 0xD0, 0x70, 0x0B]
    ),
    ("(elem funcref (ref.null func))", 9, [1, 5, 0x70, 1, 0xD0, 0x70, 0x0B]),
    (
      "(elem (table 1) (i32.const 0) externref (item (ref.null extern)))", 9,
      [1, 6, 1] + zero + [0x6F, 1, 0xD0, 0x6F, 0x0B]
    ),
    ("(elem (ref null extern))", 9, [1, 5, 0x6F, 0]),
    ("(elem declare externref)", 9, [1, 7, 0x6F, 0]),
    ("(table externref (elem (ref.null extern)))", 9, [1, 6, 0] + zero + [0x6F, 1, 0xD0, 0x6F, 0x0B]),
    ("(table 1 funcref) (func $f) (table funcref (elem $f))", 9, [1, 2, 1] + zero + [0, 1, 0]),
    // Data segments, old and new
    (#"(data (i32.const 0) "a")"#, 11, [1, 0] + zero + [1, 0x61]),
    (#"(data 0 (i32.const 0) "a")"#, 11, [1, 0] + zero + [1, 0x61]),
    (#"(data $d (memory 1) (offset i32.const 0) "a" "b")"#, 11, [1, 2, 1] + zero + [2, 0x61, 0x62]),
    (#"(data $d "a")"#, 11, [1, 1, 1, 0x61]), ("(data)", 11, [1, 1, 0]),
    (#"(memory $a 1) (memory $m (data "x"))"#, 11, [1, 2, 1] + zero + [1, 0x78]),
    (#"(data "a") (func (data.drop 0))"#, 12, [1]),
    // Functions
    (
      "(func (local i32 i32) (local $x i32) (local) (local i64) (local i32))", 10,
      [1, 8, 3, 3, 0x7F, 1, 0x7E, 1, 0x7F, 0x0B]
    ),
    ("(func (param i32) (local $x i32) (local.get $x))", 10, [1, 6, 1, 1, 0x7F, 0x20, 1, 0x0B]),
    (
      "(type $t (func (param i32 i32))) (func (type $t) (local $x i32) (local.get $x))", 10,
      [1, 6, 1, 1, 0x7F, 0x20, 2, 0x0B]
    ),
    (
      "(func (param $a i32) (param i32) (param $b i32) (local.get $b) (local.get $a))", 10,
      [1, 6, 0, 0x20, 2, 0x20, 0, 0x0B]
    ),
    ("(func (call $later)) (func $later)", 10, [2, 4, 0, 0x10, 1, 0x0B, 2, 0, 0x0B]),
    (#"(import "" "" (func)) (func (call $f)) (func $f)"#, 10, [2, 4, 0, 0x10, 2, 0x0B, 2, 0, 0x0B]),
  ]

  @Test("module fields", arguments: fieldCases)
  func fields(text: String, identifier: UInt8, contents: [UInt8]) throws {
    #expect(try section(identifier, of: text) == contents)
    #expect(try section(identifier, of: "(module $name \(text))") == contents)
    #expect(try section(identifier, of: "(module quote \"\(text.replacing("\"", with: "\\\""))\")") == contents)
  }

  @Test("a segment inside a table or memory counts in its index space")
  func inlineSegments() throws {
    let text = """
      (func $f (elem.drop $e) (data.drop $d)) (table funcref (elem $f)) (elem $e func) (memory (data "x")) (data $d "y")
      """
    #expect(try section(10, of: text) == [1, 8, 0, 0xFC, 13, 1, 0xFC, 9, 1, 0x0B])
  }

  @Test("the name section has the names of the module, functions and locals")
  func names() throws {
    let text = """
      (module $mod
        (import "a" "b" (func $imported (param $p i32)))
        (func $first (param $x i32) (param i32) (local $y i32) (local i32) (local $z i64))
        (func) (func $"with space" (local $0 i32)))
      """
    let module = try Module.load(assemble(text))
    let names = module.decodeNames()
    #expect(names.moduleName == "mod")
    #expect(names.functionNames == [0: "imported", 1: "first", 3: "with space"])
    #expect(names.localNames == [0: [0: "p"], 1: [0: "x", 2: "y", 4: "z"], 3: [0: "0"]])
  }

  @Test("without names there is no name section")
  func noNames() throws {
    #expect(
      try assemble("(module (func (param i32)))") == Self.header + [
        1, 5, 1, 0x60, 1, 0x7F, 0, 3, 2, 1, 0, 10, 4, 1, 2, 0, 0x0B,
      ])
  }

  @Test("a binary module is taken as it is")
  func binary() throws {
    #expect(try assemble(#"(module binary "\00asm" "\01\00\00\00")"#) == Self.header)
    #expect(try assemble(#"(module $name binary)"#) == [])
    #expect(refusal(#"(module binary "\00asm" (func))"#)?.message.contains("a string") == true)
  }

  @Test("a quoted module is read in its place, also a quoted one in a quoted one")
  func quoted() throws {
    #expect(try assemble(#"(module quote)"#) == Self.header)
    #expect(try assemble(#"(module quote "(mod" "ule)")"#) == Self.header)
    #expect(try assemble(#"(module quote "(module quote \"(module $x)\")")"#) == assemble("(module $x)"))
    let error = refusal("(module quote \"\\n\\n(func foo)\")")
    #expect(error?.line == 3 && error?.column == 7)
    #expect(error?.message == "in the quoted text: unknown operator 'foo'")
  }

  @Test("a realistic module validates")
  func realistic() throws {
    let text = """
      ;; sum of squares, with a table of operations
      (module $example
        (type $binary (func (param i32 i32) (result i32)))
        (import "env" "log" (func $log (param i32 i32)))
        (memory (export "memory") 1 16)
        (data (i32.const 8) "hello\\00")
        (table $operations 2 2 funcref)
        (elem (table $operations) (i32.const 0) func $add $multiply)
        (global $calls (mut i32) (i32.const 0))
        (func $add (type $binary) (i32.add (local.get 0) (local.get 1)))
        (func $multiply (param $a i32) (param $b i32) (result i32)
          local.get $a
          local.get $b
          i32.mul)
        (func (export "sum") (param $n i32) (result i32) (local $total i32)
          (block $done
            (loop $next
              (br_if $done (i32.eqz (local.get $n)))
              (local.set $total
                (call_indirect $operations (type $binary)
                  (local.get $total)
                  (call_indirect (type $binary) (local.get $n) (local.get $n) (i32.const 1))
                  (i32.const 0)))
              (local.set $n (i32.sub (local.get $n) (i32.const 1)))
              (global.set $calls (i32.add (global.get $calls) (i32.const 2)))
              (br $next)))
          (call $log (i32.const 8) (i32.const 5))
          (local.get $total)))
      """
    let module = try Module.load(assemble(text))
    #expect(module.exports.map(\.name) == ["memory", "sum"])
    #expect(module.functions.count == 4)
    #expect(module.decodeNames().localNames[3] == [0: "n", 1: "total"])
  }

  @Test(
    "modules that are refused",
    arguments: [
      ("(", "1:2", "is not a module field"), (")", "1:1", "unexpected token"), ("module", "1:1", "unexpected token"),
      ("(module", "1:8", "end of the module"), ("(module))", "1:9", "end of the text"),
      ("(module) (module)", "1:10", "end of the text"),
      ("(func) (module)", "1:9", "not a module field"), ("(foo)", "1:2", "not a module field"),
      ("(module (foo))", "1:10", "not a module field"),
      ("(module nop)", "1:9", "a module field"), ("(module $a $b)", "1:12", "a module field"),
      ("\"x\"", "1:1", "unexpected token"),
      ("(module definition)", "1:9", "test scripts"), ("(module instance)", "1:9", "test scripts"),
      ("(module\n  (func $f)\n  (func $f))", "3:9", "duplicate func: '$f'"),
      ("(type $a (func)) (type $a (func))", "1:24", "duplicate type"),
      ("(table $a 1 funcref) (import \"\" \"\" (table $a 1 funcref))", "1:23", "import after table"),
      ("(import \"\" \"\" (table $a 1 funcref)) (table $a 1 funcref)", "1:44", "duplicate table"),
      ("(memory $a 1) (memory $a 1)", "1:23", "duplicate memory"),
      ("(global $a i32 (i32.const 0)) (global $a i32 (i32.const 0))", "1:39", "duplicate global"),
      ("(elem $a func) (elem $a func)", "1:22", "duplicate elem"), ("(data $a) (data $a)", "1:17", "duplicate data"),
      ("(func (param $a i32) (local $a i32))", "1:29", "duplicate local"),
      ("(func (param $a i32) (param $a i32))", "1:29", "duplicate local"),
      ("(func (local $a i32) (local $a i32))", "1:29", "duplicate local"),
      ("(type (func (param $a i32) (param $a i32)))", "1:35", "duplicate local"),
      ("(func) (import \"\" \"\" (func))", "1:9", "import after function"),
      ("(memory 1) (func (import \"\" \"\"))", "1:13", "import after memory"),
      ("(global i32 (i32.const 0)) (import \"\" \"\" (memory 1))", "1:29", "import after global"),
      ("(func) (start 0) (start 0)", "1:19", "multiple start"), ("(start $f)", "1:8", "unknown func '$f'"),
      ("(start)", "1:7", "a func"),
      ("(func (type $t))", "1:13", "unknown type '$t'"), ("(func (type 0))", "1:7", "unknown type 0"),
      ("(type (func)) (func (type 0) (param i32))", "1:21", "inline function type"),
      ("(type (func (param i32))) (func (type 0) (result i32))", "1:33", "inline function type"),
      ("(func (result i32) (param i32))", "1:20", "no '(param'"), ("(func (param i32) (type 0))", "1:19", "no '(type'"),
      ("(func (param $x i32 i32))", "1:21", "end of the parameters"), ("(func (param $x))", "1:16", "a value type"),
      ("(func (param x))", "1:14", "a value type"), ("(func (result $x i32))", "1:15", "a value type"),
      ("(func (local $x))", "1:16", "a value type"), ("(func (local $x i32 i64))", "1:21", "end of the locals"),
      ("(type)", "1:6", "'(func'"), ("(type (func) (func))", "1:14", "end of the type"),
      ("(type (func (local i32)))", "1:13", "end of the function type"),
      ("(import)", "1:8", "module name"), ("(import \"a\")", "1:12", "the name of the import"),
      ("(import \"a\" \"b\")", "1:16", "'(func'"),
      ("(import \"a\" \"b\" (foo))", "1:18", "'func', 'table'"),
      ("(import \"a\" \"b\" (func nop))", "1:23", "end of the imported item"),
      ("(export \"a\")", "1:12", "'(func'"), ("(export \"a\" (func $x))", "1:19", "unknown func"),
      ("(export \"a\" (func))", "1:18", "a func"),
      ("(export a (func 0))", "1:9", "the name of the export"), ("(func (export))", "1:14", "the name of the export"),
      ("(table funcref)", "1:15", "'(elem'"), ("(table 1)", "1:9", "a reference type"),
      ("(table 1 i32)", "1:10", "a reference type"),
      ("(table 1 2 3 funcref)", "1:12", "a reference type"), ("(table funcref (elem $x))", "1:22", "unknown func"),
      ("(memory)", "1:8", "a minimum size"), ("(memory -1)", "1:9", "a minimum size"),
      ("(memory 18446744073709551616)", "1:9", "constant out of range"),
      ("(memory 1 2 3)", "1:13", "end of the memory"), ("(memory 1 (data))", "1:11", "end of the memory"),
      ("(global i32", "1:9", "text ends"), ("(global)", "1:8", "a value type"),
      ("(global (mut))", "1:13", "a value type"), ("(global (mut i32 i32))", "1:18", "end of the global's type"),
      ("(elem)", "1:6", "'func' or a reference type"), ("(elem $x 0)", "1:11", "the offset"),
      ("(elem declare 0)", "1:15", "'func' or"),
      ("(elem funcref 0)", "1:15", "an element expression"), ("(elem func $x)", "1:12", "unknown func"),
      ("(elem (item) func)", "1:8", "name of an instruction"),
      ("(elem func (item))", "1:12", "an index or name"), ("(data 0)", "1:8", "the offset"),
      ("(data (i32.const 0) 1)", "1:21", "a string"),
      ("(data (offset) x)", "1:16", "a string"), ("(data (memory $x) (i32.const 0))", "1:15", "unknown memory"),
      ("(data (i32.const 0) (i32.const 0))", "1:21", "a string"),
      ("(func (export \"a\") (import \"b\" \"c\") nop)", "1:37", "end of the imported function"),
      ("(module\r\n  (func\r\n    é))", "3:5", "illegal character"), ("(data \"éé\" x)", "1:12", "a string"),
      ("(global f32 (f32.const \(String(repeating: "x", count: 100))))", "1:24", "xxx...'"),
    ])
  func refused(text: String, place: String, message: String) {
    expectRefusal(text, place, message)
  }
}
