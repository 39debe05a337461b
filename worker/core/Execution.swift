/// One call from its invocation to its outcome.

import WasmBinary
import WasmInterpreter
import WasmJSON
import WorkerProtocol

/// Runs an invocation on a linked instance. It is used once.
struct Execution {
  let invocation: Invocation
  let linked: LinkedInstance
  let module: CachedModule
  let context: CallContext
  /// The name of the function to call.
  let entry: String
  private let clock: CallClock

  init(_ invocation: Invocation, linked: LinkedInstance, module: CachedModule, clock: CallClock) {
    self.invocation = invocation
    self.linked = linked
    self.module = module
    self.clock = clock
    context = CallContext(invocation, layout: linked.layout, input: documentBytes(invocation.input) ?? [])
    entry =
      switch invocation.entry {
      case .function(let name): name
      case .command: "_start"
      }
  }

  /// Runs the call. The instance may be used again afterwards.
  func run() -> Outcome {
    defer { linked.end() }
    var progress = Progress()
    let result = value(&progress)

    var outcome = Outcome(result: result.mapError(withFacts))
    outcome.logs = context.logs.records
    outcome.logsTruncated = context.logs.isTruncated
    outcome.exitCode = context.exitCode
    outcome.networkDenied = context.isNetworkDenied
    outcome.usage = clock.usage()
    // A call that was refused before it began has used nothing.
    if progress.hasBegun {
      outcome.usage.fuel = linked.store.fuelConsumed
      outcome.usage.peakMemoryBytes = linked.store.peakMemoryBytes
      outcome.usage.instantiateNanoseconds = progress.enteredAt
      outcome.profile = linked.store.takeProfile().flatMap { GuestProfile($0, limits: invocation.limits) }
    }
    return outcome
  }

  /// How far a call has come.
  private struct Progress {
    var hasBegun = false
    /// When the entry was called, in nanoseconds since the request arrived.
    var enteredAt: UInt64 = 0
  }

  /// What belongs to any failure of this call.
  private func withFacts(_ failure: Failure) -> Failure {
    var failure = failure
    failure.networkDenied = context.isNetworkDenied
    return failure
  }

  private func value(_ progress: inout Progress) -> Result<Outcome.Value, Failure> {
    do {
      let function = try module.entry(entry)
      let planned = try plan(function.signature)
      try linked.begin(invocation.limits, profile: try profileOptions(invocation.profile), context)
      progress.hasBegun = true
      do {
        try linked.instance.initialize()
        if let reactor = module.reactor, reactor != function.index { _ = try linked.instance.invoke(reactor, []) }
        progress.enteredAt = clock.elapsed()
        let arguments = try place(planned)
        let results = try linked.instance.invoke(function.index, arguments)
        return .success(try answer(results))
      } catch let trap as Trap {
        if HostTrap(trap) == .exit { return .success(.json(.null)) }
        throw Failure(trap, function: entry, limits: invocation.limits)
      } catch let failure as Failure {
        throw failure
      }
    } catch let failure as Failure {
      return .failure(failure)
    } catch {
      return .failure(Failure(.trap, "\(error)", function: entry))
    }
  }

  // MARK: Input

  private func plan(_ signature: FunctionSignature) throws(Failure) -> [PlannedArgument] {
    if case .command = invocation.entry {
      guard signature.type == FunctionType() else {
        throw Failure(.invalidModule, "_start of a command takes no parameters and returns nothing", function: entry)
      }
      return []
    }
    switch invocation.input {
    case .none: return try json(.null, signature)
    case .arguments(let input): return try json(input, signature)
    case .typedArguments(let input): return try typedArguments(input, signature)
    case .document, .documentText, .bytes: return try document(signature)
    case .stdin:
      throw Failure(
        .invalidArguments, "\(entry) is a function: standard input is for commands", function: entry)
    }
  }

  private func json(_ input: JSONValue, _ signature: FunctionSignature) throws(Failure) -> [PlannedArgument] {
    switch invocation.parameters {
    case .strict: try strictArguments(input, signature)
    case .lenient: try lenientArguments(input, signature)
    }
  }

  /// A document is the two parameters of a function that has such, or waits for `env.input_read`.
  private func document(_ signature: FunctionSignature) throws(Failure) -> [PlannedArgument] {
    switch signature.type.parameters {
    case []: return []
    case [.i32, .i32]: return [.bytes(context.input)]
    default:
      throw Failure(
        .invalidArguments,
        "\(entry) cannot take a document: that needs the parameters (i32 address, i32 length), or none",
        function: entry)
    }
  }

  /// Copies what needs the guest's memory into it.
  private func place(_ planned: [PlannedArgument]) throws -> [Value] {
    var values: [Value] = []
    for argument in planned {
      switch argument {
      case .value(let value): values.append(value)
      case .bytes(let bytes):
        let address = try GuestInput(linked: linked, context: context, function: entry).copy(bytes)
        values += [.i32(address), .i32(UInt32(truncatingIfNeeded: bytes.count))]
      }
    }
    return values
  }

  // MARK: Output

  private func answer(_ results: [Value]) throws(Failure) -> Outcome.Value {
    let isDocument = documentBytes(invocation.input) != nil
    let answer = DocumentAnswer(
      function: entry, form: AnswerForm(invocation.input), context: context, memory: linked.memory)
    if let output = context.output { return try answer.value(output) }
    if invocation.results == .typed { return .typed(typedResults(results)) }
    let followsDocumentRules = isDocument || (isDocumentFunction(entry) && !context.isLenient)
    if followsDocumentRules, results.count == 1 {
      switch results[0] {
      case .i64(let packed): return try answer.value(try answer.packed(packed))
      case .i32(let address) where isDocumentFunction(entry) && Int32(bitPattern: address) >= 0:
        return try answer.value(try answer.terminated(UInt64(address)))
      default: break
      }
    }
    if isDocument, results.isEmpty { return try answer.value([]) }
    if results.count == 1, case .i32(let bits) = results[0], returnsText(entry) {
      return .json(try textResult(Int32(bitPattern: bits), linked.memory, context, function: entry))
    }
    return .json(plainResults(results))
  }
}

/// What a whole document or bytes are to the guest; nil for parameters.
private func documentBytes(_ input: Invocation.Input) -> [UInt8]? {
  switch input {
  case .document(let value): value.serialized()
  case .documentText(let bytes), .bytes(let bytes): bytes
  case .none, .arguments, .typedArguments, .stdin: nil
  }
}
