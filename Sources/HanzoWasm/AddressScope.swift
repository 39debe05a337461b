// Which part of the network an address belongs to: what a policy allows or denies after a host is resolved.

/// The part of the network that an address belongs to, by the IANA special-purpose registries (RFC 6890).
///
/// Of an IPv6 address that stands for an IPv4 address (IPv4-mapped, IPv4-compatible, NAT64 `64:ff9b::/96`, 6to4, Teredo)
/// the IPv4 address decides.
public enum AddressScope: String, Sendable, Hashable, CaseIterable, Comparable {
  /// Addresses of other people's machines, and nothing else.
  case publicInternet
  /// The host itself: `127.0.0.0/8`, `::1`.
  case loopback
  /// Private networks: `10.0.0.0/8`, `172.16.0.0/12`, `192.168.0.0/16`, `fc00::/7`, `fec0::/10`.
  case privateNetwork
  /// Networks behind a carrier's address translation, which also clouds and VPNs use within: `100.64.0.0/10`.
  case sharedNetwork
  /// Machines on the same link: `169.254.0.0/16`, `fe80::/10`.
  case linkLocal
  /// Services of cloud providers that hand out credentials to any program on the machine, such as `169.254.169.254`,
  /// `fd00:ec2::254` and `100.100.100.200`. No policy allows them.
  case metadata
  /// Everything else, which nobody should connect to: unspecified, multicast, broadcast, documentation, benchmarking,
  /// and what has not been assigned. No policy allows them.
  case reserved

  /// Whether a policy may name the scope.
  public var mayBeAllowed: Bool { self != .metadata && self != .reserved }

  public static func < (first: AddressScope, second: AddressScope) -> Bool { first.rawValue < second.rawValue }
}

extension IPAddress {
  /// Which part of the network the address belongs to.
  public var scope: AddressScope {
    switch self {
    case .v4(let value): Self.scope(v4: value)
    case .v6(let high, let low): Self.scope(high, low)
    }
  }

  /// Networks, their prefix lengths, and their scopes: the first that contains the address decides.
  private static let v4Networks: [(network: UInt32, length: UInt32, scope: AddressScope)] = [
    (quad(169, 254, 169, 254), 32, .metadata),  // AWS, Azure, Google, OpenStack and others
    (quad(169, 254, 170, 2), 32, .metadata),  // AWS ECS task credentials
    (quad(169, 254, 170, 23), 32, .metadata),  // AWS EKS pod identity
    (quad(169, 254, 0, 23), 32, .metadata),  // Tencent Cloud
    (quad(100, 100, 100, 200), 32, .metadata),  // Alibaba Cloud
    (quad(192, 0, 0, 192), 32, .metadata),  // Oracle Cloud
    (quad(168, 63, 129, 16), 32, .metadata),  // Azure's host, a public address
    (quad(0, 0, 0, 0), 8, .reserved),  // "this network": 0.0.0.0 reaches the host itself
    (quad(10, 0, 0, 0), 8, .privateNetwork),
    (quad(100, 64, 0, 0), 10, .sharedNetwork),
    (quad(127, 0, 0, 0), 8, .loopback),
    (quad(169, 254, 0, 0), 16, .linkLocal),
    (quad(172, 16, 0, 0), 12, .privateNetwork),
    (quad(192, 0, 0, 0), 24, .reserved),  // protocol assignments
    (quad(192, 0, 2, 0), 24, .reserved),  // documentation
    (quad(192, 88, 99, 0), 24, .reserved),  // 6to4 relays, deprecated
    (quad(192, 168, 0, 0), 16, .privateNetwork),
    (quad(198, 18, 0, 0), 15, .reserved),  // benchmarking
    (quad(198, 51, 100, 0), 24, .reserved),  // documentation
    (quad(203, 0, 113, 0), 24, .reserved),  // documentation
    (quad(224, 0, 0, 0), 4, .reserved),  // multicast
    (quad(240, 0, 0, 0), 4, .reserved),  // for the future, and broadcast
  ]

  private static func quad(_ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32) -> UInt32 {
    a << 24 | b << 16 | c << 8 | d
  }

  private static func scope(v4 value: UInt32) -> AddressScope {
    v4Networks.first { (value ^ $0.network) >> (32 - $0.length) == 0 }?.scope ?? .publicInternet
  }

  /// The same for IPv6. All prefix lengths are at most 64 here, so that the high half decides.
  private static let v6Networks: [(network: UInt64, length: UInt64, scope: AddressScope)] = [
    (0xFC00_0000_0000_0000, 7, .privateNetwork),  // unique local
    (0xFE80_0000_0000_0000, 10, .linkLocal),
    (0xFEC0_0000_0000_0000, 10, .privateNetwork),  // site-local, deprecated
    (0x2001_0000_0000_0000, 23, .reserved),  // protocol assignments: benchmarking, ORCHID
    (0x2001_0DB8_0000_0000, 32, .reserved),  // documentation
    (0x3FFF_0000_0000_0000, 20, .reserved),  // documentation
    (0x2000_0000_0000_0000, 3, .publicInternet),  // all that has been assigned to the public Internet
  ]

  private static let v6Metadata: Set<IPAddress> = [
    .v6(high: 0xFD00_0EC2_0000_0000, low: 0x254),  // AWS
    .v6(high: 0xFD00_0EC2_0000_0000, low: 0x23),  // AWS EKS pod identity
    .v6(high: 0xFD20_00CE_0000_0000, low: 0x254),  // Google
  ]

  private static func scope(_ high: UInt64, _ low: UInt64) -> AddressScope {
    if high == 0, low == 1 { return .loopback }
    if let embedded = embeddedV4(high, low) { return scope(v4: embedded) }
    if v6Metadata.contains(.v6(high: high, low: low)) { return .metadata }
    // What is in none of the networks is reserved: `::`, discard-only `100::/64`, multicast `ff00::/8`, the rest.
    return v6Networks.first { (high ^ $0.network) >> (64 - $0.length) == 0 }?.scope ?? .reserved
  }

  /// The IPv4 address that an IPv6 address leads to, by one of the ways to embed it.
  private static func embeddedV4(_ high: UInt64, _ low: UInt64) -> UInt32? {
    let last = UInt32(truncatingIfNeeded: low)
    if high == 0, low >> 32 == 0xFFFF { return last }  // IPv4-mapped ::ffff:0:0/96
    if high == 0, low >> 32 == 0xFFFF_0000 { return last }  // IPv4-translated ::ffff:0:0:0/96 (RFC 2765)
    if high == 0, low >> 32 == 0 { return last }  // IPv4-compatible ::/96; `::` leads to 0.0.0.0
    if high == 0x0064_FF9B_0000_0000, low >> 32 == 0 { return last }  // NAT64 64:ff9b::/96
    if high >> 48 == 0x2002 { return UInt32(truncatingIfNeeded: high >> 16) }  // 6to4 2002::/16
    if high >> 32 == 0x2001_0000 { return ~last }  // Teredo 2001::/32, the client's address inverted
    return nil
  }
}
