/// What the tests of cases need of the machine: the shared folder with the cases, and a worker.

import Foundation
import HanzoWasm
import WasmJSON

enum Environment {
  /// `$HANZO_WASM_SHARED`, else `../shared` beside the package, if it has cases.
  static let cases: URL? = {
    let folder =
      if let path = ProcessInfo.processInfo.environment["HANZO_WASM_SHARED"] {
        URL(fileURLWithPath: path, isDirectory: true)
      } else {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
          .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared")
      }
    let cases = folder.appendingPathComponent("cases")
    return FileManager.default.fileExists(atPath: cases.appendingPathComponent("seed/cases.json").path) ? cases : nil
  }()

  /// The worker's executable, `$HANZO_WASM_WORKER`.
  static let worker = ProcessInfo.processInfo.environment["HANZO_WASM_WORKER"]

  static var isComplete: Bool { cases != nil && worker != nil }

  /// A document of the shared folder; null if it is not there.
  static func document(_ path: String) -> JSONValue {
    guard let url = cases?.appendingPathComponent(path), let data = try? Data(contentsOf: url) else { return .null }
    return (try? JSONValue(parsing: [UInt8](data))) ?? .null
  }

  struct Missing: Error {
    let what: String
  }

  static func bytes(_ path: String) throws -> [UInt8] {
    guard let cases else { throw Missing(what: "the shared folder") }
    return [UInt8](try Data(contentsOf: cases.appendingPathComponent(path)))
  }

  /// The configuration of a case: the schema's defaults with the case's changes, lenient parameters.
  static func config(_ changes: JSONValue?) -> WasmConfig {
    var config = WasmConfig(
      maxMemoryBytes: 256 << 20, maxExecutionTime: .seconds(30), enableWASI: true, fuelLimit: 1_000_000_000)
    config.parameters = .lenient
    config.worker.path = worker
    if let fuel = changes?["fuel_limit"] { config.fuelLimit = fuel.uint64Value }
    if let time = changes?["max_execution_time_ms"]?.int64Value { config.maxExecutionTime = .milliseconds(time) }
    if let memory = changes?["max_memory_bytes"]?.uint64Value { config.maxMemoryBytes = memory }
    if let wasi = changes?["enable_wasi"]?.boolValue { config.enableWASI = wasi }
    return config
  }
}
