/// An object's members in order, with lookup by key that stays fast for a million hostile keys.

/// The members of a JSON object in their order. Keys are unique, and are compared as code points (as RFC 8259 section
/// 8.3 does), not by Unicode equivalence.
///
/// Lookup scans objects of up to 16 members and uses a hash table (seeded per process) above.
public struct JSONObject: Sendable {
  public struct Member: Hashable, Sendable {
    public let key: String
    public var value: JSONValue
    public init(key: String, value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  static let linearLimit = 16

  /// The members in order.
  public private(set) var members: [Member]
  /// Open-addressing table of positions in `members` plus one (0 = free), a power of two long and at most half full;
  /// empty while there are no more than `linearLimit` members.
  private var table: [UInt32] = []

  public init() { members = [] }

  /// An object of these members in this order. Of a key that appears twice the last value wins, at the place of the
  /// first.
  public init(_ members: some Sequence<(String, JSONValue)>) {
    self.init()
    self.members.reserveCapacity(members.underestimatedCount)
    for (key, value) in members { self[key] = value }
  }

  /// The parser's way in: takes over the members and drops all but the last of each key.
  init(parsed members: [Member]) {
    self.members = members
    if members.count <= Self.linearLimit { removeDuplicatesLinearly() } else { buildTable() }
  }

  public var count: Int { members.count }
  public var isEmpty: Bool { members.isEmpty }
  public var keys: [String] { members.map(\.key) }
  public var values: [JSONValue] { members.map(\.value) }

  /// The value of a key. Setting nil removes the member; setting a new key appends it.
  public subscript(key: String) -> JSONValue? {
    get {
      guard let position = position(of: key) else { return nil }
      return members[position].value
    }
    set {
      guard let newValue else {
        removeValue(forKey: key)
        return
      }
      if let position = position(of: key) {
        members[position].value = newValue
      } else {
        append(Member(key: key, value: newValue))
      }
    }
  }

  /// Removes a member and returns its value; nil if there is none. Takes time linear in the number of members.
  @discardableResult
  public mutating func removeValue(forKey key: String) -> JSONValue? {
    guard let position = position(of: key) else { return nil }
    let removed = members.remove(at: position)
    if members.count <= Self.linearLimit { table = [] } else { buildTable() }
    return removed.value
  }

  // MARK: Lookup

  private func position(of key: String) -> Int? {
    if table.isEmpty { return members.firstIndex { sameKey($0.key, key) } }
    let slot = slot(of: key)
    return table[slot] == 0 ? nil : Int(table[slot]) - 1
  }

  /// The slot that holds the key's position, or the free one where it belongs.
  private func slot(of key: String) -> Int {
    let mask = table.count - 1
    var slot = keyHash(key) & mask
    while table[slot] != 0, !sameKey(members[Int(table[slot]) - 1].key, key) { slot = (slot + 1) & mask }
    return slot
  }

  // MARK: Building

  private mutating func append(_ member: Member) {
    members.append(member)
    if members.count <= Self.linearLimit { return }
    if members.count * 2 > table.count { return buildTable() }
    let slot = slot(of: member.key)
    table[slot] = UInt32(truncatingIfNeeded: members.count)
  }

  private mutating func buildTable() {
    var capacity = 64
    while capacity < members.count * 2 { capacity *= 2 }
    // Room to grow: an object that is appended to would rebuild at once otherwise.
    if capacity < members.count * 3 { capacity *= 2 }
    table = [UInt32](repeating: 0, count: capacity)
    var kept = 0
    for position in members.indices {
      let slot = slot(of: members[position].key)
      if table[slot] != 0 {
        members[Int(table[slot]) - 1].value = members[position].value
      } else {
        if kept != position { members.swapAt(kept, position) }
        kept += 1
        table[slot] = UInt32(truncatingIfNeeded: kept)
      }
    }
    members.removeLast(members.count - kept)
    if members.count <= Self.linearLimit { table = [] }
  }

  private mutating func removeDuplicatesLinearly() {
    var position = 1
    while position < members.count {
      let key = members[position].key
      if let first = members[..<position].firstIndex(where: { sameKey($0.key, key) }) {
        members[first].value = members[position].value
        members.remove(at: position)
      } else {
        position += 1
      }
    }
  }
}

/// Swift's `==` would treat canonically equivalent spellings as one key; JSON does not.
private func sameKey(_ first: String, _ second: String) -> Bool {
  guard first.utf8.count == second.utf8.count, first == second else { return false }
  return first.utf8.elementsEqual(second.utf8)
}

private func keyHash(_ key: String) -> Int {
  var hasher = Hasher()
  let done: Void? = key.utf8.withContiguousStorageIfAvailable { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  if done == nil { for byte in key.utf8 { hasher.combine(byte) } }
  return hasher.finalize()
}

extension JSONObject: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { members.count }
  public subscript(position: Int) -> (key: String, value: JSONValue) {
    (members[position].key, members[position].value)
  }
}

extension JSONObject: Hashable {
  public static func == (first: JSONObject, second: JSONObject) -> Bool {
    guard first.count == second.count else { return false }
    // The same order is the usual case.
    return zip(first.members, second.members).allSatisfy { ours, theirs in
      sameKey(ours.key, theirs.key) ? ours.value == theirs.value : second[ours.key] == ours.value
    }
  }

  public func hash(into hasher: inout Hasher) {
    var combined = 0
    for member in members {
      var memberHasher = Hasher()
      memberHasher.combine(keyHash(member.key))
      memberHasher.combine(member.value)
      combined ^= memberHasher.finalize()
    }
    hasher.combine(members.count)
    hasher.combine(combined)
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
