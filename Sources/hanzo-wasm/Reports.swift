#if CommandLine
  // What the command prints: errors and logs for people, and everything as JSON for programs. docs/cli.md describes the
  // JSON objects' members.
  import HanzoWasm

  // MARK: For people, on standard error

  func writeLogs(_ logs: [LogRecord], truncated: Bool) {
    for record in logs { writeDiagnostic("log: \(record.level.rawValue): \(singleLine(record.message))") }
    if truncated { writeDiagnostic("log: further messages were dropped (limit)") }
  }

  /// A guest's own output, marked as such so that it cannot pass for ours.
  func writeStreams(stdout: [UInt8], stderr: [UInt8]) {
    for (name, bytes) in [("stdout", stdout), ("stderr", stderr)] where !bytes.isEmpty {
      var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      if lines.last?.isEmpty == true { lines.removeLast() }
      for line in lines { writeDiagnostic("guest \(name): \(singleLine(String(decoding: line, as: UTF8.self)))") }
    }
  }

  /// - Parameter message: instead of the error's own.
  func writeError(_ error: WasmError, message: String? = nil) {
    writeDiagnostic("error: \(error.code.rawValue): \(singleLine(message ?? error.message))")
    for problem in error.problems where problem != error.message { writeDiagnostic("  \(singleLine(problem))") }
    switch error.location {
    case .offset(let offset, let section):
      // Two places that are no sections.
      let place = section.map { ["header", "module"].contains($0) ? ", \($0)" : ", \(singleLine($0)) section" } ?? ""
      writeDiagnostic("  at offset 0x\(String(offset, radix: 16))\(place)")
    case .line(let line, let column): writeDiagnostic("  at line \(line), column \(column)")
    case nil: break
    }
    for frame in error.frames.prefix(8) {
      let name = frame.name.map(singleLine) ?? "function \(frame.functionIndex)"
      writeDiagnostic("  at \(name) (offset 0x\(String(frame.offset, radix: 16)))")
    }
    if error.frames.count > 8 { writeDiagnostic("  and \(error.frames.count - 8) more") }
    if !error.standardErrorTail.isEmpty {
      for line in error.standardErrorTail.split(separator: "\n").suffix(8) {
        writeDiagnostic("  worker: \(singleLine(String(line)))")
      }
    }
    if let hint = hint(for: error) { writeDiagnostic("hint: \(hint)") }
  }

  /// What the user can do about it, where there is something.
  func hint(for error: WasmError) -> String? {
    switch error.code {
    case .functionNotFound: "`hanzo-wasm info FILE` lists the functions that the module exports"
    case .invalidArguments:
      error.function == nil
        ? nil : "`hanzo-wasm info FILE` shows the parameters; --parameters lenient fills in zeros"
    case .fuelExhausted: "--fuel N allows more, --fuel none leaves only the time limit"
    case .timedOut, .cpuTimeExceeded: "--timeout TIME allows more time"
    case .memoryLimitExceeded: "--memory SIZE allows more memory"
    case .trap:
      error.refusedMemoryBytes.map {
        "the guest had been refused a memory of \($0) bytes before that; --memory SIZE allows more"
      }
    case .invalidConfiguration, .neverFits: "`hanzo-wasm call --help` lists the limits and their units"
    case .unresolvedImport: "the module needs a host function that this runtime does not have"
    case .sandboxUnavailable: "`hanzo-wasm doctor` says what this machine lacks"
    case .workerCrashed, .sandboxViolation, .protocolViolation:
      "the worker was contained and ended; nothing else is affected"
    case .workerKilled: "something ended the worker: the kernel's out-of-memory killer, or a person"
    case .resourceExhausted: "the machine is out of processes, descriptors or memory"
    default: nil
    }
  }

  /// Prints why a call failed, and what the guest had said until then.
  ///
  /// - Parameter writeStreams: takes its standard output and its standard error.
  func reportFailure(
    _ error: WasmError, asJSON json: Bool, _ limits: LimitOptions,
    _ writeStreams: ([UInt8], [UInt8]) throws(CommandFailure) -> Void
  ) throws(CommandFailure) -> ExitStatus {
    if json {
      try writeOutput(describeError(error).description)
    } else {
      if let partial = error.partial {
        writeLogs(partial.logs, truncated: partial.logsTruncated)
        try writeStreams(partial.stdout, partial.stderr)
      }
      writeError(error, message: limits.message(for: error))
    }
    return ExitStatus(error.code)
  }

  // MARK: As JSON

  func describeOutcome(_ outcome: Outcome) -> JSONValue {
    // A result that is not JSON (bytes, a document that does not parse) is spelled as a text.
    let value: JSONValue
    do { value = try outcome.json() } catch { value = .string(String(decoding: outcome.bytes, as: UTF8.self)) }
    var object: JSONObject = ["ok": true, "value": value]
    addOutput(
      to: &object, logs: outcome.logs, truncated: outcome.logsTruncated, stdout: outcome.stdout,
      stderr: outcome.stderr)
    if let code = outcome.exitCode { object["exitCode"] = JSONValue(code) }
    object["networkDenied"] = JSONValue(outcome.networkDenied)
    object["usage"] = outcome.usage.report
    return .object(object)
  }

  func describeError(_ error: WasmError) -> JSONValue {
    var facts = error.report
    facts["hint"] = hint(for: error).map { JSONValue($0) }
    var object: JSONObject = ["ok": false, "error": .object(facts)]
    if let partial = error.partial {
      addOutput(
        to: &object, logs: partial.logs, truncated: partial.logsTruncated, stdout: partial.stdout,
        stderr: partial.stderr)
      object["networkDenied"] = JSONValue(partial.networkDenied)
      object["usage"] = partial.usage.report
    }
    return .object(object)
  }

  /// A failure of the command itself, in the same shape as the library's errors but with a code of its own.
  func describeFailure(_ failure: CommandFailure) -> JSONValue {
    var facts: JSONObject = ["code": "commandFailed", "message": JSONValue(failure.message)]
    facts["hint"] = failure.hint.map { JSONValue($0) }
    return .object(["ok": false, "error": .object(facts)])
  }

  func describeModule(_ info: WasmModuleInfo) -> JSONValue {
    var facts: JSONObject = ["ok": true]
    for member in info.report.members { facts[member.key] = member.value }
    // The name that it was loaded under is this command's own.
    facts["name"] = JSONValue(info.internalName ?? info.name)
    facts["domain"] = nil
    return .object(facts)
  }

  private func addOutput(
    to object: inout JSONObject, logs: [LogRecord], truncated: Bool, stdout: [UInt8], stderr: [UInt8]
  ) {
    object["logs"] = logs.report
    object["logsTruncated"] = JSONValue(truncated)
    object["stdout"] = JSONValue(String(decoding: stdout, as: UTF8.self))
    object["stderr"] = JSONValue(String(decoding: stderr, as: UTF8.self))
  }
#endif
