/// Integer and floating-point literals: ranges, forms and rounding.

import Testing
import WasmBinary
import WasmText

@Suite("Literals")
struct LiteralTests {
  static let integers32: [(String, Int32)] = [
    ("0", 0), ("1", 1), ("-1", -1), ("+1", 1), ("-0", 0), ("2147483647", .max), ("2147483648", .min),
    ("4294967295", -1), ("+4294967295", -1), ("-2147483648", .min), ("0x80000000", .min), ("-0x80000000", .min),
    ("0xffff_FFFF", -1), ("1_000", 1000), ("0x0_0_1", 1), ("0012", 12), ("00000000000000000000000000000012", 12),
  ]

  @Test("i32 literals", arguments: integers32)
  func i32(text: String, value: Int32) throws {
    #expect(try instructions("i32.const \(text)") == encoded(.i32Const(value)))
  }

  static let integers64: [(String, Int64)] = [
    ("0", 0), ("-1", -1), ("9223372036854775807", .max), ("9223372036854775808", .min),
    ("18446744073709551615", -1), ("-9223372036854775808", .min), ("0xFFFF_FFFF_FFFF_FFFF", -1),
    ("-0x8000_0000_0000_0000", .min), ("0x0123456789abcDEF", 0x0123_4567_89AB_CDEF),
  ]

  @Test("i64 literals", arguments: integers64)
  func i64(text: String, value: Int64) throws {
    #expect(try instructions("i64.const \(text)") == encoded(.i64Const(value)))
  }

  @Test(
    "integers out of range",
    arguments: [
      ("i32", "4294967296"), ("i32", "-2147483649"), ("i32", "0x100000000"), ("i32", "-0x80000001"),
      ("i32", "18446744073709551616"), ("i64", "18446744073709551616"), ("i64", "-9223372036854775809"),
      ("i64", "0x1_0000_0000_0000_0000"), ("i64", "-0x8000_0000_0000_0001"), ("i32", "99999999999999999999999999"),
    ])
  func outOfRange(type: String, text: String) {
    expectRefusal("(func (drop (\(type).const \(text))))", "1:24", "constant out of range")
  }

  @Test(
    "integers that are none",
    arguments: [
      "_1", "1_", "1__0", "0x", "0x_1", "0x1_", "0_x1", "0xg", "1a", "--1", "+-1", "+", "-", "1.0", "1e3", "inf", "nan",
      "0b1",
      "0X1", "$x", "\"1\"", "",
    ])
  func noInteger(text: String) {
    #expect(refusal("(func (drop (i32.const \(text))))")?.kind == .malformed)
  }

  @Test(
    "special floating-point literals",
    arguments: [
      ("0", 0, 0), ("-0", 0x8000_0000, 0x8000_0000_0000_0000), ("-0.0e5", 0x8000_0000, 0x8000_0000_0000_0000),
      ("-0x0p-99999999999999999999", 0x8000_0000, 0x8000_0000_0000_0000),
      ("0e99999999999999999999", 0, 0),
      ("inf", 0x7F80_0000, 0x7FF0_0000_0000_0000), ("+inf", 0x7F80_0000, 0x7FF0_0000_0000_0000),
      ("-inf", 0xFF80_0000, 0xFFF0_0000_0000_0000), ("nan", 0x7FC0_0000, 0x7FF8_0000_0000_0000),
      ("-nan", 0xFFC0_0000, 0xFFF8_0000_0000_0000), ("nan:0x1", 0x7F80_0001, 0x7FF0_0000_0000_0001),
      ("-nan:0x7f_ffff", 0xFFFF_FFFF, 0xFFF0_0000_007F_FFFF), ("+nan:0x40_0000", 0x7FC0_0000, 0x7FF0_0000_0040_0000),
    ] as [(String, UInt32, UInt64)])
  func special(text: String, single: UInt32, double: UInt64) throws {
    #expect(try instructions("f32.const \(text)") == encoded(.f32Const(bits: single)))
    #expect(try instructions("f64.const \(text)") == encoded(.f64Const(bits: double)))
  }

