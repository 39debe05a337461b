// Which worker serves which call: the pool's decisions as a pure state machine, without I/O, clocks or locks.
//
// The rules (DESIGN.md, sections 2 and 4):
// - A worker serves one trust domain in its life. It is bound to the domain of the first call that it gets; until then
//   it is blank and can take any.
// - A call gets an idle worker of its domain, else a blank one, else a new worker is started, if need be in the place of
//   an idle worker of another domain; else it waits in a bounded first-in-first-out queue.
// - The oldest waiting call has the right to the next capacity. A worker that becomes free may still serve younger
//   calls of its own domain first, since that saves a start, but only `maxBypasses` times per waiting call.
// - After a failed start no worker is started until the back-off has passed. Calls that no living worker could ever
//   serve fail at once with the reason.

typealias WorkerID = UInt64
typealias CallID = UInt64

/// Who may share a worker: a trust domain's name, compared by a hash first, and the directories that its calls mount.
struct TrustDomain: Hashable, Sendable {
  let name: String
  /// What a worker is started with for it.
  private(set) var workerClass: WorkerClass
  private let fingerprint: Int

  init(_ name: String, _ workerClass: WorkerClass = .plain) {
    self.name = name
    self.workerClass = workerClass
    fingerprint = name.hashValue
  }

  /// The same domain for calls that mount directories.
  func with(_ workerClass: WorkerClass) -> TrustDomain {
    var domain = self
    domain.workerClass = workerClass
    return domain
  }

  static func == (first: TrustDomain, second: TrustDomain) -> Bool {
    first.fingerprint == second.fingerprint && first.name == second.name && first.workerClass == second.workerClass
  }

  func hash(into hasher: inout Hasher) { hasher.combine(fingerprint) }
}

struct PoolState {
  enum Action: Equatable {
    /// Start a new, blank worker.
    case start(WorkerID)
    case dispatch(CallID, to: WorkerID)
    /// End an idle worker.
    case retire(WorkerID)
    /// No worker can be started and none lives.
    case failForWantOfWorkers(CallID)
  }

  enum Condition: Equatable {
    case starting
    /// Ready, and without a domain.
    case blank
    case idle(TrustDomain)
    case busy(TrustDomain, CallID)
    /// It has been killed and is not reaped yet.
    case dying
  }

  struct Worker: Equatable {
    let id: WorkerID
    let workerClass: WorkerClass
    var condition: Condition
    /// Counts up at every use, so that the least recently used one can be told.
    var lastUse: UInt64 = 0
  }

  struct Waiting {
    let call: CallID
    let domain: TrustDomain
    var bypasses = 0
  }

  let minWorkers: Int
  let maxWorkers: Int
  let queueLimit: Int
  static let maxBypasses = 8

  private(set) var workers: [Worker] = []
  private(set) var queue: [Waiting] = []
  private(set) var backoff = Backoff()
  private var nextWorker: WorkerID = 1
  private var uses: UInt64 = 0
  private var draining = false

  init(minWorkers: Int, maxWorkers: Int, queueLimit: Int) {
    self.minWorkers = minWorkers
    self.maxWorkers = maxWorkers
    self.queueLimit = queueLimit
  }

  /// Workers that live: starting, idle or busy.
  var livingCount: Int { workers.count { $0.condition != .dying } }
  private var startingCount: Int { workers.count { $0.condition == .starting } }
  /// Waiting calls, and workers, that are not of the plain class: usually none, and then nobody looks for classes.
  private var mountedWaiting = 0
  private var mountedWorkers = 0
  var isEmpty: Bool { workers.isEmpty && queue.isEmpty }

  func condition(of worker: WorkerID) -> Condition? { workers.first { $0.id == worker }?.condition }
  func workerClass(of worker: WorkerID) -> WorkerClass { workers.first { $0.id == worker }?.workerClass ?? .plain }

  // MARK: Events

  /// Brings the number of workers up to the minimum.
  mutating func begin(now: Int64) -> [Action] { balance(now) }

  enum Submission: Equatable {
    case accepted([Action])
    /// The call is not queued; the actions are for other reasons.
    case overloaded([Action])
  }

  /// A new call. It is refused if `queueLimit` calls are waiting that no starting worker is meant for.
  mutating func submit(_ call: CallID, domain: TrustDomain, now: Int64) -> Submission {
    // The usual case, without touching the queue.
    if queue.isEmpty, let index = bestWorker(for: domain) {
      return .accepted([take(index, for: call, domain: domain)])
    }
    queue.append(Waiting(call: call, domain: domain))
    if domain.workerClass != .plain { mountedWaiting += 1 }
    let actions = balance(now)
    let unserved = queue.count - startingCount
    if unserved > queueLimit, let position = queue.lastIndex(where: { $0.call == call }) {
      _ = dequeue(at: position)
      return .overloaded(actions)
    }
    return .accepted(actions)
  }

