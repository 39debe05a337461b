/// Reads `.wast` scripts: commands, actions, values and what is expected, as somebody wrote them.
///
/// This is the path beside the suite's JSON form: nothing but the text is used here, and every module in it is assembled by this
/// package. Constants are, too: all of a script's become functions of one module, which are called for their values.

import Foundation
import WasmBinary
import WasmInterpreter
import WasmText

struct WastSource {
  private typealias Form = ArraySlice<UInt8>
  private let bytes: [UInt8]
  /// The values of the script's constants, by their texts.
  private var constants: [[UInt8]: Value] = [:]

  init(contentsOf url: URL) throws {
    bytes = [UInt8](try Data(contentsOf: url))
  }

  private struct Problem: Error, CustomStringConvertible {
    let line: Int
    let form: String
    var description: String { "line \(line): cannot read \(form.prefix(200))" }
  }

  private func problem(_ form: Form) -> Problem {
    Problem(line: line(of: form.startIndex), form: String(decoding: form, as: UTF8.self))
  }

  private func line(of index: Int) -> Int { 1 + bytes[..<index].count { $0 == 0x0A } }

  /// The script's commands.
  mutating func commands() throws -> [SpecCommand] {
    let all = forms(in: bytes[...])
    let names: Set<String> = ["module", "register", "invoke", "get"]
    guard let first = all.first, let word = leadingWords(first).first, names.contains(word) || word.hasPrefix("assert_")
    else {
      // A script may consist of the fields of one module.
      return [SpecCommand(line: 1, body: .module(.text(bytes), name: nil))]
    }
    try evaluateConstants(in: all)
    // Counted on from command to command: a line each time would take the square of the text.
    var (line, counted) = (1, 0)
    return try all.map { form in
      line += bytes[counted..<form.startIndex].count { $0 == 0x0A }
      counted = form.startIndex
      return SpecCommand(line: line, body: try body(of: form))
    }
  }

  private func body(of form: Form) throws -> SpecCommand.Body {
    let words = leadingWords(form)
    let inner = forms(in: form.dropFirst().dropLast())
    func action() throws -> SpecAction {
      guard let first = inner.first else { throw problem(form) }
      return try self.action(first)
    }
    func message() throws -> String {
      guard let last = strings(in: form).last else { throw problem(form) }
      return String(decoding: last, as: UTF8.self)
    }
    func assertedModule() throws -> SpecModule {
      guard let first = inner.first, leadingWords(first).first == "module" else { throw problem(form) }
      return try module(first)
    }
    switch words.first {
    case "module":
      let names = words.filter { $0.hasPrefix("$") }
      switch words.dropFirst().first {
      case "instance": return .moduleInstance(name: names.first, definition: names.dropFirst().first)
      case "definition": return .moduleDefinition(try module(form), name: names.first)
      default: return .module(try module(form), name: names.first)
      }
    case "register": return .register(name: nameBehindString(form), as: try message())
    case "invoke", "get": return .action(try self.action(form))
    case "assert_return":
      return .assertReturn(try action(), expected: try inner.dropFirst().map { try expectation($0) })
    case "assert_trap":
      if let first = inner.first, leadingWords(first).first == "module" {
        return .assertUninstantiable(try module(first), text: try message())
      }
      return .assertTrap(try action(), text: try message())
    case "assert_exhaustion": return .assertExhaustion(try action(), text: try message())
    case "assert_exception": return .assertException(try action())
    // What custom sections and annotations may be is no less a rule.
    case "assert_invalid", "assert_invalid_custom": return .assertInvalid(try assertedModule())
    case "assert_malformed", "assert_malformed_custom": return .assertMalformed(try assertedModule())
    case "assert_unlinkable": return .assertUnlinkable(try assertedModule(), text: try message())
    default: throw problem(form)
    }
  }

  private func module(_ form: Form) throws -> SpecModule {
    let words = leadingWords(form)
    let isDefinition = words.dropFirst().first == "definition"
    let rest = words.dropFirst(isDefinition ? 2 : 1).drop { $0.hasPrefix("$") }
    switch rest.first {
    case "binary": return .binary(Array(strings(in: form).joined()))
    // The strings are lines of a text that nobody has looked at.
    case "quote": return .text(Array(strings(in: form).joined(separator: [0x0A])))
    default: break
    }
    guard isDefinition, let range = form.firstRange(of: Array("definition".utf8)) else { return .text(Array(form)) }
    // `(module definition $name ...)` is `(module $name ...)` to a reader of modules.
    return .text(Array(form[..<range.lowerBound]) + Array(form[range.upperBound...]))
  }

  private func action(_ form: Form) throws -> SpecAction {
    let words = leadingWords(form)
    guard let kind = words.first, kind == "invoke" || kind == "get", let field = strings(in: form).first else {
      throw problem(form)
    }
    return SpecAction(
      isInvocation: kind == "invoke", module: words.dropFirst().first, field: String(decoding: field, as: UTF8.self),
      arguments: try forms(in: form.dropFirst().dropLast()).map { try argument($0) })
  }

