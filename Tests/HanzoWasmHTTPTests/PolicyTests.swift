// What is denied is never sent: a table of requests, each with what may reach the server.

import Glibc
import Testing

@testable import HanzoWasm
@testable import HanzoWasmHTTP

@Suite("requests under a policy", .timeLimit(.minutes(2)))
struct PolicyTests {
  /// `PORT` stands for the server's port. Names in the URLs: good.test and other.test are the server, two.test is the
  /// server and a public address, private.test is in a private network, meta.test is a metadata service, nowhere.test has
  /// no address.
  struct Row: Sendable, CustomTestStringConvertible {
    var method = "GET"
    let url: String
    /// The status or the code of the error.
    let expected: String
    /// How many requests reach the server.
    let requests: Int
    var testDescription: String { "\(method) \(url)" }

    init(_ url: String, _ expected: String, requests: Int = 0, method: String = "GET") {
      self.url = url
      self.expected = expected
      self.requests = requests
      self.method = method
    }
  }

  static let rows: [Row] = [
    Row("http://good.test:PORT/", "200", requests: 1),
    Row("HTTP://GOOD.TEST:PORT/x?y#z", "200", requests: 1),
    Row("http://good.test.:PORT/", "200", requests: 1),
    Row("http://a.wild.test:PORT/", "200", requests: 1),
    Row("http://127.0.0.1:PORT/", "200", requests: 1),
    Row("http://good.test:PORT/", "200", requests: 1, method: "post"),
    // Another scheme, port, method or host.
    Row("https://good.test:PORT/", "networkDenied"),
    Row("file:///etc/passwd", "networkDenied"),
    Row("ftp://good.test:PORT/", "networkDenied"),
    Row("http+unix://%2Fvar%2Frun%2Fdocker.sock/", "networkDenied"),
    Row("http://good.test/", "networkDenied"),
    Row("http://good.test:1/", "networkDenied"),
    Row("http://good.test:PORT/", "networkDenied", method: "DELETE"),
    Row("http://good.test:PORT/", "invalidRequest", method: "CONNECT"),
    Row("http://good.test:PORT/", "invalidRequest", method: "TRACE"),
    Row("http://good.test:PORT/", "invalidRequest", method: "GET / HTTP/1.1\r\nX: y"),
    Row("http://evil.test:PORT/", "networkDenied"),
    Row("http://wild.test:PORT/", "networkDenied"),
    Row("http://notwild.test:PORT/", "networkDenied"),
    Row("http://127.0.0.2:PORT/", "networkDenied"),
    // The same address in other spellings.
    Row("http://[::1]:PORT/", "networkDenied"),
    Row("http://[::ffff:127.0.0.1]:PORT/", "networkDenied"),
    Row("http://127.1:PORT/", "invalidRequest"),
    Row("http://2130706433:PORT/", "invalidRequest"),
    Row("http://0x7f000001:PORT/", "invalidRequest"),
    Row("http://0177.0.0.1:PORT/", "invalidRequest"),
    Row("http://127.0.0.1%00.test:PORT/", "invalidRequest"),
    Row("http://[::1%25lo]:PORT/", "invalidRequest"),
    Row("http://0.0.0.0:PORT/", "networkDenied"),
    // URLs that parsers read in different ways.
    Row("http://good.test:PORT@evil.test/", "invalidRequest"),
    Row("http://evil.test@good.test:PORT/", "invalidRequest"),
    Row("http://good.test:PORT\\@evil.test/", "invalidRequest"),
    Row("http://good.test:PORT/ HTTP/1.1\r\nHost: evil\r\n\r\n", "invalidRequest"),
    Row("http://good.test..:PORT/", "invalidRequest"),
    Row("http://göod.test:PORT/", "invalidRequest"),
    // Where the name leads to.
    Row("http://two.test:PORT/", "networkDenied"),
    Row("http://private.test:PORT/", "networkDenied"),
    Row("http://meta.test:PORT/", "networkDenied"),
    Row("http://mapped.test:PORT/", "networkDenied"),
    Row("http://nowhere.test:PORT/", "failed"),
    // Redirects: the first request arrives.
    Row("http://good.test:PORT/to?http://169.254.169.254/latest/meta-data/", "networkDenied", requests: 1),
    Row("http://good.test:PORT/to?http://meta.test:PORT/", "networkDenied", requests: 1),
    Row("http://good.test:PORT/to?http://good.test:1/", "networkDenied", requests: 1),
    Row("http://good.test:PORT/to?http://evil.test:PORT/", "networkDenied", requests: 1),
    Row("http://good.test:PORT/to?http://localhost:PORT/", "networkDenied", requests: 1),
    Row("http://good.test:PORT/to?https://good.test:PORT/", "networkDenied", requests: 1),
    Row("http://good.test:PORT/to?file:///etc/passwd", "networkDenied", requests: 1),
    Row("http://good.test:PORT/to?http://u:p@good.test:PORT/", "failed", requests: 1),
    Row("http://good.test:PORT/to?http://127.1:PORT/", "failed", requests: 1),
    Row("http://good.test:PORT/to?//evil.test:PORT/", "networkDenied", requests: 1),
    Row("http://good.test:PORT/to?/%5C%5Cevil", "200", requests: 2),
    Row("http://good.test:PORT/to?http://other.test:PORT/", "200", requests: 2),
    Row("http://good.test:PORT/to?//other.test:PORT/x", "200", requests: 2),
    Row("http://good.test:PORT/to?/x", "200", requests: 2),
    Row("http://good.test:PORT/to?x", "200", requests: 2),
    Row("http://good.test:PORT/to?./../x?y", "200", requests: 2),
    Row("http://good.test:PORT/to?http://two.test:PORT/", "networkDenied", requests: 1),
    Row("http://good.test:PORT/loop", "failed", requests: 4),
    Row("http://good.test:PORT/chain/3", "200", requests: 4),
    Row("http://good.test:PORT/chain/4", "failed", requests: 4),
    Row("http://good.test:PORT/no-location", "302", requests: 1),
    Row("http://good.test:PORT/not-modified", "304", requests: 1),
  ]

