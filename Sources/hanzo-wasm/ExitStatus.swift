#if CommandLine
  // What the command's exit code means. docs/cli.md lists the same table; scripts may rely on it.
  import HanzoWasm

  /// The exit codes of `hanzo-wasm`. Besides these, 64 is swift-argument-parser's for a command line that it cannot read.
  enum ExitStatus: Equatable {
    /// The call returned.
    case success
    /// The guest or the request is at fault: a module that is invalid, a function that does not exist, parameters that
    /// do not fit, a limit on memory or output that was hit, a file that cannot be read.
    case failure
    /// The time limit was reached.
    case timedOut
    /// A worker could not be started, confined or kept alive.
    case sandbox
    /// The guest trapped or used up its fuel.
    case trap
    /// What `run` ends with: the program's own, other than 0.
    case program(UInt8)

    var code: Int32 {
      switch self {
      case .success: 0
      case .failure: 1
      case .timedOut: 124
      case .sandbox: 125
      case .trap: 134
      case .program(let code): Int32(code)
      }
    }

    /// A program's exit code. Of more than eight bits, of which a parent would see a part only, it becomes 1.
    init(program code: UInt32) {
      self = code == 0 ? .success : .program(UInt8(exactly: code) ?? 1)
    }

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
