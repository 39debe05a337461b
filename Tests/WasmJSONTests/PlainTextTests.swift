/// Strings are searched eight bytes at a time: every byte at every place, against a search byte by byte.

import Testing
import WasmJSON

@Suite("Plain text")
struct PlainTextTests {
  /// What a string of these contents, and nothing behind it, is read as; nil is a closing quote that is not the last byte.
  private func expected(_ contents: [UInt8]) -> Result<String, JSONError>? {
    for (index, byte) in contents.enumerated() {
      switch byte {
      case 0x22: return nil
      case 0x5C: return .failure(JSONError(.invalidEscape, at: index + 1))
      case 0..<0x20: return .failure(JSONError(.controlCharacter, at: index + 1))
      case 0x80...: return .failure(JSONError(.invalidUTF8, at: index + 1))
      default: continue
      }
    }
    return .success(String(decoding: contents, as: UTF8.self))
  }

  private func read(_ contents: [UInt8], alignment: Int) -> Result<String, JSONError> {
    // White space before the string moves it to every address modulo eight.
    let text = [UInt8](repeating: 0x20, count: alignment) + [0x22] + contents + [0x22]
    return text.withUnsafeBufferPointer { bytes in
      Result { () throws(JSONError) in
        do throws(JSONError) {
          var reader = try JSONReader(bytes)
          let string = try reader.readString()
          try reader.finish()
          return string
        } catch {
          throw JSONError(error.kind, at: error.offset - alignment)
        }
      }
    }
  }

  @Test("any byte is noticed at any place of a string of any length", arguments: 0..<8)
  func everyByte(alignment: Int) {
    for length in 1...18 {
      for place in 0..<length {
        for byte in UInt8.min ... .max {
          var contents = [UInt8](repeating: UInt8(ascii: "a"), count: length)
          contents[place] = byte
          // An escape needs something behind it that is none.
          guard byte != 0x5C || place + 1 < length, let expected = expected(contents) else { continue }
          let found = read(contents, alignment: alignment)
          if found != expected { Issue.record("\(byte) at \(place) of \(length): \(found), not \(expected)") }
        }
      }
    }
  }

  @Test("what follows the first special byte does not matter", arguments: [0x22, 0x1F, 0x21, 0x23, 0x5B, 0x5D])
  func neighbours(byte: UInt8) {
    // A borrow of the subtraction marks neighbours of a special byte, and must not mark those before it.
    for special in [0x22, 0x5C, 0x00, 0x1F] as [UInt8] {
      for place in 0..<16 {
        var contents = [UInt8](repeating: UInt8(ascii: "x"), count: 18)
        contents[place] = byte
        contents[place + 1] = special
        guard let expected = expected(contents) else { continue }
        #expect(read(contents, alignment: 0) == expected)
      }
    }
  }

  @Test("a string that ends too early is an error at the document's end")
  func unterminated() {
    for length in 0...18 {
      let text = [0x22] + [UInt8](repeating: UInt8(ascii: "c"), count: length)
      for end in [[], [0x5C]] as [[UInt8]] {
        #expect(throws: JSONError(.unexpectedEnd, at: text.count + end.count)) { try JSONValue(parsing: text + end) }
      }
    }
  }

  @Test("what needs an escape gets one at any place")
  func writing() throws {
    for length in 1...18 {
      for place in 0..<length {
        for byte in 0..<UInt8(0x80) {
          var contents = [UInt8](repeating: UInt8(ascii: "d"), count: length)
          contents[place] = byte
          let string = JSONValue.string(String(decoding: contents, as: UTF8.self))
          let text = string.serialized()
          let isEscaped = byte < 0x20 || byte == 0x22 || byte == 0x5C
          if isEscaped != (text.count > length + 2) { Issue.record("\(byte) at \(place) of \(length)") }
          if try JSONValue(parsing: text) != string { Issue.record("\(byte) at \(place) of \(length)") }
        }
      }
    }
  }

  @Test("a key with escapes is compared by what it spells, however long its spelling")
  func escapedKeys() throws {
    func matches(_ key: String) throws -> Bool {
      try Array("{\"\(key)\":0}".utf8).withUnsafeBufferPointer { bytes in
        var reader = try JSONReader(bytes)
        try reader.beginObject()
        guard let key = try reader.nextMember() else { return false }
        return "name" ~= key
      }
    }
    #expect(try matches("name"))
    #expect(try matches(#"\u006e\u0061\u006d\u0065"#))
    #expect(try matches(#"n\u0061me"#))
    #expect(try !matches(#"\u006e\u0061\u006d\u0065\u0065"#))
    #expect(try !matches(#"\u0000me"#))
    #expect(try !matches(#"na\n"#))
    #expect(try !matches(#"\"\""#))
  }
}
