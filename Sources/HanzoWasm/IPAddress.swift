// IPv4 and IPv6 addresses as numbers: strict reading, canonical writing.

/// An IPv4 or IPv6 address.
public enum IPAddress: Sendable, Hashable {
  /// The four bytes, the first in the highest place.
  case v4(UInt32)
  /// The sixteen bytes, the first in the highest place of `high`.
  case v6(high: UInt64, low: UInt64)

  /// The address of 4 or 16 bytes in network order; nil for another number of bytes.
  public init?(bytes: some Collection<UInt8>) {
    switch bytes.count {
    case 4: self = .v4(bytes.reduce(0) { $0 << 8 | UInt32($1) })
    case 16:
      self = .v6(
        high: bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) },
        low: bytes.suffix(8).reduce(0) { $0 << 8 | UInt64($1) })
    default: return nil
    }
  }

  /// Reads an address without brackets, port or zone. IPv4 must be a canonical dotted quad: four decimal numbers without
  /// leading zeros. IPv6 is as RFC 4291 section 2.2 writes it.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8.prefix(64))
    if let quad = Self.dottedQuad(bytes[...]) {
      self = .v4(quad)
    } else if let groups = Self.groups(bytes[...]) {
      self = .v6(
        high: groups[..<4].reduce(0) { $0 << 16 | UInt64($1) }, low: groups[4...].reduce(0) { $0 << 16 | UInt64($1) })
    } else {
      return nil
    }
  }

  private static func dottedQuad(_ text: ArraySlice<UInt8>) -> UInt32? {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var value: UInt32 = 0
    for part in parts {
      guard (1...3).contains(part.count), part.allSatisfy(isDigit), part.count == 1 || part.first != UInt8(ascii: "0")
      else { return nil }
      let number = part.reduce(0) { $0 * 10 + UInt32($1 - UInt8(ascii: "0")) }
      guard number <= 255 else { return nil }
      value = value << 8 | number
    }
    return value
  }

  private static func groups(_ text: ArraySlice<UInt8>) -> [UInt16]? {
    let colon = UInt8(ascii: ":")
    var gap: Int?
    for index in text.indices.dropLast() where text[index] == colon && text[index + 1] == colon {
      guard gap == nil else { return nil }
      gap = index
    }
    guard let gap else {
      guard let groups = groupList(text, mayEndInQuad: true), groups.count == 8 else { return nil }
      return groups
    }
    let before = text[..<gap]
    let after = text[(gap + 2)...]
    guard let first = before.isEmpty ? [] : groupList(before, mayEndInQuad: false),
      let last = after.isEmpty ? [] : groupList(after, mayEndInQuad: true), first.count + last.count < 8
    else { return nil }
    return first + [UInt16](repeating: 0, count: 8 - first.count - last.count) + last
  }

  /// Groups of one to four hexadecimal digits, the last two of which may be written as a dotted quad.
  private static func groupList(_ text: ArraySlice<UInt8>, mayEndInQuad: Bool) -> [UInt16]? {
    var groups: [UInt16] = []
    let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count <= 8 else { return nil }
    for (index, part) in parts.enumerated() {
      if mayEndInQuad, index == parts.count - 1, let quad = dottedQuad(part) {
        groups += [UInt16(quad >> 16), UInt16(truncatingIfNeeded: quad)]
        continue
      }
      guard (1...4).contains(part.count) else { return nil }
      var group: UInt16 = 0
      for byte in part {
        guard let digit = hexadecimalDigit(byte) else { return nil }
        group = group << 4 | UInt16(digit)
      }
      groups.append(group)
    }
    return groups
  }
}

extension IPAddress: CustomStringConvertible {
  /// The canonical spelling: a dotted quad, or RFC 5952 without dots (`::ffff:7f00:1`).
  public var description: String {
    switch self {
    case .v4(let value): return [24, 16, 8, 0].map { String((value >> $0) & UInt32(0xFF)) }.joined(separator: ".")
    case .v6(let high, let low):
      let groups = [high, low].flatMap { half in [48, 32, 16, 0].map { (half >> $0) & UInt64(0xFFFF) } }
      // The longest run of at least two zeros, the first of equals.
      var run = 0..<0
      var start = 0
      while start < 8 {
        let end = groups[start...].firstIndex { $0 != 0 } ?? 8
        if end - start > max(run.count, 1) { run = start..<end }
        start = end + 1
      }
      let text = { (part: ArraySlice<UInt64>) in part.map { String($0, radix: 16) }.joined(separator: ":") }
      if run.isEmpty { return text(groups[...]) }
      return text(groups[..<run.lowerBound]) + "::" + text(groups[run.upperBound...])
    }
  }
}

func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

/// The value of a hexadecimal digit.
func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}
