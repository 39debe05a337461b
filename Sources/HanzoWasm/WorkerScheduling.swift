// How the kernel schedules a worker: as one whose caller waits for it, or as one that may take its time.

import CLinux

/// A worker's processor and slice (sched(7)), as they were set last. Best effort: where the kernel refuses, the worker is
/// scheduled as any other process.
///
/// - A caller who waits in place leaves its processor to whoever wants it, and to wake another one takes longer than a short
///   call. So the worker is confined to that processor meanwhile, and follows its callers from one to another.
/// - It has a short slice then: it gets the processor when it is woken. While nobody waits for it in place it has a longer one
///   than other processes have, so that a guest that spins gives way when somebody else is woken, and not at the kernel's
///   next tick.
struct WorkerScheduling {
  /// In nanoseconds: the shortest that there is.
  static let shortSlice: UInt64 = 100_000
  /// In nanoseconds: longer than the kernel's own, which is up to 3 ms.
  static let longSlice: UInt64 = 5_000_000

  private let pid: Int32
  private let followsCallers: Bool
  /// Inherited from the thread that started it.
  private var slice = Self.longSlice
  /// The processor that was looked at last, whether the worker could be confined to it or not; -1 for none.
  private var processor: Int32 = -1
  private var isConfined = false
  /// Where it may run otherwise; known while it is confined.
  private var home = clinux_processors()

  init(pid: Int32, followsCallers: Bool) {
    self.pid = pid
    self.followsCallers = followsCallers
  }

  /// The calling thread is about to wait for it in place.
  ///
  /// - Parameter process: its pidfd.
  @inline(__always)
  mutating func callerWaits(process: Int32) {
    if slice != Self.shortSlice { set(Self.shortSlice, process) }
    guard followsCallers else { return }
    let here = clinux_current_processor()
    if here != processor { follow(to: here, process) }
  }

  /// Nobody waits for it in place.
  ///
  /// - Parameter process: its pidfd.
  mutating func nobodyWaits(process: Int32) {
    if slice != Self.longSlice { set(Self.longSlice, process) }
    if isConfined, isThere(process), updateHome(), isConfined { _ = clinux_set_processors(pid, &home) }
    isConfined = false
    processor = -1
  }

  /// Whether the worker's number is still its own: it has not been reaped.
  private func isThere(_ process: Int32) -> Bool { clinux_pidfd_send_signal(process, 0) == 0 }

  private mutating func set(_ slice: UInt64, _ process: Int32) {
    self.slice = slice
    if isThere(process) { _ = clinux_set_slice(pid, slice) }
  }

  private mutating func follow(to here: Int32, _ process: Int32) {
    defer { processor = here }
    guard isThere(process), updateHome() else { return isConfined = false }
    if clinux_has_processor(&home, here) != 0, clinux_set_processor(pid, here) == 0 {
      isConfined = true
    } else if isConfined {
      _ = clinux_set_processors(pid, &home)
      isConfined = false
    }
  }

  /// Finds out where the worker may run otherwise. What somebody else has said about that since it was confined holds.
  ///
  /// - Returns: whether that is known.
  private mutating func updateHome() -> Bool {
    var now = clinux_processors()
    guard clinux_get_processors(pid, &now) == 0 else { return false }
    if !isConfined || clinux_has_only_processor(&now, processor) == 0 {
      home = now
      isConfined = false
    }
    return true
  }
}
