/// Runs one script of the suite against the engine.

import WasmBinary
import WasmInterpreter
import WasmText

/// Which form of its modules a script is run with.
enum SpecForm: String, Sendable, CaseIterable {
  /// The binary modules of the archive.
  case binary
  /// The text of the `.wast` file, assembled by this package.
  case text
}

/// How many commands passed of those that apply, and which did not.
struct SpecResult: Sendable {
  var passed = 0
  var total = 0
  var failures: [String] = []

  static func + (left: SpecResult, right: SpecResult) -> SpecResult {
    SpecResult(
      passed: left.passed + right.passed, total: left.total + right.total, failures: left.failures + right.failures)
  }
}

/// A command that did not do what the suite says.
struct SpecFailure: Error, CustomStringConvertible {
  let description: String
}

struct SpecRunner {
  private let script: SpecScript
  private let form: SpecForm
  private let features: Features
  private let store: Store
  private let host: SpecTestHost
  private var current: Instance?
  private var instances: [String: Instance] = [:]
  private var definitions: [String: Module] = [:]
  private var lastDefinition: Module?
  private var registered: [String: Instance] = [:]

  static func run(
    _ script: SpecScript, form: SpecForm, features: Features, excluding exclusions: [SpecExclusion] = [],
    canonicalizesNaN: Bool = false, vectorLevel: VectorLevel? = nil, checksHeap: Bool = false
  ) throws -> SpecResult {
    var runner = try SpecRunner(script, form: form, features: features)
    runner.store.canonicalizesNaN = canonicalizesNaN
    runner.store.checksHeap = checksHeap
    if let vectorLevel { runner.store.vectorLevel = vectorLevel }
    var result = SpecResult()
    for command in script.commands where !exclusions.contains(where: { $0.covers(command, of: script.name, form) }) {
      do {
        guard try runner.run(command) else { continue }
        result.passed += 1
      } catch {
        result.failures.append("\(script.name).wast:\(command.line) (\(form.rawValue)): \(error)")
      }
      result.total += 1
    }
    return result
  }

  private init(_ script: SpecScript, form: SpecForm, features: Features) throws {
    self.script = script
    self.form = form
    self.features = features
    store = try Store(
      limits: StoreLimits(memoryBytes: 64 << 20, tableElements: 200_000, valueStackBytes: 1 << 20))
    host = try SpecTestHost(in: store)
  }

  // MARK: modules

  /// The module's bytes in the form that this run reads.
  ///
  /// Nil if it has no such form: text without a binary form, or a module that the script spells out in bytes.
  private func bytes(of module: SpecModule) throws -> [UInt8]? {
    switch form {
    case .binary: try module.binaryFile.map { try script.bytes(of: $0) }
    case .text:
      if let source = module.source {
        try assembleModule(source)
      } else {
        try module.textFile.map { try assembleModule(script.bytes(of: $0)) }
      }
    }
  }

  /// As `bytes(of:)`, but falls back on the binary form, for modules that later commands need.
  private func load(_ module: SpecModule) throws -> (module: Module, isInForm: Bool) {
    // A definition may be of any size: only what is instantiated must be allocated.
    var limits = ModuleLimits.default
    limits.tableMinimum = .max
    if let bytes = try bytes(of: module) { return (try Module.load(bytes, features: features, limits: limits), true) }
    guard let file = module.binaryFile else { throw SpecFailure(description: "a module in no form at all") }
    return (try Module.load(script.bytes(of: file), features: features, limits: limits), false)
  }

  private func link(_ module: Module) throws -> Instance {
    try Instance(module, in: store) { item in
      if item.module == "spectest" { return host[item.name] }
      return registered[item.module]?.exported(item.name)
    }
  }

  private mutating func instantiate(_ module: Module, name: String?) throws {
    // A command that fails leaves no instance that later commands could run by mistake.
    current = nil
    let instance = try link(module)
    try instance.initialize()
    current = instance
    if let name { instances[name] = instance }
  }

  private func instance(_ name: String?) throws -> Instance {
    guard let instance = name.map({ instances[$0] }) ?? current else {
      throw SpecFailure(description: "no instance \(name ?? "before this command")")
    }
    return instance
  }

