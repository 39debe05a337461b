/// Type identity across the modules of a store (Core 3.0, section 3.1.2 "closed types").
internal import WasmBinary

internal import CWasmInterpreter

/// The types of a store, each with a number: two modules' equal types get one.
///
/// A recursion group is known by its definitions, in which references to types outside are numbers already and those inside
/// are relative. In types that leave this file, `HeapType.concrete` names a number instead of a module's type index.
final class StoreTypes {
  /// What C needs of each type.
  private(set) var raw: UnsafeMutablePointer<hw_type>
  private var capacity = 64
  private(set) var composites: [CompositeType] = []
  private var groups: [[DefinedType]: UInt32] = [:]
  /// References inside a group, in its key: this and the place in the group.
  private static let relative: UInt32 = 0x40_0000
  /// Numbers, and places in a group, are below this.
  static let limit = Int(relative)

  init() { raw = .allocate(capacity: capacity) }

  deinit { raw.deallocate() }

  var count: Int { composites.count }

  /// The numbers of a module's types, by type index.
  func numbers(of module: Module) throws(LinkError) -> [UInt32] {
    var numbers: [UInt32] = []
    numbers.reserveCapacity(module.types.count)
    while numbers.count < module.types.count {
      let first = UInt32(numbers.count)
      let group = module.types[numbers.count].recursionGroup
      let size = max(1, Int(group.upperBound) - numbers.count)
      guard composites.count + size <= Self.limit else {
        throw .resourceLimit("the modules of this store have more than \(Self.limit) types, which is the limit")
      }
      let canonical = module.canonicalType(first)
      if canonical < first {
        for place in 0..<UInt32(size) { numbers.append(numbers[Int(canonical + place)]) }
        continue
      }
      let known = numbers
      let key = module.types[Int(first)..<Int(first) + size].map { type in
        type.mapped(group: 0..<UInt32(size)) { $0 >= first ? Self.relative | ($0 - first) : known[Int($0)] }
      }
      let number = number(of: key)
      for place in 0..<UInt32(size) { numbers.append(number + place) }
    }
    return numbers
  }

  /// The number of a function type that names no declared types: of a host function.
  func number(of type: FunctionType) -> UInt32 {
    number(of: [DefinedType(composite: .function(type), recursionGroup: 0..<1)])
  }

  private func number(of group: [DefinedType]) -> UInt32 {
    if let number = groups[group] { return number }
    let first = UInt32(composites.count)
    groups[group] = first
    for type in group {
      let absolute = type.mapped(group: 0..<1) { $0 & Self.relative != 0 ? first + ($0 & ~Self.relative) : $0 }
      let parent = absolute.supertypes.first
      if composites.count == capacity { grow() }
      raw[composites.count] = hw_type(parent: parent ?? UInt32.max, depth: parent.map { raw[Int($0)].depth + 1 } ?? 0)
      composites.append(absolute.composite)
    }
    return first
  }

  private func grow() {
    let larger = UnsafeMutablePointer<hw_type>.allocate(capacity: capacity * 2)
    larger.update(from: raw, count: capacity)
    raw.deallocate()
    raw = larger
    capacity *= 2
  }

  func function(_ number: UInt32) -> FunctionType {
    // unreachable: only functions have these numbers.
    guard Int(number) < composites.count, case .function(let type) = composites[Int(number)] else {
      return FunctionType()
    }
    return type
  }

  // MARK: matching

  /// Whether type `first` is type `second` or one of its declared subtypes.
  func matches(_ first: UInt32, _ second: UInt32) -> Bool {
    guard Int(first) < count, Int(second) < count else { return false }
    var type = first
    while raw[Int(type)].depth > raw[Int(second)].depth { type = raw[Int(type)].parent }
    return type == second
  }

  /// Section 3.3.3, for types of the store.
  func matches(_ first: ValueType, _ second: ValueType) -> Bool {
    if first == second { return true }
    guard let heap = first.heapType, let expected = second.heapType else { return false }
    guard !first.isNullable || second.isNullable else { return false }
    guard let number = heap.typeIndex else {
      guard let goal = expected.typeIndex else { return Self.hierarchy.matches(heap, expected) }
      return heap == (abstract(.concrete(goal)) == .function ? .noFunction : HeapType.none)
    }
    if let goal = expected.typeIndex { return matches(number, goal) }
    return Self.hierarchy.matches(abstract(heap), expected)
  }

  /// Matches abstract heap types, which no declared type has a part in.
  private static let hierarchy = Module(bytes: [])

  /// func, struct or array for a declared type.
  func abstract(_ heap: HeapType) -> HeapType {
    guard let number = heap.typeIndex, Int(number) < count else { return heap }
    return switch composites[Int(number)] {
    case .function: .function
    case .structure: .structure
    case .array: .array
    }
  }

  /// The same for a value type.
  func abstract(_ type: ValueType) -> ValueType {
    guard let heap = type.heapType, heap.typeIndex != nil else { return type }
    return .reference(abstract(heap), nullable: type.isNullable)
  }

  /// Whether `value` may stand where `type`, of the store, is expected.
  func accepts(_ value: Value, _ type: ValueType) -> Bool {
    guard case .reference(let reference) = value, let heap = type.heapType else { return value.matches(type) }
    return switch reference {
    case .null: type.isNullable
    case .function(let function):
      matches(.reference(.concrete(function.pointer.pointee.type_id), nullable: false), type)
    case .external: heap == .external && value.matches(type)
    case .exception: heap == .exception
    }
  }
}

extension DefinedType {
  /// The same type with every index of a type replaced.
  fileprivate func mapped(group: Range<UInt32>, _ index: (UInt32) -> UInt32) -> DefinedType {
    let composite: CompositeType =
      switch self.composite {
      case .function(let function):
        .function(
          FunctionType(
            parameters: function.parameters.map { $0.mapped(index) }, results: function.results.map { $0.mapped(index) }
          ))
      case .structure(let fields): .structure(fields.map { $0.mapped(index) })
      case .array(let element): .array(element.mapped(index))
      }
    return DefinedType(
      composite: composite, supertypes: supertypes.map(index), isFinal: isFinal, recursionGroup: group)
  }
}

extension FieldType {
  fileprivate func mapped(_ index: (UInt32) -> UInt32) -> FieldType {
    guard case .value(let type) = storage else { return self }
    return FieldType(storage: .value(type.mapped(index)), isMutable: isMutable)
  }
}

extension ValueType {
  /// The same type with the index of a declared type replaced.
  func mapped(_ index: (UInt32) -> UInt32) -> ValueType {
    guard let heap = heapType, let type = heap.typeIndex else { return self }
    return .reference(.concrete(index(type)), nullable: isNullable)
  }
}
