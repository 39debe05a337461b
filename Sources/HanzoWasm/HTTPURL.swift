// Absolute URLs of http and https: one strict reading, and one spelling that every other parser reads the same way.

/// An absolute URL of http or https, taken apart.
///
/// What is checked against a policy must be what is connected to, so the reading is stricter than a browser's: user
/// information, backslashes, white space, control characters, hosts outside of ASCII or with percent signs, odd spellings
/// of IPv4 addresses (`127.1`, `0x7f.1`, `2130706433`), zones of IPv6 addresses and port 0 are refused. The host is put
/// in lower case without a trailing dot, dot segments of the path are resolved, characters that a URL may not contain are
/// percent-encoded, and the fragment is dropped. ``description`` is the URL to send; nothing else should be parsed again.
public struct HTTPURL: Sendable, Hashable {
  public enum Host: Sendable, Hashable {
    /// A name in lower case, without a trailing dot.
    case name(String)
    case address(IPAddress)
  }

  /// Why a text is not such a URL.
  public struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
    /// A clause without a subject and a full stop: `has user information`.
    public let description: String
    /// Whether it is a URL of a scheme other than http and https.
    public let isUnsupportedScheme: Bool

    init(_ description: String, isUnsupportedScheme: Bool = false) {
      self.description = description
      self.isUnsupportedScheme = isUnsupportedScheme
    }
  }

  /// The longest text that is read, in bytes.
  public static let maximumBytes = 8_192

  public let scheme: NetworkPolicy.Scheme
  public let host: Host
  /// The port, also where the URL leaves it to the scheme.
  public let port: UInt16
  /// Begins with `/`.
  public let path: String
  /// What follows the first `?`.
  public let query: String?

  /// Reads an absolute URL.
  public init(_ text: String) throws(Problem) {
    let bytes = try Self.checkedBytes(text)
    guard let colon = Self.schemeEnd(bytes) else { throw Problem("has no scheme") }
    let scheme = try Self.scheme(bytes[..<colon])
    let rest = bytes[(colon + 1)...]
    guard rest.starts(with: "//".utf8) else { throw Problem("has no // behind the scheme") }
    try self.init(scheme: scheme, afterSlashes: rest.dropFirst(2))
  }

  /// The URL that a reference (a `Location` header, say) means when it is found at this one (RFC 3986, section 5.2).
  public func resolving(_ reference: String) throws(Problem) -> HTTPURL {
    let bytes = try Self.checkedBytes(reference)
    if Self.schemeEnd(bytes) != nil { return try HTTPURL(reference) }
    if bytes.starts(with: "//".utf8) { return try HTTPURL(scheme: scheme, afterSlashes: bytes.dropFirst(2)) }
    let (newPath, newQuery) = Self.pathAndQuery(bytes[...])
    if newPath.isEmpty { return HTTPURL(scheme, host, port, path: Array(path.utf8), query: newQuery ?? query) }
    if newPath.first == slash { return HTTPURL(scheme, host, port, path: newPath, query: newQuery) }
    let ownPath = Array(path.utf8)
    let folder = ownPath.prefix(through: ownPath.lastIndex(of: slash) ?? 0)
    return HTTPURL(scheme, host, port, path: folder + newPath, query: newQuery)
  }

  private init(scheme: NetworkPolicy.Scheme, afterSlashes rest: ArraySlice<UInt8>) throws(Problem) {
    let end = rest.firstIndex { $0 == slash || $0 == questionMark || $0 == numberSign } ?? rest.endIndex
    let authority = rest[..<end]
    if authority.contains(UInt8(ascii: "@")) { throw Problem("has user information") }
    let (host, port) = try Self.hostAndPort(authority)
    let (path, query) = Self.pathAndQuery(rest[end...])
    self.init(scheme, host, port ?? scheme.defaultPort, path: path, query: query)
  }

  private init(_ scheme: NetworkPolicy.Scheme, _ host: Host, _ port: UInt16, path: [UInt8], query: String?) {
    self.scheme = scheme
    self.host = host
    self.port = port
    self.path = String(decoding: withoutDotSegments(path), as: UTF8.self)
    self.query = query
  }

  // MARK: Parts

  private static func checkedBytes(_ text: String) throws(Problem) -> [UInt8] {
    let bytes = Array(text.utf8)
    if bytes.isEmpty { return bytes }
    if bytes.count > maximumBytes { throw Problem("is longer than \(maximumBytes) bytes") }
    if bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) { throw Problem("contains a control character") }
    if bytes.contains(0x20) { throw Problem("contains a space") }
    if bytes.contains(UInt8(ascii: "\\")) { throw Problem("contains a backslash") }
    return bytes
  }

  /// The place of the colon that ends a scheme, if the text begins with one.
  private static func schemeEnd(_ bytes: [UInt8]) -> Int? {
    guard let first = bytes.first, isLetter(first) else { return nil }
    let end = bytes.firstIndex {
      !isLetter($0) && !isDigit($0) && $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ".")
    }
    guard let end, bytes[end] == colon else { return nil }
    return end
  }

  private static func scheme(_ bytes: ArraySlice<UInt8>) throws(Problem) -> NetworkPolicy.Scheme {
    let name = String(decoding: bytes.prefix(32), as: UTF8.self).lowercased()
    guard let scheme = NetworkPolicy.Scheme(rawValue: name) else {
      throw Problem("has the scheme \"\(name)\", which is not http or https", isUnsupportedScheme: true)
    }
    return scheme
  }

  private static func hostAndPort(_ authority: ArraySlice<UInt8>) throws(Problem) -> (Host, UInt16?) {
    if authority.first == UInt8(ascii: "[") {
      guard let end = authority.firstIndex(of: UInt8(ascii: "]")) else { throw Problem("has an unclosed bracket") }
      let text = String(decoding: authority[authority.startIndex + 1..<end], as: UTF8.self)
      guard case .v6(let high, let low)? = IPAddress(text) else {
        throw Problem("has brackets around something other than an IPv6 address without a zone")
      }
      let rest = authority[(end + 1)...]
      guard rest.isEmpty || rest.first == colon else { throw Problem("has something behind the closing bracket") }
      return (.address(.v6(high: high, low: low)), rest.isEmpty ? nil : try port(rest.dropFirst()))
    }
    guard let end = authority.firstIndex(of: colon) else { return (try host(authority), nil) }
    return (try host(authority[..<end]), try port(authority[(end + 1)...]))
  }

  private static func port(_ digits: ArraySlice<UInt8>) throws(Problem) -> UInt16 {
    guard (1...5).contains(digits.count), digits.allSatisfy(isDigit),
      let port = UInt16(String(decoding: digits, as: UTF8.self)), port != 0
    else { throw Problem("has a port that is not a number from 1 to 65535") }
    return port
  }

  /// Reads a name or a dotted quad.
  static func host(_ bytes: some Collection<UInt8>) throws(Problem) -> Host {
    if bytes.isEmpty { throw Problem("has no host") }
    if bytes.contains(where: { $0 >= 0x80 }) {
      throw Problem("has a host outside of ASCII; names are written in punycode")
    }
    if bytes.contains(UInt8(ascii: "%")) { throw Problem("has a percent-encoded host") }
    guard bytes.allSatisfy({ isLetter($0) || isDigit($0) || "-._".utf8.contains($0) }) else {
      throw Problem("has a host with a character that names do not have")
    }
    var text = String(decoding: bytes, as: UTF8.self).lowercased()
    if text.hasSuffix(".") { text.removeLast() }
    guard text.utf8.count <= 253 else { throw Problem("has a host of more than 253 bytes") }
    let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard labels.allSatisfy({ (1...63).contains($0.count) }) else {
      throw Problem("has a host with a part that is empty or longer than 63 bytes")
    }
    if let last = labels.last, isNumber(last) {
      guard case .v4(let address)? = IPAddress(text) else {
        throw Problem("has a host that ends in a number and is not an IPv4 address of four decimal numbers")
      }
      return .address(.v4(address))
    }
    return .name(text)
  }

  /// Whether other parsers would read a label as a number: decimal digits, or hexadecimal ones behind `0x`.
  private static func isNumber(_ label: Substring.UTF8View) -> Bool {
    if label.allSatisfy(isDigit) { return true }
    return label.starts(with: "0x".utf8) && label.dropFirst(2).allSatisfy { hexadecimalDigit($0) != nil }
  }

  private static func pathAndQuery(_ bytes: ArraySlice<UInt8>) -> ([UInt8], String?) {
    let whole = bytes.prefix { $0 != numberSign }
    let path = whole.prefix { $0 != questionMark }
    let query = whole.dropFirst(path.count + 1)
    return (encoded(path), path.count == whole.count ? nil : String(decoding: encoded(query), as: UTF8.self))
  }
}

