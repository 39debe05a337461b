/// Annotations that mean something: `@custom`, `@name` and branch hints.

import Testing
import WasmBinary
import WasmText

@Suite("Annotations")
struct AnnotationTests {
  /// The identifiers of a module's sections in their order, custom ones with their names and contents.
  private func layout(_ text: String) throws -> [String] {
    let module = try Module.load(assemble(text))
    var sections: [String] = []
    var position = 8
    let bytes = module.bytes
    while position < bytes.count {
      let identifier = bytes[position]
      var size = 0
      var shift = 0
      repeat {
        position += 1
        size |= Int(bytes[position] & 0x7F) << shift
        shift += 7
      } while bytes[position] & 0x80 != 0
      position += 1
      let contents = bytes[position..<position + size]
      if identifier == 0 {
        let nameEnd = contents.startIndex + 1 + Int(contents.first ?? 0)
        let name = String(decoding: contents[(contents.startIndex + 1)..<nameEnd], as: UTF8.self)
        sections.append("\(name)=\(String(decoding: contents[nameEnd...], as: UTF8.self))")
      } else {
        sections.append("\(identifier)")
      }
      position += size
    }
    return sections
  }

  @Test("@custom gives a section with its strings, where it says")
  func customSections() throws {
    let text = """
      (module
        (@custom "last" "1" "2") (@custom "code" (before code) "x") (func) (@custom "func" (after func) "y")
        (@custom "first" (before first)) (memory 1) (@custom "global" (after global) "z")
        (@"custom" "func" (after func) "w") (@custom "end" (after last) "\\41"))
      """
    #expect(
      try layout(text) == [
        "first=", "1", "3", "func=y", "func=w", "5", "global=z", "code=x", "10", "last=12", "end=A",
      ])
    #expect(try layout(#"(@custom "a" "b")"#) == ["a=b"])
    #expect(try layout(#"(func) (@custom "a" "b")"#) == ["1", "3", "10", "a=b"])
    for kind in [
      "type", "import", "func", "table", "memory", "tag", "global", "export", "start", "elem", "datacount", "code",
      "data",
    ] {
      #expect(try layout("(@custom \"c\" (before \(kind)))") == ["c="])
      #expect(try layout("(@custom \"c\" (after \(kind)))") == ["c="])
    }
  }

  @Test(
    "@custom of a wrong form or in a wrong place is refused",
    arguments: [
      ("(@custom)", "missing section name"), ("(@custom x)", "missing section name"),
      (#"(@custom "\ff")"#, "malformed UTF-8"), (#"(@custom "a" x)"#, "unexpected token"),
      (#"(@custom "a" "b" (after last))"#, "unexpected token"),
      (#"(@custom "a" (around code))"#, "malformed placement"),
      (#"(@custom "a" (before code code))"#, "malformed placement"),
      (#"(@custom "a" (after first))"#, "malformed section kind"),
      (#"(@custom "a" (before ))"#, "malformed section kind"),
      (#"(@custom "a" (before custom))"#, "malformed section kind"), (#"(@custom "a" , )"#, "unexpected character"),
      (#"(module (func (@custom "a")))"#, "misplaced @custom"), (#"(func (nop (@custom "a")))"#, "misplaced @custom"),
      (#"(module (memory (@custom "a") 1))"#, "misplaced @custom"),
    ])
  func badCustomSections(text: String, message: String) {
    #expect(refusal(text)?.message.contains(message) == true, "\(refusal(text)?.message ?? "accepted")")
  }

  @Test("@name names the module and its functions, before what their identifiers say")
  func names() throws {
    let names = try Module.load(
      assemble(
        """
        (module $m (@name "Modül")
          (import "a" "b" (func $i (@name "imported")))
          (func (import "a" "c") (@a))
          (func (@name "λ")) (func $f (@name "two words") (param $x (@name "y") i32) (local (@name "z") i32))
          (func $g (call $f (i32.const 1)) (call $g)) (func (@"name" "") (export "e"))
          (type $t (@name "t") (func)) (memory (@name "m") 1) (table $tab (@name "tab") 1 funcref)
          (global (@name "g") i32 (i32.const 0)) (tag $tag (@name "tag")) (elem (@name "e") func) (data $d (@name "d")))
        """)
    ).decodeNames()
    #expect(names.moduleName == "Modül")
    #expect(names.functionNames == [0: "imported", 2: "λ", 3: "two words", 4: "g", 5: ""])
    #expect(try Module.load(assemble(#"(module (@name "M"))"#)).decodeNames().moduleName == "M")
  }

  @Test(
    "@name of a wrong form or in a wrong place is refused",
    arguments: [
      ("(module (@name))", "a name"), (#"(module (@name "a" "b"))"#, "unexpected token"),
      (#"(module (@name "\ff"))"#, "malformed UTF-8"), (#"(module (@name "a") (@name "b"))"#, "multiple module"),
      (#"(func (@name "a") (@name "b"))"#, "multiple func"), (#"(module (func) (@name "a"))"#, "misplaced @name"),
      (#"(@name "a") (func)"#, "misplaced @name"), (#"(func (@name "a") $f)"#, "misplaced @name"),
      (#"(func $f (nop (@name "a")))"#, "misplaced @name"), (#"(func $f nop (@name "a"))"#, "misplaced @name"),
      (#"(func $f) (export "f" (func $f (@name "a")))"#, "misplaced @name"),
      (#"(func $f) (start $f (@name "a"))"#, "misplaced @name"),
    ])
  func badNames(text: String, message: String) {
    #expect(refusal(text)?.message.contains(message) == true, "\(refusal(text)?.message ?? "accepted")")
  }

  @Test("a branch hint in front of if and br_if changes nothing")
  func branchHints() throws {
    func function(_ hint: String, _ other: String) -> String {
      """
      (module (func (param i32)
        local.get 0 \(hint) if nop end
        \(other) (if (local.get 0) (then (nop)))
        (block \(hint) (br_if 0 (local.get 0)) local.get 0 \(other) br_if 0)))
      """
    }
    let hinted = function(#"(@metadata.code.branch_hint "\00")"#, #"(@metadata.code.branch_hint "\01" )"#)
    #expect(try assemble(hinted) == assemble(function("", "")))
  }

  @Test(
    "a branch hint elsewhere, twice or of another form is refused",
    arguments: [
      (#"(func (@metadata.code.branch_hint "\00") nop)"#, "invalid target"),
      (#"(func (@metadata.code.branch_hint "\00") (block))"#, "invalid target"),
      (#"(func (@metadata.code.branch_hint "\00"))"#, "invalid target"),
      (#"(@metadata.code.branch_hint "\00") (func)"#, "not in a function"),
      (#"(func) (@metadata.code.branch_hint "\00")"#, "not in a function"),
      (#"(type (func (@metadata.code.branch_hint "\00")))"#, "not in a function"),
      (
        #"(func i32.const 0 (@metadata.code.branch_hint "\00") (@metadata.code.branch_hint "\00") if end)"#, "duplicate"
      ),
      (#"(func i32.const 0 (@metadata.code.branch_hint "\02") if end)"#, "a hint is"),
      (#"(func i32.const 0 (@metadata.code.branch_hint "") if end)"#, "a hint is"),
      (#"(func i32.const 0 (@metadata.code.branch_hint) if end)"#, "a hint is"),
      (#"(func i32.const 0 (@metadata.code.branch_hint "\00" x) if end)"#, "unexpected token"),
    ])
  func badBranchHints(text: String, message: String) {
    #expect(refusal(text)?.message.contains(message) == true, "\(refusal(text)?.message ?? "accepted")")
  }

  @Test("inside of an annotation, and under other names, they mean nothing")
  func nested() throws {
    let plain = try assemble("(module (func))")
    for annotation in [
      #"(@x (@custom "a" here) (@name) (@metadata.code.branch_hint))"#, "(@customs)", "(@Name)", "(@metadata.code)",
    ] {
      #expect(try assemble("(module \(annotation) (func \(annotation)))") == plain)
    }
  }

  @Test("many annotations in front of one token are read in linear time", .timeLimit(.minutes(1)))
  func manyAnnotations() throws {
    let count = 10_000
    let sections = String(repeating: #"(@custom "a" (@name) (after code) (@name "x") "b")"#, count: count)
    #expect(try assemble("(module \(sections) (func))").count > 5 * count)
    let hints = String(
      repeating: #"(br_if 0 (@metadata.code.branch_hint "\00") (if (i32.const 0) (then)) (i32.const 0))"#, count: count)
    #expect(try assemble("(func \(hints))").count > 5 * count)
  }

  @Test("a custom section with branch hints is ignored whatever is in it")
  func binaryHints() throws {
    let name = Array("metadata.code.branch_hint".utf8)
    var encoder = ModuleEncoder()
    let type = encoder.appendType(FunctionType())
    encoder.appendFunction(typeIndex: type, body: [0x0B])
    let hints: [[UInt8]] = [
      [], [1, 0, 1, 5, 1, 0], [0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 1, 2], Array(repeating: 0xFF, count: 30),
    ]
    for contents in hints {
      var hinted = encoder
      hinted.appendCustomSection(
        name: String(decoding: name, as: UTF8.self), contents: contents, at: .before(.code))
      #expect(try Module.load(hinted.encode()).functions.count == 1)
    }
  }
}
