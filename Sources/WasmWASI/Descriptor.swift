/// The guest's descriptors.

/// An open descriptor.
final class Descriptor {
  enum Kind {
    case input(InputStream)
    case output(OutputStream)
    case file(any OpenFile)
    case directory(any OpenDirectory)
  }

  let kind: Kind
  /// What it may be used for; the guest may give rights up (`fd_fdstat_set_rights`).
  var rights: Rights
  /// The most that a descriptor opened through it gets.
  var inheriting: Rights
  var flags: DescriptorFlags = []
  /// The offset of a file: the kernel's is never used.
  var position: UInt64 = 0
  /// Whether what it belongs to may be changed.
  let isWritable: Bool
  /// The guest's name for a directory that was open from the start.
  var mountPath: [UInt8]?
  /// The entries of a directory at the last reading from its start.
  var listing: DirectoryListing?

  init(_ kind: Kind, rights: Rights, inheriting: Rights = [], isWritable: Bool = true) {
    self.kind = kind
    self.rights = rights
    self.inheriting = inheriting
    self.isWritable = isWritable
  }

  /// The file, if the descriptor is one and has the right. Without `fdRead` or `fdWrite` it is not open for that, which
  /// is `badf`; any other right can only have been given up, which is `notcapable`.
  /// - Parameter stream: the error for a standard stream.
  func file(for right: Rights, stream: ErrorNumber = .badf) throws(ErrorNumber) -> any OpenFile {
    switch kind {
    case .file(let file):
      guard rights.contains(right) else {
        throw right == .fdRead || right == .fdWrite ? .badf : .notcapable
      }
      return file
    case .directory: throw .badf
    case .input, .output: throw stream
    }
  }

  func directory(for right: Rights) throws(ErrorNumber) -> any OpenDirectory {
    guard case .directory(let directory) = kind else { throw .notdir }
    guard rights.contains(right) else { throw .notcapable }
    return directory
  }

  /// As `directory(for:)`, for what changes the file system. A read-only mount answers `perm`, as wasmtime's does.
  func writableDirectory(for right: Rights) throws(ErrorNumber) -> any OpenDirectory {
    let directory = try directory(for: right)
    guard isWritable else { throw .perm }
    return directory
  }

  var type: FileType {
    switch kind {
    case .file: .regularFile
    case .directory: .directory
    // Not a terminal: libraries buffer what they write to it.
    case .input, .output: .unknown
    }
  }

  func status() throws(ErrorNumber) -> FileStatus {
    switch kind {
    case .file(let file): try file.status()
    case .directory(let directory): try directory.status()
    case .input, .output: FileStatus()
    }
  }

  func close() {
    switch kind {
    case .file(let file): file.close()
    case .directory(let directory): directory.close()
    case .input, .output: break
    }
  }
}

/// The table of descriptors: the lowest free number is given next, as POSIX wants it.
struct DescriptorTable {
  private var slots: [Descriptor?] = []
  private let limit: Int
  /// No slot below this one is free.
  private var lowestFree = 0

  init(limit: Int) { self.limit = limit }

  /// Whether `add` would find a number.
  mutating func requireRoom() throws(ErrorNumber) {
    while lowestFree < slots.count, slots[lowestFree] != nil { lowestFree += 1 }
    guard lowestFree < limit else { throw .mfile }
  }

  mutating func add(_ descriptor: Descriptor) throws(ErrorNumber) -> UInt32 {
    try requireRoom()
    if lowestFree == slots.count { slots.append(descriptor) } else { slots[lowestFree] = descriptor }
    lowestFree += 1
    return UInt32(lowestFree - 1)
  }

  subscript(number: UInt32) -> Descriptor {
    get throws(ErrorNumber) {
      guard number < slots.count, let descriptor = slots[Int(number)] else { throw .badf }
      return descriptor
    }
  }

  mutating func remove(_ number: UInt32) throws(ErrorNumber) -> Descriptor {
    let descriptor = try self[number]
    slots[Int(number)] = nil
    lowestFree = min(lowestFree, Int(number))
    return descriptor
  }

  /// Moves a descriptor to the number of another, which is returned; nil if both are one.
  mutating func move(_ number: UInt32, to target: UInt32) throws(ErrorNumber) -> Descriptor? {
    let moved = try self[number]
    let replaced = try self[target]
    guard number != target else { return nil }
    slots[Int(target)] = moved
    slots[Int(number)] = nil
    lowestFree = min(lowestFree, Int(number))
    return replaced
  }

  mutating func removeAll() -> [Descriptor] {
    defer {
      slots = []
      lowestFree = 0
    }
    return slots.compactMap { $0 }
  }
}
