/// Takes a `.wast` script apart, so that every module of the suite is also read as the text that somebody wrote.

import Foundation

struct WastSource {
  private let bytes: [UInt8]

  init(contentsOf url: URL) throws {
    bytes = [UInt8](try Data(contentsOf: url))
  }

  /// For each command the text of the module in it; nil where there is none, or where the script spells the module
  /// out in binary (`module binary`) or as a quotation (`module quote`, which the suite keeps in a file).
  func moduleForms(commandCount: Int) throws -> [[UInt8]?] {
    let commands = forms(in: bytes[...])
    guard commands.count == commandCount else {
      // A script may consist of the fields of one module.
      guard commandCount == 1 else {
        throw SpecSuite.Problem(description: "a script of \(commands.count) forms for \(commandCount) commands")
      }
      return [bytes]
    }
    return commands.map { moduleForm($0) }
  }

  private func moduleForm(_ command: ArraySlice<UInt8>) -> [UInt8]? {
    let words = leadingWords(command)
    guard let first = words.first else { return nil }
    if first == "module" {
      let isDefinition = words.dropFirst().first == "definition"
      let rest = words.dropFirst(isDefinition ? 2 : 1).drop { $0.hasPrefix("$") }
      switch rest.first {
      case "binary", "quote", "instance": return nil
      default: break
      }
      guard isDefinition else { return [UInt8](command) }
      // `(module definition $name ...)` is `(module $name ...)` to a reader of modules.
      guard let range = command.firstRange(of: Array("definition".utf8)) else { return nil }
      return [UInt8](command[..<range.lowerBound]) + [UInt8](command[range.upperBound...])
    }
    guard first.hasPrefix("assert_"), let inner = forms(in: command.dropFirst().dropLast()).first,
      leadingWords(inner).first == "module"
    else { return nil }
    return moduleForm(inner)
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
