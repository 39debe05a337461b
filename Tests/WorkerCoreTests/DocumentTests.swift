/// Whole documents and bytes, in and out.

import Testing
import WasmJSON
import WorkerProtocol

@Suite("Documents")
struct DocumentTests {
  /// Every way in and out, each of them an echo.
  private static let echo = """
    (module
      (import "env" "input_len" (func $length (result i32)))
      (import "env" "input_read" (func $read (param i32 i32) (result i32)))
      (import "env" "output_write" (func $write (param i32 i32) (result i32)))
      (memory (export "memory") 1)
      (func (export "packed") (param i32 i32) (result i64)
        (i64.or (i64.shl (i64.extend_i32_u (local.get 0)) (i64.const 32)) (i64.extend_i32_u (local.get 1))))
      (func (export "pointer_json") (param i32 i32) (result i32) (local.get 0))
      (func (export "pulled") (local i32)
        (drop (call $read (i32.const 64) (call $length)))
        (drop (call $write (i32.const 64) (call $length))))
      (func (export "pieces") (local i32)
        (loop $next
          (local.set 0 (call $read (i32.const 64) (i32.const 3)))
          (drop (call $write (i32.const 64) (local.get 0)))
          (br_if $next (local.get 0))))
      (func (export "silent") (param i32 i32))
      (func (export "number") (param i32 i32) (result i32) (local.get 1))
      (func (export "a_str") (param i32 i32) (result i32) (local.get 0))
      (func (export "float") (param f64) (result f64) (local.get 0))
      (func (export "wild") (param i32 i32) (result i64) (i64.const 0x7fffffff00000004))
      (func (export "wild_json") (param i32 i32) (result i32) (i32.const 0x7fffffff))
      (func (export "flood") (loop $for_ever (drop (call $write (i32.const 0) (i32.const 65536))) (br $for_ever)))
      (func (export "out_of_bounds") (result i32 i32)
        (call $read (i32.const 65535) (i32.const 2)) (call $write (i32.const 65535) (i32.const 2))))
    """

  private static let document: JSONValue = [
    "context": ["tool": "t"], "parameters": ["text": "h\u{E9}", "n": 9007199254740993],
  ]

  @Test("a document comes back by every way", arguments: ["packed", "pointer_json", "pulled", "pieces"])
  func echoes(function: String) throws {
    for rules in Invocation.Parameters.allCases {
      #expect(try outcome(Self.echo, function, .document(Self.document), parameters: rules).json == Self.document)
    }
  }

  @Test("text that nobody parses and bytes come back as they went in", arguments: ["packed", "pulled", "pieces"])
  func rawForms(function: String) throws {
    let text = Array(#"{"a" : 1}"#.utf8)
    #expect(try outcome(Self.echo, function, .documentText(text)).result.get() == .documentText(text))
    let bytes: [UInt8] = [0, 255, 1, 0, 128]
    #expect(try outcome(Self.echo, function, .bytes(bytes)).result.get() == .bytes(bytes))
    #expect(try outcome(Self.echo, function, .bytes([])).result.get() == .bytes([]))
  }

  @Test("a large document finds room that the guest did not have")
  func large() throws {
    let text = String(repeating: "x", count: 300_000)
    #expect(try outcome(Self.echo, "packed", .document(.string(text))).json == .string(text))
  }

  @Test("no answer is null; another result is an ordinary one")
  func otherAnswers() throws {
    #expect(try outcome(Self.echo, "silent", .document([1])).json == .null)
    #expect(try outcome(Self.echo, "number", .document([1])).json == 3)
    #expect(try outcome(Self.echo, "a_str", .document([1])).json == "[1]")
  }

  @Test("a function that cannot take a document refuses it")
  func refused() throws {
    #expect(try outcome(Self.echo, "float", .document([1])).failure?.code == .invalidArguments)
    #expect(try outcome(Self.echo, "silent", .stdin([1])).failure?.code == .invalidArguments)
  }

  @Test("an answer that is out of bounds or not JSON is the guest's fault", arguments: ["wild", "wild_json"])
  func wild(function: String) throws {
    #expect(try outcome(Self.echo, function, .document([1])).failure?.code == .invalidResult)
    let module = """
      (module (memory 1) (data (i32.const 16) "{oops")
        (func (export "f") (param i32 i32) (result i64) (i64.const 0x1000000005)))
      """
    #expect(try outcome(module, "f", .document([1])).failure?.code == .invalidResult)
  }

  @Test("an answer beyond the output limit ends the call")
  func outputLimit() throws {
    let limits = InvocationLimits(maxOutputBytes: 200_000)
    let flood = try outcome(Self.echo, "flood", .bytes([]), limits: limits)
    #expect(flood.failure?.code == .outputLimitExceeded)
    #expect(flood.failure?.limit == Failure.Limit(name: "maxOutputBytes", value: 200_000))
    let packed = try outcome(
      Self.echo, "packed", .bytes([UInt8](repeating: 1, count: 100)), limits: InvocationLimits(maxOutputBytes: 99))
    #expect(packed.failure?.code == .outputLimitExceeded)
  }

  @Test("an answer that fits the limit but not a frame is a failure, and the worker goes on")
  func tooLargeForAFrame() throws {
    let configure = Configure(id: RequestID(0), frameLimits: FrameLimits(maxJSONBytes: 4096, maxAttachmentBytes: 4096))
    let client = try LoopClient(configure: configure)
    try client.load(
      #"(module (memory (export "memory") 1) (func $f (memory.fill (i32.const 0) (i32.const 97) (i32.const 5000))) (start $f) (func (export "a_str") (result i32) (i32.const 0)) (func (export "g") (result i32) (i32.const 1)))"#
    )
    let outcome = try client.call("a_str", limits: InvocationLimits(maxStringBytes: 6000))
    #expect(outcome.failure?.code == .outputLimitExceeded)
    #expect(try client.call("g").json == 1)
  }

  @Test("reading and writing outside of the memory answers -1")
  func outOfBounds() throws {
    #expect(try outcome(Self.echo, "out_of_bounds", .arguments([])).json == [0, -1])
    let invocation = try outcome(Self.echo, "out_of_bounds", .bytes([1, 2, 3]))
    #expect(invocation.json == [-1, -1])
  }

  @Test("a strict caller's *_json function answers with a document; a lenient one's with a number, as the original's")
  func documentFunctions() throws {
    let module = """
      (module (memory (export "memory") 1) (data (i32.const 16) "{\\"a\\":[1]}\\00")
        (func (export "report_json") (result i32) (i32.const 16))
        (func (export "failed_json") (result i32) (i32.const -1)))
      """
    #expect(try outcome(module, "report_json").json == ["a": [1]])
    #expect(try outcome(module, "report_json", parameters: .lenient).json == 16)
    #expect(try outcome(module, "failed_json").json == -1)
  }
}
