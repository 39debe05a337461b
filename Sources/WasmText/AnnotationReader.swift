/// Annotations with a meaning (Core 3.0, appendix "Custom Sections"): `@custom`, `@name` and
/// `@metadata.code.branch_hint`. Any other annotation is white space.
///
/// They are read in a pass of their own, and only if the source has one: to the parser all annotations are white space.

import WasmBinary

/// An annotation whose form and place matter.
struct Annotation {
  enum Kind {
    case custom, name, branchHint

    init?(identifier: ArraySlice<UInt8>) {
      if identifier.elementsEqual("custom".utf8) {
        self = .custom
      } else if identifier.elementsEqual("name".utf8) {
        self = .name
      } else if identifier.elementsEqual("metadata.code.branch_hint".utf8) {
        self = .branchHint
      } else {
        return nil
      }
    }
  }

  var kind: Kind
  /// Where its `(@` stands.
  var start: Int
  /// What lies between its identifier and its closing parenthesis.
  var contents: Range<Int>
}

/// What the annotations of a module say.
struct ModuleAnnotations {
  struct CustomSection {
    var name: [UInt8]
    var place: CustomSectionPlace
    var contents: [UInt8]
  }

  var moduleName: [UInt8]?
  /// The names of functions, by the place of the token behind the annotation.
  var functionNames: [Int: [UInt8]] = [:]
  var customSections: [CustomSection] = []
}

/// Walks over all tokens of a source and reads the annotations between them.
///
/// Parentheses and what stands behind them are all that it looks at: whether the rest is a module is for the parser.
struct AnnotationReader {
  /// An open parenthesis.
  private struct Form {
    /// The word behind it.
    var head: Word?
    /// How many tokens stand behind it so far; forms count as one.
    var tokenCount = 0
    /// Whether the second of them is an identifier.
    var hasIdentifier = false
  }

  private var lexer: Lexer
  private let keywords = Keywords.all
  private var forms: [Form] = []
  /// How many forms are open between the fields: that of the module, if it is written.
  private var fieldDepth = 0
  private var functionDepth: Int?
  private var result = ModuleAnnotations()

  /// The annotations of a module.
  /// - Throws: If one has contents or a place that it may not have.
  static func read(_ source: [UInt8]) throws(SyntaxError) -> ModuleAnnotations {
    var reader = AnnotationReader(source)
    try reader.run()
    return reader.result
  }

  private init(_ source: [UInt8]) {
    lexer = Lexer(source)
    lexer.collectsAnnotations = true
  }

  private mutating func run() throws(SyntaxError) {
    var token: Token
    repeat {
      token = try next()
      if !lexer.annotations.isEmpty { try read(before: token) }
      take(token)
      // Behind the module nothing follows.
    } while token.kind != .end && !(forms.isEmpty && fieldDepth == 1)
  }

  private mutating func next() throws(SyntaxError) -> Token {
    lexer.annotations = []
    var token = try lexer.next()
    if token.kind == .keyword { token.meaning = keywords.meaning(lexer.source, token.range) }
    return token
  }

  // MARK: structure

  private mutating func take(_ token: Token) {
    switch token.kind {
    case .leftParenthesis:
      countToken()
      forms.append(Form())
      return
    case .rightParenthesis:
      _ = forms.popLast()
      if let depth = functionDepth, forms.count < depth { functionDepth = nil }
      return
    case .keyword:
      if let form = forms.last, form.tokenCount == 0, case .word(let word) = token.meaning {
        forms[forms.count - 1].head = word
        if word == .module, forms.count == 1 { fieldDepth = 1 }
        if word == .func, functionDepth == nil, isDefinition { functionDepth = forms.count }
      }
    case .identifier, .quotedIdentifier:
      if forms.last?.tokenCount == 1 { forms[forms.count - 1].hasIdentifier = true }
    default: break
    }
    countToken()
  }

  private mutating func countToken() {
    if !forms.isEmpty { forms[forms.count - 1].tokenCount += 1 }
  }

  private var parent: Form? { forms.count > 1 ? forms[forms.count - 2] : nil }

  /// Whether the innermost form is a field of the module, or the item of an import.
  private var isDefinition: Bool { forms.count == fieldDepth + 1 || parent?.head == .import }

  // MARK: annotations

  /// The annotations between the last token and `token`.
  private mutating func read(before token: Token) throws(SyntaxError) {
    var isNamed = false
    var isHinted = false
    for annotation in lexer.annotations {
      switch annotation.kind {
      case .custom: try readCustomSection(annotation)
      case .name:
        guard mayBeNamed, !token.isIdentifier else { throw misplaced(annotation, "@name") }
        guard !isNamed else {
          let subject = forms.last?.head?.rawValue ?? "item"
          throw SyntaxError("@name annotation: multiple \(subject) names", at: annotation.start)
        }
        isNamed = true
        try readName(annotation, before: token)
      case .branchHint:
        guard !isHinted else {
          throw SyntaxError("@metadata.code.branch_hint annotation: duplicate annotation", at: annotation.start)
        }
        isHinted = true
        try checkHint(annotation, before: token)
      }
    }
  }

  private func misplaced(_ annotation: Annotation, _ identifier: String) -> SyntaxError {
    SyntaxError("misplaced \(identifier) annotation", at: annotation.start)
  }

  /// Whether the innermost form has a name, and what comes next stands where an annotation may give it another one: behind the
  /// word and its identifier.
  private var mayBeNamed: Bool {
    guard let form = forms.last, form.tokenCount == (form.hasIdentifier ? 2 : 1) else { return false }
    switch form.head {
    case .module: return forms.count == 1
    case .func, .table, .memory, .global, .tag: return isDefinition
    case .elem, .data: return forms.count == fieldDepth + 1
    case .type: return forms.count == fieldDepth + 1 || parent?.head == .rec
    case .param, .local: return parent?.head == .func
    case .field: return parent?.head == .struct
    default: return false
    }
  }

