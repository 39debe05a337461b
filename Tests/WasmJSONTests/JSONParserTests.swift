/// What the parser accepts, what it refuses, and where it says the mistake is.

import Testing
import WasmJSON

@Suite("Parsing")
struct JSONParserTests {
  @Test(
    "documents of every type are read",
    arguments: [
      ("null", nil), ("true", true), ("false", false), ("\"\"", ""), ("[]", []), ("{}", [:]),
      (" \t\r\n[ 1 , 2 ] ", [1, 2]),
      (#"{"a":[{"b":null}],"c":"d"}"#, ["a": [["b": nil]], "c": "d"]),
      (#"[[],[[]],{"x":{}}]"#, [[], [[]], ["x": [:]]]),
    ] as [(String, JSONValue)])
  func accepts(text: String, expected: JSONValue) throws {
    #expect(try JSONValue(parsing: text) == expected)
  }

  @Test(
    "strings are unescaped",
    arguments: [
      (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
      (#""\u0041\u00e9\u20ac""#, "A\u{e9}\u{20ac}"),
      (#""\ud83d\ude00\uD83D\uDE00""#, "\u{1F600}\u{1F600}"),
      (#""\u0000""#, "\u{0}"),
      (#""\udbff\udfff""#, "\u{10FFFF}"),
      ("\"\u{7f}\u{e9}\u{20ac}\u{1F600}\"", "\u{7f}\u{e9}\u{20ac}\u{1F600}"),
      (
        #""a longer string than the fifteen bytes that are kept inline""#,
        "a longer string than the fifteen bytes that are kept inline"
      ),
    ])
  func unescapes(text: String, expected: String) throws {
    let value = try JSONValue(parsing: text)
    #expect(value.stringValue.map { Array($0.utf8) } == Array(expected.utf8))
  }

  @Test(
    "mistakes are refused with their kind and place",
    arguments: [
      ("", .unexpectedEnd, 0), ("  ", .unexpectedEnd, 2), ("[", .unexpectedEnd, 1), ("[1", .unexpectedEnd, 2),
      ("[1,", .unexpectedEnd, 3), ("{", .unexpectedEnd, 1), ("{\"a\"", .unexpectedEnd, 4),
      ("{\"a\":", .unexpectedEnd, 5), ("\"a", .unexpectedEnd, 2), ("\"a\\", .unexpectedEnd, 3),
      ("\"a\\\"", .unexpectedEnd, 4), ("tru", .unexpectedEnd, 3), ("-", .unexpectedEnd, 1), ("1.", .unexpectedEnd, 2),
      ("1e", .unexpectedEnd, 2), ("1e+", .unexpectedEnd, 3),
      ("[1,]", .unexpectedByte, 3), ("[,1]", .unexpectedByte, 1), ("[1 2]", .unexpectedByte, 3),
      ("{\"a\":1,}", .unexpectedByte, 7), ("{,}", .unexpectedByte, 1), ("{a:1}", .unexpectedByte, 1),
      ("{\"a\" 1}", .unexpectedByte, 5), ("{1:1}", .unexpectedByte, 1), ("[1}", .unexpectedByte, 2),
      ("{\"a\":1]", .unexpectedByte, 6), ("]", .unexpectedByte, 0), ("}", .unexpectedByte, 0),
      ("{\"a\":}", .unexpectedByte, 5), ("'a'", .unexpectedByte, 0), ("NaN", .unexpectedByte, 0),
      ("Infinity", .unexpectedByte, 0), ("+1", .unexpectedByte, 0), (".5", .unexpectedByte, 0),
      ("truE", .unexpectedByte, 3), ("nul1", .unexpectedByte, 3), ("/* */1", .unexpectedByte, 0),
      ("\u{FEFF}1", .unexpectedByte, 0), ("\u{a0}1", .unexpectedByte, 0), ("\u{0}", .unexpectedByte, 0),
      ("01", .invalidNumber, 0), ("-01", .invalidNumber, 1), ("00", .invalidNumber, 0), ("-a", .invalidNumber, 1),
      ("-Infinity", .invalidNumber, 1), ("1.a", .invalidNumber, 2), ("1.e5", .invalidNumber, 2),
      ("1ea", .invalidNumber, 2), ("1e+-1", .invalidNumber, 3), ("[1.]", .invalidNumber, 3),
      ("1 2", .trailingBytes, 2), ("1a", .trailingBytes, 1), ("0x10", .trailingBytes, 1),
      ("truetrue", .trailingBytes, 4),
      ("[]]", .trailingBytes, 2), ("1\u{0}", .trailingBytes, 1), ("1_000", .trailingBytes, 1),
      (#""\x""#, .invalidEscape, 1), (#""a\u12""#, .invalidEscape, 2), (#""\u12G4""#, .invalidEscape, 1),
      (#""\U0041""#, .invalidEscape, 1), (#""\u+041""#, .invalidEscape, 1),
      (#""\ud800""#, .loneSurrogate, 1), (#""\udc00""#, .loneSurrogate, 1), (#""\ud800\u0041""#, .loneSurrogate, 1),
      (#""a\ud800b""#, .loneSurrogate, 2), (#""\ud800\ud800""#, .loneSurrogate, 1),
      (#""\udc00\ud800""#, .loneSurrogate, 1), (#""\ud800\n""#, .loneSurrogate, 1),
      ("\"a\u{0}\"", .controlCharacter, 2), ("\"\n\"", .controlCharacter, 1), ("\"\t\"", .controlCharacter, 1),
      ("\"\u{1f}\"", .controlCharacter, 1), ("\"\\\u{1}\"", .invalidEscape, 1),
      ("1e400", .numberOutOfRange, 0), ("[-1e400]", .numberOutOfRange, 1),
      ("1e99999999999999999999", .numberOutOfRange, 0),
      ("{\"\\ud800\":1}", .loneSurrogate, 2), ("{\"a\u{1}\":1}", .controlCharacter, 3),
    ] as [(String, JSONError.Kind, Int)])
  func refuses(text: String, kind: JSONError.Kind, offset: Int) {
    #expect(throws: JSONError(kind, at: offset)) { try JSONValue(parsing: text) }
    // Passing over a value is as strict as reading it.
    #expect(throws: JSONError(kind, at: offset)) { try skip(Array(text.utf8)) }
  }

  @Test(
    "bytes that are not UTF-8 are refused",
    arguments: [
      ([0x80], 0), ([0xFF], 0), ([0xC0, 0x80], 0), ([0xC1, 0xBF], 0), ([0xC2], 0), ([0xC2, 0x41], 0),
      ([0xE0, 0x9F, 0xBF], 0), ([0xED, 0xA0, 0x80], 0), ([0xEF, 0xBF], 0), ([0xF0, 0x8F, 0xBF, 0xBF], 0),
      ([0xF4, 0x90, 0x80, 0x80], 0), ([0xF5, 0x80, 0x80, 0x80], 0), ([0x41, 0xE2, 0x82], 1),
      ([0xC3, 0xA9, 0xF0, 0x9F, 0x98], 2), ([0xE2, 0x82, 0x41], 0), ([0xF0, 0x9F, 0x98, 0x41], 0),
    ] as [([UInt8], Int)])
  func refusesInvalidUTF8(bytes: [UInt8], offset: Int) {
    for document in [[0x22] + bytes + [0x22], [0x22] + bytes + Array("\\n".utf8) + [0x22]] {
      #expect(throws: JSONError(.invalidUTF8, at: offset + 1)) { try JSONValue(parsing: document) }
      #expect(throws: JSONError(.invalidUTF8, at: offset + 1)) { try skip(document) }
    }
  }

  @Test("the boundaries of UTF-8 are accepted")
  func acceptsBoundariesOfUTF8() throws {
    let text = "\u{80}\u{7FF}\u{800}\u{FFFF}\u{D7FF}\u{E000}\u{10000}\u{10FFFF}"
    #expect(try JSONValue(parsing: "\"\(text)\"") == .string(text))
  }

  @Test("a document can be read from raw memory")
  func readsRawMemory() throws {
    let value = try Array("[1]".utf8).withUnsafeBytes { try JSONValue(parsing: $0) }
    #expect(value == [1])
    #expect(throws: JSONError(.unexpectedEnd, at: 0)) {
      try JSONValue(parsing: UnsafeRawBufferPointer(start: nil, count: 0))
    }
  }
}

func skip(_ bytes: [UInt8], limits: JSONLimits = .default) throws(JSONError) {
  try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) -> Void in
    var reader = try JSONReader(buffer, limits: limits)
    try reader.skipValue()
    try reader.finish()
  }
}
