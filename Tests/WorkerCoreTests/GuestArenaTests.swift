/// The arena behind `env.alloc` under random use.

import Testing
import WasmBinary

@testable import WorkerCore

@Suite("Guest arena")
struct GuestArenaTests {
  /// A fixed sequence of numbers, so that a failure can be repeated.
  private struct Sequence: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 29)
    }
  }

  @Test("blocks in use never overlap each other, the guest's data or what the guest grew itself", arguments: 1...8)
  func overlaps(seed: UInt64) throws {
    var module = Module(bytes: [])
    module.memories = [MemoryType(limits: Limits(minimum: 1))]
    module.data = [
      DataSegment(mode: .active(index: 0, offset: ConstantExpression([.i32Const(20_000)])), range: 0..<100)
    ]
    var arena = GuestArena(GuestLayout(module, initialBytes: 65_536))
    var random = Sequence(state: seed)
    var pages: UInt64 = 1
    var owned: [Range<UInt64>] = [0..<20_100]
    var blocks: [UInt64: Range<UInt64>] = [:]
    for _ in 0..<2_000 {
      switch Int.random(in: 0..<10, using: &random) {
      case 0:
        // The guest grows its memory for itself.
        owned.append(pages * 65_536..<(pages + 1) * 65_536)
        pages += 1
      case 1...3:
        guard let address = blocks.keys.sorted().randomElement(using: &random) else { continue }
        blocks[address] = nil
        arena.release(address)
      default:
        let size = UInt64.random(in: 0...(UInt64(1) << UInt64.random(in: 0...18, using: &random)), using: &random)
        let address = arena.allocate(size) { more in
          guard pages + more <= 2_048 else { return nil }
          pages += more
          return pages - more
        }
        guard let address else { continue }
        let block = address..<(address + max(size, 1))
        #expect(address % GuestArena.alignment == 0)
        #expect(block.upperBound <= pages * 65_536)
        #expect(!owned.contains { $0.overlaps(block) })
        #expect(!blocks.values.contains { $0.overlaps(block) })
        blocks[address] = block
      }
    }
    #expect(!blocks.isEmpty)
  }

  @Test("the number of blocks is bounded, and freed ones do not count again")
  func bounded() {
    let module = Module(bytes: [])
    var arena = GuestArena(GuestLayout(module, initialBytes: 0))
    var pages: UInt64 = 0
    var count = 0
    while arena.allocate(
      16,
      grow: {
        pages += $0; return pages - $0
      }) != nil
    { count += 1 }
    #expect(count == GuestArena.maximumBlocks)
    arena.release(16)
    #expect(arena.allocate(10, grow: { _ in nil }) == 16)
    #expect(arena.allocate(10, grow: { _ in nil }) == nil)
  }
}
