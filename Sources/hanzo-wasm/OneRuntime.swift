#if CommandLine
  // The runtime of one command: started, used once, shut down.
  import HanzoWasm

  /// The name under which a command loads its only module: the file's last component.
  func moduleName(_ path: String) -> String {
    if path == "-" { return "standard input" }
    return path.split(separator: "/").last.map(String.init) ?? path
  }

  /// Loads a module and makes one call of it, in a runtime of its own and with one time limit for both.
  ///
  /// - Parameter call: what to call, by the module's name and what is known about it.
  func runOnce(
    _ module: [UInt8], from file: String, _ config: WasmConfig,
    _ call: @Sendable (_ name: String, _ info: WasmModuleInfo) -> Invocation
  ) async -> Result<Outcome, WasmError> {
    do {
      return .success(
        try await withOneRuntime(config) { (runtime) throws(WasmError) in
          let name = moduleName(file)
          let clock = ContinuousClock()
          let start = clock.now
          var invocation = call(name, try await runtime.loadModule(name, module))
          // The least that is left is enough to be told that it is over.
          invocation.limits.executionTime = max(config.maxExecutionTime - (clock.now - start), .milliseconds(1))
          return try await runtime.invoke(invocation)
        })
    } catch {
      return .failure(error)
    }
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
