/// The WASI preview 1 test suite through the whole product: confined workers, directories of the host, and files in memory.

import Foundation
import HanzoWasm
import Testing
import WasmJSON

struct WASICase: Sendable, CustomTestStringConvertible {
  let json: JSONValue

  var testDescription: String { "\(json["suite"]?.stringValue ?? "?") \(json["name"]?.stringValue ?? "?")" }

  static let all: [WASICase] =
    (Environment.document("wasi/manifest.json")["tests"]?.arrayValue ?? []).map(WASICase.init)

  /// `manifest.json`, "how".
  func invocation() throws -> Invocation {
    let path = try #require(json["wasm"]?.stringValue)
    let name = try #require(path.split(separator: "/").last.map(String.init))
    var invocation = Invocation(module: name, command: [name] + (json["args"]?.strings ?? []))
    invocation.environment = json["env"]?.variables ?? []
    return invocation
  }

  func check(_ outcome: Outcome) {
    #expect(outcome.exitCode.map(UInt64.init) == json["exit_code"]?.uint64Value)
    let errors = String(decoding: outcome.stderr, as: UTF8.self)
    if let text = json["stdout"]?.stringValue { #expect(outcome.stdout == Array(text.utf8), "\(errors)") }
    if let text = json["stderr"]?.stringValue { #expect(outcome.stderr == Array(text.utf8)) }
  }
}

@Suite(
  "The WASI test suite",
  // Each case has workers and pipes of its own, and Foundation's Process reads beyond its list of descriptors when that is long.
  .serialized,
  .enabled(if: Environment.isComplete, "needs HANZO_WASM_SHARED (with cases/) and HANZO_WASM_WORKER"))
struct WASICaseTests {
  @Test("all the cases are there")
  func complete() { #expect(WASICase.all.count == 49) }

  @Test("a case passes with a directory of the host", arguments: WASICase.all)
  func hostDirectory(_ test: WASICase) async throws {
    let scratch = try ScratchDirectory()
    var invocation = try test.invocation()
    if let root = test.json["root"]?.stringValue {
      invocation.mounts = [.directory(try scratch.copy("wasi/\(root)", as: "root"), at: "/", isWritable: true)]
    }
    test.check(try await runProgram(try Environment.bytes("wasi/\(test.json["wasm"]?.stringValue ?? "")"), invocation))
  }

  @Test(
    "a case passes with files in memory",
    arguments: WASICase.all.filter { $0.json["root"]?.stringValue != nil })
  func filesInMemory(_ test: WASICase) async throws {
    let scratch = try ScratchDirectory()
    var invocation = try test.invocation()
    let root = URL(fileURLWithPath: try scratch.copy("wasi/\(test.json["root"]?.stringValue ?? "")", as: "root"))
    var files: [String: [UInt8]] = [:]
    let items = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
    for item in items {
      let url = root.appendingPathComponent(item)
      var isDirectory: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory)
      if isDirectory.boolValue {
        files[item + "/"] = []
      } else {
        files[item] = [UInt8](try Data(contentsOf: url))
      }
    }
    invocation.mounts = [.files(files, at: "/", isWritable: true)]
    test.check(try await runProgram(try Environment.bytes("wasi/\(test.json["wasm"]?.stringValue ?? "")"), invocation))
  }
}
