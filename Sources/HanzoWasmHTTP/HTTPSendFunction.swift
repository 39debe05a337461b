// env.http_send: a request with headers and any bytes, answered in one block that tells failures apart.
#if HTTP
  import HanzoWasm

  extension HTTPHostFunctions {
    /// `http_send(request, body) -> block`, as GUEST-ABI.md specifies it.
    var httpSend: HostFunction {
      // The request is JSON, read here and not as a lifted argument: a text that is none is told to the guest.
      HostFunction("http_send", parameters: [.bytes, .bytes], result: .bytes) { call in
        do {
          let (request, timeout) = try Self.request(try call.bytes(0), body: try call.bytes(1))
          let response = try await self.perform(request, in: call, timeout: timeout)
          return .bytes(Self.block(of: response))
        } catch let failure as HTTPFailure {
          if failure.code == .networkDenied { self.reportNetworkDenied(call) }
          return .bytes(Self.block(of: failure))
        }
      }
    }

    // MARK: The request

    private static func request(_ text: [UInt8], body: [UInt8]) throws(HTTPFailure) -> (GuestRequest, Duration?) {
      // Deep enough for the list of headers, and wide enough for all that a request may have.
      let limits = JSONLimits(depth: 8, nodes: 4 * GuestRequest.maxHeaderCount + 16, bytes: 256 << 10)
      guard let value = try? JSONValue(parsing: text, limits: limits), let members = value.objectValue else {
        throw invalid("The request is not a JSON object of a reasonable size.")
      }
      // What is not understood could be what the guest relies on.
      for key in members.keys where !["method", "url", "headers", "timeout_ms"].contains(key) {
        throw invalid("The request has a member that is not method, url, headers or timeout_ms.")
      }
      guard let url = value["url"]?.stringValue else { throw invalid("The request's url is not a text.") }
      guard let method = (value["method"] ?? "GET").stringValue else {
        throw invalid("The request's method is not a text.")
      }
      var timeout: Duration?
      if let member = value["timeout_ms"] {
        guard let milliseconds = member.int64Value, (1...86_400_000).contains(milliseconds) else {
          throw invalid("The request's timeout_ms is not a whole number from 1 to 86400000.")
        }
        timeout = .milliseconds(milliseconds)
      }
      return (try GuestRequest(method: method, url: url, headers: try headers(value["headers"]), body: body), timeout)
    }

    private static func headers(_ value: JSONValue?) throws(HTTPFailure) -> [HeaderField] {
      guard let pairs = (value ?? []).arrayValue else { throw invalid("The request's headers are not a list.") }
      var fields: [HeaderField] = []
      for pair in pairs {
        guard let parts = pair.arrayValue, parts.count == 2, let name = parts[0].stringValue,
          let text = parts[1].stringValue
        else { throw invalid("One of the request's headers is not a pair of two texts.") }
        fields.append(HeaderField(name: name, value: text))
      }
      return fields
    }

    private static func invalid(_ message: String) -> HTTPFailure { HTTPFailure(.invalidRequest, message) }

    // MARK: The answer

    private static func block(of response: GuestResponse) -> [UInt8] {
      block(
        head: [
          "status": JSONValue(response.status),
          "headers": .array(response.headers.map { [.string($0.name), .string($0.value)] }),
        ], body: response.body)
    }

    private static func block(of failure: HTTPFailure) -> [UInt8] {
      block(
        head: ["error": ["code": .string(failure.code.rawValue), "message": .string(failure.message)]], body: [])
    }

    /// The length of the head in 4 bytes, the lowest first; the head; the body.
    private static func block(head: JSONValue, body: [UInt8]) -> [UInt8] {
      let head = head.serialized()
      let length = UInt32(head.count)
      return (0..<4).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) } + head + body
    }
  }
#endif
