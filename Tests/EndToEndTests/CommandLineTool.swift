// Runs the built `hanzo-wasm` as a user would: as a process with arguments, an environment and three streams.
import Foundation
import WasmJSON

#if canImport(Glibc)
  import Glibc
#endif

/// Where the executables and the modules for these tests are.
enum Fixture {
  private static let environment = ProcessInfo.processInfo.environment

  /// The repository's root, seen from this file.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The folder of the test executable, which SwiftPM shares with the other products.
  private static let products = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent()

  /// The command: `HANZO_WASM_CLI`, else the one built beside the tests. nil if there is none.
  static let command = executable("HANZO_WASM_CLI", "hanzo-wasm")
  /// The worker: `HANZO_WASM_WORKER`, else the one built beside the tests. nil if there is none.
  static let worker = executable("HANZO_WASM_WORKER", "hanzo-wasm-worker")

  static var isBuilt: Bool { command != nil && worker != nil }

  private static func executable(_ variable: String, _ name: String) -> String? {
    let path = environment[variable] ?? products.appendingPathComponent(name).path
    return FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }

  /// A module of these tests.
  static func module(_ name: String) -> String {
    root.appendingPathComponent("Tests/EndToEndTests/Modules/\(name)").path
  }

  /// A guest of the demo.
  static func example(_ name: String) -> String { root.appendingPathComponent("Examples/demo/\(name)").path }
}

/// A folder that is gone after the test.
func withTemporaryFolder<R>(_ body: (URL) async throws -> R) async throws -> R {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hanzo-wasm-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try await body(folder)
}

/// What a run of the command left behind.
struct Run {
  var code: Int32
  var signalled: Bool
  var output: String
  var diagnostics: String

  /// Standard output as one JSON value.
  func json() throws -> JSONValue { try JSONValue(parsing: Array(output.utf8)) }
  /// The lines of standard error that begin with `prefix`.
  func lines(_ prefix: String) -> [Substring] {
    diagnostics.split(separator: "\n").filter { $0.hasPrefix(prefix) }
  }
}

/// A started command, for the tests that do something to it while it runs.
struct RunningCommand {
  fileprivate let process: Process
  fileprivate let folder: URL
  fileprivate let ended: AsyncStream<Void>

  var processIdentifier: Int32 { process.processIdentifier }

  func end() async throws -> Run {
    for await _ in ended {}
    defer { try? FileManager.default.removeItem(at: folder) }
    func text(_ name: String) throws -> String {
      String(decoding: try Data(contentsOf: folder.appendingPathComponent(name)), as: UTF8.self)
    }
    return Run(
      code: process.terminationStatus, signalled: process.terminationReason == .uncaughtSignal,
      output: try text("stdout"), diagnostics: try text("stderr"))
  }
}

/// Starts the command with the arguments, `input` on its standard input, and an environment that has only what is given.
///
/// - Parameter launcher: a command that ends by executing its last arguments.
func start(
  _ arguments: [String], input: [UInt8] = [], environment: [String: String]? = nil, output: FileHandle? = nil,
  behind launcher: [String] = []
) throws -> RunningCommand {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hanzo-wasm-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  // Files instead of pipes: whatever the command writes, nobody has to read at the same time.
  func file(_ name: String, _ contents: [UInt8]) throws -> FileHandle {
    let url = folder.appendingPathComponent(name)
    try Data(contents).write(to: url)
    return try FileHandle(forUpdating: url)
  }
  let process = Process()
  process.executableURL = URL(fileURLWithPath: launcher.isEmpty ? Fixture.command ?? "" : "/usr/bin/env")
  process.arguments = launcher.isEmpty ? arguments : launcher + [Fixture.command ?? ""] + arguments
  process.environment = environment ?? ["HANZO_WASM_WORKER": Fixture.worker ?? ""]
  if !launcher.isEmpty { process.environment?["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin" }
  process.standardInput = try file("stdin", input)
  let standardOutput = try file("stdout", [])
  process.standardOutput = output ?? standardOutput
  process.standardError = try file("stderr", [])
  let (ended, continuation) = AsyncStream<Void>.makeStream()
  process.terminationHandler = { _ in continuation.finish() }
  try process.run()
  return RunningCommand(process: process, folder: folder, ended: ended)
}

func run(
  _ arguments: String..., input: [UInt8] = [], environment: [String: String]? = nil, output: FileHandle? = nil
) async throws -> Run {
  try await start(arguments, input: input, environment: environment, output: output).end()
}

/// The child processes of a process (proc(5), `/proc/PID/stat`, field 4).
func children(of parent: Int32) -> [Int32] {
  let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
  return processes.compactMap { Int32($0) }.filter { statistics(of: $0).map { $0.parent == parent } ?? false }
}

/// Parent and user CPU time in clock ticks; nil if the process is gone.
func statistics(of process: Int32) -> (parent: Int32, userTicks: Int)? {
  guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
    let name = text.range(of: ") ", options: .backwards)
  else { return nil }
  let fields = text[name.upperBound...].split(separator: " ")
  guard fields.count > 11, let parent = Int32(fields[1]), let ticks = Int(fields[11]) else { return nil }
  return (parent, ticks)
}
