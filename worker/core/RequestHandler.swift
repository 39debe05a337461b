/// What a worker answers to each request, apart from how frames come and go.

import Confinement
import WasmBinary
import WasmJSON
public import WorkerProtocol

/// The state of a worker between requests: its configuration and its modules.
public struct RequestHandler {
  /// What `ready` calls the engine.
  public static let engineName = "hanzo-interpreter"

  private var maxMemoryBytes: UInt64 = 0
  private var features: Features = .implemented
  private var cache = ModuleCache(budget: 0)

  /// The CPU clock at the last answer.
  private var answeredAt = CallClock.cpuNanoseconds
  private var functions = SupervisorFunctions()
  /// The instance that the last call kept, with its module.
  private var kept: (hash: ModuleHash, module: CachedModule, instance: LinkedInstance)?

  /// The last call, if the next ones may repeat it, and how its request was spelled. Any other request ends it.
  private var repeatable: (execution: Execution, shape: InvokeShape)?

  /// The largest frames that `configure` may ask for.
  private let largestFrames: FrameLimits
  private let directories: [PreopenedDirectory]
  private let supervisor: (any Supervisor)?

  /// - Parameter largestFrames: from the worker's command line.
  public init(largestFrames: FrameLimits = .default) {
    self.init(largestFrames: largestFrames, directories: [], supervisor: nil)
  }

  /// - Parameters:
  ///   - directories: what invocations may mount, by number.
  ///   - supervisor: who serves host calls.
  init(largestFrames: FrameLimits, directories: [PreopenedDirectory], supervisor: (any Supervisor)?) {
    self.largestFrames = largestFrames
    self.directories = directories
    self.supervisor = supervisor
  }

  /// The answer to a request; nil for a message that is none, which ``WorkerState`` does not let through.
  ///
  /// - Parameter shape: how an invocation was spelled, if others may follow that are spelled alike.
  public mutating func answer(_ message: SupervisorMessage, shape: InvokeShape? = nil) -> WorkerMessage? {
    repeatable = nil
    if case .invoke(let request) = message {
      return .outcome(OutcomeReply(id: request.id, outcome: outcome(request.invocation, shape)))
    }
    defer { answeredAt = CallClock.cpuNanoseconds }
    switch message {
    case .configure(let request):
      return reply(to: request.id) { () throws(Failure) in .configured(try configure(request)) }
    case .load(let request):
      return reply(to: request.id) { () throws(Failure) in .loaded(try load(request)) }
    case .unload(let request):
      return .unloaded(Unloaded(id: request.id, found: cache.remove(request.hash)))
    case .fork, .invoke, .hostResult: return nil
    }
  }

  /// What kind of outcome there is.
  enum RepeatedOutcome {
    /// A value and nothing else.
    case plain
    // Indirect, so that the usual case is a word.
    indirect case other(Outcome)
  }

  /// The outcome of a request that is spelled like the last invocation; its input is forgotten.
  mutating func answer(
    _ request: inout RepeatedInvoke, like shape: InvokeShape, _ plain: inout PlainOutcome
  ) -> RepeatedOutcome {
    if let repeatable, repeatable.shape === shape,
      let outcome = repeatable.execution.runAgain(request, directories, CallClock(cpuStart: answeredAt), &plain)
    {
      request.forgetInput()
      switch outcome {
      case .plain: answeredAt &+= plain.usage.cpuNanoseconds
      case .other(let outcome): answeredAt &+= outcome.usage.cpuNanoseconds
      }
      return outcome
    }
    repeatable = nil
    let invocation = request.request(shape).invocation
    request.forgetInput()
    return .other(outcome(invocation, shape))
  }

  private mutating func outcome(_ invocation: Invocation, _ shape: InvokeShape?) -> Outcome {
    let outcome = invoke(invocation, shape)
    answeredAt &+= outcome.usage.cpuNanoseconds
    return outcome
  }

  private func reply(
    to id: RequestID, _ body: () throws(Failure) -> WorkerMessage
  ) -> WorkerMessage {
    do throws(Failure) { return try body() } catch { return .failure(FailureReply(id: id, failure: error)) }
  }

  // MARK: Requests

  private mutating func configure(_ request: Configure) throws(Failure) -> Configured {
    guard request.frameLimits.maxJSONBytes <= largestFrames.maxJSONBytes,
      request.frameLimits.maxAttachmentBytes <= largestFrames.maxAttachmentBytes
    else {
      throw Failure(
        .invalidConfiguration,
        "the worker was started for frames of at most \(largestFrames.maxJSONBytes) + "
          + "\(largestFrames.maxAttachmentBytes) bytes")
    }
    functions = try SupervisorFunctions(request.hostFunctions)
    if let names = request.features { features = try WorkerCore.features(named: names) }
    cache.budget = request.cacheBytes
    maxMemoryBytes = request.maxMemoryBytes
    return Configured(id: request.id)
  }

