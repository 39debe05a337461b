/// A guest without code of its own: its memory, and functions of the table that are called through it.

import WasmBinary
import WasmInterpreter
import WasmText
import WasmWASI

/// Error numbers that tests expect (snapshot_preview1, `errno`).
enum Errno: UInt32 {
  case success = 0
  case acces = 2
  case again = 6
  case badf = 8
  case busy = 10
  case exist = 20
  case fault = 21
  case fbig = 22
  case ilseq = 25
  case inval = 28
  case isdir = 31
  case loop = 32
  case mfile = 33
  case nametoolong = 37
  case noent = 44
  case nospc = 51
  case notdir = 54
  case notempty = 55
  case notsock = 57
  case notsup = 58
  case perm = 63
  case spipe = 70
  case xdev = 75
  case notcapable = 76
}

final class Guest {
  let system: SystemInterface
  let instance: Instance
  private let store: Store
  private let functions: [String: (index: UInt32, parameters: [ValueType])]

  /// Where tests put paths and results in the guest's memory.
  static let pathAddress: UInt32 = 0x100
  static let secondPathAddress: UInt32 = 0x2100
  static let resultAddress: UInt32 = 0x80
  static let bufferAddress: UInt32 = 0x8000
  static let bufferSize: UInt32 = 0x8000

  struct UnknownFunction: Error {
    let name: String
  }

  /// A module that exports one page of memory and, by its own name, each function that it imports.
  private static let module: Result<Module, any Error> = Result {
    var text = ""
    for (name, function) in SystemInterface.functions.sorted(by: { $0.key < $1.key }) {
      let parameters = function.type.parameters.map { $0 == .i64 ? "i64" : "i32" }.joined(separator: " ")
      let result = function.type.results.isEmpty ? "" : "(result i32)"
      text += "(import \"wasi_snapshot_preview1\" \"\(name)\" (func $\(name) (param \(parameters)) \(result)))\n"
    }
    text += "(memory (export \"memory\") 1)\n"
    for (name, function) in SystemInterface.functions.sorted(by: { $0.key < $1.key }) {
      let parameters = function.type.parameters.map { $0 == .i64 ? "i64" : "i32" }.joined(separator: " ")
      let result = function.type.results.isEmpty ? "" : "(result i32)"
      let values = function.type.parameters.indices.map { "(local.get \($0))" }.joined(separator: " ")
      text += "(func (export \"\(name)\") (param \(parameters)) \(result) (call $\(name) \(values)))\n"
    }
    return try Module.load(try assembleModule(Array((text + openRepeatedly).utf8)))
  }

  /// Opens a path beneath descriptor 3 and closes it, so often that calls from outside would take too long. Returns the
  /// last error.
  private static let openRepeatedly = """
    (func (export "open_repeatedly") (param $count i32) (param $path i32) (param $length i32) (result i32)
      (local $error i32)
      (loop $again
        (local.set $error
          (call $path_open (i32.const 3) (i32.const 1) (local.get $path) (local.get $length) (i32.const 0)
            (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 0x80)))
        (if (i32.eqz (local.get $error)) (then (drop (call $fd_close (i32.load (i32.const 0x80))))))
        (br_if $again (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
      (local.get $error))
    """

  func openRepeatedly(_ path: String, count: UInt32) throws -> Errno? {
    guard let index = instance.exportedFunction("open_repeatedly") else {
      throw UnknownFunction(name: "open_repeatedly")
    }
    put(Array(path.utf8), at: Self.pathAddress)
    let results = try instance.invoke(index, [.i32(count), .i32(Self.pathAddress), .i32(UInt32(path.utf8.count))])
    guard case .i32(let error)? = results.first else { return nil }
    return Errno(rawValue: error)
  }

  convenience init(_ mounts: SystemInterfaceConfiguration.Mount...) throws {
    var configuration = SystemInterfaceConfiguration()
    configuration.mounts = mounts
    try self.init(configuration)
  }

