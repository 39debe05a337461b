/// Invocations that differ in their arguments only, spelled without spelling the rest of them anew.

public import WasmJSON

/// The text of an `invoke` with JSON arguments, with two holes: the request's id and the arguments.
public struct InvokeSpelling: Sendable {
  /// Behind the frame's header, up to the arguments.
  private let beginning: [UInt8]
  /// Behind the arguments.
  private let ending: [UInt8]

  /// Where the id is spelled in the beginning: behind its key, the first one after the type.
  private static let idOffset = "{\"type\":\"invoke\",\"id\":\"".utf8.count

  /// - Parameter invocation: its input does not matter.
  public init(_ invocation: Invocation) {
    // What two spellings have in common that differ in the arguments alone is the rest of them.
    let first = Self.spelling(of: invocation, arguments: .null)
    let second = Self.spelling(of: invocation, arguments: .integer(0))
    let common = zip(first, second).prefix { $0 == $1 }.count
    beginning = Array(first[..<common])
    ending = Array(first[(common + "null".utf8.count)...])
  }

  private static func spelling(of invocation: Invocation, arguments: JSONValue) -> [UInt8] {
    var invocation = invocation
    invocation.input = .arguments(arguments)
    let message = SupervisorMessage.invoke(Invoke(id: RequestID(0), invocation: invocation))
    let largest = FrameLimits(maxJSONBytes: .max, maxAttachmentBytes: .max)
    // Nothing is too large for these limits.
    let frame = try? message.encoded(limits: largest)
    return Array(frame?.head.dropFirst(FrameHeader.byteCount) ?? [])
  }

  /// Writes the frame of a request, byte for byte as ``SupervisorMessage`` spells it.
  ///
  /// - Returns: the frame's length; nil if there is no room for it.
  public func write(
    _ id: RequestID, _ arguments: JSONValue, to frame: UnsafeMutableRawBufferPointer
  ) -> Int? {
    var text = TextFiller(frame)
    guard text.skip(FrameHeader.byteCount), text.append(beginning) else { return nil }
    guard text.appendValue(arguments), text.append(ending), let start = frame.baseAddress else { return nil }
    id.writeHexadecimal(to: start + FrameHeader.byteCount + Self.idOffset)
    start.storeBytes(of: UInt64(text.count - FrameHeader.byteCount).littleEndian, as: UInt64.self)
    return text.count
  }
}

/// Fills a buffer with a text from its start on. What does not fit is not written, and the text is given up.
private struct TextFiller {
  private var next: UnsafeMutableRawPointer
  private let start: UnsafeMutableRawPointer
  private let end: UnsafeMutableRawPointer

  init(_ buffer: UnsafeMutableRawBufferPointer) {
    // A pointer to nothing is never written to.
    start = buffer.baseAddress ?? UnsafeMutableRawPointer(bitPattern: 1).unsafelyUnwrapped
    next = start
    end = start + buffer.count
  }

  var count: Int { next - start }

  mutating func skip(_ byteCount: Int) -> Bool {
    guard end - next >= byteCount else { return false }
    next += byteCount
    return true
  }

  @inline(__always)
  mutating func append(_ bytes: borrowing [UInt8]) -> Bool {
    let place = next
    let count = bytes.count
    guard skip(count) else { return false }
    bytes.withUnsafeBytes { bytes in
      if let source = bytes.baseAddress { place.copyMemory(from: source, byteCount: count) }
    }
    return true
  }

  @inline(__always)
  private mutating func append(_ byte: UInt8) -> Bool {
    guard next < end else { return false }
    next.storeBytes(of: byte, as: UInt8.self)
    next += 1
    return true
  }

  /// Small integers, and arrays of them, are written here; everything else by the writer of all JSON.
  mutating func appendValue(_ value: JSONValue) -> Bool {
    switch value {
    case .integer(let integer): return append(integer)
    case .array(let elements):
      let place = next
      guard append(UInt8(ascii: "[")) else { return false }
      for index in elements.indices {
        guard case .integer(let integer) = elements[index] else {
          next = place
          return appendAny(value)
        }
        if index > 0, !append(UInt8(ascii: ",")) { return false }
        guard append(integer) else { return false }
      }
      return append(UInt8(ascii: "]"))
    default: return appendAny(value)
    }
  }

  @inline(never)
  private mutating func appendAny(_ value: JSONValue) -> Bool { append(value.serialized()) }

  private mutating func append(_ integer: Int64) -> Bool {
    // Int64.min has 20 characters.
    guard end - next >= 20 else { return false }
    if integer < 0 { _ = append(UInt8(ascii: "-")) }
    next += integer.magnitude.writeDecimal(to: next)
    return true
  }
}
