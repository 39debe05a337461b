/// Writing the usual outcome: a plain value and what the call used, and nothing else.

private import Glibc
public import WasmJSON

/// An outcome that is nothing but a plain value.
public struct PlainOutcome {
  public var value: JSONValue
  public var usage: Usage

  public init(value: JSONValue = .null, usage: Usage = .init()) {
    self.value = value
    self.usage = usage
  }

  /// The same as any outcome.
  public var outcome: Outcome { Outcome(result: .success(.json(value)), usage: usage) }
}

/// Encodes such outcomes one after the other, in room of its own. The frames are those of ``WorkerMessage/encoded(limits:)``,
/// byte for byte.
public struct PlainOutcomeEncoder: ~Copyable {
  /// For everything but the header, the fuel model's name and a value that is no short number: six numbers of at most 20
  /// characters, the id's 16, and the text between.
  private static let countOfRest = 384
  /// The longest frame. Others are for the usual way, which keeps nothing.
  public static let capacity = 16 << 10

  private let room = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 8)
  /// The one that `fuelModelText` spells.
  private var fuelModel = ""
  private var fuelModelText: [UInt8] = Array(#""""#.utf8)

  public init() {}

  deinit { room.deallocate() }

  /// The frame of an outcome, valid until the next one is encoded; nil if it is larger than the limits or the room allow.
  public mutating func encode(
    _ id: RequestID, _ outcome: borrowing PlainOutcome, limits: FrameLimits
  ) -> UnsafeRawBufferPointer? {
    let usage = outcome.usage
    let value = outcome.value
    if usage.fuelModel != fuelModel { spell(usage.fuelModel) }
    let number = ShortNumber(value)
    let spelledValue = if number == nil { value.serialized() } else { [] as [UInt8] }
    let needed = FrameHeader.byteCount + Self.countOfRest + spelledValue.count + fuelModelText.count
    guard needed <= room.count, let start = room.baseAddress else { return nil }

    var text = Text(end: start + FrameHeader.byteCount)
    text.append(#"{"type":"outcome","id":""#)
    id.writeHexadecimal(to: text.end)
    text.end += RequestID.digitCount
    text.append(#"","outcome":{"result":{"kind":"json","value":"#)
    if let number { text.append(number) } else { text.append(spelledValue) }
    text.append(#"},"usage":{"fuel":"#)
    text.append(usage.fuel)
    text.append(#","fuelModel":"#)
    text.append(fuelModelText)
    text.append(#","wallNanoseconds":"#)
    text.append(usage.wallNanoseconds)
    text.append(#","cpuNanoseconds":"#)
    text.append(usage.cpuNanoseconds)
    text.append(#","instantiateNanoseconds":"#)
    text.append(usage.instantiateNanoseconds)
    text.append(#","peakMemoryBytes":"#)
    text.append(usage.peakMemoryBytes)
    text.append("}}}")

    let byteCount = text.end - start
    let jsonByteCount = byteCount - FrameHeader.byteCount
    guard jsonByteCount <= limits.maxJSONBytes else { return nil }
    start.storeBytes(of: UInt64(jsonByteCount).littleEndian, as: UInt64.self)
    return UnsafeRawBufferPointer(start: start, count: byteCount)
  }

  @inline(never)
  private mutating func spell(_ fuelModel: String) {
    self.fuelModel = fuelModel
    fuelModelText = JSONValue.string(fuelModel).serialized()
  }
}

/// A value that is spelled with digits, a sign and a point behind them at most.
private enum ShortNumber {
  case integer(Int64)
  /// A number with a fraction of 0.
  case whole(Int64)

  init?(_ value: JSONValue) {
    switch value {
    case .integer(let number): self = .integer(number)
    case .double(let number):
      // Up to there the digits of the integer are the shortest ones. The zeros have signs.
      guard number.magnitude < 0x1p53, number != 0, let whole = Int64(exactly: number) else { return nil }
      self = .whole(whole)
    default: return nil
    }
  }
}

/// Text that is written into room which is known to suffice.
private struct Text {
  var end: UnsafeMutableRawPointer

  @inline(__always)
  mutating func append(_ text: StaticString) {
    memcpy(end, text.utf8Start, text.utf8CodeUnitCount)
    end += text.utf8CodeUnitCount
  }

  mutating func append(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { if let start = $0.baseAddress { memcpy(end, start, $0.count) } }
    end += bytes.count
  }

  @inline(__always)
  mutating func append(_ number: ShortNumber) {
    switch number {
    case .integer(let number): append(number)
    case .whole(let number):
      append(number)
      append(".0")
    }
  }

  private mutating func append(_ number: Int64) {
    if number < 0 { append("-") }
    append(number.magnitude)
  }

  mutating func append(_ number: UInt64) { end += number.writeDecimal(to: end) }
}
