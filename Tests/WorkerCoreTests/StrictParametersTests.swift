/// `.strict` parameters: what fits is passed exactly, what does not is refused by name.

import Testing
import WasmJSON
import WorkerProtocol

private let identities = """
  (module
    (func (export "i32") (param i32) (result i32) local.get 0)
    (func (export "i64") (param i64) (result i64) local.get 0)
    (func (export "f32") (param f32) (result f32) local.get 0)
    (func (export "f64") (param f64) (result f64) local.get 0)
    (func (export "named") (param $width i32) (param $height i32) (result i32)
      (i32.sub (local.get $width) (local.get $height)))
    (func (export "unnamed") (param i32 i32) (result i32) (i32.sub (local.get 0) (local.get 1)))
    (func (export "none")))
  """

@Suite("Strict parameters")
struct StrictParametersTests {
  @Test(
    "a number in a parameter's range arrives exactly",
    arguments: [
      ("i32", "2147483647", "2147483647"), ("i32", "-2147483648", "-2147483648"), ("i32", "4294967295", "-1"),
      ("i32", "3.0", "3"), ("i64", "9007199254740993", "9007199254740993"),
      ("i64", "-9223372036854775808", "-9223372036854775808"), ("i64", "18446744073709551615", "-1"),
      ("f32", "0.1", "0.10000000149011612"), ("f64", "2.5", "2.5"), ("f64", "7", "7.0"),
      ("i32", "[5]", "5"), ("i32", #"{"a":5}"#, "5"),
    ])
  func fits(function: String, input: String, expected: String) throws {
    let outcome = try outcome(identities, function, .arguments(JSONValue(parsing: input)))
    #expect(try outcome.result.get() == .json(JSONValue(parsing: expected)))
  }

  @Test(
    "a value of another kind or out of range is refused and named",
    arguments: [
      ("i32", "2147483648000", "0"), ("i32", "-2147483649", "0"), ("i32", "2.9", "0"), ("i32", "true", "0"),
      ("i32", #""12""#, "0"), ("i32", "[null]", "0"), ("i64", "18446744073709551616", "0"), ("i64", "1e40", "0"),
      ("f32", "1e40", "0"), ("f64", "[[1]]", "0"), ("i32", "[]", "0"), ("i32", "null", "0"),
      ("named", #"{"width":1}"#, "height"), ("named", #"{"width":1,"height":"x"}"#, "height"),
      ("named", #"{"width":1,"height":2,"depth":3}"#, "depth"), ("unnamed", #"{"a":1}"#, "b"),
      ("unnamed", "[1,true]", "1"), ("unnamed", "1", "1"),
    ])
  func refused(function: String, input: String, parameter: String) throws {
    let outcome = try outcome(identities, function, .arguments(JSONValue(parsing: input)))
    let failure = try #require(outcome.failure)
    #expect(failure.code == .invalidArguments)
    #expect(failure.parameter == parameter)
    #expect(failure.function == function)
  }

  @Test("more arguments than parameters are refused", arguments: [("i32", "[1,2]"), ("none", "[1]"), ("none", "5")])
  func tooMany(function: String, input: String) throws {
    let outcome = try outcome(identities, function, .arguments(JSONValue(parsing: input)))
    #expect(outcome.failure?.code == .invalidArguments)
  }

  @Test("an object's keys are the parameters' names, else a to h, in any order")
  func objects() throws {
    #expect(try outcome(identities, "named", .arguments(["height": 2, "width": 9])).json == 7)
    #expect(try outcome(identities, "named", .arguments(["b": 2, "a": 9])).json == 7)
    #expect(try outcome(identities, "unnamed", .arguments(["b": 2, "a": 9])).json == 7)
  }

  @Test("a function without parameters takes null, an empty array or an empty object")
  func nothing() throws {
    for input in [Invocation.Input.none, .arguments(.null), .arguments([]), .arguments([:])] {
      #expect(try outcome(identities, "none", input).json == .null)
    }
  }

  @Test("typed arguments pass exact bits, and are checked against the type")
  func typed() throws {
    let client = try LoopClient()
    try client.load(identities)
    let nan = Invocation(
      module: LoopClient.hash(1), entry: .function("f64"), input: .typedArguments([.f64(bits: 0x7FF4_0000_0000_0001)]),
      results: .typed)
    #expect(try client.invoke(nan).result.get() == .typed([.f64(bits: 0x7FF4_0000_0000_0001)]))
    #expect(try client.call("f64", .typedArguments([.i32(1)])).failure?.parameter == "0")
    #expect(try client.call("f64", .typedArguments([])).failure?.code == .invalidArguments)
  }

  @Test("a string fills two consecutive i32 parameters with a copy in the guest's memory, with or without an allocator")
  func strings() throws {
    // Sums the bytes, and takes 1000 from each call of the guest's own allocator.
    let sum = """
      (func (export "sum") (param $text i32) (param i32) (param $plus i32) (result i32) (local i32)
        (loop $next
          (if (local.get 1) (then
            (local.set 3 (i32.add (local.get 3) (i32.load8_u (local.get 0))))
            (local.set 0 (i32.add (local.get 0) (i32.const 1)))
            (local.set 1 (i32.sub (local.get 1) (i32.const 1)))
            (br $next))))
        (i32.add (local.get 3) (local.get $plus)))
      """
    let plain = "(module (memory 1) \(sum))"
    let allocating = """
      (module (memory 1) (global $next (mut i32) (i32.const 4096))
        (func (export "malloc") (param i32) (result i32) (global.get $next)
          (global.set $next (i32.add (global.get $next) (local.get 0))))
        \(sum))
      """
    let canonical = """
      (module (memory 1)
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 512)) \(sum))
      """
    for module in [plain, allocating, canonical] {
      #expect(try outcome(module, "sum", .arguments(["AB", 1000])).json == 1131)
      #expect(try outcome(module, "sum", .arguments(["text": "AB", "plus": 1])).json == 132)
      #expect(try outcome(module, "sum", .arguments(["", 5])).json == 5)
    }
    #expect(try outcome(plain, "sum", .arguments(["AB"])).failure?.parameter == "plus")
  }

  @Test("an allocator that returns nonsense is the guest's fault, and a module without memory cannot take strings")
  func badAllocators() throws {
    let wild = """
      (module (memory 1) (func (export "alloc") (param i32) (result i32) (i32.const -8))
        (func (export "f") (param i32 i32)))
      """
    #expect(try outcome(wild, "f", .arguments(["x"])).failure?.code == .invalidResult)
    let full = """
      (module (memory 1) (func (export "alloc") (param i32) (result i32) (i32.const 0))
        (func (export "f") (param i32 i32)))
      """
    #expect(try outcome(full, "f", .arguments(["x"])).failure?.code == .memoryLimitExceeded)
    let trapping = """
      (module (memory 1) (func (export "alloc") (param i32) (result i32) unreachable)
        (func (export "f") (param i32 i32)))
      """
    #expect(try outcome(trapping, "f", .arguments(["x"])).failure?.code == .trap)
    #expect(
      try outcome("(module (func (export \"f\") (param i32 i32)))", "f", .arguments(["x"])).failure?.code
        == .invalidArguments)
  }
}
