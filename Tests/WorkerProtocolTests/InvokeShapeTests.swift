/// Requests that are read by the shape of the one before must mean what the decoder of whole messages says.

import Testing
import WasmJSON
import WorkerProtocol

@Suite("Invoke shapes")
struct InvokeShapeTests {
  /// The same on every run.
  private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state ^ state >> 33) &* 0xFF51_AFD7_ED55_8CCD
    }
  }

  private static func framed(_ json: [UInt8], _ attachment: [UInt8] = []) -> [UInt8] {
    func length(_ count: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } }
    return length(json.count) + length(attachment.count) + json + attachment
  }

  /// Hands the frame over as the worker gets it.
  private static func inPlace<Value>(
    _ json: [UInt8], _ attachment: [UInt8] = [], _ body: (FrameInPlace) throws -> Value
  ) throws -> Value {
    try framed(json, attachment).withUnsafeBytes { bytes in
      var decoder = FrameDecoder(limits: .default)
      return try body(try #require(try decoder.frameInPlace(bytes)))
    }
  }

  /// The shape that a worker notes of a request.
  private static func shape(_ json: [UInt8], _ attachment: [UInt8] = []) throws -> InvokeShape? {
    var worker = WorkerState()
    try worker.willSend(.ready(sampleReady))
    _ = try worker.receive(Frame(json: Array(#"{"type":"configure","id":"fedcba9876543210"}"#.utf8)))
    try worker.willSend(.configured(Configured(id: otherID)))
    var shape: InvokeShape?
    _ = try inPlace(json, attachment) { try worker.receive($0, noting: &shape) }
    return shape
  }

  /// What the shape reads, if anything, is what the frame says.
  ///
  /// - Returns: whether the shape has read it.
  private static func check(_ json: [UInt8], _ shape: InvokeShape, _ attachment: [UInt8] = []) throws -> Bool {
    var read = RepeatedInvoke()
    guard try inPlace(json, attachment, { shape.read($0, into: &read) }) else { return false }
    let said = try? SupervisorMessage(Frame(json: json, attachment: attachment))
    let request = SupervisorMessage.invoke(read.request(shape))
    // Equal values may differ in a zero's sign, which their spelling shows.
    #expect(
      said == request && (try? said?.encoded().bytes) == (try? request.encoded().bytes),
      "\(String(decoding: json, as: UTF8.self))")
    return true
  }

  /// The frame of a vector.
  private static func golden(_ name: String) throws -> Frame {
    var decoder = FrameDecoder(limits: .default)
    return try #require(try decoder.decode(bytes(of: "vectors/\(name).bin")).first)
  }

  private static func request(_ value: String, id: String = "0123456789abcdef", kind: String = "arguments") -> [UInt8] {
    Array(
      """
      {"type":"invoke","id":"\(id)","invocation":{"module":"\(String(repeating: "5", count: 64))",\
      "entry":{"function":"add"},"input":{"kind":"\(kind)","value":\(value)},"limits":{"fuel":null}}}
      """.utf8)
  }

  @Test(
    "a request that differs in its id and its value only is read by its shape",
    arguments: [
      "[]", "[1]", "[5,3]", "[-5,0]", "[1,2,3,4,5,6,7,8]", "[1,2,3,4,5,6,7,8,9]", "[ 5 , 3 ]", " [5,3] ", "[-0,1]",
      "[0.1,-0.0,0.0]",
      "[123456789012345.5,12345678901234.5,0.000000000000001]", "[0.5e1,1E2,-1.5e-3]",
      "[999999999999999999]", "[1000000000000000000]", "[18446744073709551615]", "[-9223372036854775808]", "[1.5,-2e3]",
      "[18446744073709551616]", "[[1],[2,[]]]", #"["a","\u0041\n\"","\ud83d\ude00","é"]"#, #"{"a":1,"b":{"a":2}}"#,
      #"{"a":1,"a":2,"\u0061":3}"#, "null", "7", "true", #""text""#, #""}}""#, #"[{"id":"0123456789abcdef"}]"#,
    ])
  func sameShape(value: String) throws {
    for kind in ["arguments", "document"] {
      let shape = try #require(try Self.shape(Self.request("[5,3]", kind: kind)))
      for id in ["0123456789abcdef", "0000000000000000", "ffffffffffffffff"] {
        #expect(try Self.check(Self.request(value, id: id, kind: kind), shape))
      }
    }
  }

  @Test(
    "a request that is wrong, or may be, is left to the decoder of whole messages",
    arguments: [
      "", "[", "]", "[1,]", "[,1]", "[1 2]", "[01]", "[-]", "[--1]", "[1-]", "[+1]", "[1.]", "[.5]", "[-.5]", "[00.5]",
      "[1.5.5]", "[1e400]", "[5,3]]", "1,2",
      "[5,3],\"value\":1", "[5,3]}", "\"\\ud800\"", "\"\u{1}\"", "[NaN]", "tru", "{\"a\"}",
      String(repeating: "[", count: 510) + String(repeating: "]", count: 510),
    ])
  func otherShape(value: String) throws {
    let shape = try #require(try Self.shape(Self.request("[5,3]")))
    #expect(try !Self.check(Self.request(value), shape))
    for id in ["0123456789ABCDEF", "0123456789abcde", "0123456789abcdef0", "0123456789abcdeg", #"\u0030123456789a"#] {
      #expect(try !Self.check(Self.request("[5,3]", id: id), shape))
    }
    #expect(try !Self.check(Self.request("[5,3]"), shape, [1]))
  }

  @Test("numbers are what their digits say")
  func numbers() throws {
    let shape = try #require(try Self.shape(Self.request("[5,3]")))
    var generator = Generator(state: 7)
    for _ in 0..<5_000 {
      func digits(_ count: ClosedRange<Int>) -> String {
        (0..<Int.random(in: count, using: &generator)).map { _ in "\(Int.random(in: 0...9, using: &generator))" }
          .joined()
      }
      let sign = Bool.random(using: &generator) ? "-" : ""
      let fraction = Bool.random(using: &generator) ? ".\(digits(0...16))" : ""
      _ = try Self.check(Self.request("[\(sign)\(digits(1...19))\(fraction),1]"), shape)
    }
  }

  @Test("values nest as deep as in any message, and hold as many")
  func limits() throws {
    let shape = try #require(try Self.shape(Self.request("[5,3]")))
    let deepest = String(repeating: "[", count: 509) + String(repeating: "]", count: 509)
    #expect(try Self.check(Self.request(deepest), shape))
    for count in [240_000, 249_000, 260_000] {
      _ = try Self.check(Self.request("[" + String(repeating: "1,", count: count) + "1]"), shape)
    }
  }

  @Test("a request without a value in its text, or one that is long, has no shape")
  func noShape() throws {
    for name in ["invoke-minimal", "invoke-bytes", "invoke-document-text", "invoke-command", "invoke-instantiate"] {
      let frame = try Self.golden(name)
      #expect(try Self.shape(frame.json, frame.attachment) == nil)
    }
    let long = String(repeating: " ", count: 4_096)
    #expect(try Self.shape(Self.request("[5,3]\(long)")) == nil)
    #expect(try Self.shape(Self.request(#"["\#(long)"]"#)) != nil)
    let escaped = Self.request("[5,3]", id: #"\u0030123456789abcdef"#)
    #expect(try Self.shape(escaped) == nil)
  }

  @Test(
    "whatever becomes of a request's text, its shape reads what the text says or nothing",
    arguments: names(in: "vectors", withExtension: "json").filter { $0.hasPrefix("invoke-") })
  func mutations(name: String) throws {
    let frame = try Self.golden(name)
    let message = try JSONValue(parsing: frame.json)
    let members = try #require(message.objectValue)
    let spellings = [
      frame.json, [0x20] + JSONValue.object(JSONObject(members.reversed().map { ($0.key, $0.value) })).serialized(),
      message.serialized(.canonical) + [0x0A], frame.json.flatMap { $0 == 0x2C ? [0x2C, 0x20] : [$0] },
    ]
    var generator = Generator(state: name.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) })
    var readCount = 0
    for json in spellings {
      guard let shape = try Self.shape(json, frame.attachment) else { continue }
      #expect(try Self.check(json, shape))
      for _ in 0..<1_500 {
        var mutated = json
        for _ in 0..<Int.random(in: 1...3, using: &generator) { Self.mutate(&mutated, &generator) }
        if try Self.check(mutated, shape) { readCount += 1 }
      }
    }
    let hasShape = ["invoke-arguments", "invoke-numbers", "invoke-text", "invoke-typed", "invoke-document"]
    #expect(hasShape.contains(name) == (readCount > 0))
  }

  private static func mutate(_ json: inout [UInt8], _ generator: inout Generator) {
    let alphabet = Array(#"0123456789abcdef-+.eE"\/[]{}:, nultrs"#.utf8) + [0x0A, 0x00, 0xC3, 0xA9, 0xFF]
    let place = Int.random(in: 0..<json.count, using: &generator)
    let length = min(Int.random(in: 0..<12, using: &generator), json.count - place)
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: json[place] = alphabet.randomElement(using: &generator) ?? 0
    case 1: json.insert(alphabet.randomElement(using: &generator) ?? 0, at: place)
    case 2 where json.count > 2: json.remove(at: place)
    // A piece twice, as a field or an element may be.
    case 3: json.insert(contentsOf: Array(json[place..<place + length]), at: place)
    case 4:
      let other = Int.random(in: 0..<json.count, using: &generator)
      json.swapAt(place, other)
    default:
      // Digits are where ids and numbers are.
      guard let digit = json.indices.filter({ json[$0] &- 0x30 < 10 }).randomElement(using: &generator) else { return }
      json[digit] = UInt8.random(in: 0x30...0x39, using: &generator)
    }
  }

  @Test("a worker takes a request by its shape when it would take any")
  func phases() throws {
    let limits = InvocationLimits(maxHostCalls: 1)
    var worker = WorkerState()
    func take(_ id: RequestID) -> Bool { worker.receive(invoke: id, limits) }
    func answer(_ id: RequestID) -> Bool { worker.willSend(outcomeOf: id) }
    #expect(!take(sampleID))
    try worker.willSend(.ready(sampleReady))
    #expect(!take(sampleID))
    _ = try worker.receive(Frame(json: Array(#"{"type":"configure","id":"fedcba9876543210"}"#.utf8)))
    try worker.willSend(.configured(Configured(id: otherID)))
    #expect(take(sampleID))
    #expect(!take(otherID))
    #expect(!answer(otherID))
    try worker.willSend(.hostCall(HostCall(id: sampleID, sequence: 1, function: "f", argument: nil)))
    #expect(!answer(sampleID))
    let result = try SupervisorMessage.hostResult(HostResult(id: sampleID, sequence: 1, result: .success(nil)))
      .encoded()
    _ = try worker.receive(Frame(json: Array(result.head.dropFirst(8))))
    // The limits are those of this invocation.
    #expect(throws: ProtocolViolation.self) {
      try worker.willSend(.hostCall(HostCall(id: sampleID, sequence: 2, function: "f", argument: nil)))
    }
    #expect(answer(sampleID))
    #expect(take(otherID))
    try worker.willSend(.hostCall(HostCall(id: otherID, sequence: 1, function: "f", argument: nil)))
    var template = WorkerState(isTemplate: true)
    try template.willSend(.ready(sampleReady))
    _ = try template.receive(Frame(json: Array(#"{"type":"configure","id":"fedcba9876543210"}"#.utf8)))
    try template.willSend(.configured(Configured(id: otherID)))
    let isTaken = template.receive(invoke: sampleID, limits)
    #expect(!isTaken)
  }
}

@Suite("Plain outcomes")
struct PlainOutcomeTests {
  private static let values: [JSONValue] = [
    8, 0, -1, .integer(.max), .integer(.min), .unsigned(.max), 1.5, -0.0, 1e300, .double(.nan), true, false, nil, "",
    "text", "\u{1}\"\\é😀", [1, 2], [], [:], ["a": [1, ["b": nil]]], .string(String(repeating: "x", count: 5_000)),
    .array(Array(repeating: 1, count: 1_000)), 4.0, -4.0, 0.0, 1e15, 1e16, -1e15, 123_456_789.0, 0.1, -2.75, 1e-7,
    0x1p53,
    0x1p52, -0x1p52, 9_007_199_254_740_991.0, 9_007_199_254_740_990.0, -9_007_199_254_740_993.0, 1_000_000.0, 1e22,
    .double(.infinity),
  ]

  @Test("they are encoded byte for byte as other messages are")
  func sameBytes() throws {
    var encoder = PlainOutcomeEncoder()
    var numbers: [UInt64] = [0, 1, 9, 10, 99, 100, .max, .max - 1]
    for exponent in 1..<20 {
      let power = (0..<exponent).reduce(1 as UInt64) { power, _ in power * 10 }
      numbers += [power - 1, power, power + 1]
    }
    for (index, value) in Self.values.enumerated() {
      for (place, number) in numbers.enumerated() {
        let other = numbers[(place + index) % numbers.count]
        let usage = Usage(
          fuel: number, fuelModel: ["wasmtime-50", "", "a \"long\" name of another model"][index % 3],
          wallNanoseconds: other, cpuNanoseconds: number, instantiateNanoseconds: other, peakMemoryBytes: number)
        let id = RequestID(number &* 0x9E37_79B9_7F4A_7C15)
        let outcome = PlainOutcome(value: value, usage: usage)
        let expected = try WorkerMessage.outcome(OutcomeReply(id: id, outcome: outcome.outcome)).encoded()
        let frame = encoder.encode(id, outcome, limits: .default).map { Array($0) }
        #expect(frame == expected.bytes)
        // Both measure alike.
        let exact = FrameLimits(maxJSONBytes: UInt32(expected.byteCount - 8))
        let exactFrame = encoder.encode(id, outcome, limits: exact)
        #expect(exactFrame != nil)
        let tooSmall = FrameLimits(maxJSONBytes: exact.maxJSONBytes - 1)
        let tooLarge = encoder.encode(id, outcome, limits: tooSmall)
        #expect(tooLarge == nil)
      }
    }
    let long = PlainOutcome(value: .string(String(repeating: "x", count: PlainOutcomeEncoder.capacity)))
    let frame = encoder.encode(sampleID, long, limits: .default)
    #expect(frame == nil)
  }
}
