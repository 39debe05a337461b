import HanzoWasm
import Testing

@Suite("IP addresses")
struct IPAddressTests {
  @Test(
    "every part of the network is known for what it is",
    arguments: [
      ("8.8.8.8", .publicInternet), ("1.1.1.1", .publicInternet), ("172.15.255.255", .publicInternet),
      ("172.32.0.0", .publicInternet), ("100.63.255.255", .publicInternet), ("100.128.0.0", .publicInternet),
      ("223.255.255.255", .publicInternet), ("192.0.1.0", .publicInternet), ("198.20.0.0", .publicInternet),
      ("127.0.0.1", .loopback), ("127.255.255.255", .loopback),
      ("10.0.0.0", .privateNetwork), ("10.255.255.255", .privateNetwork), ("172.16.0.1", .privateNetwork),
      ("172.31.255.255", .privateNetwork), ("192.168.0.1", .privateNetwork),
      ("100.64.0.0", .sharedNetwork), ("100.127.255.255", .sharedNetwork),
      ("169.254.0.1", .linkLocal), ("169.254.255.255", .linkLocal),
      ("169.254.169.254", .metadata), ("169.254.170.2", .metadata), ("100.100.100.200", .metadata),
      ("192.0.0.192", .metadata), ("168.63.129.16", .metadata),
      ("0.0.0.0", .reserved), ("0.1.2.3", .reserved), ("192.0.0.1", .reserved), ("192.0.2.1", .reserved),
      ("192.88.99.1", .reserved), ("198.18.0.1", .reserved), ("198.19.255.255", .reserved),
      ("198.51.100.7", .reserved), ("203.0.113.7", .reserved), ("224.0.0.1", .reserved),
      ("239.255.255.255", .reserved), ("240.0.0.1", .reserved), ("255.255.255.255", .reserved),
    ] as [(String, AddressScope)])
  func v4Scope(_ row: (text: String, scope: AddressScope)) throws {
    #expect(try #require(IPAddress(row.text)).scope == row.scope)
    // Every way to write it as an IPv6 address leads to the same part of the network.
    guard case .v4(let value)? = IPAddress(row.text) else { return }
    let groups = "\(String(value >> 16, radix: 16)):\(String(value & 0xFFFF, radix: 16))"
    let inverted = "\(String(~value >> 16, radix: 16)):\(String(~value & 0xFFFF, radix: 16))"
    for text in [
      "::ffff:\(row.text)", "::ffff:0:\(row.text)", "64:ff9b::\(row.text)", "2002:\(groups)::1",
      "2001:0:102:304:0:0:\(inverted)",
    ] {
      #expect(try #require(IPAddress(text)).scope == row.scope, "\(text)")
    }
    if value > 1 { #expect(try #require(IPAddress("::\(row.text)")).scope == row.scope) }
  }

  @Test(
    "and so is every part of the IPv6 network",
    arguments: [
      ("2606:4700::1111", .publicInternet), ("2a00:1450:4001::200e", .publicInternet), ("3ffe::1", .publicInternet),
      ("::1", .loopback), ("fc00::1", .privateNetwork), ("fdff:ffff::1", .privateNetwork),
      ("fec0::1", .privateNetwork), ("feff::1", .privateNetwork), ("fe80::1", .linkLocal), ("febf::1", .linkLocal),
      ("fd00:ec2::254", .metadata), ("fd00:ec2::23", .metadata), ("fd20:ce::254", .metadata),
      ("::", .reserved), ("::2", .reserved), ("ff00::", .reserved), ("ff02::1", .reserved), ("2001:db8::1", .reserved),
      ("100::1", .reserved), ("64:ff9b:1::1", .reserved), ("2001:2::1", .reserved), ("2001:10::1", .reserved),
      ("3fff::1", .reserved), ("4000::1", .reserved), ("5f00::1", .reserved), ("e000::1", .reserved),
    ] as [(String, AddressScope)])
  func v6Scope(_ row: (text: String, scope: AddressScope)) throws {
    #expect(try #require(IPAddress(row.text)).scope == row.scope)
  }

  @Test(
    "an address has one spelling",
    arguments: [
      ("1.2.3.4", "1.2.3.4"), ("::", "::"), ("0:0:0:0:0:0:0:1", "::1"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
      ("2001:DB8::0:1", "2001:db8::1"), ("::ffff:1.2.3.4", "::ffff:102:304"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
      ("1:0:3:4:5:6:7:8", "1:0:3:4:5:6:7:8"), ("1::", "1::"), ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
    ])
  func spelling(_ row: (text: String, canonical: String)) throws {
    let address = try #require(IPAddress(row.text))
    #expect(address.description == row.canonical)
    #expect(IPAddress(address.description) == address)
  }

  @Test(
    "what is not exactly an address is none",
    arguments: [
      "", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.0x4", "1.2.3.4 ", " 1.2.3.4", "127.1", "2130706433",
      "0x7f.0.0.1", "0177.0.0.1", "1..3.4", "1.2.3.4.", "+1.2.3.4", "1.2.3.-4", ":", ":::", "1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::", "::1%lo", "fe80::1%25eth0", "[::1]", "1:2:3:4:5:6:7:8::",
      "::1.2.3", "1.2.3.4::", "::1.2.3.4:5", ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:",
      "1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111", "１.2.3.4",
    ])
  func notAnAddress(_ text: String) {
    #expect(IPAddress(text) == nil)
  }

  @Test("bytes in network order are an address, if there are 4 or 16")
  func bytes() {
    #expect(IPAddress(bytes: [127, 0, 0, 1])?.description == "127.0.0.1")
    #expect(IPAddress(bytes: [UInt8](repeating: 0, count: 15) + [1])?.description == "::1")
    #expect(IPAddress(bytes: [1, 2, 3]) == nil)
    #expect(IPAddress(bytes: []) == nil)
  }
}