  /// Names of the module and of functions are kept; those of other items go nowhere, as their identifiers do.
  private mutating func readName(_ annotation: Annotation, before token: Token) throws(SyntaxError) {
    var contents = ContentsReader(lexer, annotation, "@name")
    let name = try contents.expectName("a name")
    try contents.expectEnd()
    switch forms.last?.head {
    case .module: result.moduleName = name
    case .func: result.functionNames[token.start] = name
    default: break
    }
  }

  // MARK: custom sections

  /// `(@custom "name" (before type) "contents" ...)`, between fields.
  private mutating func readCustomSection(_ annotation: Annotation) throws(SyntaxError) {
    guard forms.count == fieldDepth else { throw misplaced(annotation, "@custom") }
    var contents = ContentsReader(lexer, annotation, "@custom")
    let name = try contents.expectName("missing section name")
    let place = try contents.takePlace()
    let bytes = try contents.takeStrings()
    try contents.expectEnd()
    result.customSections.append(ModuleAnnotations.CustomSection(name: name, place: place, contents: bytes))
  }

  // MARK: branch hints

  /// A hint stands in front of `if` or `br_if`. It changes nothing, and is not kept.
  private mutating func checkHint(_ annotation: Annotation, before token: Token) throws(SyntaxError) {
    let identifier = "@metadata.code.branch_hint"
    guard functionDepth != nil else {
      throw SyntaxError("\(identifier) annotation: not in a function", at: annotation.start)
    }
    var contents = ContentsReader(lexer, annotation, identifier)
    let bytes = try contents.takeStrings()
    guard bytes == [0] || bytes == [1] else {
      throw SyntaxError("\(identifier) annotation: a hint is \"\\00\" or \"\\01\"", at: annotation.start)
    }
    try contents.expectEnd()
    var target = token
    if token.kind == .leftParenthesis {
      var ahead = lexer
      target = try ahead.next()
      if target.kind == .keyword { target.meaning = keywords.meaning(lexer.source, target.range) }
    }
    guard target.meaning == .instruction(.if) || target.meaning == .instruction(.brIf) else {
      throw SyntaxError(
        "\(identifier) annotation: invalid target, as it is no if or br_if", at: annotation.start)
    }
  }
}

/// Reads the tokens inside of an annotation.
private struct ContentsReader {
  private var lexer: Lexer
  private let annotation: Annotation
  private let identifier: String
  private let keywords = Keywords.all

  init(_ lexer: Lexer, _ annotation: Annotation, _ identifier: String) {
    self.lexer = lexer
    // What is between its tokens is white space, whatever it says.
    self.lexer.collectsAnnotations = false
    self.lexer.position = annotation.contents.lowerBound
    self.annotation = annotation
    self.identifier = identifier
  }

  /// The next token; of kind `end` where the annotation ends.
  private mutating func next() throws(SyntaxError) -> Token {
    let start = lexer.position
    let token = try lexer.next()
    guard token.end <= annotation.contents.upperBound else {
      lexer.position = start
      return Token(kind: .end, start: annotation.contents.upperBound, end: annotation.contents.upperBound)
    }
    return token
  }

  private mutating func peek() throws(SyntaxError) -> Token {
    let start = lexer.position
    let token = try next()
    lexer.position = start
    return token
  }

  private func error(_ message: String, _ token: Token) -> SyntaxError {
    SyntaxError("\(identifier) annotation: \(message)", at: token.start)
  }

  private func word(_ token: Token) -> Substring {
    token.kind == .keyword ? Substring(decoding: lexer.source[token.range].prefix(64), as: UTF8.self) : ""
  }

  /// `missing`: what to say if there is no string.
  mutating func expectName(_ missing: String) throws(SyntaxError) -> [UInt8] {
    let token = try next()
    guard token.kind == .string else { throw error(missing, token) }
    return try lexer.decodeName(token.range)
  }

  /// All strings that come next, joined.
  mutating func takeStrings() throws(SyntaxError) -> [UInt8] {
    var bytes: [UInt8] = []
    while try peek().kind == .string { try lexer.decodeString(try next().range, into: &bytes) }
    return bytes
  }

  mutating func expectEnd() throws(SyntaxError) {
    let token = try next()
    guard token.kind == .end else { throw error("unexpected token", token) }
  }

  /// `(before first)`, `(before type)`, `(after type)`, `(after last)` or nothing, which is the last of these.
  mutating func takePlace() throws(SyntaxError) -> CustomSectionPlace {
    guard try peek().kind == .leftParenthesis else { return .last }
    _ = try next()
    let direction = try next()
    guard ["before", "after"].contains(word(direction)) else { throw error("malformed placement", direction) }
    let section = try next()
    let place: CustomSectionPlace
    switch (word(direction), word(section)) {
    case ("before", "first"): place = .first
    case ("after", "last"): place = .last
    case (let direction, let name):
      guard let kind = StandardSection.named(name) else { throw error("malformed section kind", section) }
      place = direction == "before" ? .before(kind) : .after(kind)
    }
    let closing = try next()
    guard closing.kind == .rightParenthesis else { throw error("malformed placement", closing) }
    return place
  }
}

extension StandardSection {
  fileprivate static func named(_ name: Substring) -> StandardSection? {
    switch name {
    case "type": .type
    case "import": .import
    case "func": .function
    case "table": .table
    case "memory": .memory
    case "tag": .tag
    case "global": .global
    case "export": .export
    case "start": .start
    case "elem": .element
    case "datacount": .dataCount
    case "code": .code
    case "data": .data
    default: nil
    }
  }
}
