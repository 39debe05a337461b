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
    case .exnref: type = .exnref
    case .nullexnref: type = .nullexnref
    case .anyref, .eqref, .i31ref, .structref, .arrayref, .nullref, .nullfuncref, .nullexternref:
      throw SyntaxError(
        unsupported: "garbage collection", "the type \(word.rawValue) (garbage collection) is not supported",
        at: current.start)
    default: return nil
    }
    try advance()
    return type
  }

  /// `(ref null func)` and `(ref null extern)`, which are funcref and externref.
  private mutating func parseReferenceForm() throws(SyntaxError) -> ValueType {
    let start = current.start
    try expectForm(.ref, "'(ref'")
    let isNullable = try takeWord(.null)
    let heap = try expectHeapType()
    guard isNullable else {
      throw SyntaxError(
        unsupported: "typed function references",
        "references that cannot be null (typed function references) are not supported", at: start)
    }
    try expectClosing("the reference type")
    return .reference(heap, nullable: true)
  }

  mutating func expectHeapType() throws(SyntaxError) -> HeapType {
    if current.isIndex {
      throw SyntaxError(
        unsupported: "typed function references",
        "references to a type of the module (typed function references) are not supported", at: current.start)
    }
    if try takeWord(.func) { return .function }
    if try takeWord(.extern) { return .external }
    if try takeWord(.exn) { return .exception }
    if try takeWord(.noexn) { return .noException }
    let others = ["any", "eq", "i31", "struct", "array", "none", "nofunc", "noextern"]
    if current.kind == .keyword,
      let name = others.first(where: { source[current.range].elementsEqual($0.utf8) })
    {
      throw SyntaxError(
        unsupported: "garbage collection",
        "the heap type \(name) is not supported", at: current.start)
    }
    throw unexpected("a heap type (func or extern)")
  }

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
    types.append(type)
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
    let isWritten = !signature.type.parameters.isEmpty || !signature.type.results.isEmpty
    if isWritten, types[Int(explicit)] != signature.type {
      throw SyntaxError(
        "inline function type: the parameters and results written here are not those of type \(explicit)", at: start)
    }
    return TypeUse(
      index: explicit, parameterCount: types[Int(explicit)].parameters.count, names: signature.names)
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
