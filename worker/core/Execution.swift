/// One call from its invocation to its outcome.

import Confinement
import WasmBinary
import WasmInterpreter
import WasmJSON
import WasmWASI
import WorkerProtocol

/// Runs an invocation on a linked instance. It is used once.
struct Execution {
  let invocation: Invocation
  let linked: LinkedInstance
  let module: CachedModule
  let directories: [PreopenedDirectory]
  let context: CallContext
  /// What messages call the entry.
  let entry: String
  private let clock: CallClock

  init(
    _ invocation: Invocation, linked: LinkedInstance, module: CachedModule, directories: [PreopenedDirectory] = [],
    supervisor: (any Supervisor)? = nil, clock: CallClock
  ) {
    self.invocation = invocation
    self.linked = linked
    self.module = module
    self.directories = directories
    self.clock = clock
    context = CallContext(
      invocation, linked: linked, input: documentBytes(invocation.input) ?? [], supervisor: supervisor)
    entry =
      switch invocation.entry {
      case .function(let name): name
      case .command: "_start"
      case .instantiate: "the start function"
      case .readMemory, .writeMemory: "the memory"
      }
  }

  /// Runs the call. The instance may be used again afterwards.
  func run() -> Outcome {
    var progress = Progress()
    let result = value(&progress)
    let system = linked.slot.system
    if isKept {
      linked.keptArena = context.arena
    } else {
      // While there is a call, in which a line that was begun can be logged.
      linked.forget()
    }

    var outcome = Outcome(result: result.mapError(withFacts))
    if let system, progress.hasBegun {
      outcome.stdout = system.takeStandardOutput()
      outcome.stderr = system.takeStandardError()
      if context.hasExited { outcome.exitCode = system.exitCode }
    }
    outcome.logs = context.logs.records
    outcome.logsTruncated = context.logs.isTruncated
    if case .command = invocation.entry, outcome.exitCode == nil, case .success = result { outcome.exitCode = 0 }
    outcome.networkDenied = context.isNetworkDenied
    outcome.usage = clock.usage()
    // A call that was refused before it began has used nothing.
    if progress.hasBegun {
      outcome.usage.fuel = linked.store.fuelConsumed
      outcome.usage.peakMemoryBytes = linked.store.peakMemoryBytes
      outcome.usage.instantiateNanoseconds = progress.enteredAt
      outcome.profile = linked.store.takeProfile().flatMap { GuestProfile($0, limits: invocation.limits) }
    }
    linked.end()
    return outcome
  }

  /// Whether the instance lives on for further calls: one that did not start cannot.
  var isKept: Bool { invocation.instance != .fresh && linked.isInitialized }

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
      return .success(try run(&progress))
    } catch let trap as Trap {
      if HostTrap(trap) == .exit {
        context.hasExited = true
        return answerAtExit()
      }
      if HostTrap(trap) == .failure, let failure = context.failure { return .failure(failure) }
      return .failure(Failure(trap, function: entry, limits: invocation.limits))
    } catch let failure as Failure {
      return .failure(failure)
    } catch {
      return .failure(Failure(.trap, "\(error)", function: entry))
    }
  }

  /// What a guest that ended itself answers: it has no results, but may have written before.
  private func answerAtExit() -> Result<Outcome.Value, Failure> {
    guard let output = context.output else { return .success(.json(.null)) }
    return Result { () throws(Failure) in try documentAnswer.value(output) }
  }

  private var documentAnswer: DocumentAnswer {
    DocumentAnswer(function: entry, form: AnswerForm(invocation.input), context: context, memory: linked.memory)
  }

  private func run(_ progress: inout Progress) throws -> Outcome.Value {
    let function: EntryPoint?
    switch invocation.entry {
    case .function, .command: function = try module.entry(entry)
    case .instantiate, .readMemory, .writeMemory: function = nil
    }
    let planned = try function.map { (function) throws(Failure) in try plan(function.signature) } ?? []
    if invocation.instance == .kept {
      try linked.resume(invocation, context)
      progress.hasBegun = true
    } else {
      try linked.begin(invocation, directories, context)
      progress.hasBegun = true
      try initialize(function)
      linked.isInitialized = true
    }
    progress.enteredAt = clock.elapsed()
    if let function { return try answer(try linked.instance.invoke(function.index, try place(planned))) }
    switch invocation.entry {
    case .readMemory(let address, let count): return .bytes(try readMemory(address, count))
    case .writeMemory(let address): return .json(try writeMemory(address))
    case .function, .command, .instantiate: return .json(.null)
    }
  }

  /// The instance's beginning: its start function, and what a reactor does before anything else.
  private func initialize(_ function: EntryPoint?) throws(Trap) {
    try linked.instance.initialize()
    if case .command = invocation.entry { return }
    if let reactor = module.reactor, reactor != function?.index { _ = try linked.instance.invoke(reactor, []) }
  }

  // MARK: Memory

  private func readMemory(_ address: UInt64, _ count: UInt64) throws(Failure) -> [UInt8] {
    guard count <= invocation.limits.maxOutputBytes else {
      throw Failure(
        .outputLimitExceeded, "\(count) bytes are more than the call may return",
        limit: Failure.Limit(name: "maxOutputBytes", value: invocation.limits.maxOutputBytes))
    }
    guard let bytes = linked.memory?.read(at: address, count: Int(count)) else { throw outOfBounds(address, count) }
    return bytes
  }

  private func writeMemory(_ address: UInt64?) throws -> JSONValue {
    guard case .bytes(let bytes) = invocation.input else {
      throw Failure(.invalidArguments, "what is written to a memory has to come as bytes")
    }
    guard let address else {
      let address = try GuestInput(linked: linked, context: context, function: entry).copy(bytes)
      return JSONValue(address)
    }
    guard linked.memory?.write(bytes, at: address) == true else { throw outOfBounds(address, UInt64(bytes.count)) }
    return JSONValue(address)
  }

  private func outOfBounds(_ address: UInt64, _ count: UInt64) -> Failure {
    Failure(
      .invalidArguments,
      "\(count) bytes at address \(address) are not within the memory, which ends at \(linked.memory?.byteCount ?? 0)")
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
    let answer = documentAnswer
    if let output = context.output { return try answer.value(output) }
    // What it has to say is on its standard output.
    if case .command = invocation.entry { return .json(.null) }
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
func documentBytes(_ input: Invocation.Input) -> [UInt8]? {
  switch input {
  case .document(let value): value.serialized()
  case .documentText(let bytes), .bytes(let bytes): bytes
  case .none, .arguments, .typedArguments, .stdin: nil
  }
}
