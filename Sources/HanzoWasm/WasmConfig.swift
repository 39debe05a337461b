// The configuration of a runtime: values and their defaults. WasmConfig+Validation.swift says what makes sense.

public import WorkerProtocol

/// How a runtime starts, confines and limits its workers. Validated when a runtime is made of it: every mistake is
/// reported at once, with a sentence each (``ErrorCode/invalidConfiguration``).
public struct WasmConfig: Sendable, Hashable {
  /// How parameters are converted; see ``Invocation/parameters``.
  public typealias Parameters = WorkerProtocol.Invocation.Parameters

  /// What a call shares with the calls before it, the weakest level first.
  public enum Isolation: String, Sendable, Hashable, CaseIterable, Comparable {
    /// A fresh instance per call in a worker that serves one trust domain: memory, globals and tables are as the module
    /// defines them, nothing of an earlier call is visible to the guest. Native code in a hijacked worker could see what
    /// later calls of the same domain are given.
    case freshInstance
    /// A process per call, forked from a confined worker that has read this module and has never run it (a template). The
    /// process ends with the call, and what took it over with it.
    case freshProcess
    /// A worker per call, started for it and ended after it: nothing is shared with any process that read the module
    /// before. Costs a start and a load.
    case freshSpawn

    public static func < (first: Isolation, second: Isolation) -> Bool { first.rank < second.rank }

    private var rank: Int {
      switch self {
      case .freshInstance: 0
      case .freshProcess: 1
      case .freshSpawn: 2
      }
    }
  }

  /// How many workers there are and how long each lives.
  public struct Pool: Sendable, Hashable {
    /// Workers that are kept alive without work, 0...`maxWorkers`. Default 0: the first call pays the start.
    public var minWorkers = 0
    /// The most workers at a time, 1...1,024. Default: the number of processors.
    public var maxWorkers = processorCount()
    /// Calls that may wait for a worker; one more is ``ErrorCode/overloaded``. 0...1,000,000, default 1,024.
    public var queueLimit = 1_024
    /// An idle worker above `minWorkers` is ended after this time. Default 60 s; nil never.
    public var idleTimeout: Duration? = .seconds(60)
    /// A call that has waited for a worker for so long is ``ErrorCode/overloaded``, even if its deadline is later. Default
    /// nil: the deadline alone counts.
    public var queueTimeout: Duration?
    /// Workers that run the same module at a time, 1 or more; its other calls wait, and calls of other modules overtake
    /// them. Default nil: as many as there are. Without it, too, the module with the fewest running calls is served first.
    public var maxWorkersPerModule: Int?
    /// Memory of all workers together in bytes, at least 16 MiB. A call counts with its memory limit while it runs, a worker
    /// with its resident size besides; a call that can never fit is ``ErrorCode/neverFits``, others wait. Default nil: no
    /// budget but `maxWorkers` times ``WasmConfig/workerAddressSpace``.
    public var memoryBudgetBytes: UInt64?
    /// A worker is replaced after so many calls, 1 or more. Default 10,000.
    public var maxCallsPerWorker = 10_000
    /// A worker is replaced when it is so old and has no call. Default one hour; nil never.
    public var maxWorkerAge: Duration? = .seconds(3_600)
    /// A worker is replaced when it has more memory than this between calls: its resident size in bytes, looked at from
    /// time to time. Default 512 MiB; nil never.
    public var maxResidentBytes: UInt64? = 512 << 20
    /// When a module is locked out that ends its workers again and again. Default: 5 workers within 60 s, for 60 s. nil
    /// never.
    public var quarantine: Quarantine? = Quarantine()
    /// A worker must be ready within this time after its start. Default 10 s.
    public var startTimeout: Duration = .seconds(10)

    public init() {}
  }

  /// When a module's calls are refused (``ErrorCode/quarantined``) because it has ended too many workers: by a crash, a
  /// forbidden system call, memory beyond the worker's address space, or a breach of the protocol. Deadlines, CPU limits
  /// and cancellations do not count.
  public struct Quarantine: Sendable, Hashable {
    /// So many workers, 1...1,000,
    public var workers = 5
    /// within this time, more than 0 and at most 24 hours,
    public var window: Duration = .seconds(60)
    /// lock a module out for so long, more than 0 and at most 24 hours. It doubles, up to an hour, if the module goes on
    /// within the window after that.
    public var duration: Duration = .seconds(60)

    public init() {}

