// `hanzo-wasm validate`, and what `--features` switches off.
import Foundation
import Testing
import WasmJSON

@Suite(.enabled(if: Fixture.isBuilt, "hanzo-wasm or hanzo-wasm-worker is not built"))
struct ValidateTests {
  private static let tailCall = Array("(module (func (export \"f\") (return_call 0)))".utf8)

  @Test("a valid module: what it uses, exit code 0")
  func valid() async throws {
    let plain = try await run("validate", "-", input: Array("(module (func))".utf8))
    #expect(plain.output == "valid: WebAssembly 1.0\n" && plain.diagnostics == "" && plain.code == 0)
    let file = try await run("validate", Fixture.module("math.wat"))
    #expect(file.output.hasPrefix("valid: ") && file.output.contains("multi-value") && file.code == 0)
    let used = try await run("validate", "-", input: Self.tailCall)
    #expect(used.output == "valid: tail-call\n" && used.code == 0)
    let json = try await run("validate", "-", "--json", input: Self.tailCall)
    #expect(try json.json()["ok"] == true && json.json()["featuresUsed"] == ["tail-call"])
  }

  @Test("an invalid module: what is wrong and where, exit code 1")
  func invalid() async throws {
    let body: [UInt8] = [
      0, 0x61, 0x73, 0x6D, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 0x0A, 5, 1, 3, 0, 0x6A, 0x0B,
    ]
    let text = try await run("validate", "-", input: body)
    #expect(text.code == 1 && text.output == "")
    #expect(text.lines("error: invalidModule: ").count == 1 && text.lines("  at offset 0x17, code section").count == 1)
    let json = try await run("validate", "-", "--json", input: Array("(module".utf8))
    #expect(json.code == 1)
    #expect(try json.json()["error"]?["code"] == "invalidModule")
  }

  @Test(
    "--features: what is off is refused by its name, in every command",
    arguments: [["validate", "-"], ["info", "-"], ["call", "-", "f"], ["run", "-"]])
  func features(_ command: [String]) async throws {
    let refused = try await start(command + ["--features", "wasm2"], input: Self.tailCall).end()
    #expect(refused.code == 1)
    #expect(refused.lines("error: unsupportedFeature: ").first?.contains("\"tail-call\", which is not enabled") == true)
    let unknown = try await start(command + ["--features", "wasm4"], input: Self.tailCall).end()
    #expect(unknown.code == 1 && unknown.lines("error: invalidConfiguration: ").first?.contains("wasm4") == true)
    let malformed = try await start(command + ["--features", "wasm2,"], input: Self.tailCall).end()
    #expect(malformed.code == 64)
  }

  @Test("--features: versions and proposals may be combined", arguments: ["wasm2,tail-call", "wasm3", "tail-call"])
  func combinations(_ features: String) async throws {
    let run = try await run("validate", "-", "--features", features, input: Self.tailCall)
    #expect(run.output == "valid: tail-call\n" && run.code == 0)
  }
}
