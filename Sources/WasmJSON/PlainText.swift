/// The search that reading and writing of strings have in common, eight bytes at a time.

extension UnsafeBufferPointer<UInt8> {
  /// The position of the first byte from `start` on that ends a string, begins an escape, or must be escaped: a quote, a
  /// backslash, or a control character below U+0020; `count` if there is none.
  ///
  /// - Parameter bits: takes in the bytes passed over. One of them is not ASCII if any byte's highest bit is set in it;
  ///   its other bits have no meaning.
  @inline(__always)
  func endOfPlainText(from start: Int, _ bits: inout UInt64) -> Int {
    guard let base = UnsafeRawPointer(baseAddress) else { return start }
    var index = start
    // No position is near the end of the address space: nothing here can overflow.
    while count &- index >= 8 {
      let word = UInt64(littleEndian: (base + index).loadUnaligned(as: UInt64.self))
      let marks = specialBytes(word)
      guard marks == 0 else {
        // The bits below the mark are the bytes that are passed over, and of the marked one those that do not count.
        bits |= word & ((marks & (0 &- marks)) &- 1)
        return index &+ marks.trailingZeroBitCount / 8
      }
      bits |= word
      index &+= 8
    }
    while index < count {
      let byte = self[index]
      if byte < 0x20 || byte == ASCII.quote || byte == ASCII.backslash { return index }
      bits |= UInt64(byte)
      index &+= 1
    }
    return index
  }
}

/// The highest bit of each byte.
let highestBits: UInt64 = 0x8080_8080_8080_8080

/// Marks the quotes, the backslashes and the control characters among eight bytes by their highest bits. The lowest mark
/// is exact; a borrow from it may have marked bytes behind it that are none.
@inline(__always)
private func specialBytes(_ word: UInt64) -> UInt64 {
  let each: UInt64 = 0x0101_0101_0101_0101
  let quotes = word ^ (each &* UInt64(ASCII.quote))
  let backslashes = word ^ (each &* UInt64(ASCII.backslash))
  // `(x - n) & ~x` has the highest bit set where x < n.
  let isQuote = (quotes &- each) & ~quotes
  let isBackslash = (backslashes &- each) & ~backslashes
  let isControl = (word &- each &* 0x20) & ~word
  return (isQuote | isBackslash | isControl) & highestBits
}
