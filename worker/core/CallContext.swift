/// What host functions know and collect while one call runs.

import WasmInterpreter
import WorkerProtocol

/// The state of one execution. Host functions are made once per instance and look here for the call they serve.
final class CallContext {
  /// Whether the original runtime's conventions apply.
  let isLenient: Bool
  let limits: InvocationLimits
  var logs: LogCollector
  var handles = JSONHandles()
  var arena: GuestArena
  /// What `env.input_read` reads, and how far it has.
  let input: [UInt8]
  var inputPosition = 0
  /// What `env.output_write` wrote; nil if it was not called.
  var output: [UInt8]?
  var isNetworkDenied = false
  /// From `proc_exit`.
  var exitCode: UInt32?
  /// WASI functions that were called, which this worker links but does not implement.
  var reportedFunctions: Set<String> = []

  init(_ invocation: Invocation, layout: GuestLayout, input: [UInt8]) {
    isLenient = invocation.parameters == .lenient
    limits = invocation.limits
    logs = LogCollector(limit: invocation.limits.maxLogBytes)
    arena = GuestArena(layout)
    self.input = input
  }
}

/// Where an instance's host functions find the call that is running; empty between calls.
final class CallSlot {
  var current: CallContext?
}
