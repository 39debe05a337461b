// `hanzo-wasm` and the worker process: how it is found, what `doctor` and `info` say of it, and how its end shows.
import Foundation
import Glibc
import Testing
import WasmJSON

@Suite(.enabled(if: Fixture.isBuilt, "hanzo-wasm or hanzo-wasm-worker is not built"))
struct WorkerTests {
  @Test("a worker that crashes in the middle of a call is one error, with the signal")
  func crash() async throws {
    let command = try start([
      "call", Fixture.example("spin.wat"), "spin", "--fuel", "none", "--timeout", "60s", "--json",
    ])
    // The guest runs once its process has used CPU time.
    var worker: Int32?
    for _ in 0..<1_200 where worker == nil {
      worker = children(of: command.processIdentifier).first { (statistics(of: $0)?.userTicks ?? 0) >= 3 }
      if worker == nil { try await Task.sleep(for: .milliseconds(25)) }
    }
    kill(try #require(worker), SIGSEGV)
    let run = try await command.end()
    #expect(run.code == 125)
    #expect(try run.json()["error"]?["code"] == "workerCrashed")
    #expect(try run.json()["error"]?["signal"] == JSONValue(SIGSEGV))
    #expect(try run.json()["error"]?["execution"] == "maybeRan")
  }

  @Test("no worker outlives a command that is killed")
  func orphan() async throws {
    let command = try start(["call", Fixture.example("spin.wat"), "spin", "--fuel", "none", "--timeout", "60s"])
    var worker: Int32?
    for _ in 0..<1_200 where worker == nil {
      worker = children(of: command.processIdentifier).first { (statistics(of: $0)?.userTicks ?? 0) >= 3 }
      if worker == nil { try await Task.sleep(for: .milliseconds(25)) }
    }
    let orphan = try #require(worker)
    kill(command.processIdentifier, SIGKILL)
    let run = try await command.end()
    #expect(run.signalled)
    var isAlive = true
    for _ in 0..<200 where isAlive {
      isAlive = kill(orphan, 0) == 0 && !isZombie(orphan)
      if isAlive { try await Task.sleep(for: .milliseconds(10)) }
    }
    #expect(!isAlive)
  }

  private func isZombie(_ process: Int32) -> Bool {
    let text = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ") Z"
    return text.contains(") Z")
  }

  @Test("doctor says that workers can run here, and which layers confine them")
  func doctor() async throws {
    let people = try await run("doctor")
    #expect(people.code == 0)
    for word in ["seccomp", "worker", "engine", "protocol"] { #expect(people.output.contains(word)) }

    let run = try await run("doctor", "--json")
    #expect(run.code == 0)
    let report = try run.json()
    #expect(report["ok"] == true)
    #expect(report["worker"]?["path"] == JSONValue(Fixture.worker ?? ""))
    let layers = report["layers"]?.arrayValue ?? []
    #expect(layers.contains { $0["name"] == "seccomp" && $0["state"] == "active" })
  }

  @Test(
    "a worker that is not there, not executable or not a worker is a set-up error",
    arguments: ["/nowhere/hanzo-wasm-worker", "/etc/passwd", "/bin/true", ""], ["call", "info", "doctor"])
  func wrongWorker(_ path: String, _ subcommand: String) async throws {
    var arguments = [subcommand]
    if subcommand != "doctor" { arguments.append(Fixture.module("math.wat")) }
    if subcommand == "call" { arguments += ["add", "[5, 3]"] }
    let run = try await start(arguments, environment: ["HANZO_WASM_WORKER": path]).end()
    #expect(run.code == 125)
    #expect(run.lines("error: ").count == 1)
  }

  @Test("a worker that others may write is refused, its twin that they may not is used")
  func writableWorker() async throws {
    let original = try #require(Fixture.worker)
    try await withTemporaryFolder { folder in
      let copy = folder.appendingPathComponent("hanzo-wasm-worker").path
      try FileManager.default.copyItem(atPath: original, toPath: copy)
      chmod(copy, 0o755)
      let environment = ["HANZO_WASM_WORKER": copy]
      let math = Fixture.module("math.wat")
      #expect(try await run("call", math, "add", "[5, 3]", environment: environment).output == "8\n")
      chmod(copy, 0o757)
      let refused = try await run("call", math, "add", "[5, 3]", environment: environment)
      #expect(refused.code == 125)
      #expect(refused.lines("error: sandboxUnavailable: ").count == 1)
    }
  }

  @Test("without HANZO_WASM_WORKER the worker beside the command is used, and only that")
  func workerBeside() async throws {
    let worker = try #require(Fixture.worker)
    let command = try #require(Fixture.command)
    try await withTemporaryFolder { folder in
      let copy = folder.appendingPathComponent("hanzo-wasm")
      try FileManager.default.copyItem(atPath: command, toPath: copy.path)
      func callCopy() throws -> Run {
        let process = Process()
        process.executableURL = copy
        process.arguments = ["call", Fixture.module("math.wat"), "add", "[5, 3]"]
        process.environment = ["PATH": (worker as NSString).deletingLastPathComponent]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Run(
          code: process.terminationStatus, signalled: process.terminationReason == .uncaughtSignal,
          output: String(decoding: bytes, as: UTF8.self), diagnostics: "")
      }
      #expect(try callCopy().code == 125)
      let beside = folder.appendingPathComponent("hanzo-wasm-worker").path
      try FileManager.default.copyItem(atPath: worker, toPath: beside)
      chmod(beside, 0o755)
      #expect(try callCopy().output == "8\n")
    }
  }

  @Test("info lists exports with parameter names, imports and sizes")
  func info() async throws {
    let people = try await run("info", Fixture.module("math.wat"))
    #expect(people.code == 0)
    #expect(people.output.contains("add(a: i32, b: i32) -> i32"))
    #expect(people.output.contains("divmod(i32, i32) -> i32, i32"))
    #expect(people.output.contains("global answer"))

    let run = try await run("info", Fixture.module("strings.wat"), "--json")
    #expect(run.code == 0)
    let info = try run.json()
    #expect(info["imports"]?[0]?["module"] == "env")
    #expect(info["imports"]?[0]?["name"] == "log")
    #expect(info["memoryPages"] == 1)
    #expect((info["hash"]?.stringValue ?? "").count == 64)
  }

  @Test("info says what is wrong with a module, by line in a text and by offset in a binary")
  func infoOfInvalidModule() async throws {
    let text = try await run("info", Fixture.module("syntax_error.wat"), "--json")
    #expect(text.code == 1)
    #expect(try text.json()["error"]?["code"] == "invalidModule")
    #expect(try text.json()["error"]?["location"]?["line"] != nil)

    let binary: [UInt8] = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0, 1, 0xFF]
    let run = try await run("info", "-", "--json", input: binary)
    #expect(run.code == 1)
    #expect(try run.json()["error"]?["location"]?["offset"] != nil)
  }

  @Test(
    "prints its version, and its help without arguments",
    arguments: [["--version"], ["--help"], ["call", "--help"], []])
  func help(_ arguments: [String]) async throws {
    let run = try await start(arguments).end()
    #expect(run.code == 0)
    #expect(!run.output.isEmpty)
  }
}
