// What guests may reach by network: values and their defaults. NetworkPolicy+Decision.swift applies them,
// NetworkPolicy+Validation.swift says what makes sense.

/// The requests that guests may make (``HostFunction/Call/network``). Nothing is allowed that no rule allows.
///
/// ```swift
/// let policy = NetworkPolicy(rules: [
///   .init(hosts: ["api.example.com"], methods: ["GET", "POST"]),
///   .init(hosts: ["*.example.org"]),
/// ])
/// ```
///
/// A request is checked in two stages. Its method and URL must be allowed by one of ``rules``; then its host is resolved,
/// and every address that the host has must be one of ``allowedAddresses``. Each redirect is checked like a new request.
/// The policy only describes; HanzoWasmHTTP enforces it, and an embedder's own host functions may ask it
/// (``EffectiveNetworkPolicy``).
public struct NetworkPolicy: Sendable, Hashable {
  /// A scheme of URLs.
  public enum Scheme: String, Sendable, Hashable, CaseIterable, Comparable {
    case http
    case https

    /// 80 or 443.
    public var defaultPort: UInt16 { self == .https ? 443 : 80 }

    public static func < (first: Scheme, second: Scheme) -> Bool { first.rawValue < second.rawValue }
  }

  /// A set of requests. A request must match everything that one rule says.
  public struct Rule: Sendable, Hashable {
    /// Hosts, in any case. Each is a name (`api.example.com`), all names below one (`*.example.com`, which is not
    /// `example.com` itself), an IP address (`192.0.2.1`, `2001:db8::1`, brackets optional), or `*` for any host, IP
    /// addresses included. Names outside of ASCII are written in punycode (`xn--...`).
    public var hosts: [String]
    /// Ports, each 1...65,535. Nil (the default) is the port of the URL's scheme: 443 or 80.
    public var ports: Set<UInt16>?
    /// Methods, in upper case. `*` is any method. Default: GET and HEAD.
    public var methods: Set<String>
    /// Default: https only. A redirect from https to http is followed only if a rule allows the http request.
    public var schemes: Set<Scheme>

    public init(
      hosts: [String], ports: Set<UInt16>? = nil, methods: Set<String> = ["GET", "HEAD"],
      schemes: Set<Scheme> = [.https]
    ) {
      self.hosts = hosts
      self.ports = ports
      self.methods = methods
      self.schemes = schemes
    }
  }

  /// What is allowed, one rule or another. Empty by default: nothing is.
  public var rules: [Rule]
  /// Where the hosts may be. By default only in the public Internet: loopback, private and link-local networks need to be
  /// added, and then are reached only by what the rules allow. Addresses of ``AddressScope/metadata`` and
  /// ``AddressScope/reserved`` are never reached, and naming these two is a mistake.
  public var allowedAddresses: Set<AddressScope>
  /// Redirects that are followed for one request, 0...20, default 5. One more is an error; with 0 the guest gets the
  /// answer with status 3xx itself.
  public var maxRedirects: Int
  /// The longest body of a request in bytes, 0...64 MiB, default 1 MiB.
  public var maxRequestBytes: Int
  /// The longest body of a response in bytes, 0...64 MiB, default 4 MiB. A longer one is an error, never cut.
  public var maxResponseBytes: Int
  /// The longest header section of a response in bytes (names and values, and 4 bytes for each field), 1 KiB...1 MiB,
  /// default 64 KiB.
  public var maxResponseHeaderBytes: Int

  public init(
    rules: [Rule] = [], allowedAddresses: Set<AddressScope> = [.publicInternet], maxRedirects: Int = 5,
    maxRequestBytes: Int = 1 << 20, maxResponseBytes: Int = 4 << 20, maxResponseHeaderBytes: Int = 64 << 10
  ) {
    self.rules = rules
    self.allowedAddresses = allowedAddresses
    self.maxRedirects = maxRedirects
    self.maxRequestBytes = maxRequestBytes
    self.maxResponseBytes = maxResponseBytes
    self.maxResponseHeaderBytes = maxResponseHeaderBytes
  }

  /// No request at all.
  public static let denied = NetworkPolicy()

  /// GET and HEAD over https to these hosts (as ``Rule/hosts`` writes them) at port 443.
  public static func reading(from hosts: String...) -> NetworkPolicy { NetworkPolicy(rules: [Rule(hosts: hosts)]) }
}
