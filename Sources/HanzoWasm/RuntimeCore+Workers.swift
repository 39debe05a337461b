// Workers: starting them on the spawner thread, checking them from outside, and what follows from their end.

import CLinux
import Glibc
import Logging
import Synchronization
import WorkerProtocol

extension RuntimeCore {
  // MARK: Start

  /// Has the spawner thread start a worker.
  func start(_ worker: WorkerID) {
    do throws(SystemError) {
      try Spawner.shared.run { [self] in spawn(worker) }
    } catch {
      startFailed(worker, WasmError(error))
    }
  }

  /// On the spawner thread.
  private func spawn(_ worker: WorkerID) {
    do throws(SystemError) {
      loop.add(try makeProcess(worker))
    } catch {
      let error =
        switch error.number {
        case EMFILE, ENFILE, EAGAIN, ENOMEM: WasmError(error)
        default:
          WasmError(
            .sandboxUnavailable,
            "The worker \(binary.path) cannot be started: \(error.call) failed with \(errorName(error.number))"
              + "\(WorkerBinary.hint(error.number))."
          ).with {
            $0.layer = "worker"
            $0.systemError = error.number
          }
        }
      startFailed(worker, error)
    }
  }

  private func makeProcess(_ worker: WorkerID) throws(SystemError) -> WorkerConnection {
    let request = try Pipe(CLINUX_PIPE_WRITE_NONBLOCKING)
    let reply = try Pipe(CLINUX_PIPE_READ_NONBLOCKING)
    let standardError = try Pipe(CLINUX_PIPE_READ_NONBLOCKING)
    let lifeline = try Pipe()
    // What it is started with is kept open until it has been started.
    let workerClass = state.withLock { $0.pool.workerClass(of: worker) }
    var descriptors =
      [request.readEnd.number, reply.writeEnd.number, standardError.writeEnd.number, lifeline.readEnd.number]
      + (workerClass.directories?.descriptors ?? [])
    var childEnds: Pipe?
    if workerClass.isTemplate {
      let pipe = try Pipe(CLINUX_PIPE_READ_NONBLOCKING)
      descriptors.append(pipe.writeEnd.number)
      childEnds = consume pipe
    }
    var process = clinux_process()
    var step: UnsafePointer<CChar>?
    let result = try binary.withDescriptor { executable in
      withCStrings([WorkerBinary.fileName] + workerArguments(workerClass).encode()) { arguments in
        // Swift's crash handler would turn a trap into a forbidden system call.
        withCStrings(["SWIFT_BACKTRACE=enable=no"]) { environment in
          clinux_spawn(executable, arguments, environment, descriptors, Int32(descriptors.count), &process, &step)
        }
      }
    }
    guard result == 0 else {
      throw SystemError(number: -result, call: step.map { String(cString: $0) } ?? "spawn")
    }
    let answers = reply.takeReadEnd()
    let port = WorkerPort(
      id: worker, pid: process.pid, isTemplate: workerClass.isTemplate,
      followsCallers: config.worker.placement == .besideCaller, reply: answers.number,
      descriptors: WorkerPort.OpenDescriptors(
        request: request.takeWriteEnd(), process: FileDescriptor(owning: process.pidfd),
        lifeline: lifeline.takeWriteEnd()))
    return WorkerConnection(
      port: port, reply: answers, standardError: standardError.takeReadEnd(),
      childEnds: childEnds.take()?.takeReadEnd())
  }

