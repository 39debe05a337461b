// What the supervisor makes of a worker's end: CONFINEMENT.md's table as a function.

import CLinux
import WorkerProtocol

/// Why the supervisor itself ended a worker. Recorded before the kill, so that the signal is not taken for somebody
/// else's; the first one counts.
enum KillReason: Sendable, Equatable {
  case protocolViolation(String)
  /// It closed its end of a pipe and went on living.
  case pipeClosed
  /// The CPU sampler.
  case cpuTimeExceeded(limit: Duration)
  /// The call was answered before the kill (deadline, cancellation), or there was none (idle, retired, shut down).
  case unwanted
  /// It was not ready in time.
  case startTimedOut
  /// A process that it had forked, as a template, ended as it should not have; what that means for the call has been told.
  case childLost(WasmError)
  /// It cannot be used: its confinement could not be seen, or it refused its configuration.
  case startFailed(WasmError)
}

/// How a process ended, from its wait status.
enum ProcessEnd: Sendable, Equatable {
  case exited(Int32)
  case signalled(Int32)
  /// Somebody else took the status.
  case unknown
}

extension ProcessEnd {
  /// From the answer of `clinux_wait`; nil if the process has not ended.
  init?(_ result: Int32, _ status: clinux_end) {
    switch (result, UInt32(bitPattern: status.kind)) {
    case (0, CLINUX_END_RUNNING.rawValue): return nil
    case (0, CLINUX_END_EXITED.rawValue): self = .exited(status.code)
    case (0, CLINUX_END_SIGNALLED.rawValue): self = .signalled(status.code)
    default: self = .unknown
    }
  }
}

/// The codes of the signals, which are part of the kernel's interface on every architecture that we support.
private enum Signal {
  static let ill: Int32 = 4
  static let trap: Int32 = 5
  static let abort: Int32 = 6
  static let bus: Int32 = 7
  static let fpe: Int32 = 8
  static let kill: Int32 = 9
  static let segv: Int32 = 11
  static let xcpu: Int32 = 24
  static let sys: Int32 = 31

  static func name(_ number: Int32) -> String {
    switch number {
    case ill: "SIGILL"
    case trap: "SIGTRAP"
    case abort: "SIGABRT"
    case bus: "SIGBUS"
    case fpe: "SIGFPE"
    case kill: "SIGKILL"
    case segv: "SIGSEGV"
    case xcpu: "SIGXCPU"
    case sys: "SIGSYS"
    default: "signal \(number)"
    }
  }
}

enum WorkerEnd {
  static let memoryLimitExitCode: Int32 = 77
  static let protocolErrorExitCode: Int32 = 70
  static let forkFailedExitCode: Int32 = 71

  /// The error for the call that the worker had, or for its start.
  ///
  /// - Parameters:
  ///   - reason: why the supervisor ended it, nil if it did not.
  ///   - end: the wait status.
  ///   - started: whether the worker had become ready; before that nothing of a call can have run.
  static func classify(
    reason: KillReason?, end: ProcessEnd, started: Bool, execution: WasmError.Execution
  ) -> WasmError {
    var error = classified(reason: reason, end: end, started: started, execution: execution)
    switch end {
    case .signalled(let number): error.signal = number
    case .exited(let code): error.workerExitCode = code
    case .unknown: break
    }
    return error
  }

