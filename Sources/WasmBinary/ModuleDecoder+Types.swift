/// The type section (Core 3.0, section 5.5.4): recursion groups, subtypes, and which types are equal.
///
/// Types are equal if their recursion groups are, with references inside the group taken relative to it (section 3.3.8 and
/// "rolling" in section 3.1.2). A group is spelled as a list of words in which references to earlier types are canonical
/// already; a table of the spellings so far finds the first equal one. Work is linear in the section's size.

extension ModuleDecoder {
  mutating func decodeTypes() throws(ModuleError) {
    // Concrete heap types hold a type index of 23 bits.
    let limit = min(limits.types, 0x7F_FFFF)
    let groups = try reader.count(itemBytes: 2, of: "types", limit: limit)
    module.types.reserveCapacity(groups)
    module.canonicalTypes.reserveCapacity(groups)
    for _ in 0..<groups { try decodeRecursionGroup(limit: limit) }
    gate.canonicalTypes = module.canonicalTypes
    typeGroups = [:]
  }

  private mutating func decodeRecursionGroup(limit: Int) throws(ModuleError) {
    let start = reader.position
    let first = module.types.count
    var count = 1
    if reader.remaining > 0, reader.base[start] == 0x4E {
      try gate.require(.functionReferences, "a recursive type", reader, at: start)
      reader.position += 1
      count = try reader.count(itemBytes: 2, of: "types", limit: limit, existing: first)
    } else if first >= limit {
      throw reader.error(.limitExceeded, "more than \(limit) types, which is the limit", at: start)
    }
    gate.typeCount = first + count
    let group = UInt32(first)..<UInt32(first + count)
    var spelling: [UInt32] = []
    for _ in 0..<count {
      let type = try definedType(in: group)
      spell(type, in: group, into: &spelling)
      module.types.append(type)
    }
    if let equal = typeGroups[spelling] {
      for offset in 0..<UInt32(count) {
        gate.canonicalTypes.append(equal + offset)
        module.canonicalTypes.append(equal + offset)
        // Its references to itself are now references to the equal one.
        var type = module.types[Int(equal + offset)]
        type.recursionGroup = group
        module.types[first + Int(offset)] = type
        typeDepths.append(typeDepths[Int(equal + offset)])
      }
      return
    }
    typeGroups[spelling] = UInt32(first)
    for index in group {
      gate.canonicalTypes.append(index)
      module.canonicalTypes.append(index)
    }
    for index in group { try checkSupertype(of: index, at: start) }
  }

  /// A type with its place in the hierarchy (section 5.3.8).
  private mutating func definedType(in group: Range<UInt32>) throws(ModuleError) -> DefinedType {
    let start = reader.position
    let index = UInt32(module.types.count)
    var isFinal = true
    var supertypes: [UInt32] = []
    var form = try reader.byte()
    if form == 0x4F || form == 0x50 {
      try gate.require(.functionReferences, "a subtype", reader, at: start)
      isFinal = form == 0x4F
      let count = try reader.count(itemBytes: 1, of: "supertypes")
      guard count <= 1 else {
        throw reader.error(.invalid, "sub type: a type has at most one supertype, found \(count)", at: start)
      }
      if count == 1 {
        let offset = reader.position
        let parent = try reader.u32()
        guard parent < index else {
          throw reader.error(
            .invalid, "unknown type \(parent): the supertype of type \(index) must come before it", at: offset)
        }
        supertypes = [parent < group.lowerBound ? gate.canonicalTypes[Int(parent)] : parent]
      }
      form = try reader.byte()
    }
    return DefinedType(
      composite: try compositeType(form, at: start), supertypes: supertypes, isFinal: isFinal, recursionGroup: group)
  }

  /// A composite type (section 5.3.7) whose first byte is `form`.
  private mutating func compositeType(_ form: UInt8, at start: Int) throws(ModuleError) -> CompositeType {
    switch form {
    case 0x60:
      let parameters = try decodeTypeList("parameters", limit: limits.parameters)
      let results = try decodeTypeList("results", limit: limits.results)
      typeItems += parameters.count + results.count
      guard typeItems <= limits.parametersAndResults else {
        throw reader.error(
          .limitExceeded,
          "\(typeItems) parameters and results of all types, where the limit is \(limits.parametersAndResults)",
          at: start)
      }
      if results.count > 1 { try gate.require(.multiValue, "a function with several results", reader, at: start) }
      return .function(FunctionType(parameters: parameters, results: results))
    case 0x5F:
      try gate.require(.garbageCollection, "a struct type", reader, at: start)
      let count = try reader.count(itemBytes: 2, of: "fields", limit: limits.structFields)
      fieldItems += count
      guard fieldItems <= limits.fields else {
        throw reader.error(
          .limitExceeded, "\(fieldItems) fields of all types, where the limit is \(limits.fields)", at: start)
      }
      var fields: [FieldType] = []
      fields.reserveCapacity(count)
      for _ in 0..<count { fields.append(try fieldType()) }
      return .structure(fields)
    case 0x5E:
      try gate.require(.garbageCollection, "an array type", reader, at: start)
      return .array(try fieldType())
    default: throw reader.error(.malformed, "malformed type form \(hexadecimal(form))", at: start)
    }
  }

