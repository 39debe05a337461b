/// The official test suite: a group must not fall below what `expected.json` promises.

import Foundation
import Testing
import WasmInterpreter
import WasmJSON

@Suite(
  "official test suite",
  .enabled(if: SpecSuite.isAvailable, "the shared folder (HANZO_WASM_SHARED) with spec/spec-json.tar.gz is absent"))
struct SpecTests {
  /// What `expected.json` says of a group in one form.
  struct Expectation {
    let passed: Int
    let total: Int

    init(_ group: SpecGroup, _ form: SpecForm) throws {
      let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("expected.json")
      let document = try JSONValue(parsing: [UInt8](Data(contentsOf: url)))
      let entry = try #require(
        document[group.name]?[form.rawValue], "expected.json says nothing about \(group.name), \(form.rawValue)")
      passed = Int(try #require(entry["passed"]?.int64Value))
      total = Int(try #require(entry["total"]?.int64Value))
    }
  }

  @Test("a group of the suite passes as many commands as expected.json promises", arguments: SpecGroup.all)
  func group(_ group: SpecGroup) async throws {
    let scripts = try SpecSuite.load().scripts(of: group)
    let results = try await withThrowingTaskGroup(of: (SpecForm, SpecResult).self) { tasks in
      for script in scripts {
        for form in SpecForm.allCases {
          tasks.addTask {
            (form, try SpecRunner.run(script, form: form, features: group.features, excluding: group.exclusions))
          }
        }
      }
      return try await tasks.reduce(into: [SpecForm: SpecResult]()) { results, next in
        results[next.0] = (results[next.0] ?? SpecResult()) + next.1
      }
    }
    for form in SpecForm.allCases {
      let result = results[form] ?? SpecResult()
      print("spec \(group.name): \(result.passed) of \(result.total) (\(form.rawValue) modules)")
      let expectation = try Expectation(group, form)
      let failures = result.failures.sorted().prefix(40).joined(separator: "\n")
      #expect(result.total == expectation.total, "the suite itself has changed")
      #expect(
        result.passed >= expectation.passed, "\(group.name) (\(form.rawValue)) fell below its count:\n\(failures)")
    }
  }

  @Test("what a group leaves out is there", arguments: SpecGroup.all.filter { !$0.exclusions.isEmpty })
  func exclusions(_ group: SpecGroup) throws {
    for exclusion in group.exclusions {
      let script = try SpecSuite.load().script(named: exclusion.script, of: group)
      let count = script.commands.filter { exclusion.lines.contains($0.line) }.count
      print("spec \(group.name): \(count) of \(exclusion.script) excluded, \(exclusion.reason)")
      #expect(count > 0)
    }
  }

  @Test("the script of atomic instructions holds on a memory that is not shared, but for waiting")
  func unsharedAtomics() throws {
    let group = try #require(SpecGroup.all.first { $0.name == "threads" })
    let script = try SpecSuite.load().script(named: "atomic", of: group)
      .replacing("(memory 1 1 shared)", with: "(memory 1 1)")
    let result = try SpecRunner.run(script, form: .text, features: group.features)
    #expect(result.total > 290)
    #expect(result.failures.count == 2)
    for failure in result.failures { #expect(failure.contains("expectedSharedMemory"), "\(failure)") }
  }

  @Test("vectors give the same on every processor", arguments: ["simd", "relaxed-simd"])
  func vectorLevels(_ name: String) throws {
    let group = try #require(SpecGroup.all.first { $0.name == name })
    for script in try SpecSuite.load().scripts(of: group) {
      let result = try SpecRunner.run(script, form: .binary, features: group.features, vectorLevel: .baseline)
      #expect(result.failures.isEmpty, "\(result.failures.prefix(40).joined(separator: "\n"))")
    }
  }

  @Test(
    "no reference is missed when every object costs a collection",
    arguments: ["gc", "exceptions", "function-references", "core-3.0-mixed"])
  func collections(_ name: String) throws {
    let group = try #require(SpecGroup.all.first { $0.name == name })
    for script in try SpecSuite.load().scripts(of: group) {
      let result = try SpecRunner.run(script, form: .binary, features: group.features, checksHeap: true)
      #expect(result.failures.isEmpty, "\(result.failures.prefix(40).joined(separator: "\n"))")
    }
  }

  private static let floatScripts = [
    "core-mvp/f32", "core-mvp/f32_bitwise", "core-mvp/f32_cmp", "core-mvp/f64", "core-mvp/f64_bitwise",
    "core-mvp/f64_cmp", "core-mvp/float_exprs", "core-mvp/float_literals", "core-mvp/float_memory",
    "core-mvp/float_misc", "core-2.0/conversions", "simd/simd_f32x4", "simd/simd_f32x4_arith",
    "simd/simd_f32x4_pmin_pmax", "simd/simd_f32x4_rounding", "simd/simd_f64x2", "simd/simd_f64x2_arith",
    "simd/simd_f64x2_pmin_pmax", "simd/simd_f64x2_rounding", "simd/simd_conversions",
  ]

  @Test("the scripts about floats hold with canonical NaNs", arguments: floatScripts)
  func canonicalNaNs(_ path: String) throws {
    let names = path.split(separator: "/").map(String.init)
    let group = try #require(SpecGroup.all.first { $0.name == names[0] })
    let script = try SpecSuite.load().script(named: names[1], of: group)
    let result = try SpecRunner.run(script, form: .binary, features: group.features, canonicalizesNaN: true)
    #expect(result.total > 0)
    #expect(result.failures.isEmpty, "\(result.failures.prefix(40).joined(separator: "\n"))")
  }
}
