// One request to one address: a client of its own, whose only connection goes to exactly that address.
#if HTTP
  import AsyncHTTPClient
  import HanzoWasm
  import NIOCore
  import NIOHTTP1
  import NIOSSL
  import Synchronization

  /// An answer, or the part of it that a redirect consists of.
  struct GuestResponse: Sendable {
    var status: Int
    /// Names in lower case, in the answer's order.
    var headers: [HeaderField]
    var body: [UInt8] = []

    /// The values of a field, joined as RFC 9110 section 5.2 does; nil without it.
    func header(_ name: String) -> String? {
      let values = headers.filter { $0.name == name }.map(\.value)
      return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    /// Where a redirect leads to; nil for any other answer.
    var redirectLocation: String? { GuestRequest.isRedirect(status) ? header("location") : nil }
  }

  /// A request that is sent to one address.
  ///
  /// The client belongs to this request alone, and its connection is closed afterwards: nothing of one guest's request is
  /// there for another's, and no pool can hand out a connection that was checked for something else. It follows no
  /// redirects, keeps no cookies, uses no proxy, decompresses nothing, retries nothing, and adds no trace headers.
  struct PinnedConnection: Sendable {
    let request: GuestRequest
    let address: IPAddress
    let limits: EffectiveNetworkPolicy
    let timeLimit: Duration
    let options: HTTPHostFunctions.Options

    /// No connection came about, so that nothing has been sent.
    struct NotConnected: Error {
      let failure: HTTPFailure
    }

    /// The connection did not go where it was told to.
    private struct WrongPeer: Error {}

    /// Sends the request and reads the answer; of a redirect that is to be followed, only its header.
    ///
    /// - Throws: ``NotConnected``, ``HTTPFailure``, `CancellationError`.
    func exchange(in slots: ConnectionSlots, followsRedirects: Bool) async throws -> GuestResponse {
      try await slots.acquire()
      let isConnected = Flag()
      let client = HTTPClient(
        eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration(isConnected))
      // Closing waits for a connection that is still being made; the guest does not wait for that.
      defer {
        Task {
          try? await client.shutdown()
          slots.release()
        }
      }
      do {
        let response = try await client.execute(
          message(), deadline: .now() + .nanoseconds(timeLimit.nanoseconds))
        return try await read(response, followsRedirects: followsRedirects)
      } catch {
        if Task.isCancelled { throw CancellationError() }
        let failure = failure(error, isConnected: isConnected.isSet)
        if isConnected.isSet || failure.code != .failed { throw failure }
        throw NotConnected(failure: failure)
      }
    }

    // MARK: Sending

    private func configuration(_ isConnected: Flag) -> HTTPClient.Configuration {
      var tls = TLSConfiguration.makeClientConfiguration()
      tls.additionalTrustRoots = options.trustedCertificateFiles.map { .file($0) }
      var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
      configuration.redirectConfiguration = .disallow
      configuration.decompression = .disabled
      configuration.proxy = nil
      configuration.httpVersion = .http1Only
      configuration.tracing.tracer = nil
      configuration.connectionPool.retryConnectionEstablishment = false
      configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1
      configuration.maximumUsesPerConnection = 1
      configuration.timeout.connect = .nanoseconds(max(min(timeLimit, .seconds(10)), .milliseconds(1)).nanoseconds)
      // The host stays what the certificate and the Host header are about; only the lookup is replaced.
      if case .name(let name) = request.url.host { configuration.dnsOverride = [name: address.description] }
      // Called when the connection stands, TLS included, and before the request is sent. The client parses the URL again:
      // if it ever read another host out of it, this is where that would end.
      configuration.http1_1ConnectionDebugInitializer = { [address, port = Int(request.url.port)] channel in
        let peer = channel.remoteAddress
        guard let text = peer?.ipAddress, IPAddress(text) == address, peer?.port == port else {
          channel.close(promise: nil)
          return channel.eventLoop.makeFailedFuture(WrongPeer())
        }
        isConnected.set()
        return channel.eventLoop.makeSucceededVoidFuture()
      }
      return configuration
    }

    private func message() -> HTTPClientRequest {
      var message = HTTPClientRequest(url: request.url.description)
      message.method = HTTPMethod(rawValue: request.method)
      for field in request.headers { message.headers.add(name: field.name, value: field.value) }
      let defaults = [("accept-encoding", "identity"), ("user-agent", options.userAgent), ("accept", "*/*")]
      for (name, value) in defaults where !message.headers.contains(name: name) {
        message.headers.add(name: name, value: value)
      }
      message.headers.add(name: "connection", value: "close")
      if !request.body.isEmpty { message.body = .bytes(ByteBuffer(bytes: request.body)) }
      return message
    }

    // MARK: Receiving

    private func read(_ response: HTTPClientResponse, followsRedirects: Bool) async throws -> GuestResponse {
      guard response.status.code >= 200 else {
        throw HTTPFailure(.failed, "\(request.url.origin) changed the protocol, which nobody asked for.")
      }
      var headerBytes = 0
      var answer = GuestResponse(status: Int(response.status.code), headers: [])
      for (name, value) in response.headers {
        headerBytes += name.utf8.count + value.utf8.count + 4
        answer.headers.append(HeaderField(name: name.lowercased(), value: value))
      }
      guard headerBytes <= limits.maxResponseHeaderBytes else { throw headerTooLong() }
      if followsRedirects, answer.redirectLocation != nil { return answer }
      // Said in advance, it need not be read first.
      if request.method != "HEAD", let announced = answer.header("content-length").flatMap(Int.init),
        announced > limits.maxResponseBytes
      {
        throw bodyTooLong()
      }
      for try await part in response.body {
        guard part.readableBytes <= limits.maxResponseBytes - answer.body.count else { throw bodyTooLong() }
        answer.body.append(contentsOf: part.readableBytesView)
      }
      return answer
    }

    private func headerTooLong() -> HTTPFailure {
      HTTPFailure(
        .tooLarge,
        "The header of the answer from \(request.url.origin) is longer than \(limits.maxResponseHeaderBytes) bytes.")
    }

    private func bodyTooLong() -> HTTPFailure {
      HTTPFailure(
        .tooLarge, "The answer from \(request.url.origin) is longer than \(limits.maxResponseBytes) bytes.")
    }

    private static let timeouts: [HTTPClientError] = [
      .connectTimeout, .deadlineExceeded, .readTimeout, .writeTimeout, .tlsHandshakeTimeout,
      .getConnectionFromPoolTimeout,
    ]

    /// What an error of the client is to the guest. Descriptions of its errors may contain the values of headers; only
    /// those are used that do not.
    private func failure(_ error: any Error, isConnected: Bool) -> HTTPFailure {
      let origin = request.url.origin
      let reason: String
      switch error {
      case let failure as HTTPFailure: return failure
      case let error as HTTPClientError where Self.timeouts.contains(error):
        return HTTPFailure(.timedOut, "\(origin) did not answer in time.")
      case HTTPParserError.headerOverflow: return headerTooLong()
      case let error as HTTPClientError: reason = error.shortDescription
      case let error as HTTPParserError: reason = "the answer is not HTTP (\(error))"
      case let error as NIOSSLError: reason = "TLS: \(error)"
      case let error as NIOSSLExtraError: reason = "TLS: \(error)"
      case let error as IOError: reason = String(describing: error)
      default: reason = String(describing: type(of: error))
      }
      return HTTPFailure(
        .failed, "\(isConnected ? "The request to \(origin) failed" : "\(origin) cannot be reached"): \(reason)")
    }
  }

  /// Set once, from any thread.
  private final class Flag: Sendable {
    private let value = Atomic(false)
    var isSet: Bool { value.load(ordering: .acquiring) }
    func set() { value.store(true, ordering: .releasing) }
  }
#endif
