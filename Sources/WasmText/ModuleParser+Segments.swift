/// Element and data segments, in the forms of WebAssembly 1.0 to 3.0.

import WasmBinary

extension ModuleParser {
  // MARK: elements

  mutating func encodeElements() throws(SyntaxError) {
    _ = try takeIdentifier()
    let namesTable = try isForm(.table)
    if try takeWord(.declare) {
      try encodeElementList(.declarative, mayOmitKind: false)
    } else if let target = try takeTarget(.table, \.tables) {
      let offset = try parseOffset()
      try encodeElementList(.active(index: target, offset: offset), mayOmitKind: !namesTable)
    } else if current.kind == .leftParenthesis, try !isForm(.ref) {
      let offset = try parseOffset()
      try encodeElementList(.active(index: 0, offset: offset), mayOmitKind: true)
    } else {
      try encodeElementList(.passive, mayOmitKind: false)
    }
    try expectClosing("the element segment")
  }

  /// `(table x)` or `(memory x)`, or just an index as WebAssembly 1.0 wrote it; nil if there is neither.
  private mutating func takeTarget(
    _ word: Word, _ space: KeyPath<IndexSpaces, IndexSpace>
  ) throws(SyntaxError) -> UInt32? {
    if current.isIndex { return try expectIndex(space) }
    guard try takeForm(word) else { return nil }
    let index = try expectIndex(space)
    try expectClosing("the index")
    return index
  }

  /// `(offset ...)` or a folded instruction.
  private mutating func parseOffset() throws(SyntaxError) -> [UInt8] {
    guard try takeForm(.offset) else {
      guard current.kind == .leftParenthesis else { throw unexpected("the offset of the segment") }
      return try parseFoldedExpression()
    }
    let expression = try parseExpression()
    try expectClosing("the offset")
    return expression
  }

  /// The elements: `func` with functions, or a reference type with expressions. WebAssembly 1.0 had only functions, and
  /// no word in front of them. Where `(table x)` names a table, there must be one.
  private mutating func encodeElementList(_ mode: EncodedSegmentMode, mayOmitKind: Bool) throws(SyntaxError) {
    if try isReferenceType() {
      let type = try expectReferenceType()
      let items = try parseElementExpressions()
      encoder.appendElements(mode, type: type, count: items.count, expressions: items.bytes)
      return
    }
    if try !takeWord(.func), !mayOmitKind {
      throw unexpected("'func' or a reference type")
    }
    encoder.appendElements(mode, functions: try parseFunctionIndices())
  }

  mutating func parseFunctionIndices() throws(SyntaxError) -> [UInt32] {
    var functions: [UInt32] = []
    while current.isIndex { functions.append(try expectIndex(\.functions)) }
    guard current.kind == .rightParenthesis else { throw unexpected("an index or name of a func, or ')'") }
    return functions
  }

  /// `(item ...)` or folded instructions, as constant expressions one after the other.
  mutating func parseElementExpressions() throws(SyntaxError) -> (count: Int, bytes: [UInt8]) {
    var bytes: [UInt8] = []
    var count = 0
    while current.kind == .leftParenthesis {
      if try takeForm(.item) {
        bytes += try parseExpression()
        try expectClosing("the item")
      } else {
        bytes += try parseFoldedExpression()
      }
      count += 1
    }
    guard current.kind == .rightParenthesis else { throw unexpected("an element expression or ')'") }
    return (count, bytes)
  }

  // MARK: data

  mutating func encodeData() throws(SyntaxError) {
    _ = try takeIdentifier()
    let target = try takeTarget(.memory, \.memories)
    let mode: EncodedSegmentMode
    if target == nil, current.kind != .leftParenthesis {
      mode = .passive
    } else {
      mode = .active(index: target ?? 0, offset: try parseOffset())
    }
    encoder.appendData(mode, bytes: try parseStrings())
    try expectClosing("the data segment")
  }
}
