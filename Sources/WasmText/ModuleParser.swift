/// The parser's state, its way of looking at tokens, and the forms of `(module ...)`.

import WasmBinary

/// Reads one module in two passes over the source: the first finds the names and types, as text may use them before it
/// defines them; the second encodes.
struct ModuleParser {
  /// What a source turned out to be.
  enum Outcome {
    case assembled([UInt8])
    /// The text in a `(module quote ...)`, to be read in its place.
    case quoted([UInt8])
  }

  var lexer: Lexer
  /// The token that is looked at.
  var current = Token(kind: .end, start: 0, end: 0)
  /// The token behind it, once somebody asked for it.
  private var following: Token?
  private let keywords = Keywords.all

  var symbols = SymbolTable()
  var spaces = IndexSpaces()
  /// Explicit types, then implicit ones in the order in which type uses need them.
  var types: [DefinedType] = []
  /// The recursion groups, empty ones included.
  var typeGroups: [Range<Int>] = []
  /// The first plain type (final, without supertypes, alone in its group) for each function type.
  var typeIndices: [FunctionType: UInt32] = [:]
  /// Where the definitions of types begin, each a `(type` or `(rec`.
  var typeDefinitions: [Int] = []
  /// The named fields of struct types, by type and name.
  var fieldNames: [FieldName: UInt32] = [:]

  var encoder = ModuleEncoder()
  /// The instructions of the body or expression that is being read.
  var code = ByteWriter()
  /// Instructions that are written after their folded operands; a stack.
  var pending = ByteWriter()
  var frames: [InstructionFrame] = []
  var labels = LabelScope()
  /// The names that annotations give to functions, by the place of the token behind the annotation.
  var functionNames: [Int: [UInt8]] = [:]
  /// The named locals of the function that is being read.
  var locals: [UInt32: UInt32] = [:]

  init(_ source: [UInt8]) { lexer = Lexer(source) }

  var source: [UInt8] { lexer.source }

  // MARK: tokens

  mutating func advance() throws(SyntaxError) {
    if let token = following {
      current = token
      following = nil
    } else {
      current = try fetch()
    }
  }

  /// The next token with its meaning, which is looked up only once.
  private mutating func fetch() throws(SyntaxError) -> Token {
    var token = try lexer.next()
    if token.kind == .keyword { token.meaning = keywords.meaning(lexer.source, token.range) }
    return token
  }

  /// The token behind the current one.
  mutating func peek() throws(SyntaxError) -> Token {
    if let following { return following }
    let token = try fetch()
    following = token
    return token
  }

  /// Continues at an earlier place.
  mutating func rewind(to position: Int) throws(SyntaxError) {
    lexer.position = position
    following = nil
    try advance()
  }

  func isWord(_ word: Word) -> Bool { current.meaning == .word(word) }

  /// Whether the next two tokens are `(` and this word.
  mutating func isForm(_ word: Word) throws(SyntaxError) -> Bool {
    guard current.kind == .leftParenthesis else { return false }
    return try peek().meaning == .word(word)
  }

  /// Moves behind `(word` if that is what follows.
  mutating func takeForm(_ word: Word) throws(SyntaxError) -> Bool {
    guard try isForm(word) else { return false }
    try advance()
    try advance()
    return true
  }

  mutating func takeWord(_ word: Word) throws(SyntaxError) -> Bool {
    guard isWord(word) else { return false }
    try advance()
    return true
  }

  mutating func expectClosing(_ what: String) throws(SyntaxError) {
    guard current.kind == .rightParenthesis else { throw unexpected("')' at the end of \(what)") }
    try advance()
  }

  mutating func expectForm(_ word: Word, _ what: String) throws(SyntaxError) {
    guard try takeForm(word) else { throw unexpected(what) }
  }

  /// A string literal that is a name.
  mutating func expectName(_ what: String) throws(SyntaxError) -> [UInt8] {
    guard current.kind == .string else { throw unexpected(what) }
    let name = try lexer.decodeName(current.range)
    try advance()
    return name
  }

