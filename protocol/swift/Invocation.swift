/// What a caller wants executed. The JSON shape is the same in Swift, C, Rust and on the wire.

public import WasmJSON

/// One call of one module. Everything but the module and the entry has a default.
public struct Invocation: Hashable, Sendable {
  /// Where execution starts.
  public enum Entry: Hashable, Sendable {
    /// An exported function.
    case function(String)
    /// The module is a WASI command (`_start`); these are its arguments, the program's name first.
    case command(arguments: [String])
    /// Nothing but the instance itself: its start function, and `_initialize` of a reactor.
    case instantiate
    /// Copies bytes out of the memory of an instance that an earlier call kept.
    case readMemory(address: UInt64, count: UInt64)
    /// Writes the input's bytes into the memory of an instance that an earlier call kept. Without an address they go where the
    /// guest's allocator says, and the address is the result.
    case writeMemory(address: UInt64?)
  }

  /// Which instance of the module a call runs in.
  public enum Instance: String, Hashable, Sendable, CaseIterable {
    /// A fresh one, of which nothing is left afterwards.
    case fresh
    /// A fresh one, which is kept for the calls that follow.
    case keep
    /// The one that was kept. Any other call but of the same kind ends it.
    case kept
  }

  /// What the entry is given. It is never guessed from the contents.
  public enum Input: Hashable, Sendable {
    case none
    /// Parameters: an array by position, an object by name, or one value.
    case arguments(JSONValue)
    /// Parameters as exact values: NaN payloads, `i64` beyond 2^53 in languages without it, `v128`.
    case typedArguments([TypedValue])
    /// A whole JSON document, handed to the guest as text (GUEST-ABI.md).
    case document(JSONValue)
    /// A whole JSON document as UTF-8 text, which nobody parses on the way: attachment segment `input`.
    case documentText([UInt8])
    /// Bytes: attachment segment `input`.
    case bytes([UInt8])
    /// A WASI command's standard input: attachment segment `input`.
    case stdin([UInt8])
  }

  /// How parameters are converted.
  public enum Parameters: String, Hashable, Sendable, CaseIterable {
    /// A wrong number or type of parameters is `invalidArguments`.
    case strict
    /// Missing or mistyped is 0, extra ones are ignored, integers are truncated.
    case lenient
  }

  /// How results are spelled.
  public enum Results: String, Hashable, Sendable, CaseIterable {
    /// As plain JSON: one result is a value, several are an array, NaN and infinity are null.
    case plain
    /// As exact values with their types.
    case typed
  }

  /// The module, which must have been loaded.
  public var module: ModuleHash
  public var entry: Entry
  public var input: Input
  public var parameters: Parameters
  public var results: Results
  public var limits: InvocationLimits
  /// Default `.fresh`.
  public var instance: Instance
  /// Whether WASI imports are provided. Default true.
  public var enableWASI: Bool
  /// Canonical NaNs, clocks of its own and seeded randomness; nil (default) is the machine's.
  public var determinism: Determinism?
  /// Environment variables of a WASI guest, in order. Default none.
  public var environment: [EnvironmentVariable]
  /// What a WASI guest sees of files: its preopened directories, in order. Default none.
  public var mounts: [Mount]
  /// What becomes of what a WASI guest writes to its standard output and its standard error. Default `.capture`.
  public var stdout: Stream
  public var stderr: Stream
  /// Whether the outcome tells where the fuel went. Default nil: no.
  public var profile: Profile?

  /// How a call is profiled.
  public struct Profile: Hashable, Sendable {
    /// Units of fuel from one sample to the next, on average, when the call begins: 1 to 1,000,000,000, default 1,000.
    /// It doubles whenever the profile is full (``GuestProfile/maximumSamples``), so that long calls have no larger ones.
    public var interval: UInt64

    public static let intervals: ClosedRange<UInt64> = 1...1_000_000_000

