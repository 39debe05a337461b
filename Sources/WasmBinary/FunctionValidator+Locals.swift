/// Locals without a default value (references that may not be null): they must be set before they are read (Core 3.0,
/// section 3.4.1 and appendix A.3).

/// Which of them have a value; empty in a function that has none of them.
struct LocalInitialization {
  /// Locals that got a value, in the order in which they did: what the end of a block undoes.
  var order: [UInt32] = []
  /// By local: the function in which it has a value. Never cleared, as a module may have many small functions.
  var owners: [UInt32] = []
  /// The number of the function, counted from 1 among those that have such locals.
  var function: UInt32 = 0
  var count: Int32 = 0

  func contains(_ local: Int) -> Bool { local < owners.count && owners[local] == function }

  mutating func insert(_ local: Int) {
    if local >= owners.count { owners.append(contentsOf: repeatElement(0, count: local + 1 - owners.count)) }
    owners[local] = function
    order.append(UInt32(local))
    count += 1
  }
}

extension FunctionValidator {
  /// The function has a local without a default: all its locals take the slow path.
  @inline(never)
  mutating func beginInitialization() {
    guard flatLookupCount != 0 else { return }
    flatLookupCount = 0
    initialization.order.removeAll(keepingCapacity: true)
    initialization.count = 0
    initialization.function += 1
  }

  /// The type of a local that the flat table does not answer for.
  @inline(never)
  mutating func rareLocal(_ index: Int, isSet: Bool) throws(ModuleError) -> UInt32 {
    let type = index < FunctionValidator.flatLocalCapacity ? flatLocals[index] : distantLocal(index)
    guard flatLookupCount == 0, index >= Int(parameterList.count), !ValueType(raw: type).isDefaultable,
      !initialization.contains(index)
    else { return type }
    guard isSet else { throw invalid("uninitialized local \(index): its type \(ValueType(raw: type)) has no default") }
    initialization.insert(index)
    return type
  }

  /// At the end of a block: what it set may not have been set on another way.
  @inline(never)
  mutating func forgetInitialized(to count: Int32) {
    while initialization.count > count, let local = initialization.order.popLast() {
      initialization.owners[Int(local)] = 0
      initialization.count -= 1
    }
  }
}
