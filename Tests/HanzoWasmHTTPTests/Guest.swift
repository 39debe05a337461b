// The guest's place in these tests: calls the host functions as the runtime does.

import Glibc
import Synchronization

@testable import HanzoWasm
@testable import HanzoWasmHTTP

/// Everything on this host's loopback interface, over http and https, with any method.
func loopbackPolicy(
  hosts: [String] = ["*"], ports: Set<UInt16>, methods: Set<String> = ["*"],
  _ change: (inout NetworkPolicy) -> Void = { _ in }
) -> NetworkPolicy {
  var policy = NetworkPolicy(
    rules: [.init(hosts: hosts, ports: ports, methods: methods, schemes: [.http, .https])],
    allowedAddresses: [.loopback])
  change(&policy)
  return policy
}

/// Answers with what each name is said to be, and counts the questions.
final class Names: Sendable {
  private let answers: Mutex<[String: [[IPAddress]]]>
  private let questions = Mutex<[String]>([])

  /// Each name has a list of answers: one for each time that it is asked for, the last one for all further times.
  init(_ answers: [String: [[String]]]) {
    self.answers = Mutex(answers.mapValues { $0.map { $0.compactMap { IPAddress($0) } } })
  }

  var asked: [String] { questions.withLock { $0 } }

  var resolver: HostResolver {
    HostResolver { name in
      self.questions.withLock { $0.append(name) }
      return self.answers.withLock { answers in
        guard var list = answers[name], let next = list.first else { return [] }
        if list.count > 1 { list.removeFirst() }
        answers[name] = list
        return next
      }
    }
  }
}

/// A guest that may use HTTP as some policies allow.
struct Guest: Sendable {
  let http: HTTPHostFunctions
  let policies: [NetworkPolicy]

  init(_ policies: NetworkPolicy..., resolver: HostResolver? = nil, trusting certificates: [String] = []) {
    var options = HTTPHostFunctions.Options()
    if let resolver { options.resolver = resolver }
    options.trustedCertificateFiles = certificates
    http = HTTPHostFunctions(options)
    self.policies = policies
  }

  init(_ http: HTTPHostFunctions, _ policies: [NetworkPolicy]) {
    self.http = http
    self.policies = policies
  }

  func call(_ arguments: [HostFunction.Value], time: Duration) -> HostFunction.Call {
    HostFunction.Call(
      arguments: arguments, module: "guest", function: "main", network: policies,
      deadline: Self.now() + Int64(time / .nanoseconds(1)))
  }

  /// The clock of the library's deadlines.
  private static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// The answer of http_send, taken apart.
  struct Answer: Sendable {
    let head: JSONValue
    let body: [UInt8]

    var status: Int? { head["status"]?.int64Value.map { Int($0) } }
    var error: String? { head["error"]?["code"]?.stringValue }
    var message: String { head["error"]?["message"]?.stringValue ?? "" }
    var text: String { String(decoding: body, as: UTF8.self) }
    func header(_ name: String) -> [String] {
      (head["headers"]?.arrayValue ?? []).filter { $0[0]?.stringValue == name }.compactMap { $0[1]?.stringValue }
    }
    /// The status, or the code of the error.
    var summary: String { error ?? status.map { String($0) } ?? "neither status nor error" }
  }

  func send(_ request: JSONValue, body: [UInt8] = [], time: Duration = .seconds(20)) async throws -> Answer {
    try await send(text: request.serialized(), body: body, time: time)
  }

  func send(text: [UInt8], body: [UInt8] = [], time: Duration = .seconds(20)) async throws -> Answer {
    let value = try await http.httpSend.body(call([.bytes(text), .bytes(body)], time: time))
    guard case .bytes(let block) = value, block.count >= 4 else {
      throw HostFunction.Failure("http_send returned something other than a block")
    }
    let length = block[..<4].reversed().reduce(0) { $0 << 8 | Int($1) }
    let head = try JSONValue(parsing: Array(block[4..<(4 + length)]))
    return Answer(head: head, body: Array(block[(4 + length)...]))
  }

  func send(
    _ method: String = "GET", _ url: String, headers: [(String, String)] = [], body: [UInt8] = [],
    time: Duration = .seconds(20)
  ) async throws -> Answer {
    try await send(
      [
        "method": .string(method), "url": .string(url),
        "headers": .array(headers.map { [.string($0.0), .string($0.1)] }),
      ], body: body, time: time)
  }

  /// What http_request gives to the guest.
  func request(_ method: String, _ url: String, _ body: String = "") async throws -> JSONValue {
    let value = try await http.httpRequest.body(
      call([.string(method), .string(url), .string(body)], time: .seconds(20)))
    guard case .json(let json) = value else {
      throw HostFunction.Failure("http_request returned something other than JSON")
    }
    return json
  }
}
