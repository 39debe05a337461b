#if CommandLine
  // Getting a module's or an input's bytes from a file or from standard input. They are read here and parsed in the worker
  // only.
  import Glibc
  import HanzoWasm

  /// What is read.
  enum InputKind {
    case module
    /// A program's standard input.
    case input

    var limit: Int {
      switch self {
      // What a worker decodes (`ModuleLimits.moduleBytes`).
      case .module: 128 << 20
      case .input: 512 << 20
      }
    }

    func tooLarge(_ name: String) -> CommandFailure {
      let what = self == .module ? "modules" : "inputs"
      return CommandFailure("\(name) is too large: \(what) of up to \(limit >> 20) MiB are accepted")
    }
  }

  extension WasmConfig {
    /// Makes room for a module that the user named: the library's smaller default is for modules that come from others.
    mutating func admit(_ module: [UInt8]) {
      limits.maxAttachmentBytes = max(limits.maxAttachmentBytes, module.count)
      limits.maxModuleBytes = max(limits.maxModuleBytes, module.count)
    }
  }

  /// The bytes of the module at `path`, or of standard input if `path` is `-`.
  func readModule(_ path: String) throws(CommandFailure) -> [UInt8] {
    let bytes = try readFile(path, .module)
    guard bytes.isEmpty else { return bytes }
    if path == "-" {
      throw CommandFailure("standard input is empty", hint: "pipe a .wasm or .wat module into the command")
    }
    throw CommandFailure("\(singleLine(path)) is empty")
  }

  /// The bytes of a program's standard input, from a file or, with `-`, from our own.
  func readInput(_ path: String) throws(CommandFailure) -> [UInt8] { try readFile(path, .input) }

  private func readFile(_ path: String, _ kind: InputKind) throws(CommandFailure) -> [UInt8] {
    if path == "-" { return try readAll(STDIN_FILENO, name: "standard input", kind: kind) }
    let name = singleLine(path)
    // Non-blocking, so that opening a named pipe without a writer does not hang; it has no effect on files.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let code = errno
      throw CommandFailure(
        "cannot open \(name): \(describe(errno: code))",
        hint: code == ENOENT ? "check the path; `-` reads from standard input" : nil)
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
      throw CommandFailure("\(name) is a directory, not a \(kind == .module ? "module" : "file")")
    default:
      throw CommandFailure("\(name) is not a regular file", hint: "pipe it in and give `-` as the file")
    }
    if Int(status.st_size) > kind.limit { throw kind.tooLarge(name) }
    return try readAll(descriptor, name: name, kind: kind)
  }
#endif
