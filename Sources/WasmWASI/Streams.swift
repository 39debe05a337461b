/// The standard streams.

import Glibc

/// Standard input: bytes that are all there from the start.
final class InputStream {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var remaining: Int { bytes.count - position }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(buffer.count, remaining)
    buffer.copyBytes(from: bytes[position..<position + count])
    position += count
    return count
  }
}

/// Standard output or standard error.
final class OutputStream {
  private let mode: SystemInterfaceConfiguration.Stream
  private let number: Int32
  private let limit: UInt64
  private let log: ((Int32, [UInt8]) -> Void)?
  /// What was captured, or a line that has not ended.
  private var bytes: [UInt8] = []

  private static let maximumLineBytes = 4096

  init(_ number: Int32, _ mode: SystemInterfaceConfiguration.Stream, _ configuration: SystemInterfaceConfiguration) {
    self.number = number
    self.mode = mode
    limit = configuration.maxOutputBytes
    log = configuration.log
  }

  /// Takes what fits of `buffer` and returns its size.
  func write(_ buffer: UnsafeRawBufferPointer) -> Int {
    switch mode {
    case .discard: return buffer.count
    case .capture:
      let room = limit - min(limit, UInt64(bytes.count))
      let count = Int(min(room, UInt64(buffer.count)))
      bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer.prefix(count)))
      return count
    case .log:
      addLines(buffer)
      return buffer.count
    }
  }

  private func addLines(_ buffer: UnsafeRawBufferPointer) {
    var rest = buffer
    while let start = rest.baseAddress, rest.count > 0 {
      let room = Self.maximumLineBytes - bytes.count
      let newline = memchr(start, Int32(UInt8(ascii: "\n")), rest.count).map { UnsafeRawPointer($0) - start }
      let count = min(newline ?? rest.count, room)
      bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: rest.prefix(count)))
      let endsLine = newline == count
      if endsLine || bytes.count == Self.maximumLineBytes { handOver() }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(endsLine ? count + 1 : count))
    }
  }

  private func handOver() {
    log?(number, bytes)
    bytes.removeAll(keepingCapacity: true)
  }

  /// Hands over a line that has no newline.
  func finish() {
    if mode == .log, !bytes.isEmpty { handOver() }
  }

  func takeCaptured() -> [UInt8] {
    guard mode == .capture else { return [] }
    defer { bytes = [] }
    return bytes
  }
}
