// The modules that a runtime has loaded, by name.

import WorkerProtocol

final class RegisteredModule: Sendable {
  let info: WasmModuleInfo
  let source: ModuleSource

  init(info: WasmModuleInfo, source: ModuleSource) {
    self.info = info
    self.source = source
  }
}

struct ModuleRegistry {
  /// Descriptions kept for modules that are executed without being loaded.
  private static let descriptionLimit = 256

  var isOpen = true
  private var modules: [String: RegisteredModule] = [:]
  /// In the order of the first load.
  private(set) var names: [String] = []
  private var descriptions: [ModuleHash: ModuleDescription] = [:]
  private var describedHashes: [ModuleHash] = []

  /// The module that was asked for last, which is usually asked for next.
  private var latest: (name: String, source: ModuleSource)?

  subscript(name: String) -> RegisteredModule? { modules[name] }

  /// What is registered under a name.
  mutating func source(named name: String) -> ModuleSource? {
    if let latest, latest.name == name { return latest.source }
    guard let source = modules[name]?.source else { return nil }
    latest = (name, source)
    return source
  }

  /// Adds or replaces a module; returns the one that it replaces.
  mutating func add(_ module: RegisteredModule) -> RegisteredModule? {
    latest = nil
    let replaced = modules.updateValue(module, forKey: module.info.name)
    if replaced == nil { names.append(module.info.name) }
    return replaced
  }

  mutating func remove(_ name: String) -> RegisteredModule? {
    guard let removed = modules.removeValue(forKey: name) else { return nil }
    latest = nil
    names.removeAll { $0 == name }
    return removed
  }

  mutating func removeAll() -> [RegisteredModule] {
    defer {
      latest = nil
      modules = [:]
      names = []
    }
    return Array(modules.values)
  }

  func uses(_ domain: TrustDomain) -> Bool { modules.values.contains { $0.source.domain == domain } }

  func description(of hash: ModuleHash) -> ModuleDescription? { descriptions[hash] }

  /// Keeps a description; the oldest gives way.
  mutating func remember(_ description: ModuleDescription, of hash: ModuleHash) {
    guard descriptions.updateValue(description, forKey: hash) == nil else { return }
    describedHashes.append(hash)
    if describedHashes.count > Self.descriptionLimit {
      descriptions[describedHashes.removeFirst()] = nil
    }
  }
}
