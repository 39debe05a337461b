/// Instances: linking, (re)initialisation, calls.
public import WasmBinary

internal import CWasmInterpreter

/// An instantiated module (Core 3.0, section 4.2.5). A handle: copies denote the same instance.
public struct Instance {
  let state: InstanceState
  // The store frees everything when it goes: keep it as long as the handle.
  private let store: StoreState

  init(state: InstanceState) {
    self.state = state
    store = state.store
  }

  /// Links `module`: resolves its imports and allocates its memories, tables and globals. Nothing of the guest runs
  /// before `initialize`.
  /// - Parameter resolve: gives each import what it is to be linked with; nil if there is nothing.
  public init(_ module: Module, in store: Store, resolve: (Import) -> Extern?) throws(LinkError) {
    state = try InstanceState(module, store: store.state, resolve: resolve)
    self.store = store.state
    store.state.add(state)
  }

  public var module: Module { state.module }

  /// Brings the instance to its initial state and runs its start function; again later to reset it between calls.
  /// Imported memories, tables and globals are not the instance's to reset.
  /// - Throws: `Trap` if an active segment is out of bounds or the start function traps.
  public func initialize() throws(Trap) { try state.initialize() }

  /// Calls a function by its index in the module's function index space.
  /// - Throws: `Trap`; `.host(code: "invalidArguments")` if there is no such function or the arguments do not match.
  public func invoke(_ functionIndex: UInt32, _ arguments: consuming [Value]) throws(Trap) -> [Value] {
    guard functionIndex < state.functions.count else {
      throw .host(code: "invalidArguments", "the module has no function \(functionIndex)")
    }
    return try store.call(state.functions[Int(functionIndex)], arguments, caller: state)
  }

  /// What the module exports under `name`.
  public func exported(_ name: String) -> Extern? {
    guard let export = state.exports[Array(name.utf8)] else { return nil }
    let index = Int(export.index)
    return switch export.kind {
    case .function: .function(FunctionReference(pointer: state.functions[index]))
    case .table: .table(state.tables[index])
    case .memory: .memory(state.memories[index])
    case .global: .global(state.globals[index])
    case .tag: .tag(state.tags[index])
    }
  }

  /// The index of an exported function.
  public func exportedFunction(_ name: String) -> UInt32? {
    guard let export = state.exports[Array(name.utf8)], export.kind == .function else { return nil }
    return export.index
  }

  /// Memory 0, exported or not.
  public var memory: MemoryInstance? { state.memories.first }
  /// Bytes of translated code so far.
  public var codeByteCount: Int { state.codeByteCount }
}

/// An instance's data; found from C through `hw_context.owner`, owned by the store.
final class InstanceState {
  let module: Module
  /// The store owns the instance, and every handle of it the store: nothing needs to count its references here.
  unowned(unsafe) let store: StoreState
  let context: UnsafeMutablePointer<hw_context>
  private let noMemory: UnsafeMutablePointer<hw_region>
  /// The records of the functions that the module defines.
  private let records: UnsafeMutablePointer<hw_function>
  /// Every function, imported ones first.
  let functions: [UnsafeMutablePointer<hw_function>]
  let memories: [MemoryInstance]
  let tables: [TableInstance]
  let globals: [GlobalInstance]
  let tags: [TagInstance]
  /// By the bytes of their names: Swift compares strings by canonical equivalence, WebAssembly does not.
  let exports: [[UInt8]: Export]
  let droppedData: UnsafeMutableBufferPointer<Bool>
  let droppedElements: UnsafeMutableBufferPointer<Bool>
  /// The values of element segments that consist of expressions, until they are dropped.
  private(set) var elementValues: [[UInt64]]
  /// Whether there are such segments.
  private let hasElementValues: Bool
  /// The slots with references of frames in the instance's code.
  var stackMaps = StackMaps()
  /// The number of each type of the module in the store.
  let typeNumbers: [UInt32]
  private(set) var code: [UnsafeMutableRawPointer?]
  private(set) var codeSizes: [Int]
  private(set) var codeByteCount = 0
  /// By the index among the functions that the module defines, once they are translated.
  private(set) var catchTables: [Int: CatchTable] = [:]
  var unwinding = UnwindingState()
  lazy var names = module.decodeNames()

