// The library's entry: a runtime, its modules, and calls of them.

import CLinux
public import Logging
import Synchronization
public import WasmJSON
import WorkerProtocol

/// Runs WebAssembly modules that nobody has to trust: every byte of a module is parsed and executed in confined worker
/// processes, which are killed at a call's deadline.
///
/// A runtime has a pool of workers; each serves one trust domain in its life, by default one module. All functions may be
/// called from any task at the same time. Call ``shutdown(graceful:)`` at the end; a runtime that is merely dropped ends
/// its workers too, but nobody can wait for it.
public final class WasmRuntime: Sendable {
  let core: RuntimeCore
  private let registry = Mutex(ModuleRegistry())

  /// The configuration that the runtime was made with.
  public var config: WasmConfig { core.config }

  /// Makes a runtime. With `pool.minWorkers` 0 no process is started before the first module is loaded.
  ///
  /// - Parameters:
  ///   - hostFunctions: functions of this program that guests may call.
  ///   - logger: receives the ends of workers and, at the level debug, calls that failed; nothing that a guest wrote but
  ///     what a call's ``Invocation/stdout`` or ``Invocation/stderr`` sends to the log, and what an error quotes, made
  ///     harmless. docs/observability.md lists the lines.
  /// - Throws: `invalidConfiguration` with every mistake, `sandboxUnavailable` if there is no worker executable that may
  ///   be used, `resourceExhausted` if the machine has no descriptor or thread left.
  public init(
    _ config: WasmConfig = .init(), hostFunctions: [HostFunction] = [], logger: Logger? = nil
  ) throws(WasmError) {
    core = try RuntimeCore(config: config, hostFunctions: hostFunctions, logger: logger)
    try core.begin()
  }

  deinit { core.beginShutdown(graceful: false) }

  /// Runs the body with a runtime that is shut down afterwards, whether the body throws or not.
  ///
  /// - Throws: what ``init(_:hostFunctions:logger:)`` throws, and what the body throws.
  public static func withRuntime<Value>(
    _ config: WasmConfig = .init(), hostFunctions: [HostFunction] = [], logger: Logger? = nil,
    _ body: (WasmRuntime) async throws -> Value
  ) async throws -> Value {
    let runtime = try WasmRuntime(config, hostFunctions: hostFunctions, logger: logger)
    do {
      let value = try await body(runtime)
      await runtime.shutdown()
      return value
    } catch {
      await runtime.shutdown(graceful: false)
      throw error
    }
  }

  // MARK: Modules

  /// Loads a module under a name. A worker decodes and validates it; the host does not look inside.
  ///
  /// Loading a name again replaces it for new calls; calls that are running finish on the old module.
  ///
  /// - Parameters:
  ///   - bytes: the binary format, or the text format in UTF-8.
  ///   - domain: modules of the same domain may be run by the same worker process, one after the other: they trust each
  ///     other. Default: the module's own hash, so that no process that ran it ever runs another one.
  ///   - policy: what this module may import and must export, besides ``WasmConfig/policy``.
  /// - Throws: `invalidModule`, `unsupportedFeature`, `policyViolation` with every rule that the module breaks, `neverFits`
  ///   (longer than `limits.maxModuleBytes`), and what any call may throw.
  @discardableResult
  public func loadModule(
    _ name: String, _ bytes: [UInt8], domain: String? = nil, policy: ModulePolicy? = nil
  ) async throws(WasmError) -> WasmModuleInfo {
    let deadline = clinux_monotonic_nanoseconds() + config.maxExecutionTime.nanoseconds
    try WasmError.require(noneOf: policy?.problems() ?? [], .invalidArguments)
    let source = try source(of: bytes, domain: domain, name: name)
    let description = try await describe(source, name: name, deadline: deadline)
    if let policy { try check(description, name, policy) }
    let info = WasmModuleInfo(
      name: name, hash: source.hash.hexadecimal, domain: source.domain.name, byteCount: bytes.count, description)
    let (replaced, isOpen) = registry.withLock { registry in
      guard registry.isOpen else { return (nil as RegisteredModule?, false) }
      return (registry.add(RegisteredModule(info: info, source: source)), true)
    }
    guard isOpen else { throw WasmError(.shutDown, "The runtime has been shut down.") }
    if let replaced, replaced.source.hash != source.hash { retireIfUnused(replaced.source) }
    return info
  }

