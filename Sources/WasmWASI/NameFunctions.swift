/// Making, moving and removing names.

extension SystemInterface {
  static let nameFunctions: [Definition] = [
    Definition("path_create_directory", "iii") { (call, system) throws(ErrorNumber) in
      let directory = try system.descriptors[call.u32(0)].writableDirectory(for: .pathCreateDirectory)
      let path = try call.path(1)
      try refuseDots(path, in: directory, .exist)
      try directory.createDirectory(path)
    },
    Definition("path_remove_directory", "iii") { (call, system) throws(ErrorNumber) in
      let directory = try system.descriptors[call.u32(0)].writableDirectory(for: .pathRemoveDirectory)
      let path = try call.path(1)
      try refuseDots(path, in: directory, path.isParentDots ? .notempty : .inval)
      try directory.removeDirectory(path)
    },
    Definition("path_unlink_file", "iii") { (call, system) throws(ErrorNumber) in
      let directory = try system.descriptors[call.u32(0)].writableDirectory(for: .pathUnlinkFile)
      let path = try call.path(1)
      try refuseDots(path, in: directory, .isdir)
      try directory.unlink(path)
    },
    Definition("path_symlink", "iiiii") { (call, system) throws(ErrorNumber) in
      let directory = try system.descriptors[call.u32(2)].writableDirectory(for: .pathSymlink)
      let target = try GuestPath.text(try call.memory.buffer(call.u32(0), UInt64(call.u32(1))))
      let path = try call.path(3)
      // It would lead out of the mount, though nobody who is confined to it could follow it.
      guard target.first != UInt8(ascii: "/") else { throw .perm }
      try refuseDots(path, in: directory, .exist)
      try directory.makeSymbolicLink(path, target: target)
    },
    // A file of a read-only mount could be written to through a link in another: both must be writable.
    Definition("path_link", "iiiiiii") { (call, system) throws(ErrorNumber) in
      let source = try system.descriptors[call.u32(0)].writableDirectory(for: .pathLinkSource)
      let target = try system.descriptors[call.u32(4)].writableDirectory(for: .pathLinkTarget)
      let path = try call.path(2)
      let newPath = try call.path(5)
      // Following a symbolic link is not offered, as in wasmtime.
      guard call.u32(1) == 0 else { throw .inval }
      try refuseDots(path, in: source, .perm)
      try refuseDots(newPath, in: target, .exist)
      try source.link(path, to: target, newPath)
    },
    Definition("path_rename", "iiiiii") { (call, system) throws(ErrorNumber) in
      let source = try system.descriptors[call.u32(0)].writableDirectory(for: .pathRenameSource)
      let target = try system.descriptors[call.u32(3)].writableDirectory(for: .pathRenameTarget)
      let path = try call.path(1)
      let newPath = try call.path(4)
      try refuseDots(path, in: source, .busy)
      try refuseDots(newPath, in: target, .busy)
      try source.rename(path, to: target, newPath)
    },
  ]

  /// Refuses a path that ends in `.` or `..` with Linux's error for it; if it leads nowhere, or out, with that error.
  private static func refuseDots(
    _ path: GuestPath, in directory: any OpenDirectory, _ error: ErrorNumber
  ) throws(ErrorNumber) {
    guard path.isDots else { return }
    _ = try directory.status(of: path, follow: true)
    throw error
  }
}
