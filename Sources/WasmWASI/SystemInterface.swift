/// The state of one call's WASI preview 1.

/// What a guest's imports of `wasi_snapshot_preview1` act on. Made for one call; not for use by two threads at once.
public final class SystemInterface {
  /// The name of the module that guests import from.
  public static let moduleName = "wasi_snapshot_preview1"

  /// What the guest gave to `proc_exit`, if it called it.
  public internal(set) var exitCode: UInt32?

  let arguments: StringList
  let environment: StringList
  let clocks: Clocks
  var random: RandomSource
  var descriptors: DescriptorTable
  /// Why the call is to end, from a function whose body cannot throw it.
  var pendingTrap: SystemInterfaceTrap?
  private let standardOutput: OutputStream
  private let standardError: OutputStream
  let maxOutputBytes: UInt64
  /// Bytes that directory listings may still take.
  var listingBudget = 32 << 20

  public init(_ configuration: SystemInterfaceConfiguration) {
    arguments = StringList(configuration.arguments.map { Array($0.utf8.prefix { $0 != 0 }) })
    environment = StringList(
      configuration.environment.compactMap { name, value in
        let isUsable = !name.isEmpty && !name.utf8.contains { $0 == 0 || $0 == UInt8(ascii: "=") }
        return isUsable && !value.utf8.contains(0) ? Array("\(name)=\(value)".utf8) : nil
      })
    clocks = Clocks(configuration.clock)
    random = RandomSource(configuration.randomness)
    standardOutput = OutputStream(1, configuration.standardOutput, configuration)
    standardError = OutputStream(2, configuration.standardError, configuration)
    maxOutputBytes = configuration.maxOutputBytes
    let opened =
      [
        Descriptor(.input(InputStream(configuration.standardInput)), rights: .input),
        Descriptor(.output(standardOutput), rights: .output),
        Descriptor(.output(standardError), rights: .output),
      ] + configuration.mounts.enumerated().map { [clocks] in Self.mount($0.element, number: $0.offset, clocks) }
    descriptors = DescriptorTable(limit: max(configuration.maxDescriptors, opened.count))
    for descriptor in opened { _ = try? descriptors.add(descriptor) }
  }

  deinit { finish() }

  private static func mount(
    _ mount: SystemInterfaceConfiguration.Mount, number: Int, _ clocks: Clocks
  ) -> Descriptor {
    let directory: any OpenDirectory
    let isWritable: Bool
    switch mount.fileSystem {
    case .memory(let fileSystem):
      fileSystem.clocks = clocks
      directory = MemoryDirectory(fileSystem, fileSystem.root, device: UInt64(number) + 1)
      isWritable = fileSystem.isWritable
    case .directory(let descriptor, let writable):
      directory = HostDirectory(HostDescriptor(descriptor, isOwned: false), clocks)
      isWritable = writable
    }
    // Also of a read-only mount: C libraries would silently open a file without the right that is missing here.
    let descriptor = Descriptor(
      .directory(directory), rights: .directory, inheriting: Rights.directory.union(.file), isWritable: isWritable)
    descriptor.mountPath = Array(mount.guestPath.utf8)
    return descriptor
  }

  /// What was captured of standard output since the last time; empty if it is not captured.
  public func takeStandardOutput() -> [UInt8] { standardOutput.takeCaptured() }
  /// What was captured of standard error since the last time; empty if it is not captured.
  public func takeStandardError() -> [UInt8] { standardError.takeCaptured() }

  /// Ends the call: gives a line without a newline to `log` and closes every descriptor of the host that the guest left
  /// open. Mounts stay open: they are the caller's. May be called again.
  public func finish() {
    standardOutput.finish()
    standardError.finish()
    for descriptor in descriptors.removeAll() { descriptor.close() }
  }

  /// Closes a descriptor that is in the table no more.
  func close(_ descriptor: Descriptor) {
    setListing(nil, of: descriptor)
    descriptor.close()
  }

  func setListing(_ listing: DirectoryListing?, of descriptor: Descriptor) {
    listingBudget += descriptor.listing?.byteCount ?? 0
    listingBudget -= listing?.byteCount ?? 0
    descriptor.listing = listing
  }
}

/// The ends of a call that are not errors of a function.
enum SystemInterfaceTrap {
  case exit(UInt32)
  case outputLimit
}

/// The strings of `args_get` and `environ_get`.
struct StringList {
  /// One after the other, each with a NUL behind it.
  private(set) var bytes: [UInt8] = []
  /// Where each begins.
  private(set) var offsets: [Int] = []

  init(_ strings: [[UInt8]]) {
    for string in strings {
      offsets.append(bytes.count)
      bytes += string
      bytes.append(0)
    }
  }
}
