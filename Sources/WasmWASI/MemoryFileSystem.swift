/// A tree of files in memory, for guests that need files but none of the host's.

/// Files, directories and symbolic links that exist only in this process. Not for use by two calls at once.
public final class MemoryFileSystem {
  /// What is wrong with the files that it was to be made of.
  public enum Failure: Error, Hashable, Sendable {
    /// A path that is empty, absolute, has an empty component, `.`, `..` or a NUL, is too long, or leads through a file.
    case invalidPath(String)
    /// Two files, or a file and a directory, with one path.
    case duplicatePath(String)
    /// The files have more bytes than `maxBytes`, or there are too many.
    case tooLarge(maxBytes: UInt64)
  }

  /// An entry of `listing`.
  public struct Entry: Hashable, Sendable {
    public enum Kind: Hashable, Sendable { case file, directory, symbolicLink }
    /// Relative to the root, for instance `out/result.txt`. What is not UTF-8 cannot be made by a guest.
    public var path: String
    public var kind: Kind
    /// Bytes of a file; 0 for others.
    public var size: UInt64
  }

  public let isWritable: Bool
  let budget: StorageBudget
  let root: MemoryNode
  private var lastInode: UInt64 = 0
  /// What files are stamped with: the time of the call that uses the file system, 0 before.
  var clocks: Clocks?

  /// - Parameters:
  ///   - files: by path, for instance `data/words.txt`; missing directories are made. A path that ends in `/` with empty
  ///     contents makes an empty directory.
  ///   - maxBytes: for the contents of all files and symbolic links together, those of `files` included. Holes are free.
  ///     The largest size of a file, holes included, and with it the number of names (4,096 + maxBytes / 512).
  public init(files: [(path: String, contents: [UInt8])], isWritable: Bool, maxBytes: UInt64) throws(Failure) {
    self.isWritable = isWritable
    budget = StorageBudget(limit: min(maxBytes, UInt64(Int64.max)))
    do throws(ErrorNumber) {
      root = try MemoryNode(.directory, inode: 1, now: 0, budget)
      lastInode = 1
    } catch {
      throw .tooLarge(maxBytes: maxBytes)
    }
    for (path, contents) in files {
      do throws(ErrorNumber) {
        try add(path, contents)
      } catch {
        switch error {
        case .exist: throw .duplicatePath(path)
        case .nospc: throw .tooLarge(maxBytes: maxBytes)
        default: throw .invalidPath(path)
        }
      }
    }
  }

  deinit {
    // Not left to the nodes: a guest can nest directories deeper than the stack allows to free one inside another.
    var waiting = [root]
    while let node = waiting.popLast() {
      waiting.append(contentsOf: node.entries.values)
      node.entries = [:]
    }
  }

  private func add(_ path: String, _ contents: [UInt8]) throws(ErrorNumber) {
    var components = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map(Array.init)
    let isDirectory = components.last?.isEmpty == true && components.count > 1
    if isDirectory { components.removeLast() }
    guard path.utf8.count <= GuestPath.maximumLength, let name = components.popLast(), !isDirectory || contents.isEmpty
    else { throw .inval }
    var directory = root
    for component in components { directory = try subdirectory(component, of: directory) }
    if isDirectory {
      _ = try subdirectory(name, of: directory)
    } else {
      try Self.check(name)
      guard directory.entries[name] == nil else { throw .exist }
      let file = try make(.file)
      file.contents = try ChunkedContents(contents, budget)
      try directory.add(file, as: name, now: 0)
    }
  }

  private func subdirectory(_ name: [UInt8], of directory: MemoryNode) throws(ErrorNumber) -> MemoryNode {
    try Self.check(name)
    if let present = directory.entries[name] {
      guard present.isDirectory else { throw .notdir }
      return present
    }
    let made = try make(.directory)
    try directory.add(made, as: name, now: 0)
    return made
  }

  private static func check(_ name: [UInt8]) throws(ErrorNumber) {
    let isDots = name == [UInt8(ascii: ".")] || name == [UInt8(ascii: "."), UInt8(ascii: ".")]
    guard !name.isEmpty, name.count <= GuestPath.maximumComponentLength, !isDots, !name.contains(0) else {
      throw .inval
    }
  }

  var now: UInt64 { clocks?.timestamp ?? 0 }

  func make(_ kind: MemoryNode.Kind, target: [UInt8] = []) throws(ErrorNumber) -> MemoryNode {
    lastInode += 1
    return try MemoryNode(kind, inode: lastInode, now: now, budget, target: target)
  }

  // MARK: results

  /// The contents of the file at `path`; nil if there is none. Symbolic links are not followed.
  public func contents(of path: String) -> [UInt8]? {
    var node = root
    for component in path.utf8.split(separator: UInt8(ascii: "/")) {
      guard let next = node.entries[Array(component)] else { return nil }
      node = next
    }
    return node.kind == .file ? node.contents.bytes : nil
  }

  /// Everything in it, sorted by path; not what lies deeper than 4,095 bytes of path.
  public func listing() -> [Entry] {
    var found: [Entry] = []
    var waiting: [(path: [UInt8], node: MemoryNode)] = [([], root)]
    while let (path, node) = waiting.popLast() {
      for (name, child) in node.entries {
        let childPath = path.isEmpty ? name : path + [UInt8(ascii: "/")] + name
        guard childPath.count <= GuestPath.maximumLength else { continue }
        let kind: Entry.Kind =
          switch child.kind {
          case .file: .file
          case .directory: .directory
          case .symbolicLink: .symbolicLink
          }
        found.append(
          Entry(path: String(decoding: childPath, as: UTF8.self), kind: kind, size: child.contents.size))
        if child.isDirectory { waiting.append((childPath, child)) }
      }
    }
    return found.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }
}
