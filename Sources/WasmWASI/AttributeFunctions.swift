/// Sizes, times and other attributes of open files, and what makes them durable.

extension SystemInterface {
  static let attributeFunctions: [Definition] = [
    Definition("fd_advise", "iIIi") { (call, system) throws(ErrorNumber) in
      _ = try system.descriptors[call.u32(0)].file(for: .fdAdvise, stream: .spipe)
      // Six kinds of advice, all of them not taken.
      guard call.u32(3) < 6, call.u64(1) <= Int64.max, call.u64(2) <= Int64.max else { throw .inval }
    },
    Definition("fd_allocate", "iII") { (call, system) throws(ErrorNumber) in
      let descriptor = try system.descriptors[call.u32(0)]
      let file = try descriptor.file(for: .fdAllocate, stream: .spipe)
      guard descriptor.rights.contains(.fdWrite) else { throw .badf }
      guard call.u64(1) <= Int64.max, call.u64(2) <= Int64.max, call.u64(2) > 0 else { throw .inval }
      try file.allocate(call.u64(1), call.u64(2))
    },
    Definition("fd_datasync", "i") { (call, system) throws(ErrorNumber) in
      try system.descriptors[call.u32(0)].synchronize(dataOnly: true, .fdDatasync)
    },
    Definition("fd_sync", "i") { (call, system) throws(ErrorNumber) in
      try system.descriptors[call.u32(0)].synchronize(dataOnly: false, .fdSync)
    },
    Definition("fd_filestat_get", "ii") { (call, system) throws(ErrorNumber) in
      let descriptor = try system.descriptors[call.u32(0)]
      guard descriptor.rights.contains(.fdFilestatGet) else { throw .notcapable }
      _ = try call.memory.buffer(call.u32(1), 64)
      try call.memory.store(try descriptor.status(), at: call.u32(1))
    },
    Definition("fd_filestat_set_size", "iI") { (call, system) throws(ErrorNumber) in
      let descriptor = try system.descriptors[call.u32(0)]
      let file = try descriptor.file(for: .fdFilestatSetSize)
      guard descriptor.rights.contains(.fdWrite) else { throw .badf }
      guard call.u64(1) <= Int64.max else { throw .inval }
      try file.setSize(call.u64(1))
    },
    Definition("fd_filestat_set_times", "iIIi") { (call, system) throws(ErrorNumber) in
      let descriptor = try system.descriptors[call.u32(0)]
      let times = try TimeChanges(access: call.u64(1), modification: call.u64(2), flags: call.u32(3))
      guard descriptor.rights.contains(.fdFilestatSetTimes) else { throw .notcapable }
      guard descriptor.isWritable else { throw .perm }
      switch descriptor.kind {
      case .file(let file): try file.setTimes(access: times.access, modification: times.modification)
      case .directory(let directory):
        try directory.setTimes(access: times.access, modification: times.modification)
      case .input, .output: throw .badf
      }
    },
  ]
}

extension Descriptor {
  fileprivate func synchronize(dataOnly: Bool, _ right: Rights) throws(ErrorNumber) {
    guard rights.contains(right) || type == .unknown else { throw .notcapable }
    // Nothing was written through a read-only mount, so that nothing has to be made durable.
    guard isWritable else { return }
    switch kind {
    case .file(let file): try file.synchronize(dataOnly: dataOnly)
    case .directory(let directory): try directory.synchronize(dataOnly: dataOnly)
    case .input, .output: throw .badf
    }
  }
}

/// The times and flags of `fd_filestat_set_times` and `path_filestat_set_times`.
struct TimeChanges {
  let access: TimeChange
  let modification: TimeChange

  /// - Throws: `inval` for an unknown flag, or a time that is to be both the present and another.
  init(access: UInt64, modification: UInt64, flags: UInt32) throws(ErrorNumber) {
    guard flags < 16, flags & 3 != 3, flags & 12 != 12 else { throw .inval }
    self.access = flags & 1 != 0 ? .at(access) : flags & 2 != 0 ? .now : .keep
    self.modification = flags & 4 != 0 ? .at(modification) : flags & 8 != 0 ? .now : .keep
  }
}

extension GuestMemory {
  /// Writes a `filestat`.
  func store(_ status: FileStatus, at address: UInt32) throws(ErrorNumber) {
    try store(repeatElement(0, count: 64), at: address)
    try store(status.device, at: address)
    try store(status.inode, at: address + 8)
    try store(status.type.rawValue, at: address + 16)
    try store(status.links, at: address + 24)
    try store(status.size, at: address + 32)
    try store(status.accessTime, at: address + 40)
    try store(status.modificationTime, at: address + 48)
    try store(status.changeTime, at: address + 56)
  }
}
