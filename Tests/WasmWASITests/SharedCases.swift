/// The official test cases in the shared folder.

import Foundation
import Testing
import WasmJSON
import WasmWASI

/// A case of `cases/wasi/manifest.json`.
struct SharedCase: Sendable, CustomTestStringConvertible {
  var name: String
  var wasm: String
  var arguments: [String]
  var environment: [(String, String)]
  var root: String?
  var exitCode: UInt32
  var standardOutput: String?
  var standardError: String?

  var testDescription: String { name }

  /// `$HANZO_WASM_SHARED`, else `../shared` beside the package, if it has these cases.
  static let folder: URL? = {
    let shared =
      if let path = ProcessInfo.processInfo.environment["HANZO_WASM_SHARED"] {
        URL(fileURLWithPath: path, isDirectory: true)
      } else {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
          .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared")
      }
    let folder = shared.appendingPathComponent("cases/wasi")
    return FileManager.default.fileExists(atPath: folder.appendingPathComponent("manifest.json").path) ? folder : nil
  }()

  static let all: [SharedCase] = {
    guard let folder, let data = try? Data(contentsOf: folder.appendingPathComponent("manifest.json")),
      let manifest = try? JSONValue(parsing: [UInt8](data))
    else { return [] }
    return (manifest["tests"]?.arrayValue ?? []).map(SharedCase.init)
  }()

  private init(_ value: JSONValue) {
    name = value["name"]?.stringValue ?? ""
    wasm = value["wasm"]?.stringValue ?? ""
    arguments = (value["args"]?.arrayValue ?? []).compactMap(\.stringValue)
    environment = (value["env"]?.objectValue ?? JSONObject([])).map { ($0.key, $0.value.stringValue ?? "") }
    root = value["root"]?.stringValue
    exitCode = UInt32(value["exit_code"]?.int64Value ?? 0)
    standardOutput = value["stdout"]?.stringValue
    standardError = value["stderr"]?.stringValue
  }

  /// The files below `root`, directories as paths that end in a slash.
  func files() throws -> [(path: String, contents: [UInt8])] {
    guard let folder = Self.folder, let root else { return [] }
    let base = folder.appendingPathComponent(root)
    return try FileManager.default.subpathsOfDirectory(atPath: base.path).map { path in
      let url = base.appendingPathComponent(path)
      var isDirectory: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory)
      return isDirectory.boolValue ? (path + "/", []) : (path, [UInt8](try Data(contentsOf: url)))
    }
  }
}
