/// Loading and unloading modules, and forking processes for them.

/// Hands a module to the worker, which decodes, validates and keeps it. Loading a hash again is harmless.
public struct Load: Hashable, Sendable {
  public enum Format: String, Hashable, Sendable, CaseIterable {
    /// The binary format.
    case wasm
    /// The text format, in UTF-8.
    case wat
    /// By the first bytes: `\0asm` is binary, anything else is text.
    case auto
  }

  public var id: RequestID
  /// Trusted: the worker does not compute it.
  public var hash: ModuleHash
  public var format: Format
  /// The features that the module may use; nil (default) is what `configure` says.
  public var features: Configure.Features?
  /// Limits against compile bombs by name, as PROTOCOL.md lists them; those not named keep their defaults.
  public var limits: [String: UInt64]
  /// The module's bytes: attachment segment `module`.
  public var module: [UInt8]

  public init(
    id: RequestID, hash: ModuleHash, format: Format = .auto, features: Configure.Features? = nil,
    limits: [String: UInt64] = [:], module: [UInt8]
  ) {
    self.id = id
    self.hash = hash
    self.format = format
    self.features = features
    self.limits = limits
    self.module = module
  }
}

/// The module is loaded.
public struct Loaded: Hashable, Sendable {
  public var id: RequestID
  public var module: ModuleDescription
  public init(id: RequestID, module: ModuleDescription) {
    self.id = id
    self.module = module
  }
}

/// Drops a module from the worker.
public struct Unload: Hashable, Sendable {
  public var id: RequestID
  public var hash: ModuleHash
  public init(id: RequestID, hash: ModuleHash) {
    self.id = id
    self.hash = hash
  }
}

/// The module is not loaded any more.
public struct Unloaded: Hashable, Sendable {
  public var id: RequestID
  /// Whether it had been loaded.
  public var found: Bool
  public init(id: RequestID, found: Bool) {
    self.id = id
    self.found = found
  }
}

/// Has a template fork the process that will serve the next invocation. The process answers with `ready`.
public struct Fork: Hashable, Sendable {
  public var id: RequestID
  public init(id: RequestID) { self.id = id }
}
