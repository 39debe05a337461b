/// What a guest of WASI preview 1 is given.

/// Arguments, environment, streams, files, clocks and randomness of one call. The default is a guest without any:
/// empty input, captured output, no files, the system's clocks and random bytes.
public struct SystemInterfaceConfiguration {
  /// What becomes of standard output or standard error.
  public enum Stream: Sendable {
    /// Kept in memory up to `maxOutputBytes`; one byte more ends the call with the trap `outputLimit`.
    case capture
    /// Thrown away, whatever its size.
    case discard
    /// Each line is given to `log`, without its newline; a line of more than 4,096 bytes in pieces.
    case log
  }

  /// The clocks of `clock_time_get`.
  public enum Clock: Sendable {
    /// The kernel's. CPU clocks are those of the process and thread that run the guest.
    case system
    /// Depends on nothing but what the guest does. Realtime starts at the value given, monotonic and CPU clocks at 0; each
    /// reading advances all of them by the step, sleeping by the time slept, of which none passes. The resolution is
    /// the step, but at least 1.
    case virtual(realtimeNanoseconds: UInt64, stepNanoseconds: UInt64)
  }

  /// The bytes of `random_get`.
  public enum Randomness: Sendable {
    /// The kernel's (getrandom(2)).
    case system
    /// xoshiro256** with this seed: the same requests give the same bytes on every machine. Not for secrets.
    case seeded(UInt64)
  }

  public enum FileSystem {
    case memory(MemoryFileSystem)
    /// A directory of the host: an open descriptor (O_PATH suffices), which the caller owns and keeps open during the call.
    case directory(descriptor: Int32, isWritable: Bool)
  }

  /// A directory that is open when the guest starts (a preopen).
  public struct Mount {
    /// The name under which the guest finds it, for instance `/` or `/data`.
    public var guestPath: String
    public var fileSystem: FileSystem

    public init(guestPath: String, fileSystem: FileSystem) {
      self.guestPath = guestPath
      self.fileSystem = fileSystem
    }
  }

  /// The first is the program's name. An argument ends at its first NUL.
  public var arguments: [String] = []
  /// Entries with an empty name, a `=` or NUL in the name, or a NUL in the value are left out: the guest could not tell them
  /// from others.
  public var environment: [(name: String, value: String)] = []
  public var standardInput: [UInt8] = []
  public var standardOutput = Stream.capture
  public var standardError = Stream.capture
  /// Numbered from descriptor 3 in this order.
  public var mounts: [Mount] = []
  public var clock = Clock.system
  public var randomness = Randomness.system
  /// For each of standard output and standard error, if captured. 1 MiB by default.
  public var maxOutputBytes: UInt64 = 1 << 20
  /// Open descriptors at a time, the standard streams and mounts included; beyond it `path_open` answers `mfile`.
  public var maxDescriptors = 1024
  /// Takes the lines of streams with `.log`; `stream` is 1 or 2.
  public var log: ((_ stream: Int32, _ line: [UInt8]) -> Void)?

  public init() {}
}
