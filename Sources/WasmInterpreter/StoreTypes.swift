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
  /// How objects of each type lie in the heap; of a function type, exceptions that carry its parameters.
  private(set) var layouts: UnsafeMutablePointer<hw_layout>
  /// Objects that the host holds.
  let held = HeldObjects()
  /// Where the fields of each struct type are.
  private var fieldOffsets: [[UInt32]] = []
  private var capacity = 64
  private(set) var composites: [CompositeType] = []
  private var groups: [[DefinedType]: UInt32] = [:]
  /// References inside a group, in its key: this and the place in the group.
  private static let relative: UInt32 = 0x40_0000
  /// Numbers, and places in a group, are below this.
  static let limit = Int(relative)

  init() {
    raw = .allocate(capacity: capacity)
    layouts = .allocate(capacity: capacity)
  }

  deinit {
    for number in 0..<count { layouts[number].references?.deallocate() }
    layouts.deallocate()
    raw.deallocate()
  }

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
    // Behind the loop: what a field refers to may be a later type of the group.
    for number in Int(first)..<count { layouts[number] = makeLayout(UInt32(number)) }
    return first
  }

  private func grow() {
    let larger = UnsafeMutablePointer<hw_type>.allocate(capacity: capacity * 2)
    larger.update(from: raw, count: capacity)
    raw.deallocate()
    raw = larger
    let largerLayouts = UnsafeMutablePointer<hw_layout>.allocate(capacity: capacity * 2)
    largerLayouts.update(from: layouts, count: capacity)
    layouts.deallocate()
    layouts = largerLayouts
    capacity *= 2
  }

  // MARK: layouts

  /// Fields lie behind the header in their order, each aligned to its size up to 8: a subtype's begin as its supertype's.
  private func makeLayout(_ number: UInt32) -> hw_layout {
    var references: [UInt32] = []
    var offsets: [UInt32] = []
    var layout = hw_layout()
    defer { fieldOffsets.append(offsets) }
    switch composites[Int(number)] {
    case .structure(let fields):
      var end = UInt32(HW_OBJECT_HEADER)
      offsets.reserveCapacity(fields.count)
      for field in fields {
        let size = UInt32(1) << field.storage.shift
        let alignment = min(size, 8)
        end = (end + alignment - 1) & ~(alignment - 1)
        offsets.append(end)
        if field.storage.unpacked.isReference { references.append(end) }
        end += size
      }
      layout.kind = UInt8(HW_KIND_STRUCTURE.rawValue)
      layout.bytes = end
    case .array(let element):
      layout.kind = UInt8(HW_KIND_ARRAY.rawValue)
      layout.element_shift = UInt8(element.storage.shift)
      layout.has_references = element.storage.unpacked.isReference
      return layout
    case .function(let type):
      var end = ExceptionLayout.values
      for parameter in type.parameters {
        if parameter.isReference { references.append(end) }
        end += 8 * UInt32(parameter.slotCount)
      }
      layout.kind = UInt8(HW_KIND_FUNCTION.rawValue)
      layout.bytes = end
    }
    guard !references.isEmpty else { return layout }
    let copy = UnsafeMutablePointer<UInt32>.allocate(capacity: references.count)
    copy.initialize(from: references, count: references.count)
    layout.has_references = true
    layout.reference_count = UInt32(references.count)
    layout.references = UnsafePointer(copy)
    return layout
  }

  /// Where field `index` of a struct type is, in bytes from the object's start.
  func offset(of index: Int, in number: UInt32) -> UInt32 { fieldOffsets[Int(number)][index] }

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
    case .function(let function):
      matches(.reference(.concrete(function.pointer.pointee.type_id), nullable: false), type)
    case .object(let object):
      heap == .external || matches(.reference(.concrete(object.typeNumber), nullable: false), type)
    default: value.matches(type)
    }
  }
}

extension FieldType.Storage {
  /// The logarithm of its size in bytes.
  var shift: UInt32 {
    switch self {
    case .i8: 0
    case .i16: 1
    case .value(.i32), .value(.f32): 2
    case .value(.v128): 4
    case .value: 3
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
