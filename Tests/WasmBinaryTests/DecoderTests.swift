/// The binary format: what is malformed, where, and in which section; and what a module gives when it is not.
import Testing
import WasmBinary

@Suite("Decoding")
struct DecoderTests {
  static let type = section(1, items: [functionType()])

  static let malformed: [Fault] = [
    Fault("an empty file", [], .malformed, at: 0, "header", "unexpected end"),
    Fault("a cut header", Array(header.prefix(6)), .malformed, at: 6, "header", "unexpected end"),
    Fault("another magic number", [0x7F, 0x45, 0x4C, 0x46, 1, 0, 0, 0], .malformed, at: 0, "header", "magic"),
    Fault("another version", [0, 0x61, 0x73, 0x6D, 2, 0, 0, 0], .malformed, at: 4, "header", "version"),
    Fault("an unknown section", module([14, 0]), .malformed, at: 8, "module", "section id 14"),
    Fault("a section longer than the module", module([1, 5, 0]), .malformed, at: 9, "type", "length out of bounds"),
    Fault("a section with bytes left", module([1, 2, 0, 0]), .malformed, at: 11, "type", "section size mismatch"),
    Fault("a repeated section", module([1, 1, 0], [1, 1, 0]), .malformed, at: 11, "type", "out of order"),
    Fault("a section out of order", module([3, 1, 0], [1, 1, 0]), .malformed, at: 11, "type", "out of order"),
    Fault(
      "the data count section after the code", module([10, 1, 0], [12, 1, 0]), .malformed, at: 11, "data count",
      "out of order"),
    Fault(
      "a count that does not fit", module([1, 5, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]), .malformed, at: 10, "type",
      "length out of bounds"),
    Fault(
      "a number of six bytes", module([1, 6, 0x80, 0x80, 0x80, 0x80, 0x80, 0]), .malformed, at: 10, "type",
      "too long"),
    Fault(
      "a number above 32 bits", module([1, 5, 0x80, 0x80, 0x80, 0x80, 0x10]), .malformed, at: 10, "type",
      "too large"),
    Fault("an unknown type form", module([1, 3, 1, 0x40, 0]), .malformed, at: 11, "type", "type form 0x40"),
    Fault("an unknown value type", module([1, 5, 1, 0x60, 1, 0x79, 0]), .malformed, at: 13, "type", "value type"),
    Fault(
      "a name that is not UTF-8", module([0, 3, 2, 0xC3, 0x28]), .malformed, at: 11, "custom", "UTF-8"),
    Fault("an overlong name encoding", module([0, 3, 2, 0xC0, 0x80]), .malformed, at: 11, "custom", "UTF-8"),
    Fault(
      "a surrogate in a name", module([0, 4, 3, 0xED, 0xA0, 0x80]), .malformed, at: 11, "custom", "UTF-8"),
    Fault("a custom section without a name", module([0, 0]), .malformed, at: 10, "custom", "unexpected end"),
    Fault(
      "an unknown import kind", module([2, 5, 1, 0, 0, 9, 0]), .malformed, at: 13, "import", "import kind 0x09"),
    Fault("unknown limits flags", module([5, 3, 1, 8, 0]), .malformed, at: 11, "memory", "limits flags 0x08"),
    Fault(
      "limits flags of two bytes", module([5, 4, 1, 0x81, 0, 0]), .malformed, at: 11, "memory", "limits flags"),
    Fault(
      "an unknown mutability", module([6, 6, 1, 0x7F, 2, 0x41, 0, 0x0B]), .malformed, at: 12, "global",
      "mutability 0x02"),
    Fault(
      "an illegal opcode in a constant expression", module([6, 5, 1, 0x7F, 0, 0xFF, 0x0B]), .malformed, at: 13,
      "global", "illegal opcode 0xff"),
    Fault(
      "an unknown export kind", module(type, [3, 2, 1, 0], [7, 4, 1, 0, 7, 0]), .malformed, at: 22, "export",
      "export kind"),
    Fault("an unknown element kind", module([9, 3, 1, 8, 0]), .malformed, at: 11, "element", "kind 8"),
    Fault("an unknown data kind", module([11, 3, 1, 3, 0]), .malformed, at: 11, "data", "kind 3"),
    Fault(
      "functions without code", module(type, [3, 2, 1, 0]), .malformed, at: 18, "module", "inconsistent lengths"),
    Fault(
      "code without functions", module([10, 4, 1, 2, 0, 0x0B]), .malformed, at: 10, "code", "inconsistent lengths"),
    Fault(
      "a data count without data", module([12, 1, 1]), .malformed, at: 11, "module", "inconsistent lengths"),
    Fault(
      "a body without end", module(type, [3, 2, 1, 0], [10, 5, 1, 3, 0, 0x01, 0x01]), .malformed, at: 25, "code",
      "END opcode"),
    Fault(
      "bytes after the end", module(type, [3, 2, 1, 0], [10, 5, 1, 3, 0, 0x0B, 0x01]), .malformed, at: 24, "code",
      "after the function's end"),
    Fault(
      "too many locals to count",
      module(
        type, [3, 2, 1, 0],
        [10, 14, 1, 12, 2]
          + [0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x7F, 0x02, 0x7E, 0x0B, 0x01, 0x01]), .malformed, at: 29, "code",
      "too many locals"),
  ]

