// Workers that call host functions as no honest one would.

import HanzoWasm
import Synchronization
import Testing

@Suite("Hostile host calls")
struct HostileHostCallTests {
  /// Runs the body with fake workers that may call `env.describe`, and says how often it was called.
  private func withDescribe(
    _ change: (inout WasmConfig) -> Void = { _ in }, _ body: (WasmRuntime) async throws -> Void
  ) async throws -> Int {
    let calls = Mutex(0)
    let describe = HostFunction("describe", parameters: [.i32, .string, .json], result: .string) { call in
      calls.withLock { $0 += 1 }
      return .string("\(try call.i32(0)) \(try call.string(1)) \(try call.json(2))")
    }
    try await WasmRuntime.withRuntime(try FakeWorkers.config("normal", change), hostFunctions: [describe]) {
      (runtime) async throws in
      try await runtime.loadModule("m", FakeWorkers.bytes("m"))
      try await body(runtime)
    }
    return calls.withLock { $0 }
  }

  @Test("the twin that does it rightly is served")
  func right() async throws {
    let calls = try await withDescribe { (runtime) async throws in
      #expect(try await runtime.execute("m", "host_right") == "7 text [1]")
      #expect(try await runtime.execute("m", "host_right") == "7 text [1]")
    }
    #expect(calls == 2)
  }

  @Test(
    "what no honest worker sends ends the worker, and the function is not called",
    arguments: [
      "undeclared", "too_few", "too_many", "no_list", "wrong_type", "wide_number", "length_beyond", "length_short",
      "length_negative", "length_huge", "not_utf8", "sequence_0", "sequence_2",
    ])
  func refused(variant: String) async throws {
    let calls = try await withDescribe { (runtime) async throws in
      let error = await wasmError { try await runtime.execute("m", "host_\(variant)") }
      #expect(error?.code == .protocolViolation && error?.execution == .maybeRan, "\(String(describing: error))")
      #expect(try await runtime.execute("m", "echo", "next") == "next")
    }
    #expect(calls == 0)
  }

  @Test("a document that is none is the guest's mistake: the function fails, the worker goes on")
  func badDocument() async throws {
    let calls = try await withDescribe { (runtime) async throws in
      let answer = try await runtime.execute("m", "host_not_json")
      #expect(answer == "hostFunctionFailed: the host function env.describe failed")
      #expect(runtime.statistics.workersLost == 0)
    }
    #expect(calls == 0)
  }

  @Test(
    "a worker that does not wait for the answer is ended, and the next call gets neither answer",
    arguments: ["twice", "and_answers", "and_answers_later"])
  func impatient(variant: String) async throws {
    _ = try await withDescribe { (runtime) async throws in
      let error = await wasmError { try await runtime.execute("m", "host_\(variant)") }
      // The late answer may come after the host's own, and then is the call's only one.
      if variant == "and_answers_later", error == nil { return }
      #expect(error?.code == .protocolViolation)
      #expect(try await runtime.execute("m", "echo", "next") == "next")
    }
  }

  @Test("a worker that dies while its host function runs fails its own call only")
  func dies() async throws {
    _ = try await withDescribe { (runtime) async throws in
      #expect(await wasmError { try await runtime.execute("m", "host_and_dies") }?.code == .workerCrashed)
      #expect(try await runtime.execute("m", "echo", "next") == "next")
    }
  }

  @Test("a worker that makes more host calls than it may is ended")
  func tooMany() async throws {
    let calls = try await withDescribe({ $0.limits.maxHostCalls = 0 }) { (runtime) async throws in
      #expect(await wasmError { try await runtime.execute("m", "host_right") }?.code == .protocolViolation)
      #expect(try await runtime.execute("m", "echo", "next") == "next")
    }
    #expect(calls == 0)
  }
}
