/// The ways in which a host function ends a call.

import WasmInterpreter
import WorkerProtocol

/// What a trap of kind `.host` means.
enum HostTrap: String {
  /// `proc_exit`: not an error.
  case exit
  /// More output than the call allows.
  case outputLimit
  /// The call ends with ``CallContext/failure``.
  case failure

  func trap(_ message: String) -> Trap { .host(code: rawValue, message) }

  init?(_ trap: Trap) {
    guard case .host(let code) = trap.kind, let kind = HostTrap(rawValue: code) else { return nil }
    self = kind
  }
}

extension CallContext {
  /// The trap that ends the call with a failure of the worker's own wording.
  func trap(_ failure: Failure) -> Trap {
    self.failure = failure
    return HostTrap.failure.trap(failure.message)
  }
}
