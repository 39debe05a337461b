// HTTP for guests: the host functions http_request and http_send, over AsyncHTTPClient, under a network policy.
#if HTTP
  public import HanzoWasm

  /// The host functions by which guests make HTTP requests.
  ///
  /// ```swift
  /// let http = HTTPHostFunctions()
  /// let runtime = try WasmRuntime(config, hostFunctions: http.functions)
  /// ```
  ///
  /// Each call is under all policies of ``HostFunction/Call/network``, for its first request and for every redirect;
  /// without a policy nothing is allowed. A host is resolved once for each, all of its addresses must be allowed, and the
  /// connection goes to one of them, with the host's own name in the certificate check. docs/http.md tells the rest.
  public final class HTTPHostFunctions: Sendable {
    public struct Options: Sendable {
      /// Connections at a time, of all guests together; more requests wait, within their time. 1 or more, default 64.
      public var maxConnections = 64
      /// PEM files of certificates that are trusted besides the system's. Default: none.
      public var trustedCertificateFiles: [String] = []
      /// The User-Agent of requests that bring none. Default `hanzo-wasm`.
      public var userAgent = "hanzo-wasm"
      /// Default: the system's.
      public var resolver = HostResolver.system

      public init() {}
    }

    let runner: RequestRunner

    public init(_ options: Options = Options()) {
      runner = RequestRunner(options: options, slots: ConnectionSlots(count: max(options.maxConnections, 1)))
    }

    /// `env.http_request` and `env.http_send`, to be given to a runtime.
    public var functions: [HostFunction] { [httpRequest, httpSend] }

    /// Refuses further requests, and returns when the connections of the running ones are closed: they end by themselves,
    /// at the deadline of their guest's call at the latest.
    public func shutdown() async { await runner.slots.close() }

    /// Makes a request in a guest's call.
    ///
    /// - Parameter timeout: less than what remains of the call; nil for all of it.
    func perform(
      _ request: GuestRequest, in call: HostFunction.Call, timeout: Duration? = nil
    ) async throws -> GuestResponse {
      let remaining = min(call.remainingTime, .seconds(86_400))
      // What is left for the guest to be told, before its own time is over.
      let time = remaining - min(remaining / 10, .milliseconds(50))
      return try await runner.run(
        request, under: EffectiveNetworkPolicy(call.network), within: timeout.map { min($0, time) } ?? time)
    }

    /// Tells the runtime that a request was denied although the guest got a value: the only place that does.
    func reportNetworkDenied(_ call: HostFunction.Call) { call.reportNetworkDenied() }
  }
#endif
