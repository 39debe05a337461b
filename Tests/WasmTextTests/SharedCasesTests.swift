/// The shared cases: each .wat beside the .wasm that another tool made of it.

import Foundation
import Testing
import WasmBinary
import WasmText

@Suite("Shared cases")
struct SharedCasesTests {
  static let folder: URL? = {
    let path =
      ProcessInfo.processInfo.environment["HANZO_WASM_SHARED"]
      ?? URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../shared").standardized.path
    return FileManager.default.fileExists(atPath: path + "/cases") ? URL(filePath: path) : nil
  }()

  @Test(
    "assembles the same sections as the reference tool",
    .enabled(if: folder != nil, "the shared folder is not here (HANZO_WASM_SHARED)"), arguments: ["seed", "hostile"])
  func cases(group: String) throws {
    let cases = try #require(Self.folder).appending(path: "cases/\(group)")
    let files = try FileManager.default.contentsOfDirectory(atPath: cases.appending(path: "wat").path).sorted()
    var compared = 0
    for file in files where file.hasSuffix(".wat") {
      let binary = cases.appending(path: "wasm/\(file.dropLast(4)).wasm")
      guard FileManager.default.fileExists(atPath: binary.path) else { continue }
      let text = [UInt8](try Data(contentsOf: cases.appending(path: "wat/\(file)")))
      #expect(isTextModule(text))
      #expect(try sections(assembleModule(text)) == sections([UInt8](try Data(contentsOf: binary))), "\(file)")
      compared += 1
    }
    #expect(compared > 5)
  }
}