  private mutating func fieldType() throws(ModuleError) -> FieldType {
    let storage: FieldType.Storage
    switch reader.remaining > 0 ? reader.base[reader.position] : 0 {
    case 0x78:
      storage = .i8
      reader.position += 1
    case 0x77:
      storage = .i16
      reader.position += 1
    default: storage = .value(try reader.valueType(&gate))
    }
    let start = reader.position
    let mutability = try reader.byte()
    guard mutability <= 1 else {
      throw reader.error(.malformed, "malformed mutability \(hexadecimal(mutability))", at: start)
    }
    return FieldType(storage: storage, isMutable: mutability == 1)
  }

  private mutating func decodeTypeList(_ items: String, limit: Int) throws(ModuleError) -> [ValueType] {
    let count = try reader.count(itemBytes: 1, of: items, limit: limit)
    var types: [ValueType] = []
    types.reserveCapacity(count)
    for _ in 0..<count { types.append(try reader.valueType(&gate)) }
    return types
  }

  // MARK: equality

  private func spell(_ type: DefinedType, in group: Range<UInt32>, into words: inout [UInt32]) {
    let parent: UInt32 =
      type.supertypes.first.map { group.contains($0) ? ($0 - group.lowerBound) << 2 | 2 : $0 << 2 | 1 } ?? 0
    words.append(parent)
    let isFinal: UInt32 = type.isFinal ? 1 : 0
    switch type.composite {
    case .function(let function):
      words.append(0x60 | isFinal << 8)
      words.append(UInt32(function.parameters.count))
      for type in function.parameters { words.append(spelled(type, in: group)) }
      words.append(UInt32(function.results.count))
      for type in function.results { words.append(spelled(type, in: group)) }
    case .structure(let fields):
      words.append(0x5F | isFinal << 8)
      words.append(UInt32(fields.count))
      for field in fields { spell(field, in: group, into: &words) }
    case .array(let field):
      words.append(0x5E | isFinal << 8)
      spell(field, in: group, into: &words)
    }
  }

  private func spell(_ field: FieldType, in group: Range<UInt32>, into words: inout [UInt32]) {
    switch field.storage {
    case .i8: words.append(0x78)
    case .i16: words.append(0x77)
    case .value(let type): words.append(spelled(type, in: group))
    }
    words.append(field.isMutable ? 1 : 0)
  }

  /// A value type's word; a reference into the group is relative to it, and its code one that no type has.
  private func spelled(_ type: ValueType, in group: Range<UInt32>) -> UInt32 {
    guard let index = type.heapType?.typeIndex, group.contains(index) else { return type.raw }
    return HeapType.concrete(index - group.lowerBound).raw << 8 | (type.isNullable ? 0x01 : 0x02)
  }

  // MARK: supertypes

  /// Section 3.2.12: the supertype must allow subtypes, and the shapes must match.
  private mutating func checkSupertype(of index: UInt32, at start: Int) throws(ModuleError) {
    let type = module.types[Int(index)]
    guard let parent = type.supertypes.first else {
      typeDepths.append(0)
      return
    }
    guard !module.types[Int(parent)].isFinal else {
      throw reader.error(.invalid, "sub type: type \(parent), the supertype of type \(index), is final", at: start)
    }
    guard module.matches(type.composite, module.types[Int(parent)].composite) else {
      throw reader.error(.invalid, "sub type: type \(index) does not match its supertype \(parent)", at: start)
    }
    let depth = Int(typeDepths[Int(parent)]) + 1
    guard depth <= limits.subtypingDepth else {
      throw reader.error(
        .limitExceeded, "type \(index) has \(depth) supertypes, where the limit is \(limits.subtypingDepth)", at: start)
    }
    typeDepths.append(UInt32(depth))
  }
}
