/// Reads a function body that the validator has accepted.
internal import WasmBinary

/// Immediates of validated code: well formed, so there are no errors to report. A read past the end yields zero.
struct BodyReader {
  private let base: UnsafePointer<UInt8>?
  private(set) var offset: Int
  private let end: Int

  init() {
    base = nil
    offset = 0
    end = 0
  }

  /// `range` lies inside `bytes`, which outlive the reader.
  init(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
    base = bytes.baseAddress
    offset = range.lowerBound
    end = min(range.upperBound, bytes.count)
  }

  mutating func byte() -> UInt8 {
    guard offset < end, let base else { return 0 }
    defer { offset += 1 }
    return base[offset]
  }

  mutating func u32() -> UInt32 { UInt32(truncatingIfNeeded: unsigned()) }
  mutating func u64() -> UInt64 { unsigned() }

  private mutating func unsigned() -> UInt64 {
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let next = byte()
      result |= UInt64(next & 0x7F) << shift
      if next < 0x80 || shift >= 63 { return result }
      shift += 7
    }
  }

  mutating func s64() -> Int64 {
    var result: Int64 = 0
    var shift: Int64 = 0
    while true {
      let next = byte()
      result |= Int64(next & 0x7F) << shift
      shift += 7
      if next < 0x80 || shift >= 70 {
        if shift < 64, next & 0x40 != 0 { result |= -1 << shift }
        return result
      }
    }
  }

  mutating func bytes4() -> UInt32 {
    var result: UInt32 = 0
    for shift in stride(from: 0, to: 32, by: 8) { result |= UInt32(byte()) << UInt32(shift) }
    return result
  }

  mutating func bytes8() -> UInt64 { UInt64(bytes4()) | UInt64(bytes4()) << 32 }

  mutating func valueType() -> ValueType {
    let code = byte()
    switch code {
    case 0x63, 0x64: return .reference(heapType(), nullable: code == 0x63)
    case 0x69...0x74: return .reference(HeapType(raw: UInt32(code)), nullable: true)
    default: return ValueType(raw: UInt32(code))
    }
  }

  mutating func heapType() -> HeapType {
    let code = s64()
    return code >= 0 ? .concrete(UInt32(truncatingIfNeeded: code)) : HeapType(raw: UInt32(code & 0x7F))
  }

  /// A block's parameters and results.
  mutating func blockType(_ types: [DefinedType]) -> FunctionType {
    guard offset < end, let base else { return FunctionType() }
    switch base[offset] {
    case 0x40:
      offset += 1
      return FunctionType()
    case 0x63...0x74, 0x7B...0x7F: return FunctionType(results: [valueType()])
    default:
      let index = Int(s64())
      return types[index].function ?? FunctionType()
    }
  }
}
