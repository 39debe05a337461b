// What modules may import and must export.

import Foundation
import HanzoWasm
import Testing

private let tool = Array(
  #"""
  (module
    (import "env" "log" (func (param i32 i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
    (import "secret" "door" (func))
    (memory (export "memory") 3)
    (global (export "run") i32 (i32.const 1))
    (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
    (func (export "wide") (param i64) (result f64) (f64.const 0)))
  """#.utf8)

private func load(_ change: (inout ModulePolicy) -> Void) async throws -> WasmError? {
  var config = WasmConfig()
  config.worker.path = RealWorker.path
  change(&config.policy)
  let runtime = try WasmRuntime(config)
  let error = await wasmError { try await runtime.loadModule("tool", tool) }
  await runtime.shutdown()
  return error
}

@Suite(
  "Module policy",
  .enabled(if: RealWorker.isThere, Comment(rawValue: RealWorker.reason)))
struct ModulePolicyTests {
  @Test("without a policy any module loads")
  func open() async throws { #expect(try await load { _ in } == nil) }

  @Test("allowed imports by name and by module; everything else is listed")
  func imports() async throws {
    let error = try await load { $0.allowedImports = ["env.log", "env.alloc"] }
    #expect(error?.code == .policyViolation && error?.execution == .notStarted)
    #expect(error?.problems.count == 2)
    #expect(error?.problems.contains { $0.contains("'secret.door'") } == true)
    #expect(error?.problems.contains { $0.contains("'wasi_snapshot_preview1.fd_write'") } == true)
    #expect(try await load { $0.allowedImports = ["env.*", "wasi_snapshot_preview1.*", "secret.door"] } == nil)
    #expect(try await load { $0.allowedImports = [] }?.problems.count == 3)
  }

  @Test("required exports with their kinds and types; all violations at once")
  func exports() async throws {
    let all: [ModulePolicy.RequiredExport] = [
      .function("add", ["i32", "i32"], ["i32"]), .function("wide", ["i64"], ["f64"]), .memory("memory"),
      .global("run"),
    ]
    #expect(try await load { $0.requiredExports = all } == nil)
    let error = try await load {
      $0.requiredExports = [
        .function("missing"), .function("run", ["i32"]), .function("wide", ["i32"], ["f64"]), .table("memory"),
        .memory("heap"), .function("add", ["i32", "i32"], ["i32"]),
      ]
      $0.allowedImports = ["env.*"]
      $0.maxInitialPages = 2
    }
    #expect(error?.problems.count == 8)
    #expect(error?.message.contains("(i64) -> (f64)") == true)
  }

  @Test("a load may have a policy of its own, and executeBytes obeys the runtime's")
  func scopes() async throws {
    var config = WasmConfig()
    config.worker.path = RealWorker.path
    config.policy.requiredExports = [.function("add", ["i32", "i32"], ["i32"])]
    try await WasmRuntime.withRuntime(config) { (runtime) async throws in
      try await runtime.loadModule("tool", tool)
      var narrow = ModulePolicy()
      narrow.allowedImports = []
      #expect(await wasmError { try await runtime.loadModule("tool", tool, policy: narrow) }?.code == .policyViolation)
      // The module that was there before is still there.
      #expect(runtime.listModules() == ["tool"])
      let other = Array(#"(module (func (export "sub")))"#.utf8)
      #expect(await wasmError { try await runtime.executeBytes(other, "sub") }?.code == .policyViolation)
    }
  }

  @Test("patterns that mean nothing are refused", arguments: ["", "env", ".log", "env."])
  func patterns(pattern: String) throws {
    var config = WasmConfig()
    config.worker.path = RealWorker.path
    config.policy.allowedImports = [pattern]
    let error = #expect(throws: WasmError.self) { try WasmRuntime(config) }
    #expect(error?.code == .invalidConfiguration)
  }
}
