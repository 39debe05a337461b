/// Gives equal byte strings equal small numbers, so that names are compared and stored as numbers.

/// A set of byte strings, numbered in the order of their arrival.
///
/// Lookups take expected constant time also for names chosen by an attacker: the hash is keyed at random.
struct SymbolTable {
  /// Open addressing: 0 is a free slot, else a symbol's number plus one. The count is a power of two.
  private var slots: [UInt32]
  /// Where each symbol's bytes begin in `bytes`; they end where the next begins.
  private var starts: [Int] = [0]
  private var hashes: [UInt64] = []
  private var bytes: [UInt8] = []
  private let key: UInt64

  init() {
    slots = Array(repeating: 0, count: 64)
    var hasher = Hasher()
    hasher.combine(0)
    key = UInt64(truncatingIfNeeded: hasher.finalize())
  }

  var count: Int { hashes.count }

  /// The bytes of a symbol.
  func contents(_ symbol: UInt32) -> ArraySlice<UInt8> {
    bytes[starts[Int(symbol)]..<starts[Int(symbol) + 1]]
  }

  /// The number of a byte string, if it is in the set.
  func find(_ source: [UInt8], _ range: Range<Int>) -> UInt32? {
    let slot = slots[findSlot(source, range, hash: hash(source, range))]
    return slot == 0 ? nil : slot - 1
  }

  /// The number of a byte string, which is added if it is new.
  mutating func intern(_ source: [UInt8], _ range: Range<Int>) -> UInt32 {
    let hash = hash(source, range)
    let slot = findSlot(source, range, hash: hash)
    if slots[slot] != 0 { return slots[slot] - 1 }
    let symbol = UInt32(hashes.count)
    slots[slot] = symbol + 1
    hashes.append(hash)
    bytes.append(contentsOf: source[range])
    starts.append(bytes.count)
    if hashes.count * 2 > slots.count { grow() }
    return symbol
  }

  private mutating func grow() {
    slots = Array(repeating: 0, count: slots.count * 2)
    for (symbol, hash) in hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(symbol) + 1
    }
  }

  private func findSlot(_ source: [UInt8], _ range: Range<Int>, hash: UInt64) -> Int {
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let symbol = Int(slots[slot] - 1)
      if hashes[symbol] == hash, equals(symbol, source, range) { break }
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  private func equals(_ symbol: Int, _ source: [UInt8], _ range: Range<Int>) -> Bool {
    let start = starts[symbol]
    guard starts[symbol + 1] - start == range.count else { return false }
    for offset in 0..<range.count where bytes[start + offset] != source[range.lowerBound + offset] { return false }
    return true
  }

  /// Folds eight bytes at a time with the key by a full 64 x 64 bit multiplication.
  private func hash(_ source: [UInt8], _ range: Range<Int>) -> UInt64 {
    var state = key ^ UInt64(range.count)
    var word: UInt64 = 0
    var bits: UInt64 = 0
    for position in range {
      word |= UInt64(source[position]) << bits
      bits += 8
      if bits == 64 {
        state = fold(state ^ word)
        word = 0
        bits = 0
      }
    }
    return fold(fold(state ^ word))
  }

  private func fold(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: key | 0x9E37_79B9_0000_0001)
    return product.high ^ product.low ^ key
  }
}
