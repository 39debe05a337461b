/// The lexical layer of the binary format: bytes, LEB128 numbers, counts and names (Core 3.0, section 5.2 "Values").

/// The sections of a module, by their binary identifier.
enum SectionIdentifier: UInt8 {
  case custom = 0
  case type, `import`, function, table, memory, global, export, start, element, code, data, dataCount, tag
  /// Not sections, but places that errors name.
  case header = 0xFE
  case module = 0xFF

  var name: String {
    switch self {
    case .custom: "custom"
    case .type: "type"
    case .import: "import"
    case .function: "function"
    case .table: "table"
    case .memory: "memory"
    case .global: "global"
    case .export: "export"
    case .start: "start"
    case .element: "element"
    case .code: "code"
    case .data: "data"
    case .dataCount: "data count"
    case .tag: "tag"
    case .header: "header"
    case .module: "module"
    }
  }

  /// Its place in the prescribed order (section 5.5.2 "Sections"); custom sections may be anywhere.
  var order: Int {
    switch self {
    case .custom, .header, .module: 0
    case .type: 1
    case .import: 2
    case .function: 3
    case .table: 4
    case .memory: 5
    case .tag: 6
    case .global: 7
    case .export: 8
    case .start: 9
    case .element: 10
    case .dataCount: 11
    case .code: 12
    case .data: 13
    }
  }
}

/// A cursor over a part of a module. Every read is checked against `end`.
///
/// It borrows the module's bytes: whoever makes one keeps them alive and in place.
struct ByteReader {
  let base: UnsafePointer<UInt8>
  /// The offset of the next byte.
  var position: Int
  /// The offset after the last byte that may be read.
  var end: Int
  /// What errors name as their place.
  var section: SectionIdentifier

  @inline(__always)
  var remaining: Int { end - position }

  /// An error at `offset`, by default at the next byte.
  @inline(never)
  func error(_ kind: ModuleError.Kind, _ message: String, at offset: Int? = nil) -> ModuleError {
    ModuleError(kind: kind, offset: offset ?? position, section: section.name, message: message)
  }

  @inline(never)
  func unexpectedEnd() -> ModuleError {
    let place = section == .header || section == .module ? "module" : "\(section.name) section or function body"
    return error(.malformed, "unexpected end of the \(place)")
  }

  @inline(__always)
  mutating func byte() throws(ModuleError) -> UInt8 {
    guard position < end else { throw unexpectedEnd() }
    let value = base[position]
    position += 1
    return value
  }

  /// Passes over `count` bytes of an immediate.
  @inline(__always)
  mutating func skip(_ count: Int) throws(ModuleError) {
    guard remaining >= count else { throw unexpectedEnd() }
    position += count
  }

  /// Four bytes, little-endian.
  mutating func fixed32() throws(ModuleError) -> UInt32 {
    let start = position
    try skip(4)
    return UInt32(littleEndian: UnsafeRawPointer(base + start).loadUnaligned(as: UInt32.self))
  }

  /// Eight bytes, little-endian.
  mutating func fixed64() throws(ModuleError) -> UInt64 {
    let start = position
    try skip(8)
    return UInt64(littleEndian: UnsafeRawPointer(base + start).loadUnaligned(as: UInt64.self))
  }

  // MARK: LEB128

  @inline(__always)
  mutating func u32() throws(ModuleError) -> UInt32 {
    guard position < end else { throw unexpectedEnd() }
    let first = base[position]
    if first < 0x80 {
      position += 1
      return UInt32(first)
    }
    return UInt32(truncatingIfNeeded: try unsigned(bits: 32))
  }

  @inline(__always)
  mutating func u64() throws(ModuleError) -> UInt64 {
    guard position < end else { throw unexpectedEnd() }
    let first = base[position]
    if first < 0x80 {
      position += 1
      return UInt64(first)
    }
    return try unsigned(bits: 64)
  }