  /// The worker's command line: numbers only.
  private func workerArguments(_ workerClass: WorkerClass) -> WorkerArguments {
    var arguments = WorkerArguments()
    arguments.template = workerClass.isTemplate
    if let directories = workerClass.directories {
      arguments.directories = UInt64(directories.keys.count)
      arguments.writableDirectories = directories.writableBits
      arguments.openFiles = (workerClass.isTemplate ? 5 : 4) + arguments.directories + UInt64(config.wasi.maxOpenFiles)
      arguments.fileBytes = config.wasi.maxFileBytes
    }
    arguments.addressSpaceBytes = config.workerAddressSpace.byteCount
    arguments.dataBytes = arguments.addressSpaceBytes
    arguments.cpuSeconds = config.worker.cpuSeconds
    arguments.priority =
      switch config.worker.priority {
      case .sameAsHost: 0
      case .lower(let steps): UInt64(clamping: steps)
      case .idle: WorkerArguments.idlePriority
      }
    arguments.landlock = LayerRequirement(config.worker.landlock)
    arguments.namespaces = LayerRequirement(config.worker.namespaces)
    arguments.identity = LayerRequirement(config.worker.identity)
    if config.worker.identity != .off, mayKillOtherUsers {
      arguments.uid = config.worker.uid
      arguments.gid = config.worker.gid
    }
    arguments.maxMessageBytes = UInt64(config.limits.maxMessageBytes)
    arguments.maxAttachmentBytes = UInt64(config.limits.maxAttachmentBytes)
    return arguments
  }

  /// Without CAP_KILL a root supervisor could not end a worker that has another user id.
  private var mayKillOtherUsers: Bool {
    var effective: UInt64 = 0
    var permitted: UInt64 = 0
    var inheritable: UInt64 = 0
    guard clinux_get_capabilities(&effective, &permitted, &inheritable) == 0 else { return false }
    return effective & (UInt64(1) << 5) != 0
  }

  private func startFailed(_ worker: WorkerID, _ error: WasmError) {
    logger?.warning(
      "a worker cannot be started",
      metadata: LogSubject(worker: worker).metadata(["code": error.code.rawValue, "reason": error.message]))
    let now = clinux_monotonic_nanoseconds()
    perform(
      state.withLock { state in
        var effects: [Effect] = []
        state.deadlines.remove(.start(worker))
        state.workers[worker] = nil
        noteStartFailure(worker, error, reaped: true, in: &state, now: now, &effects)
        effects.append(.wake)
        return effects
      })
  }

  /// Remembers why no worker starts, and pauses.
  func noteStartFailure(
    _ worker: WorkerID, _ error: WasmError, reaped: Bool, in state: inout CoreState, now: Int64,
    _ effects: inout [Effect]
  ) {
    state.lastStartError = error
    state.statistics.startFailures[error.code, default: 0] += 1
    let actions = state.pool.startFailed(worker, reaped: reaped, now: now)
    setDeadline(.backoff, at: state.pool.circuit.until, in: &state, &effects)
    apply(actions, to: &state, now: now, &effects)
  }

  // MARK: Check

  /// Looks at a worker that says it is ready, from outside (CONFINEMENT.md, C1): a forged message is not believed. nil if
  /// everything is as it must be.
  func problem(with ready: Ready, port: WorkerPort) -> WasmError? {
    guard let numbers = port.numbers else { return unavailable("worker", "The worker is gone.") }
    var status = clinux_process_status()
    return problem(with: ready, pid: port.pid, pidfd: numbers.process, status: &status)
  }

  /// The same for a process that says it has been forked by a template.
  func problem(withChild ready: Ready, pid: Int32, pidfd: Int32, of port: WorkerPort) -> WasmError? {
    func foreign(_ sentence: String) -> WasmError { unavailable("worker", "A template names \(sentence).") }
    guard pid != port.pid else { return foreign("itself as the process that it has forked") }
    // The group's number is the template's pid, which nobody else can get as long as it has not been reaped.
    guard clinux_process_group(pid) == port.pid else { return foreign("a process that is not of its group") }
    var status = clinux_process_status()
    if let problem = problem(with: ready, pid: pid, pidfd: pidfd, status: &status) { return problem }
    guard status.parent == getpid() else { return foreign("a process that is not this program's child") }
    guard status.seccomp_filters < 0 || status.seccomp_filters >= 2 else {
      return unavailable("seccomp", "The template's process says that it is confined, but lacks the stricter filter.")
    }
    return nil
  }

  private func unavailable(_ layer: String, _ sentence: String) -> WasmError {
    WasmError(.sandboxUnavailable, sentence).with { $0.layer = layer }
  }

