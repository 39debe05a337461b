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
    // The end first: nothing is written then if not everything fits.
    guard let memory = linked.memory, memory.write([0], at: UInt64(address) + size - 1),
      memory.write(bytes, at: UInt64(address))
    else {
      throw Failure(
        .invalidResult,
        "the guest's allocator returned the address \(address) for \(size) bytes, which is out of bounds",
        function: function)
    }
    return address
  }

  /// Nil if the guest exports no allocator.
  private func allocateInGuest(_ size: UInt32) throws -> UInt32? {
    guard let allocator = linked.allocator else { return nil }
    let arguments: [Value] =
      switch allocator {
      case .simple: [.i32(size)]
      case .canonical: [.i32(0), .i32(0), .i32(1), .i32(size)]
      }
    guard case .i32(let address)? = try linked.instance.invoke(allocator.index, arguments).first, address != 0 else {
      throw noRoom(UInt64(size))
    }
    return address
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

/// The function by which a guest gives out its memory.
enum GuestAllocator {
  /// `alloc` or `malloc`: takes the size.
  case simple(UInt32)
  /// `cabi_realloc` of the component model: takes the old address, the old size, the alignment and the size.
  case canonical(UInt32)

  /// In the module's function index space.
  var index: UInt32 {
    switch self {
    case .simple(let index), .canonical(let index): index
    }
  }

  /// The one that a module exports, by name and type; nil if there is none.
  init?(_ instance: Instance) {
    let module = instance.module
    func exported(_ name: String, parameterCount: Int) -> UInt32? {
      let type = FunctionType(parameters: Array(repeating: .i32, count: parameterCount), results: [.i32])
      return instance.exportedFunction(name).flatMap { module.functionType($0) == type ? $0 : nil }
    }
    if let index = exported("alloc", parameterCount: 1) ?? exported("malloc", parameterCount: 1) {
      self = .simple(index)
    } else if let index = exported("cabi_realloc", parameterCount: 4) {
      self = .canonical(index)
    } else {
      return nil
    }
  }
}
