import Testing

@testable import HanzoWasm

private let a = TrustDomain("a")
private let b = TrustDomain("b")

@Suite("The pool's decisions")
struct PoolStateTests {
  func pool(min: Int = 0, max: Int = 2, queue: Int = 4) -> PoolState {
    PoolState(minWorkers: min, maxWorkers: max, queueLimit: queue)
  }

  @Test("the first call starts a worker and gets it when it is ready")
  func firstCall() {
    var pool = pool()
    #expect(pool.submit(1, domain: a, now: 0) == .accepted([.start(1)]))
    #expect(pool.started(1, now: 0) == [.dispatch(1, to: 1)])
    #expect(pool.condition(of: 1) == .busy(a, 1))
    #expect(pool.finished(1, reusable: true, now: 0) == [])
    #expect(pool.condition(of: 1) == .idle(a))
  }

  @Test("an idle worker of the domain is used again, one of another domain never")
  func domains() {
    var pool = pool()
    _ = pool.submit(1, domain: a, now: 0)
    _ = pool.started(1, now: 0)
    _ = pool.finished(1, reusable: true, now: 0)
    #expect(pool.submit(2, domain: b, now: 0) == .accepted([.start(2)]))
    #expect(pool.submit(3, domain: a, now: 0) == .accepted([.dispatch(3, to: 1)]))
    #expect(pool.started(2, now: 0) == [.dispatch(2, to: 2)])
  }

  @Test("at the maximum an idle worker of another domain gives way")
  func eviction() {
    var pool = pool(max: 1)
    _ = pool.submit(1, domain: a, now: 0)
    _ = pool.started(1, now: 0)
    _ = pool.finished(1, reusable: true, now: 0)
    #expect(pool.submit(2, domain: b, now: 0) == .accepted([.retire(1), .start(2)]))
    #expect(pool.gone(1, now: 0) == [])
    #expect(pool.started(2, now: 0) == [.dispatch(2, to: 2)])
  }

  @Test("a full queue refuses, a queue of 0 still admits what a worker is started for")
  func overload() {
    var pool = pool(max: 1, queue: 0)
    #expect(pool.submit(1, domain: a, now: 0) == .accepted([.start(1)]))
    #expect(pool.submit(2, domain: a, now: 0) == .overloaded([]))
    _ = pool.started(1, now: 0)
    #expect(pool.submit(3, domain: a, now: 0) == .overloaded([]))
    _ = pool.finished(1, reusable: true, now: 0)
    #expect(pool.submit(4, domain: a, now: 0) == .accepted([.dispatch(4, to: 1)]))
  }

  @Test("waiting calls are served in their order")
  func fifo() {
    var pool = pool(max: 1)
    for call in 1...4 { _ = pool.submit(CallID(call), domain: a, now: 0) }
    #expect(pool.started(1, now: 0) == [.dispatch(1, to: 1)])
    for call in 2...4 { #expect(pool.finished(1, reusable: true, now: 0) == [.dispatch(CallID(call), to: 1)]) }
  }

  @Test("the oldest call is passed by younger ones of a warm domain a bounded number of times")
  func fairness() {
    var pool = pool(max: 1, queue: 100)
    _ = pool.submit(1, domain: a, now: 0)
    _ = pool.started(1, now: 0)
    _ = pool.submit(2, domain: b, now: 0)
    for call in 3...50 { _ = pool.submit(CallID(call), domain: a, now: 0) }
    var bypasses = 0
    while case .dispatch? = pool.finished(1, reusable: true, now: 0).first { bypasses += 1 }
    #expect(bypasses == PoolState.maxBypasses)
    #expect(pool.condition(of: 1) == .dying)
    #expect(pool.started(2, now: 0) == [.dispatch(2, to: 2)])
  }

  @Test("a worker that died is replaced only if somebody waits, or for the minimum")
  func replacement() {
    var pool = pool(max: 1)
    _ = pool.submit(1, domain: a, now: 0)
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
    #expect(pool.submit(1, domain: b, now: 0) == .accepted([.dispatch(1, to: 1)]))
  }

  @Test("after a failed start everybody who waits fails at once, and starts are paused ever longer")
  func backoff() {
    var pool = pool(max: 1)
    var now: Int64 = 0
    var pauses: [Int64] = []
    for attempt in 1...12 {
      let call = CallID(attempt)
      let worker = WorkerID(attempt)
      #expect(pool.submit(call, domain: a, now: now) == .accepted([.start(worker)]))
      #expect(pool.startFailed(worker, reaped: true, now: now) == [.failForWantOfWorkers(call)])
      #expect(pool.submit(100 + call, domain: a, now: now) == .accepted([.failForWantOfWorkers(100 + call)]))
      pauses.append((pool.backoff.until - now) / 1_000_000)
      now = pool.backoff.until
    }
    #expect(pauses == [100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000, 30_000])
    _ = pool.submit(1_000, domain: a, now: now)
    _ = pool.started(13, now: now)
    #expect(pool.backoff.failures == 0)
  }

  @Test("a call that was withdrawn is not served")
  func withdrawal() {
    var pool = pool(max: 1)
    _ = pool.submit(1, domain: a, now: 0)
    _ = pool.submit(2, domain: a, now: 0)
    pool.withdraw(1)
    #expect(pool.started(1, now: 0) == [.dispatch(2, to: 1)])
  }

  @Test("idle workers above the minimum end")
  func idle() {
    var pool = pool(min: 1, max: 2)
    _ = pool.begin(now: 0)
    _ = pool.started(1, now: 0)
    #expect(pool.idleTooLong(1, now: 0) == [])
    _ = pool.submit(1, domain: a, now: 0)
    _ = pool.submit(2, domain: b, now: 0)
    _ = pool.started(2, now: 0)
    _ = pool.finished(2, reusable: true, now: 0)
    #expect(pool.idleTooLong(1, now: 0) == [])
    #expect(pool.idleTooLong(2, now: 0) == [.retire(2)])
  }

  @Test("draining serves what was accepted, then ends every worker")
  func drain() {
    var pool = pool(min: 1, max: 1)
    _ = pool.begin(now: 0)
    _ = pool.submit(1, domain: a, now: 0)
    _ = pool.submit(2, domain: a, now: 0)
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
        case .failForWantOfWorkers(let call): #expect(waiting.removeValue(forKey: call) != nil)
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
        switch pool.submit(call, domain: domain, now: now) {
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
