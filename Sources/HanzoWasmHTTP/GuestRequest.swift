// A request as a guest may make it: what is checked before anything else, and what becomes of it at a redirect.
#if HTTP
  import HanzoWasm

  /// A header field.
  struct HeaderField: Hashable, Sendable {
    var name: String
    var value: String
  }

  /// A request that is well formed. Whether it is allowed is the policy's question.
  struct GuestRequest: Hashable, Sendable {
    /// Upper case.
    private(set) var method: String
    private(set) var url: HTTPURL
    /// The guest's own, with names in lower case.
    private(set) var headers: [HeaderField]
    private(set) var body: [UInt8]

    /// The most header fields of a request, and the most bytes of all their names and values.
    static let maxHeaderCount = 100
    static let maxHeaderBytes = 32 << 10

    init(method: String, url: String, headers: [HeaderField] = [], body: [UInt8] = []) throws(HTTPFailure) {
      self.method = try Self.checked(method: method)
      self.url = try Self.read(url: url)
      self.headers = try Self.checked(headers: headers)
      self.body = body
    }

    private static func read(url: String) throws(HTTPFailure) -> HTTPURL {
      do {
        return try HTTPURL(url)
      } catch {
        throw HTTPFailure(error.isUnsupportedScheme ? .networkDenied : .invalidRequest, "The URL \(error).")
      }
    }

    private static func checked(method: String) throws(HTTPFailure) -> String {
      guard (1...32).contains(method.utf8.count), method.utf8.allSatisfy(isTokenByte) else {
        throw HTTPFailure(.invalidRequest, "The method is not a token of at most 32 bytes.")
      }
      let method = method.uppercased()
      // The first makes a tunnel; the others show a page's scripts what the client adds to its requests.
      guard !["CONNECT", "TRACE", "TRACK"].contains(method) else {
        throw HTTPFailure(.invalidRequest, "Guests may not use the method \(method).")
      }
      return method
    }

    // MARK: Headers

    /// What frames the message or belongs to the connection: set by the client, never by the guest.
    private static let forbidden: Set<String> = [
      "connection", "content-length", "expect", "host", "http2-settings", "keep-alive", "te", "trailer",
      "transfer-encoding", "upgrade", "via",
    ]

    private static func checked(headers: [HeaderField]) throws(HTTPFailure) -> [HeaderField] {
      guard headers.count <= maxHeaderCount else {
        throw HTTPFailure(.tooLarge, "The request has more than \(maxHeaderCount) header fields.")
      }
      var byteCount = 0
      var checked: [HeaderField] = []
      for field in headers {
        byteCount += field.name.utf8.count + field.value.utf8.count
        guard byteCount <= maxHeaderBytes else {
          throw HTTPFailure(.tooLarge, "The header fields of the request are longer than \(maxHeaderBytes) bytes.")
        }
        guard !field.name.isEmpty, field.name.utf8.allSatisfy(isTokenByte) else {
          throw HTTPFailure(.invalidRequest, "The name of a header field is not a token.")
        }
        let name = field.name.lowercased()
        guard !forbidden.contains(name), !name.hasPrefix("proxy-") else {
          throw HTTPFailure(.invalidRequest, "Guests may not set the header field \(name).")
        }
        // Line ends would begin another field, or another request.
        guard field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
          throw HTTPFailure(.invalidRequest, "The value of the header field \(name) contains a control character.")
        }
        checked.append(HeaderField(name: name, value: field.value))
      }
      return checked
    }

    // MARK: Redirects

    /// What may follow a redirect to another origin. Everything else may be a credential: Authorization, Cookie, and the
    /// many names of API keys.
    private static let sentAcrossOrigins: Set<String> = [
      "accept", "accept-encoding", "accept-language", "content-encoding", "content-language", "content-type",
      "user-agent",
    ]

    /// Whether an answer with this status and a Location is a redirect.
    static func isRedirect(_ status: Int) -> Bool { [301, 302, 303, 307, 308].contains(status) }

    /// The request that follows a redirect, as the Fetch standard makes it ("HTTP-redirect fetch").
    func redirected(status: Int, location: String) throws(HTTPFailure) -> GuestRequest {
      var next = self
      do {
        next.url = try url.resolving(location)
      } catch {
        throw HTTPFailure(
          error.isUnsupportedScheme ? .networkDenied : .failed, "The URL of a redirect from \(url.origin) \(error).")
      }
      let becomesGet =
        status == 303 ? method != "GET" && method != "HEAD" : (status == 301 || status == 302) && method == "POST"
      if becomesGet {
        next.method = "GET"
        next.body = []
        next.headers.removeAll { $0.name.hasPrefix("content-") }
      }
      if next.url.origin != url.origin { next.headers.removeAll { !Self.sentAcrossOrigins.contains($0.name) } }
      return next
    }
  }

  /// RFC 9110, section 5.6.2.
  private func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
#endif
