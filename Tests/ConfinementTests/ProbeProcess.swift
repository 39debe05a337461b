// Starting the hostile twin and its victim, and waiting for what becomes of them.

import CConfinementProbe
import CLinux
import Foundation
import Testing

/// How a probe ended.
enum ProbeOutcome: Equatable, CustomStringConvertible {
  /// It said a result: >= 0, or a negated errno.
  case result(Int64)
  case signalled(Int32)
  /// It exited without a result.
  case exited(Int32)

  var description: String {
    switch self {
    case .result(let value): value < 0 ? String(cString: clinux_error_name(Int32(value))) : "success (\(value))"
    case .signalled(let number): String(cString: clinux_signal_name(number))
    case .exited(let code): "exit \(code)"
    }
  }
}

/// As whom a probe runs.
enum ProbeUser: String, CaseIterable, CustomTestStringConvertible {
  /// The user of the tests, who is also the worker's.
  case host
  /// The tests run as root, and the worker takes a dedicated user.
  case dedicated
  /// The tests run as root, and the probe and its victim as an ordinary user.
  case ordinary

  var testDescription: String { rawValue }

  /// Those that this machine and this user allow.
  static let available: [ProbeUser] = allCases.filter { user in
    if user == .host { return true }
    guard getuid() == 0 else { return false }
    if user == .dedicated { return true }
    return access("/usr/bin/setpriv", X_OK) == 0
      && (try? runProbe(["mode=attack", "attack=nothing", "layers=none"], user: user).outcome) == .result(0)
  }
}

struct ProbeError: Error, CustomStringConvertible {
  var description: String
}

/// The directory of the test executable, where SwiftPM puts the probe too.
let productsDirectory: String = {
  let link = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
  return (link as NSString).deletingLastPathComponent
}()

/// A pipe whose ends close with it.
final class Pipe {
  private(set) var read: Int32 = -1
  private(set) var write: Int32 = -1

  init(nonblockingRead: Bool = false) throws {
    let flags = nonblockingRead ? Int32(CLINUX_PIPE_READ_NONBLOCKING.rawValue) : 0
    let result = clinux_pipe(flags, &read, &write)
    guard result == 0 else { throw ProbeError(description: "pipe: \(result)") }
  }

  func closeRead() {
    if read >= 0 { _ = clinux_close(read) }
    read = -1
  }

  func closeWrite() {
    if write >= 0 { _ = clinux_close(write) }
    write = -1
  }

  deinit {
    closeRead()
    closeWrite()
  }
}

/// A running probe.
final class ProbeProcess {
  let process: clinux_process
  let requests: Pipe
  let replies: Pipe
  let errors: Pipe
  let lifeline: Pipe
  private var buffer: [UInt8] = []
  private var end: clinux_end?

  /// - Parameters:
  ///   - arguments: `name=value`.
  ///   - user: Who it runs as. `.dedicated` is passed on as the identity to take.
  ///   - leaked: A descriptor that the probe finds as its number 20.
  ///   - environment: Instead of the worker's.
  ///   - directories: Descriptors that the probe finds from number 4 on.
  init(
    _ arguments: [String], user: ProbeUser = .host, leaked: Int32? = nil,
    environment: [String] = ["SWIFT_BACKTRACE=enable=no"], directories: [Int32] = []
  ) throws {
    requests = try Pipe()
    replies = try Pipe()
    errors = try Pipe()
    lifeline = try Pipe(nonblockingRead: true)
    if user == .ordinary {
      // As if that user had started it.
      for pipe in [requests, replies, errors, lifeline] { fchown(pipe.read, 65_534, 65_534) }
    }
    var path = productsDirectory + "/confinement-probe"
    var all = ["confinement-probe"] + arguments
    if user == .ordinary {
      all = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", path] + arguments
      path = "/usr/bin/setpriv"
    } else if user == .dedicated {
      all += ["uid=61184", "gid=61184"]
    }
    let executable = clinux_open_executable(path, nil, nil)
    guard executable >= 0 else { throw ProbeError(description: "\(path): \(executable)") }
    defer { _ = clinux_close(executable) }
    var descriptors = [requests.read, replies.write, errors.write, lifeline.read] + directories
    if let leaked {
      while descriptors.count < 20 { descriptors.append(errors.write) }
      descriptors.append(leaked)
    }
    var process = clinux_process()
    var step: UnsafePointer<CChar>?
    let result = withCStrings(all) { arguments in
      withCStrings(environment) { environment in
        clinux_spawn(executable, arguments, environment, descriptors, Int32(descriptors.count), &process, &step)
      }
    }
    guard result == 0 else {
      throw ProbeError(description: "spawn: \(step.map { String(cString: $0) } ?? "?"): \(result)")
    }
    self.process = process
    requests.closeRead()
    replies.closeWrite()
    errors.closeWrite()
    lifeline.closeRead()
  }

  deinit {
    if end == nil {
      _ = clinux_pidfd_send_signal(process.pidfd, SIGKILL)
      var end = clinux_end()
      _ = clinux_wait(process.pidfd, 1, &end)
    }
    _ = clinux_close(process.pidfd)
  }

