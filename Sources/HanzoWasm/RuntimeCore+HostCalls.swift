// Host calls: from a worker's question to the closure's task, and back with its answer.

import CLinux
import Logging
import Synchronization
import WasmJSON
import WorkerProtocol

/// A host function that is running for a guest. Its task is cancelled when the guest's call ends before.
final class OpenHostCall: Sendable {
  private struct State {
    var task: Task<Void, Never>?
    var isCancelled = false
  }
  private let state = Mutex(State())

  func started(_ task: Task<Void, Never>) {
    let isCancelled = state.withLock { state in
      state.task = task
      return state.isCancelled
    }
    if isCancelled { task.cancel() }
  }

  func cancel() {
    let task = state.withLock { state in
      state.isCancelled = true
      return state.task
    }
    task?.cancel()
  }
}

/// What the task of a host call needs.
struct HostCallJob: Sendable {
  let id: CallID
  let worker: WorkerID
  let request: HostCall
  let open: OpenHostCall
  let function: HostFunction
  /// Of the guest's call.
  let module: String?
  let entry: String?
  let network: [NetworkPolicy]
  let deadline: Int64
  let trace: TraceContext
}

extension RuntimeCore {
  /// A guest has called a host function: notes it, and has it run.
  ///
  /// - Returns: what is wrong with the call; nothing has been noted then.
  func begin(
    _ hostCall: HostCall, of worker: WorkerID, in state: inout CoreState, _ effects: inout [Effect]
  ) -> String? {
    guard let id = state.workers[worker]?.call, let call = state.calls[id] else { return nil }
    guard let function = hostFunctions[hostCall.function] else {
      return "it called a host function that nobody declared."
    }
    let open = OpenHostCall()
    call.hostCall = open
    state.statistics.hostCalls += 1
    effects.append(
      .serve(
        HostCallJob(
          id: id, worker: worker, request: hostCall, open: open, function: function, module: call.work.moduleName,
          entry: call.work.function, network: [config.network] + (call.work.network.map { [$0] } ?? []),
          deadline: call.deadline, trace: call.trace)))
    return nil
  }

  /// Runs a host function in a task of its own, which also reads the arguments: they can be long, and the I/O thread has
  /// others to serve.
  func serve(_ job: HostCallJob) {
    let task = Task.detached { [self] in
      let arguments: [HostFunction.Value]
      do throws(HostFunction.Failure) {
        guard let values = try job.function.arguments(job.request) else { return refuse(job) }
        arguments = values
      } catch {
        return finish(job, .failure(error))
      }
      let call = HostFunction.Call(
        arguments: arguments, module: job.module, function: job.entry, network: job.network, deadline: job.deadline)
      let answer: Result<(value: JSONValue, payload: [UInt8]), any Error>
      do {
        let value = try await job.trace.hostCall(job.function.qualifiedName) { try await job.function.body(call) }
        answer = .success(try job.function.result(value))
      } catch {
        answer = .failure(error)
      }
      finish(job, answer, networkDenied: call.wasNetworkDenied)
    }
    job.open.started(task)
  }

  /// The worker has sent arguments that the function does not have: its call fails, and it ends.
  private func refuse(_ job: HostCallJob) {
    let sentence = "it called a host function with other arguments than declared."
    let now = clinux_monotonic_nanoseconds()
    perform(
      state.withLock { state in
        var effects: [Effect] = []
        guard let call = state.calls[job.id], call.hostCall === job.open else { return effects }
        fail(
          job.id,
          WasmError(.protocolViolation, "The worker broke the protocol: \(sentence)", execution: call.execution),
          in: &state, &effects)
        state.workers[job.worker]?.call = nil
        condemn(job.worker, .protocolViolation(sentence), in: &state, now: now, &effects)
        return effects
      })
  }

  private func finish(
    _ job: HostCallJob, _ answer: Result<(value: JSONValue, payload: [UInt8]), any Error>, networkDenied: Bool = false
  ) {
    let name = job.function.qualifiedName
    let result: Result<JSONValue, Failure>
    var payload: [UInt8] = []
    var sentence: String?
    switch answer {
    case .success(let answer):
      result = .success(answer.value)
      payload = answer.payload
    case .failure(let error):
      // The worker is not told what went wrong: the text may hold what is none of a guest's business.
      let isDenied = (error as? HostFunction.Failure)?.isNetworkDenied ?? false
      result = .failure(
        Failure(isDenied ? .networkDenied : .hostFunctionFailed, "the host function \(name) failed", function: name))
      sentence = "The host function \(name) failed: \(error)"
    }
    let message = HostResult(
      id: job.request.id, sequence: job.request.sequence, result: result, networkDenied: networkDenied,
      payload: payload)
    perform(
      state.withLock { state in
        // The call may have ended meanwhile, and another one may run in the same worker.
        guard let call = state.calls[job.id], call.hostCall === job.open, let port = state.workers[job.worker]?.port
        else { return [] }
        call.hostCall = nil
        if let sentence { call.hostFailure = sentence }
        return [.sendHostResult(port, message)]
      })
  }

  func sendHostResult(_ result: HostResult, to port: WorkerPort) {
    let message = SupervisorMessage.hostResult(result)
    do throws(ProtocolViolation) {
      send(message, try message.encoded(limits: frameLimits), to: port)
    } catch {
      logger?.warning("a host function's result does not fit into a frame", metadata: subject(port.id).metadata())
      let failure = HostResult(
        id: result.id, sequence: result.sequence,
        result: .failure(Failure(.hostFunctionFailed, "the host function's result does not fit into a frame")),
        networkDenied: result.networkDenied)
      do throws(ProtocolViolation) {
        send(.hostResult(failure), try SupervisorMessage.hostResult(failure).encoded(limits: frameLimits), to: port)
      } catch {
        // A frame of this size always fits; without an answer the worker could only wait for its deadline.
        port.kill(.protocolViolation(error.message))
      }
    }
  }
}

extension WasmError {
  /// The failure of a host function in the host's own words.
  func explained(by sentence: String?) -> WasmError {
    guard let sentence, code == .hostFunctionFailed || code == .networkDenied, limit == nil else { return self }
    return replacingMessage(sentence)
  }
}
