/// The supervisor's end of a connection: what it may send, and what it believes of what arrives.

/// Follows one connection to a worker. Everything that arrives is hostile input: it is decoded only when something may
/// arrive at all, and any violation is final; the caller kills the worker then.
///
/// The owner gets every frame that it writes from ``send(_:)``, sets its ``FrameDecoder``'s limits to ``receiveLimits``
/// before each frame that it reads, and hands the frame to ``receive(_:)``.
public struct SupervisorState: Sendable {
  public enum Phase: Hashable, Sendable {
    /// The worker confines itself; `ready` is expected.
    case starting
    /// `ready` has come; `configure` may be sent.
    case unconfigured
    /// A request may be sent; nothing may arrive.
    case idle
    /// The answer to a request is expected.
    case waiting(Request, RequestID)
    /// The guest waits for the supervisor's answer; nothing may arrive.
    case servingHostCall(RequestID, sequence: UInt64)
    /// A template forks the process that will serve the next invocation; its `ready` is expected.
    case startingChild
    /// A template's process is ready: its `invoke` may be sent.
    case childIdle
    /// A template's process has served its invocation and ends; nothing may arrive until it has been reaped.
    case endingChild
    /// The connection is over.
    case closed
  }

  /// The requests that have an answer.
  public enum Request: String, Hashable, Sendable {
    case configure, load, unload, invoke
  }

  public private(set) var phase = Phase.starting
  /// What the next frame from the worker may measure.
  public private(set) var receiveLimits = FrameLimits.ready
  /// What the next frame to the worker may measure.
  public private(set) var sendLimits = FrameLimits.configuration
  private var configuredLimits = FrameLimits.default
  private var budget = InvocationBudget(InvocationLimits())
  /// Whether the open invocation asked for a profile.
  private var allowsProfile = false
  /// Whether the worker forks a process for each invocation.
  private let isTemplate: Bool

  public init(isTemplate: Bool = false) { self.isTemplate = isTemplate }

  /// A template's process has ended and been reaped: the next one may be asked for.
  ///
  /// - Throws: `unexpectedMessage` if none was ending.
  public mutating func childEnded() throws(ProtocolViolation) {
    guard phase == .endingChild else { throw .unexpected("a template's process ended \(phase.name)") }
    phase = .idle
  }

  /// The frame of a message that is about to be written.
  ///
  /// - Throws: `unexpectedMessage` if it may not be sent now, `frameTooLarge`; nothing has changed then.
  public mutating func send(_ message: SupervisorMessage) throws(ProtocolViolation) -> EncodedFrame {
    let frame = try message.encoded(limits: sendLimits)
    try willSend(message)
    return frame
  }

  /// Notes that a message is about to be written, for an owner that encodes it elsewhere.
  ///
  /// - Throws: `unexpectedMessage` if it may not be sent now; nothing has changed then. That is a mistake of the caller.
  public mutating func willSend(_ message: SupervisorMessage) throws(ProtocolViolation) {
    switch (phase, message) {
    case (.unconfigured, .configure(let configure)):
      phase = .waiting(.configure, configure.id)
      configuredLimits = configure.frameLimits
    case (.idle, .load(let load)): phase = .waiting(.load, load.id)
    case (.idle, .unload(let unload)): phase = .waiting(.unload, unload.id)
    case (.idle, .fork) where isTemplate:
      phase = .startingChild
      receiveLimits = .ready
    case (.idle, .invoke(let invoke)) where !isTemplate, (.childIdle, .invoke(let invoke)):
      phase = .waiting(.invoke, invoke.id)
      budget = InvocationBudget(invoke.invocation.limits)
      allowsProfile = invoke.invocation.profile != nil
    case (.servingHostCall(let id, let sequence), .hostResult(let result)):
      guard result.id == id, result.sequence == sequence else {
        throw ProtocolViolation(.wrongID, "the host result does not belong to the host call that is open")
      }
      phase = .waiting(.invoke, id)
    default: throw .unexpected("'\(message.type)' cannot be sent \(phase.name)")
    }
  }

