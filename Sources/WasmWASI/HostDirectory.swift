/// A directory of the host. The kernel resolves every path beneath it (openat2(2), RESOLVE_BENEATH).
///
/// An operation on a name opens the directory that holds it and acts on the one component that is left, which none of
/// these system calls follows if it is a symbolic link.

import CLinux

final class HostDirectory: OpenDirectory {
  /// O_PATH, or a mount's descriptor: enough to resolve from.
  private let descriptor: HostDescriptor
  private let clocks: Clocks

  init(_ descriptor: HostDescriptor, _ clocks: Clocks) {
    self.descriptor = descriptor
    self.clocks = clocks
  }

  // MARK: the directory itself

  func status() throws(ErrorNumber) -> FileStatus { try descriptor.status() }

  func setTimes(access: TimeChange, modification: TimeChange) throws(ErrorNumber) {
    try descriptor.setTimes(access, modification, clocks)
  }

  func synchronize(dataOnly: Bool) throws(ErrorNumber) {
    let opened = try openForReading()
    try ErrorNumber.check(clinux_synchronize_file(opened.number, dataOnly ? 1 : 0))
  }

  func list(limit: Int) throws(ErrorNumber) -> DirectoryListing {
    let opened = try openForReading()
    var listing = DirectoryListing()
    var block = [UInt8](repeating: 0, count: 32 << 10)
    while true {
      let count = Int(try ErrorNumber.check(clinux_read_directory(opened.number, &block, block.count)))
      guard count > 0 else { return listing }
      block.withUnsafeBytes { Self.append(UnsafeRawBufferPointer(rebasing: $0.prefix(count)), to: &listing) }
      guard listing.byteCount <= limit else { throw .nomem }
    }
  }

  private static func append(_ block: UnsafeRawBufferPointer, to listing: inout DirectoryListing) {
    var entry = clinux_directory_entry()
    var offset = 0
    while true {
      offset = Int(clinux_directory_entry(block.baseAddress, block.count, offset, &entry))
      guard offset > 0 else { return }
      let name = UnsafeRawBufferPointer(start: entry.name, count: entry.name_length)
      if name.elementsEqual([UInt8(ascii: ".")]) || name.elementsEqual([UInt8(ascii: "."), UInt8(ascii: ".")]) {
        continue
      }
      listing.append(inode: entry.inode, type: FileType(linux: entry.type), name: name)
    }
  }

  private func openForReading() throws(ErrorNumber) -> HostDescriptor {
    try descriptor.open([UInt8(ascii: ".")], CLINUX_OPEN_READ, CLINUX_OPEN_DIRECTORY)
  }

  func close() { descriptor.close() }

  // MARK: paths

  func open(_ path: GuestPath, follow: Bool, _ options: OpenOptions) throws(ErrorNumber) -> OpenedNode {
    if options.flags.isSuperset(of: [.create, .exclusive]) {
      return try openFile(path, follow: false, options)
    }
    let found: HostDescriptor
    do throws(ErrorNumber) {
      found = try look(at: path, follow: follow)
    } catch {
      guard error == .noent, options.flags.contains(.create) else { throw error }
      return try openFile(path, follow: follow, options)
    }
    switch try found.status().type {
    case .directory:
      guard options.flags.isDisjoint(with: [.create, .truncate]), !options.writes else { throw .isdir }
      return .directory(HostDirectory(found, clocks))
    case .symbolicLink: throw options.flags.contains(.directory) ? .notdir : .loop
    case .regularFile:
      guard !options.flags.contains(.directory) else { throw .notdir }
      return try openFile(path, follow: follow, options)
    // Opening a device can act on it, and a FIFO or a socket leads to another process.
    default: throw .perm
    }
  }

  /// Opens a regular file, or makes it.
  private func openFile(_ path: GuestPath, follow: Bool, _ options: OpenOptions) throws(ErrorNumber) -> OpenedNode {
    let truncates = options.flags.contains(.truncate)
    var flags: UInt32 = 0
    func add(_ flag: clinux_open_flag, if condition: Bool) { if condition { flags |= UInt32(flag.rawValue) } }
    // A descriptor without either right is one for reading that is not read from.
    add(CLINUX_OPEN_READ, if: options.reads || !options.writes)
    add(CLINUX_OPEN_WRITE, if: options.writes || truncates)
    add(CLINUX_OPEN_NO_FOLLOW, if: !follow)
    add(CLINUX_OPEN_CREATE, if: options.flags.contains(.create))
    add(CLINUX_OPEN_EXCLUSIVE, if: options.flags.contains(.exclusive) && options.flags.contains(.create))
    add(CLINUX_OPEN_DATA_SYNC, if: options.synchronizing.contains(.dataSync))
    add(CLINUX_OPEN_SYNC, if: !options.synchronizing.isDisjoint(with: [.sync, .readSync]))
    let opened = try descriptor.open(path.bytes, clinux_open_flag(rawValue: flags))
    // What was looked at may have been replaced since.
    guard try opened.status().type == .regularFile else { throw .perm }
    if truncates { try ErrorNumber.check(clinux_set_file_size(opened.number, 0)) }
    return .file(HostFile(opened, clocks))
  }

