/// Requests that are spelled like the last one. A supervisor spells the calls of one function alike but for the id and the
/// arguments, so that of most requests only these need to be read.

private import Glibc
public import WasmJSON

/// How an `invoke` was spelled, and what it said.
///
/// A frame of the same spelling means the same but for the id's digits and the input's value: everything else of its text
/// has been decoded before, byte for byte.
public final class InvokeShape {
  /// What is kept of a request, in bytes. A longer one has no shape.
  static let maximumByteCount = 4_096
  /// The objects around the input's value: the message, the invocation, the input.
  private static let depthOfValue = 3

  /// For the input's value. What is around it can hold at most as many values as it has bytes.
  private static let limits = JSONLimits(
    depth: MessageDecoder.limits.depth - depthOfValue, nodes: MessageDecoder.limits.nodes - maximumByteCount,
    bytes: MessageDecoder.limits.bytes)

  /// Where a decoder found what differs between requests of one shape.
  struct Places {
    /// Behind the id's closing quote.
    var endOfID = 0
    /// The value of the input.
    var value = 0..<0
  }

  /// The kinds of input whose value is in the JSON part.
  private enum Kind {
    case arguments, typedArguments, document
  }

  /// The text without the id's digits and the value.
  private let literals: [UInt8]
  /// How many of the literals stand before the id's digits.
  private let countBeforeID: Int
  /// How many of them stand between the id's digits and the value.
  private let countBeforeValue: Int
  private let kind: Kind
  /// What the request said, but for its input.
  public let invocation: Invocation

  /// Nil for a request that has none of these kinds of input, is too long, or spells its id in an unusual way.
  init?(_ json: UnsafeBufferPointer<UInt8>, _ places: Places, _ invoke: Invoke) {
    switch invoke.invocation.input {
    case .arguments: kind = .arguments
    case .typedArguments: kind = .typedArguments
    case .document: kind = .document
    case .none, .documentText, .bytes, .stdin: return nil
    }
    let digits = places.endOfID - 1 - RequestID.digitCount
    let rest = places.endOfID - 1
    guard digits > 0, json[digits - 1] == UInt8(ascii: "\""), !places.value.isEmpty, rest < places.value.lowerBound,
      json.count - places.value.count <= Self.maximumByteCount + RequestID.digitCount,
      RequestID(hexadecimal: UnsafeBufferPointer(rebasing: json[digits..<rest])) == invoke.id
    else { return nil }
    var literals = Array(json[..<digits])
    literals += json[rest..<places.value.lowerBound]
    literals += json[places.value.upperBound...]
    self.literals = literals
    countBeforeID = digits
    countBeforeValue = places.value.lowerBound - rest
    var invocation = invoke.invocation
    invocation.input = .none
    self.invocation = invocation
  }

  /// Reads the request in a frame, if it is spelled so.
  ///
  /// - Returns: whether it is. If not, nothing is said about the frame: it may hold another request, or be wrong.
  public func read(_ frame: FrameInPlace, into request: inout RepeatedInvoke) -> Bool {
    guard frame.attachment.isEmpty, let id = idOfMatch(frame.json) else { return false }
    let start = countBeforeID &+ RequestID.digitCount &+ countBeforeValue
    let end = frame.json.count &- (literals.count &- countBeforeID &- countBeforeValue)
    let spelling = UnsafeBufferPointer(rebasing: frame.json[start..<end])
    request.id = id
    if kind == .arguments, request.numbers.read(spelling) {
      request.input = .numbers
      return true
    }
    guard let input = input(spelling) else { return false }
    request.input = .value(input)
    return true
  }

  /// The id, if the text is this one but for the id and something where the value is.
  private func idOfMatch(_ json: UnsafeBufferPointer<UInt8>) -> RequestID? {
    literals.withUnsafeBufferPointer { literals in
      let rest = countBeforeID &+ RequestID.digitCount
      let countBehindValue = literals.count &- countBeforeID &- countBeforeValue
      guard json.count > literals.count &+ RequestID.digitCount, let text = json.baseAddress,
        let known = literals.baseAddress,
        memcmp(text, known, countBeforeID) == 0,
        memcmp(text + rest, known + countBeforeID, countBeforeValue) == 0,
        memcmp(
          text + (json.count &- countBehindValue), known + (literals.count &- countBehindValue), countBehindValue) == 0
      else { return nil }
      return RequestID(hexadecimalDigits: text + countBeforeID)
    }
  }

