/// The clocks of a guest: the kernel's, or virtual ones.

import CLinux

/// The clocks of WASI (`clockid`); Linux gives them the same numbers.
enum ClockIdentifier: UInt32 {
  case realtime, monotonic, processCPU, threadCPU

  init(argument: UInt32) throws(ErrorNumber) {
    guard let identifier = ClockIdentifier(rawValue: argument) else { throw .inval }
    self = identifier
  }
}

final class Clocks {
  private struct Virtual {
    var realtime: UInt64
    var monotonic: UInt64 = 0
    var step: UInt64
  }

  private var virtual: Virtual?

  init(_ clock: SystemInterfaceConfiguration.Clock) {
    if case .virtual(let realtime, let step) = clock { virtual = Virtual(realtime: realtime, step: step) }
  }

  /// A reading by the guest.
  func read(_ clock: ClockIdentifier) throws(ErrorNumber) -> UInt64 {
    defer { advance(by: virtual?.step ?? 0) }
    return try now(clock)
  }

  /// A clock's time; virtual ones stay where they are.
  func now(_ clock: ClockIdentifier) throws(ErrorNumber) -> UInt64 {
    if let virtual { return clock == .realtime ? virtual.realtime : virtual.monotonic }
    return UInt64(try ErrorNumber.check(clinux_clock_nanoseconds(Int32(clock.rawValue))))
  }

  func resolution(_ clock: ClockIdentifier) throws(ErrorNumber) -> UInt64 {
    if let virtual { return max(1, virtual.step) }
    return UInt64(try ErrorNumber.check(clinux_clock_resolution_nanoseconds(Int32(clock.rawValue))))
  }

  /// For timestamps of files in memory.
  var timestamp: UInt64 { (try? now(.realtime)) ?? 0 }

  /// For `TimeChange.now` on the host's files: nil lets the kernel set its own time.
  var virtualTimestamp: UInt64? { virtual?.realtime }

  /// Sleeps for a duration from `start`, a reading of `clock`.
  func sleep(_ clock: ClockIdentifier, from start: UInt64, for duration: UInt64) throws(ErrorNumber) {
    if virtual != nil { return advance(by: duration) }
    let (deadline, isTooLate) = start.addingReportingOverflow(duration)
    let limit = UInt64(Int64.max)
    let nanoseconds = Int64(isTooLate ? limit : min(deadline, limit))
    try ErrorNumber.check(clinux_sleep_until(clock == .realtime ? 0 : 1, nanoseconds))
  }

  private func advance(by duration: UInt64) {
    virtual?.realtime &+= duration
    virtual?.monotonic &+= duration
  }
}
