/// The times of one request.

import Glibc
import WasmInterpreter
import WorkerProtocol

/// Starts when it is made. CPU time is the thread's: a worker has only one, and with RLIMIT_CPU set the kernel counts the
/// process's in ticks of milliseconds.
struct CallClock {
  private let wallStart = CallClock.now(CLOCK_MONOTONIC)
  private let cpuStart = CallClock.now(CLOCK_THREAD_CPUTIME_ID)

  /// Nanoseconds since the start.
  func elapsed() -> UInt64 { Self.now(CLOCK_MONOTONIC) &- wallStart }

  /// The times so far; fuel and memory are the caller's to fill in.
  func usage() -> Usage {
    Usage(
      fuelModel: fuelModelName, wallNanoseconds: elapsed(),
      cpuNanoseconds: Self.now(CLOCK_THREAD_CPUTIME_ID) &- cpuStart)
  }

  private static func now(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    guard clock_gettime(clock, &time) == 0 else { return 0 }
    return UInt64(clamping: time.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: time.tv_nsec)
  }
}
