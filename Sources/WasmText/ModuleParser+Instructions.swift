/// Instructions, flat and folded (Core 3.0, section 6.5), with a stack of its own instead of recursion: a stranger's text
/// may nest as deeply as it is long.

import WasmBinary

/// A construct that is open while its contents are read.
struct InstructionFrame {
  enum Kind {
    /// `block`, `loop` or `try_table` up to `end`.
    case flatBlock
    /// `if` up to `else` or `end`.
    case flatIf
    /// `else` up to `end`.
    case flatElse
    /// `(op ...`: the operands, then the instruction.
    case foldedPlain
    /// `(block ...`, `(loop ...` or `(try_table ...`.
    case foldedBlock
    /// `(if ...` in front of `(then`.
    case foldedCondition
    /// `(then ...`
    case foldedThen
    /// Between `(then ...)` and `(else` or the end of the `if`.
    case foldedAfterThen
    /// `(else ...`
    case foldedElse
    /// Behind `(else ...)`.
    case foldedAfterElse
  }

  var kind: Kind
  /// The label's name.
  var symbol: UInt32?
  /// Where the instruction begins in `pending`, for the kinds whose code comes later.
  var pendingStart: Int
  /// Where it begins in the source.
  var offset: Int
}

/// The labels in scope by name, and how many blocks are open.
struct LabelScope {
  private(set) var depth: UInt32 = 0
  /// The depth at which a name was bound last.
  private var depths: [UInt32: UInt32] = [:]
  /// For each open block, what its label hides.
  private var hidden: [UInt32?] = []

  mutating func push(_ symbol: UInt32?) {
    hidden.append(symbol.flatMap { depths.updateValue(depth, forKey: $0) })
    depth += 1
  }

  mutating func pop(_ symbol: UInt32?) {
    guard let previous = hidden.popLast() else { return }
    depth -= 1
    if let symbol { depths[symbol] = previous }
  }

  /// How many blocks are between here and the label.
  subscript(symbol: UInt32) -> UInt32? { depths[symbol].map { depth - 1 - $0 } }
}

extension ModuleParser {
  /// Reads instructions into `code` up to a closing parenthesis that is not theirs.
  mutating func parseInstructions() throws(SyntaxError) {
    while true {
      switch current.kind {
      case .leftParenthesis: try openFolded()
      case .rightParenthesis:
        guard let frame = frames.last else { return }
        try closeFolded(frame)
      case .keyword: try parseFlat()
      default: throw unexpected("an instruction or ')'")
      }
    }
  }

  /// Reads one folded instruction into `code`.
  mutating func parseFoldedInstruction() throws(SyntaxError) {
    repeat {
      switch current.kind {
      case .leftParenthesis: try openFolded()
      case .rightParenthesis:
        guard let frame = frames.last else { return }
        try closeFolded(frame)
      case .keyword where !frames.isEmpty: try parseFlat()
      default: throw unexpected("a folded instruction")
      }
    } while !frames.isEmpty
  }

  // MARK: folded

  private mutating func openFolded() throws(SyntaxError) {
    if let frame = frames.last {
      switch frame.kind {
      case .foldedCondition where try isForm(.then):
        try openThen(frame)
        return
      case .foldedAfterThen:
        try openElse()
        return
      case .foldedAfterElse: throw unexpected("')' at the end of 'if'")
      default: break
      }
    }
    try advance()
    let offset = current.start
    let opcode = try takeOpcode()
    let pendingStart = pending.bytes.count
    switch opcode {
    case .block, .loop, .tryTable:
      let symbol = try takeIdentifier()
      pending.appendOpcode(opcode)
      try parseBlockType()
      if opcode == .tryTable { try parseCatchClauses() }
      flushPending(from: pendingStart)
      labels.push(symbol)
      frames.append(
        InstructionFrame(kind: .foldedBlock, symbol: symbol, pendingStart: pendingStart, offset: offset))
    case .if:
      let symbol = try takeIdentifier()
      pending.appendOpcode(opcode)
      try parseBlockType()
      frames.append(
        InstructionFrame(kind: .foldedCondition, symbol: symbol, pendingStart: pendingStart, offset: offset))
    case .else, .end:
      throw SyntaxError("unexpected token: '\(opcode.name)' closes a flat block and has no parentheses", at: offset)
    default:
      try parsePlain(opcode)
      frames.append(
        InstructionFrame(kind: .foldedPlain, symbol: nil, pendingStart: pendingStart, offset: offset))
    }
  }

  private mutating func openThen(_ frame: InstructionFrame) throws(SyntaxError) {
    try advance()
    try advance()
    flushPending(from: frame.pendingStart)
    labels.push(frame.symbol)
    replaceTop(.foldedThen)
  }

