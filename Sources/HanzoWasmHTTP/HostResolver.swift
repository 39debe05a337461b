// From the name of a host to its addresses, away from event loops and from Swift's own threads.
#if HTTP
  import Glibc
  public import HanzoWasm
  import NIOPosix
  import Synchronization

  /// How the names of hosts become addresses. Asked once for each request and each redirect: what it answers is checked
  /// against the policy, and the connection goes to one of these very addresses.
  public struct HostResolver: Sendable {
    let resolve: @Sendable (_ name: String) async throws -> [IPAddress]

    /// - Parameter resolve: is given a name in lower case, never an IP address, and returns all of the name's addresses
    ///   in the order in which they should be tried. Its task is cancelled when the time is over; what does not heed that
    ///   keeps the guest waiting until the deadline of its call. The guest does not see the error that it throws.
    public init(_ resolve: @escaping @Sendable (_ name: String) async throws -> [IPAddress]) {
      self.resolve = resolve
    }

    /// The system's resolver (`getaddrinfo`), with all that it is configured to ask: the hosts file, search domains, DNS.
    /// It is asked on threads of its own, at most 4 names at a time and 256 waiting.
    public static let system = HostResolver { name in try await SystemResolver.shared.addresses(of: name) }
  }

  /// Looks names up on a few threads of its own that last as long as the process. A lookup cannot be interrupted: who no
  /// longer waits leaves it running.
  private final class SystemResolver: Sendable {
    static let shared = SystemResolver()

    private let threads = NIOThreadPool(numberOfThreads: 4)
    private let pending = Mutex(0)

    private init() { threads.start() }

    func addresses(of name: String) async throws -> [IPAddress] {
      let isAccepted = pending.withLock { count in
        guard count < 256 else { return false }
        count += 1
        return true
      }
      guard isAccepted else { throw HTTPFailure(.failed, "Too many names are being looked up.") }
      let waiter = Waiter()
      threads.submit { state in
        let result: Result<[IPAddress], any Error> =
          state == .active ? Result { try lookUp(name) } : .failure(CancellationError())
        self.pending.withLock { $0 -= 1 }
        waiter.finish(result)
      }
      return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { waiter.wait($0) }
      } onCancel: {
        waiter.finish(.failure(CancellationError()))
      }
    }

    /// The first result wins, and may come before anybody waits.
    private final class Waiter: Sendable {
      private enum State {
        case idle
        case waiting(CheckedContinuation<[IPAddress], any Error>)
        case finished(Result<[IPAddress], any Error>)
        case delivered
      }
      private let state = Mutex(State.idle)

      func wait(_ continuation: CheckedContinuation<[IPAddress], any Error>) {
        let result: Result<[IPAddress], any Error>? = state.withLock { state in
          if case .finished(let result) = state {
            state = .delivered
            return result
          }
          state = .waiting(continuation)
          return nil
        }
        if let result { continuation.resume(with: result) }
      }

      func finish(_ result: Result<[IPAddress], any Error>) {
        let continuation: CheckedContinuation<[IPAddress], any Error>? = state.withLock { state in
          switch state {
          case .idle: state = .finished(result)
          case .waiting(let continuation):
            state = .delivered
            return continuation
          case .finished, .delivered: break
          }
          return nil
        }
        continuation?.resume(with: result)
      }
    }
  }

  /// All addresses of a name, in the order of RFC 6724. Blocks.
  private func lookUp(_ name: String) throws -> [IPAddress] {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(name, nil, &hints, &list)
    guard code == 0 else {
      throw HTTPFailure(.failed, "The host \(name) cannot be found: \(String(cString: gai_strerror(code))).")
    }
    defer { freeaddrinfo(list) }
    var found: [IPAddress] = []
    var next = list
    while let entry = next?.pointee {
      next = entry.ai_next
      guard let address = entry.ai_addr, let bytes = addressBytes(address), let address = IPAddress(bytes: bytes) else {
        // An address that cannot be checked must not be skipped silently: the name leads there too.
        throw HTTPFailure(.failed, "The host \(name) has an address that is neither IPv4 nor IPv6.")
      }
      if !found.contains(address) { found.append(address) }
    }
    return found
  }

  private func addressBytes(_ address: UnsafeMutablePointer<sockaddr>) -> [UInt8]? {
    switch Int32(address.pointee.sa_family) {
    case AF_INET:
      address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        withUnsafeBytes(of: $0.pointee.sin_addr) { Array($0) }
      }
    case AF_INET6:
      address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
        withUnsafeBytes(of: $0.pointee.sin6_addr) { Array($0) }
      }
    default: nil
    }
  }
#endif