  /// Resolves a path without opening what it names.
  private func look(at path: GuestPath, follow: Bool) throws(ErrorNumber) -> HostDescriptor {
    follow
      ? try descriptor.open(path.bytes, CLINUX_OPEN_PATH)
      : try descriptor.open(path.bytes, CLINUX_OPEN_PATH, CLINUX_OPEN_NO_FOLLOW)
  }

  func status(of path: GuestPath, follow: Bool) throws(ErrorNumber) -> FileStatus {
    try look(at: path, follow: follow).status()
  }

  func setTimes(
    of path: GuestPath, follow: Bool, access: TimeChange, modification: TimeChange
  ) throws(ErrorNumber) {
    let found = try look(at: path, follow: follow)
    do throws(ErrorNumber) {
      try found.setTimes(access, modification, clocks)
    } catch {
      // A confined worker on a kernel that cannot seal: it takes a descriptor of the file itself, which a symbolic link
      // cannot have.
      guard error == .notsup else { throw error }
      switch try found.status().type {
      case .directory, .regularFile:
        try descriptor.open(path.bytes, CLINUX_OPEN_READ, CLINUX_OPEN_NO_FOLLOW).setTimes(access, modification, clocks)
      default: throw .notsup
      }
    }
  }

  func readLink(_ path: GuestPath) throws(ErrorNumber) -> [UInt8] {
    let link = try look(at: path, follow: false)
    guard try link.status().type == .symbolicLink else { throw .inval }
    var target = [UInt8](repeating: 0, count: GuestPath.maximumLength + 1)
    let count = target.withUnsafeMutableBytes {
      clinux_read_link(link.number, $0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count)
    }
    target.removeSubrange(Int(try ErrorNumber.check(count))...)
    // Where in the host it points to is not the guest's business.
    guard target.first != UInt8(ascii: "/") else { throw .perm }
    return target
  }

  // MARK: names

  /// The directory that holds the path's last component.
  private func parent(of path: GuestPath) throws(ErrorNumber) -> HostDescriptor {
    path.parent.isEmpty ? descriptor : try descriptor.open(path.parent, CLINUX_OPEN_PATH, CLINUX_OPEN_DIRECTORY)
  }

  func createDirectory(_ path: GuestPath) throws(ErrorNumber) {
    let parent = try parent(of: path)
    try ErrorNumber.check(withPath(path.name) { clinux_make_directory(parent.number, $0) })
  }

  func removeDirectory(_ path: GuestPath) throws(ErrorNumber) {
    let parent = try parent(of: path)
    try ErrorNumber.check(withPath(path.name) { clinux_unlink(parent.number, $0, 1) })
  }

  func unlink(_ path: GuestPath) throws(ErrorNumber) {
    let parent = try parent(of: path)
    try ErrorNumber.check(withPath(path.name) { clinux_unlink(parent.number, $0, 0) })
  }

  func makeSymbolicLink(_ path: GuestPath, target: [UInt8]) throws(ErrorNumber) {
    let parent = try parent(of: path)
    try ErrorNumber.check(
      withPath(path.name) { name in withPath(target) { clinux_make_symbolic_link($0, parent.number, name) } })
  }

  func link(_ path: GuestPath, to directory: any OpenDirectory, _ newPath: GuestPath) throws(ErrorNumber) {
    guard let directory = directory as? HostDirectory else { throw .xdev }
    let parent = try parent(of: path)
    let newParent = try directory.parent(of: newPath)
    if path.hasTrailingSlash {
      // The kernel would follow a symbolic link here. Only a directory may be named so, and it cannot be linked.
      guard try look(at: path, follow: false).status().type == .directory else { throw .notdir }
      throw .perm
    }
    try ErrorNumber.check(
      withPath(path.name) { name in
        withPath(newPath.name) { clinux_link(parent.number, name, newParent.number, $0) }
      })
  }

  func rename(_ path: GuestPath, to directory: any OpenDirectory, _ newPath: GuestPath) throws(ErrorNumber) {
    guard let directory = directory as? HostDirectory else { throw .xdev }
    let parent = try parent(of: path)
    let newParent = try directory.parent(of: newPath)
    try ErrorNumber.check(
      withPath(path.name) { name in
        withPath(newPath.name) { clinux_rename(parent.number, name, newParent.number, $0) }
      })
  }
}
