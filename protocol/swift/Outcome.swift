/// What came of an invocation. The JSON shape is the same in Swift, C, Rust and on the wire.

public import WasmJSON

/// A result or exactly one failure, and what was seen on the way.
public struct Outcome: Hashable, Sendable {
  public enum Value: Hashable, Sendable {
    case json(JSONValue)
    /// The results with their types, when the invocation asked for them.
    case typed([TypedValue])
    /// A JSON document as the guest wrote it: attachment segment `output`. The worker has not checked that it is JSON.
    case documentText([UInt8])
    /// Bytes: attachment segment `output`.
    case bytes([UInt8])
  }

  public var result: Result<Value, Failure>
  /// In the order in which they were written, up to the limit.
  public var logs: [LogRecord]
  /// Log messages were dropped or cut because of the limit.
  public var logsTruncated: Bool
  /// Attachment segment `stdout`.
  public var stdout: [UInt8]
  /// Attachment segment `stderr`.
  public var stderr: [UInt8]
  /// A WASI program's exit code, if it ended by one: a result, not an error.
  public var exitCode: UInt32?
  /// The guest wanted the network and was refused (whether it failed because of it or went on).
  public var networkDenied: Bool
  public var usage: Usage
  /// Where the fuel went, if the invocation asked and the guest began to run: attachment segment `profile`.
  public var profile: GuestProfile?

  public init(
    result: Result<Value, Failure>, logs: [LogRecord] = [], logsTruncated: Bool = false, stdout: [UInt8] = [],
    stderr: [UInt8] = [], exitCode: UInt32? = nil, networkDenied: Bool = false, usage: Usage = .init(),
    profile: GuestProfile? = nil
  ) {
    self.result = result
    self.logs = logs
    self.logsTruncated = logsTruncated
    self.stdout = stdout
    self.stderr = stderr
    self.exitCode = exitCode
    self.networkDenied = networkDenied
    self.usage = usage
    self.profile = profile
  }
}

/// A message that the guest logged.
public struct LogRecord: Hashable, Sendable {
  public enum Level: String, Hashable, Sendable, CaseIterable {
    case trace, debug, info, warning, error
  }
  public var level: Level
  public var message: String
  public init(level: Level, message: String) {
    self.level = level
    self.message = message
  }
}

/// What an invocation used.
public struct Usage: Hashable, Sendable {
  /// In units of the fuel model.
  public var fuel: UInt64
  public var fuelModel: String
  /// Time from the request's arrival to the answer, in the worker.
  public var wallNanoseconds: UInt64
  /// CPU time of the worker since its last answer: for reading the request and for the call.
  public var cpuNanoseconds: UInt64
  /// The part of the wall time before the entry was called: instance, data segments, start function.
  public var instantiateNanoseconds: UInt64
  /// The most linear memory at once, all memories together.
  public var peakMemoryBytes: UInt64

  public init(
    fuel: UInt64 = 0, fuelModel: String = "", wallNanoseconds: UInt64 = 0, cpuNanoseconds: UInt64 = 0,
    instantiateNanoseconds: UInt64 = 0, peakMemoryBytes: UInt64 = 0
  ) {
    self.fuel = fuel
    self.fuelModel = fuelModel
    self.wallNanoseconds = wallNanoseconds
    self.cpuNanoseconds = cpuNanoseconds
    self.instantiateNanoseconds = instantiateNanoseconds
    self.peakMemoryBytes = peakMemoryBytes
  }
}

/// Answers an ``Invoke``.
public struct OutcomeReply: Hashable, Sendable {
  public var id: RequestID
  public var outcome: Outcome
  public init(id: RequestID, outcome: Outcome) {
    self.id = id
    self.outcome = outcome
  }
}
