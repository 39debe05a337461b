/// The host module `spectest` that the suite's modules import.

import WasmBinary
import WasmInterpreter

/// The items of `spectest`, made once per script in its store.
struct SpecTestHost {
  private let items: [String: Extern]

  init(in store: Store) throws {
    var items: [String: Extern] = [:]
    let prints: [(String, [ValueType])] = [
      ("print", []), ("print_i32", [.i32]), ("print_i64", [.i64]), ("print_f32", [.f32]), ("print_f64", [.f64]),
      ("print_i32_f32", [.i32, .f32]), ("print_f64_f64", [.f64, .f64]),
    ]
    for (name, parameters) in prints {
      items[name] = .function(store.makeFunction(type: FunctionType(parameters: parameters)) { _ in })
    }
    let globals: [(String, ValueType, Value)] = [
      ("global_i32", .i32, .i32(666)), ("global_i64", .i64, .i64(666)),
      ("global_f32", .f32, .f32(bits: Float(666.6).bitPattern)),
      ("global_f64", .f64, .f64(bits: (666.6).bitPattern)),
    ]
    for (name, type, value) in globals {
      items[name] = .global(store.makeGlobal(GlobalType(value: type, isMutable: false), value))
    }
    items["table"] = .table(
      try store.makeTable(TableType(element: .funcref, limits: Limits(minimum: 10, maximum: 20))))
    items["table64"] = .table(
      try store.makeTable(TableType(element: .funcref, limits: Limits(minimum: 10, maximum: 20, is64Bit: true))))
    items["memory"] = .memory(try store.makeMemory(MemoryType(limits: Limits(minimum: 1, maximum: 2))))
    self.items = items
  }

  subscript(name: String) -> Extern? { items[name] }
}
