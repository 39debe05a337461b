/// The rules of atomic instructions.
import Testing
import WasmBinary

@Suite("Atomic instructions")
struct AtomicTests {
  private static let all = Opcode.all.filter { $0.feature == .threads && $0 != .atomicFence }

  private static func code(_ opcode: Opcode, alignment: UInt8? = nil) -> [UInt8] {
    guard case .memoryArgument(let natural) = opcode.immediate else { return [] }
    var writer = ByteWriter()
    writer.appendOpcode(opcode)
    return writer.bytes + [alignment ?? UInt8(natural), 0]
  }

  /// Operands and results by the name: an address, then values of the type in front.
  private static func signature(_ opcode: Opcode) -> (operands: [UInt8], result: [UInt8]) {
    let name = opcode.name
    switch name {
    case "memory.atomic.notify": return ([0x7F, 0x7F], [0x7F])
    case "memory.atomic.wait32": return ([0x7F, 0x7F, 0x7E], [0x7F])
    case "memory.atomic.wait64": return ([0x7F, 0x7E, 0x7E], [0x7F])
    default: break
    }
    let type: UInt8 = name.hasPrefix("i32") ? 0x7F : 0x7E
    if name.contains("load") { return ([0x7F], [type]) }
    if name.contains("store") { return ([0x7F, type], []) }
    return ([0x7F, type] + (name.contains("cmpxchg") ? [type] : []), [type])
  }

  private static func constants(_ types: some Collection<UInt8>) -> [UInt8] {
    types.flatMap { $0 == 0x7F ? [0x41, 0] : [0x42, 0] as [UInt8] }
  }

  @Test("every atomic instruction takes and gives what its name says, and nothing else", arguments: all)
  func signatures(_ opcode: Opcode) {
    let (operands, results) = Self.signature(opcode)
    let code = Self.code(opcode)
    #expect(loadError(richModule(Self.constants(operands) + code, results: results)) == nil)
    for index in operands.indices {
      var wrong = operands
      wrong[index] = wrong[index] == 0x7F ? 0x7E : 0x7F
      let error = loadError(richModule(Self.constants(wrong) + code, results: results))
      #expect(error?.kind == .invalid, "operand \(index)")
    }
    #expect(loadError(richModule(Self.constants(operands.dropFirst()) + code, results: results))?.kind == .invalid)
    let more = loadError(richModule(Self.constants(operands) + code, results: results.isEmpty ? [0x7F] : []))
    #expect(more?.kind == .invalid)
    // What never runs may find operands of any type.
    #expect(loadError(richModule([0x00] + code, results: results)) == nil)
    for count in 1..<code.count {
      #expect(loadError(richModule(Self.constants(operands) + code.prefix(count), results: results)) != nil)
    }
  }

  @Test("an atomic access has its natural alignment, neither less nor more", arguments: all)
  func alignment(_ opcode: Opcode) throws {
    guard case .memoryArgument(let natural) = opcode.immediate else { return }
    let (operands, results) = Self.signature(opcode)
    for alignment in UInt8(0)..<64 {
      let error = loadError(
        richModule(Self.constants(operands) + Self.code(opcode, alignment: alignment), results: results))
      if alignment == UInt8(natural) {
        #expect(error == nil)
      } else {
        #expect(error?.kind == .invalid && error?.message.contains("alignment") == true, "2^\(alignment)")
      }
    }
    let beyond = loadError(richModule(Self.constants(operands) + Self.code(opcode, alignment: 0x7F), results: results))
    #expect(beyond?.kind == .invalid)
  }

  @Test("addresses have the memory's type")
  func longAddresses() {
    let memory64 = section(5, items: [[4, 1]])
    func function(_ code: [UInt8]) -> [UInt8] {
      module(
        section(1, items: [functionType()]), section(3, items: [[0]]), memory64, section(10, items: [body(code)]))
    }
    #expect(loadError(function([0x42, 0, 0xFE, 0x10, 2, 0, 0x1A])) == nil)
    #expect(loadError(function([0x41, 0, 0xFE, 0x10, 2, 0, 0x1A]))?.kind == .invalid)
  }

  @Test("without a memory there is none to access, but a fence needs none")
  func memories() throws {
    for opcode in Self.all {
      let (operands, _) = Self.signature(opcode)
      let error = try #require(loadError(LimitsTests.function(Self.constants(operands) + Self.code(opcode))))
      #expect(error.kind == .invalid)
      #expect(error.message.contains("unknown memory"), "\(opcode.name)")
    }
    #expect(loadError(LimitsTests.function([0xFE, 0x03, 0])) == nil)
  }

  @Test("behind a fence comes a zero byte, and numbers without an instruction are malformed")
  func encoding() {
    #expect(loadError(LimitsTests.function([0xFE, 0x03, 0])) == nil)
    #expect(loadError(LimitsTests.function([0xFE, 0x83, 0, 0])) == nil)
    #expect(loadError(LimitsTests.function([0xFE, 0x03, 1]))?.kind == .malformed)
    #expect(loadError(LimitsTests.function([0xFE, 0x03]))?.kind == .malformed)
    for number in [0x04, 0x0F, 0x4F, 0x80] {
      let error = loadError(LimitsTests.function([0xFE] + leb(number)))
      #expect(error?.kind == .malformed && error?.message.hasPrefix("illegal opcode") == true, "\(number)")
    }
  }

  @Test("atomic instructions are not constant")
  func constants() {
    #expect(loadError(module([6, 7, 1, 0x7F, 0, 0xFE, 0x03, 0, 0x0B]))?.kind == .invalid)
  }
}