  static func of(_ context: UnsafeMutablePointer<hw_context>) -> InstanceState {
    Unmanaged.fromOpaque(context.pointee.owner).takeUnretainedValue()
  }

  init(_ module: Module, store: StoreState, resolve: (Import) -> Extern?) throws(LinkError) {
    self.module = module
    self.store = store
    exports = Dictionary(module.exports.map { (Array($0.name.utf8), $0) }, uniquingKeysWith: { first, _ in first })
    elementValues = Array(repeating: [], count: module.elements.count)
    startupFuel = module.startupFuel
    code = Array(repeating: nil, count: module.bodies.count)
    codeSizes = Array(repeating: 0, count: module.bodies.count)
    typeNumbers = try store.numbers(of: module)
    // What can fail comes first: until every property is set, nobody would free what is allocated.
    var linked = LinkedImports(module, typeNumbers: typeNumbers, store: store)
    for wanted in module.imports { try linked.link(wanted, resolve(wanted)) }
    for table in module.tables.dropFirst(module.importedTableCount) {
      linked.tables.append(
        try TableInstance(type: linked.inStore(table.type), budget: store.tableBudget, types: store.types))
    }
    for memory in module.memories.dropFirst(module.importedMemoryCount) {
      linked.memories.append(try MemoryInstance(type: memory, budget: store.memoryBudget))
    }
    for global in module.globals.dropFirst(module.importedGlobalCount) {
      linked.globals.append(GlobalInstance(type: linked.inStore(global.type), types: store.types))
    }
    linked.makeTags()
    (memories, tables, globals, tags) = (linked.memories, linked.tables, linked.globals, linked.tags)

    hasElementValues = module.elements.contains { if case .expressions = $0.items { true } else { false } }
    droppedData = .allocate(capacity: module.data.count)
    droppedData.initialize(repeating: false)
    droppedElements = .allocate(capacity: module.elements.count)
    droppedElements.initialize(repeating: false)
    noMemory = .allocate(capacity: 1)
    noMemory.initialize(to: hw_region(base: nil, size: 0))
    context = .allocate(capacity: 1)
    context.initialize(
      to: hw_context(
        memory: memories.first?.region ?? noMemory, stack_limit: store.stackLimit, store: store.raw, owner: nil))
    records = .allocate(capacity: max(1, module.bodies.count))
    let stub = hw_handler_of(Handler.untranslated, false)
    for index in module.bodies.indices {
      let typeIndex = Int(module.functions[module.importedFunctionCount + index])
      let type = module.types[typeIndex].function ?? FunctionType()
      let record = records + index
      record.initialize(
        to: hw_function(
          code: nil, context: context, frame_slots: UInt32(type.parameterSlots) + 2, entry_fuel: 0,
          type_id: typeNumbers[typeIndex],
          parameters: UInt16(clamping: type.parameterSlots), results: UInt16(clamping: type.resultSlots),
          index: UInt32(module.importedFunctionCount + index), reserved: 0, stub: stub))
      record.pointee.code = Self.stub(of: record)
      linked.functions.append(record)
    }
    functions = linked.functions
    context.pointee.owner = Unmanaged.passUnretained(self).toOpaque()
  }

  deinit {
    for pointer in code { pointer?.deallocate() }
    records.deallocate()
    context.deallocate()
    noMemory.deallocate()
    droppedData.deallocate()
    droppedElements.deallocate()
  }

  // MARK: initial state

