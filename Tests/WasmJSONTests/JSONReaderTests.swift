/// The pull reader: what it yields, and how it objects to another type than asked for.

import Testing
import WasmJSON

@Suite("Pull reader")
struct JSONReaderTests {
  private func read<Value>(
    _ text: String, limits: JSONLimits = .default, _ body: (inout JSONReader) throws(JSONError) -> Value
  ) throws(JSONError) -> Value {
    try Array(text.utf8).withUnsafeBufferPointer { (bytes) throws(JSONError) -> Value in
      var reader = try JSONReader(bytes, limits: limits)
      let value = try body(&reader)
      try reader.finish()
      return value
    }
  }

  @Test("an object is read field by field, and unknown fields are passed over")
  func object() throws {
    let text = #" { "skip" : [1,{"a":"\n"},"]"] , "name":"x", "n":[1,2] ,"flag":false,"none":null,"d":2 } "#
    var log: [String] = []
    try read(text) { (reader) throws(JSONError) in
      try reader.beginObject()
      while let key = try reader.nextKey() {
        switch key {
        case "name": log.append(try reader.readString())
        case "n":
          try reader.beginArray()
          while try reader.nextElement() { log.append("\(try reader.readInt64())") }
        case "flag": log.append("\(try reader.readBool())")
        case "none": log.append("\(try reader.readNull())")
        case "d": log.append("\(try reader.readDouble())")
        default: try reader.skipValue()
        }
      }
    }
    #expect(log == ["x", "1", "2", "false", "true", "2.0"])
  }

  @Test("a key is compared code point by code point, however it is spelled")
  func keys() throws {
    func matches(_ spelling: String) throws -> Bool {
      try read("{\"\(spelling)\":1}") { (reader) throws(JSONError) in
        try reader.beginObject()
        var found = false
        while let key = try reader.nextMember() {
          if case "caf\u{e9}" = key { found = key.string == "caf\u{e9}" }
          try reader.skipValue()
        }
        return found
      }
    }
    #expect(try matches("caf\u{e9}"))
    #expect(try matches(#"caf\u00e9"#))
    #expect(try matches(#"\u0063af\u00E9"#))
    // The same to Unicode, another key to JSON.
    #expect(try !matches("cafe\u{301}"))
    #expect(try !matches("caf"))
    #expect(try !matches("caf\u{e9}s"))
    #expect(try !matches(""))
    #expect(throws: JSONError(.invalidEscape, at: 2)) { try matches(#"\x"#) }
  }

  @Test("a string's bytes are those of its text", arguments: [#""x\u00e9""#, "\"x\u{e9}\""])
  func bytes(text: String) throws {
    let bytes = try read(text) { (reader) throws(JSONError) in try reader.readText().withUTF8 { Array($0) } }
    #expect(bytes == Array("x\u{e9}".utf8))
    #expect(throws: JSONError(.wrongType, at: 0)) {
      try read("1") { (reader) throws(JSONError) in try reader.readText().withUTF8 { $0.count } }
    }
  }

  @Test("another type than asked for is an error at the value's place")
  func wrongTypes() {
    let wrong = JSONError(.wrongType, at: 1)
    #expect(throws: wrong) { try read(" 1") { (reader) throws(JSONError) in try reader.readString() } }
    #expect(throws: wrong) { try read(" 1") { (reader) throws(JSONError) in try reader.readBool() } }
    #expect(throws: wrong) { try read(" 1") { (reader) throws(JSONError) in try reader.beginObject() } }
    #expect(throws: wrong) { try read(" {}") { (reader) throws(JSONError) in try reader.beginArray() } }
    #expect(throws: wrong) { try read(" \"1\"") { (reader) throws(JSONError) in try reader.readInt64() } }
    #expect(throws: wrong) { try read(" 1.0") { (reader) throws(JSONError) in try reader.readInt64() } }
    #expect(throws: wrong) { try read(" -1") { (reader) throws(JSONError) in try reader.readUInt64() } }
    #expect(throws: wrong) { try read(" -0") { (reader) throws(JSONError) in try reader.readUInt64() } }
    #expect(throws: wrong) { try read(" 9223372036854775808") { (reader) throws(JSONError) in try reader.readInt64() } }
    #expect(throws: wrong) {
      try read(" 18446744073709551616") { (reader) throws(JSONError) in try reader.readUInt64() }
    }
    #expect(throws: wrong) { try read(" []") { (reader) throws(JSONError) in try reader.readDouble() } }
    #expect(throws: JSONError(.unexpectedByte, at: 0)) {
      try read("?") { (reader) throws(JSONError) in try reader.readString() }
    }
  }

  @Test("null is only taken if it is there")
  func null() throws {
    let values = try read("[null,5]") { (reader) throws(JSONError) -> [Int64?] in
      var values: [Int64?] = []
      try reader.beginArray()
      while try reader.nextElement() { values.append(try reader.readNull() ? nil : reader.readInt64()) }
      return values
    }
    #expect(values == [nil, 5])
  }

  @Test("kinds are told before reading")
  func kinds() throws {
    let kinds = try read(#"[null,true,-1,"s",[],{}]"#) { (reader) throws(JSONError) -> [JSONReader.ValueKind] in
      var kinds: [JSONReader.ValueKind] = []
      try reader.beginArray()
      while try reader.nextElement() {
        kinds.append(try reader.peekKind())
        try reader.skipValue()
      }
      return kinds
    }
    #expect(kinds == [.null, .bool, .number, .string, .array, .object])
  }

  @Test("values can be read as trees inside a pulled document")
  func trees() throws {
    let value = try read(#"{"a":{"b":[1,{"c":[]}]},"d":2}"#) { (reader) throws(JSONError) -> [JSONValue] in
      var values: [JSONValue] = []
      try reader.beginObject()
      while try reader.nextKey() != nil { values.append(try reader.readValue()) }
      return values
    }
    #expect(value == [["b": [1, ["c": []]]], 2])
  }
}
