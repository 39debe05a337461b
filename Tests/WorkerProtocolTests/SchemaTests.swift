/// The JSON Schemas agree with the vectors, and describe every message.

import Foundation
import Testing
import WasmJSON
import WorkerProtocol

@Suite("Schemas")
struct SchemaTests {
  static let types = [
    "ready", "configure", "configured", "load", "loaded", "unload", "unloaded", "fork", "invoke", "outcome", "failure",
    "hostCall", "hostResult", "log", "error",
  ]

  @Test("there is a schema for every message and no other")
  func complete() {
    #expect(Set(names(in: "schema", withExtension: "json")) == Set((Self.types + ["common"]).map { "\($0).schema" }))
  }

  @Test("every golden message satisfies its schema", arguments: VectorTests.golden)
  func golden(name: String) throws {
    let message = try #require(try json(of: "vectors/\(name).json")["message"])
    let validator = try SchemaValidator()
    let problems = try validator.problems(of: message, type: try #require(message["type"]?.stringValue))
    #expect(problems.isEmpty, "\(problems)")
  }

  @Test(
    "a message without a required field, or with one of another type, does not satisfy its schema", arguments: types)
  func damaged(type: String) throws {
    let validator = try SchemaValidator()
    let name = try #require(VectorTests.golden.first { $0 == type || $0.hasPrefix("\(type)-") })
    let message = try #require(try json(of: "vectors/\(name).json")["message"]?.objectValue)
    let required = try json(of: "schema/\(type).schema.json")["required"]?.arrayValue?.compactMap(\.stringValue) ?? []
    #expect(required.contains("type"))
    for field in required {
      var damaged = message
      damaged[field] = nil
      #expect(try !validator.problems(of: .object(damaged), type: type).isEmpty)
      if field != "argument" {
        damaged[field] = [true]
        #expect(try !validator.problems(of: .object(damaged), type: type).isEmpty)
      }
    }
  }

  @Test("the text of a profile satisfies its schema, and a damaged one does not")
  func profile() throws {
    let validator = try SchemaValidator()
    let hexadecimal = try json(of: "vectors/outcome-profile.json")["segments"]?[0]?["hex"]?.stringValue
    let text = try JSONValue(parsing: unhexadecimal(try #require(hexadecimal)))
    #expect(validator.problems(of: text, definition: "profile").isEmpty)
    for field in ["interval", "frames", "stacks", "samples"] {
      var damaged = try #require(text.objectValue)
      damaged[field] = nil
      #expect(!validator.problems(of: .object(damaged), definition: "profile").isEmpty)
      damaged[field] = [[1]]
      #expect(!validator.problems(of: .object(damaged), definition: "profile").isEmpty)
    }
  }

  @Test("the error codes of the schema are those of the package")
  func codes() throws {
    let definitions = try json(of: "schema/common.schema.json")["$defs"]
    #expect(
      definitions?["errorCode"]?["enum"] == .array(ErrorCode.allCases.map { .string($0.rawValue) }))
    #expect(
      definitions?["violationKind"]?["enum"] == .array(ProtocolViolation.Kind.allCases.map { .string($0.rawValue) }))
  }

  @Test("PROTOCOL.md shows an example of every message that satisfies its schema, and lists every code")
  func documentation() throws {
    let text = String(decoding: try bytes(of: "PROTOCOL.md"), as: UTF8.self)
    let validator = try SchemaValidator()
    var shown: Set<String> = []
    for block in text.components(separatedBy: "```json\n").dropFirst() {
      let example = block.components(separatedBy: "\n```")[0]
      let message = try JSONValue(parsing: example)
      guard let type = message["type"]?.stringValue, Self.types.contains(type) else { continue }
      let problems = try validator.problems(of: message, type: type)
      #expect(problems.isEmpty, "\(example): \(problems)")
      shown.insert(type)
    }
    #expect(shown == Set(Self.types))
    for code in ErrorCode.allCases { #expect(text.contains("`\(code.rawValue)`"), "\(code.rawValue)") }
    for kind in ProtocolViolation.Kind.allCases { #expect(text.contains("`\(kind.rawValue)`"), "\(kind.rawValue)") }
  }

  private static let python = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  private static func run(_ script: String, _ arguments: [String] = []) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: python ?? "/nonexistent")
    process.arguments = ["-c", script] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  private static let hasJSONSchema =
    (try? run("import jsonschema, referencing; jsonschema.Draft202012Validator").status) == 0

  @Test(
    "an independent implementation of JSON Schema agrees",
    .enabled(if: hasJSONSchema, "python3 with the package jsonschema is not installed"))
  func independent() throws {
    let script = """
      import json, pathlib, sys
      import jsonschema, referencing
      folder = pathlib.Path(sys.argv[1])
      schemas = {p.name: json.loads(p.read_text()) for p in (folder / 'schema').glob('*.json')}
      registry = referencing.Registry().with_resources(
          (s['$id'], referencing.Resource.from_contents(s)) for s in schemas.values())
      for s in schemas.values(): jsonschema.Draft202012Validator.check_schema(s)
      count = 0
      for p in sorted((folder / 'vectors').glob('*.json')):
          m = json.loads(p.read_text())['message']
          v = jsonschema.Draft202012Validator(schemas[m['type'] + '.schema.json'], registry=registry)
          v.validate(m)
          count += 1
      print(count)
      """
    let (status, output) = try Self.run(script, [protocolFolder.path()])
    #expect(status == 0, "\(output)")
    #expect(output == "\(VectorTests.golden.count)\n")
  }

  @Test(
    "the golden frames are those that a program without a line of Swift builds",
    .enabled(if: python != nil, "python3 is not installed"))
  func independentFrames() throws {
    let script = "import sys, runpy; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
    let path = protocolFolder.appending(path: "vectors/build.py").path()
    let (status, output) = try Self.run(script, [path, "--check"])
    #expect(status == 0, "\(output)")
  }
}

/// As much of JSON Schema 2020-12 as the schemas use; a keyword that it does not know is a problem of its own.
private struct SchemaValidator {
  private var schemas: [String: JSONValue] = [:]

  init() throws {
    for name in names(in: "schema", withExtension: "json") {
      schemas["\(name).json"] = try json(of: "schema/\(name).json")
    }
  }

  func problems(of message: JSONValue, type: String) throws -> [String] {
    let file = "\(type).schema.json"
    return check(message, try #require(schemas[file]), file, "$")
  }

  /// Of something that is not a message.
  func problems(of value: JSONValue, definition: String) -> [String] {
    follow("common.schema.json#/$defs/\(definition)", value, "", "$")
  }

  private func check(_ value: JSONValue, _ schema: JSONValue, _ file: String, _ path: String) -> [String] {
    guard case .object(let keywords) = schema else { return schema == true ? [] : ["\(path): nothing is allowed"] }
    return keywords.flatMap { keyword, rule -> [String] in
      let holds: Bool
      switch keyword {
      case "$schema", "$id", "$defs", "title", "description", "default": holds = true
      case "$ref": return follow(rule.stringValue ?? "", value, file, path)
      case "properties":
        return (value.objectValue ?? [:]).flatMap { key, member in
          rule[key].map { check(member, $0, file, "\(path).\(key)") } ?? []
        }
      case "additionalProperties":
        return (value.objectValue ?? [:]).flatMap { check($0.value, rule, file, "\(path).\($0.key)") }
      case "items": return (value.arrayValue ?? []).flatMap { check($0, rule, file, "\(path)[]") }
      case "required":
        let object = value.objectValue
        holds = object == nil || (rule.arrayValue ?? []).allSatisfy { object?[$0.stringValue ?? ""] != nil }
      case "type":
        let types = rule.arrayValue ?? [rule]
        holds = types.contains { $0.stringValue.map { isOfType(value, $0) } ?? false }
      case "enum": holds = rule.arrayValue?.contains(value) ?? false
      case "const": holds = rule == value
      case "minimum": holds = value.doubleValue.map { $0 >= rule.doubleValue ?? .nan } ?? true
      case "maximum": holds = value.doubleValue.map { $0 <= rule.doubleValue ?? .nan } ?? true
      case "minItems": holds = value.arrayValue.map { $0.count >= rule.int64Value ?? 0 } ?? true
      case "maxItems": holds = value.arrayValue.map { $0.count <= rule.int64Value ?? 0 } ?? true
      case "pattern": holds = value.stringValue.map { matches($0, rule.stringValue ?? "") } ?? true
      case "not": holds = !check(value, rule, file, path).isEmpty
      case "oneOf": holds = (rule.arrayValue ?? []).filter { check(value, $0, file, path).isEmpty }.count == 1
      default: return ["\(path): the keyword '\(keyword)' is not checked"]
      }
      return holds ? [] : ["\(path): '\(keyword)' does not hold"]
    }
  }

  private func follow(_ reference: String, _ value: JSONValue, _ file: String, _ path: String) -> [String] {
    let parts = reference.components(separatedBy: "#/$defs/")
    let target = parts[0].isEmpty ? file : parts[0]
    guard parts.count == 2, let schema = schemas[target]?["$defs"]?[parts[1]] else {
      return ["\(path): '\(reference)' leads nowhere"]
    }
    return check(value, schema, target, path)
  }

  private func isOfType(_ value: JSONValue, _ type: String) -> Bool {
    switch (type, value) {
    case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool), ("null", .null),
      ("integer", .integer), ("integer", .unsigned), ("number", .integer), ("number", .unsigned), ("number", .double):
      true
    default: false
    }
  }

  private func matches(_ text: String, _ pattern: String) -> Bool {
    guard let expression = try? NSRegularExpression(pattern: pattern) else { return false }
    return expression.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
  }
}
