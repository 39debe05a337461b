/// Helpers of the tests: assemble strings, and compare what stands in sections.

import Testing
import WasmBinary
import WasmText

/// Assembles a string.
func assemble(_ text: String) throws -> [UInt8] { try assembleModule(Array(text.utf8)) }

/// The error of a string that must be refused; nil if it is accepted.
func refusal(_ text: String) -> TextError? {
  do {
    _ = try assembleModule(Array(text.utf8))
    return nil
  } catch {
    return error
  }
}

/// A section of a binary module.
struct Section: Equatable {
  var identifier: UInt8
  var contents: ArraySlice<UInt8>
}

/// The sections of a module that the reader produced, custom sections left out.
func sections(_ module: [UInt8]) -> [Section] {
  var sections: [Section] = []
  var position = 8
  while position < module.count {
    let identifier = module[position]
    position += 1
    var size = 0
    var shift = 0
    while position < module.count {
      let byte = module[position]
      position += 1
      size |= Int(byte & 0x7F) << shift
      shift += 7
      if byte & 0x80 == 0 { break }
    }
    let end = min(position + size, module.count)
    if identifier != 0 { sections.append(Section(identifier: identifier, contents: module[position..<end])) }
    position = end
  }
  return sections
}

/// The contents of a section; empty if the module has none.
func section(_ identifier: UInt8, of text: String) throws -> [UInt8] {
  try sections(assemble(text)).first { $0.identifier == identifier }.map { Array($0.contents) } ?? []
}

/// The instructions of a module's only function without locals, its final `end` left out.
func instructions(_ body: String) throws -> [UInt8] {
  let text = """
    (type $t (func)) (func $f (param i32) \(body)) (table $tab 1 funcref) (memory $mem 1)
    (global $g i32 (i32.const 0)) (elem $e funcref) (data $d)
    """
  let code = try section(10, of: text)
  // One body, its size in one or two bytes, no locals.
  let start = code[1] & 0x80 == 0 ? 3 : 4
  return Array(code[start..<(code.count - 1)])
}

/// A generator whose sequence is the same in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
