/// Splits the text format into tokens (Core 3.0, section 6.2 "Lexical Format"), byte by byte and without copying.

/// A token: its kind and where it stands in the source.
struct Token {
  enum Kind: UInt8 {
    case leftParenthesis
    case rightParenthesis
    /// Begins with a lower-case letter.
    case keyword
    /// `$name`
    case identifier
    /// `$"name"`
    case quotedIdentifier
    case string
    /// Begins with a digit or a sign; whether it is a number is found out when it is used as one.
    case number
    /// Characters that form no token of the format.
    case reserved
    /// The end of the source.
    case end
  }

  var kind: Kind
  var start: Int
  var end: Int
  /// What a keyword stands for; the lexer leaves that to the parser.
  var meaning = Meaning.unknown

  var range: Range<Int> { start..<end }
  var isIdentifier: Bool { kind == .identifier || kind == .quotedIdentifier }
  /// Whether it can be an index: a number or a name.
  var isIndex: Bool { kind == .number || isIdentifier }
}

/// Produces tokens on demand, so that memory does not grow with their number.
struct Lexer {
  /// Valid UTF-8.
  let source: [UInt8]
  /// Where the next token is searched.
  var position = 0
  /// Whether an annotation was met that is more than white space.
  private(set) var hasAnnotations = false
  /// Whether such annotations are kept: `AnnotationReader`.
  var collectsAnnotations = false
  /// Those met so far, in their order.
  var annotations: [Annotation] = []

  init(_ source: [UInt8]) { self.source = source }

  /// The next token, behind white space, comments and annotations.
  mutating func next() throws(SyntaxError) -> Token {
    try skipSpace()
    let start = position
    guard start < source.count else { return Token(kind: .end, start: start, end: start) }
    switch source[start] {
    case UInt8(ascii: "("):
      position += 1
      return Token(kind: .leftParenthesis, start: start, end: position)
    case UInt8(ascii: ")"):
      position += 1
      return Token(kind: .rightParenthesis, start: start, end: position)
    default:
      return try scanWord()
    }
  }

  /// Characters and strings that touch each other are one token, as `0"a"`: mostly one that does not exist.
  private mutating func scanWord() throws(SyntaxError) -> Token {
    let start = position
    var strings = 0
    var firstString = start
    var lastString = start..<start
    while position < source.count {
      let byte = source[position]
      if isNameCharacter(byte) {
        position += 1
      } else if byte == UInt8(ascii: "\"") {
        let stringStart = position
        try scanString()
        if strings == 0 { firstString = stringStart }
        lastString = stringStart..<position
        strings += 1
      } else {
        break
      }
    }
    if position == start {
      throw illegalCharacter()
    }
    return Token(
      kind: try classify(start, strings: strings, firstString: firstString, lastString: lastString), start: start,
      end: position)
  }

  private func classify(
    _ start: Int, strings: Int, firstString: Int, lastString: Range<Int>
  ) throws(SyntaxError) -> Token.Kind {
    let isOneString = strings == 1 && lastString.upperBound == position
    switch source[start] {
    case UInt8(ascii: "\""):
      return isOneString && firstString == start ? .string : .reserved
    case UInt8(ascii: "$"):
      if strings == 0 {
        if position == start + 1 { throw SyntaxError("empty identifier: '$' must be followed by a name", at: start) }
        return .identifier
      }
      guard isOneString, firstString == start + 1 else { return .reserved }
      if lastString.count == 2 { throw SyntaxError("empty identifier: the name after '$' is empty", at: start) }
      return .quotedIdentifier
    case _ where strings > 0: return .reserved
    case UInt8(ascii: "a")...UInt8(ascii: "z"): return .keyword
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"): return .number
    default: return .reserved
    }
  }

  // MARK: space

