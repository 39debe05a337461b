// The example guests of Examples/guest-c and Examples/guest-rust, compiled and run.
import Foundation
import HanzoWasm
import Testing
import WasmJSON

/// A folder of examples with a script `build`.
private struct GuestExample: Sendable {
  let script: String
  /// What compiles it.
  let compiler: String
  /// Why it cannot be compiled here; nil if it can.
  let obstacle: String?

  init(_ folder: String) {
    script = Fixture.root.appendingPathComponent("Examples/\(folder)/build").path
    do {
      let check = try Self.run([script, "--check"])
      compiler = check.output
      obstacle = check.code == 0 ? nil : check.output
    } catch {
      compiler = ""
      obstacle = "\(script) cannot be run: \(error)"
    }
  }

  static let c = GuestExample("guest-c")
  static let rust = GuestExample("guest-rust")

  var reason: Comment { "not compiled here: \(obstacle ?? "")" }

  /// Compiles it into a folder that is gone afterwards.
  func compiled<Value>(_ body: (URL) async throws -> Value) async throws -> Value {
    try await withTemporaryFolder { folder in
      let build = try Self.run([script, folder.path])
      try #require(build.code == 0, "\(build.output)")
      return try await body(folder)
    }
  }

  /// Runs a command, whose standard output and standard error come in one.
  static func run(_ arguments: [String]) throws -> (code: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    let output = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text.trimmingCharacters(in: .whitespacesAndNewlines))
  }
}

/// What both tools of functions ask.
private let lookup = HostFunction("lookup", parameters: [.string], result: .json) { call in
  let prices: [String: JSONValue] = ["apple": ["price": 125], "pear": ["price": 90]]
  let name = try call.string(0)
  if name == "forbidden" { throw HostFunction.Failure("nobody may know that") }
  return .json(prices[name] ?? .null)
}

/// The same for the tool in C and the one in Rust.
private func checkQuotes(_ file: URL) async throws {
  let module = Array(try Data(contentsOf: file))
  var config = WasmConfig()
  config.worker.path = Fixture.worker
  try await WasmRuntime.withRuntime(config, hostFunctions: [lookup]) { (runtime) async throws in
    let info = try await runtime.loadModule("quote", module)
    #expect(info.imports.contains { $0.module == "env" && $0.name == "lookup" })

    var call = Invocation(
      module: "quote", entry: .function("quote_json"), input: .document(["count": 3, "name": "apple"]))
    let outcome = try await runtime.invoke(call)
    #expect(try outcome.json() == ["name": "apple", "count": 3, "total": 375, "number": 1])
    #expect(outcome.logs.map(\.message) == ["quoted"])
    call.input = .document(["name": "plum", "count": 1])
    #expect(try await runtime.invoke(call).json() == ["error": "no such article"])
    call.input = .document([1, 2])
    #expect(try await runtime.invoke(call).json() == ["error": "a name and a count are needed"])

    // The embedder's failure ends the call, with its text.
    call.input = .document(["name": "forbidden", "count": 1])
    do throws(WasmError) {
      _ = try await runtime.invoke(call)
      Issue.record("the call should have failed")
    } catch {
      #expect(error.code == .hostFunctionFailed && error.message.contains("nobody may know that"))
    }

    // A kept instance counts on; so many documents that memory which nobody gives back would run out.
    try await runtime.withInstance("quote") { (instance) async throws in
      let padding = JSONValue.string(String(repeating: "x", count: 4_000))
      for number in 1...100 {
        let answer = try await instance.invoke(
          Invocation(
            module: "quote", entry: .function("quote_json"),
            input: .document(["count": 2, "name": "pear", "padding": padding]))
        ).json()
        #expect(answer == ["name": "pear", "count": 2, "total": 180, "number": JSONValue(number)])
      }
    }
    #expect(try await runtime.execute("quote", "quote_json", ["name": "pear", "count": 1])["number"] == 1)
  }
}

