/// The first pass: which names stand for which indices, and the explicit types.

import WasmBinary

extension ModuleParser {
  /// Reads the fields up to the end of the module without looking into bodies.
  mutating func declareFields() throws(SyntaxError) {
    /// The first definition, after which no import may follow.
    var firstDefinition: Word?
    while current.kind == .leftParenthesis {
      try advance()
      let token = current
      guard case .word(let word) = token.meaning else { throw unknownField() }
      try advance()
      switch word {
      case .type:
        typeDefinitions.append(token.start)
        try declareType()
      case .rec:
        typeDefinitions.append(token.start)
        try declareRecursionGroup()
      case .import: try declareImport(at: token.start, after: firstDefinition)
      case .func, .table, .memory, .global, .tag:
        let isImport = try declareDefinition(word, at: token.start, after: firstDefinition)
        if !isImport, firstDefinition == nil { firstDefinition = word }
      case .elem:
        try declare(\.elements)
        try skipForm()
      case .data:
        try declare(\.data)
        try skipForm()
      case .export, .start:
        try skipForm()
      default:
        current = token
        throw unknownField()
      }
    }
    guard current.kind == .rightParenthesis || current.kind == .end else { throw unexpected("a module field") }
  }

  func unknownField() -> SyntaxError {
    SyntaxError(
      "unknown operator: \(excerpt(current)) is not a module field (type, import, func, table, memory, global, tag, "
        + "export, start, elem or data)", at: current.start)
  }

  /// Adds an item to a space, with the name that may stand here.
  private mutating func declare(_ space: WritableKeyPath<IndexSpaces, IndexSpace>) throws(SyntaxError) {
    let token = current
    let symbol = try takeIdentifier()
    guard spaces[keyPath: space].append(symbol) else {
      throw SyntaxError(
        "duplicate \(spaces[keyPath: space].item): \(excerpt(token)) is already defined", at: token.start)
    }
  }

  /// Behind `type`: what it is waits until all names are known.
  private mutating func declareType() throws(SyntaxError) {
    try declare(\.types)
    try skipForm()
  }

  private mutating func declareRecursionGroup() throws(SyntaxError) {
    while current.kind == .leftParenthesis {
      try expectForm(.type, "'(type' in a recursion group")
      try declareType()
    }
    try expectClosing("the recursion group")
  }

  private mutating func declareImport(at offset: Int, after definition: Word?) throws(SyntaxError) {
    try checkImportOrder(at: offset, after: definition)
    _ = try expectName("the module name of the import, a string")
    _ = try expectName("the name of the import, a string")
    let kind = try expectExternalKind()
    try declare(IndexSpaces.path(kind))
    try skipForm()
    try expectClosing("the import")
  }

  private func checkImportOrder(at offset: Int, after definition: Word?) throws(SyntaxError) {
    guard let definition else { return }
    let item = definition == .func ? "function" : definition.rawValue
    throw SyntaxError(
      "import after \(item): imports must come before all functions, tables, memories, globals and tags", at: offset)
  }

  /// Moves behind `(func`, `(table`, `(memory`, `(global` or `(tag`.
  mutating func expectExternalKind() throws(SyntaxError) -> Export.Kind {
    guard current.kind == .leftParenthesis else {
      throw unexpected("'(func', '(table', '(memory', '(global' or '(tag'")
    }
    let kind: Export.Kind
    switch try peek().meaning {
    case .word(.func): kind = .function
    case .word(.table): kind = .table
    case .word(.memory): kind = .memory
    case .word(.global): kind = .global
    case .word(.tag): kind = .tag
    default:
      try advance()
      throw unexpected("'func', 'table', 'memory', 'global' or 'tag'")
    }
    try advance()
    try advance()
    return kind
  }

  /// Declares a function, table, memory, global or tag and the segment inside it. Answers whether it is an import.
  private mutating func declareDefinition(
    _ word: Word, at offset: Int, after definition: Word?
  ) throws(SyntaxError) -> Bool {
    switch word {
    case .func: try declare(\.functions)
    case .table: try declare(\.tables)
    case .memory: try declare(\.memories)
    case .tag: try declare(\.tags)
    default: try declare(\.globals)
    }
    while try takeForm(.export) { try skipForm() }
    if try isForm(.import) {
      try checkImportOrder(at: offset, after: definition)
      try skipForm()
      return true
    }
    switch word {
    case .table:
      if try skipForm(noting: .elem) { _ = spaces.elements.append(nil) }
    case .memory:
      if try skipForm(noting: .data) { _ = spaces.data.append(nil) }
    default:
      try skipForm()
    }
    return false
  }
}
