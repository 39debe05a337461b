/// Arguments, environment, the end of the program, randomness, and what has no meaning here: signals and sockets.

extension SystemInterface {
  static let processFunctions: [Definition] = [
    Definition("args_get", "ii") { (call, system) throws(ErrorNumber) in try write(system.arguments, call) },
    Definition("args_sizes_get", "ii") { (call, system) throws(ErrorNumber) in
      try writeSizes(system.arguments, call)
    },
    Definition("environ_get", "ii") { (call, system) throws(ErrorNumber) in try write(system.environment, call) },
    Definition("environ_sizes_get", "ii") { (call, system) throws(ErrorNumber) in
      try writeSizes(system.environment, call)
    },
    Definition("proc_exit", "i", results: []) { (call, system) throws(ErrorNumber) in
      system.exitCode = call.u32(0)
      system.pendingTrap = .exit(call.u32(0))
      throw .canceled
    },
    // No other process, and no handler that could be called.
    Definition("proc_raise", "i") { (_, _) throws(ErrorNumber) in throw .notsup },
    Definition("sched_yield", "") { (_, _) throws(ErrorNumber) in },
    Definition("random_get", "ii") { (call, system) throws(ErrorNumber) in
      try system.random.fill(try call.memory.buffer(call.u32(0), UInt64(call.u32(1))))
    },
    // No descriptor is a socket.
    Definition("sock_accept", "iii", refuseSocket),
    Definition("sock_recv", "iiiiii", refuseSocket),
    Definition("sock_send", "iiiii", refuseSocket),
    Definition("sock_shutdown", "ii", refuseSocket),
  ]

  @Sendable
  private static func refuseSocket(_ call: GuestCall, _ system: SystemInterface) throws(ErrorNumber) {
    _ = try system.descriptors[call.u32(0)]
    throw .notsock
  }

  /// Pointers at the first argument, the strings at the second.
  private static func write(_ list: StringList, _ call: GuestCall) throws(ErrorNumber) {
    let strings = call.u32(1)
    let pointers = try call.memory.buffer(call.u32(0), UInt64(list.offsets.count) * 4)
    try call.memory.store(list.bytes, at: strings)
    for (index, offset) in list.offsets.enumerated() {
      let pointer = strings &+ UInt32(truncatingIfNeeded: offset)
      pointers.storeBytes(of: pointer.littleEndian, toByteOffset: index * 4, as: UInt32.self)
    }
  }

  private static func writeSizes(_ list: StringList, _ call: GuestCall) throws(ErrorNumber) {
    _ = try call.memory.buffer(call.u32(1), 4)
    try call.memory.store(UInt32(truncatingIfNeeded: list.offsets.count), at: call.u32(0))
    try call.memory.store(UInt32(truncatingIfNeeded: list.bytes.count), at: call.u32(1))
  }
}
