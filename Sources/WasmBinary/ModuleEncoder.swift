/// Writes modules in the binary format, section by section.

/// Collects the parts of a module and puts them together in the binary format (Core 3.0, section 5.5 "Modules").
///
/// Nothing is validated: an encoder must be able to write the invalid modules that a test or the text format asks for.
/// Items of an index space are appended in the order of their indices. Code and constant expressions are given as
/// instruction bytes that include the final `end`; `ByteWriter` helps to write them.
public struct ModuleEncoder: Sendable {
  /// The start function's index.
  public var start: UInt32?
  /// Whether the data count section is written, which `memory.init` and `data.drop` need.
  public var includesDataCount = false
  /// What goes into the name section; the section is left out when there is nothing in it.
  public var names = NameEncoder()

  private var types = EncodedSection()
  /// Of all groups.
  private var typeCount: UInt32 = 0
  private var imports = EncodedSection()
  private var functions = EncodedSection()
  private var tables = EncodedSection()
  private var memories = EncodedSection()
  private var tags = EncodedSection()
  private var globals = EncodedSection()
  private var exports = EncodedSection()
  private var elements = EncodedSection()
  private var code = EncodedSection()
  private var data = EncodedSection()
  /// By how many of the other sections are in front of them.
  private var customSections = [ByteWriter](repeating: ByteWriter(), count: StandardSection.inOrder.count + 1)

  /// An encoder of a module that is empty so far.
  public init() {}

  /// Appends a function type and returns its type index.
  @discardableResult
  public mutating func appendType(_ type: FunctionType) -> UInt32 {
    appendTypes([DefinedType(composite: .function(type), recursionGroup: 0..<1)])
  }

  /// Appends the types of a recursion group and returns the type index of the first.
  @discardableResult
  public mutating func appendTypes(_ group: [DefinedType]) -> UInt32 {
    if group.count != 1 {
      types.contents.append(0x4E)
      types.contents.appendUnsigned(UInt64(group.count))
    }
    for type in group { types.contents.appendType(type) }
    _ = types.countOne()
    defer { typeCount += UInt32(group.count) }
    return typeCount
  }

  /// Appends an import. Its names are UTF-8 bytes.
  public mutating func appendImport(module: some Collection<UInt8>, name: some Collection<UInt8>, type: ExternalType) {
    imports.contents.appendVector(module)
    imports.contents.appendVector(name)
    switch type {
    case .function(let index):
      imports.contents.append(0)
      imports.contents.appendUnsigned(index)
    case .table(let table):
      imports.contents.append(1)
      imports.contents.appendType(table)
    case .memory(let memory):
      imports.contents.append(2)
      imports.contents.appendLimits(memory.limits)
    case .global(let global):
      imports.contents.append(3)
      imports.contents.appendType(global)
    case .tag(let index):
      imports.contents.append(4)
      imports.contents.append(0)
      imports.contents.appendUnsigned(index)
    }
    _ = imports.countOne()
  }

  /// Appends an import whose names are strings.
  public mutating func appendImport(_ description: Import) {
    appendImport(module: description.module.utf8, name: description.name.utf8, type: description.type)
  }

  /// Appends a function that the module defines.
  ///
  /// - Parameters:
  ///   - typeIndex: The type index of its type.
  ///   - locals: The types of its locals, the parameters not included.
  ///   - body: Its instructions with the final `end`.
  public mutating func appendFunction(
    typeIndex: UInt32, locals: [ValueType] = [], body: some Collection<UInt8>
  ) {
    functions.contents.appendUnsigned(typeIndex)
    _ = functions.countOne()

    var declarations = ByteWriter()
    var runs: UInt32 = 0
    var first = 0
    while first < locals.count {
      var next = first + 1
      while next < locals.count, locals[next] == locals[first] { next += 1 }
      declarations.appendUnsigned(UInt64(next - first))
      declarations.appendType(locals[first])
      runs += 1
      first = next
    }
    var count = ByteWriter()
    count.appendUnsigned(runs)
    code.contents.appendUnsigned(UInt64(count.bytes.count + declarations.bytes.count + body.count))
    code.contents.append(contentsOf: count.bytes)
    code.contents.append(contentsOf: declarations.bytes)
    code.contents.append(contentsOf: body)
    _ = code.countOne()
  }

