/// The allocator behind `env.alloc` and `env.free`, and behind strings and documents passed to a guest that exports
/// no allocator.

/// Hands out blocks of a guest's memory: first from addresses known to be free, then from pages that it grows, which
/// belong to nobody else. One arena serves one execution.
///
/// The bookkeeping lies in the worker, not in the guest's memory, so a guest cannot corrupt it; `maximumBlocks` bounds
/// it. Freed blocks are reused for requests of the same size class (multiples of 16 bytes up to 1 KiB, powers of two
/// up to 64 KiB, then multiples of 64 KiB), which makes both operations take constant time whatever the guest does.
struct GuestArena {
  /// Every block starts at a multiple of this.
  static let alignment: UInt64 = 16
  /// How many blocks an execution may have obtained from fresh addresses; reusing freed ones does not count.
  static let maximumBlocks = 262_144

  static func roundUp(_ address: UInt64) -> UInt64 { (address + alignment - 1) & ~(alignment - 1) }

  /// Fresh addresses, still to be handed out.
  private var fresh: Range<UInt64>
  /// Whether the block for texts at 0x2000 is free.
  private var isTextBlockFree: Bool
  /// The size of each block in use, by address.
  private var used: [UInt64: UInt64] = [:]
  /// Addresses of freed blocks by size.
  private var freed: [UInt64: [UInt64]] = [:]
  private var blockCount = 0

  init(_ layout: GuestLayout) {
    fresh = layout.freeAddresses
    isTextBlockFree = layout.isTextAddressFree
  }

  /// The address of a block of at least `size` bytes, or nil if there is no room.
  ///
  /// - Parameters:
  ///   - memoryBytes: the memory's size now.
  ///   - grow: grows the memory by a number of pages; returns its former size in pages, or nil if refused.
  mutating func allocate(_ size: UInt64, grow: (UInt64) -> UInt64?) -> UInt64? {
    guard size <= UInt64(UInt32.max) else { return nil }
    let size = Self.blockSize(size)
    if let address = freed[size]?.popLast() {
      used[address] = size
      return address
    }
    guard blockCount < Self.maximumBlocks else { return nil }
    if UInt64(fresh.count) < size {
      let missing = size - UInt64(fresh.count)
      let isExtensible = !fresh.isEmpty
      let pages = ((isExtensible ? missing : size) + 65_535) / 65_536
      guard let formerPages = grow(pages) else { return nil }
      let start = formerPages * 65_536
      let end = start + pages * 65_536
      if isExtensible, fresh.upperBound == start {
        fresh = fresh.lowerBound..<end
      } else {
        fresh = start..<end
        // The guest grew the memory in between, so the old rest does not extend: ask for the whole.
        if UInt64(fresh.count) < size {
          let morePages = (size - UInt64(fresh.count) + 65_535) / 65_536
          guard let next = grow(morePages), next * 65_536 == end else { return nil }
          fresh = start..<(end + morePages * 65_536)
        }
      }
    }
    let address = fresh.lowerBound
    fresh = (address + size)..<fresh.upperBound
    used[address] = size
    blockCount += 1
    return address
  }

  /// The address of a block for a text that `json_stringify` hands out: 0x2000 as in the original runtime when that
  /// is free and the text fits, else any block.
  mutating func allocateText(_ size: UInt64, grow: (UInt64) -> UInt64?) -> UInt64? {
    if isTextBlockFree, size <= GuestLayout.arenaAddress - GuestLayout.textAddress {
      isTextBlockFree = false
      used[GuestLayout.textAddress] = 0
      return GuestLayout.textAddress
    }
    return allocate(size, grow: grow)
  }

  /// Gives a block back. Addresses that are not of a block in use are ignored, as `free` of the original did.
  mutating func release(_ address: UInt64) {
    guard let size = used.removeValue(forKey: address) else { return }
    if address == GuestLayout.textAddress, size == 0 {
      isTextBlockFree = true
    } else {
      freed[size, default: []].append(address)
    }
  }

  private static func blockSize(_ size: UInt64) -> UInt64 {
    if size <= 1_024 { return max(alignment, roundUp(size)) }
    if size > 65_536 { return (size + 65_535) & ~65_535 }
    var power: UInt64 = 2_048
    while power < size { power *= 2 }
    return power
  }
}
