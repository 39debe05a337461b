/// Operand and result types of the instructions that only compute: numeric ones, loads and stores.

/// What an instruction takes and gives, as words of `ValueType.raw`.
struct NumericSignature {
  var first: UInt32
  /// 0 if there is no second operand.
  var second: UInt32
  /// 0 if there is no result.
  var result: UInt32

  @inline(__always)
  init(_ first: UInt32, _ second: UInt32, _ result: UInt32) {
    self.first = first
    self.second = second
    self.result = result
  }

  /// The signature of a numeric instruction of one byte or with the prefix 0xFC, of a load or of a store; nil for
  /// others.
  @inline(__always)
  init?(_ code: UInt32) {
    let i32 = ValueType.i32.raw
    let i64 = ValueType.i64.raw
    let f32 = ValueType.f32.raw
    let f64 = ValueType.f64.raw
    switch code {
    // Loads and stores.
    case 0x28, 0x2C...0x2F: self.init(i32, 0, i32)
    case 0x29, 0x30...0x35: self.init(i32, 0, i64)
    case 0x2A: self.init(i32, 0, f32)
    case 0x2B: self.init(i32, 0, f64)
    case 0x36, 0x3A, 0x3B: self.init(i32, i32, 0)
    case 0x37, 0x3C...0x3E: self.init(i32, i64, 0)
    case 0x38: self.init(i32, f32, 0)
    case 0x39: self.init(i32, f64, 0)
    // Tests and comparisons.
    case 0x45: self.init(i32, 0, i32)
    case 0x46...0x4F: self.init(i32, i32, i32)
    case 0x50: self.init(i64, 0, i32)
    case 0x51...0x5A: self.init(i64, i64, i32)
    case 0x5B...0x60: self.init(f32, f32, i32)
    case 0x61...0x66: self.init(f64, f64, i32)
    // Arithmetic.
    case 0x67...0x69: self.init(i32, 0, i32)
    case 0x6A...0x78: self.init(i32, i32, i32)
    case 0x79...0x7B: self.init(i64, 0, i64)
    case 0x7C...0x8A: self.init(i64, i64, i64)
    case 0x8B...0x91: self.init(f32, 0, f32)
    case 0x92...0x98: self.init(f32, f32, f32)
    case 0x99...0x9F: self.init(f64, 0, f64)
    case 0xA0...0xA6: self.init(f64, f64, f64)
    // Conversions.
    case 0xA7: self.init(i64, 0, i32)
    case 0xA8, 0xA9, 0xBC, 0xFC_0000, 0xFC_0001: self.init(f32, 0, i32)
    case 0xAA, 0xAB, 0xFC_0002, 0xFC_0003: self.init(f64, 0, i32)
    case 0xAC, 0xAD: self.init(i32, 0, i64)
    case 0xAE, 0xAF, 0xFC_0004, 0xFC_0005: self.init(f32, 0, i64)
    case 0xB0, 0xB1, 0xBD, 0xFC_0006, 0xFC_0007: self.init(f64, 0, i64)
    case 0xB2, 0xB3, 0xBE: self.init(i32, 0, f32)
    case 0xB4, 0xB5: self.init(i64, 0, f32)
    case 0xB6: self.init(f64, 0, f32)
    case 0xB7, 0xB8: self.init(i32, 0, f64)
    case 0xB9, 0xBA, 0xBF: self.init(i64, 0, f64)
    case 0xBB: self.init(f32, 0, f64)
    case 0xC0, 0xC1: self.init(i32, 0, i32)
    case 0xC2...0xC4: self.init(i64, 0, i64)
    default: return nil
    }
  }

  /// The operands as error messages list them, as "i32 f64".
  var operandNames: String {
    let names = ValueType(raw: first).description
    return second == 0 ? names : "\(names) \(ValueType(raw: second).description)"
  }

  /// The signatures of the instructions of one byte from 0x28 to 0xC4, by code.
  static let byCode: [NumericSignature] = (0..<256).map { NumericSignature(UInt32($0)) ?? NumericSignature(0, 0, 0) }
}

extension Opcode {
  /// Operands and result of a vector instruction, an address of memory 0 as i32; nil for other instructions.
  public var vectorSignature: (operands: [ValueType], result: ValueType?)? {
    guard code >> 16 == 0xFD else { return nil }
    let packed = Opcode.vectorSignatures[Int(code & 0xFFFF)]
    let operands = [packed & 0xFF, packed >> 8 & 0xFF, packed >> 16 & 0xFF].filter { $0 != 0 }
    let result = packed >> 24
    return (operands.map { $0 == 1 ? .i32 : ValueType(raw: $0) }, result == 0 ? nil : ValueType(raw: result))
  }
}
