/// The heap of a store (Core 3.0, section 4.2.10 and following): structs, arrays and exceptions that a reference exists to.
///
/// Cells, marking and sweeping are in heap.c; here is when a collection happens, what it starts from, and what all of it may
/// take. Roots are precise: of a frame, the slots that the translator says hold references where the frame stands.
internal import CWasmInterpreter
internal import WasmBinary

final class ObjectHeap {
  let raw: UnsafeMutablePointer<hw_heap>
  /// Thrown, and not caught yet.
  var flying: FlyingException?
  /// What a constant expression has made and nothing else holds yet.
  var constants: [UInt64] = []
  /// Globals, tables and tags that the host made, which no instance may know.
  var hostGlobals: [GlobalInstance] = []
  var hostTables: [TableInstance] = []
  var hostTags: [TagInstance] = []
  /// Before the heap grows beyond this it is collected.
  fileprivate var threshold = smallestThreshold
  private(set) var collections = 0

  private static let smallestThreshold: UInt64 = 1 << 20
  private static let smallestGrowth: UInt64 = 256 << 10

  init() {
    raw = .allocate(capacity: 1)
    raw.initialize(to: hw_heap())
  }

  deinit {
    hw_heap_destroy(raw)
    raw.deallocate()
  }

  var isEmpty: Bool { raw.pointee.bytes == 0 }

  /// After a collection that began with so many bytes of roots: the next one comes when the work is worth it.
  fileprivate func hasCollected(rootBytes: UInt64) {
    collections += 1
    let live = raw.pointee.live_bytes + rootBytes
    threshold = max(Self.smallestThreshold, 2 * live, raw.pointee.bytes + max(Self.smallestGrowth, live / 2))
  }
}

/// A frame's place: a function among those that the module defines, and an offset in its code.
struct FramePlace: Hashable {
  var index: Int
  var offset: Int
}

/// The slots with references of frames, by where these stand, as far as collections have asked.
struct StackMaps {
  private var slots: [FramePlace: [UInt32]] = [:]
  private var entries = 0
  /// Beyond so many the maps are made anew: the memory for them does not grow with what a guest does.
  private static let mostEntries = 1 << 18

  mutating func slots(at place: FramePlace, make: () -> [UInt32]) -> [UInt32] {
    if let known = slots[place] { return known }
    let made = make()
    if entries > Self.mostEntries { self = StackMaps() }
    entries += made.count + 8
    slots[place] = made
    return made
  }
}

/// A run of the C loop that waits for another one inside it.
struct SuspendedRun {
  var context: UnsafeMutablePointer<hw_context>
  var pc: UnsafePointer<UInt8>?
  var fp: UnsafeMutablePointer<UInt64>?
}

extension StoreState {
  /// C's pointers to what grows with the types of the store.
  func publishTypes() {
    raw.pointee.types = UnsafePointer(types.raw)
    heap.raw.pointee.layouts = UnsafePointer(types.layouts)
  }

  /// `hw_store.make_room`.
  func makeRoom(_ bytes: UInt64) -> Int32 {
    let cost = hw_heap_cost(bytes)
    var isCollected = false
    if heap.raw.pointee.is_checked || heap.raw.pointee.bytes + cost > heap.threshold {
      collect()
      if hw_heap_has_room(heap.raw, bytes) { return 0 }
      isCollected = true
    }
    if !memoryBudget.take(cost) {
      if !isCollected {
        collect()
        if hw_heap_has_room(heap.raw, bytes) { return 0 }
      }
      guard memoryBudget.take(cost) else {
        memoryBudget.refused = cost
        return outOfMemory(bytes)
      }
    }
    guard hw_heap_add_room(heap.raw, bytes) else {
      memoryBudget.give(cost)
      return outOfMemory(bytes)
    }
    return 0
  }

  private func outOfMemory(_ bytes: UInt64) -> Int32 {
    pendingTrap = Trap(
      kind: .outOfMemory, message: "an object of \(bytes) bytes does not fit into the memory limit with what is in use")
    return Int32(HW_TRAP_HOST)
  }

