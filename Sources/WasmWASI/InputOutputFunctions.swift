/// Reading and writing.

extension SystemInterface {
  static let inputOutputFunctions: [Definition] = [
    Definition("fd_read", "iiii") { (call, system) throws(ErrorNumber) in
      try system.read(call, at: nil, result: call.u32(3))
    },
    Definition("fd_pread", "iiiIi") { (call, system) throws(ErrorNumber) in
      try system.read(call, at: call.u64(3), result: call.u32(4))
    },
    Definition("fd_write", "iiii") { (call, system) throws(ErrorNumber) in
      try system.write(call, at: nil, result: call.u32(3))
    },
    Definition("fd_pwrite", "iiiIi") { (call, system) throws(ErrorNumber) in
      try system.write(call, at: call.u64(3), result: call.u32(4))
    },
  ]

  /// - Parameter offset: nil for the descriptor's own, which then moves.
  private func read(_ call: GuestCall, at offset: UInt64?, result: UInt32) throws(ErrorNumber) {
    let descriptor = try descriptors[call.u32(0)]
    let vectors = try IOVectors(call.memory, call.u32(1), call.u32(2))
    _ = try call.memory.buffer(result, 4)
    var done = 0
    switch descriptor.kind {
    case .input(let stream):
      guard offset == nil else { throw .spipe }
      guard descriptor.rights.contains(.fdRead) else { throw .badf }
      done = try each(vectors) { (buffer, _) throws(ErrorNumber) in stream.read(into: buffer) }
    case .output: throw offset == nil ? .badf : .spipe
    case .directory: throw .badf
    case .file:
      let file = try descriptor.file(for: .fdRead)
      let start = offset ?? descriptor.position
      guard start <= Int64.max else { throw .inval }
      done = try each(vectors) { (buffer, done) throws(ErrorNumber) in
        try file.read(into: buffer, at: start + UInt64(done))
      }
      if offset == nil { descriptor.position = start + UInt64(done) }
    }
    try call.memory.store(UInt32(truncatingIfNeeded: done), at: result)
  }

  /// - Parameter offset: nil for the descriptor's own, which then moves. Ignored in append mode, as Linux does.
  private func write(_ call: GuestCall, at offset: UInt64?, result: UInt32) throws(ErrorNumber) {
    let descriptor = try descriptors[call.u32(0)]
    let vectors = try IOVectors(call.memory, call.u32(1), call.u32(2))
    _ = try call.memory.buffer(result, 4)
    var done = 0
    switch descriptor.kind {
    case .output(let stream):
      guard offset == nil else { throw .spipe }
      guard descriptor.rights.contains(.fdWrite) else { throw .badf }
      done = try each(vectors) { (buffer, _) throws(ErrorNumber) in
        let count = stream.write(UnsafeRawBufferPointer(buffer))
        guard count == buffer.count else {
          self.pendingTrap = .outputLimit
          throw .nospc
        }
        return count
      }
    case .input: throw offset == nil ? .badf : .spipe
    case .directory: throw .badf
    case .file:
      let file = try descriptor.file(for: .fdWrite)
      let start = offset ?? descriptor.position
      guard start <= Int64.max else { throw .inval }
      let appends = descriptor.flags.contains(.append)
      done = try each(vectors) { (buffer, done) throws(ErrorNumber) in
        let bytes = UnsafeRawBufferPointer(buffer)
        return appends ? try file.append(bytes) : try file.write(bytes, at: start + UInt64(done))
      }
      if offset == nil { descriptor.position = appends ? try file.status().size : start + UInt64(done) }
    }
    try call.memory.store(UInt32(truncatingIfNeeded: done), at: result)
  }

  /// Goes through the buffers until one is not filled or emptied. An error after something was done is not reported: the
  /// next call will meet it again.
  private func each(
    _ vectors: IOVectors, _ body: (UnsafeMutableRawBufferPointer, _ done: Int) throws(ErrorNumber) -> Int
  ) throws(ErrorNumber) -> Int {
    var done = 0
    for index in 0..<vectors.count {
      do throws(ErrorNumber) {
        let buffer = try vectors[index]
        guard !buffer.isEmpty else { continue }
        let count = try body(buffer, done)
        done += count
        guard count == buffer.count else { break }
      } catch {
        guard done > 0, pendingTrap == nil else { throw error }
        break
      }
    }
    return done
  }
}