  /// Notes that an `invoke` is about to be written, as ``willSend(_:)`` does, for an owner that has its frame and not the
  /// message.
  ///
  /// - Parameter limits: the invocation's. It must not ask for a profile.
  /// - Returns: false if it may not be sent now; nothing has changed then.
  public mutating func willInvoke(_ id: RequestID, _ limits: InvocationLimits) -> Bool {
    guard phase == (isTemplate ? .childIdle : .idle) else { return false }
    phase = .waiting(.invoke, id)
    budget = InvocationBudget(limits)
    allowsProfile = false
    return true
  }

  /// Notes that an outcome without failure and profile has arrived, which ``BriefOutcome`` has read.
  ///
  /// - Returns: false if it may not come now; nothing has changed then, and it is for ``receive(_:)`` to say why.
  public mutating func receiveOutcome(_ id: RequestID) -> Bool {
    guard phase == .waiting(.invoke, id) else { return false }
    phase = isTemplate ? .endingChild : .idle
    return true
  }

  /// Decodes and checks a frame from the worker.
  ///
  /// - Throws: what the worker did wrong; the connection is closed then.
  public mutating func receive(_ frame: Frame) throws(ProtocolViolation) -> WorkerMessage {
    do throws(ProtocolViolation) {
      // Nothing is parsed that may not have come.
      try requireExpectation()
      let message = try WorkerMessage(frame)
      try check(message)
      return message
    } catch {
      phase = .closed
      throw error
    }
  }

  /// Checks a message from the worker, like ``receive(_:)`` for one that has been decoded already.
  public mutating func receive(_ message: WorkerMessage) throws(ProtocolViolation) {
    do throws(ProtocolViolation) { try check(message) } catch {
      phase = .closed
      throw error
    }
  }

  private func requireExpectation() throws(ProtocolViolation) {
    switch phase {
    case .starting, .startingChild, .waiting: return
    case .unconfigured, .idle, .servingHostCall, .childIdle, .endingChild, .closed:
      throw .unexpected("a frame arrived \(phase.name)")
    }
  }

  private mutating func check(_ message: WorkerMessage) throws(ProtocolViolation) {
    try requireExpectation()
    switch (phase, message) {
    case (.starting, .ready(let ready)):
      try check(ready)
      phase = .unconfigured
      receiveLimits = .configuration
    case (.startingChild, .ready(let ready)):
      try check(ready)
      phase = .childIdle
      receiveLimits = configuredLimits
    case (.waiting, .error): phase = .closed
    case (.waiting(let request, let id), _): try check(message, answers: request, id)
    default: throw .unexpected("'\(message.type)' arrived \(phase.name)")
    }
  }

  private func check(_ ready: Ready) throws(ProtocolViolation) {
    guard ready.protocolVersion == Ready.currentProtocolVersion else {
      throw ProtocolViolation(
        .unsupportedVersion,
        "the worker speaks version \(ready.protocolVersion) of the protocol, not \(Ready.currentProtocolVersion)")
    }
  }

  private mutating func check(
    _ message: WorkerMessage, answers request: Request, _ id: RequestID
  ) throws(ProtocolViolation) {
    guard let answered = message.requestID else { throw .unexpected("'\(message.type)' arrived \(phase.name)") }
    guard answered == id else {
      throw ProtocolViolation(.wrongID, "'\(message.type)' does not repeat the id of the request")
    }
    switch (request, message) {
    case (.configure, .configured):
      phase = .idle
      receiveLimits = configuredLimits
      sendLimits = configuredLimits
    case (.load, .loaded), (.unload, .unloaded): phase = .idle
    case (.configure, .failure(let reply)):
      try check(reply.failure)
      phase = .unconfigured
    case (.load, .failure(let reply)), (.unload, .failure(let reply)):
      try check(reply.failure)
      phase = .idle
    case (.invoke, .outcome(let reply)):
      if case .failure(let failure) = reply.outcome.result { try check(failure) }
      guard allowsProfile || reply.outcome.profile == nil else {
        throw ProtocolViolation(.limitExceeded, "a profile that the invocation did not ask for")
      }
      phase = isTemplate ? .endingChild : .idle
    case (.invoke, .log(let log)): try budget.spend(log.record)
    case (.invoke, .hostCall(let call)):
      try budget.spendHostCall(call.sequence)
      phase = .servingHostCall(id, sequence: call.sequence)
    default: throw .unexpected("'\(message.type)' does not answer '\(request.rawValue)'")
    }
  }

