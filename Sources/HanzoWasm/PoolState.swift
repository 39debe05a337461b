// Which worker serves which call: the pool's decisions as a pure state machine, without I/O, clocks or locks.
//
// The rules (DESIGN.md, sections 2 and 4):
// - A worker serves one trust domain in its life. It is bound to the domain of the first call that it gets; until then
//   it is blank and can take any.
// - A call gets an idle worker of its domain, else a blank one, else a new worker is started, if need be in the place of
//   an idle worker of another domain; else it waits in a bounded queue. A call that wants a blank worker gets no other.
// - Capacity is shared between modules: the next call is the oldest one of the module that has the fewest calls running.
//   A module that has as many as it may have at once is passed over.
// - A worker that becomes free may still serve other calls of its own domain first, since that saves a start, but only
//   `maxBypasses` times for each call whose turn it would be.
// - A domain that has busy workers takes the place of another one's idle worker only when its call has waited for about
//   as long as a start takes: a short burst would otherwise cost both of them a start.
// - All workers together stay within a memory budget, if there is one: a busy worker counts with what it had before the
//   call and what the call may use, any other with what it has.
// - After a failed start no worker is started until the back-off has passed. Calls that no living worker could ever
//   serve fail at once with the reason.

import WorkerProtocol

typealias WorkerID = UInt64
typealias CallID = UInt64

/// Who may share a worker: a trust domain's name, compared by a hash first, and the kind of worker that its calls need.
struct TrustDomain: Hashable, Sendable {
  /// Handed around with every call, and compared with itself more often than not.
  private final class Contents: Sendable {
    let name: String
    let workerClass: WorkerClass
    let template: ModuleHash?
    let fingerprint: Int

    init(_ name: String, _ workerClass: WorkerClass, template: ModuleHash?, fingerprint: Int) {
      self.name = name
      self.workerClass = workerClass
      self.template = template
      self.fingerprint = fingerprint
    }
  }

  private let contents: Contents

  var name: String { contents.name }
  /// What a worker is started with for it.
  var workerClass: WorkerClass { contents.workerClass }
  /// The module that a template is of, which serves no other.
  var template: ModuleHash? { contents.template }

  init(_ name: String, _ workerClass: WorkerClass = .plain) {
    contents = Contents(name, workerClass, template: nil, fingerprint: name.hashValue)
  }

  private init(_ contents: Contents) { self.contents = contents }

  /// The same domain for calls that need another kind of worker.
  func with(_ workerClass: WorkerClass, template: ModuleHash? = nil) -> TrustDomain {
    if workerClass == contents.workerClass, template == contents.template { return self }
    return TrustDomain(
      Contents(contents.name, workerClass, template: template, fingerprint: contents.fingerprint))
  }

  static func == (first: TrustDomain, second: TrustDomain) -> Bool {
    let (one, other) = (first.contents, second.contents)
    return one === other
      || one.fingerprint == other.fingerprint && one.name == other.name && one.template == other.template
        && one.workerClass == other.workerClass
  }

  func hash(into hasher: inout Hasher) { hasher.combine(contents.fingerprint) }
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
    /// A waiting call gives way to one of a module that has fewer of them: the queue is full.
    case refuse(CallID)
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
    /// What the call that it has runs.
    var module: ModuleHash?
    /// Counts up at every use, so that the least recently used one can be told.
    var lastUse: UInt64 = 0
    /// The thread that waited for it in place last; 0 for none.
    var lastCaller: UInt = 0
    /// Memory that it has when it has no call, as far as is known.
    var ownBytes = PoolState.blankBytes
    /// Memory that its call may use besides.
    var callBytes: UInt64 = 0

