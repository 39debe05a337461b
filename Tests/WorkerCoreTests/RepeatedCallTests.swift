/// Calls that differ from the last one in their arguments only, which the worker runs on a short way.

import Testing
import WasmJSON
import WorkerProtocol

@testable import WorkerCore

@Suite("Repeated calls")
struct RepeatedCallTests {
  /// What does not depend on the time.
  private static func timeless(_ outcome: Outcome) -> Outcome {
    var outcome = outcome
    (outcome.usage.wallNanoseconds, outcome.usage.cpuNanoseconds, outcome.usage.instantiateNanoseconds) = (0, 0, 0)
    return outcome
  }

  /// Makes each call twice in a row in one worker, where the second repeats what came before, and compares it with the call
  /// in a worker of its own.
  private static func compare(
    _ module: String, _ function: String, _ inputs: [Invocation.Input], parameters: Invocation.Parameters = .strict,
    results: Invocation.Results = .plain, limits: InvocationLimits = .init()
  ) throws {
    func invocation(_ input: Invocation.Input) -> Invocation {
      Invocation(
        module: LoopClient.hash(1), entry: .function(function), input: input, parameters: parameters, results: results,
        limits: limits)
    }
    let client = try LoopClient()
    try client.load(module)
    for input in inputs {
      let fresh = try LoopClient()
      try fresh.load(module)
      let expected = timeless(try fresh.invoke(invocation(input)))
      for _ in 0..<2 {
        #expect(timeless(try client.invoke(invocation(input))) == expected, "\(function) \(input)")
      }
    }
  }

  private static let integers: [JSONValue] = [
    0, 1, -1, 2_147_483_647, -2_147_483_648, 2_147_483_648, 4_294_967_295, 4_294_967_296, -2_147_483_649,
    999_999_999_999_999_999, -999_999_999_999_999_999, .integer(.max), .integer(.min), .unsigned(.max), 16_777_217,
    9_007_199_254_740_993, 1.5, -0.0, 2.0, 0.1, -123_456_789.125, 4_294_967_295.0, 1e300, "5", nil, true, [1],
  ]

  @Test(
    "numbers are converted as ever", arguments: ["i32", "i64", "f32", "f64"],
    [Invocation.Parameters.strict, .lenient])
  func numbers(type: String, parameters: Invocation.Parameters) throws {
    let module = "(module (func (export \"f\") (param \(type) \(type)) (result \(type)) local.get 1))"
    let inputs = Self.integers.map { Invocation.Input.arguments([7, $0]) }
    try Self.compare(module, "f", inputs, parameters: parameters)
    try Self.compare(module, "f", inputs, parameters: parameters, results: .typed)
  }

  @Test(
    "too few, too many and named arguments are taken or refused as ever",
    arguments: [Invocation.Parameters.strict, .lenient])
  func counts(parameters: Invocation.Parameters) throws {
    let module = """
      (module (func (export "f") (param $x i32) (param $y i32) (result i32) (i32.sub (local.get $x) (local.get $y)))
        (func (export "many") (param i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32) local.get 8)
        (func (export "none")) (func (export "two") (result i32 i64) (i32.const -1) (i64.const -2)))
      """
    let inputs: [Invocation.Input] = [
      .arguments([5, 3]), .arguments([]), .arguments([5]), .arguments([5, 3, 1]), .arguments(["x": 5, "y": 3]),
      .arguments(["y": 5, "x": 3]), .arguments(7), .arguments(nil), .arguments([1, 2, 3, 4, 5, 6, 7, 8, 9]),
      .typedArguments([.i32(5), .i32(3)]), .typedArguments([.i64(5), .i32(3)]), .typedArguments([]),
    ]
    for function in ["f", "many", "none", "two", "missing"] {
      try Self.compare(module, function, inputs, parameters: parameters)
    }
  }

