// Short calls, whose callers wait for the answer on their own thread.

import Synchronization
import Testing

@testable import HanzoWasm

@Suite("Answers in place")
struct InPlaceTests {
  @Test("a call is awaited in place if the last one was short, and the more waits were in vain, the fewer there are")
  func brevity() {
    let brevity = CallBrevity()
    #expect(!brevity.isPromising())
    brevity.took(CallBrevity.shortNanoseconds)
    #expect((0..<100).allSatisfy { _ in brevity.isPromising() })
    func pause() -> Int {
      brevity.wasInVain()
      var count = 0
      while !brevity.isPromising() { count += 1 }
      return count
    }
    #expect((0..<7).map { _ in pause() } == [2, 4, 8, 16, 32, 64, 64])
    brevity.wasInTime()
    #expect(pause() == 2)
    brevity.took(CallBrevity.shortNanoseconds + 1)
    #expect(!brevity.isPromising())
  }

  @Test("after two milliseconds of calls their task gives way to others")
  func turns() {
    let brevity = CallBrevity()
    let turns = (0..<12).map { _ in
      brevity.held(400_000)
      return brevity.isOthersTurn()
    }
    #expect(turns.indices.filter { turns[$0] } == [4, 9])
  }

  @Test("answers of all kinds reach their callers, wherever they are read")
  func kinds() async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      for number in 0..<200 {
        #expect(try await runtime.execute("m", "echo", JSONValue(number)) == JSONValue(number))
        // A failure, messages before the answer, and an answer that the caller does not wait for.
        if number % 40 == 10 { #expect(await wasmError { try await runtime.execute("m", "trap") }?.code == .trap) }
        if number % 40 == 20 {
          let outcome = try await runtime.invoke(Invocation(module: "m", function: "logs"))
          #expect(outcome.logs.map(\.message) == ["live"])
        }
        if number % 40 == 30 { #expect(try await runtime.execute("m", "milliseconds_100") == 1) }
      }
      #expect(runtime.statistics.workersStarted == 1)
    }
  }

  private final class Flag: Sendable {
    private let value = Atomic(false)
    var isSet: Bool { value.load(ordering: .acquiring) }
    func set() { value.store(true, ordering: .releasing) }
  }

  @Test("tasks that call in a loop leave their threads to others now and then", .timeLimit(.minutes(1)))
  func turnsOfOthers() async throws {
    try await FakeWorkers.withModule("normal", { $0.pool.maxWorkers = 8 }) { (runtime) async throws in
      let isDone = Flag()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<8 {
          group.addTask {
            while !isDone.isSet { _ = try await runtime.execute("m", "echo", 1) }
          }
        }
        group.addTask {
          for _ in 0..<10 { await Task.yield() }
          isDone.set()
        }
        try await group.waitForAll()
      }
    }
  }
}
