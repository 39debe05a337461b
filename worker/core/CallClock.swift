/// The times of one request.

import Glibc
import WasmInterpreter
import WorkerProtocol

/// Starts when it is made. CPU time is the thread's: a worker has only one, and with RLIMIT_CPU set the kernel counts the
/// process's in ticks of milliseconds. It is counted from the last answer on, so that reading a request is part of it, and
/// since asking for it is a system call that a short call notices, it is asked for once.
struct CallClock {
  private let wallStart = CallClock.now(CLOCK_MONOTONIC)
  private let cpuStart: UInt64

  /// - Parameter cpuStart: ``cpuNanoseconds`` at the last answer.
  init(cpuStart: UInt64) { self.cpuStart = cpuStart }

  /// CPU time of this thread so far.
  static var cpuNanoseconds: UInt64 { now(CLOCK_THREAD_CPUTIME_ID) }

  /// Nanoseconds since the start.
  func elapsed() -> UInt64 { Self.now(CLOCK_MONOTONIC) &- wallStart }

  /// The times so far; fuel and memory are the caller's to fill in.
  func usage() -> Usage {
    let cpu = Self.cpuNanoseconds
    return Usage(fuelModel: fuelModelName, wallNanoseconds: elapsed(), cpuNanoseconds: cpu &- cpuStart)
  }

  private static func now(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    guard clock_gettime(clock, &time) == 0 else { return 0 }
    return UInt64(clamping: time.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: time.tv_nsec)
  }
}
