/// The usual answer to a short call, read without taking it apart field by field.

import Glibc
public import WasmJSON

/// An outcome that is a JSON value and nothing else but its usage, spelled as this library's encoder spells it.
///
/// Whatever is spelled or made otherwise is left to ``WorkerMessage``, which accepts all of this, too, and finds the same
/// in it. Reading by rote touches a fifth of the code, which is what a call of microseconds consists of.
public struct BriefOutcome: Sendable {
  public let id: RequestID
  public let value: JSONValue
  public let fuel: UInt64
  public let wallNanoseconds: UInt64
  public let cpuNanoseconds: UInt64
  public let instantiateNanoseconds: UInt64
  public let peakMemoryBytes: UInt64

  /// The objects around the value, in which it is nested.
  private static let depthAroundValue = 3

  /// - Parameters:
  ///   - json: a frame's JSON part. The frame must have no attachment.
  ///   - fuelModel: how JSON spells what the usage must name, without the quotes.
  /// - Returns: nil for anything else than such an outcome.
  public init?(_ json: UnsafeRawBufferPointer, fuelModel: borrowing [UInt8]) {
    var text = TextScanner(json)
    guard text.skip("{\"type\":\"outcome\",\"id\":\""), let id: RequestID = text.hexadecimal(),
      text.skip("\",\"outcome\":{\"result\":{\"kind\":\"json\",\"value\":"), let value = Self.value(&text),
      text.skip("},\"usage\":{\"fuel\":"), let fuel = text.decimal(),
      text.skip(",\"fuelModel\":\""), text.skip(fuelModel),
      text.skip("\",\"wallNanoseconds\":"), let wallNanoseconds = text.decimal(),
      text.skip(",\"cpuNanoseconds\":"), let cpuNanoseconds = text.decimal(),
      text.skip(",\"instantiateNanoseconds\":"), let instantiateNanoseconds = text.decimal(),
      text.skip(",\"peakMemoryBytes\":"), let peakMemoryBytes = text.decimal(),
      text.skip("}}}"), text.isAtEnd
    else { return nil }
    self.id = id
    self.value = value
    self.fuel = fuel
    self.wallNanoseconds = wallNanoseconds
    self.cpuNanoseconds = cpuNanoseconds
    self.instantiateNanoseconds = instantiateNanoseconds
    self.peakMemoryBytes = peakMemoryBytes
  }

  private static func value(_ text: inout TextScanner) -> JSONValue? {
    if let integer = text.integer(before: UInt8(ascii: "}")) { return .integer(integer) }
    return longValue(&text)
  }

  @inline(never)
  private static func longValue(_ text: inout TextScanner) -> JSONValue? {
    var limits = JSONLimits.default
    limits.depth -= depthAroundValue
    return text.value(limits)
  }
}

/// Looks at a text from its start on. What is not there leaves the scanner where it was, or anywhere: the text is given up
/// then.
struct TextScanner {
  private var next: UnsafeRawPointer
  private let end: UnsafeRawPointer

  init(_ text: UnsafeRawBufferPointer) {
    // A pointer to nothing is never read from.
    let start = text.baseAddress ?? UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped
    next = start
    end = start + text.count
  }

  private var count: Int { end - next }
  var isAtEnd: Bool { next == end }

  @inline(__always)
  mutating func skip(_ literal: StaticString) -> Bool {
    let length = literal.utf8CodeUnitCount
    guard count >= length, memcmp(next, literal.utf8Start, length) == 0 else { return false }
    next += length
    return true
  }

  @inline(__always)
  mutating func skip(_ literal: borrowing [UInt8]) -> Bool {
    let length = literal.count
    let isThere = literal.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return true }
      return count >= length && memcmp(next, start, length) == 0
    }
    if isThere { next += length }
    return isThere
  }

  @inline(__always)
  mutating func hexadecimal<Value: HexadecimalSpelling>() -> Value? {
    guard count >= Value.digitCount, let value = Value(hexadecimalDigits: next) else { return nil }
    next += Value.digitCount
    return value
  }

  /// An integer of at most 18 digits, spelled as JSON wants it.
  @inline(never)
  mutating func decimal() -> UInt64? {
    var value: UInt64 = 0
    let start = next
    while next < end, next - start <= 18 {
      let digit = next.load(as: UInt8.self) &- UInt8(ascii: "0")
      guard digit < 10 else { break }
      value = value &* 10 &+ UInt64(digit)
      next += 1
    }
    let length = next - start
    guard length > 0, length <= 18, length == 1 || start.load(as: UInt8.self) != UInt8(ascii: "0") else { return nil }
    return value
  }

  /// An integer of at most 18 digits that a byte follows, which is not passed over; otherwise nothing is.
  mutating func integer(before following: UInt8) -> Int64? {
    let start = next
    guard !isAtEnd else { return nil }
    let isNegative = next.load(as: UInt8.self) == UInt8(ascii: "-")
    if isNegative { next += 1 }
    // `-0` is no integer.
    guard let magnitude = decimal(), !isAtEnd, next.load(as: UInt8.self) == following, !(isNegative && magnitude == 0)
    else {
      next = start
      return nil
    }
    return isNegative ? -Int64(magnitude) : Int64(magnitude)
  }

  /// A JSON value.
  mutating func value(_ limits: JSONLimits) -> JSONValue? {
    let rest = UnsafeRawBufferPointer(start: next, count: count).assumingMemoryBound(to: UInt8.self)
    guard var reader = try? JSONReader(rest, limits: limits), let value = try? reader.readValue() else { return nil }
    next += reader.offset
    return value
  }
}
