/// Keeps what a guest logs, within bounds.

import WasmInterpreter
import WorkerProtocol

/// The log messages of one execution. What is beyond the limit is neither read nor kept.
struct LogCollector {
  /// Counted for every message besides its text, so that empty messages are bounded too.
  static let bytesPerRecord: UInt64 = 16

  private(set) var records: [LogRecord] = []
  private(set) var isTruncated = false
  private var remaining: UInt64

  init(limit: UInt64) { remaining = limit }

  /// Adds a message of the guest's memory. An address range outside of the memory is ignored, as it was by the
  /// original runtime.
  ///
  /// - Parameter dropsInvalidText: whether a message that is not UTF-8 is dropped (`.lenient`) or repaired.
  mutating func append(_ memory: MemoryInstance, address: UInt64, count: UInt64, dropsInvalidText: Bool) {
    guard !isTruncated else { return }
    let size = UInt64(memory.byteCount)
    guard address <= size, count <= size - address else { return }
    let room = remaining > Self.bytesPerRecord ? remaining - Self.bytesPerRecord : 0
    guard remaining >= Self.bytesPerRecord, var bytes = memory.read(at: address, count: Int(min(count, room))) else {
      isTruncated = true
      return
    }
    if count > room {
      isTruncated = true
      dropCutCharacter(&bytes)
    }
    append(bytes, dropsInvalidText: dropsInvalidText)
  }

  /// Adds a line of a stream, which `send` may take instead.
  mutating func append(line: [UInt8], level: LogRecord.Level, send: (LogRecord) -> Bool) {
    let record = LogRecord(level: level, message: String(decoding: line, as: UTF8.self))
    let size = UInt64(record.message.utf8.count) + Self.bytesPerRecord
    guard !isTruncated, size <= remaining else {
      isTruncated = true
      return
    }
    remaining -= size
    // The order stays: what comes with the outcome comes after what was sent.
    if !records.isEmpty || !send(record) { records.append(record) }
  }

  private mutating func append(_ bytes: [UInt8], dropsInvalidText: Bool) {
    let message: String
    if let valid = String(validating: bytes, as: UTF8.self) {
      message = valid
    } else if dropsInvalidText {
      return
    } else {
      message = String(decoding: bytes, as: UTF8.self)
    }
    remaining -= min(remaining, UInt64(bytes.count) + Self.bytesPerRecord)
    records.append(LogRecord(level: .info, message: message))
  }
}

/// Removes the start of a character whose rest is missing from the end of some text.
func dropCutCharacter(_ bytes: inout [UInt8]) {
  var position = bytes.count
  var continuations = 0
  while position > 0, bytes[position - 1] & 0xC0 == 0x80, continuations < 3 {
    position -= 1
    continuations += 1
  }
  guard position > 0 else { return }
  let lead = bytes[position - 1]
  let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1
  if length > continuations + 1 { bytes.removeLast(continuations + 1) }
}
