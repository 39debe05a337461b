// What must not stay behind: descriptors, threads, processes. Each test is a process of its own, since others run beside it.

import CLinux
import Foundation
import HanzoWasm
import Testing

/// Entries of a directory in /proc/self.
private func count(_ directory: String) -> Int {
  (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/\(directory)").count) ?? -1
}

/// Whether a descriptor of this process is a timer.
private func hasTimer() -> Bool {
  let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
  return names.contains {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)"))?.contains("timerfd") == true
  }
}

private func threadNames() -> [String] {
  let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
  return tasks.compactMap { try? String(contentsOfFile: "/proc/self/task/\($0)/comm", encoding: .utf8) }
    .map { $0.trimmingCharacters(in: .newlines) }.filter { $0.hasPrefix("wasm-") }
}

private func children() -> String {
  let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
  return tasks.compactMap { try? String(contentsOfFile: "/proc/self/task/\($0)/children", encoding: .utf8) }.joined()
}

/// scripts/test-threads defines it.
#if HANZO_WASM_THREAD_SANITIZER
  private let isSanitized = true
#else
  private let isSanitized = false
#endif

@Suite(
  "Leaks",
  .disabled(if: isSanitized, "ThreadSanitizer's symbolizer is a child with descriptors of its own, which come and go"))
struct LeakTests {
  @Test("after a shutdown no descriptor, process or thread is left but the sleeping spawner")
  func nothingLeft() async {
    await #expect(processExitsWith: .success) {
      func round() async throws {
        try await FakeWorkers.withModule { (runtime) async throws in
          for function in ["echo", "abort", "wrong_id", "exit_77", "close_stdout", "kill_self"] {
            _ = await wasmError { try await runtime.execute("m", function) }
          }
          var invocation = Invocation(module: "m", function: "spin")
          invocation.limits.executionTime = .milliseconds(20)
          _ = await wasmError { try await runtime.invoke(invocation) }
          _ = try await runtime.execute("m", "echo")
        }
      }
      try await round()
      let before = count("fd")
      for _ in 0..<5 { try await round() }
      guard count("fd") == before, before > 0 else { exit(10) }
      guard threadNames() == ["wasm-spawner"] else { exit(11) }
      guard children().isEmpty else { exit(12) }
    }
  }

  @Test("when a shutdown is over the worker's executable is closed, though the runtime is there still")
  func executable() async {
    await #expect(processExitsWith: .success) {
      _ = try await FakeWorkers.withModule { (runtime) async throws in try await runtime.execute("m", "echo") }
      let before = count("fd")
      let runtime = try WasmRuntime(try FakeWorkers.config())
      guard count("fd") > before else { exit(10) }
      await runtime.shutdown()
      guard count("fd") == before else { exit(11) }
      withExtendedLifetime(runtime) {}
    }
  }

  @Test("a runtime that is dropped without a shutdown ends its workers and its thread")
  func dropped() async {
    await #expect(processExitsWith: .success) {
      func use() async throws {
        let runtime = try WasmRuntime(try FakeWorkers.config())
        try await runtime.loadModule("m", FakeWorkers.bytes("m"))
      }
      try await use()
      for _ in 0..<1_000 {
        if threadNames() == ["wasm-spawner"], children().isEmpty { return }
        usleep(10_000)
      }
      exit(13)
    }
  }

  @Test("when no descriptor is left, a start fails with resourceExhausted and nothing leaks")
  func noDescriptors() async {
    await #expect(processExitsWith: .success) {
      // A worker that was started for a call which failed meanwhile has no domain to be forgotten with.
      let runtime = try WasmRuntime(FakeWorkers.config { $0.pool.idleTimeout = .milliseconds(100) })
      var limit = rlimit()
      getrlimit(__rlimit_resource_t(7), &limit)
      // Dispatch opens one for the process's first timer, whoever sets it, and not always at once.
      for _ in 0..<2_000 where !hasTimer() { try await Task.sleep(for: .milliseconds(5)) }
      let before = count("fd")
      for extra in 0..<10 {
        limit.rlim_cur = rlim_t(before + extra)
        setrlimit(__rlimit_resource_t(7), &limit)
        let error = await wasmError { try await runtime.loadModule("m", FakeWorkers.bytes("m")) }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(7), &limit)
        if let error {
          guard error.code == .resourceExhausted, error.fault == .capacity else { exit(14) }
          guard count("fd") == before else { exit(15) }
        }
        // The pause after a failed start.
        while await wasmError({ try await runtime.loadModule("n", FakeWorkers.bytes("n")) }) != nil { usleep(20_000) }
        runtime.clearModules()
        while runtime.statistics.workers > 0 || count("fd") != before { usleep(1_000) }
      }
      await runtime.shutdown()
    }
  }
}
