// What a server may do to a guest's call: nothing beyond the limits.

import Testing

@testable import HanzoWasm
@testable import HanzoWasmHTTP

@Suite("limits and failures", .timeLimit(.minutes(2)))
struct LimitTests {
  private func with(
    _ answer: @escaping @Sendable (ReceivedRequest) -> Reply, _ change: (inout NetworkPolicy) -> Void = { _ in },
    _ body: (Guest, TestServer, _ url: String) async throws -> Void
  ) async throws {
    try await TestServer.with(answer) { server async throws in
      let guest = Guest(loopbackPolicy(ports: [UInt16(server.port)], change))
      try await body(guest, server, "http://127.0.0.1:\(server.port)/")
    }
  }

  // MARK: Size

  @Test("an answer of exactly the limit is whole, one more byte is an error", arguments: [true, false])
  func responseSize(hasLength: Bool) async throws {
    let limit = 100_000
    try await with(
      { .http(body: [UInt8](repeating: 7, count: limit + ($0.target == "/" ? 0 : 1)), hasLength: hasLength) },
      { $0.maxResponseBytes = limit }
    ) { guest, _, url async throws in
      #expect(try await guest.send("GET", url).body.count == limit)
      let answer = try await guest.send("GET", url + "more")
      #expect(answer.summary == "tooLarge")
      #expect(answer.body.isEmpty)
    }
  }

  @Test("an endless answer ends at the limit, and its connection is closed", arguments: [true, false])
  func endless(isAnnounced: Bool) async throws {
    // The server never closes: only the client can.
    let head = "HTTP/1.1 200 OK\r\n" + (isAnnounced ? "Content-Length: 99999999999\r\n\r\n" : "\r\n")
    try await with(
      { _ in .hang(Array(head.utf8) + [UInt8](repeating: 7, count: 200_000)) }, { $0.maxResponseBytes = 1_000 }
    ) { guest, server, url async throws in
      #expect(try await guest.send("GET", url).summary == "tooLarge")
      await server.journal.wait { $0.closedConnections == 1 }
    }
  }

  @Test("many or long headers are an error")
  func headerBomb() async throws {
    try await with(
      { request in
        switch request.target {
        case "/fits": .http("200 OK", ["X: " + String(repeating: "y", count: 900)])
        case "/long": .http("200 OK", ["X: " + String(repeating: "y", count: 1_100)])
        case "/many": .http("200 OK", (0..<200).map { "X-\($0): y" })
        case "/huge": .http("200 OK", ["X: " + String(repeating: "y", count: 3_000_000)])
        default: .http("200 OK", (0..<100_000).map { "X-\($0): \(String(repeating: "y", count: 100))" })
        }
      }, { $0.maxResponseHeaderBytes = 1_024 }
    ) { guest, _, url async throws in
      #expect(try await guest.send("GET", url + "fits").summary == "200")
      for target in ["long", "many", "huge", "flood"] {
        #expect(try await guest.send("GET", url + target).summary == "tooLarge", "\(target)")
      }
    }
  }

  @Test("a body beyond the policy's limit is not sent")
  func requestSize() async throws {
    try await with({ .http(body: $0.body) }, { $0.maxRequestBytes = 10 }) { guest, server, url async throws in
      #expect(try await guest.send("POST", url, body: [UInt8](repeating: 1, count: 10)).summary == "200")
      #expect(try await guest.send("POST", url, body: [UInt8](repeating: 1, count: 11)).summary == "tooLarge")
      #expect(server.journal.entries.connections == 1)
    }
  }

  // MARK: Time

  @Test(
    "a server that does not answer in time is given up",
    arguments: ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\n\r\nab"]
  )
  func slowServer(start: String) async throws {
    try await with({ _ in .hang(Array(start.utf8)) }) { guest, server, url async throws in
      // Within the time that remains of the call, and with what the guest asks for.
      #expect(try await guest.send("GET", url, time: .milliseconds(300)).summary == "timedOut")
      #expect(try await guest.send(["url": .string(url), "timeout_ms": 200]).summary == "timedOut")
      await guest.http.shutdown()
      await server.journal.wait { $0.closedConnections == $0.connections }
    }
  }

  @Test("nothing is sent when no time is left")
  func noTime() async throws {
    try await with({ _ in .http() }) { guest, server, url async throws in
      #expect(try await guest.send("GET", url, time: .zero).summary == "timedOut")
      #expect(server.journal.entries.connections == 0)
    }
  }

