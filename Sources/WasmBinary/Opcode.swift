/// The instructions of WebAssembly 2.0 without vectors: binary code, text name and kind of immediate of each.

/// What follows an instruction's code in the binary format (Core 3.0, section 5.4 "Instructions").
public enum ImmediateKind: Hashable, Sendable {
  case none
  /// A block type: empty, one value type, or a type index as s33.
  case blockType
  /// A label index.
  case label
  /// A vector of label indices and the default label.
  case labelTable
  case function
  case local
  case global
  case table
  case element
  case data
  /// A memory index (one zero byte before multi-memory).
  case memory
  /// `call_indirect`: a type index, then a table index. The text format writes the table first.
  case typeAndTable
  /// A vector of value types.
  case resultTypes
  /// Alignment and offset. `naturalAlignment` is the base-2 logarithm of the access's size in bytes.
  case memoryArgument(naturalAlignment: UInt32)
  /// `memory.init`: a data index, then a memory index. The text format writes the memory first.
  case dataAndMemory
  /// `memory.copy`: the destination, then the source.
  case memoryAndMemory
  /// `table.init`: an element index, then a table index. The text format writes the table first.
  case elementAndTable
  /// `table.copy`: the destination, then the source.
  case tableAndTable
  case heapType
  /// A signed LEB128 number of 32 bits.
  case i32
  /// A signed LEB128 number of 64 bits.
  case i64
  /// Four bytes, little-endian.
  case f32
  /// Eight bytes, little-endian.
  case f64
}

