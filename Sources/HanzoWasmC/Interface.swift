// The functions of hanzo_wasm.h. The compiler compares each of them with its declaration there, which also says what it does.

public import CHanzoWasm
import Glibc
import HanzoWasm

@c @implementation
public func hanzo_wasm_abi_version() -> UInt32 { UInt32(HANZO_WASM_ABI_VERSION) }

/// Made once, and never freed.
nonisolated(unsafe) private let buildID: UnsafePointer<CChar>? = UnsafePointer(strdup(Ready.currentBuildID))

@c @implementation
public func hanzo_wasm_build_id() -> UnsafePointer<CChar>? { buildID }

// MARK: Errors

nonisolated(unsafe) private let codeNames: [UnsafePointer<CChar>?] =
  (["ok"] + ErrorCode.allCases.map(\.rawValue)).map { UnsafePointer(strdup($0)) }

@c @implementation
public func hanzo_wasm_code_name(_ code: Int32) -> UnsafePointer<CChar>? {
  codeNames.indices.contains(Int(code)) ? codeNames[Int(code)] : nil
}

@c @implementation
public func hanzo_wasm_last_error_code() -> Int32 { ThreadState.current.error?.code.number ?? 0 }

@c @implementation
public func hanzo_wasm_last_error() -> UnsafeMutablePointer<CChar>? {
  ThreadState.current.error.flatMap { JSONValue.object($0.report).copied() }
}

@c @implementation
public func hanzo_wasm_free(_ string: UnsafeMutablePointer<CChar>?) { free(string) }

// MARK: Host functions

@c @implementation
public func hanzo_wasm_host_call_arguments(_ call: OpaquePointer?) -> UnsafePointer<CChar>? {
  hostCalls[call]?.arguments.text
}

@c @implementation
public func hanzo_wasm_host_call_bytes(_ call: OpaquePointer?, _ index: Int) -> hanzo_wasm_bytes {
  guard let contents = hostCalls[call]?.contents, contents.indices.contains(index) else { return hanzo_wasm_bytes() }
  return contents[index]?.bytes ?? hanzo_wasm_bytes()
}

@c @implementation
public func hanzo_wasm_host_call_caller(_ call: OpaquePointer?) -> UnsafeMutablePointer<CChar>? {
  guard let call = hostCalls[call]?.call else { return nil }
  return JSONValue.object([
    "module": call.module.map { JSONValue($0) } ?? .null, "function": call.function.map { JSONValue($0) } ?? .null,
    "remainingNanoseconds": JSONValue(call.remainingTime.nanoseconds),
  ]).copied()
}

@c @implementation
public func hanzo_wasm_host_call_is_cancelled(_ call: OpaquePointer?) -> Int32 {
  hostCalls[call]?.isCancelled ?? true ? 1 : 0
}

@c @implementation
public func hanzo_wasm_host_call_return(
  _ call: OpaquePointer?, _ json: UnsafePointer<CChar>?, _ bytes: hanzo_wasm_bytes
) -> Int32 {
  reporting { () throws(WasmError) in
    guard let pending = hostCalls[call] else { throw alreadyAnswered() }
    let value = try pending.value(json: json, bytes)
    try answer(call, .success(value))
  }
}

@c @implementation
public func hanzo_wasm_host_call_fail(_ call: OpaquePointer?, _ message: UnsafePointer<CChar>?) -> Int32 {
  reporting { () throws(WasmError) in
    try answer(call, .failure(HostFunction.Failure(text(message) ?? "no reason was given")))
  }
}

private func answer(_ call: OpaquePointer?, _ answer: Result<HostFunction.Value, any Error>) throws(WasmError) {
  guard let pending = hostCalls.remove(call) else { throw alreadyAnswered() }
  pending.answer(answer)
}

private func alreadyAnswered() -> WasmError { .invalidArguments("There is no such host call: it has been answered.") }

// MARK: Runtimes

@c @implementation
public func hanzo_wasm_runtime_create(
  _ options: UnsafePointer<hanzo_wasm_options>?, _ runtime: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  runtime?.pointee = nil
  return reporting { () throws(WasmError) in
    guard let runtime else { throw missing("the place for the runtime") }
    let options = try read(options)
    let config = try WasmConfig(json: utf8(options.config))
    let callbacks = HostCallbacks()
    let functions = try callbacks.functions(
      UnsafeBufferPointer(
        start: options.host_functions, count: options.host_functions == nil ? 0 : options.host_function_count))
    let made = try Runtime(config, functions, callbacks, LogCallback(options.log, options.log_context))
    runtime.pointee = OpaquePointer(bitPattern: runtimes.add(made))
  }
}