  /// A worker has started, is confined and configured.
  mutating func started(_ worker: WorkerID, now: Int64) -> [Action] {
    guard let index = index(of: worker), workers[index].condition == .starting else { return [] }
    backoff.succeeded()
    workers[index].condition = .blank
    return balance(now)
  }

  /// A worker has answered its call.
  mutating func finished(_ worker: WorkerID, reusable: Bool, now: Int64) -> [Action] {
    guard let index = index(of: worker), case .busy(let domain, _) = workers[index].condition else { return [] }
    if !reusable {
      workers[index].condition = .dying
      return [.retire(worker)] + balance(now)
    }
    workers[index].condition = .idle(domain)
    // The usual case: nobody waits.
    return queue.isEmpty && !draining && livingCount >= minWorkers ? [] : balance(now)
  }

  /// A worker has been killed or has ended; it does not count as capacity any more.
  mutating func condemned(_ worker: WorkerID, now: Int64) -> [Action] {
    guard let index = index(of: worker), workers[index].condition != .dying else { return [] }
    workers[index].condition = .dying
    return balance(now)
  }

  /// A worker has been reaped.
  mutating func gone(_ worker: WorkerID, now: Int64) -> [Action] {
    remove(worker)
    return balance(now)
  }

  /// A worker could not be started, or ended before it was ready.
  mutating func startFailed(_ worker: WorkerID, reaped: Bool, now: Int64) -> [Action] {
    backoff.failed(now: now)
    if reaped {
      remove(worker)
    } else if let index = index(of: worker) {
      workers[index].condition = .dying
    }
    return balance(now)
  }

  /// A waiting call is not wanted any more.
  mutating func withdraw(_ call: CallID) {
    guard let position = queue.firstIndex(where: { $0.call == call }) else { return }
    _ = dequeue(at: position)
  }

  /// The back-off has passed.
  mutating func backoffPassed(now: Int64) -> [Action] { balance(now) }

  /// A worker has been idle for long: ends it if there are more than the minimum.
  mutating func idleTooLong(_ worker: WorkerID, now: Int64) -> [Action] {
    guard let index = index(of: worker), livingCount > minWorkers else { return [] }
    switch workers[index].condition {
    case .idle, .blank:
      return [retire(index)]
    default: return []
    }
  }

  /// A domain is not needed any more: its idle workers end.
  mutating func retireIdle(of domain: TrustDomain, now: Int64) -> [Action] {
    var actions: [Action] = []
    for index in workers.indices {
      // With whatever directories.
      if case .idle(let own) = workers[index].condition, own.name == domain.name { actions.append(retire(index)) }
    }
    return actions + balance(now)
  }

  /// Calls that were accepted are still served; workers that nobody waits for end, and no others are started.
  mutating func drain(now: Int64) -> [Action] {
    draining = true
    return balance(now)
  }

  // MARK: Decisions

  private func index(of worker: WorkerID) -> Int? { workers.firstIndex { $0.id == worker } }

  /// An idle worker of the domain, the most recently used one, whose caches are warm; else a blank one.
  private func bestWorker(for domain: TrustDomain) -> Int? {
    var best: Int?
    var blank: Int?
    for index in workers.indices {
      switch workers[index].condition {
      case .idle(let own) where own == domain:
        if let other = best, workers[other].lastUse > workers[index].lastUse { continue }
        best = index
      case .blank: if blank == nil, workers[index].workerClass == domain.workerClass { blank = index }
      default: continue
      }
    }
    return best ?? blank
  }

  private mutating func take(_ index: Int, for call: CallID, domain: TrustDomain) -> Action {
    uses += 1
    workers[index].lastUse = uses
    workers[index].condition = .busy(domain, call)
    return .dispatch(call, to: workers[index].id)
  }

  private mutating func start(_ workerClass: WorkerClass = .plain) -> Action {
    let id = nextWorker
    nextWorker += 1
    workers.append(Worker(id: id, workerClass: workerClass, condition: .starting))
    if workerClass != .plain { mountedWorkers += 1 }
    return .start(id)
  }

  private mutating func remove(_ worker: WorkerID) {
    guard let index = index(of: worker) else { return }
    if workers[index].workerClass != .plain { mountedWorkers -= 1 }
    workers.remove(at: index)
  }