  /// Appends a table. `initializer`: a constant expression for its elements; nil fills it with null.
  public mutating func appendTable(_ type: TableType, initializer: [UInt8]? = nil) {
    if let initializer {
      tables.contents.append(0x40)
      tables.contents.append(0x00)
      tables.contents.appendType(type)
      tables.contents.append(contentsOf: initializer)
    } else {
      tables.contents.appendType(type)
    }
    _ = tables.countOne()
  }

  /// Appends a memory.
  public mutating func appendMemory(_ type: MemoryType) {
    memories.contents.appendLimits(type.limits)
    _ = memories.countOne()
  }

  /// Appends a tag.
  public mutating func appendTag(typeIndex: UInt32) {
    tags.contents.append(0)
    tags.contents.appendUnsigned(typeIndex)
    _ = tags.countOne()
  }

  /// Appends a global. `initializer`: a constant expression with its final `end`.
  public mutating func appendGlobal(_ type: GlobalType, initializer: some Collection<UInt8>) {
    globals.contents.appendType(type)
    globals.contents.append(contentsOf: initializer)
    _ = globals.countOne()
  }

  /// Appends an export. Its name is UTF-8 bytes.
  public mutating func appendExport(name: some Collection<UInt8>, kind: Export.Kind, index: UInt32) {
    exports.contents.appendVector(name)
    exports.contents.append(kind.rawValue)
    exports.contents.appendUnsigned(index)
    _ = exports.countOne()
  }

  /// Appends an export whose name is a string.
  public mutating func appendExport(_ description: Export) {
    appendExport(name: description.name.utf8, kind: description.kind, index: description.index)
  }

  /// Appends an element segment of functions.
  public mutating func appendElements(_ mode: EncodedSegmentMode, functions: [UInt32]) {
    switch mode {
    case .active(index: 0, let offset):
      elements.contents.append(0)
      elements.contents.append(contentsOf: offset)
    case .passive:
      elements.contents.append(1)
      elements.contents.append(0x00)
    case .active(let table, let offset):
      elements.contents.append(2)
      elements.contents.appendUnsigned(table)
      elements.contents.append(contentsOf: offset)
      elements.contents.append(0x00)
    case .declarative:
      elements.contents.append(3)
      elements.contents.append(0x00)
    }
    elements.contents.appendUnsigned(UInt64(functions.count))
    for function in functions { elements.contents.appendUnsigned(function) }
    _ = elements.countOne()
  }

  /// Appends an element segment of expressions.
  ///
  /// - Parameters:
  ///   - type: The reference type of the elements.
  ///   - count: How many expressions there are.
  ///   - expressions: The constant expressions one after the other, each with its final `end`.
  public mutating func appendElements(
    _ mode: EncodedSegmentMode, type: ValueType, count: Int, expressions: some Collection<UInt8>
  ) {
    switch mode {
    case .active(index: 0, let offset) where type == .funcref:
      elements.contents.append(4)
      elements.contents.append(contentsOf: offset)
    case .passive:
      elements.contents.append(5)
      elements.contents.appendType(type)
    case .active(let table, let offset):
      elements.contents.append(6)
      elements.contents.appendUnsigned(table)
      elements.contents.append(contentsOf: offset)
      elements.contents.appendType(type)
    case .declarative:
      elements.contents.append(7)
      elements.contents.appendType(type)
    }
    elements.contents.appendUnsigned(UInt64(count))
    elements.contents.append(contentsOf: expressions)
    _ = elements.countOne()
  }

  /// Appends a data segment. A declarative mode does not exist for data and is written as passive.
  public mutating func appendData(_ mode: EncodedSegmentMode, bytes: some Collection<UInt8>) {
    switch mode {
    case .active(index: 0, let offset):
      data.contents.append(0)
      data.contents.append(contentsOf: offset)
    case .passive, .declarative:
      data.contents.append(1)
    case .active(let memory, let offset):
      data.contents.append(2)
      data.contents.appendUnsigned(memory)
      data.contents.append(contentsOf: offset)
    }
    data.contents.appendVector(bytes)
    _ = data.countOne()
  }

  /// Appends a custom section.
  public mutating func appendCustomSection(
    name: String, contents: some Collection<UInt8>, at place: CustomSectionPlace = .last
  ) {
    var section = ByteWriter()
    section.appendVector(name.utf8)
    section.append(contentsOf: contents)
    customSections[place.sectionsBefore].append(0)
    customSections[place.sectionsBefore].appendVector(section.bytes)
  }