  func initialize() throws(Trap) {
    store.memoryBudget.refused = nil
    for index in module.importedMemoryCount..<memories.count { memories[index].reset() }
    releaseReferences()
    for index in module.importedGlobalCount..<globals.count {
      guard let initializer = module.globals[index].initializer else { continue }
      let value = try evaluate(initializer)
      globals[index].cell[0] = value.0
      if globals[index].type.value == .v128 { globals[index].cell[1] = value.1 }
    }
    for index in module.importedTableCount..<tables.count {
      guard let initializer = module.tables[index].initializer else { continue }
      tables[index].reset(slot: try evaluate(initializer).0)
    }
    droppedData.update(repeating: false)
    droppedElements.update(repeating: false)
    if hasElementValues { try evaluateElements() }
    for (index, segment) in module.elements.enumerated() {
      switch segment.mode {
      case .passive: continue
      case .declarative: break
      case .active(let table, let offset):
        let at = try place(offset, in: tables[Int(table)].type.limits)
        guard initializeTable(table, at: at, from: UInt32(index), offset: 0, count: UInt64(segment.items.count)) else {
          throw Trap(kind: .tableOutOfBounds, message: "element segment \(index) does not fit table \(table)")
        }
      }
      dropElements(index)
    }
    for (index, segment) in module.data.enumerated() {
      guard case .active(let memory, let offset) = segment.mode else { continue }
      let at = try place(offset, in: memories[Int(memory)].type.limits)
      guard initializeMemory(memory, at: at, from: UInt32(index), offset: 0, count: UInt64(segment.range.count)) else {
        throw Trap(kind: .memoryOutOfBounds, message: "data segment \(index) does not fit memory \(memory)")
      }
      droppedData[index] = true
    }
    guard store.charge(startupFuel) else { throw Trap(code: Int32(HW_TRAP_FUEL_EXHAUSTED)) }
    if let start = module.start {
      _ = try store.call(functions[Int(start)], [], caller: self)
    }
  }

  private func evaluateElements() throws(Trap) {
    for (index, segment) in module.elements.enumerated() {
      if case .declarative = segment.mode { continue }
      guard case .expressions(let expressions) = segment.items else { continue }
      elementValues[index].reserveCapacity(expressions.count)
      for expression in expressions {
        let value = try evaluate(expression).0
        // A collection finds it here.
        elementValues[index].append(value)
      }
    }
  }

  /// What initialisation costs beside the start function itself and the elements that `array.new` makes.
  private let startupFuel: UInt64

  /// Tables to their initial sizes, and nothing in the instance refers to an object any more: what a run before has left is
  /// freed before the initial state takes memory.
  private func releaseReferences() {
    for index in module.importedGlobalCount..<globals.count where globals[index].type.value.isTraced {
      globals[index].cell[0] = 0
    }
    for index in module.importedTableCount..<tables.count { tables[index].reset(slot: 0) }
    if hasElementValues { for index in elementValues.indices { elementValues[index] = [] } }
    if store.nesting == 0 {
      store.heap.flying = nil
      store.collect()
    }
  }

  func dropElements(_ segment: Int) {
    droppedElements[segment] = true
    if hasElementValues { elementValues[segment] = [] }
  }

