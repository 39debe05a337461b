/// A stranger's text: nesting as deep as the text is long, sizes that would hurt a quadratic reader, and mutations.

import Testing
import WasmBinary
import WasmText

@Suite("Hostile text")
struct HostileTextTests {
  /// Far beyond what recursion would survive on a thread's stack.
  static let depth = 100_000

  static let nested: [(String, String, String)] = [
    ("(module (func ", "(block ", "))"), ("(module (func ", "(loop (result i32) ", "))"),
    ("(module (func ", "(i32.add ", "))"), ("(module (func ", "(br_table 0 0 ", "))"),
  ]

  @Test("folded instructions may nest as deeply as the text is long", arguments: nested)
  func deep(prefix: String, part: String, suffix: String) throws {
    let closing = String(repeating: ")", count: Self.depth)
    let text = prefix + String(repeating: part, count: Self.depth) + closing + suffix
    #expect(try assemble(text).count > Self.depth)
    // The same, unbalanced, is an error and no crash.
    #expect(refusal(prefix + String(repeating: part, count: Self.depth))?.kind == .malformed)
    #expect(refusal(prefix + closing)?.kind == .malformed)
  }

  @Test("flat blocks, ifs and conditions may nest too")
  func deepOthers() throws {
    let count = Self.depth
    let repeated = { (text: String) in String(repeating: text, count: count) }
    #expect(try assemble("(func " + repeated("block ") + repeated("end ") + ")").count > count)
    #expect(try assemble("(func " + repeated("(if (then ") + repeated("))") + ")").count > count)
    #expect(try assemble("(func " + repeated("(if ") + repeated("(then))") + ")").count > count)
    #expect(try assemble(repeated("(;") + repeated(";)")).count == 8)
    #expect(try assemble("(module " + repeated("(@a ") + repeated(")") + ")").count == 8)
  }

  @Test(
    "openings without an end are refused",
    arguments: ["(", ")", "(;", "(@a ", "\"", "(module ", "(func ", "(func (if ", "\u{0}", "\\", "$", ";;\n(", "é"])
  func openings(part: String) {
    #expect(refusal(String(repeating: part, count: Self.depth))?.kind == .malformed)
  }

  @Test("work is linear where a careless reader is quadratic")
  func linear() throws {
    // Each of these takes milliseconds when linear, and minutes or gigabytes when not.
    let count = 30_000
    let numbered = { (make: (Int) -> String) in (0..<count).map(make).joined() }
    let functions = "(func (local $x i32))"
    // One function with many names in front of many functions with one.
    #expect(
      try assemble("(func " + numbered { "(local $l\($0) i32)" } + ")" + String(repeating: functions, count: count))
        .count
        > count)
    // A type with many parameters, used by many functions.
    #expect(
      try assemble(
        "(type $t (func (param " + String(repeating: "i32 ", count: count) + ")))"
          + String(repeating: "(func (type $t) (local $x i32))", count: count)
      ).count > count)
    // Labels that hide each other, and labels far away.
    #expect(
      try assemble(
        "(func " + numbered { "block $l\($0 % 100) br $l0 " } + String(repeating: "end ", count: count) + ")"
      ).count > count)
    // Large instructions that wait for their operands.
    #expect(
      try assemble(
        "(func " + String(repeating: "(br_table 0 0 0 0 0 0 0 0 ", count: count) + String(repeating: ")", count: count)
          + ")"
      ).count > count)
    // Comments between two tokens of a form that is looked at several times.
    let comment = String(repeating: " ", count: count)
    #expect(
      try assemble(
        "(func " + String(repeating: "(\(comment)block ", count: 100) + String(repeating: ")", count: 100) + ")"
      ).count > 100)
  }

  static let sample = """
    (module $sample ;; comment
      (type $t (func (param i32 $x) (result i64)))
      (import "env" "f\\u{e9}" (func $f (param $x i32) (result i64)))
      (memory $m (data "\\00\\ff" "x")) (table $tab funcref (elem $f $g)) (@custom "a" (after code) "b")
      (global $g (mut f64) (f64.const -0x1.8p-3)) (export "g" (global $g)) (elem declare func $g)
      (func $g (@name "g") (export "a") (type $t) (local $y i64) (; (; nested ;) ;)
        (@metadata.code.branch_hint "\\01")
        (if $l (result i64) (i32.eqz (local.get 0)) (then (i64.const -1_000)) (else (br $l (i64.const 0xff))))
        block $b (result i64) i64.const 3 br_table $b 1 end $b i64.add)
      (data $d (i32.const 1) "abc") (start $s) (func $s (memory.init $d (i32.const 0) (i32.const 0) (i32.const 0))))
    """.replacing("i32 $x", with: "i32")

  @Test("mutated text never crashes the reader, and an error's place is inside the text")
  func mutations() throws {
    #expect(try assemble(Self.sample).count > 100)
    let original = Array(Self.sample.utf8)
    let pieces = [
      "(", ")", "\"", "(;", ";)", "(@a", "$", "\\", "end ", "(then ", "0x", "nan:", "e9", "é", "\0", "func", "-", "_",
    ]
    var generator = SeededGenerator(state: 42)
    var accepted = 0
    for _ in 0..<3_000 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let position = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes[position] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: position)
        case 2: bytes.insert(contentsOf: (pieces.randomElement(using: &generator) ?? "(").utf8, at: position)
        case 3:
          let end = min(bytes.count, position + Int.random(in: 1...30, using: &generator))
          bytes.removeSubrange(position..<end)
        default:
          let end = min(bytes.count, position + Int.random(in: 1...30, using: &generator))
          bytes.insert(contentsOf: bytes[position..<end], at: Int.random(in: 0..<bytes.count, using: &generator))
        }
        if bytes.isEmpty { break }
      }
      do {
        let module = try assembleModule(bytes)
        accepted += 1
        // What comes out is a module, or at least refused properly.
        _ = try? Module.load(module)
      } catch {
        #expect(error.line >= 1 && error.column >= 1 && !error.message.isEmpty)
        #expect(error.line <= bytes.count + 1 && error.column <= bytes.count + 1)
      }
    }
    #expect(accepted > 30)
  }

  @Test("every prefix of a module is refused without a crash")
  func prefixes() {
    let bytes = Array(Self.sample.utf8)
    for count in 1..<bytes.count {
      #expect(throws: TextError.self) { try assembleModule(Array(bytes[..<count])) }
    }
  }
}
