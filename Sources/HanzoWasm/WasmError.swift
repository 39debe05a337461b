// The one error type of the library.

public import WorkerProtocol

/// Why something did not work: a stable code, a sentence, and the facts that a caller needs to act on it.
///
/// A WASI program's exit code is a result (``Outcome/exitCode``) and never an error.
public struct WasmError: Error, Sendable, Hashable {
  private struct Facts: Hashable {
    let code: ErrorCode
    var message: String
    let execution: Execution
    var details: Failure?
    var module: String?
    var function: String?
    var limit: Failure.Limit?
    var signal: Int32?
    var workerExitCode: Int32?
    var layer: String?
    var phase: Phase?
    var retryAfter: Duration?
    var systemError: Int32?
    var problems: [String]
    var standardErrorTail: String
    var partial: PartialOutcome?
  }

  /// A box: an error is large and rare, and what may be one instead is handed on all the time.
  private indirect enum Box: Hashable { case facts(Facts) }

  private var box: Box
  private var facts: Facts {
    get {
      switch box {
      case .facts(let facts): facts
      }
    }
    set { box = .facts(newValue) }
  }

  /// Whether the guest may have begun to execute.
  public enum Execution: String, Sendable, Hashable, CaseIterable {
    /// Not an instruction of this call has run: the call may be repeated without harm.
    case notStarted
    /// It may have run, in part or in whole: repeating it repeats its effects.
    case maybeRan
  }

  /// What was going on when the deadline passed.
  public enum Phase: String, Sendable, Hashable, CaseIterable {
    /// Waiting for a free worker.
    case queued
    /// A worker was being started that the call might have had, or a template forked the process for it.
    case starting
    /// The worker was reading, decoding and validating the module.
    case loading
    /// The worker had the call.
    case executing
    /// The guest waited for a host function.
    case hostCall
  }

  public var code: ErrorCode { facts.code }
  /// A sentence for people. It may quote the guest's words, escaped.
  public private(set) var message: String {
    get { facts.message }
    set { facts.message = newValue }
  }
  public var execution: Execution { facts.execution }
  /// Where the guest was stopped: trap kind, call stack, limits, parameter, import, position in the module. Nil unless
  /// the worker reported the error.
  public internal(set) var details: Failure? {
    get { facts.details }
    set { facts.details = newValue }
  }
  /// The name or hash of the module.
  public internal(set) var module: String? {
    get { facts.module }
    set { facts.module = newValue }
  }
  /// The function that was called.
  public internal(set) var function: String? {
    get { facts.function }
    set { facts.function = newValue }
  }
  /// The limit that was hit.
  public internal(set) var limit: Failure.Limit? {
    get { facts.limit }
    set { facts.limit = newValue }
  }
  /// The signal that ended the worker.
  public internal(set) var signal: Int32? {
    get { facts.signal }
    set { facts.signal = newValue }
  }
  /// The worker's exit code, where it was not a signal.
  public internal(set) var workerExitCode: Int32? {
    get { facts.workerExitCode }
    set { facts.workerExitCode = newValue }
  }
  /// The layer of confinement that could not be had, for ``ErrorCode/sandboxUnavailable``.
  public internal(set) var layer: String? {
    get { facts.layer }
    set { facts.layer = newValue }
  }
  /// For ``ErrorCode/timedOut``: what was going on.
  public internal(set) var phase: Phase? {
    get { facts.phase }
    set { facts.phase = newValue }
  }
  /// For ``ErrorCode/quarantined``, and where no worker can be started at the moment: when it is worth to try again.
  public internal(set) var retryAfter: Duration? {
    get { facts.retryAfter }
    set { facts.retryAfter = newValue }
  }
  /// `errno` of the system call that failed on the host.
  public internal(set) var systemError: Int32? {
    get { facts.systemError }
    set { facts.systemError = newValue }
  }
  /// Every mistake of a configuration, a sentence each.
  public internal(set) var problems: [String] {
    get { facts.problems }
    set { facts.problems = newValue }
  }
  /// The end of what the worker wrote to its standard error: at most 64 KiB, one line per record, control characters
  /// escaped. It comes from a process that may be hostile.
  public internal(set) var standardErrorTail: String {
    get { facts.standardErrorTail }
    set { facts.standardErrorTail = newValue }
  }
  /// What the call had produced and used until then. Nil if no pool had accepted it. If its worker could not answer any
  /// more, it has what had arrived: messages, and the times by the supervisor's clock.
  public internal(set) var partial: PartialOutcome? {
    get { facts.partial }
    set { facts.partial = newValue }
  }