  /// The value of a constant expression (section 3.4.14): a slot, and the second one of a vector.
  func evaluate(_ expression: ConstantExpression) throws(Trap) -> (UInt64, UInt64) {
    if expression.instructions.count == 1, let value = value(of: expression.instructions[0]) { return value }
    var stack: [UInt64] = []
    func binary(_ operation: (UInt64, UInt64) -> UInt64) {
      guard let right = stack.popLast(), let left = stack.popLast() else { return }
      stack.append(operation(left, right))
    }
    func narrow(_ value: UInt64) -> UInt64 { UInt64(UInt32(truncatingIfNeeded: value)) }
    // An object that only the stack refers to is one of a nested expression: its parent is still to be made.
    let depth = store.heap.constants.count
    defer { store.heap.constants.removeLast(store.heap.constants.count - depth) }
    func push(_ object: UnsafeMutablePointer<hw_object>) {
      let slot = UInt64(UInt(bitPattern: object))
      store.heap.constants.append(slot)
      stack.append(slot)
    }
    for instruction in expression.instructions {
      switch instruction {
      case .i32Const(let value): stack.append(UInt64(UInt32(bitPattern: value)))
      case .i64Const(let value): stack.append(UInt64(bitPattern: value))
      case .f32Const(let bits): stack.append(UInt64(bits))
      case .f64Const(let bits): stack.append(bits)
      case .v128Const(let low, let high): stack += [low, high]
      case .globalGet(let index):
        let global = globals[Int(index)]
        stack.append(global.cell[0])
        if global.type.value == .v128 { stack.append(global.cell[1]) }
      case .refNull: stack.append(0)
      case .refFunc(let index): stack.append(FunctionReference(pointer: functions[Int(index)]).slot)
      case .i32Add: binary { narrow($0 &+ $1) }
      case .i32Sub: binary { narrow($0 &- $1) }
      case .i32Mul: binary { narrow($0 &* $1) }
      case .i64Add: binary { $0 &+ $1 }
      case .i64Sub: binary { $0 &- $1 }
      case .i64Mul: binary { $0 &* $1 }
      case .structNew(let index):
        let first = stack.count - module.fields(of: index).reduce(0) { $0 + $1.storage.unpacked.slotCount }
        let object = try makeStructure(index, fields: stack[first...])
        stack.removeLast(stack.count - first)
        push(object)
      case .structNewDefault(let index): push(try makeStructure(index, fields: nil))
      case .arrayNew(let index):
        let length = UInt32(truncatingIfNeeded: stack.popLast() ?? 0)
        let first = stack.count - module.element(of: index).storage.unpacked.slotCount
        let array = try store.chargeArray(typeNumbers[Int(index)], length: length)
        stack.withUnsafeBufferPointer {
          hw_fill_array(array, 0, length, module.element(of: index).storage.shift, $0.baseAddress.map { $0 + first })
        }
        stack.removeLast(stack.count - first)
        push(array)
      case .arrayNewDefault(let index):
        let length = UInt32(truncatingIfNeeded: stack.popLast() ?? 0)
        let array = try store.chargeArray(typeNumbers[Int(index)], length: length)
        var zero: (UInt64, UInt64) = (0, 0)
        withUnsafePointer(to: &zero.0) {
          hw_fill_array(array, 0, length, module.element(of: index).storage.shift, $0)
        }
        push(array)
      case .arrayNewFixed(let index, let count):
        let element = module.element(of: index).storage
        let first = stack.count - Int(count) * element.unpacked.slotCount
        let array = try store.allocateArray(typeNumbers[Int(index)], length: count)
        stack.withUnsafeBufferPointer { slots in
          for place in 0..<Int(count) {
            hw_fill_array(
              array, UInt32(place), 1, element.shift,
              slots.baseAddress.map { $0 + first + place * element.unpacked.slotCount })
          }
        }
        stack.removeLast(stack.count - first)
        push(array)
      case .refI31:
        if let value = stack.popLast() { stack.append(Reference.i31(UInt32(truncatingIfNeeded: value)).slot) }
      // References have one form in both hierarchies.
      case .anyConvertExtern, .externConvertAny: break
      }
    }
    return (stack.first ?? 0, stack.count > 1 ? stack[1] : 0)
  }

  /// What an instruction pushes that needs nothing on the stack and makes no object: most expressions are one of these.
  private func value(of instruction: ConstantInstruction) -> (UInt64, UInt64)? {
    switch instruction {
    case .i32Const(let value): (UInt64(UInt32(bitPattern: value)), 0)
    case .i64Const(let value): (UInt64(bitPattern: value), 0)
    case .f32Const(let bits): (UInt64(bits), 0)
    case .f64Const(let bits): (bits, 0)
    case .v128Const(let low, let high): (low, high)
    case .refNull: (0, 0)
    case .refFunc(let index): (FunctionReference(pointer: functions[Int(index)]).slot, 0)
    default: nil
    }
  }

