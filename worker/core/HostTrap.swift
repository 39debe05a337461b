/// The ways in which a host function ends a call.

import WasmInterpreter

/// What a trap of kind `.host` means.
enum HostTrap: String {
  /// `proc_exit`: not an error.
  case exit
  /// More output than the call allows.
  case outputLimit

  func trap(_ message: String) -> Trap { .host(code: rawValue, message) }

  init?(_ trap: Trap) {
    guard case .host(let code) = trap.kind, let kind = HostTrap(rawValue: code) else { return nil }
    self = kind
  }
}
