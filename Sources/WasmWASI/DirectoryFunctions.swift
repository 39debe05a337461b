/// Reading directories.

extension SystemInterface {
  static let directoryFunctions: [Definition] = [
    Definition("fd_readdir", "iiiIi") { (call, system) throws(ErrorNumber) in try system.readDirectory(call) }
  ]

  /// `dirent` without the name.
  private static let entrySize = 24

  /// A cookie is the number of entries before it, `.` and `..` first. The entries are those of the moment at which
  /// cookie 0 was last read; a cookie behind the last one finds nothing.
  private func readDirectory(_ call: GuestCall) throws(ErrorNumber) {
    let descriptor = try descriptors[call.u32(0)]
    let directory = try descriptor.directory(for: .fdReaddir)
    let buffer = try call.memory.buffer(call.u32(1), UInt64(call.u32(2)))
    _ = try call.memory.buffer(call.u32(4), 4)
    let cookie = call.u64(3)
    if cookie == 0 || descriptor.listing == nil {
      setListing(nil, of: descriptor)
      setListing(try directory.list(limit: listingBudget), of: descriptor)
    }
    var filled = 0
    if let listing = descriptor.listing, cookie < UInt64(listing.entries.count) + 2 {
      let dots: [ArraySlice<UInt8>] = [[UInt8(ascii: ".")], [UInt8(ascii: "."), UInt8(ascii: ".")]]
      let own = cookie < 2 ? try directory.status().inode : 0
      for index in Int(cookie)..<(listing.entries.count + 2) where filled < buffer.count {
        if index < 2 {
          // The parent may be out of the guest's sight: its number is not told.
          Self.append(own, .directory, dots[index], next: index + 1, to: buffer, &filled)
        } else {
          let entry = listing.entries[index - 2]
          Self.append(entry.inode, entry.type, listing.name(of: entry), next: index + 1, to: buffer, &filled)
        }
      }
    }
    try call.memory.store(UInt32(truncatingIfNeeded: filled), at: call.u32(4))
  }

  /// Writes an entry, or as much of it as fits: that is how a guest learns that there are more.
  private static func append(
    _ inode: UInt64, _ type: FileType, _ name: ArraySlice<UInt8>, next: Int,
    to buffer: UnsafeMutableRawBufferPointer, _ filled: inout Int
  ) {
    func put(_ bytes: some Collection<UInt8>) {
      let part = bytes.prefix(buffer.count - filled)
      guard !part.isEmpty else { return }
      UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).copyBytes(from: part)
      filled += part.count
    }
    withUnsafeTemporaryAllocation(byteCount: entrySize, alignment: 8) { header in
      header.initializeMemory(as: UInt8.self, repeating: 0)
      header.storeBytes(of: UInt64(next).littleEndian, toByteOffset: 0, as: UInt64.self)
      header.storeBytes(of: inode.littleEndian, toByteOffset: 8, as: UInt64.self)
      header.storeBytes(of: UInt32(name.count).littleEndian, toByteOffset: 16, as: UInt32.self)
      header.storeBytes(of: type.rawValue, toByteOffset: 20, as: UInt8.self)
      put(header)
    }
    put(name)
  }
}