  /// A guest whose descriptor 3 is a directory of the host.
  convenience init(_ directory: TemporaryDirectory, isWritable: Bool = true) throws {
    try self.init(
      .init(
        guestPath: "/", fileSystem: .directory(descriptor: directory.descriptor, isWritable: isWritable)))
  }

  convenience init(_ fileSystem: MemoryFileSystem) throws {
    try self.init(.init(guestPath: "/", fileSystem: .memory(fileSystem)))
  }

  init(_ configuration: SystemInterfaceConfiguration) throws {
    let system = SystemInterface(configuration)
    self.system = system
    let store = try Store(limits: StoreLimits(memoryBytes: 32 << 20, tableElements: 10, valueStackBytes: 1 << 16))
    store.setFuel(nil)
    self.store = store
    instance = try Instance(try Self.module.get(), in: store) { item in
      SystemInterface.functions[item.name].map { function in
        .function(
          store.makeFunction(type: function.type) { (call) throws(Trap) in try function.body(call, system) })
      }
    }
    try instance.initialize()
    var functions: [String: (index: UInt32, parameters: [ValueType])] = [:]
    for (name, function) in SystemInterface.functions {
      guard let index = instance.exportedFunction(name) else { throw UnknownFunction(name: name) }
      functions[name] = (index, function.type.parameters)
    }
    self.functions = functions
  }

  // MARK: memory

  private var memory: MemoryInstance {
    guard let memory = instance.memory else { preconditionFailure("the module has a memory") }
    return memory
  }

  func put(_ bytes: some Collection<UInt8>, at address: UInt32) { _ = memory.write(bytes, at: UInt64(address)) }

  func put<T: FixedWidthInteger>(_ value: T, at address: UInt32) {
    withUnsafeBytes(of: value.littleEndian) { put(Array($0), at: address) }
  }

  func bytes(at address: UInt32, _ count: Int) -> [UInt8] { memory.read(at: UInt64(address), count: count) ?? [] }

  func load<T: FixedWidthInteger>(_ address: UInt32, as type: T.Type = T.self) -> T {
    bytes(at: address, MemoryLayout<T>.size).reversed().reduce(0) { $0 << 8 | T(truncatingIfNeeded: $1) }
  }

  // MARK: calls

  /// Calls a function; integers are given the types of its parameters.
  func raw(_ name: String, _ arguments: [UInt64]) throws -> UInt32 {
    guard let function = functions[name] else { throw UnknownFunction(name: name) }
    let values = zip(function.parameters, arguments).map { type, value in
      type == .i64 ? Value.i64(value) : .i32(UInt32(truncatingIfNeeded: value))
    }
    guard case .i32(let error)? = try instance.invoke(function.index, values).first else { return 0 }
    return error
  }

  func call(_ name: String, _ arguments: UInt64...) throws -> Errno? { Errno(rawValue: try raw(name, arguments)) }

  private func place(_ path: [UInt8], at address: UInt32) -> [UInt64] {
    put(path, at: address)
    return [UInt64(address), UInt64(path.count)]
  }

  /// Calls a function whose only arguments are a descriptor and a path.
  func path(_ name: String, _ path: String, in directory: UInt32 = 3) throws -> Errno? {
    Errno(rawValue: try raw(name, [UInt64(directory)] + place(Array(path.utf8), at: Self.pathAddress)))
  }

  struct Opening {
    var error: Errno?
    var descriptor: UInt32
  }

  static let create: UInt64 = 1
  static let directory: UInt64 = 2
  static let exclusive: UInt64 = 4
  static let truncate: UInt64 = 8
  static let read: UInt64 = 2
  static let write: UInt64 = 64
  static let append: UInt64 = 1

