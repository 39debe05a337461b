/// The worker's main loop: one request in, one answer out, until the input ends.

import Confinement
import Glibc
import WasmJSON
public import WorkerProtocol

/// Reads requests from one descriptor and writes answers to another.
///
/// A request is read whole before its answer is written, so that a supervisor which writes without reading cannot
/// deadlock with the worker. Descriptors are the caller's: nothing is opened or closed here.
public struct FrameLoop {
  /// The exit code after the client broke the protocol.
  public static let protocolErrorExitCode: Int32 = 70

  private let connection: SupervisorConnection
  private var handler: RequestHandler
  private let child: ChildConfinement?

  /// - Parameters:
  ///   - input: where requests come from.
  ///   - output: where answers go.
  ///   - limits: the largest frames that will ever be accepted, which `configure` cannot exceed.
  public init(input: Int32, output: Int32, limits: FrameLimits = .default) {
    self.init(input: input, output: output, limits: limits, directories: [])
  }

  /// - Parameter directories: what invocations may mount, by number.
  /// - Parameter child: how a template confines the processes that it forks; nil for a worker that forks none.
  init(
    input: Int32, output: Int32, limits: FrameLimits, directories: [PreopenedDirectory],
    child: ChildConfinement? = nil
  ) {
    connection = SupervisorConnection(input: input, output: output, isTemplate: child != nil)
    self.child = child
    handler = RequestHandler(largestFrames: limits, directories: directories, supervisor: connection)
  }

  /// Sends `ready`, then serves requests until the input ends or the client breaks the protocol.
  ///
  /// - Returns: the exit code: 0 at the end of the input, and when nobody reads the answers; 70 after a violation; 71 if a
  ///   template cannot fork.
  public mutating func run(ready: Ready) -> Int32 {
    do throws(ProtocolViolation) {
      guard try connection.send(.ready(ready)) else { return 0 }
      var repeated = RepeatedInvoke()
      var plain = PlainOutcome()
      while true {
        if try connection.receive(&repeated) {
          guard try serve(&repeated, &plain) else { return 0 }
          continue
        }
        guard let request = try connection.receive() else { return 0 }
        if case .fork = request {
          guard let code = try fork(ready) else { continue }
          return code
        }
        guard let answer = handler.answer(request, shape: connection.shape) else { continue }
        guard try send(answer) else { return 0 }
      }
    } catch {
      _ = try? connection.send(.error(ProtocolErrorMessage(error)))
      return Self.protocolErrorExitCode
    }
  }

  // MARK: Templates

  /// The exit code when no process can be forked (PROTOCOL.md, "Exit codes").
  static let forkFailedExitCode: Int32 = 71

  /// Has a new process serve one invocation. In the template this returns when that process runs no code any more: they
  /// never read or write a frame at the same time, so no answer can belong to two invocations, whatever one of them has
  /// done to its process.
  ///
  /// - Returns: the exit code of the process that this is; nil for a template that goes on.
  private mutating func fork(_ ready: Ready) throws(ProtocolViolation) -> Int32? {
    guard let child else { return Self.forkFailedExitCode }
    // What the first invocation of the modules would make is made once, for all of them.
    handler.prepare()
    switch child.fork() {
    case .ended: return child.reportEnd() ? nil : 0
    case .failed: return Self.forkFailedExitCode
    case .unconfined: return ConfinementLayer.seccomp.exitCode
    case .child:
      connection.becomeChild()
      handler.becomeChild()
      var ready = ready
      ready.pid = UInt32(clamping: getpid())
      guard try connection.send(.ready(ready)), let request = try connection.receive(),
        let answer = handler.answer(request)
      else { return 0 }
      _ = try send(answer)
      // Nothing is taken apart that the kernel frees as a whole: that would first copy it from the template.
      _exit(0)
    }
  }

  /// Answers a request that is spelled like the last invocation; false if nobody reads.
  private mutating func serve(
    _ request: inout RepeatedInvoke, _ plain: inout PlainOutcome
  ) throws(ProtocolViolation) -> Bool {
    guard let shape = connection.shape else { return false }
    let answer = handler.answer(&request, like: shape, &plain)
    guard case .other(let outcome) = answer else {
      // It may be large.
      defer { plain.value = .null }
      if let isRead = connection.send(outcomeOf: request.id, plain) { return isRead }
      return try send(.outcome(OutcomeReply(id: request.id, outcome: plain.outcome)))
    }
    return try send(.outcome(OutcomeReply(id: request.id, outcome: outcome)))
  }

  /// Sends an answer; one that is too large becomes a failure that says so.
  private func send(_ answer: WorkerMessage) throws(ProtocolViolation) -> Bool {
    if let violation = connection.violation { throw violation }
    // The supervisor left during a host call: an outcome would not follow from what was asked last.
    if case .waitingForHostResult = connection.state.phase { return false }
    do throws(ProtocolViolation) {
      return try connection.send(answer)
    } catch {
      guard error.kind == .frameTooLarge else { throw error }
    }
    let failure = Failure(
      .outputLimitExceeded, "the answer does not fit into a frame",
      limit: Failure.Limit(name: "maxJSONBytes", value: UInt64(connection.state.sendLimits.maxJSONBytes)))
    switch answer {
    case .outcome(var reply):
      // Nobody loses a result for its profile.
      if reply.outcome.profile != nil {
        reply.outcome.profile = nil
        return try send(.outcome(reply))
      }
      reply.outcome.result = .failure(failure)
      reply.outcome.stdout = []
      reply.outcome.stderr = []
      do throws(ProtocolViolation) { return try connection.send(.outcome(reply)) } catch {
        guard error.kind == .frameTooLarge else { throw error }
      }
      reply.outcome.logs = []
      reply.outcome.logsTruncated = true
      return try connection.send(.outcome(reply))
    case .loaded(let reply):
      return try connection.send(.failure(FailureReply(id: reply.id, failure: failure)))
    case .failure(var reply):
      // The names in it are the module's, and may be long.
      reply.failure = Failure(reply.failure.code, "the description of this failure does not fit into a frame")
      return try connection.send(.failure(reply))
    default: return try connection.send(answer)
    }
  }
}
