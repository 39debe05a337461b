/// What an invocation says about a WASI guest's world, as the system interface takes it.

import Confinement
import WasmWASI
import WorkerProtocol

/// The name under which modules import WASI preview 1.
let systemInterfaceModule = SystemInterface.moduleName

/// - Parameters:
///   - directories: what the worker was started with.
///   - slot: where the lines of logged streams find the call that is running.
/// - Throws: `invalidConfiguration` for mounts that cannot be had.
func systemConfiguration(
  _ invocation: Invocation, _ directories: [PreopenedDirectory], _ slot: CallSlot
) throws(Failure) -> SystemInterfaceConfiguration {
  var configuration = SystemInterfaceConfiguration()
  if case .command(let arguments) = invocation.entry {
    configuration.arguments = arguments
    configuration.standardInput = standardInput(invocation.input)
  }
  configuration.environment = invocation.environment.map { ($0.name, $0.value) }
  configuration.standardOutput = invocation.stdout.systemStream
  configuration.standardError = invocation.stderr.systemStream
  configuration.maxOutputBytes = invocation.limits.maxOutputBytes
  if let determinism = invocation.determinism {
    configuration.clock = .virtual(realtimeNanoseconds: determinism.realtimeNanoseconds, stepNanoseconds: 1_000)
    configuration.randomness = .seeded(determinism.seed)
  }
  configuration.mounts = try mounts(invocation, directories)
  // The slot owns the system interface, which owns this closure.
  configuration.log = { [unowned slot] stream, line in
    slot.current?.logLine(line, level: stream == 1 ? .info : .warning)
  }
  return configuration
}

/// What a command reads, whatever the input's form.
func standardInput(_ input: Invocation.Input) -> [UInt8] {
  if case .stdin(let bytes) = input { return bytes }
  return documentBytes(input) ?? []
}

private func mounts(
  _ invocation: Invocation, _ directories: [PreopenedDirectory]
) throws(Failure) -> [SystemInterfaceConfiguration.Mount] {
  var room = invocation.limits.fileSystemBytes
  var mounts: [SystemInterfaceConfiguration.Mount] = []
  for mount in invocation.mounts {
    let fileSystem: SystemInterfaceConfiguration.FileSystem
    switch mount.source {
    case .directory(let number):
      guard number < UInt32(directories.count) else {
        throw Failure(
          .invalidConfiguration, "the worker was started with \(directories.count) directories; there is none \(number)")
      }
      let directory = directories[Int(number)]
      fileSystem = .directory(
        descriptor: directory.descriptor, isWritable: mount.isWritable && directory.isWritable)
    case .files(let files):
      do {
        let memory = try MemoryFileSystem(
          files: files.map { ($0.path, $0.contents) }, isWritable: mount.isWritable, maxBytes: room)
        // A later one has what this one's initial files leave.
        room -= min(room, files.reduce(0) { $0 + UInt64($1.contents.count) })
        fileSystem = .memory(memory)
      } catch {
        throw Failure(.invalidConfiguration, "the mount \(mount.guestPath) cannot be made: \(error)")
      }
    }
    mounts.append(.init(guestPath: mount.guestPath, fileSystem: fileSystem))
  }
  return mounts
}

extension Invocation.Stream {
  fileprivate var systemStream: SystemInterfaceConfiguration.Stream {
    switch self {
    case .capture: .capture
    case .discard: .discard
    case .log: .log
    }
  }
}

extension CallContext {
  /// A line that the guest wrote to a stream that is logged: sent at once, or else with the outcome.
  fileprivate func logLine(_ line: [UInt8], level: LogRecord.Level) {
    logs.append(line: line, level: level) { supervisor?.log($0) ?? false }
  }
}
