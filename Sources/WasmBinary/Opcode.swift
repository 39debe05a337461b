// Written by scripts/generate-opcodes from scripts/opcodes: change those, not this file.

/// An instruction's operation code (Core 3.0, section 5.4 "Instructions"). The raw value is the binary code: one byte, or
/// `prefix << 16 | number` for the instruction that is a prefix byte (0xFB...0xFE) followed by the LEB128 number.
///
/// `block`, `loop`, `if`, `else` and `end` are included. Where two codes share a text name there are two cases: `select` and
/// `selectTyped`, `refTest` and `refTestNull`, `refCast` and `refCastNull`.
public enum Opcode: UInt32, CaseIterable, Hashable, Sendable {
  case unreachable = 0x00
  case nop = 0x01
  case block = 0x02
  case loop = 0x03
  case `if` = 0x04
  case `else` = 0x05
  case `throw` = 0x08
  case throwRef = 0x0A
  case end = 0x0B
  case br = 0x0C
  case brIf = 0x0D
  case brTable = 0x0E
  case `return` = 0x0F
  case call = 0x10
  case callIndirect = 0x11
  case returnCall = 0x12
  case returnCallIndirect = 0x13
  case callRef = 0x14
  case returnCallRef = 0x15
  case drop = 0x1A
  case select = 0x1B
  case selectTyped = 0x1C
  case tryTable = 0x1F
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
  case refEq = 0xD3
  case refAsNonNull = 0xD4
  case brOnNull = 0xD5
  case brOnNonNull = 0xD6
  case structNew = 0xFB_0000
  case structNewDefault = 0xFB_0001
  case structGet = 0xFB_0002
  case structGetS = 0xFB_0003
  case structGetU = 0xFB_0004
  case structSet = 0xFB_0005
  case arrayNew = 0xFB_0006
  case arrayNewDefault = 0xFB_0007
  case arrayNewFixed = 0xFB_0008
  case arrayNewData = 0xFB_0009
  case arrayNewElem = 0xFB_000A
  case arrayGet = 0xFB_000B
  case arrayGetS = 0xFB_000C
  case arrayGetU = 0xFB_000D
  case arraySet = 0xFB_000E
  case arrayLen = 0xFB_000F
  case arrayFill = 0xFB_0010
  case arrayCopy = 0xFB_0011
  case arrayInitData = 0xFB_0012
  case arrayInitElem = 0xFB_0013
  case refTest = 0xFB_0014
  case refTestNull = 0xFB_0015
  case refCast = 0xFB_0016
  case refCastNull = 0xFB_0017
  case brOnCast = 0xFB_0018
  case brOnCastFail = 0xFB_0019
  case anyConvertExtern = 0xFB_001A
  case externConvertAny = 0xFB_001B
  case refI31 = 0xFB_001C
  case i31GetS = 0xFB_001D
  case i31GetU = 0xFB_001E
  case i32TruncSatF32S = 0xFC_0000
  case i32TruncSatF32U = 0xFC_0001
  case i32TruncSatF64S = 0xFC_0002
  case i32TruncSatF64U = 0xFC_0003
  case i64TruncSatF32S = 0xFC_0004
  case i64TruncSatF32U = 0xFC_0005
  case i64TruncSatF64S = 0xFC_0006
  case i64TruncSatF64U = 0xFC_0007
  case memoryInit = 0xFC_0008
  case dataDrop = 0xFC_0009
  case memoryCopy = 0xFC_000A
  case memoryFill = 0xFC_000B
  case tableInit = 0xFC_000C
  case elemDrop = 0xFC_000D
  case tableCopy = 0xFC_000E
  case tableGrow = 0xFC_000F
  case tableSize = 0xFC_0010
  case tableFill = 0xFC_0011
  case v128Load = 0xFD_0000
  case v128Load8x8S = 0xFD_0001
  case v128Load8x8U = 0xFD_0002
  case v128Load16x4S = 0xFD_0003
  case v128Load16x4U = 0xFD_0004
  case v128Load32x2S = 0xFD_0005
  case v128Load32x2U = 0xFD_0006
  case v128Load8Splat = 0xFD_0007
  case v128Load16Splat = 0xFD_0008
  case v128Load32Splat = 0xFD_0009
  case v128Load64Splat = 0xFD_000A
  case v128Store = 0xFD_000B
  case v128Const = 0xFD_000C
  case i8x16Shuffle = 0xFD_000D
  case i8x16Swizzle = 0xFD_000E
  case i8x16Splat = 0xFD_000F
  case i16x8Splat = 0xFD_0010
  case i32x4Splat = 0xFD_0011
  case i64x2Splat = 0xFD_0012
  case f32x4Splat = 0xFD_0013
  case f64x2Splat = 0xFD_0014
  case i8x16ExtractLaneS = 0xFD_0015
  case i8x16ExtractLaneU = 0xFD_0016
  case i8x16ReplaceLane = 0xFD_0017
  case i16x8ExtractLaneS = 0xFD_0018
  case i16x8ExtractLaneU = 0xFD_0019
  case i16x8ReplaceLane = 0xFD_001A
  case i32x4ExtractLane = 0xFD_001B
  case i32x4ReplaceLane = 0xFD_001C
  case i64x2ExtractLane = 0xFD_001D
  case i64x2ReplaceLane = 0xFD_001E
  case f32x4ExtractLane = 0xFD_001F
  case f32x4ReplaceLane = 0xFD_0020
  case f64x2ExtractLane = 0xFD_0021
  case f64x2ReplaceLane = 0xFD_0022
  case i8x16Eq = 0xFD_0023
  case i8x16Ne = 0xFD_0024
  case i8x16LtS = 0xFD_0025
  case i8x16LtU = 0xFD_0026
  case i8x16GtS = 0xFD_0027
  case i8x16GtU = 0xFD_0028
  case i8x16LeS = 0xFD_0029
  case i8x16LeU = 0xFD_002A
  case i8x16GeS = 0xFD_002B
  case i8x16GeU = 0xFD_002C
  case i16x8Eq = 0xFD_002D
  case i16x8Ne = 0xFD_002E
  case i16x8LtS = 0xFD_002F
  case i16x8LtU = 0xFD_0030
  case i16x8GtS = 0xFD_0031
  case i16x8GtU = 0xFD_0032
  case i16x8LeS = 0xFD_0033
  case i16x8LeU = 0xFD_0034
  case i16x8GeS = 0xFD_0035
  case i16x8GeU = 0xFD_0036
  case i32x4Eq = 0xFD_0037
  case i32x4Ne = 0xFD_0038
  case i32x4LtS = 0xFD_0039
  case i32x4LtU = 0xFD_003A
  case i32x4GtS = 0xFD_003B
  case i32x4GtU = 0xFD_003C
  case i32x4LeS = 0xFD_003D
  case i32x4LeU = 0xFD_003E
  case i32x4GeS = 0xFD_003F
  case i32x4GeU = 0xFD_0040
  case f32x4Eq = 0xFD_0041
  case f32x4Ne = 0xFD_0042
  case f32x4Lt = 0xFD_0043
  case f32x4Gt = 0xFD_0044
  case f32x4Le = 0xFD_0045
  case f32x4Ge = 0xFD_0046
  case f64x2Eq = 0xFD_0047
  case f64x2Ne = 0xFD_0048
  case f64x2Lt = 0xFD_0049
  case f64x2Gt = 0xFD_004A
  case f64x2Le = 0xFD_004B
  case f64x2Ge = 0xFD_004C
  case v128Not = 0xFD_004D
  case v128And = 0xFD_004E
  case v128Andnot = 0xFD_004F
  case v128Or = 0xFD_0050
  case v128Xor = 0xFD_0051
  case v128Bitselect = 0xFD_0052
  case v128AnyTrue = 0xFD_0053
  case v128Load8Lane = 0xFD_0054
  case v128Load16Lane = 0xFD_0055
  case v128Load32Lane = 0xFD_0056
  case v128Load64Lane = 0xFD_0057
  case v128Store8Lane = 0xFD_0058
  case v128Store16Lane = 0xFD_0059
  case v128Store32Lane = 0xFD_005A
  case v128Store64Lane = 0xFD_005B
  case v128Load32Zero = 0xFD_005C
  case v128Load64Zero = 0xFD_005D
  case f32x4DemoteF64x2Zero = 0xFD_005E
  case f64x2PromoteLowF32x4 = 0xFD_005F
  case i8x16Abs = 0xFD_0060
  case i8x16Neg = 0xFD_0061
  case i8x16Popcnt = 0xFD_0062
  case i8x16AllTrue = 0xFD_0063
  case i8x16Bitmask = 0xFD_0064
  case i8x16NarrowI16x8S = 0xFD_0065
  case i8x16NarrowI16x8U = 0xFD_0066
  case f32x4Ceil = 0xFD_0067
  case f32x4Floor = 0xFD_0068
  case f32x4Trunc = 0xFD_0069
  case f32x4Nearest = 0xFD_006A
  case i8x16Shl = 0xFD_006B
  case i8x16ShrS = 0xFD_006C
  case i8x16ShrU = 0xFD_006D
  case i8x16Add = 0xFD_006E
  case i8x16AddSatS = 0xFD_006F
  case i8x16AddSatU = 0xFD_0070
  case i8x16Sub = 0xFD_0071
  case i8x16SubSatS = 0xFD_0072
  case i8x16SubSatU = 0xFD_0073
  case f64x2Ceil = 0xFD_0074
  case f64x2Floor = 0xFD_0075
  case i8x16MinS = 0xFD_0076
  case i8x16MinU = 0xFD_0077
  case i8x16MaxS = 0xFD_0078
  case i8x16MaxU = 0xFD_0079
  case f64x2Trunc = 0xFD_007A
  case i8x16AvgrU = 0xFD_007B
  case i16x8ExtaddPairwiseI8x16S = 0xFD_007C
  case i16x8ExtaddPairwiseI8x16U = 0xFD_007D
  case i32x4ExtaddPairwiseI16x8S = 0xFD_007E
  case i32x4ExtaddPairwiseI16x8U = 0xFD_007F
  case i16x8Abs = 0xFD_0080
  case i16x8Neg = 0xFD_0081
  case i16x8Q15mulrSatS = 0xFD_0082
  case i16x8AllTrue = 0xFD_0083
  case i16x8Bitmask = 0xFD_0084
  case i16x8NarrowI32x4S = 0xFD_0085
  case i16x8NarrowI32x4U = 0xFD_0086
  case i16x8ExtendLowI8x16S = 0xFD_0087
  case i16x8ExtendHighI8x16S = 0xFD_0088
  case i16x8ExtendLowI8x16U = 0xFD_0089
  case i16x8ExtendHighI8x16U = 0xFD_008A
  case i16x8Shl = 0xFD_008B
  case i16x8ShrS = 0xFD_008C
  case i16x8ShrU = 0xFD_008D
  case i16x8Add = 0xFD_008E
  case i16x8AddSatS = 0xFD_008F
  case i16x8AddSatU = 0xFD_0090
  case i16x8Sub = 0xFD_0091
  case i16x8SubSatS = 0xFD_0092
  case i16x8SubSatU = 0xFD_0093
  case f64x2Nearest = 0xFD_0094
  case i16x8Mul = 0xFD_0095
  case i16x8MinS = 0xFD_0096
  case i16x8MinU = 0xFD_0097
  case i16x8MaxS = 0xFD_0098
  case i16x8MaxU = 0xFD_0099
  case i16x8AvgrU = 0xFD_009B
  case i16x8ExtmulLowI8x16S = 0xFD_009C
  case i16x8ExtmulHighI8x16S = 0xFD_009D
  case i16x8ExtmulLowI8x16U = 0xFD_009E
  case i16x8ExtmulHighI8x16U = 0xFD_009F
  case i32x4Abs = 0xFD_00A0
  case i32x4Neg = 0xFD_00A1
  case i32x4AllTrue = 0xFD_00A3
  case i32x4Bitmask = 0xFD_00A4
  case i32x4ExtendLowI16x8S = 0xFD_00A7
  case i32x4ExtendHighI16x8S = 0xFD_00A8
  case i32x4ExtendLowI16x8U = 0xFD_00A9
  case i32x4ExtendHighI16x8U = 0xFD_00AA
  case i32x4Shl = 0xFD_00AB
  case i32x4ShrS = 0xFD_00AC
  case i32x4ShrU = 0xFD_00AD
  case i32x4Add = 0xFD_00AE
  case i32x4Sub = 0xFD_00B1
  case i32x4Mul = 0xFD_00B5
  case i32x4MinS = 0xFD_00B6
  case i32x4MinU = 0xFD_00B7
  case i32x4MaxS = 0xFD_00B8
  case i32x4MaxU = 0xFD_00B9
  case i32x4DotI16x8S = 0xFD_00BA
  case i32x4ExtmulLowI16x8S = 0xFD_00BC
  case i32x4ExtmulHighI16x8S = 0xFD_00BD
  case i32x4ExtmulLowI16x8U = 0xFD_00BE
  case i32x4ExtmulHighI16x8U = 0xFD_00BF
  case i64x2Abs = 0xFD_00C0
  case i64x2Neg = 0xFD_00C1
  case i64x2AllTrue = 0xFD_00C3
  case i64x2Bitmask = 0xFD_00C4
  case i64x2ExtendLowI32x4S = 0xFD_00C7
  case i64x2ExtendHighI32x4S = 0xFD_00C8
  case i64x2ExtendLowI32x4U = 0xFD_00C9
  case i64x2ExtendHighI32x4U = 0xFD_00CA
  case i64x2Shl = 0xFD_00CB
  case i64x2ShrS = 0xFD_00CC
  case i64x2ShrU = 0xFD_00CD
  case i64x2Add = 0xFD_00CE
  case i64x2Sub = 0xFD_00D1
  case i64x2Mul = 0xFD_00D5
  case i64x2Eq = 0xFD_00D6
  case i64x2Ne = 0xFD_00D7
  case i64x2LtS = 0xFD_00D8
  case i64x2GtS = 0xFD_00D9
  case i64x2LeS = 0xFD_00DA
  case i64x2GeS = 0xFD_00DB
  case i64x2ExtmulLowI32x4S = 0xFD_00DC
  case i64x2ExtmulHighI32x4S = 0xFD_00DD
  case i64x2ExtmulLowI32x4U = 0xFD_00DE
  case i64x2ExtmulHighI32x4U = 0xFD_00DF
  case f32x4Abs = 0xFD_00E0
  case f32x4Neg = 0xFD_00E1
  case f32x4Sqrt = 0xFD_00E3
  case f32x4Add = 0xFD_00E4
  case f32x4Sub = 0xFD_00E5
  case f32x4Mul = 0xFD_00E6
  case f32x4Div = 0xFD_00E7
  case f32x4Min = 0xFD_00E8
  case f32x4Max = 0xFD_00E9
  case f32x4Pmin = 0xFD_00EA
  case f32x4Pmax = 0xFD_00EB
  case f64x2Abs = 0xFD_00EC
  case f64x2Neg = 0xFD_00ED
  case f64x2Sqrt = 0xFD_00EF
  case f64x2Add = 0xFD_00F0
  case f64x2Sub = 0xFD_00F1
  case f64x2Mul = 0xFD_00F2
  case f64x2Div = 0xFD_00F3
  case f64x2Min = 0xFD_00F4
  case f64x2Max = 0xFD_00F5
  case f64x2Pmin = 0xFD_00F6
  case f64x2Pmax = 0xFD_00F7
  case i32x4TruncSatF32x4S = 0xFD_00F8
  case i32x4TruncSatF32x4U = 0xFD_00F9
  case f32x4ConvertI32x4S = 0xFD_00FA
  case f32x4ConvertI32x4U = 0xFD_00FB
  case i32x4TruncSatF64x2SZero = 0xFD_00FC
  case i32x4TruncSatF64x2UZero = 0xFD_00FD
  case f64x2ConvertLowI32x4S = 0xFD_00FE
  case f64x2ConvertLowI32x4U = 0xFD_00FF
  case i8x16RelaxedSwizzle = 0xFD_0100
  case i32x4RelaxedTruncF32x4S = 0xFD_0101
  case i32x4RelaxedTruncF32x4U = 0xFD_0102
  case i32x4RelaxedTruncF64x2SZero = 0xFD_0103
  case i32x4RelaxedTruncF64x2UZero = 0xFD_0104
  case f32x4RelaxedMadd = 0xFD_0105
  case f32x4RelaxedNmadd = 0xFD_0106
  case f64x2RelaxedMadd = 0xFD_0107
  case f64x2RelaxedNmadd = 0xFD_0108
  case i8x16RelaxedLaneselect = 0xFD_0109
  case i16x8RelaxedLaneselect = 0xFD_010A
  case i32x4RelaxedLaneselect = 0xFD_010B
  case i64x2RelaxedLaneselect = 0xFD_010C
  case f32x4RelaxedMin = 0xFD_010D
  case f32x4RelaxedMax = 0xFD_010E
  case f64x2RelaxedMin = 0xFD_010F
  case f64x2RelaxedMax = 0xFD_0110
  case i16x8RelaxedQ15mulrS = 0xFD_0111
  case i16x8RelaxedDotI8x16I7x16S = 0xFD_0112
  case i32x4RelaxedDotI8x16I7x16AddS = 0xFD_0113
  case memoryAtomicNotify = 0xFE_0000
  case memoryAtomicWait32 = 0xFE_0001
  case memoryAtomicWait64 = 0xFE_0002
  case atomicFence = 0xFE_0003
  case i32AtomicLoad = 0xFE_0010
  case i64AtomicLoad = 0xFE_0011
  case i32AtomicLoad8U = 0xFE_0012
  case i32AtomicLoad16U = 0xFE_0013
  case i64AtomicLoad8U = 0xFE_0014
  case i64AtomicLoad16U = 0xFE_0015
  case i64AtomicLoad32U = 0xFE_0016
  case i32AtomicStore = 0xFE_0017
  case i64AtomicStore = 0xFE_0018
  case i32AtomicStore8 = 0xFE_0019
  case i32AtomicStore16 = 0xFE_001A
  case i64AtomicStore8 = 0xFE_001B
  case i64AtomicStore16 = 0xFE_001C
  case i64AtomicStore32 = 0xFE_001D
  case i32AtomicRmwAdd = 0xFE_001E
  case i64AtomicRmwAdd = 0xFE_001F
  case i32AtomicRmw8AddU = 0xFE_0020
  case i32AtomicRmw16AddU = 0xFE_0021
  case i64AtomicRmw8AddU = 0xFE_0022
  case i64AtomicRmw16AddU = 0xFE_0023
  case i64AtomicRmw32AddU = 0xFE_0024
  case i32AtomicRmwSub = 0xFE_0025
  case i64AtomicRmwSub = 0xFE_0026
  case i32AtomicRmw8SubU = 0xFE_0027
  case i32AtomicRmw16SubU = 0xFE_0028
  case i64AtomicRmw8SubU = 0xFE_0029
  case i64AtomicRmw16SubU = 0xFE_002A
  case i64AtomicRmw32SubU = 0xFE_002B
  case i32AtomicRmwAnd = 0xFE_002C
  case i64AtomicRmwAnd = 0xFE_002D
  case i32AtomicRmw8AndU = 0xFE_002E
  case i32AtomicRmw16AndU = 0xFE_002F
  case i64AtomicRmw8AndU = 0xFE_0030
  case i64AtomicRmw16AndU = 0xFE_0031
  case i64AtomicRmw32AndU = 0xFE_0032
  case i32AtomicRmwOr = 0xFE_0033
  case i64AtomicRmwOr = 0xFE_0034
  case i32AtomicRmw8OrU = 0xFE_0035
  case i32AtomicRmw16OrU = 0xFE_0036
  case i64AtomicRmw8OrU = 0xFE_0037
  case i64AtomicRmw16OrU = 0xFE_0038
  case i64AtomicRmw32OrU = 0xFE_0039
  case i32AtomicRmwXor = 0xFE_003A
  case i64AtomicRmwXor = 0xFE_003B
  case i32AtomicRmw8XorU = 0xFE_003C
  case i32AtomicRmw16XorU = 0xFE_003D
  case i64AtomicRmw8XorU = 0xFE_003E
  case i64AtomicRmw16XorU = 0xFE_003F
  case i64AtomicRmw32XorU = 0xFE_0040
  case i32AtomicRmwXchg = 0xFE_0041
  case i64AtomicRmwXchg = 0xFE_0042
  case i32AtomicRmw8XchgU = 0xFE_0043
  case i32AtomicRmw16XchgU = 0xFE_0044
  case i64AtomicRmw8XchgU = 0xFE_0045
  case i64AtomicRmw16XchgU = 0xFE_0046
  case i64AtomicRmw32XchgU = 0xFE_0047
  case i32AtomicRmwCmpxchg = 0xFE_0048
  case i64AtomicRmwCmpxchg = 0xFE_0049
  case i32AtomicRmw8CmpxchgU = 0xFE_004A
  case i32AtomicRmw16CmpxchgU = 0xFE_004B
  case i64AtomicRmw8CmpxchgU = 0xFE_004C
  case i64AtomicRmw16CmpxchgU = 0xFE_004D
  case i64AtomicRmw32CmpxchgU = 0xFE_004E

