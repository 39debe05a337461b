/// Numbers keep their exact value and have their shortest spelling.

import Foundation
import Testing
import WasmJSON

@Suite("Numbers")
struct JSONNumberTests {
  @Test(
    "integers are exact over 64 bits",
    arguments: [
      ("0", .integer(0)), ("-1", .integer(-1)), ("9007199254740993", .integer(9_007_199_254_740_993)),
      ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
      ("9223372036854775808", .unsigned(9_223_372_036_854_775_808)), ("18446744073709551615", .unsigned(.max)),
      ("18446744073709551616", .double(18_446_744_073_709_551_616)),
      ("-9223372036854775809", .double(-9_223_372_036_854_775_808)),
      ("99999999999999999999", .double(1e20)), ("100000000000000000000", .double(1e20)),
    ] as [(String, JSONValue)])
  func integers(text: String, expected: JSONValue) throws {
    #expect(try JSONValue(parsing: text) == expected)
  }

  @Test("a negative zero keeps its sign", arguments: ["-0", "-0.0", "-0e0", "-0.00e-5"])
  func negativeZero(text: String) throws {
    let value = try #require(try JSONValue(parsing: text).doubleValue)
    #expect(value.sign == .minus && value == 0)
    #expect(JSONValue.double(value).description == "-0.0")
  }

  @Test(
    "doubles are read to the nearest value",
    arguments: [
      "1.5", "0.1", "1e22", "1e23", "123456789012345e22", "1e-22", "1e-23", "2.2250738585072014e-308", "5e-324",
      "2.4703282292062328e-324", "1.7976931348623157e308", "9007199254740993.0", "0.000001", "1E5", "1e+5", "1e05",
      "3.141592653589793", "123456789.123456789123456789", "0e400", "0.0000000000000000000000000000000000001e37",
      "8.41e21", "9.5e-3", "7.2057594037927933e16", "1.00000000000000011102230246251565", "1e-400",
      "100000000000000000000000000000000000000e-30", "0.99999999999999999999999",
    ])
  func doubles(text: String) throws {
    // The C library's conversion is the oracle.
    let expected = strtod(text, nil)
    for (text, expected) in [(text, expected), ("-" + text, -expected)] {
      let value = try #require(try JSONValue(parsing: text).doubleValue)
      #expect(value.bitPattern == expected.bitPattern, "\(text)")
    }
  }

  @Test(
    "doubles have their shortest spelling",
    arguments: [
      (0, "0.0"), (-0.0, "-0.0"), (4, "4.0"), (1000, "1000.0"), (-1.5, "-1.5"), (0.1, "0.1"),
      (0.1 + 0.2, "0.30000000000000004"),
      (1e15, "1000000000000000.0"), (1e16, "1e16"), (1.2e16, "1.2e16"),
      (123_456_789_012_345_680, "1.2345678901234568e17"),
      (9_007_199_254_740_992, "9007199254740992.0"), (0.001, "0.001"), (0.0001, "0.0001"), (0.00001, "0.00001"),
      (0.000012, "0.000012"), (0.000001, "1e-6"), (1.25e-7, "1.25e-7"), (.leastNonzeroMagnitude, "5e-324"),
      (1.7976931348623157e308, "1.7976931348623157e308"), (2.2250738585072014e-308, "2.2250738585072014e-308"),
      (1e21, "1e21"), (1e100, "1e100"), (123456.789, "123456.789"), (.nan, "null"), (.infinity, "null"),
      (-.infinity, "null"),
      (17.25, "17.25"), (1_234_567_890_123_456, "1234567890123456.0"),
      (12_345_678_901_234_568, "1.2345678901234568e16"),
    ] as [(Double, String)])
  func spellings(value: Double, expected: String) {
    #expect(JSONValue.double(value).description == expected)
  }

  @Test("any double reads back the same")
  func roundTrip() throws {
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<20_000 {
      let value = Double(bitPattern: generator.next())
      guard value.isFinite else { continue }
      let text = JSONValue.double(value).description
      guard case .double(let again) = try JSONValue(parsing: text) else {
        Issue.record("\(text) does not read back as a double")
        continue
      }
      #expect(again.bitPattern == value.bitPattern, "\(text)")
    }
  }

  @Test("short decimal numbers are read as the C library reads them")
  func shortDecimals() throws {
    var generator = SeededGenerator(seed: 12)
    for _ in 0..<20_000 {
      let digits = UInt64.random(in: 0...9_999_999_999_999_999, using: &generator)
      let text =
        "\(digits).\(UInt32.random(in: 0...999, using: &generator))e\(Int.random(in: -40...40, using: &generator))"
      #expect(try JSONValue(parsing: text).doubleValue?.bitPattern == strtod(text, nil).bitPattern, "\(text)")
    }
  }

  @Test("conversions are exact or nil")
  func conversions() {
    #expect(JSONValue.double(4).int64Value == 4)
    #expect(JSONValue.double(4.5).int64Value == nil)
    #expect(JSONValue.double(.nan).int64Value == nil)
    #expect(JSONValue.double(1e19).int64Value == nil)
    #expect(JSONValue.double(1e19).uint64Value == 10_000_000_000_000_000_000)
    #expect(JSONValue.integer(-1).uint64Value == nil)
    #expect(JSONValue.unsigned(.max).int64Value == nil)
    #expect(JSONValue.unsigned(.max).doubleValue == 18_446_744_073_709_551_616)
    #expect(JSONValue(UInt64.max) == .unsigned(.max))
    #expect(JSONValue(UInt64(5)) == .integer(5))
    #expect(JSONValue(UInt8(5)) == .integer(5))
    #expect(JSONValue(Int64.min) == .integer(.min))
    #expect(JSONValue.string("4").int64Value == nil)
  }

  @Test("a number's spelling is limited", arguments: [(1024, true), (1025, false), (10_000, false)])
  func longNumbers(length: Int, accepted: Bool) throws {
    for text in [String(repeating: "9", count: length), "0." + String(repeating: "1", count: length - 2)] {
      if accepted {
        // 1,024 nines are beyond the range of a double, the fraction is not.
        guard text.hasPrefix("0.") else {
          #expect(throws: JSONError(.numberOutOfRange, at: 0)) { try JSONValue(parsing: text) }
          continue
        }
        #expect(try JSONValue(parsing: text).doubleValue == 1.0 / 9)
      } else {
        #expect(throws: JSONError(.numberTooLong, at: 0)) { try JSONValue(parsing: text) }
      }
    }
  }
}

/// SplitMix64: the same numbers in every run.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