    public init(workers: Int, window: Duration = .seconds(60), duration: Duration = .seconds(60)) {
      self.workers = workers
      self.window = window
      self.duration = duration
    }
  }

  /// What a call may use. A call's ``Invocation/limits`` may lower these.
  public struct Limits: Sendable, Hashable {
    /// Length of a module in bytes. Default and maximum: `maxAttachmentBytes`.
    public var maxModuleBytes = 63 << 20
    /// Lower limits against compile bombs, by the names that protocol/PROTOCOL.md lists for `load`, for instance
    /// `["functions": 10_000, "locals": 1_000]`. A module beyond one is `invalidModule`; a name that does not exist is
    /// `invalidConfiguration`, which the worker says. Default: none, and the defaults of all of them hold.
    public var module: [String: UInt64] = [:]
    /// Elements of all tables together. Default 10,000,000.
    public var tableElements: UInt64 = 10_000_000
    /// The guest's value and call stack in bytes, 64 KiB...32 MiB. Default 4 MiB.
    public var stackBytes: UInt64 = 4 << 20
    /// All log messages of a call together in bytes; more are dropped, and the outcome says so. Default 64 KiB.
    public var maxLogBytes: UInt64 = 64 << 10
    /// Standard output, standard error and the result in bytes, each. Default 16 MiB.
    public var maxOutputBytes: UInt64 = 16 << 20
    /// A string that a guest returns by pointer, in bytes. Default 4 KiB.
    public var maxStringBytes: UInt64 = 4 << 10
    /// Calls of ``HostFunction``s that one call of a guest may make. Default 10,000.
    public var maxHostCalls: UInt64 = 10_000
    /// All files of a call's in-memory file systems together, in bytes, at most 1 GiB. Default 16 MiB.
    public var fileSystemBytes: UInt64 = WorkerAddressSpace.defaultFileSystemBytes
    /// CPU time of one call, as the supervisor measures it. Default nil: `maxExecutionTime` is the only clock.
    public var maxCPUTime: Duration?
    /// The JSON part of the largest frame, in bytes, 64 KiB...64 MiB: parameters and results. Default 1 MiB.
    public var maxMessageBytes = 1 << 20
    /// The raw part of the largest frame, in bytes, 64 KiB...1 GiB: modules, documents, output. Default 63 MiB.
    public var maxAttachmentBytes = 63 << 20

    public init() {}
  }

  /// The worker's executable and its confinement. seccomp, resource limits and descriptor hygiene are always in force;
  /// what is optional is here.
  public struct Worker: Sendable, Hashable {
    /// How much a layer of confinement matters.
    public enum Requirement: String, Sendable, Hashable, CaseIterable {
      /// It is not tried.
      case off
      /// It is used where the machine has it; ``WasmRuntime/status()`` says whether.
      case preferred
      /// Without it no worker starts (``ErrorCode/sandboxUnavailable``).
      case required
    }

    /// How workers are scheduled beside the host: which of both gets the processors when there are too few.
    public enum Priority: Sendable, Hashable {
      /// As the host.
      case sameAsHost
      /// So many steps nicer than the host (nice(1)), 1...19.
      case lower(by: Int)
      /// Only when nothing else wants to run (SCHED_IDLE): on a busy machine, guests may not run at all.
      case idle
    }

    /// On which processor a worker runs.
    public enum Placement: String, Sendable, Hashable, CaseIterable {
      /// While a caller waits for a short call on its own thread, where that thread is, unless the worker may not run there
      /// (sched_setaffinity(2)): to wake another processor takes longer than the call. Otherwise as ``anywhere``.
      case besideCaller
      /// Where the kernel puts it.
      case anywhere
    }

    /// The executable `hanzo-wasm-worker`. Default nil: beside the running executable or library, else in
    /// `../libexec/hanzo-wasm/`. `PATH` is never searched.
    public var path: String?
    /// Landlock: no file system, no TCP, no signals to others. Default `.preferred`.
    public var landlock = Requirement.preferred
    /// A user id of its own, which needs a privileged host. Default `.preferred`.
    public var identity = Requirement.preferred
    /// The user and group id that a privileged host gives its workers, 1...65,533. They should belong to nobody else.
    public var uid: UInt32 = 65_533
    public var gid: UInt32 = 65_533
    /// Namespaces without a file system and a network. Default `.off`: they cost most of a start.
    public var namespaces = Requirement.off
    /// How workers are scheduled beside the host. Default `.lower(by: 5)`: with more spinning guests than processors the
    /// host stays as punctual as without, and guests are slower only while something else wants to run. Best effort:
    /// ``WasmRuntime/status()`` says whether it is in force.
    public var priority = Priority.lower(by: 5)
    /// On which processor a worker runs. Default `.besideCaller`. Best effort.
    public var placement = Placement.besideCaller
    /// CPU time of a worker's whole life in seconds (RLIMIT_CPU), 1 or more; it is replaced in time. Default 3,600.
    public var cpuSeconds: UInt64 = 3_600
    /// Memory for decoded modules in each worker in bytes, 1 MiB or more. Default 128 MiB.
    public var moduleCacheBytes: UInt64 = WorkerAddressSpace.defaultModuleCacheBytes

