// The calls that wait for a worker: first in, first out for each kind of demand, and fair between modules.

import WorkerProtocol

/// What a call wants of a worker. Calls with equal demands can be served by the same workers.
struct Demand: Hashable, Sendable {
  let domain: TrustDomain
  /// What the call runs, for whom capacity is shared fairly; nil for no module.
  let module: ModuleHash?
  /// Only a worker that has not served anybody will do.
  let wantsBlank: Bool

  init(_ domain: TrustDomain, module: ModuleHash? = nil, wantsBlank: Bool = false) {
    self.domain = domain
    self.module = module
    self.wantsBlank = wantsBlank
  }
}

/// A bounded number of waiting calls in lines of equal demand. The lines are few, usually one, so they are searched from
/// end to end.
struct PoolQueue {
  struct Waiting {
    let call: CallID
    /// Memory that the call may use, in bytes.
    let memoryBytes: UInt64
    /// Counts up with every call that joins any line.
    let arrival: UInt64
    let since: Int64
    /// How often younger calls were served first because a worker of theirs was warm.
    var bypasses = 0
  }

  struct Line {
    let demand: Demand
    /// Those before `first` have left.
    private var calls: [Waiting] = []
    private var first = 0

    init(_ demand: Demand) { self.demand = demand }

    var count: Int { calls.count - first }
    var isEmpty: Bool { count == 0 }
    /// Its oldest call. There is one: empty lines are removed.
    var head: Waiting {
      get { calls[first] }
      set { calls[first] = newValue }
    }
    var waiting: ArraySlice<Waiting> { calls[first...] }

    mutating func append(_ waiting: Waiting) { calls.append(waiting) }

    mutating func popFirst() -> Waiting {
      defer {
        first += 1
        // The array is shifted rarely, so that leaving costs the same in a long line.
        if first >= 64, first * 2 >= calls.count {
          calls.removeFirst(first)
          first = 0
        }
      }
      return calls[first]
    }

    mutating func popLast() -> Waiting? { isEmpty ? nil : calls.removeLast() }

    mutating func remove(_ call: CallID) -> Bool {
      guard let index = calls[first...].firstIndex(where: { $0.call == call }) else { return false }
      calls.remove(at: index)
      return true
    }
  }

  private(set) var lines: [Line] = []
  private(set) var count = 0
  /// Waiting calls that want workers of another class than the plain one.
  private(set) var specialCount = 0
  private var arrivals: UInt64 = 0

  var isEmpty: Bool { count == 0 }

  mutating func append(_ call: CallID, _ demand: Demand, memoryBytes: UInt64, now: Int64) {
    arrivals += 1
    let waiting = Waiting(call: call, memoryBytes: memoryBytes, arrival: arrivals, since: now)
    if let index = lines.firstIndex(where: { $0.demand == demand }) {
      lines[index].append(waiting)
    } else {
      lines.append(Line(demand))
      lines[lines.count - 1].append(waiting)
    }
    count += 1
    if demand.domain.workerClass != .plain { specialCount += 1 }
  }

  /// Takes the oldest call of a line.
  mutating func popFirst(of index: Int) -> Waiting {
    let waiting = lines[index].popFirst()
    left(index)
    return waiting
  }

  /// Notes that a younger call goes before the oldest one of a line.
  mutating func bypass(_ index: Int) { lines[index].head.bypasses += 1 }

  /// - Returns: whether the call was waiting.
  @discardableResult
  mutating func remove(_ call: CallID) -> Bool {
    for index in lines.indices where lines[index].remove(call) {
      left(index)
      return true
    }
    return false
  }

  /// Takes every call of a module.
  mutating func removeAll(of module: ModuleHash) -> [CallID] {
    removeLines { $0.module == module }
  }

  mutating func removeAll() -> [CallID] { removeLines { _ in true } }

  private mutating func removeLines(_ isMeant: (Demand) -> Bool) -> [CallID] {
    var removed: [CallID] = []
    for line in lines where isMeant(line.demand) {
      removed += line.waiting.map(\.call)
      count -= line.count
      if line.demand.domain.workerClass != .plain { specialCount -= line.count }
    }
    lines.removeAll { isMeant($0.demand) }
    return removed
  }

  /// Makes room in a full queue at the expense of the module that has most waiting calls: its youngest call is refused.
  /// So a flood of calls of one module does not shut out the others.
  mutating func refuseOne() -> CallID? {
    var counts: [ModuleHash?: Int] = [:]
    for line in lines { counts[line.demand.module, default: 0] += line.count }
    // Among equals the youngest call overall gives way, which is the newcomer.
    func youngest(_ line: Line) -> UInt64 { line.waiting.last?.arrival ?? 0 }
    func rank(_ line: Line) -> (Int, UInt64) { (counts[line.demand.module] ?? 0, youngest(line)) }
    guard let index = lines.indices.max(by: { rank(lines[$0]) < rank(lines[$1]) }),
      let waiting = lines[index].popLast()
    else { return nil }
    left(index)
    return waiting.call
  }

  private mutating func left(_ index: Int) {
    count -= 1
    if lines[index].demand.domain.workerClass != .plain { specialCount -= 1 }
    if lines[index].isEmpty { lines.remove(at: index) }
  }
}
