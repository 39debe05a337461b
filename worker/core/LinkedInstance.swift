/// A module linked with the host's functions, once, and used for call after call.

import Confinement
import WasmBinary
import WasmInterpreter
import WasmWASI
import WorkerProtocol

/// An instance whose imports are resolved. Every call starts from a fresh state (`Instance.initialize`).
final class LinkedInstance {
  /// Pages of the memory that the worker provides as `env.memory`: the original runtime's.
  static let environmentMemoryType = MemoryType(limits: Limits(minimum: 1, maximum: 256))

  let store: Store
  let instance: Instance
  /// Through which host functions find the call that is running.
  let slot: CallSlot
  let layout: GuestLayout
  /// The guest's own allocator, if it exports one.
  let allocator: GuestAllocator?
  let enableWASI: Bool
  /// Who serves host calls; nil where there is nobody.
  let supervisor: (any Supervisor)?
  let stackBytes: UInt64
  private let initialMemoryBytes: UInt64
  private let initialTableElements: UInt64
  private let environmentMemory: MemoryInstance?
  /// Blocks of the guest's memory that are in use, for the calls after one that kept the instance.
  var keptArena: GuestArena?
  /// Whether it has started, and its state has not been forgotten.
  var isInitialized = false
  /// Whether the module imports anything of WASI.
  let usesSystemInterface: Bool

  /// - Throws: `unresolvedImport`, or `memoryLimitExceeded` if the module needs more than `limits` from the start.
  init(
    _ module: Module, limits: InvocationLimits, enableWASI: Bool, functions: SupervisorFunctions = .init(),
    supervisor: (any Supervisor)? = nil
  ) throws(Failure) {
    let slot = CallSlot()
    do throws(LinkError) {
      store = try Store(limits: limits.storeLimits)
      let needsMemory = module.imports.contains { $0.module == "env" && $0.name == "memory" }
      environmentMemory = needsMemory ? try store.makeMemory(Self.environmentMemoryType) : nil
    } catch {
      throw Failure(error, limits: limits)
    }
    self.slot = slot
    self.enableWASI = enableWASI
    self.supervisor = supervisor
    stackBytes = limits.stackBytes
    let (store, environmentMemory) = (store, environmentMemory)
    do throws(LinkError) {
      instance = try Instance(module, in: store) { item in
        let function: HostFunction?
        switch item.module {
        case "env":
          if item.name == "memory", let environmentMemory { return .memory(environmentMemory) }
          function = functions["env", item.name] ?? environmentFunctions[item.name]
        case systemInterfaceModule:
          return enableWASI ? Self.systemFunction(item.name, store: store, slot: slot) : nil
        default: function = functions[item.module, item.name]
        }
        return function.map { Self.link($0, store: store, slot: slot) }
      }
    } catch {
      throw Failure(error, limits: limits)
    }
    allocator = GuestAllocator(instance)
    layout = GuestLayout(module, initialBytes: UInt64(instance.memory?.byteCount ?? 0))
    usesSystemInterface = enableWASI && module.imports.contains { $0.module == systemInterfaceModule }
    initialMemoryBytes = store.memoryBytes
    initialTableElements = module.tables.reduce(0) { $0 + $1.type.limits.minimum }
  }

  /// Prepares for a call in a fresh state: limits, fuel, and everything but what `Instance.initialize` does.
  ///
  /// - Throws: `memoryLimitExceeded` if the call allows less than the module has from the start; what a guest of WASI
  ///   cannot be given.
  func begin(_ context: CallContext, _ directories: [PreopenedDirectory]) throws(Failure) {
    try allow(context.limits, memoryBytes: initialMemoryBytes, tableElements: initialTableElements, "from the start")
    let profile = try profileOptions(context.invocation.profile)
    if usesSystemInterface {
      slot.system = SystemInterface(try systemConfiguration(context.invocation, directories, slot))
    }
    environmentMemory?.reset()
    // What the last call grew would count as this call's peak.
    if store.memoryBytes > initialMemoryBytes { instance.memory?.reset() }
    store.canonicalizesNaN = context.invocation.determinism != nil
    open(profile, context)
  }

  /// Prepares for a call in the state that the last one left.
  ///
  /// - Throws: `memoryLimitExceeded` if the call allows less than the instance has by now.
  func resume(_ context: CallContext) throws(Failure) {
    try allow(context.limits, memoryBytes: store.memoryBytes, tableElements: initialTableElements, "by now")
    open(try profileOptions(context.invocation.profile), context)
  }

  private func open(_ profile: ProfileOptions?, _ context: CallContext) {
    store.limits = context.limits.storeLimits
    store.setFuel(context.limits.fuel, profile: profile)
    slot.current = context
  }

  private func allow(
    _ limits: InvocationLimits, memoryBytes: UInt64, tableElements: UInt64, _ when: String
  ) throws(Failure) {
    guard memoryBytes <= limits.memoryBytes else {
      throw Failure(
        .memoryLimitExceeded, "the module needs \(memoryBytes) bytes of memory \(when)",
        limit: Failure.Limit(name: "memoryBytes", value: limits.memoryBytes))
    }
    guard tableElements <= limits.tableElements else {
      throw Failure(
        .memoryLimitExceeded, "the module needs \(tableElements) table elements \(when)",
        limit: Failure.Limit(name: "tableElements", value: limits.tableElements))
    }
  }

  /// Ends the call: host functions have no context any more.
  func end() { slot.current = nil }

  /// Ends the instance's state: files of the host that are open, and blocks of the arena. Every call but of a kept instance
  /// ends so.
  func forget() {
    slot.system?.finish()
    slot.system = nil
    keptArena = nil
    isInitialized = false
  }

  /// The guest's memory 0, whether it is exported or not.
  var memory: MemoryInstance? { instance.memory }

  /// What its memories take while it waits.
  var memoryBytes: UInt64 { store.memoryBytes }

  private static func link(_ function: HostFunction, store: Store, slot: CallSlot) -> Extern {
    let body = function.body
    return .function(
      store.makeFunction(type: function.type) { (call: WasmInterpreter.HostCall) throws(Trap) in
        guard let context = slot.current else { return }
        context.isUsed = true
        try body(call, context)
      })
  }

  private static func systemFunction(_ name: String, store: Store, slot: CallSlot) -> Extern? {
    guard let (type, body) = SystemInterface.functions[name] else { return nil }
    return .function(
      store.makeFunction(type: type) { (call: WasmInterpreter.HostCall) throws(Trap) in
        guard let system = slot.system else { return }
        try body(call, system)
      })
  }
}

extension InvocationLimits {
  /// As the interpreter takes them.
  var storeLimits: StoreLimits {
    StoreLimits(
      memoryBytes: memoryBytes, tableElements: tableElements, valueStackBytes: Int(clamping: stackBytes))
  }
}
