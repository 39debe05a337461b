/// The worker's end of a connection: what may arrive, and what it may send.

/// Follows one connection from inside a worker. A client that breaks the protocol gets one `error` message, and the
/// worker ends with exit code 70.
public struct WorkerState: Sendable {
  public enum Phase: Hashable, Sendable {
    /// `ready` must be sent; nothing is read before.
    case starting
    /// `configure` is expected.
    case unconfigured
    /// A request is expected.
    case idle
    /// A request is being worked on; nothing may be read.
    case working(SupervisorState.Request, RequestID)
    /// The answer to a host call is expected.
    case waitingForHostResult(RequestID, sequence: UInt64)
    /// The connection is over.
    case closed
  }

  public private(set) var phase = Phase.starting
  /// What the next frame from the client may measure.
  public private(set) var receiveLimits = FrameLimits.configuration
  /// What the next frame to the client may measure.
  public private(set) var sendLimits = FrameLimits.ready
  private var configuredLimits = FrameLimits.default
  private var budget = InvocationBudget(InvocationLimits())
  private enum Role {
    case worker
    /// It forks a process for each invocation, and serves none itself.
    case template
    /// Such a process: it serves one invocation and nothing else.
    case child(hasServed: Bool)
  }
  private var role: Role

  public init(isTemplate: Bool = false) { role = isTemplate ? .template : .worker }

  /// A template has forked this process, which reports with a `ready` of its own.
  public mutating func becomeChild() {
    role = .child(hasServed: false)
    phase = .starting
    sendLimits = .ready
  }

  /// The sequence number of the invocation's next host call.
  public var nextHostCallSequence: UInt64 { budget.lastSequence + 1 }

  /// Decodes and checks a frame from the client.
  ///
  /// - Throws: what the client did wrong; the connection is closed then, and only `error` may be sent.
  public mutating func receive(_ frame: Frame) throws(ProtocolViolation) -> SupervisorMessage {
    try receive { () throws(ProtocolViolation) in try SupervisorMessage(frame) }
  }

  /// Like ``receive(_:)-(Frame)``, for a frame that has not been copied.
  public mutating func receive(_ frame: FrameInPlace) throws(ProtocolViolation) -> SupervisorMessage {
    try receive { () throws(ProtocolViolation) in try SupervisorMessage(frame) }
  }

  /// Like ``receive(_:)-(FrameInPlace)``; of an `invoke` the shape is noted, nil if it has none.
  public mutating func receive(
    _ frame: FrameInPlace, noting shape: inout InvokeShape?
  ) throws(ProtocolViolation) -> SupervisorMessage {
    try receive { () throws(ProtocolViolation) in try SupervisorMessage(frame, noting: &shape) }
  }

  /// Notes that an `invoke` has arrived, for an owner that decodes it by its shape.
  ///
  /// - Returns: whether it may come now; nothing has changed if not.
  public mutating func receive(invoke id: RequestID, _ limits: InvocationLimits) -> Bool {
    guard phase == .idle, case .worker = role else { return false }
    begin(id, limits)
    return true
  }

  private mutating func begin(_ id: RequestID, _ limits: InvocationLimits) {
    phase = .working(.invoke, id)
    budget = InvocationBudget(limits)
  }

  @inline(__always)
  private mutating func receive(
    _ decode: () throws(ProtocolViolation) -> SupervisorMessage
  ) throws(ProtocolViolation) -> SupervisorMessage {
    do throws(ProtocolViolation) {
      let message = try decode()
      try check(message)
      return message
    } catch {
      phase = .closed
      throw error
    }
  }

  private mutating func check(_ message: SupervisorMessage) throws(ProtocolViolation) {
    switch (phase, message) {
    case (.unconfigured, .configure(let configure)):
      phase = .working(.configure, configure.id)
      configuredLimits = configure.frameLimits
    case (.idle, _):
      try checkRequest(message)
    case (.waitingForHostResult(let id, let sequence), .hostResult(let result)):
      guard result.id == id, result.sequence == sequence else {
        throw ProtocolViolation(.wrongID, "the host result does not belong to the host call that is open")
      }
      phase = .working(.invoke, id)
    default: throw .unexpected("'\(message.type)' arrived \(phase.name)")
    }
  }