  func open(
    _ path: [UInt8], in directory: UInt32 = 3, follow: Bool = true, flags: UInt64 = 0,
    rights: UInt64 = Guest.read, descriptorFlags: UInt64 = 0
  ) throws -> Opening {
    put(UInt32.max, at: Self.resultAddress)
    let error = try raw(
      "path_open",
      [UInt64(directory), follow ? 1 : 0] + place(path, at: Self.pathAddress)
        + [flags, rights, 0, descriptorFlags, UInt64(Self.resultAddress)])
    return Opening(error: Errno(rawValue: error), descriptor: load(Self.resultAddress))
  }

  func open(
    _ path: String, in directory: UInt32 = 3, follow: Bool = true, flags: UInt64 = 0,
    rights: UInt64 = Guest.read, descriptorFlags: UInt64 = 0
  ) throws -> Opening {
    try open(
      Array(path.utf8), in: directory, follow: follow, flags: flags, rights: rights,
      descriptorFlags: descriptorFlags)
  }

  /// The error of opening a path; what was opened is closed again.
  func openError(
    _ path: String, in directory: UInt32 = 3, follow: Bool = true, flags: UInt64 = 0, rights: UInt64 = Guest.read
  ) throws -> Errno? {
    let opened = try open(path, in: directory, follow: follow, flags: flags, rights: rights)
    if opened.error == .success { _ = try close(opened.descriptor) }
    return opened.error
  }

  func close(_ descriptor: UInt32) throws -> Errno? { try call("fd_close", UInt64(descriptor)) }

  private func vector(_ address: UInt32, _ count: UInt32) -> UInt64 {
    put(address, at: 0x90)
    put(count, at: 0x94)
    return 0x90
  }

  func write(_ text: String, to descriptor: UInt32) throws -> (error: Errno?, count: UInt32) {
    let bytes = Array(text.utf8)
    put(bytes, at: Self.bufferAddress)
    let error = try raw(
      "fd_write", [UInt64(descriptor), vector(Self.bufferAddress, UInt32(bytes.count)), 1, UInt64(Self.resultAddress)])
    return (Errno(rawValue: error), load(Self.resultAddress))
  }

  func read(_ descriptor: UInt32, count: UInt32 = Guest.bufferSize) throws -> (error: Errno?, text: String) {
    let error = try raw(
      "fd_read", [UInt64(descriptor), vector(Self.bufferAddress, count), 1, UInt64(Self.resultAddress)])
    let got: UInt32 = error == 0 ? load(Self.resultAddress) : 0
    return (Errno(rawValue: error), String(decoding: bytes(at: Self.bufferAddress, Int(got)), as: UTF8.self))
  }

  func seek(_ descriptor: UInt32, to offset: Int64, whence: UInt64 = 0) throws -> (error: Errno?, position: UInt64) {
    let error = try raw(
      "fd_seek", [UInt64(descriptor), UInt64(bitPattern: offset), whence, UInt64(Self.resultAddress)])
    return (Errno(rawValue: error), load(Self.resultAddress))
  }

  /// Opens, reads and closes.
  func contents(_ path: String, in directory: UInt32 = 3) throws -> String? {
    let opened = try open(path, in: directory)
    guard opened.error == .success else { return nil }
    defer { _ = try? close(opened.descriptor) }
    return try read(opened.descriptor).text
  }

  /// Makes or replaces a file.
  func makeFile(_ path: String, _ text: String = "", in directory: UInt32 = 3) throws -> Errno? {
    let opened = try open(path, in: directory, flags: Self.create | Self.truncate, rights: Self.write)
    guard opened.error == .success else { return opened.error }
    defer { _ = try? close(opened.descriptor) }
    return text.isEmpty ? .success : try write(text, to: opened.descriptor).error
  }

  func two(
    _ name: String, _ path: String, _ newPath: String, from directory: UInt32 = 3, to newDirectory: UInt32 = 3
  ) throws -> Errno? {
    let first = place(Array(path.utf8), at: Self.pathAddress)
    let second = place(Array(newPath.utf8), at: Self.secondPathAddress)
    let flags: [UInt64] = name == "path_link" ? [0] : []
    return Errno(
      rawValue: try raw(name, [UInt64(directory)] + flags + first + [UInt64(newDirectory)] + second))
  }

