/// One call from its invocation to its outcome.

import Confinement
import WasmBinary
import WasmInterpreter
import WasmJSON
import WasmWASI
import WorkerProtocol

/// Runs an invocation on a linked instance, and then perhaps others like it.
final class Execution {
  private(set) var context: CallContext
  let linked: LinkedInstance
  let module: CachedModule
  /// What messages call the entry.
  let entry: String
  private var clock: CallClock
  private var progress = Progress()
  /// The exported function that is called, once it has been found.
  private var function: EntryPoint?
  /// The same, if numbers can be handed to it as they are.
  private var numericFunction: NumericFunction?

  init(
    _ invocation: Invocation, linked: LinkedInstance, module: CachedModule, clock: CallClock
  ) {
    self.linked = linked
    self.module = module
    self.clock = clock
    context = CallContext(
      invocation, linked: linked, input: documentBytes(invocation.input) ?? [])
    entry =
      switch invocation.entry {
      case .function(let name): name
      case .command: "_start"
      case .instantiate: "the start function"
      case .readMemory, .writeMemory: "the memory"
      }
  }

  /// Runs the call. The instance may be used again afterwards.
  ///
  /// - Parameter directories: what the call may mount, by number.
  func run(_ directories: [PreopenedDirectory]) -> Outcome {
    finish(value(directories))
  }

  /// Ends a call with its result.
  private func finish(_ result: Result<Outcome.Value, Failure>) -> Outcome {
    let system = linked.slot.system
    if isKept {
      linked.keptArena = context.arena
    } else {
      // While there is a call, in which a line that was begun can be logged.
      linked.forget()
    }

    var exitCode = context.hasExited && progress.hasBegun ? system?.exitCode : nil
    if case .command = context.invocation.entry, exitCode == nil, case .success = result { exitCode = 0 }
    var usage = clock.usage()
    var profile: GuestProfile?
    var (stdout, stderr): ([UInt8], [UInt8]) = ([], [])
    // A call that was refused before it began has used nothing.
    if progress.hasBegun {
      usage.fuel = linked.store.fuelConsumed
      usage.peakMemoryBytes = linked.store.peakMemoryBytes
      usage.instantiateNanoseconds = progress.enteredAt
      profile = linked.store.takeProfile().flatMap { GuestProfile($0, limits: context.limits) }
      if let system { (stdout, stderr) = (system.takeStandardOutput(), system.takeStandardError()) }
    }
    linked.end()
    return Outcome(
      result: result.mapError(withFacts), logs: context.logs.records, logsTruncated: context.logs.isTruncated,
      stdout: stdout, stderr: stderr, exitCode: exitCode, networkDenied: context.isNetworkDenied, usage: usage,
      profile: profile)
  }

  /// Whether the instance lives on for further calls: one that did not start cannot.
  var isKept: Bool { context.invocation.instance != .fresh && linked.isInitialized }

  /// How far a call has come.
  private struct Progress {
    var hasBegun = false
    /// When the entry was called, in nanoseconds since the request arrived.
    var enteredAt: UInt64 = 0
  }

  // MARK: Repetition

  /// Prepares for invocations that differ in their arguments only, once the call has ended.
  ///
  /// - Returns: whether there can be such.
  func prepareToRepeat() -> Bool {
    guard let function, case .function = context.invocation.entry, context.invocation.instance == .fresh,
      context.invocation.profile == nil
    else { return false }
    switch context.invocation.input {
    case .arguments, .typedArguments: break
    case .none, .document, .documentText, .bytes, .stdin: return false
    }
    numericFunction = linked.instance.numericFunction(function.index)
    renewContext()
    return true
  }

  /// Leaves nothing of the call that was for the next one, and nothing of what it was given or has noted in memory.
  private func renewContext() {
    var invocation = context.invocation
    invocation.input = if case .typedArguments = invocation.input { .typedArguments([]) } else { .arguments(.null) }
    context = CallContext(invocation, linked: linked, input: [])
  }

  /// Runs the call with other arguments, from a fresh state as any other.
  ///
  /// - Parameter plain: where an outcome goes that is a value and nothing else.
  /// - Returns: nil if it could not begin, which an execution of its own will explain. Nothing has happened then.
  func runAgain(
    _ request: borrowing RepeatedInvoke, _ directories: [PreopenedDirectory], _ clock: CallClock,
    _ plain: inout PlainOutcome
  ) -> RequestHandler.RepeatedOutcome? {
    guard let function, module.idle === linked else { return nil }
    switch request.input {
    case .numbers:
      if let numericFunction, let slots = slots(request.numbers, function.signature, context.invocation.parameters) {
        return runAgain(function, directories, clock, &plain) { try call(numericFunction, slots, function.signature) }
      }
      return runAgain(function, .arguments(request.numbers.json), directories, clock, &plain)
    case .value(let input): return runAgain(function, input, directories, clock, &plain)
    }
  }

