/// Types in the text format (Core 3.0, section 6.4) and type uses (section 6.6.5).

import WasmBinary

/// Parameters and results as they are written, with the names of the parameters.
struct Signature {
  var type = FunctionType()
  var names: [(index: UInt32, symbol: UInt32)] = []
}

/// What may refer to a function type: `(type x)`, a signature, or both.
struct TypeUse {
  var index: UInt32
  var parameterCount: Int
  var names: [(index: UInt32, symbol: UInt32)]
}

/// Whether parameters may have names.
enum ParameterNames {
  case allowed
  case refused
}

extension ModuleParser {
  mutating func expectValueType() throws(SyntaxError) -> ValueType {
    guard let type = try takeValueType() else { throw unexpected("a value type") }
    return type
  }

  mutating func expectReferenceType() throws(SyntaxError) -> ValueType {
    guard try isReferenceType() else { throw unexpected("a reference type (funcref or externref)") }
    return try expectValueType()
  }

  /// Whether a reference type follows.
  mutating func isReferenceType() throws(SyntaxError) -> Bool {
    if try isForm(.ref) { return true }
    guard case .word(let word) = current.meaning else { return false }
    switch word {
    case .funcref, .externref, .anyref, .eqref, .i31ref, .structref, .arrayref, .exnref, .nullref, .nullfuncref,
      .nullexternref, .nullexnref:
      return true
    default: return false
    }
  }

  private mutating func takeValueType() throws(SyntaxError) -> ValueType? {
    if try isForm(.ref) { return try parseReferenceForm() }
    guard case .word(let word) = current.meaning else { return nil }
    let type: ValueType
    switch word {
    case .i32: type = .i32
    case .i64: type = .i64
    case .f32: type = .f32
    case .f64: type = .f64
    case .funcref: type = .funcref
    case .externref: type = .externref
    case .v128: type = .v128
    case .anyref: type = .reference(.any, nullable: true)
    case .eqref: type = .reference(.equatable, nullable: true)
    case .i31ref: type = .reference(.i31, nullable: true)
    case .structref: type = .reference(.structure, nullable: true)
    case .arrayref: type = .reference(.array, nullable: true)
    case .nullref: type = .reference(.none, nullable: true)
    case .nullfuncref: type = .reference(.noFunction, nullable: true)
    case .nullexternref: type = .reference(.noExternal, nullable: true)
    case .exnref: type = .exnref
    case .nullexnref: type = .nullexnref
    default: return nil
    }
    try advance()
    return type
  }

  /// `(ref null? ht)`.
  private mutating func parseReferenceForm() throws(SyntaxError) -> ValueType {
    try expectForm(.ref, "'(ref'")
    let isNullable = try takeWord(.null)
    let heap = try expectHeapType()
    try expectClosing("the reference type")
    return .reference(heap, nullable: isNullable)
  }

  mutating func expectHeapType() throws(SyntaxError) -> HeapType {
    let token = current
    if token.isIndex {
      let index = try expectIndex(\.types)
      // A heap type holds an index of 23 bits, and there are never so many types.
      guard index <= 0x7F_FFFF else { throw SyntaxError("unknown type \(index)", at: token.start) }
      return .concrete(index)
    }
    guard case .word(let word) = token.meaning, let heap = Self.heapTypes[word] else {
      throw unexpected("a heap type (func, extern, any, ..., or a type's index or name)")
    }
    try advance()
    return heap
  }

  private static let heapTypes: [Word: HeapType] = [
    .func: .function, .extern: .external, .any: .any, .eq: .equatable, .i31: .i31, .struct: .structure, .array: .array,
    .none: .none, .nofunc: .noFunction, .noextern: .noExternal, .exn: .exception, .noexn: .noException,
  ]

  /// Parameters, then results.
  mutating func parseSignature(names: ParameterNames) throws(SyntaxError) -> Signature {
    var signature = Signature()
    var declared: Set<UInt32> = []
    while try takeForm(.param) {
      try parseParameters(names, into: &signature, &declared)
    }
    try parseResults(into: &signature.type.results)
    if try isForm(.param) { throw unexpected("no '(param' behind '(result'") }
    return signature
  }

  private mutating func parseParameters(
    _ names: ParameterNames, into signature: inout Signature, _ declared: inout Set<UInt32>
  ) throws(SyntaxError) {
    let token = current
    if token.isIdentifier {
      if names == .refused { throw unexpected("value types (a parameter has no name here)") }
      let symbol = try symbol(of: token)
      guard declared.insert(symbol).inserted else {
        throw SyntaxError("duplicate local: \(excerpt(token)) is already defined", at: token.start)
      }
      signature.names.append((UInt32(signature.type.parameters.count), symbol))
      try advance()
      signature.type.parameters.append(try expectValueType())
    } else {
      while current.kind != .rightParenthesis { signature.type.parameters.append(try expectValueType()) }
    }
    try expectClosing("the parameters")
  }

