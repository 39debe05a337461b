/// Proposals: each is refused by its name while it is off, and listed when a module uses it.
import Testing
import WasmBinary

@Suite("Features")
struct FeatureTests {
  struct Use: Sendable, CustomTestStringConvertible {
    var feature: String
    var bytes: [UInt8]
    init(_ feature: String, _ bytes: [UInt8]) {
      self.feature = feature
      self.bytes = bytes
    }
    var testDescription: String { "\(feature) in \(bytes.count) bytes" }
  }

  /// Modules of WebAssembly 1.0 but for one feature.
  static let implemented: [Use] = [
    Use("mutable-globals", module(section(2, items: [[0, 0, 3, 0x7F, 1]]))),
    Use("mutable-globals", module([6, 6, 1, 0x7F, 1, 0x41, 0, 0x0B], [7, 4, 1, 0, 3, 0])),
    Use("sign-extension", LimitsTests.function([0x41, 0, 0xC0, 0x1A])),
    Use("saturating-conversions", LimitsTests.function([0x43, 0, 0, 0, 0, 0xFC, 0, 0x1A])),
    Use("multi-value", module(section(1, items: [functionType([], [0x7F, 0x7F])]))),
    Use("multi-value", LimitsTests.function([0x02, 0x00, 0x0B])),
    Use("bulk-memory", module([12, 1, 0])),
    Use("bulk-memory", module([11, 3, 1, 1, 0])),
    Use("bulk-memory", module([9, 4, 1, 1, 0, 0])),
    Use("reference-types", module(section(1, items: [functionType([0x6F])]))),
    Use("reference-types", module([4, 7, 2, 0x70, 0, 0, 0x70, 0, 0])),
    Use("reference-types", module([6, 6, 1, 0x70, 0, 0xD0, 0x70, 0x0B])),
    Use("reference-types", LimitsTests.function([0x41, 0, 0x41, 0, 0x41, 0, 0x1C, 1, 0x7F, 0x1A])),
    Use("simd", module(section(1, items: [functionType([0x7B])]))),
    Use("simd", LimitsTests.function([0xFD, 0x0C] + Array(repeating: 0, count: 16) + [0x1A])),
    Use("extended-const", module([6, 9, 1, 0x7F, 0, 0x41, 1, 0x41, 2, 0x6A, 0x0B])),
    Use("extended-const", module(section(6, items: [[0x7F, 0, 0x41, 0, 0x0B], [0x7F, 0, 0x23, 0, 0x0B]]))),
    Use("function-references", module(section(1, items: [[0x60, 1, 0x63, 0x70, 0]]))),
    Use("function-references", module([4, 9, 1, 0x40, 0, 0x70, 0, 0, 0xD0, 0x70, 0x0B])),
    Use("function-references", LimitsTests.function([0x00, 0x14, 0])),
    Use("function-references", module([1, 3, 1, 0x4E, 0])),
    Use("function-references", module(section(1, items: [[0x50, 0, 0x60, 0, 0]]))),
    Use("gc", module([1, 3, 1, 0x5F, 0])),
    Use("gc", module(section(1, items: [functionType([0x6E])]))),
    Use("gc", LimitsTests.function([0x41, 0, 0xFB, 0x1C, 0x1A])),
    Use("gc", module([6, 8, 1, 0x6E, 0, 0x41, 0, 0xFB, 0x1C, 0x0B])),
    Use("threads", LimitsTests.function([0xFE, 0x03, 0])),
  ]

  @Test("an implemented feature is used when it is on and refused by name when it is off", arguments: implemented)
  func switches(_ use: Use) throws {
    #expect(try Module.load(use.bytes, features: .implemented).featuresUsed.contains(use.feature))
    let feature = try #require(Features.named(use.feature))
    let error = try #require(loadError(use.bytes, features: Features.implemented.subtracting(feature)))
    #expect(error.kind == .unsupportedFeature(use.feature))
    #expect(error.message.contains("which is not enabled"))
    #expect(loadError(use.bytes, features: feature.union([.mutableGlobals, .referenceTypes])) == nil)
  }

  @Test("relaxed vector instructions are a feature of their own beside vectors")
  func relaxedVectors() throws {
    let zero: [UInt8] = [0xFD, 0x0C] + Array(repeating: 0, count: 16)
    let bytes = LimitsTests.function(zero + zero + [0xFD, 0x80, 0x02, 0x1A])
    #expect(try Module.load(bytes).featuresUsed == ["simd", "relaxed-simd"])
    let off = Features.implemented.subtracting(.relaxedSIMD)
    #expect(loadError(bytes, features: off)?.kind == .unsupportedFeature("relaxed-simd"))
  }

  static let refused: [Use] = [
    Use("legacy-exceptions", LimitsTests.function([0x06, 0x40, 0x0B])),
    Use("threads", module([5, 4, 1, 3, 1, 1])),
    Use("wide-arithmetic", LimitsTests.function([0xFC, 19])),
    Use("component-model", [0, 0x61, 0x73, 0x6D, 0x0D, 0, 1, 0]),
  ]

  @Test("what is not implemented is refused by name, even if it is asked for", arguments: refused)
  func refuses(_ use: Use) throws {
    for features in [Features.implemented, Features(rawValue: .max)] {
      let error = try #require(loadError(use.bytes, features: features))
      #expect(error.kind == .unsupportedFeature(use.feature), "\(error)")
    }
  }

  @Test("the refusals of shared memory and of components say why")
  func explains() throws {
    let shared = try #require(loadError(module([5, 4, 1, 3, 1, 1])))
    #expect(shared.message == "shared memory is refused: threads would escape the limits that a call runs under")
    let component = try #require(loadError([0, 0x61, 0x73, 0x6D, 0x0D, 0, 1, 0]))
    #expect(component.message.hasPrefix("this is a component, not a core module"))
  }

  @Test("the versions of WebAssembly are names of their features, and admit no more")
  func versions() throws {
    #expect(Features.named("wasm1") == .wasm1 && Features.named("wasm2") == .wasm2 && Features.named("wasm3") == .wasm3)
    #expect(Features.wasm1.isStrictSubset(of: .wasm2) && Features.wasm2.isStrictSubset(of: .wasm3))
    for use in Self.implemented {
      let feature = try #require(Features.named(use.feature))
      for version in [Features.wasm1, .wasm2, .wasm3] {
        let error = loadError(use.bytes, features: version)
        if version.contains(feature) {
          #expect(error == nil, "\(use)")
        } else if case .unsupportedFeature(let name) = error?.kind {
          #expect(Features.named(name).map { !version.contains($0) } == true)
        } else {
          Issue.record("\(use) was not refused for a feature")
        }
      }
    }
  }

  @Test("every feature has a name that finds it again")
  func namesFeatures() {
    let all = Features(rawValue: .max)
    #expect(all.names.count == 19)
    for name in all.names { #expect(Features.named(name)?.names == [name]) }
    #expect(Features.named("none") == nil)
  }
}
