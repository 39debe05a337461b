// Whether workers may be started after starts that failed: exponential back-off, one attempt at a time, and a circuit
// breaker that the status shows.

/// How long no worker is started after starts that failed: 100 ms, doubled with every further failure, at most 30 s. Until
/// one has succeeded, there is only one attempt at a time.
struct StartCircuit: Equatable {
  /// After so many failures in a row the circuit counts as open.
  static let failuresToOpen = 5

  private(set) var failures = 0
  /// No start before this time.
  private(set) var until: Int64 = .min

  func allows(_ now: Int64, starting: Int) -> Bool { now >= until && (failures == 0 || starting == 0) }

  /// Whether starts are paused.
  func isPaused(_ now: Int64) -> Bool { now < until }

  var isOpen: Bool { failures >= Self.failuresToOpen }

  mutating func failed(now: Int64) {
    failures += 1
    let milliseconds: Int64 = failures > 9 ? 30_000 : min(30_000, 100 << (failures - 1))
    until = max(until, now + milliseconds * 1_000_000)
  }

  mutating func succeeded() {
    failures = 0
    until = .min
  }
}