  /// What a failed call left behind.
  public struct PartialOutcome: Sendable, Hashable {
    public var logs: [LogRecord]
    public var logsTruncated: Bool
    public var stdout: [UInt8]
    public var stderr: [UInt8]
    public var networkDenied: Bool
    public var usage: Usage
    /// Where the fuel went until then, if ``Invocation/profile`` asked for it.
    public var profile: GuestProfile?
  }

  /// Who has to change something, most likely.
  public var fault: ErrorCode.Fault { code.fault }

  init(_ code: ErrorCode, _ message: String, execution: Execution = .notStarted) {
    box = .facts(Facts(code: code, message: message, execution: execution, problems: [], standardErrorTail: ""))
  }

  /// An error that the worker reported. `moduleNotFound` and the like mean that nothing has run.
  init(_ failure: Failure) {
    let execution: Execution =
      switch failure.code {
      case .moduleNotFound, .functionNotFound, .invalidModule, .unsupportedFeature, .unresolvedImport, .policyViolation,
        .invalidConfiguration, .invalidArguments, .neverFits:
        .notStarted
      default: .maybeRan
      }
    self.init(failure.code, failure.message, execution: execution)
    details = failure
    function = failure.function
    limit = failure.limit
  }

  /// Throws an error with all of the problems, a sentence each, if there are any.
  static func require(noneOf problems: [String], _ code: ErrorCode) throws(WasmError) {
    guard !problems.isEmpty else { return }
    throw WasmError(code, problems.joined(separator: " ")).with { $0.problems = problems }
  }

  // What an interface in another language finds wrong before anything is executed.
  package static func invalidArguments(_ message: String) -> WasmError { WasmError(.invalidArguments, message) }
  package static func invalidConfiguration(_ message: String) -> WasmError { WasmError(.invalidConfiguration, message) }
  package static func shutDown(_ message: String) -> WasmError { WasmError(.shutDown, message) }

  /// The same error with another sentence.
  func replacingMessage(_ message: String) -> WasmError {
    var copy = self
    copy.message = message
    return copy
  }

  func with(_ change: (inout WasmError) -> Void) -> WasmError {
    var copy = self
    change(&copy)
    return copy
  }
}

extension WasmError {
  /// The guest's call stack at a trap, innermost first; empty for other errors.
  public var frames: [Failure.TrapFrame] { details?.frames ?? [] }
  /// The kind of trap, as PROTOCOL.md lists them.
  public var trapKind: String? { details?.trapKind }
  /// The parameter that does not fit.
  public var parameter: String? { details?.parameter }
  /// The import that nobody provides, as `module.name`.
  public var unresolvedImport: String? { details?.unresolvedImport }
  /// The feature that is switched off or not supported.
  public var feature: String? { details?.feature }
  /// Where in the module's source the error is.
  public var location: Failure.Location? { details?.location }
  /// The memory, in bytes, that the guest was refused last: often the real cause of what followed.
  public var refusedMemoryBytes: UInt64? { details?.refusedMemoryBytes }
}

extension WasmError: CustomStringConvertible {
  /// `code: message`, with the function, the signal and the innermost frames where known.
  public var description: String {
    var text = "\(code.rawValue): \(message)"
    if let signal { text += " (signal \(signal))" }
    for frame in frames.prefix(8) {
      text += "\n  at \(frame.name ?? "function \(frame.functionIndex)") + 0x\(String(frame.offset, radix: 16))"
    }
    return text
  }
}