  /// Has a worker decode and validate a module that is not loaded: every function of it, with the runtime's features,
  /// limits and policy. Nothing of it runs, and nothing is kept.
  ///
  /// What it imports is not looked for: that is seen when it is instantiated.
  ///
  /// - Returns: what is known about it; its name is its hash.
  /// - Throws: what ``loadModule(_:_:domain:policy:)`` throws.
  @discardableResult
  public func validate(_ bytes: [UInt8], policy: ModulePolicy? = nil) async throws(WasmError) -> WasmModuleInfo {
    let deadline = clinux_monotonic_nanoseconds() + config.maxExecutionTime.nanoseconds
    try WasmError.require(noneOf: policy?.problems() ?? [], .invalidArguments)
    let source = try source(of: bytes, domain: nil, name: nil)
    let name = source.hash.hexadecimal
    defer { retireIfUnused(source) }
    let description = try await describe(source, name: name, deadline: deadline)
    if let policy { try check(description, name, policy) }
    return WasmModuleInfo(
      name: name, hash: name, domain: source.domain.name, byteCount: bytes.count, description)
  }

  /// The names of the loaded modules, in the order in which they were first loaded.
  public func listModules() -> [String] { registry.withLock { $0.names } }

  /// What is known about a loaded module; nil if there is none of that name.
  public func moduleInfo(_ name: String) -> WasmModuleInfo? { registry.withLock { $0[name]?.info } }

  /// The same.
  ///
  /// - Throws: `moduleNotFound`.
  package func requiredModuleInfo(_ name: String) throws(WasmError) -> WasmModuleInfo { try loaded(name).info }

  /// Forgets a module. Calls that are running finish.
  ///
  /// - Returns: whether there was a module of that name.
  @discardableResult
  public func unloadModule(_ name: String) -> Bool {
    guard let removed = registry.withLock({ $0.remove(name) }) else { return false }
    retireIfUnused(removed.source)
    return true
  }

  /// Forgets all modules.
  public func clearModules() {
    let removed = registry.withLock { $0.removeAll() }
    for module in removed { retireIfUnused(module.source) }
  }

  // MARK: Calls

  /// Executes an invocation of a loaded module in a fresh instance.
  ///
  /// The calling task's cancellation kills the worker and throws `cancelled` at once.
  ///
  /// - Throws: ``WasmError`` with every code but `invalidModule`. ``WasmError/execution`` says whether the call may be
  ///   repeated.
  public func invoke(_ invocation: Invocation) async throws(WasmError) -> Outcome {
    let began = clinux_monotonic_nanoseconds()
    if let module = registry.withLock({ $0.source(named: invocation.module) }),
      let call = core.callInPlace(invocation, of: module, began: began)
    {
      return try await outcome(of: call)
    }
    return try await run(invocation, of: try loaded(invocation.module).source, began: began)
  }

  private func outcome(of call: CallInPlace) async throws(WasmError) -> Outcome {
    switch call {
    case .answered(let answer, let isOthersTurn):
      if isOthersTurn { await Task.yield() }
      return Outcome(answer)
    case .open(let id, let work, let suspension, let span):
      return try outcome(of: await core.answer(of: id, work, suspension, span))
    }
  }

  /// Calls an exported function of a loaded module.
  ///
  /// The parameters are an array by position, an object by name, or one value. With `.strict` parameters a function whose
  /// name ends in `_json`, and with any parameters every function of a module that says so in its custom section
  /// `hanzo.abi`, is given them as one document instead (protocol/GUEST-ABI.md).
  public func execute(
    _ module: String, _ function: String, _ params: JSONValue = .null
  ) async throws(WasmError) -> JSONValue {
    let invocation = Invocation(module: module, entry: .function(function))
    return try await invoke(invocation, of: nil, parameters: params).json()
  }

