// What is known about a loaded module. It comes from a worker: the host never parses a module.

public import WorkerProtocol

/// A loaded module's interface.
public struct WasmModuleInfo: Sendable, Hashable {
  /// The name that it was loaded under.
  public let name: String
  /// The text of the custom section `version`; "1.0.0" without one.
  public let version: String
  /// SHA-256 of the bytes that were loaded, as 64 lowercase hexadecimal digits.
  public let hash: String
  /// The workers' trust domain that runs it; by default its hash.
  public let domain: String
  /// The names of the exported functions, in the module's order.
  public let exports: [String]
  /// All exports, in the module's order.
  public let allExports: [ModuleDescription.Export]
  /// The exported functions with their types.
  public let functions: [ModuleDescription.Function]
  public let imports: [ModuleDescription.Import]
  /// Pages of 64 KiB that its memories need at least, together.
  public let memoryPages: UInt64
  /// Length in bytes of what was loaded.
  public let byteCount: Int
  /// The text of the custom section `hanzo.abi`, if there is one.
  public let abi: String?
  /// The name in the module's name section.
  public let internalName: String?
  /// The WebAssembly features that it uses beyond the first version.
  public let featuresUsed: [String]
  /// Time that decoding, validating and, for text, assembling took in the worker.
  public let loadTime: Duration

  init(name: String, hash: String, domain: String, byteCount: Int, _ description: ModuleDescription) {
    self.name = name
    version = description.version ?? "1.0.0"
    self.hash = hash
    self.domain = domain
    exports = description.functions.map(\.name)
    allExports = description.exports
    functions = description.functions
    imports = description.imports
    memoryPages = description.memoryPages
    self.byteCount = byteCount
    abi = description.abi
    internalName = description.name
    featuresUsed = description.featuresUsed
    loadTime = .nanoseconds(Int64(clamping: description.loadNanoseconds))
  }
}