  private static func classified(
    reason: KillReason?, end: ProcessEnd, started: Bool, execution: WasmError.Execution
  ) -> WasmError {
    switch reason {
    case .protocolViolation(let sentence):
      return WasmError(.protocolViolation, "The worker broke the protocol: \(sentence)", execution: execution)
    case .cpuTimeExceeded(let limit):
      return WasmError(.cpuTimeExceeded, "The call used more CPU time than \(limit).", execution: execution)
    case .startTimedOut:
      return WasmError(.sandboxUnavailable, "A worker was not ready in time.").with { $0.layer = "worker" }
    case .startFailed(let error), .childLost(let error): return error
    case .pipeClosed, .unwanted, nil: break
    }
    // Before it was ready it has read nothing of a guest's: whatever ends it then is this machine or this installation.
    if !started, case .signalled(let number) = end, number != Signal.kill {
      return WasmError(
        .sandboxUnavailable,
        "A worker was ended by \(Signal.name(number)) before it was ready. Workers need /proc to be mounted, and a kernel that "
          + "has the system calls of docs/embedding.md."
      ).with { $0.layer = "worker" }
    }
    switch end {
    case .signalled(Signal.sys):
      return WasmError(
        .sandboxViolation, "The worker made a system call that its filter forbids and was ended by the kernel.",
        execution: execution)
    case .signalled(Signal.kill):
      if reason == .pipeClosed {
        return WasmError(
          .protocolViolation, "The worker broke the protocol: it closed its pipe and went on living.",
          execution: execution)
      }
      return WasmError(
        .workerKilled,
        "The worker was killed from outside, by the kernel's out-of-memory killer or by somebody's SIGKILL.",
        execution: execution)
    case .signalled(Signal.xcpu):
      return WasmError(
        .cpuTimeExceeded, "The worker used up the CPU time of its life (worker.cpuSeconds).", execution: execution)
    case .signalled(let number):
      return WasmError(.workerCrashed, "The worker crashed with \(Signal.name(number)).", execution: execution)
    case .exited(memoryLimitExitCode):
      return WasmError(
        .memoryLimitExceeded, "The worker ran out of its address space.", execution: execution)
    case .exited(let code) where (90...99).contains(code):
      return WasmError(
        .sandboxUnavailable, "A worker could not confine itself: \(confinementStep(code)) failed.",
        execution: execution
      ).with { $0.layer = confinementLayer(code) }
    case .exited(protocolErrorExitCode):
      return WasmError(
        .workerCrashed, "The worker refused what the supervisor sent and exited with code 70.", execution: execution)
    case .exited(forkFailedExitCode):
      return WasmError(
        .resourceExhausted, "A template could not fork a process: too many processes, or no memory.",
        execution: execution)
    case .exited(let code):
      return WasmError(
        .workerCrashed, "The worker exited with code \(code) without an answer.", execution: execution)
    case .unknown:
      return WasmError(
        .workerCrashed,
        "The worker ended, and its status was taken by another part of this program (a SIGCHLD handler or waitpid).",
        execution: execution)
    }
  }

  private static func confinementLayer(_ code: Int32) -> String {
    switch UInt32(code) {
    case CLINUX_EXIT_DESCRIPTORS.rawValue: "descriptors"
    case CLINUX_EXIT_IDENTITY.rawValue: "identity"
    case CLINUX_EXIT_RESOURCE_LIMITS.rawValue: "rlimits"
    case CLINUX_EXIT_LIFELINE.rawValue: "lifeline"
    case CLINUX_EXIT_NAMESPACES.rawValue: "namespaces"
    case CLINUX_EXIT_PROCESS_ATTRIBUTES.rawValue: "processAttributes"
    case CLINUX_EXIT_LANDLOCK.rawValue: "landlock"
    case CLINUX_EXIT_SECCOMP.rawValue: "seccomp"
    case CLINUX_EXIT_ARGUMENTS.rawValue: "arguments"
    default: "preparation"
    }
  }

  private static func confinementStep(_ code: Int32) -> String {
    switch UInt32(code) {
    case CLINUX_EXIT_DESCRIPTORS.rawValue: "closing inherited descriptors"
    case CLINUX_EXIT_IDENTITY.rawValue: "taking the dedicated user and group"
    case CLINUX_EXIT_RESOURCE_LIMITS.rawValue: "setting a resource limit"
    case CLINUX_EXIT_LIFELINE.rawValue: "arming the lifeline"
    case CLINUX_EXIT_NAMESPACES.rawValue: "making the namespaces"
    case CLINUX_EXIT_PROCESS_ATTRIBUTES.rawValue: "giving up privileges"
    case CLINUX_EXIT_LANDLOCK.rawValue: "Landlock, which is required,"
    case CLINUX_EXIT_SECCOMP.rawValue: "installing the seccomp filter"
    case CLINUX_EXIT_ARGUMENTS.rawValue: "understanding the command line (is the worker of the same build?)"
    default: "the preparation"
    }
  }
}
