// The formula behind a worker's RLIMIT_AS.

/// The parts of a worker's address space. Their sum is its RLIMIT_AS, visible in /proc/PID/limits.
///
/// RLIMIT_AS counts what is mapped, whether it is used or not. The sum is chosen such that a guest can reach exactly
/// `maxMemoryBytes` of linear memory while the module cache is full and the largest frame is being read and answered:
///
///     image + stack + module cache + 2 x largest frame + maximum memory + files in memory + slack
public struct WorkerAddressSpace: Sendable, Hashable {
  /// What the worker's executable maps: code, data, vDSO, and the allocator's first pages. The static release build was
  /// seen to map 9 MiB after its start and 13 MiB at most while it warms up; a debug build has more code.
  public var imageBytes: UInt64 = defaultImageBytes
  /// The main thread's stack. The kernel maps it as it grows, up to RLIMIT_STACK.
  public var stackBytes: UInt64 = defaultStackBytes
  /// The cache of decoded modules and their translated code.
  public var moduleCacheBytes: UInt64 = defaultModuleCacheBytes
  /// The largest frame, both parts together: one copy as it is read, one as the answer is built.
  public var largestFrameBytes: UInt64 = defaultLargestFrameBytes
  /// All linear memories of an instance together.
  public var maxMemoryBytes: UInt64 = 256 << 20
  /// All files of a call's in-memory file systems together.
  public var fileSystemBytes: UInt64 = defaultFileSystemBytes
  /// Fragmentation of the allocator's heap, the value stack, tables, and what grows by doubling.
  public var slackBytes: UInt64 = defaultSlackBytes

  public static let defaultImageBytes: UInt64 = 32 << 20
  public static let defaultStackBytes: UInt64 = 8 << 20
  public static let defaultModuleCacheBytes: UInt64 = 128 << 20
  public static let defaultLargestFrameBytes: UInt64 = 64 << 20
  public static let defaultFileSystemBytes: UInt64 = 16 << 20
  public static let defaultSlackBytes: UInt64 = 64 << 20

  public init() {}

  public init(
    maxMemoryBytes: UInt64, largestFrameBytes: UInt64 = defaultLargestFrameBytes,
    moduleCacheBytes: UInt64 = defaultModuleCacheBytes, stackBytes: UInt64 = defaultStackBytes,
    imageBytes: UInt64 = defaultImageBytes, fileSystemBytes: UInt64 = defaultFileSystemBytes,
    slackBytes: UInt64 = defaultSlackBytes
  ) {
    self.imageBytes = imageBytes
    self.stackBytes = stackBytes
    self.moduleCacheBytes = moduleCacheBytes
    self.largestFrameBytes = largestFrameBytes
    self.maxMemoryBytes = maxMemoryBytes
    self.fileSystemBytes = fileSystemBytes
    self.slackBytes = slackBytes
  }

  /// RLIMIT_AS in bytes, rounded up to whole MiB; `UInt64.max` if the sum does not fit.
  public var byteCount: UInt64 {
    let parts = [
      imageBytes, stackBytes, moduleCacheBytes, largestFrameBytes, largestFrameBytes, maxMemoryBytes, fileSystemBytes,
      slackBytes,
    ]
    var sum: UInt64 = 0
    for part in parts {
      let (partial, overflow) = sum.addingReportingOverflow(part)
      if overflow { return .max }
      sum = partial
    }
    let (padded, overflow) = sum.addingReportingOverflow((1 << 20) - 1)
    return overflow ? .max : padded & ~((1 << 20) - 1)
  }
}
