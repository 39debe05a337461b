// How many connections there are at a time: a first-come, first-served queue for what is beyond.
#if HTTP
  import Synchronization

  /// A number of places for connections. Whoever took one gives it back when the connection is closed.
  final class ConnectionSlots: Sendable {
    private struct State {
      var free: Int
      var taken = 0
      var isClosed = false
      var nextID = 0
      var waiters: [(id: Int, continuation: CheckedContinuation<Void, any Error>)] = []
      var drainers: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(count: Int) { state = Mutex(State(free: count)) }

    /// Waits for a place.
    ///
    /// - Throws: `CancellationError` when the task is cancelled, ``HTTPFailure`` after ``close()``.
    func acquire() async throws {
      let id = state.withLock { state in
        state.nextID += 1
        return state.nextID
      }
      try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
          let result: Result<Void, any Error>? = state.withLock { state in
            // A cancellation from here on finds the waiter, since it needs the lock as well.
            if Task.isCancelled { return .failure(CancellationError()) }
            if state.isClosed { return .failure(Self.closed) }
            guard state.free > 0 else {
              state.waiters.append((id, continuation))
              return nil
            }
            state.free -= 1
            state.taken += 1
            return .success(())
          }
          if let result { continuation.resume(with: result) }
        }
      } onCancel: {
        let waiter: CheckedContinuation<Void, any Error>? = state.withLock { state in
          guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return nil }
          return state.waiters.remove(at: index).continuation
        }
        waiter?.resume(throwing: CancellationError())
      }
    }

    /// Gives a place back, or hands it to who has waited longest.
    func release() {
      var drainers: [CheckedContinuation<Void, Never>] = []
      let waiter: CheckedContinuation<Void, any Error>? = state.withLock { state in
        if !state.waiters.isEmpty { return state.waiters.removeFirst().continuation }
        state.free += 1
        state.taken -= 1
        if state.isClosed, state.taken == 0 { swap(&drainers, &state.drainers) }
        return nil
      }
      waiter?.resume()
      for drainer in drainers { drainer.resume() }
    }

    /// Refuses whoever comes or waits, and returns when all places have been given back.
    func close() async {
      let waiters: [CheckedContinuation<Void, any Error>] = state.withLock { state in
        state.isClosed = true
        defer { state.waiters = [] }
        return state.waiters.map(\.continuation)
      }
      for waiter in waiters { waiter.resume(throwing: Self.closed) }
      await withCheckedContinuation { continuation in
        let isDrained: Bool = state.withLock { state in
          if state.taken > 0 { state.drainers.append(continuation) }
          return state.taken == 0
        }
        if isDrained { continuation.resume() }
      }
    }

    private static let closed = HTTPFailure(.failed, "HTTP for guests has been shut down.")
  }
#endif
