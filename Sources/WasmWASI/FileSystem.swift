/// What the functions ask of a file system, so that they are written once for memory and for host directories.
///
/// Paths are resolved beneath the directory that is asked: what leads out of it is `perm`.

/// An open regular file. It has no offset: the descriptor keeps it.
protocol OpenFile: AnyObject {
  /// Bytes read; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(ErrorNumber) -> Int
  /// Bytes written, fewer than asked if there is no room for all.
  func write(_ buffer: UnsafeRawBufferPointer, at offset: UInt64) throws(ErrorNumber) -> Int
  func append(_ buffer: UnsafeRawBufferPointer) throws(ErrorNumber) -> Int
  func status() throws(ErrorNumber) -> FileStatus
  func setSize(_ size: UInt64) throws(ErrorNumber)
  /// Makes sure that there is room, and that the file is at least `offset + length` bytes long.
  func allocate(_ offset: UInt64, _ length: UInt64) throws(ErrorNumber)
  func setTimes(access: TimeChange, modification: TimeChange) throws(ErrorNumber)
  func synchronize(dataOnly: Bool) throws(ErrorNumber)
  func close()
}

/// An open directory.
protocol OpenDirectory: AnyObject {
  func status() throws(ErrorNumber) -> FileStatus
  func setTimes(access: TimeChange, modification: TimeChange) throws(ErrorNumber)
  func synchronize(dataOnly: Bool) throws(ErrorNumber)
  /// All entries but `.` and `..`; `nomem` beyond `limit` bytes.
  func list(limit: Int) throws(ErrorNumber) -> DirectoryListing
  func close()

  func open(_ path: GuestPath, follow: Bool, _ options: OpenOptions) throws(ErrorNumber) -> OpenedNode
  func status(of path: GuestPath, follow: Bool) throws(ErrorNumber) -> FileStatus
  func setTimes(
    of path: GuestPath, follow: Bool, access: TimeChange, modification: TimeChange
  ) throws(ErrorNumber)
  func readLink(_ path: GuestPath) throws(ErrorNumber) -> [UInt8]

  // The last component of these is never `.` or `..`.
  func createDirectory(_ path: GuestPath) throws(ErrorNumber)
  func removeDirectory(_ path: GuestPath) throws(ErrorNumber)
  func unlink(_ path: GuestPath) throws(ErrorNumber)
  func makeSymbolicLink(_ path: GuestPath, target: [UInt8]) throws(ErrorNumber)
  func link(_ path: GuestPath, to directory: any OpenDirectory, _ newPath: GuestPath) throws(ErrorNumber)
  func rename(_ path: GuestPath, to directory: any OpenDirectory, _ newPath: GuestPath) throws(ErrorNumber)
}

enum OpenedNode {
  case file(any OpenFile)
  case directory(any OpenDirectory)
}

/// A directory's entries at one moment. The place of an entry is its cookie, which stays valid while others come and go.
struct DirectoryListing {
  struct Entry {
    var inode: UInt64
    var type: FileType
    fileprivate var start: Int
    fileprivate var count: Int
  }

  private(set) var entries: [Entry] = []
  // One array for all names: a directory of a million files is not a million allocations.
  private var names: [UInt8] = []

  mutating func append(inode: UInt64, type: FileType, name: some Collection<UInt8>) {
    entries.append(Entry(inode: inode, type: type, start: names.count, count: name.count))
    names.append(contentsOf: name)
  }

  func name(of entry: Entry) -> ArraySlice<UInt8> { names[entry.start..<entry.start + entry.count] }

  /// About what it takes in memory.
  var byteCount: Int { names.count + entries.count * MemoryLayout<Entry>.stride }
}
