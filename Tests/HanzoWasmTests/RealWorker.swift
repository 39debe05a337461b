// The real worker for tests: a release build, which scripts/test names in HANZO_WASM_WORKER.

import Foundation
import HanzoWasm

enum RealWorker {
  static let path = ProcessInfo.processInfo.environment["HANZO_WASM_WORKER"]
  static var isThere: Bool { path != nil }
  static let reason = "HANZO_WASM_WORKER does not name a release build of the worker"

  static func config(_ change: (inout WasmConfig) -> Void = { _ in }) -> WasmConfig {
    var config = WasmConfig()
    config.worker.path = path
    config.pool.maxWorkers = 2
    change(&config)
    return config
  }
}
