// Runs modules in the engine and says what came out, as JSON lines: the engine's side of scripts/fuzz differential.
//
// Input, one line per module: the path of a binary module, a tab, the fuel limit of the instantiation and of each call.
// Output, one line per module: {"load": error} or {"link": error} or {"start": outcome, "calls": [outcome...],
// "globals": [name...]}: the functions and globals whose types both sides can spell,
// where an outcome is {"name", "results" | "trap", "fuel", "memory", "globals"}.

import Foundation
import WasmBinary
import WasmInterpreter
import WasmJSON

/// Makes what a module imports: functions that return zeros, memories and tables of the least size, zero globals.
struct ImportMaker {
  let module: Module
  let store: Store

  func make(_ item: Import) -> Extern? {
    switch item.type {
    case .function(let typeIndex):
      guard let type = module.types[Int(typeIndex)].function else { return nil }
      let results = type.results.count
      return .function(
        store.makeFunction(type: type) { call in
          for index in 0..<results { call.setResult(index, i64: 0) }
        })
    case .memory(let type): return (try? store.makeMemory(type)).map(Extern.memory)
    case .table(let type): return (try? store.makeTable(type)).map(Extern.table)
    case .global(let type): return .global(store.makeGlobal(type, sampleValue(type.value, 0)))
    case .tag(let typeIndex):
      return module.types[Int(typeIndex)].function.map { .tag(store.makeTag($0)) }
    }
  }
}

/// Whether the script can pass and read values of the type, too: wasmtime's interface for Python has no others.
func isComparable(_ type: ValueType) -> Bool {
  [.i32, .i64, .f32, .f64, .funcref, .externref].contains(type)
}

/// The argument for a parameter; the script passes the same.
func sampleValue(_ type: ValueType, _ seed: Int) -> Value {
  let integers: [UInt64] = [0, 1, 5, 0xFFFF_FFFF_FFFF_FFFF, 0x7FFF_FFFF, 0x8000_0000, 100, 65_536]
  let floats: [Double] = [0, 1, -1.5, 1e10, -0.25, 3e-40, 1000, 2147483648]
  switch type {
  case .i32: return .i32(UInt32(truncatingIfNeeded: integers[seed % integers.count]))
  case .i64: return .i64(integers[seed % integers.count])
  case .f32: return .f32(bits: Float(floats[seed % floats.count]).bitPattern)
  case .f64: return .f64(bits: floats[seed % floats.count].bitPattern)
  case .v128: return .v128(low: integers[seed % integers.count], high: floats[seed % floats.count].bitPattern)
  default: return .reference(.null(type.heapType ?? .external))
  }
}

/// A value as the script writes it: bits in hexadecimal, NaNs as one, references as null or not.
func show(_ value: Value) -> String {
  switch value {
  case .i32(let bits): "i32:\(String(bits, radix: 16))"
  case .i64(let bits): "i64:\(String(bits, radix: 16))"
  case .f32(let bits): bits & 0x7FFF_FFFF > 0x7F80_0000 ? "f32:nan" : "f32:\(String(bits, radix: 16))"
  case .f64(let bits):
    bits & 0x7FFF_FFFF_FFFF_FFFF > 0x7FF0_0000_0000_0000 ? "f64:nan" : "f64:\(String(bits, radix: 16))"
  case .v128(let low, let high): "v128:\(String(high, radix: 16)):\(String(low, radix: 16))"
  case .reference(.null): "ref:null"
  case .reference: "ref:some"
  }
}

func describe(_ kind: Trap.Kind) -> String {
  switch kind {
  case .host(let code): "host \(code)"
  default: "\(kind)"
  }
}

let checksumTable: [UInt32] = (0..<256).map { index in
  (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
}

/// The CRC-32 that zlib computes.
func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
  checksumTable.withUnsafeBufferPointer { table in
    var value: UInt32 = 0xFFFF_FFFF
    for byte in bytes { value = value >> 8 ^ table[Int((value ^ UInt32(byte)) & 0xFF)] }
    return value ^ 0xFFFF_FFFF
  }
}

struct ModuleRun {
  let instance: Instance
  let store: Store
  let fuel: UInt64

  func outcome(_ name: String, _ body: () throws -> [Value]) -> JSONValue {
    store.setFuel(fuel)
    var object = JSONObject()
    object["name"] = .string(name)
    do {
      object["results"] = .array(try body().map { .string(show($0)) })
    } catch let trap as Trap {
      object["trap"] = .string(describe(trap.kind))
    } catch {
      object["trap"] = .string("\(error)")
    }
    object["fuel"] = JSONValue(store.fuelConsumed)
    var memories: [JSONValue] = []
    var globals: [JSONValue] = []
    var tables: [JSONValue] = []
    for export in instance.module.exports {
      switch instance.exported(export.name) {
      case .memory(let memory):
        let sum = memory.withUnsafeBytes { checksum(UnsafeRawBufferPointer($0)) }
        memories.append(.string("\(memory.byteCount):\(String(sum, radix: 16))"))
      case .global(let global) where isComparable(global.type.value): globals.append(.string(show(global.value)))
      case .table(let table): tables.append(JSONValue(Int(table.count)))
      default: break
      }
    }
    object["memories"] = .array(memories)
    object["globals"] = .array(globals)
    object["tables"] = .array(tables)
    return .object(object)
  }
}

func run(_ path: String, fuel: UInt64) -> JSONValue {
  var object = JSONObject()
  guard let data = FileManager.default.contents(atPath: path) else {
    object["load"] = .string("cannot read \(path)")
    return .object(object)
  }
  do {
    let module = try Module.load([UInt8](data))
    let store = try Store(
      limits: StoreLimits(memoryBytes: 256 << 20, tableElements: 1_000_000, valueStackBytes: 1 << 20))
    // Every reference that a collection does not know becomes a crash.
    store.checksHeap = true
    let maker = ImportMaker(module: module, store: store)
    let instance = try Instance(module, in: store) { maker.make($0) }
    let run = ModuleRun(instance: instance, store: store, fuel: fuel)
    let start = run.outcome("start") {
      try instance.initialize()
      return []
    }
    object["start"] = start
    object["globals"] = .array(
      module.exports.filter {
        $0.kind == .global && isComparable(module.globals[Int($0.index)].type.value)
      }.map { .string($0.name) })
    guard start["trap"] == nil else { return .object(object) }
    var calls: [JSONValue] = []
    for export in module.exports where export.kind == .function {
      let type = module.functionType(export.index)
      guard (type.parameters + type.results).allSatisfy(isComparable) else { continue }
      let parameters = type.parameters
      let arguments = parameters.enumerated().map { sampleValue($1, $0 + calls.count) }
      let outcome = run.outcome(export.name) { try instance.invoke(export.index, arguments) }
      calls.append(outcome)
      // What follows an exhaustion depends on when exactly it happened, which the engines may choose.
      if let trap = outcome["trap"]?.stringValue, trap == "fuelExhausted" || trap == "stackExhausted" { break }
    }
    object["calls"] = .array(calls)
  } catch let error as ModuleError {
    object["load"] = .string("\(error)")
  } catch {
    object["link"] = .string("\(error)")
  }
  return .object(object)
}

while let line = readLine() {
  let parts = line.split(separator: "\t")
  guard parts.count == 2, let fuel = UInt64(parts[1]) else { continue }
  var output = run(String(parts[0]), fuel: fuel).serialized()
  output.append(0x0A)
  FileHandle.standardOutput.write(Data(output))
}
