/// The entry to the text format: from the bytes of a .wat file to a binary module.

import WasmBinary

/// Assembles a module in the text format (Core 3.0, section 6 "Text Format"), limited to `Features.implemented`.
///
/// The result carries a name section with the names that the text gives to the module, its functions and their locals,
/// by identifiers or by `@name` annotations, and the custom sections of `@custom` annotations. Branch hints are checked
/// and left out; other annotations are white space.
/// It is well-formed, but not validated: types are checked when it is loaded. `(module binary "...")` yields the bytes
/// in the strings as they are, whatever they are. Time and memory are linear in the size of the source.
///
/// - Parameter source: UTF-8 text: one `(module ...)`, or module fields without the wrapper.
/// - Throws: `TextError` with line and column. For an error inside of `(module quote "...")` they are counted in the
///   quoted text, and the message says so.
public func assembleModule(_ source: [UInt8]) throws(TextError) -> [UInt8] {
  var source = source
  var isQuoted = false
  while true {
    do throws(SyntaxError) {
      if let invalid = firstInvalidUTF8(in: source) {
        throw SyntaxError("malformed UTF-8 encoding: the text must be valid UTF-8", at: invalid)
      }
      var parser = ModuleParser(source)
      switch try parser.parse() {
      case .assembled(let bytes): return bytes
      case .quoted(let text):
        // Escapes make a quotation longer than what it quotes, so that this ends.
        source = text
        isQuoted = true
      }
    } catch {
      var located = error.located(in: source)
      if isQuoted { located.message = "in the quoted text: \(located.message)" }
      throw located
    }
  }
}

/// Whether bytes look like a module in the text format: no binary module, and the first thing in it is a parenthesis or
/// a comment.
public func isTextModule(_ bytes: [UInt8]) -> Bool {
  for (position, byte) in bytes.enumerated() {
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): continue
    case UInt8(ascii: "("): return true
    case UInt8(ascii: ";"): return position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: ";")
    default: return false
    }
  }
  return false
}
