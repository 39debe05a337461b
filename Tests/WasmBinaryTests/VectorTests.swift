/// The rules of vector instructions.
import Testing
import WasmBinary

@Suite("Vector instructions")
struct VectorTests {
  private static let zero: [UInt8] = [0xFD, 0x0C] + Array(repeating: 0, count: 16)

  private static func constant(_ type: ValueType) -> [UInt8] {
    switch type {
    case .i32: [0x41, 0]
    case .i64: [0x42, 0]
    case .f32: [0x43, 0, 0, 0, 0]
    case .f64: [0x44, 0, 0, 0, 0, 0, 0, 0, 0]
    default: zero
    }
  }

  private static func code(_ opcode: Opcode, lane: UInt8 = 0) -> [UInt8] {
    var writer = ByteWriter()
    writer.appendOpcode(opcode)
    switch opcode.immediate {
    case .memoryArgument: return writer.bytes + [0, 0]
    case .memoryArgumentAndLane: return writer.bytes + [0, 0, lane]
    case .lane: return writer.bytes + [lane]
    case .lanes: return writer.bytes + Array(repeating: lane, count: 16)
    case .v128: return writer.bytes + Array(repeating: 0, count: 16)
    default: return writer.bytes
    }
  }

  private static let all = Opcode.all.filter { $0.feature == .simd || $0.feature == .relaxedSIMD }

  @Test("every vector instruction takes and gives what its signature says, and nothing else")
  func signatures() throws {
    for opcode in Self.all {
      let signature = try #require(opcode.vectorSignature)
      let operands = signature.operands.flatMap(Self.constant)
      let results = signature.result.map { [UInt8($0.raw)] } ?? []
      let instruction = Self.code(opcode)
      #expect(loadError(richModule(operands + instruction, results: results)) == nil, "\(opcode.name)")
      for index in signature.operands.indices {
        var wrong = signature.operands
        wrong[index] = wrong[index] == .v128 ? .i64 : .v128
        let error = loadError(richModule(wrong.flatMap(Self.constant) + instruction, results: results))
        #expect(error?.kind == .invalid, "\(opcode.name), operand \(index)")
      }
      let missing = signature.operands.dropFirst().flatMap(Self.constant) + instruction
      if !signature.operands.isEmpty {
        #expect(loadError(richModule(missing, results: results))?.kind == .invalid, "\(opcode.name)")
      }
      // What never runs may find operands of any type.
      #expect(loadError(richModule([0x00] + instruction, results: results)) == nil, "\(opcode.name)")
      for count in 1..<instruction.count {
        // Cut off: the body's end stands where an immediate should.
        let cut = richModule(operands + instruction.prefix(count), results: results)
        #expect(loadError(cut) != nil, "\(opcode.name), \(count) bytes")
      }
    }
  }

  @Test("a lane must be one that the vector has")
  func lanes() throws {
    var checked = 0
    for opcode in Self.all {
      let count: UInt8
      switch opcode.immediate {
      case .lane(let lanes): count = lanes
      case .lanes: count = 32
      case .memoryArgumentAndLane(let alignment): count = 16 >> UInt8(alignment)
      default: continue
      }
      let signature = try #require(opcode.vectorSignature)
      let operands = signature.operands.flatMap(Self.constant)
      let results = signature.result.map { [UInt8($0.raw)] } ?? []
      #expect(loadError(richModule(operands + Self.code(opcode, lane: count - 1), results: results)) == nil)
      for lane in [count, 0x7F, 0xFF] {
        let error = loadError(richModule(operands + Self.code(opcode, lane: lane), results: results))
        #expect(error?.kind == .invalid, "\(opcode.name), lane \(lane)")
        #expect(error?.message.contains("invalid lane index") == true)
      }
      checked += 1
    }
    #expect(checked == 23)
  }

  @Test("an access accepts its natural alignment and nothing above")
  func alignment() throws {
    for opcode in Self.all {
      let natural: UInt32
      switch opcode.immediate {
      case .memoryArgument(let alignment), .memoryArgumentAndLane(let alignment): natural = alignment
      default: continue
      }
      let signature = try #require(opcode.vectorSignature)
      let operands = signature.operands.flatMap(Self.constant)
      let results = signature.result.map { [UInt8($0.raw)] } ?? []
      for alignment in 0...5 {
        var writer = ByteWriter()
        writer.appendOpcode(opcode)
        let lane: [UInt8] = if case .memoryArgumentAndLane = opcode.immediate { [0] } else { [] }
        let code = operands + writer.bytes + [UInt8(alignment), 0] + lane
        let error = loadError(richModule(code, results: results))
        if alignment <= natural {
          #expect(error == nil, "\(opcode.name)")
        } else {
          #expect(error?.kind == .invalid, "\(opcode.name)")
        }
      }
    }
  }

  @Test("v128.const is a constant expression, other vector instructions are not")
  func constantExpressions() {
    #expect(loadError(module([6, 22, 1, 0x7B, 0] + Self.zero + [0x0B])) == nil)
    let sum = Self.zero + Self.zero + [0xFD, 0xAE, 1]
    let error = loadError(module([6, UInt8(4 + sum.count), 1, 0x7B, 0] + sum + [0x0B]))
    #expect(error?.kind == .invalid)
    #expect(error?.message.contains("constant expression required") == true)
    #expect(loadError(module([6, 22, 1, 0x7E, 0] + Self.zero + [0x0B]))?.kind == .invalid)
    #expect(loadError(module([6, 15, 1, 0x7B, 0] + Self.zero.prefix(11)))?.kind == .malformed)
  }
}