  /// A struct with these values, or the default ones.
  private func makeStructure(_ type: UInt32, fields: ArraySlice<UInt64>?) throws(Trap) -> UnsafeMutablePointer<
    hw_object
  > {
    let number = typeNumbers[Int(type)]
    let bytes = store.types.layouts[Int(number)].bytes
    let object = try store.allocate(number, bytes: UInt64(bytes))
    let header = Int(HW_OBJECT_HEADER)
    let start = UnsafeMutableRawPointer(object)
    (start + header).initializeMemory(as: UInt8.self, repeating: 0, count: Int(bytes) - header)
    fields?.withUnsafeBytes { values in
      var place = 0
      for (index, field) in module.fields(of: type).enumerated() {
        // Little endian: a small field is the beginning of its slot.
        let size = 1 << Int(field.storage.shift)
        UnsafeMutableRawBufferPointer(start: start + Int(store.types.offset(of: index, in: number)), count: size)
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: values[place..<place + size]))
        place += 8 * field.storage.unpacked.slotCount
      }
    }
    return object
  }

  /// Where an active segment goes. What is beyond every size is made small enough to add.
  private func place(_ offset: ConstantExpression, in limits: Limits) throws(Trap) -> UInt64 {
    let value = try evaluate(offset).0
    return limits.is64Bit ? min(value, 1 << 62) : UInt64(UInt32(truncatingIfNeeded: value))
  }

  /// `memory.init`: false if source or target is out of bounds, with nothing written.
  func initializeMemory(_ memory: UInt32, at address: UInt64, from segment: UInt32, offset: UInt64, count: UInt64)
    -> Bool
  {
    let range = module.data[Int(segment)].range
    let available = droppedData[Int(segment)] ? 0 : UInt64(range.count)
    let target = memories[Int(memory)]
    guard offset + count <= available, target.contains(address, count: count) else { return false }
    guard count > 0 else { return true }
    let from = range.lowerBound + Int(offset)
    return target.write(module.bytes[from..<from + Int(count)], at: address)
  }

  /// `table.init`: false if source or target is out of bounds, with nothing written.
  func initializeTable(_ table: UInt32, at index: UInt64, from segment: UInt32, offset: UInt64, count: UInt64) -> Bool {
    let target = tables[Int(table)]
    guard offset + count <= elementCount(of: segment), index + count <= target.count else { return false }
    guard count > 0, let elements = target.table.pointee.elements else { return true }
    copyElements(of: segment, from: Int(offset), count: Int(count), to: elements + Int(index))
    return true
  }

  /// How many values an element segment has: none when it was dropped.
  func elementCount(of segment: UInt32) -> UInt64 {
    droppedElements[Int(segment)] ? 0 : UInt64(module.elements[Int(segment)].items.count)
  }

  /// Copies values of an element segment, which has so many.
  func copyElements(of segment: UInt32, from first: Int, count: Int, to target: UnsafeMutablePointer<UInt64>) {
    switch module.elements[Int(segment)].items {
    case .functions(let indices):
      for step in 0..<count {
        target[step] = FunctionReference(pointer: functions[Int(indices[first + step])]).slot
      }
    case .expressions:
      for step in 0..<count { target[step] = elementValues[Int(segment)][first + step] }
    }
  }

  // MARK: code

  /// Translates a function that the module defines, at its first call.
  func translate(_ function: UInt32) {
    let index = Int(function) - module.importedFunctionCount
    let translation = store.translator.translate(function, of: self)
    code[index] = translation.code
    codeSizes[index] = translation.size
    codeByteCount += translation.size
    catchTables[index] = translation.catches
    unwinding.hasTranslated(index)
    let record = records + index
    record.pointee.frame_slots = translation.frameSlots
    record.pointee.entry_fuel = translation.entryFuel
    record.pointee.code = UnsafePointer(translation.code.assumingMemoryBound(to: UInt8.self))
    store.profiler?.hasTranslated(index, of: self)
  }

  /// What calls run before a function is translated.
  private static func stub(of record: UnsafeMutablePointer<hw_function>) -> UnsafePointer<UInt8> {
    UnsafeRawPointer(record).advanced(by: MemoryLayout<hw_function>.offset(of: \.stub) ?? 0)
      .assumingMemoryBound(to: UInt8.self)
  }

  /// Forgets all translations. Nothing of the instance may be running.
  func discardCode() {
    for index in code.indices {
      guard let block = code[index] else { continue }
      block.deallocate()
      code[index] = nil
      codeSizes[index] = 0
      let record = records + index
      record.pointee.frame_slots = UInt32(record.pointee.parameters) + 2
      record.pointee.entry_fuel = 0
      record.pointee.code = Self.stub(of: record)
    }
    codeByteCount = 0
    catchTables = [:]
    unwinding.hasDiscardedCode()
    stackMaps = StackMaps()
  }

  /// The frames of the run that just trapped, innermost first.
  func backtrace(limit: Int) -> [Trap.Frame] {
    var frames: [Trap.Frame] = []
    guard limit > 0 else { return frames }
    let map = CodeMap(of: self)
    visitFrames({ map.block(at: $0) }, pc: store.raw.pointee.trap_pc, fp: store.raw.pointee.trap_fp) {
      block, address, _ in
      let function = UInt32(module.importedFunctionCount + block.index)
      frames.append(
        Trap.Frame(
          functionIndex: function, name: names.functionNames[function],
          offset: store.translator.sourceOffset(of: Int(address - block.start), in: function, of: self)))
      return frames.count < limit
    }
    return frames
  }
}