  /// Calls an exported function of a module that need not be loaded, and that is not listed afterwards. A worker and the
  /// module's description are kept for the next call with the same bytes.
  public func executeBytes(
    _ bytes: [UInt8], _ function: String, _ params: JSONValue = .null
  ) async throws(WasmError) -> JSONValue {
    let invocation = Invocation(module: "", entry: .function(function))
    return try await invoke(invocation, of: bytes, parameters: params).json()
  }

  /// Executes an invocation of a module that need not be loaded, as ``executeBytes(_:_:_:)`` does: its
  /// ``Invocation/module`` does not matter.
  ///
  /// - Throws: what ``invoke(_:)`` and ``loadModule(_:_:domain:policy:)`` throw.
  public func invokeBytes(_ bytes: [UInt8], _ invocation: Invocation) async throws(WasmError) -> Outcome {
    try await invoke(invocation, of: bytes)
  }

  /// - Parameters:
  ///   - bytes: the module; nil for the loaded one that the invocation names.
  ///   - parameters: given to the function as arguments or as a document, as its name and its module want it, instead of
  ///     the invocation's input.
  func invoke(
    _ invocation: Invocation, of bytes: [UInt8]?, parameters: JSONValue? = nil
  ) async throws(WasmError) -> Outcome {
    let began = clinux_monotonic_nanoseconds()
    var invocation = invocation
    let source: ModuleSource
    let abi: String?
    if let bytes {
      source = try self.source(of: bytes, domain: nil, name: nil)
      invocation.module = source.hash.hexadecimal
      abi = try await description(of: source, began: began).abi
    } else {
      let found = try loaded(invocation.module)
      source = found.source
      abi = found.info.abi
    }
    if let parameters, case .function(let name) = invocation.entry {
      invocation.input = input(parameters, function: name, convention: invocation.parameters, abi: abi)
    }
    if let call = core.callInPlace(invocation, of: source, began: began) { return try await outcome(of: call) }
    return try await run(invocation, of: source, began: began)
  }

  /// What a worker says about a module that need not be loaded; it is asked once.
  private func description(of source: ModuleSource, began: Int64) async throws(WasmError) -> ModuleDescription {
    if let known = registry.withLock({ $0.description(of: source.hash) }) { return known }
    let description = try await describe(
      source, name: source.hash.hexadecimal, deadline: began + config.maxExecutionTime.nanoseconds)
    registry.withLock { $0.remember(description, of: source.hash) }
    return description
  }

  /// Runs a WASI command (`_start`) of a loaded module to its end.
  ///
  /// - Parameters:
  ///   - arguments: the program's, with its name first.
  ///   - stdin: its standard input.
  /// - Returns: the outcome, with ``Outcome/exitCode``, ``Outcome/stdout`` and ``Outcome/stderr``. An exit code other than 0
  ///   is not an error.
  /// - Throws: what ``invoke(_:)`` throws. `functionNotFound` if the module is no command.
  public func runCommand(
    _ module: String, arguments: [String], stdin: [UInt8] = []
  ) async throws(WasmError) -> Outcome {
    try await invoke(Invocation(module: module, command: arguments, stdin: stdin))
  }

  /// Makes an instance of a loaded module that keeps its state from call to call, for as long as the body runs. It has a
  /// worker of its own in that time.
  ///
  /// - Parameters:
  ///   - module: the name that it was loaded under.
  ///   - template: mounts, environment, streams, determinism and limits for the session; its entry and input do not
  ///     matter. Default: the runtime's.
  ///   - limits: of the session, besides those of each call. Default: none.
  /// - Throws: what making the instance throws, as a call would; and what the body throws.
  public func withInstance<Value>(
    _ module: String, like template: Invocation? = nil, limits: SessionLimits = .init(),
    _ body: (WasmInstance) async throws -> Value
  ) async throws -> Value {
    let began = clinux_monotonic_nanoseconds()
    var template = template ?? Invocation(module: module, entry: .instantiate)
    template.module = module
    template.entry = .instantiate
    template.input = .none
    try WasmError.require(noneOf: limits.problems(), .invalidConfiguration)
    let session = InstanceSession(limits)
    defer { core.end(session) }
    let source = try loaded(module).source
    _ = try await run(template, of: source, began: began, instance: .keep, session: session)
    return try await body(WasmInstance(runtime: self, source: source, session: session, template: template))
  }