  /// Every instruction, in ascending order of its code.
  public static let all: [Opcode] = allCases

  /// The binary code, which is the raw value.
  @inlinable
  public var code: UInt32 { rawValue }

  /// The instruction with this name in the text format; nil if there is none. Of two with one name, the first.
  public static func named(_ name: String) -> Opcode? { byName[name] }

  private static let byName: [String: Opcode] = Dictionary(
    allCases.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

  /// The feature beyond WebAssembly 1.0 that it needs; empty for none.
  public var feature: Features {
    switch self {
    case .unreachable, .nop, .block, .loop, .if, .else, .end, .br, .brIf, .brTable, .return, .call, .callIndirect,
      .drop, .select, .localGet, .localSet, .localTee, .globalGet, .globalSet, .i32Load, .i64Load, .f32Load, .f64Load,
      .i32Load8S, .i32Load8U, .i32Load16S, .i32Load16U, .i64Load8S, .i64Load8U, .i64Load16S, .i64Load16U, .i64Load32S,
      .i64Load32U, .i32Store, .i64Store, .f32Store, .f64Store, .i32Store8, .i32Store16, .i64Store8, .i64Store16,
      .i64Store32, .memorySize, .memoryGrow, .i32Const, .i64Const, .f32Const, .f64Const, .i32Eqz, .i32Eq, .i32Ne,
      .i32LtS, .i32LtU, .i32GtS, .i32GtU, .i32LeS, .i32LeU, .i32GeS, .i32GeU, .i64Eqz, .i64Eq, .i64Ne, .i64LtS,
      .i64LtU, .i64GtS, .i64GtU, .i64LeS, .i64LeU, .i64GeS, .i64GeU, .f32Eq, .f32Ne, .f32Lt, .f32Gt, .f32Le, .f32Ge,
      .f64Eq, .f64Ne, .f64Lt, .f64Gt, .f64Le, .f64Ge, .i32Clz, .i32Ctz, .i32Popcnt, .i32Add, .i32Sub, .i32Mul,
      .i32DivS, .i32DivU, .i32RemS, .i32RemU, .i32And, .i32Or, .i32Xor, .i32Shl, .i32ShrS, .i32ShrU, .i32Rotl,
      .i32Rotr, .i64Clz, .i64Ctz, .i64Popcnt, .i64Add, .i64Sub, .i64Mul, .i64DivS, .i64DivU, .i64RemS, .i64RemU,
      .i64And, .i64Or, .i64Xor, .i64Shl, .i64ShrS, .i64ShrU, .i64Rotl, .i64Rotr, .f32Abs, .f32Neg, .f32Ceil,
      .f32Floor, .f32Trunc, .f32Nearest, .f32Sqrt, .f32Add, .f32Sub, .f32Mul, .f32Div, .f32Min, .f32Max, .f32Copysign,
      .f64Abs, .f64Neg, .f64Ceil, .f64Floor, .f64Trunc, .f64Nearest, .f64Sqrt, .f64Add, .f64Sub, .f64Mul, .f64Div,
      .f64Min, .f64Max, .f64Copysign, .i32WrapI64, .i32TruncF32S, .i32TruncF32U, .i32TruncF64S, .i32TruncF64U,
      .i64ExtendI32S, .i64ExtendI32U, .i64TruncF32S, .i64TruncF32U, .i64TruncF64S, .i64TruncF64U, .f32ConvertI32S,
      .f32ConvertI32U, .f32ConvertI64S, .f32ConvertI64U, .f32DemoteF64, .f64ConvertI32S, .f64ConvertI32U,
      .f64ConvertI64S, .f64ConvertI64U, .f64PromoteF32, .i32ReinterpretF32, .i64ReinterpretF64, .f32ReinterpretI32,
      .f64ReinterpretI64:
      []
    case .throw, .throwRef, .tryTable:
      .exceptions
    case .returnCall, .returnCallIndirect:
      .tailCalls
    case .callRef, .returnCallRef, .refAsNonNull, .brOnNull, .brOnNonNull:
      .functionReferences
    case .selectTyped, .tableGet, .tableSet, .refNull, .refIsNull, .refFunc, .tableGrow, .tableSize, .tableFill:
      .referenceTypes
    case .i32Extend8S, .i32Extend16S, .i64Extend8S, .i64Extend16S, .i64Extend32S:
      .signExtension
    case .refEq, .structNew, .structNewDefault, .structGet, .structGetS, .structGetU, .structSet, .arrayNew,
      .arrayNewDefault, .arrayNewFixed, .arrayNewData, .arrayNewElem, .arrayGet, .arrayGetS, .arrayGetU, .arraySet,
      .arrayLen, .arrayFill, .arrayCopy, .arrayInitData, .arrayInitElem, .refTest, .refTestNull, .refCast,
      .refCastNull, .brOnCast, .brOnCastFail, .anyConvertExtern, .externConvertAny, .refI31, .i31GetS, .i31GetU:
      .garbageCollection
    case .i32TruncSatF32S, .i32TruncSatF32U, .i32TruncSatF64S, .i32TruncSatF64U, .i64TruncSatF32S, .i64TruncSatF32U,
      .i64TruncSatF64S, .i64TruncSatF64U:
      .saturatingConversions
    case .memoryInit, .dataDrop, .memoryCopy, .memoryFill, .tableInit, .elemDrop, .tableCopy:
      .bulkMemory
    case .i8x16RelaxedSwizzle, .i32x4RelaxedTruncF32x4S, .i32x4RelaxedTruncF32x4U, .i32x4RelaxedTruncF64x2SZero,
      .i32x4RelaxedTruncF64x2UZero, .f32x4RelaxedMadd, .f32x4RelaxedNmadd, .f64x2RelaxedMadd, .f64x2RelaxedNmadd,
      .i8x16RelaxedLaneselect, .i16x8RelaxedLaneselect, .i32x4RelaxedLaneselect, .i64x2RelaxedLaneselect,
      .f32x4RelaxedMin, .f32x4RelaxedMax, .f64x2RelaxedMin, .f64x2RelaxedMax, .i16x8RelaxedQ15mulrS,
      .i16x8RelaxedDotI8x16I7x16S, .i32x4RelaxedDotI8x16I7x16AddS:
      .relaxedSIMD
    case .memoryAtomicNotify, .memoryAtomicWait32, .memoryAtomicWait64, .atomicFence, .i32AtomicLoad, .i64AtomicLoad,
      .i32AtomicLoad8U, .i32AtomicLoad16U, .i64AtomicLoad8U, .i64AtomicLoad16U, .i64AtomicLoad32U, .i32AtomicStore,
      .i64AtomicStore, .i32AtomicStore8, .i32AtomicStore16, .i64AtomicStore8, .i64AtomicStore16, .i64AtomicStore32,
      .i32AtomicRmwAdd, .i64AtomicRmwAdd, .i32AtomicRmw8AddU, .i32AtomicRmw16AddU, .i64AtomicRmw8AddU,
      .i64AtomicRmw16AddU, .i64AtomicRmw32AddU, .i32AtomicRmwSub, .i64AtomicRmwSub, .i32AtomicRmw8SubU,
      .i32AtomicRmw16SubU, .i64AtomicRmw8SubU, .i64AtomicRmw16SubU, .i64AtomicRmw32SubU, .i32AtomicRmwAnd,
      .i64AtomicRmwAnd, .i32AtomicRmw8AndU, .i32AtomicRmw16AndU, .i64AtomicRmw8AndU, .i64AtomicRmw16AndU,
      .i64AtomicRmw32AndU, .i32AtomicRmwOr, .i64AtomicRmwOr, .i32AtomicRmw8OrU, .i32AtomicRmw16OrU, .i64AtomicRmw8OrU,
      .i64AtomicRmw16OrU, .i64AtomicRmw32OrU, .i32AtomicRmwXor, .i64AtomicRmwXor, .i32AtomicRmw8XorU,
      .i32AtomicRmw16XorU, .i64AtomicRmw8XorU, .i64AtomicRmw16XorU, .i64AtomicRmw32XorU, .i32AtomicRmwXchg,
      .i64AtomicRmwXchg, .i32AtomicRmw8XchgU, .i32AtomicRmw16XchgU, .i64AtomicRmw8XchgU, .i64AtomicRmw16XchgU,
      .i64AtomicRmw32XchgU, .i32AtomicRmwCmpxchg, .i64AtomicRmwCmpxchg, .i32AtomicRmw8CmpxchgU,
      .i32AtomicRmw16CmpxchgU, .i64AtomicRmw8CmpxchgU, .i64AtomicRmw16CmpxchgU, .i64AtomicRmw32CmpxchgU:
      .threads
    default:
      .simd
    }
  }

  /// What follows the code in the binary format.
  public var immediate: ImmediateKind {
    switch self {
    case .block, .loop, .if:
      .blockType
    case .throw:
      .tag
    case .br, .brIf, .brOnNull, .brOnNonNull:
      .label
    case .brTable:
      .labelTable
    case .call, .returnCall, .refFunc:
      .function
    case .callIndirect, .returnCallIndirect:
      .typeAndTable
    case .callRef, .returnCallRef, .structNew, .structNewDefault, .arrayNew, .arrayNewDefault, .arrayGet, .arrayGetS,
      .arrayGetU, .arraySet, .arrayFill:
      .type
    case .selectTyped:
      .resultTypes
    case .tryTable:
      .tryTable
    case .localGet, .localSet, .localTee:
      .local
    case .globalGet, .globalSet:
      .global
    case .tableGet, .tableSet, .tableGrow, .tableSize, .tableFill:
      .table
    case .i32Load, .f32Load, .i64Load32S, .i64Load32U, .i32Store, .f32Store, .i64Store32, .v128Load32Splat,
      .v128Load32Zero, .memoryAtomicNotify, .memoryAtomicWait32, .i32AtomicLoad, .i64AtomicLoad32U, .i32AtomicStore,
      .i64AtomicStore32, .i32AtomicRmwAdd, .i64AtomicRmw32AddU, .i32AtomicRmwSub, .i64AtomicRmw32SubU,
      .i32AtomicRmwAnd, .i64AtomicRmw32AndU, .i32AtomicRmwOr, .i64AtomicRmw32OrU, .i32AtomicRmwXor,
      .i64AtomicRmw32XorU, .i32AtomicRmwXchg, .i64AtomicRmw32XchgU, .i32AtomicRmwCmpxchg, .i64AtomicRmw32CmpxchgU:
      .memoryArgument(naturalAlignment: 2)
    case .i64Load, .f64Load, .i64Store, .f64Store, .v128Load8x8S, .v128Load8x8U, .v128Load16x4S, .v128Load16x4U,
      .v128Load32x2S, .v128Load32x2U, .v128Load64Splat, .v128Load64Zero, .memoryAtomicWait64, .i64AtomicLoad,
      .i64AtomicStore, .i64AtomicRmwAdd, .i64AtomicRmwSub, .i64AtomicRmwAnd, .i64AtomicRmwOr, .i64AtomicRmwXor,
      .i64AtomicRmwXchg, .i64AtomicRmwCmpxchg:
      .memoryArgument(naturalAlignment: 3)
    case .i32Load8S, .i32Load8U, .i64Load8S, .i64Load8U, .i32Store8, .i64Store8, .v128Load8Splat, .i32AtomicLoad8U,
      .i64AtomicLoad8U, .i32AtomicStore8, .i64AtomicStore8, .i32AtomicRmw8AddU, .i64AtomicRmw8AddU,
      .i32AtomicRmw8SubU, .i64AtomicRmw8SubU, .i32AtomicRmw8AndU, .i64AtomicRmw8AndU, .i32AtomicRmw8OrU,
      .i64AtomicRmw8OrU, .i32AtomicRmw8XorU, .i64AtomicRmw8XorU, .i32AtomicRmw8XchgU, .i64AtomicRmw8XchgU,
      .i32AtomicRmw8CmpxchgU, .i64AtomicRmw8CmpxchgU:
      .memoryArgument(naturalAlignment: 0)
    case .i32Load16S, .i32Load16U, .i64Load16S, .i64Load16U, .i32Store16, .i64Store16, .v128Load16Splat,
      .i32AtomicLoad16U, .i64AtomicLoad16U, .i32AtomicStore16, .i64AtomicStore16, .i32AtomicRmw16AddU,
      .i64AtomicRmw16AddU, .i32AtomicRmw16SubU, .i64AtomicRmw16SubU, .i32AtomicRmw16AndU, .i64AtomicRmw16AndU,
      .i32AtomicRmw16OrU, .i64AtomicRmw16OrU, .i32AtomicRmw16XorU, .i64AtomicRmw16XorU, .i32AtomicRmw16XchgU,
      .i64AtomicRmw16XchgU, .i32AtomicRmw16CmpxchgU, .i64AtomicRmw16CmpxchgU:
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
    case .structGet, .structGetS, .structGetU, .structSet:
      .typeAndField
    case .arrayNewFixed:
      .typeAndCount
    case .arrayNewData, .arrayInitData:
      .typeAndData
    case .arrayNewElem, .arrayInitElem:
      .typeAndElement
    case .arrayCopy:
      .typeAndType
    case .refTest, .refTestNull, .refCast, .refCastNull:
      .referenceHeapType
    case .brOnCast, .brOnCastFail:
      .castBranch
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
    case .v128Load, .v128Store:
      .memoryArgument(naturalAlignment: 4)
    case .v128Const:
      .v128
    case .i8x16Shuffle:
      .lanes
    case .i8x16ExtractLaneS, .i8x16ExtractLaneU, .i8x16ReplaceLane:
      .lane(count: 16)
    case .i16x8ExtractLaneS, .i16x8ExtractLaneU, .i16x8ReplaceLane:
      .lane(count: 8)
    case .i32x4ExtractLane, .i32x4ReplaceLane, .f32x4ExtractLane, .f32x4ReplaceLane:
      .lane(count: 4)
    case .i64x2ExtractLane, .i64x2ReplaceLane, .f64x2ExtractLane, .f64x2ReplaceLane:
      .lane(count: 2)
    case .v128Load8Lane, .v128Store8Lane:
      .memoryArgumentAndLane(naturalAlignment: 0)
    case .v128Load16Lane, .v128Store16Lane:
      .memoryArgumentAndLane(naturalAlignment: 1)
    case .v128Load32Lane, .v128Store32Lane:
      .memoryArgumentAndLane(naturalAlignment: 2)
    case .v128Load64Lane, .v128Store64Lane:
      .memoryArgumentAndLane(naturalAlignment: 3)
    case .atomicFence:
      .zero
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
    case .throw: "throw"
    case .throwRef: "throw_ref"
    case .end: "end"
    case .br: "br"
    case .brIf: "br_if"
    case .brTable: "br_table"
    case .return: "return"
    case .call: "call"
    case .callIndirect: "call_indirect"
    case .returnCall: "return_call"
    case .returnCallIndirect: "return_call_indirect"
    case .callRef: "call_ref"
    case .returnCallRef: "return_call_ref"
    case .drop: "drop"
    case .select: "select"
    case .selectTyped: "select"
    case .tryTable: "try_table"
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
    case .refEq: "ref.eq"
    case .refAsNonNull: "ref.as_non_null"
    case .brOnNull: "br_on_null"
    case .brOnNonNull: "br_on_non_null"
    case .structNew: "struct.new"
    case .structNewDefault: "struct.new_default"
    case .structGet: "struct.get"
    case .structGetS: "struct.get_s"
    case .structGetU: "struct.get_u"
    case .structSet: "struct.set"
    case .arrayNew: "array.new"
    case .arrayNewDefault: "array.new_default"
    case .arrayNewFixed: "array.new_fixed"
    case .arrayNewData: "array.new_data"
    case .arrayNewElem: "array.new_elem"
    case .arrayGet: "array.get"
    case .arrayGetS: "array.get_s"
    case .arrayGetU: "array.get_u"
    case .arraySet: "array.set"
    case .arrayLen: "array.len"
    case .arrayFill: "array.fill"
    case .arrayCopy: "array.copy"
    case .arrayInitData: "array.init_data"
    case .arrayInitElem: "array.init_elem"
    case .refTest: "ref.test"
    case .refTestNull: "ref.test"
    case .refCast: "ref.cast"
    case .refCastNull: "ref.cast"
    case .brOnCast: "br_on_cast"
    case .brOnCastFail: "br_on_cast_fail"
    case .anyConvertExtern: "any.convert_extern"
    case .externConvertAny: "extern.convert_any"
    case .refI31: "ref.i31"
    case .i31GetS: "i31.get_s"
    case .i31GetU: "i31.get_u"
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
    case .v128Load: "v128.load"
    case .v128Load8x8S: "v128.load8x8_s"
    case .v128Load8x8U: "v128.load8x8_u"
    case .v128Load16x4S: "v128.load16x4_s"
    case .v128Load16x4U: "v128.load16x4_u"
    case .v128Load32x2S: "v128.load32x2_s"
    case .v128Load32x2U: "v128.load32x2_u"
    case .v128Load8Splat: "v128.load8_splat"
    case .v128Load16Splat: "v128.load16_splat"
    case .v128Load32Splat: "v128.load32_splat"
    case .v128Load64Splat: "v128.load64_splat"
    case .v128Store: "v128.store"
    case .v128Const: "v128.const"
    case .i8x16Shuffle: "i8x16.shuffle"
    case .i8x16Swizzle: "i8x16.swizzle"
    case .i8x16Splat: "i8x16.splat"
    case .i16x8Splat: "i16x8.splat"
    case .i32x4Splat: "i32x4.splat"
    case .i64x2Splat: "i64x2.splat"
    case .f32x4Splat: "f32x4.splat"
    case .f64x2Splat: "f64x2.splat"
    case .i8x16ExtractLaneS: "i8x16.extract_lane_s"
    case .i8x16ExtractLaneU: "i8x16.extract_lane_u"
    case .i8x16ReplaceLane: "i8x16.replace_lane"
    case .i16x8ExtractLaneS: "i16x8.extract_lane_s"
    case .i16x8ExtractLaneU: "i16x8.extract_lane_u"
    case .i16x8ReplaceLane: "i16x8.replace_lane"
    case .i32x4ExtractLane: "i32x4.extract_lane"
    case .i32x4ReplaceLane: "i32x4.replace_lane"
    case .i64x2ExtractLane: "i64x2.extract_lane"
    case .i64x2ReplaceLane: "i64x2.replace_lane"
    case .f32x4ExtractLane: "f32x4.extract_lane"
    case .f32x4ReplaceLane: "f32x4.replace_lane"
    case .f64x2ExtractLane: "f64x2.extract_lane"
    case .f64x2ReplaceLane: "f64x2.replace_lane"
    case .i8x16Eq: "i8x16.eq"
    case .i8x16Ne: "i8x16.ne"
    case .i8x16LtS: "i8x16.lt_s"
    case .i8x16LtU: "i8x16.lt_u"
    case .i8x16GtS: "i8x16.gt_s"
    case .i8x16GtU: "i8x16.gt_u"
    case .i8x16LeS: "i8x16.le_s"
    case .i8x16LeU: "i8x16.le_u"
    case .i8x16GeS: "i8x16.ge_s"
    case .i8x16GeU: "i8x16.ge_u"
    case .i16x8Eq: "i16x8.eq"
    case .i16x8Ne: "i16x8.ne"
    case .i16x8LtS: "i16x8.lt_s"
    case .i16x8LtU: "i16x8.lt_u"
    case .i16x8GtS: "i16x8.gt_s"
    case .i16x8GtU: "i16x8.gt_u"
    case .i16x8LeS: "i16x8.le_s"
    case .i16x8LeU: "i16x8.le_u"
    case .i16x8GeS: "i16x8.ge_s"
    case .i16x8GeU: "i16x8.ge_u"
    case .i32x4Eq: "i32x4.eq"
    case .i32x4Ne: "i32x4.ne"
    case .i32x4LtS: "i32x4.lt_s"
    case .i32x4LtU: "i32x4.lt_u"
    case .i32x4GtS: "i32x4.gt_s"
    case .i32x4GtU: "i32x4.gt_u"
    case .i32x4LeS: "i32x4.le_s"
    case .i32x4LeU: "i32x4.le_u"
    case .i32x4GeS: "i32x4.ge_s"
    case .i32x4GeU: "i32x4.ge_u"
    case .f32x4Eq: "f32x4.eq"
    case .f32x4Ne: "f32x4.ne"
    case .f32x4Lt: "f32x4.lt"
    case .f32x4Gt: "f32x4.gt"
    case .f32x4Le: "f32x4.le"
    case .f32x4Ge: "f32x4.ge"
    case .f64x2Eq: "f64x2.eq"
    case .f64x2Ne: "f64x2.ne"
    case .f64x2Lt: "f64x2.lt"
    case .f64x2Gt: "f64x2.gt"
    case .f64x2Le: "f64x2.le"
    case .f64x2Ge: "f64x2.ge"
    case .v128Not: "v128.not"
    case .v128And: "v128.and"
    case .v128Andnot: "v128.andnot"
    case .v128Or: "v128.or"
    case .v128Xor: "v128.xor"
    case .v128Bitselect: "v128.bitselect"
    case .v128AnyTrue: "v128.any_true"
    case .v128Load8Lane: "v128.load8_lane"
    case .v128Load16Lane: "v128.load16_lane"
    case .v128Load32Lane: "v128.load32_lane"
    case .v128Load64Lane: "v128.load64_lane"
    case .v128Store8Lane: "v128.store8_lane"
    case .v128Store16Lane: "v128.store16_lane"
    case .v128Store32Lane: "v128.store32_lane"
    case .v128Store64Lane: "v128.store64_lane"
    case .v128Load32Zero: "v128.load32_zero"
    case .v128Load64Zero: "v128.load64_zero"
    case .f32x4DemoteF64x2Zero: "f32x4.demote_f64x2_zero"
    case .f64x2PromoteLowF32x4: "f64x2.promote_low_f32x4"
    case .i8x16Abs: "i8x16.abs"
    case .i8x16Neg: "i8x16.neg"
    case .i8x16Popcnt: "i8x16.popcnt"
    case .i8x16AllTrue: "i8x16.all_true"
    case .i8x16Bitmask: "i8x16.bitmask"
    case .i8x16NarrowI16x8S: "i8x16.narrow_i16x8_s"
    case .i8x16NarrowI16x8U: "i8x16.narrow_i16x8_u"
    case .f32x4Ceil: "f32x4.ceil"
    case .f32x4Floor: "f32x4.floor"
    case .f32x4Trunc: "f32x4.trunc"
    case .f32x4Nearest: "f32x4.nearest"
    case .i8x16Shl: "i8x16.shl"
    case .i8x16ShrS: "i8x16.shr_s"
    case .i8x16ShrU: "i8x16.shr_u"
    case .i8x16Add: "i8x16.add"
    case .i8x16AddSatS: "i8x16.add_sat_s"
    case .i8x16AddSatU: "i8x16.add_sat_u"
    case .i8x16Sub: "i8x16.sub"
    case .i8x16SubSatS: "i8x16.sub_sat_s"
    case .i8x16SubSatU: "i8x16.sub_sat_u"
    case .f64x2Ceil: "f64x2.ceil"
    case .f64x2Floor: "f64x2.floor"
    case .i8x16MinS: "i8x16.min_s"
    case .i8x16MinU: "i8x16.min_u"
    case .i8x16MaxS: "i8x16.max_s"
    case .i8x16MaxU: "i8x16.max_u"
    case .f64x2Trunc: "f64x2.trunc"
    case .i8x16AvgrU: "i8x16.avgr_u"
    case .i16x8ExtaddPairwiseI8x16S: "i16x8.extadd_pairwise_i8x16_s"
    case .i16x8ExtaddPairwiseI8x16U: "i16x8.extadd_pairwise_i8x16_u"
    case .i32x4ExtaddPairwiseI16x8S: "i32x4.extadd_pairwise_i16x8_s"
    case .i32x4ExtaddPairwiseI16x8U: "i32x4.extadd_pairwise_i16x8_u"
    case .i16x8Abs: "i16x8.abs"
    case .i16x8Neg: "i16x8.neg"
    case .i16x8Q15mulrSatS: "i16x8.q15mulr_sat_s"
    case .i16x8AllTrue: "i16x8.all_true"
    case .i16x8Bitmask: "i16x8.bitmask"
    case .i16x8NarrowI32x4S: "i16x8.narrow_i32x4_s"
    case .i16x8NarrowI32x4U: "i16x8.narrow_i32x4_u"
    case .i16x8ExtendLowI8x16S: "i16x8.extend_low_i8x16_s"
    case .i16x8ExtendHighI8x16S: "i16x8.extend_high_i8x16_s"
    case .i16x8ExtendLowI8x16U: "i16x8.extend_low_i8x16_u"
    case .i16x8ExtendHighI8x16U: "i16x8.extend_high_i8x16_u"
    case .i16x8Shl: "i16x8.shl"
    case .i16x8ShrS: "i16x8.shr_s"
    case .i16x8ShrU: "i16x8.shr_u"
    case .i16x8Add: "i16x8.add"
    case .i16x8AddSatS: "i16x8.add_sat_s"
    case .i16x8AddSatU: "i16x8.add_sat_u"
    case .i16x8Sub: "i16x8.sub"
    case .i16x8SubSatS: "i16x8.sub_sat_s"
    case .i16x8SubSatU: "i16x8.sub_sat_u"
    case .f64x2Nearest: "f64x2.nearest"
    case .i16x8Mul: "i16x8.mul"
    case .i16x8MinS: "i16x8.min_s"
    case .i16x8MinU: "i16x8.min_u"
    case .i16x8MaxS: "i16x8.max_s"
    case .i16x8MaxU: "i16x8.max_u"
    case .i16x8AvgrU: "i16x8.avgr_u"
    case .i16x8ExtmulLowI8x16S: "i16x8.extmul_low_i8x16_s"
    case .i16x8ExtmulHighI8x16S: "i16x8.extmul_high_i8x16_s"
    case .i16x8ExtmulLowI8x16U: "i16x8.extmul_low_i8x16_u"
    case .i16x8ExtmulHighI8x16U: "i16x8.extmul_high_i8x16_u"
    case .i32x4Abs: "i32x4.abs"
    case .i32x4Neg: "i32x4.neg"
    case .i32x4AllTrue: "i32x4.all_true"
    case .i32x4Bitmask: "i32x4.bitmask"
    case .i32x4ExtendLowI16x8S: "i32x4.extend_low_i16x8_s"
    case .i32x4ExtendHighI16x8S: "i32x4.extend_high_i16x8_s"
    case .i32x4ExtendLowI16x8U: "i32x4.extend_low_i16x8_u"
    case .i32x4ExtendHighI16x8U: "i32x4.extend_high_i16x8_u"
    case .i32x4Shl: "i32x4.shl"
    case .i32x4ShrS: "i32x4.shr_s"
    case .i32x4ShrU: "i32x4.shr_u"
    case .i32x4Add: "i32x4.add"
    case .i32x4Sub: "i32x4.sub"
    case .i32x4Mul: "i32x4.mul"
    case .i32x4MinS: "i32x4.min_s"
    case .i32x4MinU: "i32x4.min_u"
    case .i32x4MaxS: "i32x4.max_s"
    case .i32x4MaxU: "i32x4.max_u"
    case .i32x4DotI16x8S: "i32x4.dot_i16x8_s"
    case .i32x4ExtmulLowI16x8S: "i32x4.extmul_low_i16x8_s"
    case .i32x4ExtmulHighI16x8S: "i32x4.extmul_high_i16x8_s"
    case .i32x4ExtmulLowI16x8U: "i32x4.extmul_low_i16x8_u"
    case .i32x4ExtmulHighI16x8U: "i32x4.extmul_high_i16x8_u"
    case .i64x2Abs: "i64x2.abs"
    case .i64x2Neg: "i64x2.neg"
    case .i64x2AllTrue: "i64x2.all_true"
    case .i64x2Bitmask: "i64x2.bitmask"
    case .i64x2ExtendLowI32x4S: "i64x2.extend_low_i32x4_s"
    case .i64x2ExtendHighI32x4S: "i64x2.extend_high_i32x4_s"
    case .i64x2ExtendLowI32x4U: "i64x2.extend_low_i32x4_u"
    case .i64x2ExtendHighI32x4U: "i64x2.extend_high_i32x4_u"
    case .i64x2Shl: "i64x2.shl"
    case .i64x2ShrS: "i64x2.shr_s"
    case .i64x2ShrU: "i64x2.shr_u"
    case .i64x2Add: "i64x2.add"
    case .i64x2Sub: "i64x2.sub"
    case .i64x2Mul: "i64x2.mul"
    case .i64x2Eq: "i64x2.eq"
    case .i64x2Ne: "i64x2.ne"
    case .i64x2LtS: "i64x2.lt_s"
    case .i64x2GtS: "i64x2.gt_s"
    case .i64x2LeS: "i64x2.le_s"
    case .i64x2GeS: "i64x2.ge_s"
    case .i64x2ExtmulLowI32x4S: "i64x2.extmul_low_i32x4_s"
    case .i64x2ExtmulHighI32x4S: "i64x2.extmul_high_i32x4_s"
    case .i64x2ExtmulLowI32x4U: "i64x2.extmul_low_i32x4_u"
    case .i64x2ExtmulHighI32x4U: "i64x2.extmul_high_i32x4_u"
    case .f32x4Abs: "f32x4.abs"
    case .f32x4Neg: "f32x4.neg"
    case .f32x4Sqrt: "f32x4.sqrt"
    case .f32x4Add: "f32x4.add"
    case .f32x4Sub: "f32x4.sub"
    case .f32x4Mul: "f32x4.mul"
    case .f32x4Div: "f32x4.div"
    case .f32x4Min: "f32x4.min"
    case .f32x4Max: "f32x4.max"
    case .f32x4Pmin: "f32x4.pmin"
    case .f32x4Pmax: "f32x4.pmax"
    case .f64x2Abs: "f64x2.abs"
    case .f64x2Neg: "f64x2.neg"
    case .f64x2Sqrt: "f64x2.sqrt"
    case .f64x2Add: "f64x2.add"
    case .f64x2Sub: "f64x2.sub"
    case .f64x2Mul: "f64x2.mul"
    case .f64x2Div: "f64x2.div"
    case .f64x2Min: "f64x2.min"
    case .f64x2Max: "f64x2.max"
    case .f64x2Pmin: "f64x2.pmin"
    case .f64x2Pmax: "f64x2.pmax"
    case .i32x4TruncSatF32x4S: "i32x4.trunc_sat_f32x4_s"
    case .i32x4TruncSatF32x4U: "i32x4.trunc_sat_f32x4_u"
    case .f32x4ConvertI32x4S: "f32x4.convert_i32x4_s"
    case .f32x4ConvertI32x4U: "f32x4.convert_i32x4_u"
    case .i32x4TruncSatF64x2SZero: "i32x4.trunc_sat_f64x2_s_zero"
    case .i32x4TruncSatF64x2UZero: "i32x4.trunc_sat_f64x2_u_zero"
    case .f64x2ConvertLowI32x4S: "f64x2.convert_low_i32x4_s"
    case .f64x2ConvertLowI32x4U: "f64x2.convert_low_i32x4_u"
    case .i8x16RelaxedSwizzle: "i8x16.relaxed_swizzle"
    case .i32x4RelaxedTruncF32x4S: "i32x4.relaxed_trunc_f32x4_s"
    case .i32x4RelaxedTruncF32x4U: "i32x4.relaxed_trunc_f32x4_u"
    case .i32x4RelaxedTruncF64x2SZero: "i32x4.relaxed_trunc_f64x2_s_zero"
    case .i32x4RelaxedTruncF64x2UZero: "i32x4.relaxed_trunc_f64x2_u_zero"
    case .f32x4RelaxedMadd: "f32x4.relaxed_madd"
    case .f32x4RelaxedNmadd: "f32x4.relaxed_nmadd"
    case .f64x2RelaxedMadd: "f64x2.relaxed_madd"
    case .f64x2RelaxedNmadd: "f64x2.relaxed_nmadd"
    case .i8x16RelaxedLaneselect: "i8x16.relaxed_laneselect"
    case .i16x8RelaxedLaneselect: "i16x8.relaxed_laneselect"
    case .i32x4RelaxedLaneselect: "i32x4.relaxed_laneselect"
    case .i64x2RelaxedLaneselect: "i64x2.relaxed_laneselect"
    case .f32x4RelaxedMin: "f32x4.relaxed_min"
    case .f32x4RelaxedMax: "f32x4.relaxed_max"
    case .f64x2RelaxedMin: "f64x2.relaxed_min"
    case .f64x2RelaxedMax: "f64x2.relaxed_max"
    case .i16x8RelaxedQ15mulrS: "i16x8.relaxed_q15mulr_s"
    case .i16x8RelaxedDotI8x16I7x16S: "i16x8.relaxed_dot_i8x16_i7x16_s"
    case .i32x4RelaxedDotI8x16I7x16AddS: "i32x4.relaxed_dot_i8x16_i7x16_add_s"
    case .memoryAtomicNotify: "memory.atomic.notify"
    case .memoryAtomicWait32: "memory.atomic.wait32"
    case .memoryAtomicWait64: "memory.atomic.wait64"
    case .atomicFence: "atomic.fence"
    case .i32AtomicLoad: "i32.atomic.load"
    case .i64AtomicLoad: "i64.atomic.load"
    case .i32AtomicLoad8U: "i32.atomic.load8_u"
    case .i32AtomicLoad16U: "i32.atomic.load16_u"
    case .i64AtomicLoad8U: "i64.atomic.load8_u"
    case .i64AtomicLoad16U: "i64.atomic.load16_u"
    case .i64AtomicLoad32U: "i64.atomic.load32_u"
    case .i32AtomicStore: "i32.atomic.store"
    case .i64AtomicStore: "i64.atomic.store"
    case .i32AtomicStore8: "i32.atomic.store8"
    case .i32AtomicStore16: "i32.atomic.store16"
    case .i64AtomicStore8: "i64.atomic.store8"
    case .i64AtomicStore16: "i64.atomic.store16"
    case .i64AtomicStore32: "i64.atomic.store32"
    case .i32AtomicRmwAdd: "i32.atomic.rmw.add"
    case .i64AtomicRmwAdd: "i64.atomic.rmw.add"
    case .i32AtomicRmw8AddU: "i32.atomic.rmw8.add_u"
    case .i32AtomicRmw16AddU: "i32.atomic.rmw16.add_u"
    case .i64AtomicRmw8AddU: "i64.atomic.rmw8.add_u"
    case .i64AtomicRmw16AddU: "i64.atomic.rmw16.add_u"
    case .i64AtomicRmw32AddU: "i64.atomic.rmw32.add_u"
    case .i32AtomicRmwSub: "i32.atomic.rmw.sub"
    case .i64AtomicRmwSub: "i64.atomic.rmw.sub"
    case .i32AtomicRmw8SubU: "i32.atomic.rmw8.sub_u"
    case .i32AtomicRmw16SubU: "i32.atomic.rmw16.sub_u"
    case .i64AtomicRmw8SubU: "i64.atomic.rmw8.sub_u"
    case .i64AtomicRmw16SubU: "i64.atomic.rmw16.sub_u"
    case .i64AtomicRmw32SubU: "i64.atomic.rmw32.sub_u"
    case .i32AtomicRmwAnd: "i32.atomic.rmw.and"
    case .i64AtomicRmwAnd: "i64.atomic.rmw.and"
    case .i32AtomicRmw8AndU: "i32.atomic.rmw8.and_u"
    case .i32AtomicRmw16AndU: "i32.atomic.rmw16.and_u"
    case .i64AtomicRmw8AndU: "i64.atomic.rmw8.and_u"
    case .i64AtomicRmw16AndU: "i64.atomic.rmw16.and_u"
    case .i64AtomicRmw32AndU: "i64.atomic.rmw32.and_u"
    case .i32AtomicRmwOr: "i32.atomic.rmw.or"
    case .i64AtomicRmwOr: "i64.atomic.rmw.or"
    case .i32AtomicRmw8OrU: "i32.atomic.rmw8.or_u"
    case .i32AtomicRmw16OrU: "i32.atomic.rmw16.or_u"
    case .i64AtomicRmw8OrU: "i64.atomic.rmw8.or_u"
    case .i64AtomicRmw16OrU: "i64.atomic.rmw16.or_u"
    case .i64AtomicRmw32OrU: "i64.atomic.rmw32.or_u"
    case .i32AtomicRmwXor: "i32.atomic.rmw.xor"
    case .i64AtomicRmwXor: "i64.atomic.rmw.xor"
    case .i32AtomicRmw8XorU: "i32.atomic.rmw8.xor_u"
    case .i32AtomicRmw16XorU: "i32.atomic.rmw16.xor_u"
    case .i64AtomicRmw8XorU: "i64.atomic.rmw8.xor_u"
    case .i64AtomicRmw16XorU: "i64.atomic.rmw16.xor_u"
    case .i64AtomicRmw32XorU: "i64.atomic.rmw32.xor_u"
    case .i32AtomicRmwXchg: "i32.atomic.rmw.xchg"
    case .i64AtomicRmwXchg: "i64.atomic.rmw.xchg"
    case .i32AtomicRmw8XchgU: "i32.atomic.rmw8.xchg_u"
    case .i32AtomicRmw16XchgU: "i32.atomic.rmw16.xchg_u"
    case .i64AtomicRmw8XchgU: "i64.atomic.rmw8.xchg_u"
    case .i64AtomicRmw16XchgU: "i64.atomic.rmw16.xchg_u"
    case .i64AtomicRmw32XchgU: "i64.atomic.rmw32.xchg_u"
    case .i32AtomicRmwCmpxchg: "i32.atomic.rmw.cmpxchg"
    case .i64AtomicRmwCmpxchg: "i64.atomic.rmw.cmpxchg"
    case .i32AtomicRmw8CmpxchgU: "i32.atomic.rmw8.cmpxchg_u"
    case .i32AtomicRmw16CmpxchgU: "i32.atomic.rmw16.cmpxchg_u"
    case .i64AtomicRmw8CmpxchgU: "i64.atomic.rmw8.cmpxchg_u"
    case .i64AtomicRmw16CmpxchgU: "i64.atomic.rmw16.cmpxchg_u"
    case .i64AtomicRmw32CmpxchgU: "i64.atomic.rmw32.cmpxchg_u"
    }
  }

  // Operands in the low three bytes and the result above them: a value type's code, 1 for an address of the memory, 0 for
  // none.

  /// By the number behind the prefix 0xFD; 0 where there is no instruction.
  static let vectorSignatures: [UInt32] = [
    0x7B000001, 0x7B000001, 0x7B000001, 0x7B000001, 0x7B000001, 0x7B000001, 0x7B000001, 0x7B000001,
    0x7B000001, 0x7B000001, 0x7B000001, 0x00007B01, 0x7B000000, 0x7B007B7B, 0x7B007B7B, 0x7B00007F,
    0x7B00007F, 0x7B00007F, 0x7B00007E, 0x7B00007D, 0x7B00007C, 0x7F00007B, 0x7F00007B, 0x7B007F7B,
    0x7F00007B, 0x7F00007B, 0x7B007F7B, 0x7F00007B, 0x7B007F7B, 0x7E00007B, 0x7B007E7B, 0x7D00007B,
    0x7B007D7B, 0x7C00007B, 0x7B007C7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B,
    0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B,
    0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B,
    0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B,
    0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B,
    0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B00007B, 0x7B007B7B, 0x7B007B7B,
    0x7B007B7B, 0x7B007B7B, 0x7B7B7B7B, 0x7F00007B, 0x7B007B01, 0x7B007B01, 0x7B007B01, 0x7B007B01,
    0x00007B01, 0x00007B01, 0x00007B01, 0x00007B01, 0x7B000001, 0x7B000001, 0x7B00007B, 0x7B00007B,
    0x7B00007B, 0x7B00007B, 0x7B00007B, 0x7F00007B, 0x7F00007B, 0x7B007B7B, 0x7B007B7B, 0x7B00007B,
    0x7B00007B, 0x7B00007B, 0x7B00007B, 0x7B007F7B, 0x7B007F7B, 0x7B007F7B, 0x7B007B7B, 0x7B007B7B,
    0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B00007B, 0x7B00007B, 0x7B007B7B, 0x7B007B7B,
    0x7B007B7B, 0x7B007B7B, 0x7B00007B, 0x7B007B7B, 0x7B00007B, 0x7B00007B, 0x7B00007B, 0x7B00007B,
    0x7B00007B, 0x7B00007B, 0x7B007B7B, 0x7F00007B, 0x7F00007B, 0x7B007B7B, 0x7B007B7B, 0x7B00007B,
    0x7B00007B, 0x7B00007B, 0x7B00007B, 0x7B007F7B, 0x7B007F7B, 0x7B007F7B, 0x7B007B7B, 0x7B007B7B,
    0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B00007B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B,
    0x7B007B7B, 0x7B007B7B, 0x00000000, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B,
    0x7B00007B, 0x7B00007B, 0x00000000, 0x7F00007B, 0x7F00007B, 0x00000000, 0x00000000, 0x7B00007B,
    0x7B00007B, 0x7B00007B, 0x7B00007B, 0x7B007F7B, 0x7B007F7B, 0x7B007F7B, 0x7B007B7B, 0x00000000,
    0x00000000, 0x7B007B7B, 0x00000000, 0x00000000, 0x00000000, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B,
    0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x00000000, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B,
    0x7B00007B, 0x7B00007B, 0x00000000, 0x7F00007B, 0x7F00007B, 0x00000000, 0x00000000, 0x7B00007B,
    0x7B00007B, 0x7B00007B, 0x7B00007B, 0x7B007F7B, 0x7B007F7B, 0x7B007F7B, 0x7B007B7B, 0x00000000,
    0x00000000, 0x7B007B7B, 0x00000000, 0x00000000, 0x00000000, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B,
    0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B,
    0x7B00007B, 0x7B00007B, 0x00000000, 0x7B00007B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B,
    0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B00007B, 0x7B00007B, 0x00000000, 0x7B00007B,
    0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B,
    0x7B00007B, 0x7B00007B, 0x7B00007B, 0x7B00007B, 0x7B00007B, 0x7B00007B, 0x7B00007B, 0x7B00007B,
    0x7B007B7B, 0x7B00007B, 0x7B00007B, 0x7B00007B, 0x7B00007B, 0x7B7B7B7B, 0x7B7B7B7B, 0x7B7B7B7B,
    0x7B7B7B7B, 0x7B7B7B7B, 0x7B7B7B7B, 0x7B7B7B7B, 0x7B7B7B7B, 0x7B007B7B, 0x7B007B7B, 0x7B007B7B,
    0x7B007B7B, 0x7B007B7B, 0x7B007B7B, 0x7B7B7B7B,
  ]

  /// By the number behind the prefix 0xFE; 0 where there is none, and for `atomic.fence`.
  static let atomicSignatures: [UInt32] = [
    0x7F007F01, 0x7F7E7F01, 0x7F7E7E01, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000,
    0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000,
    0x7F000001, 0x7E000001, 0x7F000001, 0x7F000001, 0x7E000001, 0x7E000001, 0x7E000001, 0x00007F01,
    0x00007E01, 0x00007F01, 0x00007F01, 0x00007E01, 0x00007E01, 0x00007E01, 0x7F007F01, 0x7E007E01,
    0x7F007F01, 0x7F007F01, 0x7E007E01, 0x7E007E01, 0x7E007E01, 0x7F007F01, 0x7E007E01, 0x7F007F01,
    0x7F007F01, 0x7E007E01, 0x7E007E01, 0x7E007E01, 0x7F007F01, 0x7E007E01, 0x7F007F01, 0x7F007F01,
    0x7E007E01, 0x7E007E01, 0x7E007E01, 0x7F007F01, 0x7E007E01, 0x7F007F01, 0x7F007F01, 0x7E007E01,
    0x7E007E01, 0x7E007E01, 0x7F007F01, 0x7E007E01, 0x7F007F01, 0x7F007F01, 0x7E007E01, 0x7E007E01,
    0x7E007E01, 0x7F007F01, 0x7E007E01, 0x7F007F01, 0x7F007F01, 0x7E007E01, 0x7E007E01, 0x7E007E01,
    0x7F7F7F01, 0x7E7E7E01, 0x7F7F7F01, 0x7F7F7F01, 0x7E7E7E01, 0x7E7E7E01, 0x7E7E7E01,
  ]
}
