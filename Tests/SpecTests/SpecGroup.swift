/// The groups of the official test suite that the engine must pass: the one list to extend for the next proposal.

import Testing
import WasmBinary

/// A folder of the suite and the language that it is run with.
struct SpecGroup: Sendable, CustomTestStringConvertible {
  /// The folder in the archive, which is also the key in `expected.json`.
  let name: String
  /// What the decoder and validator accept.
  let features: Features

  var testDescription: String { name }

  static let all: [SpecGroup] = [
    SpecGroup(name: "core-mvp", features: .wasm2),
    SpecGroup(name: "core-2.0", features: .wasm2),
    // 11 commands of each form wait for recursive types (tag.wast:30-60) and typed function references
    // (try_table.wast:420-468).
    SpecGroup(name: "exceptions", features: [.wasm2, .exceptions, .tailCalls]),
    SpecGroup(name: "tail-call", features: [.wasm2, .tailCalls]),
    // simd_memory-multi.wast:5 waits for SIMD.
    SpecGroup(name: "multi-memory", features: [.wasm2, .multiMemory]),
    // table_init64.wast:2457 and 2471 wait for array types.
    SpecGroup(name: "memory64", features: [.wasm2, .multiMemory, .memory64]),
  ]
}
