import Testing
import WorkerProtocol

@testable import HanzoWasm

private let a = TrustDomain("a")
private let b = TrustDomain("b")

/// A demand of a module of its own.
private func module(_ number: Int, wantsBlank: Bool = false) -> Demand {
  let hash = ModuleHash(digest: (0..<32).map { $0 == 31 ? UInt8(number) : 0 })
  return Demand(TrustDomain("module \(number)"), module: hash, wantsBlank: wantsBlank)
}

@Suite("The pool's decisions")
struct PoolStateTests {
  func pool(min: Int = 0, max: Int = 2, queue: Int = 4) -> PoolState {
    PoolState(PoolState.Limits(minWorkers: min, maxWorkers: max, queueLimit: queue))
  }

  @Test("the first call starts a worker and gets it when it is ready")
  func firstCall() {
    var pool = pool()
    #expect(pool.submit(1, Demand(a), now: 0) == .accepted([.start(1)]))
    #expect(pool.started(1, now: 0) == [.dispatch(1, to: 1)])
    #expect(pool.condition(of: 1) == .busy(a, 1))
    #expect(pool.finished(1, reusable: true, now: 0) == [])
    #expect(pool.condition(of: 1) == .idle(a))
  }

  @Test("an idle worker of the domain is used again, one of another domain never")
  func domains() {
    var pool = pool()
    _ = pool.submit(1, Demand(a), now: 0)
    _ = pool.started(1, now: 0)
    _ = pool.finished(1, reusable: true, now: 0)
    #expect(pool.submit(2, Demand(b), now: 0) == .accepted([.start(2)]))
    #expect(pool.submit(3, Demand(a), now: 0) == .accepted([.dispatch(3, to: 1)]))
    #expect(pool.started(2, now: 0) == [.dispatch(2, to: 2)])
  }

  @Test("a caller that waits in place gets an idle worker of the domain, the one that it had last if it can")
  func callersInPlace() {
    var pool = pool(max: 3)
    #expect(pool.idleWorker(for: Demand(a), memoryBytes: 0, caller: 7) == nil)
    let all: [WorkerID] = [1, 2, 3]
    for worker in all {
      _ = pool.submit(worker, Demand(a), now: 0)
      _ = pool.started(worker, now: 0)
    }
    func busy(_ workers: WorkerID...) {
      for worker in all { _ = pool.finished(worker, reusable: true, now: 0) }
      for worker in workers { pool.take(worker, for: 10 + worker, Demand(a), memoryBytes: 0, caller: UInt(worker)) }
    }
    // Those of another domain are not for it.
    busy()
    #expect(pool.idleWorker(for: Demand(b), memoryBytes: 0, caller: 7) == nil)
    // Each thread has its own; one that has none gets the one that was used last.
    busy(1, 3, 2)
    #expect(pool.condition(of: 2) == .busy(a, 12))
    #expect(pool.idleWorker(for: Demand(a), memoryBytes: 0, caller: 1) == nil)
    busy()
    #expect((1...3).map { pool.idleWorker(for: Demand(a), memoryBytes: 0, caller: $0) } == [1, 2, 3])
    #expect(pool.idleWorker(for: Demand(a), memoryBytes: 0, caller: 7) == 2)
    busy(2)
    #expect(pool.idleWorker(for: Demand(a), memoryBytes: 0, caller: 2) == 3)
    // While others wait, it is not for a caller to choose.
    busy(1, 2, 3)
    _ = pool.submit(20, Demand(a), now: 0)
    _ = pool.finished(1, reusable: true, now: 0)
    #expect(pool.condition(of: 1) == .busy(a, 20))
    _ = pool.submit(21, Demand(b), now: 0)
    _ = pool.submit(22, Demand(a), now: 0)
    #expect(pool.idleWorker(for: Demand(a), memoryBytes: 0, caller: 1) == nil)
  }

  @Test("at the maximum an idle worker of another domain gives way")
  func eviction() {
    var pool = pool(max: 1)
    _ = pool.submit(1, Demand(a), now: 0)
    _ = pool.started(1, now: 0)
    _ = pool.finished(1, reusable: true, now: 0)
    #expect(pool.submit(2, Demand(b), now: 0) == .accepted([.retire(1), .start(2)]))
    #expect(pool.gone(1, now: 0) == [])
    #expect(pool.started(2, now: 0) == [.dispatch(2, to: 2)])
  }

