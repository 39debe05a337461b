// What a WASI guest sees of files.

import WorkerProtocol

/// A directory that a WASI guest finds preopened: a directory of the host, or files in memory.
///
/// ```swift
/// var call = Invocation(module: "tool", command: ["tool", "--check", "/data/input.csv"])
/// call.mounts = [.directory("/srv/uploads/4711", at: "/data"), .files(["settings.json": bytes], at: "/etc")]
/// ```
public struct Mount: Sendable, Hashable {
  public enum Source: Sendable, Hashable {
    /// A directory of the host. The guest reaches nothing outside of it, whatever symbolic links, `..` or renames are
    /// tried: the kernel resolves every path beneath it, and a worker that serves it can reach no other directory.
    case directory(String)
    /// Files by their path below the mount (`lib/a.txt`). They are copied for each call; what a guest changes is gone
    /// afterwards.
    case files([String: [UInt8]])
  }

  public var source: Source
  /// What the guest calls it, `/data` for instance.
  public var guestPath: String
  /// Whether the guest may create, change and remove what is in it.
  public var isWritable: Bool

  public init(_ source: Source, at guestPath: String, isWritable: Bool = false) {
    self.source = source
    self.guestPath = guestPath
    self.isWritable = isWritable
  }

  /// A directory of the host, read-only unless said otherwise.
  public static func directory(_ path: String, at guestPath: String, isWritable: Bool = false) -> Mount {
    Mount(.directory(path), at: guestPath, isWritable: isWritable)
  }

  /// Files in memory, read-only unless said otherwise.
  public static func files(_ files: [String: [UInt8]], at guestPath: String, isWritable: Bool = false) -> Mount {
    Mount(.files(files), at: guestPath, isWritable: isWritable)
  }
}

extension Array where Element == Mount {
  /// What is wrong with a list of mounts, a sentence each.
  func problems() -> [String] {
    var found: [String] = []
    var names: Set<String> = []
    if count(where: \.isDirectory) > WorkerArguments.maximumDirectories {
      found.append("At most \(WorkerArguments.maximumDirectories) directories can be mounted at a time.")
    }
    for mount in self {
      let name = quoted(mount.guestPath)
      if mount.guestPath.isEmpty || mount.guestPath.utf8.contains(0) || mount.guestPath.utf8.count > 4_096 {
        found.append("A mount's guest path must have 1 to 4096 bytes and no NUL character, not be \(name).")
      }
      if !names.insert(mount.guestPath).inserted { found.append("Two mounts have the guest path \(name).") }
      if case .directory(let path) = mount.source, path.isEmpty || path.utf8.contains(0) {
        found.append("The directory mounted at \(name) has no path that could exist.")
      }
    }
    return found
  }

  /// The directories of the host among them, in order.
  var directories: [(path: String, isWritable: Bool)] {
    compactMap { mount in
      guard case .directory(let path) = mount.source else { return nil }
      return (path, mount.isWritable)
    }
  }

  /// As an invocation carries them: the worker knows directories by number only.
  var wire: [WorkerProtocol.Invocation.Mount] {
    var number: UInt32 = 0
    return map { mount in
      switch mount.source {
      case .directory:
        defer { number += 1 }
        return .init(guestPath: mount.guestPath, source: .directory(number), isWritable: mount.isWritable)
      case .files(let files):
        // In an order of their own, so that equal calls are equal byte for byte.
        let sorted = files.sorted { $0.key < $1.key }.map {
          WorkerProtocol.Invocation.File(path: $0.key, contents: $0.value)
        }
        return .init(guestPath: mount.guestPath, source: .files(sorted), isWritable: mount.isWritable)
      }
    }
  }
}

extension Mount {
  fileprivate var isDirectory: Bool {
    if case .directory = source { true } else { false }
  }
}

extension Invocation.EnvironmentVariable {
  /// What is wrong with a list of variables, a sentence each.
  static func problems(_ variables: [Self]) -> [String] {
    variables.compactMap { variable in
      let name = variable.name
      guard name.isEmpty || name.utf8.contains(where: { $0 == 0 || $0 == UInt8(ascii: "=") })
        || variable.value.utf8.contains(0)
      else { return nil }
      return "The environment variable \(quoted(name)) must have a name without '=', and no NUL character."
    }
  }
}
