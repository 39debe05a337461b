/// The guest's memory during one call: every access is checked, and what does not fit is `fault`.

import WasmInterpreter

/// A view of the calling instance's memory 0; empty if it has none. Valid during one call of a host function, since
/// none of them lets the memory grow.
struct GuestMemory {
  private let bytes: UnsafeMutableRawBufferPointer

  init(_ memory: MemoryInstance?) {
    bytes = memory?.withUnsafeMutableBytes { $0 } ?? UnsafeMutableRawBufferPointer(start: nil, count: 0)
  }

  /// `count` bytes from `address`.
  func buffer(_ address: UInt32, _ count: UInt64) throws(ErrorNumber) -> UnsafeMutableRawBufferPointer {
    let size = UInt64(bytes.count)
    guard count <= size, UInt64(address) <= size - count else { throw .fault }
    guard let base = bytes.baseAddress else { return bytes }
    return UnsafeMutableRawBufferPointer(start: base + Int(address), count: Int(count))
  }

  func load<T: FixedWidthInteger>(_ address: UInt32, as type: T.Type = T.self) throws(ErrorNumber) -> T {
    let size = MemoryLayout<T>.size
    let source = try buffer(address, UInt64(size))
    return T(littleEndian: source.loadUnaligned(as: T.self))
  }

  func store<T: FixedWidthInteger>(_ value: T, at address: UInt32) throws(ErrorNumber) {
    let target = try buffer(address, UInt64(MemoryLayout<T>.size))
    target.storeBytes(of: value.littleEndian, as: T.self)
  }

  func store(_ values: some Collection<UInt8>, at address: UInt32) throws(ErrorNumber) {
    try buffer(address, UInt64(values.count)).copyBytes(from: values)
  }
}

/// An array of `iovec` or `ciovec`: pairs of an address and a length.
struct IOVectors {
  private let memory: GuestMemory
  private let address: UInt32
  /// At most 1,024, as Linux's and wasi-libc's IOV_MAX.
  let count: Int

  /// Checks all of them before anything is done.
  init(_ memory: GuestMemory, _ address: UInt32, _ count: UInt32) throws(ErrorNumber) {
    self.memory = memory
    self.address = address
    guard count <= 1024 else { throw .inval }
    self.count = Int(count)
    _ = try memory.buffer(address, UInt64(count) * 8)
    var total: UInt64 = 0
    for index in 0..<self.count { total += UInt64(try self[index].count) }
    guard total <= UInt64(UInt32.max) else { throw .inval }
  }

  /// Checked at each access: what is read into the first may have overwritten the array.
  subscript(index: Int) -> UnsafeMutableRawBufferPointer {
    get throws(ErrorNumber) {
      let place = address &+ UInt32(truncatingIfNeeded: index * 8)
      return try memory.buffer(try memory.load(place), UInt64(try memory.load(place &+ 4, as: UInt32.self)))
    }
  }
}

/// A call with its arguments and the caller's memory.
struct GuestCall {
  let host: HostCall
  let memory: GuestMemory

  init(_ host: HostCall) {
    self.host = host
    memory = GuestMemory(host.memory)
  }

  func u32(_ index: Int) -> UInt32 { host.i32(index) }
  func u64(_ index: Int) -> UInt64 { host.i64(index) }

  /// The path whose address and length are arguments `index` and `index + 1`.
  func path(_ index: Int) throws(ErrorNumber) -> GuestPath {
    try GuestPath(try memory.buffer(u32(index), UInt64(u32(index + 1))))
  }
}