extension Module {
  /// The fields of a struct type.
  func fields(of type: UInt32) -> [FieldType] {
    if case .structure(let fields) = types[Int(type)].composite { fields } else { [] }
  }

  /// The elements of an array type.
  func element(of type: UInt32) -> FieldType {
    if case .array(let element) = types[Int(type)].composite {
      element
    } else {
      // unreachable: validation has seen an array.
      FieldType(storage: .i8, isMutable: false)
    }
  }
}

/// What an instance consists of, while its imports are resolved.
private struct LinkedImports {
  let module: Module
  let typeNumbers: [UInt32]
  let store: StoreState
  var functions: [UnsafeMutablePointer<hw_function>] = []
  var memories: [MemoryInstance] = []
  var tables: [TableInstance] = []
  var globals: [GlobalInstance] = []
  var tags: [TagInstance] = []

  init(_ module: Module, typeNumbers: [UInt32], store: StoreState) {
    self.module = module
    self.typeNumbers = typeNumbers
    self.store = store
  }

  mutating func link(_ wanted: Import, _ given: Extern?) throws(LinkError) {
    guard let given else { throw .unresolvedImport(module: wanted.module, name: wanted.name) }
    switch (wanted.type, given) {
    case (.function(let typeIndex), .function(let function))
    where store.types.matches(function.pointer.pointee.type_id, typeNumbers[Int(typeIndex)]):
      functions.append(function.pointer)
    case (.table(let type), .table(let table))
    where table.type.element == inStore(type).element
      && Self.fits(table.count, table.type.limits, type.limits):
      tables.append(table)
    case (.memory(let type), .memory(let memory)) where Self.fits(memory.pages, memory.type.limits, type.limits):
      memories.append(memory)
    case (.global(let type), .global(let global)) where fits(global.type, inStore(type)):
      globals.append(global)
    case (.tag(let typeIndex), .tag(let tag)) where tag.typeNumber == typeNumbers[Int(typeIndex)]:
      tags.append(tag)
    default:
      throw .incompatibleImport(
        module: wanted.module, name: wanted.name, expected: describe(wanted.type), found: describe(given))
    }
  }

