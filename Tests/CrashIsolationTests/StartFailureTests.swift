/// Workers that cannot be started: the machine gives nothing, or the executable is not what it must be. Every attempt has
/// its code, leaves nothing behind, and is made good as soon as the reason is gone.

import Foundation
import Testing
import WasmJSON

/// What is wrong with an executable, how it is brought about, and what helps.
struct ExecutableCase: Sendable, CustomTestStringConvertible {
  let name: String
  /// A part of the message.
  let hint: String
  /// Whether the runtime cannot even be made.
  var refusedAtOnce = true
  /// Makes a copy of the worker unusable.
  var spoil: @Sendable (String) throws -> Void = { _ in }

  var testDescription: String { name }

  private static func mode(_ mode: Int) -> @Sendable (String) throws -> Void {
    { try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: $0) }
  }

  private static func contents(_ change: @escaping @Sendable (inout Data) -> Void) -> @Sendable (String) throws -> Void
  {
    { path in
      var data = try Data(contentsOf: URL(fileURLWithPath: path))
      change(&data)
      let handle = try #require(FileHandle(forWritingAtPath: path))
      try handle.truncate(atOffset: 0)
      try handle.write(contentsOf: data)
      try handle.close()
    }
  }

  static let all = [
    ExecutableCase(name: "missing", hint: "there is no such file") { try FileManager.default.removeItem(atPath: $0) },
    ExecutableCase(name: "not executable", hint: "it is not an executable file", spoil: mode(0o644)),
    ExecutableCase(name: "writable by its group", hint: "chmod go-w", spoil: mode(0o775)),
    ExecutableCase(name: "writable by others", hint: "chmod go-w", spoil: mode(0o757)),
    ExecutableCase(
      name: "corrupt", hint: "ENOEXEC (it is not a program for this machine, or damaged", refusedAtOnce: false,
      spoil: contents { $0.replaceSubrange(0..<4, with: Data("\u{1}not".utf8)) }),
    ExecutableCase(
      name: "empty", hint: "ENOEXEC (it is not a program for this machine, or damaged", refusedAtOnce: false,
      spoil: contents { $0 = Data() }),
    ExecutableCase(
      name: "of another build", hint: "The worker is of another build than this library", refusedAtOnce: false,
      spoil: contents { data in
        let own = Data("hanzo-wasm-0.1.0-protocol-".utf8)
        while let range = data.range(of: own) {
          data.replaceSubrange(range, with: Data("hanzo-wasm-9.9.9-protocol-".utf8))
        }
      }),
  ]
}

@Suite(
  "workers that cannot be started", .serialized,
  .enabled(if: Requirements.hasWorker, "needs a worker: HANZO_WASM_WORKER"))
struct StartFailureTests {
  /// A copy of the worker in a directory of its own, which goes with the body.
  private func withCopy(_ body: (String) throws -> Void) throws {
    let worker = try #require(Requirements.worker)
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("hanzo-wasm-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let path = directory.appendingPathComponent("worker").path
    try FileManager.default.copyItem(atPath: worker, toPath: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    try body(path)
  }

  private func checkNothingIsLeft(_ report: JSONValue) {
    #expect(report["descriptorsLeft"] == 0, "\(report)")
    #expect(report["childrenLeft"] == 0, "\(report)")
  }

  @Test(
    "an executable that cannot be used is sandboxUnavailable with what helps, and a good one at its place works",
    arguments: ExecutableCase.all)
  func executable(_ unusable: ExecutableCase) throws {
    try withCopy { path in
      try unusable.spoil(path)
      let report = try HostProcess.run("executable", path)
      #expect(report["code"] == "sandboxUnavailable", "\(report)")
      #expect(report["layer"] == "worker", "\(report)")
      #expect(report["message"]?.stringValue?.contains(unusable.hint) == true, "\(report)")
      #expect(report["refusedAtOnce"] == (unusable.refusedAtOnce ? true : nil), "\(report)")
      checkNothingIsLeft(report)
    }
    try withCopy { path in
      let twin = try HostProcess.run("executable", path)
      #expect(twin["code"] == "none", "\(twin)")
      #expect(twin["recovered"] == true)
      checkNothingIsLeft(twin)
    }
  }

  @Test("an executable that somebody is writing is sandboxUnavailable until that is over")
  func beingWritten() throws {
    try withCopy { path in
      let report = try HostProcess.run("executable", path, "writing")
      #expect(report["code"] == "sandboxUnavailable", "\(report)")
      #expect(report["layer"] == "worker", "\(report)")
      #expect(report["message"]?.stringValue?.contains("ETXTBSY (somebody is writing it") == true, "\(report)")
      #expect(report["recovered"] == true, "\(report)")
      checkNothingIsLeft(report)
    }
  }

  @Test(
    "whichever descriptor of a start is one too many: resourceExhausted, nothing leaks, and the next start succeeds")
  func descriptors() throws {
    let report = try HostProcess.run("exhaustion", "descriptors")
    let steps = try #require(report["steps"]?.arrayValue)
    for step in steps {
      #expect(step["recovered"] == true, "\(step)")
      checkNothingIsLeft(step)
    }
    for step in steps.dropLast() {
      #expect(step["code"] == "resourceExhausted", "\(step)")
      #expect(step["fault"] == "capacity", "\(step)")
      #expect(step["errno"] == JSONValue(Int(EMFILE)), "\(step)")
      #expect(step["execution"] == "notStarted", "\(step)")
    }
    #expect(steps.last?["code"] == "none", "with enough of them a worker starts: \(report)")
    // Four pipes and the process itself at the least.
    #expect(steps.count > 9, "\(report)")
    let messages = steps.compactMap { $0["message"]?.stringValue }
    for call in ["pipe2", "clone"] { #expect(messages.contains { $0.contains(call) }, "no step failed at \(call)") }
  }

  @Test(
    "when no process may be added: resourceExhausted, nothing leaks, and later a worker starts",
    .enabled(
      if: Requirements.canBecomeOrdinary,
      "needs root, setpriv, and a build and worker that other users may execute: root has no such limit"))
  func processes() throws {
    let report = try HostProcess.run(["exhaustion", "processes"], asOrdinaryUser: true)
    #expect(report["code"] == "resourceExhausted", "\(report)")
    #expect(report["errno"] == JSONValue(Int(EAGAIN)), "\(report)")
    #expect(report["execution"] == "notStarted", "\(report)")
    #expect(report["recovered"] == true, "\(report)")
    checkNothingIsLeft(report)
  }

  @Test("when no memory may be added: resourceExhausted, nothing leaks, and later a worker starts")
  func memory() throws {
    let report = try HostProcess.run("exhaustion", "memory")
    #expect(report["code"] == "resourceExhausted", "\(report)")
    #expect(report["errno"] == JSONValue(Int(ENOMEM)), "\(report)")
    #expect(report["recovered"] == true, "\(report)")
    checkNothingIsLeft(report)
  }
}
