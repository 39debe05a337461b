/// The immediates of plain instructions: indices, memory arguments and literals.

import WasmBinary

extension ModuleParser {
  /// Reads the immediates of an instruction that is no block, and appends the instruction to `pending`.
  mutating func parsePlain(_ opcode: Opcode) throws(SyntaxError) {
    if opcode == .select {
      try parseSelect()
      return
    }
    if opcode.immediate == .referenceHeapType { return try parseCast(opcode) }
    pending.appendOpcode(opcode)
    switch opcode.immediate {
    case .none, .blockType, .resultTypes: break
    case .memoryArgumentAndLane(let alignment):
      try parseMemoryArgumentAndLane(naturalAlignment: alignment)
    case .lane: pending.append(try expectLane())
    case .lanes: for _ in 0..<16 { pending.append(try expectLane()) }
    case .v128: try parseVector()
    case .zero: pending.append(0)
    case .tryTable: break  // A block.
    case .type, .typeAndField, .typeAndCount, .typeAndData, .typeAndElement, .typeAndType, .castBranch,
      .referenceHeapType:
      try parseAggregateImmediate(opcode.immediate)
    case .tag: pending.appendUnsigned(try expectIndex(\.tags))
    case .label: pending.appendUnsigned(try expectLabel())
    case .labelTable: try parseLabelTable()
    case .function: pending.appendUnsigned(try expectIndex(\.functions))
    case .local: pending.appendUnsigned(try expectLocal())
    case .global: pending.appendUnsigned(try expectIndex(\.globals))
    case .table: pending.appendUnsigned(try optionalIndex(\.tables))
    case .element: pending.appendUnsigned(try expectIndex(\.elements))
    case .data:
      encoder.includesDataCount = true
      pending.appendUnsigned(try expectIndex(\.data))
    case .memory: pending.appendUnsigned(try optionalIndex(\.memories))
    case .typeAndTable:
      let table = try optionalIndex(\.tables)
      let use = try parseTypeUse(names: .refused)
      pending.appendUnsigned(use.index)
      pending.appendUnsigned(table)
    case .memoryArgument(let alignment): try parseMemoryArgument(naturalAlignment: alignment)
    case .dataAndMemory:
      encoder.includesDataCount = true
      try parseSegmentAndTarget(\.data, \.memories)
    case .elementAndTable: try parseSegmentAndTarget(\.elements, \.tables)
    case .memoryAndMemory: try parseDestinationAndSource(\.memories)
    case .tableAndTable: try parseDestinationAndSource(\.tables)
    case .heapType: pending.appendHeapType(try expectHeapType())
    case .i32:
      let bits = try expectLiteral("an i32 literal") { parseInteger($0, $1, width: 32) }
      pending.appendSigned(Int64(Int32(truncatingIfNeeded: bits)))
    case .i64:
      let bits = try expectLiteral("an i64 literal") { parseInteger($0, $1, width: 64) }
      pending.appendSigned(Int64(bitPattern: bits))
    case .f32:
      let bits = try expectLiteral("an f32 literal") { parseFloat($0, $1, format: .f32) }
      pending.appendLittleEndian(UInt32(truncatingIfNeeded: bits))
    case .f64:
      pending.appendLittleEndian(try expectLiteral("an f64 literal") { parseFloat($0, $1, format: .f64) })
    }
  }

  // MARK: indices

  private mutating func optionalIndex(_ space: KeyPath<IndexSpaces, IndexSpace>) throws(SyntaxError) -> UInt32 {
    current.isIndex ? try expectIndex(space) : 0
  }

  mutating func expectLabel() throws(SyntaxError) -> UInt32 {
    let token = current
    guard let symbol = try takeIdentifier() else { return try expectNumber("a label") }
    guard let depth = labels[symbol] else { throw SyntaxError("unknown label \(excerpt(token))", at: token.start) }
    return depth
  }

  private mutating func expectLocal() throws(SyntaxError) -> UInt32 {
    let token = current
    guard let symbol = try takeIdentifier() else { return try expectNumber("an index or name of a local") }
    guard let index = locals[symbol] else { throw SyntaxError("unknown local \(excerpt(token))", at: token.start) }
    return index
  }

