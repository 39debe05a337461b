/// A JSON document in memory: the value type that callers, guests and messages exchange.

/// A JSON value (RFC 8259) that keeps what other representations lose: integers are exact over the whole range of
/// `Int64` and `UInt64`, the order of an object's members is kept, and `-0.0` stays negative.
///
/// Two values are equal when they are the same case with equal contents: `.integer(4)` and `.double(4)` differ. The
/// order of an object's members does not matter for equality.
public enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  /// An integer that fits in 64 bits with a sign.
  case integer(Int64)
  /// An integer above `Int64.max`. The parser and `init(_:)` never produce a smaller one; the writer accepts any.
  case unsigned(UInt64)
  /// A number with a fraction or an exponent, or an integer beyond the range of `UInt64`. JSON has no spelling for
  /// NaN and infinity: the writer spells them `null`.
  case double(Double)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)
}

// MARK: - From Swift values

extension JSONValue {
  /// An integer of any width up to 64 bits, in the case that the parser would produce.
  public init(_ value: some FixedWidthInteger) {
    if let small = Int64(exactly: value) {
      self = .integer(small)
    } else if let large = UInt64(exactly: value) {
      self = .unsigned(large)
    } else {
      self = .double(Double(value))
    }
  }

  public init(_ value: Double) { self = .double(value) }
  public init(_ value: Bool) { self = .bool(value) }
  public init(_ value: String) { self = .string(value) }
  public init(_ value: [JSONValue]) { self = .array(value) }
  public init(_ value: JSONObject) { self = .object(value) }
}

// MARK: - To Swift values

extension JSONValue {
  public var isNull: Bool { self == .null }

  public var boolValue: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The value as a signed integer: exact, so nil for numbers with a fraction or out of range.
  public var int64Value: Int64? {
    switch self {
    case .integer(let value): value
    case .double(let value): Int64(exactly: value)
    case .unsigned(let value): Int64(exactly: value)
    default: nil
    }
  }

  /// The value as an unsigned integer: exact, so nil for negative numbers, fractions, and numbers out of range.
  public var uint64Value: UInt64? {
    switch self {
    case .integer(let value): UInt64(exactly: value)
    case .double(let value): UInt64(exactly: value)
    case .unsigned(let value): value
    default: nil
    }
  }

  /// Any number as the nearest `Double`; nil for what is not a number.
  public var doubleValue: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .unsigned(let value): Double(value)
    case .double(let value): value
    default: nil
    }
  }

  public var stringValue: String? {
    if case .string(let value) = self { value } else { nil }
  }

  public var arrayValue: [JSONValue]? {
    if case .array(let value) = self { value } else { nil }
  }

  public var objectValue: JSONObject? {
    if case .object(let value) = self { value } else { nil }
  }

  /// A member of an object; nil when there is none or this is not an object.
  public subscript(key: String) -> JSONValue? {
    if case .object(let object) = self { object[key] } else { nil }
  }

  /// An element of an array; nil when the index is out of range or this is not an array.
  public subscript(index: Int) -> JSONValue? {
    guard case .array(let array) = self, array.indices.contains(index) else { return nil }
    return array[index]
  }
}

// MARK: - Literals

extension JSONValue: ExpressibleByNilLiteral {
  public init(nilLiteral: ()) { self = .null }
}

extension JSONValue: ExpressibleByBooleanLiteral {
  public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension JSONValue: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Int64) { self = .integer(value) }
}

extension JSONValue: ExpressibleByFloatLiteral {
  public init(floatLiteral value: Double) { self = .double(value) }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  public init(stringLiteral value: String) { self = .string(value) }
}

extension JSONValue: ExpressibleByArrayLiteral {
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
}

extension JSONValue: ExpressibleByDictionaryLiteral {
  /// Of a key that appears twice the last value wins, at the place of the first.
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }
}

// MARK: - Text

extension JSONValue: CustomStringConvertible {
  /// The value as compact JSON text.
  public var description: String { String(decoding: serialized(), as: UTF8.self) }
}

extension JSONValue {
  /// Parses one JSON document from UTF-8 bytes.
  ///
  /// - Throws: ``JSONError`` with the byte offset of what is wrong, also when a limit is exceeded.
  public init(parsing bytes: [UInt8], limits: JSONLimits = .default) throws(JSONError) {
    self = try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in
      try JSONValue(parsing: buffer, limits: limits)
    }
  }

  /// Parses one JSON document from UTF-8 bytes.
  public init(parsing bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits = .default) throws(JSONError) {
    var reader = try JSONReader(bytes, limits: limits)
    self = try reader.readValue()
    try reader.finish()
  }

  /// Parses one JSON document from UTF-8 bytes.
  public init(parsing bytes: UnsafeRawBufferPointer, limits: JSONLimits = .default) throws(JSONError) {
    try self.init(parsing: bytes.assumingMemoryBound(to: UInt8.self), limits: limits)
  }

  /// Parses one JSON document from text.
  public init(parsing text: String, limits: JSONLimits = .default) throws(JSONError) {
    try self.init(parsing: Array(text.utf8), limits: limits)
  }

  /// The value as compact JSON text in UTF-8.
  public func serialized(_ options: JSONWriter.Options = .init()) -> [UInt8] {
    var writer = JSONWriter(options: options)
    writer.write(self)
    return writer.finish()
  }
}
