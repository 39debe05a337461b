/// Hostile bytes: whatever is done to a module, loading it ends in a module or in a typed error.
import Foundation
import Testing
import WasmBinary

@Suite("Mutated modules")
struct MutationTests {
  /// xorshift64: the same mutations on every run.
  struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
  }

  /// Modules that between them have every section and most instructions.
  static let seeds: [[UInt8]] = {
    var seeds = [header]
    seeds += ValidatorTests.bodies.map { richModule($0.code) }
    seeds += LimitsTests.rows.map { $0.make(5) }
    seeds += FeatureTests.implemented.map(\.bytes)
    let names = NameSectionTests.moduleName + NameSectionTests.functionNames + NameSectionTests.localNames
    seeds.append(header + NameSectionTests.functions + section(0, name("name") + names))
    return seeds
  }()

  static func mutate(_ module: [UInt8], _ generator: inout Generator) -> [UInt8] {
    var bytes = module
    for _ in 0...Int.random(in: 0...1, using: &generator) where bytes.count > header.count {
      let index = Int.random(in: header.count..<bytes.count, using: &generator)
      switch Int.random(in: 0..<8, using: &generator) {
      case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
      case 1: bytes[index] ^= 1 << UInt8.random(in: 0...7, using: &generator)
      case 2: bytes[index] = 0
      case 3: bytes[index] = [0x0B, 0x1A, 0x20, 0x41, 0x7F, 0x70, 0x40].randomElement(using: &generator) ?? 0
      case 4: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: index)
      case 5: bytes.remove(at: index)
      case 6: bytes.removeSubrange(index..<min(bytes.count, index + 4))
      default: bytes.insert(contentsOf: [0xFF, 0xFF, 0xFF, 0xFF, 0x0F], at: index)
      }
    }
    return bytes
  }

  @Test("20,000 mutations of valid and invalid modules load or are refused, within the module's bounds")
  func survivesMutation() {
    var generator = Generator(state: 0x9E37_79B9_7F4A_7C15)
    var loaded = 0
    var refused = 0
    for round in 0..<20_000 {
      let bytes = Self.mutate(Self.seeds[round % Self.seeds.count], &generator)
      do {
        let module = try Module.load(bytes)
        _ = module.decodeNames()
        loaded += 1
      } catch {
        refused += 1
        #expect(error.offset >= 0 && error.offset <= bytes.count)
        #expect(!error.message.isEmpty)
      }
    }
    // Neither side may be empty, or the test has tried nothing.
    #expect(loaded > 500)
    #expect(refused > 1_000)
  }

  @Test(
    "an independent validator accepts and refuses the same modules",
    .enabled(if: Validator.path != nil, "needs wasm-tools on the PATH"))
  func agreesWithValidator() throws {
    let validator = try #require(Validator.path)
    var generator = Generator(state: 0x2545_F491_4F6C_DD1D)
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("mutations-\(UUID())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    var compared = 0
    for round in 0..<100 {
      let seed = Self.seeds[round * 7 % Self.seeds.count]
      let bytes = round % 2 == 0 ? seed : Self.mutate(seed, &generator)
      let file = directory.appendingPathComponent("\(round).wasm")
      try Data(bytes).write(to: file)
      let accepted = try Validator.accepts(file, validator)
      let error = loadError(bytes)
      if case .unsupportedFeature = error?.kind { continue }
      #expect((error == nil) == accepted, "\(error?.description ?? "loaded"): \(bytes)")
      compared += 1
    }
    #expect(compared > 75)
  }
}

/// The `wasm-tools` command, if it is installed.
enum Validator {
  static let path: String? = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .map { "\($0)/wasm-tools" }.first { FileManager.default.isExecutableFile(atPath: $0) }

  static func accepts(_ file: URL, _ path: String) throws -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    // "gc" is what admits constant expressions that read the module's own earlier globals.
    process.arguments = [
      "validate",
      "--features=-all,floats,gc-types,gc,function-references,mutable-global,saturating-float-to-int,sign-extension,reference-types,"
        + "multi-value,bulk-memory,extended-const,simd,relaxed-simd,tail-call,exceptions,multi-memory,memory64,threads",
      file.path,
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
