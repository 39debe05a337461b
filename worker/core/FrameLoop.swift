/// The worker's main loop: one request in, one answer out, until the input ends.

import Confinement
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

  /// - Parameters:
  ///   - input: where requests come from.
  ///   - output: where answers go.
  ///   - limits: the largest frames that will ever be accepted, which `configure` cannot exceed.
  public init(input: Int32, output: Int32, limits: FrameLimits = .default) {
    self.init(input: input, output: output, limits: limits, directories: [])
  }

  /// - Parameter directories: what invocations may mount, by number.
  init(input: Int32, output: Int32, limits: FrameLimits, directories: [PreopenedDirectory]) {
    connection = SupervisorConnection(input: input, output: output)
    handler = RequestHandler(largestFrames: limits, directories: directories, supervisor: connection)
  }

  /// Sends `ready`, then serves requests until the input ends or the client breaks the protocol.
  ///
  /// - Returns: the exit code: 0 at the end of the input, and when nobody reads the answers; 70 after a violation.
  public mutating func run(ready: Ready) -> Int32 {
    do throws(ProtocolViolation) {
      guard try connection.send(.ready(ready)) else { return 0 }
      while let request = try connection.receive() {
        guard let answer = handler.answer(request) else { continue }
        if let violation = connection.violation { throw violation }
        guard try send(answer) else { return 0 }
      }
      return 0
    } catch {
      _ = try? connection.send(.error(ProtocolErrorMessage(error)))
      return Self.protocolErrorExitCode
    }
  }

  /// Sends an answer; one that is too large becomes a failure that says so.
  private func send(_ answer: WorkerMessage) throws(ProtocolViolation) -> Bool {
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
