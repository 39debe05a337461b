import HanzoWasm
import Testing

@Suite("network policies")
struct NetworkPolicyTests {
  private func isAllowed(_ policy: NetworkPolicy, _ method: String, _ url: String) throws -> Bool {
    policy.decision(method: method, url: try HTTPURL(url)).isAllowed
  }

  @Test("nothing is allowed that no rule allows")
  func denyByDefault() throws {
    #expect(try !isAllowed(.denied, "GET", "https://example.com/"))
    #expect(try !isAllowed(NetworkPolicy(), "GET", "https://example.com/"))
    #expect(try isAllowed(.reading(from: "example.com"), "GET", "https://example.com/"))
    let nothing = EffectiveNetworkPolicy([])
    #expect(!nothing.decision(method: "GET", url: try HTTPURL("https://example.com/")).isAllowed)
    #expect(!nothing.decision(addresses: []).isAllowed)
  }

  @Test(
    "a rule allows what it names and nothing beside it",
    arguments: [
      ("GET", "https://example.com/", true), ("HEAD", "https://EXAMPLE.COM./any/path?q", true),
      ("POST", "https://example.com/", false), ("get", "https://example.com/", false),
      ("GET", "http://example.com/", false), ("GET", "http://example.com:443/", false),
      ("GET", "https://example.com:8443/", false), ("GET", "https://www.example.com/", false),
      ("GET", "https://example.com.evil/", false), ("GET", "https://evil-example.com/", false),
      ("GET", "https://a.example.org/", true), ("GET", "https://a.b.example.org/", true),
      ("GET", "https://example.org/", false), ("GET", "https://evilexample.org/", false),
      ("GET", "https://8.8.8.8/", true), ("GET", "https://8.8.4.4/", false),
      ("GET", "https://[2606:4700::1111]/", true), ("GET", "https://[2606:4700::1112]/", false),
      ("GET", "https://[::ffff:8.8.8.8]/", false),
      ("PUT", "http://api.example.net:8080/", true), ("PUT", "http://api.example.net/", false),
      ("PUT", "https://api.example.net:8080/", false),
    ])
  func rules(_ row: (method: String, url: String, isAllowed: Bool)) throws {
    let policy = NetworkPolicy(rules: [
      .init(hosts: ["Example.com", "*.example.org", "8.8.8.8", "[2606:4700::1111]"]),
      .init(hosts: ["api.example.net"], ports: [8080], methods: ["PUT"], schemes: [.http]),
    ])
    #expect(policy.problems() == [])
    #expect(try isAllowed(policy, row.method, row.url) == row.isAllowed)
  }

  @Test("any host and any method still leave scheme, port and address to be allowed")
  func wildcards() throws {
    let policy = NetworkPolicy(rules: [.init(hosts: ["*"], methods: ["*"])])
    #expect(try isAllowed(policy, "DELETE", "https://anything.example/"))
    #expect(try isAllowed(policy, "GET", "https://8.8.8.8/"))
    #expect(try !isAllowed(policy, "GET", "http://anything.example/"))
    #expect(try !isAllowed(policy, "GET", "https://anything.example:22/"))
    for host in ["127.0.0.1", "10.0.0.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"] {
      #expect(try !isAllowed(policy, "GET", "https://\(host)/"), "\(host)")
    }
  }

  @Test("addresses are allowed by their scope, and metadata services never are")
  func addresses() throws {
    let policy = NetworkPolicy(
      rules: [.init(hosts: ["*"], methods: ["*"])],
      allowedAddresses: [.publicInternet, .loopback, .linkLocal, .metadata, .reserved])
    for (text, isAllowed) in [
      ("8.8.8.8", true), ("127.0.0.1", true), ("::1", true), ("169.254.1.1", true), ("10.0.0.1", false),
      ("169.254.169.254", false), ("::ffff:169.254.169.254", false), ("fd00:ec2::254", false),
      ("100.100.100.200", false), ("0.0.0.0", false), ("::", false), ("224.0.0.1", false),
    ] {
      #expect(policy.decision(address: try #require(IPAddress(text))).isAllowed == isAllowed, "\(text)")
    }
  }