  /// A new object whose payload is not set.
  func allocate(_ type: UInt32, length: UInt32 = 0, bytes: UInt64) throws(Trap) -> UnsafeMutablePointer<hw_object> {
    let address = hw_allocate_object(raw, bytes)
    guard address >= UInt(HW_LEAST_ADDRESS), let object = UnsafeMutablePointer<hw_object>(bitPattern: address) else {
      defer { pendingTrap = nil }
      throw pendingTrap ?? Trap(code: Int32(truncatingIfNeeded: address))
    }
    object.initialize(to: hw_object(type: type, length: length))
    return object
  }

  /// A new array whose elements are not set.
  func allocateArray(_ type: UInt32, length: UInt32) throws(Trap) -> UnsafeMutablePointer<hw_object> {
    let bytes = UInt64(length) << UInt64(types.layouts[Int(type)].element_shift)
    return try allocate(type, length: length, bytes: UInt64(HW_OBJECT_HEADER) + bytes)
  }

  /// The same, its elements paid for.
  func chargeArray(_ type: UInt32, length: UInt32) throws(Trap) -> UnsafeMutablePointer<hw_object> {
    guard charge(UInt64(length)) else { throw Trap(code: Int32(HW_TRAP_FUEL_EXHAUSTED)) }
    return try allocateArray(type, length: length)
  }

  // MARK: collection

  /// Frees the objects that nothing refers to.
  func collect() {
    guard !heap.isEmpty else { return }
    var rootCount = 0
    let heapRaw = heap.raw
    func mark(_ start: UnsafePointer<UInt64>, _ count: Int) {
      rootCount += count
      hw_heap_mark(heapRaw, start, UInt64(count))
    }
    func mark(_ global: GlobalInstance) { if global.type.value.isTraced { mark(global.cell, 1) } }
    func mark(_ table: TableInstance) {
      if table.type.element.isTraced, let elements = table.table.pointee.elements { mark(elements, Int(table.count)) }
    }
    func mark(_ slots: [UInt64]) {
      slots.withUnsafeBufferPointer { if let start = $0.baseAddress { mark(start, $0.count) } }
    }

    hw_heap_begin_marking(heapRaw)
    if nesting > 0, let context = activeContext {
      markFrames(SuspendedRun(context: context, pc: raw.pointee.trap_pc, fp: raw.pointee.trap_fp), mark)
      for run in suspended { markFrames(run, mark) }
    }
    for instance in instances {
      instance.globals.forEach(mark)
      instance.tables.forEach(mark)
      instance.elementValues.forEach(mark)
    }
    heap.hostGlobals.forEach(mark)
    heap.hostTables.forEach(mark)
    mark(types.held.slots)
    mark(heap.constants)
    if let flying = heap.flying { mark(flying.references(types)) }
    memoryBudget.give(hw_heap_sweep(heapRaw))
    heap.hasCollected(rootBytes: UInt64(rootCount) * 8)
  }

  private func markFrames(_ run: SuspendedRun, _ mark: (UnsafePointer<UInt64>, Int) -> Void) {
    let instance = InstanceState.of(run.context)
    instance.unwinding.prepare(instance)
    instance.visitFrames({ instance.unwinding.block(at: $0) }, pc: run.pc, fp: run.fp) { block, address, frame in
      let place = FramePlace(index: block.index, offset: Int(address - block.start))
      let slots = instance.stackMaps.slots(at: place) {
        translator.liveReferences(
          at: place.offset, in: UInt32(instance.module.importedFunctionCount + place.index), of: instance)
      }
      for slot in slots { mark(frame + Int(slot), 1) }
      return true
    }
  }
}

extension ValueType {
  /// Whether a value may refer to an object of the heap.
  var isTraced: Bool {
    guard let heap = heapType else { return false }
    return heap != .function && heap != .noFunction
  }
}

/// `hw_store.make_room`.
func makeHeapRoom(_ store: UnsafeMutablePointer<hw_store>?, _ bytes: UInt64) -> Int32 {
  guard let owner = store?.pointee.owner else { return Int32(HW_TRAP_HOST) }
  return Unmanaged<StoreState>.fromOpaque(owner).takeUnretainedValue().makeRoom(bytes)
}
