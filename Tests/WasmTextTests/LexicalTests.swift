/// Tokens, white space, comments, annotations and strings.

import Testing
import WasmBinary
import WasmText

@Suite("The lexical format")
struct LexicalTests {
  static let empty: [UInt8] = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0]

  @Test(
    "white space, comments and annotations mean nothing",
    arguments: [
      "", " \t\r\n", "(module)", "( module )", ";; comment", ";; comment\r(module)", "(; block ;)(module)",
      "(; outer (; inner ;) outer ;)(module)", "(;;)(module(;;))", "(module);; end without line break",
      "(module (@a))", "(@a)(module)", "(module (@a ( ) \"(\" (; ) ;) ;; )\n ))",
      "(module (@\"names\" , ; [ ] { } 1x))",
      "(module (@metadata \"x\" \"y\"))", "(module (@a (@) (@ x) (@(@)) @))", "(module (; \u{1F600} \u{7F} ;))",
      "((@a) module (@a))",
    ])
  func nothing(text: String) throws {
    #expect(try assemble(text) == Self.empty)
  }

  @Test(
    "tokens need nothing between them and a parenthesis, a comment or the end",
    arguments: [
      "(func(nop)nop(nop))", "(func $f(nop))", "(func br 0(nop))", "(func nop;;x\n)", "(func nop(;x;)nop)",
      "(memory 1)(data(i32.const 0)\"a\")", "(func br 0;;x\n)", "(import \"a\" \"b\"(func))",
    ])
  func delimiters(text: String) throws {
    #expect(try assemble(text).count > 8)
  }

  @Test(
    "tokens that touch are one token, which does not exist",
    arguments: [
      "(func br 0drop)", "(func (drop (i32.const0)))", "(data\"a\")", "(data \"a\"\"b\")", "(data $l\"a\")",
      "(func br 0$l)", "(func \"a\"x)", "(func block $l br_table $l$l end)", "(func block $\"l\"0 end)",
      "(func 0\"a\")", "(module,)", "(module [])", "(module {})", "(module;)", "( @a)", "(func $(@a)f)",
    ])
  func touching(text: String) {
    #expect(refusal(text)?.kind == .malformed)
  }

  @Test(
    "string escapes",
    arguments: [
      ("", []), ("a b", [0x61, 0x20, 0x62]), (#"\t\n\r\"\'\\"#, [9, 10, 13, 0x22, 0x27, 0x5C]),
      (#"\00\7f\80\fF"#, [0, 0x7F, 0x80, 0xFF]), (#"\u{0}\u{7f}\u{80}"#, [0, 0x7F, 0xC2, 0x80]),
      (#"\u{1_0fFfF}\u{d7ff}\u{e000}"#, [0xF4, 0x8F, 0xBF, 0xBF, 0xED, 0x9F, 0xBF, 0xEE, 0x80, 0x80]),
      ("é'`~", [0xC3, 0xA9, 0x27, 0x60, 0x7E]), ("( ;; (; @", [0x28, 0x20, 0x3B, 0x3B, 0x20, 0x28, 0x3B, 0x20, 0x40]),
    ] as [(String, [UInt8])])
  func escapes(text: String, bytes: [UInt8]) throws {
    // One passive segment.
    #expect(try section(11, of: "(data \"\(text)\")") == [1, 1, UInt8(bytes.count)] + bytes)
  }

  @Test("strings in a row are joined")
  func joined() throws {
    #expect(try section(11, of: #"(data "a" "" (; ;) "b")"#) == [1, 1, 2, 0x61, 0x62])
  }

  @Test(
    "strings that are refused",
    arguments: [
      (#"(data "a"#, "1:7", "unclosed string"), ("(data \"a\nb\")", "1:7", "unclosed string"),
      ("(data \"a\u{1}\")", "1:9", "illegal character"), ("(data \"\u{7F}\")", "1:8", "illegal character"),
      (#"(data "\x")"#, "1:8", "unknown escape"), (#"(data "\0")"#, "1:8", "unknown escape"),
      (#"(data "\0g")"#, "1:8", "unknown escape"), (#"(data "\")"#, "1:7", "unclosed string"),
      (#"(data "\u41")"#, "1:8", "malformed escape"), (#"(data "\u{}")"#, "1:8", "malformed escape"),
      (#"(data "\u{d800}")"#, "1:8", "malformed escape"), (#"(data "\u{110000}")"#, "1:8", "malformed escape"),
      (#"(data "\u{1__0}")"#, "1:8", "malformed escape"), (#"(data "\u{41")"#, "1:8", "malformed escape"),
      (#"(data "\u{fffffffffffffffffffff}")"#, "1:8", "malformed escape"),
    ])
  func badStrings(text: String, place: String, message: String) {
    expectRefusal(text, place, message)
  }

  @Test(
    "names must be UTF-8, data need not be",
    arguments: [
      #"\80"#, #"\c0\80"#, #"\c3"#, #"\e0\80\80"#, #"\ed\a0\80"#, #"\f0\80\80\80"#, #"\f4\90\80\80"#, #"\f5"#, #"\ff"#,
      #"\e2\82"#, #"\f0\9f\98"#,
    ])
  func names(text: String) throws {
    for module in [
      "(import \"\(text)\" \"\" (func))", "(import \"\" \"\(text)\" (func))", "(func (export \"\(text)\"))",
      "(func) (export \"\(text)\" (func 0))", "(func $\"\(text)\")", "(@\"\(text)\")",
    ] {
      #expect(refusal(module)?.message.contains("malformed UTF-8 encoding") == true)
    }
    #expect(try assemble("(data \"\(text)\")").count > 8)
  }

  @Test(
    "the text itself must be UTF-8, comments included",
    arguments: [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0xAF], [0xF8, 0x88, 0x80, 0x80, 0x80]] as [[UInt8]])
  func invalidUTF8(bytes: [UInt8]) {
    #expect {
      try assembleModule(Array("(module)\n;; ".utf8) + bytes)
    } throws: {
      let error = $0 as? TextError
      return error?.line == 2 && error?.column == 4 && error?.message.contains("malformed UTF-8") == true
    }
  }

  @Test(
    "comments, annotations and characters that are refused",
    arguments: [
      ("(module) (; a (; b ;)", "1:10", "unclosed comment"), ("(module (@x", "1:9", "unclosed annotation"),
      ("(module (@x (y (z)))", "1:21", "end of the module"), ("(module (@x (y (z))", "1:9", "unclosed annotation"),
      ("(module (@))", "1:9", "empty annotation id"),
      ("(module (@ x))", "1:9", "empty annotation id"), ("(module (@\"\"))", "1:9", "empty annotation id"),
      ("(@x))", "1:5", "unexpected token"), ("(module (@a \u{1}))", "1:13", "illegal character"),
      ("(module (@a é))", "1:13", "illegal character"), ("(module é)", "1:9", "illegal character"),
      ("(module\u{0})", "1:8", "illegal character"), ("(func $)", "1:7", "empty identifier"),
      ("(func $\"\")", "1:7", "empty identifier"), ("\u{FEFF}(module)", "1:1", "illegal character"),
    ])
  func badSpace(text: String, place: String, message: String) {
    expectRefusal(text, place, message)
  }

  @Test("an identifier in quotation marks is the same as one without")
  func quotedIdentifiers() throws {
    let plain = try assemble("(func $AB (call $AB))")
    #expect(try assemble(#"(func $"A\42" (call $AB))"#) == plain)
    #expect(try assemble(#"(func $AB (call $"\u{41}B"))"#) == plain)
    #expect(try assemble(#"(func $" a b " (call $"\20a b "))"#).count > plain.count)
  }

  @Test("what looks like text", arguments: ["(module)", "  \n\t(func)", ";; x\n(module)", "(; x ;)", ";;"])
  func looksLikeText(text: String) {
    #expect(isTextModule(Array(text.utf8)))
  }

  @Test("what does not look like text", arguments: ["", "\0asm\u{1}\0\0\0", "module", ";", "; (", "\0(", "#!", "{}"])
  func looksLikeNoText(text: String) {
    #expect(!isTextModule(Array(text.utf8)))
  }
}

/// Expects that a text is refused at "line:column" with a message that contains some words.
func expectRefusal(
  _ text: String, _ place: String, _ message: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  guard let error = refusal(text) else {
    Issue.record("accepted: \(text)", sourceLocation: sourceLocation)
    return
  }
  #expect("\(error.line):\(error.column)" == place, "\(error)", sourceLocation: sourceLocation)
  #expect(error.message.contains(message), sourceLocation: sourceLocation)
}
