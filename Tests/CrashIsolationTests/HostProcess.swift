/// Starts the helper host, whose descriptors and children are its own to count.

import Foundation
import Testing
import WasmJSON

enum Requirements {
  static let worker = ProcessInfo.processInfo.environment["HANZO_WASM_WORKER"]
  static let hasWorker = worker != nil

  /// The helper, which the build puts beside the test bundle.
  static var hostProcess: URL? {
    guard let executable = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
      return nil
    }
    let candidates =
      [URL(fileURLWithPath: executable)] + CommandLine.arguments.map { URL(fileURLWithPath: $0) }
    return candidates.map { $0.deletingLastPathComponent().appendingPathComponent("host-process") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }

  static let isRoot = geteuid() == 0

  /// Whether root can become an ordinary user that may still execute what was built here.
  static let canBecomeOrdinary: Bool = {
    guard isRoot, let hostProcess, let worker else { return false }
    let check = Process()
    check.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    check.arguments = ["setpriv"] + ordinaryUser + ["test", "-x", hostProcess.path, "-a", "-r", worker]
    check.standardError = FileHandle.nullDevice
    guard (try? check.run()) != nil else { return false }
    check.waitUntilExit()
    return check.terminationStatus == 0
  }()

  static let hasSetpriv: Bool = {
    let check = Process()
    check.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    check.arguments = ["setpriv", "--version"]
    check.standardOutput = FileHandle.nullDevice
    check.standardError = FileHandle.nullDevice
    guard (try? check.run()) != nil else { return false }
    check.waitUntilExit()
    return check.terminationStatus == 0
  }()

  /// The arguments of setpriv for a user without any privilege.
  static let ordinaryUser = ["--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all"]
}

/// A running helper.
final class HostProcess {
  private let process = Process()
  private let output = Pipe()
  private let input = Pipe()

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// - Parameter behind: a command that ends by executing its last arguments.
  init(_ arguments: [String], asOrdinaryUser: Bool = false, behind launcher: [String] = []) throws {
    guard let executable = Requirements.hostProcess else {
      throw Failure(description: "host-process is not beside the test bundle")
    }
    let command = launcher + [executable.path] + arguments
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = asOrdinaryUser ? ["setpriv"] + Requirements.ordinaryUser + command : command
    process.standardOutput = output
    process.standardInput = input
    try process.run()
  }

  var pid: Int32 { process.processIdentifier }

  /// The helper's next line.
  func report() throws -> JSONValue {
    var line: [UInt8] = []
    while let byte = try output.fileHandleForReading.read(upToCount: 1)?.first, byte != 0x0A { line.append(byte) }
    guard !line.isEmpty else {
      process.waitUntilExit()
      throw Failure(description: "host-process ended with status \(process.terminationStatus) and said nothing")
    }
    return try JSONValue(parsing: line)
  }

  /// Ends the helper's input and waits for it.
  func finish() throws -> Int32 {
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// Kills the helper without a warning, and reaps it.
  func kill() {
    Glibc.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// Kills the helper; a second later none of these processes of its must be left.
  func killExpectingTheEnd(of pids: [Int], sourceLocation: SourceLocation = #_sourceLocation) async throws {
    #expect(pids.allSatisfy(ProcessTable.isAlive), sourceLocation: sourceLocation)
    let clock = ContinuousClock()
    let begun = clock.now
    kill()
    while pids.contains(where: ProcessTable.isAlive), clock.now - begun < .seconds(1) {
      try await Task.sleep(for: .milliseconds(5))
    }
    #expect(
      !pids.contains(where: ProcessTable.isAlive), "a second after the host's end", sourceLocation: sourceLocation)
    for pid in pids where ProcessTable.isAlive(pid) { Glibc.kill(Int32(pid), SIGKILL) }
  }

  /// Runs a scenario to its end.
  static func run(_ arguments: String...) throws -> JSONValue { try run(arguments, asOrdinaryUser: false) }

  static func run(_ arguments: [String], asOrdinaryUser: Bool) throws -> JSONValue {
    let host = try HostProcess(arguments, asOrdinaryUser: asOrdinaryUser)
    let report = try host.report()
    guard try host.finish() == 0 else { throw Failure(description: "host-process failed after \(report)") }
    return report
  }
}

/// Reads /proc.
enum ProcessTable {
  /// The fields of /proc/PID/status.
  static func status(_ pid: Int) throws -> [String: String] {
    let text = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
    return text.split(separator: "\n").reduce(into: [:]) { fields, line in
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 { fields[String(parts[0])] = parts[1].trimmingCharacters(in: .whitespaces) }
    }
  }

  /// The soft and hard limit of a line of /proc/PID/limits.
  static func limit(_ pid: Int, _ name: String) throws -> [String] {
    let text = try String(contentsOfFile: "/proc/\(pid)/limits", encoding: .utf8)
    guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name) }) else { return [] }
    return line.dropFirst(name.count).split(separator: " ").prefix(2).map(String.init)
  }

  /// Whether a process runs: it exists and is not a zombie that nobody has reaped.
  static func isAlive(_ pid: Int) -> Bool {
    guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
      let end = stat.lastIndex(of: ")")
    else { return false }
    return !stat[stat.index(after: end)...].hasPrefix(" Z")
  }
}
