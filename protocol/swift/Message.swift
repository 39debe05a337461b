/// The two directions: what a supervisor sends and what a worker sends.

/// A message from the supervisor to the worker.
public enum SupervisorMessage: Hashable, Sendable {
  case configure(Configure)
  case load(Load)
  case unload(Unload)
  case fork(Fork)
  case invoke(Invoke)
  case hostResult(HostResult)
}

/// A message from the worker to the supervisor.
public enum WorkerMessage: Hashable, Sendable {
  case ready(Ready)
  case configured(Configured)
  case loaded(Loaded)
  case unloaded(Unloaded)
  case outcome(OutcomeReply)
  case failure(FailureReply)
  case hostCall(HostCall)
  case log(LogMessage)
  case error(ProtocolErrorMessage)
}
