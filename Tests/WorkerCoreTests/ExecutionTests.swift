/// Loading and calling: what is found, what is used, what ends a call, and what the next call sees.

import Testing
import WasmJSON
import WorkerProtocol

@Suite("Execution")
struct ExecutionTests {
  @Test("add(5, 3) is 8, with the fuel that it takes")
  func add() throws {
    let outcome = try outcome(
      #"(module (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add))"#, "add",
      .arguments([5, 3]))
    #expect(outcome.json == 8)
    #expect(outcome.usage.fuel == 4)
    #expect(outcome.usage.fuelModel == "wasmtime-50")
    #expect(outcome.usage.wallNanoseconds > 0)
    #expect(outcome.usage.cpuNanoseconds > 0)
    #expect(outcome.usage.wallNanoseconds >= outcome.usage.instantiateNanoseconds)
  }

  @Test("every call starts from a fresh instance")
  func freshness() throws {
    let client = try LoopClient()
    try client.load(
      """
      (module (global $g (mut i32) (i32.const 0)) (memory 1)
        (func (export "next") (result i32)
          (global.set $g (i32.add (global.get $g) (i32.const 1)))
          (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
          (drop (memory.grow (i32.const 1)))
          (i32.add (i32.mul (global.get $g) (i32.const 10)) (i32.add (i32.load (i32.const 0)) (memory.size)))))
      """)
    for _ in 0..<4 {
      let outcome = try client.call("next")
      #expect(outcome.json == 13)
      #expect(outcome.usage.peakMemoryBytes == 131_072)
    }
  }

  @Test("a module that is not loaded, a function that does not exist and an export that is none are told apart")
  func notFound() throws {
    let client = try LoopClient()
    #expect(try client.call("f").failure?.code == .moduleNotFound)
    try client.load(#"(module (global (export "g") i32 (i32.const 5)) (func (export "f")))"#)
    #expect(try client.call("missing").failure?.code == .functionNotFound)
    #expect(try client.call("g").failure?.code == .functionNotFound)
    #expect(try client.call("f").json == .null)
  }

  @Test("names that Unicode calls equivalent are two functions")
  func equivalentNames() throws {
    let client = try LoopClient()
    // é as one character, and as e with an accent behind it.
    try client.load(
      #"(module (func (export "\u{e9}") (result i32) (i32.const 1)) (func (export "e\u{301}") (result i32) (i32.const 2)))"#
    )
    for _ in 0..<2 {
      #expect(try client.call("\u{e9}").json == 1)
      #expect(try client.call("e\u{301}").json == 2)
    }
  }

  @Test("the description tells the interface, and loading again tells the same")
  func description() throws {
    let client = try LoopClient()
    let text = """
      (module $shape (import "env" "log" (func (param i32 i32))) (memory (export "memory") 2)
        (func (export "area") (param $width f64) (param f64) (result f64 i32) f64.const 0 i32.const 0)
        (global (export "g") (mut i64) (i64.const 1)))
      """
    let description = try client.load(text)
    #expect(description.name == "shape")
    #expect(description.exports.map(\.name) == ["memory", "area", "g"])
    #expect(description.functions.map(\.name) == ["area"])
    #expect(description.functions.first?.parameters == [.init(name: "width", type: "f64"), .init(type: "f64")])
    #expect(description.functions.first?.results == ["f64", "i32"])
    #expect(
      description.imports == [.init(module: "env", name: "log", kind: .function, type: "(func (param i32 i32))")])
    #expect(description.memoryPages == 2)
    #expect(description.byteCount == UInt64(text.utf8.count))
    #expect(description.featuresUsed.contains("multi-value"))
    #expect(try client.load(text) == description)
  }

  @Test("the custom sections version and hanzo.abi are described")
  func customSections() throws {
    func section(_ name: String, _ contents: String) -> [UInt8] {
      let body = [UInt8(name.utf8.count)] + Array(name.utf8) + Array(contents.utf8)
      return [0, UInt8(body.count)] + body
    }
    let module = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0] + section("version", "1.2.3") + section("hanzo.abi", #"{"abi":1}"#)
    let description = try LoopClient().load(module).get()
    #expect(description.version == "1.2.3")
    #expect(description.abi == #"{"abi":1}"#)
  }

