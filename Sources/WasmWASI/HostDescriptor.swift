/// Descriptors of the host, closed exactly once.

import CLinux
import Glibc

final class HostDescriptor {
  let number: Int32
  private var isOpen: Bool

  /// - Parameter isOwned: false for a mount's, which is the embedder's to close.
  init(_ number: Int32, isOwned: Bool) {
    self.number = number
    isOpen = isOwned
  }

  deinit { close() }

  func close() {
    guard isOpen else { return }
    isOpen = false
    _ = clinux_close(number)
  }

  /// Opens a path beneath this directory; what would lead out of it is `perm`.
  func open(_ path: [UInt8], _ flags: clinux_open_flag...) throws(ErrorNumber) -> HostDescriptor {
    let all = flags.reduce(UInt32(0)) { $0 | UInt32($1.rawValue) }
    let result = withPath(path) { clinux_open_beneath(number, $0, all) }
    // Only an escape is EXDEV here.
    if result == -EXDEV { throw .perm }
    return HostDescriptor(try ErrorNumber.check(result), isOwned: true)
  }

  func status() throws(ErrorNumber) -> FileStatus {
    var found = clinux_file_status()
    try ErrorNumber.check(clinux_file_status(number, &found))
    return FileStatus(
      device: found.device, inode: found.inode, type: FileType(linux: clinux_file_type(found.mode)),
      links: found.links, size: found.size, accessTime: found.access_time,
      modificationTime: found.modification_time, changeTime: found.change_time)
  }

  func setTimes(_ access: TimeChange, _ modification: TimeChange, _ clocks: Clocks) throws(ErrorNumber) {
    func value(_ change: TimeChange) -> UInt64 {
      switch change {
      case .keep: keepTime
      case .now: clocks.virtualTimestamp ?? nowTime
      // The two highest numbers mean something else; no file system has such a date.
      case .at(let time): min(time, nowTime - 1)
      }
    }
    try ErrorNumber.check(clinux_set_file_times(number, value(access), value(modification)))
  }
}

/// CLINUX_TIME_KEEP and CLINUX_TIME_NOW, which are no constants that Swift imports.
private let keepTime = UInt64.max
private let nowTime = UInt64.max - 1

/// Calls `body` with a NUL-terminated copy of a path that has no NUL in it.
func withPath<R>(_ path: [UInt8], _ body: (UnsafePointer<CChar>?) -> R) -> R {
  (path + [0]).withUnsafeBytes { body($0.baseAddress?.assumingMemoryBound(to: CChar.self)) }
}

extension FileType {
  init(linux type: Int32) {
    self =
      switch clinux_file_type(rawValue: UInt32(bitPattern: type)) {
      case CLINUX_FILE_BLOCK_DEVICE: .blockDevice
      case CLINUX_FILE_CHARACTER_DEVICE: .characterDevice
      case CLINUX_FILE_DIRECTORY: .directory
      case CLINUX_FILE_REGULAR: .regularFile
      case CLINUX_FILE_SOCKET: .streamSocket
      case CLINUX_FILE_SYMBOLIC_LINK: .symbolicLink
      default: .unknown
      }
  }
}
