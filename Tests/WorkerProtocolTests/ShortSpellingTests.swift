/// What is spelled and read by rote must be what is spelled and read field by field.

import Testing
import WasmJSON
import WorkerProtocol

@Suite("Requests and outcomes by rote")
struct ShortSpellingTests {
  private static let arguments: [JSONValue] = [
    .null, .bool(true), 0, -1, 7, 10, 99, 100, .integer(.min), .integer(.max), .unsigned(.max), .double(0.5),
    .double(-0.0), .double(1e300), .double(.nan), "", "text", "ü\n\"\\ \u{1F600}", [], [1], [5, 3], [-5, 3, 1_000_000],
    [1, "two"], [[1], [2, [3]]], [.null, .bool(false)], [:], ["a": 1, "b": [1, ["c": .null]]],
    .array((0..<40).map { .integer($0 * 1_000_003) }),
  ]

  private static func invocations() throws -> [Invocation] {
    var invocations: [Invocation] = []
    for index in 0..<6 {
      var limits = InvocationLimits()
      limits.fuel = [nil, 0, 123_456][index % 3]
      limits.memoryBytes = index == 4 ? 65_536 : limits.memoryBytes
      var invocation = try sampleInvocation(limits: limits)
      invocation.entry = .function(
        ["add", "null", "0", "\"value\":null", "ü", String(repeating: "long", count: 60)][index])
      invocation.parameters = index == 2 ? .lenient : .strict
      invocation.enableWASI = index != 3
      invocation.environment = index == 5 ? [.init(name: "null", value: "0")] : []
      invocations.append(invocation)
    }
    return invocations
  }