  @inline(__always)
  mutating func s32() throws(ModuleError) -> Int32 {
    guard position < end else { throw unexpectedEnd() }
    let first = base[position]
    if first < 0x80 {
      position += 1
      return Int32(Int8(bitPattern: first << 1) >> 1)
    }
    return Int32(truncatingIfNeeded: try signed(bits: 32))
  }

  @inline(__always)
  mutating func s64() throws(ModuleError) -> Int64 {
    guard position < end else { throw unexpectedEnd() }
    let first = base[position]
    if first < 0x80 {
      position += 1
      return Int64(Int8(bitPattern: first << 1) >> 1)
    }
    return try signed(bits: 64)
  }

  @inline(never)
  mutating func unsigned(bits: Int) throws(ModuleError) -> UInt64 {
    let start = position
    var result: UInt64 = 0
    var shift = 0
    while true {
      let next = try byte()
      let payload = next & 0x7F
      let left = bits - shift
      if left < 7 {
        if next >= 0x80 { throw error(.malformed, "integer representation too long", at: start) }
        if payload >> UInt8(left) != 0 { throw error(.malformed, "integer too large", at: start) }
      }
      result |= UInt64(payload) << UInt64(shift)
      if next < 0x80 { return result }
      shift += 7
    }
  }

  @inline(never)
  mutating func signed(bits: Int) throws(ModuleError) -> Int64 {
    let start = position
    var result: Int64 = 0
    var shift = 0
    while true {
      let next = try byte()
      let left = bits - shift
      if left < 7 {
        if next >= 0x80 { throw error(.malformed, "integer representation too long", at: start) }
        // The sign bit and what is above it must be equal.
        let upper = Int8(bitPattern: next << 1) >> Int8(left)
        if upper != 0 && upper != -1 { throw error(.malformed, "integer too large", at: start) }
      }
      result |= Int64(next & 0x7F) << Int64(shift)
      shift += 7
      if next < 0x80 {
        if next & 0x40 != 0 && shift < 64 { result |= -1 << Int64(shift) }
        return result
      }
    }
  }

  // MARK: vectors and names

  /// The count of a vector whose items take at least `itemBytes` bytes each, so that nothing is reserved for items that
  /// cannot be there.
  mutating func count(itemBytes: Int, of items: String) throws(ModuleError) -> Int {
    let start = position
    let count = Int(try u32())
    guard count <= remaining / itemBytes else {
      throw error(.malformed, "length out of bounds: \(count) \(items) do not fit into \(remaining) bytes", at: start)
    }
    return count
  }

  /// As `count(itemBytes:of:)`, with a limit on the count together with `existing` items.
  mutating func count(
    itemBytes: Int, of items: String, limit: Int, existing: Int = 0
  ) throws(ModuleError) -> Int {
    let start = position
    let count = try count(itemBytes: itemBytes, of: items)
    guard count <= limit - existing else {
      throw error(.limitExceeded, "\(existing + count) \(items), where the limit is \(limit)", at: start)
    }
    return count
  }

  /// A length in bytes that must be there.
  mutating func byteCount() throws(ModuleError) -> Int {
    let start = position
    let count = Int(try u32())
    guard count <= remaining else {
      throw error(.malformed, "length out of bounds: \(count) bytes, where \(remaining) are left", at: start)
    }
    return count
  }

  /// A name: its length in bytes, then UTF-8 (section 5.2.4).
  mutating func name(limit: Int) throws(ModuleError) -> String {
    let start = position
    let count = try byteCount()
    guard count <= limit else {
      throw error(.limitExceeded, "a name of \(count) bytes, where the limit is \(limit)", at: start)
    }
    let bytes = UnsafeBufferPointer(start: base + position, count: count)
    guard let name = String(validating: bytes, as: UTF8.self) else {
      throw error(.malformed, "malformed UTF-8 encoding of a name")
    }
    position += count
    return name
  }
}
