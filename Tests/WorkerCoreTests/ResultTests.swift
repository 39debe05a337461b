/// What a function returned, as the caller sees it.

import Testing
import WasmJSON
import WorkerProtocol

@Suite("Results")
struct ResultTests {
  @Test("no result is null, one is a value, several are an array; integers are exact; NaN and infinity are null")
  func shapes() throws {
    let module = """
      (module
        (func (export "none"))
        (func (export "many") (result i32 i64 f32 f64)
          i32.const -7 i64.const 9223372036854775807 f32.const 0.1 f64.const nan)
        (func (export "infinite") (result f32) f32.const inf)
        (func (export "zero") (result f64) f64.const -0.0)
        (func (export "null") (result funcref) ref.null func))
      """
    #expect(try outcome(module, "none").json == .null)
    #expect(try outcome(module, "many").json == [-7, 9_223_372_036_854_775_807, 0.10000000149011612, .null])
    #expect(try outcome(module, "infinite").json == .null)
    #expect(try outcome(module, "zero").json?.description == "-0.0")
    #expect(try outcome(module, "null").json == .null)
  }

  private static let texts = """
    (module (memory (export "memory") 2)
      (data (i32.const 0) "plain\\00rest") (data (i32.const 32) "h\\c3\\a9llo\\00") (data (i32.const 64) "bad\\ff\\00")
      (data (i32.const 131068) "tail")
      (func $fill (memory.fill (i32.const 65536) (i32.const 97) (i32.const 5000))) (start $fill)
      (func (export "hello") (param i32) (result i32) local.get 0)
      (func (export "a_str") (param i32) (result i32) local.get 0)
      (func (export "get_stringify") (param i32) (result i32) local.get 0)
      (func (export "Hello") (param i32) (result i32) local.get 0)
      (func (export "my_string") (param i32) (result i32) local.get 0)
      (func (export "i64_str") (result i64) i64.const 0)
      (func (export "two_str") (result i32 i32) i32.const 0 i32.const 32))
    """

  @Test(
    "a name that says so makes one i32 the address of a text",
    arguments: [
      ("hello", "0", #""plain""#), ("a_str", "0", #""plain""#), ("get_stringify", "32", #""h\#u{E9}llo""#),
      ("Hello", "0", "0"),
      ("my_string", "0", "0"), ("a_str", "5", #""""#), ("a_str", "131068", #""tail""#), ("a_str", "131072", #""""#),
      ("a_str", "64", "64"), ("a_str", "-1", "-1"),
    ])
  func names(function: String, address: String, expected: String) throws {
    for rules in Invocation.Parameters.allCases {
      let outcome = try outcome(Self.texts, function, .arguments(JSONValue(parsing: address)), parameters: rules)
      #expect(try outcome.result.get() == .json(JSONValue(parsing: expected)))
    }
  }

  @Test("only one i32 is an address")
  func otherTypes() throws {
    #expect(try outcome(Self.texts, "i64_str").json == 0)
    #expect(try outcome(Self.texts, "two_str").json == [0, 32])
  }

  @Test("an address behind the memory is an error, for any rules", arguments: [131_073, 2_147_483_647])
  func outOfRange(address: Int) throws {
    for rules in Invocation.Parameters.allCases {
      let outcome = try outcome(Self.texts, "a_str", .arguments([JSONValue(address)]), parameters: rules)
      #expect(outcome.failure?.code == .invalidResult)
    }
  }

  @Test("a text beyond the cap is cut for lenient callers and stays a number for strict ones; the cap is the call's")
  func cap() throws {
    let cut = try outcome(Self.texts, "a_str", .arguments([65536]), parameters: .lenient)
    #expect(cut.json?.stringValue == String(repeating: "a", count: 4096))
    #expect(try outcome(Self.texts, "a_str", .arguments([65536])).json == 65536)
    let wide = try outcome(Self.texts, "a_str", .arguments([65536]), limits: InvocationLimits(maxStringBytes: 5000))
    #expect(wide.json?.stringValue?.utf8.count == 5000)
  }

  @Test("a text is read from a memory that is imported, or not exported at all")
  func hiddenMemories() throws {
    for memory in [#"(import "env" "memory" (memory 1))"#, "(memory 1)"] {
      let module =
        #"(module \#(memory) (data (i32.const 7) "from env\00") (func (export "get_string") (result i32) i32.const 7))"#
      #expect(try outcome(module, "get_string").json == "from env")
    }
  }
}
