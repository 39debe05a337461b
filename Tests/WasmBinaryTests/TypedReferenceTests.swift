/// Typed function references in modules: which types exist, match and are equal.
import Testing
import WasmBinary

@Suite("Typed function references")
struct TypedReferenceTests {
  private static let unit = functionType([])

  /// A module with the types () -> () and (ref null 0) -> (), twice each, and one function.
  private func withBody(_ body: [UInt8], locals: [UInt8] = [0]) -> [UInt8] {
    let taking: [UInt8] = [0x60, 1, 0x63, 0, 0]
    return module(
      section(1, items: [Self.unit, taking, Self.unit, [0x60, 1, 0x63, 2, 0]]), [3, 2, 1, 0],
      section(10, items: [leb(locals.count + body.count + 1) + locals + body + [0x0B]]))
  }

  @Test("equal types have one canonical index, which references name")
  func canonicalTypes() throws {
    let module = try Module.load(withBody([]), features: .wasm3)
    #expect(module.canonicalTypes == [0, 1, 0, 1])
    #expect(module.types[3].function?.parameters == [.reference(.concrete(0), nullable: true)])
    #expect(module.matches(.reference(.concrete(1), nullable: false), .funcref))
    #expect(!module.matches(.funcref, .reference(.concrete(1), nullable: true)))
    #expect(!module.matches(.reference(.concrete(1), nullable: true), .reference(.concrete(0), nullable: true)))
  }

  @Test(
    "a body keeps the rules of references",
    arguments: [
      ([0xD0, 2, 0x10, 0, 0x1A], [0], nil),
      ([0xD0, 4, 0x1A], [0], "unknown type 4"),
      ([0xD0, 0, 0xD4, 0x1A], [0], nil),
      ([0x41, 0, 0xD4, 0x1A], [0], "expected a reference"),
      ([0x00, 0xD4, 0x45, 0x1A], [0], "type mismatch"),
      ([0x00, 0xD4, 0x14, 0], [0], nil),
      ([0xD0, 2, 0x14, 0], [0], nil),
      ([0xD0, 1, 0x14, 0], [0], "type mismatch"),
      ([0xD0, 0, 0x14, 1], [0], "type mismatch"),
      ([0x02, 0x40, 0xD0, 0, 0xD6, 0, 0x0B], [0], "carries no reference"),
      ([0x02, 0x63, 0, 0xD0, 0, 0xD6, 0, 0xD0, 2, 0x0B, 0x1A], [0], nil),
      ([0x02, 0x64, 0, 0xD0, 0, 0x0B, 0x1A], [0], "type mismatch"),
      ([0xD0, 0, 0x20, 0, 0x1A, 0x1A], [1, 1, 0x64, 0], "uninitialized local 0"),
      ([0xD0, 0, 0xD4, 0x21, 0, 0x20, 0, 0x1A], [1, 1, 0x64, 0], nil),
      ([0x02, 0x40, 0xD0, 0, 0xD4, 0x21, 0, 0x0B, 0x20, 0, 0x1A], [1, 1, 0x64, 0], "uninitialized local 0"),
      ([0xD0, 0, 0xD4, 0x22, 0, 0x1A, 0x02, 0x40, 0x20, 0, 0x1A, 0x0B], [1, 1, 0x64, 0], nil),
    ] as [([UInt8], [UInt8], String?)])
  func bodies(body: [UInt8], locals: [UInt8], message: String?) throws {
    // The first body calls function 0, which takes nothing: its operand stays and is dropped.
    let error = loadError(withBody(body, locals: locals), features: .wasm3)
    guard let message else {
      #expect(error == nil)
      return
    }
    #expect(error?.kind == .invalid)
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "valid")")
  }

  @Test("a table whose elements cannot be null needs an initializer of their type")
  func tables() {
    func table(_ bytes: [UInt8]) -> [UInt8] {
      module(
        section(1, items: [Self.unit]), [3, 2, 1, 0], section(4, items: [bytes]), section(10, items: [[2, 0, 0x0B]]))
    }
    #expect(loadError(table([0x64, 0, 0, 1]), features: .wasm3)?.message.contains("needs an initializer") == true)
    #expect(loadError(table([0x40, 0, 0x64, 0, 0, 1, 0xD2, 0, 0x0B]), features: .wasm3) == nil)
    #expect(loadError(table([0x40, 0, 0x64, 0, 0, 1, 0xD0, 0, 0x0B]), features: .wasm3)?.kind == .invalid)
  }

  @Test("many types that name each other load in linear time")
  func manyTypes() throws {
    let items = (0..<20_000).map { index -> [UInt8] in
      // The type before it, as a signed number of three bytes.
      let before = max(0, index - 1)
      let number = [before & 0x7F | 0x80, before >> 7 & 0x7F | 0x80, before >> 14].map { UInt8($0) }
      return index == 0 ? Self.unit : [0x60, 1, 0x63] + number + [0]
    }
    let loaded = try Module.load(module(section(1, items: items)), features: .wasm3)
    #expect(loaded.canonicalTypes.last == 19_999)
  }
}