/// What a program gave that may have been built with an older header.
private func read(_ options: UnsafePointer<hanzo_wasm_options>?) throws(WasmError) -> hanzo_wasm_options {
  var known = hanzo_wasm_options()
  guard let options else { return known }
  // The first version had all of it but what a later one adds behind.
  guard options.pointee.size >= MemoryLayout<hanzo_wasm_options>.size else {
    throw WasmError.invalidConfiguration("hanzo_wasm_options.size must be sizeof(hanzo_wasm_options).")
  }
  withUnsafeMutableBytes(of: &known) { target in
    target.copyMemory(from: UnsafeRawBufferPointer(start: options, count: target.count))
  }
  return known
}

@c @implementation
public func hanzo_wasm_runtime_shutdown(_ runtime: OpaquePointer?, _ graceful: Int32) -> Int32 {
  reporting { () throws(WasmError) in
    let runtime = try Runtime.of(runtime)
    waitFor { await runtime.wasm.shutdown(graceful: graceful != 0) }
  }
}

@c @implementation
public func hanzo_wasm_runtime_destroy(_ runtime: OpaquePointer?) {
  guard let runtime = runtimes.remove(runtime) else { return }
  if ThreadState.current.isInCallback {
    Task.detached { await runtime.end() }
  } else {
    waitFor { await runtime.end() }
  }
}

@c @implementation
public func hanzo_wasm_runtime_status(
  _ runtime: OpaquePointer?, _ status: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  answering(status) { () throws(WasmError) in try Runtime.of(runtime).wasm.status().report }
}

@c @implementation
public func hanzo_wasm_runtime_statistics(
  _ runtime: OpaquePointer?, _ statistics: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  answering(statistics) { () throws(WasmError) in try Runtime.of(runtime).wasm.statistics.report }
}

@c @implementation
public func hanzo_wasm_probe(
  _ config: UnsafePointer<CChar>?, _ report: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  answering(report) { () throws(WasmError) in
    let config = try WasmConfig(json: utf8(config))
    return waitFor { await WasmRuntime.probe(config).report }
  }
}

// MARK: Modules

@c @implementation
public func hanzo_wasm_load(
  _ runtime: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ module: hanzo_wasm_bytes,
  _ options: UnsafePointer<CChar>?,
  _ info: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  info?.pointee = nil
  return reporting { () throws(WasmError) in
    let runtime = try Runtime.of(runtime)
    guard let name = text(name) else { throw missing("the module's name") }
    let options = try LoadOptions(json: utf8(options))
    let bytes = module.array
    let loaded: Result<WasmModuleInfo, WasmError> = waitFor {
      do throws(WasmError) {
        return .success(
          try await runtime.wasm.loadModule(name, bytes, domain: options.domain, policy: options.policy))
      } catch {
        return .failure(error)
      }
    }
    let found = try loaded.get()
    info?.pointee = JSONValue.object(found.report).copied()
  }
}

@c @implementation
public func hanzo_wasm_validate(
  _ runtime: OpaquePointer?, _ module: hanzo_wasm_bytes, _ options: UnsafePointer<CChar>?,
  _ info: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  info?.pointee = nil
  return reporting { () throws(WasmError) in
    let runtime = try Runtime.of(runtime)
    let options = try LoadOptions(json: utf8(options))
    guard options.domain == nil else {
      throw .invalidArguments("A module that is validated only is in no domain.")
    }
    let bytes = module.array
    let validated: Result<WasmModuleInfo, WasmError> = waitFor {
      do throws(WasmError) {
        return .success(try await runtime.wasm.validate(bytes, policy: options.policy))
      } catch {
        return .failure(error)
      }
    }
    let found = try validated.get()
    info?.pointee = JSONValue.object(found.report).copied()
  }
}

@c @implementation
public func hanzo_wasm_unload(
  _ runtime: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ was_loaded: UnsafeMutablePointer<Int32>?
) -> Int32 {
  was_loaded?.pointee = 0
  return reporting { () throws(WasmError) in
    guard let name = text(name) else { throw missing("the module's name") }
    let wasLoaded = try Runtime.of(runtime).wasm.unloadModule(name)
    was_loaded?.pointee = wasLoaded ? 1 : 0
  }
}