  /// The module in the binary format.
  public func encode() -> [UInt8] {
    var writer = ByteWriter()
    writer.append(contentsOf: [0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00])
    for (index, section) in StandardSection.inOrder.enumerated() {
      writer.append(contentsOf: customSections[index].bytes)
      write(section, to: &writer)
    }
    writer.append(contentsOf: customSections[StandardSection.inOrder.count].bytes)
    let nameSection = names.encode()
    if !nameSection.isEmpty {
      writer.appendSection(0) {
        $0.appendVector("name".utf8)
        $0.append(contentsOf: nameSection)
      }
    }
    return writer.bytes
  }

  private func write(_ section: StandardSection, to writer: inout ByteWriter) {
    let identifier = section.rawValue
    switch section {
    case .type: types.write(identifier, to: &writer)
    case .import: imports.write(identifier, to: &writer)
    case .function: functions.write(identifier, to: &writer)
    case .table: tables.write(identifier, to: &writer)
    case .memory: memories.write(identifier, to: &writer)
    case .tag: tags.write(identifier, to: &writer)
    case .global: globals.write(identifier, to: &writer)
    case .export: exports.write(identifier, to: &writer)
    case .start:
      if let start { writer.appendSection(identifier) { $0.appendUnsigned(start) } }
    case .element: elements.write(identifier, to: &writer)
    case .dataCount:
      if includesDataCount { writer.appendSection(identifier) { $0.appendUnsigned(data.count) } }
    case .code: code.write(identifier, to: &writer)
    case .data: data.write(identifier, to: &writer)
    }
  }
}

/// When a segment is copied, with its offset as a constant expression in bytes that include the final `end`.
public enum EncodedSegmentMode: Sendable {
  case passive
  /// Only declares functions for `ref.func` (element segments).
  case declarative
  /// At instantiation, into the table or memory `index`.
  case active(index: UInt32, offset: [UInt8])
}

/// The contents of a name section (Core 3.0, appendix "Custom Sections").
///
/// Names are UTF-8 bytes. Functions are named in ascending order of their indices, locals too.
public struct NameEncoder: Sendable {
  /// The module's name; nil leaves it out.
  public var moduleName: [UInt8]?
  private var functions = EncodedSection()
  private var locals = EncodedSection()

  /// Without names.
  public init() {}

  /// Names a function, whose index is above all that were named before.
  public mutating func appendFunction(_ index: UInt32, name: some Collection<UInt8>) {
    functions.contents.appendUnsigned(index)
    functions.contents.appendVector(name)
    _ = functions.countOne()
  }

  /// Names locals (parameters first) of a function, whose index is above all whose locals were named before.
  public mutating func appendLocals(of function: UInt32, _ names: [(index: UInt32, name: [UInt8])]) {
    locals.contents.appendUnsigned(function)
    locals.contents.appendUnsigned(UInt64(names.count))
    for name in names {
      locals.contents.appendUnsigned(name.index)
      locals.contents.appendVector(name.name)
    }
    _ = locals.countOne()
  }

  /// The subsections one after the other; empty when there is no name.
  func encode() -> [UInt8] {
    var writer = ByteWriter()
    if let moduleName {
      writer.appendSection(0) { $0.appendVector(moduleName) }
    }
    functions.write(1, to: &writer)
    locals.write(2, to: &writer)
    return writer.bytes
  }
}

/// A section that is a vector: how many entries, and their bytes.
private struct EncodedSection: Sendable {
  var count: UInt32 = 0
  var contents = ByteWriter()

  /// Counts an entry and returns its index in the section.
  mutating func countOne() -> UInt32 {
    defer { count += 1 }
    return count
  }

  /// Writes the section, or nothing when it has no entries.
  func write(_ identifier: UInt8, to writer: inout ByteWriter) {
    guard count > 0 else { return }
    var prefix = ByteWriter()
    prefix.appendUnsigned(count)
    writer.append(identifier)
    writer.appendUnsigned(UInt64(prefix.bytes.count + contents.bytes.count))
    writer.append(contentsOf: prefix.bytes)
    writer.append(contentsOf: contents.bytes)
  }
}

extension ByteWriter {
  /// Writes a section: identifier, size, and what `body` writes.
  mutating func appendSection(_ identifier: UInt8, _ body: (inout ByteWriter) -> Void) {
    var contents = ByteWriter()
    body(&contents)
    append(identifier)
    appendVector(contents.bytes)
  }
}
