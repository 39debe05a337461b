#if CommandLine
  // The limits that `call` and `run` share.
  import ArgumentParser
  import HanzoWasm

  struct LimitOptions: ParsableArguments {
    @Option(
      help: ArgumentHelp(
        "Time for everything, from the worker's start to the answer: a whole number with ms, s or m.",
        valueName: "time"))
    var timeout = TimeSpan(milliseconds: 30_000)

    @Option(
      help: ArgumentHelp(
        "Linear memory that the guest may have: a whole number with B, KiB, MiB or GiB.", valueName: "size"))
    var memory = ByteCount(bytes: 256 << 20)

    func apply(to config: inout WasmConfig) {
      config.maxExecutionTime = timeout.duration
      config.maxMemoryBytes = memory.bytes
    }

    /// What to say instead of an error's own message. The library knows what was left of the time limit when the module
    /// had been loaded; the user knows the limit.
    func message(for error: WasmError) -> String? {
      guard error.code == .timedOut else { return nil }
      return "the time limit of \(timeout.defaultValueDescription) was over (\(error.phase?.rawValue ?? "starting"))"
    }
  }
#endif
