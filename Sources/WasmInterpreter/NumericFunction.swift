/// Calls of functions that take and return numbers: what most short calls are, and what they need no arrays for.
import WasmBinary

internal import CWasmInterpreter

/// A function of an instance that takes numbers and returns at most one, looked up once for many calls. Valid as long as the
/// instance.
public struct NumericFunction {
  fileprivate let pointer: UnsafeMutablePointer<hw_function>
  fileprivate let parameterCount: Int
}

/// What such a function is called with: a slot for each parameter.
public struct NumericArguments {
  public static let capacity = 8

  public private(set) var count = 0
  private var slots = InlineArray<8, UInt64>(repeating: 0)

  public init() {}

  /// Adds an argument, of which there are less than `capacity`. The upper half of a 32-bit one has no meaning.
  public mutating func append(slot: UInt64) {
    slots[count] = slot
    count += 1
  }

  fileprivate func copy(to place: UnsafeMutablePointer<UInt64>) {
    for index in 0..<count { place[index] = slots[index] }
  }
}

extension Instance {
  /// Nil if the function takes or returns anything else, takes more than ``NumericArguments/capacity`` numbers, or is not the
  /// instance's own.
  public func numericFunction(_ functionIndex: UInt32) -> NumericFunction? {
    guard functionIndex >= module.importedFunctionCount, functionIndex < state.functions.count else { return nil }
    let type = module.functionType(functionIndex)
    guard type.parameters.count <= NumericArguments.capacity, type.results.count <= 1,
      type.parameters.allSatisfy(\.isNumber), type.results.allSatisfy(\.isNumber)
    else { return nil }
    return NumericFunction(pointer: state.functions[Int(functionIndex)], parameterCount: type.parameters.count)
  }

  /// Calls a function of the instance with arguments of its types.
  ///
  /// - Returns: the slot of the result, which has no meaning if there is none; of a 32-bit one the upper half has none.
  /// - Throws: `Trap`; `.host(code: "invalidArguments")` if there are more or fewer arguments than parameters.
  public func call(_ function: NumericFunction, _ arguments: borrowing NumericArguments) throws(Trap) -> UInt64 {
    guard arguments.count == function.parameterCount else { throw .argumentMismatch }
    return try state.store.call(function.pointer, in: state.context, arguments)
  }
}

extension StoreState {
  fileprivate func call(
    _ function: UnsafeMutablePointer<hw_function>, in context: UnsafeMutablePointer<hw_context>,
    _ arguments: borrowing NumericArguments
  ) throws(Trap) -> UInt64 {
    guard let slots = raw.pointee.top, stackLimit - slots > NumericArguments.capacity + 2 else {
      throw Trap(code: Int32(HW_TRAP_STACK_EXHAUSTED))
    }
    arguments.copy(to: slots)
    defer { raw.pointee.top = slots }
    if let trap = run(context, function, slots) { throw trap }
    return slots[0]
  }
}
