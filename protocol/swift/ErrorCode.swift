/// The one list of error codes for Swift, C, the wire and the documentation.

/// What went wrong, as a stable name. The raw value is the spelling on the wire and never changes its meaning.
public enum ErrorCode: String, Hashable, Sendable, CaseIterable {
  /// No module of that name or hash is loaded.
  case moduleNotFound
  /// The module exports no function of that name.
  case functionNotFound
  /// The module is malformed or does not validate, or the text format does not parse.
  case invalidModule
  /// The module needs a WebAssembly feature that is switched off or not supported.
  case unsupportedFeature
  /// The module imports something that nobody provides, or with another type.
  case unresolvedImport
  /// The module is valid but the configured policy refuses it.
  case policyViolation
  /// A configuration or a limit that makes no sense.
  case invalidConfiguration
  /// The parameters do not fit the function.
  case invalidArguments
  /// The guest's answer is not what the call's convention requires.
  case invalidResult
  /// The guest trapped.
  case trap
  /// The guest used up its fuel.
  case fuelExhausted
  /// The deadline passed.
  case timedOut
  /// The CPU time limit was used up.
  case cpuTimeExceeded
  /// Memory ran out: the guest's, or the worker's address space.
  case memoryLimitExceeded
  /// The guest produced more output than the call allows.
  case outputLimitExceeded
  /// A host function failed.
  case hostFunctionFailed
  /// The guest wanted the network and may not use it.
  case networkDenied
  /// The worker died of a signal that it caused itself, or exited without an answer.
  case workerCrashed
  /// The worker was killed by somebody else, such as the kernel's out-of-memory killer.
  case workerKilled
  /// The worker made a system call that its filter forbids.
  case sandboxViolation
  /// A worker cannot be started or cannot be confined on this machine.
  case sandboxUnavailable
  /// The other side broke the protocol.
  case protocolViolation
  /// The machine lacks descriptors, processes or memory.
  case resourceExhausted
  /// Too many calls are waiting already.
  case overloaded
  /// The call asks for more than the configuration will ever allow.
  case neverFits
  /// The module has harmed too many workers and is locked out for a while.
  case quarantined
  /// The caller cancelled the call.
  case cancelled
  /// The runtime has been shut down.
  case shutDown

  /// Where the cause lies most likely, that is, who has to change something.
  public enum Fault: String, Hashable, Sendable, CaseIterable {
    /// The module or what it did.
    case guest
    /// The caller's request or configuration.
    case caller
    /// Nobody: there is too much to do at the moment, later it may work.
    case capacity
    /// This machine, this installation or the embedding program.
    case host
  }

  public var fault: Fault {
    switch self {
    case .invalidModule, .unsupportedFeature, .unresolvedImport, .policyViolation, .invalidResult, .trap,
      .fuelExhausted, .timedOut, .cpuTimeExceeded, .memoryLimitExceeded, .outputLimitExceeded, .networkDenied,
      .workerCrashed, .sandboxViolation, .protocolViolation, .quarantined:
      .guest
    case .moduleNotFound, .functionNotFound, .invalidConfiguration, .invalidArguments, .neverFits, .cancelled,
      .shutDown:
      .caller
    case .resourceExhausted, .overloaded:
      .capacity
    case .hostFunctionFailed, .workerKilled, .sandboxUnavailable:
      .host
    }
  }

  /// Whether a worker may report this code. The others are conclusions of the supervisor (a deadline, a signal, a full
  /// queue): a worker that claims one of them lies, and is treated as one that breaks the protocol.
  public var isReportedByWorker: Bool {
    switch self {
    case .moduleNotFound, .functionNotFound, .invalidModule, .unsupportedFeature, .unresolvedImport,
      .policyViolation, .invalidConfiguration, .invalidArguments, .invalidResult, .trap, .fuelExhausted,
      .memoryLimitExceeded, .outputLimitExceeded, .hostFunctionFailed, .networkDenied, .neverFits:
      true
    case .timedOut, .cpuTimeExceeded, .workerCrashed, .workerKilled, .sandboxViolation, .sandboxUnavailable,
      .protocolViolation, .resourceExhausted, .overloaded, .quarantined, .cancelled, .shutDown:
      false
    }
  }
}
