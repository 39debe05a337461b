/// The inodes of a file system in memory.

final class MemoryNode {
  enum Kind { case file, directory, symbolicLink }

  let kind: Kind
  let inode: UInt64
  private let budget: StorageBudget
  /// Names that lead here; 0 for what is only open. A directory has one.
  var links: UInt64 = 1
  var accessTime: UInt64
  var modificationTime: UInt64
  var changeTime: UInt64

  // Of a file.
  var contents = ChunkedContents()
  // Of a symbolic link.
  private(set) var target: [UInt8] = []
  // Of a directory.
  var entries: [[UInt8]: MemoryNode] = [:]
  /// Only for the question whether a directory would be moved into itself: `..` is resolved without it.
  weak var parent: MemoryNode?
  /// It has no name any more, so nothing may be made in it.
  var isRemoved: Bool { links == 0 }

  init(_ kind: Kind, inode: UInt64, now: UInt64, _ budget: StorageBudget, target: [UInt8] = []) throws(ErrorNumber) {
    try budget.take(UInt64(target.count))
    self.kind = kind
    self.inode = inode
    self.budget = budget
    self.target = target
    accessTime = now
    modificationTime = now
    changeTime = now
  }

  deinit { budget.give(contents.stored + UInt64(target.count)) }

  var isDirectory: Bool { kind == .directory }

  func status(device: UInt64) -> FileStatus {
    FileStatus(
      device: device, inode: inode, type: type, links: links,
      size: kind == .file ? contents.size : UInt64(target.count), accessTime: accessTime,
      modificationTime: modificationTime, changeTime: changeTime)
  }

  var type: FileType {
    switch kind {
    case .file: .regularFile
    case .directory: .directory
    case .symbolicLink: .symbolicLink
    }
  }

  /// The contents, or the names in it, were changed.
  func wasModified(_ now: UInt64) {
    modificationTime = now
    changeTime = now
  }

  func setTimes(_ access: TimeChange, _ modification: TimeChange, now: UInt64) {
    func value(_ change: TimeChange, _ present: UInt64) -> UInt64 {
      switch change {
      case .keep: present
      case .now: now
      case .at(let time): time
      }
    }
    accessTime = value(access, accessTime)
    modificationTime = value(modification, modificationTime)
    changeTime = now
  }

  /// Adds a name. The caller has checked that it is free.
  func add(_ node: MemoryNode, as name: [UInt8], now: UInt64) throws(ErrorNumber) {
    try budget.takeEntry()
    entries[name] = node
    if node.isDirectory { node.parent = self }
    wasModified(now)
  }

  /// Removes a name, but not what it leads to.
  func remove(_ name: [UInt8], now: UInt64) {
    guard entries.removeValue(forKey: name) != nil else { return }
    budget.giveEntry()
    wasModified(now)
  }
}