  @Test("a module that cannot be loaded says where it is wrong")
  func malformed() throws {
    let client = try LoopClient()
    guard case .failure(let text) = try client.load(Array("(module\n  (func (result i32) i32.cosnt 1))".utf8)) else {
      Issue.record("a misspelt module was loaded")
      return
    }
    #expect(text.code == .invalidModule)
    guard case .line(2, column: _)? = text.location else {
      Issue.record("the error is not located: \(text)")
      return
    }
    let truncated: [UInt8] = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0, 1, 5, 1]
    guard case .failure(let binary) = try client.load(truncated) else {
      Issue.record("a truncated module was loaded")
      return
    }
    #expect(binary.code == .invalidModule)
    guard case .offset? = binary.location else {
      Issue.record("the error is not located: \(binary)")
      return
    }
    for garbage in [[], [0xFF, 0xFE, 0x00], Array("hello".utf8)] as [[UInt8]] {
      guard case .failure(let failure) = try client.load(garbage) else {
        Issue.record("garbage was loaded")
        return
      }
      #expect(failure.code == .invalidModule)
    }
    #expect(try client.load("(module)").exports.isEmpty)
  }

  @Test("features and limits of a load are checked by name")
  func loadOptions() throws {
    let client = try LoopClient()
    var number: UInt8 = 0
    func load(
      features: [String]? = nil, limits: [String: UInt64] = [:], _ text: String = "(module (func) (func))"
    ) throws -> ErrorCode? {
      // Under another hash each time: a module that is loaded already would not be looked at.
      number += 1
      try client.send(
        .load(
          Load(
            id: client.newID(), hash: LoopClient.hash(number), features: features, limits: limits,
            module: Array(text.utf8))))
      if case .failure(let failure) = try client.loadReply() { return failure.code } else { return nil }
    }
    let twoResults = "(module (func (result i32 i32) i32.const 1 i32.const 2))"
    #expect(try load(features: ["no-such-thing"]) == .invalidConfiguration)
    #expect(try load(features: ["simd"]) == nil)
    #expect(try load(limits: ["no-such-thing": 1]) == .invalidConfiguration)
    #expect(try load(limits: ["functions": 1]) == .invalidModule)
    #expect(try load(limits: ["functions": 2]) == nil)
    let structure =
      "(module (type (struct (field i32) (field i32))) (tag) (global i32 (i32.add (i32.const 1) (i32.const 2))))"
    for (name, count): (String, UInt64) in [
      ("structFields", 2), ("fields", 2), ("tags", 1), ("constantInstructions", 3),
    ] {
      #expect(try load(limits: [name: count - 1], structure) == .invalidModule, "\(name)")
      #expect(try load(limits: [name: count], structure) == nil, "\(name)")
    }
    #expect(try load(features: ["mutable-globals"], twoResults) == .unsupportedFeature)
    #expect(try load(features: ["multi-value"], twoResults) == nil)
    #expect(try load(features: ["wasm1"], twoResults) == .unsupportedFeature)
    #expect(try load(features: ["wasm2"], twoResults) == nil)
    let tailCall = "(module (func (return_call 0)))"
    #expect(try load(features: ["wasm2"], tailCall) == .unsupportedFeature)
    #expect(try load(features: ["wasm2", "tail-call"], tailCall) == nil)
    #expect(try load(features: ["wasm3"], tailCall) == nil)
  }

  @Test("a trap tells its kind and the functions that were active")
  func traps() throws {
    let module = """
      (module
        (func $inner (param i32) (result i32) (i32.div_s (i32.const 1) (local.get 0)))
        (func $outer (export "divide") (param i32) (result i32) (call $inner (local.get 0))))
      """
    let failure = try #require(try outcome(module, "divide", .arguments([0])).failure)
    #expect(failure.code == .trap)
    #expect(failure.trapKind == "integerDivideByZero")
    #expect(failure.frames.map(\.name) == ["inner", "outer"])
    #expect(failure.function == "divide")
    #expect(try outcome(module, "divide", .arguments([1])).json == 1)
  }

  @Test("with determinism NaNs are canonical, whatever calls came before, and fuel is the same")
  func deterministic() throws {
    let client = try LoopClient()
    try client.load(
      """
      (module (func (export "f") (param f64) (result f64) (f64.mul (local.get 0) (f64.const nan:0x4000000000001))))
      """)
    var invocation = Invocation(
      module: LoopClient.hash(1), entry: .function("f"), input: .typedArguments([.f64(bits: 0xFFF8_0000_0000_1234)]),
      results: .typed)
    let plain = try client.invoke(invocation)
    invocation.determinism = .init()
    for _ in 0..<2 {
      let canonical = try client.invoke(invocation)
      #expect(canonical.result == .success(.typed([.f64(bits: 0x7FF8_0000_0000_0000)])))
      #expect(canonical.usage.fuel == plain.usage.fuel)
    }
    invocation.determinism = nil
    #expect(try client.invoke(invocation).result == plain.result)
    #expect(plain.result != .success(.typed([.f64(bits: 0x7FF8_0000_0000_0000)])))
  }

  @Test("a start function that traps fails the call, and the next call starts again")
  func startTraps() throws {
    let client = try LoopClient()
    try client.load("(module (func $s unreachable) (start $s) (func (export \"f\")))")
    for _ in 0..<2 { #expect(try client.call("f").failure?.trapKind == "unreachable") }
  }

  @Test("a reactor is initialised before its function is called")
  func reactors() throws {
    let module = """
      (module (global $g (mut i32) (i32.const 0))
        (func (export "_initialize") (global.set $g (i32.const 42)))
        (func (export "get") (result i32) (global.get $g)))
      """
    #expect(try outcome(module, "get").json == 42)
  }

  @Test("fuel ends a call at its limit and not before; no limit still counts")
  func fuel() throws {
    let client = try LoopClient()
    try client.load(
      """
      (module (func (export "for_ever") (loop $l (br $l)))
        (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add))
      """)
    let failure = try #require(try client.call("for_ever", limits: InvocationLimits(fuel: 10_000)).failure)
    #expect(failure.code == .fuelExhausted)
    #expect(failure.limit == Failure.Limit(name: "fuel", value: 10_000))
    #expect(
      try client.call("add", .arguments([1, 2]), limits: InvocationLimits(fuel: 3)).failure?.code == .fuelExhausted)
    #expect(try client.call("add", .arguments([1, 2]), limits: InvocationLimits(fuel: 4)).json == 3)
    #expect(try client.call("add", .arguments([1, 2]), limits: InvocationLimits(fuel: nil)).usage.fuel == 4)
  }

  @Test("objects count against the memory limit of their call, and are gone with it")
  func objects() throws {
    let client = try LoopClient()
    try client.load(
      """
      (module
        (type $cell (struct (field i64) (field (ref null $cell))))
        (global $list (mut (ref null $cell)) (ref.null $cell))
        (func (export "grow") (param i32) (result i32)
          (loop $again
            (global.set $list (struct.new $cell (i64.const 1) (global.get $list)))
            (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
          (i32.const 1)))
      """)
    let limits = InvocationLimits(memoryBytes: 2 << 20)
    for _ in 0..<3 {
      #expect(try client.call("grow", .arguments([40_000]), limits: limits).json == 1)
      let failure = try #require(try client.call("grow", .arguments([80_000]), limits: limits).failure)
      #expect(failure.code == .memoryLimitExceeded)
      #expect(failure.limit == Failure.Limit(name: "memoryBytes", value: 2 << 20))
      #expect(failure.frames.map(\.functionIndex) == [0])
    }
    #expect(try client.call("grow", .arguments([80_000])).json == 1)
  }

  @Test("memory is limited per call, a refused growth is remembered, and the worker's own limit cannot be exceeded")
  func memory() throws {
    let client = try LoopClient(configure: Configure(id: RequestID(0), maxMemoryBytes: 1 << 20))
    try client.load(
      """
      (module (memory 2)
        (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
        (func (export "fail") (if (i32.eq (memory.grow (i32.const 100)) (i32.const -1)) (then unreachable))))
      """)
    let limits = InvocationLimits(memoryBytes: 1 << 20)
    #expect(try client.call("grow", .arguments([14]), limits: limits).json == 2)
    #expect(try client.call("grow", .arguments([15]), limits: limits).json == -1)
    #expect(try client.call("grow", .arguments([2]), limits: InvocationLimits(memoryBytes: 3 << 16)).json == -1)
    let failure = try #require(try client.call("fail", limits: limits).failure)
    #expect(failure.code == .trap)
    #expect(failure.refusedMemoryBytes == 102 * 65_536)
    let tooSmall = InvocationLimits(memoryBytes: 1 << 16)
    #expect(try client.call("grow", .arguments([1]), limits: tooSmall).failure?.code == .memoryLimitExceeded)
    #expect(try client.call("grow", .arguments([1]), limits: InvocationLimits()).failure?.code == .neverFits)
    #expect(try client.call("grow", .arguments([14]), limits: limits).usage.peakMemoryBytes == 1 << 20)
  }

  @Test("a module that needs more memory than the call allows fails to start")
  func initialMemory() throws {
    let client = try LoopClient()
    try client.load("(module (memory 100) (func (export \"f\")))")
    #expect(try client.call("f", limits: InvocationLimits(memoryBytes: 99 << 16)).failure?.code == .memoryLimitExceeded)
    #expect(try client.call("f", limits: InvocationLimits(memoryBytes: 100 << 16)).json == .null)
  }

  @Test("endless recursion exhausts the stack and nothing else")
  func recursion() throws {
    let client = try LoopClient()
    try client.load(
      #"(module (func $f (export "f") (result i32) (i32.add (call $f) (i32.const 1))) (func (export "g") (result i32) i32.const 1))"#
    )
    #expect(try client.call("f", limits: InvocationLimits(fuel: nil)).failure?.trapKind == "stackExhausted")
    #expect(try client.call("f", limits: InvocationLimits(stackBytes: 65_536)).failure?.trapKind == "stackExhausted")
    #expect(try client.call("g").json == 1)
  }

  @Test("unloading forgets a module, and says whether there was one")
  func unload() throws {
    let client = try LoopClient()
    try client.load("(module (func (export \"f\")))")
    for found in [true, false] {
      try client.send(.unload(Unload(id: client.newID(), hash: LoopClient.hash(1))))
      guard case .unloaded(let reply)? = try client.receive() else { throw UnexpectedMessage(message: nil) }
      #expect(reply.found == found)
    }
    #expect(try client.call("f").failure?.code == .moduleNotFound)
  }

  @Test("the cache drops what has not been used for longest, and never the module in use")
  func eviction() throws {
    // Each small module counts as a little more than 64 KiB.
    let client = try LoopClient(configure: Configure(id: RequestID(0), cacheBytes: 150_000))
    let module = "(module (func (export \"f\")))"
    try client.load(module, hash: LoopClient.hash(1))
    try client.load(module, hash: LoopClient.hash(2))
    #expect(try client.call("f", hash: LoopClient.hash(1)).json == .null)
    try client.load(module, hash: LoopClient.hash(3))
    #expect(try client.call("f", hash: LoopClient.hash(1)).json == .null)
    #expect(try client.call("f", hash: LoopClient.hash(2)).failure?.code == .moduleNotFound)
    #expect(try client.call("f", hash: LoopClient.hash(3)).json == .null)

    let tiny = try LoopClient(configure: Configure(id: RequestID(0), cacheBytes: 0))
    try tiny.load(module, hash: LoopClient.hash(1))
    #expect(try tiny.call("f", hash: LoopClient.hash(1)).json == .null)
    try tiny.load(module, hash: LoopClient.hash(2))
    #expect(try tiny.call("f", hash: LoopClient.hash(1)).failure?.code == .moduleNotFound)
    #expect(try tiny.call("f", hash: LoopClient.hash(2)).json == .null)
  }

  @Test("modules take turns without seeing each other, at the full memory limit each")
  func alternating() throws {
    let client = try LoopClient(configure: Configure(id: RequestID(0), maxMemoryBytes: 32 << 20))
    let module = """
      (module (memory 1) (func (export "fill") (result i32) (local i32)
        (local.set 0 (i32.load8_u (i32.const 0)))
        (drop (memory.grow (i32.const 511)))
        (memory.fill (i32.const 0) (i32.const 7) (i32.const 33554432)) (i32.add (local.get 0) (memory.size))))
      """
    for number in 1...3 { try client.load(module, hash: LoopClient.hash(UInt8(number))) }
    for _ in 0..<2 {
      for number in 1...3 {
        let outcome = try client.call(
          "fill", limits: InvocationLimits(memoryBytes: 32 << 20), hash: LoopClient.hash(UInt8(number)))
        #expect(outcome.json == 512)
      }
    }
  }
}
