// A template's processes: forked from a confined worker, confined further, and gone after one invocation.

import CLinux

/// What each process that a template forks has to do before it reads anything: it cannot fork, and has no filter but that
/// of a worker without children on top of the template's.
public struct ChildConfinement: Sendable {
  /// Where the template says that a process has ended.
  let descriptor: Int32
  /// The second filter (struct sock_filter).
  let program: [UInt8]

  /// What a fork led to.
  public enum Fork: Sendable, Hashable {
    /// This is the new process, confined.
    case child
    /// This is the template, and the process that it forked runs no code any more.
    case ended
    /// This is the template, and there is no new process: the errno.
    case failed(Int32)
    /// This is the new process, and it must exit: it could not be confined.
    case unconfined(Int32)
  }

  /// Forks a process that is confined further when this returns there. The template waits for its end.
  public func fork() -> Fork {
    let pid = clinux_fork_sibling()
    if pid < 0 { return .failed(-pid) }
    if pid > 0 { return .ended }
    let result = program.withUnsafeBytes { clinux_restrict_sibling(descriptor, $0.baseAddress, $0.count) }
    return result == 0 ? .child : .unconfined(-result)
  }

  /// Tells the supervisor that a process has ended.
  ///
  /// - Returns: false if nobody reads.
  public func reportEnd() -> Bool {
    var byte: UInt8 = 1
    return clinux_write(descriptor, &byte, 1) == 1
  }
}
