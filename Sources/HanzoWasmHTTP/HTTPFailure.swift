// Why a guest got no answer: what http_send reports, and what http_request turns into its error value.
#if HTTP
  /// A request that got no answer. The message names hosts and limits, and never the value of a header.
  struct HTTPFailure: Error, Hashable {
    enum Code: String {
      /// The network policy does not allow the request, or a redirect that it led to.
      case networkDenied
      /// There was no whole answer within the time.
      case timedOut
      /// The request or the answer exceeds a limit of the network policy.
      case tooLarge
      /// The request makes no sense, or may not be made by a guest.
      case invalidRequest
      /// The host cannot be found or reached, its certificate is not valid, or its answer is not HTTP.
      case failed
    }

    let code: Code
    let message: String

    init(_ code: Code, _ message: String) {
      self.code = code
      self.message = message
    }
  }
#endif
