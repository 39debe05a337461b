// A runtime as C sees it: calls with numbers, completions, and an end that waits for all of them.

import CHanzoWasm
import Dispatch
import HanzoWasm
import Synchronization

final class Runtime: Sendable {
  private struct State {
    /// The tasks of calls that have not ended.
    var calls: [UInt64: Task<Void, Never>] = [:]
    var nextCall: UInt64 = 1
  }

  let wasm: WasmRuntime
  private let state = Mutex(State())
  /// Calls whose completion has not returned.
  private let open = OpenCount()
  /// What the host functions and this object share: the runtime is made of them before this object exists.
  private let callbacks: HostCallbacks

  init(_ config: WasmConfig, _ functions: [HostFunction], _ callbacks: HostCallbacks, _ log: LogCallback?)
    throws(WasmError)
  {
    wasm = try WasmRuntime(config, hostFunctions: functions, logger: log?.logger)
    self.callbacks = callbacks
  }

  /// The runtime of a handle.
  ///
  /// - Throws: `shutDown` if there is none any more.
  static func of(_ handle: OpaquePointer?) throws(WasmError) -> Runtime {
    guard let runtime = runtimes[handle] else {
      throw WasmError.shutDown("There is no such runtime: it has been destroyed.")
    }
    return runtime
  }

  // MARK: Calls

  /// Executes a call on this thread as far as that goes without waiting, and waits for the rest.
  func invoke(_ call: CallDocument) -> CallOutcome {
    waitFor { await self.outcome(of: call) }
  }

  private func outcome(of call: CallDocument) async -> CallOutcome {
    do throws(WasmError) {
      return .success(try await wasm.invoke(call.form, module: call.module))
    } catch {
      return .failure(error)
    }
  }

  func begin(
    _ call: CallDocument, _ id: UnsafeMutablePointer<UInt64>?, _ completion: @escaping @Sendable (CallOutcome) -> Void
  ) throws(WasmError) {
    guard open.begin() else { throw WasmError.shutDown("The runtime is being destroyed.") }
    // The task cannot end before it can be found, since it needs the lock to do so.
    state.withLock { state in
      let number = state.nextCall
      state.nextCall += 1
      id?.pointee = number
      state.calls[number] = Task { [self] in
        let outcome = await outcome(of: call)
        self.state.withLock { $0.calls[number] = nil }
        ThreadState.inCallback { completion(outcome) }
        open.end()
      }
    }
  }

  func cancel(_ id: UInt64) { state.withLock { $0.calls[id] }?.cancel() }

  // MARK: The end

  /// Ends everything. Called once, by whoever has ended the handle.
  func end() async {
    open.close()
    await wasm.shutdown(graceful: false)
    await open.waitForZero()
    await callbacks.end()
  }
}

/// Waits on this thread for a task, which begins on it.
func waitFor<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) -> Value {
  let answer = Answer<Value>()
  // Not this thread's business while it waits: the task runs on the pool's threads after its first suspension.
  _ = Task.immediate { answer.set(await body()) }
  return answer.wait()
}

/// A value that one thread sets and another one waits for.
private final class Answer<Value: Sendable>: Sendable {
  private let value = Mutex<Value?>(nil)
  private let semaphore = DispatchSemaphore(value: 0)

  func set(_ value: Value) {
    self.value.withLock { $0 = value }
    semaphore.signal()
  }

  func wait() -> Value {
    while true {
      if let value = value.withLock({ $0 }) { return value }
      semaphore.wait()
    }
  }
}

/// What is to be executed, read whole before anything begins.
struct CallDocument: Sendable {
  let form: InvocationForm
  let module: [UInt8]?

  init(_ call: UnsafePointer<hanzo_wasm_call>?) throws(WasmError) {
    guard let call = call?.pointee else { throw WasmError.invalidArguments("There is no call: the pointer is NULL.") }
    module = call.module.data == nil ? nil : call.module.array
    form = try InvocationForm(json: utf8(call.invocation), input: call.input.array, needsModule: module == nil)
  }
}

/// What came of a call.
enum CallOutcome: Sendable {
  case success(Outcome)
  case failure(WasmError)
}

/// The same as C gets it.
final class ForeignOutcome: Sendable {
  let code: Int32
  let json: Buffer
  let bytes: Buffer?
  let stdout: Buffer?
  let stderr: Buffer?

  init(_ outcome: CallOutcome) {
    var object: JSONObject = [:]
    var stdout: [UInt8] = []
    var stderr: [UInt8] = []
    func describe(
      _ logs: [LogRecord], truncated: Bool, exitCode: UInt32? = nil, networkDenied: Bool, _ usage: Usage
    ) {
      object["logs"] = logs.report
      object["logsTruncated"] = JSONValue(truncated)
      object["exitCode"] = exitCode.map { JSONValue($0) }
      object["networkDenied"] = JSONValue(networkDenied)
      object["usage"] = usage.report
    }
    switch outcome {
    case .success(let outcome):
      code = 0
      object = ["result": outcome.value.report]
      describe(
        outcome.logs, truncated: outcome.logsTruncated, exitCode: outcome.exitCode,
        networkDenied: outcome.networkDenied, outcome.usage)
      switch outcome.value {
      case .bytes(let contents), .documentText(let contents): bytes = Buffer(contents)
      case .json, .typed: bytes = nil
      }
      stdout = outcome.stdout
      stderr = outcome.stderr
    case .failure(let error):
      code = error.code.number
      object = ["error": .object(error.report)]
      bytes = nil
      if let partial = error.partial {
        describe(
          partial.logs, truncated: partial.logsTruncated, networkDenied: partial.networkDenied, partial.usage)
        stdout = partial.stdout
        stderr = partial.stderr
      }
    }
    json = Buffer(.object(object))
    self.stdout = stdout.isEmpty ? nil : Buffer(stdout)
    self.stderr = stderr.isEmpty ? nil : Buffer(stderr)
  }

  /// Hands it over to C.
  var handedOver: OpaquePointer? { OpaquePointer(Unmanaged.passRetained(self).toOpaque()) }
}
