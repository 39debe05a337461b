// Modules that end their workers again and again are locked out for a while, so that others get the capacity that
// replacing those workers costs.

import WorkerProtocol

/// Which modules have ended how many workers, and which are locked out. Pure: times are given.
struct QuarantineState {
  /// Modules that are remembered; the one whose record is oldest gives way.
  private static let recordLimit = 4_096

  private struct Record {
    /// The ends within the window, oldest first.
    var ends: [Int64] = []
    /// Locked out until then.
    var until: Int64 = .min
    /// How often it has been locked out in a row.
    var terms = 0
  }

  private let policy: WasmConfig.Quarantine?
  private var records: [ModuleHash: Record] = [:]

  init(_ policy: WasmConfig.Quarantine?) { self.policy = policy }

  /// When the module will be admitted again; nil if it is now.
  func until(_ module: ModuleHash, now: Int64) -> Int64? {
    guard !records.isEmpty, let until = records[module]?.until, until > now else { return nil }
    return until
  }

  /// Modules that are locked out, with the time at which each is admitted again.
  func quarantined(now: Int64) -> [ModuleHash: Int64] {
    records.compactMapValues { $0.until > now ? $0.until : nil }
  }

  /// A module has ended a worker.
  ///
  /// - Returns: until when it is locked out from now on; nil if it is not, or was already.
  mutating func workerEnded(by module: ModuleHash, now: Int64) -> Int64? {
    guard let policy else { return nil }
    var record = records[module] ?? Record()
    guard record.until <= now else { return nil }
    record.ends = record.ends.filter { $0 > now - policy.window.nanoseconds } + [now]
    var lockedOut: Int64?
    if record.ends.count >= policy.workers {
      // A module that goes on where it stopped is locked out for twice as long each time.
      let duration = policy.duration.nanoseconds
      let isSoon = record.terms > 0 && now - record.until < policy.window.nanoseconds
      record.terms = isSoon ? min(record.terms + 1, 7) : 1
      let until = now + min(duration << (record.terms - 1), max(duration, Self.longestTerm))
      record.until = until
      record.ends = []
      lockedOut = until
    }
    records[module] = record
    if records.count > Self.recordLimit { forgetOldest() }
    return lockedOut
  }

  /// Admits a module at once, and forgets what it did.
  ///
  /// - Returns: whether it was locked out.
  mutating func pardon(_ module: ModuleHash, now: Int64) -> Bool {
    (records.removeValue(forKey: module)?.until ?? .min) > now
  }

  private static let longestTerm: Int64 = 3_600_000_000_000

  private mutating func forgetOldest() {
    func lastEvent(_ record: Record) -> Int64 { max(record.until, record.ends.last ?? .min) }
    if let oldest = records.min(by: { lastEvent($0.value) < lastEvent($1.value) }) { records[oldest.key] = nil }
  }
}
