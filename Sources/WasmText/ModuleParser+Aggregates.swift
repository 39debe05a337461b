/// Type definitions (Core 3.0, section 6.4.6), and the immediates that name types and fields.

import WasmBinary

/// The name of a field of a struct type.
struct FieldName: Hashable {
  var type: UInt32
  var symbol: UInt32
}

extension ModuleParser {
  // MARK: type definitions

  /// Reads the definitions that the first pass skipped, now that every type's name is known.
  mutating func parseTypeDefinitions() throws(SyntaxError) {
    for start in typeDefinitions {
      try rewind(to: start)
      let first = types.count
      if try takeWord(.rec) {
        var group: [DefinedType] = []
        while try takeForm(.type) { group.append(try parseTypeDefinition(UInt32(first + group.count))) }
        for type in group { append(type, groupOf: first..<first + group.count) }
        typeGroups.append(first..<first + group.count)
      } else {
        _ = try takeWord(.type)
        append(try parseTypeDefinition(UInt32(first)), groupOf: first..<first + 1)
        typeGroups.append(first..<first + 1)
      }
    }
  }

  private mutating func append(_ definition: DefinedType, groupOf group: Range<Int>) {
    var type = definition
    let index = UInt32(types.count)
    type.recursionGroup = UInt32(group.lowerBound)..<UInt32(group.upperBound)
    types.append(type)
    // Only a plain type is what a type use without `(type x)` means; one that refers to itself is equal to none of them.
    guard let function = type.function, group.count == 1, type.isFinal, type.supertypes.isEmpty,
      typeIndices[function] == nil,
      !(function.parameters + function.results).contains(where: { $0.heapType?.typeIndex == index })
    else { return }
    typeIndices[function] = index
  }

  /// `$name? (sub ...)` or a composite type, with the closing parenthesis.
  private mutating func parseTypeDefinition(_ index: UInt32) throws(SyntaxError) -> DefinedType {
    _ = try takeIdentifier()
    var type = DefinedType(composite: .structure([]), recursionGroup: 0..<0)
    if try takeForm(.sub) {
      type.isFinal = try takeWord(.final)
      while current.isIndex { type.supertypes.append(try expectIndex(\.types)) }
      type.composite = try parseCompositeType(index)
      try expectClosing("the subtype")
    } else {
      type.composite = try parseCompositeType(index)
    }
    try expectClosing("the type")
    return type
  }

  private mutating func parseCompositeType(_ index: UInt32) throws(SyntaxError) -> CompositeType {
    if try takeForm(.func) {
      let signature = try parseSignature(names: .allowed)
      try expectClosing("the function type")
      return .function(signature.type)
    }
    if try takeForm(.struct) {
      var fields: [FieldType] = []
      while try takeForm(.field) { try parseFields(of: index, &fields) }
      try expectClosing("the struct type")
      return .structure(fields)
    }
    if try takeForm(.array) {
      let element = try parseFieldType()
      try expectClosing("the array type")
      return .array(element)
    }
    throw unexpected("'(func', '(struct', '(array' or '(sub' in a type definition")
  }

  /// Behind `(field`: one with a name, or any number without.
  private mutating func parseFields(of type: UInt32, _ fields: inout [FieldType]) throws(SyntaxError) {
    let token = current
    if let symbol = try takeIdentifier() {
      let name = FieldName(type: type, symbol: symbol)
      guard fieldNames.updateValue(UInt32(fields.count), forKey: name) == nil else {
        throw SyntaxError("duplicate field: \(excerpt(token)) is already defined", at: token.start)
      }
      fields.append(try parseFieldType())
    } else {
      while current.kind != .rightParenthesis { fields.append(try parseFieldType()) }
    }
    try expectClosing("the field")
  }

  private mutating func parseFieldType() throws(SyntaxError) -> FieldType {
    guard try takeForm(.mut) else { return FieldType(storage: try parseStorageType(), isMutable: false) }
    let storage = try parseStorageType()
    try expectClosing("the field's type")
    return FieldType(storage: storage, isMutable: true)
  }

  private mutating func parseStorageType() throws(SyntaxError) -> FieldType.Storage {
    if try takeWord(.i8) { return .i8 }
    if try takeWord(.i16) { return .i16 }
    return .value(try expectValueType())
  }

  // MARK: immediates

  /// Behind the opcode, which is written already.
  mutating func parseAggregateImmediate(_ immediate: ImmediateKind) throws(SyntaxError) {
    if immediate == .castBranch { return try parseCastBranch() }
    let type = try expectIndex(\.types)
    pending.appendUnsigned(type)
    switch immediate {
    case .typeAndField: pending.appendUnsigned(try expectField(of: type))
    case .typeAndCount: pending.appendUnsigned(try expectNumber("a number of elements"))
    case .typeAndData:
      encoder.includesDataCount = true
      pending.appendUnsigned(try expectIndex(\.data))
    case .typeAndElement: pending.appendUnsigned(try expectIndex(\.elements))
    case .typeAndType: pending.appendUnsigned(try expectIndex(\.types))
    default: break
    }
  }

  private mutating func expectField(of type: UInt32) throws(SyntaxError) -> UInt32 {
    let token = current
    guard let symbol = try takeIdentifier() else { return try expectNumber("an index or name of a field") }
    guard let index = fieldNames[FieldName(type: type, symbol: symbol)] else {
      throw SyntaxError("unknown field \(excerpt(token))", at: token.start)
    }
    return index
  }

  /// `ref.test` and `ref.cast`, whose code depends on the type.
  mutating func parseCast(_ opcode: Opcode) throws(SyntaxError) {
    let type = try expectReferenceType()
    switch (opcode, type.isNullable) {
    case (.refTest, true), (.refTestNull, true): pending.appendOpcode(.refTestNull)
    case (.refTest, false), (.refTestNull, false): pending.appendOpcode(.refTest)
    case (_, true): pending.appendOpcode(.refCastNull)
    case (_, false): pending.appendOpcode(.refCast)
    }
    pending.appendHeapType(type.heapType ?? .any)
  }

  private mutating func parseCastBranch() throws(SyntaxError) {
    let label = try expectLabel()
    let from = try expectReferenceType()
    let to = try expectReferenceType()
    pending.append((from.isNullable ? 1 : 0) | (to.isNullable ? 2 : 0))
    pending.appendUnsigned(label)
    pending.appendHeapType(from.heapType ?? .any)
    pending.appendHeapType(to.heapType ?? .any)
  }
}
