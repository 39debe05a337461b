/// Objects keep their order and find their keys, few or many.

import Testing
import WasmJSON

@Suite("Objects")
struct JSONObjectTests {
  @Test("the order of members is kept")
  func order() throws {
    let text = #"{"z":1,"a":2,"m":3}"#
    let value = try JSONValue(parsing: text)
    #expect(value.objectValue?.keys == ["z", "a", "m"])
    #expect(value.description == text)
  }

  @Test("of a duplicate key the last value wins", arguments: [2, 16, 17, 40, 1_000])
  func duplicates(count: Int) throws {
    let members = (0..<count).map { "\"key\($0 % (count / 2))\":\($0)" }
    let object = try #require(try JSONValue(parsing: "{\(members.joined(separator: ","))}").objectValue)
    #expect(object.keys == (0..<count / 2).map { "key\($0)" })
    for index in 0..<count / 2 {
      // The last index below the count that has this remainder.
      let last = (count - 1 - index) / (count / 2) * (count / 2) + index
      #expect(object["key\(index)"] == .integer(Int64(last)))
    }
    #expect(object["key\(count)"] == nil)
  }

  @Test("keys are code points, not their Unicode equivalents", arguments: [0, 30])
  func codePoints(others: Int) throws {
    let rest = (0..<others).map { ",\"k\($0)\":0" }.joined()
    let object = try #require(try JSONValue(parsing: "{\"\u{e9}\":1,\"e\u{301}\":2\(rest)}").objectValue)
    #expect(object.count == 2 + others)
    #expect(object["\u{e9}"] == 1)
    #expect(object["e\u{301}"] == 2)
  }

  @Test("members are set, replaced and removed across the switch to the hash table")
  func mutation() {
    var object = JSONObject()
    for index in 0..<50 { object["k\(index)"] = .integer(Int64(index)) }
    #expect(object.count == 50)
    object["k7"] = "seven"
    #expect(object["k7"] == "seven" && object.count == 50)
    for index in stride(from: 0, to: 50, by: 2) { object["k\(index)"] = nil }
    #expect(object.keys == stride(from: 1, to: 50, by: 2).map { "k\($0)" })
    #expect(object.removeValue(forKey: "k1") == 1)
    #expect(object.removeValue(forKey: "k1") == nil)
    for index in 0..<24 { object.removeValue(forKey: "k\(index * 2 + 3)") }
    #expect(object.isEmpty && object["k3"] == nil)
    object["again"] = 1
    #expect(object["again"] == 1)
  }

  @Test("a value semantic copy does not see changes")
  func copies() {
    var first: JSONObject = ["a": 1]
    let second = first
    first["a"] = 2
    #expect(second["a"] == 1)
  }

  @Test("equality ignores the order of members and nothing else", arguments: [3, 100])
  func equality(count: Int) {
    let members = (0..<count).map { ("k\($0)", JSONValue.integer(Int64($0))) }
    let forward = JSONValue.object(JSONObject(members))
    let backward = JSONValue.object(JSONObject(members.reversed()))
    #expect(forward == backward)
    #expect(forward.hashValue == backward.hashValue)
    var changed = JSONObject(members)
    changed["k1"] = "other"
    #expect(forward != .object(changed))
    changed = JSONObject(members.dropLast())
    #expect(forward != .object(changed))
    changed["new"] = 1
    #expect(forward != .object(changed))
  }

  @Test("an object is a collection of its members")
  func collection() {
    let object: JSONObject = ["a": 1, "b": 2]
    #expect(object.map(\.key) == ["a", "b"])
    #expect(object.last?.value == 2)
    #expect(object.members == [.init(key: "a", value: 1), .init(key: "b", value: 2)])
    #expect(object.values == [1, 2])
  }

  @Test("literals build values of every type")
  func literals() {
    let value: JSONValue = ["n": nil, "b": true, "i": -3, "d": 1.5, "s": "x\(1)", "a": [1, 2], "o": ["k": 0]]
    #expect(value["n"]?.isNull == true)
    #expect(value["b"]?.boolValue == true)
    #expect(value["i"]?.int64Value == -3)
    #expect(value["d"]?.doubleValue == 1.5)
    #expect(value["s"]?.stringValue == "x1")
    #expect(value["a"]?.arrayValue == [1, 2])
    #expect(value["a"]?[1] == 2)
    #expect(value["a"]?[2] == nil)
    #expect(value["a"]?[-1] == nil)
    #expect(value["o"]?["k"] == 0)
    #expect(value["o"]?["none"] == nil)
    #expect(value["s"]?["k"] == nil && value["s"]?[0] == nil)
    #expect(value["s"]?.boolValue == nil && value["b"]?.stringValue == nil && value["n"]?.arrayValue == nil)
    let twice: JSONValue = ["k": 1, "k": 2]
    #expect(twice.description == #"{"k":2}"#)
  }
}
