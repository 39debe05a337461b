// A server on a free port of the loopback interface that answers with exact bytes and counts what reaches it.

import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// What a server read.
struct ReceivedRequest: Sendable {
  var method: String
  var target: String
  /// Names in lower case.
  var headers: [(name: String, value: String)]
  var body: [UInt8]

  func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

/// What a server does about a request.
enum Reply: Sendable {
  /// These bytes, and the end of the connection.
  case close([UInt8])
  /// These bytes, and then nothing, with the connection left open.
  case hang([UInt8])

  static func http(
    _ status: String = "200 OK", _ headers: [String] = [], body: some Sequence<UInt8> = "".utf8,
    hasLength: Bool = true
  ) -> Reply {
    let body = Array(body)
    let lines = ["HTTP/1.1 \(status)"] + headers + (hasLength ? ["Content-Length: \(body.count)"] : [])
    return .close(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body)
  }

  static func redirect(_ status: String, to location: String) -> Reply {
    .http(status, ["Location: \(location)"], body: "elsewhere".utf8)
  }
}

/// Counts what happens at a server, and lets a test wait for it.
final class Journal: Sendable {
  struct Entries: Sendable {
    var connections = 0
    var closedConnections = 0
    var requests: [ReceivedRequest] = []
  }
  private struct State {
    var entries = Entries()
    var waiters: [(condition: @Sendable (Entries) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
  }
  private let state = Mutex(State())

  var entries: Entries { state.withLock { $0.entries } }

  func note(_ change: (inout Entries) -> Void) {
    let ready = state.withLock { state in
      change(&state.entries)
      let split = state.waiters.partition { $0.condition(state.entries) }
      defer { state.waiters.removeSubrange(split...) }
      return state.waiters[split...].map(\.continuation)
    }
    for continuation in ready { continuation.resume() }
  }

  /// Returns as soon as the condition holds; the test's time limit ends a wait in vain.
  func wait(until condition: @escaping @Sendable (Entries) -> Bool) async {
    await withCheckedContinuation { continuation in
      let holds = state.withLock { state in
        if condition(state.entries) { return true }
        state.waiters.append((condition, continuation))
        return false
      }
      if holds { continuation.resume() }
    }
  }
}

struct TestServer: Sendable {
  let journal: Journal
  let port: Int
  private let channel: any Channel

  /// Runs a server on a loopback address while `body` runs.
  static func with<Result: Sendable>(
    address: String = "127.0.0.1", tls: NIOSSLContext? = nil, _ answer: @escaping @Sendable (ReceivedRequest) -> Reply,
    _ body: (TestServer) async throws -> Result
  ) async throws -> Result {
    let journal = Journal()
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
          try channel.pipeline.syncOperations.addHandler(RequestReader(journal: journal, answer: answer))
        }
      }
      .bind(host: address, port: 0).get()
    let server = TestServer(journal: journal, port: channel.localAddress?.port ?? 0, channel: channel)
    do {
      let result = try await body(server)
      try await channel.close().get()
      return result
    } catch {
      try? await channel.close().get()
      throw error
    }
  }
}

/// Reads one request and does what `answer` says.
private final class RequestReader: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let journal: Journal
  private let answer: @Sendable (ReceivedRequest) -> Reply
  private var received: [UInt8] = []
  private var hasAnswered = false

  init(journal: Journal, answer: @escaping @Sendable (ReceivedRequest) -> Reply) {
    self.journal = journal
    self.answer = answer
  }

  func channelActive(context: ChannelHandlerContext) {
    journal.note { $0.connections += 1 }
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    journal.note { $0.closedConnections += 1 }
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    received += Array(unwrapInboundIn(data).readableBytesView)
    guard !hasAnswered, let request = Self.parse(received) else { return }
    hasAnswered = true
    journal.note { $0.requests.append(request) }
    switch answer(request) {
    case .hang(let bytes):
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    case .close(let bytes):
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
      context.close(promise: nil)
    }
  }

  /// Client errors (a refused certificate, say) end the connection.
  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private static func parse(_ bytes: [UInt8]) -> ReceivedRequest? {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
    let lines = text.utf8.prefix(end.lowerBound).split(separator: 13).map { line in
      String(decoding: line.drop { $0 == 10 }, as: UTF8.self)
    }
    let start = lines[0].split(separator: " ")
    let headers = lines.dropFirst().map { line in
      let colon = line.firstIndex(of: ":") ?? line.endIndex
      return (name: line[..<colon].lowercased(), value: String(line[colon...].dropFirst().drop { $0 == " " }))
    }
    let body = Array(bytes[end.upperBound...])
    let length = headers.first { $0.name == "content-length" }.flatMap { Int($0.value) } ?? 0
    guard body.count >= length else { return nil }
    return ReceivedRequest(method: String(start[0]), target: String(start[1]), headers: headers, body: body)
  }
}
