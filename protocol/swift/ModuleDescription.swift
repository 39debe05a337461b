/// What a worker says about a module: the host never parses one itself.

/// A module's interface. Types are spelled as in the text format: `i32`, `i64`, `f32`, `f64`, `v128`, `funcref` ...
public struct ModuleDescription: Hashable, Sendable {
  /// A function's type, with the parameters' names where the name section has them.
  public struct Function: Hashable, Sendable {
    /// The name under which it is exported.
    public var name: String
    public var parameters: [Parameter]
    public var results: [String]
    public init(name: String, parameters: [Parameter], results: [String]) {
      self.name = name
      self.parameters = parameters
      self.results = results
    }
  }

  public struct Parameter: Hashable, Sendable {
    /// Nil if the name section does not name it.
    public var name: String?
    public var type: String
    public init(name: String? = nil, type: String) {
      self.name = name
      self.type = type
    }
  }

  /// What an import or export is.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case function, table, memory, global, tag
  }

  public struct Export: Hashable, Sendable {
    public var name: String
    public var kind: Kind
    public init(name: String, kind: Kind) {
      self.name = name
      self.kind = kind
    }
  }

  public struct Import: Hashable, Sendable {
    public var module: String
    public var name: String
    public var kind: Kind
    /// The type in the text format's spelling, such as `(func (param i32) (result i32))`, for people.
    public var type: String
    public init(module: String, name: String, kind: Kind, type: String) {
      self.module = module
      self.name = name
      self.kind = kind
      self.type = type
    }
  }

  /// From the name section.
  public var name: String?
  /// From the custom section `version`.
  public var version: String?
  /// Every export in the module's order.
  public var exports: [Export]
  /// The exported functions in the module's order.
  public var functions: [Function]
  public var imports: [Import]
  /// Pages of 64 KiB that the memories need at least, together.
  public var memoryPages: UInt64
  /// Length of what was loaded.
  public var byteCount: UInt64
  /// The text of the custom section `hanzo.abi`, if there is one.
  public var abi: String?
  /// Names of the features that the module uses, beyond the first version of WebAssembly.
  public var featuresUsed: [String]
  /// Time that decoding, validating and, for text, assembling took.
  public var loadNanoseconds: UInt64

  public init(
    name: String? = nil, version: String? = nil, exports: [Export] = [], functions: [Function] = [],
    imports: [Import] = [], memoryPages: UInt64 = 0, byteCount: UInt64 = 0, abi: String? = nil,
    featuresUsed: [String] = [], loadNanoseconds: UInt64 = 0
  ) {
    self.name = name
    self.version = version
    self.exports = exports
    self.functions = functions
    self.imports = imports
    self.memoryPages = memoryPages
    self.byteCount = byteCount
    self.abi = abi
    self.featuresUsed = featuresUsed
    self.loadNanoseconds = loadNanoseconds
  }
}