  @Test("no call finds what another one left in memories, globals, tables, segments or the heap")
  func canaries() throws {
    let module = """
      (module
        (type $cell (struct (field (mut i32))))
        (memory (export "memory") 1 3) (data (i32.const 16) "\\07") (data $passive "\\05")
        (global $counter (mut i32) (i32.const 100)) (global $held (mut (ref null $cell)) (ref.null $cell))
        (table $functions 2 4 funcref) (elem (i32.const 1) $start) (elem $dropped func $start)
        (func $start (i32.store (i32.const 24) (i32.add (i32.load (i32.const 24)) (i32.const 1))))
        (start $start)
        (func (export "leave") (param $x i32) (result i32) (local $seen i32)
          (local.set $seen (i32.add (i32.load8_u (i32.const 16)) (i32.load (i32.const 24))))
          (local.set $seen (i32.add (local.get $seen) (i32.load (i32.const 65532))))
          (local.set $seen (i32.add (local.get $seen) (global.get $counter)))
          (local.set $seen (i32.add (local.get $seen) (i32.mul (i32.const 1000) (memory.size))))
          (local.set $seen (i32.add (local.get $seen) (i32.mul (i32.const 10000) (table.size $functions))))
          (if (ref.is_null (table.get $functions (i32.const 0)))
            (then (local.set $seen (i32.add (local.get $seen) (i32.const 500)))))
          (if (ref.is_null (global.get $held))
            (then (local.set $seen (i32.add (local.get $seen) (i32.const 50)))))
          (memory.init $passive (i32.const 32) (i32.const 0) (i32.const 1)) (data.drop $passive)
          (table.init $functions $dropped (i32.const 0) (i32.const 0) (i32.const 1)) (elem.drop $dropped)
          (i32.store8 (i32.const 16) (local.get $x)) (i32.store (i32.const 65532) (local.get $x))
          (global.set $counter (local.get $x)) (global.set $held (struct.new $cell (local.get $x)))
          (drop (memory.grow (i32.const 1)))
          (drop (table.grow $functions (ref.null func) (i32.const 1)))
          (i32.store (i32.const 131068) (local.get $x))
          (if (i32.eq (local.get $x) (i32.const 13)) (then unreachable))
          (local.get $seen)))
      """
    try Self.compare(module, "leave", [7, 8, 13, 9, 13, 10].map { .arguments([$0]) })
    let client = try LoopClient()
    try client.load(module)
    for number in 1..<6 { #expect(try client.call("leave", .arguments([.integer(Int64(number))])).json == 21_658) }
  }

  @Test("fuel, memory and the stack are measured and limited for each call")
  func limits() throws {
    let module = """
      (module (memory 1 10)
        (func (export "spin") (param $n i32) (result i32)
          (loop $again (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1))))) (local.get $n))
        (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
        (func $deep (export "deep") (param $n i32) (result i32)
          (if (result i32) (local.get $n) (then (call $deep (i32.sub (local.get $n) (i32.const 1)))) (else (i32.const 7)))))
      """
    try Self.compare(
      module, "spin", [1, 100, 1_000_000, 2, 100_000].map { .arguments([$0]) }, limits: InvocationLimits(fuel: 1_000))
    try Self.compare(
      module, "grow", [0, 3, 1, 4, 0].map { .arguments([$0]) }, limits: InvocationLimits(memoryBytes: 4 << 16))
    try Self.compare(
      module, "deep", [1, 100, 1_000_000, 3].map { .arguments([$0]) }, limits: InvocationLimits(stackBytes: 65_536))
  }

  @Test("logs, texts, documents, handles and the arena are each call's own")
  func hostFunctions() throws {
    let module = """
      (module (import "env" "log" (func $log (param i32 i32))) (import "env" "alloc" (func $alloc (param i32) (result i32)))
        (import "env" "output_write" (func $write (param i32 i32)))
        (memory (export "memory") 2) (data (i32.const 0) "{\\"a\\":1}")
        (func (export "say") (param $n i32) (result i32)
          (call $log (i32.const 0) (local.get $n)) (call $alloc (local.get $n)))
        (func (export "text") (param i32 i32) (result i32) (local.get 0))
        (func (export "get_string") (param $n i32) (result i32) (local.get $n))
        (func (export "answer_json") (param $n i32) (result i32) (local.get $n))
        (func (export "maybe") (param $n i32) (result i32)
          (if (local.get $n) (then (call $write (i32.const 0) (local.get $n)))) (local.get $n)))
      """
    let numbers: [Invocation.Input] = [0, 7, 3, 7, -1, 200_000, 2].map { .arguments([$0]) }
    for function in ["say", "get_string", "answer_json", "maybe"] { try Self.compare(module, function, numbers) }
    try Self.compare(module, "say", numbers, limits: InvocationLimits(maxLogBytes: 20))
    try Self.compare(module, "text", ["ab", "", "longer than the others", 5].map { .arguments([$0]) })
    try Self.compare(module, "text", [.arguments([1, 2]), .arguments(["ab"]), .arguments([3, 4])])
  }

  @Test("what a WASI guest writes and how it exits is each call's own")
  func systemInterface() throws {
    let module = """
      (module
        (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (memory (export "memory") 1) (data (i32.const 0) "\\10\\00\\00\\00\\05\\00\\00\\00") (data (i32.const 16) "hello")
        (func (export "f") (param $n i32) (result i32)
          (if (i32.gt_s (local.get $n) (i32.const 0))
            (then (drop (call $write (local.get $n) (i32.const 0) (i32.const 1) (i32.const 8)))))
          (if (i32.lt_s (local.get $n) (i32.const 0)) (then (call $exit (i32.const 3))))
          (local.get $n)))
      """
    try Self.compare(module, "f", [0, 1, 0, 2, -1, 0, 1, 5].map { .arguments([$0]) })
  }

  @Test("a request of another kind between two calls changes neither")
  func between() throws {
    let module = """
      (module (global $g (mut i32) (i32.const 0))
        (func (export "add") (param i32 i32) (result i32)
          (global.set $g (i32.add (global.get $g) (i32.const 1)))
          (i32.add (global.get $g) (i32.add (local.get 0) (local.get 1)))))
      """
    let client = try LoopClient(configure: Configure(id: RequestID(0), cacheBytes: 64 << 20))
    try client.load(module)
    func add(_ number: Int64, instance: Invocation.Instance = .fresh, hash: ModuleHash = LoopClient.hash(1)) throws
      -> Outcome
    {
      try client.invoke(
        Invocation(
          module: hash, entry: .function("add"), input: .arguments([.integer(number), 1]), instance: instance))
    }
    for _ in 0..<3 { #expect(try add(1).json == 3) }
    #expect(try add(2, instance: .keep).json == 4)
    #expect(try add(2, instance: .kept).json == 5)
    #expect(try add(2, instance: .kept).json == 6)
    for _ in 0..<3 { #expect(try add(1).json == 3) }
    #expect(try add(2, instance: .kept).failure?.code == .invalidArguments)
    try client.load(module.replacing("i32.const 1", with: "i32.const 10"), hash: LoopClient.hash(2))
    for number in 1..<4 {
      #expect(try add(1).json == 3)
      #expect(try add(1).json == 3)
      #expect(try add(Int64(number), hash: LoopClient.hash(2)).json == .integer(Int64(number) + 11))
      #expect(try add(Int64(number), hash: LoopClient.hash(2)).json == .integer(Int64(number) + 11))
    }
    try client.send(.unload(Unload(id: client.newID(), hash: LoopClient.hash(2))))
    guard case .unloaded? = try client.receive() else {
      Issue.record("no answer")
      return
    }
    #expect(try add(1, hash: LoopClient.hash(2)).failure?.code == .moduleNotFound)
    #expect(try add(1, hash: LoopClient.hash(2)).failure?.code == .moduleNotFound)
    #expect(try add(1).json == 3)
  }

  @Test("an answer that does not fit into a frame is refused, a repeated one too")
  func largeAnswers() throws {
    let client = try LoopClient(configure: Configure(id: RequestID(0), frameLimits: FrameLimits(maxJSONBytes: 400)))
    try client.load(
      #"(module (memory 1) (func (export "get_string") (param i32) (result i32) (local.get 0)) (data (i32.const 100) "\#(String(repeating: "x", count: 300))"))"#
    )
    for _ in 0..<3 {
      #expect(try client.call("get_string", .arguments([100])).failure?.code == .outputLimitExceeded)
      #expect(try client.call("get_string", .arguments([10])).json == "")
    }
  }
}
