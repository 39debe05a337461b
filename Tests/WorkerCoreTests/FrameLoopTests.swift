/// The loop at the wire: order of messages, hostile clients, and ends.

import Testing
import WasmJSON
import WorkerProtocol

@testable import WorkerCore

@Suite("Frame loop")
struct FrameLoopTests {
  /// A frame with any JSON part and attachment.
  private static func frame(_ json: String, attachment: [UInt8] = []) -> [UInt8] {
    func length(_ count: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } }
    return length(json.utf8.count) + length(attachment.count) + Array(json.utf8) + attachment
  }

  /// The kind of violation that ends the loop, and its exit code.
  private static func violation(_ client: LoopClient) throws -> (ProtocolViolation.Kind?, Int32?) {
    let (code, last) = try client.finish()
    guard case .error(let message)? = last else { return (nil, code) }
    return (message.violation.kind, code)
  }

  @Test("the end of the input between requests is exit code 0")
  func ends() throws {
    #expect(try LoopClient(configure: nil).finish().exitCode == 0)
    let client = try LoopClient()
    try client.load("(module)")
    #expect(try client.finish().exitCode == 0)
  }

  @Test("requests out of order end the loop with 70 and a reason")
  func order() throws {
    let early = try LoopClient(configure: nil)
    try early.send(.unload(Unload(id: RequestID(1), hash: LoopClient.hash(1))))
    #expect(try Self.violation(early) == (.unexpectedMessage, 70))
    let twice = try LoopClient()
    try twice.send(.configure(Configure(id: RequestID(1))))
    #expect(try Self.violation(twice) == (.unexpectedMessage, 70))
    let uncalled = try LoopClient()
    try uncalled.send(.hostResult(HostResult(id: RequestID(1), sequence: 1, result: .success(.null))))
    #expect(try Self.violation(uncalled) == (.unexpectedMessage, 70))
  }

  @Test(
    "a header that lies ends the loop before anything is allocated",
    arguments: [
      ([0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0], ProtocolViolation.Kind.frameTooLarge),
      ([0, 0, 0, 0x80, 0, 0, 0, 0], .frameTooLarge), ([1, 0, 0x10, 0, 0, 0, 0, 0], .frameTooLarge),
      ([2, 0, 0, 0, 1, 0, 0, 4], .frameTooLarge), ([0, 0, 0, 0, 0, 0, 0, 0], .emptyFrame),
      ([5, 0, 0], .truncatedFrame), ([5, 0, 0, 0, 0, 0, 0, 0, 0x7B], .truncatedFrame),
    ] as [([UInt8], ProtocolViolation.Kind)])
  func headers(bytes: [UInt8], kind: ProtocolViolation.Kind) throws {
    let client = try LoopClient()
    try client.send(bytes)
    #expect(try Self.violation(client) == (kind, 70))
  }

  @Test(
    "a message that is not one ends the loop with 70 and never a crash",
    arguments: [
      "null", "[]", "{}", "{\"type\":\"invoke\"}", "{\"type\":\"nonsense\",\"id\":\"0000000000000001\"}",
      "{\"type\":\"ready\"}", "{\"type\":\"unload\",\"id\":\"1\",\"hash\":\"x\"}",
      "{\"type\":\"unload\",\"id\":\"0000000000000001\",\"id\":\"0000000000000002\",\"hash\":\"x\"}",
      "{\"type\":\"unload\",\"id\":1e400}", "{\"type\":\"unload\",\"id\":-1}", "{\"type\":\"load\",\"id\":\"\\ud800\"}",
      "{\"type\":\"invoke\",\"id\":\"0000000000000001\",\"module\":7}", "NaN", "{\"type\":\"unload\" x}",
      "\u{0}\u{1}", "{\"type\":\"unload\",\"attachment\":[{\"name\":\"a\",\"offset\":0,\"length\":9}]}",
    ])
  func messages(json: String) throws {
    let client = try LoopClient()
    try client.send(Self.frame(json))
    let (kind, code) = try Self.violation(client)
    #expect(kind != nil)
    #expect(code == 70)
  }

  @Test("depth, width, invalid text and long numbers end the loop with 70")
  func bombs() throws {
    let count = 100_000
    let numbers = String(repeating: "1", count: 10_000)
    let keys = (0..<60_000).map { "\"k\($0)\":0" }.joined(separator: ",")
    for json in [
      String(repeating: "[", count: count), String(repeating: "{\"a\":", count: count),
      "{\"type\":\"invoke\",\"input\":[" + String(repeating: "[],", count: 300_000) + "[]]}",
      "{\"type\":\"unload\",\"id\":\(numbers)}", "{\(keys)}",
    ] {
      let client = try LoopClient()
      try client.send(Self.frame(json))
      #expect(try Self.violation(client).1 == 70)
    }
    let client = try LoopClient()
    try client.send([7, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D])
    #expect(try Self.violation(client) == (.malformedJSON, 70))
  }

  @Test("a request in pieces of one byte is answered like any other")
  func pieces() throws {
    let client = try LoopClient()
    let load = Load(id: RequestID(5), hash: LoopClient.hash(1), module: Array("(module (func (export \"f\")))".utf8))
    for byte in try SupervisorMessage.load(load).encoded().bytes { try client.send([byte]) }
    guard case .loaded(let reply)? = try client.receive() else { throw UnexpectedMessage(message: nil) }
    #expect(reply.id == RequestID(5))
    #expect(try client.call("f").json == .null)
  }

  @Test("several requests in one piece are answered one after the other, and limits hold from configure on")
  func pipelined() throws {
    let client = try LoopClient(configure: nil)
    let module = Array("(module (func (export \"f\") (result i32) i32.const 6))".utf8)
    let requests: [SupervisorMessage] = [
      .configure(Configure(id: RequestID(1))),
      .load(Load(id: RequestID(2), hash: LoopClient.hash(1), module: module)),
      .invoke(Invoke(id: RequestID(3), invocation: Invocation(module: LoopClient.hash(1), entry: .function("f")))),
    ]
    try client.send(requests.flatMap { try $0.encoded().bytes })
    guard case .configured? = try client.receive(), case .loaded? = try client.receive(),
      case .outcome(let reply)? = try client.receive()
    else { throw UnexpectedMessage(message: nil) }
    #expect(reply.outcome.json == 6)
  }

  @Test("configure cannot ask for larger frames than the command line allows, and what it asks for holds")
  func commandLineLimits() throws {
    let limits = FrameLimits(maxJSONBytes: 1 << 20, maxAttachmentBytes: 1000)
    let client = try LoopClient(configure: nil, limits: limits)
    try client.send(.configure(Configure(id: RequestID(1))))
    guard case .failure(let reply)? = try client.receive() else { throw UnexpectedMessage(message: nil) }
    #expect(reply.failure.code == .invalidConfiguration)
    try client.send(.configure(Configure(id: RequestID(2), frameLimits: limits)))
    guard case .configured? = try client.receive() else { throw UnexpectedMessage(message: nil) }
    try client.send(.load(Load(id: RequestID(1), hash: LoopClient.hash(1), module: [UInt8](repeating: 0, count: 1001))))
    #expect(try Self.violation(client) == (.frameTooLarge, 70))
  }

  @Test("a client that does not read its answers ends the loop without an error")
  func deafClient() throws {
    let client = try LoopClient()
    try client.load("(module (func (export \"f\")))")
    client.closeReplies()
    try client.send(
      .invoke(Invoke(id: RequestID(9), invocation: Invocation(module: LoopClient.hash(1), entry: .function("f")))))
    #expect(try client.exitCode() == 0)
  }
}
