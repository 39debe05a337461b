/// A function that the supervisor serves for guests: what the worker needs to know to link and to call it.

/// How a parameter or a result of a host function looks to the embedder, and what it is to the guest (GUEST-ABI.md,
/// "Functions of the embedder").
public enum LiftedType: String, Hashable, Sendable, CaseIterable {
  /// A number, as it is.
  case i32, i64, f32, f64
  /// UTF-8 text. As a parameter two `i32`, address and length; as a result an `i64`, the address in the high half and the
  /// length in the low half.
  case string
  /// Bytes; like a text to the guest.
  case bytes
  /// A JSON document as UTF-8 text; like a text to the guest.
  case json
  /// Parameters only: UTF-8 text that ends with a NUL, an `i32` to the guest.
  case cString
  /// Results only: a JSON value that the guest gets as a handle (`env.json_stringify`), an `i32`.
  case jsonHandle

  public var mayBeParameter: Bool { self != .jsonHandle }
  public var mayBeResult: Bool { self != .cString }
  /// Whether its values travel in the attachment of a host call or result, rather than in its JSON.
  public var isBulk: Bool {
    switch self {
    case .i32, .i64, .f32, .f64: false
    case .string, .bytes, .json, .cString, .jsonHandle: true
    }
  }
}

/// One host function, as `configure` tells it to the worker.
public struct HostFunctionDeclaration: Hashable, Sendable {
  /// What becomes of the guest when the function fails.
  public enum FailureMode: Hashable, Sendable {
    /// The call ends with `hostFunctionFailed` (or `networkDenied`).
    case trap
    /// The guest gets this number as the function's result, converted to its type, and goes on. A function without a
    /// result returns.
    case returns(Int64)
  }

  /// The names by which modules import it.
  public var module: String
  public var name: String
  public var parameters: [LiftedType]
  public var result: LiftedType?
  public var failureMode: FailureMode
  /// Fuel that each call of it costs, besides the instruction that calls it. Default 0.
  public var fuel: UInt64

  public init(
    module: String, name: String, parameters: [LiftedType], result: LiftedType?, failureMode: FailureMode = .trap,
    fuel: UInt64 = 0
  ) {
    self.module = module
    self.name = name
    self.parameters = parameters
    self.result = result
    self.failureMode = failureMode
    self.fuel = fuel
  }

  /// How ``HostCall/function`` names it.
  public var qualifiedName: String { "\(module).\(name)" }
}