  /// Rounds to even, at the ends of the ranges and where rounding twice would be wrong.
  static let singles: [(String, UInt32)] = [
    ("1", 0x3F80_0000), ("1.", 0x3F80_0000), ("0x1.", 0x3F80_0000), ("1.5e+0", 0x3FC0_0000), ("15E-1", 0x3FC0_0000),
    ("0x1P+2", 0x4080_0000), ("0xA.8", 0x4128_0000), ("1_0.2_5e0_1", 0x42CD_0000),
    ("0x1.000000p0", 0x3F80_0000), ("0x1.000001p0", 0x3F80_0000), ("0x1.00000100000001p0", 0x3F80_0001),
    ("0x1.000003p0", 0x3F80_0002), ("0x1.0000010000000000000000000000000001p0", 0x3F80_0001),
    ("0x1p-149", 1), ("0x1p-150", 0), ("0x1.8p-150", 1), ("0x1.000001p-150", 1), ("0x3p-150", 2),
    ("0x1.fffffep127", 0x7F7F_FFFF), ("0x1.fffffeffffffffffffffp127", 0x7F7F_FFFF), ("0x1.fffffcp-127", 0x007F_FFFF),
    ("0x1.fffffep-127", 0x0080_0000), ("3.4028234663852886e38", 0x7F7F_FFFF), ("3.40282356e38", 0x7F7F_FFFF),
    ("1.401298464324817e-45", 1), ("7.006492321624085e-46", 0), ("7.006492321624086e-46", 1), ("1e-50", 0),
    ("1e-99999999999999999999", 0), ("0x1p-99999999999999999999", 0),
    // Rounded to f64 first, both are halfway between two f32 and go to the even one, which is not the nearest.
    ("1.00000005960464477540", 0x3F80_0001), ("1.000000059604644775390625", 0x3F80_0000),
    ("8.589973e9", 0x5000_0026), ("16777217", 0x4B80_0000), ("16777219", 0x4B80_0002), ("0.1", 0x3DCC_CCCD),
  ]

  @Test("f32 literals round once, to the nearest and ties to even", arguments: singles)
  func f32(text: String, bits: UInt32) throws {
    #expect(try instructions("f32.const \(text)") == encoded(.f32Const(bits: bits)))
    #expect(try instructions("f32.const -\(text)") == encoded(.f32Const(bits: bits | 0x8000_0000)))
  }

  static let doubles: [(String, UInt64)] = [
    ("0.1", 0x3FB9_9999_9999_999A), ("9007199254740993", 0x4340_0000_0000_0000),
    ("9007199254740993.0000000000000000000000000000001", 0x4340_0000_0000_0001),
    ("9007199254740995", 0x4340_0000_0000_0002), ("1e23", 0x44B5_2D02_C7E1_4AF6), ("1e22", 0x4480_F0CF_064D_D592),
    ("2.2250738585072011e-308", 0x000F_FFFF_FFFF_FFFF), ("2.2250738585072012e-308", 0x0010_0000_0000_0000),
    ("4.9406564584124654e-324", 1), ("2.4703282292062327e-324", 0), ("2.4703282292062328e-324", 1),
    ("1.7976931348623157e308", 0x7FEF_FFFF_FFFF_FFFF), ("1.7976931348623158e308", 0x7FEF_FFFF_FFFF_FFFF),
    ("0x1p-1074", 1), ("0x1p-1075", 0), ("0x1.0000000000001p-1075", 1),
    ("0x1.fffffffffffff7ffffffp1023", 0x7FEF_FFFF_FFFF_FFFF),
    ("0x1.00000000000008p0", 0x3FF0_0000_0000_0000), ("0x1.000000000000080000000000001p0", 0x3FF0_0000_0000_0001),
    ("0x1.00000000000018p0", 0x3FF0_0000_0000_0002),
    ("0x10000000000000000000000000000000000p-136", 0x3FF0_0000_0000_0000),
    ("0x0.00000000000000000000000000000000001p140", 0x3FF0_0000_0000_0000),
  ]

