import HanzoWasm
import Testing

@Suite("URLs")
struct HTTPURLTests {
  @Test(
    "a URL has one spelling",
    arguments: [
      ("https://example.com", "https://example.com/"),
      ("HTTPS://EXAMPLE.Com:443/A?B#c", "https://example.com/A?B"),
      ("http://example.com:80/", "http://example.com/"),
      ("http://example.com:443/", "http://example.com:443/"),
      ("http://example.com:0080/", "http://example.com/"),
      ("https://example.com./x", "https://example.com/x"),
      ("https://example.com?q", "https://example.com/?q"),
      ("https://example.com/?", "https://example.com/?"),
      ("https://example.com#f", "https://example.com/"),
      ("https://example.com/a/./b/../c", "https://example.com/a/c"),
      ("https://example.com/a/%2e%2E/b/.%2e", "https://example.com/"),
      ("https://example.com/../../etc", "https://example.com/etc"),
      ("https://example.com//x", "https://example.com//x"),
      ("https://example.com/ä?ö", "https://example.com/%C3%A4?%C3%B6"),
      ("https://example.com/%zz%4", "https://example.com/%25zz%254"),
      ("https://example.com/a|b\"c{d}<e>^`?[x]", "https://example.com/a%7Cb%22c%7Bd%7D%3Ce%3E%5E%60?%5Bx%5D"),
      ("https://example.com/a@b:c", "https://example.com/a@b:c"),
      ("https://example.com/?a@b", "https://example.com/?a@b"),
      ("https://a_b.example.com/", "https://a_b.example.com/"),
      ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/"),
      ("http://127.0.0.1/", "http://127.0.0.1/"),
      ("http://127.0.0.1./", "http://127.0.0.1/"),
      ("http://[::1]:8080/", "http://[::1]:8080/"),
      ("http://[0:0:0:0:0:FFFF:127.0.0.1]/", "http://[::ffff:7f00:1]/"),
      ("http://1.2.3.4.example/", "http://1.2.3.4.example/"),
      ("http://0x7f.example/", "http://0x7f.example/"),
    ])
  func spelling(_ row: (text: String, canonical: String)) throws {
    let url = try HTTPURL(row.text)
    #expect(url.description == row.canonical)
    #expect(try HTTPURL(url.description) == url)
  }

  @Test(
    "what parsers could read in two ways is refused",
    arguments: [
      "", "example.com", "//example.com", "/x", "https:", "https:/example.com", "https:example.com", "https://",
      "https:///x", "https://?x", "https://#", "https://:443/", "https://user@example.com/", "https://a:b@example.com/",
      "https://@example.com/", "https://example.com@127.0.0.1/", "https://example.com\\@127.0.0.1/",
      "https:\\\\example.com", "https://exa mple.com/", " https://example.com/", "https://example.com/ ",
      "https://example.com/\r\nHost: x", "https://example.com/\t", "https://example.com/\u{0}",
      "https://exa\nmple.com/",
      "https://example.com/\u{7F}", "https://bücher.example/", "https://example。com/", "https://１２７.0.0.1/",
      "https://%65xample.com/", "https://example.com%00.evil/", "https://example..com/", "https://.example.com/",
      "https://example.com../", "https://./", "https://example.com:/", "https://example.com:0/",
      "https://example.com:65536/", "https://example.com:-1/", "https://example.com:+80/", "https://example.com:8 0/",
      "https://example.com:80:80/", "https://example.com:http/", "https://2130706433/", "https://127.1/",
      "https://127.0.1/", "https://0177.0.0.1/", "https://0x7f.0.0.1/", "https://0x7f000001/", "https://127.0.0.0x1/",
      "https://256.0.0.1/", "https://1.2.3.4.5/", "https://example.1/", "https://example.0x/", "https://[::1/",
      "https://[::1]x/", "https://[::1%25lo]/", "https://[fe80::1%eth0]/", "https://[127.0.0.1]/", "https://[]/",
      "https://[::1]]/", "https://::1/", "https://exa*mple.com/", "https://exa,mple.com/", "https://example.com;x/",
      "https://<example>/",
    ])
  func refused(_ text: String) {
    #expect(throws: HTTPURL.Problem.self) { try HTTPURL(text) }
  }

  @Test(
    "other schemes are told apart",
    arguments: [
      "file:///etc/passwd", "ftp://example.com/", "gopher://x/", "http+unix://%2Fvar%2Frun%2Fdocker.sock/x",
      "unix:///x", "javascript://x/", "ws://example.com/", "httpss://example.com/",
    ])
  func otherSchemes(_ text: String) {
    #expect {
      try HTTPURL(text)
    } throws: { error in
      let problem = error as? HTTPURL.Problem
      // What is not even of the form scheme://host is refused before its scheme is looked at.
      return problem?.isUnsupportedScheme == true
    }
  }

  @Test("long URLs and long names are refused")
  func long() throws {
    let label = String(repeating: "a", count: 63)
    _ = try HTTPURL("https://\(label).com/")
    #expect(throws: HTTPURL.Problem.self) { try HTTPURL("https://\(label)a.com/") }
    #expect(throws: HTTPURL.Problem.self) { try HTTPURL("https://\(label).\(label).\(label).\(label).com/") }
    #expect(throws: HTTPURL.Problem.self) {
      try HTTPURL("https://example.com/" + String(repeating: "x", count: HTTPURL.maximumBytes))
    }
  }

  @Test(
    "references are resolved as RFC 3986 says",
    arguments: [
      ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"), ("/g", "http://a/g"),
      ("//g", "http://g/"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"), ("#s", "http://a/b/c/d;p?q"),
      ("g#s", "http://a/b/c/g"), (";x", "http://a/b/c/;x"), ("", "http://a/b/c/d;p?q"), (".", "http://a/b/c/"),
      ("./", "http://a/b/c/"), ("..", "http://a/b/"), ("../g", "http://a/b/g"), ("../..", "http://a/"),
      ("../../../g", "http://a/g"), ("/./g", "http://a/g"), ("/../g", "http://a/g"), ("g.", "http://a/b/c/g."),
      ("..g", "http://a/b/c/..g"), ("./../g", "http://a/b/g"), ("g/../h", "http://a/b/c/h"),
      ("g;x=1/../y", "http://a/b/c/y"), ("g?y/../x", "http://a/b/c/g?y/../x"), ("https://b:1/c", "https://b:1/c"),
      ("//B:8080/x", "http://b:8080/x"),
    ])
  func references(_ row: (reference: String, url: String)) throws {
    #expect(try HTTPURL("http://a/b/c/d;p?q").resolving(row.reference).description == row.url)
  }

  @Test(
    "and refused where they could be read in two ways",
    arguments: [
      "\\\\evil", "/\\evil", "///evil", "//user@evil/", "http:evil", "https:/evil", "file:///etc/passwd", "a b",
      "//127.1/", "/\r\nx", "javascript:alert(1)",
    ])
  func refusedReferences(_ text: String) {
    #expect(throws: HTTPURL.Problem.self) { try HTTPURL("http://a/b").resolving(text) }
  }
}
