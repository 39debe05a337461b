/// The immediates of vector instructions (Core 3.0, section 6.5.7 "Vector Instructions").

import WasmBinary

extension ModuleParser {
  /// A lane's index, which is a byte in the binary format.
  mutating func expectLane() throws(SyntaxError) -> UInt8 {
    let token = current
    guard current.kind == .number, let magnitude = parseUnsigned(source, current.range) else {
      throw unexpected("the index of a lane")
    }
    guard case .value(let value) = magnitude, let lane = UInt8(exactly: value) else {
      throw SyntaxError("malformed lane index: \(excerpt(token)) is not below 256", at: token.start)
    }
    try advance()
    return lane
  }

  /// An optional memory index, the memory argument, and a lane: with one number in front of the argument it is the memory's
  /// only if another number comes behind.
  mutating func parseMemoryArgumentAndLane(naturalAlignment: UInt32) throws(SyntaxError) {
    let next = try peek()
    let hasMemory = current.isIdentifier || current.kind == .number && (next.kind == .number || isMemoryArgument(next))
    try parseMemoryArgument(naturalAlignment: naturalAlignment, mayNameMemory: hasMemory)
    pending.append(try expectLane())
  }

  private func isMemoryArgument(_ token: Token) -> Bool {
    guard token.kind == .keyword else { return false }
    let word = source[token.range]
    return word.starts(with: "offset=".utf8) || word.starts(with: "align=".utf8)
  }

  /// `i32x4 1 2 3 4` and the like: the lanes' literals.
  mutating func parseVector() throws(SyntaxError) {
    guard case .word(let shape) = current.meaning else { throw unexpected("the shape of the vector, as i32x4") }
    let (count, width, format): (Int, UInt64, FloatFormat?)
    switch shape {
    case .i8x16: (count, width, format) = (16, 8, nil)
    case .i16x8: (count, width, format) = (8, 16, nil)
    case .i32x4: (count, width, format) = (4, 32, nil)
    case .i64x2: (count, width, format) = (2, 64, nil)
    case .f32x4: (count, width, format) = (4, 32, .f32)
    case .f64x2: (count, width, format) = (2, 64, .f64)
    default: throw unexpected("the shape of the vector, as i32x4")
    }
    try advance()
    for _ in 0..<count {
      let bits = try expectLiteral("a lane literal") { source, range in
        guard let format else { return parseInteger(source, range, width: width) }
        return parseFloat(source, range, format: format)
      }
      for shift in stride(from: 0, to: width, by: 8) { pending.append(UInt8(truncatingIfNeeded: bits >> shift)) }
    }
  }
}
