/// The proposals that a module may use, one switch each.

/// A set of WebAssembly features. What is not in the set is refused with `ModuleError.Kind.unsupportedFeature`.
///
/// Features that this version does not implement (`Features.implemented` lists those it does) have a name here so that
/// their refusal can be precise; putting them into the set does not enable them.
public struct Features: OptionSet, Hashable, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Imported and exported mutable globals.
  public static let mutableGlobals = Features(rawValue: 1 << 0)
  /// `i32.extend8_s` and its siblings.
  public static let signExtension = Features(rawValue: 1 << 1)
  /// `i32.trunc_sat_f32_s` and its siblings.
  public static let saturatingConversions = Features(rawValue: 1 << 2)
  /// Functions with several results; blocks with parameters or several results.
  public static let multiValue = Features(rawValue: 1 << 3)
  /// `memory.copy` and its siblings, passive segments, the data count section.
  public static let bulkMemory = Features(rawValue: 1 << 4)
  /// `externref`, `ref.func`, `table.get` and their siblings, typed `select`, several tables.
  public static let referenceTypes = Features(rawValue: 1 << 5)
  /// Integer arithmetic in constant expressions, and reading earlier immutable globals of the same module there.
  public static let extendedConstantExpressions = Features(rawValue: 1 << 6)
  public static let simd = Features(rawValue: 1 << 7)
  public static let relaxedSIMD = Features(rawValue: 1 << 8)
  public static let tailCalls = Features(rawValue: 1 << 9)
  public static let exceptions = Features(rawValue: 1 << 10)
  /// The deprecated encoding of exceptions (`try` ... `catch`).
  public static let legacyExceptions = Features(rawValue: 1 << 11)
  public static let multiMemory = Features(rawValue: 1 << 12)
  public static let memory64 = Features(rawValue: 1 << 13)
  public static let functionReferences = Features(rawValue: 1 << 14)
  public static let garbageCollection = Features(rawValue: 1 << 15)
  /// Atomic instructions. Shared memory is refused all the same.
  public static let threads = Features(rawValue: 1 << 16)
  public static let wideArithmetic = Features(rawValue: 1 << 17)
  /// Component binaries (layer 1) instead of core modules.
  public static let componentModel = Features(rawValue: 1 << 18)

  /// WebAssembly 1.0.
  public static let wasm1: Features = [.mutableGlobals]
  /// WebAssembly 2.0.
  public static let wasm2: Features = [
    .mutableGlobals, .signExtension, .saturatingConversions, .multiValue, .bulkMemory, .referenceTypes, .simd,
  ]
  /// WebAssembly 3.0.
  public static let wasm3: Features = [
    .wasm2, .extendedConstantExpressions, .relaxedSIMD, .tailCalls, .exceptions, .multiMemory, .memory64,
    .functionReferences, .garbageCollection,
  ]
  /// What this version can decode, validate and execute, and what is on by default.
  public static let implemented: Features = [
    .wasm2, .extendedConstantExpressions, .relaxedSIMD, .tailCalls, .exceptions, .multiMemory, .memory64,
    .functionReferences, .garbageCollection, .threads,
  ]

  /// The proposals' names as the WebAssembly community writes them, in a fixed order.
  public var names: [String] { Features.table.filter { contains($0.feature) }.map(\.name) }

  /// The feature with this name, as `names` writes it, or the features of the version `wasm1`, `wasm2` or `wasm3`; nil if
  /// there is none.
  public static func named(_ name: String) -> Features? {
    switch name {
    case "wasm1": .wasm1
    case "wasm2": .wasm2
    case "wasm3": .wasm3
    default: table.first { $0.name == name }?.feature
    }
  }

  private static let table: [(feature: Features, name: String)] = [
    (.mutableGlobals, "mutable-globals"), (.signExtension, "sign-extension"),
    (.saturatingConversions, "saturating-conversions"), (.multiValue, "multi-value"), (.bulkMemory, "bulk-memory"),
    (.referenceTypes, "reference-types"), (.extendedConstantExpressions, "extended-const"), (.simd, "simd"),
    (.relaxedSIMD, "relaxed-simd"), (.tailCalls, "tail-call"), (.exceptions, "exceptions"),
    (.legacyExceptions, "legacy-exceptions"), (.multiMemory, "multi-memory"), (.memory64, "memory64"),
    (.functionReferences, "function-references"), (.garbageCollection, "gc"), (.threads, "threads"),
    (.wideArithmetic, "wide-arithmetic"), (.componentModel, "component-model"),
  ]
}

/// Which features are enabled and which were met so far.
struct FeatureGate {
  let enabled: Features
  var used: Features = []
  /// For each type before the recursion group that is being read, the first type equal to it: what heap types name.
  var canonicalTypes: [UInt32] = []
  /// How many types may be named: those before and those of the group.
  var typeCount = 0

  /// Types of the group that is being read stand for themselves until it is complete.
  func canonical(_ index: UInt32) -> UInt32 {
    Int(index) < canonicalTypes.count ? canonicalTypes[Int(index)] : index
  }

  init(_ features: Features) { enabled = features.intersection(.implemented) }

  /// Notes that `feature` is used.
  /// - Throws: `unsupportedFeature` if it is not enabled; `subject` says what would need it.
  @inline(__always)
  mutating func require(
    _ feature: Features, _ subject: @autoclosure () -> String, _ reader: borrowing ByteReader, at offset: Int
  ) throws(ModuleError) {
    guard enabled.contains(feature) else { throw FeatureGate.refusal(feature, subject(), reader, at: offset) }
    used.formUnion(feature)
  }

  @inline(never)
  static func refusal(
    _ feature: Features, _ subject: String, _ reader: borrowing ByteReader, at offset: Int
  ) -> ModuleError {
    let name = feature.names.first ?? "unknown"
    let state = Features.implemented.contains(feature) ? "is not enabled" : "is not supported"
    return reader.error(
      .unsupportedFeature(name), "\(subject) needs the WebAssembly feature \"\(name)\", which \(state)", at: offset)
  }
}
