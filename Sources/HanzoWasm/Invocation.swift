// A call as a value, and its outcome.

public import WasmJSON
public import WorkerProtocol

/// One call: what to run, with what input, within what limits. Everything but the module and the entry has a default,
/// which is the runtime's configuration.
public struct Invocation: Sendable, Hashable {
  /// Where execution starts: an exported function, or a WASI command.
  public typealias Entry = WorkerProtocol.Invocation.Entry
  /// What the entry is given. It is never guessed from the contents.
  public typealias Input = WorkerProtocol.Invocation.Input
  /// How parameters are converted.
  public typealias Parameters = WorkerProtocol.Invocation.Parameters
  /// How results are spelled.
  public typealias Results = WorkerProtocol.Invocation.Results
  /// How a call is profiled.
  public typealias Profile = WorkerProtocol.Invocation.Profile
  /// Makes a call repeatable.
  public typealias Determinism = WorkerProtocol.Invocation.Determinism
  /// What becomes of an output stream.
  public typealias Stream = WorkerProtocol.Invocation.Stream
  public typealias EnvironmentVariable = WorkerProtocol.Invocation.EnvironmentVariable

  /// Lower limits than the runtime's, for this call. nil keeps the runtime's; more than the runtime's is
  /// ``ErrorCode/neverFits``, and 0 where nothing could run is ``ErrorCode/invalidConfiguration``.
  public struct Limits: Sendable, Hashable {
    /// ``WasmConfig/maxExecutionTime``.
    public var executionTime: Duration?
    /// ``WasmConfig/fuelLimit``.
    public var fuel: UInt64?
    /// ``WasmConfig/maxMemoryBytes``.
    public var memoryBytes: UInt64?
    /// ``WasmConfig/Limits/maxCPUTime``.
    public var cpuTime: Duration?
    /// ``WasmConfig/Limits/tableElements``.
    public var tableElements: UInt64?
    /// ``WasmConfig/Limits/stackBytes``.
    public var stackBytes: UInt64?
    /// ``WasmConfig/Limits/maxLogBytes``.
    public var logBytes: UInt64?
    /// ``WasmConfig/Limits/maxOutputBytes``.
    public var outputBytes: UInt64?
    /// ``WasmConfig/Limits/maxStringBytes``.
    public var stringBytes: UInt64?
    /// ``WasmConfig/Limits/maxHostCalls``.
    public var hostCalls: UInt64?
    /// ``WasmConfig/Limits/fileSystemBytes``.
    public var fileSystemBytes: UInt64?

    public init(
      executionTime: Duration? = nil, fuel: UInt64? = nil, memoryBytes: UInt64? = nil, cpuTime: Duration? = nil,
      tableElements: UInt64? = nil, stackBytes: UInt64? = nil, logBytes: UInt64? = nil, outputBytes: UInt64? = nil,
      stringBytes: UInt64? = nil, hostCalls: UInt64? = nil, fileSystemBytes: UInt64? = nil
    ) {
      self.executionTime = executionTime
      self.fuel = fuel
      self.memoryBytes = memoryBytes
      self.cpuTime = cpuTime
      self.tableElements = tableElements
      self.stackBytes = stackBytes
      self.logBytes = logBytes
      self.outputBytes = outputBytes
      self.stringBytes = stringBytes
      self.hostCalls = hostCalls
      self.fileSystemBytes = fileSystemBytes
    }
  }