  /// All `(result ...)` that follow. Answers whether there was one.
  @discardableResult
  mutating func parseResults(into results: inout [ValueType]) throws(SyntaxError) -> Bool {
    var found = false
    while try takeForm(.result) {
      found = true
      while current.kind != .rightParenthesis { results.append(try expectValueType()) }
      try expectClosing("the results")
    }
    return found
  }

  /// The index of an equal type, which is added behind the others if there is none.
  mutating func implicitType(_ type: FunctionType) -> UInt32 {
    if let index = typeIndices[type] { return index }
    let index = UInt32(types.count)
    types.append(DefinedType(composite: .function(type), recursionGroup: index..<index + 1))
    typeGroups.append(Int(index)..<Int(index) + 1)
    typeIndices[type] = index
    return index
  }

  /// `(type x)`, a signature, or both, which then must agree.
  mutating func parseTypeUse(names: ParameterNames) throws(SyntaxError) -> TypeUse {
    let start = current.start
    let explicit = try takeExplicitType()
    let signature = try parseSignature(names: names)
    if try isForm(.type) { throw unexpected("no '(type' behind '(param' or '(result'") }
    guard let explicit else {
      return TypeUse(
        index: implicitType(signature.type), parameterCount: signature.type.parameters.count, names: signature.names)
    }
    guard Int(explicit) < types.count else { throw SyntaxError("unknown type \(explicit)", at: start) }
    guard let function = types[Int(explicit)].function else {
      throw SyntaxError("unknown type: type \(explicit) is not a function type", at: start)
    }
    let isWritten = !signature.type.parameters.isEmpty || !signature.type.results.isEmpty
    if isWritten, function != signature.type {
      throw SyntaxError(
        "inline function type: the parameters and results written here are not those of type \(explicit)", at: start)
    }
    return TypeUse(
      index: explicit, parameterCount: function.parameters.count, names: signature.names)
  }

  private mutating func takeExplicitType() throws(SyntaxError) -> UInt32? {
    guard try takeForm(.type) else { return nil }
    let index = try expectIndex(\.types)
    try expectClosing("the type use")
    return index
  }

  /// The type of a block, written behind the pending instruction's code.
  mutating func parseBlockType() throws(SyntaxError) {
    if try isForm(.type) {
      let use = try parseTypeUse(names: .refused)
      pending.appendSigned(Int64(use.index))
      return
    }
    let signature = try parseSignature(names: .refused)
    if try isForm(.type) { throw unexpected("no '(type' behind '(param' or '(result'") }
    if signature.type.parameters.isEmpty, signature.type.results.count <= 1 {
      if let result = signature.type.results.first {
        pending.appendType(result)
      } else {
        pending.append(0x40)
      }
      return
    }
    pending.appendSigned(Int64(implicitType(signature.type)))
  }

  // MARK: tables, memories, globals

  /// `i32` or `i64` in front of limits: the type of addresses.
  mutating func takeAddressType() throws(SyntaxError) -> Bool {
    if try takeWord(.i64) { return true }
    _ = try takeWord(.i32)
    return false
  }

  mutating func parseLimits(is64Bit: Bool) throws(SyntaxError) -> Limits {
    let minimum = try expectNumber64("a minimum size, a number")
    let maximum = current.kind == .number ? try expectNumber64("a maximum size, a number") : nil
    return Limits(minimum: minimum, maximum: maximum, is64Bit: is64Bit)
  }

  mutating func parseMemoryType() throws(SyntaxError) -> MemoryType {
    let is64Bit = try takeAddressType()
    var limits = try parseLimits(is64Bit: is64Bit)
    limits.isShared = try takeWord(.shared)
    try refusePageSize()
    return MemoryType(limits: limits)
  }

  mutating func refusePageSize() throws(SyntaxError) {
    if try isForm(.pagesize) {
      throw SyntaxError(
        unsupported: "custom page sizes", "memories with another page size are not supported", at: current.start)
    }
  }

  mutating func parseTableType() throws(SyntaxError) -> TableType {
    let is64Bit = try takeAddressType()
    let limits = try parseLimits(is64Bit: is64Bit)
    return TableType(element: try expectReferenceType(), limits: limits)
  }

  mutating func parseGlobalType() throws(SyntaxError) -> GlobalType {
    if try takeForm(.mut) {
      let type = try expectValueType()
      try expectClosing("the global's type")
      return GlobalType(value: type, isMutable: true)
    }
    return GlobalType(value: try expectValueType(), isMutable: false)
  }
}
