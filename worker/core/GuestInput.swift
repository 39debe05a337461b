/// Brings bytes into a guest's memory, before its function is called with their address.

import WasmBinary
import WasmInterpreter
import WorkerProtocol

/// Uses the guest's own allocator if it exports one, else the arena behind `env.alloc`.
struct GuestInput {
  let linked: LinkedInstance
  let context: CallContext
  let function: String

  /// Copies bytes, with a NUL behind them that their length does not count, and returns their address.
  ///
  /// - Throws: a `Trap` of the guest's allocator, or a `Failure`.
  func copy(_ bytes: [UInt8]) throws -> UInt32 {
    let size = UInt64(bytes.count) + 1
    guard let size32 = UInt32(exactly: size) else { throw noRoom(size) }
    let address = try allocateInGuest(size32) ?? allocateInArena(size)
    guard let memory = linked.memory, memory.write(bytes + [0], at: UInt64(address)) else {
      throw Failure(
        .invalidResult,
        "the guest's allocator returned the address \(address) for \(size) bytes, which is out of bounds",
        function: function)
    }
    return address
  }

  /// Nil if the guest exports no allocator.
  private func allocateInGuest(_ size: UInt32) throws -> UInt32? {
    let instance = linked.instance
    let simple = FunctionType(parameters: [.i32], results: [.i32])
    let canonical = FunctionType(parameters: [.i32, .i32, .i32, .i32], results: [.i32])
    let candidates: [(String, FunctionType, [Value])] = [
      ("alloc", simple, [.i32(size)]), ("malloc", simple, [.i32(size)]),
      ("cabi_realloc", canonical, [.i32(0), .i32(0), .i32(1), .i32(size)]),
    ]
    for (name, type, arguments) in candidates {
      guard let index = instance.exportedFunction(name), instance.module.functionType(index) == type else { continue }
      guard case .i32(let address)? = try instance.invoke(index, arguments).first, address != 0 else {
        throw noRoom(UInt64(size))
      }
      return address
    }
    return nil
  }

  private func allocateInArena(_ size: UInt64) throws(Failure) -> UInt32 {
    guard let memory = linked.memory else {
      throw Failure(
        .invalidArguments, "\(function) cannot take a string or a document: the module has no memory",
        function: function)
    }
    guard let address = context.arena.allocate(size, grow: { memory.grow(pages: $0) }),
      let address32 = UInt32(exactly: address)
    else { throw noRoom(size) }
    return address32
  }

  private func noRoom(_ size: UInt64) -> Failure {
    Failure(
      .memoryLimitExceeded, "the guest's memory has no room for an input of \(size) bytes", function: function,
      limit: Failure.Limit(name: "memoryBytes", value: context.limits.memoryBytes))
  }
}
