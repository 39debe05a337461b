/// How types are written in error messages: as the text format writes them.

extension HeapType: CustomStringConvertible {
  public var description: String {
    if let index = typeIndex { return "\(index)" }
    return switch self {
    case .noException: "noexn"
    case .noFunction: "nofunc"
    case .noExternal: "noextern"
    case .none: "none"
    case .function: "func"
    case .external: "extern"
    case .any: "any"
    case .equatable: "eq"
    case .i31: "i31"
    case .structure: "struct"
    case .array: "array"
    case .exception: "exn"
    default: "unknown"
    }
  }
}

extension ValueType: CustomStringConvertible {
  public var description: String {
    switch self {
    case .i32: "i32"
    case .i64: "i64"
    case .f32: "f32"
    case .f64: "f64"
    case .v128: "v128"
    case .funcref: "funcref"
    case .externref: "externref"
    case .exnref: "exnref"
    case .nullexnref: "nullexnref"
    default:
      if let heapType { "(ref \(isNullable ? "null " : "")\(heapType))" } else { "unknown" }
    }
  }
}

extension FunctionType: CustomStringConvertible {
  /// As "(i32 i32) -> (i64)".
  public var description: String {
    let list = { (types: [ValueType]) in types.map(\.description).joined(separator: " ") }
    return "(\(list(parameters))) -> (\(list(results)))"
  }
}
