// What `scripts/fuzz text` has found, and what it has taught about others: each text is accepted or refused as its name says.
import Foundation
import Testing
import WasmBinary
import WasmText

@Suite("Corpus of fuzzing")
struct CorpusTests {
  static let files: [URL] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Corpus/text")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().map { folder.appendingPathComponent($0) }
  }()

  @Test("a text is valid or refused as its name begins", arguments: files)
  func verdict(_ file: URL) throws {
    let name = file.lastPathComponent
    let text = [UInt8](try Data(contentsOf: file))
    if name.hasPrefix("valid-") {
      _ = try Module.load(try assembleModule(text))
    } else {
      #expect(name.hasPrefix("refused-"))
      #expect(throws: TextError.self) { try assembleModule(text) }
    }
  }

  @Test("the corpus is there")
  func isThere() { #expect(!Self.files.isEmpty) }
}
