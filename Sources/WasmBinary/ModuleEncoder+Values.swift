/// Writes the values that the binary format is made of: numbers, vectors, types and constant instructions.

/// Appends values in the encoding of the binary format (Core 3.0, sections 5.2 "Values" and 5.3 "Types").
public struct ByteWriter: Sendable {
  /// What was written so far.
  public private(set) var bytes: [UInt8]

  /// A writer that continues after `bytes`.
  public init(_ bytes: [UInt8] = []) { self.bytes = bytes }

  /// Appends a byte.
  @inline(__always)
  public mutating func append(_ byte: UInt8) { bytes.append(byte) }

  /// Appends bytes as they are.
  public mutating func append(contentsOf more: some Collection<UInt8>) { bytes.append(contentsOf: more) }

  /// Removes everything from position `count` on.
  public mutating func truncate(to count: Int) {
    if count < bytes.count { bytes.removeLast(bytes.count - max(0, count)) }
  }

  /// Appends an unsigned number in LEB128, in as few bytes as possible.
  public mutating func appendUnsigned(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// Appends an unsigned number in LEB128, in as few bytes as possible.
  public mutating func appendUnsigned(_ value: UInt32) { appendUnsigned(UInt64(value)) }

  /// Appends a signed number in LEB128, in as few bytes as possible.
  public mutating func appendSigned(_ value: Int64) {
    var rest = value
    while true {
      let low = UInt8(truncatingIfNeeded: rest) & 0x7F
      rest >>= 7
      if (rest == 0 && low & 0x40 == 0) || (rest == -1 && low & 0x40 != 0) {
        bytes.append(low)
        return
      }
      bytes.append(low | 0x80)
    }
  }

  /// Appends four bytes, the lowest first.
  public mutating func appendLittleEndian(_ value: UInt32) {
    for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
  }

  /// Appends eight bytes, the lowest first.
  public mutating func appendLittleEndian(_ value: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
  }

  /// Appends the number of bytes and the bytes: a name or a byte vector.
  public mutating func appendVector(_ contents: some Collection<UInt8>) {
    appendUnsigned(UInt64(contents.count))
    bytes.append(contentsOf: contents)
  }

  /// Appends an instruction's code without its immediates.
  public mutating func appendOpcode(_ opcode: Opcode) {
    if opcode.rawValue > 0xFF {
      bytes.append(UInt8(truncatingIfNeeded: opcode.rawValue >> 16))
      appendUnsigned(opcode.rawValue & 0xFFFF)
    } else {
      bytes.append(UInt8(truncatingIfNeeded: opcode.rawValue))
    }
  }

  private mutating func appendOpcode(_ opcode: Opcode, index: UInt32) {
    appendOpcode(opcode)
    appendUnsigned(index)
  }

  /// Appends a field type.
  public mutating func appendType(_ type: FieldType) {
    switch type.storage {
    case .i8: append(0x78)
    case .i16: append(0x77)
    case .value(let value): appendType(value)
    }
    append(type.isMutable ? 1 : 0)
  }

  /// Appends a type of the type section, in its short form where that says it all.
  public mutating func appendType(_ type: DefinedType) {
    if !type.isFinal || !type.supertypes.isEmpty {
      append(type.isFinal ? 0x4F : 0x50)
      appendUnsigned(UInt64(type.supertypes.count))
      for supertype in type.supertypes { appendUnsigned(supertype) }
    }
    switch type.composite {
    case .function(let function):
      append(0x60)
      appendTypes(function.parameters)
      appendTypes(function.results)
    case .structure(let fields):
      append(0x5F)
      appendUnsigned(UInt64(fields.count))
      for field in fields { appendType(field) }
    case .array(let field):
      append(0x5E)
      appendType(field)
    }
  }

  /// Appends a heap type.
  public mutating func appendHeapType(_ type: HeapType) {
    if let index = type.typeIndex {
      appendSigned(Int64(index))
    } else {
      bytes.append(UInt8(truncatingIfNeeded: type.raw))
    }
  }

  /// Appends a value type; nullable abstract references in their one-byte form.
  public mutating func appendType(_ type: ValueType) {
    guard let heap = type.heapType else {
      bytes.append(UInt8(truncatingIfNeeded: type.raw))
      return
    }
    if !type.isNullable || heap.typeIndex != nil {
      bytes.append(type.isNullable ? 0x63 : 0x64)
    }
    appendHeapType(heap)
  }

  /// Appends a vector of value types.
  public mutating func appendTypes(_ types: [ValueType]) {
    appendUnsigned(UInt64(types.count))
    for type in types { appendType(type) }
  }

  /// Appends limits of a memory or table.
  public mutating func appendLimits(_ limits: Limits) {
    append((limits.maximum == nil ? 0 : 1) | (limits.isShared ? 2 : 0) | (limits.is64Bit ? 4 : 0))
    appendUnsigned(limits.minimum)
    if let maximum = limits.maximum { appendUnsigned(maximum) }
  }

  /// Appends a table type.
  public mutating func appendType(_ type: TableType) {
    appendType(type.element)
    appendLimits(type.limits)
  }

  /// Appends a global type.
  public mutating func appendType(_ type: GlobalType) {
    appendType(type.value)
    append(type.isMutable ? 1 : 0)
  }

  /// Appends a constant expression with its final `end`.
  public mutating func appendExpression(_ expression: ConstantExpression) {
    for instruction in expression.instructions { appendInstruction(instruction) }
    appendOpcode(.end)
  }

  private mutating func appendInstruction(_ instruction: ConstantInstruction) {
    switch instruction {
    case .i32Const(let value):
      appendOpcode(.i32Const)
      appendSigned(Int64(value))
    case .i64Const(let value):
      appendOpcode(.i64Const)
      appendSigned(value)
    case .f32Const(let bits):
      appendOpcode(.f32Const)
      appendLittleEndian(bits)
    case .f64Const(let bits):
      appendOpcode(.f64Const)
      appendLittleEndian(bits)
    case .v128Const(let low, let high):
      appendOpcode(.v128Const)
      appendLittleEndian(low)
      appendLittleEndian(high)
    case .globalGet(let index):
      appendOpcode(.globalGet)
      appendUnsigned(index)
    case .refNull(let type):
      appendOpcode(.refNull)
      appendHeapType(type)
    case .refFunc(let index):
      appendOpcode(.refFunc)
      appendUnsigned(index)
    case .i32Add: appendOpcode(.i32Add)
    case .i32Sub: appendOpcode(.i32Sub)
    case .i32Mul: appendOpcode(.i32Mul)
    case .i64Add: appendOpcode(.i64Add)
    case .i64Sub: appendOpcode(.i64Sub)
    case .i64Mul: appendOpcode(.i64Mul)
    case .structNew(let type): appendOpcode(.structNew, index: type)
    case .structNewDefault(let type): appendOpcode(.structNewDefault, index: type)
    case .arrayNew(let type): appendOpcode(.arrayNew, index: type)
    case .arrayNewDefault(let type): appendOpcode(.arrayNewDefault, index: type)
    case .arrayNewFixed(let type, let count):
      appendOpcode(.arrayNewFixed, index: type)
      appendUnsigned(count)
    case .refI31: appendOpcode(.refI31)
    case .anyConvertExtern: appendOpcode(.anyConvertExtern)
    case .externConvertAny: appendOpcode(.externConvertAny)
    }
  }
}

extension ConstantExpression {
  /// The binary format of the expression, with its final `end`.
  public var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.appendExpression(self)
    return writer.bytes
  }
}
