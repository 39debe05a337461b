// A runtime in a service group.

import Foundation
import HanzoWasm
import Logging
import ServiceLifecycle
import ServiceLifecycleTestKit
import Synchronization
import Testing

@Suite("As a service", .enabled(if: RealWorker.isThere, Comment(rawValue: RealWorker.reason)))
struct ServiceTests {
  private final class Flag: Sendable {
    private let value = Atomic(false)
    var isSet: Bool { value.load(ordering: .acquiring) }
    func set() { value.store(true, ordering: .releasing) }
  }

  func runtime(_ gate: Gate) async throws -> WasmRuntime {
    let runtime = try WasmRuntime(
      RealWorker.config {
        $0.fuelLimit = nil
        $0.pool.minWorkers = 1
      }, hostFunctions: [gate.function])
    try await runtime.loadModule("m", module)
    return runtime
  }

  @Test("a graceful shutdown lets the accepted call finish, refuses others, and returns when all is reaped")
  func graceful() async throws {
    let gate = Gate()
    let runtime = try await runtime(gate)
    let hasEnded = Flag()
    try await testGracefulShutdown { trigger in
      async let service: Void = {
        await runtime.run()
        hasEnded.set()
      }()
      async let call = runtime.execute("m", "wait", 7)
      try await until { gate.arrived == 1 }
      trigger.triggerGracefulShutdown()
      try await until { runtime.status().isShutDown }
      #expect(await wasmError { try await runtime.loadModule("n", module) }?.code == .shutDown)
      #expect(!hasEnded.isSet)
      gate.open()
      #expect(try await call == 7)
      await service
    }
    #expect(runtime.status().workers.isEmpty && runtime.statistics.workersByState.ending == 0)
  }

  @Test("a cancelled service ends its calls at once", arguments: [false, true])
  func cancelled(afterGracefulShutdown: Bool) async throws {
    let runtime = try await runtime(.opened)
    try await testGracefulShutdown { trigger in
      let service = Task { await runtime.run() }
      let call = Task { try await runtime.execute("m", "forever") }
      try await until { runtime.statistics.running == 1 }
      if afterGracefulShutdown {
        trigger.triggerGracefulShutdown()
        try await until { runtime.status().isShutDown }
      }
      service.cancel()
      #expect(await wasmError { try await call.value }?.code == .shutDown)
      await service.value
    }
    #expect(runtime.status().workers.isEmpty)
  }

  @Test("a service that starts cancelled, or of a runtime that has ended, returns")
  func ended() async throws {
    let runtime = try await runtime(.opened)
    let service = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      await runtime.run()
    }
    await service.value
    #expect(runtime.status().workers.isEmpty)
    await runtime.run()
  }

  @Test("services that came and went leave no descriptor, no thread and no child behind")
  func leaks() async {
    // In a process of its own, since others run beside it.
    await #expect(processExitsWith: .success) {
      func round() async throws {
        let runtime = try await ServiceTests().runtime(.opened)
        try await testGracefulShutdown { (trigger) async throws in
          async let service: Void = runtime.run()
          guard try await runtime.execute("m", "add", [1, 2]) == 3 else { exit(10) }
          trigger.triggerGracefulShutdown()
          await service
        }
      }
      func names(_ directory: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/\(directory)")
      }
      func read(_ file: String, ofThread id: String) -> String {
        (try? String(contentsOfFile: "/proc/self/task/\(id)/\(file)", encoding: .utf8)) ?? ""
      }
      // The first round starts what the process keeps: the spawner thread.
      try await round()
      let before = try names("fd").count
      for _ in 0..<5 { try await round() }
      guard try names("fd").count == before else { exit(11) }
      let threads = try names("task")
      guard threads.allSatisfy({ read("comm", ofThread: $0) != "wasm-io\n" }) else { exit(12) }
      guard threads.allSatisfy({ read("children", ofThread: $0).isEmpty }) else { exit(13) }
    }
  }

  @Test("a service group runs it until somebody ends the group, or the runtime")
  func group() async throws {
    let first = try await runtime(.opened)
    let group = ServiceGroup(
      configuration: .init(
        services: [.init(service: first)], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
    async let running: Void = group.run()
    #expect(try await first.execute("m", "add", [1, 2]) == 3)
    await group.triggerGracefulShutdown()
    try await running
    #expect(first.status().workers.isEmpty)

    let second = try await runtime(.opened)
    async let service: Void = second.run()
    await second.shutdown()
    await service
    #expect(second.status().workers.isEmpty)
  }
}