  private func problem(
    with ready: Ready, pid: Int32, pidfd: Int32, status: inout clinux_process_status
  ) -> WasmError? {
    let result = clinux_read_process_status(pid, pidfd, &status)
    switch UInt32(bitPattern: result) {
    case CLINUX_STATUS_READ.rawValue: break
    case CLINUX_STATUS_GONE.rawValue: return unavailable("worker", "The worker ended right after it was ready.")
    case CLINUX_STATUS_HIDDEN.rawValue:
      return unavailable(
        "procfs",
        "The worker's confinement cannot be checked: /proc hides it (mounted with hidepid); run with the group that "
          + "its option gid names, or remount it.")
    case CLINUX_STATUS_NO_PROCFS.rawValue:
      return unavailable("procfs", "The worker's confinement cannot be checked: /proc is not mounted.")
    case CLINUX_STATUS_NOT_KILLABLE.rawValue:
      return unavailable(
        "identity", "The worker's user cannot be signalled by this process (no CAP_KILL): it could not be ended.")
    default:
      return unavailable("procfs", "The worker's /proc/PID/status cannot be understood.")
    }
    guard status.seccomp == 2 else {
      return unavailable("seccomp", "The worker says that it is confined, but it has no seccomp filter.")
    }
    guard status.no_new_privileges == 1 else {
      return unavailable("processAttributes", "The worker says that it is confined, but no_new_privs is not set.")
    }
    guard status.effective_capabilities == 0 else {
      return unavailable("processAttributes", "The worker says that it is confined, but it has capabilities.")
    }
    guard status.threads == 1 else {
      return unavailable("preparation", "The worker says that it is confined, but it has \(status.threads) threads.")
    }
    if config.worker.identity == .required {
      let uid = config.worker.uid
      guard status.uid == (uid, uid, uid, uid) else {
        return unavailable("identity", "The worker does not run as the user \(uid), which is required.")
      }
    }
    for (name, requirement) in [("landlock", config.worker.landlock), ("namespaces", config.worker.namespaces)]
    where requirement == .required {
      guard ready.layers.contains(where: { $0.name == name && $0.state == .active }) else {
        return unavailable(name, "The layer \(name) is required, and the worker does not have it.")
      }
    }
    guard ready.buildID == Ready.currentBuildID else {
      return unavailable(
        "worker", "The worker is of another build than this library (\(Ready.currentBuildID)): install both together.")
    }
    return nil
  }

  // MARK: End

  /// A worker has been reaped. Its call, if it has one still, fails with what the end means, or is repeated if the worker
  /// ended before it can have read it.
  func workerEnded(_ worker: WorkerID, reason: KillReason?, end: ProcessEnd, standardErrorTail: String) {
    let now = clinux_monotonic_nanoseconds()
    var subject = LogSubject(worker: worker)
    let loss: WasmError? = {
      let (loss, effects) = state.withLock { state -> (WasmError?, [Effect]) in
        var effects: [Effect] = []
        guard let record = state.removeRecord(of: worker) else { return (nil, []) }
        subject.name(record.call, in: state)
        state.deadlines.remove(.start(worker))
        state.deadlines.remove(.grace(worker))
        state.deadlines.remove(.session(worker))
        let call = record.call.flatMap { state.calls[$0] }
        let error = WorkerEnd.classify(
          reason: reason, end: end, started: record.started, execution: call?.execution ?? .notStarted
        ).with { $0.standardErrorTail = standardErrorTail }
        if let id = record.call {
          if reason == nil, error.code == .workerKilled, let call, !call.isRepeated, record.session == nil,
            record.port?.isRequestLost == true
          {
            repeatCall(call, in: &state, now: now, &effects)
          } else {
            fail(id, error, in: &state, &effects)
          }
        }
        if record.started { noteHarm(error, by: record.module, in: &state, now: now, &effects) }
        record.session?.end(error)
        if record.started || record.startFailureNoted || reason == .unwanted {
          apply(state.pool.gone(worker, now: now), to: &state, now: now, &effects)
        } else {
          noteStartFailure(worker, error, reaped: true, in: &state, now: now, &effects)
        }
        state.statistics.countEnd(reason, abandoned: record.abandoned, code: error.code)
        guard reason != .unwanted else { return (nil, effects) }
        state.statistics.workersLost += 1
        return (error, effects)
      }
      perform(effects)
      return loss
    }()
    if let loss {
      logger?.warning(
        "a worker ended",
        metadata: subject.metadata(["code": loss.code.rawValue, "reason": loss.message]))
    } else {
      logger?.debug("a worker was ended", metadata: subject.metadata())
    }
  }

