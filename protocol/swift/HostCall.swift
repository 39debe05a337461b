/// What a guest asks of the supervisor while it runs: HTTP, custom host functions, live logs.

public import WasmJSON

/// The guest called a function that the supervisor serves. The worker waits for the ``HostResult``.
public struct HostCall: Hashable, Sendable {
  /// Of the invocation that is running.
  public var id: RequestID
  /// 1 for an invocation's first host call, and one more for each next.
  public var sequence: UInt64
  /// Such as `env.http_request`.
  public var function: String
  public var argument: JSONValue
  /// Bulk data: attachment segment `payload`.
  public var payload: [UInt8]

  public init(id: RequestID, sequence: UInt64, function: String, argument: JSONValue, payload: [UInt8] = []) {
    self.id = id
    self.sequence = sequence
    self.function = function
    self.argument = argument
    self.payload = payload
  }
}

/// Answers a ``HostCall``.
public struct HostResult: Hashable, Sendable {
  public var id: RequestID
  public var sequence: UInt64
  public var result: Result<JSONValue, Failure>
  /// Something that the guest wanted was refused by the network policy, whatever the result is.
  public var networkDenied: Bool
  /// Bulk data: attachment segment `payload`.
  public var payload: [UInt8]

  public init(
    id: RequestID, sequence: UInt64, result: Result<JSONValue, Failure>, networkDenied: Bool = false,
    payload: [UInt8] = []
  ) {
    self.id = id
    self.sequence = sequence
    self.result = result
    self.networkDenied = networkDenied
    self.payload = payload
  }
}

/// A log message sent at once instead of with the outcome. Bounded by the invocation's `maxLogBytes`.
public struct LogMessage: Hashable, Sendable {
  /// Of the invocation that is running.
  public var id: RequestID
  public var record: LogRecord
  public init(id: RequestID, record: LogRecord) {
    self.id = id
    self.record = record
  }
}

/// The worker's last message: the client broke the protocol. The worker exits with 70 after it.
public struct ProtocolErrorMessage: Hashable, Sendable {
  public var violation: ProtocolViolation
  public init(_ violation: ProtocolViolation) { self.violation = violation }
}