    public init(interval: UInt64 = 1_000) { self.interval = interval }
  }

  public struct EnvironmentVariable: Hashable, Sendable {
    public var name: String
    public var value: String
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  public init(
    module: ModuleHash, entry: Entry, input: Input = .none, parameters: Parameters = .strict,
    results: Results = .plain, limits: InvocationLimits = .init(), instance: Instance = .fresh, enableWASI: Bool = true,
    determinism: Determinism? = nil, environment: [EnvironmentVariable] = [], mounts: [Mount] = [],
    stdout: Stream = .capture, stderr: Stream = .capture, profile: Profile? = nil
  ) {
    self.module = module
    self.entry = entry
    self.input = input
    self.parameters = parameters
    self.results = results
    self.limits = limits
    self.instance = instance
    self.enableWASI = enableWASI
    self.determinism = determinism
    self.environment = environment
    self.mounts = mounts
    self.stdout = stdout
    self.stderr = stderr
    self.profile = profile
  }
}

/// Limits of one call. All are inclusive; a limit above the worker's own is `neverFits`.
public struct InvocationLimits: Hashable, Sendable {
  /// Fuel in units of the worker's fuel model; nil is no limit (still counted). Default 1,000,000,000.
  public var fuel: UInt64?
  /// Linear memory of the instance in bytes, all memories together. Default 256 MiB.
  public var memoryBytes: UInt64
  /// Elements of all tables together. Default 10,000,000.
  public var tableElements: UInt64
  /// The guest's value and call stack in bytes. Default 4 MiB.
  public var stackBytes: UInt64
  /// All log messages together in bytes; what is beyond is dropped and the outcome says so. Default 64 KiB.
  public var maxLogBytes: UInt64
  /// Standard output, standard error and the result, in bytes, each. Default 16 MiB.
  public var maxOutputBytes: UInt64
  /// A NUL-terminated string that the guest returns by pointer, in bytes. Default 4 KiB.
  public var maxStringBytes: UInt64
  /// Calls to the supervisor (``HostCall``). Default 10,000.
  public var maxHostCalls: UInt64
  /// All files of the call's in-memory file systems together, in bytes. Default 16 MiB.
  public var fileSystemBytes: UInt64

  public init(
    fuel: UInt64? = 1_000_000_000, memoryBytes: UInt64 = 256 << 20, tableElements: UInt64 = 10_000_000,
    stackBytes: UInt64 = 4 << 20, maxLogBytes: UInt64 = 64 << 10, maxOutputBytes: UInt64 = 16 << 20,
    maxStringBytes: UInt64 = 4 << 10, maxHostCalls: UInt64 = 10_000, fileSystemBytes: UInt64 = 16 << 20
  ) {
    self.fuel = fuel
    self.memoryBytes = memoryBytes
    self.tableElements = tableElements
    self.stackBytes = stackBytes
    self.maxLogBytes = maxLogBytes
    self.maxOutputBytes = maxOutputBytes
    self.maxStringBytes = maxStringBytes
    self.maxHostCalls = maxHostCalls
    self.fileSystemBytes = fileSystemBytes
  }
}

/// A WebAssembly value by its exact bits, for what JSON numbers cannot hold.
public enum TypedValue: Hashable, Sendable {
  case i32(UInt32)
  case i64(UInt64)
  case f32(bits: UInt32)
  case f64(bits: UInt64)
  /// The vector's 16 bytes as one little-endian integer: `high` has the last lanes.
  case v128(high: UInt64, low: UInt64)
  /// A function by its index in the module; nil is the null reference.
  case function(UInt32?)
  /// An opaque host reference; nil is the null reference.
  case external(UInt64?)
}

/// The request to execute an invocation.
public struct Invoke: Hashable, Sendable {
  public var id: RequestID
  public var invocation: Invocation
  public init(id: RequestID, invocation: Invocation) {
    self.id = id
    self.invocation = invocation
  }
}