  // MARK: values

  private func argument(_ form: Form) throws -> SpecValue {
    if let value = constants[Array(form)] { return SpecValue(value) }
    let words = leadingWords(form)
    switch words.first {
    case "ref.null": return SpecValue(.reference(.null(Self.heap(words.dropFirst().first))))
    case "ref.extern", "ref.host":
      guard let number = words.dropFirst().first.flatMap({ UInt64($0) }) else { throw problem(form) }
      return SpecValue(.reference(.external(number)))
    default: throw problem(form)
    }
  }

  private static func heap(_ name: String?) -> HeapType {
    switch name {
    case "func": .function
    case "extern": .external
    case "exn": .exception
    default: .any
    }
  }

  private func expectation(_ form: Form) throws -> SpecExpectation {
    SpecExpectation(try rule(form), description: String(decoding: form, as: UTF8.self))
  }

  private func rule(_ form: Form) throws -> SpecExpectation.Rule {
    if let value = constants[Array(form)] { return .exactly(value) }
    let words = leadingWords(form)
    switch (words.first, words.dropFirst().first) {
    case ("either", _): return .either(try forms(in: form.dropFirst().dropLast()).map { try rule($0) })
    case ("f32.const", "nan:canonical"): return .canonicalNaN32
    case ("f64.const", "nan:canonical"): return .canonicalNaN64
    case ("f32.const", "nan:arithmetic"): return .arithmeticNaN32
    case ("f64.const", "nan:arithmetic"): return .arithmeticNaN64
    case ("v128.const", let shape?): return .lanes(try lanes(words, shape, form))
    case ("ref.null", _): return .null
    case ("ref.func", _): return .anyFunction
    case ("ref.extern", nil): return .anyExternal
    case ("ref.extern", _), ("ref.host", _): return .exactly(try argument(form).value)
    case ("ref.i31", _): return .i31
    case ("ref.struct", _): return .structure
    case ("ref.array", _): return .array
    case ("ref.eq", _): return .comparable
    case ("ref.any", _): return .notNull
    default: throw problem(form)
    }
  }

  /// A vector with patterns among its lanes, which are floats then.
  private func lanes(_ words: [String], _ shape: String, _ form: Form) throws -> SpecLanes {
    let type = String(shape.prefix(3))
    return SpecLanes(
      width: type == "f32" ? 32 : 64,
      lanes: try words.dropFirst(2).map { word in
        switch word {
        case "nan:canonical": return .canonicalNaN
        case "nan:arithmetic": return .arithmeticNaN
        default: break
        }
        switch constants[Array("(\(type).const \(word))".utf8)] {
        case .f32(let bits): return .bits(UInt64(bits))
        case .f64(let bits): return .bits(bits)
        default: throw problem(form)
        }
      })
  }

  private static let constantTypes = ["i32", "i64", "f32", "f64", "v128"]
  private static let patterns: Set<String> = ["nan:canonical", "nan:arithmetic"]

  /// Fills `constants` with those of all actions and expectations.
  private mutating func evaluateConstants(in all: [Form]) throws {
    var found: [[UInt8]: String] = [:]
    func collect(_ form: Form) {
      let words = leadingWords(form)
      guard let first = words.first else { return }
      switch first {
      case "assert_return", "assert_trap", "assert_exhaustion", "assert_exception", "invoke", "either":
        for inner in forms(in: form.dropFirst().dropLast()) { collect(inner) }
      default:
        guard let type = Self.constantTypes.first(where: { first == "\($0).const" }) else { return }
        guard Self.patterns.isDisjoint(with: words) else {
          guard type == "v128", let lane = words.dropFirst().first?.prefix(3) else { return }
          for word in words.dropFirst(2) where !Self.patterns.contains(word) {
            found[Array("(\(lane).const \(word))".utf8)] = String(lane)
          }
          return
        }
        found[Array(form)] = type
      }
    }
    for form in all { collect(form) }
    guard !found.isEmpty else { return }
    let constants = Array(found)
    var text: [UInt8] = Array("(module".utf8)
    for (index, constant) in constants.enumerated() {
      text += Array(" (func (export \"\(index)\") (result \(constant.value)) ".utf8) + constant.key + Array(")".utf8)
    }
    let store = try Store()
    let instance = try Instance(Module.load(assembleModule(text + Array(")".utf8))), in: store) { _ in nil }
    for (index, constant) in constants.enumerated() {
      guard let function = instance.exportedFunction("\(index)") else { continue }
      self.constants[constant.key] = try instance.invoke(function, []).first
    }
  }

  // MARK: the lexical format

  /// The name behind a command's string: `(register "as" $name)`.
  private func nameBehindString(_ form: Form) -> String? {
    let text = String(decoding: form, as: UTF8.self)
    guard let dollar = text.lastIndex(of: "$"), let quote = text.lastIndex(of: "\""), dollar > quote else { return nil }
    return String(text[dollar...].prefix { !$0.isWhitespace && $0 != ")" })
  }