  @inline(never)
  private func runAgain(
    _ function: EntryPoint, _ input: Invocation.Input, _ directories: [PreopenedDirectory], _ clock: CallClock,
    _ plain: inout PlainOutcome
  ) -> RequestHandler.RepeatedOutcome? {
    guard let planned = try? plan(function.signature, input) else { return nil }
    return runAgain(function, directories, clock, &plain) {
      try answer(try linked.instance.invoke(function.index, try place(planned)), of: function.signature)
    }
  }

  /// - Parameter call: calls the function with the arguments, which have been found to fit.
  @inline(__always)
  private func runAgain(
    _ function: EntryPoint, _ directories: [PreopenedDirectory], _ clock: CallClock, _ plain: inout PlainOutcome,
    _ call: () throws -> Outcome.Value
  ) -> RequestHandler.RepeatedOutcome? {
    self.clock = clock
    progress = Progress()
    do throws(Failure) { try linked.begin(context, directories) } catch { return nil }
    progress.hasBegun = true
    do {
      try initialize(function)
      linked.isInitialized = true
      progress.enteredAt = clock.elapsed()
      let result = try call()
      guard context.isSilent, linked.slot.system == nil, case .json(let value) = result else {
        return .other(finishUsed(.success(result)))
      }
      plain.value = value
    } catch {
      return .other(finishUsed(failed(error)))
    }
    linked.forget()
    plain.usage = clock.usage()
    plain.usage.fuel = linked.store.fuelConsumed
    plain.usage.peakMemoryBytes = linked.store.peakMemoryBytes
    plain.usage.instantiateNanoseconds = progress.enteredAt
    linked.end()
    if context.isUsed { renewContext() }
    return .plain
  }

  private func finishUsed(_ result: Result<Outcome.Value, Failure>) -> Outcome {
    let outcome = finish(result)
    renewContext()
    return outcome
  }

  private func call(
    _ function: NumericFunction, _ slots: borrowing NumericArguments, _ signature: FunctionSignature
  ) throws -> Outcome.Value {
    let slot = try linked.instance.call(function, slots)
    guard let type = signature.type.results.first else { return try answer([], of: signature) }
    let result = Value(number: slot, type: type)
    if signature.isPlain, context.invocation.results == .plain, context.output == nil {
      return .json(plainResult(result))
    }
    return try answer([result], of: signature)
  }

  // MARK: One call

  /// What belongs to any failure of this call.
  private func withFacts(_ failure: Failure) -> Failure {
    var failure = failure
    failure.networkDenied = context.isNetworkDenied
    return failure
  }

  private func value(_ directories: [PreopenedDirectory]) -> Result<Outcome.Value, Failure> {
    do { return .success(try execute(directories)) } catch { return failed(error) }
  }

  /// What came of a call that ended with an error.
  private func failed(_ error: any Error) -> Result<Outcome.Value, Failure> {
    switch error {
    case let trap as Trap:
      if HostTrap(trap) == .exit {
        context.hasExited = true
        return answerAtExit()
      }
      if HostTrap(trap) == .failure, let failure = context.failure { return .failure(failure) }
      return .failure(Failure(trap, function: entry, limits: context.invocation.limits))
    case let failure as Failure: return .failure(failure)
    default: return .failure(Failure(.trap, "\(error)", function: entry))
    }
  }

  /// What a guest that ended itself answers: it has no results, but may have written before.
  private func answerAtExit() -> Result<Outcome.Value, Failure> {
    guard let output = context.output else { return .success(.json(.null)) }
    return Result { () throws(Failure) in try documentAnswer.value(output) }
  }

  private var documentAnswer: DocumentAnswer {
    DocumentAnswer(function: entry, form: AnswerForm(context.invocation.input), context: context, memory: linked.memory)
  }

  private func execute(_ directories: [PreopenedDirectory]) throws -> Outcome.Value {
    switch context.invocation.entry {
    case .function, .command: function = try module.entry(entry)
    case .instantiate, .readMemory, .writeMemory: break
    }
    let planned =
      if let function { try plan(function.signature, context.invocation.input) } else { PlannedArguments(count: 0) }
    if context.invocation.instance == .kept {
      try linked.resume(context)
      progress.hasBegun = true
    } else {
      try linked.begin(context, directories)
      progress.hasBegun = true
      try initialize(function)
      linked.isInitialized = true
    }
    progress.enteredAt = clock.elapsed()
    if let function {
      let results = try linked.instance.invoke(function.index, try place(planned))
      return try answer(results, of: function.signature)
    }
    switch context.invocation.entry {
    case .readMemory(let address, let count): return .bytes(try readMemory(address, count))
    case .writeMemory(let address): return .json(try writeMemory(address))
    case .function, .command, .instantiate: return .json(.null)
    }
  }

