/// What an invocation says about the world of a WASI guest: files, streams, clocks, randomness.

import WasmJSON

extension Invocation {
  /// A directory that the guest finds preopened.
  public struct Mount: Hashable, Sendable {
    public enum Source: Hashable, Sendable {
      /// One of the directories that the worker was started with, from 0.
      case directory(UInt32)
      /// A file system in memory, which begins with these files; the directories above them exist too. It lasts as long as
      /// the instance.
      case files([File])
    }

    /// What the guest calls it, such as `/data`.
    public var guestPath: String
    public var source: Source
    /// Whether the guest may create, change and remove what is in it.
    public var isWritable: Bool

    public init(guestPath: String, source: Source, isWritable: Bool = false) {
      self.guestPath = guestPath
      self.source = source
      self.isWritable = isWritable
    }
  }

  /// A file in memory. The contents of all files of an invocation, behind each other in order, are the attachment segment
  /// `files`.
  public struct File: Hashable, Sendable {
    /// Below the mount, without a leading slash: `etc/settings.json`.
    public var path: String
    public var contents: [UInt8]

    public init(path: String, contents: [UInt8]) {
      self.path = path
      self.contents = contents
    }
  }

  /// What becomes of an output stream.
  public enum Stream: String, Hashable, Sendable, CaseIterable {
    /// It comes with the outcome, up to `maxOutputBytes`; more ends the call.
    case capture
    /// It is thrown away.
    case discard
    /// Each line becomes a log message at once: level `info` for standard output, `warning` for standard error. Counts
    /// against `maxLogBytes`, beyond which lines are dropped.
    case log
  }

  /// Makes a call repeatable, byte for byte, on any machine: NaNs are canonical, clocks count readings, randomness
  /// follows from a seed.
  public struct Determinism: Hashable, Sendable {
    /// What random numbers follow from. Default 0.
    public var seed: UInt64
    /// Where the realtime clock begins, in nanoseconds since 1970. Default 2000-01-01. The other clocks begin at 0; each
    /// reading of any clock advances all of them by a microsecond, and sleeping by the time slept, at once.
    public var realtimeNanoseconds: UInt64

    public init(seed: UInt64 = 0, realtimeNanoseconds: UInt64 = 946_684_800_000_000_000) {
      self.seed = seed
      self.realtimeNanoseconds = realtimeNanoseconds
    }
  }

  /// The contents of all files in memory, in order.
  var attachedFiles: [UInt8] {
    var bytes: [UInt8] = []
    for mount in mounts {
      if case .files(let files) = mount.source { for file in files { bytes += file.contents } }
    }
    return bytes
  }
}

// MARK: - Spelling

extension Invocation.Mount {
  /// - Parameter files: what is left of the attachment segment `files`.
  init(_ decoder: inout MessageDecoder, files rest: inout ArraySlice<UInt8>) throws(ProtocolViolation) {
    var guest = Field<String>("guest")
    var directory = Field<UInt32>("directory")
    var files = Field<[Invocation.File]>("files")
    var writable = Field<Bool>("writable")
    var unread = rest
    try decoder.beginObject()
    while let key = try decoder.nextKey() {
      switch key {
      case "guest": try guest.set(decoder.string())
      case "directory": try directory.set(decoder.uint32())
      case "files":
        try files.set(
          decoder.list { (d) throws(ProtocolViolation) in try Invocation.File(&d, contents: &unread) })
      case "writable": try writable.set(decoder.bool())
      default: try decoder.skip()
      }
    }
    rest = unread
    let source: Source
    switch (directory.value, files.value) {
    case (let number?, nil): source = .directory(number)
    case (nil, let files?): source = .files(files)
    default: throw ProtocolViolation(.malformedMessage, "a mount has to hold either 'directory' or 'files'")
    }
    self.init(guestPath: try guest.required(), source: source, isWritable: writable.value ?? false)
  }

  func encode(_ encoder: inout MessageEncoder) {
    encoder.field("guest", guestPath)
    switch source {
    case .directory(let number): encoder.field("directory", UInt64(number))
    case .files(let files):
      encoder.json.key("files")
      encoder.json.beginArray()
      for file in files {
        encoder.element {
          $0.field("path", file.path)
          $0.field("length", UInt64(file.contents.count))
        }
      }
      encoder.json.endArray()
    }
    encoder.field("writable", isWritable, default: false)
  }
}

extension Invocation.File {
  fileprivate init(
    _ decoder: inout MessageDecoder, contents rest: inout ArraySlice<UInt8>
  ) throws(ProtocolViolation) {
    var path = Field<String>("path")
    var length = Field<UInt64>("length")
    try decoder.beginObject()
    while let key = try decoder.nextKey() {
      switch key {
      case "path": try path.set(decoder.string())
      case "length": try length.set(decoder.uint64())
      default: try decoder.skip()
      }
    }
    let count = try length.required()
    guard count <= UInt64(rest.count) else {
      throw ProtocolViolation(.malformedAttachment, "the segment 'files' is shorter than the files in it")
    }
    self.init(path: try path.required(), contents: Array(rest.prefix(Int(count))))
    rest = rest.dropFirst(Int(count))
  }
}

extension Invocation.Determinism {
  init(_ decoder: inout MessageDecoder) throws(ProtocolViolation) {
    var seed = Field<UInt64>("seed")
    var realtimeNanoseconds = Field<UInt64>("realtimeNanoseconds")
    try decoder.beginObject()
    while let key = try decoder.nextKey() {
      switch key {
      case "seed": try seed.set(decoder.uint64())
      case "realtimeNanoseconds": try realtimeNanoseconds.set(decoder.uint64())
      default: try decoder.skip()
      }
    }
    self.init()
    self.seed = seed.value ?? self.seed
    self.realtimeNanoseconds = realtimeNanoseconds.value ?? self.realtimeNanoseconds
  }

  func encode(_ encoder: inout MessageEncoder) {
    let defaults = Self()
    encoder.field("seed", seed, default: defaults.seed)
    encoder.field("realtimeNanoseconds", realtimeNanoseconds, default: defaults.realtimeNanoseconds)
  }
}
