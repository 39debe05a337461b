/// Instruction codes that are refused where they stand: of proposals that are not implemented, not allowed in constant
/// expressions, or of nothing at all.

extension ByteReader {
  /// The error for an instruction whose first byte is `code`, at `offset`; the reader stands behind that byte.
  /// - Parameter constant: it stands in a constant expression, where instructions of WebAssembly 2.0 are refused too.
  @inline(never)
  mutating func refusedInstruction(_ code: UInt8, at offset: Int, constant: Bool) -> ModuleError {
    var number: UInt32 = 0
    if code >= 0xFB && code <= 0xFE {
      do { number = try u32() } catch { return error }
    }
    if let feature = ByteReader.proposal(ofCode: code, number: number) {
      let spelling = code >= 0xFB ? "\(hexadecimal(code)) \(number)" : hexadecimal(code)
      return FeatureGate.refusal(feature, "the instruction \(spelling)", self, at: offset)
    }
    let rawValue = code == 0xFC && number < 0x100 ? 0xFC00 | UInt16(number) : UInt16(code)
    if constant, let opcode = Opcode(rawValue: rawValue) {
      return error(.invalid, "constant expression required: \(opcode.name) is not constant", at: offset)
    }
    let spelling = code == 0xFC ? "\(hexadecimal(code)) \(number)" : hexadecimal(code)
    return error(.malformed, "illegal opcode \(spelling)", at: offset)
  }

  /// The proposal, beyond WebAssembly 2.0 without vectors, that an instruction belongs to; nil if there is none.
  private static func proposal(ofCode code: UInt8, number: UInt32) -> Features? {
    switch code {
    case 0x06, 0x07, 0x09, 0x18, 0x19: .legacyExceptions
    case 0x08, 0x0A, 0x1F: .exceptions
    case 0x12, 0x13: .tailCalls
    case 0x14, 0x15, 0xD4, 0xD5, 0xD6: .functionReferences
    case 0xD3: .garbageCollection
    case 0xFB where number <= 30: .garbageCollection
    case 0xFC where (19...22).contains(number): .wideArithmetic
    case 0xFD where number < 0x100: .simd
    case 0xFD where number < 0x120: .relaxedSIMD
    case 0xFE where number <= 0x4E: .threads
    default: nil
    }
  }
}
