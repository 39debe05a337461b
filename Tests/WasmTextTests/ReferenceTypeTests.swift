/// Types of WebAssembly 3.0 in the text format.

import Testing
import WasmBinary

@Suite("Reference types in text")
struct ReferenceTypeTests {
  @Test(
    "type definitions have their binary forms",
    arguments: [
      ("(type $t (func (param (ref $t))))", [1, 0x60, 1, 0x64, 0, 0]),
      ("(type $a (func (result (ref null $b)))) (type $b (func))", [2, 0x60, 0, 1, 0x63, 1, 0x60, 0, 0]),
      ("(rec)", [1, 0x4E, 0]), ("(rec (type (func)))", [1, 0x60, 0, 0]),
      (
        "(rec (type $x (struct (field (ref $y)))) (type $y (array (mut i8))))",
        [1, 0x4E, 2, 0x5F, 1, 0x64, 1, 0, 0x5E, 0x78, 1]
      ),
      ("(type $a (sub (func))) (type (sub final $a (func)))", [2, 0x50, 0, 0x60, 0, 0, 0x4F, 1, 0, 0x60, 0, 0]),
      ("(type (sub final (func)))", [1, 0x60, 0, 0]),
      ("(type (struct (field $x i32) (field (mut i16) anyref)))", [1, 0x5F, 3, 0x7F, 0, 0x77, 1, 0x6E, 0]),
      ("(type $s (sub (func))) (func (type $s)) (func)", [2, 0x50, 0, 0x60, 0, 0, 0x60, 0, 0]),
    ] as [(String, [UInt8])])
  func definitions(text: String, bytes: [UInt8]) throws {
    #expect(try section(1, of: text) == bytes)
  }

  @Test(
    "abstract heap types and their shorthands",
    arguments: [
      ("anyref", 0x6E), ("eqref", 0x6D), ("i31ref", 0x6C), ("structref", 0x6B), ("arrayref", 0x6A), ("nullref", 0x71),
      ("nullfuncref", 0x73), ("nullexternref", 0x72), ("(ref null any)", 0x6E), ("(ref null eq)", 0x6D),
      ("(ref null i31)", 0x6C), ("(ref null struct)", 0x6B), ("(ref null array)", 0x6A), ("(ref null none)", 0x71),
      ("(ref null nofunc)", 0x73), ("(ref null noextern)", 0x72), ("(ref null func)", 0x70),
      ("(ref null extern)", 0x6F),
      ("exnref", 0x69), ("nullexnref", 0x74), ("(ref null exn)", 0x69), ("(ref null noexn)", 0x74),
    ] as [(String, UInt8)])
  func shorthands(text: String, code: UInt8) throws {
    #expect(try section(1, of: "(type (func (param \(text))))") == [1, 0x60, 1, code, 0])
  }

  @Test(
    "mistakes in type definitions are refused where they are",
    arguments: [
      ("(type (struct (field $a i32) (field $a i32)))", "1:37", "duplicate field"),
      ("(type (struct i32))", "1:15", "')'"), ("(rec (func))", "1:6", "'(type'"), ("(type (sub))", "1:11", "'(func'"),
      ("(type (func (param (ref $x))))", "1:25", "unknown type '$x'"), ("(type $t (array))", "1:16", "a value type"),
      ("(type $t (func)) (type $t (func))", "1:24", "duplicate type"),
    ])
  func refused(text: String, place: String, message: String) {
    expectRefusal(text, place, message)
  }
}
