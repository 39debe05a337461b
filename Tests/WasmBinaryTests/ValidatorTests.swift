/// The validation rules: what is invalid and what its valid twin looks like.
import Testing
import WasmBinary

@Suite("Validation")
struct ValidatorTests {
  /// Rules of the module's parts outside of bodies.
  static let modules: [Fault] = [
    Fault("an unknown type", module([3, 2, 1, 0], [10, 4, 1, 2, 0, 0x0B]), .invalid, at: 11, "function", "type 0"),
    Fault("a memory above 4 GiB", module([5, 5, 1, 0, 0x81, 0x80, 0x04]), .invalid, at: 11, "memory", "65536 pages"),
    Fault(
      "a memory size above 32 bits", module([5, 7, 1, 0, 0x80, 0x80, 0x80, 0x80, 0x10]), .invalid, at: 11, "memory",
      "memory size"),
    Fault("a maximum below the minimum", module([4, 5, 1, 0x70, 1, 2, 1]), .invalid, at: 12, "table", "minimum"),
    Fault(
      "a global of another type", module([6, 6, 1, 0x7E, 0, 0x41, 0, 0x0B]), .invalid, at: 13, "global",
      "type mismatch"),
    Fault(
      "two values in a constant expression", module([6, 8, 1, 0x7F, 0, 0x41, 0, 0x41, 0, 0x0B]), .invalid, at: 13,
      "global", "type mismatch"),
    Fault(
      "an instruction that is not constant", module([6, 8, 1, 0x7F, 0, 0x41, 0, 0x45, 0x0B, 0]), .invalid, at: 15,
      "global", "constant expression required: i32.eqz"),
    Fault(
      "a later global in a constant expression", module([6, 6, 1, 0x7F, 0, 0x23, 0, 0x0B]), .invalid, at: 13,
      "global", "unknown global 0"),
    Fault(
      "a mutable global in a constant expression",
      module(section(6, items: [[0x7F, 1, 0x41, 0, 0x0B], [0x7F, 0, 0x23, 0, 0x0B]])), .invalid, at: 18, "global",
      "is mutable"),
    Fault(
      "an export of nothing", module([7, 4, 1, 0, 2, 0]), .invalid, at: 13, "export", "unknown memory 0"),
    Fault(
      "a start function with a result",
      module(
        section(1, items: [functionType([], [0x7F])]), [3, 2, 1, 0], [8, 1, 0], [10, 6, 1, 4, 0, 0x41, 0, 0x0B]),
      .invalid, at: 21, "start", "() -> (i32)"),
    Fault("an element of no table", module([9, 6, 1, 0, 0x41, 0, 0x0B, 0]), .invalid, at: 12, "element", "table 0"),
    Fault(
      "an element of another type", module([4, 4, 1, 0x6F, 0, 0], [9, 6, 1, 0, 0x41, 0, 0x0B, 0]), .invalid, at: 17,
      "element", "type mismatch"),
    Fault("data without a memory", module([11, 6, 1, 0, 0x41, 0, 0x0B, 0]), .invalid, at: 12, "data", "memory 0"),
    Fault(
      "a data offset of another type", module([5, 3, 1, 0, 1], [11, 6, 1, 0, 0x42, 0, 0x0B, 0]), .invalid, at: 17,
      "data", "type mismatch"),
  ]

  @Test("a module that breaks a rule outside of bodies is refused", arguments: modules)
  func refusesModule(_ fault: Fault) throws { try fault.check() }

  struct Body: Sendable, CustomTestStringConvertible {
    var code: [UInt8]
    /// A part of the message; nil if the body is valid.
    var message: String?
    var kind = ModuleError.Kind.invalid
    init(_ code: [UInt8], _ message: String?, _ kind: ModuleError.Kind = .invalid) {
      self.code = code
      self.message = message
      self.kind = kind
    }
    var testDescription: String { message ?? "valid \(code)" }
  }

