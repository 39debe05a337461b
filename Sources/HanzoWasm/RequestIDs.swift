// The ids of a runtime's calls: random bits that are fetched many at a time.

import Glibc
import Synchronization
import WorkerProtocol

/// A worker cannot see this process's memory, so an id that waits here is as unguessable as one that has just been made,
/// and most calls are spared a system call.
final class RequestIDs: Sendable {
  private static let count = 64
  private let ready = Mutex<[UInt64]>([])

  func next() -> RequestID {
    ready.withLock { ready in
      if ready.isEmpty { ready = Self.random() }
      return RequestID(ready.removeLast())
    }
  }

  private static func random() -> [UInt64] {
    [UInt64](unsafeUninitializedCapacity: count) { words, initialized in
      let bytes = UnsafeMutableRawBufferPointer(words)
      // getentropy(3) gives up to 256 bytes at once. It fails only where the kernel has no random numbers at all.
      var isRandom = true
      for start in stride(from: 0, to: bytes.count, by: 256) where isRandom {
        isRandom = getentropy(bytes.baseAddress?.advanced(by: start), min(256, bytes.count - start)) == 0
      }
      if !isRandom { for index in 0..<count { words[index] = UInt64.random(in: .min ... .max) } }
      initialized = count
    }
  }
}