  /// The instance's beginning: its start function, and what a reactor does before anything else.
  private func initialize(_ function: EntryPoint?) throws(Trap) {
    try linked.instance.initialize()
    if case .command = context.invocation.entry { return }
    if let reactor = module.reactor, reactor != function?.index { _ = try linked.instance.invoke(reactor, []) }
  }

  // MARK: Memory

  private func readMemory(_ address: UInt64, _ count: UInt64) throws(Failure) -> [UInt8] {
    guard count <= context.invocation.limits.maxOutputBytes else {
      throw Failure(
        .outputLimitExceeded, "\(count) bytes are more than the call may return",
        limit: Failure.Limit(name: "maxOutputBytes", value: context.invocation.limits.maxOutputBytes))
    }
    guard let bytes = linked.memory?.read(at: address, count: Int(count)) else { throw outOfBounds(address, count) }
    return bytes
  }

  private func writeMemory(_ address: UInt64?) throws -> JSONValue {
    guard case .bytes(let bytes) = context.invocation.input else {
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

  private func plan(
    _ signature: FunctionSignature, _ input: Invocation.Input
  ) throws(Failure) -> PlannedArguments {
    if case .command = context.invocation.entry {
      guard signature.type == FunctionType() else {
        throw Failure(.invalidModule, "_start of a command takes no parameters and returns nothing", function: entry)
      }
      return PlannedArguments(count: 0)
    }
    switch input {
    case .none: return try json(.null, signature)
    case .arguments(let input): return try json(input, signature)
    case .typedArguments(let input): return try typedArguments(input, signature)
    case .document, .documentText, .bytes: return try document(signature)
    case .stdin:
      throw Failure(
        .invalidArguments, "\(entry) is a function: standard input is for commands", function: entry)
    }
  }

  private func json(_ input: JSONValue, _ signature: FunctionSignature) throws(Failure) -> PlannedArguments {
    switch context.invocation.parameters {
    case .strict: try strictArguments(input, signature)
    case .lenient: try lenientArguments(input, signature)
    }
  }

  /// A document is the two parameters of a function that has such, or waits for `env.input_read`.
  private func document(_ signature: FunctionSignature) throws(Failure) -> PlannedArguments {
    switch signature.type.parameters {
    case []: return PlannedArguments(count: 0)
    case [.i32, .i32]:
      var planned = PlannedArguments(count: 2)
      planned.append(copyOf: context.input)
      return planned
    default:
      throw Failure(
        .invalidArguments,
        "\(entry) cannot take a document: that needs the parameters (i32 address, i32 length), or none",
        function: entry)
    }
  }

  /// Copies what needs the guest's memory into it.
  private func place(_ planned: consuming PlannedArguments) throws -> [Value] {
    guard !planned.copies.isEmpty else { return planned.values }
    context.isUsed = true
    let copies = planned.copies
    for copy in copies {
      planned.place(copy, at: try GuestInput(linked: linked, context: context, function: entry).copy(copy.bytes))
    }
    return planned.values
  }

  // MARK: Output

  private func answer(_ results: [Value], of function: FunctionSignature) throws(Failure) -> Outcome.Value {
    if let output = context.output { return try documentAnswer.value(output) }
    // What it has to say is on its standard output.
    if case .command = context.invocation.entry { return .json(.null) }
    if context.invocation.results == .typed { return .typed(typedResults(results)) }
    let isDocument =
      switch context.invocation.input {
      case .document, .documentText, .bytes: true
      case .none, .arguments, .typedArguments, .stdin: false
      }
    let followsDocumentRules = isDocument || (function.isDocumentFunction && !context.isLenient)
    if followsDocumentRules, results.count == 1 {
      switch results[0] {
      case .i64(let packed): return try documentAnswer.value(try documentAnswer.packed(packed))
      case .i32(let address) where function.isDocumentFunction && Int32(bitPattern: address) >= 0:
        return try documentAnswer.value(try documentAnswer.terminated(UInt64(address)))
      default: break
      }
    }
    if isDocument, results.isEmpty { return try documentAnswer.value([]) }
    if results.count == 1, case .i32(let bits) = results[0], function.returnsText {
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
