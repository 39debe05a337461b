// What a worker is told about its confinement: the numbers of its command line as values.

/// How much a layer matters.
public enum ConfinementRequirement: UInt8, Sendable, Hashable, CaseIterable {
  /// The layer is not tried.
  case off = 0
  /// The layer is applied where the kernel and the process's rights allow it; otherwise it is reported as missing.
  case preferred = 1
  /// `Confinement.confine` fails if the layer cannot be applied.
  case required = 2
}

/// A directory that the worker serves to its guest.
public struct PreopenedDirectory: Sendable, Hashable {
  /// The open directory.
  public var descriptor: Int32
  /// Whether files below it may be created, changed and removed.
  public var isWritable: Bool

  public init(descriptor: Int32, isWritable: Bool) {
    self.descriptor = descriptor
    self.isWritable = isWritable
  }
}

/// How much of the processors a worker gets where it competes with its host.
public enum SchedulingPriority: Sendable, Hashable {
  /// What the process that starts it has.
  case inherited
  /// So many steps nicer (nice(1)), 1...19.
  case lower(steps: UInt8)
  /// SCHED_IDLE.
  case idle
}

/// What happens to the process when it makes a system call outside the list.
public enum SystemCallViolation: Sendable, Hashable {
  /// SIGSYS, at once, for the whole process. The product's only setting.
  case killProcess
  /// For diagnosis: the number of the call is written to descriptor 2, then the process exits with code 89.
  case report
}

/// What `Confinement.confine` applies. The defaults are those of a worker that is run by hand.
///
/// Closing descriptors, resource limits, process attributes and the system call filter have no switch: they are always
/// required.
public struct ConfinementConfiguration: Sendable, Hashable {
  /// RLIMIT_AS in bytes.
  public var addressSpaceBytes: UInt64 = 1 << 30
  /// RLIMIT_DATA in bytes.
  public var dataBytes: UInt64 = 1 << 30
  /// RLIMIT_STACK in bytes.
  public var stackBytes: UInt64 = 8 << 20
  /// RLIMIT_CPU in seconds of the process's whole life: SIGXCPU at this value, SIGKILL one second later.
  public var cpuSeconds: UInt64 = 3_600
  /// RLIMIT_NOFILE: descriptors are numbered below it.
  public var openFiles: UInt64 = 16
  /// RLIMIT_FSIZE in bytes, for workers with writable directories; 0 otherwise.
  public var fileBytes: UInt64 = 0
  /// The dedicated user and group; `nil` keeps the present ones.
  public var uid: UInt32?
  public var gid: UInt32?
  public var identity = ConfinementRequirement.preferred
  public var namespaces = ConfinementRequirement.off
  public var landlock = ConfinementRequirement.preferred
  /// Indirect branches of this process are not predicted from what other processes trained (Spectre variant 2).
  public var branchSpeculation = ConfinementRequirement.preferred
  /// Loads never bypass earlier stores (Spectre variant 4). It guards a process against reading its own memory, where a
  /// worker of one trust domain keeps nothing of anybody else's, and it makes an interpreter's loop more than twice as
  /// slow: off unless asked for.
  public var storeBypass = ConfinementRequirement.off
  /// A core-scheduling cookie: no other process runs on the sibling hardware thread at the same time.
  public var coreScheduling = ConfinementRequirement.preferred
  /// How the process is scheduled beside its host and others.
  public var priority = SchedulingPriority.inherited
  /// The read end of the lifeline pipe; `nil` for a worker without one.
  public var lifelineDescriptor: Int32?
  /// Numbered without a gap from `firstDirectoryDescriptor` on, since everything behind them is closed.
  public var directories: [PreopenedDirectory] = []
  /// Where a template, a worker that forks a process for each invocation, says that such a process has ended; nil for any
  /// other worker. It is the descriptor behind the directories.
  public var templateDescriptor: Int32?
  public var violation = SystemCallViolation.killProcess

  /// The number of the first preopened directory: behind requests, replies, standard error and the lifeline.
  public static let firstDirectoryDescriptor: Int32 = 4

  public init() {}

  /// The first descriptor that the worker does not need.
  var firstUnneededDescriptor: UInt32 {
    if let templateDescriptor { return UInt32(clamping: templateDescriptor) + 1 }
    if let last = directories.map(\.descriptor).max(), last >= Self.firstDirectoryDescriptor { return UInt32(last) + 1 }
    if let lifelineDescriptor, lifelineDescriptor > 2 { return UInt32(lifelineDescriptor) + 1 }
    return 3
  }
}
