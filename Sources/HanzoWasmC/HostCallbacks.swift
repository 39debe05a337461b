// Functions of a program in another language that guests may call.

import CHanzoWasm
import Dispatch
import HanzoWasm
import Synchronization

/// The host functions of one runtime, and the calls of them that have not been answered.
final class HostCallbacks: Sendable {
  private let pending = Mutex<Set<UInt>>([])
  /// Callbacks that have not returned.
  private let running = OpenCount()
  /// Callbacks may block, so they run on threads that are there for that.
  private let queue = DispatchQueue(label: "hanzo-wasm-host-functions", attributes: .concurrent)

  /// - Throws: `invalidConfiguration` with every mistake in the declarations.
  func functions(
    _ declarations: UnsafeBufferPointer<hanzo_wasm_host_function>
  ) throws(WasmError) -> [HostFunction] {
    var functions: [HostFunction] = []
    for declaration in declarations {
      guard let callback = declaration.callback else {
        throw WasmError.invalidConfiguration("A host function has no callback.")
      }
      nonisolated(unsafe) let context = declaration.context
      functions.append(
        try HostFunction(declaration: utf8(declaration.declaration)) { [self] call, result in
          try await answer(call, result) { callback(context, $0) }
        })
    }
    return functions
  }

  private func answer(
    _ call: HostFunction.Call, _ result: HostFunction.LiftedType?,
    _ callback: @escaping @Sendable (OpaquePointer?) -> Void
  ) async throws -> HostFunction.Value {
    let question = PendingHostCall(call, result)
    let handle = hostCalls.add(question)
    pending.withLock { _ = $0.insert(handle) }
    question.onAnswer { [self] in pending.withLock { _ = $0.remove(handle) } }
    // It is never closed: what calls back waits for that.
    _ = running.begin()
    return try await withTaskCancellationHandler {
      try await withUnsafeThrowingContinuation { continuation in
        question.await(continuation)
        queue.async { [self] in
          ThreadState.inCallback { callback(OpaquePointer(bitPattern: handle)) }
          running.end()
        }
      }
    } onCancel: {
      question.cancel()
    }
  }

  /// Waits for callbacks that are running, and ends the handles that nobody has answered.
  func end() async {
    await running.waitForZero()
    for handle in pending.withLock({ $0 }) { _ = hostCalls.remove(OpaquePointer(bitPattern: handle)) }
  }
}

/// A call of a host function, from the guest's question to the program's answer.
final class PendingHostCall: Sendable {
  private struct State {
    var continuation: UnsafeContinuation<HostFunction.Value, any Error>?
    var isCancelled = false
    var onAnswer: (@Sendable () -> Void)?
  }

  let call: HostFunction.Call
  private let result: HostFunction.LiftedType?
  let arguments: Buffer
  /// What of the arguments is not a number.
  let contents: [Buffer?]
  private let state = Mutex(State())

  init(_ call: HostFunction.Call, _ result: HostFunction.LiftedType?) {
    self.call = call
    self.result = result
    arguments = Buffer(.array(call.arguments.map(\.json)))
    contents = call.arguments.map { argument in
      switch argument {
      case .string(let text): Buffer(Array(text.utf8))
      case .bytes(let bytes): Buffer(bytes)
      case .json(let value): Buffer(value.serialized())
      case .none, .i32, .i64, .f32, .f64: nil
      }
    }
  }

  var isCancelled: Bool { state.withLock { $0.isCancelled } }

  func onAnswer(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.onAnswer = body } }

  func await(_ continuation: UnsafeContinuation<HostFunction.Value, any Error>) {
    let isCancelled = state.withLock { state in
      if !state.isCancelled { state.continuation = continuation }
      return state.isCancelled
    }
    if isCancelled { continuation.resume(throwing: CancellationError()) }
  }

  /// Nobody waits any more. The handle is the program's still.
  func cancel() {
    let continuation = state.withLock { state in
      state.isCancelled = true
      defer { state.continuation = nil }
      return state.continuation
    }
    continuation?.resume(throwing: CancellationError())
  }

  /// Ends it; called once, by whoever has ended the handle.
  func answer(_ answer: Result<HostFunction.Value, any Error>) {
    let (continuation, onAnswer) = state.withLock { state in
      defer {
        state.continuation = nil
        state.onAnswer = nil
      }
      return (state.continuation, state.onAnswer)
    }
    onAnswer?()
    continuation?.resume(with: answer)
  }

  /// The answer as a value of the declared type.
  func value(json: UnsafePointer<CChar>?, _ bytes: hanzo_wasm_bytes) throws(WasmError) -> HostFunction.Value {
    guard let result else {
      guard json == nil, bytes.length == 0 else { throw unfit("The function is declared without a result.") }
      return .none
    }
    if result == .bytes {
      guard json == nil else { throw unfit("The function's result is declared as bytes.") }
      return .bytes(bytes.array)
    }
    let value: JSONValue
    do throws(JSONError) { value = try JSONValue(parsing: utf8(json)) } catch {
      throw unfit("The answer is not a JSON value: \(error).")
    }
    let lifted: HostFunction.Value? =
      switch result {
      case .i32, .i64: value.int64Value.map { .i64($0) }
      case .f32, .f64: value.doubleValue.map { .f64($0) }
      case .string: value.stringValue.map { .string($0) }
      case .json, .jsonHandle: .json(value)
      case .bytes, .cString: nil
      }
    guard let lifted else { throw unfit("The answer is no value of the type \(result.rawValue).") }
    return lifted
  }

  private func unfit(_ sentence: String) -> WasmError { WasmError.invalidArguments(sentence) }
}

extension HostFunction.Value {
  fileprivate var json: JSONValue {
    switch self {
    case .none, .bytes: .null
    case .i32(let value): JSONValue(value)
    case .i64(let value): JSONValue(value)
    case .f32(let value): .double(Double(value))
    case .f64(let value): .double(value)
    case .string(let text): .string(text)
    case .json(let value): value
    }
  }
}
