// What goes over the wire in both directions: bodies, headers, redirects.

import Testing

@testable import HanzoWasm
@testable import HanzoWasmHTTP

@Suite("requests and answers", .timeLimit(.minutes(2)))
struct MessageTests {
  /// One server, any policy on loopback, and one guest; `a.test` and `b.test` are the server.
  private func with(
    _ answer: @escaping @Sendable (ReceivedRequest) -> Reply, _ change: (inout NetworkPolicy) -> Void = { _ in },
    _ body: (Guest, TestServer, _ origin: String) async throws -> Void
  ) async throws {
    try await TestServer.with(answer) { server async throws in
      let names = Names(["a.test": [["127.0.0.1"]], "b.test": [["127.0.0.1"]]])
      let guest = Guest(loopbackPolicy(ports: [UInt16(server.port)], change), resolver: names.resolver)
      try await body(guest, server, "http://a.test:\(server.port)")
    }
  }

  // MARK: http_request

  @Test("http_request gives status, headers and body")
  func request() async throws {
    try await with({ _ in
      .http("201 Created", ["X-One: 1", "Set-Cookie: a=1", "set-cookie: b=2"], body: "grüße".utf8)
    }) { guest, server, origin async throws in
      let json = try await guest.request("GET", origin + "/p?q")
      #expect(json["status"] == 201)
      #expect(json["body"] == "grüße")
      #expect(json["headers"] == ["content-length": "7", "set-cookie": "a=1, b=2", "x-one": "1"])
      let seen = try #require(server.journal.entries.requests.first)
      #expect(seen.method == "GET")
      #expect(seen.target == "/p?q")
      #expect(seen.body.isEmpty)
      // What the client adds, and nothing that the host happens to have.
      #expect(
        Set(seen.headers.map(\.name)) == ["host", "accept", "accept-encoding", "user-agent", "connection"])
      #expect(seen.header("accept-encoding") == "identity")
      #expect(seen.header("user-agent") == "hanzo-wasm")
    }
  }

  @Test(
    "a body has the type that it looks like",
    arguments: [
      ("{\"a\": [1]}", "application/json"), ("[]", "application/json"), ("plain", "text/plain; charset=utf-8"),
      ("{not json", "text/plain; charset=utf-8"), ("1", "text/plain; charset=utf-8"), ("", nil),
    ] as [(String, String?)])
  func contentType(_ row: (body: String, type: String?)) async throws {
    try await with({ .http(body: $0.body) }) { guest, server, origin async throws in
      let json = try await guest.request("POST", origin + "/", row.body)
      #expect(json["body"] == .string(row.body))
      #expect(server.journal.entries.requests.first?.header("content-type") == row.type)
    }
  }

  @Test("a body that is not UTF-8 is repaired in a text, and exact as bytes")
  func invalidText() async throws {
    let bytes: [UInt8] = [0x68, 0xFF, 0x00, 0xC3, 0x69]
    try await with({ _ in .http(body: bytes) }) { guest, _, origin async throws in
      #expect(try await guest.request("GET", origin + "/")["body"] == "h\u{FFFD}\u{0}\u{FFFD}i")
      #expect(try await guest.send("GET", origin + "/").body == bytes)
    }
  }

  @Test("http_request fails without a value, and says whether the policy was the reason")
  func requestFailure() async throws {
    try await with({ _ in .http() }) { guest, server, origin async throws in
      for (url, isDenied) in [("http://a.test:1/", true), ("file:///x", true), ("no url", false)] {
        await #expect {
          try await guest.request("GET", url)
        } throws: { error in
          (error as? HostFunction.Failure)?.isNetworkDenied == isDenied
        }
      }
      #expect(server.journal.entries.connections == 0)
    }
  }

  // MARK: http_send

  @Test("bytes arrive as they are, in both directions")
  func binary() async throws {
    let body = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 8) }
    try await with({ .http(body: $0.body) }) { guest, server, origin async throws in
      let answer = try await guest.send(
        "PUT", origin + "/", headers: [("Content-Type", "x/y"), ("X-A", "b")], body: body)
      #expect(answer.status == 200)
      #expect(answer.body == body)
      let seen = try #require(server.journal.entries.requests.first)
      #expect(seen.method == "PUT")
      #expect(seen.body == body)
      #expect(seen.header("content-type") == "x/y")
      #expect(seen.header("x-a") == "b")
      #expect(seen.header("content-length") == "100000")
    }
  }

  @Test("repeated headers of an answer stay apart")
  func repeatedHeaders() async throws {
    try await with({ _ in .http("200 OK", ["Set-Cookie: a=1", "SET-COOKIE: b=2"]) }) { guest, _, origin async throws in
      #expect(try await guest.send("GET", origin + "/").header("set-cookie") == ["a=1", "b=2"])
    }
  }

  @Test("chunked answers are put together")
  func chunked() async throws {
    let bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n5;x=y\r\ndefgh\r\n0\r\nT: 1\r\n\r\n"
    try await with({ _ in .close(Array(bytes.utf8)) }) { guest, _, origin async throws in
      #expect(try await guest.send("GET", origin + "/").text == "abcdefgh")
    }
  }

  @Test("answers without a body have none")
  func withoutBody() async throws {
    try await with({ request in
      request.method == "HEAD"
        ? .close(Array("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n".utf8))
        : .http("204 No Content", hasLength: false)
    }) { guest, _, origin async throws in
      let head = try await guest.send("HEAD", origin + "/")
      #expect(head.status == 200)
      #expect(head.body.isEmpty)
      let deleted = try await guest.send("DELETE", origin + "/")
      #expect(deleted.status == 204)
      #expect(deleted.body.isEmpty)
    }
  }

  @Test("a compressed answer is not decompressed")
  func compressed() async throws {
    let bytes: [UInt8] = [0x1F, 0x8B, 0x08, 0x00, 0x01, 0x02]
    try await with({ _ in .http("200 OK", ["Content-Encoding: gzip"], body: bytes) }) { guest, _, origin async throws in
      #expect(try await guest.send("GET", origin + "/").body == bytes)
    }
  }

  @Test(
    "the server sees the path and the query that the policy saw",
    arguments: [
      ("/a b", nil), ("/ä/%2F/%2f?ö=%zz", "/%C3%A4/%2F/%2f?%C3%B6=%25zz"), ("//x//y", "//x//y"), ("?q", "/?q"),
      ("/?", "/?"), ("/a/../b/./c/..", "/b/"), ("/x;y=1,2:@!$&'()*+~-._?a=b&c=[d]|{e}\"f<g>^`", nil),
      ("/x;y=1,2:@!$&'()*+~-._?a=b&c=/?:@!$'()*+,;=", "/x;y=1,2:@!$&'()*+~-._?a=b&c=/?:@!$'()*+,;="),
      ("/%", "/%25"), ("/a#b?c", "/a"),
    ] as [(String, String?)])
  func target(_ row: (text: String, target: String?)) async throws {
    try await with({ _ in .http() }) { guest, server, origin async throws in
      guard let url = try? HTTPURL(origin + row.text) else {
        #expect(try await guest.send("GET", origin + row.text).summary == "invalidRequest")
        #expect(server.journal.entries.connections == 0)
        return
      }
      #expect(try await guest.send("GET", origin + row.text).summary == "200")
      let target = url.path + (url.query.map { "?" + $0 } ?? "")
      #expect(server.journal.entries.requests.first?.target == target)
      if let expected = row.target { #expect(target == expected) }
    }
  }

  @Test("answers before the answer are passed over")
  func informational() async throws {
    let early = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    let bytes = early + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate"
    try await with({ _ in .close(Array(bytes.utf8)) }) { guest, _, origin async throws in
      let answer = try await guest.send("GET", origin + "/")
      #expect(answer.summary == "200")
      #expect(answer.text == "late")
      #expect(answer.header("link") == [])
    }
  }

  // MARK: What a guest may not send

  static let forbidden: [(String, String)] = [
    ("Host", "evil"), ("host", "evil"), ("Connection", "keep-alive"), ("Transfer-Encoding", "chunked"),
    ("Content-Length", "5"), ("Proxy-Authorization", "x"), ("proxy-connection", "x"), ("Upgrade", "h2c"),
    ("TE", "trailers"), ("Trailer", "x"), ("Expect", "100-continue"), ("Keep-Alive", "x"), ("Via", "x"),
    ("HTTP2-Settings", "x"), ("", "x"), ("a b", "x"), ("a:b", "x"), ("a\r\nb", "x"), ("ä", "x"), ("a\u{0}", "x"),
    ("x", "a\r\nHost: evil"), ("x", "a\nb"), ("x", "a\rb"), ("x", "a\u{0}b"), ("x", "a\u{7F}b"),
  ]

  @Test("headers that frame the message, or break it, are refused before anything is sent", arguments: forbidden)
  func forbiddenHeaders(_ row: (name: String, value: String)) async throws {
    try await with({ _ in .http() }) { guest, server, origin async throws in
      let answer = try await guest.send("GET", origin + "/", headers: [(row.name, row.value)])
      #expect(answer.summary == "invalidRequest")
      #expect(row.value.count < 2 || !answer.message.contains(row.value))
      #expect(server.journal.entries.connections == 0)
    }
  }

  @Test("requests that are not of the form are refused")
  func malformed() async throws {
    try await with({ _ in .http() }) { guest, server, origin async throws in
      let url = JSONValue.string(origin + "/")
      let requests: [JSONValue] = [
        [], "x", nil, [:], ["url": 1], ["url": url, "method": 1], ["url": url, "headers": [:]],
        ["url": url, "headers": ["a"]], ["url": url, "headers": [["a"]]], ["url": url, "headers": [["a", 1]]],
        ["url": url, "headers": [["a", "b", "c"]]], ["url": url, "timeout_ms": 0], ["url": url, "timeout_ms": "5"],
        ["url": url, "timeout_ms": 1.5], ["url": url, "follow": false], ["url": url, "method": ""],
        ["url": url, "method": "A B"],
      ]
      for request in requests { #expect(try await guest.send(request).summary == "invalidRequest", "\(request)") }
      for text in ["", "{", "{}x", "\u{0}", "[[[[[[[[[[[[]]]]]]]]]]]]", "\u{FEFF}{}"] {
        #expect(try await guest.send(text: Array(text.utf8)).summary == "invalidRequest", "\(text)")
      }
      #expect(try await guest.send(text: [0xFF, 0xFE]).summary == "invalidRequest")
      let many = (0...GuestRequest.maxHeaderCount).map { ("x-\($0)", "y") }
      #expect(try await guest.send("GET", origin + "/", headers: many).summary == "tooLarge")
      let long = [("x", String(repeating: "y", count: GuestRequest.maxHeaderBytes))]
      #expect(try await guest.send("GET", origin + "/", headers: long).summary == "tooLarge")
      #expect(server.journal.entries.connections == 0)
      #expect(try await guest.send(["url": url, "timeout_ms": 20_000]).summary == "200")
    }
  }

  // MARK: Redirects

  @Test(
    "a redirect changes the method as a browser does",
    arguments: [
      ("301 Moved", "POST", "GET", false), ("302 Found", "POST", "GET", false), ("303 See Other", "POST", "GET", false),
      ("303 See Other", "PUT", "GET", false), ("303 See Other", "HEAD", "HEAD", false),
      ("301 Moved", "PUT", "PUT", true),
      ("302 Found", "DELETE", "DELETE", true), ("307 Temporary", "POST", "POST", true),
      ("308 Permanent", "PUT", "PUT", true),
    ])
  func methods(_ row: (status: String, method: String, expected: String, keepsBody: Bool)) async throws {
    try await with({ $0.target == "/" ? .redirect(row.status, to: "/next") : .http() }) {
      guest, server, origin async throws in
      let body = row.method == "HEAD" ? [] : Array("body".utf8)
      let answer = try await guest.send(row.method, origin + "/", headers: [("content-type", "a/b")], body: body)
      #expect(answer.summary == "200")
      let seen = server.journal.entries.requests
      try #require(seen.count == 2)
      #expect(seen[1].method == row.expected)
      #expect(seen[1].target == "/next")
      #expect(seen[1].body == (row.keepsBody ? body : []))
      #expect((seen[1].header("content-type") != nil) == (row.keepsBody || row.method == "HEAD"))
    }
  }

  @Test("credentials follow a redirect within an origin, and no other")
  func credentials() async throws {
    try await with({ request in
      let port = request.header("host")?.split(separator: ":").last ?? ""
      return switch request.target {
      case "/same": .redirect("307 Temporary", to: "/end")
      case "/other": .redirect("307 Temporary", to: "http://b.test:\(port)/end")
      case "/back": .redirect("307 Temporary", to: "http://b.test:\(port)/home")
      case "/home": .redirect("307 Temporary", to: "http://a.test:\(port)/end")
      default: .http()
      }
    }) { guest, server, origin async throws in
      let headers = [
        ("Authorization", "Bearer secret"), ("Cookie", "secret"), ("X-Api-Key", "secret"), ("Accept", "a/b"),
        ("Content-Type", "c/d"),
      ]
      for (target, keepsCredentials) in [("/same", true), ("/other", false), ("/back", false)] {
        #expect(try await guest.send("POST", origin + target, headers: headers, body: [1]).summary == "200")
        let last = try #require(server.journal.entries.requests.last)
        #expect(last.target == "/end")
        for name in ["authorization", "cookie", "x-api-key"] {
          #expect((last.header(name) != nil) == keepsCredentials, "\(name) \(target)")
        }
        #expect(last.header("accept") == "a/b")
        #expect(last.header("content-type") == "c/d")
        #expect(last.body == [1])
      }
    }
  }

  @Test("a policy without redirects gives the redirect to the guest")
  func noRedirects() async throws {
    try await with({ _ in .redirect("302 Found", to: "/next") }, { $0.maxRedirects = 0 }) {
      guest, server, origin async throws in
      let answer = try await guest.send("GET", origin + "/")
      #expect(answer.status == 302)
      #expect(answer.header("location") == ["/next"])
      #expect(answer.text == "elsewhere")
      #expect(server.journal.entries.requests.count == 1)
    }
  }
}
