/// Directories of the host for one test.

import Foundation
import Glibc

/// O_PATH, which Swift does not import.
private let pathOnly: Int32 = 0o10000000

/// A fresh directory, removed with everything in it when it is released.
final class TemporaryDirectory {
  let path: String
  /// O_PATH, as a worker gets it.
  let descriptor: Int32

  struct Failure: Error {
    let what: String
    let error: Int32
  }

  init() throws {
    var template = Array("/tmp/hanzo-wasi-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw Failure(what: "mkdtemp", error: errno) }
    path = String(cString: made)
    descriptor = Glibc.open(path, pathOnly | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure(what: "open", error: errno) }
  }

  deinit {
    Glibc.close(descriptor)
    try? FileManager.default.removeItem(atPath: path)
  }

  func at(_ name: String) -> String { path + "/" + name }

  func write(_ name: String, _ contents: String) throws {
    try FileManager.default.createDirectory(
      atPath: (at(name) as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(contents.utf8).write(to: URL(fileURLWithPath: at(name)))
  }

  func makeDirectory(_ name: String) throws { try check(mkdir(at(name), 0o777), "mkdir") }
  func symlink(_ name: String, to target: String) throws { try check(Glibc.symlink(target, at(name)), "symlink") }
  func makeFIFO(_ name: String) throws { try check(mkfifo(at(name), 0o666), "mkfifo") }

  /// A unix socket that nobody listens on.
  func makeSocket(_ name: String) throws {
    let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { Glibc.close(socket) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: at(name).utf8) }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try check(result, "bind")
  }

  private func check(_ result: Int32, _ what: String) throws {
    guard result == 0 else { throw Failure(what: what, error: errno) }
  }

  /// The contents of a file; nil if it is not there.
  func contents(_ name: String) -> String? {
    FileManager.default.contents(atPath: at(name)).map { String(decoding: $0, as: UTF8.self) }
  }

  func exists(_ name: String) -> Bool { access(at(name), F_OK) == 0 }
}

/// What descriptors of this process lead to, as `/proc/self/fd` says, that of the asking left out.
func openDescriptors(below path: String) -> [String] {
  let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
  return names.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)") }
    .filter { $0 == path || $0.hasPrefix(path + "/") }
}