  /// In a function without parameters and results.
  static let bodies: [Body] = [
    Body([0x44] + [UInt8](repeating: 0, count: 8) + [0x41, 0, 0x6A, 0x1A], "i32.add expects i32 i32, found f64"),
    Body([0x41, 0, 0x41, 0, 0x6A, 0x1A], nil),
    Body([0x41, 0, 0x42, 0, 0x37, 3, 0], nil),
    Body([0x41, 0, 0x41, 0, 0x37, 3, 0], "i64.store expects i32 i64, found i32"),
    Body([0x41, 0, 0x28, 2, 0, 0x1A], nil),
    Body([0x41, 0, 0x28, 3, 0, 0x1A], "alignment"),
    Body([0x41, 0, 0x28, 0x80, 1, 0, 0x1A], "memop flags", .malformed),
    Body([0x41, 0, 0x28, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x1A], nil),
    Body([0x41, 0, 0x28, 2, 0x80, 0x80, 0x80, 0x80, 0x10, 0x1A], "offset out of range"),
    Body([0x20, 0], "unknown local 0"),
    Body([0x23, 2, 0x1A], "unknown global 2"),
    Body([0x41, 0, 0x24, 0], nil),
    Body([0x41, 0, 0x24, 1], "immutable"),
    Body([0x10, 0], nil),
    Body([0x10, 1], "unknown function 1"),
    Body([0x41, 0, 0x11, 0, 0], nil),
    Body([0x41, 0, 0x11, 2, 0], "unknown type 2"),
    Body([0x41, 0, 0x11, 0, 1], "expects a table of functions"),
    Body([0x41, 0, 0x11, 0, 2], "unknown table 2"),
    Body([0x0C, 0], nil),
    Body([0x0C, 1], "unknown label 1"),
    Body([0x02, 0x40], "END opcode", .malformed),
    Body([0x02, 0x7F, 0x0B], "end expects i32, found an empty stack"),
    Body([0x02, 0x40, 0x41, 0, 0x0B], "operands too many"),
    Body([0x02, 0x01, 0x0B], "block expects i32, found an empty stack"),
    Body([0x41, 0, 0x02, 0x01, 0x42, 0, 0x0B, 0x1A, 0x1A], nil),
    Body([0x02, 0x05, 0x0B], "unknown type 5"),
    Body([0x02, 0x41, 0x0B], "value type", .malformed),
    Body([0x41, 0, 0x04, 0x7F, 0x41, 0, 0x0B, 0x1A], "if without else"),
    Body([0x41, 0, 0x04, 0x7F, 0x41, 0, 0x05, 0x41, 1, 0x0B, 0x1A], nil),
    Body([0x05], "else without an if", .malformed),
    Body([0x00, 0x6A, 0x1A], nil),
    Body([0x00, 0x42, 0, 0x6A, 0x1A], "i32.add expects i32 i32, found i64"),
    Body([0x41, 0, 0x0E, 0, 0], nil),
    Body([0x02, 0x7F, 0x41, 0, 0x41, 0, 0x0E, 1, 0, 1, 0x0B, 0x1A], "br_table labels take 1 and 0"),
    Body([0x41, 0, 0x0E, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0], "length out of bounds", .malformed),
    Body([0x41, 0, 0x41, 0, 0x41, 0, 0x1B, 0x1A], nil),
    Body([0x41, 0, 0x42, 0, 0x41, 0, 0x1B, 0x1A], "select expects operands of one type"),
    Body([0xD0, 0x70, 0xD0, 0x70, 0x41, 0, 0x1B, 0x1A], "select without a type"),
    Body([0xD0, 0x70, 0xD0, 0x70, 0x41, 0, 0x1C, 1, 0x70, 0x1A], nil),
    Body([0x41, 0, 0x41, 0, 0x41, 0, 0x1C, 2, 0x7F, 0x7F, 0x1A], "result arity"),
    Body([0xD2, 0, 0xD1, 0x1A], nil),
    Body([0x41, 0, 0xD1, 0x1A], "ref.is_null expects a reference"),
    Body([0x41, 0, 0x25, 1, 0x1A], nil),
    Body([0x41, 0, 0xD0, 0x70, 0x26, 1], "table.set expects externref, found funcref"),
    Body([0x41, 0, 0x41, 0, 0x41, 0, 0xFC, 8, 0, 0], nil),
    Body([0x41, 0, 0x41, 0, 0x41, 0, 0xFC, 8, 1, 0], "unknown data segment 1"),
    Body([0xFC, 9, 0], nil),
    Body([0x41, 0, 0x41, 0, 0x41, 0, 0xFC, 12, 0, 0], nil),
    Body([0x41, 0, 0x41, 0, 0x41, 0, 0xFC, 12, 0, 1], "table.init of (ref func)"),
    Body([0xFC, 13, 1], "unknown elem segment 1"),
    Body([0x41, 0, 0x41, 0, 0x41, 0, 0xFC, 14, 0, 1], "table.copy from externref to funcref"),
    Body([0x3F, 1, 0x1A], "unknown memory 1"),
    Body([0xFC, 30], "illegal opcode 0xfc 30", .malformed),
    Body([0xFF], "illegal opcode 0xff", .malformed),
    Body([0x41, 0x80, 0x80, 0x80, 0x80, 0x70, 0x1A], "too large", .malformed),
    Body([0x41, 0x80, 0x80, 0x80, 0x80, 0x78, 0x1A], nil),
    Body([0x43, 0, 0], "unexpected end", .malformed),
  ]

