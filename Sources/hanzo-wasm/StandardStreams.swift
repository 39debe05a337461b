#if CommandLine
  // Writing to and reading from descriptors whole, with every failure reported: a full disk or a reader that has gone
  // away must not look like success.
  import Glibc

  /// Something that the user has to see, as one line and perhaps a hint; ends the command with `status`.
  struct CommandFailure: Error {
    var status: ExitStatus
    var message: String
    var hint: String?

    init(_ message: String, hint: String? = nil, status: ExitStatus = .failure) {
      self.status = status
      self.message = message
      self.hint = hint
    }
  }

  /// Gives the standard streams that this process was started without a descriptor that can only fail, so that a file
  /// opened later does not take the place of standard output. Call it before anything is opened.
  func reserveStandardStreams() {
    for (descriptor, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
    where fcntl(descriptor, F_GETFD) == -1 {
      // The lowest free descriptor is this one, as the lower ones are taken by now.
      _ = open("/dev/null", mode)
    }
  }

  /// Writes a line to standard output.
  func writeOutput(_ line: String) throws(CommandFailure) {
    if let code = writeAll(STDOUT_FILENO, Array((line + "\n").utf8)) {
      throw CommandFailure(
        code == EPIPE
          ? "standard output was closed before everything was written"
          : "cannot write to standard output: \(describe(errno: code))")
    }
  }

  /// Writes what a program wrote to its streams to ours, as it is.
  func writeGuestStreams(stdout: [UInt8], stderr: [UInt8]) throws(CommandFailure) {
    _ = writeAll(STDERR_FILENO, stderr)
    guard let code = writeAll(STDOUT_FILENO, stdout), code != EPIPE else { return }
    throw CommandFailure("cannot write to standard output: \(describe(errno: code))")
  }

  /// Writes a line to standard error. When that fails there is nobody left to tell.
  func writeDiagnostic(_ line: String) {
    _ = writeAll(STDERR_FILENO, Array((line + "\n").utf8))
  }

  /// What `errno` means, in words.
  func describe(errno code: Int32) -> String {
    String(cString: strerror(code))
  }

  /// Text for one line of a terminal: control characters, which could move the cursor or forge further lines, are
  /// spelled as escapes. Guests choose much of what is printed.
  func singleLine(_ text: String) -> String {
    var line = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": line += "\\n"
      case "\r": line += "\\r"
      case "\t": line += "\\t"
      default:
        let isBidirectionalControl =
          (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
        if scalar.properties.generalCategory == .control || isBidirectionalControl
          || scalar.properties.generalCategory == .lineSeparator
          || scalar.properties.generalCategory == .paragraphSeparator
        {
          line += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
          line.unicodeScalars.append(scalar)
        }
      }
    }
    return line
  }

  /// Reads to the end of the stream.
  /// - Throws: if there are more than `limit` bytes, or on a read error, naming `name`.
  func readAll(_ descriptor: Int32, name: String, kind: InputKind) throws(CommandFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    let chunk = 1 << 16
    while true {
      let before = bytes.count
      bytes.append(contentsOf: repeatElement(0, count: chunk))
      let count = bytes.withUnsafeMutableBytes { buffer in
        read(descriptor, buffer.baseAddress.map { $0 + before }, chunk)
      }
      let code = errno
      bytes.removeLast(chunk - max(count, 0))
      if count == 0 { return bytes }
      if count < 0 {
        if code == EINTR { continue }
        throw CommandFailure("cannot read \(name): \(describe(errno: code))")
      }
      if bytes.count > kind.limit { throw kind.tooLarge(name) }
    }
  }

  /// The error number of the write that failed, or nil.
  func writeAll(_ descriptor: Int32, _ bytes: [UInt8]) -> Int32? {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        write(descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
      }
      if count >= 0 {
        written += count
        continue
      }
      switch errno {
      case EINTR:
        continue
      case EAGAIN:
        // Somebody shares this terminal or pipe with us and made it non-blocking.
        var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&wait, 1, -1)
      case let code:
        return code
      }
    }
    return nil
  }
#endif
