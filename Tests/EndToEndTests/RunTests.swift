// `hanzo-wasm run`: a WASI program's exit code, streams, arguments, environment and files.
import Foundation
import Testing
import WasmJSON

@Suite(.enabled(if: Fixture.isBuilt, "hanzo-wasm or hanzo-wasm-worker is not built"))
struct RunTests {
  /// Runs a module of these tests with its standard output in a file, to see every byte of it.
  private func runBytes(
    _ module: String, _ arguments: String..., input: [UInt8] = []
  ) async throws -> (run: Run, bytes: [UInt8]) {
    try await withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("output")
      try Data().write(to: url)
      let file = try FileHandle(forWritingTo: url)
      let run = try await start(["run", Fixture.module(module)] + arguments, input: input, output: file).end()
      return (run, Array(try Data(contentsOf: url)))
    }
  }

  // MARK: Exit codes

  @Test(
    "ends with the program's exit code, 0 when _start returns, and 1 for a code of more than eight bits",
    arguments: [(nil, 0), ("0", 0), ("1", 1), ("7", 7), ("134", 134), ("255", 255), ("256", 1), ("4294967295", 1)])
  func exitCode(_ argument: String?, _ code: Int32) async throws {
    let run = try await start(["run", Fixture.module("run_exit.wat"), "--"] + (argument.map { [$0] } ?? [])).end()
    #expect(run.code == code && !run.signalled)
    #expect(run.output == "" && run.diagnostics == "")
  }

  @Test("with --json prints the outcome of a program that ended with an exit code, which is no error")
  func jsonExitCode() async throws {
    let run = try await run("run", Fixture.module("run_exit.wat"), "--json", "--", "256")
    #expect(run.code == 1 && run.diagnostics == "")
    #expect(try run.json()["ok"] == true)
    #expect(try run.json()["exitCode"] == 256)
    #expect(try run.json()["value"] == .null)
  }

  @Test("a trap is 134 and an error, with what the program had written before and where it happened")
  func trap() async throws {
    let (run, bytes) = try await runBytes("run_streams.wat", "--", "trap")
    #expect(run.code == 134)
    #expect(bytes == Array("out".utf8) + [0xFF, 0x1B] + Array("[1m\0\n".utf8))
    #expect(run.lines("error: trap: ").count == 1 && run.lines("  at stop ").count == 1)

    let json = try await start(["run", Fixture.module("run_streams.wat"), "--json", "--", "trap"]).end()
    #expect(json.code == 134)
    #expect(try json.json()["ok"] == false)
    #expect(try json.json()["error"]?["trapKind"] == "unreachable")
    #expect(try json.json()["stderr"] == "err\u{FFFD}\n")
    #expect(try json.json()["exitCode"] == nil)
  }

  @Test("a program that does not end is stopped at the time limit, 124, or when its fuel is used up, 134")
  func limits() async throws {
    let late = try await run("run", Fixture.module("run_forever.wat"), "--timeout", "200ms")
    #expect(late.code == 124)
    #expect(late.lines("error: timedOut: the time limit of 200ms was over").count == 1)
    #expect(late.lines("hint: --timeout").count == 1)
    let exhausted = try await run("run", Fixture.module("run_forever.wat"), "--fuel", "100000")
    #expect(exhausted.code == 134)
    #expect(exhausted.lines("error: fuelExhausted: ").count == 1)
  }

  // MARK: Streams

  @Test("passes standard output and standard error on byte for byte")
  func rawStreams() async throws {
    let (run, bytes) = try await runBytes("run_streams.wat")
    #expect(run.code == 0)
    #expect(bytes == Array("out".utf8) + [0xFF, 0x1B] + Array("[1m\0\n".utf8))
    #expect(run.diagnostics == "err\u{FFFD}\n")
  }

  @Test("with --json prints both streams as texts, besides usage")
  func jsonStreams() async throws {
    let run = try await run("run", Fixture.module("run_streams.wat"), "--json")
    #expect(run.code == 0 && run.diagnostics == "")
    let outcome = try run.json()
    #expect(outcome["stdout"] == "out\u{FFFD}\u{1B}[1m\0\n" && outcome["stderr"] == "err\u{FFFD}\n")
    #expect(outcome["exitCode"] == 0)
    #expect((outcome["usage"]?["fuel"]?.uint64Value ?? 0) > 0)
  }

  @Test("standard input is empty, a file's contents, or with - the command's own")
  func standardInput() async throws {
    let text = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    #expect(try await runBytes("run_copy.wat", input: text).bytes == [])
    #expect(try await runBytes("run_copy.wat", "--stdin", "-", input: text).bytes == text)
    try await withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("input")
      try Data(text).write(to: file)
      let (run, bytes) = try await runBytes("run_copy.wat", "--stdin", file.path)
      #expect(run.code == 0 && run.diagnostics == "" && bytes == text)
    }
  }

  @Test("an input that is not there is an error that names it, in words and as JSON")
  func missingInput() async throws {
    let run = try await run("run", Fixture.module("run_copy.wat"), "--stdin", "/nowhere/input")
    #expect(run.code == 1 && run.output == "")
    #expect(run.lines("error: cannot open /nowhere/input").count == 1)
    let json = try await start(
      ["run", Fixture.module("run_copy.wat"), "--stdin", "/nowhere/input", "--json"]
    ).end()
    #expect(json.code == 1)
    #expect(try json.json()["error"]?["code"] == "commandFailed")
  }

  @Test("--output is what a program may write; more ends it, and what fits was written")
  func outputLimit() async throws {
    let all = try await runBytes("run_flood.wat", "--output", "256KiB")
    #expect(all.run.code == 0 && all.bytes.count == 256 << 10)
    let (run, bytes) = try await runBytes("run_flood.wat", "--output", "64KiB")
    #expect(run.code == 1)
    #expect(run.lines("error: outputLimitExceeded: ").count == 1)
    #expect(bytes.count == 64 << 10)
  }

  @Test("a reader of standard output that has gone away does not hide the program's exit code")
  func brokenPipe() async throws {
    let pipe = Pipe()
    try pipe.fileHandleForReading.close()
    let run = try await run("run", Fixture.module("run_flood.wat"), output: pipe.fileHandleForWriting)
    #expect(run.code == 0 && !run.signalled && run.diagnostics == "")
  }

  // MARK: Arguments and environment

  @Test("arguments are those behind --, after the file's name or what --argv0 says")
  func arguments() async throws {
    let module = Fixture.module("run_arguments.wat")
    #expect(try await run("run", module).output == "run_arguments.wat\0")
    #expect(
      try await run("run", module, "--argv0", "tool", "--", "--env", "a b", "", "ä", "--").output
        == "tool\0--env\0a b\0\0ä\0--\0")
  }

  @Test("the environment is what --env says and nothing else, in order, a later value in place of an earlier")
  func environment() async throws {
    let module = Fixture.module("run_arguments.wat")
    #expect(try await run("run", module).diagnostics == "")
    #expect(
      try await run("run", module, "--env", "B=2", "--env", "A=x=y", "--env", "EMPTY=").diagnostics
        == "B=2\0A=x=y\0EMPTY=\0")
    #expect(
      try await run("run", module, "--env", "A=1", "--env", "B=2", "--env", "A=3").diagnostics == "B=2\0A=3\0")
  }

  // MARK: Files

  @Test(
    "a directory is writable unless :ro is behind it, and has its own name without ::",
    arguments: [("", true), ("::/data", true), ("::/data:rw", true), ("::/data:ro", false), (":ro", false)])
  func directories(_ suffix: String, _ isWritable: Bool) async throws {
    try await withTemporaryFolder { folder in
      try Data("contents\n".utf8).write(to: folder.appendingPathComponent("in.txt"))
      let name = suffix.hasPrefix("::") ? "/data" : folder.path
      let module = Fixture.module("run_files.wat")

      let reading = try await run("run", module, "--dir", folder.path + suffix)
      #expect(reading.code == 0 && reading.diagnostics == "" && reading.output == "\(name)\ncontents\n")

      let writing = try await run("run", module, "--dir", folder.path + suffix, "--", "write")
      let made = folder.appendingPathComponent("out.txt")
      #expect(writing.output == "\(name)\n")
      // What is read-only answers `perm` (docs/wasi.md).
      #expect(writing.code == (isWritable ? 0 : 63))
      #expect((try? String(contentsOf: made, encoding: .utf8)) == (isWritable ? "made\n" : nil))
    }
  }

  @Test("without --dir a program finds no directory")
  func noDirectory() async throws {
    let run = try await run("run", Fixture.module("run_files.wat"))
    #expect(run.code == 8 && run.output == "")  // badf
  }

  @Test("a directory that is not there, or is none, is an error that names it")
  func missingDirectory() async throws {
    for path in ["/nowhere/at/all", Fixture.module("run_files.wat")] {
      let run = try await run("run", Fixture.module("run_files.wat"), "--dir", "\(path)::/data")
      #expect(run.code == 1 && run.output == "")
      #expect(run.lines("error: invalidArguments: ").count == 1 && run.diagnostics.contains(path))
    }
  }

  // MARK: Determinism

  @Test("with --deterministic every run writes the same bytes, which follow from the seed; without it none does")
  func determinism() async throws {
    let first = try await runBytes("run_random.wat", "--deterministic")
    #expect(first.run.code == 0 && first.bytes.count == 48)
    #expect(try await runBytes("run_random.wat", "--deterministic").bytes == first.bytes)
    let seeded = try await runBytes("run_random.wat", "--deterministic", "--seed", "7").bytes
    #expect(seeded.prefix(32) != first.bytes.prefix(32) && seeded.suffix(16) == first.bytes.suffix(16))
    let machine = try await runBytes("run_random.wat").bytes
    #expect(try await runBytes("run_random.wat").bytes != machine)
  }

  // MARK: Mistakes

  @Test("a module without _start is no program, and the hint says how to see what it has")
  func noProgram() async throws {
    let run = try await run("run", Fixture.module("math.wat"))
    #expect(run.code == 1)
    #expect(run.lines("error: functionNotFound: ").count == 1 && run.lines("hint: ").count == 1)
  }

  @Test(
    "refuses options that it cannot read as misuse",
    arguments: [
      ["--env", "NAME"], ["--env", "=value"], ["--env", ""], ["--dir", ""], ["--dir", "::/data"], ["--dir", "/tmp::"],
      ["--dir", ":ro"], ["--output", "1"], ["--output", "257MiB"], ["--seed", "1"],
      ["--seed", "-1", "--deterministic"],
      ["--fuel", "many"], ["--no-such-option"],
    ])
  func misuse(_ options: [String]) async throws {
    let run = try await start(["run", Fixture.module("run_exit.wat")] + options).end()
    #expect(run.code == 64 && run.output == "")
    #expect(run.diagnostics.contains("Usage: hanzo-wasm run"))
  }

  @Test("standard input cannot be both the module and the input")
  func oneStandardInput() async throws {
    #expect(try await run("run", "-", "--stdin", "-").code == 64)
    let text = try Data(contentsOf: URL(fileURLWithPath: Fixture.module("run_exit.wat")))
    #expect(try await run("run", "-", "--", "9", input: Array(text)).code == 9)
  }
}
