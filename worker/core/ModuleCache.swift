/// The modules that a worker has, by hash, within a budget of bytes.

import WasmBinary
import WorkerProtocol

/// A function that a call starts with.
struct EntryPoint {
  let index: UInt32
  let signature: FunctionSignature
}

/// A validated module with what was made from it.
final class CachedModule {
  let module: Module
  let description: ModuleDescription
  /// What it takes in memory, estimated.
  let cost: UInt64
  /// An instance that waits for the next call.
  var idle: LinkedInstance?
  /// The reactor's initialiser (WASI application ABI): `_initialize` of type `() -> ()`.
  let reactor: UInt32?
  /// Names of the exported functions' parameters.
  private let parameterNames: [UInt32: [UInt32: String]]
  /// The functions that have been called so far, by the bytes of their names: to WebAssembly, names that Swift's strings take for equal are two.
  private var entries: [[UInt8]: EntryPoint] = [:]
  /// The one that was called last, which most calls call again.
  private var lastEntry: EntryPoint?
  fileprivate var lastUse: UInt64 = 0

  init(_ module: Module, names: NameSection, description: ModuleDescription) {
    self.module = module
    let exported = Set(module.exports.lazy.filter { $0.kind == .function }.map(\.index))
    parameterNames = names.localNames.filter { exported.contains($0.key) }
    self.description = description
    cost = Self.cost(byteCount: module.bytes.count)
    reactor =
      module.exports.first { export in
        export.kind == .function && export.name == "_initialize"
          && module.functionType(export.index) == FunctionType()
      }?.index
  }

  /// The exported function of a name, looked up once.
  func entry(_ name: String) throws(Failure) -> EntryPoint {
    if let lastEntry, lastEntry.signature.name.utf8.elementsEqual(name.utf8) { return lastEntry }
    if let known = entries[Array(name.utf8)] {
      lastEntry = known
      return known
    }
    guard let export = module.exports.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
      throw Failure(.functionNotFound, "the module exports no function \(name)", function: name)
    }
    guard export.kind == .function else {
      throw Failure(
        .functionNotFound, "the module exports a \(export.kind) of the name \(name), not a function",
        function: name)
    }
    let type = module.functionType(export.index)
    let locals = parameterNames[export.index] ?? [:]
    let entry = EntryPoint(
      index: export.index,
      signature: FunctionSignature(
        name: name, type: type, parameterNames: type.parameters.indices.map { locals[UInt32($0)] }))
    entries[Array(name.utf8)] = entry
    lastEntry = entry
    return entry
  }

  /// The bytes, the decoded sections and the translated code of a module, by experience: translated code takes a few
  /// times the space of the function bodies.
  static func cost(byteCount: Int) -> UInt64 { UInt64(byteCount) * 4 + 65_536 }
}

/// Evicts what has not been used for longest. The module in use is never evicted, whatever the budget.
struct ModuleCache {
  /// Linear memory that instances of other modules than the one in use may keep while they wait.
  static let idleMemoryBytes: UInt64 = 8 << 20

  /// In bytes; 0 keeps only the module in use.
  var budget: UInt64
  private var modules: [ModuleHash: CachedModule] = [:] { didSet { latest = nil } }
  /// The module that was found last, which most calls want again.
  private var latest: (hash: ModuleHash, module: CachedModule)?
  private var uses: UInt64 = 0

  init(budget: UInt64) { self.budget = budget }

  var count: Int { modules.count }
  var all: some Sequence<CachedModule> { modules.values }

  /// Finds a module and marks it as used.
  mutating func module(_ hash: ModuleHash) -> CachedModule? {
    if latest?.hash != hash { latest = modules[hash].map { (hash, $0) } }
    guard let module = latest?.module else { return nil }
    uses += 1
    module.lastUse = uses
    return module
  }

  /// Drops modules until another of this cost fits.
  mutating func makeRoom(for cost: UInt64) {
    var total = modules.values.reduce(0) { $0 + $1.cost }
    while total + cost > budget, let oldest = modules.min(by: { $0.value.lastUse < $1.value.lastUse }) {
      total -= oldest.value.cost
      modules[oldest.key] = nil
    }
  }

  mutating func insert(_ module: CachedModule, _ hash: ModuleHash) {
    makeRoom(for: module.cost)
    uses += 1
    module.lastUse = uses
    modules[hash] = module
  }

  /// - Returns: whether there was one.
  mutating func remove(_ hash: ModuleHash) -> Bool { modules.removeValue(forKey: hash) != nil }

  /// Drops waiting instances of other modules, the oldest first, until their memories take no more than
  /// `idleMemoryBytes`: the module in use must be able to reach the whole memory limit.
  func releaseIdleInstances(besides current: CachedModule) {
    guard modules.count > 1 else { return }
    var waiting = modules.values.filter { $0 !== current && $0.idle != nil }.sorted { $0.lastUse > $1.lastUse }
    var total = waiting.reduce(0) { $0 + ($1.idle?.memoryBytes ?? 0) }
    while total > Self.idleMemoryBytes, let oldest = waiting.popLast() {
      total -= oldest.idle?.memoryBytes ?? 0
      oldest.idle = nil
    }
  }
}
