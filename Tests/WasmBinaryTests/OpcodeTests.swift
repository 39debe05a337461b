/// The list of instructions.
import Testing
import WasmBinary

@Suite("The list of instructions")
struct OpcodeTests {
  @Test("codes and names belong together")
  func names() {
    #expect(Opcode.all.count == 566)
    #expect(Opcode.named("i32.add") == .i32Add)
    #expect(Opcode.i32Add.code == 0x6A)
    #expect(Opcode.memoryInit.code == 0xFC_0008)
    #expect(Opcode.memoryInit.immediate == .dataAndMemory)
    #expect(Opcode.i64Load32U.immediate == .memoryArgument(naturalAlignment: 2))
    #expect(Opcode.named("select") == .select)
    #expect(Opcode.named("i32.ad") == nil)
    let seconds: Set<Opcode> = [.selectTyped, .refTestNull, .refCastNull]
    for opcode in Opcode.all where !seconds.contains(opcode) { #expect(Opcode.named(opcode.name) == opcode) }
  }

  @Test("the list is WebAssembly 3.0: so many instructions of each proposal")
  func counts() {
    let counts = Dictionary(grouping: Opcode.all, by: \.feature).mapValues(\.count)
    #expect(counts[.simd] == 236)
    #expect(counts[.relaxedSIMD] == 20)
    #expect(counts[.garbageCollection] == 32)
    #expect(counts[.functionReferences] == 5)
    #expect(counts[.exceptions] == 3)
    #expect(counts[.tailCalls] == 2)
    #expect(counts[.threads] == 67)
  }

  @Test("the validator knows every code in the list, and no other")
  func matchesValidator() throws {
    // The immediates are cut off, so that even a known instruction fails, but not as an unknown one.
    var codes: [(raw: UInt32, bytes: [UInt8])] = []
    for byte in UInt32(0)..<0x100 where !(0xFB...0xFE).contains(byte) { codes.append((byte, [UInt8(byte)])) }
    for prefix in UInt32(0xFB)...0xFE {
      for number in UInt32(0)..<0x120 { codes.append((prefix << 16 | number, [UInt8(prefix)] + leb(Int(number)))) }
    }
    for code in codes {
      let message = loadError(richModule([0x00] + code.bytes))?.message ?? "valid"
      let opcode = Opcode(rawValue: code.raw)
      let isKnown = opcode.map { Features.implemented.contains($0.feature) } ?? false
      let isUnknown = message.hasPrefix("illegal opcode") || message.hasPrefix("the instruction")
      #expect(isKnown != isUnknown, "\(code): \(message)")
    }
  }
}
