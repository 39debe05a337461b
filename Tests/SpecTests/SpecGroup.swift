/// The groups of the official test suite that the engine must pass: the one list to extend for the next proposal.

import Testing
import WasmBinary

/// A folder of the suite and the language that it is run with.
struct SpecGroup: Sendable, CustomTestStringConvertible {
  /// The folder in the archive, which is also the key in `expected.json`.
  let name: String
  /// What the decoder and validator accept.
  let features: Features
  /// What is left out.
  var exclusions: [SpecExclusion] = []

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
    // Written when there was one table, and one memory.
    SpecGroup(name: "threads", features: [.wasm1, .bulkMemory, .threads], exclusions: threadExclusions),
    SpecGroup(
      name: "custom-annotations", features: .implemented,
      exclusions: [
        SpecExclusion(
          script: "branch_hint", lines: 86...86, form: .binary,
          reason: "no custom section makes a module invalid")
      ]),
  ]

  private static let threadExclusions: [SpecExclusion] =
    [("atomic", 3...436), ("exports", 172...177), ("imports", 499...506), ("memory", 9...12)].map {
      SpecExclusion(script: $0.0, lines: $0.1, reason: "needs shared memory")
    } + [
      SpecExclusion(
        script: "memory", lines: 84...92, form: .text,
        reason: "sizes have 64 bits since memory64: invalid, but not malformed")
    ]
}

/// Commands of a group that are not run, and why.
struct SpecExclusion: Sendable {
  let script: String
  /// Where they begin in the `.wast` file.
  let lines: ClosedRange<Int>
  /// The one form of the modules that it is about; nil for both.
  var form: SpecForm?
  let reason: String

  func covers(_ command: SpecCommand, of name: String, _ form: SpecForm) -> Bool {
    script == name && lines.contains(command.line) && (self.form == nil || self.form == form)
  }
}
