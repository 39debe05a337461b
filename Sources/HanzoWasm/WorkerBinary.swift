// Finding, checking and opening the worker's executable (DESIGN.md, section 2).

import CLinux
import Glibc
import Synchronization
import WorkerProtocol

/// The worker's executable. It is opened once and executed through the descriptor, so that an upgrade on disk cannot mix
/// two builds in one runtime.
struct WorkerBinary: ~Copyable, Sendable {
  static let fileName = "hanzo-wasm-worker"

  let path: String
  /// nil after ``close()``.
  private let descriptor: Mutex<FileDescriptor?>

  /// Opens the configured executable, or looks for it beside the running executable or library, then in
  /// `../libexec/hanzo-wasm/` from there. `PATH` and the environment are never consulted.
  init(configured: String?) throws(WasmError) {
    let candidates = configured.map { [$0] } ?? Self.places()
    var problems: [String] = []
    for candidate in candidates {
      var mode: UInt32 = 0
      var owner: UInt32 = 0
      let result = candidate.withCString { clinux_open_executable($0, &mode, &owner) }
      if result < 0 {
        if configured == nil, result == -ENOENT || result == -ENOTDIR { continue }
        problems.append("\(candidate): \(Self.sentence(-result))")
        continue
      }
      let opened = FileDescriptor(owning: result)
      if mode & 0o022 != 0 {
        // Another user could put a program of their own into the host's hands.
        problems.append("\(candidate): it may be written by its group or by others (chmod go-w)")
        continue
      }
      if owner != 0, owner != geteuid() {
        problems.append("\(candidate): it belongs to user \(owner), neither this user nor root")
        continue
      }
      path = candidate
      descriptor = Mutex(opened)
      return
    }
    let message =
      problems.isEmpty
      ? "There is no \(Self.fileName) beside this program or in ../libexec/hanzo-wasm/; set worker.path."
      : "The worker's executable cannot be used. \(problems.joined(separator: "; "))"
    throw WasmError(.sandboxUnavailable, message).with { $0.layer = "worker" }
  }

  /// Executes the body with the descriptor, which stays open that long.
  func withDescriptor<Value>(_ body: (Int32) -> Value) throws(SystemError) -> Value {
    try descriptor.withLock { (descriptor) throws(SystemError) in
      guard let number = descriptor?.number else { throw SystemError(number: EBADF, call: "execveat") }
      return body(number)
    }
  }

  /// Called when no worker will be started any more, so that nothing is left open when a shutdown is over.
  func close() { descriptor.withLock { $0 = nil } }

  private static func sentence(_ number: Int32) -> String {
    switch number {
    case ENOENT, ENOTDIR: "there is no such file"
    case EACCES: "it is not an executable file that this user may read"
    case ELOOP: "too many symbolic links"
    default: "errno \(number)"
    }
  }

  /// What helps against the error with which the kernel refuses to execute it, behind the error's name.
  static func hint(_ number: Int32) -> String {
    switch number {
    case ENOEXEC: " (it is not a program for this machine, or damaged: install it again)"
    case ETXTBSY: " (somebody is writing it: install a new one under another name and rename it)"
    case EACCES, EPERM: " (its file system may be mounted noexec, or a security policy forbids it)"
    default: ""
    }
  }

  private static func places() -> [String] {
    var directories: [String] = []
    for directory in [directory(clinux_executable_path), directory(clinux_own_library_path)] {
      if let directory, !directories.contains(directory) { directories.append(directory) }
    }
    return directories.map { "\($0)/\(fileName)" }
      + directories.map { "\($0)/../libexec/hanzo-wasm/\(fileName)" }
  }

  /// The directory of the file whose path the call finds out; nil if it is not known or not absolute.
  private static func directory(_ findOut: (UnsafeMutablePointer<CChar>?, Int) -> Int32) -> String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4_096) { buffer in
      let length = findOut(buffer.baseAddress, buffer.count)
      guard length > 0 else { return nil }
      let path = String(
        decoding: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<Int(length)]), as: UTF8.self)
      guard path.hasPrefix("/"), let slash = path.lastIndex(of: "/") else { return nil }
      return String(path[..<slash])
    }
  }
}
