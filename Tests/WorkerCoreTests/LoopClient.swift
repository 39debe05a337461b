/// A supervisor for tests: drives the worker's loop over pipes inside the test process, without confinement.

import Foundation
import Testing
import WasmJSON
import WorkerProtocol

@testable import WorkerCore

/// Runs a `FrameLoop` on a thread of its own and talks to it.
final class LoopClient: @unchecked Sendable {
  /// What the loop's thread leaves behind. It does not keep the client alive.
  private final class Exit: @unchecked Sendable {
    let signal = DispatchSemaphore(value: 0)
    var code: Int32?
  }

  static let anySize = FrameLimits(maxJSONBytes: 1 << 26, maxAttachmentBytes: 1 << 28)

  private let requests: Int32
  private let replies: Int32
  private let exit = Exit()
  private var isInputClosed = false
  private var areRepliesClosed = false
  private var decoder = FrameDecoder(limits: LoopClient.anySize)
  private var unread: [UInt8] = []
  private var nextID: UInt64 = 1

  /// Starts the loop and reads `ready`; sends `configure` unless there is none.
  init(configure: Configure? = Configure(id: RequestID(0)), limits: FrameLimits = .default) throws {
    // The loop's answers may find no reader when a test ends early.
    signal(SIGPIPE, SIG_IGN)
    var input: [Int32] = [0, 0]
    var output: [Int32] = [0, 0]
    try #require(pipe(&input) == 0 && pipe(&output) == 0)
    (requests, replies) = (input[1], output[0])
    let (loopInput, loopOutput, exit) = (input[0], output[1], exit)
    let thread = Thread {
      var loop = FrameLoop(input: loopInput, output: loopOutput, limits: limits)
      exit.code = loop.run(
        ready: Ready(
          buildID: Ready.currentBuildID, engine: "test", fuelModel: "test", pid: 1, layers: [], resourceLimits: [:]))
      close(loopInput)
      close(loopOutput)
      exit.signal.signal()
    }
    thread.stackSize = 8 << 20
    thread.start()
    guard case .ready? = try receive() else {
      Issue.record("the loop's first message is not ready")
      return
    }
    guard let configure else { return }
    try send(.configure(configure))
    guard case .configured? = try receive() else {
      Issue.record("configure was refused")
      return
    }
  }

  deinit {
    closeInput()
    closeReplies()
  }

  // MARK: Frames

  func send(_ message: SupervisorMessage) throws { try send(message.encoded(limits: Self.anySize).bytes) }

  func send(_ bytes: [UInt8]) throws {
    var position = 0
    while position < bytes.count {
      let count = bytes[position...].withUnsafeBytes { write(requests, $0.baseAddress, $0.count) }
      // A loop that has ended reads no more.
      guard count > 0 else { return }
      position += count
    }
  }

  func closeInput() {
    if !isInputClosed { close(requests) }
    isInputClosed = true
  }

  func closeReplies() {
    if !areRepliesClosed { close(replies) }
    areRepliesClosed = true
  }

  /// The loop's exit code once it has ended; nil if it does not end.
  func exitCode() throws -> Int32? {
    exit.signal.wait(timeout: .now() + 30) == .success ? exit.code : nil
  }

  /// The next message; nil at the end.
  func receive() throws -> WorkerMessage? {
    while true {
      if !unread.isEmpty {
        let (consumed, frame) = try unread.withUnsafeBytes { try decoder.consume($0) }
        unread.removeFirst(consumed)
        if let frame { return try WorkerMessage(frame) }
        continue
      }
      var chunk = [UInt8](repeating: 0, count: 65_536)
      let count = read(replies, &chunk, chunk.count)
      guard count > 0 else { return nil }
      unread = Array(chunk[..<count])
    }
  }

  /// Ends the input, reads what is left, and returns the loop's exit code with the last message.
  func finish() throws -> (exitCode: Int32?, last: WorkerMessage?) {
    closeInput()
    var last: WorkerMessage?
    while let message = try receive() { last = message }
    return (try exitCode(), last)
  }

  // MARK: Requests

  func newID() -> RequestID {
    nextID += 1
    return RequestID(nextID)
  }

  /// A hash for a module; which one does not matter to a worker.
  static func hash(_ number: UInt8) -> ModuleHash {
    ModuleHash(digest: [UInt8](repeating: number, count: 32)) ?? hash(number)
  }

  func load(_ module: [UInt8], hash: ModuleHash = LoopClient.hash(1)) throws -> Result<ModuleDescription, Failure> {
    try send(.load(Load(id: newID(), hash: hash, module: module)))
    return try loadReply()
  }

  func loadReply() throws -> Result<ModuleDescription, Failure> {
    switch try receive() {
    case .loaded(let reply): return .success(reply.module)
    case .failure(let reply): return .failure(reply.failure)
    case let other: throw UnexpectedMessage(message: other)
    }
  }

  @discardableResult
  func load(_ text: String, hash: ModuleHash = LoopClient.hash(1)) throws -> ModuleDescription {
    try load(Array(text.utf8), hash: hash).get()
  }

  func invoke(_ invocation: Invocation) throws -> Outcome {
    try send(.invoke(Invoke(id: newID(), invocation: invocation)))
    let message = try receive()
    guard case .outcome(let reply)? = message else { throw UnexpectedMessage(message: message) }
    return reply.outcome
  }

  func call(
    _ function: String, _ input: Invocation.Input = .none, parameters: Invocation.Parameters = .strict,
    limits: InvocationLimits = .init(), hash: ModuleHash = LoopClient.hash(1), enableWASI: Bool = true
  ) throws -> Outcome {
    try invoke(
      Invocation(
        module: hash, entry: .function(function), input: input, parameters: parameters, limits: limits,
        enableWASI: enableWASI))
  }
}

struct UnexpectedMessage: Error {
  var message: WorkerMessage?
}

/// Loads a text module into a new loop and calls one function.
func outcome(
  _ text: String, _ function: String, _ input: Invocation.Input = .none,
  parameters: Invocation.Parameters = .strict, limits: InvocationLimits = .init(), enableWASI: Bool = true
) throws -> Outcome {
  let client = try LoopClient()
  try client.load(text)
  return try client.call(function, input, parameters: parameters, limits: limits, enableWASI: enableWASI)
}

extension Outcome {
  /// The plain value; nil for a failure or another form.
  var json: JSONValue? {
    if case .success(.json(let value)) = result { value } else { nil }
  }
  var failure: Failure? {
    if case .failure(let failure) = result { failure } else { nil }
  }
}
