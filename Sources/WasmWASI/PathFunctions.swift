/// Opening paths, and asking about what they lead to.

extension SystemInterface {
  static let pathFunctions: [Definition] = [
    Definition("path_open", "iiiiiIIii") { (call, system) throws(ErrorNumber) in try system.open(call) },
    Definition("path_filestat_get", "iiiii") { (call, system) throws(ErrorNumber) in
      let directory = try system.descriptors[call.u32(0)].directory(for: .pathFilestatGet)
      let follow = try followsLinks(call.u32(1))
      let path = try call.path(2)
      _ = try call.memory.buffer(call.u32(4), 64)
      try call.memory.store(try directory.status(of: path, follow: follow), at: call.u32(4))
    },
    Definition("path_filestat_set_times", "iiiiIIi") { (call, system) throws(ErrorNumber) in
      let times = try TimeChanges(access: call.u64(4), modification: call.u64(5), flags: call.u32(6))
      let directory = try system.descriptors[call.u32(0)].writableDirectory(for: .pathFilestatSetTimes)
      try directory.setTimes(
        of: try call.path(2), follow: try followsLinks(call.u32(1)), access: times.access,
        modification: times.modification)
    },
    Definition("path_readlink", "iiiiii") { (call, system) throws(ErrorNumber) in
      let directory = try system.descriptors[call.u32(0)].directory(for: .pathReadlink)
      let path = try call.path(1)
      let buffer = try call.memory.buffer(call.u32(3), UInt64(call.u32(4)))
      _ = try call.memory.buffer(call.u32(5), 4)
      let target = try directory.readLink(path).prefix(buffer.count)
      buffer.copyBytes(from: target)
      try call.memory.store(UInt32(truncatingIfNeeded: target.count), at: call.u32(5))
    },
  ]

  /// `lookupflags`.
  private static func followsLinks(_ flags: UInt32) throws(ErrorNumber) -> Bool {
    guard flags <= 1 else { throw .inval }
    return flags == 1
  }

  /// Of the rights that are asked for, only reading and writing count, as in wasmtime: libraries ask for too many or too
  /// few of the others. A descriptor gets all others that its directory can hand on.
  private func open(_ call: GuestCall) throws(ErrorNumber) {
    let parent = try descriptors[call.u32(0)]
    let directory = try parent.directory(for: .pathOpen)
    let follow = try Self.followsLinks(call.u32(1))
    let path = try call.path(2)
    let flags = try OpenFlags(call.u32(4), within: .all)
    let wanted = Rights(rawValue: call.u64(5)).intersection(parent.inheriting)
    let descriptorFlags = try DescriptorFlags(call.u32(7), within: .all)
    _ = try call.memory.buffer(call.u32(8), 4)
    guard !flags.isSuperset(of: [.create, .directory]) else { throw .inval }
    if flags.contains(.create), !parent.rights.contains(.pathCreateFile) { throw .notcapable }
    if flags.contains(.truncate), !parent.rights.contains(.pathFilestatSetSize) { throw .notcapable }
    let changes = !flags.isDisjoint(with: [.create, .truncate]) || wanted.contains(.fdWrite)
    guard parent.isWritable || !changes else { throw .perm }
    try descriptors.requireRoom()

    let options = OpenOptions(
      flags: flags, reads: wanted.contains(.fdRead), writes: wanted.contains(.fdWrite),
      synchronizing: descriptorFlags.intersection(.synchronizing))
    let opened: Descriptor
    switch try directory.open(path, follow: follow, options) {
    case .file(let file):
      let unasked = Rights([.fdRead, .fdWrite]).subtracting(wanted)
      opened = Descriptor(
        .file(file), rights: Rights.file.intersection(parent.inheriting).subtracting(unasked),
        isWritable: parent.isWritable)
      opened.flags = descriptorFlags
    case .directory(let directory):
      opened = Descriptor(
        .directory(directory), rights: Rights.directory.intersection(parent.inheriting),
        inheriting: parent.inheriting, isWritable: parent.isWritable)
    }
    try call.memory.store(try descriptors.add(opened), at: call.u32(8))
  }
}