  /// The next line of its replies; nil at their end. A probe that says nothing for 30 seconds is killed.
  func line() throws -> String? {
    while true {
      if let newline = buffer.firstIndex(of: 10) {
        defer { buffer.removeSubrange(...newline) }
        return String(decoding: buffer[..<newline], as: UTF8.self)
      }
      var poll = pollfd(fd: replies.read, events: Int16(POLLIN), revents: 0)
      guard Foundation.poll(&poll, 1, 30_000) > 0 else {
        _ = clinux_pidfd_send_signal(process.pidfd, SIGKILL)
        throw ProbeError(description: "the probe neither answered nor ended")
      }
      var chunk = [UInt8](repeating: 0, count: 4_096)
      let count = clinux_read(replies.read, &chunk, chunk.count)
      if count <= 0 { return nil }
      buffer += chunk[..<Int(count)]
    }
  }

  /// Reaps it and says how it ended. Waits for at most 30 seconds.
  func wait() throws -> clinux_end {
    if let end { return end }
    var poll = pollfd(fd: process.pidfd, events: Int16(POLLIN), revents: 0)
    if Foundation.poll(&poll, 1, 30_000) <= 0 {
      _ = clinux_pidfd_send_signal(process.pidfd, SIGKILL)
      throw ProbeError(description: "the probe did not end")
    }
    var end = clinux_end()
    let result = clinux_wait(process.pidfd, 1, &end)
    guard result == 0 else { throw ProbeError(description: "wait: \(result)") }
    self.end = end
    return end
  }

  var isRunning: Bool {
    var end = clinux_end()
    return clinux_peek(process.pidfd, &end) == 0 && end.kind == CLINUX_END_RUNNING.rawValue
  }

  /// Everything on its standard error. To be called after its end.
  func standardError() -> String {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4_096)
    while true {
      let count = clinux_read(errors.read, &chunk, chunk.count)
      if count <= 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += chunk[..<Int(count)]
    }
  }

  /// The end of a process that it has forked for this one to reap, as a template does; it says the pid first.
  func outcomeOfChild() throws -> ProbeOutcome {
    guard let first = try line(), first.hasPrefix("child "), let pid = Int32(first.dropFirst(6)) else {
      throw ProbeError(description: "no child: \(try outcome()), \(standardError())")
    }
    let pidfd = clinux_pidfd_open(pid)
    guard pidfd >= 0 else { throw ProbeError(description: "pidfd_open: \(pidfd)") }
    defer { _ = clinux_close(pidfd) }
    let template = try outcome()
    var end = clinux_end()
    let waited = clinux_wait(pidfd, 1, &end)
    guard waited == 0 else { throw ProbeError(description: "the child is not ours to reap: \(waited)") }
    if end.kind == CLINUX_END_SIGNALLED.rawValue { return .signalled(end.code) }
    if end.code == 0, case .result = template { return template }
    return .exited(end.code)
  }

  /// Waits for its end, which a result precedes or not.
  func outcome() throws -> ProbeOutcome {
    var result: Int64?
    while let line = try line() {
      if line.hasPrefix("result "), let value = Int64(line.dropFirst(7)) { result = value }
    }
    let end = try wait()
    if end.kind == CLINUX_END_SIGNALLED.rawValue { return .signalled(end.code) }
    if end.code == 0, let result { return .result(result) }
    return .exited(end.code)
  }
}

/// Runs a probe to its end.
func runProbe(
  _ arguments: [String], user: ProbeUser = .host, leaked: Int32? = nil,
  environment: [String] = ["SWIFT_BACKTRACE=enable=no"], directories: [Int32] = []
) throws -> (outcome: ProbeOutcome, standardError: String) {
  let probe = try ProbeProcess(
    arguments, user: user, leaked: leaked, environment: environment, directories: directories)
  let outcome = try probe.outcome()
  return (outcome, probe.standardError())
}

/// Calls `body` with a NULL-terminated array of C strings.
func withCStrings<Result>(_ strings: [String], _ body: ([UnsafePointer<CChar>?]) -> Result) -> Result {
  let copies = strings.map { strdup($0) }
  defer { for copy in copies { free(copy) } }
  return body(copies.map { UnsafePointer($0) } + [nil])
}

/// A directory that is removed with it, open to every user.
final class TemporaryDirectory {
  /// Ends in a slash.
  let path: String

  init() throws {
    var template = Array((NSTemporaryDirectory() + "/hanzo-probe-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { throw ProbeError(description: "mkdtemp") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self) + "/"
    chmod(path, 0o777)
  }

  /// Makes a file that belongs to the ordinary user, if this is root.
  func makeFile(_ name: String, contents: String = "data", executable: Bool = false, ordinary: Bool = false) throws {
    try contents.write(toFile: path + name, atomically: false, encoding: .utf8)
    chmod(path + name, executable ? 0o755 : 0o644)
    if ordinary { chown(path + name, 65_534, 65_534) }
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }
}