  @Test("a malformed module is refused with its offset, section and rule", arguments: malformed)
  func refusesMalformed(_ fault: Fault) throws { try fault.check() }

  @Test("the smallest module loads")
  func loadsEmpty() throws {
    let module = try Module.load(header)
    #expect(module.functions.isEmpty)
    #expect(module.featuresUsed == [])
  }

  @Test("a cut module never loads and never says anything but malformed")
  func refusesEveryPrefix() throws {
    let whole = richModule([0x41, 0, 0x1A], parameters: [0x7F, 0x7E], results: [])
    #expect(loadError(whole) == nil)
    // Sections end at these lengths: what is left of the module there may be complete.
    for length in 0..<whole.count {
      guard let error = loadError(Array(whole.prefix(length))) else { continue }
      #expect(error.kind == .malformed || error.kind == .invalid, "\(length): \(error)")
      #expect(error.offset <= length)
    }
  }

  @Test("a module keeps its parts in index order")
  func keepsStructure() throws {
    let bytes = module(
      section(1, items: [functionType([0x7F], [0x7E]), functionType()]),
      section(
        2,
        items: [
          name("env") + name("g") + [3, 0x7E, 0], name("env") + name("f") + [0, 1],
          name("env") + name("m") + [2, 1, 1, 2],
        ]),
      section(3, items: [[0]]),
      section(4, items: [[0x70, 1, 1, 9]]),
      section(6, items: [[0x7E, 0, 0x23, 0, 0x0B]]),
      section(7, items: [name("run") + [0, 1], name("g") + [3, 1]]),
      section(8, [0]),
      section(9, items: [[0, 0x41, 0, 0x0B, 1, 1], [5, 0x70, 2, 0xD2, 0, 0x0B, 0xD0, 0x70, 0x0B]]),
      section(10, items: [body([0x42, 5])]),
      section(11, items: [[0, 0x41, 3, 0x0B, 2, 0xAA, 0xBB]]),
      section(0, name("extra") + [1, 2, 3]))
    let loaded = try Module.load(bytes)
    #expect(loaded.types.count == 2)
    #expect(
      loaded.imports.map(\.type) == [
        .global(GlobalType(value: .i64, isMutable: false)), .function(typeIndex: 1),
        .memory(MemoryType(limits: Limits(minimum: 1, maximum: 2))),
      ])
    #expect(loaded.functions == [1, 0])
    #expect(loaded.importedFunctionCount == 1)
    #expect(loaded.importedGlobalCount == 1)
    #expect(loaded.importedMemoryCount == 1)
    #expect(loaded.importedTableCount == 0)
    #expect(loaded.functionType(1) == FunctionType(parameters: [.i32], results: [.i64]))
    #expect(loaded.tables.map(\.type.limits) == [Limits(minimum: 1, maximum: 9)])
    #expect(loaded.globals[1].initializer == ConstantExpression([.globalGet(0)]))
    #expect(loaded.exports.map(\.name) == ["run", "g"])
    #expect(loaded.start == 0)
    guard case .functions(let functions) = loaded.elements[0].items else {
      Issue.record("the first segment is a list of functions")
      return
    }
    #expect(functions == [1])
    guard case .expressions(let expressions) = loaded.elements[1].items else {
      Issue.record("the second segment is a list of expressions")
      return
    }
    #expect(expressions == [ConstantExpression([.refFunc(0)]), ConstantExpression([.refNull(.function)])])
    #expect(bytes[loaded.bodies[0].range].elementsEqual([0, 0x42, 5, 0x0B]))
    #expect(bytes[loaded.data[0].range].elementsEqual([0xAA, 0xBB]))
    #expect(loaded.customSection(named: "extra").map { Array(bytes[$0.range]) } == [1, 2, 3])
    #expect(loaded.customSection(named: "none") == nil)
  }

  @Test("export names that Swift takes for equal, but that differ in bytes, are two names")
  func comparesNamesByBytes() throws {
    let precomposed = "\u{E9}"
    let decomposed = "e\u{301}"
    #expect(precomposed == decomposed)
    let exports = { (names: [String]) in
      module(
        section(1, items: [functionType()]), section(3, items: [[0]]),
        section(7, items: names.map { name($0) + [0, 0] }), section(10, items: [body([])]))
    }
    #expect(loadError(exports([precomposed, decomposed])) == nil)
    #expect(loadError(exports([precomposed, precomposed]))?.kind == .invalid)
  }

  @Test("bodies can be validated later, one by one")
  func splitsValidation() throws {
    let bytes = module(
      section(1, items: [functionType()]), section(3, items: [[0], [0]]),
      section(10, items: [body([0x01]), body([0x1A])]))
    let decoded = try Module.decode(bytes)
    #expect(try decoded.validateBodies(0..<1) == [])
    #expect(throws: ModuleError.self) { try decoded.validateBodies(1..<2) }
    #expect(try decoded.validateBodies(5..<9) == [])
    let error = try #require(loadError(bytes))
    #expect(error.functionIndex == 1)
    #expect(
      error.description
        == "invalid module at byte 28 (code section, function 1): type mismatch: drop expects an operand, "
        + "found an empty stack")
  }
}