  /// The strings of a form, but for those in inner forms, as bytes.
  private func strings(in form: Form) -> [[UInt8]] {
    var result: [[UInt8]] = []
    var depth = 0
    var index = form.startIndex
    while index < form.endIndex {
      if let next = Self.skipComment(form, index) {
        index = next
        continue
      }
      switch form[index] {
      case UInt8(ascii: "\""):
        let end = Self.skipString(form, index)
        if depth == 1 { result.append(Self.unescape(form[(index + 1)..<(end - 1)])) }
        index = end
        continue
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")"): depth -= 1
      default: break
      }
      index += 1
    }
    return result
  }

  private static func unescape(_ text: Form) -> [UInt8] {
    var result: [UInt8] = []
    var index = text.startIndex
    while index < text.endIndex {
      guard text[index] == UInt8(ascii: "\\"), index + 1 < text.endIndex else {
        result.append(text[index])
        index += 1
        continue
      }
      switch text[index + 1] {
      case UInt8(ascii: "n"): result.append(0x0A)
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "r"): result.append(0x0D)
      case UInt8(ascii: "u"):
        let end = text[index...].firstIndex(of: UInt8(ascii: "}")) ?? text.endIndex
        let digits = String(decoding: text[min(index + 3, end)..<end], as: UTF8.self).filter { $0 != "_" }
        if let scalar = UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init) {
          result += Array(String(Character(scalar)).utf8)
        }
        index = end + 1
        continue
      case let byte:
        let digits = String(decoding: text[(index + 1)..<min(index + 3, text.endIndex)], as: UTF8.self)
        if digits.utf8.count == 2, let value = UInt8(digits, radix: 16) {
          result.append(value)
          index += 3
          continue
        }
        result.append(byte)
      }
      index += 2
    }
    return result
  }

  /// The plain words at the head of a form, up to its first parenthesis or string.
  private func leadingWords(_ form: ArraySlice<UInt8>) -> [String] {
    var head: [UInt8] = []
    var index = form.startIndex + 1
    while index < form.endIndex, let next = Self.skipComment(form, index) ?? Optional(index) {
      if next != index {
        head.append(UInt8(ascii: " "))
        index = next
        continue
      }
      let byte = form[index]
      if byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")") || byte == UInt8(ascii: "\"") { break }
      head.append(byte)
      index += 1
    }
    return String(decoding: head, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
  }

  /// The top-level parenthesised forms of a text.
  private func forms(in text: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    var result: [ArraySlice<UInt8>] = []
    var depth = 0
    var start = text.startIndex
    var index = text.startIndex
    while index < text.endIndex {
      if let next = Self.skipComment(text, index) {
        index = next
        continue
      }
      switch text[index] {
      case UInt8(ascii: "\""):
        index = Self.skipString(text, index)
        continue
      case UInt8(ascii: "("):
        if depth == 0 { start = index }
        depth += 1
      case UInt8(ascii: ")"):
        depth -= 1
        if depth == 0 { result.append(text[start...index]) }
      default: break
      }
      index += 1
    }
    return result
  }

  /// Where the comment or annotation that begins at `index` ends; nil if none begins there.
  private static func skipComment(_ text: ArraySlice<UInt8>, _ index: Int) -> Int? {
    guard index + 1 < text.endIndex else { return nil }
    let pair = (text[index], text[index + 1])
    if pair == (UInt8(ascii: ";"), UInt8(ascii: ";")) {
      // LF, CR and CRLF all end a line.
      return text[index...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? text.endIndex
    }
    if pair == (UInt8(ascii: "("), UInt8(ascii: "@")) { return skipAnnotation(text, index) }
    guard pair == (UInt8(ascii: "("), UInt8(ascii: ";")) else { return nil }
    var depth = 1
    var position = index + 2
    while depth > 0, position + 1 < text.endIndex {
      switch (text[position], text[position + 1]) {
      case (UInt8(ascii: "("), UInt8(ascii: ";")):
        depth += 1
        position += 2
      case (UInt8(ascii: ";"), UInt8(ascii: ")")):
        depth -= 1
        position += 2
      default: position += 1
      }
    }
    return position
  }

  private static func skipAnnotation(_ text: ArraySlice<UInt8>, _ start: Int) -> Int {
    var depth = 0
    var position = start
    while position < text.endIndex {
      if position > start, let next = skipComment(text, position) {
        position = next
        continue
      }
      switch text[position] {
      case UInt8(ascii: "\""):
        position = skipString(text, position)
        continue
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")"):
        depth -= 1
        if depth == 0 { return position + 1 }
      default: break
      }
      position += 1
    }
    return position
  }

  private static func skipString(_ text: ArraySlice<UInt8>, _ index: Int) -> Int {
    var position = index + 1
    while position < text.endIndex, text[position] != UInt8(ascii: "\"") {
      position += text[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    return position + 1
  }
}
