/// The list of instructions.
import Testing
import WasmBinary

@Suite("The list of instructions")
struct OpcodeTests {
  @Test("codes and names belong together")
  func names() {
    #expect(Opcode.all.count == 201)
    #expect(Opcode.named("i32.add") == .i32Add)
    #expect(Opcode.i32Add.code == 0x6A)
    #expect(Opcode.memoryInit.code == 0xFC08)
    #expect(Opcode.memoryInit.immediate == .dataAndMemory)
    #expect(Opcode.i64Load32U.immediate == .memoryArgument(naturalAlignment: 2))
    #expect(Opcode.named("select") == .select)
    #expect(Opcode.named("i32.ad") == nil)
    for opcode in Opcode.all where opcode != .selectTyped { #expect(Opcode.named(opcode.name) == opcode) }
  }

  @Test("the validator knows every code in the list, and no other")
  func matchesValidator() throws {
    // The immediates are cut off, so that even a known instruction fails, but not as an unknown one.
    let codes = (0..<0x100).filter { $0 != 0xFC }.map { [UInt8($0)] } + (0..<0x80).map { [0xFC, UInt8($0)] }
    for code in codes {
      let rawValue = code.count == 1 ? UInt16(code[0]) : 0xFC00 | UInt16(code[1])
      let message = loadError(richModule([0x00] + code))?.message ?? "valid"
      let isUnknown = message.hasPrefix("illegal opcode") || message.hasPrefix("the instruction")
      #expect((Opcode(rawValue: rawValue) == nil) == isUnknown, "\(code): \(message)")
    }
  }
}