/// An instruction's operation code. The raw value is the binary code: one byte, or `0xFC00 | n` for the instruction
/// that is the byte 0xFC followed by the LEB128 number n.
///
/// `block`, `loop`, `if`, `else` and `end` are included; the two forms of `select` are `select` and `selectTyped`.
public enum Opcode: UInt16, CaseIterable, Hashable, Sendable {
  case unreachable = 0x00
  case nop = 0x01
  case block = 0x02
  case loop = 0x03
  case `if` = 0x04
  case `else` = 0x05
  case end = 0x0B
  case br = 0x0C
  case brIf = 0x0D
  case brTable = 0x0E
  case `return` = 0x0F
  case call = 0x10
  case callIndirect = 0x11
  case drop = 0x1A
  case select = 0x1B
  case selectTyped = 0x1C
  case localGet = 0x20
  case localSet = 0x21
  case localTee = 0x22
  case globalGet = 0x23
  case globalSet = 0x24
  case tableGet = 0x25
  case tableSet = 0x26
  case i32Load = 0x28
  case i64Load = 0x29
  case f32Load = 0x2A
  case f64Load = 0x2B
  case i32Load8S = 0x2C
  case i32Load8U = 0x2D
  case i32Load16S = 0x2E
  case i32Load16U = 0x2F
  case i64Load8S = 0x30
  case i64Load8U = 0x31
  case i64Load16S = 0x32
  case i64Load16U = 0x33
  case i64Load32S = 0x34
  case i64Load32U = 0x35
  case i32Store = 0x36
  case i64Store = 0x37
  case f32Store = 0x38
  case f64Store = 0x39
  case i32Store8 = 0x3A
  case i32Store16 = 0x3B
  case i64Store8 = 0x3C
  case i64Store16 = 0x3D
  case i64Store32 = 0x3E
  case memorySize = 0x3F
  case memoryGrow = 0x40
  case i32Const = 0x41
  case i64Const = 0x42
  case f32Const = 0x43
  case f64Const = 0x44
  case i32Eqz = 0x45
  case i32Eq = 0x46
  case i32Ne = 0x47
  case i32LtS = 0x48
  case i32LtU = 0x49
  case i32GtS = 0x4A
  case i32GtU = 0x4B
  case i32LeS = 0x4C
  case i32LeU = 0x4D
  case i32GeS = 0x4E
  case i32GeU = 0x4F
  case i64Eqz = 0x50
  case i64Eq = 0x51
  case i64Ne = 0x52
  case i64LtS = 0x53
  case i64LtU = 0x54
  case i64GtS = 0x55
  case i64GtU = 0x56
  case i64LeS = 0x57
  case i64LeU = 0x58
  case i64GeS = 0x59
  case i64GeU = 0x5A
  case f32Eq = 0x5B
  case f32Ne = 0x5C
  case f32Lt = 0x5D
  case f32Gt = 0x5E
  case f32Le = 0x5F
  case f32Ge = 0x60
  case f64Eq = 0x61
  case f64Ne = 0x62
  case f64Lt = 0x63
  case f64Gt = 0x64
  case f64Le = 0x65
  case f64Ge = 0x66
  case i32Clz = 0x67
  case i32Ctz = 0x68
  case i32Popcnt = 0x69
  case i32Add = 0x6A
  case i32Sub = 0x6B
  case i32Mul = 0x6C
  case i32DivS = 0x6D
  case i32DivU = 0x6E
  case i32RemS = 0x6F
  case i32RemU = 0x70
  case i32And = 0x71
  case i32Or = 0x72
  case i32Xor = 0x73
  case i32Shl = 0x74
  case i32ShrS = 0x75
  case i32ShrU = 0x76
  case i32Rotl = 0x77
  case i32Rotr = 0x78
  case i64Clz = 0x79
  case i64Ctz = 0x7A
  case i64Popcnt = 0x7B
  case i64Add = 0x7C
  case i64Sub = 0x7D
  case i64Mul = 0x7E
  case i64DivS = 0x7F
  case i64DivU = 0x80
  case i64RemS = 0x81
  case i64RemU = 0x82
  case i64And = 0x83
  case i64Or = 0x84
  case i64Xor = 0x85
  case i64Shl = 0x86
  case i64ShrS = 0x87
  case i64ShrU = 0x88
  case i64Rotl = 0x89
  case i64Rotr = 0x8A
  case f32Abs = 0x8B
  case f32Neg = 0x8C
  case f32Ceil = 0x8D
  case f32Floor = 0x8E
  case f32Trunc = 0x8F
  case f32Nearest = 0x90
  case f32Sqrt = 0x91
  case f32Add = 0x92
  case f32Sub = 0x93
  case f32Mul = 0x94
  case f32Div = 0x95
  case f32Min = 0x96
  case f32Max = 0x97
  case f32Copysign = 0x98
  case f64Abs = 0x99
  case f64Neg = 0x9A
  case f64Ceil = 0x9B
  case f64Floor = 0x9C
  case f64Trunc = 0x9D
  case f64Nearest = 0x9E
  case f64Sqrt = 0x9F
  case f64Add = 0xA0
  case f64Sub = 0xA1
  case f64Mul = 0xA2
  case f64Div = 0xA3
  case f64Min = 0xA4
  case f64Max = 0xA5
  case f64Copysign = 0xA6
  case i32WrapI64 = 0xA7
  case i32TruncF32S = 0xA8
  case i32TruncF32U = 0xA9
  case i32TruncF64S = 0xAA
  case i32TruncF64U = 0xAB
  case i64ExtendI32S = 0xAC
  case i64ExtendI32U = 0xAD
  case i64TruncF32S = 0xAE
  case i64TruncF32U = 0xAF
  case i64TruncF64S = 0xB0
  case i64TruncF64U = 0xB1
  case f32ConvertI32S = 0xB2
  case f32ConvertI32U = 0xB3
  case f32ConvertI64S = 0xB4
  case f32ConvertI64U = 0xB5
  case f32DemoteF64 = 0xB6
  case f64ConvertI32S = 0xB7
  case f64ConvertI32U = 0xB8
  case f64ConvertI64S = 0xB9
  case f64ConvertI64U = 0xBA
  case f64PromoteF32 = 0xBB
  case i32ReinterpretF32 = 0xBC
  case i64ReinterpretF64 = 0xBD
  case f32ReinterpretI32 = 0xBE
  case f64ReinterpretI64 = 0xBF
  case i32Extend8S = 0xC0
  case i32Extend16S = 0xC1
  case i64Extend8S = 0xC2
  case i64Extend16S = 0xC3
  case i64Extend32S = 0xC4
  case refNull = 0xD0
  case refIsNull = 0xD1
  case refFunc = 0xD2
  case i32TruncSatF32S = 0xFC00
  case i32TruncSatF32U = 0xFC01
  case i32TruncSatF64S = 0xFC02
  case i32TruncSatF64U = 0xFC03
  case i64TruncSatF32S = 0xFC04
  case i64TruncSatF32U = 0xFC05
  case i64TruncSatF64S = 0xFC06
  case i64TruncSatF64U = 0xFC07
  case memoryInit = 0xFC08
  case dataDrop = 0xFC09
  case memoryCopy = 0xFC0A
  case memoryFill = 0xFC0B
  case tableInit = 0xFC0C
  case elemDrop = 0xFC0D
  case tableCopy = 0xFC0E
  case tableGrow = 0xFC0F
  case tableSize = 0xFC10
  case tableFill = 0xFC11

