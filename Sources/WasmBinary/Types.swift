/// The types of WebAssembly (Core 3.0, section 2.3 "Types"), in a form that is cheap to copy and compare.

/// A value type: a number, a vector or a reference.
///
/// One 32-bit word: the low byte is the binary format's code; a reference adds its nullability (the codes 0x63 and
/// 0x64) and, above the low byte, its heap type. Equal words are equal types within one module.
public struct ValueType: Hashable, Sendable {
  /// Low byte: binary code; upper 24 bits: `HeapType.raw` of a reference, else 0.
  public let raw: UInt32

  @inlinable
  public init(raw: UInt32) { self.raw = raw }

  /// A reference to `heap`.
  @inlinable
  public static func reference(_ heap: HeapType, nullable: Bool) -> ValueType {
    ValueType(raw: (nullable ? 0x63 : 0x64) | heap.raw << 8)
  }

  public static let i32 = ValueType(raw: 0x7F)
  public static let i64 = ValueType(raw: 0x7E)
  public static let f32 = ValueType(raw: 0x7D)
  public static let f64 = ValueType(raw: 0x7C)
  public static let v128 = ValueType(raw: 0x7B)
  public static let funcref = ValueType.reference(.function, nullable: true)
  public static let externref = ValueType.reference(.external, nullable: true)
  public static let exnref = ValueType.reference(.exception, nullable: true)
  public static let nullexnref = ValueType.reference(.noException, nullable: true)

  @inlinable
  public var isReference: Bool { raw & 0xFE == 0x62 || raw & 0xFF == 0x64 }
  /// Whether this is a reference that may be null.
  @inlinable
  public var isNullable: Bool { raw & 0xFF == 0x63 }
  /// Whether it has a default value: all but references that may not be null.
  @inlinable
  public var isDefaultable: Bool { raw & 0xFF != 0x64 }
  @inlinable
  public var isNumber: Bool { raw >= 0x7C && raw <= 0x7F }
  /// The heap type of a reference; nil for numbers and vectors.
  @inlinable
  public var heapType: HeapType? { isReference ? HeapType(raw: raw >> 8) : nil }
}

/// What a reference points to: one of the spec's abstract heap types, or a type of the module by index.
public struct HeapType: Hashable, Sendable {
  /// Abstract: the binary code (0x69...0x74); concrete: bit 23 set and the type index below it.
  public let raw: UInt32

  @inlinable
  public init(raw: UInt32) { self.raw = raw }

  public static let noException = HeapType(raw: 0x74)
  public static let noFunction = HeapType(raw: 0x73)
  public static let noExternal = HeapType(raw: 0x72)
  public static let none = HeapType(raw: 0x71)
  public static let function = HeapType(raw: 0x70)
  public static let external = HeapType(raw: 0x6F)
  public static let any = HeapType(raw: 0x6E)
  public static let equatable = HeapType(raw: 0x6D)
  public static let i31 = HeapType(raw: 0x6C)
  public static let structure = HeapType(raw: 0x6B)
  public static let array = HeapType(raw: 0x6A)
  public static let exception = HeapType(raw: 0x69)

  /// A type of the module. `index` is below 2^23, which the decoder's limit on types guarantees.
  @inlinable
  public static func concrete(_ index: UInt32) -> HeapType { HeapType(raw: 0x80_0000 | index) }
  /// The type index of a concrete heap type; nil for an abstract one.
  @inlinable
  public var typeIndex: UInt32? { raw & 0x80_0000 != 0 ? raw & 0x7F_FFFF : nil }
}

/// Parameters and results of a function.
public struct FunctionType: Hashable, Sendable {
  public var parameters: [ValueType]
  public var results: [ValueType]

  public init(parameters: [ValueType] = [], results: [ValueType] = []) {
    self.parameters = parameters
    self.results = results
  }
}

/// The type of a struct's or array's field, ready for WebAssembly 3.0.
public struct FieldType: Hashable, Sendable {
  /// What is stored: a value type, or one of the packed integers.
  public enum Storage: Hashable, Sendable {
    case value(ValueType)
    case i8
    case i16
  }

  public var storage: Storage
  public var isMutable: Bool

  public init(storage: Storage, isMutable: Bool) {
    self.storage = storage
    self.isMutable = isMutable
  }
}

/// A composite type (section 2.3.8).
public enum CompositeType: Hashable, Sendable {
  case function(FunctionType)
  case structure([FieldType])
  case array(FieldType)
}

/// One entry of the type index space: a composite type with its place in the subtype hierarchy and its recursion
/// group. Every type of a WebAssembly 2.0 module is final, without supertypes, and alone in its group.
public struct DefinedType: Hashable, Sendable {
  public var composite: CompositeType
  public var supertypes: [UInt32]
  public var isFinal: Bool
  /// The type indices of the recursion group that this type belongs to.
  public var recursionGroup: Range<UInt32>

  public init(
    composite: CompositeType, supertypes: [UInt32] = [], isFinal: Bool = true, recursionGroup: Range<UInt32>
  ) {
    self.composite = composite
    self.supertypes = supertypes
    self.isFinal = isFinal
    self.recursionGroup = recursionGroup
  }

  /// The function type, if it is one.
  public var function: FunctionType? {
    if case .function(let type) = composite { type } else { nil }
  }
}

/// Size bounds of a memory (in pages) or a table (in elements).
public struct Limits: Hashable, Sendable {
  public var minimum: UInt64
  public var maximum: UInt64?
  /// Addresses are i64 instead of i32 (memory64, table64).
  public var is64Bit: Bool
  /// Shared between threads: decoded so that the refusal can name it.
  public var isShared: Bool

  public init(minimum: UInt64, maximum: UInt64? = nil, is64Bit: Bool = false, isShared: Bool = false) {
    self.minimum = minimum
    self.maximum = maximum
    self.is64Bit = is64Bit
    self.isShared = isShared
  }

  /// The type of addresses into it.
  public var addressType: ValueType { is64Bit ? .i64 : .i32 }
}

/// A linear memory's type; its limits count pages of 65,536 bytes.
public struct MemoryType: Hashable, Sendable {
  public var limits: Limits
  public init(limits: Limits) { self.limits = limits }
  /// Bytes in a page.
  public static let pageSize: UInt64 = 65_536
}

/// A table's type: a vector of references.
public struct TableType: Hashable, Sendable {
  public var element: ValueType
  public var limits: Limits
  public init(element: ValueType, limits: Limits) {
    self.element = element
    self.limits = limits
  }
}

/// A global's type.
public struct GlobalType: Hashable, Sendable {
  public var value: ValueType
  public var isMutable: Bool
  public init(value: ValueType, isMutable: Bool) {
    self.value = value
    self.isMutable = isMutable
  }
}

/// What a module imports or exports, with its type. Functions and tags name a type of the module.
public enum ExternalType: Hashable, Sendable {
  case function(typeIndex: UInt32)
  case table(TableType)
  case memory(MemoryType)
  case global(GlobalType)
  case tag(typeIndex: UInt32)
}
