#if CommandLine
  // `hanzo-wasm run`: a WASI command, with its arguments, its environment and its files.
  import ArgumentParser
  import Glibc
  import HanzoWasm

  struct RunCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
      commandName: "run",
      abstract: "Runs a WASI program (a module with _start) and ends with its exit code.",
      discussion: """
        Examples:
          hanzo-wasm run tool.wasm -- --verbose input.txt
          hanzo-wasm run tool.wasm --dir ./data::/data:ro --env LANG=C --stdin request.json
          hanzo-wasm run tool.wasm --stdin - < request.json

        The program sees no files, no environment and no input but what these options give it. What it wrote is \
        printed when it has ended.
        """)

    @Argument(help: "A module in binary (.wasm) or text (.wat) form; - reads it from standard input.")
    var file: String

    @Argument(help: "The program's arguments, behind --.")
    var arguments: [String] = []

    @Option(
      help: ArgumentHelp(
        "A directory that the program may use, as GUEST (default: by its own name); :ro is for reading only. May be repeated.",
        valueName: "HOST[::GUEST][:ro]"))
    var dir: [DirectoryOption] = []

    @Option(help: ArgumentHelp("An environment variable. May be repeated.", valueName: "NAME=VALUE"))
    var env: [VariableOption] = []

    @Option(
      help: ArgumentHelp("The program's standard input; - is this command's own. Default: empty.", valueName: "file"))
    var stdin: String?

    @Option(help: ArgumentHelp("What the program is told it is called. Default: the file's name.", valueName: "name"))
    var argv0: String?

    @Option(help: ArgumentHelp("Instructions that the program may execute, or none for no limit.", valueName: "N|none"))
    var fuel: FuelLimit = .none

    @OptionGroup
    var limits: LimitOptions

    @OptionGroup
    var features: FeatureOptions

    @Option(
      help: ArgumentHelp(
        "What the program may write to standard output and to standard error, each: up to 256MiB.", valueName: "size"))
    var output = ByteCount(bytes: 16 << 20)

    @Flag(help: "Clocks that count readings, seeded randomness, canonical NaNs: every run is the same.")
    var deterministic = false

    @Option(help: ArgumentHelp("What randomness follows from, with --deterministic.", valueName: "N"))
    var seed: UInt64 = 0

    @Flag(help: "Print the whole outcome or error as one JSON object: output, exit code, logs, usage, facts.")
    var json = false

    func validate() throws {
      if output.bytes > 256 << 20 { throw ValidationError("--output allows at most 256MiB") }
      if seed != 0, !deterministic { throw ValidationError("--seed has a meaning with --deterministic only") }
      if file == "-", stdin == "-" { throw ValidationError("standard input cannot be both the module and the input") }
    }

    func execute() async throws(CommandFailure) -> ExitStatus {
      do {
        let module = try readModule(file)
        let input = try stdin.map { (path) throws(CommandFailure) in try readInput(path) } ?? []
        switch await run(module, input, try configuration(module, input)) {
        case .success(let outcome): return try report(outcome)
        case .failure(let error): return try reportFailure(error, asJSON: json, limits, writeGuestStreams)
        }
      } catch {
        guard json else { throw error }
        try writeOutput(describeFailure(error).description)
        return error.status
      }
    }

    private func configuration(_ module: [UInt8], _ input: [UInt8]) throws(CommandFailure) -> WasmConfig {
      var config = try baseConfiguration()
      config.fuelLimit = fuel.limit
      limits.apply(to: &config)
      features.apply(to: &config)
      config.admit(module)
      config.limits.maxOutputBytes = output.bytes
      config.limits.maxAttachmentBytes = max(
        config.limits.maxAttachmentBytes, 3 * Int(output.bytes), input.count)
      if deterministic { config.determinism = .init(seed: seed) }
      return config
    }

    /// Of two values for one variable the later one counts, as with env(1): a program would find the earlier.
    private var environment: [Invocation.EnvironmentVariable] {
      let variables = env.map(\.variable)
      return variables.indices.filter { index in
        !variables[(index + 1)...].contains { $0.name == variables[index].name }
      }.map { variables[$0] }
    }

    private func run(_ module: [UInt8], _ input: [UInt8], _ config: WasmConfig) async -> Result<Outcome, WasmError> {
      await runOnce(module, from: file, config) { name, _ in
        var call = Invocation(module: name, command: [argv0 ?? name] + arguments, stdin: input)
        call.mounts = dir.map(\.mount)
        call.environment = environment
        return call
      }
    }

    private func report(_ outcome: Outcome) throws(CommandFailure) -> ExitStatus {
      if json {
        try writeOutput(describeOutcome(outcome).description)
      } else {
        writeLogs(outcome.logs, truncated: outcome.logsTruncated)
        try writeGuestStreams(stdout: outcome.stdout, stderr: outcome.stderr)
      }
      return ExitStatus(program: outcome.exitCode ?? 0)
    }
  }

  /// The value of `--dir`: `HOST`, `HOST::GUEST`, either with `:ro` or `:rw` behind it.
  struct DirectoryOption: ExpressibleByArgument {
    let mount: Mount

    init?(argument: String) {
      var text = argument[...]
      var isWritable = true
      if text.hasSuffix(":ro") {
        isWritable = false
        text = text.dropLast(3)
      } else if text.hasSuffix(":rw") {
        text = text.dropLast(3)
      }
      var host = text
      var guest = text
      if let separator = text.firstRange(of: "::") {
        host = text[..<separator.lowerBound]
        guest = text[separator.upperBound...]
      }
      guard !host.isEmpty, !guest.isEmpty else { return nil }
      mount = .directory(String(host), at: String(guest), isWritable: isWritable)
    }
  }

  /// The value of `--env`.
  struct VariableOption: ExpressibleByArgument {
    let variable: Invocation.EnvironmentVariable

    init?(argument: String) {
      guard let equals = argument.firstIndex(of: "="), equals > argument.startIndex else { return nil }
      variable = .init(
        name: String(argument[..<equals]), value: String(argument[argument.index(after: equals)...]))
    }
  }
#endif