  @Test("one denied address of a host denies the host")
  func allAddresses() throws {
    let policy = EffectiveNetworkPolicy([.reading(from: "*")])
    let good = try #require(IPAddress("8.8.8.8"))
    let bad = try #require(IPAddress("127.0.0.1"))
    #expect(policy.decision(addresses: [good]).isAllowed)
    #expect(!policy.decision(addresses: [good, bad]).isAllowed)
    #expect(!policy.decision(addresses: [bad, good]).isAllowed)
    #expect(!policy.decision(addresses: []).isAllowed)
  }

  @Test("several policies must all allow, and the lowest limits hold")
  func intersection() throws {
    let wide = NetworkPolicy(
      rules: [.init(hosts: ["*"], methods: ["*"])], allowedAddresses: [.publicInternet, .loopback], maxRedirects: 2,
      maxRequestBytes: 100, maxResponseBytes: 5_000, maxResponseHeaderBytes: 2_000)
    let narrow = NetworkPolicy(
      rules: [.init(hosts: ["a.example"])], maxRedirects: 9, maxRequestBytes: 50, maxResponseBytes: 6_000,
      maxResponseHeaderBytes: 3_000)
    let both = EffectiveNetworkPolicy([wide, narrow])
    #expect(both.decision(method: "GET", url: try HTTPURL("https://a.example/")).isAllowed)
    #expect(!both.decision(method: "POST", url: try HTTPURL("https://a.example/")).isAllowed)
    #expect(!both.decision(method: "GET", url: try HTTPURL("https://b.example/")).isAllowed)
    #expect(!both.decision(addresses: [try #require(IPAddress("127.0.0.1"))]).isAllowed)
    #expect(both.maxRedirects == 2)
    #expect(both.maxRequestBytes == 50)
    #expect(both.maxResponseBytes == 5_000)
    #expect(both.maxResponseHeaderBytes == 2_000)
    #expect(
      !EffectiveNetworkPolicy([wide, .denied]).decision(method: "GET", url: try HTTPURL("https://a.example/")).isAllowed
    )
  }

  @Test("a denial says what is missing")
  func reasons() throws {
    let policy = NetworkPolicy.reading(from: "example.com")
    for (method, url, part) in [
      ("GET", "https://other.example/", "host other.example"), ("GET", "http://example.com/", "http to"),
      ("GET", "https://example.com:1/", "port 1"), ("POST", "https://example.com/", "method POST"),
    ] {
      guard case .denied(let reason) = policy.decision(method: method, url: try HTTPURL(url)) else {
        Issue.record("\(method) \(url) is allowed")
        continue
      }
      #expect(reason.contains(part))
    }
  }

  @Test("a policy with mistakes has a sentence for each")
  func problems() {
    var policy = NetworkPolicy(
      rules: [
        .init(hosts: [], ports: [], methods: [], schemes: []),
        .init(hosts: ["https://example.com", "example.com:443", "*.1.2.3.4", "a..b", "*", "127.1"], ports: [0]),
        .init(hosts: ["127.0.0.1", "169.254.169.254"], methods: ["get", "CONNECT", "PATCH", "*"]),
      ], allowedAddresses: [.publicInternet, .metadata])
    policy.maxRedirects = 21
    policy.maxRequestBytes = -1
    policy.maxResponseBytes = 1 << 30
    policy.maxResponseHeaderBytes = 1
    let problems = policy.problems()
    #expect(problems.count == 5 + 4 + 6 + 4, "\(problems)")
    #expect(problems.allSatisfy { $0.hasPrefix("network.") && $0.hasSuffix(".") || $0.hasSuffix("for it.") })
    #expect(NetworkPolicy.denied.problems() == [])
    #expect(NetworkPolicy(rules: [.init(hosts: ["127.0.0.1"])], allowedAddresses: [.loopback]).problems() == [])
  }
}
