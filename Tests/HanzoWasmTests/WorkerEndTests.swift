import Testing

@testable import HanzoWasm

@Suite("What a worker's end means")
struct WorkerEndTests {
  /// CONFINEMENT.md's table, row by row.
  static let rows: [(KillReason?, ProcessEnd, ErrorCode)] = [
    (.protocolViolation("x"), .signalled(9), .protocolViolation),
    (.pipeClosed, .signalled(9), .protocolViolation),
    (nil, .signalled(31), .sandboxViolation),
    (.pipeClosed, .signalled(31), .sandboxViolation),
    (.cpuTimeExceeded(limit: .seconds(1)), .signalled(9), .cpuTimeExceeded),
    (nil, .signalled(24), .cpuTimeExceeded),
    (nil, .exited(77), .memoryLimitExceeded),
    (.pipeClosed, .exited(77), .memoryLimitExceeded),
    (nil, .signalled(9), .workerKilled),
    (nil, .signalled(4), .workerCrashed),
    (nil, .signalled(5), .workerCrashed),
    (nil, .signalled(6), .workerCrashed),
    (nil, .signalled(7), .workerCrashed),
    (nil, .signalled(8), .workerCrashed),
    (nil, .signalled(11), .workerCrashed),
    (nil, .exited(90), .sandboxUnavailable),
    (nil, .exited(99), .sandboxUnavailable),
    (nil, .exited(89), .workerCrashed),
    (nil, .exited(100), .workerCrashed),
    (nil, .exited(0), .workerCrashed),
    (nil, .exited(70), .workerCrashed),
    (nil, .unknown, .workerCrashed),
    (.startTimedOut, .signalled(9), .sandboxUnavailable),
  ]

  @Test("every end has the code of the table", arguments: rows.indices)
  func table(index: Int) {
    let (reason, end, code) = Self.rows[index]
    let error = WorkerEnd.classify(reason: reason, end: end, started: true, execution: .maybeRan)
    #expect(error.code == code)
    if case .signalled(let number) = end { #expect(error.signal == number) }
    if case .exited(let number) = end { #expect(error.workerExitCode == number) }
  }

  @Test(
    "a signal before the worker was ready is this machine's fault, unless somebody else sent it",
    arguments: [6, 11, 31])
  func beforeReady(signal: Int32) {
    let early = WorkerEnd.classify(reason: nil, end: .signalled(signal), started: false, execution: .notStarted)
    #expect(early.code == .sandboxUnavailable)
    #expect(early.signal == signal && early.fault == .host && early.layer == "worker")
    let later = WorkerEnd.classify(reason: nil, end: .signalled(signal), started: true, execution: .maybeRan)
    #expect(later.fault == .guest)
    let killed = WorkerEnd.classify(reason: nil, end: .signalled(9), started: false, execution: .notStarted)
    #expect(killed.code == .workerKilled)
  }

  @Test("a confinement step that failed names its layer")
  func layers() {
    let names = (90...99).map {
      WorkerEnd.classify(reason: nil, end: .exited(Int32($0)), started: false, execution: .notStarted).layer ?? ""
    }
    #expect(Set(names).count == 10)
    #expect(names[7] == "seccomp")
    #expect(names[6] == "landlock")
  }
}

@Suite("A worker's standard error")
struct StandardErrorTailTests {
  func tail(_ text: String) -> String {
    var tail = StandardErrorTail()
    Array(text.utf8).withUnsafeBytes { tail.append($0) }
    return tail.escaped()
  }

  static let cases: [(String, String)] = [
    ("plain\nlines\n", "plain\nlines"),
    ("\u{1B}[31mred\u{7}", "\\u{1b}[31mred\\u{7}"),
    ("a\rb\tc\\d", "a\\u{d}b\\tc\\\\d"),
    ("line\u{2028}break \u{202E}override", "line\\u{2028}break \\u{202e}override"),
    ("grüße 日本", "grüße 日本"),
  ]

  @Test("control characters are spelled out", arguments: cases)
  func escaping(text: String, expected: String) { #expect(tail(text) == expected) }

  @Test("what is not UTF-8 is spelled out")
  func invalid() {
    var tail = StandardErrorTail()
    [UInt8]([0x41, 0xFF, 0x42]).withUnsafeBytes { tail.append($0) }
    #expect(tail.escaped() == "A\\u{fffd}B")
  }

  @Test("of a flood the end is kept, in bounded memory")
  func flood() {
    var tail = StandardErrorTail()
    let chunk = [UInt8](repeating: 0x1B, count: 50_000)
    for _ in 0..<100 { chunk.withUnsafeBytes { tail.append($0) } }
    Array("the end".utf8).withUnsafeBytes { tail.append($0) }
    let escaped = tail.escaped()
    #expect(escaped.utf8.count <= 65_536)
    #expect(escaped.hasSuffix("the end"))
    #expect(tail.byteCount == 5_000_007)
  }
}
