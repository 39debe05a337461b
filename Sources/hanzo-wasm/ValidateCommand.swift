#if CommandLine
  // `hanzo-wasm validate`: whether a module is one, and what of WebAssembly it uses.
  import ArgumentParser
  import HanzoWasm

  struct ValidateCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
      commandName: "validate",
      abstract: "Says whether a module is valid, or what is wrong with it and where.",
      discussion: """
        Examples:
          hanzo-wasm validate tool.wasm
          hanzo-wasm validate tool.wasm --features wasm2,tail-call

        The module is decoded and every function validated in a confined worker; nothing of it runs. Exit code 0 if it \
        is valid, else 1.
        """)

    @Argument(help: "A module in binary (.wasm) or text (.wat) form; - reads it from standard input.")
    var file: String

    @OptionGroup
    var features: FeatureOptions

    @Option(
      help: ArgumentHelp("Time for reading the module: a whole number with ms, s or m.", valueName: "time"))
    var timeout = TimeSpan(milliseconds: 30_000)

    @Flag(help: "Print one JSON object.")
    var json = false

    func execute() async throws(CommandFailure) -> ExitStatus {
      let result: Result<WasmModuleInfo, WasmError>
      do {
        var config = try baseConfiguration()
        config.maxExecutionTime = timeout.duration
        features.apply(to: &config)
        let module = try readModule(file)
        config.admit(module)
        result = await validate(module, config)
      } catch {
        guard json else { throw error }
        try writeOutput(describeFailure(error).description)
        return error.status
      }
      switch result {
      case .success(let info):
        try writeOutput(json ? describe(info).description : "valid: \(featureList(info))")
        return .success
      case .failure(let error):
        if json { try writeOutput(describeError(error).description) } else { writeError(error) }
        return ExitStatus(error.code)
      }
    }

    private func validate(_ module: [UInt8], _ config: WasmConfig) async -> Result<WasmModuleInfo, WasmError> {
      do throws(WasmError) {
        return .success(
          try await withOneRuntime(config) { (runtime) throws(WasmError) in try await runtime.validate(module) })
      } catch {
        return .failure(error)
      }
    }

    private func describe(_ info: WasmModuleInfo) -> JSONValue {
      .object([
        "ok": true, "hash": JSONValue(info.hash), "featuresUsed": .array(info.featuresUsed.map { JSONValue($0) }),
      ])
    }
  }

  /// The features that a module uses, in words.
  func featureList(_ info: WasmModuleInfo) -> String {
    info.featuresUsed.isEmpty ? "WebAssembly 1.0" : info.featuresUsed.joined(separator: ", ")
  }
#endif