  private func check(_ failure: Failure) throws(ProtocolViolation) {
    guard failure.code.isReportedByWorker else {
      throw ProtocolViolation(.forbiddenCode, "a worker cannot report '\(failure.code.rawValue)'")
    }
  }
}

/// What is left to an invocation of the messages that its limits count. Both ends count alike.
struct InvocationBudget: Sendable {
  /// Every live log message costs its length plus this, so that empty ones are not free.
  static let logOverheadBytes: UInt64 = 16

  private var logBytes: UInt64
  private var hostCalls: UInt64
  private(set) var lastSequence: UInt64 = 0

  init(_ limits: InvocationLimits) {
    logBytes = limits.maxLogBytes
    hostCalls = limits.maxHostCalls
  }

  mutating func spend(_ record: LogRecord) throws(ProtocolViolation) {
    let cost = UInt64(record.message.utf8.count) + Self.logOverheadBytes
    guard cost <= logBytes else {
      throw ProtocolViolation(.limitExceeded, "more log messages than 'maxLogBytes' allows")
    }
    logBytes -= cost
  }

  mutating func spendHostCall(_ sequence: UInt64) throws(ProtocolViolation) {
    guard lastSequence < hostCalls else {
      throw ProtocolViolation(.limitExceeded, "more host calls than 'maxHostCalls' allows")
    }
    guard sequence == lastSequence + 1 else {
      throw ProtocolViolation(.wrongID, "the host call's sequence number is not the next one")
    }
    lastSequence = sequence
  }
}

extension SupervisorState.Phase {
  var name: String {
    switch self {
    case .starting: "before the worker is ready"
    case .unconfigured: "before the worker is configured"
    case .idle: "while no request is open"
    case .waiting(let request, _): "while '\(request.rawValue)' is open"
    case .servingHostCall: "while a host call is open"
    case .startingChild: "before the template's process is ready"
    case .childIdle: "while the template's process waits"
    case .endingChild: "while the template's process ends"
    case .closed: "after the connection's end"
    }
  }
}

extension SupervisorMessage {
  /// The message's name on the wire.
  public var type: String {
    switch self {
    case .configure: "configure"
    case .load: "load"
    case .unload: "unload"
    case .fork: "fork"
    case .invoke: "invoke"
    case .hostResult: "hostResult"
    }
  }
}

extension WorkerMessage {
  /// The message's name on the wire.
  public var type: String {
    switch self {
    case .ready: "ready"
    case .configured: "configured"
    case .loaded: "loaded"
    case .unloaded: "unloaded"
    case .outcome: "outcome"
    case .failure: "failure"
    case .hostCall: "hostCall"
    case .log: "log"
    case .error: "error"
    }
  }

  /// The id of the request that the message belongs to; nil for `ready` and `error`.
  public var requestID: RequestID? {
    switch self {
    case .ready, .error: nil
    case .configured(let message): message.id
    case .loaded(let message): message.id
    case .unloaded(let message): message.id
    case .outcome(let message): message.id
    case .failure(let message): message.id
    case .hostCall(let message): message.id
    case .log(let message): message.id
    }
  }
}

extension ProtocolViolation {
  static func unexpected(_ message: String) -> ProtocolViolation { ProtocolViolation(.unexpectedMessage, message) }
}
