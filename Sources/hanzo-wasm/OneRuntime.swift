#if CommandLine
  // The runtime of one command: started, used once, shut down.
  import HanzoWasm

  /// The name under which a command loads its only module: the file's last component.
  func moduleName(_ path: String) -> String {
    if path == "-" { return "standard input" }
    return path.split(separator: "/").last.map(String.init) ?? path
  }

  /// Runs `body` with a runtime of its own.
  func withOneRuntime<R: Sendable>(
    _ config: WasmConfig, _ body: @Sendable (WasmRuntime) async throws(WasmError) -> R
  ) async throws(WasmError) -> R {
    let runtime = try WasmRuntime(config)
    let result: Result<R, WasmError>
    do {
      result = .success(try await body(runtime))
    } catch {
      result = .failure(error)
    }
    await runtime.shutdown(graceful: false)
    return try result.get()
  }
#endif
