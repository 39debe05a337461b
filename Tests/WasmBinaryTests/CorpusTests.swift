// What `scripts/fuzz decoder` has found, and what it has taught about others: each module is accepted or refused as its name says.
import Foundation
import Testing
import WasmBinary

@Suite("Corpus of fuzzing")
struct CorpusTests {
  static let files: [URL] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Corpus/decoder")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().map { folder.appendingPathComponent($0) }
  }()

  @Test("a module is valid or refused as its name begins", arguments: files)
  func verdict(_ file: URL) throws {
    let name = file.lastPathComponent
    let error = loadError([UInt8](try Data(contentsOf: file)))
    if name.hasPrefix("valid-") {
      #expect(error == nil)
    } else {
      #expect(name.hasPrefix("refused-"))
      #expect(error?.kind == .malformed || error?.kind == .invalid)
    }
  }

  @Test("the corpus is there")
  func isThere() { #expect(!Self.files.isEmpty) }
}
