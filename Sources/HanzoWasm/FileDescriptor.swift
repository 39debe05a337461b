// The owner of a file descriptor.

import CLinux

/// Closes its descriptor exactly once: when it is closed, or when it goes away.
struct FileDescriptor: ~Copyable, Sendable {
  let number: Int32

  init(owning number: Int32) { self.number = number }

  consuming func close() {}

  deinit { _ = clinux_close(number) }
}

/// A pipe; both ends are close-on-exec and 10 or higher.
struct Pipe: ~Copyable {
  let readEnd: FileDescriptor
  let writeEnd: FileDescriptor

  /// - Throws: the errno of pipe2(2): EMFILE or ENFILE.
  init(_ flags: clinux_pipe_flag...) throws(SystemError) {
    var read: Int32 = -1
    var write: Int32 = -1
    let mode = flags.reduce(0) { $0 | Int32($1.rawValue) }
    try SystemError.check(clinux_pipe(mode, &read, &write), "pipe2")
    readEnd = FileDescriptor(owning: read)
    writeEnd = FileDescriptor(owning: write)
  }

  /// Keeps the one end and closes the other.
  consuming func takeReadEnd() -> FileDescriptor { readEnd }
  consuming func takeWriteEnd() -> FileDescriptor { writeEnd }
}

/// A system call that failed.
struct SystemError: Error, Equatable, Sendable {
  let number: Int32
  let call: String

  @discardableResult
  static func check(_ result: Int32, _ call: String) throws(SystemError) -> Int32 {
    if result < 0 { throw SystemError(number: -result, call: call) }
    return result
  }
}
