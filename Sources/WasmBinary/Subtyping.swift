/// Which types may stand for which others (Core 3.0, section 3.3 "Matching").
///
/// Type indices in types are canonical (`Module.canonicalTypes`), so that equal words are equal types. Matching walks the
/// supertypes of a declared type, of which there are at most `ModuleLimits.subtypingDepth`.

extension HeapType {
  /// What a reference in unreachable code points to: matches every heap type. No module can write it.
  static let bottom = HeapType(raw: 0x01)
}

extension FieldType.Storage {
  /// The type of the value on the operand stack.
  public var unpacked: ValueType { if case .value(let type) = self { type } else { .i32 } }
  public var isPacked: Bool { if case .value = self { false } else { true } }
}

extension Module {
  /// The index that stands for type `index` and all types that are equal to it: the first of them.
  @inlinable
  public func canonicalType(_ index: UInt32) -> UInt32 {
    Int(index) < canonicalTypes.count ? canonicalTypes[Int(index)] : index
  }

  /// Whether a value of type `first` may stand where `second` is expected (section 3.3.3).
  public func matches(_ first: ValueType, _ second: ValueType) -> Bool {
    if first == second { return true }
    guard let heap = first.heapType, let expected = second.heapType else { return false }
    guard !first.isNullable || second.isNullable else { return false }
    return matches(heap, expected)
  }

  /// Whether `first` is `second` or one of its subtypes (section 3.3.2).
  public func matches(_ first: HeapType, _ second: HeapType) -> Bool {
    if first == second || first == .bottom { return true }
    if let index = first.typeIndex { return matches(declared: index, second) }
    if let index = second.typeIndex {
      guard Int(index) < types.count else { return false }
      return if case .function = types[Int(index)].composite { first == .noFunction } else { first == .none }
    }
    return switch first {
    case .none: [.i31, .structure, .array, .equatable, .any].contains(second)
    case .i31, .structure, .array: second == .equatable || second == .any
    case .equatable: second == .any
    case .noFunction: second == .function
    case .noExternal: second == .external
    case .noException: second == .exception
    default: false
    }
  }

  private func matches(declared index: UInt32, _ expected: HeapType) -> Bool {
    guard Int(index) < types.count else { return false }
    if let goal = expected.typeIndex {
      var index = index
      while Int(index) < types.count, let parent = types[Int(index)].supertypes.first, parent < index {
        if parent == goal { return true }
        index = parent
      }
      return false
    }
    return switch types[Int(index)].composite {
    case .function: expected == .function
    case .structure: expected == .structure || expected == .equatable || expected == .any
    case .array: expected == .array || expected == .equatable || expected == .any
    }
  }

  /// Whether a type of this shape may be a declared subtype of one of that shape (section 3.3.6).
  func matches(_ first: CompositeType, _ second: CompositeType) -> Bool {
    switch (first, second) {
    case (.function(let first), .function(let second)):
      first.parameters.count == second.parameters.count && first.results.count == second.results.count
        && zip(second.parameters, first.parameters).allSatisfy { matches($0, $1) }
        && zip(first.results, second.results).allSatisfy { matches($0, $1) }
    case (.structure(let first), .structure(let second)):
      first.count >= second.count && zip(first, second).allSatisfy { matches($0, $1) }
    case (.array(let first), .array(let second)): matches(first, second)
    default: false
    }
  }

  private func matches(_ first: FieldType, _ second: FieldType) -> Bool {
    guard first.isMutable == second.isMutable else { return false }
    return first.isMutable ? first.storage == second.storage : matches(first.storage, second.storage)
  }

  /// Whether what is stored as `first` may be read as `second`.
  func matches(_ first: FieldType.Storage, _ second: FieldType.Storage) -> Bool {
    if case .value(let first) = first, case .value(let second) = second { return matches(first, second) }
    return first == second
  }
}
