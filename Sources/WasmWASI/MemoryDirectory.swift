/// An open directory in memory, with the behaviour that a directory of a Linux host has.

final class MemoryDirectory: OpenDirectory {
  private let fileSystem: MemoryFileSystem
  private let node: MemoryNode
  private let device: UInt64

  init(_ fileSystem: MemoryFileSystem, _ node: MemoryNode, device: UInt64) {
    self.fileSystem = fileSystem
    self.node = node
    self.device = device
  }

  // MARK: the directory itself

  func status() throws(ErrorNumber) -> FileStatus { node.status(device: device) }

  func setTimes(access: TimeChange, modification: TimeChange) throws(ErrorNumber) {
    node.setTimes(access, modification, now: fileSystem.now)
  }

  func synchronize(dataOnly: Bool) throws(ErrorNumber) {}

  func list(limit: Int) throws(ErrorNumber) -> DirectoryListing {
    var listing = DirectoryListing()
    for (name, child) in node.entries.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      listing.append(inode: child.inode, type: child.type, name: name)
      guard listing.byteCount <= limit else { throw .nomem }
    }
    return listing
  }

  func close() {}

  // MARK: resolution

  /// Where a path leads.
  private struct Place {
    var directory: MemoryNode
    /// Nil for a path that ends in `.` or `..`.
    var name: [UInt8]?
    /// Nil if nothing has that name.
    var node: MemoryNode?
    /// The path, or the symbolic link that it ends in, has a slash at its end.
    var isDirectoryName: Bool

    func existing() throws(ErrorNumber) -> MemoryNode {
      guard let node else { throw .noent }
      guard !isDirectoryName || node.isDirectory else { throw .notdir }
      return node
    }
  }

  /// Linux's limit.
  private static let maximumLinks = 40
  private static let dot = [UInt8(ascii: ".")][...]
  private static let dots = [UInt8(ascii: "."), UInt8(ascii: ".")][...]

  private static func components(_ path: [UInt8]) -> [ArraySlice<UInt8>] { path.split(separator: UInt8(ascii: "/")) }

  /// Follows a path from this directory, which it cannot leave.
  private func resolve(_ path: [UInt8], follow: Bool) throws(ErrorNumber) -> Place {
    var directories = [node]
    var waiting = Array(Self.components(path).reversed())
    var isDirectoryName = path.last == UInt8(ascii: "/")
    var links = 0
    while let component = waiting.popLast() {
      let isLast = waiting.isEmpty
      let directory = directories[directories.count - 1]
      if component == Self.dot { continue }
      if component == Self.dots {
        guard directories.count > 1 else { throw .perm }
        directories.removeLast()
        continue
      }
      guard component.count <= GuestPath.maximumComponentLength else { throw .nametoolong }
      let name = Array(component)
      guard let child = directory.entries[name] else {
        guard isLast else { throw .noent }
        return Place(directory: directory, name: name, node: nil, isDirectoryName: isDirectoryName)
      }
      if child.kind == .symbolicLink, !isLast || follow || isDirectoryName {
        links += 1
        guard links <= Self.maximumLinks else { throw .loop }
        guard child.target.first != UInt8(ascii: "/") else { throw .perm }
        if isLast, child.target.last == UInt8(ascii: "/") { isDirectoryName = true }
        waiting.append(contentsOf: Self.components(child.target).reversed())
        continue
      }
      if isLast { return Place(directory: directory, name: name, node: child, isDirectoryName: isDirectoryName) }
      guard child.isDirectory else { throw .notdir }
      directories.append(child)
    }
    let last = directories[directories.count - 1]
    return Place(directory: last, name: nil, node: last, isDirectoryName: true)
  }

  /// The place of a path's last component, which is not followed.
  private func place(of path: GuestPath) throws(ErrorNumber) -> Place {
    let directory = path.parent.isEmpty ? node : try resolve(path.parent, follow: true).existing()
    guard directory.isDirectory else { throw .notdir }
    guard path.last.count <= GuestPath.maximumComponentLength else { throw .nametoolong }
    return Place(
      directory: directory, name: path.last, node: directory.entries[path.last],
      isDirectoryName: path.hasTrailingSlash)
  }

  // MARK: paths

  func open(_ path: GuestPath, follow: Bool, _ options: OpenOptions) throws(ErrorNumber) -> OpenedNode {
    let creates = options.flags.contains(.create)
    let isExclusive = creates && options.flags.contains(.exclusive)
    let place = try resolve(path.bytes, follow: follow && !isExclusive)
    guard let found = place.node else {
      guard creates else { throw .noent }
      guard !place.isDirectoryName, let name = place.name else { throw .isdir }
      let file = try fileSystem.make(.file)
      try add(file, as: name, to: place.directory)
      return .file(MemoryFile(fileSystem, file, device: device))
    }
    guard !isExclusive else { throw .exist }
    switch found.kind {
    case .symbolicLink: throw options.flags.contains(.directory) ? .notdir : .loop
    case .directory:
      guard !creates, !options.flags.contains(.truncate), !options.writes else { throw .isdir }
      return .directory(MemoryDirectory(fileSystem, found, device: device))
    case .file:
      guard !place.isDirectoryName, !options.flags.contains(.directory) else { throw .notdir }
      let file = MemoryFile(fileSystem, found, device: device)
      if options.flags.contains(.truncate) { try file.setSize(0) }
      return .file(file)
    }
  }

  func status(of path: GuestPath, follow: Bool) throws(ErrorNumber) -> FileStatus {
    try resolve(path.bytes, follow: follow).existing().status(device: device)
  }

  func setTimes(
    of path: GuestPath, follow: Bool, access: TimeChange, modification: TimeChange
  ) throws(ErrorNumber) {
    try resolve(path.bytes, follow: follow).existing().setTimes(access, modification, now: fileSystem.now)
  }

  func readLink(_ path: GuestPath) throws(ErrorNumber) -> [UInt8] {
    let link = try resolve(path.bytes, follow: false).existing()
    guard link.kind == .symbolicLink else { throw .inval }
    return link.target
  }

  // MARK: names

  private func add(_ made: MemoryNode, as name: [UInt8], to directory: MemoryNode) throws(ErrorNumber) {
    guard !directory.isRemoved else { throw .noent }
    try directory.add(made, as: name, now: fileSystem.now)
  }

  /// Takes a name away from what it leads to.
  private func remove(_ name: [UInt8], _ removed: MemoryNode, from directory: MemoryNode) {
    directory.remove(name, now: fileSystem.now)
    removed.links -= 1
    removed.changeTime = fileSystem.now
  }

  func createDirectory(_ path: GuestPath) throws(ErrorNumber) {
    let place = try place(of: path)
    guard place.node == nil else { throw .exist }
    try add(try fileSystem.make(.directory), as: path.last, to: place.directory)
  }

  func removeDirectory(_ path: GuestPath) throws(ErrorNumber) {
    let place = try place(of: path)
    guard let found = place.node else { throw .noent }
    guard found.isDirectory else { throw .notdir }
    guard found.entries.isEmpty else { throw .notempty }
    remove(path.last, found, from: place.directory)
  }

  func unlink(_ path: GuestPath) throws(ErrorNumber) {
    let place = try place(of: path)
    guard let found = place.node else { throw .noent }
    guard !found.isDirectory else { throw .isdir }
    guard !place.isDirectoryName else { throw .notdir }
    remove(path.last, found, from: place.directory)
  }

  func makeSymbolicLink(_ path: GuestPath, target: [UInt8]) throws(ErrorNumber) {
    let place = try place(of: path)
    guard place.node == nil else { throw .exist }
    guard !place.isDirectoryName else { throw .noent }
    try add(try fileSystem.make(.symbolicLink, target: target), as: path.last, to: place.directory)
  }

  func link(_ path: GuestPath, to directory: any OpenDirectory, _ newPath: GuestPath) throws(ErrorNumber) {
    guard let directory = directory as? MemoryDirectory, directory.fileSystem === fileSystem else { throw .xdev }
    let found = try place(of: path).existing()
    let target = try directory.place(of: newPath)
    guard !found.isDirectory else { throw .perm }
    guard target.node == nil else { throw .exist }
    guard !target.isDirectoryName else { throw .noent }
    try add(found, as: newPath.last, to: target.directory)
    found.links += 1
    found.changeTime = fileSystem.now
  }

  func rename(_ path: GuestPath, to directory: any OpenDirectory, _ newPath: GuestPath) throws(ErrorNumber) {
    guard let directory = directory as? MemoryDirectory, directory.fileSystem === fileSystem else { throw .xdev }
    let source = try place(of: path)
    let target = try directory.place(of: newPath)
    guard let moved = source.node else { throw .noent }
    guard moved.isDirectory || !(source.isDirectoryName || target.isDirectoryName) else { throw .notdir }
    guard !target.directory.isRemoved else { throw .noent }
    if moved.isDirectory {
      var ancestor: MemoryNode? = target.directory
      while let present = ancestor {
        guard present !== moved else { throw .inval }
        ancestor = present.parent
      }
    }
    if let replaced = target.node {
      if replaced === moved { return }
      if moved.isDirectory {
        guard replaced.isDirectory else { throw .notdir }
        guard replaced.entries.isEmpty else { throw .notempty }
      } else {
        guard !replaced.isDirectory else { throw .isdir }
      }
      remove(newPath.last, replaced, from: target.directory)
    }
    // One name is free again, so that the other cannot fail.
    source.directory.remove(path.last, now: fileSystem.now)
    try target.directory.add(moved, as: newPath.last, now: fileSystem.now)
    moved.changeTime = fileSystem.now
  }
}
