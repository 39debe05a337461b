/// The JSON values that a guest holds by number: `env.json_parse`, `env.json_stringify`, `env.http_request`.

import WasmJSON

/// Handles count from 0 in every execution; one that failed consumes none.
struct JSONHandles {
  /// Bytes of JSON text that one execution may parse. The values live in the worker's memory, not in the guest's, and
  /// take up to eight times their text, so they are bounded apart from it.
  static let maximumTextBytes = 4 << 20
  /// Values that one execution may hold.
  static let maximumCount = 250_000
  /// Nesting that a document may have.
  static let maximumDepth = 128

  private var values: [JSONValue] = []
  private var remainingTextBytes = JSONHandles.maximumTextBytes

  /// Parses a document; nil if it is not one, or if the bounds are reached.
  mutating func parse(_ text: [UInt8]) -> Int32? {
    guard text.count <= remainingTextBytes, values.count < Self.maximumCount else { return nil }
    let limits = JSONLimits(depth: Self.maximumDepth, bytes: remainingTextBytes)
    guard let value = try? JSONValue(parsing: text, limits: limits) else { return nil }
    remainingTextBytes -= text.count
    return insert(value)
  }

  /// Keeps a value; nil if the bounds are reached.
  mutating func insert(_ value: JSONValue) -> Int32? {
    guard values.count < Self.maximumCount else { return nil }
    values.append(value)
    return Int32(values.count - 1)
  }

  /// The value of a handle; nil for a number that is none.
  func value(_ handle: Int32) -> JSONValue? {
    guard handle >= 0, handle < values.count else { return nil }
    return values[Int(handle)]
  }
}
