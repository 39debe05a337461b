/// An open regular file of the host.

import CLinux

final class HostFile: OpenFile {
  private let descriptor: HostDescriptor
  private let clocks: Clocks

  init(_ descriptor: HostDescriptor, _ clocks: Clocks) {
    self.descriptor = descriptor
    self.clocks = clocks
  }

  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(ErrorNumber) -> Int {
    Int(try ErrorNumber.check(clinux_read_at(descriptor.number, buffer.baseAddress, buffer.count, offset)))
  }

  func write(_ buffer: UnsafeRawBufferPointer, at offset: UInt64) throws(ErrorNumber) -> Int {
    Int(try ErrorNumber.check(clinux_write_at(descriptor.number, buffer.baseAddress, buffer.count, offset)))
  }

  func append(_ buffer: UnsafeRawBufferPointer) throws(ErrorNumber) -> Int {
    Int(try ErrorNumber.check(clinux_append(descriptor.number, buffer.baseAddress, buffer.count)))
  }

  func status() throws(ErrorNumber) -> FileStatus { try descriptor.status() }

  func setSize(_ size: UInt64) throws(ErrorNumber) {
    try ErrorNumber.check(clinux_set_file_size(descriptor.number, size))
  }

  func allocate(_ offset: UInt64, _ length: UInt64) throws(ErrorNumber) {
    try ErrorNumber.check(clinux_allocate_file(descriptor.number, offset, length))
  }

  func setTimes(access: TimeChange, modification: TimeChange) throws(ErrorNumber) {
    try descriptor.setTimes(access, modification, clocks)
  }

  func synchronize(dataOnly: Bool) throws(ErrorNumber) {
    try ErrorNumber.check(clinux_synchronize_file(descriptor.number, dataOnly ? 1 : 0))
  }

  func close() { descriptor.close() }
}
