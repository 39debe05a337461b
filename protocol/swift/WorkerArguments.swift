// The worker's command line: what it must know before it may read a byte, which is how to confine itself.
//
// Numbers only. The supervisor writes it, the worker parses it; everything else travels in `configure`, after the
// supervisor has seen the confinement from outside.

/// How much a confinement layer matters, as configured by the host.
public enum LayerRequirement: UInt8, Sendable, Hashable, CaseIterable {
  /// The layer is not tried.
  case off = 0
  /// The layer is applied where the kernel and the process's rights allow it; otherwise it is reported as missing.
  case preferred = 1
  /// The worker exits if the layer cannot be applied.
  case required = 2
}

/// The command line was not one that this worker understands.
public struct WorkerArgumentsError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, with the argument that shows it.
  public enum Reason: Sendable, Hashable {
    case unknownOption(String)
    case repeatedOption(String)
    case missingOption(String)
    case malformedValue(option: String, value: String)
    case outOfRange(option: String, value: String, minimum: Int64, maximum: Int64)
  }

  public var reason: Reason

  public init(_ reason: Reason) {
    self.reason = reason
  }

  public var description: String {
    switch reason {
    case .unknownOption(let option):
      "unknown option \(option)"
    case .repeatedOption(let option):
      "the option \(option) is given twice"
    case .missingOption(let option):
      "the option \(option) is missing: either every option is given, or --standalone"
    case .malformedValue(let option, let value):
      "the value of \(option) is not a decimal number: \(value)"
    case .outOfRange(let option, let value, let minimum, let maximum):
      "the value of \(option) must lie between \(minimum) and \(maximum), not be \(value)"
    }
  }
}

/// The worker's command line, as values.
///
/// An option is written `--name=number`. With `--standalone` each has a default; without it each must be there. Where /proc
/// is missing, Swift's runtime finds no arguments at all, and a worker of another version may lack some: neither may end
/// in a confinement that nobody chose.
public struct WorkerArguments: Sendable, Hashable {
  /// `--standalone`: no lifeline descriptor; every other layer is on. For a worker that is run by hand.
  public var standalone = false
  /// `--address-space-bytes`: RLIMIT_AS. `WorkerAddressSpace` has the formula.
  public var addressSpaceBytes: UInt64 = WorkerAddressSpace().byteCount
  /// `--data-bytes`: RLIMIT_DATA. No larger than the address space.
  public var dataBytes: UInt64 = WorkerAddressSpace().byteCount
  /// `--stack-bytes`: RLIMIT_STACK, the main thread's.
  public var stackBytes: UInt64 = WorkerAddressSpace.defaultStackBytes
  /// `--cpu-seconds`: RLIMIT_CPU, the CPU time of the worker's whole life. SIGXCPU at this value, SIGKILL a second later.
  public var cpuSeconds: UInt64 = 3_600
  /// `--priority`: 0 the host's, 1...19 so many steps nicer, 20 SCHED_IDLE.
  public var priority: UInt64 = 0
  /// `--open-files`: RLIMIT_NOFILE. The four standard descriptors and the preopened directories count.
  public var openFiles: UInt64 = 16
  /// `--uid`, `--gid`: the dedicated identity that a privileged worker takes; `nil` (written -1) keeps the host's.
  public var uid: UInt32?
  public var gid: UInt32?
  /// `--identity`, `--namespaces`, `--landlock`: 0 off, 1 preferred, 2 required.
  public var identity = LayerRequirement.preferred
  public var namespaces = LayerRequirement.off
  public var landlock = LayerRequirement.preferred
  /// `--lifeline`: 1 if descriptor 3 is the lifeline pipe.
  public var lifeline = true
  /// `--directories`: the number of preopened directories, which arrive as the descriptors from 4 on.
  public var directories: UInt64 = 0
  /// `--writable-directories`: bit i is set if directory i may be written.
  public var writableDirectories: UInt64 = 0
  /// `--file-bytes`: RLIMIT_FSIZE, the longest file that the worker may write in a writable directory.
  public var fileBytes: UInt64 = 0
  /// `--template`: 1 for a worker that forks a process for each invocation. One more descriptor follows the directories:
  /// a pipe on which it says that such a process has ended.
  public var template = false
  /// `--max-message-bytes`, `--max-attachment-bytes`: the caps on both parts of a frame that the worker reads.
  public var maxMessageBytes: UInt64 = 1 << 20
  public var maxAttachmentBytes: UInt64 = WorkerAddressSpace.defaultLargestFrameBytes - (1 << 20)

  public init() {}

  /// The arguments behind argv[0], one `--name=number` each.
  public func encode() -> [String] {
    var arguments = standalone ? ["--standalone"] : []
    var implied = WorkerArguments()
    implied.lifeline = !standalone
    for option in Self.options {
      let value = option.get(self)
      if !standalone || value != option.get(implied) { arguments.append("--\(option.name)=\(value)") }
    }
    return arguments
  }

