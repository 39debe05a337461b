/// A module linked with the host's functions, once, and used for call after call.

import WasmBinary
import WasmInterpreter
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
  let enableWASI: Bool
  let stackBytes: UInt64
  private let initialMemoryBytes: UInt64
  private let initialTableElements: UInt64
  private let environmentMemory: MemoryInstance?

  /// - Throws: `unresolvedImport`, or `memoryLimitExceeded` if the module needs more than `limits` from the start.
  init(_ module: Module, limits: InvocationLimits, enableWASI: Bool) throws(Failure) {
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
    stackBytes = limits.stackBytes
    let (store, environmentMemory) = (store, environmentMemory)
    do throws(LinkError) {
      instance = try Instance(module, in: store) { item in
        Self.resolve(item, store: store, memory: environmentMemory, slot: slot, enableWASI: enableWASI)
      }
    } catch {
      throw Failure(error, limits: limits)
    }
    layout = GuestLayout(module, initialBytes: UInt64(instance.memory?.byteCount ?? 0))
    initialMemoryBytes = store.memoryBytes
    initialTableElements = module.tables.reduce(0) { $0 + $1.type.limits.minimum }
  }

  /// Prepares for a call: limits, fuel, and a fresh state of everything but what `Instance.initialize` does.
  ///
  /// - Throws: `memoryLimitExceeded` if the call allows less than the module has from the start.
  func begin(_ limits: InvocationLimits, profile: ProfileOptions?, _ context: CallContext) throws(Failure) {
    guard initialMemoryBytes <= limits.memoryBytes else {
      throw Failure(
        .memoryLimitExceeded, "the module needs \(initialMemoryBytes) bytes of memory from the start",
        limit: Failure.Limit(name: "memoryBytes", value: limits.memoryBytes))
    }
    guard initialTableElements <= limits.tableElements else {
      throw Failure(
        .memoryLimitExceeded, "the module needs \(initialTableElements) table elements from the start",
        limit: Failure.Limit(name: "tableElements", value: limits.tableElements))
    }
    environmentMemory?.reset()
    // What the last call grew would count as this call's peak.
    if store.memoryBytes > initialMemoryBytes { instance.memory?.reset() }
    store.limits = limits.storeLimits
    store.setFuel(limits.fuel, profile: profile)
    slot.current = context
  }

  /// Ends the call: host functions have no context any more.
  func end() { slot.current = nil }

  /// The guest's memory 0, whether it is exported or not.
  var memory: MemoryInstance? { instance.memory }

  /// What its memories take while it waits.
  var memoryBytes: UInt64 { store.memoryBytes }

  private static func resolve(
    _ item: Import, store: Store, memory: MemoryInstance?, slot: CallSlot, enableWASI: Bool
  ) -> Extern? {
    let function: HostFunction?
    switch item.module {
    case "env":
      if item.name == "memory", let memory { return .memory(memory) }
      function = environmentFunctions[item.name]
    case systemInterfaceModule where enableWASI: function = systemInterfaceFunctions[item.name]
    default: function = nil
    }
    guard let function else { return nil }
    let body = function.body
    return .function(
      store.makeFunction(type: function.type) { (call: WasmInterpreter.HostCall) throws(Trap) in
        guard let context = slot.current else { return }
        try body(call, context)
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
