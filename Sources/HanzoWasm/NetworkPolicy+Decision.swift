// How policies decide about a request: before its host is resolved, and after.

extension NetworkPolicy {
  /// Whether something is allowed.
  public enum Decision: Sendable, Hashable {
    case allowed
    /// It is not, for the reason that the sentence tells.
    case denied(String)

    public var isAllowed: Bool { self == .allowed }
  }

  /// Whether a rule allows the request. Says nothing about where the host is (``decision(address:)``), except for hosts
  /// that are addresses.
  ///
  /// - Parameter method: as sent, in upper case.
  public func decision(method: String, url: HTTPURL) -> Decision {
    // The sentence names what the rule that fits best lacks, since that is what somebody would add.
    let forHost = rules.filter { $0.matches(url.host) }
    guard !forHost.isEmpty else { return .denied("No rule of the network policy allows the host \(url.hostText).") }
    let forScheme = forHost.filter { $0.schemes.contains(url.scheme) }
    guard !forScheme.isEmpty else {
      return .denied("The network policy does not allow \(url.scheme.rawValue) to the host \(url.hostText).")
    }
    let forPort = forScheme.filter { $0.ports?.contains(url.port) ?? (url.port == url.scheme.defaultPort) }
    guard !forPort.isEmpty else {
      return .denied("The network policy does not allow port \(url.port) of the host \(url.hostText).")
    }
    guard forPort.contains(where: { $0.methods.contains(method) || $0.methods.contains("*") }) else {
      return .denied("The network policy does not allow the method \(method) to the host \(url.hostText).")
    }
    if case .address(let address) = url.host { return decision(address: address) }
    return .allowed
  }

  /// Whether requests may go to an address.
  public func decision(address: IPAddress) -> Decision {
    let scope = address.scope
    if scope.mayBeAllowed, allowedAddresses.contains(scope) { return .allowed }
    return .denied("The address \(address) is \(scope.clause), which the network policy does not allow.")
  }
}

extension NetworkPolicy.Rule {
  /// Whether one of the rule's hosts is this one.
  func matches(_ host: HTTPURL.Host) -> Bool {
    hosts.contains { pattern in
      if pattern == "*" { return true }
      if pattern.hasPrefix("*.") {
        guard case .name(let name) = host, case .name(let parent)? = Self.host(of: pattern) else { return false }
        return name.utf8.count > parent.utf8.count + 1 && name.hasSuffix("." + parent)
      }
      return Self.host(of: pattern) == host
    }
  }

  /// The host that a pattern names, without the `*.`; nil for a pattern that makes no sense.
  static func host(of pattern: String) -> HTTPURL.Host? {
    if let address = IPAddress(pattern) { return .address(address) }
    if pattern.hasPrefix("["), pattern.hasSuffix("]") {
      return IPAddress(pattern.dropFirst().dropLast()).map { .address($0) }
    }
    return try? HTTPURL.host(pattern.utf8.dropFirst(pattern.hasPrefix("*.") ? 2 : 0))
  }
}

extension AddressScope {
  /// What an address of the scope is, as a part of a sentence.
  var clause: String {
    switch self {
    case .publicInternet: "in the public Internet"
    case .loopback: "the host itself (loopback)"
    case .privateNetwork: "in a private network"
    case .sharedNetwork: "in a shared network (100.64.0.0/10)"
    case .linkLocal: "on the local link"
    case .metadata: "a cloud provider's metadata service"
    case .reserved: "reserved"
    }
  }
}

/// Several policies as one: a request must be allowed by each of them, and the lowest of their limits hold. Of no
/// policies at all it allows nothing.
public struct EffectiveNetworkPolicy: Sendable, Hashable {
  public let policies: [NetworkPolicy]

  /// - Parameter policies: the runtime's and the call's, say: ``HostFunction/Call/network``.
  public init(_ policies: [NetworkPolicy]) { self.policies = policies.isEmpty ? [.denied] : policies }

  /// ``NetworkPolicy/maxRedirects`` and the other limits, never negative.
  public var maxRedirects: Int { lowest(\.maxRedirects) }
  public var maxRequestBytes: Int { lowest(\.maxRequestBytes) }
  public var maxResponseBytes: Int { lowest(\.maxResponseBytes) }
  public var maxResponseHeaderBytes: Int { lowest(\.maxResponseHeaderBytes) }

  private func lowest(_ limit: (NetworkPolicy) -> Int) -> Int { max(policies.map(limit).min() ?? 0, 0) }

  /// Whether the request is allowed, as far as can be said before the host is resolved.
  public func decision(method: String, url: HTTPURL) -> NetworkPolicy.Decision {
    firstDenial { $0.decision(method: method, url: url) }
  }

  /// Whether a host with these addresses may be reached: only if there is one, and every one of them is allowed. A name
  /// that leads to allowed and denied addresses is either a mistake or an attack.
  public func decision(addresses: [IPAddress]) -> NetworkPolicy.Decision {
    for address in addresses {
      let decision = firstDenial { $0.decision(address: address) }
      if !decision.isAllowed { return decision }
    }
    return addresses.isEmpty ? .denied("The host has no address.") : .allowed
  }

  private func firstDenial(_ decide: (NetworkPolicy) -> NetworkPolicy.Decision) -> NetworkPolicy.Decision {
    policies.lazy.map(decide).first { !$0.isAllowed } ?? .allowed
  }
}