  @Test("a full queue refuses, a queue of 0 still admits what a worker is started for")
  func overload() {
    var pool = pool(max: 1, queue: 0)
    #expect(pool.submit(1, Demand(a), now: 0) == .accepted([.start(1)]))
    #expect(pool.submit(2, Demand(a), now: 0) == .overloaded([]))
    _ = pool.started(1, now: 0)
    #expect(pool.submit(3, Demand(a), now: 0) == .overloaded([]))
    _ = pool.finished(1, reusable: true, now: 0)
    #expect(pool.submit(4, Demand(a), now: 0) == .accepted([.dispatch(4, to: 1)]))
  }

  @Test("waiting calls are served in their order")
  func fifo() {
    var pool = pool(max: 1)
    for call in 1...4 { _ = pool.submit(CallID(call), Demand(a), now: 0) }
    #expect(pool.started(1, now: 0) == [.dispatch(1, to: 1)])
    for call in 2...4 { #expect(pool.finished(1, reusable: true, now: 0) == [.dispatch(CallID(call), to: 1)]) }
  }

  @Test("the oldest call is passed by younger ones of a warm domain a bounded number of times")
  func fairness() {
    var pool = pool(max: 1, queue: 100)
    _ = pool.submit(1, Demand(a), now: 0)
    _ = pool.started(1, now: 0)
    _ = pool.submit(2, Demand(b), now: 0)
    for call in 3...50 { _ = pool.submit(CallID(call), Demand(a), now: 0) }
    var bypasses = 0
    while case .dispatch? = pool.finished(1, reusable: true, now: 0).first { bypasses += 1 }
    #expect(bypasses == PoolState.maxBypasses)
    #expect(pool.condition(of: 1) == .dying)
    #expect(pool.started(2, now: 0) == [.dispatch(2, to: 2)])
  }

  @Test("a flood of calls of one module does not keep those of another waiting: the one with fewer running is next")
  func fairSharing() {
    var pool = pool(max: 2, queue: 100)
    for call in 1...20 { _ = pool.submit(CallID(call), module(1), now: 0) }
    _ = pool.started(1, now: 0)
    _ = pool.started(2, now: 0)
    #expect(pool.condition(of: 1) == .busy(module(1).domain, 1) && pool.condition(of: 2) == .busy(module(1).domain, 2))
    _ = pool.submit(100, module(2), now: 0)
    // Its worker is needed for the module that has none, once the warm one has had its bounded precedence.
    var served = 0
    while case .dispatch? = pool.finished(1, reusable: true, now: 0).first { served += 1 }
    #expect(served <= PoolState.maxBypasses)
    #expect(pool.condition(of: 1) == .dying)
    #expect(pool.started(3, now: 0) == [.dispatch(100, to: 3)])
    // Equal shares: the older call is next.
    _ = pool.submit(101, module(2), now: 0)
    let next = pool.finished(2, reusable: true, now: 0)
    #expect(next.count == 1 && pool.condition(of: 2) != .idle(module(1).domain), "\(next)")
  }

  @Test("a burst of a domain that has busy workers takes another's idle worker only after a moment of patience")
  func patience() {
    var pool = pool(max: 2, queue: 10)
    _ = pool.submit(1, Demand(a), now: 0)
    _ = pool.started(1, now: 0)
    _ = pool.submit(2, Demand(b), now: 0)
    _ = pool.started(2, now: 0)
    _ = pool.finished(2, reusable: true, now: 0)
    #expect(pool.submit(3, Demand(a), now: 100) == .accepted([]))
    #expect(pool.nextBalance == 100 + PoolState.patience)
    #expect(pool.timePassed(now: 99 + PoolState.patience) == [])
    #expect(pool.timePassed(now: 100 + PoolState.patience) == [.retire(2), .start(3)])
    // A domain without a worker need not wait.
    _ = pool.submit(4, Demand(TrustDomain("c")), now: 200)
    #expect(pool.queue.count == 2)
    var other = self.pool(max: 1, queue: 10)
    _ = other.submit(1, Demand(a), now: 0)
    _ = other.started(1, now: 0)
    _ = other.finished(1, reusable: true, now: 0)
    #expect(other.submit(2, Demand(b), now: 0) == .accepted([.retire(1), .start(2)]))
    #expect(other.nextBalance == nil)
  }

  @Test("a module has no more workers at once than it may have, and others overtake it")
  func modulesCap() {
    var pool = PoolState(PoolState.Limits(maxWorkers: 3, queueLimit: 10, workersPerModule: 1))
    #expect(pool.submit(1, module(1), now: 0) == .accepted([.start(1)]))
    #expect(pool.submit(2, module(1), now: 0) == .accepted([]))
    #expect(pool.submit(3, module(2), now: 0) == .accepted([.start(2)]))
    #expect(pool.started(1, now: 0) == [.dispatch(1, to: 1)])
    #expect(pool.started(2, now: 0) == [.dispatch(3, to: 2)])
    #expect(pool.finished(2, reusable: true, now: 0) == [])
    #expect(pool.finished(1, reusable: true, now: 0) == [.dispatch(2, to: 1)])
    // Without the cap it has both.
    var free = PoolState(PoolState.Limits(maxWorkers: 3, queueLimit: 10))
    #expect(free.submit(1, module(1), now: 0) == .accepted([.start(1)]))
    #expect(free.submit(2, module(1), now: 0) == .accepted([.start(2)]))
  }

  @Test("a full queue refuses the youngest call of the module that fills it, not a newcomer of another")
  func floodGivesWay() {
    var pool = pool(max: 1, queue: 3)
    _ = pool.submit(1, module(1), now: 0)
    _ = pool.started(1, now: 0)
    for call in 2...4 { #expect(pool.submit(CallID(call), module(1), now: 0) == .accepted([])) }
    #expect(pool.submit(5, module(1), now: 0) == .overloaded([]))
    #expect(pool.submit(6, module(2), now: 0) == .accepted([.refuse(4)]))
    #expect(pool.submit(7, module(2), now: 0) == .overloaded([]) || pool.queue.count == 3)
    #expect(pool.queue.count == 3)
  }

  @Test("a call that wants a blank worker never gets one that has served, and its worker can serve others after it")
  func blankOnly() {
    var pool = pool(max: 2, queue: 10)
    _ = pool.submit(1, module(1), now: 0)
    _ = pool.started(1, now: 0)
    _ = pool.finished(1, reusable: true, now: 0)
    #expect(pool.submit(2, module(1, wantsBlank: true), now: 0) == .accepted([.start(2)]))
    #expect(pool.started(2, now: 0) == [.dispatch(2, to: 2)])
    #expect(pool.submit(3, module(1), now: 0) == .accepted([.dispatch(3, to: 1)]))
    #expect(pool.finished(2, reusable: false, now: 0) == [.retire(2)])
    #expect(pool.finished(1, reusable: true, now: 0) == [])
    // At the maximum the idle one gives way, though it is of the same module.
    _ = pool.gone(2, now: 0)
    _ = pool.submit(4, module(2), now: 0)
    _ = pool.started(3, now: 0)
    #expect(pool.submit(5, module(1, wantsBlank: true), now: 0) == .accepted([.retire(1), .start(4)]))
  }

  @Test("running calls stay within the memory budget; idle workers give way, what cannot fit waits or is told")
  func memoryBudget() {
    let mebibyte: UInt64 = 1 << 20
    var pool = PoolState(PoolState.Limits(maxWorkers: 4, queueLimit: 10, memoryBytes: 100 * mebibyte))
    #expect(pool.canFit(memoryBytes: 92 * mebibyte))
    #expect(!pool.canFit(memoryBytes: 93 * mebibyte))
    #expect(pool.submit(1, module(1), memoryBytes: 60 * mebibyte, now: 0) == .accepted([.start(1)]))
    #expect(pool.started(1, now: 0) == [.dispatch(1, to: 1)])
    // 68 of 100 are taken: another worker can start, but its call has to wait.
    #expect(pool.submit(2, module(2), memoryBytes: 60 * mebibyte, now: 0) == .accepted([.start(2)]))
    #expect(pool.started(2, now: 0) == [])
    #expect(pool.submit(3, module(3), memoryBytes: 8 * mebibyte, now: 0) != .overloaded([]))
    // It goes on when the first one has finished.
    #expect(pool.finished(1, reusable: true, ownBytes: 8 * mebibyte, now: 0).contains(.dispatch(2, to: 2)))
    // An idle worker that has grown gives way for a call that needs its memory.
    var grown = PoolState(PoolState.Limits(maxWorkers: 4, queueLimit: 10, memoryBytes: 100 * mebibyte))
    _ = grown.submit(1, module(1), memoryBytes: 10 * mebibyte, now: 0)
    _ = grown.started(1, now: 0)
    _ = grown.finished(1, reusable: true, ownBytes: 50 * mebibyte, now: 0)
    #expect(grown.submit(2, module(2), memoryBytes: 60 * mebibyte, now: 0) == .accepted([.start(2)]))
    #expect(grown.started(2, now: 0) == [.retire(1)])
    #expect(grown.gone(1, now: 0) == [.dispatch(2, to: 2)])
  }

  @Test("a worker that has too much memory itself for the call is replaced by one that has not")
  func memoryOfItsOwn() {
    let mebibyte: UInt64 = 1 << 20
    var pool = PoolState(PoolState.Limits(maxWorkers: 4, queueLimit: 10, memoryBytes: 100 * mebibyte))
    _ = pool.submit(1, module(1), memoryBytes: 10 * mebibyte, now: 0)
    _ = pool.started(1, now: 0)
    _ = pool.finished(1, reusable: true, ownBytes: 60 * mebibyte, now: 0)
    #expect(pool.submit(2, module(1), memoryBytes: 60 * mebibyte, now: 0) == .accepted([.retire(1), .start(2)]))
  }

  @Test("calls of a module that is not wanted any more leave the queue, others stay")
  func withdrawModule() {
    var pool = pool(max: 1, queue: 10)
    _ = pool.submit(1, module(1), now: 0)
    _ = pool.started(1, now: 0)
    for call in 2...5 { _ = pool.submit(CallID(call), module(call % 2 + 1), now: 0) }
    #expect(pool.withdrawAll(of: module(2).module!) == [3, 5])
    #expect(pool.queue.count == 2)
    #expect(pool.finished(1, reusable: true, now: 0) == [.dispatch(2, to: 1)])
  }

  @Test("after a failed start there is one attempt at a time, and the circuit opens after several")
  func circuit() {
    var pool = pool(max: 3, queue: 10)
    for call in 1...3 { _ = pool.submit(CallID(call), module(call), now: 0) }
    #expect(pool.livingCount == 3)
    _ = pool.started(1, now: 0)
    _ = pool.startFailed(2, reaped: true, now: 0)
    _ = pool.startFailed(3, reaped: true, now: 0)
    let later = pool.circuit.until
    #expect(pool.timePassed(now: later - 1) == [])
    #expect(pool.timePassed(now: later) == [.start(4)])
    #expect(pool.timePassed(now: later) == [])
    #expect(!pool.circuit.isOpen)
    for worker in WorkerID(4)...6 {
      _ = pool.startFailed(worker, reaped: true, now: pool.circuit.until)
      _ = pool.timePassed(now: pool.circuit.until)
    }
    #expect(pool.circuit.isOpen)
    _ = pool.started(7, now: pool.circuit.until)
    #expect(!pool.circuit.isOpen && pool.circuit.failures == 0)
  }

  @Test("a worker that died is replaced only if somebody waits, or for the minimum")
  func replacement() {
    var pool = pool(max: 1)
    _ = pool.submit(1, Demand(a), now: 0)
    _ = pool.started(1, now: 0)
    #expect(pool.condemned(1, now: 0) == [])
    #expect(pool.gone(1, now: 0) == [])
    #expect(pool.isEmpty)

    var kept = self.pool(min: 1, max: 1)
    #expect(kept.begin(now: 0) == [.start(1)])
    _ = kept.started(1, now: 0)
    #expect(kept.condemned(1, now: 0) == [.start(2)])
  }

  @Test("a blank worker takes the first call of any domain")
  func blank() {
    var pool = pool(min: 1)
    _ = pool.begin(now: 0)
    #expect(pool.started(1, now: 0) == [])
    #expect(pool.submit(1, Demand(b), now: 0) == .accepted([.dispatch(1, to: 1)]))
  }

  @Test("after a failed start everybody who waits fails at once, and starts are paused ever longer")
  func backoff() {
    var pool = pool(max: 1)
    var now: Int64 = 0
    var pauses: [Int64] = []
    for attempt in 1...12 {
      let call = CallID(attempt)
      let worker = WorkerID(attempt)
      #expect(pool.submit(call, Demand(a), now: now) == .accepted([.start(worker)]))
      #expect(pool.startFailed(worker, reaped: true, now: now) == [.failForWantOfWorkers(call)])
      #expect(pool.submit(100 + call, Demand(a), now: now) == .accepted([.failForWantOfWorkers(100 + call)]))
      pauses.append((pool.circuit.until - now) / 1_000_000)
      now = pool.circuit.until
    }
    #expect(pauses == [100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000, 30_000])
    _ = pool.submit(1_000, Demand(a), now: now)
    _ = pool.started(13, now: now)
    #expect(pool.circuit.failures == 0)
  }

  @Test("a call that was withdrawn is not served")
  func withdrawal() {
    var pool = pool(max: 1)
    _ = pool.submit(1, Demand(a), now: 0)
    _ = pool.submit(2, Demand(a), now: 0)
    pool.withdraw(1)
    #expect(pool.started(1, now: 0) == [.dispatch(2, to: 1)])
  }

  @Test("idle workers above the minimum end")
  func idle() {
    var pool = pool(min: 1, max: 2)
    _ = pool.begin(now: 0)
    _ = pool.started(1, now: 0)
    #expect(pool.idleTooLong(1, now: 0) == [])
    _ = pool.submit(1, Demand(a), now: 0)
    _ = pool.submit(2, Demand(b), now: 0)
    _ = pool.started(2, now: 0)
    _ = pool.finished(2, reusable: true, now: 0)
    #expect(pool.idleTooLong(1, now: 0) == [])
    #expect(pool.idleTooLong(2, now: 0) == [.retire(2)])
  }

  @Test("draining serves what was accepted, then ends every worker")
  func drain() {
    var pool = pool(min: 1, max: 1)
    _ = pool.begin(now: 0)
    _ = pool.submit(1, Demand(a), now: 0)
    _ = pool.submit(2, Demand(a), now: 0)
    _ = pool.started(1, now: 0)
    #expect(pool.drain(now: 0) == [])
    #expect(pool.finished(1, reusable: true, now: 0) == [.dispatch(2, to: 1)])
    #expect(pool.finished(1, reusable: true, now: 0) == [.retire(1)])
    #expect(pool.gone(1, now: 0) == [])
    #expect(pool.isEmpty)
  }

  @Test("under random events no worker serves two domains and no call is lost or served twice", arguments: 1...20)
  func randomEvents(seed: UInt64) {
    var random = SplitMix(state: seed)
    var pool = pool(min: Int(seed % 3), max: 3, queue: 5)
    var domainOf: [WorkerID: TrustDomain] = [:]
    var waiting: [CallID: TrustDomain] = [:]
    var running: [WorkerID: CallID] = [:]
    var starting: Set<WorkerID> = []
    var dying: Set<WorkerID> = []
    var now: Int64 = 0
    func apply(_ actions: [PoolState.Action]) {
      for action in actions {
        switch action {
        case .start(let worker): starting.insert(worker)
        case .dispatch(let call, let worker):
          let domain = waiting.removeValue(forKey: call)
          #expect(domain != nil, "a call is served once")
          #expect(running[worker] == nil && !starting.contains(worker) && !dying.contains(worker))
          #expect(domainOf[worker] == nil || domainOf[worker] == domain)
          domainOf[worker] = domain
          running[worker] = call
        case .retire(let worker):
          #expect(running[worker] == nil)
          starting.remove(worker)
          dying.insert(worker)
        case .failForWantOfWorkers(let call), .refuse(let call): #expect(waiting.removeValue(forKey: call) != nil)
        }
      }
      #expect(pool.livingCount <= 3)
      #expect(pool.queue.count == waiting.count)
    }
    apply(pool.begin(now: now))
    for step in 1...500 {
      now += Int64(random.next() % 50_000_000)
      switch random.next() % 7 {
      case 0, 1, 2:
        let domain = random.next() % 2 == 0 ? a : b
        let call = CallID(step)
        waiting[call] = domain
        switch pool.submit(call, Demand(domain), now: now) {
        case .accepted(let actions): apply(actions)
        case .overloaded(let actions):
          waiting[call] = nil
          apply(actions)
        }
      case 3:
        guard let worker = starting.randomElement(using: &random) else { continue }
        starting.remove(worker)
        apply(
          random.next() % 4 == 0
            ? pool.startFailed(worker, reaped: true, now: now) : pool.started(worker, now: now))
      case 4:
        guard let (worker, _) = running.randomElement(using: &random) else { continue }
        running[worker] = nil
        apply(pool.finished(worker, reusable: random.next() % 8 != 0, now: now))
      case 5:
        guard let (worker, _) = running.randomElement(using: &random) else { continue }
        running[worker] = nil
        dying.insert(worker)
        apply(pool.condemned(worker, now: now))
      default:
        guard let worker = dying.randomElement(using: &random) else { continue }
        dying.remove(worker)
        apply(pool.gone(worker, now: now))
      }
    }
  }
}

private struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
