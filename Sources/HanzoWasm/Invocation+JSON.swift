// A call as a JSON document, for embedders in other languages: the shape that protocol/PROTOCOL.md gives an invocation on
// the wire, but with the module's name, and with what only a supervisor knows. docs/embedding.md lists the members.

import WasmJSON
import WorkerProtocol

/// A call that was read from a document.
package struct InvocationForm: Sendable {
  package fileprivate(set) var invocation: Invocation
  /// Parameters that the function gets as ``WasmRuntime/execute(_:_:_:)`` hands them over, if the document says
  /// `{"kind": "parameters"}`; the invocation has no input then.
  fileprivate(set) var parameters: JSONValue?

  /// - Parameters:
  ///   - json: an object in UTF-8.
  ///   - input: the bytes of an input whose kind is `documentText`, `bytes` or `stdin`.
  ///   - needsModule: whether the document has to name the module.
  /// - Throws: `invalidArguments` with every mistake in the document.
  package init(
    json: UnsafeRawBufferPointer, input: @autoclosure () -> [UInt8] = [], needsModule: Bool = true
  ) throws(WasmError) {
    var call = Invocation(module: "", entry: .instantiate)
    var parameters: JSONValue?
    try JSONForm.read(json, .invalidArguments) { form in
      call.read(&form, needsModule: needsModule, input: input, &parameters)
    }
    invocation = call
    self.parameters = parameters
  }
}

extension WasmRuntime {
  /// Executes a call that was read from a document.
  ///
  /// - Parameter bytes: the module, instead of a loaded one.
  package func invoke(_ form: InvocationForm, module bytes: [UInt8]? = nil) async throws(WasmError) -> Outcome {
    try await invoke(form.invocation, of: bytes, parameters: form.parameters)
  }
}

extension Invocation {
  fileprivate mutating func read(
    _ form: inout JSONForm, needsModule: Bool, input bytes: () -> [UInt8], _ parameters: inout JSONValue?
  ) {
    if let name = form.take("module") {
      if let name = name.stringValue { module = name } else { form.note("module", "must be a text.") }
    } else if needsModule {
      form.note("module", "is missing.")
    }
    if let value = form.take("entry") {
      if let entry = Entry(value) {
        self.entry = entry
      } else {
        form.note(
          "entry",
          "must have exactly one member: 'function' with a name, 'command' with a list of texts, or "
            + "'instantiate' with an empty object.")
      }
    } else {
      form.note("entry", "is missing.")
    }
    form.within("input") { form in input = form.input(bytes, &parameters) }
    form.within("limits") { limits.read(&$0) }
    form.read("parameters", orNull: &self.parameters)
    form.read("results", into: &results)
    form.read("enableWASI", orNull: &enableWASI, "true or false") { $0.boolValue }
    environment = form.environment() ?? []
    mounts = form.mounts() ?? []
    form.read("stdout", into: &stdout)
    form.read("stderr", into: &stderr)
    form.read("isolation", orNull: &isolation)
    determinism = form.determinism()
    form.within("network") { form in
      var policy = NetworkPolicy()
      policy.read(&form)
      network = policy
    }
    form.within("profile") { form in
      var profile = Profile()
      form.read("interval", into: &profile.interval)
      self.profile = profile
    }
  }
}

extension Invocation.Entry {
  fileprivate init?(_ value: JSONValue) {
    guard let members = value.objectValue?.members, members.count == 1 else { return nil }
    switch (members[0].key, members[0].value) {
    case ("function", .string(let name)): self = .function(name)
    case ("command", .array(let values)):
      let arguments = values.compactMap(\.stringValue)
      guard arguments.count == values.count else { return nil }
      self = .command(arguments: arguments)
    case ("instantiate", .object(let none)) where none.isEmpty: self = .instantiate
    default: return nil
    }
  }
}

extension Invocation.Limits {
  fileprivate mutating func read(_ form: inout JSONForm) {
    form.read(milliseconds: "executionMilliseconds", orNull: &executionTime)
    form.read(milliseconds: "cpuMilliseconds", orNull: &cpuTime)
    form.read("fuel", orNull: &fuel)
    form.read("memoryBytes", orNull: &memoryBytes)
    form.read("tableElements", orNull: &tableElements)
    form.read("stackBytes", orNull: &stackBytes)
    form.read("maxLogBytes", orNull: &logBytes)
    form.read("maxOutputBytes", orNull: &outputBytes)
    form.read("maxStringBytes", orNull: &stringBytes)
    form.read("maxHostCalls", orNull: &hostCalls)
    form.read("fileSystemBytes", orNull: &fileSystemBytes)
  }
}

extension JSONForm {
  private enum InputKind: String, CaseIterable {
    case none, parameters, arguments, typedArguments, document, documentText, bytes, stdin
  }