  /// Lets a call begin anew that its worker has not read.
  private func repeatCall(_ call: ActiveCall, in state: inout CoreState, now: Int64, _ effects: inout [Effect]) {
    call.isRepeated = true
    call.worker = nil
    call.enter(.queued, at: now)
    if call.work.cpuTime != nil { state.deadlines.remove(.cpu(call.id)) }
    enqueue(call, in: &state, now: now, &effects)
  }

  // MARK: Quarantine

  /// Counts a worker's end against the module that it ran last, if the module is to blame for it.
  func noteHarm(
    _ error: WasmError, by module: ModuleHash?, in state: inout CoreState, now: Int64, _ effects: inout [Effect]
  ) {
    guard let module else { return }
    switch error.code {
    case .workerCrashed, .sandboxViolation, .protocolViolation, .memoryLimitExceeded: break
    default: return
    }
    guard let until = state.quarantine.workerEnded(by: module, now: now) else { return }
    state.statistics.countQuarantine()
    logger?.warning(
      "a module is quarantined: it has ended too many workers",
      metadata: ["module": "\(module)", "milliseconds": "\((until - now) / 1_000_000)"])
    for call in state.pool.withdrawAll(of: module) {
      fail(call, quarantined(until: until, now: now), in: &state, &effects)
    }
  }

  func quarantined(until: Int64, now: Int64) -> WasmError {
    WasmError(
      .quarantined,
      "The module has ended too many workers (pool.quarantine), and is refused for another "
        + "\((until - now) / 1_000_000) ms."
    ).with { $0.retryAfter = .nanoseconds(until - now) }
  }

  /// Ends workers that have been idle for long, above the minimum.
  func sweep(now: Int64) {
    guard let timeout = config.pool.idleTimeout?.nanoseconds else { return }
    perform(
      state.withLock { state in
        var effects: [Effect] = []
        for (worker, record) in state.workers {
          guard let since = record.idleSince, since + timeout <= now else { continue }
          let actions = state.pool.idleTooLong(worker, now: now)
          apply(actions, to: &state, now: now, &effects)
        }
        // Those of the minimum stay, and are looked at again later.
        let earliest = state.workers.values.lazy.compactMap(\.idleSince).min()
        state.sweepArmed = earliest != nil
        if let earliest {
          setDeadline(.sweep, at: max(earliest + timeout, now + timeout / 4 + 1), in: &state, &effects)
        }
        return effects
      })
  }
}

extension LayerRequirement {
  init(_ requirement: WasmConfig.Worker.Requirement) {
    self =
      switch requirement {
      case .off: .off
      case .preferred: .preferred
      case .required: .required
      }
  }
}

/// Calls the body with a NULL-terminated array of C strings.
private func withCStrings<Value>(
  _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Value
) -> Value {
  // One block of memory with all strings behind each other.
  var bytes: [CChar] = []
  var offsets: [Int] = []
  for string in strings {
    offsets.append(bytes.count)
    bytes.append(contentsOf: string.utf8CString)
  }
  return bytes.withUnsafeBufferPointer { text in
    var pointers: [UnsafePointer<CChar>?] = offsets.map { offset in text.baseAddress.map { $0 + offset } }
    pointers.append(nil)
    return pointers.withUnsafeBufferPointer { array in
      // The array has at least the terminating element, so it has a base address.
      array.baseAddress.map(body)
    }
  } ?? body(emptyStringArray)
}

/// A NULL-terminated array without strings.
nonisolated(unsafe) private let emptyStringArray: UnsafePointer<UnsafePointer<CChar>?> = {
  let array = UnsafeMutablePointer<UnsafePointer<CChar>?>.allocate(capacity: 1)
  array.initialize(to: nil)
  return UnsafePointer(array)
}()
