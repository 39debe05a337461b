/// The state machines: what each end may do when.

import Testing
import WasmJSON
import WorkerProtocol

@Suite("States")
struct StateTests {
  /// Both ends of a connection, joined by frames.
  private struct Connection {
    var supervisor: SupervisorState
    var worker: WorkerState

    init(isTemplate: Bool = false) {
      supervisor = SupervisorState(isTemplate: isTemplate)
      worker = WorkerState(isTemplate: isTemplate)
    }

    mutating func toWorker(_ message: SupervisorMessage) throws -> SupervisorMessage {
      let frame = try supervisor.send(message)
      return try worker.receive(transfer(frame, worker.receiveLimits))
    }

    mutating func toSupervisor(_ message: WorkerMessage) throws -> WorkerMessage {
      let frame = try worker.send(message)
      return try supervisor.receive(transfer(frame, supervisor.receiveLimits))
    }

    private func transfer(_ frame: EncodedFrame, _ limits: FrameLimits) throws -> Frame {
      var decoder = FrameDecoder(limits: limits)
      let frames = try decoder.decode(frame.bytes)
      try decoder.finish()
      return try #require(frames.first)
    }
  }

  @Test("a whole conversation goes through both state machines")
  func conversation() throws {
    var connection = Connection()
    let module = try sampleInvocation().module
    #expect(try connection.toSupervisor(.ready(sampleReady)) == .ready(sampleReady))
    #expect(connection.supervisor.phase == .unconfigured && connection.worker.phase == .unconfigured)

    // A configuration that is refused may be followed by a better one.
    let first = RequestID.random()
    _ = try connection.toWorker(.configure(Configure(id: first)))
    let refusal = Failure(.invalidConfiguration, "too much")
    _ = try connection.toSupervisor(.failure(FailureReply(id: first, failure: refusal)))
    let second = RequestID.random()
    let limits = FrameLimits(maxJSONBytes: 10_000, maxAttachmentBytes: 100)
    _ = try connection.toWorker(.configure(Configure(id: second, frameLimits: limits)))
    _ = try connection.toSupervisor(.configured(Configured(id: second)))
    #expect(connection.supervisor.receiveLimits == limits && connection.worker.receiveLimits == limits)
    #expect(connection.supervisor.sendLimits == limits && connection.worker.sendLimits == limits)

    let load = RequestID.random()
    _ = try connection.toWorker(.load(Load(id: load, hash: module, module: [0])))
    _ = try connection.toSupervisor(.loaded(Loaded(id: load, module: ModuleDescription())))

    let invoke = RequestID.random()
    _ = try connection.toWorker(.invoke(Invoke(id: invoke, invocation: sampleInvocation())))
    _ = try connection.toSupervisor(.log(LogMessage(id: invoke, record: LogRecord(level: .info, message: "x"))))
    for sequence in UInt64(1)...3 {
      #expect(connection.worker.nextHostCallSequence == sequence)
      _ = try connection.toSupervisor(
        .hostCall(HostCall(id: invoke, sequence: sequence, function: "f", argument: 1)))
      #expect(connection.supervisor.phase == .servingHostCall(invoke, sequence: sequence))
      _ = try connection.toWorker(.hostResult(HostResult(id: invoke, sequence: sequence, result: .success(2))))
    }
    _ = try connection.toSupervisor(
      .outcome(OutcomeReply(id: invoke, outcome: Outcome(result: .success(.json(8))))))

    let unload = RequestID.random()
    _ = try connection.toWorker(.unload(Unload(id: unload, hash: module)))
    _ = try connection.toSupervisor(.unloaded(Unloaded(id: unload, found: true)))
    #expect(connection.supervisor.phase == .idle && connection.worker.phase == .idle)
  }