  /// The `(catch ...)` forms of `try_table`, whose labels are counted outside of it.
  mutating func parseCatchClauses() throws(SyntaxError) {
    // How many there are is written first.
    var clauses = ByteWriter()
    var count: UInt32 = 0
    while let kind = try takeCatchForm() {
      clauses.append(kind)
      if kind < 2 { clauses.appendUnsigned(try expectIndex(\.tags)) }
      clauses.appendUnsigned(try expectLabel())
      try expectClosing("the catch clause")
      count += 1
    }
    pending.appendUnsigned(count)
    pending.append(contentsOf: clauses.bytes)
  }

  private mutating func takeCatchForm() throws(SyntaxError) -> UInt8? {
    if try takeForm(.catch) { return 0 }
    if try takeForm(.catch_ref) { return 1 }
    if try takeForm(.catch_all) { return 2 }
    return try takeForm(.catch_all_ref) ? 3 : nil
  }

  /// Labels, the last of which is the default.
  private mutating func parseLabelTable() throws(SyntaxError) {
    var table = [try expectLabel()]
    while current.isIndex { table.append(try expectLabel()) }
    pending.appendUnsigned(UInt64(table.count - 1))
    for label in table { pending.appendUnsigned(label) }
  }

  /// `memory.init x? y` and `table.init x? y`: the binary format has the segment y first.
  private mutating func parseSegmentAndTarget(
    _ segments: KeyPath<IndexSpaces, IndexSpace>, _ targets: KeyPath<IndexSpaces, IndexSpace>
  ) throws(SyntaxError) {
    let hasTarget = current.isIndex ? try peek().isIndex : false
    let target = hasTarget ? try expectIndex(targets) : 0
    pending.appendUnsigned(try expectIndex(segments))
    pending.appendUnsigned(target)
  }

  /// Both indices or none.
  private mutating func parseDestinationAndSource(
    _ space: KeyPath<IndexSpaces, IndexSpace>
  ) throws(SyntaxError) {
    let isGiven = current.isIndex
    pending.appendUnsigned(isGiven ? try expectIndex(space) : 0)
    pending.appendUnsigned(isGiven ? try expectIndex(space) : 0)
  }

  private mutating func parseSelect() throws(SyntaxError) {
    var results: [ValueType] = []
    if try parseResults(into: &results) {
      pending.appendOpcode(.selectTyped)
      pending.appendTypes(results)
    } else {
      pending.appendOpcode(.select)
    }
  }

  // MARK: memory arguments

  mutating func parseMemoryArgument(
    naturalAlignment: UInt32, mayNameMemory: Bool = true
  ) throws(SyntaxError) {
    let memory = mayNameMemory ? try optionalIndex(\.memories) : 0
    let offset = try takeAssignment("offset=") ?? 0
    var alignment = naturalAlignment
    let token = current
    if let bytes = try takeAssignment("align=") {
      guard bytes.nonzeroBitCount == 1 else {
        throw SyntaxError("alignment must be a power of two, found \(excerpt(token))", at: token.start)
      }
      alignment = UInt32(bytes.trailingZeroBitCount)
    }
    // Bit 6 says that a memory index follows.
    pending.appendUnsigned(alignment | (memory == 0 ? 0 : 0x40))
    if memory != 0 { pending.appendUnsigned(memory) }
    pending.appendUnsigned(offset)
  }

  /// `offset=N` or `align=N`.
  private mutating func takeAssignment(_ prefix: StaticString) throws(SyntaxError) -> UInt64? {
    let token = current
    let count = prefix.utf8CodeUnitCount
    guard token.kind == .keyword, token.range.count >= count,
      prefix.withUTF8Buffer({ source[token.start..<(token.start + count)].elementsEqual($0) })
    else { return nil }
    guard let magnitude = parseUnsigned(source, (token.start + count)..<token.end) else {
      throw SyntaxError("unknown operator \(excerpt(token)): a number must follow '='", at: token.start)
    }
    guard case .value(let value) = magnitude else {
      throw SyntaxError("constant out of range: \(excerpt(token)) is not below 2^64", at: token.start)
    }
    try advance()
    return value
  }

  // MARK: literals

  mutating func expectLiteral(
    _ what: String, _ parse: ([UInt8], Range<Int>) -> Literal<UInt64>
  ) throws(SyntaxError) -> UInt64 {
    guard current.kind == .number || current.kind == .keyword else { throw unexpected(what) }
    switch parse(source, current.range) {
    case .bits(let bits):
      try advance()
      return bits
    case .outOfRange:
      throw SyntaxError("constant out of range: \(excerpt(current)) is no \(what.dropFirst(3))", at: current.start)
    case .malformed:
      throw unexpected(what)
    }
  }
}
