// The library's two kinds of thread: the I/O thread of each runtime, and the process's one spawner thread.

import CLinux
import Glibc
import Synchronization

/// A POSIX thread that runs one closure, with every signal blocked: the host's handlers never run on it.
struct Thread: Sendable {
  private let handle: pthread_t

  /// Starts a thread. It must be joined or detached.
  ///
  /// - Parameter slice: what it and the processes that it starts have (``WorkerScheduling``), in nanoseconds. Best effort.
  /// - Throws: EAGAIN, where the machine has no room for another thread.
  init(name: String, slice: UInt64, _ body: @escaping @Sendable () -> Void) throws(SystemError) {
    final class Box: Sendable {
      let name: String
      let slice: UInt64
      let body: @Sendable () -> Void
      init(_ name: String, _ slice: UInt64, _ body: @escaping @Sendable () -> Void) {
        self.name = name
        self.slice = slice
        self.body = body
      }
    }
    let box = Unmanaged.passRetained(Box(name, slice, body))
    var everything = sigset_t()
    var previous = sigset_t()
    sigfillset(&everything)
    pthread_sigmask(SIG_BLOCK, &everything, &previous)
    var handle = pthread_t()
    let result = pthread_create(
      &handle, nil,
      { argument in
        guard let argument else { return nil }
        let box = Unmanaged<Box>.fromOpaque(argument).takeRetainedValue()
        box.name.withCString { clinux_set_thread_name($0) }
        _ = clinux_set_slice(0, box.slice)
        box.body()
        return nil
      }, box.toOpaque())
    pthread_sigmask(SIG_SETMASK, &previous, nil)
    guard result == 0 else {
      box.release()
      throw SystemError(number: result, call: "pthread_create")
    }
    self.handle = handle
  }

  /// Waits for its end, which must be near: this blocks the calling thread.
  func join() { pthread_join(handle, nil) }

  /// Lets it end without anybody waiting for it.
  func detach() { pthread_detach(handle) }
}

/// The thread on which all workers of the process are started. It is made by the first start and never ends, because
/// the kernel's parent-death signal fires when the *thread* that started a process ends, and because a start takes a
/// millisecond that no I/O thread should spend.
final class Spawner: Sendable {
  static let shared = Spawner()

  private struct State {
    var jobs: [@Sendable () -> Void] = []
    var running = false
  }
  private let state = Mutex(State())
  /// Counts the jobs. Never destroyed, like its owner; a semaphore needs no descriptor.
  private let available: UncheckedSemaphore

  private init() { available = UncheckedSemaphore() }

  /// Queues a job.
  ///
  /// - Throws: if the thread does not run yet and cannot be started. The job is dropped then.
  func run(_ job: @escaping @Sendable () -> Void) throws(SystemError) {
    try state.withLock { (state) throws(SystemError) in
      if !state.running {
        let thread = try Thread(name: "wasm-spawner", slice: WorkerScheduling.longSlice) { Spawner.shared.work() }
        thread.detach()
        state.running = true
      }
      state.jobs.append(job)
    }
    available.signal()
  }

  private func work() {
    while true {
      available.wait()
      let job = state.withLock { state in state.jobs.isEmpty ? nil : state.jobs.removeFirst() }
      job?()
    }
  }
}

/// sem_t is made to be used by several threads at once, but must not move: it lives on the heap.
private final class UncheckedSemaphore: @unchecked Sendable {
  private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() { sem_init(semaphore, 0, 0) }
  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  func signal() { sem_post(semaphore) }

  func wait() {
    while sem_wait(semaphore) != 0, errno == EINTR {}
  }
}
