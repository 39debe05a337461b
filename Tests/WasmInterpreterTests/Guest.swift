/// A module written in the text format, instantiated in a small store of its own.

import WasmBinary
import WasmInterpreter
import WasmText

struct Guest {
  let store: Store
  let instance: Instance

  static let limits = StoreLimits(memoryBytes: 32 << 20, tableElements: 100_000, valueStackBytes: 1 << 20)

  /// Assembles, links and initializes; `imports` are keyed by "module.name".
  init(
    _ text: String, limits: StoreLimits = Guest.limits, fuel: UInt64? = nil, imports: [String: Extern] = [:],
    in store: Store? = nil, features: Features = .implemented
  ) throws {
    let store = try store ?? Store(limits: limits)
    store.setFuel(fuel)
    self.store = store
    let module = try Module.load(assembleModule(Array(text.utf8)), features: features)
    instance = try Instance(module, in: store) { imports["\($0.module).\($0.name)"] }
    try instance.initialize()
  }

  /// Calls an exported function.
  @discardableResult
  func call(_ name: String, _ arguments: Value...) throws -> [Value] {
    try call(name, arguments)
  }

  @discardableResult
  func call(_ name: String, _ arguments: [Value]) throws -> [Value] {
    guard let function = instance.exportedFunction(name) else { throw NoSuchExport(name: name) }
    return try instance.invoke(function, arguments)
  }

  /// The exported memory.
  func memory(_ name: String = "memory") throws -> MemoryInstance {
    guard case .memory(let memory) = instance.exported(name) else { throw NoSuchExport(name: name) }
    return memory
  }

  func global(_ name: String) throws -> GlobalInstance {
    guard case .global(let global) = instance.exported(name) else { throw NoSuchExport(name: name) }
    return global
  }

  func table(_ name: String) throws -> TableInstance {
    guard case .table(let table) = instance.exported(name) else { throw NoSuchExport(name: name) }
    return table
  }

  func exported(_ name: String) throws -> Extern {
    guard let item = instance.exported(name) else { throw NoSuchExport(name: name) }
    return item
  }

  struct NoSuchExport: Error {
    let name: String
  }
}

extension Value {
  /// From a signed number.
  static func int32(_ value: Int32) -> Value { .i32(UInt32(bitPattern: value)) }
  static func int64(_ value: Int64) -> Value { .i64(UInt64(bitPattern: value)) }
  static func float32(_ value: Float) -> Value { .f32(bits: value.bitPattern) }
  static func float64(_ value: Double) -> Value { .f64(bits: value.bitPattern) }
}
