/// The index spaces of a module: which name stands for which index, and how many items there are.

import WasmBinary

/// One index space.
struct IndexSpace {
  /// How the space's items are called in messages.
  let item: String
  /// By symbol.
  private var indices: [UInt32: UInt32] = [:]
  private(set) var count: UInt32 = 0

  init(_ item: String) { self.item = item }

  /// Adds an item; false if its name is taken.
  mutating func append(_ symbol: UInt32?) -> Bool {
    defer { count += 1 }
    guard let symbol else { return true }
    return indices.updateValue(count, forKey: symbol) == nil
  }

  subscript(symbol: UInt32) -> UInt32? { indices[symbol] }
}

/// All index spaces of a module but those of locals and labels.
struct IndexSpaces {
  var types = IndexSpace("type")
  var functions = IndexSpace("func")
  var tables = IndexSpace("table")
  var memories = IndexSpace("memory")
  var globals = IndexSpace("global")
  var tags = IndexSpace("tag")
  var elements = IndexSpace("elem segment")
  var data = IndexSpace("data segment")

  /// The space that an import, export or definition of this kind belongs to.
  static func path(_ kind: Export.Kind) -> WritableKeyPath<IndexSpaces, IndexSpace> {
    switch kind {
    case .function: \.functions
    case .table: \.tables
    case .memory: \.memories
    case .global: \.globals
    case .tag: \.tags
    }
  }
}

extension ModuleParser {
  /// An index that is not negative and below 2^32; nil if the token is something else.
  func number(_ token: Token) -> UInt32? {
    guard case .value(let value)? = parseUnsigned(source, token.range) else { return nil }
    return UInt32(exactly: value)
  }

  /// An index as a number or as a name of the space.
  mutating func expectIndex(_ space: KeyPath<IndexSpaces, IndexSpace>) throws(SyntaxError) -> UInt32 {
    let token = current
    if token.isIdentifier {
      let symbol = try symbol(of: token)
      guard let index = spaces[keyPath: space][symbol] else {
        throw SyntaxError("unknown \(spaces[keyPath: space].item) \(excerpt(token))", at: token.start)
      }
      try advance()
      return index
    }
    return try expectNumber("an index or name of a \(spaces[keyPath: space].item)")
  }

  mutating func expectNumber(_ what: String) throws(SyntaxError) -> UInt32 {
    guard current.kind == .number, let magnitude = parseUnsigned(source, current.range) else {
      throw unexpected(what)
    }
    guard case .value(let value) = magnitude, let number = UInt32(exactly: value) else {
      throw SyntaxError("constant out of range: \(excerpt(current)) is not below 2^32", at: current.start)
    }
    try advance()
    return number
  }

  /// A number below 2^64.
  mutating func expectNumber64(_ what: String) throws(SyntaxError) -> UInt64 {
    guard current.kind == .number, let magnitude = parseUnsigned(source, current.range) else {
      throw unexpected(what)
    }
    guard case .value(let value) = magnitude else {
      throw SyntaxError("constant out of range: \(excerpt(current)) is not below 2^64", at: current.start)
    }
    try advance()
    return value
  }
}