  @Test("all redirects together have the time of one request")
  func slowRedirects() async throws {
    try await with({ $0.target == "/" ? .redirect("302 Found", to: "/slow") : .hang([]) }) {
      guest, server, url async throws in
      #expect(try await guest.send("GET", url, time: .milliseconds(400)).summary == "timedOut")
      #expect(server.journal.entries.requests.count <= 2)
    }
  }

  @Test("a name that is never found ends with the time")
  func slowResolver() async throws {
    let never = HostResolver { _ in
      try await Task.sleep(for: .seconds(3_600))
      return []
    }
    let guest = Guest(loopbackPolicy(ports: [80]), resolver: never)
    #expect(try await guest.send("GET", "http://slow.test/", time: .milliseconds(200)).summary == "timedOut")
  }

  @Test("cancelling the call closes its connection")
  func cancellation() async throws {
    try await with({ _ in .hang(Array("HTTP/1.1 200 OK\r\n\r\nbegun".utf8)) }) { guest, server, url async throws in
      let call = Task { try await guest.send("GET", url, time: .seconds(3_600)) }
      await server.journal.wait { $0.requests.count == 1 }
      call.cancel()
      await #expect(throws: CancellationError.self) { try await call.value }
      await server.journal.wait { $0.closedConnections == 1 }
    }
  }

  // MARK: Failures

  @Test(
    "what is no whole HTTP answer is an error",
    arguments: [
      "", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab", "\u{0}\u{1}\u{2}\u{3}\r\n\r\n",
    ])
  func garbage(_ text: String) async throws {
    try await with({ _ in .close(Array(text.utf8)) }) { guest, _, url async throws in
      let answer = try await guest.send("GET", url)
      #expect(answer.summary == "failed", "\(answer)")
      #expect(answer.body.isEmpty)
    }
  }

  @Test("an answer that changes the protocol is an error")
  func upgrade() async throws {
    let bytes = "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nsomething else"
    try await with({ _ in .hang(Array(bytes.utf8)) }) { guest, server, url async throws in
      #expect(try await guest.send("GET", url).summary == "failed")
      await server.journal.wait { $0.closedConnections == 1 }
    }
  }

  @Test("a port at which nobody listens is an error")
  func refused() async throws {
    let port = try await TestServer.with({ _ in .http() }) { $0.port }
    let guest = Guest(loopbackPolicy(ports: [UInt16(port)]))
    let answer = try await guest.send("GET", "http://127.0.0.1:\(port)/")
    #expect(answer.summary == "failed")
    #expect(answer.message.contains("cannot be reached"))
  }

  @Test("after the end of HTTP nothing is sent")
  func shutdown() async throws {
    try await with({ _ in .http() }) { guest, server, url async throws in
      #expect(try await guest.send("GET", url).summary == "200")
      await guest.http.shutdown()
      #expect(try await guest.send("GET", url).summary == "failed")
      #expect(server.journal.entries.connections == 1)
    }
  }

  @Test("more requests than connections wait for their turn")
  func connections() async throws {
    var options = HTTPHostFunctions.Options()
    options.maxConnections = 2
    let http = HTTPHostFunctions(options)
    try await TestServer.with({ .http(body: $0.target.utf8) }) { server async throws in
      let guest = Guest(http, [loopbackPolicy(ports: [UInt16(server.port)])])
      let texts = try await withThrowingTaskGroup(of: String.self) { group in
        for number in 0..<20 {
          group.addTask { try await guest.send("GET", "http://127.0.0.1:\(server.port)/\(number)").text }
        }
        return try await group.reduce(into: Set()) { $0.insert($1) }
      }
      #expect(texts == Set((0..<20).map { "/\($0)" }))
      #expect(server.journal.entries.requests.count == 20)
    }
    // With both places taken by a server that hangs, a third request waits in vain, and cancelling frees a place.
    try await TestServer.with({ $0.target == "/hang" ? .hang([]) : .http(body: "turn".utf8) }) { server async throws in
      let guest = Guest(http, [loopbackPolicy(ports: [UInt16(server.port)])])
      let url = "http://127.0.0.1:\(server.port)"
      let hanging = (0..<2).map { _ in Task { try await guest.send("GET", url + "/hang", time: .seconds(3_600)) } }
      await server.journal.wait { $0.requests.count == 2 }
      #expect(try await guest.send("GET", url + "/", time: .milliseconds(200)).summary == "timedOut")
      #expect(server.journal.entries.connections == 2)
      hanging[0].cancel()
      #expect(try await guest.send("GET", url + "/").text == "turn")
      hanging[1].cancel()
      for task in hanging { _ = await task.result }
      await http.shutdown()
      await server.journal.wait { $0.closedConnections == $0.connections }
    }
  }
}