    var reservedBytes: UInt64 { ownBytes &+ callBytes }
  }

  struct Limits: Equatable {
    var minWorkers = 0
    var maxWorkers = 1
    var queueLimit = 0
    /// Workers that run the same module at a time; nil for no limit.
    var workersPerModule: Int?
    /// Of all workers together, in bytes; nil for no limit.
    var memoryBytes: UInt64?
  }

  let limits: Limits
  static let maxBypasses = 8
  /// In nanoseconds; see the rules.
  static let patience: Int64 = 5_000_000
  /// What a worker takes that has no module yet: its image, heap and stack, rounded up.
  static let blankBytes: UInt64 = 8 << 20

  private(set) var workers: [Worker] = []
  private(set) var queue = PoolQueue()
  private(set) var circuit = StartCircuit()
  /// When there may be something to do without an event; nil if there will not.
  private(set) var nextBalance: Int64?
  private var nextWorker: WorkerID = 1
  private var uses: UInt64 = 0
  private var draining = false

  init(_ limits: Limits) { self.limits = limits }

  /// Workers that live: starting, idle or busy.
  var livingCount: Int { workers.count { $0.condition != .dying } }
  private var startingCount: Int { workers.count { $0.condition == .starting } }
  /// Workers that are not of the plain class: usually none, and then nobody looks for classes.
  private var specialWorkers = 0
  var isEmpty: Bool { workers.isEmpty && queue.isEmpty }

  func condition(of worker: WorkerID) -> Condition? { workers.first { $0.id == worker }?.condition }
  func workerClass(of worker: WorkerID) -> WorkerClass { workers.first { $0.id == worker }?.workerClass ?? .plain }

  /// Whether a worker is starting that a waiting call of this demand may be meant to have.
  func isStarting(for demand: Demand) -> Bool {
    workers.contains { $0.condition == .starting && $0.workerClass == demand.domain.workerClass }
  }

  /// Whether a call that may use so much memory can be served at all.
  func canFit(memoryBytes: UInt64) -> Bool {
    guard let budget = limits.memoryBytes else { return true }
    return memoryBytes <= budget && Self.blankBytes <= budget - memoryBytes
  }

  // MARK: Events

  /// Brings the number of workers up to the minimum.
  mutating func begin(now: Int64) -> [Action] { balance(now) }

  enum Submission: Equatable {
    case accepted([Action])
    /// The call is not queued; the actions are for other reasons.
    case overloaded([Action])
  }

  /// A new call. If `queueLimit` calls are waiting that no starting worker is meant for, the youngest one of the module
  /// that has most of them is refused: usually this one.
  mutating func submit(
    _ call: CallID, _ demand: Demand, memoryBytes: UInt64 = 0, now: Int64
  ) -> Submission {
    // The usual case, without touching the queue.
    if queue.isEmpty, limits.memoryBytes == nil, mayRun(demand.module), let index = bestWorker(for: demand) {
      return .accepted([take(index, for: call, demand, memoryBytes)])
    }
    queue.append(call, demand, memoryBytes: memoryBytes, now: now)
    var actions = balance(now)
    if queue.count - startingCount > limits.queueLimit, let refused = queue.refuseOne() {
      if refused == call { return .overloaded(actions) }
      actions.append(.refuse(refused))
    }
    return .accepted(actions)
  }

  /// An idle worker that may take a call at once: the usual case, without looking at the queue. Nil where there is more to
  /// decide, and ``submit(_:_:memoryBytes:now:)`` is to do it.
  ///
  /// - Parameter caller: the thread that will wait for it. It gets the one that it had last, if that is idle: the kernel moves
  ///   two that wake each other again and again to one core, and does not if each of them wakes others, too.
  func idleWorker(for demand: Demand, memoryBytes: UInt64, caller: UInt) -> WorkerID? {
    guard queue.isEmpty, mayRun(demand.module), hasMemory(memoryBytes),
      let index = bestWorker(for: demand, caller: caller), case .idle = workers[index].condition
    else { return nil }
    return workers[index].id
  }

  /// Gives a call the worker that ``idleWorker(for:memoryBytes:caller:)`` has found.
  mutating func take(_ worker: WorkerID, for call: CallID, _ demand: Demand, memoryBytes: UInt64, caller: UInt) {
    guard let index = index(of: worker) else { return }
    workers[index].lastCaller = caller
    _ = take(index, for: call, demand, memoryBytes)
  }

  /// A worker has started, is confined and configured.
  mutating func started(_ worker: WorkerID, now: Int64) -> [Action] {
    guard let index = index(of: worker), workers[index].condition == .starting else { return [] }
    circuit.succeeded()
    workers[index].condition = .blank
    return balance(now)
  }

  /// A worker has answered its call.
  ///
  /// - Parameter ownBytes: the memory that it has now, if that has been measured.
  mutating func finished(
    _ worker: WorkerID, reusable: Bool, ownBytes: UInt64? = nil, now: Int64
  ) -> [Action] {
    guard let index = index(of: worker), case .busy(let domain, _) = workers[index].condition else { return [] }
    workers[index].module = nil
    if !reusable {
      workers[index].condition = .dying
      return [.retire(worker)] + balance(now)
    }
    workers[index].condition = .idle(domain)
    workers[index].callBytes = 0
    if let ownBytes { workers[index].ownBytes = ownBytes }
    // The usual case: nobody waits.
    return queue.isEmpty && !draining && livingCount >= limits.minWorkers ? [] : balance(now)
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
    circuit.failed(now: now)
    if reaped {
      remove(worker)
    } else if let index = index(of: worker) {
      workers[index].condition = .dying
    }
    return balance(now)
  }

  /// A waiting call is not wanted any more.
  mutating func withdraw(_ call: CallID) { queue.remove(call) }

  /// No waiting call of a module is wanted any more; returns them.
  mutating func withdrawAll(of module: ModuleHash) -> [CallID] { queue.removeAll(of: module) }

  /// The back-off has passed, or it is time for the next balance.
  mutating func timePassed(now: Int64) -> [Action] { balance(now) }

  /// A worker has been idle for long: ends it if there are more than the minimum.
  mutating func idleTooLong(_ worker: WorkerID, now: Int64) -> [Action] {
    guard let index = index(of: worker), livingCount > limits.minWorkers else { return [] }
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
      // Whatever kind of workers they are.
      if case .idle(let own) = workers[index].condition, own.name == domain.name { actions.append(retire(index)) }
    }
    return actions + balance(now)
  }

  /// Calls that were accepted are still served; workers that nobody waits for end, and no others are started.
  mutating func drain(now: Int64) -> [Action] {
    draining = true
    return balance(now)
  }

  // MARK: Workers

  private func index(of worker: WorkerID) -> Int? { workers.firstIndex { $0.id == worker } }

  /// An idle worker of the domain: the one that the caller had last, or the most recently used one, whose caches are warm;
  /// else a blank one.
  private func bestWorker(for demand: Demand, caller: UInt? = nil) -> Int? {
    var best: Int?
    var blank: Int?
    for index in workers.indices {
      switch workers[index].condition {
      case .idle(let own) where !demand.wantsBlank && own == demand.domain:
        if workers[index].lastCaller == caller { return index }
        if let other = best, workers[other].lastUse > workers[index].lastUse { continue }
        best = index
      case .blank: if blank == nil, workers[index].workerClass == demand.domain.workerClass { blank = index }
      default: continue
      }
    }
    return best ?? blank
  }

  private mutating func take(_ index: Int, for call: CallID, _ demand: Demand, _ memoryBytes: UInt64) -> Action {
    uses += 1
    workers[index].lastUse = uses
    workers[index].condition = .busy(demand.domain, call)
    workers[index].module = demand.module
    workers[index].callBytes = memoryBytes
    return .dispatch(call, to: workers[index].id)
  }

  private mutating func start(_ workerClass: WorkerClass = .plain) -> Action {
    let id = nextWorker
    nextWorker += 1
    workers.append(Worker(id: id, workerClass: workerClass, condition: .starting))
    if workerClass != .plain { specialWorkers += 1 }
    return .start(id)
  }

  private mutating func remove(_ worker: WorkerID) {
    guard let index = index(of: worker) else { return }
    if workers[index].workerClass != .plain { specialWorkers -= 1 }
    workers.remove(at: index)
  }

  private mutating func retire(_ index: Int) -> Action {
    workers[index].condition = .dying
    return .retire(workers[index].id)
  }

  private func leastRecentlyUsedIdle(besides spared: Int? = nil) -> Int? {
    var oldest: Int?
    for index in workers.indices where index != spared {
      guard case .idle = workers[index].condition else { continue }
      if let other = oldest, workers[other].lastUse <= workers[index].lastUse { continue }
      oldest = index
    }
    return oldest
  }

  /// A blank worker that the wanted one can take the place of.
  private func blank(notOf wanted: WorkerClass) -> Int? {
    workers.firstIndex { $0.condition == .blank && $0.workerClass != wanted }
  }

  // MARK: Turns

  private func runningCount(of module: ModuleHash?) -> Int {
    guard let module else { return 0 }
    return workers.count { $0.module == module && $0.condition != .dying }
  }

  private func mayRun(_ module: ModuleHash?) -> Bool {
    guard let most = limits.workersPerModule, module != nil else { return true }
    return runningCount(of: module) < most
  }

  /// The lines in the order of their turns, without those whose module has as many calls running as it may have.
  private func turns() -> [Int] {
    // Usually one line is all there is.
    if queue.lines.count == 1 { return mayRun(queue.lines[0].demand.module) ? [0] : [] }
    return queue.lines.indices
      .map { (index: $0, running: runningCount(of: queue.lines[$0].demand.module)) }
      .filter { queue.lines[$0.index].demand.module == nil || $0.running < limits.workersPerModule ?? .max }
      .sorted { ($0.running, queue.lines[$0.index].head.arrival) < ($1.running, queue.lines[$1.index].head.arrival) }
      .map(\.index)
  }

  /// The class of the first waiting call that no starting worker is meant for; nil if there is none.
  private func wantedClass(_ turns: [Int]) -> WorkerClass? {
    if queue.specialCount == 0, specialWorkers == 0, limits.workersPerModule == nil {
      return queue.count > startingCount ? .plain : nil
    }
    var starting: [WorkerClass: Int] = [:]
    for worker in workers where worker.condition == .starting { starting[worker.workerClass, default: 0] += 1 }
    for turn in turns {
      let line = queue.lines[turn]
      let left = limits.workersPerModule.map { $0 - runningCount(of: line.demand.module) } ?? .max
      let wanted = line.demand.module == nil ? line.count : min(line.count, left)
      let covered = starting[line.demand.domain.workerClass] ?? 0
      if covered < wanted { return line.demand.domain.workerClass }
      starting[line.demand.domain.workerClass] = covered - wanted
    }
    return nil
  }

  /// Living workers are bounded by `maxWorkers`; those that are being torn down as well, so that a storm of kills
  /// cannot pile up processes.
  private func mayStart(_ now: Int64) -> Bool {
    livingCount < limits.maxWorkers && mayReplace(now) && hasMemory(Self.blankBytes)
  }

  private func mayReplace(_ now: Int64) -> Bool {
    workers.count < 2 * limits.maxWorkers + 2 && circuit.allows(now, starting: startingCount)
  }

  private mutating func balance(_ now: Int64) -> [Action] {
    var actions: [Action] = []
    nextBalance = nil
    while let step = step(now) { actions += step }
    if livingCount == 0, circuit.isPaused(now) {
      actions += queue.removeAll().map { .failForWantOfWorkers($0) }
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
      while livingCount < limits.minWorkers, mayStart(now) { actions.append(start()) }
    }
    return actions
  }

  /// The next thing to do for the calls that wait; nil if there is nothing to be done now.
  private mutating func step(_ now: Int64) -> [Action]? {
    let turns = turns()
    guard let next = turns.first else { return nil }
    if let index = bestWorker(for: queue.lines[next].demand) { return serve(next, with: index) }
    // A worker that was started for a call behind, whose class the next one cannot use.
    if let (index, line) = blankForLater(turns) { return serve(line, with: index) }
    // Starting workers are meant for the calls whose turn comes first, so they are not enough only if more wait.
    let wanted = wantedClass(turns)
    if let wanted, mayStart(now) { return [start(wanted)] }
    if let (index, line) = warmForLater(turns), let actions = serve(line, with: index, before: next) {
      return actions
    }
    guard let wanted, mayReplace(now), let spare = leastRecentlyUsedIdle() ?? blank(notOf: wanted) else { return nil }
    // What is being torn down may be all the memory that is missing.
    if livingCount < limits.maxWorkers, workers.contains(where: { $0.condition == .dying }) { return nil }
    let head = queue.lines[next].head
    if head.since + Self.patience > now, hasBusyWorker(queue.lines[next].demand.domain) {
      nextBalance = head.since + Self.patience
      return nil
    }
    return [retire(spare)]
  }

  private func hasBusyWorker(_ domain: TrustDomain) -> Bool {
    workers.contains { if case .busy(domain, _) = $0.condition { true } else { false } }
  }

  /// Gives a line's oldest call to a worker, if there is memory for it.
  ///
  /// - Parameter passed: the line whose turn it would have been.
  private mutating func serve(_ line: Int, with index: Int, before passed: Int? = nil) -> [Action]? {
    let memoryBytes = queue.lines[line].head.memoryBytes
    guard hasMemory(memoryBytes) else { return makeRoom(besides: index, memoryBytes) }
    if let passed { queue.bypass(passed) }
    let demand = queue.lines[line].demand
    let waiting = queue.popFirst(of: line)
    return [take(index, for: waiting.call, demand, memoryBytes)]
  }

  /// A blank worker and the line whose call can have it, where the first one cannot.
  private func blankForLater(_ turns: [Int]) -> (index: Int, line: Int)? {
    guard queue.specialCount > 0 || specialWorkers > 0 else { return nil }
    for index in workers.indices where workers[index].condition == .blank {
      let workerClass = workers[index].workerClass
      if let line = turns.first(where: { queue.lines[$0].demand.domain.workerClass == workerClass }) {
        return (index, line)
      }
    }
    return nil
  }

  /// An idle worker and another line than the first whose call it is warm for.
  private func warmForLater(_ turns: [Int]) -> (index: Int, line: Int)? {
    guard turns.count > 1, queue.lines[turns[0]].head.bypasses < Self.maxBypasses else { return nil }
    for index in workers.indices {
      guard case .idle(let domain) = workers[index].condition else { continue }
      let line = turns.dropFirst().first {
        !queue.lines[$0].demand.wantsBlank && queue.lines[$0].demand.domain == domain
      }
      if let line { return (index, line) }
    }
    return nil
  }

  // MARK: Memory

  /// Whether so much more stays within the budget. Dying workers still have theirs.
  private func hasMemory(_ more: UInt64) -> Bool {
    guard let budget = limits.memoryBytes else { return true }
    let reserved = workers.reduce(0) { $0 &+ $1.reservedBytes }
    return reserved <= budget && more <= budget - reserved
  }

  /// Ends an idle worker if that brings memory for a call on the given one; nil if it is to wait for others to finish.
  private mutating func makeRoom(besides index: Int, _ memoryBytes: UInt64) -> [Action]? {
    guard let budget = limits.memoryBytes else { return nil }
    func isBusy(_ worker: Worker) -> Bool { if case .busy = worker.condition { true } else { false } }
    let kept = workers.filter { isBusy($0) || $0.condition == .starting }.reduce(0) { $0 &+ $1.reservedBytes }
    // What is being torn down will be free soon; ending others would not be sooner.
    guard !workers.contains(where: { $0.condition == .dying }) else { return nil }
    if kept &+ workers[index].ownBytes &+ memoryBytes <= budget {
      let spare =
        leastRecentlyUsedIdle(besides: index)
        ?? workers.firstIndex { $0.condition == .blank && $0.id != workers[index].id }
      return spare.map { [retire($0)] }
    }
    // It has too much itself, which a new one has not.
    if kept &+ Self.blankBytes &+ memoryBytes <= budget, workers[index].ownBytes > Self.blankBytes {
      return [retire(index)]
    }
    return nil
  }
}

extension PoolState.Limits {
  init(_ config: WasmConfig.Pool) {
    self.init(
      minWorkers: config.minWorkers, maxWorkers: config.maxWorkers, queueLimit: config.queueLimit,
      workersPerModule: config.maxWorkersPerModule, memoryBytes: config.memoryBudgetBytes)
  }
}
