/// Paths as guests give them: checked for form here, resolved by a file system.

/// A relative path of at most 4,095 bytes of UTF-8 without NUL.
struct GuestPath {
  /// As it was given.
  let bytes: [UInt8]
  /// What stands before the last component; empty for the directory itself.
  let parent: [UInt8]
  /// The last component; it may be `.` or `..`.
  let last: [UInt8]
  let hasTrailingSlash: Bool

  /// Linux's PATH_MAX without the NUL.
  static let maximumLength = 4095
  /// Linux's NAME_MAX.
  static let maximumComponentLength = 255

  /// - Throws: `noent` (empty), `nametoolong`, `inval` (NUL), `ilseq` (not UTF-8), `perm` (absolute).
  init(_ source: UnsafeMutableRawBufferPointer) throws(ErrorNumber) {
    let bytes = try Self.text(source)
    guard bytes.first != UInt8(ascii: "/") else { throw .perm }
    self.bytes = bytes
    var end = bytes.count
    while end > 0, bytes[end - 1] == UInt8(ascii: "/") { end -= 1 }
    hasTrailingSlash = end < bytes.count
    let start = (bytes[..<end].lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1
    parent = Array(bytes[..<start])
    last = Array(bytes[start..<end])
  }

  /// The checks that a symbolic link's target must pass too.
  static func text(_ source: UnsafeMutableRawBufferPointer) throws(ErrorNumber) -> [UInt8] {
    guard !source.isEmpty else { throw .noent }
    guard source.count <= maximumLength else { throw .nametoolong }
    let bytes = Array(source)
    guard !bytes.contains(0) else { throw .inval }
    guard String(validating: bytes, as: UTF8.self) != nil else { throw .ilseq }
    return bytes
  }

  /// Whether the last component is a directory's name for itself or its parent, so that there is nothing to create,
  /// remove or rename.
  var isDots: Bool { isParentDots || last == [UInt8(ascii: ".")] }
  var isParentDots: Bool { last == [UInt8(ascii: "."), UInt8(ascii: ".")] }

  /// The last component for a system call, with a slash if there was one: the kernel knows what it means.
  var name: [UInt8] { hasTrailingSlash ? last + [UInt8(ascii: "/")] : last }
}
