/// Programs of cases as the product runs them: a fresh copy of their files, and the outcome.

import Foundation
import HanzoWasm
import WasmJSON

/// A directory that is removed with it.
final class ScratchDirectory {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("hanzo-case-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// A copy of a folder of cases that may be written, whatever the original's permissions are.
  func copy(_ path: String, as name: String) throws -> String {
    guard let cases = Environment.cases else { throw Environment.Missing(what: "the shared folder") }
    let target = url.appendingPathComponent(name)
    try FileManager.default.copyItem(at: cases.appendingPathComponent(path), to: target)
    let contents = FileManager.default.enumerator(at: target, includingPropertiesForKeys: nil)?.compactMap {
      $0 as? URL
    }
    for item in [target] + (contents ?? []) {
      let attributes = try FileManager.default.attributesOfItem(atPath: item.path)
      guard attributes[.type] as? FileAttributeType != .typeSymbolicLink else { continue }
      let isDirectory = attributes[.type] as? FileAttributeType == .typeDirectory
      try FileManager.default.setAttributes([.posixPermissions: isDirectory ? 0o755 : 0o644], ofItemAtPath: item.path)
    }
    return target.path
  }
}

extension JSONValue {
  var strings: [String] { arrayValue?.compactMap(\.stringValue) ?? [] }

  /// Environment variables, in the order of the object.
  var variables: [Invocation.EnvironmentVariable] {
    objectValue?.compactMap { item in item.value.stringValue.map { .init(name: item.key, value: $0) } } ?? []
  }
}

/// Runs the program as a command in a runtime of its own.
func runProgram(
  _ module: [UInt8], _ invocation: Invocation, hostFunctions: [HostFunction] = []
) async throws -> Outcome {
  var config = Environment.config(nil)
  config.parameters = .strict
  config.fuelLimit = nil
  config.maxExecutionTime = .seconds(120)
  return try await WasmRuntime.withRuntime(config, hostFunctions: hostFunctions) { (runtime) async throws in
    try await runtime.loadModule(invocation.module, module)
    return try await runtime.invoke(invocation)
  }
}
