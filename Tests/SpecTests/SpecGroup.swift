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
    SpecGroup(name: "core-mvp", features: .implemented),
    SpecGroup(name: "core-2.0", features: .implemented),
    SpecGroup(name: "simd", features: .implemented),
    SpecGroup(name: "relaxed-simd", features: .implemented),
    SpecGroup(name: "exceptions", features: .implemented),
    SpecGroup(name: "tail-call", features: .implemented),
    SpecGroup(name: "multi-memory", features: .implemented),
    SpecGroup(name: "memory64", features: .implemented),
    SpecGroup(name: "function-references", features: .implemented),
    SpecGroup(name: "gc", features: .implemented),
    SpecGroup(name: "core-3.0-mixed", features: .implemented),
  ]
}