  func rename(_ path: String, _ newPath: String, from: UInt32 = 3, to: UInt32 = 3) throws -> Errno? {
    try two("path_rename", path, newPath, from: from, to: to)
  }

  func link(_ path: String, _ newPath: String, from: UInt32 = 3, to: UInt32 = 3) throws -> Errno? {
    try two("path_link", path, newPath, from: from, to: to)
  }

  func symlink(_ path: String, to target: String, in directory: UInt32 = 3) throws -> Errno? {
    let first = place(Array(target.utf8), at: Self.secondPathAddress)
    let second = place(Array(path.utf8), at: Self.pathAddress)
    return Errno(rawValue: try raw("path_symlink", first + [UInt64(directory)] + second))
  }

  func readLink(_ path: String) throws -> (error: Errno?, target: String) {
    let error = try raw(
      "path_readlink",
      [3] + place(Array(path.utf8), at: Self.pathAddress)
        + [UInt64(Self.bufferAddress), UInt64(Self.bufferSize), UInt64(Self.resultAddress)])
    let count: UInt32 = error == 0 ? load(Self.resultAddress) : 0
    return (Errno(rawValue: error), String(decoding: bytes(at: Self.bufferAddress, Int(count)), as: UTF8.self))
  }

  /// `filestat`.
  struct Status: Equatable {
    var device: UInt64
    var inode: UInt64
    var type: UInt8
    var links: UInt64
    var size: UInt64
    var times: [UInt64]
  }

  private var storedStatus: Status {
    let base = Self.bufferAddress
    return Status(
      device: load(base), inode: load(base + 8), type: load(base + 16), links: load(base + 24), size: load(base + 32),
      times: [load(base + 40), load(base + 48), load(base + 56)])
  }

  func status(_ path: String, follow: Bool = false, in directory: UInt32 = 3) throws -> (error: Errno?, value: Status) {
    let error = try raw(
      "path_filestat_get",
      [UInt64(directory), follow ? 1 : 0] + place(Array(path.utf8), at: Self.pathAddress)
        + [UInt64(Self.bufferAddress)])
    return (Errno(rawValue: error), storedStatus)
  }

  func status(of descriptor: UInt32) throws -> (error: Errno?, value: Status) {
    let error = try raw("fd_filestat_get", [UInt64(descriptor), UInt64(Self.bufferAddress)])
    return (Errno(rawValue: error), storedStatus)
  }

  func setTimes(
    _ path: String, access: UInt64 = 0, modification: UInt64 = 0, flags: UInt64, follow: Bool = false
  ) throws -> Errno? {
    Errno(
      rawValue: try raw(
        "path_filestat_set_times",
        [3, follow ? 1 : 0] + place(Array(path.utf8), at: Self.pathAddress) + [access, modification, flags]))
  }

  struct Entry: Equatable {
    var next: UInt64
    var inode: UInt64
    var type: UInt8
    var name: String
  }

  /// The entries from `cookie` on, as far as they fit whole into `size` bytes.
  func entries(_ directory: UInt32, cookie: UInt64 = 0, size: UInt32 = 4096) throws -> (error: Errno?, found: [Entry]) {
    let error = try raw(
      "fd_readdir",
      [UInt64(directory), UInt64(Self.bufferAddress), UInt64(size), cookie, UInt64(Self.resultAddress)])
    guard error == 0 else { return (Errno(rawValue: error), []) }
    var found: [Entry] = []
    var at = Self.bufferAddress
    let end = at + load(Self.resultAddress, as: UInt32.self)
    while at + 24 <= end {
      let count: UInt32 = load(at + 16)
      guard at + 24 + count <= end else { break }
      found.append(
        Entry(
          next: load(at), inode: load(at + 8), type: load(at + 20),
          name: String(decoding: bytes(at: at + 24, Int(count)), as: UTF8.self)))
      at += 24 + count
    }
    return (.success, found)
  }
}
