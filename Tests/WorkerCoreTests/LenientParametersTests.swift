/// `.lenient` parameters: the conversions of the original runtime, which refuse nothing.

import Testing
import WasmJSON
import WorkerProtocol

private let module = """
  (module
    (func (export "i32") (param i32) (result i32) local.get 0)
    (func (export "i64") (param i64) (result i64) local.get 0)
    (func (export "f32") (param f32) (result f32) local.get 0)
    (func (export "f64") (param f64) (result f64) local.get 0)
    (func (export "pair") (param $x i32) (param $y i32) (result i32 i32) (local.get 0) (local.get 1))
    (func (export "nine") (param i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32 i32) (local.get 7) (local.get 8))
    (func (export "reference") (param externref)))
  """

@Suite("Lenient parameters")
struct LenientParametersTests {
  @Test(
    "what does not fit becomes 0, what is too much is ignored, an i32 is truncated",
    arguments: [
      ("i32", "[4294967295]", "-1"), ("i32", "[9007199254740993]", "1"), ("i32", "[2.9]", "0"), ("i32", "[3.0]", "0"),
      ("i32", "[9223372036854775808]", "0"), ("i32", #"["12"]"#, "0"), ("i32", "[true]", "0"), ("i32", "[]", "0"),
      ("i32", "null", "0"), ("i32", "5", "5"), ("i32", #""5""#, "0"), ("i32", "[1,2,3]", "1"),
      ("i64", "[9223372036854775807]", "9223372036854775807"), ("i64", "[9223372036854775808]", "0"),
      ("f32", "[16777217]", "16777216.0"), ("f32", "[1e40]", "null"),
      ("f64", "[18446744073709551616]", "1.8446744073709552e19"),
      ("f64", #"["12"]"#, "0.0"), ("pair", "7", "[7,0]"), ("pair", #"{"a":1,"b":2}"#, "[1,2]"),
      ("pair", #"{"x":1,"y":2}"#, "[0,0]"), ("pair", #"{"parameters":{"a":1}}"#, "[0,0]"),
      ("nine", #"{"h":8,"i":9}"#, "[8,0]"),
    ])
  func conversions(function: String, input: String, expected: String) throws {
    let outcome = try outcome(module, function, .arguments(JSONValue(parsing: input)), parameters: .lenient)
    #expect(try outcome.result.get() == .json(JSONValue(parsing: expected)))
  }

  @Test("a parameter that has no zero in JSON is refused")
  func references() throws {
    #expect(try outcome(module, "reference", .arguments([1]), parameters: .lenient).failure?.code == .invalidArguments)
  }
}
