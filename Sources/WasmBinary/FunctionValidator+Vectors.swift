/// The rules of vector instructions (Core 3.0, sections 3.4.2 and 3.4.9): the prefix 0xFD.

/// What follows a vector instruction's number, in one byte.
struct VectorImmediate {
  private let raw: UInt8

  static let none = VectorImmediate(raw: 0)
  static let constant = VectorImmediate(raw: 1)
  static let shuffle = VectorImmediate(raw: 2)
  private static let access: UInt8 = 0x40
  private static let lane: UInt8 = 0x20

  private init(raw: UInt8) { self.raw = raw }

  private init(_ kind: ImmediateKind) {
    switch kind {
    case .v128: self = .constant
    case .lanes: self = .shuffle
    case .lane(let count): raw = Self.lane | count
    case .memoryArgument(let alignment): raw = Self.access | UInt8(alignment)
    case .memoryArgumentAndLane(let alignment): raw = Self.access | Self.lane | UInt8(alignment)
    default: self = .none
    }
  }

  @inline(__always)
  var isNone: Bool { raw == 0 }
  @inline(__always)
  var isConstant: Bool { raw == 1 }
  @inline(__always)
  var isShuffle: Bool { raw == 2 }
  @inline(__always)
  var isAccess: Bool { raw & Self.access != 0 }
  @inline(__always)
  var hasLane: Bool { raw & Self.lane != 0 }
  /// Of an access: the base-2 logarithm of its size in bytes.
  @inline(__always)
  var naturalAlignment: UInt32 { UInt32(raw & 0x1F) }
  /// How many lanes there are.
  @inline(__always)
  var laneCount: UInt8 { isAccess ? 16 >> (raw & 0x1F) : raw & 0x1F }

  static let byNumber: [VectorImmediate] = {
    var table = [VectorImmediate](repeating: .none, count: Opcode.vectorSignatures.count)
    for opcode in Opcode.all where opcode.code >> 16 == 0xFD {
      table[Int(opcode.code & 0xFFFF)] = VectorImmediate(opcode.immediate)
    }
    return table
  }()
}

extension FunctionValidator {
  /// An instruction behind the prefix 0xFD.
  mutating func validateVector() throws(ModuleError) {
    let start = reader.position
    let number = Int(try reader.u32())
    guard number < vectorSignatures.count, vectorSignatures[number] != 0 else {
      reader.position = start
      throw reader.refusedInstruction(0xFD, at: instructionStart, constant: false)
    }
    try gate.require(
      number < 0x100 ? .simd : .relaxedSIMD, "a vector instruction", reader, at: instructionStart)
    let immediate = vectorImmediates[number]
    var address: UInt32 = 0
    if !immediate.isNone {
      if immediate.isAccess {
        address = try readMemoryArgument(naturalAlignment: immediate.naturalAlignment)
      } else if immediate.isConstant {
        try reader.skip(16)
      } else if immediate.isShuffle {
        for _ in 0..<16 { try readLane(below: 32) }
      }
      if immediate.hasLane { try readLane(below: immediate.laneCount) }
    }
    let signature = vectorSignatures[number]
    // The last operand is on top; 1 stands for an address.
    for shift: UInt32 in [16, 8, 0] {
      let operand = signature >> shift & 0xFF
      if operand != 0 { try pop(operand == 1 ? address : operand) }
    }
    if signature >> 24 != 0 { try push(signature >> 24) }
  }

  private mutating func readLane(below count: UInt8) throws(ModuleError) {
    let lane = try reader.byte()
    guard lane < count else {
      throw invalid("invalid lane index: \(lane), where there are \(count) lanes")
    }
  }
}