  func run(_ invocation: Invocation, in instance: WasmInstance) async throws(WasmError) -> Outcome {
    let began = clinux_monotonic_nanoseconds()
    let session = instance.session
    if let end = session.end { throw end }
    var invocation = invocation
    invocation.limits.fuel = try session.beginCall(fuel: invocation.limits.fuel ?? config.fuelLimit)
    do throws(WasmError) {
      let outcome = try await run(invocation, of: instance.source, began: began, instance: .kept, session: session)
      session.spend(fuel: outcome.usage.fuel)
      return outcome
    } catch {
      session.spend(fuel: error.partial?.usage.fuel ?? 0)
      throw error
    }
  }

  // MARK: Ahead of need

  /// Has workers ready for a module before its calls come: started, confined, and with the module loaded; for
  /// `.freshProcess` also with a process forked. What the module has ready counts, and idle workers of other modules may
  /// give way. Workers without a module, for any of them, are what ``WasmConfig/Pool/minWorkers`` keeps.
  ///
  /// - Parameters:
  ///   - module: the name that it was loaded under.
  ///   - workers: how many, 1...`pool.maxWorkers` and at most `pool.maxWorkersPerModule`. Default 1.
  ///   - isolation: for calls of this kind; nil is the runtime's. `.freshSpawn` can only be prepared by `minWorkers`.
  /// - Throws: `moduleNotFound`, `neverFits`, `invalidArguments`, and what starting a worker throws.
  public func prewarm(
    _ module: String, workers: Int = 1, isolation: WasmConfig.Isolation? = nil
  ) async throws(WasmError) {
    let source = try loaded(module).source
    let isolation = isolation ?? config.isolation
    let most = min(config.pool.maxWorkers, config.pool.maxWorkersPerModule ?? .max)
    guard workers >= 1, isolation != .freshSpawn else {
      throw WasmError(
        .invalidArguments,
        workers < 1
          ? "At least 1 worker can be prewarmed, not \(workers)."
          : "A worker for a call with isolation freshSpawn must not have read the module; pool.minWorkers keeps such.")
    }
    guard workers <= most else {
      throw WasmError(.neverFits, "\(workers) workers cannot be prewarmed: this runtime has at most \(most).")
    }
    let deadline = clinux_monotonic_nanoseconds() + config.maxExecutionTime.nanoseconds
    let demand = source.demand(isolation)
    let missing = workers - core.idleCount(demand)
    guard missing > 0 else { return }
    let work = Work(
      .load, module: source, demand: Demand(demand.domain, module: demand.module, wantsBlank: true), moduleName: module)
    let error = await withTaskGroup(of: WasmError?.self) { [core] group in
      for _ in 0..<missing {
        group.addTask {
          if case .failure(let error) = await core.call(work, deadline: deadline) { error } else { nil }
        }
      }
      return await group.reduce(nil) { $0 ?? $1 }
    }
    if let error { throw error }
  }

  /// Admits a module again that is quarantined, and forgets what it did.
  ///
  /// - Returns: whether it was quarantined.
  /// - Throws: `moduleNotFound`.
  @discardableResult
  public func endQuarantine(of module: String) throws(WasmError) -> Bool {
    let hash = try loaded(module).source.hash
    let now = clinux_monotonic_nanoseconds()
    return core.state.withLock { $0.quarantine.pardon(hash, now: now) }
  }

  private func loaded(_ name: String) throws(WasmError) -> RegisteredModule {
    let (module, isOpen) = registry.withLock { ($0[name], $0.isOpen) }
    if let module { return module }
    guard isOpen else { throw WasmError.shutDown("The runtime has been shut down.").with { $0.module = name } }
    throw WasmError(.moduleNotFound, "No module is loaded under the name \(quoted(name)).").with { $0.module = name }
  }

