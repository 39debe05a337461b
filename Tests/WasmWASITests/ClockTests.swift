/// Clocks and waiting.

import Testing
import WasmWASI

@Suite("clocks")
struct ClockTests {
  private func virtual(_ realtime: UInt64 = 1_000_000, step: UInt64 = 10) throws -> Guest {
    var configuration = SystemInterfaceConfiguration()
    configuration.clock = .virtual(realtimeNanoseconds: realtime, stepNanoseconds: step)
    return try Guest(configuration)
  }

  private func time(_ guest: Guest, _ clock: UInt64) throws -> UInt64 {
    #expect(try guest.call("clock_time_get", clock, 0, 0x1000) == .success)
    return guest.load(0x1000)
  }

  struct Event: Equatable {
    var userData: UInt64
    var error: UInt16
    var type: UInt8
    var count: UInt64 = 0
    var flags: UInt16 = 0
  }

  enum Subscription {
    case clock(UInt32, UInt64, isAbsolute: Bool)
    case read(UInt32)
    case write(UInt32)
  }

  /// Subscriptions get user data 100, 101, ...
  private func poll(_ guest: Guest, _ subscriptions: Subscription...) throws -> (error: Errno?, events: [Event]) {
    for (index, subscription) in subscriptions.enumerated() {
      let base = 0x1000 + UInt32(index) * 48
      guest.put([UInt8](repeating: 0, count: 48), at: base)
      guest.put(UInt64(100 + index), at: base)
      switch subscription {
      case .clock(let clock, let timeout, let isAbsolute):
        guest.put(clock, at: base + 16)
        guest.put(timeout, at: base + 24)
        guest.put(UInt16(isAbsolute ? 1 : 0), at: base + 40)
      case .read(let descriptor):
        guest.put(UInt8(1), at: base + 8)
        guest.put(descriptor, at: base + 16)
      case .write(let descriptor):
        guest.put(UInt8(2), at: base + 8)
        guest.put(descriptor, at: base + 16)
      }
    }
    let error = try guest.call("poll_oneoff", 0x1000, 0x4000, UInt64(subscriptions.count), 0x80)
    guard error == .success else { return (error, []) }
    let count: UInt32 = guest.load(0x80)
    let events = (0..<count).map { index in
      let base = 0x4000 + index * 32
      return Event(
        userData: guest.load(base), error: guest.load(base + 8), type: guest.load(base + 10),
        count: guest.load(base + 16), flags: guest.load(base + 24))
    }
    return (error, events)
  }

  @Test("a virtual clock moves by its step at each reading, and by nothing else")
  func virtualClock() throws {
    let guest = try virtual()
    #expect(try time(guest, 1) == 0)
    #expect(try time(guest, 0) == 1_000_010)
    #expect(try time(guest, 1) == 20)
    #expect(try time(guest, 2) == 30)
    #expect(try time(guest, 3) == 40)
    #expect(try guest.call("clock_res_get", 1, 0x1000) == .success)
    #expect(guest.load(0x1000, as: UInt64.self) == 10)
    #expect(try time(guest, 1) == 50)
    #expect(try guest.call("clock_time_get", 4, 0, 0x1000) == .inval)
    #expect(try guest.call("clock_time_get", 1, 0, 65_530) == .fault)
    #expect(try time(guest, 1) == 60)
  }

  @Test("virtual sleep takes no time and moves all clocks by it")
  func virtualSleep() throws {
    let guest = try virtual()
    let start = ContinuousClock.now
    let hour: UInt64 = 3_600_000_000_000
    let answer = try poll(guest, .clock(1, hour, isAbsolute: false), .clock(1, 2 * hour, isAbsolute: false))
    #expect(answer.events == [Event(userData: 100, error: 0, type: 0)])
    #expect(try time(guest, 1) == hour)
    #expect(try time(guest, 0) == 1_000_000 + hour + 10)
    // An absolute deadline in the past has passed; one ahead is slept to.
    #expect(try poll(guest, .clock(1, 5, isAbsolute: true)).events.count == 1)
    #expect(try poll(guest, .clock(1, 3 * hour, isAbsolute: true)).events.count == 1)
    #expect(try time(guest, 1) == 3 * hour)
    #expect(try poll(guest, .clock(0, 1_000_000 + 4 * hour, isAbsolute: true)).events.count == 1)
    #expect(try time(guest, 0) == 1_000_000 + 4 * hour)
    #expect(ContinuousClock.now - start < .seconds(60))
  }

