// What of WebAssembly modules may use.

extension WasmConfig {
  /// A set of WebAssembly features, by their names: those of proposals as protocol/PROTOCOL.md lists them, and `wasm1`,
  /// `wasm2` and `wasm3` for all that a version of WebAssembly has.
  ///
  /// ```swift
  /// config.features = .wasm2
  /// config.features = .wasm2.adding("tail-call")
  /// config.features = ["wasm2", "tail-call"]
  /// ```
  ///
  /// A name that does not exist is `invalidConfiguration`, which the first worker to start says. One that the worker does
  /// not implement changes nothing: a module that uses it is refused.
  public struct Features: Sendable, Hashable, ExpressibleByArrayLiteral {
    public var names: [String]

    public init(_ names: [String]) { self.names = names }

    public init(arrayLiteral names: String...) { self.names = names }

    /// WebAssembly 1.0: numbers, one memory, one table.
    public static let wasm1: Features = ["wasm1"]
    /// WebAssembly 2.0: with vectors, bulk memory instructions, reference types, several results.
    public static let wasm2: Features = ["wasm2"]
    /// WebAssembly 3.0, as far as the worker implements it.
    public static let wasm3: Features = ["wasm3"]

    /// These and the one with the name.
    public func adding(_ name: String) -> Features { Features(names + [name]) }
  }
}
