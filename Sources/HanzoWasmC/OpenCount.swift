// What has begun and has not come to its end: calls, callbacks.

import Synchronization

/// Counts, and lets one task wait until the count is zero.
final class OpenCount: Sendable {
  private struct State {
    var count = 0
    var isClosed = false
    var waiter: UnsafeContinuation<Void, Never>?
  }
  private let state = Mutex(State())

  /// - Returns: false after ``close()``: nothing may begin any more.
  func begin() -> Bool {
    state.withLock { state in
      if !state.isClosed { state.count += 1 }
      return !state.isClosed
    }
  }

  func end() {
    let waiter: UnsafeContinuation<Void, Never>? = state.withLock { state in
      state.count -= 1
      return state.count == 0 ? state.waiter.take() : nil
    }
    waiter?.resume()
  }

  func close() { state.withLock { $0.isClosed = true } }

  /// Called once.
  func waitForZero() async {
    await withUnsafeContinuation { continuation in
      let isZero = state.withLock { state in
        if state.count > 0 { state.waiter = continuation }
        return state.count == 0
      }
      if isZero { continuation.resume() }
    }
  }
}