  @Test("an invocation's frame is byte for byte the encoder's, whatever the arguments")
  func invocations() throws {
    for (number, var invocation) in try Self.invocations().enumerated() {
      let spelling = InvokeSpelling(invocation)
      for arguments in Self.arguments {
        invocation.input = .arguments(arguments)
        let id = RequestID(UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
        let expected = try SupervisorMessage.invoke(Invoke(id: id, invocation: invocation)).encoded(limits: .default)
          .bytes
        withUnsafeTemporaryAllocation(byteCount: 8_192, alignment: 8) { room in
          let count = spelling.write(id, arguments, to: room)
          #expect(count.map { Array(room[..<$0]) } == expected)
          // Exactly as much room as needed is enough, and any less is none.
          #expect(spelling.write(id, arguments, to: .init(rebasing: room[..<(expected.count + 19)])) == expected.count)
          for less in [0, 1, 7, 8, 30, expected.count / 2, expected.count - 1] {
            #expect(spelling.write(id, arguments, to: .init(rebasing: room[..<less])) == nil)
          }
        }
      }
    }
  }

  private static let fuelModel = Array("wasmtime-50".utf8)

  private static func brief(_ json: [UInt8]) -> BriefOutcome? {
    json.withUnsafeBytes { BriefOutcome($0, fuelModel: fuelModel) }
  }

  private static func reply(_ value: JSONValue, fuel: UInt64 = 4, peak: UInt64 = 65_536) -> OutcomeReply {
    OutcomeReply(
      id: sampleID,
      outcome: Outcome(
        result: .success(.json(value)),
        usage: Usage(
          fuel: fuel, fuelModel: "wasmtime-50", wallNanoseconds: 89_527, cpuNanoseconds: 0,
          instantiateNanoseconds: 999_999_999_999_999_999, peakMemoryBytes: peak)))
  }

  private static func json(_ reply: OutcomeReply) throws -> [UInt8] {
    Array(try WorkerMessage.outcome(reply).encoded(limits: .default).head.dropFirst(FrameHeader.byteCount))
  }

  /// What the general decoder makes of a text, if that can be a brief outcome at all.
  private static func general(_ json: [UInt8]) -> OutcomeReply? {
    guard case .outcome(let reply)? = try? WorkerMessage(Frame(json: json)), case .success(.json) = reply.outcome.result
    else { return nil }
    return reply
  }

  private static func isSame(_ brief: BriefOutcome, _ reply: OutcomeReply?) -> Bool {
    guard let reply, case .success(.json(let value)) = reply.outcome.result else { return false }
    let usage = Usage(
      fuel: brief.fuel, fuelModel: "wasmtime-50", wallNanoseconds: brief.wallNanoseconds,
      cpuNanoseconds: brief.cpuNanoseconds, instantiateNanoseconds: brief.instantiateNanoseconds,
      peakMemoryBytes: brief.peakMemoryBytes)
    // Bit for bit: a NaN is null, and -0.0 is not 0.
    return reply
      == OutcomeReply(id: brief.id, outcome: Outcome(result: .success(.json(value)), usage: usage))
      && brief.value.serialized() == value.serialized()
  }

  @Test("the usual outcome is read by rote, with every kind of value")
  func outcomes() throws {
    for value in Self.arguments {
      let json = try Self.json(Self.reply(value))
      let brief = try #require(Self.brief(json), "\(value)")
      #expect(Self.isSame(brief, Self.general(json)))
    }
  }

  @Test("an outcome with anything else in it is not")
  func otherOutcomes() throws {
    var others: [OutcomeReply] = []
    for index in 0..<7 {
      var reply = Self.reply(1)
      switch index {
      case 0: reply.outcome.result = .failure(Failure(.trap, "unreachable"))
      case 1: reply.outcome.result = .success(.typed([.i32(1)]))
      case 2: reply.outcome.logs = [LogRecord(level: .info, message: "m")]
      case 3: reply.outcome.exitCode = 0
      case 4: reply.outcome.networkDenied = true
      case 5: reply.outcome.logsTruncated = true
      default: reply.outcome.usage.fuelModel = "wasmtime-51"
      }
      others.append(reply)
    }
    for reply in others { #expect(Self.brief(try Self.json(reply)) == nil) }
    // What needs 19 digits and more is left to the other reader.
    #expect(Self.brief(try Self.json(Self.reply(1, fuel: .max))) == nil)
  }

  @Test("what is read by rote from a damaged text is what the general decoder reads, or nothing")
  func damaged() throws {
    var numbers = SystemRandomNumberGenerator()
    let alphabet = Array("0123456789abcdef-+.eE\"\\{}[],: \tntrufals\u{0}\u{7F}\u{80}\u{FF}".utf8)
    var accepted = 0
    for value in Self.arguments {
      let whole = try Self.json(Self.reply(value))
      for round in 0..<400 {
        var json = whole
        for _ in 0...(round % 3) {
          let position = Int.random(in: 0..<json.count, using: &numbers)
          let byte = alphabet.randomElement(using: &numbers) ?? 0
          switch Int.random(in: 0..<4, using: &numbers) {
          case 0: json[position] = byte
          case 1: json.insert(byte, at: position)
          case 2: json.remove(at: position)
          default: json = Array(json[..<position])
          }
          if json.isEmpty { json = whole }
        }
        guard let brief = Self.brief(json) else { continue }
        accepted += 1
        #expect(Self.isSame(brief, Self.general(json)), "\(String(decoding: json, as: UTF8.self))")
      }
    }
    // Other digits are as good as the old ones.
    #expect(accepted > 100)
  }

  @Test(
    "a value is nested as deep as the general decoder allows, and no deeper", arguments: [500, 508, 509, 510, 511, 520])
  func depth(depth: Int) throws {
    let start = #"{"type":"outcome","id":"0123456789abcdef","outcome":{"result":{"kind":"json","value":"#
    let end =
      #"},"usage":{"fuel":1,"fuelModel":"wasmtime-50","wallNanoseconds":1,"cpuNanoseconds":1,"#
      + #""instantiateNanoseconds":1,"peakMemoryBytes":0}}}"#
    let json = Array((start + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + end).utf8)
    #expect((Self.brief(json) != nil) == (Self.general(json) != nil))
  }

  @Test("an invocation by rote and its outcome keep the connection's rules")
  func states() throws {
    var state = SupervisorState()
    try state.receive(.ready(sampleReady))
    try state.willSend(.configure(Configure(id: sampleID, maxMemoryBytes: 1 << 20)))
    try state.receive(.configured(Configured(id: sampleID)))
    var answers: [Bool] = []
    answers.append(state.receiveOutcome(sampleID))
    answers.append(state.willInvoke(sampleID, InvocationLimits()))
    // One at a time; the answer to another request; the answer; a second one.
    answers.append(state.willInvoke(otherID, InvocationLimits()))
    answers.append(state.receiveOutcome(otherID))
    answers.append(state.receiveOutcome(sampleID))
    answers.append(state.receiveOutcome(sampleID))
    #expect(answers == [false, true, false, false, true, false])
    #expect(state.phase == .idle)
    // The limits are the invocation's.
    var limits = InvocationLimits()
    limits.maxLogBytes = 20
    let isInvoked = state.willInvoke(otherID, limits)
    #expect(isInvoked)
    let log = WorkerMessage.log(LogMessage(id: otherID, record: LogRecord(level: .info, message: "12345")))
    #expect(throws: ProtocolViolation.self) { try state.receive(log) }
  }
}