  @Test("a body follows the rules or is refused by the one it breaks", arguments: bodies)
  func validatesBody(_ body: Body) throws {
    let error = loadError(richModule(body.code))
    guard let message = body.message else {
      #expect(error == nil)
      return
    }
    let found = try #require(error, "loaded")
    #expect(found.kind == body.kind, "\(found)")
    #expect(found.section == "code")
    #expect(found.functionIndex == 0)
    #expect(found.message.contains(message), "\(found)")
  }

  @Test("every instruction that computes takes and gives what its name says")
  func validatesNumeric() throws {
    let constants: [String: [UInt8]] = [
      "i32": [0x41, 0], "i64": [0x42, 0], "f32": [0x43, 0, 0, 0, 0], "f64": [0x44, 0, 0, 0, 0, 0, 0, 0, 0],
    ]
    let codes: [String: UInt8] = ["i32": 0x7F, "i64": 0x7E, "f32": 0x7D, "f64": 0x7C]
    let binary: Set<String> = [
      "add", "sub", "mul", "div", "div_s", "div_u", "rem_s", "rem_u", "and", "or", "xor", "shl", "shr_s", "shr_u",
      "rotl", "rotr", "min", "max", "copysign",
    ]
    let comparisons: Set<String> = [
      "eq", "ne", "lt", "gt", "le", "ge", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u",
    ]
    var checked = 0
    for opcode in Opcode.all where opcode.immediate == .none && opcode.code >> 16 != 0xFE {
      let parts = opcode.name.split(separator: ".").map(String.init)
      guard parts.count == 2, codes[parts[0]] != nil else { continue }
      var operands = [parts[0]]
      var result = parts[0]
      if comparisons.contains(parts[1]) {
        operands = [parts[0], parts[0]]
        result = "i32"
      } else if parts[1] == "eqz" {
        result = "i32"
      } else if binary.contains(parts[1]) {
        operands = [parts[0], parts[0]]
      } else if let source = parts[1].split(separator: "_").map(String.init).first(where: { codes[$0] != nil }) {
        operands = [source]
      }
      let code = opcode.code < 0x100 ? [UInt8(opcode.code)] : [UInt8(opcode.code >> 16), UInt8(opcode.code & 0xFF)]
      let good = operands.flatMap { constants[$0] ?? [] } + code
      #expect(loadError(richModule(good, results: [codes[result] ?? 0])) == nil, "\(opcode.name)")
      for wrong in constants.keys where wrong != operands[operands.count - 1] {
        let bad = operands.dropLast().flatMap { constants[$0] ?? [] } + (constants[wrong] ?? []) + code
        let expected = "\(opcode.name) expects \(operands.joined(separator: " ")), found \(wrong)"
        #expect(loadError(richModule(bad, results: [codes[result] ?? 0]))?.message.contains(expected) == true)
      }
      checked += 1
    }
    #expect(checked == 136)
  }