  private mutating func load(_ request: Load) throws(Failure) -> Loaded {
    if let known = cache.module(request.hash) { return Loaded(id: request.id, module: known.description) }
    let clock = CallClock(cpuStart: answeredAt)
    let features = try request.features.map { (names) throws(Failure) in try WorkerCore.features(named: names) }
    let limits = try moduleLimits(request.limits)
    cache.makeRoom(for: CachedModule.cost(byteCount: request.module.count))
    let module = try loadModule(
      request, features: features.map { $0.intersection(self.features) } ?? self.features, limits: limits)
    let names = module.decodeNames()
    let description = ModuleDescription(
      module, names: names, byteCount: request.module.count, loadNanoseconds: clock.elapsed())
    cache.insert(CachedModule(module, names: names, description: description), request.hash)
    return Loaded(id: request.id, module: description)
  }

  private mutating func invoke(_ invocation: Invocation, _ shape: InvokeShape?) -> Outcome {
    let clock = CallClock(cpuStart: answeredAt)
    do throws(Failure) {
      guard invocation.limits.memoryBytes <= maxMemoryBytes else {
        throw Failure(
          .neverFits,
          "the call may use \(invocation.limits.memoryBytes) bytes of memory, but the worker has \(maxMemoryBytes)",
          limit: Failure.Limit(name: "memoryBytes", value: maxMemoryBytes))
      }
      if invocation.instance == .kept { return try resume(invocation, clock) }
      guard let cached = cache.module(invocation.module) else {
        throw Failure(.moduleNotFound, "the module \(invocation.module) is not loaded")
      }
      release()
      switch invocation.entry {
      case .function, .command, .instantiate: break
      case .readMemory, .writeMemory:
        throw Failure(.invalidArguments, "a memory is read and written in an instance that was kept")
      }
      cache.releaseIdleInstances(besides: cached)
      let linked = try link(cached, invocation)
      let execution = execution(invocation, linked, cached, clock)
      let outcome = execution.run(directories)
      if execution.isKept {
        kept = (invocation.module, cached, linked)
      } else {
        cached.idle = linked
        if let shape, execution.prepareToRepeat() { repeatable = (execution, shape) }
      }
      return outcome
    } catch {
      return Outcome(result: .failure(error), usage: clock.usage())
    }
  }

  /// A call in the instance that was kept.
  private func resume(_ invocation: Invocation, _ clock: CallClock) throws(Failure) -> Outcome {
    guard let kept, kept.hash == invocation.module else {
      throw Failure(.invalidArguments, "no instance of the module \(invocation.module) was kept")
    }
    if case .command = invocation.entry {
      throw Failure(.invalidArguments, "a command needs an instance of its own")
    }
    return execution(invocation, kept.instance, kept.module, clock).run(directories)
  }

  /// Ends the instance that was kept; it serves as any other from then on.
  private mutating func release() {
    guard let kept else { return }
    kept.instance.forget()
    kept.module.idle = kept.instance
    self.kept = nil
  }

  /// This process has been forked: its CPU clock began anew.
  mutating func becomeChild() { answeredAt = 0 }

  /// Links an instance of each module, as an invocation with default limits would, where that is possible.
  mutating func prepare() {
    for module in cache.all where module.idle == nil {
      let limits = InvocationLimits()
      module.idle = try? LinkedInstance(
        module.module, limits: limits, enableWASI: true, functions: functions, supervisor: supervisor)
    }
  }

  private func execution(
    _ invocation: Invocation, _ linked: LinkedInstance, _ module: CachedModule, _ clock: CallClock
  ) -> Execution {
    Execution(invocation, linked: linked, module: module, clock: clock)
  }

  /// The module's waiting instance if it fits the call, else a new one.
  private func link(_ cached: CachedModule, _ invocation: Invocation) throws(Failure) -> LinkedInstance {
    let idle = cached.idle
    cached.idle = nil
    if let idle, idle.enableWASI == invocation.enableWASI, idle.stackBytes == invocation.limits.stackBytes {
      return idle
    }
    return try LinkedInstance(
      cached.module, limits: invocation.limits, enableWASI: invocation.enableWASI, functions: functions,
      supervisor: supervisor)
  }
}
