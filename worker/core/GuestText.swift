/// Reads texts out of a guest's memory. Nothing here trusts an address.

import WasmInterpreter

/// What is found at an address that should be a NUL-terminated text.
enum GuestText: Equatable {
  /// The address lies behind the memory's end.
  case outOfRange
  /// The bytes before the NUL, or before the end of the memory, which ends a text as well.
  case ended([UInt8])
  /// No NUL within the cap: the bytes before the cap.
  case cut([UInt8])

  /// Reads at most `cap` bytes.
  static func read(_ memory: MemoryInstance, at address: UInt64, cap: UInt64) -> GuestText {
    let size = UInt64(memory.byteCount)
    guard address <= size else { return .outOfRange }
    let end = min(size - address, cap) + address
    var bytes: [UInt8] = []
    var position = address
    while position < end {
      guard let chunk = memory.read(at: position, count: Int(min(4_096, end - position))) else { break }
      if let terminator = chunk.firstIndex(of: 0) {
        bytes += chunk[..<terminator]
        return .ended(bytes)
      }
      bytes += chunk
      position += UInt64(chunk.count)
    }
    if end == size { return .ended(bytes) }
    // The cap is on the text; a NUL right behind it still ends it.
    if memory.read(at: end, count: 1) == [0] { return .ended(bytes) }
    return .cut(bytes)
  }
}
