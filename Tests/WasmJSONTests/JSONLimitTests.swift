/// Limits hold exactly, and hostile documents cost time and memory in proportion to their length.

import Testing
import WasmJSON

@Suite("Limits")
struct JSONLimitTests {
  private func nested(_ depth: Int, _ open: String, _ close: String, _ inner: String = "") -> String {
    String(repeating: open, count: depth) + inner + String(repeating: close, count: depth)
  }

  @Test(
    "the depth limit is inclusive",
    arguments: [("[", "]", ""), ("{\"a\":", "}", "0"), ("[{\"a\":", "}]", "0")])
  func depth(open: String, close: String, inner: String) throws {
    let perLevel = open.utf8.count > 5 ? 2 : 1
    for limit in [2, 10, 512, 1_024] {
      let limits = JSONLimits(depth: limit)
      let deepest = nested(limit / perLevel, open, close, inner)
      let value = try JSONValue(parsing: deepest, limits: limits)
      #expect(value.description == deepest)
      #expect(value == value && value.hashValue == value.hashValue)
      let tooDeep = nested(limit / perLevel + 1, open, close, inner)
      #expect(throws: JSONError.self) { try JSONValue(parsing: tooDeep, limits: limits) }
      #expect(throws: JSONError.self) { try skip(Array(tooDeep.utf8), limits: limits) }
    }
  }

  @Test("no limit above 1,024 levels can be asked for", arguments: [100_000, 1_000_000])
  func deepDocuments(depth: Int) {
    for open in ["[", "{\"a\":"] {
      let document = Array(String(repeating: open, count: depth).utf8)
      let offset = open.utf8.count * 1_024
      let limits = JSONLimits(depth: .max)
      #expect(throws: JSONError(.tooDeep, at: offset)) { try JSONValue(parsing: document, limits: limits) }
      #expect(throws: JSONError(.tooDeep, at: offset)) { try skip(document, limits: limits) }
    }
  }

  @Test("a depth of zero allows scalars only", arguments: [0, -5])
  func flat(depth: Int) throws {
    #expect(try JSONValue(parsing: "1", limits: JSONLimits(depth: depth)) == 1)
    #expect(throws: JSONError(.tooDeep, at: 0)) { try JSONValue(parsing: "[]", limits: JSONLimits(depth: depth)) }
  }

  @Test("the node limit is inclusive and counts containers", arguments: ["[1,2,[]]", #"{"a":1,"b":[2]}"#])
  func nodes(text: String) throws {
    #expect(throws: Never.self) { try JSONValue(parsing: text, limits: JSONLimits(nodes: 4)) }
    #expect(throws: JSONError.self) { try JSONValue(parsing: text, limits: JSONLimits(nodes: 3)) }
    #expect(throws: Never.self) { try skip(Array(text.utf8), limits: JSONLimits(nodes: 4)) }
    #expect(throws: JSONError.self) { try skip(Array(text.utf8), limits: JSONLimits(nodes: 3)) }
  }

  @Test("the length limit is inclusive")
  func bytes() throws {
    #expect(try JSONValue(parsing: "[1]", limits: JSONLimits(bytes: 3)) == [1])
    #expect(throws: JSONError(.tooLong, at: 2)) { try JSONValue(parsing: "[1]", limits: JSONLimits(bytes: 2)) }
  }

  @Test("a flood of empty arrays ends at the node limit, or is read whole without one")
  func flood() throws {
    let count = 500_000
    let document = Array(("[" + String(repeating: "[],", count: count) + "[]]").utf8)
    let limits = JSONLimits(nodes: count + 2)
    #expect(try JSONValue(parsing: document, limits: limits).arrayValue?.count == count + 1)
    #expect(throws: JSONError.self) { try JSONValue(parsing: document, limits: JSONLimits(nodes: count + 1)) }
  }

  @Test("many keys, different or all the same, are read in linear time")
  func manyKeys() throws {
    let count = 100_000
    let different = "{" + (0..<count).map { "\"\($0)\":\($0)" }.joined(separator: ",") + "}"
    let object = try #require(try JSONValue(parsing: different).objectValue)
    #expect(object.count == count && object["99999"] == 99_999)
    let same = "{" + (0..<count).map { "\"k\":\($0)" }.joined(separator: ",") + "}"
    #expect(try JSONValue(parsing: same) == ["k": .integer(Int64(count - 1))])
  }

  @Test("deep values made by hand are written without using the stack")
  func deepWriting() throws {
    // Deeper than this, releasing the value would use much stack: that is why the parser has a limit.
    var value: JSONValue = 1
    for _ in 0..<2_000 { value = [value] }
    #expect(value.serialized() == Array(nested(2_000, "[", "]", "1").utf8))
  }

  @Test("random changes to a document never crash the parser, and reading and passing over agree")
  func mutations() {
    let seed = Array(#"{"a":[1,-2.5e3,"x\u00e9\ud83d\ude00é",null,true,false,{"b":{},"c":[[]]}],"a":0.1}"#.utf8)
    var generator = SeededGenerator(seed: 31)
    var accepted = 0
    for _ in 0..<20_000 {
      var bytes = seed
      for _ in 0...Int.random(in: 0..<3, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(Array("[]{},:\"\\0-.e".utf8).randomElement(using: &generator) ?? 0, at: place)
        default: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &generator))
        }
      }
      let read = Result { () throws(JSONError) in try JSONValue(parsing: bytes) }
      let skipped = Result { () throws(JSONError) in try skip(bytes) }
      switch (read, skipped) {
      case (.success(let value), .success):
        accepted += 1
        #expect(throws: Never.self) {
          let again = try JSONValue(parsing: value.serialized())
          #expect(again == value)
        }
      case (.failure(let first), .failure(let second)): #expect(first == second)
      default: Issue.record("\(String(decoding: bytes, as: UTF8.self)): \(read) but \(skipped)")
      }
    }
    #expect(accepted > 100 && accepted < 20_000)
  }
}
