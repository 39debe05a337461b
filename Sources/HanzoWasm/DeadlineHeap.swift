// All deadlines of a runtime in one binary heap: calls, starting workers, idle workers, the pool's back-off.

/// Points in time (nanoseconds of the monotonic clock) by key, earliest first. Setting and removing take O(log n); a
/// deadline later than all others, which is the usual case, takes O(1).
struct DeadlineHeap<Key: Hashable> {
  private var entries: [(time: Int64, key: Key)] = []
  private var positions: [Key: Int] = [:]

  var count: Int { entries.count }
  /// The earliest time; nil if there is none.
  var earliest: Int64? { entries.first?.time }

  /// Sets a key's deadline, replacing its previous one.
  mutating func set(_ key: Key, at time: Int64) {
    if let position = positions[key] {
      entries[position].time = time
      siftDown(siftUp(position))
    } else {
      entries.append((time, key))
      positions[key] = entries.count - 1
      siftUp(entries.count - 1)
    }
  }

  /// Removes a key's deadline; without one nothing happens.
  mutating func remove(_ key: Key) {
    guard let position = positions.removeValue(forKey: key) else { return }
    let last = entries.removeLast()
    if position < entries.count {
      entries[position] = last
      positions[last.key] = position
      siftDown(siftUp(position))
    }
  }

  /// Removes and returns the earliest key if its time is `now` or before.
  mutating func popExpired(at now: Int64) -> Key? {
    guard let first = entries.first, first.time <= now else { return nil }
    remove(first.key)
    return first.key
  }

  @discardableResult
  private mutating func siftUp(_ start: Int) -> Int {
    var position = start
    while position > 0 {
      let parent = (position - 1) / 2
      if entries[parent].time <= entries[position].time { break }
      swap(parent, position)
      position = parent
    }
    return position
  }

  private mutating func siftDown(_ start: Int) {
    var position = start
    while true {
      var smallest = position
      for child in [2 * position + 1, 2 * position + 2]
      where child < entries.count && entries[child].time < entries[smallest].time {
        smallest = child
      }
      if smallest == position { return }
      swap(smallest, position)
      position = smallest
    }
  }

  private mutating func swap(_ first: Int, _ second: Int) {
    entries.swapAt(first, second)
    positions[entries[first].key] = first
    positions[entries[second].key] = second
  }
}