  fileprivate mutating func input(
    _ bytes: () -> [UInt8], _ parameters: inout JSONValue?
  ) -> Invocation.Input {
    var kind: InputKind?
    read("kind", orNull: &kind)
    let value = take("value")
    switch (kind, value) {
    case (.parameters, .some): parameters = value
    case (.arguments, .some(let value)): return .arguments(value)
    case (.document, .some(let value)): return .document(value)
    case (.typedArguments, .some(let value)):
      do throws(ProtocolViolation) { return .typedArguments(try TypedValue.list(value)) } catch {
        note("value", "cannot be used: \(error.message).")
      }
    case (.none?, nil): break
    case (.documentText, nil): return .documentText(bytes())
    case (.bytes, nil): return .bytes(bytes())
    case (.stdin, nil): return .stdin(bytes())
    case (.parameters, nil), (.arguments, nil), (.document, nil), (.typedArguments, nil): note("value", "is missing.")
    case (nil, _): if problems.isEmpty { note("kind", "is missing.") }
    case (_, .some): note("value", "has no meaning for this kind: its bytes are given beside the document.")
    }
    return .none
  }

  /// nil if there is none.
  mutating func determinism() -> Invocation.Determinism? {
    var found: Invocation.Determinism?
    within("determinism") { form in
      var determinism = Invocation.Determinism()
      form.read("seed", into: &determinism.seed)
      form.read("realtimeNanoseconds", into: &determinism.realtimeNanoseconds)
      found = determinism
    }
    return found
  }

  mutating func environment() -> [Invocation.EnvironmentVariable]? {
    var found: [Invocation.EnvironmentVariable] = []
    each("environment") { form in
      var variable = Invocation.EnvironmentVariable(name: "", value: "")
      form.read("name", into: &variable.name)
      form.read("value", into: &variable.value)
      found.append(variable)
    }
    return found.isEmpty ? nil : found
  }

  mutating func mounts() -> [Mount]? {
    var found: [Mount] = []
    each("mounts") { form in
      var mount = Mount(.files([:]), at: "")
      form.read("guest", into: &mount.guestPath)
      form.read("writable", into: &mount.isWritable)
      var directory: String?
      form.read("directory", orNull: &directory, "a path") { $0.stringValue }
      var files: [String: [UInt8]]?
      form.read("files", orNull: &files, "an object of texts, or of lists of bytes, by path", Self.files)
      switch (directory, files) {
      case (.some(let path), nil): mount.source = .directory(path)
      case (nil, .some(let files)): mount.source = .files(files)
      default: if form.problems.isEmpty { form.note("directory", "or 'files' must be given, and not both.") }
      }
      found.append(mount)
    }
    return found.isEmpty ? nil : found
  }

  private static func files(_ value: JSONValue) -> [String: [UInt8]]? {
    guard let members = value.objectValue?.members else { return nil }
    var files: [String: [UInt8]] = [:]
    for member in members {
      switch member.value {
      case .string(let text): files[member.key] = Array(text.utf8)
      case .array(let numbers):
        let bytes = numbers.compactMap { $0.uint64Value.flatMap { UInt8(exactly: $0) } }
        guard bytes.count == numbers.count else { return nil }
        files[member.key] = bytes
      default: return nil
      }
    }
    return files
  }
}

/// What goes with a module that is loaded, read from a document.
package struct LoadOptions: Sendable {
  package private(set) var domain: String?
  package private(set) var policy: ModulePolicy?

  /// - Parameter json: an object in UTF-8; empty for the defaults.
  /// - Throws: `invalidArguments` with every mistake in the document.
  package init(json: UnsafeRawBufferPointer) throws(WasmError) {
    if json.isEmpty { return }
    var domain: String?
    var policy: ModulePolicy?
    try JSONForm.read(json, .invalidArguments) { form in
      form.read("domain", orNull: &domain, "a text") { $0.stringValue }
      form.within("policy") { form in
        var rules = ModulePolicy()
        rules.read(&form)
        policy = rules
      }
    }
    self.domain = domain
    self.policy = policy
  }
}

extension HostFunction {
  /// A function whose declaration is read from a document.
  ///
  /// - Parameters:
  ///   - declaration: an object in UTF-8.
  ///   - body: gets the declared type of the result as well.
  /// - Throws: `invalidConfiguration` with every mistake in the document.
  package init(
    declaration: UnsafeRawBufferPointer, _ body: @escaping @Sendable (Call, LiftedType?) async throws -> Value
  ) throws(WasmError) {
    var name: String?
    var module = "env"
    var parameters: [LiftedType] = []
    var result: LiftedType?
    var errorValue: Int64?
    var fuel: UInt64 = 0
    try JSONForm.read(declaration, .invalidConfiguration) { form in
      form.read("name", orNull: &name, "a text") { $0.stringValue }
      form.read("module", into: &module)
      form.read("parameters", into: &parameters, "a list of the types of parameters") { value in
        guard let names = value.arrayValue else { return nil }
        let types = names.compactMap { $0.stringValue.flatMap { LiftedType(rawValue: $0) } }
        return types.count == names.count ? types : nil
      }
      form.read("result", orNull: &result)
      form.read("errorValue", orNull: &errorValue, "a whole number") { $0.int64Value }
      form.read("fuel", into: &fuel)
      if name == nil, form.problems.isEmpty { form.note("name", "is missing.") }
    }
    let type = result
    self.init(
      name ?? "", in: module, parameters: parameters, result: result,
      onFailure: errorValue.map { .returns($0) } ?? .trap, fuel: fuel
    ) { call in try await body(call, type) }
  }
}