  /// Parses the arguments behind argv[0]. Options may come in any order, each exactly once, or at
  /// most once with `--standalone`.
  public static func parse(_ arguments: some Sequence<String>) throws(WorkerArgumentsError) -> WorkerArguments {
    var parsed = WorkerArguments()
    var seen: Set<String> = []
    for argument in arguments {
      let equals = argument.firstIndex(of: "=")
      let name = String(argument[..<(equals ?? argument.endIndex)])
      guard seen.insert(name).inserted else { throw WorkerArgumentsError(.repeatedOption(name)) }
      if name == "--standalone", equals == nil {
        parsed.standalone = true
        parsed.lifeline = false
        continue
      }
      guard let equals, let option = options.first(where: { "--\($0.name)" == name }) else {
        throw WorkerArgumentsError(.unknownOption(argument))
      }
      let value = String(argument[argument.index(after: equals)...])
      guard let number = decimal(value) else {
        throw WorkerArgumentsError(.malformedValue(option: name, value: value))
      }
      guard option.range.contains(number) else {
        throw WorkerArgumentsError(
          .outOfRange(
            option: name, value: value, minimum: option.range.lowerBound, maximum: option.range.upperBound))
      }
      option.set(&parsed, number)
    }
    if !parsed.standalone, let missing = options.first(where: { !seen.contains("--\($0.name)") }) {
      throw WorkerArgumentsError(.missingOption("--\(missing.name)"))
    }
    return parsed
  }

  /// A canonical decimal number: no plus sign, no leading zeros, no spaces, as `Int64.init` would accept some of them.
  private static func decimal(_ text: String) -> Int64? {
    guard let number = Int64(text), String(number) == text else { return nil }
    return number
  }

  private struct Option: Sendable {
    var name: String
    var range: ClosedRange<Int64>
    var get: @Sendable (WorkerArguments) -> Int64
    var set: @Sendable (inout WorkerArguments, Int64) -> Void

    init(
      _ name: String, _ range: ClosedRange<Int64>, get: @escaping @Sendable (WorkerArguments) -> Int64,
      set: @escaping @Sendable (inout WorkerArguments, Int64) -> Void
    ) {
      self.name = name
      self.range = range
      self.get = get
      self.set = set
    }

    init(
      _ name: String, _ range: ClosedRange<Int64>, count path: any (WritableKeyPath<WorkerArguments, UInt64> & Sendable)
    ) {
      self.init(
        name, range, get: { Int64(clamping: $0[keyPath: path]) }, set: { $0[keyPath: path] = UInt64(clamping: $1) })
    }

    init(_ name: String, layer path: any (WritableKeyPath<WorkerArguments, LayerRequirement> & Sendable)) {
      self.init(
        name, 0...2, get: { Int64($0[keyPath: path].rawValue) },
        set: { $0[keyPath: path] = LayerRequirement(rawValue: UInt8(clamping: $1)) ?? .required })
    }

    init(_ name: String, identifier path: any (WritableKeyPath<WorkerArguments, UInt32?> & Sendable)) {
      // 2^32 - 1 is the kernel's "no change", and 0 would be no drop at all.
      self.init(
        name, -1...Int64(UInt32.max - 1), get: { $0[keyPath: path].map(Int64.init) ?? -1 },
        set: { $0[keyPath: path] = UInt32(exactly: $1) })
    }
  }

  private static let bytes: ClosedRange<Int64> = (1 << 20)...(1 << 46)

  /// The value of `priority` that means SCHED_IDLE.
  public static let idlePriority: UInt64 = 20

  /// The most directories that fit into the descriptors and the bit set of writable ones.
  public static let maximumDirectories = 48

  private static let options: [Option] = [
    Option("address-space-bytes", bytes, count: \.addressSpaceBytes),
    Option("data-bytes", bytes, count: \.dataBytes),
    Option("stack-bytes", (256 << 10)...(1 << 30), count: \.stackBytes),
    Option("cpu-seconds", 1...(1 << 31), count: \.cpuSeconds),
    Option("priority", 0...Int64(idlePriority), count: \.priority),
    Option("open-files", 4...65_536, count: \.openFiles),
    Option("uid", identifier: \.uid),
    Option("gid", identifier: \.gid),
    Option("identity", layer: \.identity),
    Option("namespaces", layer: \.namespaces),
    Option("landlock", layer: \.landlock),
    Option("lifeline", 0...1, get: { $0.lifeline ? 1 : 0 }, set: { $0.lifeline = $1 != 0 }),
    Option("directories", 0...Int64(maximumDirectories), count: \.directories),
    Option("writable-directories", 0...((1 << maximumDirectories) - 1), count: \.writableDirectories),
    Option("file-bytes", 0...(1 << 46), count: \.fileBytes),
    Option("template", 0...1, get: { $0.template ? 1 : 0 }, set: { $0.template = $1 != 0 }),
    Option("max-message-bytes", 1_024...(1 << 30), count: \.maxMessageBytes),
    Option("max-attachment-bytes", 0...(1 << 31), count: \.maxAttachmentBytes),
  ]
}
