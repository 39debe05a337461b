// What each thread that calls the library has of its own.

import Glibc
import HanzoWasm

/// The last error, and whether the thread is in a callback.
final class ThreadState {
  var error: WasmError?
  private(set) var callbacks = 0

  var isInCallback: Bool { callbacks > 0 }

  /// Calls back.
  static func inCallback(_ body: () -> Void) {
    let state = current
    state.callbacks += 1
    body()
    state.callbacks -= 1
  }

  /// This thread's. It ends with the thread.
  static var current: ThreadState {
    if let pointer = pthread_getspecific(key) {
      return Unmanaged<ThreadState>.fromOpaque(pointer).takeUnretainedValue()
    }
    let state = ThreadState()
    pthread_setspecific(key, Unmanaged.passRetained(state).toOpaque())
    return state
  }

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    let error = pthread_key_create(&key) { pointer in
      if let pointer { Unmanaged<ThreadState>.fromOpaque(pointer).release() }
    }
    // PTHREAD_KEYS_MAX, 1024, in one program.
    precondition(error == 0, "This program has no thread-specific key left (pthread_key_create).")
    return key
  }()
}

/// Runs the body of a function of C: notes its error as the thread's last one, and returns its code.
func reporting(_ body: () throws(WasmError) -> Void) -> Int32 {
  let state = ThreadState.current
  do throws(WasmError) {
    try body()
    state.error = nil
    return 0
  } catch {
    state.error = error
    return error.code.number
  }
}

extension ErrorCode {
  /// Their numbers are part of the interface: hanzo_wasm.h lists them, in the order of the cases.
  private static let numbers = Dictionary(uniqueKeysWithValues: zip(allCases, Int32(1)...))

  var number: Int32 { Self.numbers[self] ?? 0 }
}
