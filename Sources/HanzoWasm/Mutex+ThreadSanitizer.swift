// A lock that ThreadSanitizer can see (scripts/test-threads). In every other build this file is empty.
//
// Synchronization.Mutex hands a contended lock over inside the kernel (FUTEX_LOCK_PI) and in a library that is not
// instrumented: the sanitizer then takes everything that the lock guards for a race. pthread_mutex_t it knows. A type of
// this module hides an imported one of the same name, so that no other file has to know.

#if HANZO_WASM_THREAD_SANITIZER
  import Glibc

  struct Mutex<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let value = UnsafeMutablePointer<Value>.allocate(capacity: 1)

    init(_ initial: consuming sending Value) {
      pthread_mutex_init(mutex, nil)
      value.initialize(to: initial)
    }

    deinit {
      pthread_mutex_destroy(mutex)
      mutex.deallocate()
      value.deinitialize(count: 1)
      value.deallocate()
    }

    borrowing func withLock<Result: ~Copyable, Failure: Error>(
      _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
      pthread_mutex_lock(mutex)
      defer { pthread_mutex_unlock(mutex) }
      // Only the body has the value, and only while it holds the lock.
      nonisolated(unsafe) let value = value
      return try body(&value.pointee)
    }
  }
#endif