@Suite(
  "Example guests in C", .enabled(if: Fixture.isBuilt, "hanzo-wasm or hanzo-wasm-worker is not built"),
  .enabled(if: GuestExample.c.obstacle == nil, GuestExample.c.reason))
struct GuestCTests {
  @Test("the command reads a document on standard input and files of a mount, and prints JSON")
  func search() async throws {
    try await GuestExample.c.compiled { folder in
      let texts = folder.appendingPathComponent("texts")
      try FileManager.default.createDirectory(
        at: texts.appendingPathComponent("folder"), withIntermediateDirectories: true)
      try Data("a fox, a \"fox\" and a vixen\n".utf8).write(to: texts.appendingPathComponent("b\"1.txt"))
      try Data((String(repeating: "x", count: 10_000) + "fox").utf8).write(to: texts.appendingPathComponent("a.txt"))
      let request = folder.appendingPathComponent("request.json")
      try Data(#"{"word": "fox"}"#.utf8).write(to: request)
      let module = folder.appendingPathComponent("search.wasm").path
      let mount = "\(texts.path)::/texts:ro"

      let found = try await run("run", module, "--dir", mount, "--stdin", request.path, "--", "/texts")
      #expect(found.code == 0 && found.diagnostics == "")
      #expect(
        found.output
          == #"{"word":"fox","files":[{"path":"/texts/a.txt","count":1},{"path":"/texts/b\"1.txt","count":2}],"#
          + #""total":3}"# + "\n")

      let none = try await run(
        "run", module, "--dir", mount, "--stdin", "-", "--", "/texts", input: Array(#"{"word":"owl"}"#.utf8))
      #expect(none.code == 1)
      #expect(try none.json()["total"] == 0)

      let trouble = try await run("run", module, "--dir", mount, "--stdin", request.path, "--", "/elsewhere")
      #expect(trouble.code == 2)
      #expect(trouble.lines("search: /elsewhere: ").count == 1)
      let noDocument = try await run("run", module)
      #expect(noDocument.code == 2)
      #expect(noDocument.lines("search: standard input is not a document").count == 1)
    }
  }

  @Test("the command takes an embedder's document and files in memory in the same way")
  func searchInMemory() async throws {
    try await GuestExample.c.compiled { folder in
      let module = Array(try Data(contentsOf: folder.appendingPathComponent("search.wasm")))
      var config = WasmConfig()
      config.worker.path = Fixture.worker
      try await WasmRuntime.withRuntime(config) { (runtime) async throws in
        try await runtime.loadModule("search", module)
        var call = Invocation(
          module: "search", entry: .command(arguments: ["search", "/a", "/b"]), input: .document(["word": "owl"]))
        call.mounts = [
          .files(["1": Array("owl owl".utf8), "sub/2": Array("owl".utf8)], at: "/a"), .files(["3": []], at: "/b"),
        ]
        let outcome = try await runtime.invoke(call)
        #expect(outcome.exitCode == 0)
        #expect(outcome.value == .json(.null))
        let answer = try JSONValue(parsing: outcome.stdout)
        #expect(
          answer["files"] == [["path": "/a/1", "count": 2], ["path": "/b/3", "count": 0]] && answer["total"] == 2)
      }
    }
  }

  @Test("the tool of functions takes documents through malloc and asks the embedder")
  func quote() async throws {
    try await GuestExample.c.compiled { folder in
      try await checkQuotes(folder.appendingPathComponent("quote.wasm"))
    }
  }

  @Test("the command line, which has no functions of an embedder, says which one a tool needs")
  func unresolved() async throws {
    try await GuestExample.c.compiled { folder in
      let module = folder.appendingPathComponent("quote.wasm").path
      let call = try await run("call", module, "quote_json", #"{"name":"apple","count":1}"#)
      #expect(call.code == 1)
      #expect(call.lines("error: unresolvedImport: ").count == 1 && call.diagnostics.contains("env.lookup"))
      let json = try await run("call", module, "quote_json", "{}", "--json")
      #expect(try json.json()["error"]?["unresolvedImport"] == "env.lookup")
    }
  }

  @Test(
    "the tool without a C library answers with its document, whatever its functions' names are",
    arguments: ["echo", "copy"])
  func echo(_ function: String) async throws {
    try await GuestExample.c.compiled { folder in
      let document = #"{"b":[1,2.5,"ä"],"a":"\#(String(repeating: "x", count: 2_000))"}"#
      let run = try await run("call", folder.appendingPathComponent("echo.wasm").path, function, document)
      #expect(run.code == 0 && run.diagnostics == "")
      #expect(try run.json() == JSONValue(parsing: Array(document.utf8)))
    }
  }
}

extension GuestCTests {
  struct Source: Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    var options: [String]
    var testDescription: String { name }
  }

  /// The examples of the document, and the header alone.
  private static let sources: [Source] = {
    let document = Fixture.root.appendingPathComponent("protocol/GUEST-ABI.md")
    let text = (try? String(contentsOf: document, encoding: .utf8)) ?? ""
    let examples = text.components(separatedBy: "```c\n").dropFirst().enumerated().map { number, rest in
      Source(
        name: "example \(number + 1) of GUEST-ABI.md", text: rest.components(separatedBy: "```")[0],
        options: ["-x", "c", "-std=c17"])
    }
    let header = """
      #include "hanzo_guest.h"
      HANZO_EXPORT_ALLOCATOR
      HANZO_ALL_FUNCTIONS_TAKE_DOCUMENTS
      HANZO_VERSION("1.0")

      """
    return examples + [
      Source(name: "the header in C17", text: header, options: ["-x", "c", "-std=c17"]),
      Source(name: "the header in C++17", text: header, options: ["-x", "c++", "-std=c++17"]),
    ]
  }()

  @Test("the guest header and the examples of the document compile without a warning", arguments: sources)
  func compiles(_ source: Source) async throws {
    try await withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("source")
      try Data(source.text.utf8).write(to: file)
      let sysroot = ProcessInfo.processInfo.environment["WASI_SYSROOT"] ?? "/usr"
      let compiling = try GuestExample.run(
        [GuestExample.c.compiler, "--target=wasm32-wasi", "--sysroot=\(sysroot)", "-O2"] + source.options + [
          "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I", Fixture.root.appendingPathComponent("protocol/guest").path,
          "-c", file.path, "-o", folder.appendingPathComponent("object").path,
        ])
      #expect(compiling.code == 0, "\(compiling.output)")
    }
  }

  @Test("the document has examples in C")
  func examples() { #expect(Self.sources.count >= 6) }
}

@Suite(
  "Example guest in Rust", .enabled(if: Fixture.isBuilt, "hanzo-wasm or hanzo-wasm-worker is not built"),
  .enabled(if: GuestExample.rust.obstacle == nil, GuestExample.rust.reason))
struct GuestRustTests {
  @Test("the tool of functions takes documents through its own allocator and asks the embedder")
  func quote() async throws {
    try await GuestExample.rust.compiled { folder in
      try await checkQuotes(folder.appendingPathComponent("quote_rust.wasm"))
    }
  }

  @Test("the example of the document compiles")
  func documentExample() async throws {
    let document = Fixture.root.appendingPathComponent("protocol/GUEST-ABI.md")
    let parts = try String(contentsOf: document, encoding: .utf8).components(separatedBy: "```rust\n")
    let text = try #require(parts.dropFirst().first?.components(separatedBy: "```").first)
    try await withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("source.rs")
      try Data(text.utf8).write(to: file)
      let compiling = try GuestExample.run([
        GuestExample.rust.compiler, "--edition", "2021", "--crate-type", "cdylib", "--target", "wasm32-unknown-unknown",
        "-D", "warnings", "-C", "panic=abort", file.path, "-o", folder.appendingPathComponent("tool.wasm").path,
      ])
      #expect(compiling.code == 0, "\(compiling.output)")
    }
  }
}
