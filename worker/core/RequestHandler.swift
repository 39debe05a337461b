/// What a worker answers to each request, apart from how frames come and go.

import WasmBinary
import WasmJSON
public import WorkerProtocol

/// The state of a worker between requests: its configuration and its modules.
public struct RequestHandler {
  /// What `ready` calls the engine.
  public static let engineName = "hanzo-interpreter"

  private var maxMemoryBytes: UInt64 = 0
  private var features: Features = .wasm2
  private var cache = ModuleCache(budget: 0)

  /// The largest frames that `configure` may ask for.
  private let largestFrames: FrameLimits

  /// - Parameter largestFrames: from the worker's command line.
  public init(largestFrames: FrameLimits = .default) { self.largestFrames = largestFrames }

  /// The answer to a request; nil for a message that is none, which ``WorkerState`` does not let through.
  public mutating func answer(_ message: SupervisorMessage) -> WorkerMessage? {
    switch message {
    case .configure(let request):
      return reply(to: request.id) { () throws(Failure) in .configured(try configure(request)) }
    case .load(let request):
      return reply(to: request.id) { () throws(Failure) in .loaded(try load(request)) }
    case .unload(let request):
      return .unloaded(Unloaded(id: request.id, found: cache.remove(request.hash)))
    case .invoke(let request):
      return .outcome(OutcomeReply(id: request.id, outcome: invoke(request.invocation)))
    case .hostResult: return nil
    }
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
    if let names = request.features { features = try WorkerCore.features(named: names) }
    cache.budget = request.cacheBytes
    maxMemoryBytes = request.maxMemoryBytes
    return Configured(id: request.id)
  }

  private mutating func load(_ request: Load) throws(Failure) -> Loaded {
    if let known = cache.module(request.hash) { return Loaded(id: request.id, module: known.description) }
    let clock = CallClock()
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

  private mutating func invoke(_ invocation: Invocation) -> Outcome {
    let clock = CallClock()
    do throws(Failure) {
      guard let cached = cache.module(invocation.module) else {
        throw Failure(.moduleNotFound, "the module \(invocation.module) is not loaded")
      }
      guard invocation.limits.memoryBytes <= maxMemoryBytes else {
        throw Failure(
          .neverFits,
          "the call may use \(invocation.limits.memoryBytes) bytes of memory, but the worker has \(maxMemoryBytes)",
          limit: Failure.Limit(name: "memoryBytes", value: maxMemoryBytes))
      }
      guard !invocation.deterministic else {
        throw Failure(
          .unsupportedFeature, "deterministic execution is not supported yet", feature: "deterministic")
      }
      cache.releaseIdleInstances(besides: cached)
      let linked = try Self.link(cached, invocation)
      let outcome = Execution(invocation, linked: linked, module: cached, clock: clock).run()
      cached.idle = linked
      return outcome
    } catch {
      return Outcome(result: .failure(error), usage: clock.usage())
    }
  }

  /// The module's waiting instance if it fits the call, else a new one.
  private static func link(_ cached: CachedModule, _ invocation: Invocation) throws(Failure) -> LinkedInstance {
    let idle = cached.idle
    cached.idle = nil
    if let idle, idle.enableWASI == invocation.enableWASI, idle.stackBytes == invocation.limits.stackBytes {
      return idle
    }
    return try LinkedInstance(cached.module, limits: invocation.limits, enableWASI: invocation.enableWASI)
  }
}
