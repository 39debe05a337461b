/// The shapes of what may follow an instruction's code.

/// What follows an instruction's code in the binary format (Core 3.0, section 5.4 "Instructions").
public enum ImmediateKind: Hashable, Sendable {
  case none
  /// A block type: empty, one value type, or a type index as s33.
  case blockType
  /// A block type, then a vector of catch clauses.
  case tryTable
  /// A label index.
  case label
  /// A vector of label indices and the default label.
  case labelTable
  /// Flags, a label, and the heap types of what is given and of what is wanted.
  case castBranch
  case function
  case local
  case global
  case table
  case element
  case data
  case tag
  case type
  case typeAndField
  /// `array.new_fixed`: a type index, then the number of elements.
  case typeAndCount
  case typeAndData
  case typeAndElement
  /// `array.copy`: the destination's type, then the source's.
  case typeAndType
  /// A memory index (one zero byte before multi-memory).
  case memory
  /// `call_indirect`: a type index, then a table index. The text format writes the table first.
  case typeAndTable
  /// A vector of value types.
  case resultTypes
  /// Alignment, memory and offset. `naturalAlignment` is the base-2 logarithm of the access's size in bytes.
  case memoryArgument(naturalAlignment: UInt32)
  /// The same, then a lane. There are 16 bytes in a vector.
  case memoryArgumentAndLane(naturalAlignment: UInt32)
  /// A lane, below `count`.
  case lane(count: UInt8)
  /// `i8x16.shuffle`: sixteen lanes of two vectors.
  case lanes
  /// Sixteen bytes.
  case v128
  /// `memory.init`: a data index, then a memory index. The text format writes the memory first.
  case dataAndMemory
  /// `memory.copy`: the destination, then the source.
  case memoryAndMemory
  /// `table.init`: an element index, then a table index. The text format writes the table first.
  case elementAndTable
  /// `table.copy`: the destination, then the source.
  case tableAndTable
  case heapType
  /// A heap type, which the text format writes as a reference type: `ref.test` and `ref.cast`.
  case referenceHeapType
  /// One zero byte.
  case zero
  /// A signed LEB128 number of 32 bits.
  case i32
  /// A signed LEB128 number of 64 bits.
  case i64
  /// Four bytes, little-endian.
  case f32
  /// Eight bytes, little-endian.
  case f64
}
