/// The contents of a file in memory.

/// Bytes that a file system's files and links may take together.
final class StorageBudget {
  private let limit: UInt64
  private var used: UInt64 = 0
  /// Names in directories: a bound for what costs memory without having contents.
  private let maximumEntries: Int
  private var entries = 0

  init(limit: UInt64) {
    self.limit = limit
    maximumEntries = 4096 + Int(min(limit / 512, 1 << 30))
  }

  var maximumFileSize: UInt64 { limit }
  var available: UInt64 { limit - used }

  func take(_ count: UInt64) throws(ErrorNumber) {
    guard count <= available else { throw .nospc }
    used += count
  }

  func give(_ count: UInt64) { used -= min(used, count) }

  func takeEntry() throws(ErrorNumber) {
    guard entries < maximumEntries else { throw .nospc }
    entries += 1
  }

  func giveEntry() { entries -= 1 }
}

/// A file's bytes in chunks: growing copies nothing, and a hole takes no memory.
///
/// A chunk holds the bytes from its start that were written; what it lacks up to the file's size is zero.
struct ChunkedContents {
  static let chunkSize = 16 << 10

  private(set) var size: UInt64 = 0
  /// Slices, so that contents from outside are shared with their owner until they are written to.
  private var chunks: [Int: ArraySlice<UInt8>] = [:]
  /// What the chunks take of the budget.
  private(set) var stored: UInt64 = 0

  /// - Throws: `nospc`.
  init(_ bytes: [UInt8], _ budget: StorageBudget) throws(ErrorNumber) {
    try budget.take(UInt64(bytes.count))
    size = UInt64(bytes.count)
    stored = size
    for start in stride(from: 0, to: bytes.count, by: Self.chunkSize) {
      chunks[start / Self.chunkSize] = bytes[start..<min(start + Self.chunkSize, bytes.count)]
    }
  }

  init() {}

  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) -> Int {
    guard offset < size else { return 0 }
    let count = Int(min(size - offset, UInt64(buffer.count)))
    var done = 0
    while done < count {
      let position = Int(offset) + done
      let inside = position % Self.chunkSize
      let step = min(Self.chunkSize - inside, count - done)
      let target = UnsafeMutableRawBufferPointer(rebasing: buffer[done..<done + step])
      let chunk = chunks[position / Self.chunkSize]?.dropFirst(inside).prefix(step) ?? []
      target.copyBytes(from: chunk)
      if chunk.count < step {
        UnsafeMutableRawBufferPointer(rebasing: target[chunk.count...]).initializeMemory(as: UInt8.self, repeating: 0)
      }
      done += step
    }
    return count
  }

  /// Writes as much as there is room for.
  /// - Throws: `nospc` if that is nothing.
  mutating func write(
    _ buffer: UnsafeRawBufferPointer, at offset: UInt64, _ budget: StorageBudget
  ) throws(ErrorNumber) -> Int {
    guard !buffer.isEmpty else { return 0 }
    guard offset < budget.maximumFileSize else { throw .nospc }
    let count = Int(min(UInt64(buffer.count), budget.maximumFileSize - offset))
    var done = 0
    while done < count {
      let position = Int(offset) + done
      let inside = position % Self.chunkSize
      let wanted = min(Self.chunkSize - inside, count - done)
      let index = position / Self.chunkSize
      let present = chunks[index]?.count ?? 0
      let growth = min(UInt64(max(0, inside + wanted - present)), budget.available)
      let step = min(wanted, present + Int(growth) - inside)
      guard step > 0 else { break }
      let source = UnsafeRawBufferPointer(rebasing: buffer[done..<done + step])
      try budget.take(growth)
      stored += growth
      Self.store(source, at: inside, in: &chunks[index, default: []])
      done += step
    }
    guard done > 0 else { throw .nospc }
    size = max(size, offset + UInt64(done))
    return done
  }

  private static func store(_ source: UnsafeRawBufferPointer, at offset: Int, in chunk: inout ArraySlice<UInt8>) {
    if chunk.count < offset { chunk.append(contentsOf: repeatElement(0, count: offset - chunk.count)) }
    let over = min(source.count, chunk.count - offset)
    if over > 0 {
      chunk.withUnsafeMutableBytes {
        UnsafeMutableRawBufferPointer(rebasing: $0[offset..<offset + over])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: source.prefix(over)))
      }
    }
    chunk.append(contentsOf: UnsafeRawBufferPointer(rebasing: source.dropFirst(over)))
  }

  /// Cuts the end off, or adds a hole.
  mutating func setSize(_ newSize: UInt64, _ budget: StorageBudget) throws(ErrorNumber) {
    guard newSize <= max(size, budget.maximumFileSize) else { throw .nospc }
    defer { size = newSize }
    guard newSize < size else { return }
    let kept = Int(newSize)
    let first = kept / Self.chunkSize
    let last = Int((size - 1) / UInt64(Self.chunkSize))
    // Whichever is shorter: the range, which may be a hole, or what is stored.
    let indices = last - first < chunks.count ? Array(first...last) : chunks.keys.filter { $0 >= first }
    for index in indices {
      guard let present = chunks[index]?.count else { continue }
      let rest = max(0, kept - index * Self.chunkSize)
      guard rest < present else { continue }
      if rest == 0 { chunks[index] = nil } else { chunks[index]?.removeLast(present - rest) }
      stored -= UInt64(present - rest)
      budget.give(UInt64(present - rest))
    }
  }

  /// Fills holes with zeros, so that later writes find room.
  /// - Throws: `nospc`, with nothing changed.
  mutating func allocate(_ offset: UInt64, _ length: UInt64, _ budget: StorageBudget) throws(ErrorNumber) {
    let (end, isTooLarge) = offset.addingReportingOverflow(length)
    guard !isTooLarge, end <= Int64.max else { throw .fbig }
    guard end <= budget.maximumFileSize, length > 0 else { throw .nospc }
    let indices = Int(offset) / Self.chunkSize...Int(end - 1) / Self.chunkSize
    func missing(_ index: Int) -> Int {
      let wanted = min(Self.chunkSize, Int(end) - index * Self.chunkSize)
      return max(0, wanted - (chunks[index]?.count ?? 0))
    }
    let growth = indices.reduce(UInt64(0)) { $0 + UInt64(missing($1)) }
    try budget.take(growth)
    stored += growth
    for index in indices {
      let count = missing(index)
      if count > 0 { chunks[index, default: []].append(contentsOf: repeatElement(0, count: count)) }
    }
    size = max(size, end)
  }

  /// All bytes, holes as zeros.
  var bytes: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
      count = read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
    }
  }
}
