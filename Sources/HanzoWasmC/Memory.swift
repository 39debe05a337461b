// What crosses the border: texts and bytes.

import CHanzoWasm
import Glibc
import HanzoWasm

/// Memory that C may look at, in one piece and at one place, as long as this lives.
final class Buffer: @unchecked Sendable {
  // Never changed, which makes the unchecked conformance true.
  private let memory: UnsafeMutableRawBufferPointer

  init(_ bytes: [UInt8]) {
    memory = .allocate(byteCount: bytes.count, alignment: 1)
    memory.copyBytes(from: bytes)
  }

  deinit { memory.deallocate() }

  var bytes: hanzo_wasm_bytes {
    memory.isEmpty
      ? hanzo_wasm_bytes()
      : hanzo_wasm_bytes(
        data: UnsafePointer(memory.baseAddress?.assumingMemoryBound(to: UInt8.self)), length: memory.count)
  }

  /// For a text that ends with a NUL.
  var text: UnsafePointer<CChar>? { UnsafePointer(memory.baseAddress?.assumingMemoryBound(to: CChar.self)) }

  /// A JSON document as a text that ends with a NUL; it contains none, since JSON spells it otherwise.
  convenience init(_ json: JSONValue) { self.init(json.serialized() + [0]) }
}

extension JSONValue {
  /// Memory for the caller to free with `hanzo_wasm_free`.
  func copied() -> UnsafeMutablePointer<CChar>? {
    let bytes = serialized()
    guard let memory = malloc(bytes.count + 1) else { return nil }
    memory.copyMemory(from: bytes, byteCount: bytes.count)
    memory.storeBytes(of: 0, toByteOffset: bytes.count, as: UInt8.self)
    return memory.assumingMemoryBound(to: CChar.self)
  }
}

extension hanzo_wasm_bytes {
  var array: [UInt8] { Array(UnsafeBufferPointer(start: data, count: data == nil ? 0 : length)) }
}

/// A text of C; nil for NULL. What is not UTF-8 is replaced.
func text(_ pointer: UnsafePointer<CChar>?) -> String? { pointer.map { String(cString: $0) } }

/// The bytes of a text of C, without the NUL; empty for NULL.
func utf8(_ pointer: UnsafePointer<CChar>?) -> UnsafeRawBufferPointer {
  UnsafeRawBufferPointer(start: pointer, count: pointer.map { strlen($0) } ?? 0)
}
