// SHA-256 (FIPS 180-4), one shot. It names modules by content: the host hashes its own bytes, so nothing here is
// a secret and nothing has to run in constant time. docs/decisions/0002-sha256.md says why it is our own.

enum SHA256 {
  /// The 32 bytes of the digest of `bytes`.
  static func digest(of bytes: [UInt8]) -> [UInt8] {
    bytes.withUnsafeBytes { digest(of: $0) }
  }

  /// The digest of `bytes` as 64 lowercase hexadecimal digits.
  static func hexDigest(of bytes: [UInt8]) -> String {
    hexadecimal(digest(of: bytes))
  }

  static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits: [UInt8] = Array("0123456789abcdef".utf8)
    return String(unsafeUninitializedCapacity: bytes.count * 2) { buffer in
      for (index, byte) in bytes.enumerated() {
        buffer[2 * index] = digits[Int(byte >> 4)]
        buffer[2 * index + 1] = digits[Int(byte & 15)]
      }
      return bytes.count * 2
    }
  }

  static func digest(of bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var state = State()
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
      roundConstants.withUnsafeBufferPointer { constants in
        guard let words = schedule.baseAddress, let table = constants.baseAddress else { return }
        let whole = bytes.count / 64 * 64
        if let base = bytes.baseAddress {
          for offset in stride(from: 0, to: whole, by: 64) {
            state.absorb(base + offset, schedule: words, constants: table)
          }
        }
        // The tail: what is left, the bit 1, zeros, and the length in bits as 64 big-endian bits.
        withUnsafeTemporaryAllocation(byteCount: 128, alignment: 8) { tail in
          guard let block = tail.baseAddress else { return }
          let left = bytes.count - whole
          let blocks = left < 56 ? 1 : 2
          tail.initializeMemory(as: UInt8.self, repeating: 0)
          if let base = bytes.baseAddress { block.copyMemory(from: base + whole, byteCount: left) }
          tail[left] = 0x80
          let bits = UInt64(bytes.count) &* 8
          block.storeBytes(of: bits.bigEndian, toByteOffset: blocks * 64 - 8, as: UInt64.self)
          for index in 0..<blocks {
            state.absorb(block + index * 64, schedule: words, constants: table)
          }
        }
      }
    }
    return state.bytes
  }

  private struct State {
    var h0: UInt32 = 0x6a09_e667
    var h1: UInt32 = 0xbb67_ae85
    var h2: UInt32 = 0x3c6e_f372
    var h3: UInt32 = 0xa54f_f53a
    var h4: UInt32 = 0x510e_527f
    var h5: UInt32 = 0x9b05_688c
    var h6: UInt32 = 0x1f83_d9ab
    var h7: UInt32 = 0x5be0_cd19

    var bytes: [UInt8] {
      var result: [UInt8] = []
      result.reserveCapacity(32)
      for word in [h0, h1, h2, h3, h4, h5, h6, h7] {
        result.append(UInt8(truncatingIfNeeded: word >> 24))
        result.append(UInt8(truncatingIfNeeded: word >> 16))
        result.append(UInt8(truncatingIfNeeded: word >> 8))
        result.append(UInt8(truncatingIfNeeded: word))
      }
      return result
    }

    /// Section 6.2.2, with eight rounds per turn so that the working variables change names instead of places.
    mutating func absorb(
      _ block: UnsafeRawPointer, schedule w: UnsafeMutablePointer<UInt32>, constants k: UnsafePointer<UInt32>
    ) {
      for t in 0..<16 {
        w[t] = UInt32(bigEndian: block.loadUnaligned(fromByteOffset: t * 4, as: UInt32.self))
      }
      for t in 16..<64 {
        let x = w[t - 15]
        let y = w[t - 2]
        let s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >> 3)
        let s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >> 10)
        w[t] = w[t - 16] &+ s0 &+ w[t - 7] &+ s1
      }
      var (a, b, c, d, e, f, g, h) = (h0, h1, h2, h3, h4, h5, h6, h7)
      var t = 0
      while t < 64 {
        round(a, b, c, &d, e, f, g, &h, k[t] &+ w[t])
        round(h, a, b, &c, d, e, f, &g, k[t + 1] &+ w[t + 1])
        round(g, h, a, &b, c, d, e, &f, k[t + 2] &+ w[t + 2])
        round(f, g, h, &a, b, c, d, &e, k[t + 3] &+ w[t + 3])
        round(e, f, g, &h, a, b, c, &d, k[t + 4] &+ w[t + 4])
        round(d, e, f, &g, h, a, b, &c, k[t + 5] &+ w[t + 5])
        round(c, d, e, &f, g, h, a, &b, k[t + 6] &+ w[t + 6])
        round(b, c, d, &e, f, g, h, &a, k[t + 7] &+ w[t + 7])
        t += 8
      }
      h0 &+= a
      h1 &+= b
      h2 &+= c
      h3 &+= d
      h4 &+= e
      h5 &+= f
      h6 &+= g
      h7 &+= h
    }
  }
}

@inline(__always)
private func rotate(_ x: UInt32, _ count: UInt32) -> UInt32 {
  (x &>> count) | (x &<< (32 &- count))
}

@inline(__always)
private func round(
  _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32, _ g: UInt32, _ h: inout UInt32,
  _ input: UInt32
) {
  let s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
  let choice = g ^ (e & (f ^ g))
  let t1 = h &+ s1 &+ choice &+ input
  let s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
  let majority = (a & b) | (c & (a | b))
  d = d &+ t1
  h = t1 &+ s0 &+ majority
}

/// Section 4.2.2: the first 32 bits of the fractional parts of the cube roots of the first 64 primes.
private let roundConstants: [UInt32] = [
  0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
  0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
  0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
  0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
  0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
  0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
  0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
  0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
]
