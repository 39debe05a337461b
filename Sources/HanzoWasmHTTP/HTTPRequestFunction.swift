// env.http_request: three texts in, a JSON value out, -1 for whatever goes wrong.
#if HTTP
  import HanzoWasm

  extension HTTPHostFunctions {
    /// `http_request(method, url, body) -> handle`, as GUEST-ABI.md specifies it.
    var httpRequest: HostFunction {
      HostFunction(
        "http_request", parameters: [.cString, .cString, .cString], result: .jsonHandle, onFailure: .returns(-1)
      ) { call in
        do {
          let body = Array(try call.string(2).utf8)
          let request = try GuestRequest(
            method: try call.string(0), url: try call.string(1), headers: Self.contentType(of: body), body: body)
          return .json(Self.value(of: try await self.perform(request, in: call)))
        } catch let failure as HTTPFailure {
          throw HostFunction.Failure(failure.message, isNetworkDenied: failure.code == .networkDenied)
        }
      }
    }

    /// The function has no parameter for it, and a body without a type is refused by many servers.
    private static func contentType(of body: [UInt8]) -> [HeaderField] {
      if body.isEmpty { return [] }
      let isDocument: Bool =
        switch try? JSONValue(parsing: body) {
        case .object, .array: true
        default: false
        }
      return [HeaderField(name: "content-type", value: isDocument ? "application/json" : "text/plain; charset=utf-8")]
    }

    private static func value(of response: GuestResponse) -> JSONValue {
      var headers: [String: [String]] = [:]
      for field in response.headers { headers[field.name, default: []].append(field.value) }
      let members = headers.sorted { $0.key < $1.key }.map { ($0.key, JSONValue($0.value.joined(separator: ", "))) }
      return [
        "status": JSONValue(response.status),
        "headers": .object(JSONObject(members)),
        "body": .string(String(decoding: response.body, as: UTF8.self)),
      ]
    }
  }
#endif
