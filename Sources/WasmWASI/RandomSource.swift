/// Random bytes: the kernel's, or those that a seed determines.

import CLinux

struct RandomSource {
  private var generator: Xoshiro256?

  init(_ randomness: SystemInterfaceConfiguration.Randomness) {
    if case .seeded(let seed) = randomness { generator = Xoshiro256(seed: seed) }
  }

  mutating func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(ErrorNumber) {
    guard var generator else {
      try ErrorNumber.check(clinux_random_bytes(buffer.baseAddress, buffer.count))
      return
    }
    // Each request starts with a new word, so that what it gets depends on the requests before it and not on their ends.
    var offset = 0
    while buffer.count - offset >= 8 {
      buffer.storeBytes(of: generator.next().littleEndian, toByteOffset: offset, as: UInt64.self)
      offset += 8
    }
    if offset < buffer.count {
      withUnsafeBytes(of: generator.next().littleEndian) { word in
        UnsafeMutableRawBufferPointer(rebasing: buffer[offset...]).copyBytes(from: word.prefix(buffer.count - offset))
      }
    }
    self.generator = generator
  }
}

/// xoshiro256** 1.0 of Blackman and Vigna, its state filled by splitmix64 as they advise.
struct Xoshiro256 {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  init(seed: UInt64) {
    var seed = seed
    func word() -> UInt64 {
      seed &+= 0x9E37_79B9_7F4A_7C15
      var value = seed
      value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
      value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
      return value ^ (value >> 31)
    }
    state = (word(), word(), word(), word())
  }

  mutating func next() -> UInt64 {
    func rotated(_ value: UInt64, by count: UInt64) -> UInt64 { (value << count) | (value >> (64 - count)) }
    let result = rotated(state.1 &* 5, by: 7) &* 9
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = rotated(state.3, by: 45)
    return result
  }
}