  @Test("what reaches the server is what the policy allows", arguments: rows)
  func table(_ row: Row) async throws {
    try await TestServer.with(Self.answer) { server async throws in
      let names = Names([
        "good.test": [["127.0.0.1"]], "other.test": [["127.0.0.1"]], "a.wild.test": [["127.0.0.1"]],
        "two.test": [["127.0.0.1", "192.0.2.1"]], "private.test": [["10.0.0.1"]], "meta.test": [["169.254.169.254"]],
        "mapped.test": [["::ffff:169.254.169.254"]], "nowhere.test": [[]],
        "evil.test": [["127.0.0.1"]], "localhost": [["127.0.0.1"]],
      ])
      let policy = NetworkPolicy(
        rules: [
          .init(
            hosts: [
              "good.test", "other.test", "*.wild.test", "two.test", "private.test", "meta.test", "mapped.test",
              "nowhere.test", "127.0.0.1", "0.0.0.0",
            ], ports: [UInt16(server.port)], methods: ["GET", "HEAD", "POST"], schemes: [.http]),
          // Any address of the metadata service by its URL, to show that it is not the rules that stop it.
          .init(hosts: ["169.254.169.254"], methods: ["*"], schemes: [.http]),
        ], allowedAddresses: [.loopback, .linkLocal], maxRedirects: 3)
      let guest = Guest(policy, resolver: names.resolver)
      let url = row.url.replacing("PORT", with: "\(server.port)")
      let answer = try await guest.send(row.method, url)
      #expect(answer.summary == row.expected, "\(answer.message)")
      #expect(!answer.message.contains("10.0.0.1"), "what a name leads to is not the guest's to know")
      await guest.http.shutdown()
      let seen = server.journal.entries
      #expect(seen.requests.count == row.requests)
      #expect(seen.connections == row.requests, "one connection for each request that is allowed")
    }
  }