  private mutating func openElse() throws(SyntaxError) {
    try advance()
    guard current.meaning == .instruction(.else) else { throw unexpected("'else' or ')' behind '(then ...)'") }
    try advance()
    code.appendOpcode(.else)
    replaceTop(.foldedElse)
  }

  private mutating func replaceTop(_ kind: InstructionFrame.Kind) {
    guard !frames.isEmpty else { return }
    frames[frames.count - 1].kind = kind
  }

  private mutating func closeFolded(_ frame: InstructionFrame) throws(SyntaxError) {
    switch frame.kind {
    case .flatBlock, .flatIf, .flatElse:
      throw unexpected("'end' of the block that begins at \(place(frame.offset))")
    case .foldedCondition: throw unexpected("'(then' in 'if'")
    case .foldedThen: replaceTop(.foldedAfterThen)
    case .foldedElse: replaceTop(.foldedAfterElse)
    case .foldedPlain:
      flushPending(from: frame.pendingStart)
      frames.removeLast()
    case .foldedBlock, .foldedAfterThen, .foldedAfterElse:
      code.appendOpcode(.end)
      labels.pop(frame.symbol)
      frames.removeLast()
    }
    try advance()
  }

  /// "line:column" of an offset, for messages that point to a second place.
  private func place(_ offset: Int) -> String {
    let located = SyntaxError("", at: offset).located(in: source)
    return "\(located.line):\(located.column)"
  }

  // MARK: flat

  private mutating func parseFlat() throws(SyntaxError) {
    let offset = current.start
    switch frames.last?.kind {
    case .foldedPlain?, .foldedCondition?, .foldedAfterThen?, .foldedAfterElse?:
      throw unexpected("'(' or ')': the operands of a folded instruction are folded too")
    default: break
    }
    let opcode = try takeOpcode()
    switch opcode {
    case .block, .loop, .if, .tryTable:
      let symbol = try takeIdentifier()
      let pendingStart = pending.bytes.count
      pending.appendOpcode(opcode)
      try parseBlockType()
      if opcode == .tryTable { try parseCatchClauses() }
      flushPending(from: pendingStart)
      labels.push(symbol)
      frames.append(
        InstructionFrame(
          kind: opcode == .if ? .flatIf : .flatBlock, symbol: symbol, pendingStart: pendingStart, offset: offset))
    case .else:
      guard let frame = frames.last, frame.kind == .flatIf else {
        throw SyntaxError("unexpected token: 'else' without 'if'", at: offset)
      }
      try matchLabel(frame)
      code.appendOpcode(.else)
      replaceTop(.flatElse)
    case .end:
      guard let frame = frames.last, [.flatBlock, .flatIf, .flatElse].contains(frame.kind) else {
        throw SyntaxError("unexpected token: 'end' without 'block', 'loop' or 'if'", at: offset)
      }
      try matchLabel(frame)
      code.appendOpcode(.end)
      labels.pop(frame.symbol)
      frames.removeLast()
    default:
      let pendingStart = pending.bytes.count
      try parsePlain(opcode)
      flushPending(from: pendingStart)
    }
  }

  /// A name behind `else` or `end` must be the block's label.
  private mutating func matchLabel(_ frame: InstructionFrame) throws(SyntaxError) {
    let token = current
    guard let symbol = try takeIdentifier() else { return }
    guard symbol == frame.symbol else {
      throw SyntaxError(
        "mismatching label: \(excerpt(token)) is not the label of the block that begins at \(place(frame.offset))",
        at: token.start)
    }
  }

  private mutating func flushPending(from start: Int) {
    code.append(contentsOf: pending.bytes[start...])
    pending.truncate(to: start)
  }

  // MARK: operators

  private mutating func takeOpcode() throws(SyntaxError) -> Opcode {
    if case .instruction(let opcode) = current.meaning {
      if !Features.implemented.contains(opcode.feature), let feature = opcode.feature.names.first {
        throw SyntaxError(
          unsupported: feature, "unknown operator \(excerpt(current)): \(feature) is not supported", at: current.start)
      }
      try advance()
      return opcode
    }
    if current.kind == .keyword, current.meaning == .unknown {
      // Longer than any operator there is.
      let name = String(decoding: source[current.range].prefix(64), as: UTF8.self)
      if let feature = featureOfUnsupportedOperator(name) {
        throw SyntaxError(
          unsupported: feature, "unknown operator \(excerpt(current)): \(feature) is not supported", at: current.start)
      }
      throw SyntaxError("unknown operator \(excerpt(current))", at: current.start)
    }
    throw unexpected("the name of an instruction")
  }
}
