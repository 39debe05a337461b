// Reads the JSON forms of configurations and calls, as embedders in other languages write them: strictly, since a limit
// whose name is misspelt must not be ignored.

import WasmJSON
import WorkerProtocol

/// The members of an object that are still to be read, and what was wrong with those before. Every mistake is noted, with
/// the member's path, and reading goes on.
struct JSONForm {
  private var members: JSONObject
  private let path: String
  private(set) var problems: [String]

  /// - Parameter path: of the object, for sentences; empty for the whole document.
  init(_ value: JSONValue, _ path: String = "") {
    self.path = path
    guard case .object(let object) = value else {
      members = [:]
      problems = ["\(path.isEmpty ? "The document" : path) must be an object."]
      return
    }
    members = object
    problems = []
  }

  /// Whether the object has the member. It counts as read.
  mutating func take(_ name: String) -> JSONValue? { members.removeValue(forKey: name) }

  /// Whether the object has the member, and it is null. It counts as read then.
  mutating func takeNull(_ name: String) -> Bool {
    guard members[name] == .null else { return false }
    members[name] = nil
    return true
  }

  func path(to name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

  mutating func note(_ name: String, _ sentence: String) { problems.append("\(path(to: name)) \(sentence)") }

  /// Reads a member into `target`, if it is there.
  ///
  /// - Parameter expectation: what it must be, for the sentence if the conversion gives nil.
  mutating func read<Value>(
    _ name: String, into target: inout Value, _ expectation: String, _ convert: (JSONValue) -> Value?
  ) {
    guard let value = take(name) else { return }
    if let converted = convert(value) { target = converted } else { note(name, "must be \(expectation).") }
  }

  mutating func read(_ name: String, into target: inout UInt64) {
    read(name, into: &target, "a whole number from 0 to 2^64-1") { $0.uint64Value }
  }

  mutating func read(_ name: String, into target: inout [String: UInt64]) {
    read(name, into: &target, "an object of whole numbers from 0 to 2^64-1") { value in
      guard let members = value.objectValue else { return nil }
      var numbers: [String: UInt64] = [:]
      for (name, member) in members {
        guard let number = member.uint64Value else { return nil }
        numbers[name] = number
      }
      return numbers
    }
  }

  mutating func read(_ name: String, into target: inout UInt32) {
    read(name, into: &target, "a whole number from 0 to 2^32-1") { $0.uint64Value.flatMap { UInt32(exactly: $0) } }
  }

  mutating func read(_ name: String, into target: inout Int) {
    read(name, into: &target, "a whole number") { $0.int64Value.flatMap { Int(exactly: $0) } }
  }

  mutating func read(_ name: String, into target: inout Bool) {
    read(name, into: &target, "true or false") { $0.boolValue }
  }

  mutating func read(_ name: String, into target: inout String) {
    read(name, into: &target, "a text") { $0.stringValue }
  }

  /// A value or null.
  mutating func read<Value>(
    _ name: String, orNull target: inout Value?, _ expectation: String, _ convert: (JSONValue) -> Value?
  ) {
    read(name, into: &target, "\(expectation), or null") { value -> Value?? in
      value.isNull ? .some(nil) : convert(value).map { .some($0) }
    }
  }

  mutating func read(_ name: String, orNull target: inout UInt64?) {
    read(name, orNull: &target, "a whole number from 0 to 2^64-1") { $0.uint64Value }
  }

  mutating func read(_ name: String, orNull target: inout Int?) {
    read(name, orNull: &target, "a whole number") { $0.int64Value.flatMap { Int(exactly: $0) } }
  }

  /// Milliseconds; a fraction is allowed.
  mutating func read(milliseconds name: String, into target: inout Duration) {
    read(name, into: &target, "a number of milliseconds", Self.duration)
  }

  mutating func read(milliseconds name: String, orNull target: inout Duration?) {
    read(name, orNull: &target, "a number of milliseconds", Self.duration)
  }

  private static func duration(_ value: JSONValue) -> Duration? {
    if let whole = value.int64Value { return .milliseconds(whole) }
    guard let milliseconds = value.doubleValue, abs(milliseconds) < 1e12 else { return nil }
    return .nanoseconds(Int64((milliseconds * 1e6).rounded()))
  }

  /// One of the names of an enumeration.
  mutating func read<Case: RawRepresentable<String> & CaseIterable>(_ name: String, into target: inout Case) {
    read(name, into: &target, Self.names(Case.self)) { $0.stringValue.flatMap { Case(rawValue: $0) } }
  }

  mutating func read<Case: RawRepresentable<String> & CaseIterable>(_ name: String, orNull target: inout Case?) {
    read(name, orNull: &target, Self.names(Case.self)) { $0.stringValue.flatMap { Case(rawValue: $0) } }
  }

  private static func names<Case: RawRepresentable<String> & CaseIterable>(_ type: Case.Type) -> String {
    type.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
  }

  mutating func read(_ name: String, into target: inout [String]) {
    read(name, into: &target, "a list of texts", Self.texts)
  }

  mutating func read(_ name: String, orNull target: inout [String]?) {
    read(name, orNull: &target, "a list of texts", Self.texts)
  }

  private static func texts(_ value: JSONValue) -> [String]? {
    guard let values = value.arrayValue else { return nil }
    let texts = values.compactMap(\.stringValue)
    return texts.count == values.count ? texts : nil
  }

  /// A member that is an object of its own.
  mutating func within(_ name: String, _ body: (inout JSONForm) -> Void) {
    guard let value = take(name) else { return }
    problems += Self.problems(value, path(to: name), body)
  }

  /// A member that is a list of objects.
  mutating func each(_ name: String, _ body: (inout JSONForm) -> Void) {
    guard let value = take(name) else { return }
    guard let values = value.arrayValue else { return note(name, "must be a list.") }
    for (index, value) in values.enumerated() { problems += Self.problems(value, path(to: "\(name)[\(index)]"), body) }
  }

  /// Reads an object to its end: what the body has not asked for is a mistake.
  private static func problems(_ value: JSONValue, _ path: String, _ body: (inout JSONForm) -> Void) -> [String] {
    var form = JSONForm(value, path)
    guard form.problems.isEmpty else { return form.problems }
    body(&form)
    for name in form.members.keys { form.note(harmless(name, limit: 80), "is not known.") }
    return form.problems
  }

  /// Reads a document: an object in UTF-8.
  ///
  /// - Throws: an error with this code and with every mistake.
  static func read(_ text: UnsafeRawBufferPointer, _ code: ErrorCode, _ body: (inout JSONForm) -> Void)
    throws(WasmError)
  {
    let value: JSONValue
    do throws(JSONError) { value = try JSONValue(parsing: text) } catch {
      throw WasmError(code, "The JSON document cannot be read: \(error).")
    }
    try WasmError.require(noneOf: problems(value, "", body), code)
  }
}