  /// The symbol of an identifier, if there is one here.
  mutating func takeIdentifier() throws(SyntaxError) -> UInt32? {
    guard current.isIdentifier else { return nil }
    let symbol = try symbol(of: current)
    try advance()
    return symbol
  }

  mutating func symbol(of token: Token) throws(SyntaxError) -> UInt32 {
    if token.kind == .identifier {
      return symbols.intern(source, (token.start + 1)..<token.end)
    }
    let name = try lexer.decodeName((token.start + 1)..<token.end)
    return symbols.intern(name, name.indices)
  }

  /// What the source says at a token, cut when it is long.
  func excerpt(_ token: Token) -> String {
    switch token.kind {
    case .end: return "the end of the text"
    default:
      let limit = 40
      let text = String(decoding: source[token.start..<min(token.end, token.start + limit)], as: UTF8.self)
      return token.range.count > limit ? "'\(text)...'" : "'\(text)'"
    }
  }

  func unexpected(_ expected: String) -> SyntaxError {
    SyntaxError("unexpected token: expected \(expected), found \(excerpt(current))", at: current.start)
  }

  /// Moves behind the `)` that closes the form whose contents begin here. Answers whether a form `(word` was one of its
  /// direct parts.
  @discardableResult
  mutating func skipForm(noting word: Word? = nil) throws(SyntaxError) -> Bool {
    let start = current.start
    var depth = 0
    var found = false
    while true {
      switch current.kind {
      case .leftParenthesis:
        if depth == 0, let word, try isForm(word) { found = true }
        depth += 1
      case .rightParenthesis:
        if depth == 0 {
          try advance()
          return found
        }
        depth -= 1
      case .end:
        throw SyntaxError("unexpected token: the text ends before the parenthesis of this form is closed", at: start)
      default: break
      }
      try advance()
    }
  }

  // MARK: the module

  mutating func parse() throws(SyntaxError) -> Outcome {
    try advance()
    guard try takeForm(.module) else {
      // Fields without the wrapper, and none of them is the empty module.
      let bytes = try parseFields()
      guard current.kind == .end else { throw unexpected("a module field or the end of the text") }
      return .assembled(bytes)
    }
    if isWord(.definition) || isWord(.instance) {
      throw unexpected("module fields ('definition' and 'instance' belong to test scripts)")
    }
    // A name may stand before `binary` and `quote`; the binary module has its own.
    let name = try takeIdentifier()
    let outcome: Outcome
    if try takeWord(.binary) {
      outcome = .assembled(try parseStrings())
    } else if try takeWord(.quote) {
      outcome = .quoted(try parseStrings())
    } else {
      encoder.names.moduleName = name.map { Array(symbols.contents($0)) }
      outcome = .assembled(try parseFields())
    }
    try expectClosing("the module")
    guard current.kind == .end else { throw unexpected("the end of the text after the module") }
    return outcome
  }

  /// Strings up to the closing parenthesis, joined.
  mutating func parseStrings() throws(SyntaxError) -> [UInt8] {
    var bytes: [UInt8] = []
    while current.kind == .string {
      try lexer.decodeString(current.range, into: &bytes)
      try advance()
    }
    guard current.kind == .rightParenthesis else { throw unexpected("a string or ')'") }
    return bytes
  }

  private mutating func parseFields() throws(SyntaxError) -> [UInt8] {
    let start = current.start
    try declareFields()
    if lexer.hasAnnotations { try readAnnotations() }
    try parseTypeDefinitions()
    try rewind(to: start)
    try encodeFields()
    for group in typeGroups { encoder.appendTypes(Array(types[group])) }
    return encoder.encode()
  }

  private mutating func readAnnotations() throws(SyntaxError) {
    let annotations = try AnnotationReader.read(source)
    if let name = annotations.moduleName { encoder.names.moduleName = name }
    functionNames = annotations.functionNames
    for section in annotations.customSections {
      encoder.appendCustomSection(
        name: String(decoding: section.name, as: UTF8.self), contents: section.contents, at: section.place)
    }
  }
}
