/// Compile bombs: every limit admits what is at it and refuses what is one above; what lies costs nothing.
import Testing
import WasmBinary

@Suite("Limits")
struct LimitsTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var limit: String
    var set: @Sendable (inout ModuleLimits, Int) -> Void
    /// A valid module with this many of what the limit counts.
    var make: @Sendable (Int) -> [UInt8]
    var testDescription: String { limit }
    init(
      _ limit: String, _ set: @escaping @Sendable (inout ModuleLimits, Int) -> Void,
      _ make: @escaping @Sendable (Int) -> [UInt8]
    ) {
      self.limit = limit
      self.set = set
      self.make = make
    }
  }

  static func repeated(_ item: [UInt8], _ count: Int) -> [[UInt8]] { Array(repeating: item, count: count) }

  /// One function of type () -> () with this code.
  static func function(_ code: [UInt8], locals: [UInt8] = [0], types: [[UInt8]] = []) -> [UInt8] {
    module(
      section(1, items: [functionType()] + types), section(3, items: [[0]]),
      section(10, items: [body(code, locals: locals)]))
  }

  static let rows: [Row] = [
    Row("types", { $0.types = $1 }) { module(section(1, items: repeated(functionType(), $0))) },
    Row("functions", { $0.functions = $1 }) { count in
      module(
        section(1, items: [functionType()]), section(2, items: [name("m") + name("f") + [0, 0]]),
        section(3, items: repeated([0], count - 1)), section(10, items: repeated(body([]), count - 1)))
    },
    Row("imported functions", { $0.functions = $1 }) { count in
      module(section(1, items: [functionType()]), section(2, items: repeated([0, 0, 0, 0], count)))
    },
    Row("imports", { $0.imports = $1 }) { module(section(2, items: repeated([0, 0, 3, 0x7F, 0], $0))) },
    Row("exports", { $0.exports = $1 }) { count in
      module(section(5, items: [[0, 1]]), section(7, items: (0..<count).map { name("\($0)") + [2, 0] }))
    },
    Row("globals", { $0.globals = $1 }) { module(section(6, items: repeated([0x7F, 0, 0x41, 0, 0x0B], $0))) },
    Row("tables", { $0.tables = $1 }) { module(section(4, items: repeated([0x70, 0, 0], $0))) },
    Row("memories", { $0.memories = $1 }) { module(section(5, items: repeated([0, 1], $0))) },
    Row("tags", { $0.tags = $1 }) { count in
      module(section(1, items: [functionType()]), section(13, items: repeated([0, 0], count)))
    },
    Row("fields of a struct", { $0.structFields = $1 }) { count in
      module(section(1, items: [[0x5F] + leb(count) + repeated([0x78, 0], count).flatMap { $0 }]))
    },
    Row("fields of all structs", { $0.fields = $1 }) { count in
      module(
        section(
          1, items: [[0x5F, 1, 0x7F, 0], [0x5F] + leb(count - 1) + repeated([0x6E, 1], count - 1).flatMap { $0 }]))
    },
    Row("depth of subtyping", { $0.subtypingDepth = $1 }) { count in
      module(section(1, items: [[0x50, 0, 0x5F, 0]] + (0..<count).map { [0x50, 1] + leb($0) + [0x5F, 0] }))
    },
    Row("element segments", { $0.elementSegments = $1 }) { module(section(9, items: repeated([1, 0, 0], $0))) },
    Row("data segments", { $0.dataSegments = $1 }) { module(section(11, items: repeated([1, 0], $0))) },
    Row("custom sections", { $0.customSections = $1 }) { count in
      header + repeated([0, 1, 0], count).flatMap { $0 }
    },
    Row("segment items", { $0.segmentItems = $1 }) { count in
      let expressions = repeated([0xD0, 0x70, 0x0B], count - 1).flatMap { $0 }
      return module(
        section(1, items: [functionType()]), section(2, items: [[0, 0, 0, 0]]),
        section(9, items: [[1, 0, 1, 0], [5, 0x70] + leb(count - 1) + expressions]))
    },
    Row("constant instructions", { $0.constantInstructions = $1 }) { count in
      module(section(5, items: [[0, 1]]), section(11, items: repeated([0, 0x41, 0, 0x0B, 0], count)))
    },
    Row("body bytes", { $0.bodyBytes = $1 + 2 }) { function(Array(repeating: 0x01, count: $0)) },
    Row("locals", { $0.locals = $1 }) { function([], locals: [2] + leb($0 - 1) + [0x7F, 1, 0x7E]) },
    Row("nesting depth", { $0.nestingDepth = $1 }) { count in
      function(repeated([0x02, 0x40], count).flatMap { $0 } + Array(repeating: 0x0B, count: count))
    },
    Row("operand stack height", { $0.operandStackHeight = $1 }) { count in
      function(repeated([0x41, 0], count).flatMap { $0 } + Array(repeating: 0x1A, count: count))
    },
    Row("operand stack height by a call's results", { $0.operandStackHeight = $1 }) { count in
      module(
        section(1, items: [functionType(), functionType([], Array(repeating: 0x7F, count: count))]),
        section(2, items: [[0, 0, 0, 1]]), section(3, items: [[0]]),
        section(10, items: [body([0x10, 0] + Array(repeating: 0x1A, count: count))]))
    },
    Row("branch table targets", { $0.branchTableTargets = $1 }) { count in
      function([0x41, 0, 0x0E] + leb(count) + Array(repeating: 0, count: count + 1))
    },
    Row("parameters", { $0.parameters = $1 }) { count in
      module(section(1, items: [functionType(Array(repeating: 0x7F, count: count), [])]))
    },
    Row("results", { $0.results = $1 }) { count in
      module(section(1, items: [functionType([], Array(repeating: 0x7F, count: count))]))
    },
    Row("parameters and results of all types", { $0.parametersAndResults = $1 }) { count in
      module(section(1, items: repeated(functionType([0x7F]), count - 1) + [functionType([], [0x7F])]))
    },
    Row("table minimum", { $0.tableMinimum = UInt64($1) }) { module(section(4, items: [[0x70, 0] + leb($0)])) },
    Row("name bytes", { $0.nameBytes = $1 }) { module(section(0, name(String(repeating: "n", count: $0)))) },
    Row("module bytes", { $0.moduleBytes = $1 + 11 }) { count in
      module(section(0, [0] + Array(repeating: 0, count: count)))
    },
  ]

  @Test("a module at a limit loads, one above it is refused as such", arguments: rows)
  func enforces(_ row: Row) throws {
    for limit in [2, 3, 20] {
      var limits = ModuleLimits.default
      row.set(&limits, limit)
      #expect(loadError(row.make(limit), limits: limits) == nil)
      let error = try #require(loadError(row.make(limit + 1), limits: limits))
      #expect(error.kind == .limitExceeded, "\(error)")
      #expect(error.message.contains("limit"))
    }
  }

  @Test("the defaults admit what the field's engines admit")
  func defaultsAdmit() throws {
    let thousand = Array(repeating: UInt8(0x7F), count: 1_000)
    let one = Array(repeating: [UInt8](arrayLiteral: 0x41, 0), count: 1_000).flatMap { $0 }
    let bytes = module(
      section(1, items: [functionType([], thousand)]), section(3, items: [[0]]), section(10, items: [body(one)]))
    #expect(loadError(bytes) == nil)
    let more = module(section(1, items: [functionType([], thousand + [0x7F])]))
    #expect(loadError(more)?.kind == .limitExceeded)
    #expect(loadError(Self.function([], locals: [1] + leb(50_000) + [0x7F])) == nil)
    #expect(loadError(Self.function([], locals: [1] + leb(50_001) + [0x7F]))?.kind == .limitExceeded)
  }

  @Test("100,000 nested blocks of every kind load; a million are refused")
  func nestsDeeply() throws {
    for code: UInt8 in [0x02, 0x03] {
      let nested = { (count: Int) in
        Self.function(Self.repeated([code, 0x40], count).flatMap { $0 } + Array(repeating: 0x0B, count: count))
      }
      #expect(loadError(nested(100_000)) == nil)
      #expect(loadError(nested(1_000_000))?.kind == .limitExceeded)
    }
    let ifs = Self.repeated([0x41, 0, 0x04, 0x40], 100_000).flatMap { $0 } + Array(repeating: 0x0B, count: 100_000)
    #expect(loadError(Self.function(ifs)) == nil)
  }

  @Test("a count of four billion in fifty bytes is malformed wherever it stands")
  func refusesLies() throws {
    let lie: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0x0F]
    for identifier: UInt8 in [1, 2, 3, 4, 5, 6, 7, 9, 10, 11] {
      let error = try #require(loadError(module(section(identifier, lie))))
      #expect(error.kind == .malformed, "section \(identifier): \(error)")
    }
    let type = section(1, items: [functionType()])
    let lies: [[UInt8]] = [
      module(section(1, [1, 0x60] + lie)), module(section(1, [1, 0x60, 0] + lie)),
      module(section(9, [1, 1, 0] + lie)), module(section(9, [1, 5, 0x70] + lie)), module(section(11, [1, 1] + lie)),
      module(section(0, lie)), module(type, [3, 2, 1, 0], section(10, [1] + lie)),
      Self.function([0x41, 0, 0x0E] + lie), Self.function([], locals: lie), Self.function([0x1C] + lie),
    ]
    for bytes in lies { #expect(loadError(bytes)?.kind == .malformed) }
  }

  @Test("many tiny functions that declare 50,000 locals each load in linear time", .timeLimit(.minutes(1)))
  func loadsManyLocals() throws {
    let count = 20_000
    let bytes = module(
      section(1, items: [functionType()]), section(3, items: Self.repeated([0], count)),
      section(10, items: Self.repeated(body([], locals: [1] + leb(50_000) + [0x7F]), count)))
    #expect(loadError(bytes) == nil)
  }
}
