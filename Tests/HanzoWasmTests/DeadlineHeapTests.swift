import Testing

@testable import HanzoWasm

@Suite("Deadline heap")
struct DeadlineHeapTests {
  @Test("deadlines come out in their order, whatever order they went in")
  func order() {
    var heap = DeadlineHeap<Int>()
    for key in [5, 3, 9, 1, 7, 2, 8, 6, 4, 0] { heap.set(key, at: Int64(key) * 10) }
    #expect(heap.earliest == 0)
    var popped: [Int] = []
    while let key = heap.popExpired(at: 55) { popped.append(key) }
    #expect(popped == [0, 1, 2, 3, 4, 5])
    #expect(heap.earliest == 60)
  }

  @Test("a deadline that is set again moves, in both directions")
  func reset() {
    var heap = DeadlineHeap<String>()
    heap.set("a", at: 10)
    heap.set("b", at: 20)
    heap.set("a", at: 30)
    #expect(heap.earliest == 20)
    heap.set("a", at: 5)
    #expect(heap.earliest == 5)
    #expect(heap.count == 2)
  }

  @Test("removed deadlines never expire")
  func remove() {
    var heap = DeadlineHeap<Int>()
    for key in 0..<100 { heap.set(key, at: Int64((key * 37) % 100)) }
    for key in stride(from: 0, to: 100, by: 2) { heap.remove(key) }
    heap.remove(1_000)
    var popped: Set<Int> = []
    var last: Int64 = -1
    while let time = heap.earliest, let key = heap.popExpired(at: .max) {
      #expect(time >= last)
      last = time
      popped.insert(key)
    }
    #expect(popped == Set(stride(from: 1, to: 100, by: 2)))
    #expect(heap.count == 0)
  }

  @Test("nothing expires before its time")
  func notYet() {
    var heap = DeadlineHeap<Int>()
    #expect(heap.popExpired(at: .max) == nil)
    heap.set(1, at: 100)
    #expect(heap.popExpired(at: 99) == nil)
    #expect(heap.popExpired(at: 100) == 1)
  }
}
