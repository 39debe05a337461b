#if CommandLine
  // `hanzo-wasm info`: what a module exports, imports and needs, as a worker has read it.
  import ArgumentParser
  import HanzoWasm

  struct InfoCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
      commandName: "info",
      abstract: "Prints what a module exports, imports and needs.",
      discussion: "The module is decoded and validated in a confined worker; nothing of it runs.")

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
      do {
        var config = try baseConfiguration()
        config.maxExecutionTime = timeout.duration
        features.apply(to: &config)
        let module = try readModule(file)
        config.admit(module)
        let info = try await withOneRuntime(config) { (runtime) throws(WasmError) in
          try await runtime.loadModule(moduleName(file), module)
        }
        try writeOutput(json ? describeModule(info).description : describeForPeople(info))
        return .success
      } catch let error as WasmError {
        if json { try writeOutput(describeError(error).description) } else { writeError(error) }
        return ExitStatus(error.code)
      } catch let error as CommandFailure {
        guard json else { throw error }
        try writeOutput(describeFailure(error).description)
        return error.status
      } catch {
        throw CommandFailure("\(error)", status: .sandbox)
      }
    }

    private func describeForPeople(_ info: WasmModuleInfo) -> String {
      var lines = [
        "name      \(singleLine(info.internalName ?? info.name))",
        "version   \(singleLine(info.version))",
        "sha256    \(info.hash)",
        "size      \(info.byteCount) bytes",
        "memory    \(info.memoryPages) pages of 64 KiB at least",
        "features  \(featureList(info))",
      ]
      if let abi = info.abi { lines.append("abi       \(singleLine(abi))") }
      lines.append(info.functions.isEmpty ? "functions none exported" : "functions")
      lines += info.functions.map { "  \(signature($0))" }
      let others = info.allExports.filter { $0.kind != .function }
      if !others.isEmpty { lines.append("other exports") }
      lines += others.map { "  \($0.kind.rawValue) \(singleLine($0.name))" }
      if !info.imports.isEmpty { lines.append("imports") }
      lines += info.imports.map { "  \(singleLine("\($0.module).\($0.name)")) \(singleLine($0.type))" }
      return lines.joined(separator: "\n")
    }

    private func signature(_ function: ModuleDescription.Function) -> String {
      let parameters = function.parameters.map { parameter in
        parameter.name.map { "\(singleLine($0)): \(parameter.type)" } ?? parameter.type
      }
      let results = function.results.isEmpty ? "" : " -> " + function.results.joined(separator: ", ")
      return "\(singleLine(function.name))(\(parameters.joined(separator: ", ")))\(results)"
    }
  }
#endif