  // MARK: commands

  /// Runs a command; false if it does not apply to this form of the modules.
  private mutating func run(_ command: SpecCommand) throws -> Bool {
    switch command.body {
    case .module(let source, let name):
      current = nil
      if let name { instances[name] = nil }
      let loaded = try load(source)
      try instantiate(loaded.module, name: name)
      return loaded.isInForm
    case .moduleDefinition(let source, let name):
      let loaded = try load(source)
      lastDefinition = loaded.module
      if let name { definitions[name] = loaded.module }
      return loaded.isInForm
    case .moduleInstance(let name, let definition):
      guard let module = definition.map({ definitions[$0] }) ?? lastDefinition else {
        throw SpecFailure(description: "no module definition \(definition ?? "")")
      }
      try instantiate(module, name: name)
    case .register(let name, let registeredName):
      registered[registeredName] = try instance(name)
    case .action(let action):
      _ = try perform(action)
    case .assertReturn(let action, let expected):
      let values = try perform(action)
      guard values.count == expected.count, zip(expected, values).allSatisfy({ $0.accepts($1) }) else {
        throw SpecFailure(description: "\(action.field) gave \(values) instead of \(expected)")
      }
    case .assertTrap(let action, let text), .assertExhaustion(let action, let text):
      try expectTrap(text) { _ = try perform(action) }
    case .assertException(let action):
      do {
        _ = try perform(action)
      } catch let trap as Trap where trap.kind == .uncaughtException {
        return true
      }
      throw SpecFailure(description: "no uncaught exception")
    case .assertInvalid(let source):
      return try expectRefusal(source, .invalid)
    case .assertMalformed(let source):
      return try expectRefusal(source, .malformed)
    case .assertUnlinkable(let source, let text):
      return try expectUnlinkable(source, text)
    case .assertUninstantiable(let source, let text):
      let loaded = try load(source)
      try expectTrap(text) { try link(loaded.module).initialize() }
      return loaded.isInForm
    }
    return true
  }

  private func perform(_ action: SpecAction) throws -> [Value] {
    let instance = try instance(action.module)
    if action.isInvocation {
      guard let function = instance.exportedFunction(action.field) else {
        throw SpecFailure(description: "no exported function \(action.field)")
      }
      return try instance.invoke(function, action.arguments.map(\.value))
    }
    guard case .global(let global) = instance.exported(action.field) else {
      throw SpecFailure(description: "no exported global \(action.field)")
    }
    return [global.value]
  }

  private func expectTrap(_ text: String, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch let trap as Trap {
      guard trap.kind.isNamed(text) else {
        throw SpecFailure(description: "trap \(trap.kind) instead of \"\(text)\"")
      }
      return
    }
    throw SpecFailure(description: "no trap \"\(text)\"")
  }

  private enum Refusal { case malformed, invalid }

  private func expectRefusal(_ source: SpecModule, _ refusal: Refusal) throws -> Bool {
    do {
      guard let bytes = try bytes(of: source) else { return false }
      _ = try Module.load(bytes, features: features)
    } catch is TextError {
      // The reader may already see that a text is invalid (a type that does not exist); that a valid text is not
      // refused is seen by the commands that run it.
      return true
    } catch let error as ModuleError {
      switch (error.kind, refusal) {
      // What needs a proposal that the group runs without is refused as that.
      case (.malformed, .malformed), (.invalid, .invalid), (.unsupportedFeature, _): return true
      default: throw SpecFailure(description: "refused as \(error.kind), not as \(refusal): \(error)")
      }
    }
    throw SpecFailure(description: "accepted, though it is \(refusal)")
  }

  private func expectUnlinkable(_ source: SpecModule, _ text: String) throws -> Bool {
    let loaded = try load(source)
    do {
      _ = try link(loaded.module)
    } catch let error as LinkError {
      switch error {
      case .unresolvedImport where text == "unknown import": return loaded.isInForm
      case .incompatibleImport where text == "incompatible import type": return loaded.isInForm
      default: throw SpecFailure(description: "\(error) instead of \"\(text)\"")
      }
    }
    throw SpecFailure(description: "linked, though \"\(text)\" was expected")
  }
}
