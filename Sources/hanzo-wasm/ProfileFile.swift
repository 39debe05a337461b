#if CommandLine
  // The file of `--profile`: opened before the call, so that a path that cannot be written is known at once, and filled
  // after it.
  import Glibc
  import HanzoWasm

  /// A file that is open for writing. What it held before stays until there is a profile to take its place.
  struct ProfileFile {
    private let descriptor: Int32
    private let path: String
    /// It did not exist before, and is to be gone again if there is no profile.
    private let isNew: Bool

    init(_ path: String) throws(CommandFailure) {
      self.path = path
      // Non-blocking, so that opening a named pipe without a reader is an error and does not hang.
      let flags = O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
      let new = open(path, flags | O_CREAT | O_EXCL, 0o666)
      isNew = new >= 0
      descriptor = isNew || errno != EEXIST ? new : open(path, flags)
      guard descriptor >= 0 else {
        throw CommandFailure(
          "cannot write the profile to \(singleLine(path)): \(describe(errno: errno))",
          hint: "--profile names a file in a folder that exists and that you may write to")
      }
    }

    /// Writes the profile and closes the file.
    func write(_ profile: GuestProfile, name: String) throws(CommandFailure) {
      defer { close(descriptor) }
      // A pipe or a device has no length to cut.
      if ftruncate(descriptor, 0) != 0, errno != EINVAL { throw failure(errno) }
      if let code = writeAll(descriptor, profile.speedscope(name: name)) { throw failure(code) }
    }

    /// Leaves everything as it was.
    func discard() {
      close(descriptor)
      if isNew { unlink(path) }
    }

    private func failure(_ code: Int32) -> CommandFailure {
      CommandFailure("cannot write the profile to \(singleLine(path)): \(describe(errno: code))")
    }
  }
#endif
