// Where the tests find the worker that misbehaves (Tests/FakeWorker), under the names that choose how it starts.

import CLinux
import Foundation
import HanzoWasm

enum FakeWorkers {
  /// The directory of the test bundle, beside which the executables are built.
  static let buildDirectory: String = {
    var buffer = [CChar](repeating: 0, count: 4_096)
    let length = clinux_own_library_path(&buffer, buffer.count)
    let path = String(decoding: buffer.prefix(Int(max(0, length))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
  }()

  private static let lock = NSLock()

  /// The path of a worker that starts like `mode`. A hard link and not a copy: executing a file that another thread has
  /// just written can fail with ETXTBSY.
  static func path(_ mode: String = "normal") throws -> String {
    try lock.withLock {
      let directory = "\(buildDirectory)/fake-worker-modes"
      let binary = "\(buildDirectory)/fake-worker"
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: binary)
      let path = "\(directory)/\(mode)"
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      let built = try FileManager.default.attributesOfItem(atPath: binary)
      if let attributes, attributes[.systemFileNumber] as? Int == built[.systemFileNumber] as? Int { return path }
      try? FileManager.default.removeItem(atPath: path)
      try FileManager.default.linkItem(atPath: binary, toPath: path)
      return path
    }
  }

  static func config(_ mode: String = "normal", _ change: (inout WasmConfig) -> Void = { _ in }) throws -> WasmConfig {
    var config = WasmConfig()
    config.worker.path = try path(mode)
    config.pool.maxWorkers = 2
    config.maxExecutionTime = .seconds(20)
    // One module misbehaves in every way in turn.
    config.pool.quarantine = nil
    change(&config)
    return config
  }

  /// Runs the body with a runtime of fake workers that has one module, `m`, loaded.
  static func withModule<Value>(
    _ mode: String = "normal", _ change: (inout WasmConfig) -> Void = { _ in },
    _ body: (WasmRuntime) async throws -> Value
  ) async throws -> Value {
    try await WasmRuntime.withRuntime(config(mode, change)) { runtime in
      try await runtime.loadModule("m", bytes("m"))
      return try await body(runtime)
    }
  }

  static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
}

/// The error of a body that must fail.
func wasmError(_ body: () async throws -> some Any) async -> WasmError? {
  do {
    _ = try await body()
    return nil
  } catch {
    return error as? WasmError
  }
}

func pid(_ runtime: WasmRuntime, _ module: String = "m") async throws -> Int64? {
  try await runtime.execute(module, "pid").int64Value
}

/// Waits for something that happens behind the scenes; a minute without it is an error.
func until(_ condition: () -> Bool) async throws {
  struct NeverHappened: Error {}
  let began = ContinuousClock.now
  while !condition() {
    if ContinuousClock.now - began > .seconds(60) { throw NeverHappened() }
    try await Task.sleep(for: .milliseconds(1))
  }
}