  @Test("a template's processes serve one invocation each, one after the other, and the template none")
  func templates() throws {
    var connection = Connection(isTemplate: true)
    let module = try sampleInvocation().module
    _ = try connection.toSupervisor(.ready(sampleReady))
    let configure = RequestID.random()
    let limits = FrameLimits(maxJSONBytes: 10_000, maxAttachmentBytes: 100)
    _ = try connection.toWorker(.configure(Configure(id: configure, frameLimits: limits)))
    _ = try connection.toSupervisor(.configured(Configured(id: configure)))
    let load = RequestID.random()
    _ = try connection.toWorker(.load(Load(id: load, hash: module, module: [0])))
    _ = try connection.toSupervisor(.loaded(Loaded(id: load, module: ModuleDescription())))
    let template = connection.worker
    for _ in 0..<2 {
      #expect(throws: ProtocolViolation.self) {
        try connection.supervisor.send(.invoke(Invoke(id: .random(), invocation: sampleInvocation())))
      }
      _ = try connection.toWorker(.fork(Fork(id: .random())))
      #expect(connection.supervisor.phase == .startingChild && connection.worker.phase == .idle)
      connection.worker.becomeChild()
      _ = try connection.toSupervisor(.ready(sampleReady))
      #expect(connection.supervisor.phase == .childIdle && connection.supervisor.receiveLimits == limits)
      #expect(throws: ProtocolViolation.self) { try connection.supervisor.send(.fork(Fork(id: .random()))) }
      let id = RequestID.random()
      _ = try connection.toWorker(.invoke(Invoke(id: id, invocation: sampleInvocation())))
      #expect(throws: ProtocolViolation.self) { try connection.supervisor.childEnded() }
      _ = try connection.toSupervisor(.outcome(OutcomeReply(id: id, outcome: Outcome(result: .success(.json(8))))))
      #expect(connection.supervisor.phase == .endingChild)
      #expect(throws: ProtocolViolation.self) { try connection.supervisor.send(.fork(Fork(id: .random()))) }
      try connection.supervisor.childEnded()
      connection.worker = template
    }
  }

  @Test("a template refuses an invocation, and its process everything but one invocation")
  func templateRoles() throws {
    func idle(isChild: Bool) throws -> WorkerState {
      var connection = Connection(isTemplate: true)
      _ = try connection.toSupervisor(.ready(sampleReady))
      let id = RequestID.random()
      _ = try connection.toWorker(.configure(Configure(id: id)))
      _ = try connection.toSupervisor(.configured(Configured(id: id)))
      guard isChild else { return connection.worker }
      _ = try connection.toWorker(.fork(Fork(id: .random())))
      connection.worker.becomeChild()
      _ = try connection.toSupervisor(.ready(sampleReady))
      return connection.worker
    }
    func accepts(_ message: SupervisorMessage, isChild: Bool, after first: SupervisorMessage? = nil) throws -> Bool {
      var worker = try idle(isChild: isChild)
      func frame(_ message: SupervisorMessage) throws -> Frame {
        var decoder = FrameDecoder(limits: .default)
        return try #require(try decoder.decode(message.encoded().bytes).first)
      }
      if case .invoke(let invoke)? = first {
        _ = try worker.receive(frame(.invoke(invoke)))
        _ = try worker.send(.outcome(OutcomeReply(id: invoke.id, outcome: Outcome(result: .success(.json(8))))))
      }
      let received = try frame(message)
      do throws(ProtocolViolation) {
        _ = try worker.receive(received)
        return true
      } catch {
        return error.kind != .unexpectedMessage
      }
    }
    let invoke = SupervisorMessage.invoke(Invoke(id: .random(), invocation: try sampleInvocation()))
    let load = SupervisorMessage.load(Load(id: .random(), hash: try sampleInvocation().module, module: [0]))
    let unload = SupervisorMessage.unload(Unload(id: .random(), hash: try sampleInvocation().module))
    let fork = SupervisorMessage.fork(Fork(id: .random()))
    #expect(try !accepts(invoke, isChild: false))
    #expect(try accepts(load, isChild: false))
    #expect(try accepts(unload, isChild: false))
    #expect(try accepts(fork, isChild: false))
    #expect(try accepts(invoke, isChild: true))
    #expect(try !accepts(invoke, isChild: true, after: invoke))
    for other in [load, unload, fork] { #expect(try !accepts(other, isChild: true)) }
  }

  @Test("one request is open at a time, and a mistake of the caller changes nothing")
  func oneRequest() throws {
    var connection = try configured()
    let module = try sampleInvocation().module
    let id = RequestID.random()
    _ = try connection.toWorker(.unload(Unload(id: id, hash: module)))
    let before = connection.supervisor.phase
    #expect(throws: ProtocolViolation.self) {
      try connection.supervisor.send(.unload(Unload(id: .random(), hash: module)))
    }
    #expect(throws: ProtocolViolation.self) {
      try connection.supervisor.send(.hostResult(HostResult(id: id, sequence: 1, result: .success(nil))))
    }
    #expect(throws: ProtocolViolation.self) {
      try connection.worker.send(.unloaded(Unloaded(id: .random(), found: true)))
    }
    #expect(throws: ProtocolViolation.self) {
      try connection.worker.send(.log(LogMessage(id: id, record: LogRecord(level: .info, message: ""))))
    }
    #expect(connection.supervisor.phase == before && connection.worker.phase == .working(.unload, id))
    _ = try connection.toSupervisor(.unloaded(Unloaded(id: id, found: true)))
  }

  @Test("nothing but ready is sent before ready, and it is sent once")
  func readyFirst() throws {
    var worker = WorkerState()
    #expect(throws: ProtocolViolation.self) { try worker.send(.configured(Configured(id: sampleID))) }
    #expect(throws: ProtocolViolation.self) {
      try worker.send(.error(ProtocolErrorMessage(ProtocolViolation(.emptyFrame, ""))))
    }
    _ = try worker.send(.ready(sampleReady))
    #expect(throws: ProtocolViolation.self) { try worker.send(.ready(sampleReady)) }
    var supervisor = SupervisorState()
    #expect(throws: ProtocolViolation.self) { try supervisor.send(.configure(Configure(id: sampleID))) }
  }

  @Test("a ready of more than 4 KiB is not sent")
  func largeReady() {
    var worker = WorkerState()
    var ready = sampleReady
    ready.buildID = String(repeating: "x", count: 4_096)
    #expect(
      performing: { _ = try worker.send(.ready(ready)) },
      throws: { ($0 as? ProtocolViolation)?.kind == .frameTooLarge })
    #expect(worker.phase == .starting)
  }

  @Test("after a violation a connection stays closed")
  func closed() throws {
    var connection = try configured()
    #expect(throws: ProtocolViolation.self) {
      try connection.supervisor.receive(Frame(json: Array("{}".utf8)))
    }
    #expect(connection.supervisor.phase == .closed)
    #expect(throws: ProtocolViolation.self) {
      try connection.supervisor.send(.unload(Unload(id: sampleID, hash: sampleInvocation().module)))
    }
    #expect(throws: ProtocolViolation.self) { try connection.supervisor.receive(.ready(sampleReady)) }

    #expect(throws: ProtocolViolation.self) { try connection.worker.receive(Frame(json: Array("{}".utf8))) }
    #expect(connection.worker.phase == .closed)
    // The worker's last words can still be sent.
    _ = try connection.worker.send(.error(ProtocolErrorMessage(ProtocolViolation(.malformedMessage, "x"))))
  }

  @Test("a worker's last words end the supervisor's connection")
  func lastWords() throws {
    var connection = try configured()
    _ = try connection.toWorker(.invoke(Invoke(id: sampleID, invocation: sampleInvocation())))
    _ = try connection.toSupervisor(.error(ProtocolErrorMessage(ProtocolViolation(.malformedMessage, "x"))))
    #expect(connection.supervisor.phase == .closed)
  }

  @Test("live log messages are bounded at the limit exactly", arguments: [(64, true), (63, false)])
  func logBudget(limit: UInt64, accepted: Bool) throws {
    var connection = try configured()
    let limits = InvocationLimits(maxLogBytes: limit)
    _ = try connection.toWorker(.invoke(Invoke(id: sampleID, invocation: sampleInvocation(limits: limits))))
    let message = WorkerMessage.log(
      LogMessage(id: sampleID, record: LogRecord(level: .debug, message: String(repeating: "x", count: 16))))
    _ = try connection.toSupervisor(message)
    if accepted {
      _ = try connection.toSupervisor(message)
    } else {
      // The worker notices, and may go on; the supervisor does not trust it to.
      #expect(throws: ProtocolViolation.self) { try connection.worker.send(message) }
      #expect(throws: ProtocolViolation.self) { try connection.supervisor.receive(message) }
      #expect(connection.worker.phase == .working(.invoke, sampleID) && connection.supervisor.phase == .closed)
    }
  }

  @Test("host calls are bounded at the limit exactly, and every invocation starts anew")
  func hostCallBudget() throws {
    var connection = try configured()
    for _ in 0..<2 {
      let id = RequestID.random()
      let limits = InvocationLimits(maxHostCalls: 2)
      _ = try connection.toWorker(.invoke(Invoke(id: id, invocation: sampleInvocation(limits: limits))))
      for sequence in UInt64(1)...2 {
        _ = try connection.toSupervisor(.hostCall(HostCall(id: id, sequence: sequence, function: "f", argument: nil)))
        _ = try connection.toWorker(.hostResult(HostResult(id: id, sequence: sequence, result: .success(nil))))
      }
      let third = WorkerMessage.hostCall(HostCall(id: id, sequence: 3, function: "f", argument: nil))
      #expect(
        performing: { _ = try connection.worker.send(third) },
        throws: { ($0 as? ProtocolViolation)?.kind == .limitExceeded })
      _ = try connection.toSupervisor(.outcome(OutcomeReply(id: id, outcome: Outcome(result: .success(.json(nil))))))
    }
  }

  @Test("a worker may report only the codes of a worker", arguments: ErrorCode.allCases)
  func codes(code: ErrorCode) throws {
    var connection = try configured()
    _ = try connection.toWorker(.invoke(Invoke(id: sampleID, invocation: sampleInvocation())))
    let outcome = WorkerMessage.outcome(
      OutcomeReply(id: sampleID, outcome: Outcome(result: .failure(Failure(code, "x")))))
    if code.isReportedByWorker {
      #expect(try connection.toSupervisor(outcome) == outcome)
    } else {
      #expect(
        performing: { _ = try connection.toSupervisor(outcome) },
        throws: { ($0 as? ProtocolViolation)?.kind == .forbiddenCode })
    }
  }

  @Test("every code has the documented spelling and a fault")
  func codeList() {
    let list = """
      moduleNotFound functionNotFound invalidModule unsupportedFeature unresolvedImport policyViolation \
      invalidConfiguration invalidArguments invalidResult trap fuelExhausted timedOut cpuTimeExceeded \
      memoryLimitExceeded outputLimitExceeded hostFunctionFailed networkDenied workerCrashed workerKilled \
      sandboxViolation sandboxUnavailable protocolViolation resourceExhausted overloaded neverFits quarantined \
      cancelled shutDown
      """
    #expect(ErrorCode.allCases.map(\.rawValue) == list.split(separator: " ").map(String.init))
    #expect(Set(ErrorCode.allCases.map(\.fault)) == Set(ErrorCode.Fault.allCases))
    #expect(ErrorCode.overloaded.fault == .capacity && ErrorCode.neverFits.fault == .caller)
    #expect(ErrorCode.trap.fault == .guest && ErrorCode.sandboxUnavailable.fault == .host)
  }

  @Test("ids and hashes have one spelling")
  func spellings() {
    #expect(RequestID("0123456789abcdef")?.value == 0x0123_4567_89AB_CDEF)
    #expect(RequestID(1).description == "0000000000000001")
    for wrong in ["", "1", "0123456789abcdeF", "0123456789abcdef0", "+123456789abcdef", "0123456789abcde\u{e9}"] {
      #expect(RequestID(wrong) == nil)
    }
    let digest = [UInt8](0..<32)
    #expect(
      ModuleHash(digest: digest)?.hexadecimal == "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
    #expect(ModuleHash(digest: digest.dropLast()) == nil)
    #expect(ModuleHash(String(repeating: "A", count: 64)) == nil)
    #expect(RequestID.random() != RequestID.random())
  }

  private func configured() throws -> Connection {
    var connection = Connection()
    _ = try connection.toSupervisor(.ready(sampleReady))
    _ = try connection.toWorker(.configure(Configure(id: otherID)))
    _ = try connection.toSupervisor(.configured(Configured(id: otherID)))
    return connection
  }
}
