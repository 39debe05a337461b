// A configuration as a JSON document, for embedders in other languages. docs/embedding.md lists the members, which are
// the properties of WasmConfig; times are in milliseconds, and null stands for nil.

import WasmJSON
import WorkerProtocol

extension WasmConfig {
  /// A configuration with the defaults for everything that the document does not say.
  ///
  /// - Parameter json: an object in UTF-8; empty for the defaults.
  /// - Throws: `invalidConfiguration` with every mistake in the document. Whether the values make sense is seen when a
  ///   runtime is made of them.
  package init(json: UnsafeRawBufferPointer) throws(WasmError) {
    self.init()
    if json.isEmpty { return }
    var config = self
    try JSONForm.read(json, .invalidConfiguration) { config.read(&$0) }
    self = config
  }

  private mutating func read(_ form: inout JSONForm) {
    form.read("maxMemoryBytes", into: &maxMemoryBytes)
    form.read(milliseconds: "maxExecutionMilliseconds", into: &maxExecutionTime)
    form.read("enableWASI", into: &enableWASI)
    form.read("fuelLimit", orNull: &fuelLimit)
    form.read("parameters", into: &parameters)
    form.read("isolation", into: &isolation)
    var names = features?.names
    form.read("features", orNull: &names)
    features = names.map { Features($0) }
    determinism = form.determinism() ?? determinism
    form.within("wasi") { wasi.read(&$0) }
    form.within("network") { network.read(&$0) }
    form.within("policy") { policy.read(&$0) }
    form.within("limits") { limits.read(&$0) }
    form.within("pool") { pool.read(&$0) }
    form.within("worker") { worker.read(&$0) }
  }
}

extension WasmConfig.WASI {
  fileprivate mutating func read(_ form: inout JSONForm) {
    mounts = form.mounts() ?? mounts
    environment = form.environment() ?? environment
    form.read("maxFileBytes", into: &maxFileBytes)
    form.read("maxOpenFiles", into: &maxOpenFiles)
  }
}

extension NetworkPolicy {
  mutating func read(_ form: inout JSONForm) {
    var rules: [Rule] = []
    form.each("rules") { form in
      var rule = Rule(hosts: [])
      form.read("hosts", into: &rule.hosts)
      form.read("ports", orNull: &rule.ports, "a list of ports") { value in
        guard let numbers = value.arrayValue else { return nil }
        let ports = numbers.compactMap { $0.uint64Value.flatMap { UInt16(exactly: $0) } }
        return ports.count == numbers.count ? Set(ports) : nil
      }
      var methods = Array(rule.methods)
      form.read("methods", into: &methods)
      rule.methods = Set(methods)
      form.read("schemes", into: &rule.schemes, "a list of 'http' and 'https'") { $0.set(of: Scheme.self) }
      rules.append(rule)
    }
    self.rules = rules
    form.read("allowedAddresses", into: &allowedAddresses, "a list of address scopes") { $0.set(of: AddressScope.self) }
    form.read("maxRedirects", into: &maxRedirects)
    form.read("maxRequestBytes", into: &maxRequestBytes)
    form.read("maxResponseBytes", into: &maxResponseBytes)
    form.read("maxResponseHeaderBytes", into: &maxResponseHeaderBytes)
  }
}

extension JSONValue {
  /// A list of an enumeration's names; nil if it is something else.
  fileprivate func set<Case: RawRepresentable<String> & Hashable>(of type: Case.Type) -> Set<Case>? {
    guard let values = arrayValue else { return nil }
    let cases = values.compactMap { $0.stringValue.flatMap { Case(rawValue: $0) } }
    return cases.count == values.count ? Set(cases) : nil
  }
}

extension ModulePolicy {
  mutating func read(_ form: inout JSONForm) {
    form.read("allowedImports", orNull: &allowedImports)
    var exports: [RequiredExport] = []
    form.each("requiredExports") { form in
      var name = ""
      var kind = ModuleDescription.Kind.function
      var parameters: [String] = []
      var results: [String] = []
      form.read("name", into: &name)
      form.read("kind", into: &kind)
      form.read("parameters", into: &parameters)
      form.read("results", into: &results)
      switch kind {
      case .function: exports.append(.function(name, parameters, results))
      case .memory: exports.append(.memory(name))
      case .table: exports.append(.table(name))
      case .global: exports.append(.global(name))
      case .tag: form.note("kind", "cannot be 'tag'.")
      }
    }
    requiredExports = exports
    form.read("maxInitialPages", orNull: &maxInitialPages)
  }
}

extension WasmConfig.Limits {
  fileprivate mutating func read(_ form: inout JSONForm) {
    form.read("maxModuleBytes", into: &maxModuleBytes)
    form.read("module", into: &module)
    form.read("tableElements", into: &tableElements)
    form.read("stackBytes", into: &stackBytes)
    form.read("maxLogBytes", into: &maxLogBytes)
    form.read("maxOutputBytes", into: &maxOutputBytes)
    form.read("maxStringBytes", into: &maxStringBytes)
    form.read("maxHostCalls", into: &maxHostCalls)
    form.read("fileSystemBytes", into: &fileSystemBytes)
    form.read(milliseconds: "maxCPUMilliseconds", orNull: &maxCPUTime)
    form.read("maxMessageBytes", into: &maxMessageBytes)
    form.read("maxAttachmentBytes", into: &maxAttachmentBytes)
  }
}

extension WasmConfig.Pool {
  fileprivate mutating func read(_ form: inout JSONForm) {
    form.read("minWorkers", into: &minWorkers)
    form.read("maxWorkers", into: &maxWorkers)
    form.read("queueLimit", into: &queueLimit)
    form.read(milliseconds: "idleMilliseconds", orNull: &idleTimeout)
    form.read(milliseconds: "queueMilliseconds", orNull: &queueTimeout)
    form.read("maxWorkersPerModule", orNull: &maxWorkersPerModule)
    form.read("memoryBudgetBytes", orNull: &memoryBudgetBytes)
    form.read("maxCallsPerWorker", into: &maxCallsPerWorker)
    form.read(milliseconds: "maxWorkerAgeMilliseconds", orNull: &maxWorkerAge)
    form.read("maxResidentBytes", orNull: &maxResidentBytes)
    form.read(milliseconds: "startMilliseconds", into: &startTimeout)
    if form.takeNull("quarantine") { quarantine = nil }
    form.within("quarantine") { form in
      var rule = WasmConfig.Quarantine()
      form.read("workers", into: &rule.workers)
      form.read(milliseconds: "windowMilliseconds", into: &rule.window)
      form.read(milliseconds: "durationMilliseconds", into: &rule.duration)
      quarantine = rule
    }
  }
}

extension WasmConfig.Worker {
  fileprivate mutating func read(_ form: inout JSONForm) {
    form.read("path", orNull: &path, "a text") { $0.stringValue }
    form.read("landlock", into: &landlock)
    form.read("identity", into: &identity)
    form.read("namespaces", into: &namespaces)
    form.read("uid", into: &uid)
    form.read("gid", into: &gid)
    form.read("priority", into: &priority, "'sameAsHost', 'idle', or the number of steps below the host") { value in
      switch (value.stringValue, value.int64Value) {
      case ("sameAsHost", _): .sameAsHost
      case ("idle", _): .idle
      case (_, .some(let steps)): .lower(by: Int(clamping: steps))
      default: nil
      }
    }
    form.read("placement", into: &placement)
    form.read("cpuSeconds", into: &cpuSeconds)
    form.read("moduleCacheBytes", into: &moduleCacheBytes)
  }
}