  @Test("files in memory are stamped with virtual time")
  func virtualTimestamps() throws {
    var configuration = SystemInterfaceConfiguration()
    configuration.clock = .virtual(realtimeNanoseconds: 5_000, stepNanoseconds: 1)
    let files = try MemoryFileSystem(files: [("old", [])], isWritable: true, maxBytes: 100)
    configuration.mounts = [.init(guestPath: "/", fileSystem: .memory(files))]
    let guest = try Guest(configuration)
    #expect(try guest.makeFile("new", "x") == .success)
    #expect(try guest.status("new").value.times == [5_000, 5_000, 5_000])
    #expect(try guest.status("old").value.times == [0, 0, 0])
    #expect(try guest.setTimes("old", access: 7, modification: 8, flags: 5) == .success)
    #expect(try guest.status("old").value.times == [7, 8, 5_000])
    #expect(try guest.setTimes("old", access: 7, modification: 8, flags: 3) == .inval)
    #expect(try guest.setTimes("old", flags: 16) == .inval)
    #expect(try guest.setTimes("old", flags: 2) == .success)
    #expect(try guest.status("old").value.times == [5_000, 8, 5_000])
  }

  @Test("the system's clocks are read and do not go back")
  func systemClocks() throws {
    let guest = try Guest()
    for clock: UInt64 in 0...3 {
      #expect(try guest.call("clock_res_get", clock, 0x1000) == .success)
      #expect(guest.load(0x1000, as: UInt64.self) > 0)
      let first = try time(guest, clock)
      #expect(try time(guest, clock) >= first)
    }
    #expect(try time(guest, 0) > 1_600_000_000_000_000_000)
  }

  @Test("a sleep on the system's clock lasts as long as it was asked for")
  func systemSleep() throws {
    let guest = try Guest()
    let start = try time(guest, 1)
    let answer = try poll(guest, .clock(1, 20_000_000, isAbsolute: false))
    #expect(answer.events == [Event(userData: 100, error: 0, type: 0)])
    #expect(try time(guest, 1) - start >= 20_000_000)
    let realtime = try time(guest, 0)
    #expect(try poll(guest, .clock(0, realtime + 1_000_000, isAbsolute: true)).events.count == 1)
    #expect(try time(guest, 0) >= realtime + 1_000_000)
    #expect(try poll(guest, .clock(0, 1, isAbsolute: true)).events.count == 1)
  }

  @Test("descriptors are ready at once, and no clock is waited for beside them")
  func descriptors() throws {
    var configuration = SystemInterfaceConfiguration()
    configuration.standardInput = Array("abc".utf8)
    let files = try MemoryFileSystem(files: [("file", Array("12345".utf8))], isWritable: true, maxBytes: 100)
    configuration.mounts = [.init(guestPath: "/", fileSystem: .memory(files))]
    let guest = try Guest(configuration)
    let file = try guest.open("file", rights: Guest.read | Guest.write).descriptor
    _ = try guest.read(file, count: 2)
    let never = UInt64.max
    let answer = try poll(
      guest, .clock(1, never, isAbsolute: false), .read(0), .write(1), .read(file), .write(file),
      .clock(1, 0, isAbsolute: false))
    #expect(
      answer.events == [
        Event(userData: 101, error: 0, type: 1, count: 3), Event(userData: 102, error: 0, type: 2, count: 1),
        Event(userData: 103, error: 0, type: 1, count: 3), Event(userData: 104, error: 0, type: 2, count: 1),
        Event(userData: 105, error: 0, type: 0),
      ])
    _ = try guest.read(0)
    #expect(
      try poll(guest, .read(0)).events == [Event(userData: 100, error: 0, type: 1, count: 0, flags: 1)])
  }

  @Test("what cannot be waited for is an event with an error")
  func failedSubscriptions() throws {
    let guest = try Guest()
    let badf = UInt16(Errno.badf.rawValue)
    let answer = try poll(
      guest, .read(99), .write(0), .read(1), .clock(2, 5, isAbsolute: false), .clock(99, 5, isAbsolute: false))
    #expect(answer.events.map(\.error) == [badf, badf, badf, 28, 28])
    #expect(answer.events.map(\.type) == [1, 2, 1, 0, 0])
  }

  @Test("a poll of nothing, or with a pointer out of bounds, is refused")
  func malformedPolls() throws {
    let guest = try Guest()
    #expect(try guest.call("poll_oneoff", 0x1000, 0x4000, 0, 0x80) == .inval)
    #expect(try guest.call("poll_oneoff", 0x1000, 0x4000, 0xFFFF_FFFF, 0x80) == .inval)
    #expect(try guest.call("poll_oneoff", 0x1000, 0x4000, 2000, 0x80) == .fault)
    #expect(try guest.call("poll_oneoff", 0x1000, 65_520, 1, 0x80) == .fault)
    #expect(try guest.call("poll_oneoff", 0x1000, 0x4000, 1, 65_534) == .fault)
    guest.put(UInt8(3), at: 0x1008)
    #expect(try guest.call("poll_oneoff", 0x1000, 0x4000, 1, 0x80) == .inval)
  }
}
