/// Linear memories: exact mappings that grow by remapping and count against one budget.
public import WasmBinary

internal import CWasmInterpreter

/// What all memories of a store may use together, in bytes.
final class MemoryBudget {
  var limit: UInt64
  private(set) var used: UInt64 = 0
  /// The largest sum since `resetPeak`.
  private(set) var peak: UInt64 = 0
  /// What the last refused growth asked for.
  var refused: UInt64?

  init(limit: UInt64) { self.limit = limit }

  /// Whether `more` bytes fit; they are taken if so.
  func take(_ more: UInt64) -> Bool {
    guard more <= limit, used <= limit - more else { return false }
    used += more
    peak = max(peak, used)
    return true
  }

  func give(_ bytes: UInt64) { used -= min(bytes, used) }
  func resetPeak() { peak = used }
}

/// A linear memory (Core 3.0, section 4.2.8).
public final class MemoryInstance {
  public let type: MemoryType
  let region: UnsafeMutablePointer<hw_region>
  private let budget: MemoryBudget

  init(type: MemoryType, budget: MemoryBudget) throws(LinkError) {
    self.type = type
    self.budget = budget
    region = .allocate(capacity: 1)
    region.initialize(to: hw_region(base: nil, size: 0))
    let (bytes, overflow) = type.limits.minimum.multipliedReportingOverflow(by: MemoryType.pageSize)
    guard !overflow, resize(to: bytes) else {
      // Every property is set, so `deinit` runs and frees the region.
      throw .resourceLimit(
        "the module needs a memory of \(type.limits.minimum) pages of 64 KiB; the limit for all memories together is \(budget.limit)"
      )
    }
  }

  deinit {
    budget.give(region.pointee.size)
    _ = hw_region_resize(region, 0)
    region.deallocate()
  }

  /// Size in bytes.
  public var byteCount: Int { Int(region.pointee.size) }
  /// Size in pages of 65,536 bytes.
  public var pages: UInt64 { region.pointee.size / MemoryType.pageSize }

  /// Grows by `delta` pages and returns the size before; nil if the type's maximum, the store's budget or the kernel
  /// refuses. A refusal is remembered (`Trap.refusedMemory`).
  public func grow(pages delta: UInt64) -> UInt64? {
    let before = pages
    // What can be mapped is far less than what the type allows.
    let bound: UInt64 = type.limits.is64Bit ? 1 << 47 : 65_536
    guard delta <= bound, before <= bound else {
      budget.refused = UInt64.max
      return nil
    }
    let (wanted, overflow) = (before + delta).multipliedReportingOverflow(by: MemoryType.pageSize)
    guard !overflow, before + delta <= min(type.limits.maximum ?? bound, bound), resize(to: wanted) else {
      budget.refused = wanted
      return nil
    }
    return before
  }

  /// Back to the initial size, all zero.
  public func reset() {
    // Cannot fail: it only shrinks, or stays.
    _ = resize(to: type.limits.minimum * MemoryType.pageSize)
    hw_region_clear(region)
  }

  private func resize(to bytes: UInt64) -> Bool {
    let before = region.pointee.size
    if bytes > before {
      guard budget.take(bytes - before) else { return false }
      guard hw_region_resize(region, bytes) == 0 else {
        budget.give(bytes - before)
        return false
      }
    } else if bytes < before {
      guard hw_region_resize(region, bytes) == 0 else { return false }
      budget.give(before - bytes)
    }
    return true
  }

  /// The bytes, valid until the memory grows or is reset.
  public func withUnsafeBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
    try body(UnsafeRawBufferPointer(start: region.pointee.base, count: byteCount))
  }

  /// The bytes for writing, valid until the memory grows or is reset.
  public func withUnsafeMutableBytes<R, E: Error>(
    _ body: (UnsafeMutableRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    try body(UnsafeMutableRawBufferPointer(start: region.pointee.base, count: byteCount))
  }

  /// A copy of `count` bytes from `address`; nil if they are not all inside the memory.
  public func read(at address: UInt64, count: Int) -> [UInt8]? {
    guard count >= 0, contains(address, count: UInt64(count)) else { return nil }
    return withUnsafeBytes { Array(UnsafeRawBufferPointer(rebasing: $0[Int(address)..<Int(address) + count])) }
  }

  /// Writes `bytes` at `address`; false, with nothing written, if they do not all fit.
  public func write(_ bytes: some Collection<UInt8>, at address: UInt64) -> Bool {
    guard contains(address, count: UInt64(bytes.count)) else { return false }
    withUnsafeMutableBytes { memory in
      let target = UnsafeMutableRawBufferPointer(rebasing: memory[Int(address)..<Int(address) + bytes.count])
      target.copyBytes(from: bytes)
    }
    return true
  }

  /// Like the function for any collection, without its cost for short arrays.
  public func write(_ bytes: [UInt8], at address: UInt64) -> Bool {
    guard contains(address, count: UInt64(bytes.count)) else { return false }
    guard let memory = region.pointee.base, !bytes.isEmpty else { return true }
    bytes.withUnsafeBytes { source in
      UnsafeMutableRawBufferPointer(start: memory + Int(address), count: source.count).copyMemory(from: source)
    }
    return true
  }

  func contains(_ address: UInt64, count: UInt64) -> Bool {
    let size = region.pointee.size
    return count <= size && address <= size - count
  }
}
