// `hanzo-wasm call`: results, options, streams and exit codes.
import Foundation
import Testing
import WasmJSON

@Suite(.enabled(if: Fixture.isBuilt, "hanzo-wasm or hanzo-wasm-worker is not built"))
struct CallTests {
  struct Success: Sendable, CustomTestStringConvertible {
    var arguments: [String]
    var output: String
    var testDescription: String { arguments.map { ($0 as NSString).lastPathComponent }.joined(separator: " ") }
  }

  static let successes = [
    Success(arguments: [Fixture.module("math.wat"), "add", "[5, 3]"], output: "8\n"),
    Success(arguments: [Fixture.module("math.wat"), "add", #"{"b": 3, "a": -5}"#], output: "-2\n"),
    Success(arguments: [Fixture.module("math.wat"), "half", "3"], output: "1.5\n"),
    Success(arguments: [Fixture.module("math.wat"), "divmod", "[17, 5]"], output: "[3,2]\n"),
    Success(arguments: [Fixture.module("math.wat"), "nothing"], output: "null\n"),
    Success(arguments: [Fixture.module("math.wat"), "largest"], output: "9223372036854775807\n"),
    Success(arguments: [Fixture.module("math.wat"), "not_a_number"], output: "null\n"),
    Success(arguments: [Fixture.module("math.wat"), "add", "[5]", "--parameters", "lenient"], output: "5\n"),
    Success(arguments: [Fixture.module("math.wat"), "add", "[5, 3]", "--parameters", "strict"], output: "8\n"),
    Success(arguments: [Fixture.module("math.wat"), "add", "[5, 3]", "--fuel", "none"], output: "8\n"),
    Success(arguments: [Fixture.module("math.wat"), "add", "[5, 3]", "--fuel", "1000"], output: "8\n"),
    Success(arguments: [Fixture.module("math.wat"), "add", "[5, 3]", "--timeout", "20000ms"], output: "8\n"),
    Success(arguments: [Fixture.module("math.wat"), "add", "[5, 3]", "--timeout", "1m"], output: "8\n"),
    Success(arguments: [Fixture.module("math.wat"), "add", "[5, 3]", "--memory", "65536B"], output: "8\n"),
    Success(arguments: [Fixture.module("math.wat"), "add", "[5, 3]", "--memory", "1GiB"], output: "8\n"),
    Success(arguments: [Fixture.module("strings.wat"), "hello"], output: "\"Hello, world!\"\n"),
    Success(
      arguments: [Fixture.example("text_statistics.wasm"), "text_statistics", #"["b a b"]"#],
      output: #"{"bytes":5,"lines":1,"words":3,"distinct":2,"longest":1,"#
        + #""top":[{"word":"b","count":2},{"word":"a","count":1}]}"# + "\n"),
  ]

  @Test("prints the result as one line of JSON and nothing else", arguments: successes)
  func result(_ expected: Success) async throws {
    let run = try await start(["call"] + expected.arguments).end()
    #expect(run.output == expected.output)
    #expect(run.diagnostics == "")
    #expect(run.code == 0)
  }

  struct Failure: Sendable, CustomTestStringConvertible {
    var arguments: [String]
    var code: Int32
    /// Beginnings of lines that must be on standard error.
    var lines: [String]
    var testDescription: String {
      "\(code): " + arguments.map { ($0 as NSString).lastPathComponent }.joined(separator: " ")
    }
  }

  static let failures = [
    Failure(
      arguments: [Fixture.module("math.wat"), "subtract"], code: 1, lines: ["error: functionNotFound: ", "hint: "]),
    Failure(arguments: [Fixture.module("math.wat"), "answer"], code: 1, lines: ["error: functionNotFound: "]),
    Failure(arguments: [Fixture.module("math.wat"), "add"], code: 1, lines: ["error: invalidArguments: ", "hint: "]),
    Failure(
      arguments: [Fixture.module("math.wat"), "add", "[1, 2, 3]"], code: 1, lines: ["error: invalidArguments: "]),
    Failure(
      arguments: [Fixture.module("math.wat"), "add", #"["x", 2]"#], code: 1, lines: ["error: invalidArguments: "]),
    Failure(
      arguments: [Fixture.module("math.wat"), "add", "[1, 2"], code: 1,
      lines: ["error: the parameters are not JSON", "hint: "]),
    Failure(
      arguments: [Fixture.module("math.wat"), "add", ""], code: 1, lines: ["error: the parameters are not JSON"]),
    Failure(arguments: [Fixture.module("syntax_error.wat"), "run"], code: 1, lines: ["error: invalidModule: "]),
    Failure(
      arguments: [Fixture.module("unknown_import.wat"), "run"], code: 1, lines: ["error: unresolvedImport: ", "hint: "]),
    Failure(
      arguments: [Fixture.example("memory_hog.wat"), "run", "--memory", "4MiB"], code: 1,
      lines: ["error: memoryLimitExceeded: ", "hint: --memory"]),
    Failure(
      arguments: [Fixture.example("memory_bomb.wat"), "grow_for_ever", "--memory", "4MiB"], code: 134,
      lines: ["error: trap: ", "hint: the guest had been refused a memory of "]),
    Failure(
      arguments: [Fixture.module("math.wat"), "add", "[5, 3]", "--memory", "1KiB"], code: 1,
      lines: ["error: invalidConfiguration: ", "hint: "]),
    Failure(
      arguments: ["/nowhere/at/all.wasm", "run"], code: 1, lines: ["error: cannot open /nowhere/at/all.wasm", "hint: "]),
    Failure(arguments: ["/tmp", "run"], code: 1, lines: ["error: /tmp is a directory"]),
    Failure(arguments: ["/dev/null", "run"], code: 1, lines: ["error: /dev/null is not a regular file", "hint: "]),
    Failure(
      arguments: [Fixture.module("math.wat"), "quotient", "[1, 0]"], code: 134,
      lines: ["error: trap: ", "  at divide ", "  at quotient "]),
    Failure(arguments: [Fixture.module("math.wat"), "give_up"], code: 134, lines: ["error: trap: "]),
    Failure(
      arguments: [Fixture.module("math.wat"), "recurse", "--fuel", "none"], code: 134,
      lines: ["error: trap: ", "  at recurse ", "  and "]),
    Failure(
      arguments: [Fixture.example("spin.wat"), "spin", "--fuel", "1000"], code: 134,
      lines: ["error: fuelExhausted: ", "hint: --fuel"]),
    Failure(
      arguments: [Fixture.module("math.wat"), "add", "[5, 3]", "--fuel", "0"], code: 1,
      lines: ["error: invalidConfiguration: ", "hint: "]),
    Failure(
      arguments: [Fixture.module("math.wat"), "add", "[5, 3]", "--fuel", "1"], code: 134,
      lines: ["error: fuelExhausted: "]),
    Failure(
      arguments: [Fixture.example("spin.wat"), "spin", "--fuel", "none", "--timeout", "200ms"], code: 124,
      lines: ["error: timedOut: ", "hint: --timeout"]),
  ]

  @Test("says in one line what is wrong, and ends with its exit code", arguments: failures)
  func failure(_ expected: Failure) async throws {
    let run = try await start(["call"] + expected.arguments).end()
    #expect(run.code == expected.code)
    #expect(run.output == "")
    #expect(run.lines("error: ").count == 1)
    for line in expected.lines {
      #expect(!run.lines(line).isEmpty, "no line begins with \(line) in: \(run.diagnostics)")
    }
  }

  @Test(
    "refuses sizes, times and numbers without their exact form as misuse",
    arguments: [
      ["--memory", "256"], ["--memory", "256MB"], ["--memory", "-1MiB"], ["--memory", "1.5MiB"], ["--memory", " 1MiB"],
      ["--memory", "99999999999999999999GiB"], ["--memory", "20000000000GiB"], ["--memory", "MiB"],
      ["--memory", "+1MiB"],
      ["--timeout", "30"], ["--timeout", "0s"], ["--timeout", "1h"], ["--timeout", "1,5s"], ["--timeout", "-1s"],
      ["--timeout", "18446744073709551615m"], ["--fuel", "many"], ["--fuel", "-1"], ["--fuel", "1e9"],
      ["--fuel", "18446744073709551616"], ["--parameters", "loose"], ["--no-such-option"], ["--json", "--yaml"],
    ])
  func misuse(_ options: [String]) async throws {
    let run = try await start(["call", Fixture.module("math.wat"), "add", "[5, 3]"] + options).end()
    #expect(run.code == 64)
    #expect(run.output == "")
    #expect(run.diagnostics.contains("Usage: hanzo-wasm call"))
  }

  @Test("reads a module from standard input, in text and in binary form")
  func standardInput() async throws {
    let text = try Data(contentsOf: URL(fileURLWithPath: Fixture.module("math.wat")))
    #expect(try await run("call", "-", "add", "[5, 3]", input: Array(text)).output == "8\n")
    let binary = try Data(contentsOf: URL(fileURLWithPath: Fixture.example("text_statistics.wasm")))
    let answer = try await run("call", "-", "text_statistics", #""one two""#, input: Array(binary))
    #expect(try answer.json()["words"] == 2)
  }

  @Test("says that standard input is empty")
  func emptyInput() async throws {
    let run = try await run("call", "-", "add")
    #expect(run.code == 1)
    #expect(run.diagnostics.hasPrefix("error: standard input is empty"))
  }

  @Test(
    "refuses bytes that are no module in any form", arguments: [[0, 0x61, 0x73], [0xFF, 0xFE, 0x00], [0x7F, 0x45]])
  func noModule(_ bytes: [UInt8]) async throws {
    let run = try await run("call", "-", "add", input: bytes)
    #expect(run.code == 1)
    #expect(run.lines("error: invalidModule: ").count == 1)
  }

  @Test("says which file cannot be read, is empty, or is too large")
  func files() async throws {
    try await withTemporaryFolder { folder in
      let empty = folder.appendingPathComponent("empty.wasm")
      try Data().write(to: empty)
      #expect(try await run("call", empty.path, "run").diagnostics.contains("empty.wasm is empty"))

      let large = folder.appendingPathComponent("large.wasm")
      try Data().write(to: large)
      let handle = try FileHandle(forWritingTo: large)
      try handle.truncate(atOffset: 1 << 40)
      try handle.close()
      let run = try await run("call", large.path, "run")
      #expect(run.code == 1)
      #expect(run.diagnostics.contains("large.wasm is too large"))
    }
  }

  @Test("runs a module that is larger than the library's default limit")
  func largeModule() async throws {
    try await withTemporaryFolder { folder in
      // (func (export "f") (result i32) (i32.const 42)), and a custom section of 65 MiB, whose length takes four bytes.
      let length = 65 << 20
      var module = Data([0, 0x61, 0x73, 0x6D, 1, 0, 0, 0, 0])
      for byte in 0..<4 {
        let bits = UInt8(truncatingIfNeeded: length >> (7 * byte)) & 0x7F
        module.append(byte < 3 ? bits | 0x80 : bits)
      }
      module.append(contentsOf: [1, 0x78])
      module.append(Data(count: length - 2))
      module.append(contentsOf: [1, 5, 1, 0x60, 0, 1, 0x7F, 3, 2, 1, 0, 7, 5, 1, 1, 0x66, 0, 0])
      module.append(contentsOf: [10, 6, 1, 4, 0, 0x41, 42, 0x0B])
      let file = folder.appendingPathComponent("large.wasm")
      try module.write(to: file)
      let run = try await run("call", file.path, "f", "--timeout", "60s")
      #expect(run.output == "42\n")
      #expect(run.code == 0)
    }
  }

  @Test("writes the guest's messages to standard error, a line each, with control characters spelled out")
  func logs() async throws {
    let run = try await run("call", Fixture.module("strings.wat"), "log_lines")
    #expect(run.code == 0)
    #expect(run.output == "1\n")
    #expect(run.diagnostics == "log: info: first line\\nerror: forged\\u{1b}[31m\n")
  }

  @Test("writes what the guest logged before it trapped")
  func logsBeforeTrap() async throws {
    let run = try await run("call", Fixture.module("strings.wat"), "log_and_trap")
    #expect(run.code == 134)
    #expect(run.lines("log: info: Hello").count == 1)
  }

  @Test("with --json prints the outcome with value, logs and usage as one object")
  func jsonOutcome() async throws {
    let run = try await run("call", Fixture.module("strings.wat"), "log_lines", "--json")
    #expect(run.code == 0)
    #expect(run.diagnostics == "")
    let outcome = try run.json()
    #expect(outcome["ok"] == true)
    #expect(outcome["value"] == 1)
    #expect(outcome["logs"]?[0]?["message"] == "first line\nerror: forged\u{1b}[31m")
    #expect((outcome["usage"]?["fuel"]?.uint64Value ?? 0) > 0)
    #expect((outcome["usage"]?["peakMemoryBytes"]?.uint64Value ?? 0) == 65_536)
    #expect((outcome["usage"]?["wallNanoseconds"]?.int64Value ?? 0) > 0)
  }

  @Test("with --json prints the error with its facts, and keeps the exit code")
  func jsonError() async throws {
    let trap = try await run("call", Fixture.module("math.wat"), "quotient", "[1, 0]", "--json")
    #expect(trap.code == 134)
    #expect(trap.diagnostics == "")
    let error = try trap.json()["error"]
    #expect(try trap.json()["ok"] == false)
    #expect(error?["code"] == "trap")
    #expect(error?["fault"] == "guest")
    #expect(error?["execution"] == "maybeRan")
    #expect(error?["trapKind"] == "integerDivideByZero")
    #expect(error?["frames"]?[0]?["name"] == "divide")

    let arity = try await run("call", Fixture.module("math.wat"), "add", "[1]", "--json")
    #expect(arity.code == 1)
    #expect(try arity.json()["error"]?["execution"] == "notStarted")

    let missing = try await run("call", "/nowhere.wasm", "add", "--json")
    #expect(missing.code == 1)
    #expect(try missing.json()["error"]?["code"] == "commandFailed")

    let late = try await run(
      "call", Fixture.example("spin.wat"), "spin", "--fuel", "none", "--timeout", "200ms", "--json")
    #expect(late.code == 124)
    #expect(try late.json()["error"]?["code"] == "timedOut")
  }

  @Test("reports a standard output that cannot be written", arguments: ["/dev/full"])
  func fullOutput(_ path: String) async throws {
    let device = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    let run = try await run("call", Fixture.module("math.wat"), "add", "[5, 3]", output: device)
    #expect(run.code == 1)
    #expect(run.diagnostics.hasPrefix("error: cannot write to standard output"))
  }

  @Test("reports a reader of standard output that has gone away")
  func brokenPipe() async throws {
    let pipe = Pipe()
    try pipe.fileHandleForReading.close()
    let run = try await run("call", Fixture.module("math.wat"), "add", "[5, 3]", output: pipe.fileHandleForWriting)
    #expect(run.code == 1)
    #expect(!run.signalled)
    #expect(run.diagnostics.hasPrefix("error: standard output was closed"))
  }
}