  private mutating func checkRequest(_ message: SupervisorMessage) throws(ProtocolViolation) {
    switch (role, message) {
    case (.worker, .load(let load)), (.template, .load(let load)): phase = .working(.load, load.id)
    case (.worker, .unload(let unload)), (.template, .unload(let unload)): phase = .working(.unload, unload.id)
    // Its process will answer; this end stays as it is.
    case (.template, .fork): break
    case (.worker, .invoke(let invoke)), (.child(hasServed: false), .invoke(let invoke)):
      if case .child = role { role = .child(hasServed: true) }
      begin(invoke.id, invoke.invocation.limits)
    default: throw .unexpected("'\(message.type)' arrived \(phase.name), in a worker of this kind")
    }
  }

  /// The frame of a message that is about to be written.
  ///
  /// - Throws: what the message would do wrong; nothing has changed then. `limitExceeded`: a `log` or `hostCall` beyond
  ///   the invocation's limits. `frameTooLarge`: the answer needs to be shortened. Everything else is a mistake of the
  ///   caller.
  public mutating func send(_ message: WorkerMessage) throws(ProtocolViolation) -> EncodedFrame {
    let frame = try message.encoded(limits: sendLimits)
    try willSend(message)
    return frame
  }

  /// Notes that the outcome of an invocation is about to be written, for an owner that encodes it elsewhere.
  ///
  /// - Returns: whether that is what has to be sent now; nothing has changed if not.
  public mutating func willSend(outcomeOf id: RequestID) -> Bool {
    guard phase == .working(.invoke, id) else { return false }
    phase = .idle
    return true
  }

  /// Notes that a message is about to be written, for an owner that encodes it elsewhere.
  ///
  /// - Throws: what the message would do wrong; nothing has changed then. For `limitExceeded` the message is to be
  ///   dropped, everything else is a mistake of the caller.
  public mutating func willSend(_ message: WorkerMessage) throws(ProtocolViolation) {
    switch (phase, message) {
    case (.starting, .ready):
      if case .child = role {
        phase = .idle
        sendLimits = configuredLimits
        return
      }
      phase = .unconfigured
      sendLimits = .configuration
    case (.starting, _): throw .unexpected("'\(message.type)' cannot be sent \(phase.name)")
    case (_, .error): phase = .closed
    case (.working(let request, let id), _):
      guard message.requestID == id else {
        throw ProtocolViolation(.wrongID, "'\(message.type)' does not repeat the id of the request")
      }
      try note(message, answers: request, id)
    default: throw .unexpected("'\(message.type)' cannot be sent \(phase.name)")
    }
  }

  private mutating func note(
    _ message: WorkerMessage, answers request: SupervisorState.Request, _ id: RequestID
  ) throws(ProtocolViolation) {
    switch (request, message) {
    case (.configure, .configured):
      phase = .idle
      receiveLimits = configuredLimits
      sendLimits = configuredLimits
    case (.configure, .failure): phase = .unconfigured
    case (.load, .loaded), (.load, .failure), (.unload, .unloaded), (.unload, .failure), (.invoke, .outcome):
      phase = .idle
    case (.invoke, .log(let log)): try budget.spend(log.record)
    case (.invoke, .hostCall(let call)):
      try budget.spendHostCall(call.sequence)
      phase = .waitingForHostResult(id, sequence: call.sequence)
    default: throw .unexpected("'\(message.type)' does not answer '\(request.rawValue)'")
    }
  }
}

extension WorkerState.Phase {
  fileprivate var name: String {
    switch self {
    case .starting: "before 'ready'"
    case .unconfigured: "before 'configure'"
    case .idle: "while no request is open"
    case .working(let request, _): "while '\(request.rawValue)' is open"
    case .waitingForHostResult: "while a host call is open"
    case .closed: "after the connection's end"
    }
  }
}
