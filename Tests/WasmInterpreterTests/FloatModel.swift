/// Float instructions on bits, as the spec describes them, with canonical NaNs.

import Testing
import WasmInterpreter

enum FloatType: String, CaseIterable, Sendable, CustomStringConvertible {
  case f32, f64

  var description: String { rawValue }
  var bitsType: String { self == .f32 ? "i32" : "i64" }
  var signBit: UInt64 { self == .f32 ? 1 << 31 : 1 << 63 }
  var infinity: UInt64 { self == .f32 ? 0x7F80_0000 : 0x7FF0_0000_0000_0000 }
  var canonicalNaN: UInt64 { self == .f32 ? 0x7FC0_0000 : 0x7FF8_0000_0000_0000 }

  /// Both signs, quiet and signalling, canonical and not.
  var nans: [UInt64] {
    let positive = [canonicalNaN, canonicalNaN + 0x1234, infinity + 1, infinity + 0x2_1000]
    return positive + positive.map { $0 | signBit }
  }

  func bits(_ value: Double) -> UInt64 { self == .f32 ? UInt64(Float(value).bitPattern) : value.bitPattern }
  func isNaN(_ bits: UInt64) -> Bool { bits & ~signBit > infinity }

  func isNaN(_ value: Value) -> Bool {
    switch value {
    case .f32(let bits): self == .f32 && isNaN(UInt64(bits))
    case .f64(let bits): self == .f64 && isNaN(bits)
    default: false
    }
  }

  func value(_ bits: UInt64) -> Value { self == .f32 ? .f32(bits: UInt32(bits)) : .f64(bits: bits) }

  /// A `const` instruction.
  func literal(_ bits: UInt64) -> String {
    let sign = bits & signBit != 0 ? "-" : ""
    let magnitude = bits & ~signBit
    if isNaN(bits) { return "(\(self).const \(sign)nan:0x\(String(magnitude - infinity, radix: 16)))" }
    if magnitude == infinity { return "(\(self).const \(sign)inf)" }
    let number = self == .f32 ? "\(Float(bitPattern: UInt32(magnitude)))" : "\(Double(bitPattern: magnitude))"
    return "(\(self).const \(sign)\(number))"
  }

  /// Computes with the machine's floats; the operands' and the result's bits are this type's.
  func compute(_ operands: [UInt64], _ single: ([Float]) -> Float, _ double: ([Double]) -> Double) -> UInt64 {
    let result =
      self == .f32
      ? UInt64(single(operands.map { Float(bitPattern: UInt32($0)) }).bitPattern)
      : double(operands.map(Double.init(bitPattern:))).bitPattern
    return isNaN(result) ? canonicalNaN : result
  }
}

/// What becomes of a value's sign bit.
enum FloatSign: Sendable {
  case same, plus, minus, opposite

  func apply(_ bits: UInt64, _ type: FloatType) -> UInt64 {
    switch self {
    case .same: bits
    case .plus: bits & ~type.signBit
    case .minus: bits | type.signBit
    case .opposite: bits ^ type.signBit
    }
  }
}

/// An instruction that computes a float from floats, and may give any NaN where the result is one.
struct FloatOperation: Sendable, CustomTestStringConvertible {
  let name: String
  let operandType: FloatType
  let resultType: FloatType
  let operandCount: Int
  /// From bits to bits.
  let apply: @Sendable ([UInt64]) -> UInt64

  var testDescription: String { name }

  static let arithmetic: [FloatOperation] = FloatType.allCases.flatMap { of($0) } + [demote, promote]

  private static func of(_ type: FloatType) -> [FloatOperation] {
    let binary: [(String, @Sendable ([Float]) -> Float, @Sendable ([Double]) -> Double)] = [
      ("add", { $0[0] + $0[1] }, { $0[0] + $0[1] }), ("sub", { $0[0] - $0[1] }, { $0[0] - $0[1] }),
      ("mul", { $0[0] * $0[1] }, { $0[0] * $0[1] }), ("div", { $0[0] / $0[1] }, { $0[0] / $0[1] }),
      ("min", { least($0[0], $0[1]) }, { least($0[0], $0[1]) }),
      ("max", { -least(-$0[0], -$0[1]) }, { -least(-$0[0], -$0[1]) }),
    ]
    let unary: [(String, @Sendable ([Float]) -> Float, @Sendable ([Double]) -> Double)] = [
      ("ceil", { $0[0].rounded(.up) }, { $0[0].rounded(.up) }),
      ("floor", { $0[0].rounded(.down) }, { $0[0].rounded(.down) }),
      ("trunc", { $0[0].rounded(.towardZero) }, { $0[0].rounded(.towardZero) }),
      ("nearest", { $0[0].rounded(.toNearestOrEven) }, { $0[0].rounded(.toNearestOrEven) }),
      ("sqrt", { $0[0].squareRoot() }, { $0[0].squareRoot() }),
    ]
    return (binary + unary).enumerated().map { index, entry in
      FloatOperation(
        name: "\(type).\(entry.0)", operandType: type, resultType: type, operandCount: index < binary.count ? 2 : 1,
        apply: { type.compute($0, entry.1, entry.2) })
    }
  }

  private static let demote = FloatOperation(
    name: "f32.demote_f64", operandType: .f64, resultType: .f32, operandCount: 1,
    apply: { FloatType.f32.canonicalNaN(for: $0[0], of: .f64) ?? UInt64(Float(Double(bitPattern: $0[0])).bitPattern) })
  private static let promote = FloatOperation(
    name: "f64.promote_f32", operandType: .f32, resultType: .f64, operandCount: 1,
    apply: { FloatType.f64.canonicalNaN(for: $0[0], of: .f32) ?? Double(Float(bitPattern: UInt32($0[0]))).bitPattern })

  /// Operands with and without NaNs, and others whose result is one.
  var samples: [[UInt64]] {
    let type = operandType
    let (infinity, nans) = (type.infinity, type.nans)
    if operandCount == 1 {
      let numbers = [0, -0.0, -1.5, 2.25, 0.3, 1e-30].map(type.bits)
      return (nans + [infinity, infinity | type.signBit] + numbers).map { [$0] }
    }
    let (one, zero) = (type.bits(1.5), type.bits(0))
    return [
      [nans[5], one], [one, nans[2]], [nans[2], nans[5]], [nans[5], nans[1]], [nans[4], nans[7]], [zero, nans[4]],
      [infinity, infinity | type.signBit], [infinity, infinity], [zero, infinity], [zero, zero],
      [zero, type.signBit], [one, type.bits(-2.25)],
    ]
  }
}

/// fmin of section 4.3.3.
private func least<F: BinaryFloatingPoint>(_ x: F, _ y: F) -> F {
  if x.isNaN || y.isNaN { return .nan }
  if x == y { return x.sign == .minus ? x : y }
  return x < y ? x : y
}

extension FloatType {
  /// This type's canonical NaN if bits of type `other` are a NaN.
  fileprivate func canonicalNaN(for bits: UInt64, of other: FloatType) -> UInt64? {
    other.isNaN(bits) ? canonicalNaN : nil
  }
}