  @Test("every load and store accepts its natural alignment and nothing above")
  func validatesAlignment() throws {
    var checked = 0
    for opcode in Opcode.all where opcode.code < 0x100 {
      guard case .memoryArgument(let natural) = opcode.immediate else { continue }
      let operand: [UInt8] =
        switch opcode.name.prefix(3) {
        case "i64": [0x42, 0]
        case "f32": [0x43, 0, 0, 0, 0]
        case "f64": [0x44, 0, 0, 0, 0, 0, 0, 0, 0]
        default: [0x41, 0]
        }
      let isStore = opcode.name.contains("store")
      for alignment in 0...4 {
        let code =
          [0x41, 0] + (isStore ? operand : []) + [UInt8(opcode.code), UInt8(alignment), 0] + (isStore ? [] : [0x1A])
        let error = loadError(richModule(code))
        if alignment <= natural { #expect(error == nil) } else { #expect(error?.kind == .invalid) }
      }
      checked += 1
    }
    #expect(checked == 23)
  }

  @Test("locals far up the index space have the type of their declaration")
  func findsDistantLocals() throws {
    // Two parameters, then 300 of i64, 300 of f32, none of f64 and 300 of i64.
    let locals: [UInt8] = [4] + leb(300) + [0x7E] + leb(300) + [0x7D] + leb(0) + [0x7C] + leb(300) + [0x7E]
    let types: [(Int, UInt8)] = [
      (0, 0x7F), (1, 0x7C), (2, 0x7E), (255, 0x7E), (256, 0x7E), (301, 0x7E), (302, 0x7D), (601, 0x7D), (602, 0x7E),
      (901, 0x7E),
    ]
    for (index, type) in types {
      for result: UInt8 in [0x7F, 0x7E, 0x7D, 0x7C] {
        let error = loadError(
          richModule([0x20] + leb(index), parameters: [0x7F, 0x7C], results: [result], locals: locals))
        #expect((error == nil) == (result == type), "local \(index)")
      }
    }
    let beyond = richModule([0x20] + leb(902) + [0x1A], parameters: [0x7F, 0x7C], locals: locals)
    #expect(loadError(beyond)?.message == "unknown local 902")
  }

  @Test("ref.func names only functions that occur outside of bodies")
  func demandsDeclaration() throws {
    let functions = { (between: [UInt8]) in
      module(
        section(1, items: [functionType()]), section(3, items: [[0]]), between,
        section(10, items: [body([0xD2, 0, 0x1A])]))
    }
    #expect(loadError(functions([]))?.message.contains("undeclared") == true)
    #expect(loadError(functions([8, 1, 0]))?.message.contains("undeclared") == true)
    #expect(loadError(functions(section(6, items: [[0x70, 0, 0xD2, 0, 0x0B]]))) == nil)
    #expect(loadError(functions(section(7, items: [name("f") + [0, 0]]))) == nil)
    #expect(loadError(functions(section(9, items: [[3, 0, 1, 0]]))) == nil)
    #expect(loadError(functions(section(9, items: [[7, 0x70, 1, 0xD2, 0, 0x0B]]))) == nil)
  }

  @Test("memory.init and data.drop need a data count section")
  func demandsDataCount() throws {
    for count in [[UInt8](), [12, 1, 1]] {
      let bytes = module(
        section(1, items: [functionType()]), section(3, items: [[0]]), section(5, items: [[0, 1]]), count,
        section(10, items: [body([0xFC, 9, 0])]), section(11, items: [[1, 0]]))
      #expect(loadError(bytes)?.kind == (count.isEmpty ? .malformed : nil))
    }
  }
}
