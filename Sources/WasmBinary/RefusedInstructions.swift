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
    let spelling = code >= 0xFB ? "\(hexadecimal(code)) \(number)" : hexadecimal(code)
    let opcode = number < 0x1_0000 ? Opcode(rawValue: code >= 0xFB ? UInt32(code) << 16 | number : UInt32(code)) : nil
    if let feature = opcode.map(\.feature) ?? ByteReader.proposalOutsideTheList(code, number),
      !Features.implemented.contains(feature)
    {
      return FeatureGate.refusal(feature, "the instruction \(opcode?.name ?? spelling)", self, at: offset)
    }
    if constant, let opcode {
      return error(.invalid, "constant expression required: \(opcode.name) is not constant", at: offset)
    }
    return error(.malformed, "illegal opcode \(spelling)", at: offset)
  }

  /// The proposal behind a code that `Opcode` does not know, so that the refusal can name it.
  private static func proposalOutsideTheList(_ code: UInt8, _ number: UInt32) -> Features? {
    switch code {
    case 0x06, 0x07, 0x09, 0x18, 0x19: .legacyExceptions
    case 0xFC where (19...22).contains(number): .wideArithmetic
    default: nil
    }
  }
}
