/// Where the official test suite is: found in the shared folder, unpacked once per test run.

import Foundation
import Synchronization
import WasmJSON

/// The unpacked suite: JSON scripts with their modules, and the `.wast` files that they were made from.
struct SpecSuite: Sendable {
  /// The folder that holds one folder per group.
  let json: URL
  /// The folder of `.wast` files.
  let sources: URL

  struct Problem: Error, CustomStringConvertible {
    let description: String
  }

  /// `$HANZO_WASM_SHARED`, else `../shared` beside the package; nil if the suite is not there.
  static let sharedFolder: URL? = {
    let folder =
      if let path = ProcessInfo.processInfo.environment["HANZO_WASM_SHARED"] {
        URL(fileURLWithPath: path, isDirectory: true)
      } else {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
          .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared")
      }
    let archive = folder.appendingPathComponent("spec/spec-json.tar.gz")
    return FileManager.default.fileExists(atPath: archive.path) ? folder : nil
  }()

  static var isAvailable: Bool { sharedFolder != nil }

  private static let unpacked = Mutex<SpecSuite?>(nil)

  /// The suite, unpacked into a temporary folder by the first caller.
  static func load() throws -> SpecSuite {
    try unpacked.withLock { suite in
      if let suite { return suite }
      guard let sharedFolder else { throw Problem(description: "the shared folder with the suite is absent") }
      let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("hanzo-wasm-spec-\(ProcessInfo.processInfo.processIdentifier)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let tar = Process()
      tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      tar.arguments = [
        "tar", "-xzf", sharedFolder.appendingPathComponent("spec/spec-json.tar.gz").path, "-C", folder.path,
      ]
      try tar.run()
      tar.waitUntilExit()
      guard tar.terminationStatus == 0 else {
        throw Problem(description: "tar ended with status \(tar.terminationStatus)")
      }
      removeAtExit(folder)
      let loaded = SpecSuite(
        json: folder.appendingPathComponent("spec-json"),
        sources: sharedFolder.appendingPathComponent("spec/testsuite"))
      suite = loaded
      return loaded
    }
  }

  /// The scripts of a group, in alphabetical order.
  func scripts(of group: SpecGroup) throws -> [SpecScript] {
    let folder = json.appendingPathComponent(group.name)
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
      try script(named: $0, of: group)
    }
  }

  func script(named name: String, of group: SpecGroup) throws -> SpecScript {
    let folder = json.appendingPathComponent(group.name).appendingPathComponent(name)
    return try SpecScript(folder: folder, name: name, sources: sources)
  }
}

/// Folders to remove when the test process ends; `atexit` takes no context.
private let temporaryFolders = Mutex<[URL]>([])

private func removeAtExit(_ folder: URL) {
  temporaryFolders.withLock { $0.append(folder) }
  atexit {
    for folder in temporaryFolders.withLock({ $0 }) { try? FileManager.default.removeItem(at: folder) }
  }
}
