/// An open file in memory. It lives as long as a name or a descriptor leads to it.

final class MemoryFile: OpenFile {
  private let fileSystem: MemoryFileSystem
  private let node: MemoryNode
  private let device: UInt64

  init(_ fileSystem: MemoryFileSystem, _ node: MemoryNode, device: UInt64) {
    self.fileSystem = fileSystem
    self.node = node
    self.device = device
  }

  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(ErrorNumber) -> Int {
    node.contents.read(into: buffer, at: offset)
  }

  func write(_ buffer: UnsafeRawBufferPointer, at offset: UInt64) throws(ErrorNumber) -> Int {
    let count = try node.contents.write(buffer, at: offset, fileSystem.budget)
    node.wasModified(fileSystem.now)
    return count
  }

  func append(_ buffer: UnsafeRawBufferPointer) throws(ErrorNumber) -> Int {
    try write(buffer, at: node.contents.size)
  }

  func status() throws(ErrorNumber) -> FileStatus { node.status(device: device) }

  func setSize(_ size: UInt64) throws(ErrorNumber) {
    try node.contents.setSize(size, fileSystem.budget)
    node.wasModified(fileSystem.now)
  }

  func allocate(_ offset: UInt64, _ length: UInt64) throws(ErrorNumber) {
    try node.contents.allocate(offset, length, fileSystem.budget)
    node.wasModified(fileSystem.now)
  }

  func setTimes(access: TimeChange, modification: TimeChange) throws(ErrorNumber) {
    node.setTimes(access, modification, now: fileSystem.now)
  }

  func synchronize(dataOnly: Bool) throws(ErrorNumber) {}

  func close() {}
}
