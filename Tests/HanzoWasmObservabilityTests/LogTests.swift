// What the library's lines in the log say about whom.

import HanzoWasm
import InMemoryTracing
import Logging
import Testing
import Tracing

@Suite("Log lines", .enabled(if: RealWorker.isThere, Comment(rawValue: RealWorker.reason)))
struct LogTests {
  private static let evil = "evil\n\u{1B}[2J\u{202E}"

  /// Writes a line to its standard error.
  private static let writer = Array(
    #"""
    (module
      (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
      (memory (export "memory") 1)
      (data (i32.const 0) "\08\00\00\00\12\00\00\00evil \1b[2J \e2\80\aeline\n")
      (func (export "write") (drop (call $write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 100)))))
    """#.utf8)

  @Test("a guest's line names worker, call, module and function, is harmless, and belongs to the call's trace")
  func guestLine() async throws {
    let log = LogLines()
    let tracer = InMemoryTracer()
    try await withModule(logger: log.logger) { runtime in
      try await runtime.loadModule(Self.evil, Self.writer)
      var invocation = Invocation(module: Self.evil, function: "write")
      invocation.stderr = .log
      let worker = try await withTracer(tracer) { () async throws in
        _ = try await runtime.invoke(invocation)
        return runtime.status().workers.first { $0.state == .idle && $0.calls > 1 }?.id
      }
      let line = try #require(log.lines.first { $0.message.hasPrefix("guest: ") })
      #expect(line.message == "guest: evil ?[2J ?line")
      #expect(line.metadata["module"] == "evil??[2J?" && line.metadata["function"] == "write")
      #expect(line.metadata["worker"] == worker.map { "\($0)" })
      #expect(line.metadata["call"].flatMap { UInt64($0) } != nil)
      let span = try #require(tracer.finishedSpans.first)
      #expect(line.context == span.spanID)
    }
  }

  @Test("a call that failed and the worker that was killed for it are told with the call's number and code")
  func failure() async throws {
    let log = LogLines()
    let tracer = InMemoryTracer()
    try await withModule(logger: log.logger) { runtime in
      var invocation = Invocation(module: "m", function: "forever")
      invocation.limits.executionTime = .milliseconds(200)
      try await withTracer(tracer) { () async throws in
        #expect(await wasmError { try await runtime.invoke(invocation) }?.code == .timedOut)
      }
      let line = try #require(log.lines.first { $0.message == "a call failed" })
      #expect(line.level == .debug)
      #expect(line.metadata["code"] == "timedOut" && line.metadata["module"] == "m")
      #expect(line.metadata["function"] == "forever")
      // The number is that of the call's span.
      var number: String?
      tracer.finishedSpans.first?.attributes.forEach { name, value in
        if name == "hanzo_wasm.call", case .int64(let id) = value { number = "\(id)" }
      }
      #expect(line.metadata["call"] == number && number != nil)
    }
    #expect(log.lines.contains { $0.message == "a worker was ended" && $0.metadata["worker"] == "1" })
  }
}