@c @implementation
public func hanzo_wasm_list(
  _ runtime: OpaquePointer?, _ names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  answering(names) { () throws(WasmError) in
    .array(try Runtime.of(runtime).wasm.listModules().map { JSONValue($0) })
  }
}

@c @implementation
public func hanzo_wasm_info(
  _ runtime: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ info: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  answering(info) { () throws(WasmError) in
    guard let name = text(name) else { throw missing("the module's name") }
    return .object(try Runtime.of(runtime).wasm.requiredModuleInfo(name).report)
  }
}

@c @implementation
public func hanzo_wasm_clear(_ runtime: OpaquePointer?) -> Int32 {
  reporting { () throws(WasmError) in try Runtime.of(runtime).wasm.clearModules() }
}

// MARK: Calls

@c @implementation
public func hanzo_wasm_invoke(
  _ runtime: OpaquePointer?, _ call: UnsafePointer<hanzo_wasm_call>?,
  _ outcome: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  outcome?.pointee = nil
  return reporting { () throws(WasmError) in
    let runtime = try Runtime.of(runtime)
    let result = runtime.invoke(try CallDocument(call))
    if let outcome { outcome.pointee = ForeignOutcome(result).handedOver }
    if case .failure(let error) = result { throw error }
  }
}

@c @implementation
public func hanzo_wasm_invoke_async(
  _ runtime: OpaquePointer?, _ call: UnsafePointer<hanzo_wasm_call>?, _ completion: hanzo_wasm_completion?,
  _ context: UnsafeMutableRawPointer?, _ id: UnsafeMutablePointer<UInt64>?
) -> Int32 {
  id?.pointee = 0
  return reporting { () throws(WasmError) in
    let runtime = try Runtime.of(runtime)
    guard let completion else { throw missing("the completion") }
    // The program's, which expects it on another thread.
    nonisolated(unsafe) let context = context
    try runtime.begin(try CallDocument(call), id) { completion(context, ForeignOutcome($0).handedOver) }
  }
}

@c @implementation
public func hanzo_wasm_cancel(_ runtime: OpaquePointer?, _ id: UInt64) -> Int32 {
  reporting { () throws(WasmError) in try Runtime.of(runtime).cancel(id) }
}

// MARK: Outcomes

private func with<Value>(_ outcome: OpaquePointer?, _ body: (ForeignOutcome) -> Value) -> Value? {
  outcome.map { body(Unmanaged<ForeignOutcome>.fromOpaque(UnsafeRawPointer($0)).takeUnretainedValue()) }
}

@c @implementation
public func hanzo_wasm_outcome_code(_ outcome: OpaquePointer?) -> Int32 { with(outcome) { $0.code } ?? 0 }

@c @implementation
public func hanzo_wasm_outcome_json(_ outcome: OpaquePointer?) -> UnsafePointer<CChar>? {
  with(outcome) { $0.json.text } ?? nil
}

@c @implementation
public func hanzo_wasm_outcome_bytes(_ outcome: OpaquePointer?) -> hanzo_wasm_bytes {
  with(outcome) { $0.bytes?.bytes ?? hanzo_wasm_bytes() } ?? hanzo_wasm_bytes()
}

@c @implementation
public func hanzo_wasm_outcome_stdout(_ outcome: OpaquePointer?) -> hanzo_wasm_bytes {
  with(outcome) { $0.stdout?.bytes ?? hanzo_wasm_bytes() } ?? hanzo_wasm_bytes()
}

@c @implementation
public func hanzo_wasm_outcome_stderr(_ outcome: OpaquePointer?) -> hanzo_wasm_bytes {
  with(outcome) { $0.stderr?.bytes ?? hanzo_wasm_bytes() } ?? hanzo_wasm_bytes()
}

@c @implementation
public func hanzo_wasm_outcome_free(_ outcome: OpaquePointer?) {
  if let outcome { Unmanaged<ForeignOutcome>.fromOpaque(UnsafeRawPointer(outcome)).release() }
}

// MARK: Helpers

/// A function whose answer is a JSON document.
private func answering(
  _ target: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, _ body: () throws(WasmError) -> JSONValue
) -> Int32 {
  target?.pointee = nil
  return reporting { () throws(WasmError) in
    guard let target else { throw missing("the place for the answer") }
    target.pointee = try body().copied()
  }
}

private func missing(_ what: String) -> WasmError { .invalidArguments("A pointer is NULL: \(what).") }
