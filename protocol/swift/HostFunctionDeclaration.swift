/// A function that the supervisor serves for guests: what the worker needs to know to link and to call it.

public import WasmJSON

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

  /// What workers provide in `env` themselves (GUEST-ABI.md), besides `http_request`, which a supervisor may serve.
  public static let reservedNames: Set<String> = [
    "log", "json_parse", "json_stringify", "alloc", "free", "input_len", "input_read", "output_write", "memory",
  ]

  /// Whether a worker provides what has this name itself, so that no supervisor can.
  public var isReserved: Bool {
    module == "wasi_snapshot_preview1" || module == "env" && Self.reservedNames.contains(name)
  }
}

// MARK: - Spelling

extension JSONValue {
  /// How a host call spells a float: a number, or for NaN and infinities the bits as a string of hexadecimal digits.
  public init(f32 bits: UInt32) {
    let number = Float(bitPattern: bits)
    self = number.isFinite ? .double(Double(number)) : .string(bits.hexadecimal)
  }

  public init(f64 bits: UInt64) {
    let number = Double(bitPattern: bits)
    self = number.isFinite ? .double(number) : .string(bits.hexadecimal)
  }

  /// The bits of a float that a host call spells; nil for anything else.
  public var f32Bits: UInt32? {
    if let text = stringValue { return UInt32(hexadecimal: text) }
    return doubleValue.map { Float($0).bitPattern }
  }

  public var f64Bits: UInt64? {
    if let text = stringValue { return UInt64(hexadecimal: text) }
    return doubleValue?.bitPattern
  }
}

extension HostFunctionDeclaration {
  init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var module = Field<String>("module")
    var name = Field<String>("name")
    var parameters = Field<[LiftedType]>("parameters")
    var result = Field<LiftedType>("result")
    var errorValue = Field<Int64>("errorValue")
    var fuel = Field<UInt64>("fuel")
    try decoder.beginObject()
    while let key = try decoder.nextKey() {
      switch key {
      case "module": try module.set(decoder.string())
      case "name": try name.set(decoder.string())
      case "parameters":
        try parameters.set(
          decoder.list { (d) throws(ProtocolViolation) in try d.oneOf(LiftedType.self, "parameters") })
      case "result": try result.set(decoder.oneOf(LiftedType.self, "result"))
      case "errorValue": try errorValue.set(decoder.int64())
      case "fuel": try fuel.set(decoder.uint64())
      default: try decoder.skip()
      }
    }
    self.init(
      module: try module.required(), name: try name.required(), parameters: parameters.value ?? [],
      result: result.value, failureMode: errorValue.value.map { .returns($0) } ?? .trap, fuel: fuel.value ?? 0)
    guard self.parameters.allSatisfy(\.mayBeParameter), self.result?.mayBeResult ?? true else {
      throw ProtocolViolation(.malformedMessage, "a host function has a parameter or a result of an impossible type")
    }
  }

  func encode(_ encoder: inout MessageEncoder) {
    encoder.field("module", module)
    encoder.field("name", name)
    if !parameters.isEmpty { encoder.field("parameters", parameters.map(\.rawValue)) }
    if let result { encoder.field("result", result) }
    if case .returns(let value) = failureMode { encoder.field("errorValue", JSONValue(value)) }
    encoder.field("fuel", fuel, default: 0)
  }
}
