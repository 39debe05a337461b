#if CommandLine
  // `hanzo-wasm call`: one call of one exported function in a worker of its own.
  import ArgumentParser
  import HanzoWasm

  struct CallCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
      commandName: "call",
      abstract: "Calls an exported function of a module and prints its result as JSON.",
      discussion: """
        Examples:
          hanzo-wasm call add.wat add '[5, 3]'
          hanzo-wasm call add.wat add '{"a": 5, "b": 3}'
          hanzo-wasm call - greet '"Ada"' --timeout 2s < greet.wasm

        The result goes to standard output; the guest's log messages and errors go to standard error.
        """)

    @Argument(help: "A module in binary (.wasm) or text (.wat) form; - reads it from standard input.")
    var file: String

    @Argument(help: "The name of the exported function.")
    var function: String

    @Argument(help: "Parameters as JSON: an array by position, an object by name, or a single value.")
    var parameters: String?

    @Option(help: ArgumentHelp("Instructions that the guest may execute, or none for no limit.", valueName: "N|none"))
    var fuel: FuelLimit = .units(1_000_000_000)

    @OptionGroup
    var limits: LimitOptions

    @OptionGroup
    var features: FeatureOptions

    @Option(
      name: .customLong("parameters"),
      help: ArgumentHelp(
        "strict: a wrong number or type of parameters is an error; lenient: missing or mistyped ones are 0.",
        valueName: "strict|lenient"))
    var conversion: ParameterConversion = .strict

    @Option(
      help: ArgumentHelp(
        "Write where the fuel went, by function, to a file that https://www.speedscope.app opens.", valueName: "file"))
    var profile: String?

    @Flag(help: "Print the whole outcome or error as one JSON object: value, logs, usage, facts.")
    var json = false

    func execute() async throws(CommandFailure) -> ExitStatus {
      var config = try baseConfiguration()
      config.fuelLimit = fuel.limit
      limits.apply(to: &config)
      features.apply(to: &config)
      config.parameters = conversion.rule
      do {
        let input = try parseParameters(parameters)
        let module = try readModule(file)
        config.admit(module)
        let profileFile = try profile.map { (path) throws(CommandFailure) in try ProfileFile(path) }
        let result = await callModule(module, input, config)
        // First of all, since printing may fail.
        let isComplete = profileFile.map { writeProfile(of: result, to: $0) } ?? true
        let status =
          switch result {
          case .success(let outcome): try report(outcome)
          case .failure(let error): try reportFailure(error, asJSON: json, limits, writeStreams)
          }
        return status == .success && !isComplete ? .failure : status
      } catch {
        guard json else { throw error }
        try writeOutput(describeFailure(error).description)
        return error.status
      }
    }

    private func callModule(
      _ module: [UInt8], _ parameters: JSONValue, _ config: WasmConfig
    ) async -> Result<Outcome, WasmError> {
      await runOnce(module, from: file, config) { name, info in
        // As `execute` does, which has no outcome to show (GUEST-ABI.md, "Documents").
        let takesDocument = (conversion == .strict && function.hasSuffix("_json")) || info.abi == "document"
        return Invocation(
          module: name, entry: .function(function),
          input: takesDocument ? .document(parameters) : .arguments(parameters),
          profile: profile == nil ? nil : Invocation.Profile())
      }
    }

    /// False if there is a profile and it could not be written. A call without one leaves no file.
    private func writeProfile(of result: Result<Outcome, WasmError>, to file: ProfileFile) -> Bool {
      let found: GuestProfile?
      let reason: String
      switch result {
      case .success(let outcome):
        found = outcome.profile
        reason = "it does not fit within the output limit"
      case .failure(let error):
        found = error.partial?.profile
        reason =
          error.execution == .notStarted || error.details != nil
          ? "the guest did not begin to run" : "the worker was stopped before it could give one"
      }
      guard let found else {
        file.discard()
        writeDiagnostic("note: there is no profile: \(reason)")
        return true
      }
      do {
        try file.write(found, name: "\(moduleName(self.file)) \(function)")
        return true
      } catch {
        writeDiagnostic("error: \(error.message)")
        return false
      }
    }

    private func report(_ outcome: Outcome) throws(CommandFailure) -> ExitStatus {
      let status: ExitStatus = (outcome.exitCode ?? 0) == 0 ? .success : .failure
      if json {
        try writeOutput(describeOutcome(outcome).description)
        return status
      }
      writeLogs(outcome.logs, truncated: outcome.logsTruncated)
      writeStreams(stdout: outcome.stdout, stderr: outcome.stderr)
      if let code = outcome.exitCode { writeDiagnostic("note: the guest ended itself with exit code \(code)") }
      try writeOutput(String(decoding: outcome.bytes, as: UTF8.self))
      return status
    }
  }

  /// The value of `--parameters`.
  enum ParameterConversion: String, ExpressibleByArgument, CaseIterable {
    case strict, lenient

    var rule: Invocation.Parameters {
      switch self {
      case .strict: .strict
      case .lenient: .lenient
      }
    }
  }
#endif
