/// Clocks, and waiting for them or for descriptors.

extension SystemInterface {
  static let clockFunctions: [Definition] = [
    Definition("clock_res_get", "ii") { (call, system) throws(ErrorNumber) in
      let clock = try ClockIdentifier(argument: call.u32(0))
      try call.memory.store(try system.clocks.resolution(clock), at: call.u32(1))
    },
    // The wanted precision, argument 1, is always met.
    Definition("clock_time_get", "iIi") { (call, system) throws(ErrorNumber) in
      let clock = try ClockIdentifier(argument: call.u32(0))
      _ = try call.memory.buffer(call.u32(2), 8)
      try call.memory.store(try system.clocks.read(clock), at: call.u32(2))
    },
    Definition("poll_oneoff", "iiii") { (call, system) throws(ErrorNumber) in try system.poll(call) },
  ]
}

// MARK: poll_oneoff

/// `subscription`, as far as it matters here.
private struct Subscription {
  enum Event {
    /// Nanoseconds from now.
    case clock(ClockIdentifier, wait: UInt64)
    case descriptor(Descriptor, isRead: Bool)
    /// Cannot be waited for: reported at once with this error.
    case failed(ErrorNumber)
  }

  var userData: UInt64
  /// The tag of `eventtype`: 0 a clock, 1 reading, 2 writing.
  var type: UInt8
  var event: Event

  var isReady: Bool { if case .clock(_, let wait) = event { wait == 0 } else { true } }
  var wait: UInt64 { if case .clock(_, let wait) = event { wait } else { 0 } }
}

extension SystemInterface {
  /// More subscriptions than this are `inval`. No guest has so many descriptors.
  private static let maximumSubscriptions: UInt32 = 65_536
  private static let subscriptionSize: UInt32 = 48
  private static let eventSize: UInt32 = 32

  /// Descriptors are always ready here, so that waiting is needed only where all subscriptions are of clocks: then until
  /// the first of them.
  private func poll(_ call: GuestCall) throws(ErrorNumber) {
    let (input, output, count) = (call.u32(0), call.u32(1), call.u32(2))
    guard count > 0, count <= Self.maximumSubscriptions else { throw .inval }
    _ = try call.memory.buffer(input, UInt64(count * Self.subscriptionSize))
    _ = try call.memory.buffer(output, UInt64(count * Self.eventSize))
    _ = try call.memory.buffer(call.u32(3), 4)
    // One reading of each clock for all, so that equal deadlines stay equal.
    let now = (realtime: try clocks.now(.realtime), monotonic: try clocks.now(.monotonic))
    var subscriptions: [Subscription] = []
    for index in 0..<count {
      subscriptions.append(try subscription(call.memory, input + index * Self.subscriptionSize, now))
    }
    let shortest = subscriptions.min { $0.wait < $1.wait }
    if let shortest, case .clock(let clock, let wait) = shortest.event, wait > 0 {
      try clocks.sleep(clock, from: clock == .realtime ? now.realtime : now.monotonic, for: wait)
    }
    var events: UInt32 = 0
    for subscription in subscriptions where subscription.wait <= shortest?.wait ?? 0 {
      try store(subscription, call.memory, output + events * Self.eventSize)
      events += 1
    }
    try call.memory.store(events, at: call.u32(3))
  }

  private func subscription(
    _ memory: GuestMemory, _ address: UInt32, _ now: (realtime: UInt64, monotonic: UInt64)
  ) throws(ErrorNumber) -> Subscription {
    let type: UInt8 = try memory.load(address + 8)
    let subject: UInt32 = try memory.load(address + 16)
    let event: Subscription.Event
    switch type {
    case 0:
      let timeout: UInt64 = try memory.load(address + 24)
      let flags: UInt16 = try memory.load(address + 40)
      guard flags <= 1 else { throw .inval }
      event = clockEvent(subject, timeout, isAbsolute: flags == 1, now)
    case 1, 2: event = descriptorEvent(subject, isRead: type == 1)
    default: throw .inval
    }
    return Subscription(userData: try memory.load(address), type: type, event: event)
  }

  private func clockEvent(
    _ number: UInt32, _ timeout: UInt64, isAbsolute: Bool, _ now: (realtime: UInt64, monotonic: UInt64)
  ) -> Subscription.Event {
    switch ClockIdentifier(rawValue: number) {
    case .realtime where isAbsolute: .clock(.realtime, wait: timeout - min(timeout, now.realtime))
    case .monotonic where isAbsolute: .clock(.monotonic, wait: timeout - min(timeout, now.monotonic))
    // A duration does not change with the date.
    case .realtime, .monotonic: .clock(.monotonic, wait: timeout)
    // CPU time does not pass while one waits.
    case .processCPU, .threadCPU, nil: .failed(.inval)
    }
  }

  private func descriptorEvent(_ number: UInt32, isRead: Bool) -> Subscription.Event {
    guard let descriptor = try? descriptors[number] else { return .failed(.badf) }
    return switch descriptor.kind {
    case .directory: .failed(.badf)
    case .input where !isRead, .output where isRead: .failed(.badf)
    case .input, .output, .file:
      descriptor.rights.contains(.pollFdReadwrite)
        ? .descriptor(descriptor, isRead: isRead) : .failed(.notcapable)
    }
  }

  /// Writes an `event`.
  private func store(_ subscription: Subscription, _ memory: GuestMemory, _ address: UInt32) throws(ErrorNumber) {
    var error: UInt16 = 0
    var count: UInt64 = 0
    var hasHungUp = false
    switch subscription.event {
    case .clock: break
    case .failed(let failure): error = failure.rawValue
    case .descriptor(let descriptor, let isRead):
      switch descriptor.kind {
      case .input(let stream):
        count = UInt64(stream.remaining)
        hasHungUp = count == 0
      case .file(let file) where isRead:
        let size = try file.status().size
        count = size - min(size, descriptor.position)
      // There is always room for something.
      default: count = 1
      }
    }
    try memory.store(repeatElement(0, count: Int(Self.eventSize)), at: address)
    try memory.store(subscription.userData, at: address)
    try memory.store(error, at: address + 8)
    try memory.store(subscription.type, at: address + 10)
    try memory.store(count, at: address + 16)
    try memory.store(UInt16(hasHungUp ? 1 : 0), at: address + 24)
  }
}
