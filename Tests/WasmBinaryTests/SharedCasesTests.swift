/// Hostile and real modules from the shared test data.
import Foundation
import Testing
import WasmBinary

@Suite("Shared modules")
struct SharedCasesTests {
  /// The folder of shared test data, if it is there.
  static let folder: URL? = {
    let path =
      ProcessInfo.processInfo.environment["HANZO_WASM_SHARED"]
      ?? FileManager.default.currentDirectoryPath + "/../shared"
    let folder = URL(fileURLWithPath: path).appendingPathComponent("cases")
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }()

  static func bytes(_ path: String) throws -> [UInt8] {
    let folder = try #require(SharedCasesTests.folder)
    return [UInt8](try Data(contentsOf: folder.appendingPathComponent(path)))
  }

  @Test(
    "hostile modules load or are refused as they should",
    .enabled(if: folder != nil, "needs the shared test data (HANZO_WASM_SHARED)"),
    arguments: [
      ("h15-nested-blocks-100k", nil), ("h18-br-table-count-lie", .malformed), ("h26-leb-overlong", .malformed),
      ("h58-1000-results", nil), ("h42-log-flood", nil),
    ] as [(String, ModuleError.Kind?)])
  func loadsHostile(_ file: String, _ kind: ModuleError.Kind?) throws {
    #expect(loadError(try Self.bytes("hostile/wasm/\(file).wasm"))?.kind == kind)
  }

  @Test(
    "real programs load, or are refused for the feature they need",
    .enabled(if: folder != nil, "needs the shared test data (HANZO_WASM_SHARED)"),
    arguments: [
      ("quickjs", nil), ("graphviz", nil), ("usvg", nil), ("boolector", nil), ("icepll", nil),
      ("numcodecs-zlib-component", "component-model"),
    ] as [(String, String?)])
  func loadsReal(_ file: String, _ feature: String?) throws {
    let error = loadError(try Self.bytes("real/_modules/\(file).wasm"))
    #expect(error?.kind == feature.map { .unsupportedFeature($0) })
  }
}
