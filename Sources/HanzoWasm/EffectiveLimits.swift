// A call's limits: the runtime's, lowered by the call's own. Raising one is refused.

import WorkerProtocol

struct EffectiveLimits {
  var executionTime: Duration
  var cpuTime: Duration?
  var wire: InvocationLimits
}

// Inlined into a call's way, where each would have a copy of the configuration otherwise.
extension WasmConfig {
  /// - Throws: `neverFits` for a limit above the runtime's, `invalidConfiguration` for one with which nothing could run.
  @inline(__always)
  func effective(_ limits: Invocation.Limits) throws(WasmError) -> EffectiveLimits {
    var wire = InvocationLimits()
    wire.memoryBytes = try lower(maxMemoryBytes, limits.memoryBytes, "memoryBytes", least: 1 << 16)
    wire.tableElements = try lower(self.limits.tableElements, limits.tableElements, "tableElements", least: 0)
    wire.stackBytes = try lower(self.limits.stackBytes, limits.stackBytes, "stackBytes", least: 64 << 10)
    wire.maxLogBytes = try lower(self.limits.maxLogBytes, limits.logBytes, "logBytes", least: 0)
    wire.maxOutputBytes = try lower(self.limits.maxOutputBytes, limits.outputBytes, "outputBytes", least: 0)
    wire.maxStringBytes = try lower(self.limits.maxStringBytes, limits.stringBytes, "stringBytes", least: 1)
    wire.maxHostCalls = try lower(self.limits.maxHostCalls, limits.hostCalls, "hostCalls", least: 0)
    wire.fileSystemBytes = try lower(
      self.limits.fileSystemBytes, limits.fileSystemBytes, "fileSystemBytes", least: 0)
    wire.fuel = fuelLimit
    if let fuel = limits.fuel { wire.fuel = try lower(fuelLimit ?? .max, fuel, "fuel", least: 1) }
    var executionTime = maxExecutionTime
    if let asked = limits.executionTime {
      executionTime = try lower(maxExecutionTime, asked, "executionTime")
    }
    var cpuTime = self.limits.maxCPUTime
    if let asked = limits.cpuTime {
      let life = Duration.seconds(Int64(clamping: worker.cpuSeconds))
      cpuTime = try lower(self.limits.maxCPUTime ?? life, asked, "cpuTime")
    }
    return EffectiveLimits(executionTime: executionTime, cpuTime: cpuTime, wire: wire)
  }

  private func lower(
    _ configured: UInt64, _ asked: UInt64?, _ name: String, least: UInt64
  ) throws(WasmError) -> UInt64 {
    guard let asked else { return configured }
    guard asked >= least else {
      throw WasmError(.invalidConfiguration, "The call's limit \(name) must be at least \(least), not \(asked).")
    }
    guard asked <= configured else {
      throw WasmError(
        .neverFits, "The call asks for \(name) \(asked); this runtime allows at most \(configured)."
      ).with { $0.limit = Failure.Limit(name: name, value: configured) }
    }
    return asked
  }

  private func lower(_ configured: Duration, _ asked: Duration, _ name: String) throws(WasmError) -> Duration {
    guard asked > .zero else {
      throw WasmError(.invalidConfiguration, "The call's limit \(name) must be more than 0, not \(asked).")
    }
    guard asked <= configured else {
      throw WasmError(
        .neverFits, "The call asks for \(name) \(asked); this runtime allows at most \(configured)."
      ).with { $0.limit = Failure.Limit(name: name, value: UInt64(clamping: configured.nanoseconds)) }
    }
    return asked
  }

  /// What a call shares with others: no more than the runtime's calls do.
  @inline(__always)
  func isolation(of invocation: Invocation) throws(WasmError) -> Isolation {
    guard let asked = invocation.isolation else { return isolation }
    guard asked >= isolation else {
      throw WasmError(
        .neverFits,
        "The call asks for isolation \(asked.rawValue), less than this runtime's, which is \(isolation.rawValue).")
    }
    return asked
  }

  /// The directories and files of a call: the runtime's, then its own.
  @inline(__always)
  func mounts(of invocation: Invocation) throws(WasmError) -> [Mount] {
    guard !invocation.mounts.isEmpty else { return wasi.mounts }
    let mounts = wasi.mounts + invocation.mounts
    try WasmError.require(noneOf: mounts.problems(), .invalidArguments)
    return mounts
  }

  /// The runtime's variables, then the call's; a call's replaces one of the same name.
  private func environment(
    of invocation: Invocation
  ) throws(WasmError) -> [Invocation.EnvironmentVariable] {
    guard !invocation.environment.isEmpty else { return wasi.environment }
    try WasmError.require(
      noneOf: Invocation.EnvironmentVariable.problems(invocation.environment), .invalidArguments)
    let own = Set(invocation.environment.map(\.name))
    return wasi.environment.filter { !own.contains($0.name) } + invocation.environment
  }

  private func checkArguments(of invocation: Invocation) throws(WasmError) {
    guard case .command(let arguments) = invocation.entry,
      let index = arguments.firstIndex(where: { $0.utf8.contains(0) })
    else { return }
    throw WasmError(.invalidArguments, "The command's argument \(index) contains a NUL character.")
  }

  @inline(__always)
  func wireInvocation(
    _ invocation: Invocation, module: ModuleHash, limits: InvocationLimits, mounts: [Mount],
    instance: WorkerProtocol.Invocation.Instance
  ) throws(WasmError) -> WorkerProtocol.Invocation {
    try checkArguments(of: invocation)
    try WasmError.require(noneOf: invocation.network?.problems() ?? [], .invalidArguments)
    if invocation.enableWASI == true, !enableWASI {
      throw WasmError(.neverFits, "The call asks for WASI, which this runtime does not offer (enableWASI is false).")
    }
    if let profile = invocation.profile, !Invocation.Profile.intervals.contains(profile.interval) {
      let range = Invocation.Profile.intervals
      throw WasmError(
        .invalidConfiguration,
        "The profile's interval must be \(range.lowerBound) to \(range.upperBound), not \(profile.interval).")
    }
    return WorkerProtocol.Invocation(
      module: module, entry: invocation.entry, input: invocation.input,
      parameters: invocation.parameters ?? parameters, results: invocation.results, limits: limits,
      instance: instance, enableWASI: invocation.enableWASI ?? enableWASI,
      determinism: invocation.determinism ?? determinism, environment: try environment(of: invocation),
      mounts: mounts.wire, stdout: invocation.stdout, stderr: invocation.stderr, profile: invocation.profile)
  }
}
