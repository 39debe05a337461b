/// Names for people: read when they are there, never an error.
import Testing
import WasmBinary

@Suite("The name section")
struct NameSectionTests {
  static let functions = [
    section(1, items: [functionType([0x7F])]), section(3, items: [[0], [0]]), section(10, items: [body([]), body([])]),
  ].flatMap { $0 }

  static func names(_ contents: [UInt8]) throws -> NameSection {
    try Module.load(header + functions + section(0, name("name") + contents)).decodeNames()
  }

  static let moduleName = section(0, name("tool"))
  static let functionNames = section(1, [2] + [0] + name("run") + [1] + name("stop"))
  static let localNames = section(2, [1, 1, 2, 0] + name("x") + [1] + name("y"))

  @Test("the module's, its functions' and their locals' names are read")
  func readsAll() throws {
    let names = try Self.names(Self.moduleName + Self.functionNames + Self.localNames)
    #expect(
      names
        == NameSection(
          moduleName: "tool", functionNames: [0: "run", 1: "stop"], localNames: [1: [0: "x", 1: "y"]]))
  }

  @Test("a module without names has none")
  func readsNone() throws {
    #expect(try Module.load(header).decodeNames() == NameSection())
  }

  @Test("unknown subsections are passed over, functions that do not exist left out")
  func skips() throws {
    let names = try Self.names(section(9, [1, 2, 3]) + section(1, [2] + [0] + name("run") + [7] + name("ghost")))
    #expect(names == NameSection(functionNames: [0: "run"]))
  }

  @Test("a fault keeps what was read before it and goes on with the next subsection")
  func survives() throws {
    let broken = section(1, [2] + [0] + name("run") + [1, 2, 0xC3, 0x28])
    #expect(
      try Self.names(broken + Self.localNames)
        == NameSection(functionNames: [0: "run"], localNames: [1: [0: "x", 1: "y"]]))
    let whole = Self.moduleName + Self.functionNames + Self.localNames
    for length in 0..<whole.count {
      let names = try Self.names(Array(whole.prefix(length)))
      #expect(names.functionNames.count <= 2)
    }
    #expect(try Self.names([1, 5, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]) == NameSection())
  }
}
