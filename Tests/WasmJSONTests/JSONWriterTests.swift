/// What the writer spells, and that it reads back.

import Foundation
import Testing
import WasmJSON

@Suite("Writing")
struct JSONWriterTests {
  @Test(
    "values have compact spellings",
    arguments: [
      (nil, "null"), (true, "true"), (false, "false"), (0, "0"), (.integer(.min), "-9223372036854775808"),
      (.integer(.max), "9223372036854775807"), (.unsigned(.max), "18446744073709551615"), ([], "[]"), ([:], "{}"),
      ([1, [2, []], ["a": [:], "b": [nil]]], #"[1,[2,[]],{"a":{},"b":[null]}]"#),
      (
        "\"\\/\u{8}\u{c}\n\r\t\u{0}\u{1f}\u{7f}\u{e9}\u{1F600}",
        "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\u{7f}\u{e9}\u{1F600}\""
      ),
      (["ke\"y\n": 1], #"{"ke\"y\n":1}"#),
    ] as [(JSONValue, String)])
  func spellings(value: JSONValue, expected: String) throws {
    #expect(value.description == expected)
    #expect(try JSONValue(parsing: expected) == value)
  }

  @Test("canonical text has its keys in the order of their bytes at every level")
  func sortedKeys() {
    let value: JSONValue = [
      "b": ["z": 1, "a": 2], "a": [["d": 1, "c": 2]], "B": 0, "\u{e9}": 1, "\u{1F600}": 2, "": 3,
    ]
    let expected = "{\"\":3,\"B\":0,\"a\":[{\"c\":2,\"d\":1}],\"b\":{\"a\":2,\"z\":1},\"\u{e9}\":1,\"\u{1F600}\":2}"
    #expect(String(decoding: value.serialized(.canonical), as: UTF8.self) == expected)
  }

  @Test("the appending interface puts separators where they belong")
  func appending() {
    var writer = JSONWriter(appendingTo: [0x21])
    writer.beginObject()
    writer.key("list")
    writer.beginArray()
    writer.writeNull()
    writer.write(true)
    writer.beginObject()
    writer.endObject()
    writer.write(1.5)
    writer.beginArray()
    writer.endArray()
    writer.write(["k": 1] as JSONValue)
    writer.endArray()
    writer.key("a\"b" as String)
    writer.write("x")
    writer.key("n")
    writer.write(UInt64.max)
    writer.endObject()
    #expect(
      String(decoding: writer.finish(), as: UTF8.self)
        == #"!{"list":[null,true,{},1.5,[],{"k":1}],"a\"b":"x","n":18446744073709551615}"#)
  }

  @Test("plain text is written as it is, and what the text began with can be replaced")
  func plainText() {
    var writer = JSONWriter(appendingTo: [UInt8](repeating: 0, count: 8))
    writer.beginArray()
    writer.write("first" as StaticString)
    writer.write(plainTextOf: 2) { text in
      text[0] = UInt8(ascii: "o")
      text[1] = UInt8(ascii: "k")
    }
    writer.endArray()
    writer.replaceFirstBytes(littleEndian: 0x4847_4645_4443_4241)
    #expect(String(decoding: writer.finish(), as: UTF8.self) == #"ABCDEFGH["first","ok"]"#)
  }

  @Test("a text of any length is written whole, however often it outgrows its buffer")
  func growth() {
    var writer = JSONWriter()
    writer.beginArray()
    for length in 0..<700 { writer.write(String(repeating: "x", count: length)) }
    writer.endArray()
    let count = writer.count
    let expected = (0..<700).map { "\"\(String(repeating: "x", count: $0))\"" }.joined(separator: ",")
    let text = writer.finish()
    #expect(count == text.count)
    #expect(String(decoding: text, as: UTF8.self) == "[\(expected)]")
  }

  @Test("integers of every length have their digits")
  func integers() {
    var values: [UInt64] = [0, 1, .max]
    var power: UInt64 = 10
    while true {
      values += [power - 1, power, power + 1]
      let (next, overflow) = power.multipliedReportingOverflow(by: 10)
      if overflow { break }
      power = next
    }
    for value in values {
      var writer = JSONWriter()
      writer.write(value)
      #expect(String(decoding: writer.finish(), as: UTF8.self) == "\(value)")
      guard let signed = Int64(exactly: value) else { continue }
      var negative = JSONWriter()
      negative.write(-signed)
      #expect(String(decoding: negative.finish(), as: UTF8.self) == "\(-signed)")
    }
  }

  @Test("random documents read back equal, by this parser and by Foundation's")
  func roundTrip() throws {
    var generator = SeededGenerator(seed: 21)
    for _ in 0..<500 {
      let value = randomValue(depth: 5, using: &generator)
      let bytes = value.serialized()
      #expect(try JSONValue(parsing: bytes) == value)
      #expect(try JSONValue(parsing: value.serialized(.canonical)) == value)
      #expect(throws: Never.self) {
        try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
      }
    }
  }
}

func randomValue(depth: Int, using generator: inout SeededGenerator) -> JSONValue {
  switch Int.random(in: 0..<(depth == 0 ? 6 : 9), using: &generator) {
  case 0: return nil
  case 1: return .bool(Bool.random(using: &generator))
  case 2: return JSONValue(Int64(bitPattern: generator.next()) >> Int64.random(in: 0..<64, using: &generator))
  case 3: return JSONValue(generator.next())
  case 4:
    let value = Double(bitPattern: generator.next())
    return .double(value.isFinite ? value : 0.5)
  case 5: return .string(randomString(using: &generator))
  case 6, 7:
    return .array(
      (0..<Int.random(in: 0..<6, using: &generator)).map { _ in randomValue(depth: depth - 1, using: &generator) })
  default:
    var object = JSONObject()
    for _ in 0..<Int.random(in: 0..<25, using: &generator) {
      object[randomString(using: &generator)] = randomValue(depth: depth - 2 < 0 ? 0 : depth - 2, using: &generator)
    }
    return .object(object)
  }
}

private func randomString(using generator: inout SeededGenerator) -> String {
  var text = String.UnicodeScalarView()
  for _ in 0..<Int.random(in: 0..<20, using: &generator) {
    let range: ClosedRange<UInt32> =
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: 0...0x7F
      case 1: 0x20...0x7E
      case 2: 0x80...0xD7FF
      default: 0xE000...0x10FFFF
      }
    if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &generator)) { text.append(scalar) }
  }
  return String(text)
}
