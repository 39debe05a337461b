#if CommandLine
  // Which worker executable the command uses. The library reads no environment variable; this command does.
  import Glibc
  import HanzoWasm

  /// The configuration that every subcommand starts from.
  func baseConfiguration() throws(CommandFailure) -> WasmConfig {
    var config = WasmConfig()
    if let value = getenv("HANZO_WASM_WORKER") {
      let path = String(cString: value)
      guard !path.isEmpty else {
        throw CommandFailure(
          "HANZO_WASM_WORKER is set but empty", hint: "unset it, or give the path of hanzo-wasm-worker",
          status: .sandbox)
      }
      config.worker.path = path
    }
    // One call needs one worker.
    config.pool.minWorkers = 0
    config.pool.maxWorkers = 1
    return config
  }
#endif