  // MARK: The end

  /// Ends the runtime: new calls throw `shutDown`. When this returns, every worker has been reaped, every descriptor is
  /// closed and the I/O thread has ended. What remains is the process's one spawner thread, asleep.
  ///
  /// - Parameter graceful: true (default) lets the accepted calls finish, within their deadlines; false answers them with
  ///   `shutDown` at once.
  public func shutdown(graceful: Bool = true) async {
    beginShutdown(graceful: graceful)
    await awaitStop()
  }

  /// What ``shutdown(graceful:)`` does before it waits.
  func beginShutdown(graceful: Bool) {
    registry.withLock {
      $0.isOpen = false
      _ = $0.removeAll()
    }
    core.beginShutdown(graceful: graceful)
  }

  /// Waits until the runtime has ended, whoever ends it.
  func awaitStop() async { await core.awaitStop() }

  // MARK: Inside

  /// - Parameters:
  ///   - instance: whether the call's instance is kept.
  ///   - session: who it is kept for.
  private func run(
    _ invocation: Invocation, of source: ModuleSource, began: Int64,
    instance: WorkerProtocol.Invocation.Instance = .fresh, session: InstanceSession? = nil
  ) async throws(WasmError) -> Outcome {
    let limits = try core.config.effective(invocation.limits)
    let function: String? = if case .function(let name) = invocation.entry { name } else { nil }
    // Further calls of a session find what the first one mounted.
    let mounts = instance == .kept ? [] : try core.config.mounts(of: invocation)
    let request = try core.config.wireInvocation(
      invocation, module: source.hash, limits: limits.wire, mounts: mounts, instance: instance)
    let encoded = try encoded(Invoke(id: core.requestIDs.next(), invocation: request))
    let workerClass = try core.directories.workerClass(for: request.enableWASI ? mounts : [])
    let isolation = try core.config.isolation(of: invocation)
    let work = Work(
      .invoke(encoded), module: source,
      demand: source.demand(isolation, workerClass, isSession: session != nil),
      memoryBytes: limits.wire.memoryBytes,
      endsWorker: session == nil && isolation == .freshSpawn,
      moduleName: invocation.module, function: function, cpuTime: limits.cpuTime,
      network: invocation.network, session: session)
    core.learn(invocation, work, request)
    return try outcome(of: await core.call(work, deadline: began + limits.executionTime.nanoseconds))
  }

  private func outcome(of result: CallResult) throws(WasmError) -> Outcome {
    switch result {
    case .failure(let error): throw error
    case .success(.outcome(let outcome, let logs, let usage)):
      guard case .success(let value) = outcome.result else { break }
      return Outcome(
        value: value, logs: logs, logsTruncated: outcome.logsTruncated, stdout: outcome.stdout,
        stderr: outcome.stderr, exitCode: outcome.exitCode, networkDenied: outcome.networkDenied,
        usage: usage, profile: outcome.profile)
    case .success: break
    }
    throw WasmError(.protocolViolation, "The worker's answer does not belong to the call.", execution: .maybeRan)
  }

  private func encoded(_ invoke: Invoke) throws(WasmError) -> InvokeRequest {
    do throws(ProtocolViolation) {
      return try InvokeRequest(invoke, limits: core.frameLimits)
    } catch {
      throw WasmError(
        .neverFits,
        "The call's input is too large for a frame: \(error.message) (limits.maxMessageBytes, "
          + "limits.maxAttachmentBytes).")
    }
  }

  private func source(
    of bytes: [UInt8], domain: String?, name: String?
  ) throws(WasmError) -> ModuleSource {
    let limit = config.limits.maxModuleBytes
    guard bytes.count <= limit else {
      throw WasmError(
        .neverFits, "The module has \(bytes.count) bytes; limits.maxModuleBytes allows \(limit)."
      ).with {
        $0.module = name
        $0.limit = Failure.Limit(name: "maxModuleBytes", value: UInt64(limit))
      }
    }
    guard let hash = ModuleHash(SHA256.hexDigest(of: bytes)) else {
      throw WasmError(.invalidModule, "The module's hash cannot be spelled.")
    }
    // The prefix keeps a domain that somebody names like a hash apart from the module's own.
    let domain = TrustDomain(domain.map { "domain:\($0)" } ?? "sha256:\(hash.hexadecimal)")
    return ModuleSource(hash: hash, bytes: bytes, domain: domain)
  }