  @Test("f64 literals round to the nearest, ties to even", arguments: doubles)
  func f64(text: String, bits: UInt64) throws {
    #expect(try instructions("f64.const \(text)") == encoded(.f64Const(bits: bits)))
  }

  @Test("random f64 numbers survive being printed and read")
  func printed() throws {
    var generator = SeededGenerator(state: 1)
    for _ in 0..<2_000 {
      let value = Double(bitPattern: generator.next())
      guard value.isFinite else { continue }
      #expect(try instructions("f64.const \(value)") == encoded(.f64Const(bits: value.bitPattern)))
    }
  }

  @Test("random f32 numbers survive being printed and read")
  func printedSingles() throws {
    var generator = SeededGenerator(state: 2)
    for _ in 0..<2_000 {
      let value = Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()))
      guard value.isFinite else { continue }
      #expect(try instructions("f32.const \(value)") == encoded(.f32Const(bits: value.bitPattern)))
      // Not by way of f32: the f64 next to it, whose digits decide.
      let double = Double(value).nextUp
      guard Float(double).isFinite else { continue }
      #expect(try instructions("f32.const \(double)") == encoded(.f32Const(bits: Float(double).bitPattern)))
    }
  }

  @Test("digits far behind a halfway point decide")
  func longDigits() throws {
    let halfway = "9007199254740993." + String(repeating: "0", count: 5_000)
    #expect(try instructions("f64.const \(halfway)") == encoded(.f64Const(bits: 0x4340_0000_0000_0000)))
    #expect(try instructions("f64.const \(halfway)1") == encoded(.f64Const(bits: 0x4340_0000_0000_0001)))
    let zeros = String(repeating: "0", count: 100_000)
    #expect(try instructions("f64.const 0.\(zeros)1e100001") == encoded(.f64Const(bits: 0x3FF0_0000_0000_0000)))
    #expect(try instructions("f64.const 1\(zeros)e-100000") == encoded(.f64Const(bits: 0x3FF0_0000_0000_0000)))
    #expect(try instructions("f32.const 0x1\(zeros)p-400000") == encoded(.f32Const(bits: 0x3F80_0000)))
  }

  @Test(
    "floating-point literals out of range",
    arguments: [
      ("f32", "0x1p128"), ("f32", "0x1.ffffffp127"), ("f32", "-1e39"),
      ("f32", "340282356779733661637539395458142568448"),
      ("f64", "0x1p1024"), ("f64", "0x1.fffffffffffff8p1023"), ("f64", "1e309"), ("f64", "-1e99999999999999999999"),
      ("f64", "1.797693134862315808e308"), ("f32", "nan:0x0"), ("f32", "nan:0x80_0000"),
      ("f64", "nan:0x10_0000_0000_0000"),
      ("f32", "nan:0x1_0000_0000_0000_0000_0001"),
    ])
  func floatOutOfRange(type: String, text: String) {
    expectRefusal("(func (drop (\(type).const \(text))))", "1:24", "constant out of range")
  }

  @Test(
    "floating-point literals that are none",
    arguments: [
      ".5", "-.5", "1._5", "1_.5", "1e", "1e+", "1e_1", "1e1_", "0x", "0x.8", "0x1p", "0x1.8e+1", "1p3", "0x1e+1",
      "infinity", "nan:1", "nan:0x", "nan:", "nan:canonical", "nan:arithmetic", "in", "+-1", "1.2.3", "1e1e1",
      "0x1p0x1", "_1.0",
    ])
  func noFloat(text: String) {
    #expect(refusal("(func (drop (f64.const \(text))))")?.kind == .malformed)
  }

  private func encoded(_ instruction: ConstantInstruction) -> [UInt8] {
    ConstantExpression([instruction]).encoded.dropLast()
  }
}
