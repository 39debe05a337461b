/// Descriptors themselves: closing, renumbering, rights and flags, offsets, mounts.

extension SystemInterface {
  static let descriptorFunctions: [Definition] = [
    Definition("fd_close", "i") { (call, system) throws(ErrorNumber) in
      system.close(try system.descriptors.remove(call.u32(0)))
    },
    Definition("fd_renumber", "ii") { (call, system) throws(ErrorNumber) in
      if let replaced = try system.descriptors.move(call.u32(0), to: call.u32(1)) { system.close(replaced) }
    },
    Definition("fd_fdstat_get", "ii") { (call, system) throws(ErrorNumber) in
      let descriptor = try system.descriptors[call.u32(0)]
      let address = call.u32(1)
      try call.memory.store(repeatElement(0, count: 24), at: address)
      try call.memory.store(descriptor.type.rawValue, at: address)
      try call.memory.store(descriptor.flags.rawValue, at: address + 2)
      try call.memory.store(descriptor.rights.rawValue, at: address + 8)
      try call.memory.store(descriptor.inheriting.rawValue, at: address + 16)
    },
    Definition("fd_fdstat_set_flags", "ii") { (call, system) throws(ErrorNumber) in
      let descriptor = try system.descriptors[call.u32(0)]
      let flags = try DescriptorFlags(call.u32(1), within: .all)
      _ = try descriptor.file(for: .fdFdstatSetFlags)
      // How a file is synchronised is settled when it is opened.
      let changed = flags.symmetricDifference(descriptor.flags)
      guard changed.isDisjoint(with: .synchronizing) else { throw .inval }
      descriptor.flags = flags
    },
    Definition("fd_fdstat_set_rights", "iII") { (call, system) throws(ErrorNumber) in
      let descriptor = try system.descriptors[call.u32(0)]
      let rights = Rights(rawValue: call.u64(1))
      let inheriting = Rights(rawValue: call.u64(2))
      // Rights can be given up and not be won.
      guard rights.isSubset(of: descriptor.rights), inheriting.isSubset(of: descriptor.inheriting) else {
        throw .notcapable
      }
      descriptor.rights = rights
      descriptor.inheriting = inheriting
    },
    Definition("fd_prestat_get", "ii") { (call, system) throws(ErrorNumber) in
      guard let path = try system.descriptors[call.u32(0)].mountPath else { throw .badf }
      // Tag 0: a directory.
      try call.memory.store(UInt64(path.count) << 32, at: call.u32(1))
    },
    Definition("fd_prestat_dir_name", "iii") { (call, system) throws(ErrorNumber) in
      guard let path = try system.descriptors[call.u32(0)].mountPath else { throw .notdir }
      guard path.count <= call.u32(2) else { throw .nametoolong }
      try call.memory.store(path, at: call.u32(1))
    },
    Definition("fd_seek", "iIii") { (call, system) throws(ErrorNumber) in
      try system.seek(
        call, try system.descriptors[call.u32(0)], by: Int64(bitPattern: call.u64(1)), whence: call.u32(2))
    },
    Definition("fd_tell", "ii") { (call, system) throws(ErrorNumber) in
      let descriptor = try system.descriptors[call.u32(0)]
      _ = try descriptor.file(for: .fdTell, stream: .spipe)
      try call.memory.store(descriptor.position, at: call.u32(1))
    },
  ]

  private func seek(
    _ call: GuestCall, _ descriptor: Descriptor, by offset: Int64, whence: UInt32
  ) throws(ErrorNumber) {
    // `whence`: 0 the start, 1 the present offset, 2 the end. Asking where one is needs only the right to know.
    let right: Rights = whence == 1 && offset == 0 && descriptor.rights.contains(.fdTell) ? .fdTell : .fdSeek
    let file = try descriptor.file(for: right, stream: .spipe)
    _ = try call.memory.buffer(call.u32(3), 8)
    let base: UInt64 =
      switch whence {
      case 0: 0
      case 1: descriptor.position
      case 2: try file.status().size
      default: throw .inval
      }
    let (position, isOutOfRange) = Int64(clamping: base).addingReportingOverflow(offset)
    guard !isOutOfRange, position >= 0 else { throw .inval }
    descriptor.position = UInt64(position)
    try call.memory.store(descriptor.position, at: call.u32(3))
  }
}
