#if CommandLine
  // What of WebAssembly a module may use, for every command that reads one.
  import ArgumentParser
  import HanzoWasm

  struct FeatureOptions: ParsableArguments {
    @Option(
      help: ArgumentHelp(
        "What the module may use, separated by commas: wasm1, wasm2, wasm3, and names of proposals. Default: all there is.",
        valueName: "names"))
    var features: FeatureNames?

    func apply(to config: inout WasmConfig) { config.features = features?.features }
  }

  /// `wasm2,tail-call`. Whether the names exist is the worker's to say.
  struct FeatureNames: ExpressibleByArgument {
    let features: WasmConfig.Features

    init?(argument: String) {
      let names = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard !names.contains("") else { return nil }
      features = WasmConfig.Features(names)
    }
  }
#endif
