/// Building blocks for modules written by hand: sections, numbers, names.
import Testing
import WasmBinary

/// The eight bytes that every module begins with.
let header: [UInt8] = [0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00]

func leb(_ number: Int) -> [UInt8] {
  var rest = number
  var bytes: [UInt8] = []
  repeat {
    let low = UInt8(rest & 0x7F)
    rest >>= 7
    bytes.append(rest == 0 ? low : low | 0x80)
  } while rest != 0
  return bytes
}

func name(_ text: String) -> [UInt8] { leb(text.utf8.count) + Array(text.utf8) }

func section(_ identifier: UInt8, _ contents: [UInt8]) -> [UInt8] {
  [identifier] + leb(contents.count) + contents
}

/// A section that is a vector of `items`.
func section(_ identifier: UInt8, items: [[UInt8]]) -> [UInt8] {
  section(identifier, leb(items.count) + items.flatMap { $0 })
}

func module(_ sections: [UInt8]...) -> [UInt8] { header + sections.flatMap { $0 } }

func functionType(_ parameters: [UInt8] = [], _ results: [UInt8] = []) -> [UInt8] {
  [0x60] + leb(parameters.count) + parameters + leb(results.count) + results
}

/// A function body: its local declarations and instructions, without the final `end`.
func body(_ instructions: [UInt8], locals: [UInt8] = [0]) -> [UInt8] {
  let contents = locals + instructions + [0x0B]
  return leb(contents.count) + contents
}

/// A module with one function, a table of funcref, one of externref, a memory, a mutable and an immutable global of
/// type i32, a passive element and a passive data segment; the function is exported.
func richModule(
  _ instructions: [UInt8], parameters: [UInt8] = [], results: [UInt8] = [], locals: [UInt8] = [0]
) -> [UInt8] {
  module(
    section(1, items: [functionType(parameters, results), functionType([0x7F], [0x7F, 0x7E])]),
    section(3, items: [[0]]),
    section(4, items: [[0x70, 0, 2], [0x6F, 0, 2]]),
    section(5, items: [[0, 1]]),
    section(6, items: [[0x7F, 1, 0x41, 0, 0x0B], [0x7F, 0, 0x41, 0, 0x0B]]),
    section(7, items: [name("f") + [0, 0]]),
    section(9, items: [[1, 0, 1, 0]]),
    section(12, [1]),
    section(10, items: [body(instructions, locals: locals)]),
    section(11, items: [[1, 0]]))
}

/// The kind of error that loading gives; nil if it succeeds.
func loadError(
  _ bytes: [UInt8], features: Features = .implemented, limits: ModuleLimits = .default
) -> ModuleError? {
  do {
    _ = try Module.load(bytes, features: features, limits: limits)
    return nil
  } catch {
    return error
  }
}

/// A row of a table of faulty modules.
struct Fault: Sendable, CustomTestStringConvertible {
  var rule: String
  var bytes: [UInt8]
  var kind: ModuleError.Kind
  var offset: Int
  var section: String
  /// A part of the message.
  var message: String

  init(
    _ rule: String, _ bytes: [UInt8], _ kind: ModuleError.Kind, at offset: Int, _ section: String, _ message: String
  ) {
    self.rule = rule
    self.bytes = bytes
    self.kind = kind
    self.offset = offset
    self.section = section
    self.message = message
  }

  var testDescription: String { rule }

  func check() throws {
    let error = try #require(loadError(bytes), "loaded")
    #expect(error.kind == kind)
    #expect(error.offset == offset)
    #expect(error.section == section)
    #expect(error.message.contains(message), "\(error.message)")
  }
}