  private mutating func skipSpace() throws(SyntaxError) {
    while position < source.count {
      switch source[position] {
      case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
        position += 1
      case UInt8(ascii: ";"):
        guard byte(after: position) == UInt8(ascii: ";") else { return }
        skipLineComment()
      case UInt8(ascii: "("):
        switch byte(after: position) {
        case UInt8(ascii: ";"): try skipBlockComment()
        case UInt8(ascii: "@"): try skipAnnotation()
        default: return
        }
      default:
        return
      }
    }
  }

  private func byte(after position: Int) -> UInt8? {
    position + 1 < source.count ? source[position + 1] : nil
  }

  private mutating func skipLineComment() {
    while position < source.count, source[position] != UInt8(ascii: "\n"), source[position] != UInt8(ascii: "\r") {
      position += 1
    }
  }

  private mutating func skipBlockComment() throws(SyntaxError) {
    let start = position
    var depth = 0
    while position < source.count {
      let byte = source[position]
      let next = self.byte(after: position)
      if byte == UInt8(ascii: "("), next == UInt8(ascii: ";") {
        depth += 1
        position += 2
      } else if byte == UInt8(ascii: ";"), next == UInt8(ascii: ")") {
        depth -= 1
        position += 2
        if depth == 0 { return }
      } else {
        position += 1
      }
    }
    throw SyntaxError("unclosed comment: '(;' without ';)'", at: start)
  }

  /// Skips `(@name ...)`: any tokens whose parentheses match.
  private mutating func skipAnnotation() throws(SyntaxError) {
    let start = position
    position += 2
    let kind = try skipAnnotationName(start)
    let contentsStart = position
    var depth = 1
    while position < source.count {
      let byte = source[position]
      let next = self.byte(after: position)
      switch byte {
      case UInt8(ascii: "(") where next == UInt8(ascii: ";"): try skipBlockComment()
      case UInt8(ascii: ";") where next == UInt8(ascii: ";"): skipLineComment()
      case UInt8(ascii: "\""): try scanString()
      case UInt8(ascii: "("):
        depth += 1
        position += 1
      case UInt8(ascii: ")"):
        depth -= 1
        position += 1
        if depth == 0 {
          if let kind { note(Annotation(kind: kind, start: start, contents: contentsStart..<position - 1)) }
          return
        }
      case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: ","),
        UInt8(ascii: ";"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"):
        position += 1
      case _ where isNameCharacter(byte):
        position += 1
      default:
        throw illegalCharacter()
      }
    }
    throw SyntaxError("unclosed annotation: '(@' without ')'", at: start)
  }

  private mutating func note(_ annotation: Annotation) {
    hasAnnotations = true
    if collectsAnnotations { annotations.append(annotation) }
  }

  /// Answers what it is, if it is more than white space.
  private mutating func skipAnnotationName(_ start: Int) throws(SyntaxError) -> Annotation.Kind? {
    let nameStart = position
    if position < source.count, source[position] == UInt8(ascii: "\"") {
      try scanString()
      let name = try decodeName(nameStart..<position)
      if name.isEmpty { throw SyntaxError("empty annotation id after '(@'", at: start) }
      return Annotation.Kind(identifier: name[...])
    }
    while position < source.count, isNameCharacter(source[position]) { position += 1 }
    if position == nameStart { throw SyntaxError("empty annotation id after '(@'", at: start) }
    return Annotation.Kind(identifier: source[nameStart..<position])
  }

  private func illegalCharacter() -> SyntaxError {
    let byte = source[position]
    if byte > 0x20, byte < 0x7F {
      let character = String(decoding: [byte], as: UTF8.self)
      return SyntaxError("unexpected character '\(character)'", at: position)
    }
    return SyntaxError(
      byte < 0x80
        ? "illegal character: the control character 0x\(String(byte, radix: 16)) may not appear here"
        : "illegal character: only ASCII characters may appear outside strings and comments", at: position)
  }
}

/// Whether a byte may be part of a name, keyword or number (`idchar`).
@inline(__always)
func isNameCharacter(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "\""), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ","), UInt8(ascii: ";"),
    UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"):
    false
  default:
    byte > 0x20 && byte < 0x7F
  }
}
