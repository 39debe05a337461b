// What makes sense in a network policy. One sentence per mistake, and all mistakes at once.

import WasmJSON

extension NetworkPolicy {
  /// Everything that is wrong, a sentence each; empty if the policy can be used. A policy that allows nothing can.
  public func problems() -> [String] {
    var found: [String] = []
    func check(_ holds: Bool, _ sentence: @autoclosure () -> String) {
      if !holds { found.append(sentence()) }
    }
    check(rules.count <= 1_000, "network.rules must not have more than 1000 rules.")
    check(
      (0...20).contains(maxRedirects), "network.maxRedirects must lie between 0 and 20, not be \(maxRedirects).")
    check(
      (0...64 << 20).contains(maxRequestBytes),
      "network.maxRequestBytes must lie between 0 and 64 MiB, not be \(maxRequestBytes).")
    check(
      (0...64 << 20).contains(maxResponseBytes),
      "network.maxResponseBytes must lie between 0 and 64 MiB, not be \(maxResponseBytes).")
    check(
      (1 << 10...1 << 20).contains(maxResponseHeaderBytes),
      "network.maxResponseHeaderBytes must lie between 1 KiB and 1 MiB, not be \(maxResponseHeaderBytes).")
    for scope in allowedAddresses.sorted() where !scope.mayBeAllowed {
      found.append("network.allowedAddresses must not contain \(scope.rawValue): no policy allows such addresses.")
    }
    for (index, rule) in rules.prefix(1_000).enumerated() {
      found += rule.problems(allowedAddresses).map { "network.rules[\(index)]: \($0)" }
    }
    return found
  }
}

extension NetworkPolicy.Rule {
  fileprivate func problems(_ allowedAddresses: Set<AddressScope>) -> [String] {
    var found: [String] = []
    if hosts.isEmpty { found.append("hosts must not be empty; \"*\" is any host.") }
    if ports?.isEmpty == true { found.append("ports must not be empty; nil is the scheme's own port.") }
    if ports?.contains(0) == true { found.append("ports must not contain 0.") }
    if schemes.isEmpty { found.append("schemes must not be empty.") }
    if methods.isEmpty { found.append("methods must not be empty; \"*\" is any method.") }
    for method in methods.sorted() where method != "*" && !Self.isMethod(method) {
      found.append("\(Self.quoted(method)) is not a method in upper case that requests may have.")
    }
    for pattern in hosts where pattern != "*" { found += Self.problems(host: pattern, allowedAddresses) }
    return found
  }

  private static func problems(host pattern: String, _ allowedAddresses: Set<AddressScope>) -> [String] {
    switch host(of: pattern) {
    case nil:
      return [
        "\(quoted(pattern)) is not a host: write a name without scheme, port and path, *. and a name, an IP address, or *."
      ]
    case .address where pattern.hasPrefix("*."):
      return ["\(quoted(pattern)) is not a host: there are no names below an IP address."]
    case .address(let address):
      let scope = address.scope
      if !scope.mayBeAllowed { return ["\(address) is \(scope.clause): no policy allows it."] }
      if !allowedAddresses.contains(scope) {
        return ["\(address) is \(scope.clause): network.allowedAddresses must contain \(scope.rawValue) for it."]
      }
      return []
    case .name: return []
    }
  }

  /// A token (RFC 9110, section 5.6.2) without small letters, except for the methods that would turn the connection into
  /// something else or show what the client sends besides.
  private static func isMethod(_ text: String) -> Bool {
    !["CONNECT", "TRACE", "TRACK"].contains(text) && (1...32).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) || isDigit($0) || "!#$%&'*+-.^_`|~".utf8.contains($0)
      }
  }

  private static func quoted(_ text: String) -> String { JSONValue.string(String(text.prefix(100))).description }
}
