/// One script of the suite: the commands of its JSON file, each with the text that it was made from.

import Foundation
import WasmJSON

struct SpecScript: Sendable {
  /// The script's name, `align` for `align.wast`.
  let name: String
  private(set) var commands: [SpecCommand]
  /// The folder with its modules.
  let folder: URL

  init(folder: URL, name: String, sources: URL) throws {
    self.name = name
    self.folder = folder
    let url = folder.appendingPathComponent("\(name).json")
    let document = try JSONValue(
      parsing: [UInt8](Data(contentsOf: url)), limits: JSONLimits(nodes: 4_000_000, bytes: 64 << 20))
    guard let entries = document["commands"]?.arrayValue, let sourceName = document["source_filename"]?.stringValue
    else { throw SpecSuite.Problem(description: "\(url.path) has no commands") }
    let source = try WastSource(contentsOf: sources.appendingPathComponent(sourceName))
    let forms = try source.moduleForms(commandCount: entries.count)
    commands = try zip(entries, forms).map { entry, form in
      try SpecCommand(entry, source: form, in: "\(name).json")
    }
  }

  /// The same with other text in its modules.
  func replacing(_ text: String, with other: String) -> SpecScript {
    var script = self
    script.commands = commands.map { command in
      guard case .module(var module, let name) = command.body else { return command }
      module.source = module.source?.replacing(Array(text.utf8), with: Array(other.utf8))
      return SpecCommand(line: command.line, body: .module(module, name: name))
    }
    return script
  }

  func bytes(of file: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appendingPathComponent(file)))
  }
}

/// A module that a command names.
struct SpecModule: Sendable {
  /// The file with its binary form, unless only text can say it.
  let binaryFile: String?
  /// The file with its text, when the suite keeps it as text.
  let textFile: String?
  /// Its text in the `.wast` file; nil for one written there in binary or as a quotation.
  var source: [UInt8]?
}

/// One command of a script.
struct SpecCommand: Sendable {
  enum Body: Sendable {
    case module(SpecModule, name: String?)
    case moduleDefinition(SpecModule, name: String?)
    case moduleInstance(name: String?, definition: String?)
    case register(name: String?, as: String)
    case action(SpecAction)
    case assertReturn(SpecAction, expected: [SpecExpectation])
    case assertTrap(SpecAction, text: String)
    case assertExhaustion(SpecAction, text: String)
    case assertException(SpecAction)
    case assertInvalid(SpecModule)
    case assertMalformed(SpecModule)
    case assertUnlinkable(SpecModule, text: String)
    case assertUninstantiable(SpecModule, text: String)
  }

  let line: Int
  let body: Body

  init(line: Int, body: Body) {
    self.line = line
    self.body = body
  }

  init(_ json: JSONValue, source: [UInt8]?, in file: String) throws {
    guard let type = json["type"]?.stringValue, let line = json["line"]?.int64Value else {
      throw SpecSuite.Problem(description: "\(file): a command without a type or line")
    }
    self.line = Int(line)
    let problem = SpecSuite.Problem(description: "\(file):\(line): cannot read the command \(type)")
    func text() throws -> String {
      guard let text = json["text"]?.stringValue else { throw problem }
      return text
    }
    func action() throws -> SpecAction {
      guard let value = json["action"], let action = SpecAction(value) else { throw problem }
      return action
    }
    func module() throws -> SpecModule {
      guard let file = json["filename"]?.stringValue else { throw problem }
      let isText = json["module_type"]?.stringValue == "text"
      return SpecModule(
        binaryFile: isText ? json["binary_filename"]?.stringValue : file, textFile: isText ? file : nil,
        source: source)
    }
    let name = json["name"]?.stringValue
    switch type {
    case "module": body = .module(try module(), name: name)
    case "module_definition": body = .moduleDefinition(try module(), name: name)
    case "module_instance":
      body = .moduleInstance(name: json["instance"]?.stringValue, definition: json["module"]?.stringValue)
    case "register":
      guard let registered = json["as"]?.stringValue else { throw problem }
      body = .register(name: name, as: registered)
    case "action": body = .action(try action())
    case "assert_return":
      guard let values = json["expected"]?.arrayValue else { throw problem }
      body = .assertReturn(
        try action(),
        expected: try values.map { value in
          guard let expectation = SpecExpectation(value) else { throw problem }
          return expectation
        })
    case "assert_trap": body = .assertTrap(try action(), text: try text())
    case "assert_exhaustion": body = .assertExhaustion(try action(), text: try text())
    case "assert_exception": body = .assertException(try action())
    // What custom sections and annotations may be is no less a rule.
    case "assert_invalid", "assert_invalid_custom": body = .assertInvalid(try module())
    case "assert_malformed", "assert_malformed_custom": body = .assertMalformed(try module())
    case "assert_unlinkable": body = .assertUnlinkable(try module(), text: try text())
    case "assert_uninstantiable": body = .assertUninstantiable(try module(), text: try text())
    default: throw problem
    }
  }
}

/// A call of an exported function, or a look at an exported global.
struct SpecAction: Sendable {
  let isInvocation: Bool
  let module: String?
  let field: String
  let arguments: [SpecValue]

  init?(_ json: JSONValue) {
    guard let type = json["type"]?.stringValue, type == "invoke" || type == "get",
      let field = json["field"]?.stringValue
    else { return nil }
    isInvocation = type == "invoke"
    module = json["module"]?.stringValue
    self.field = field
    var values: [SpecValue] = []
    for argument in json["args"]?.arrayValue ?? [] {
      guard let value = SpecValue(argument) else { return nil }
      values.append(value)
    }
    arguments = values
  }
}