  /// A table's type with the store's numbers for declared types.
  func inStore(_ type: TableType) -> TableType {
    TableType(element: type.element.mapped { typeNumbers[Int($0)] }, limits: type.limits)
  }

  func inStore(_ type: GlobalType) -> GlobalType {
    GlobalType(value: type.value.mapped { typeNumbers[Int($0)] }, isMutable: type.isMutable)
  }

  /// The tags that the module defines.
  mutating func makeTags() {
    guard module.tags.count > module.importedTagCount else { return }
    let exported = Dictionary(
      module.exports.filter { $0.kind == .tag }.map { (Int($0.index), $0.name) },
      uniquingKeysWith: { first, _ in first })
    for index in module.importedTagCount..<module.tags.count {
      let typeIndex = Int(module.tags[index])
      tags.append(
        TagInstance(
          type: module.types[typeIndex].function ?? FunctionType(), typeNumber: typeNumbers[typeIndex],
          name: exported[index].map { "\"\($0)\"" } ?? "\(index)"))
    }
  }

  /// Import matching of globals (section 3.3.14): what may change must have the very type.
  private func fits(_ given: GlobalType, _ wanted: GlobalType) -> Bool {
    guard given.isMutable == wanted.isMutable else { return false }
    return given.isMutable ? given.value == wanted.value : store.types.matches(given.value, wanted.value)
  }

  /// Import matching of limits (section 3.3.4): the current size is what counts.
  private static func fits(_ size: UInt64, _ given: Limits, _ wanted: Limits) -> Bool {
    guard size >= wanted.minimum, given.is64Bit == wanted.is64Bit, given.isShared == wanted.isShared else {
      return false
    }
    guard let maximum = wanted.maximum else { return true }
    return (given.maximum ?? UInt64.max) <= maximum
  }

  private func describe(_ type: ExternalType) -> String {
    switch type {
    case .function(let index): "a function \(Self.spell(module.types[Int(index)].function ?? FunctionType()))"
    case .table(let type): "a table of \(Self.spell(type.limits)) elements"
    case .memory(let type): "a memory of \(Self.spell(type.limits)) pages"
    case .global(let type): "\(type.isMutable ? "a mutable" : "an immutable") global \(Self.spell(type.value))"
    case .tag(let index): "a tag \(Self.spell(module.types[Int(index)].function ?? FunctionType()))"
    }
  }

  private func describe(_ value: Extern) -> String {
    switch value {
    case .function(let function): "a function \(Self.spell(store.type(of: function.pointer)))"
    case .table(let table): "a table of \(table.count) elements"
    case .memory(let memory): "a memory of \(memory.pages) pages"
    case .global(let global):
      "\(global.type.isMutable ? "a mutable" : "an immutable") global \(Self.spell(global.type.value))"
    case .tag(let tag): "a tag \(Self.spell(tag.type))"
    }
  }

  private static func spell(_ type: FunctionType) -> String {
    "(" + type.parameters.map(spell).joined(separator: " ") + ") -> ("
      + type.results.map(spell).joined(separator: " ") + ")"
  }

  private static func spell(_ limits: Limits) -> String {
    "at least \(limits.minimum)" + (limits.maximum.map { ", at most \($0)" } ?? "")
  }

  private static func spell(_ type: ValueType) -> String {
    switch type {
    case .i32: "i32"
    case .i64: "i64"
    case .f32: "f32"
    case .f64: "f64"
    case .v128: "v128"
    case .funcref: "funcref"
    case .externref: "externref"
    case .exnref: "exnref"
    default: "reference"
    }
  }
}
