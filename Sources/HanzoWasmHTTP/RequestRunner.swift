// A guest's request from the policy to the answer: every hop is decided, resolved, decided again, and pinned.
#if HTTP
  import HanzoWasm

  /// Runs requests under policies.
  struct RequestRunner: Sendable {
    let options: HTTPHostFunctions.Options
    let slots: ConnectionSlots

    /// How many of a host's addresses are tried, one after the other, when no connection comes about.
    private static let maxAddresses = 3

    /// Sends the request, follows its redirects, and reads the answer, all within the time.
    ///
    /// - Throws: ``HTTPFailure``; `CancellationError` when the task is cancelled.
    func run(_ request: GuestRequest, under policy: EffectiveNetworkPolicy, within time: Duration) async throws
      -> GuestResponse
    {
      guard time > .zero else { throw Self.outOfTime }
      let clock = ContinuousClock()
      let deadline = clock.now + time
      return try await withThrowingTaskGroup(of: GuestResponse?.self) { group in
        group.addTask { try await follow(request, under: policy, until: deadline) }
        group.addTask {
          try await Task.sleep(until: deadline, clock: clock)
          return nil
        }
        defer { group.cancelAll() }
        guard let response = try await group.next() ?? nil else { throw Self.outOfTime }
        return response
      }
    }

    private static let outOfTime = HTTPFailure(.timedOut, "There was no answer within the time that the call has.")

    private func follow(
      _ request: GuestRequest, under policy: EffectiveNetworkPolicy, until deadline: ContinuousClock.Instant
    ) async throws -> GuestResponse {
      var request = request
      var redirects = 0
      while true {
        let response = try await hop(request, under: policy, until: deadline)
        guard policy.maxRedirects > 0, let location = response.redirectLocation else { return response }
        guard redirects < policy.maxRedirects else {
          throw HTTPFailure(.failed, "The request was redirected more than \(policy.maxRedirects) times.")
        }
        redirects += 1
        request = try request.redirected(status: response.status, location: location)
      }
    }

    /// One request and its answer.
    private func hop(
      _ request: GuestRequest, under policy: EffectiveNetworkPolicy, until deadline: ContinuousClock.Instant
    ) async throws -> GuestResponse {
      try require(policy.decision(method: request.method, url: request.url))
      guard request.body.count <= policy.maxRequestBytes else {
        throw HTTPFailure(.tooLarge, "The body of the request is longer than \(policy.maxRequestBytes) bytes.")
      }
      let addresses = try await addresses(of: request.url)
      guard policy.decision(addresses: addresses).isAllowed else {
        // Which address it is stays in the host: a guest should not learn the map of the network that it is kept from.
        throw HTTPFailure(
          .networkDenied, "The host \(request.url.hostText) has an address that the network policy does not allow.")
      }
      var failure = HTTPFailure(.failed, "\(request.url.origin) cannot be reached.")
      for address in addresses.prefix(Self.maxAddresses) {
        let connection = PinnedConnection(
          request: request, address: address, limits: policy, timeLimit: deadline - ContinuousClock.now,
          options: options)
        do {
          return try await connection.exchange(in: slots, followsRedirects: policy.maxRedirects > 0)
        } catch let error as PinnedConnection.NotConnected {
          failure = error.failure
        }
      }
      throw failure
    }

    private func addresses(of url: HTTPURL) async throws -> [IPAddress] {
      switch url.host {
      case .address(let address): return [address]
      case .name(let name):
        let addresses: [IPAddress]
        do {
          addresses = try await options.resolver.resolve(name)
        } catch let failure as HTTPFailure {
          throw failure
        } catch {
          if Task.isCancelled { throw CancellationError() }
          throw HTTPFailure(.failed, "The host \(name) cannot be found.")
        }
        guard !addresses.isEmpty else { throw HTTPFailure(.failed, "The host \(name) has no address.") }
        return addresses
      }
    }

    private func require(_ decision: NetworkPolicy.Decision) throws(HTTPFailure) {
      if case .denied(let reason) = decision { throw HTTPFailure(.networkDenied, reason) }
    }
  }
#endif