    public init() {}
  }

  /// What every WASI guest of a runtime is given; a call may add to it.
  public struct WASI: Sendable, Hashable {
    /// Directories that guests find preopened, before those of the call. Default none.
    public var mounts: [Mount] = []
    /// Environment variables, before those of the call, which replace those of the same name. Default none: the host's
    /// are never passed on.
    public var environment: [Invocation.EnvironmentVariable] = []
    /// The longest file that a guest may write in a writable directory of the host (RLIMIT_FSIZE), in bytes. Default
    /// 1 GiB.
    public var maxFileBytes: UInt64 = 1 << 30
    /// Files and directories of the host that a guest may have open at a time, 8...65,000. Default 256.
    public var maxOpenFiles = 256

    public init() {}
  }

  /// Linear memory of an instance, all memories together, in bytes: 64 KiB...1 TiB. Default 256 MiB. Enforced by the
  /// interpreter, and by the worker's address space if the interpreter should fail.
  public var maxMemoryBytes: UInt64 = 256 << 20
  /// From the call to its answer: queueing, starting a worker, loading, instantiation, execution. More than 0, at most
  /// 24 hours. Default 30 s. The worker is killed at that moment.
  public var maxExecutionTime: Duration = .seconds(30)
  /// Whether modules may import WASI. Default true. Without it a module that does is ``ErrorCode/unresolvedImport``.
  public var enableWASI = true
  /// Files and environment of WASI guests. Default none.
  public var wasi = WASI()
  /// Makes calls repeatable, byte for byte, on any machine: canonical NaNs, clocks that count readings, randomness from a
  /// seed. Default nil: the machine's.
  public var determinism: Invocation.Determinism?
  /// What guests may reach by network, through host functions such as those of `HanzoWasmHTTP`. Default: nothing.
  public var network = NetworkPolicy.denied
  /// What modules may import and must export; checked when a module is loaded. Default: anything.
  public var policy = ModulePolicy()
  /// Instructions that a call may execute, in units of `Usage.fuelModel`: deterministic, unlike time. Default
  /// 1,000,000,000; nil is no limit.
  public var fuelLimit: UInt64? = 1_000_000_000
  /// Default `.strict`: a wrong number or type of parameters is an error that names the parameter.
  public var parameters = Parameters.strict
  /// What calls share with each other. A call may ask for more (``Invocation/isolation``), not for less. Default
  /// `.freshInstance`.
  public var isolation = Isolation.freshInstance
  /// What of WebAssembly modules may use. One that uses more is refused with `unsupportedFeature`, which names it. Default
  /// nil: everything that the worker implements.
  public var features: Features?
  public var limits = Limits()
  public var pool = Pool()
  public var worker = Worker()

  public init() {}

  /// The defaults but for the values given.
  public init(
    maxMemoryBytes: UInt64 = 256 << 20, maxExecutionTime: Duration = .seconds(30), enableWASI: Bool = true,
    fuelLimit: UInt64? = 1_000_000_000
  ) {
    self.maxMemoryBytes = maxMemoryBytes
    self.maxExecutionTime = maxExecutionTime
    self.enableWASI = enableWASI
    self.fuelLimit = fuelLimit
  }

  /// The formula behind a worker's RLIMIT_AS, which `/proc/PID/limits` shows.
  public var workerAddressSpace: WorkerAddressSpace {
    WorkerAddressSpace(
      maxMemoryBytes: maxMemoryBytes,
      largestFrameBytes: UInt64(clamping: limits.maxMessageBytes) &+ UInt64(clamping: limits.maxAttachmentBytes),
      moduleCacheBytes: worker.moduleCacheBytes, fileSystemBytes: limits.fileSystemBytes)
  }
}