  /// Every instruction, in ascending order of its code.
  public static let all: [Opcode] = allCases

  /// The binary code, which is the raw value.
  @inlinable
  public var code: UInt16 { rawValue }

  /// The instruction with this name in the text format; nil if there is none. `select` gives the untyped form.
  public static func named(_ name: String) -> Opcode? { byName[name] }

  private static let byName: [String: Opcode] = Dictionary(
    allCases.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

  /// What follows the code in the binary format.
  public var immediate: ImmediateKind {
    switch self {
    case .block, .loop, .if:
      .blockType
    case .br, .brIf:
      .label
    case .brTable:
      .labelTable
    case .call, .refFunc:
      .function
    case .callIndirect:
      .typeAndTable
    case .selectTyped:
      .resultTypes
    case .localGet, .localSet, .localTee:
      .local
    case .globalGet, .globalSet:
      .global
    case .tableGet, .tableSet, .tableGrow, .tableSize, .tableFill:
      .table
    case .i32Load, .f32Load, .i64Load32S, .i64Load32U, .i32Store, .f32Store, .i64Store32:
      .memoryArgument(naturalAlignment: 2)
    case .i64Load, .f64Load, .i64Store, .f64Store:
      .memoryArgument(naturalAlignment: 3)
    case .i32Load8S, .i32Load8U, .i64Load8S, .i64Load8U, .i32Store8, .i64Store8:
      .memoryArgument(naturalAlignment: 0)
    case .i32Load16S, .i32Load16U, .i64Load16S, .i64Load16U, .i32Store16, .i64Store16:
      .memoryArgument(naturalAlignment: 1)
    case .memorySize, .memoryGrow, .memoryFill:
      .memory
    case .i32Const:
      .i32
    case .i64Const:
      .i64
    case .f32Const:
      .f32
    case .f64Const:
      .f64
    case .refNull:
      .heapType
    case .memoryInit:
      .dataAndMemory
    case .dataDrop:
      .data
    case .memoryCopy:
      .memoryAndMemory
    case .tableInit:
      .elementAndTable
    case .elemDrop:
      .element
    case .tableCopy:
      .tableAndTable
    default:
      .none
    }
  }

  /// The name in the text format, as "i32.add" or "memory.init".
  public var name: String {
    switch self {
    case .unreachable: "unreachable"
    case .nop: "nop"
    case .block: "block"
    case .loop: "loop"
    case .if: "if"
    case .else: "else"
    case .end: "end"
    case .br: "br"
    case .brIf: "br_if"
    case .brTable: "br_table"
    case .return: "return"
    case .call: "call"
    case .callIndirect: "call_indirect"
    case .drop: "drop"
    case .select: "select"
    case .selectTyped: "select"
    case .localGet: "local.get"
    case .localSet: "local.set"
    case .localTee: "local.tee"
    case .globalGet: "global.get"
    case .globalSet: "global.set"
    case .tableGet: "table.get"
    case .tableSet: "table.set"
    case .i32Load: "i32.load"
    case .i64Load: "i64.load"
    case .f32Load: "f32.load"
    case .f64Load: "f64.load"
    case .i32Load8S: "i32.load8_s"
    case .i32Load8U: "i32.load8_u"
    case .i32Load16S: "i32.load16_s"
    case .i32Load16U: "i32.load16_u"
    case .i64Load8S: "i64.load8_s"
    case .i64Load8U: "i64.load8_u"
    case .i64Load16S: "i64.load16_s"
    case .i64Load16U: "i64.load16_u"
    case .i64Load32S: "i64.load32_s"
    case .i64Load32U: "i64.load32_u"
    case .i32Store: "i32.store"
    case .i64Store: "i64.store"
    case .f32Store: "f32.store"
    case .f64Store: "f64.store"
    case .i32Store8: "i32.store8"
    case .i32Store16: "i32.store16"
    case .i64Store8: "i64.store8"
    case .i64Store16: "i64.store16"
    case .i64Store32: "i64.store32"
    case .memorySize: "memory.size"
    case .memoryGrow: "memory.grow"
    case .i32Const: "i32.const"
    case .i64Const: "i64.const"
    case .f32Const: "f32.const"
    case .f64Const: "f64.const"
    case .i32Eqz: "i32.eqz"
    case .i32Eq: "i32.eq"
    case .i32Ne: "i32.ne"
    case .i32LtS: "i32.lt_s"
    case .i32LtU: "i32.lt_u"
    case .i32GtS: "i32.gt_s"
    case .i32GtU: "i32.gt_u"
    case .i32LeS: "i32.le_s"
    case .i32LeU: "i32.le_u"
    case .i32GeS: "i32.ge_s"
    case .i32GeU: "i32.ge_u"
    case .i64Eqz: "i64.eqz"
    case .i64Eq: "i64.eq"
    case .i64Ne: "i64.ne"
    case .i64LtS: "i64.lt_s"
    case .i64LtU: "i64.lt_u"
    case .i64GtS: "i64.gt_s"
    case .i64GtU: "i64.gt_u"
    case .i64LeS: "i64.le_s"
    case .i64LeU: "i64.le_u"
    case .i64GeS: "i64.ge_s"
    case .i64GeU: "i64.ge_u"
    case .f32Eq: "f32.eq"
    case .f32Ne: "f32.ne"
    case .f32Lt: "f32.lt"
    case .f32Gt: "f32.gt"
    case .f32Le: "f32.le"
    case .f32Ge: "f32.ge"
    case .f64Eq: "f64.eq"
    case .f64Ne: "f64.ne"
    case .f64Lt: "f64.lt"
    case .f64Gt: "f64.gt"
    case .f64Le: "f64.le"
    case .f64Ge: "f64.ge"
    case .i32Clz: "i32.clz"
    case .i32Ctz: "i32.ctz"
    case .i32Popcnt: "i32.popcnt"
    case .i32Add: "i32.add"
    case .i32Sub: "i32.sub"
    case .i32Mul: "i32.mul"
    case .i32DivS: "i32.div_s"
    case .i32DivU: "i32.div_u"
    case .i32RemS: "i32.rem_s"
    case .i32RemU: "i32.rem_u"
    case .i32And: "i32.and"
    case .i32Or: "i32.or"
    case .i32Xor: "i32.xor"
    case .i32Shl: "i32.shl"
    case .i32ShrS: "i32.shr_s"
    case .i32ShrU: "i32.shr_u"
    case .i32Rotl: "i32.rotl"
    case .i32Rotr: "i32.rotr"
    case .i64Clz: "i64.clz"
    case .i64Ctz: "i64.ctz"
    case .i64Popcnt: "i64.popcnt"
    case .i64Add: "i64.add"
    case .i64Sub: "i64.sub"
    case .i64Mul: "i64.mul"
    case .i64DivS: "i64.div_s"
    case .i64DivU: "i64.div_u"
    case .i64RemS: "i64.rem_s"
    case .i64RemU: "i64.rem_u"
    case .i64And: "i64.and"
    case .i64Or: "i64.or"
    case .i64Xor: "i64.xor"
    case .i64Shl: "i64.shl"
    case .i64ShrS: "i64.shr_s"
    case .i64ShrU: "i64.shr_u"
    case .i64Rotl: "i64.rotl"
    case .i64Rotr: "i64.rotr"
    case .f32Abs: "f32.abs"
    case .f32Neg: "f32.neg"
    case .f32Ceil: "f32.ceil"
    case .f32Floor: "f32.floor"
    case .f32Trunc: "f32.trunc"
    case .f32Nearest: "f32.nearest"
    case .f32Sqrt: "f32.sqrt"
    case .f32Add: "f32.add"
    case .f32Sub: "f32.sub"
    case .f32Mul: "f32.mul"
    case .f32Div: "f32.div"
    case .f32Min: "f32.min"
    case .f32Max: "f32.max"
    case .f32Copysign: "f32.copysign"
    case .f64Abs: "f64.abs"
    case .f64Neg: "f64.neg"
    case .f64Ceil: "f64.ceil"
    case .f64Floor: "f64.floor"
    case .f64Trunc: "f64.trunc"
    case .f64Nearest: "f64.nearest"
    case .f64Sqrt: "f64.sqrt"
    case .f64Add: "f64.add"
    case .f64Sub: "f64.sub"
    case .f64Mul: "f64.mul"
    case .f64Div: "f64.div"
    case .f64Min: "f64.min"
    case .f64Max: "f64.max"
    case .f64Copysign: "f64.copysign"
    case .i32WrapI64: "i32.wrap_i64"
    case .i32TruncF32S: "i32.trunc_f32_s"
    case .i32TruncF32U: "i32.trunc_f32_u"
    case .i32TruncF64S: "i32.trunc_f64_s"
    case .i32TruncF64U: "i32.trunc_f64_u"
    case .i64ExtendI32S: "i64.extend_i32_s"
    case .i64ExtendI32U: "i64.extend_i32_u"
    case .i64TruncF32S: "i64.trunc_f32_s"
    case .i64TruncF32U: "i64.trunc_f32_u"
    case .i64TruncF64S: "i64.trunc_f64_s"
    case .i64TruncF64U: "i64.trunc_f64_u"
    case .f32ConvertI32S: "f32.convert_i32_s"
    case .f32ConvertI32U: "f32.convert_i32_u"
    case .f32ConvertI64S: "f32.convert_i64_s"
    case .f32ConvertI64U: "f32.convert_i64_u"
    case .f32DemoteF64: "f32.demote_f64"
    case .f64ConvertI32S: "f64.convert_i32_s"
    case .f64ConvertI32U: "f64.convert_i32_u"
    case .f64ConvertI64S: "f64.convert_i64_s"
    case .f64ConvertI64U: "f64.convert_i64_u"
    case .f64PromoteF32: "f64.promote_f32"
    case .i32ReinterpretF32: "i32.reinterpret_f32"
    case .i64ReinterpretF64: "i64.reinterpret_f64"
    case .f32ReinterpretI32: "f32.reinterpret_i32"
    case .f64ReinterpretI64: "f64.reinterpret_i64"
    case .i32Extend8S: "i32.extend8_s"
    case .i32Extend16S: "i32.extend16_s"
    case .i64Extend8S: "i64.extend8_s"
    case .i64Extend16S: "i64.extend16_s"
    case .i64Extend32S: "i64.extend32_s"
    case .refNull: "ref.null"
    case .refIsNull: "ref.is_null"
    case .refFunc: "ref.func"
    case .i32TruncSatF32S: "i32.trunc_sat_f32_s"
    case .i32TruncSatF32U: "i32.trunc_sat_f32_u"
    case .i32TruncSatF64S: "i32.trunc_sat_f64_s"
    case .i32TruncSatF64U: "i32.trunc_sat_f64_u"
    case .i64TruncSatF32S: "i64.trunc_sat_f32_s"
    case .i64TruncSatF32U: "i64.trunc_sat_f32_u"
    case .i64TruncSatF64S: "i64.trunc_sat_f64_s"
    case .i64TruncSatF64U: "i64.trunc_sat_f64_u"
    case .memoryInit: "memory.init"
    case .dataDrop: "data.drop"
    case .memoryCopy: "memory.copy"
    case .memoryFill: "memory.fill"
    case .tableInit: "table.init"
    case .elemDrop: "elem.drop"
    case .tableCopy: "table.copy"
    case .tableGrow: "table.grow"
    case .tableSize: "table.size"
    case .tableFill: "table.fill"
    }
  }
}
