#if CommandLine
  // Getting a module's bytes from a file or from standard input. They are read here and parsed in the worker only.
  import Glibc
  import HanzoWasm

  /// What a worker decodes (`ModuleLimits.moduleBytes`).
  private let largestModule = 128 << 20

  extension WasmConfig {
    /// Makes room for a module that the user named: the library's smaller default is for modules that come from others.
    mutating func admit(_ module: [UInt8]) {
      limits.maxAttachmentBytes = max(limits.maxAttachmentBytes, module.count)
      limits.maxModuleBytes = max(limits.maxModuleBytes, module.count)
    }
  }

  /// The bytes of the file at `path`, or of standard input if `path` is `-`.
  func readModule(_ path: String) throws(CommandFailure) -> [UInt8] {
    if path == "-" {
      let bytes = try readAll(STDIN_FILENO, name: "standard input", limit: largestModule)
      if bytes.isEmpty {
        throw CommandFailure("standard input is empty", hint: "pipe a .wasm or .wat module into the command")
      }
      return bytes
    }
    let name = singleLine(path)
    // Non-blocking, so that opening a named pipe without a writer does not hang; it has no effect on files.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let code = errno
      throw CommandFailure(
        "cannot open \(name): \(describe(errno: code))",
        hint: code == ENOENT ? "check the path; `-` reads the module from standard input" : nil)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw CommandFailure("cannot examine \(name): \(describe(errno: errno))")
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG:
      break
    case S_IFIFO:
      // A shell's <(command): from here on, wait for what the writer has to say.
      guard fcntl(descriptor, F_SETFL, 0) == 0 else {
        throw CommandFailure("cannot wait for \(name): \(describe(errno: errno))")
      }
    case S_IFDIR:
      throw CommandFailure("\(name) is a directory, not a module")
    default:
      throw CommandFailure("\(name) is not a regular file", hint: "pipe it in and give `-` as the file")
    }
    if Int(status.st_size) > largestModule {
      throw CommandFailure("\(name) is too large: modules of up to \(largestModule >> 20) MiB are accepted")
    }
    let bytes = try readAll(descriptor, name: name, limit: largestModule)
    if bytes.isEmpty { throw CommandFailure("\(name) is empty") }
    return bytes
  }
#endif
