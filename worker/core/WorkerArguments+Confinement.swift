// The worker's command line as the configuration of its confinement. Two modules' types meet here, since neither imports
// the other.

public import Confinement
public import WorkerProtocol

extension ConfinementConfiguration {
  /// The configuration that the supervisor's numbers describe. Descriptor 3 is the lifeline, directories follow it.
  public init(_ arguments: WorkerArguments) {
    self.init()
    addressSpaceBytes = arguments.addressSpaceBytes
    dataBytes = arguments.dataBytes
    stackBytes = arguments.stackBytes
    cpuSeconds = arguments.cpuSeconds
    priority =
      switch arguments.priority {
      case 0: .inherited
      case WorkerArguments.idlePriority...: .idle
      default: .lower(steps: UInt8(clamping: arguments.priority))
      }
    openFiles = arguments.openFiles
    uid = arguments.uid
    gid = arguments.gid
    identity = ConfinementRequirement(arguments.identity)
    namespaces = ConfinementRequirement(arguments.namespaces)
    landlock = ConfinementRequirement(arguments.landlock)
    lifelineDescriptor = arguments.lifeline ? 3 : nil
    directories = (0..<Int32(clamping: arguments.directories)).map { index in
      PreopenedDirectory(
        descriptor: Self.firstDirectoryDescriptor + index,
        isWritable: arguments.writableDirectories >> UInt64(index) & 1 == 1)
    }
    if arguments.template { templateDescriptor = Self.firstDirectoryDescriptor + Int32(directories.count) }
    fileBytes = arguments.writableDirectories == 0 ? 0 : arguments.fileBytes
    // Run by hand, the replies may be redirected to a file.
    if arguments.standalone { fileBytes = 1 << 40 }
  }
}

extension ConfinementRequirement {
  init(_ requirement: LayerRequirement) {
    switch requirement {
    case .off: self = .off
    case .preferred: self = .preferred
    case .required: self = .required
    }
  }
}