  /// The name that the module was loaded under.
  public var module: String
  public var entry: Entry
  public var input: Input
  public var limits: Limits
  /// nil: the runtime's ``WasmConfig/parameters``.
  public var parameters: Parameters?
  public var results: Results
  /// nil: the runtime's ``WasmConfig/enableWASI``. A call may switch WASI off, not on.
  public var enableWASI: Bool?
  /// Environment variables of a WASI guest, in order, besides ``WasmConfig/WASI/environment``. Default none: the host's
  /// are never passed on.
  public var environment: [EnvironmentVariable] = []
  /// Directories that a WASI guest finds preopened, behind ``WasmConfig/WASI/mounts``. A call that mounts directories of
  /// the host is served by a worker that was started with exactly these. Default none.
  public var mounts: [Mount] = []
  /// What becomes of a WASI guest's standard output and standard error. Default `.capture`.
  public var stdout = Stream.capture
  public var stderr = Stream.capture
  /// What the guest may reach by network, if less than ``WasmConfig/network``: both have to allow a request. nil: no less.
  public var network: NetworkPolicy?
  /// nil: the runtime's ``WasmConfig/isolation``. More than that, or as much; less is ``ErrorCode/neverFits``. Calls in an
  /// instance that is kept share it, whatever is said here.
  public var isolation: WasmConfig.Isolation?
  /// nil: the runtime's ``WasmConfig/determinism``.
  public var determinism: Determinism?
  /// Whether the outcome, or the error of a call that ran, tells where the fuel went. nil (default): no, at no cost. A
  /// call that is killed, at its deadline for instance, has no profile. An interval outside of its range is
  /// ``ErrorCode/invalidConfiguration``.
  public var profile: Profile?

  public init(
    module: String, entry: Entry, input: Input = .none, limits: Limits = .init(), parameters: Parameters? = nil,
    results: Results = .plain, enableWASI: Bool? = nil, profile: Profile? = nil
  ) {
    self.module = module
    self.entry = entry
    self.input = input
    self.limits = limits
    self.parameters = parameters
    self.results = results
    self.enableWASI = enableWASI
    self.profile = profile
  }

  /// A call of an exported function with JSON parameters: an array by position, an object by name, or one value.
  public init(module: String, function: String, parameters: JSONValue = .null, limits: Limits = .init()) {
    self.init(module: module, entry: .function(function), input: .arguments(parameters), limits: limits)
  }
}

extension Invocation {
  /// A WASI command: `_start` is called with these arguments, the program's name first.
  public init(module: String, command arguments: [String], stdin: [UInt8] = [], limits: Limits = .init()) {
    self.init(module: module, entry: .command(arguments: arguments), input: .stdin(stdin), limits: limits)
  }
}

/// What a call used.
public struct Usage: Sendable, Hashable {
  /// In units of `fuelModel`, as the worker says; counted also without a limit, and never more than the call's limit. 0 if
  /// the worker could not say so any more.
  public var fuel: UInt64 = 0
  public var fuelModel = ""
  /// From the call to its answer, as the caller sees it.
  public var wallTime: Duration = .zero
  /// The part of it before a worker took the call: waiting for a free one, or for one to start.
  public var queueTime: Duration = .zero
  /// The part of it in which the worker read, decoded and validated the module; zero if it knew the module already.
  public var loadTime: Duration = .zero
  /// The part of it from the request to the worker until its answer, or until the call was given up; zero if it did not
  /// come so far. It includes the calls of host functions.
  public var executionTime: Duration = .zero
  /// Whether the call waited for a worker to start, and got it as its first one.
  public var startedWorker = false
  /// The time in the worker from the request to the answer, as the worker says. It and what follows are zero if the worker
  /// could not say so any more.
  public var workerTime: Duration = .zero
  /// CPU time in the worker, as the worker says.
  public var cpuTime: Duration = .zero
  /// The most linear memory at once in bytes, all memories together.
  public var peakMemoryBytes: UInt64 = 0

  public init() {}

  /// What a call has used until now by the supervisor's clock, and, if the worker has answered, what that says.
  init(_ call: ActiveCall, at now: Int64, _ usage: WorkerProtocol.Usage? = nil) {
    wallTime = .nanoseconds(now - call.submittedAt)
    queueTime = .nanoseconds((call.step == .queued ? now : call.dispatchedAt) - call.submittedAt)
    let clock = call.clock.stopped(call.step, at: now)
    loadTime = .nanoseconds(clock.loading)
    executionTime = .nanoseconds(clock.executing)
    startedWorker = clock.startedWorker
    guard let usage else { return }
    // A worker that lies must not spoil the sums of all calls.
    if case .invoke(let request) = call.work.task, let limit = request.fuelLimit {
      fuel = min(usage.fuel, limit)
    } else {
      fuel = usage.fuel
    }
    fuelModel = usage.fuelModel
    workerTime = .nanoseconds(Int64(clamping: usage.wallNanoseconds))
    cpuTime = .nanoseconds(Int64(clamping: usage.cpuNanoseconds))
    peakMemoryBytes = usage.peakMemoryBytes
  }

