// Directories of the host that calls mount: opened here, served by workers that were started with exactly these.

import CLinux
import Glibc
import Synchronization

/// What a worker is started with. Workers of different classes are never exchanged for each other.
struct WorkerClass: Hashable, Sendable {
  /// Of most workers: no directories, and every call in the worker itself.
  static let plain = WorkerClass(directories: nil)

  /// Nil for none.
  let directories: MountedDirectories?
  /// Whether it forks a process for each call.
  var isTemplate = false

  static func == (first: WorkerClass, second: WorkerClass) -> Bool {
    first.isTemplate == second.isTemplate
      && (first.directories === second.directories || first.directories?.keys == second.directories?.keys)
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(isTemplate)
    hasher.combine(directories?.keys)
  }
}

/// Open directories, in the order in which a worker gets them. They stay open as long as a call waits for a worker that
/// has them, or such a worker lives.
final class MountedDirectories: Sendable {
  /// What a directory is, whatever its path names by now.
  struct Key: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64
    let isWritable: Bool
  }

  let keys: [Key]
  /// Of ``descriptors``, in the same order.
  private let owners: [Owner]

  private final class Owner: Sendable {
    let descriptor: FileDescriptor
    init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
  }

  var descriptors: [Int32] { owners.map { $0.descriptor.number } }
  /// Bit i is set if directory i may be written.
  var writableBits: UInt64 {
    keys.enumerated().reduce(0) { $1.element.isWritable ? $0 | 1 << UInt64($1.offset) : $0 }
  }

  /// Opens directories.
  ///
  /// - Throws: `invalidArguments` for a path that names no directory that this process may reach, `resourceExhausted`.
  init(_ directories: [(path: String, isWritable: Bool)]) throws(WasmError) {
    var keys: [Key] = []
    var owners: [Owner] = []
    for directory in directories {
      var device: UInt64 = 0
      var inode: UInt64 = 0
      let number = clinux_open_directory(directory.path, &device, &inode)
      guard number >= 0 else { throw Self.error(-number, directory.path) }
      owners.append(Owner(FileDescriptor(owning: number)))
      keys.append(Key(device: device, inode: inode, isWritable: directory.isWritable))
    }
    self.keys = keys
    self.owners = owners
  }

  private static func error(_ number: Int32, _ path: String) -> WasmError {
    switch number {
    case EMFILE, ENFILE, ENOMEM: WasmError(SystemError(number: number, call: "open"))
    default:
      WasmError(
        .invalidArguments,
        "The directory \(quoted(path)) cannot be mounted: opening it failed with \(errorName(number))."
      ).with { $0.systemError = number }
    }
  }
}

/// The sets of directories that are open at the moment, so that equal ones are open once.
final class DirectoryRegistry: Sendable {
  private struct Entry {
    weak var directories: MountedDirectories?
  }
  private let entries = Mutex<[[MountedDirectories.Key]: Entry]>([:])

  /// The class of workers that serve these directories.
  func workerClass(for mounts: [Mount]) throws(WasmError) -> WorkerClass {
    let wanted = mounts.directories
    guard !wanted.isEmpty else { return .plain }
    let opened = try MountedDirectories(wanted)
    return entries.withLock { entries in
      if let known = entries[opened.keys]?.directories { return WorkerClass(directories: known) }
      if entries.count >= 64 { entries = entries.filter { $0.value.directories != nil } }
      entries[opened.keys] = Entry(directories: opened)
      return WorkerClass(directories: opened)
    }
  }
}
