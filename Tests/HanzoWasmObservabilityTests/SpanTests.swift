// The span of every call, and what runs in it.

import HanzoWasm
import InMemoryTracing
import Synchronization
import Testing
import Tracing

@Suite("Spans", .enabled(if: RealWorker.isThere, Comment(rawValue: RealWorker.reason)))
struct SpanTests {
  /// The values of all attributes as texts.
  private func texts(_ span: FinishedInMemorySpan) -> [String: String] {
    var texts: [String: String] = [:]
    span.attributes.forEach { name, value in
      texts[name] =
        switch value {
        case .string(let text): text
        case .int64(let number): "\(number)"
        case .double(let number): "\(number)"
        case .bool(let value): "\(value)"
        default: "?"
        }
    }
    return texts
  }

  @Test("a call has a span, a child of its caller's, with what it used")
  func call() async throws {
    let tracer = InMemoryTracer()
    try await withModule { runtime in
      let (outcome, caller) = try await withTracer(tracer) { () async throws in
        try await tracer.withSpan("request") { span in
          (
            try await runtime.invoke(Invocation(module: "m", function: "add", parameters: [1, 2])), span.spanID
          )
        }
      }
      let span = try #require(tracer.finishedSpans.first { $0.operationName == "hanzo_wasm.call" })
      #expect(span.parentSpanID == caller)
      #expect(span.kind == .internal && span.status == nil)
      let attributes = texts(span)
      #expect(attributes["hanzo_wasm.module"] == "m" && attributes["hanzo_wasm.function"] == "add")
      #expect(attributes["hanzo_wasm.module_hash"] == runtime.moduleInfo("m")?.hash)
      #expect(attributes["hanzo_wasm.fuel"] == "\(outcome.usage.fuel)")
      #expect(attributes["hanzo_wasm.peak_memory_bytes"] == "65536")
      #expect(attributes["hanzo_wasm.execution_seconds"] == "\(outcome.usage.executionTime / .seconds(1))")
      #expect(attributes["hanzo_wasm.queue_seconds"] != nil && attributes["hanzo_wasm.load_seconds"] == nil)
      #expect(attributes["hanzo_wasm.started_worker"] == "false")
      #expect(attributes["error.type"] == nil)
      #expect(tracer.activeSpans.isEmpty)
    }
  }

  @Test("a load has a span, and so has a call that failed, with its code and no word of the guest")
  func failure() async throws {
    let tracer = InMemoryTracer()
    try await withModule { runtime in
      try await withTracer(tracer) { () async throws in
        _ = try await runtime.loadModule("again", module)
        _ = await wasmError { try await runtime.execute("m", "trap") }
        var invocation = Invocation(module: "m", function: "forever")
        invocation.limits.executionTime = .milliseconds(200)
        _ = await wasmError { try await runtime.invoke(invocation) }
      }
      let spans = tracer.finishedSpans
      #expect(spans.map(\.operationName) == ["hanzo_wasm.load", "hanzo_wasm.call", "hanzo_wasm.call"])
      #expect(texts(spans[0])["hanzo_wasm.load_seconds"] != nil && spans[0].status == nil)
      #expect(spans[1].status == SpanStatus(code: .error, message: "trap"))
      #expect(texts(spans[1])["error.type"] == "trap")
      #expect(spans[1].errors.isEmpty && spans[1].events.isEmpty)
      #expect(texts(spans[2])["error.type"] == "timedOut")
      #expect(texts(spans[2])["hanzo_wasm.execution_seconds"] != nil && texts(spans[2])["hanzo_wasm.fuel"] == nil)
    }
  }

  @Test("a host function runs in the trace of the call that it serves")
  func hostFunction() async throws {
    let tracer = InMemoryTracer()
    let seen = Mutex<String?>(nil)
    let lookup = HostFunction("lookup", result: .i32) { _ in
      let span = tracer.startSpan("query")
      seen.withLock { $0 = ServiceContext.current?.inMemorySpanContext?.spanID }
      span.end()
      return 7
    }
    let fails = HostFunction("fails", result: .i32, onFailure: .returns(-1)) { _ in
      throw HostFunction.Failure("the password is 1234")
    }
    let runtime = try WasmRuntime(RealWorker.config(), hostFunctions: [lookup, fails])
    let text = """
      (module (import "env" "lookup" (func $lookup (result i32))) (import "env" "fails" (func $fails (result i32)))
        (func (export "lookup") (result i32) (call $lookup)) (func (export "fails") (result i32) (call $fails)))
      """
    try await runtime.loadModule("m", Array(text.utf8))
    try await withTracer(tracer) { () async throws in
      #expect(try await runtime.execute("m", "lookup") == 7)
      #expect(try await runtime.execute("m", "fails") == -1)
    }
    await runtime.shutdown()
    let spans = tracer.finishedSpans
    let query = try #require(spans.first { $0.operationName == "query" })
    let hostCalls = spans.filter { $0.operationName == "hanzo_wasm.host_call" }
    let calls = spans.filter { $0.operationName == "hanzo_wasm.call" }
    #expect(hostCalls.map(\.parentSpanID) == calls.map(\.spanID) && calls.count == 2)
    #expect(query.parentSpanID == hostCalls[0].spanID)
    #expect(seen.withLock { $0 } == hostCalls[0].spanID)
    #expect(texts(hostCalls[0]) == ["hanzo_wasm.host_function": "env.lookup"])
    #expect(hostCalls[1].status == SpanStatus(code: .error) && hostCalls[1].errors.isEmpty)
  }

  @Test("names in spans are short and show as what they are")
  func hostileNames() async throws {
    let tracer = InMemoryTracer()
    try await withModule { runtime in
      let name = "a\u{1B}[2J\n\u{202E}" + String(repeating: "x", count: 100_000)
      try await withTracer(tracer) { () async throws in
        try await runtime.loadModule(name, module)
        _ = await wasmError { try await runtime.execute(name, name) }
      }
      let spans = tracer.finishedSpans
      #expect(spans.count == 2)
      for span in spans {
        #expect(texts(span)["hanzo_wasm.module"] == "a?[2J??" + String(repeating: "x", count: 73))
      }
      #expect(texts(spans[1])["hanzo_wasm.function"]?.count == 80)
    }
  }
}