  /// What a call used that was answered in place.
  init(_ answer: AnswerInPlace) {
    let outcome = answer.outcome
    wallTime = .nanoseconds(answer.nanoseconds)
    executionTime = wallTime
    fuel = answer.fuel
    fuelModel = answer.plan.fuelModel
    workerTime = .nanoseconds(Int64(clamping: outcome.wallNanoseconds))
    cpuTime = .nanoseconds(Int64(clamping: outcome.cpuNanoseconds))
    peakMemoryBytes = outcome.peakMemoryBytes
  }
}

extension Outcome {
  init(_ answer: AnswerInPlace) {
    self.init(
      value: .json(answer.outcome.value), logs: [], logsTruncated: false, stdout: [], stderr: [], exitCode: nil,
      networkDenied: false, usage: answer.usage, profile: nil)
  }
}

/// What came of a call that did not fail.
public struct Outcome: Sendable, Hashable {
  /// The results as exact values, a document's text, bytes, or JSON.
  public typealias Value = WorkerProtocol.Outcome.Value

  public var value: Value
  /// The messages that the guest logged, in order, up to the limit.
  public var logs: [LogRecord]
  /// Messages were dropped or cut because of the limit.
  public var logsTruncated: Bool
  public var stdout: [UInt8]
  public var stderr: [UInt8]
  /// A WASI command's exit code, 0 also if it ended without one; of a function, the code that it ended the program with,
  /// if it did. Not an error.
  public var exitCode: UInt32?
  /// The guest wanted the network and was refused, and went on.
  public var networkDenied: Bool
  public var usage: Usage
  /// Where the fuel went, if ``Invocation/profile`` asked for it. nil also if not even a small one fits within the output
  /// limit.
  public var profile: GuestProfile?

  /// The value as JSON: a document's text is parsed, bytes become an array of numbers, exact values their nearest JSON.
  ///
  /// - Throws: ``ErrorCode/invalidResult`` if a document's text is not JSON.
  public func json() throws(WasmError) -> JSONValue {
    switch value {
    case .json(let value): return value
    case .documentText(let text):
      do {
        return try JSONValue(parsing: text, limits: JSONLimits(bytes: text.count))
      } catch {
        throw WasmError(
          .invalidResult, "The guest's answer is not a JSON document: \(error).", execution: .maybeRan)
      }
    case .bytes(let bytes): return .array(bytes.map { JSONValue($0) })
    case .typed(let values):
      switch values.count {
      case 0: return .null
      case 1: return values[0].nearestJSON
      default: return .array(values.map(\.nearestJSON))
      }
    }
  }

  /// The value as bytes: what the guest wrote, or the JSON text of its value.
  public var bytes: [UInt8] {
    switch value {
    case .bytes(let bytes), .documentText(let bytes): bytes
    case .json(let value): value.serialized()
    case .typed(let values): JSONValue.array(values.map(\.nearestJSON)).serialized()
    }
  }
}

extension TypedValue {
  /// Plain JSON: integers exact and signed, NaN, infinities and references as null, vectors as two integers.
  var nearestJSON: JSONValue {
    switch self {
    case .i32(let bits): JSONValue(Int32(bitPattern: bits))
    case .i64(let bits): JSONValue(Int64(bitPattern: bits))
    case .f32(let bits):
      Float(bitPattern: bits).isFinite ? .double(Double(Float(bitPattern: bits))) : .null
    case .f64(let bits): Double(bitPattern: bits).isFinite ? .double(Double(bitPattern: bits)) : .null
    case .v128(let high, let low): .array([JSONValue(low), JSONValue(high)])
    case .function(let index): index.map { JSONValue($0) } ?? .null
    case .external(let value): value.map { JSONValue($0) } ?? .null
    }
  }
}
