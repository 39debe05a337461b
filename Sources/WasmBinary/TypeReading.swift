/// Types in the binary format (Core 3.0, section 5.3), with the refusal of those that need a feature that is off.

extension ByteReader {
  /// A value type (section 5.3.5).
  mutating func valueType(_ gate: inout FeatureGate) throws(ModuleError) -> ValueType {
    let start = position
    switch try byte() {
    case 0x7F: return .i32
    case 0x7E: return .i64
    case 0x7D: return .f32
    case 0x7C: return .f64
    case 0x7B:
      try gate.require(.simd, "the type v128", self, at: start)
      return .v128
    default:
      position = start
      return try referenceType(&gate, orElse: "malformed value type")
    }
  }

  /// A reference type (section 5.3.4).
  mutating func referenceType(
    _ gate: inout FeatureGate, orElse message: String = "malformed reference type"
  ) throws(ModuleError) -> ValueType {
    let start = position
    let code = try byte()
    switch code {
    case 0x70: return .funcref
    case 0x6F:
      try gate.require(.referenceTypes, "the type externref", self, at: start)
      return .externref
    case 0x63, 0x64:
      let heap = try heapType(&gate)
      try gate.require(.functionReferences, "a typed reference", self, at: start)
      return .reference(heap, nullable: code == 0x63)
    default:
      guard let heap = try abstractHeapType(code, &gate, at: start) else {
        throw error(.malformed, "\(message) \(hexadecimal(code))", at: start)
      }
      return .reference(heap, nullable: true)
    }
  }

  /// A heap type (section 5.3.3): an abstract one in one byte, or a type index as s33.
  mutating func heapType(_ gate: inout FeatureGate) throws(ModuleError) -> HeapType {
    let start = position
    let code = try byte()
    if code & 0xC0 == 0x40 {
      guard let heap = try abstractHeapType(code, &gate, at: start) else {
        throw error(.malformed, "malformed heap type \(hexadecimal(code))", at: start)
      }
      return heap
    }
    position = start
    let index = try signed(bits: 33)
    guard index >= 0 else { throw error(.malformed, "malformed heap type", at: start) }
    try gate.require(.functionReferences, "a reference to type \(index)", self, at: start)
    guard index < gate.typeCount else { throw error(.invalid, "unknown type \(index)", at: start) }
    return .concrete(gate.canonical(UInt32(index)))
  }

  /// The abstract heap type with this code; nil if there is none.
  private func abstractHeapType(
    _ code: UInt8, _ gate: inout FeatureGate, at start: Int
  ) throws(ModuleError) -> HeapType? {
    switch code {
    case 0x70: break
    case 0x6F: try gate.require(.referenceTypes, "the heap type extern", self, at: start)
    case 0x6A...0x6E, 0x71...0x73:
      try gate.require(.garbageCollection, "a reference to \(HeapType(raw: UInt32(code)))", self, at: start)
    case 0x69, 0x74:
      try gate.require(.exceptions, "a reference to \(HeapType(raw: UInt32(code)))", self, at: start)
    default: return nil
    }
    return HeapType(raw: UInt32(code))
  }

  /// Limits (section 5.3.10). Sizes are read as 64-bit numbers whatever the address type is, as the specification does:
  /// too large a size is then invalid, not malformed.
  mutating func limits(_ gate: inout FeatureGate, of subject: String) throws(ModuleError) -> Limits {
    let start = position
    let flags = try byte()
    guard flags < 8 else { throw error(.malformed, "malformed limits flags \(hexadecimal(flags))", at: start) }
    // Whether the feature is on or not: what it enables are the atomic instructions.
    guard flags & 2 == 0 else {
      throw error(
        .unsupportedFeature("threads"),
        "shared \(subject) is refused: threads would escape the limits that a call runs under", at: start)
    }
    if flags & 4 != 0 { try gate.require(.memory64, "a \(subject) with 64-bit addresses", self, at: start) }
    let minimum = try u64()
    let maximum: UInt64? = flags & 1 != 0 ? try u64() : nil
    return Limits(minimum: minimum, maximum: maximum, is64Bit: flags & 4 != 0)
  }

  /// A table type, validated (sections 5.3.13 and 3.2.17).
  mutating func tableType(_ gate: inout FeatureGate, limit: UInt64) throws(ModuleError) -> TableType {
    let element = try referenceType(&gate)
    let start = position
    let limits = try limits(&gate, of: "table")
    let bound: UInt64 = limits.is64Bit ? .max : 0xFFFF_FFFF
    guard limits.minimum <= bound, limits.maximum ?? 0 <= bound else {
      throw error(.invalid, "table size must be at most \(bound) elements", at: start)
    }
    try checkOrder(limits, at: start)
    guard limits.minimum <= limit else {
      throw error(
        .limitExceeded, "a table of at least \(limits.minimum) elements, where the limit is \(limit)", at: start)
    }
    return TableType(element: element, limits: limits)
  }

  /// A memory type, validated (sections 5.3.12 and 3.2.16).
  mutating func memoryType(_ gate: inout FeatureGate) throws(ModuleError) -> MemoryType {
    let start = position
    let limits = try limits(&gate, of: "memory")
    let bound: UInt64 = limits.is64Bit ? 1 << 48 : 1 << 16
    guard limits.minimum <= bound, limits.maximum ?? 0 <= bound else {
      throw error(.invalid, "memory size must be at most \(bound) pages of 64 KiB", at: start)
    }
    try checkOrder(limits, at: start)
    return MemoryType(limits: limits)
  }

  private func checkOrder(_ limits: Limits, at start: Int) throws(ModuleError) {
    if let maximum = limits.maximum, maximum < limits.minimum {
      throw error(
        .invalid, "size minimum must not be greater than maximum: \(limits.minimum) > \(maximum)", at: start)
    }
  }

  /// A global type (section 5.3.14).
  mutating func globalType(_ gate: inout FeatureGate) throws(ModuleError) -> GlobalType {
    let value = try valueType(&gate)
    let start = position
    let mutability = try byte()
    guard mutability <= 1 else {
      throw error(.malformed, "malformed mutability \(hexadecimal(mutability))", at: start)
    }
    return GlobalType(value: value, isMutable: mutability == 1)
  }
}

/// A byte as error messages write it, as 0x0f.
func hexadecimal(_ byte: UInt8) -> String {
  let digits = String(byte, radix: 16)
  return digits.utf8.count == 1 ? "0x0\(digits)" : "0x\(digits)"
}
