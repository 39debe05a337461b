// https: the certificate must be the host's, whatever address the connection is pinned to.

import Foundation
import NIOSSL
import Testing

@testable import HanzoWasm
@testable import HanzoWasmHTTP

@Suite(
  "https", .timeLimit(.minutes(2)),
  .enabled(if: Certificate.openSSL != nil, "the tests make a certificate with openssl, which is not on this machine"))
struct TLSTests {
  /// A server with a certificate for good.test, and a guest that knows several names for it.
  private func with(
    trusted: Bool = true, _ answer: @escaping @Sendable (ReceivedRequest) -> Reply,
    _ change: (inout NetworkPolicy) -> Void = { _ in }, _ body: (Guest, TestServer) async throws -> Void
  ) async throws {
    let certificate = try Certificate(for: "good.test")
    defer { certificate.remove() }
    try await TestServer.with(tls: try certificate.serverContext(), answer) { server async throws in
      let names = Names(["good.test": [["127.0.0.1"]], "other.test": [["127.0.0.1"]]])
      let guest = Guest(
        loopbackPolicy(ports: [UInt16(server.port)], change), resolver: names.resolver,
        trusting: trusted ? [certificate.path] : [])
      try await body(guest, server)
    }
  }

  @Test("a certificate of the host is accepted, on a connection that is pinned to an address")
  func accepted() async throws {
    try await with({ .http(body: $0.body) }) { guest, server async throws in
      let answer = try await guest.send("POST", "https://GOOD.test:\(server.port)/", body: Array("over TLS".utf8))
      #expect(answer.text == "over TLS", "\(answer.message)")
      #expect(server.journal.entries.requests.first?.header("host") == "good.test:\(server.port)")
      #expect(server.journal.entries.connections == 1)
    }
  }

  @Test("a certificate of another host, or of nobody known, is refused before a request is sent")
  func refused() async throws {
    try await with({ _ in .http() }) { guest, server async throws in
      // The server at the address is the same; the certificate does not name it so.
      for host in ["other.test", "127.0.0.1"] {
        let answer = try await guest.send("GET", "https://\(host):\(server.port)/")
        #expect(answer.summary == "failed", "\(host): \(answer.message)")
      }
      #expect(server.journal.entries.requests.isEmpty)
    }
    try await with(trusted: false, { _ in .http() }) { guest, server async throws in
      #expect(try await guest.send("GET", "https://good.test:\(server.port)/").summary == "failed")
      #expect(server.journal.entries.requests.isEmpty)
    }
  }

  @Test("a server that does not speak TLS is an error")
  func notTLS() async throws {
    try await TestServer.with({ _ in .http() }) { server async throws in
      let guest = Guest(loopbackPolicy(ports: [UInt16(server.port)]))
      #expect(try await guest.send("GET", "https://localhost:\(server.port)/", time: .seconds(5)).status == nil)
      #expect(server.journal.entries.requests.isEmpty)
    }
  }

  @Test("a redirect from https to http needs a rule that allows http")
  func downgrade() async throws {
    try await TestServer.with({ _ in .http(body: "plain".utf8) }) { plain async throws in
      let answer: @Sendable (ReceivedRequest) -> Reply = { _ in
        .redirect("302 Found", to: "http://good.test:\(plain.port)/")
      }
      let ports: (inout NetworkPolicy) -> Void = { $0.rules[0].ports?.insert(UInt16(plain.port)) }
      try await with(answer, ports) { guest, server async throws in
        #expect(try await guest.send("GET", "https://good.test:\(server.port)/").text == "plain")
      }
      let onlyTLS: (inout NetworkPolicy) -> Void = {
        ports(&$0)
        $0.rules[0].schemes = [.https]
      }
      try await with(answer, onlyTLS) { guest, server async throws in
        #expect(try await guest.send("GET", "https://good.test:\(server.port)/").summary == "networkDenied")
      }
      #expect(plain.journal.entries.requests.count == 1)
    }
  }
}

/// A certificate that signs itself, in files of a folder of its own.
private struct Certificate {
  static let openSSL = ["/usr/bin/openssl", "/usr/local/bin/openssl", "/bin/openssl"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  private let folder: URL
  var path: String { folder.appending(path: "certificate.pem").path }
  private var keyPath: String { folder.appending(path: "key.pem").path }

  init(for host: String) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "hanzo-http-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let process = Process()
    process.executableURL = URL(filePath: try #require(Self.openSSL))
    process.arguments = [
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-keyout",
      keyPath, "-out", path, "-subj", "/CN=\(host)", "-addext", "subjectAltName=DNS:\(host)",
    ]
    process.standardInput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "openssl could not make a certificate")
  }

  func serverContext() throws -> NIOSSLContext {
    let chain = try NIOSSLCertificate.fromPEMFile(path).map { NIOSSLCertificateSource.certificate($0) }
    let key = try NIOSSLPrivateKey(file: keyPath, format: .pem)
    return try NIOSSLContext(
      configuration: .makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key)))
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }
}
