// `hanzo-wasm call --profile`: the file, and when there is none.
import Foundation
import Testing
import WasmJSON

@Suite(.enabled(if: Fixture.isBuilt, "hanzo-wasm or hanzo-wasm-worker is not built"))
struct ProfileTests {
  /// What the file of a profile says.
  private struct SpeedscopeFile {
    var document: JSONValue
    /// The function names of every sample, outermost first.
    var stacks: [[String]] = []
    var weights: [UInt64] = []
    var total: UInt64 { weights.reduce(0, +) }

    init(_ url: URL) throws {
      document = try JSONValue(parsing: Array(try Data(contentsOf: url)))
      let names = document["shared"]?["frames"]?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? []
      let profile = document["profiles"]?[0]
      for sample in profile?["samples"]?.arrayValue ?? [] {
        stacks.append(sample.arrayValue?.compactMap { $0.int64Value.map { names[Int($0)] } } ?? [])
      }
      weights = profile?["weights"]?.arrayValue?.compactMap(\.uint64Value) ?? []
    }

    /// The part of the fuel that a function used itself.
    func share(of function: String) -> Double {
      let own = zip(stacks, weights).reduce(0) { $1.0.last == function ? $0 + $1.1 : $0 }
      return Double(own) / Double(total)
    }
  }

  @Test("writes a file for speedscope whose functions are named and whose weights are the call's fuel")
  func file() async throws {
    try await withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("out.json")
      let module = Fixture.module("profile.wat")
      let plain = try await run("call", module, "run", "[30000]", "--json")
      let run = try await run("call", module, "run", "[30000]", "--json", "--profile", url.path)
      #expect(run.code == 0 && run.diagnostics == "")
      #expect(try run.json()["value"] == plain.json()["value"])
      #expect(try run.json()["usage"]?["fuel"] == plain.json()["usage"]?["fuel"])

      let file = try SpeedscopeFile(url)
      #expect(file.document["$schema"] == "https://www.speedscope.app/file-format-schema.json")
      let profile = try #require(file.document["profiles"]?[0])
      #expect(profile["type"] == "sampled" && profile["unit"] == "none" && profile["startValue"] == 0)
      #expect(profile["name"] == "profile.wat run")
      #expect(file.stacks.count == file.weights.count && file.stacks.count > 500)
      #expect(file.total == (try run.json()["usage"]?["fuel"]?.uint64Value))
      #expect(profile["endValue"]?.uint64Value == file.total)
      #expect(Set(file.stacks) == [["run"], ["run", "small"], ["run", "large"]])
      #expect((0.70...0.90).contains(file.share(of: "large")) && (0.03...0.12).contains(file.share(of: "small")))
    }
  }

  @Test("the same call writes the same file, byte for byte, over what was there")
  func determinism() async throws {
    try await withTemporaryFolder { folder in
      let (first, second) = (folder.appendingPathComponent("1.json"), folder.appendingPathComponent("2.json"))
      try Data(repeating: 0x78, count: 1 << 20).write(to: second)
      for url in [first, second] {
        let run = try await run("call", Fixture.module("profile.wat"), "run", "[5000]", "--profile", url.path)
        #expect(run.code == 0 && run.diagnostics == "")
      }
      #expect(try Data(contentsOf: first) == Data(contentsOf: second))
      #expect(try Data(contentsOf: first).count > 1_000)
    }
  }

  @Test("a call that traps, and one that uses up its fuel, write what there was until then")
  func failures() async throws {
    try await withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("out.json")
      let trap = try await run("call", Fixture.module("profile.wat"), "give_up", "[1000]", "--profile", url.path)
      #expect(trap.code == 134 && trap.lines("error: trap: ").count == 1)
      #expect(try SpeedscopeFile(url).stacks.contains(["give_up", "run", "large"]))

      let exhausted = try await run(
        "call", Fixture.module("profile.wat"), "run", "[1000000]", "--fuel", "12345", "--profile", url.path)
      #expect(exhausted.code == 134 && exhausted.lines("error: fuelExhausted: ").count == 1)
      #expect(try SpeedscopeFile(url).total == 12_345)
    }
  }

  @Test("a call that is stopped at its time limit, and one that never began, leave no file and say so")
  func noProfile() async throws {
    try await withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("out.json")
      let late = try await run(
        "call", Fixture.example("spin.wat"), "spin", "--fuel", "none", "--timeout", "300ms", "--profile", url.path)
      #expect(late.code == 124)
      #expect(late.lines("note: there is no profile: the worker was stopped").count == 1)
      #expect(!FileManager.default.fileExists(atPath: url.path))

      let none = try await run("call", Fixture.module("profile.wat"), "nothing", "--profile", url.path)
      #expect(none.code == 1)
      #expect(none.lines("note: there is no profile: the guest did not begin").count == 1)
      #expect(!FileManager.default.fileExists(atPath: url.path))

      // What was there before is nobody's to remove.
      try Data([1, 2, 3]).write(to: url)
      _ = try await run("call", Fixture.module("profile.wat"), "nothing", "--profile", url.path)
      #expect(try Data(contentsOf: url) == Data([1, 2, 3]))
    }
  }

  @Test("a path that cannot be written is refused before the call", arguments: ["/nowhere/out.json", "/", ""])
  func unwritable(_ path: String) async throws {
    let run = try await run(
      "call", Fixture.example("spin.wat"), "spin", "--fuel", "none", "--timeout", "60s", "--profile", path)
    #expect(run.code == 1 && run.output == "")
    #expect(run.lines("error: cannot write the profile to ").count == 1)
    #expect(run.lines("hint: ").count == 1)
  }

  @Test("a profile that cannot be written whole is an error after the result")
  func fullDevice() async throws {
    let run = try await run("call", Fixture.module("profile.wat"), "run", "[1]", "--profile", "/dev/full")
    #expect(run.code == 1)
    #expect(!run.output.isEmpty)
    #expect(run.lines("error: cannot write the profile to /dev/full: ").count == 1)
  }
}
