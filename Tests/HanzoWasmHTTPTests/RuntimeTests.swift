// The whole way: a guest in a worker, the pipe, the policy of the runtime and of the call, and a server.

import Foundation
import HanzoWasm
import HanzoWasmHTTP
import Testing

private let workerPath = ProcessInfo.processInfo.environment["HANZO_WASM_WORKER"]

@Suite(
  "HTTP from a guest", .timeLimit(.minutes(2)),
  .enabled(if: workerPath != nil, "HANZO_WASM_WORKER does not name a release build of the worker"))
struct RuntimeTests {
  /// `request_json` answers with what http_request gave, `request` with its handle, `send_json` with the head that
  /// http_send gave for a URL (4 bytes further and shorter than the block, whose body is empty).
  private static func guest(_ url: String) -> [UInt8] {
    let request = #"{\22url\22:\22\#(url)\22}"#
    return Array(
      """
      (module
        (import "env" "http_request" (func $request (param i32 i32 i32) (result i32)))
        (import "env" "json_stringify" (func $stringify (param i32) (result i32)))
        (import "env" "http_send" (func $send (param i32 i32 i32 i32) (result i64)))
        (memory (export "memory") 1)
        (data (i32.const 0) "GET\\00")
        (data (i32.const 16) "\(url)\\00")
        (data (i32.const 512) "\(request)")
        (func (export "request") (result i32)
          (call $request (i32.const 0) (i32.const 16) (i32.const 1024)))
        (func (export "request_json") (result i32)
          (call $stringify (call $request (i32.const 0) (i32.const 16) (i32.const 1024))))
        (func (export "send_json") (result i64)
          (i64.add
            (call $send (i32.const 512) (i32.const \(url.utf8.count + 10)) (i32.const 0) (i32.const 0))
            (i64.const 0x3FFFFFFFC))))
      """.utf8)
  }

  private func with(
    _ change: (inout WasmConfig) -> Void, _ body: (WasmRuntime, TestServer) async throws -> Void
  ) async throws {
    try await TestServer.with({ _ in .http("200 OK", ["X-Test: yes"]) }) { server async throws in
      var config = WasmConfig()
      config.worker.path = workerPath
      config.network = loopbackPolicy(ports: [UInt16(server.port)])
      change(&config)
      let http = HTTPHostFunctions()
      let runtime = try WasmRuntime(config, hostFunctions: http.functions)
      do {
        try await runtime.loadModule("guest", Self.guest("http://127.0.0.1:\(server.port)/"))
        try await body(runtime, server)
      } catch {
        await runtime.shutdown()
        throw error
      }
      await runtime.shutdown()
      await http.shutdown()
    }
  }

  @Test("a guest gets answers by both functions")
  func answers() async throws {
    try await with({ _ in }) { runtime, server async throws in
      let answer = try await runtime.execute("guest", "request_json")
      #expect(answer == ["status": 200, "headers": ["content-length": "0", "x-test": "yes"], "body": ""])
      let head = try await runtime.execute("guest", "send_json")
      #expect(head == ["status": 200, "headers": [["x-test", "yes"], ["content-length", "0"]]])
      #expect(server.journal.entries.requests.count == 2)
    }
  }

  @Test("what the runtime's or the call's policy denies is an error value, and the outcome says so")
  func denied() async throws {
    try await with({ _ in }) { runtime, server async throws in
      for name in ["request", "send_json"] {
        var invocation = Invocation(module: "guest", function: name)
        let allowed = try await runtime.invoke(invocation)
        #expect(!allowed.networkDenied, "\(name)")
        invocation.network = .denied
        let denied = try await runtime.invoke(invocation)
        #expect(denied.networkDenied, "\(name)")
      }
      #expect(server.journal.entries.requests.count == 2)
    }
    try await with({ $0.network = .denied }) { runtime, server async throws in
      let outcome = try await runtime.invoke(Invocation(module: "guest", function: "request"))
      #expect(outcome.networkDenied)
      #expect(try await runtime.execute("guest", "request") == -1)
      #expect(try await runtime.execute("guest", "send_json")["error"]?["code"] == "networkDenied")
      #expect(server.journal.entries.connections == 0)
    }
  }
}
