/// What host functions know and collect while one call runs.

import WasmInterpreter
import WasmWASI
import WorkerProtocol

/// The state of one execution. Host functions are made once per instance and look here for the call they serve.
final class CallContext {
  let invocation: Invocation
  var logs: LogCollector
  var handles = JSONHandles()
  var arena: GuestArena
  /// What `env.input_read` reads, and how far it has.
  let input: [UInt8]
  var inputPosition = 0
  /// What `env.output_write` wrote; nil if it was not called.
  var output: [UInt8]?
  var isNetworkDenied = false
  /// The guest ended itself by `proc_exit`.
  var hasExited = false
  /// What a trap of kind ``HostTrap/failure`` means.
  var failure: Failure?
  /// Something may have been noted here since the call began.
  var isUsed = false
  /// No failure mode of a host function applies any more.
  var endsCall = false
  /// The instance that the call runs in, which knows the context until the call ends.
  let linked: LinkedInstance

  init(_ invocation: Invocation, linked: LinkedInstance, input: [UInt8]) {
    self.linked = linked
    self.invocation = invocation
    logs = LogCollector(limit: invocation.limits.maxLogBytes)
    arena = linked.keptArena ?? GuestArena(linked.layout)
    self.input = input
  }

  /// Whether the outcome tells of nothing that was noted here, if the call returns.
  var isSilent: Bool { !isUsed || logs.records.isEmpty && !logs.isTruncated && !isNetworkDenied }
  /// Whether the original runtime's conventions apply.
  var isLenient: Bool { invocation.parameters == .lenient }
  var limits: InvocationLimits { invocation.limits }
  /// Who serves host calls; nil where there is nobody.
  var supervisor: (any Supervisor)? { linked.supervisor }
}

/// Where an instance's host functions find the call that is running, and the world of a WASI guest.
final class CallSlot {
  /// Nil between calls.
  var current: CallContext?
  /// Nil unless WASI is provided. Lives as long as the instance's state does.
  var system: SystemInterface?
}