extension HTTPURL: CustomStringConvertible {
  /// The host as a URL writes it: IPv6 addresses in brackets.
  public var hostText: String {
    switch host {
    case .name(let name): name
    case .address(let address):
      switch address {
      case .v4: address.description
      case .v6: "[\(address)]"
      }
    }
  }

  /// Scheme, host and port, the port only where it is not the scheme's own.
  public var origin: String { "\(scheme.rawValue)://\(hostText)" + (port == scheme.defaultPort ? "" : ":\(port)") }

  /// The URL in its one spelling: ASCII, without user information and fragment.
  public var description: String { origin + path + (query.map { "?" + $0 } ?? "") }
}

private let slash = UInt8(ascii: "/")
private let colon = UInt8(ascii: ":")
private let questionMark = UInt8(ascii: "?")
private let numberSign = UInt8(ascii: "#")

private func isLetter(_ byte: UInt8) -> Bool {
  (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
}

/// Percent-encodes what RFC 3986 does not allow in a path or a query, and percent signs that encode nothing.
private func encoded(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
  let digits = Array("0123456789ABCDEF".utf8)
  var result: [UInt8] = []
  result.reserveCapacity(bytes.count)
  for (index, byte) in zip(bytes.indices, bytes) {
    let isAllowed: Bool
    if byte == UInt8(ascii: "%") {
      let next = bytes[(index + 1)...].prefix(2)
      isAllowed = next.count == 2 && next.allSatisfy { hexadecimalDigit($0) != nil }
    } else {
      isAllowed = isLetter(byte) || isDigit(byte) || "-._~!$&'()*+,;=:@/?".utf8.contains(byte)
    }
    if isAllowed {
      result.append(byte)
    } else {
      result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }
  return result
}

/// RFC 3986, section 5.2.4, also for dots that are percent-encoded. The result begins with a slash.
private func withoutDotSegments(_ path: [UInt8]) -> [UInt8] {
  var segments: [ArraySlice<UInt8>] = []
  let parts = path.split(separator: slash, omittingEmptySubsequences: false).dropFirst(path.first == slash ? 1 : 0)
  for (index, part) in zip(parts.indices, parts) {
    let isLast = index == parts.index(before: parts.endIndex)
    switch String(decoding: part, as: UTF8.self).lowercased() {
    case ".", "%2e": if isLast { segments.append([]) }
    case "..", ".%2e", "%2e.", "%2e%2e":
      segments = segments.dropLast()
      if isLast { segments.append([]) }
    default: segments.append(part)
    }
  }
  return [slash] + Array(segments.joined(separator: [slash]))
}