  private static func answer(_ request: ReceivedRequest) -> Reply {
    let parts = request.target.split(separator: "?", maxSplits: 1).map { String($0) }
    switch parts[0] {
    case "/to" where parts.count == 2: return .redirect("302 Found", to: parts[1])
    case "/loop": return .redirect("302 Found", to: "/loop")
    case "/no-location": return .http("302 Found")
    case "/not-modified": return .http("304 Not Modified", hasLength: false)
    case let path where path.hasPrefix("/chain/"):
      let left = Int(path.dropFirst(7)) ?? 0
      return left == 0 ? .http(body: "end".utf8) : .redirect("302 Found", to: "/chain/\(left - 1)")
    default: return .http(body: "hello".utf8)
    }
  }

  @Test("two policies must both allow, for the first request and for redirects")
  func intersection() async throws {
    try await TestServer.with(Self.answer) { server async throws in
      let names = Names(["good.test": [["127.0.0.1"]], "other.test": [["127.0.0.1"]]])
      let ports: Set<UInt16> = [UInt16(server.port)]
      let guest = Guest(
        loopbackPolicy(ports: ports), loopbackPolicy(hosts: ["good.test"], ports: ports) { $0.maxResponseBytes = 4 },
        resolver: names.resolver)
      let port = server.port
      #expect(try await guest.send("GET", "http://other.test:\(port)/").summary == "networkDenied")
      #expect(
        try await guest.send("GET", "http://good.test:\(port)/to?http://other.test:\(port)/").summary == "networkDenied"
      )
      #expect(try await guest.send("GET", "http://good.test:\(port)/").summary == "tooLarge")
      #expect(try await guest.send("GET", "http://good.test:\(port)/chain/0").text == "end")
      #expect(server.journal.entries.requests.count == 3)

      let denied = Guest(loopbackPolicy(ports: ports), .denied, resolver: names.resolver)
      #expect(try await denied.send("GET", "http://good.test:\(port)/").summary == "networkDenied")
      let without = Guest(resolver: names.resolver)
      #expect(try await without.send("GET", "http://good.test:\(port)/").summary == "networkDenied")
      #expect(server.journal.entries.requests.count == 3)
    }
  }

  @Test("a name is looked up once for a request, and the connection goes to what was checked")
  func pinning() async throws {
    try await TestServer.with(Self.answer) { server async throws in
      // A second look at the name would find another address, or would have to ask the system, which does not know it.
      let names = Names(["pinned.test": [["127.0.0.1"], ["127.0.0.9"]]])
      let guest = Guest(loopbackPolicy(ports: [UInt16(server.port)]), resolver: names.resolver)
      let answer = try await guest.send("GET", "http://Pinned.test:\(server.port)/x")
      #expect(answer.text == "hello")
      #expect(names.asked == ["pinned.test"])
      let request = try #require(server.journal.entries.requests.first)
      #expect(request.header("host") == "pinned.test:\(server.port)")
      #expect(request.target == "/x")
    }
  }

  @Test("a connection that went elsewhere than it was told is closed before anything is sent")
  func wrongPeer() async throws {
    try await TestServer.with(Self.answer) { server async throws in
      // As if the client had read another host out of the URL than the one that was checked.
      let connection = PinnedConnection(
        request: try GuestRequest(method: "GET", url: "http://127.0.0.1:\(server.port)/"),
        address: try #require(IPAddress("127.0.0.2")),
        limits: EffectiveNetworkPolicy([loopbackPolicy(ports: [UInt16(server.port)])]), timeLimit: .seconds(20),
        options: HTTPHostFunctions.Options())
      let slots = ConnectionSlots(count: 1)
      await #expect(throws: PinnedConnection.NotConnected.self) {
        try await connection.exchange(in: slots, followsRedirects: false)
      }
      await slots.close()
      await server.journal.wait { $0.closedConnections == $0.connections }
      #expect(server.journal.entries.requests.isEmpty)
    }
  }

  @Test("a name that changes its address between two requests is checked again")
  func rebinding() async throws {
    try await TestServer.with(Self.answer) { server async throws in
      let port = server.port
      let names = Names(["rebind.test": [["127.0.0.1"], ["169.254.169.254"], ["127.0.0.1", "10.0.0.1"]]])
      let guest = Guest(loopbackPolicy(ports: [UInt16(port)]), resolver: names.resolver)
      // The redirect leads to the same name, which now is another machine.
      let answer = try await guest.send("GET", "http://rebind.test:\(port)/to?/x")
      #expect(answer.summary == "networkDenied")
      #expect(try await guest.send("GET", "http://rebind.test:\(port)/").summary == "networkDenied")
      #expect(names.asked.count == 3)
      #expect(server.journal.entries.requests.count == 1)

      // First public, as a policy without loopback wants it, then loopback: the second answer is never asked for.
      let flipping = Names(["flip.test": [["192.0.2.1"], ["127.0.0.1"]]])
      let outside = Guest(
        loopbackPolicy(ports: [UInt16(port)]) { $0.allowedAddresses = [.publicInternet] }, resolver: flipping.resolver)
      #expect(try await outside.send("GET", "http://flip.test:\(port)/").summary == "networkDenied")
      #expect(try await outside.send("GET", "http://flip.test:\(port)/").summary == "networkDenied")
      #expect(server.journal.entries.requests.count == 1)
    }
  }

  @Test("the next address is tried when nothing listens at the first")
  func nextAddress() async throws {
    try await TestServer.with(Self.answer) { server async throws in
      let names = Names(["many.test": [["127.0.0.7", "::1", "127.0.0.1"]]])
      let guest = Guest(loopbackPolicy(ports: [UInt16(server.port)]), resolver: names.resolver)
      #expect(try await guest.send("GET", "http://many.test:\(server.port)/").text == "hello")
      #expect(names.asked.count == 1)
    }
  }

  /// Whether the loopback interface has its IPv6 address.
  private static let hasIPv6: Bool = {
    guard let file = fopen("/proc/net/if_inet6", "r") else { return false }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, 256, file) != nil {
      if line.prefix(32).elementsEqual(loopback.utf8.map { CChar($0) }) { return true }
    }
    return false
  }()
  private static let loopback = String(repeating: "0", count: 31) + "1"

  @Test("IPv6 works by name and by address", .enabled(if: hasIPv6, "the loopback interface has no IPv6 address"))
  func ipv6() async throws {
    try await TestServer.with(address: "::1", Self.answer) { server async throws in
      let names = Names(["six.test": [["::1"]]])
      let guest = Guest(loopbackPolicy(ports: [UInt16(server.port)]), resolver: names.resolver)
      #expect(try await guest.send("GET", "http://six.test:\(server.port)/").text == "hello")
      #expect(try await guest.send("GET", "http://[0:0::1]:\(server.port)/").text == "hello")
      #expect(
        server.journal.entries.requests.map { $0.header("host") } == [
          "six.test:\(server.port)", "[::1]:\(server.port)",
        ])
    }
  }

  @Test("the system's resolver knows this host, and it is loopback")
  func systemResolver() async throws {
    let addresses = try await HostResolver.system.resolve("localhost")
    #expect(!addresses.isEmpty)
    #expect(addresses.allSatisfy { $0.scope == .loopback })
    try await TestServer.with(Self.answer) { server async throws in
      let outside = Guest(
        loopbackPolicy(ports: [UInt16(server.port)]) { $0.allowedAddresses = [.publicInternet] })
      #expect(try await outside.send("GET", "http://localhost:\(server.port)/").summary == "networkDenied")
      #expect(server.journal.entries.connections == 0)
      let inside = Guest(loopbackPolicy(ports: [UInt16(server.port)]))
      #expect(try await inside.send("GET", "http://localhost:\(server.port)/").text == "hello")
    }
  }
}
