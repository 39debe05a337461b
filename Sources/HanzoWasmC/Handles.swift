// Handles of C: numbers in disguise, so that one that has ended is an error and no wild pointer.

import Synchronization

final class HandleTable<Object: AnyObject & Sendable>: Sendable {
  private struct State {
    var objects: [UInt: Object] = [:]
    var next: UInt = 1
  }
  private let state = Mutex(State())

  /// Never the same handle twice, and none that could be an address: it is odd.
  func add(_ object: Object) -> UInt {
    state.withLock { state in
      let handle = state.next << 1 | 1
      state.next += 1
      state.objects[handle] = object
      return handle
    }
  }

  subscript(handle: OpaquePointer?) -> Object? {
    state.withLock { state in handle.flatMap { state.objects[UInt(bitPattern: $0)] } }
  }

  /// Ends a handle. Whoever gets the object is the only one.
  func remove(_ handle: OpaquePointer?) -> Object? {
    state.withLock { state in handle.flatMap { state.objects.removeValue(forKey: UInt(bitPattern: $0)) } }
  }
}

/// The handles of one kind are those of all runtimes.
let runtimes = HandleTable<Runtime>()
let hostCalls = HandleTable<PendingHostCall>()
