/// Tables and globals.
public import WasmBinary

internal import CWasmInterpreter

/// How many elements all tables of a store may hold together.
final class TableBudget {
  var limit: UInt64
  private var used: UInt64 = 0

  init(limit: UInt64) { self.limit = limit }

  func take(_ more: UInt64) -> Bool {
    guard more <= limit, used <= limit - more else { return false }
    used += more
    return true
  }

  func give(_ elements: UInt64) { used -= min(elements, used) }
}

/// A table (Core 3.0, section 4.2.7).
public final class TableInstance {
  /// Its declared types, if it has some, are known by their numbers in the store.
  public let type: TableType
  let table: UnsafeMutablePointer<hw_table>
  private var region = hw_region(base: nil, size: 0)
  private let budget: TableBudget
  private let types: StoreTypes

  init(type: TableType, budget: TableBudget, types: StoreTypes) throws(LinkError) {
    self.type = type
    self.types = types
    self.budget = budget
    table = .allocate(capacity: 1)
    table.initialize(to: hw_table(elements: nil, count: 0))
    guard resize(to: type.limits.minimum) else {
      throw .resourceLimit(
        "the module needs a table of \(type.limits.minimum) elements; the limit for all tables together is \(budget.limit)"
      )
    }
  }

  deinit {
    budget.give(table.pointee.count)
    _ = hw_region_resize(&region, 0)
    table.deallocate()
  }

  /// Number of elements.
  public var count: UInt64 { table.pointee.count }

  /// The element at `index`; nil outside the table.
  public func get(_ index: UInt64) -> Reference? {
    guard index < count, let heap = type.element.heapType else { return nil }
    return Reference(slot: table.pointee.elements[Int(index)], heap: heap, types: types)
  }

  /// Replaces an element; false outside the table or for a value of another type.
  public func set(_ index: UInt64, _ value: Reference) -> Bool {
    guard index < count, types.accepts(.reference(value), type.element) else { return false }
    table.pointee.elements[Int(index)] = value.slot
    return true
  }

  /// Adds `delta` elements and returns the size before; nil if a limit refuses.
  public func grow(_ delta: UInt64, _ value: Reference) -> UInt64? { grow(delta, slot: value.slot) }

  func grow(_ delta: UInt64, slot: UInt64) -> UInt64? {
    let before = count
    let (wanted, overflow) = before.addingReportingOverflow(delta)
    guard !overflow, wanted <= min(type.limits.maximum ?? 0xFFFF_FFFF, 0xFFFF_FFFF), resize(to: wanted) else {
      return nil
    }
    fill(before..<wanted, slot)
    return before
  }

  /// Back to the initial size, every element `slot`.
  func reset(slot: UInt64) {
    _ = resize(to: type.limits.minimum)
    fill(0..<count, slot)
  }

  func fill(_ range: Range<UInt64>, _ slot: UInt64) {
    guard !range.isEmpty else { return }
    (table.pointee.elements + Int(range.lowerBound)).update(repeating: slot, count: range.count)
  }

  private func resize(to elements: UInt64) -> Bool {
    let before = count
    if elements > before {
      guard budget.take(elements - before) else { return false }
      guard hw_region_resize(&region, elements * 8) == 0 else {
        budget.give(elements - before)
        return false
      }
    } else {
      guard hw_region_resize(&region, elements * 8) == 0 else { return false }
      budget.give(before - elements)
    }
    table.pointee.count = elements
    table.pointee.elements = region.base.map { UnsafeMutableRawPointer($0).assumingMemoryBound(to: UInt64.self) }
    return true
  }
}

/// A global (Core 3.0, section 4.2.10).
public final class GlobalInstance {
  /// A declared type is known by its number in the store.
  public let type: GlobalType
  /// Two slots, of which only a vector uses the second.
  let cell: UnsafeMutablePointer<UInt64>
  private let types: StoreTypes

  init(type: GlobalType, value: Value? = nil, types: StoreTypes) {
    self.type = type
    self.types = types
    cell = .allocate(capacity: 2)
    cell.initialize(repeating: 0, count: 2)
    value?.store(to: cell)
  }

  deinit { cell.deallocate() }

  /// The current value.
  public var value: Value { Value(at: cell, type: type.value, types: types) }

  /// Sets a mutable global; false if it is immutable or the value has another type.
  public func set(_ value: Value) -> Bool {
    guard type.isMutable, types.accepts(value, type.value) else { return false }
    value.store(to: cell)
    return true
  }
}