  private mutating func dequeue(at position: Int) -> Waiting {
    let waiting = queue.remove(at: position)
    if waiting.domain.workerClass != .plain { mountedWaiting -= 1 }
    return waiting
  }

  /// The class of the oldest waiting call that no starting worker is meant for; nil if there is none.
  private var wantedClass: WorkerClass? {
    guard mountedWaiting > 0 || mountedWorkers > 0 else { return queue.count > startingCount ? .plain : nil }
    var starting: [WorkerClass: Int] = [:]
    for worker in workers where worker.condition == .starting { starting[worker.workerClass, default: 0] += 1 }
    for waiting in queue {
      guard let left = starting[waiting.domain.workerClass], left > 0 else { return waiting.domain.workerClass }
      starting[waiting.domain.workerClass] = left - 1
    }
    return nil
  }

  /// Living workers are bounded by `maxWorkers`; those that are being torn down as well, so that a storm of kills
  /// cannot pile up processes.
  private func mayStart(_ now: Int64) -> Bool {
    livingCount < maxWorkers && workers.count < 2 * maxWorkers + 2 && backoff.allows(now)
  }

  private mutating func balance(_ now: Int64) -> [Action] {
    var actions: [Action] = []
    while let head = queue.first {
      if let index = bestWorker(for: head.domain) {
        _ = dequeue(at: 0)
        actions.append(take(index, for: head.call, domain: head.domain))
        continue
      }
      // A worker that was started for a call behind the head, which waits for one of another class.
      if let (index, position) = blankForLater() {
        let waiting = dequeue(at: position)
        actions.append(take(index, for: waiting.call, domain: waiting.domain))
        continue
      }
      // Starting workers are meant for the oldest calls, so they are not enough only if more calls wait.
      let wanted = wantedClass
      if let wanted, mayStart(now) {
        actions.append(start(wanted))
        continue
      }
      if let idle = leastRecentlyUsedIdle(), head.bypasses < Self.maxBypasses, let action = bypass(with: idle) {
        actions.append(action)
        continue
      }
      guard let wanted, backoff.allows(now), workers.count < 2 * maxWorkers + 2,
        let spare = leastRecentlyUsedIdle() ?? blank(notOf: wanted)
      else { break }
      actions.append(retire(spare))
    }
    if livingCount == 0, !backoff.allows(now) {
      actions += queue.map { .failForWantOfWorkers($0.call) }
      queue.removeAll()
      mountedWaiting = 0
    }
    if draining {
      guard queue.isEmpty else { return actions }
      for index in workers.indices {
        switch workers[index].condition {
        case .starting, .blank, .idle: actions.append(retire(index))
        case .busy, .dying: continue
        }
      }
    } else {
      while livingCount < minWorkers, mayStart(now) { actions.append(start()) }
    }
    return actions
  }

  private mutating func retire(_ index: Int) -> Action {
    workers[index].condition = .dying
    return .retire(workers[index].id)
  }

  private func leastRecentlyUsedIdle() -> Int? {
    var oldest: Int?
    for index in workers.indices {
      guard case .idle = workers[index].condition else { continue }
      if let other = oldest, workers[other].lastUse <= workers[index].lastUse { continue }
      oldest = index
    }
    return oldest
  }

  /// A blank worker and the oldest waiting call that can have it, where the head of the queue cannot.
  private func blankForLater() -> (index: Int, position: Int)? {
    guard mountedWaiting > 0 || mountedWorkers > 0 else { return nil }
    for index in workers.indices where workers[index].condition == .blank {
      let workerClass = workers[index].workerClass
      if let position = queue.firstIndex(where: { $0.domain.workerClass == workerClass }) { return (index, position) }
    }
    return nil
  }

  /// A blank worker that the wanted one can take the place of.
  private func blank(notOf wanted: WorkerClass) -> Int? {
    workers.firstIndex { $0.condition == .blank && $0.workerClass != wanted }
  }

  /// Lets an idle worker serve the oldest waiting call of its own domain, ahead of the head of the queue.
  private mutating func bypass(with idle: Int) -> Action? {
    guard case .idle(let domain) = workers[idle].condition,
      let position = queue.firstIndex(where: { $0.domain == domain })
    else { return nil }
    let waiting = dequeue(at: position)
    queue[0].bypasses += 1
    return take(idle, for: waiting.call, domain: domain)
  }
}

/// How long no worker is started after starts that failed: 100 ms, doubled with every further failure, at most 30 s.
struct Backoff: Equatable {
  private(set) var failures = 0
  /// No start before this time.
  private(set) var until: Int64 = .min

  func allows(_ now: Int64) -> Bool { now >= until }

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