  private func input(_ spelling: UnsafeBufferPointer<UInt8>) -> Invocation.Input? {
    // Whatever is wrong here is told by the decoder of the whole message.
    guard let value = try? JSONValue(parsing: spelling, limits: Self.limits) else { return nil }
    switch kind {
    case .arguments: return .arguments(value)
    case .document: return .document(value)
    case .typedArguments: return (try? TypedValue.list(value)).map { .typedArguments($0) }
    }
  }
}

/// What is new in a request that is spelled like the last one.
public struct RepeatedInvoke {
  public enum Input {
    /// `arguments` that are nothing but a few numbers: ``RepeatedInvoke/numbers``.
    case numbers
    // Indirect, so that the usual case is a word.
    indirect case value(Invocation.Input)
  }

  public internal(set) var id = RequestID(0)
  public internal(set) var input = Input.numbers
  public internal(set) var numbers = ShortNumbers()

  /// Room for requests.
  public init() {}

  /// The request with all that it says.
  ///
  /// - Parameter shape: how it was spelled.
  public func request(_ shape: InvokeShape) -> Invoke {
    var invocation = shape.invocation
    invocation.input =
      switch input {
      case .numbers: .arguments(numbers.json)
      case .value(let input): input
      }
    return Invoke(id: id, invocation: invocation)
  }

  /// Forgets the input, which may be large.
  public mutating func forgetInput() { input = .numbers }
}

/// A few numbers, in place: the arguments of most short calls.
public struct ShortNumbers: Sendable {
  public static let capacity = 8

  public enum Number: Sendable {
    case integer(Int64)
    case double(Double)
  }

  public private(set) var count = 0
  private var numbers = InlineArray<8, Number>(repeating: .integer(0))

  public subscript(index: Int) -> Number { numbers[index] }

  /// The same as JSON.
  public var json: JSONValue {
    .array(
      (0..<count).map { index in
        switch numbers[index] {
        case .integer(let number): .integer(number)
        case .double(let number): .double(number)
        }
      })
  }

  /// Reads the elements of an array of numbers without white space.
  ///
  /// - Returns: false for anything else, and for what takes more than a glance: more of them, long ones, and exponents. What is
  ///   held has no meaning then.
  mutating func read(_ spelling: UnsafeBufferPointer<UInt8>) -> Bool {
    guard spelling.count >= 2, spelling[0] == UInt8(ascii: "["), spelling[spelling.count &- 1] == UInt8(ascii: "]")
    else {
      return false
    }
    let end = spelling.count &- 1
    var index = 1
    count = 0
    while index < end {
      if count > 0 {
        guard spelling[index] == UInt8(ascii: ",") else { return false }
        index &+= 1
      }
      let isNegative = spelling[index] == UInt8(ascii: "-")
      if isNegative { index &+= 1 }
      let start = index
      var magnitude: Int64 = 0
      Self.readDigits(spelling, &index, &magnitude)
      // 18 digits cannot overflow.
      guard index > start, index &- start <= 18, count < Self.capacity else { return false }
      if spelling[start] == UInt8(ascii: "0"), index &- start > 1 { return false }
      if spelling[index] == UInt8(ascii: ".") {
        let point = index
        index &+= 1
        Self.readDigits(spelling, &index, &magnitude)
        // Up to 15 digits and the power of ten are exact, and so the quotient is the nearest (Clinger).
        guard index &- point > 1, index &- start <= 16 else { return false }
        let value = Double(magnitude) / powersOfTen[index &- point &- 1]
        numbers[count] = .double(isNegative ? -value : value)
      } else {
        // `-0` is no integer.
        if isNegative, magnitude == 0 { return false }
        numbers[count] = .integer(isNegative ? 0 &- magnitude : magnitude)
      }
      count &+= 1
    }
    return true
  }

  /// - Parameter text: ends with something that is no digit.
  @inline(__always)
  private static func readDigits(_ text: UnsafeBufferPointer<UInt8>, _ index: inout Int, _ number: inout Int64) {
    while text[index] &- UInt8(ascii: "0") < 10 {
      number = number &* 10 &+ Int64(text[index] &- UInt8(ascii: "0"))
      index &+= 1
    }
  }
}

/// Those that some digits behind a point can ask for.
private let powersOfTen: InlineArray<16, Double> = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
]
