/// What of a guest's memory the worker may use without touching the guest's own data.

import WasmBinary

/// Where the guest's own data lies in its memory 0, as far as the module tells.
///
/// A compiled program owns all of its initial memory: static data, the stack, and a heap up to the end. A module
/// written by hand that has none of these owns its data segments, and the original runtime's fixed addresses stay
/// usable for it.
struct GuestLayout: Sendable, Equatable {
  /// Where the original runtime put the text of `json_stringify`.
  static let textAddress: UInt64 = 0x2000
  /// Where the original runtime's `alloc` began.
  static let arenaAddress: UInt64 = 0x3000

  /// Addresses of the initial memory that hold nothing of the guest's, for ``GuestArena``; empty if there are none.
  var freeAddresses: Range<UInt64>
  /// Whether `0x2000 ..< 0x3000` holds nothing of the guest's either.
  var isTextAddressFree: Bool

  /// - Parameter initialBytes: the size of memory 0 after instantiation (an imported memory may differ from its type).
  init(_ module: Module, initialBytes: UInt64) {
    guard !module.memories.isEmpty, !Self.managesOwnMemory(module), let dataEnd = Self.dataEnd(module) else {
      freeAddresses = initialBytes..<initialBytes
      isTextAddressFree = false
      return
    }
    let start = GuestArena.roundUp(max(dataEnd, Self.arenaAddress))
    freeAddresses = start < initialBytes ? start..<initialBytes : initialBytes..<initialBytes
    isTextAddressFree = dataEnd <= Self.textAddress && Self.arenaAddress <= initialBytes
  }

  /// Whether the module shows a stack pointer or a heap of its own.
  private static func managesOwnMemory(_ module: Module) -> Bool {
    let marks: Set<String> = ["__heap_base", "__data_end", "__stack_pointer", "malloc", "alloc", "cabi_realloc"]
    if module.exports.contains(where: { marks.contains($0.name) }) { return true }
    return module.globals.contains { global in
      guard global.type.isMutable, global.type.value == .i32 else { return false }
      // Imported or computed: it may be a pointer.
      guard let initializer = global.initializer, initializer.instructions.count == 1 else { return true }
      return initializer.instructions[0] != .i32Const(0)
    }
  }

  /// The end of the active data segments of memory 0; nil if an offset is not a constant.
  private static func dataEnd(_ module: Module) -> UInt64? {
    var end: UInt64 = 0
    for segment in module.data {
      guard case .active(let index, let offset) = segment.mode, index == 0 else { continue }
      guard offset.instructions.count == 1 else { return nil }
      switch offset.instructions[0] {
      case .i32Const(let address): end = max(end, UInt64(UInt32(bitPattern: address)) + UInt64(segment.range.count))
      case .i64Const(let address):
        guard let address = UInt64(exactly: address) else { return nil }
        let (sum, overflow) = address.addingReportingOverflow(UInt64(segment.range.count))
        guard !overflow else { return nil }
        end = max(end, sum)
      default: return nil
      }
    }
    return end
  }
}
