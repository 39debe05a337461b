/// The types that guests see (snapshot_preview1): rights, flags, what is known of a file.

/// What a descriptor may be used for (`rights`).
struct Rights: OptionSet {
  let rawValue: UInt64

  static let fdDatasync = Rights(rawValue: 1 << 0)
  static let fdRead = Rights(rawValue: 1 << 1)
  static let fdSeek = Rights(rawValue: 1 << 2)
  static let fdFdstatSetFlags = Rights(rawValue: 1 << 3)
  static let fdSync = Rights(rawValue: 1 << 4)
  static let fdTell = Rights(rawValue: 1 << 5)
  static let fdWrite = Rights(rawValue: 1 << 6)
  static let fdAdvise = Rights(rawValue: 1 << 7)
  static let fdAllocate = Rights(rawValue: 1 << 8)
  static let pathCreateDirectory = Rights(rawValue: 1 << 9)
  static let pathCreateFile = Rights(rawValue: 1 << 10)
  static let pathLinkSource = Rights(rawValue: 1 << 11)
  static let pathLinkTarget = Rights(rawValue: 1 << 12)
  static let pathOpen = Rights(rawValue: 1 << 13)
  static let fdReaddir = Rights(rawValue: 1 << 14)
  static let pathReadlink = Rights(rawValue: 1 << 15)
  static let pathRenameSource = Rights(rawValue: 1 << 16)
  static let pathRenameTarget = Rights(rawValue: 1 << 17)
  static let pathFilestatGet = Rights(rawValue: 1 << 18)
  static let pathFilestatSetSize = Rights(rawValue: 1 << 19)
  static let pathFilestatSetTimes = Rights(rawValue: 1 << 20)
  static let fdFilestatGet = Rights(rawValue: 1 << 21)
  static let fdFilestatSetSize = Rights(rawValue: 1 << 22)
  static let fdFilestatSetTimes = Rights(rawValue: 1 << 23)
  static let pathSymlink = Rights(rawValue: 1 << 24)
  static let pathRemoveDirectory = Rights(rawValue: 1 << 25)
  static let pathUnlinkFile = Rights(rawValue: 1 << 26)
  static let pollFdReadwrite = Rights(rawValue: 1 << 27)

  /// All that a file can have.
  static let file: Rights = [
    .fdDatasync, .fdRead, .fdSeek, .fdFdstatSetFlags, .fdSync, .fdTell, .fdWrite, .fdAdvise, .fdAllocate,
    .fdFilestatGet, .fdFilestatSetSize, .fdFilestatSetTimes, .pollFdReadwrite,
  ]
  /// All that a directory can have.
  static let directory: Rights = [
    .fdDatasync, .fdFdstatSetFlags, .fdSync, .pathCreateDirectory, .pathCreateFile, .pathLinkSource, .pathLinkTarget,
    .pathOpen, .fdReaddir, .pathReadlink, .pathRenameSource, .pathRenameTarget, .pathFilestatGet,
    .pathFilestatSetSize, .pathFilestatSetTimes, .fdFilestatGet, .fdFilestatSetTimes, .pathSymlink,
    .pathRemoveDirectory, .pathUnlinkFile,
  ]
  static let input: Rights = [.fdRead, .fdFilestatGet, .pollFdReadwrite]
  static let output: Rights = [.fdWrite, .fdFilestatGet, .pollFdReadwrite]
}

/// `fdflags`.
struct DescriptorFlags: OptionSet {
  let rawValue: UInt16
  static let append = DescriptorFlags(rawValue: 1)
  static let dataSync = DescriptorFlags(rawValue: 2)
  static let nonBlocking = DescriptorFlags(rawValue: 4)
  static let readSync = DescriptorFlags(rawValue: 8)
  static let sync = DescriptorFlags(rawValue: 16)
  static let all: DescriptorFlags = [.append, .dataSync, .nonBlocking, .readSync, .sync]
  static let synchronizing: DescriptorFlags = [.dataSync, .readSync, .sync]
}

/// `oflags`.
struct OpenFlags: OptionSet {
  let rawValue: UInt16
  static let create = OpenFlags(rawValue: 1)
  static let directory = OpenFlags(rawValue: 2)
  static let exclusive = OpenFlags(rawValue: 4)
  static let truncate = OpenFlags(rawValue: 8)
  static let all: OpenFlags = [.create, .directory, .exclusive, .truncate]
}

extension OptionSet where RawValue: FixedWidthInteger {
  /// From a guest's argument; `inval` for a bit that the specification does not name.
  init(_ argument: UInt32, within all: Self) throws(ErrorNumber) {
    guard let value = RawValue(exactly: argument), value & ~all.rawValue == 0 else { throw .inval }
    self.init(rawValue: value)
  }
}

/// `filetype`. A FIFO has none: it is unknown.
enum FileType: UInt8 {
  case unknown, blockDevice, characterDevice, directory, regularFile, datagramSocket, streamSocket, symbolicLink
}

/// `filestat`. Times are nanoseconds since 1970.
struct FileStatus {
  var device: UInt64 = 0
  var inode: UInt64 = 0
  var type = FileType.unknown
  var links: UInt64 = 0
  var size: UInt64 = 0
  var accessTime: UInt64 = 0
  var modificationTime: UInt64 = 0
  var changeTime: UInt64 = 0
}

/// What is to become of a timestamp (`fstflags`).
enum TimeChange {
  case keep, now
  case at(UInt64)
}

/// How a path is to be opened.
struct OpenOptions {
  var flags: OpenFlags
  var reads: Bool
  var writes: Bool
  var synchronizing: DescriptorFlags
}
