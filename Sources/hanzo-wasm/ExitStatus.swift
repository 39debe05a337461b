#if CommandLine
  // What the command's exit code means. docs/cli.md lists the same table; scripts may rely on it.
  import HanzoWasm

  /// The exit codes of `hanzo-wasm`. Besides these, 64 is swift-argument-parser's for a command line that it cannot read.
  enum ExitStatus: Int32 {
    /// The call returned.
    case success = 0
    /// The guest or the request is at fault: a module that is invalid, a function that does not exist, parameters that
    /// do not fit, a limit on memory or output that was hit, a file that cannot be read.
    case failure = 1
    /// The time limit was reached.
    case timedOut = 124
    /// A worker could not be started, confined or kept alive.
    case sandbox = 125
    /// The guest trapped or used up its fuel.
    case trap = 134

    init(_ code: ErrorCode) {
      switch code {
      case .timedOut, .cpuTimeExceeded:
        self = .timedOut
      case .trap, .fuelExhausted:
        self = .trap
      case .workerCrashed, .workerKilled, .sandboxViolation, .sandboxUnavailable, .protocolViolation,
        .resourceExhausted, .overloaded, .quarantined, .shutDown:
        self = .sandbox
      case .moduleNotFound, .functionNotFound, .invalidModule, .unsupportedFeature, .unresolvedImport,
        .policyViolation, .invalidConfiguration, .invalidArguments, .invalidResult, .memoryLimitExceeded,
        .outputLimitExceeded, .hostFunctionFailed, .networkDenied, .neverFits, .cancelled:
        self = .failure
      }
    }
  }
#endif