  private func describe(
    _ source: ModuleSource, name: String, deadline: Int64
  ) async throws(WasmError) -> ModuleDescription {
    let work = Work(.load, module: source, demand: source.demand(.freshInstance), moduleName: name)
    switch await core.call(work, deadline: deadline) {
    case .failure(let error): throw error
    case .success(.loaded(let description, _)):
      try check(description, name, config.policy)
      return description
    case .success:
      throw WasmError(.protocolViolation, "The worker's answer does not belong to the call.")
    }
  }

  private func check(_ module: ModuleDescription, _ name: String, _ policy: ModulePolicy) throws(WasmError) {
    let violations = policy.violations(module)
    guard violations.isEmpty else {
      throw WasmError(
        .policyViolation, "The module \(quoted(name)) breaks the policy. \(violations.joined(separator: " "))"
      ).with {
        $0.module = name
        $0.problems = violations
      }
    }
  }

  /// A module's workers are not needed any more when no other module shares their domain.
  private func retireIfUnused(_ source: ModuleSource) {
    let isUsed = registry.withLock { $0.uses(source.domain) }
    if !isUsed { core.retireIdle(of: source.domain) }
  }

  private func input(
    _ params: JSONValue, function: String, convention: Invocation.Parameters?, abi: String?
  ) -> Invocation.Input {
    let isDocumentFunction = (convention ?? core.config.parameters) == .strict && function.hasSuffix("_json")
    return isDocumentFunction || abi == Self.documentABI ? .document(params) : .arguments(params)
  }

  /// What the custom section `hanzo.abi` says in a module whose functions take documents (protocol/GUEST-ABI.md).
  private static let documentABI = "document"

  // MARK: Facts

  /// Counters since the runtime was made.
  public var statistics: RuntimeStatistics { core.currentStatistics() }

  /// The workers and the confinement in force.
  public func status() -> RuntimeStatus { core.status() }

  /// Whether this machine can run workers with this configuration: starts one, looks at it, and ends it.
  public static func probe(_ config: WasmConfig = .init(), logger: Logger? = nil) async -> ProbeReport {
    var probing = config
    probing.pool.minWorkers = 0
    let runtime: WasmRuntime
    do throws(WasmError) {
      runtime = try WasmRuntime(probing, logger: logger)
    } catch {
      return ProbeReport(problem: error, workerPath: config.worker.path)
    }
    let began = clinux_monotonic_nanoseconds()
    let work = Work(.reachWorker, module: nil, demand: Demand(TrustDomain("probe")))
    let result = await runtime.core.call(work, deadline: began + probing.maxExecutionTime.nanoseconds)
    let startTime = Duration.nanoseconds(clinux_monotonic_nanoseconds() - began)
    let status = runtime.status()
    await runtime.shutdown(graceful: false)
    var report = ProbeReport(problem: nil, workerPath: status.workerPath)
    report.ready = status.ready
    switch result {
    case .success: report.startTime = startTime
    case .failure(let error): report.problem = error
    }
    return report
  }
}

/// A function of a loaded module, as a value to hand around.
public struct WasmTool: Sendable {
  public let runtime: WasmRuntime
  public let module: String
  public let function: String

  public init(_ runtime: WasmRuntime, _ module: String, _ function: String) {
    self.runtime = runtime
    self.module = module
    self.function = function
  }

  /// Calls the function; see ``WasmRuntime/execute(_:_:_:)``.
  public func run(_ params: JSONValue = .null) async throws(WasmError) -> JSONValue {
    try await runtime.execute(module, function, params)
  }
}

/// A name in a message: shortened, and without what could disguise it.
func quoted(_ name: String) -> String { "'\(harmless(name, limit: 80))'" }
