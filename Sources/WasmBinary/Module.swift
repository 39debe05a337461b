/// A decoded module: sections in index-space order, function bodies left in place as byte ranges.

/// A module as the binary format describes it (Core 3.0, section 2.5 "Modules").
///
/// Index spaces start with the imports, as the spec counts them. Bodies, data and names stay in `bytes` and are
/// referred to by byte range, so that loading copies nothing and work is linear in the module's size.
public struct Module: Sendable {
  /// The whole module, whose ranges the other members refer to.
  public var bytes: [UInt8]
  public var types: [DefinedType] = []
  /// For each type the first one that is equal to it. Types, wherever they occur, name types of the module by this index.
  public var canonicalTypes: [UInt32] = []
  public var imports: [Import] = []
  /// The type index of every function, imported ones first.
  public var functions: [UInt32] = []
  public var importedFunctionCount = 0
  /// Every table, imported ones first.
  public var tables: [Table] = []
  public var importedTableCount = 0
  /// Every memory, imported ones first.
  public var memories: [MemoryType] = []
  public var importedMemoryCount = 0
  /// Every global, imported ones first.
  public var globals: [Global] = []
  public var importedGlobalCount = 0
  /// The type index of every tag, imported ones first.
  public var tags: [UInt32] = []
  public var importedTagCount = 0
  public var exports: [Export] = []
  /// The start function.
  public var start: UInt32?
  public var elements: [ElementSegment] = []
  /// The data count section's value, if there is one.
  public var dataCount: UInt32?
  /// Bodies of the functions after the imported ones.
  public var bodies: [FunctionBody] = []
  public var data: [DataSegment] = []
  public var customSections: [CustomSection] = []
  /// The features that the module uses, of those that decoding and validation met; `featuresUsed` has their names.
  public var usedFeatures: Features = []

  public init(bytes: [UInt8]) { self.bytes = bytes }

  /// The type of a function by its index.
  public func functionType(_ function: UInt32) -> FunctionType {
    // unreachable: decoding refuses a function whose type is not a function type.
    types[Int(functions[Int(function)])].function ?? FunctionType()
  }
}

/// An import: two names and the type that it must have.
public struct Import: Hashable, Sendable {
  public var module: String
  public var name: String
  public var type: ExternalType
  public init(module: String, name: String, type: ExternalType) {
    self.module = module
    self.name = name
    self.type = type
  }
}

/// An export: a name for an item of an index space.
public struct Export: Hashable, Sendable {
  /// The index space.
  public enum Kind: UInt8, Hashable, Sendable {
    case function = 0
    case table = 1
    case memory = 2
    case global = 3
    case tag = 4
  }
  public var name: String
  public var kind: Kind
  public var index: UInt32
  public init(name: String, kind: Kind, index: UInt32) {
    self.name = name
    self.kind = kind
    self.index = index
  }
}

/// A table and, for one that is not imported, the expression that fills it (null without one).
public struct Table: Sendable {
  public var type: TableType
  public var initializer: ConstantExpression?
  public init(type: TableType, initializer: ConstantExpression? = nil) {
    self.type = type
    self.initializer = initializer
  }
}

/// A global and, for one that is not imported, its initial value.
public struct Global: Sendable {
  public var type: GlobalType
  public var initializer: ConstantExpression?
  public init(type: GlobalType, initializer: ConstantExpression? = nil) {
    self.type = type
    self.initializer = initializer
  }
}

/// An instruction that may appear in a constant expression (section 3.4.14; extended constants included).
public enum ConstantInstruction: Hashable, Sendable {
  case i32Const(Int32)
  case i64Const(Int64)
  case f32Const(bits: UInt32)
  case f64Const(bits: UInt64)
  /// The first lanes are in `low`.
  case v128Const(low: UInt64, high: UInt64)
  case globalGet(UInt32)
  case refNull(HeapType)
  case refFunc(UInt32)
  case i32Add
  case i32Sub
  case i32Mul
  case i64Add
  case i64Sub
  case i64Mul
  case structNew(UInt32)
  case structNewDefault(UInt32)
  case arrayNew(UInt32)
  case arrayNewDefault(UInt32)
  case arrayNewFixed(UInt32, count: UInt32)
  case refI31
  case anyConvertExtern
  case externConvertAny
}

/// A validated constant expression, in postfix order, without its final `end`.
public struct ConstantExpression: Hashable, Sendable {
  public var instructions: [ConstantInstruction]
  public init(_ instructions: [ConstantInstruction]) { self.instructions = instructions }
}

/// When a segment is copied.
public enum SegmentMode<Index: Sendable>: Sendable {
  case passive
  /// At instantiation, into the table or memory `index` at `offset`.
  case active(index: Index, offset: ConstantExpression)
  /// Only declares functions for `ref.func` (element segments).
  case declarative
}

/// An element segment.
public struct ElementSegment: Sendable {
  /// The elements: mostly plain function indices, kept compact.
  public enum Items: Sendable {
    case functions([UInt32])
    case expressions([ConstantExpression])
    public var count: Int {
      switch self {
      case .functions(let indices): indices.count
      case .expressions(let expressions): expressions.count
      }
    }
  }
  public var type: ValueType
  public var mode: SegmentMode<UInt32>
  public var items: Items
  public init(type: ValueType, mode: SegmentMode<UInt32>, items: Items) {
    self.type = type
    self.mode = mode
    self.items = items
  }
}

/// A data segment; its bytes stay in the module.
public struct DataSegment: Sendable {
  public var mode: SegmentMode<UInt32>
  /// Where its bytes are in `Module.bytes`.
  public var range: Range<Int>
  public init(mode: SegmentMode<UInt32>, range: Range<Int>) {
    self.mode = mode
    self.range = range
  }
}

/// Where a function's code is.
public struct FunctionBody: Sendable {
  /// From the local declarations to the final `end`, in `Module.bytes`.
  public var range: Range<Int>
  public init(range: Range<Int>) { self.range = range }
}

/// A custom section; its contents stay in the module.
public struct CustomSection: Hashable, Sendable {
  public var name: String
  /// Where its contents (after the name) are in `Module.bytes`.
  public var range: Range<Int>
  public init(name: String, range: Range<Int>) {
    self.name = name
    self.range = range
  }
}
