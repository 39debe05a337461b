/// The state of body validation: operand stack, control stack, types; the algorithm of Core 3.0, appendix A.3.
///
/// No instruction allocates: the two stacks are kept from body to body and grow rarely, and lists of types (of blocks,
/// functions and results) are slices of one pool. Work is linear in the body's size, times the length of the type
/// lists that calls and branches name, which `ModuleLimits.parameters` and `results` bound.

/// The validator of one module's bodies, one after another.
///
/// Methods that change nothing are `mutating` too: a borrowed `self` would be copied to the stack for each call.
struct FunctionValidator: ~Copyable {
  /// A list of types: a slice of `pool`.
  struct TypeList {
    var start: UInt32
    var count: UInt32
    static let empty = TypeList(start: 0, count: 0)
  }

  struct Signature {
    var parameters: TypeList
    var results: TypeList
  }

  /// An open block.
  struct Frame {
    var signature: Signature
    /// The operand stack's height below the block's parameters.
    var height: Int
    /// 0x02 block, 0x03 loop, 0x04 if, 0x05 the else part, 0x1F try_table; the function's own frame counts as a block.
    var code: UInt8
    /// The rest of the block cannot be reached: the stack yields operands of any type.
    var isUnreachable: Bool
    /// How many locals without a default had a value at its beginning (FunctionValidator+Locals.swift).
    var initializedLocals: Int32
  }

  /// A run of declared locals of one type.
  struct LocalRun {
    /// The index after the run's last local.
    var end: Int
    var type: UInt32
  }

  /// The type of an operand in unreachable code that may be any; no value type has this word.
  static let anyType: UInt32 = 0
  static let i32 = ValueType.i32.raw
  static let i64 = ValueType.i64.raw
  static let f32 = ValueType.f32.raw
  static let f64 = ValueType.f64.raw
  static let funcref = ValueType.funcref.raw
  /// The pool begins with the value types, so that a block with one result needs no list of its own.
  static let singleTypes: [ValueType] = [
    .i32, .i64, .f32, .f64, .funcref, .externref, .v128, .exnref, .nullexnref,
  ]
  /// Locals of low index have their types in a flat table; the rest is found by binary search, so that a million
  /// tiny functions with 50,000 locals each cost no more than their bytes.
  static let flatLocalCapacity = 256

  var reader: ByteReader
  var gate: FeatureGate
  let limits: ModuleLimits
  let module: Module
  /// All parameters and results of all types, one after another; then other types of blocks with one result.
  var pool: [UInt32]
  /// Where those other types are in the pool.
  var pooledTypes: [UInt32: UInt32] = [:]
  /// By type index; nil for what is not a function type.
  let signatures: [Signature?]
  /// What numeric instructions take and give, by code: kept here, as a static would be checked at every use.
  let numericSignatures = NumericSignature.byCode
  /// The same for vector instructions, by the number behind their prefix.
  let vectorSignatures = Opcode.vectorSignatures
  let vectorImmediates = VectorImmediate.byNumber
  /// By function index: may `ref.func` name it in a body?
  let declaredFunctions: [Bool]

  var operands: UnsafeMutablePointer<UInt32>
  var operandCapacity: Int
  var operandCount = 0
  /// Open blocks, the innermost last.
  var frames: [Frame] = []
  /// The innermost frame's height and reachability, where the hot path finds them.
  var height = 0
  var isUnreachable = false

  var flatLocals: UnsafeMutablePointer<UInt32>
  var localRuns: [LocalRun] = []
  var localCount = 0
  var parameterList = TypeList.empty
  /// How many locals are looked up in the flat table: none in a function with locals that have no default.
  var flatLookupCount = 0
  var initialization = LocalInitialization()

  /// The offset of the instruction being validated, for errors.
  var instructionStart = 0

  init(reader: ByteReader, module: Module, features: Features, limits: ModuleLimits) {
    self.reader = reader
    self.module = module
    self.gate = FeatureGate(features)
    gate.canonicalTypes = module.canonicalTypes
    gate.typeCount = module.types.count
    self.limits = limits
    var pool = FunctionValidator.singleTypes.map(\.raw)
    pool.reserveCapacity(
      module.types.reduce(pool.count) { $0 + ($1.function.map { $0.parameters.count + $0.results.count } ?? 0) })
    var signatures: [Signature?] = []
    signatures.reserveCapacity(module.types.count)
    for type in module.types {
      guard let function = type.function else {
        signatures.append(nil)
        continue
      }
      let parameters = FunctionValidator.append(function.parameters, to: &pool)
      let results = FunctionValidator.append(function.results, to: &pool)
      signatures.append(Signature(parameters: parameters, results: results))
    }
    self.pool = pool
    self.signatures = signatures
    self.declaredFunctions = FunctionValidator.declaredFunctions(of: module)
    operandCapacity = max(0, min(256, limits.operandStackHeight))
    operands = .allocate(capacity: max(1, operandCapacity))
    flatLocals = .allocate(capacity: FunctionValidator.flatLocalCapacity)
  }

  deinit {
    operands.deallocate()
    flatLocals.deallocate()
  }

  private static func append(_ types: [ValueType], to pool: inout [UInt32]) -> TypeList {
    if types.count == 1, let single = singleTypes.firstIndex(of: types[0]) {
      return TypeList(start: UInt32(single), count: 1)
    }
    let start = UInt32(pool.count)
    for type in types { pool.append(type.raw) }
    return TypeList(start: start, count: UInt32(types.count))
  }

  /// Functions that occur in the module outside of bodies and the start section (section 3.5.16, the context's
  /// `refs`).
  private static func declaredFunctions(of module: Module) -> [Bool] {
    var declared = [Bool](repeating: false, count: module.functions.count)
    func declare(_ function: UInt32) {
      if Int(function) < declared.count { declared[Int(function)] = true }
    }
    func declare(_ expression: ConstantExpression?) {
      for case .refFunc(let function) in expression?.instructions ?? [] { declare(function) }
    }
    for export in module.exports where export.kind == .function { declare(export.index) }
    for table in module.tables { declare(table.initializer) }
    for global in module.globals { declare(global.initializer) }
    for segment in module.elements {
      switch segment.items {
      case .functions(let functions): for function in functions { declare(function) }
      case .expressions(let expressions): for expression in expressions { declare(expression) }
      }
    }
    return declared
  }

  // MARK: one body

  /// Validates the body of the function `body`, counted from the first that is not imported.
  mutating func validate(body: Int) throws(ModuleError) {
    let function = module.importedFunctionCount + body
    guard module.bodies.indices.contains(body), module.functions.indices.contains(function) else { return }
    let range = module.bodies[body].range.clamped(to: 0..<module.bytes.count)
    reader.position = range.lowerBound
    reader.end = range.upperBound
    instructionStart = range.lowerBound
    operandCount = 0
    frames.removeAll(keepingCapacity: true)
    do throws(ModuleError) {
      let typeIndex = module.functions[function]
      guard Int(typeIndex) < signatures.count, let signature = signatures[Int(typeIndex)] else {
        throw reader.error(.invalid, "unknown type \(typeIndex)")
      }
      try readLocals(signature.parameters)
      pushFrame(0x02, Signature(parameters: .empty, results: signature.results))
      try validateInstructions()
    } catch {
      throw error.inFunction(UInt32(function))
    }
  }

  private mutating func readLocals(_ parameters: TypeList) throws(ModuleError) {
    parameterList = parameters
    let parameterCount = Int(parameters.count)
    let start = reader.position
    let runCount = try reader.count(itemBytes: 2, of: "local declarations")
    localRuns.removeAll(keepingCapacity: true)
    flatLookupCount = FunctionValidator.flatLocalCapacity
    var flatCount = min(parameterCount, FunctionValidator.flatLocalCapacity)
    for index in 0..<flatCount { flatLocals[index] = pool[Int(parameters.start) + index] }
    var declared: UInt64 = 0
    for _ in 0..<runCount {
      let offset = reader.position
      let count = try reader.u32()
      let type = try reader.valueType(&gate)
      if count > 0, !type.isDefaultable { beginInitialization() }
      declared += UInt64(count)
      guard declared + UInt64(parameterCount) <= 0xFFFF_FFFF else {
        throw reader.error(.malformed, "too many locals: \(declared)", at: offset)
      }
      let end = parameterCount + Int(declared)
      if localRuns.last?.type == type.raw {
        localRuns[localRuns.count - 1].end = end
      } else if count > 0 {
        localRuns.append(LocalRun(end: end, type: type.raw))
      }
      while flatCount < min(end, FunctionValidator.flatLocalCapacity) {
        flatLocals[flatCount] = type.raw
        flatCount += 1
      }
    }
    guard declared <= UInt64(limits.locals) else {
      throw reader.error(
        .limitExceeded, "\(declared) locals in one function, where the limit is \(limits.locals)", at: start)
    }
    localCount = parameterCount + Int(declared)
  }

  /// The type of the local whose index comes next.
  @inline(__always)
  mutating func readLocal() throws(ModuleError) -> UInt32 {
    let index = Int(try reader.u32())
    guard index < localCount else { throw invalid("unknown local \(index)") }
    if index < flatLookupCount { return flatLocals[index] }
    return try rareLocal(index, isSet: false)
  }

  /// The same for an instruction that gives it a value.
  @inline(__always)
  mutating func readLocalToSet() throws(ModuleError) -> UInt32 {
    let index = Int(try reader.u32())
    guard index < localCount else { throw invalid("unknown local \(index)") }
    if index < flatLookupCount { return flatLocals[index] }
    return try rareLocal(index, isSet: true)
  }

  mutating func distantLocal(_ index: Int) -> UInt32 {
    if index < Int(parameterList.count) { return pool[Int(parameterList.start) + index] }
    var low = 0
    var high = localRuns.count - 1
    while low < high {
      let middle = (low + high) / 2
      if index < localRuns[middle].end { high = middle } else { low = middle + 1 }
    }
    return localRuns[low].type
  }

  // MARK: operands

  @inline(__always)
  mutating func push(_ type: UInt32) throws(ModuleError) {
    if operandCount == operandCapacity { try growOperands(to: operandCount + 1) }
    operands[operandCount] = type
    operandCount += 1
  }

  @inline(never)
  private mutating func growOperands(to count: Int) throws(ModuleError) {
    guard count <= limits.operandStackHeight else {
      throw reader.error(
        .limitExceeded, "more than \(limits.operandStackHeight) operands on the stack, which is the limit",
        at: instructionStart)
    }
    let capacity = max(min(operandCapacity * 2, limits.operandStackHeight), count)
    let larger = UnsafeMutablePointer<UInt32>.allocate(capacity: capacity)
    larger.update(from: operands, count: operandCount)
    operands.deallocate()
    operands = larger
    operandCapacity = capacity
  }

  /// Takes an operand of type `expected`, or of any type where that is `anyType`.
  @inline(__always)
  mutating func pop(_ expected: UInt32) throws(ModuleError) {
    if operandCount > height {
      operandCount -= 1
      let found = operands[operandCount]
      if found == expected { return }
      try checkRareOperand(found, expected)
    } else if !isUnreachable {
      throw mismatch(expected, found: nil)
    }
  }

  @inline(never)
  private mutating func checkRareOperand(_ found: UInt32, _ expected: UInt32) throws(ModuleError) {
    if found == FunctionValidator.anyType || expected == FunctionValidator.anyType { return }
    if module.matches(ValueType(raw: found), ValueType(raw: expected)) { return }
    throw mismatch(expected, found: found)
  }

  /// Takes an operand and says its type, which is `anyType` in unreachable code.
  @inline(__always)
  mutating func popAny() throws(ModuleError) -> UInt32 {
    if operandCount > height {
      operandCount -= 1
      return operands[operandCount]
    }
    guard isUnreachable else { throw mismatch(FunctionValidator.anyType, found: nil) }
    return FunctionValidator.anyType
  }

  /// The types of `list`, for reading.
  @inline(__always)
  mutating func type(_ list: TypeList, _ index: Int) -> UInt32 { pool[Int(list.start) + index] }

  @inline(__always)
  mutating func push(_ list: TypeList) throws(ModuleError) {
    if list.count == 0 { return }
    if list.count == 1 { return try push(pool[Int(list.start)]) }
    try pushMany(list)
  }

  @inline(never)
  private mutating func pushMany(_ list: TypeList) throws(ModuleError) {
    let count = Int(list.count)
    if operandCount + count > operandCapacity { try growOperands(to: operandCount + count) }
    let target = operands + operandCount
    pool.withUnsafeBufferPointer { pool in
      for index in 0..<count { target[index] = pool[Int(list.start) + index] }
    }
    operandCount += count
  }

  @inline(__always)
  mutating func pop(_ list: TypeList) throws(ModuleError) {
    if list.count == 0 { return }
    if list.count == 1 { return try pop(pool[Int(list.start)]) }
    try popMany(list)
  }

  @inline(never)
  private mutating func popMany(_ list: TypeList) throws(ModuleError) {
    let count = Int(list.count)
    if operandCount - height >= count {
      // Almost always equal: one comparison without branches, which the compiler vectorises.
      let found = operands + (operandCount - count)
      let difference = pool.withUnsafeBufferPointer { pool in
        var difference: UInt32 = 0
        for index in 0..<count { difference |= found[index] ^ pool[Int(list.start) + index] }
        return difference
      }
      if difference == 0 {
        operandCount -= count
        return
      }
    }
    for index in stride(from: count - 1, through: 0, by: -1) {
      // Below the block's base everything matches: the rest of the list needs no look.
      if operandCount == height && isUnreachable { return }
      try pop(type(list, index))
    }
  }

  // MARK: blocks

  mutating func pushFrame(_ code: UInt8, _ signature: Signature) {
    height = operandCount
    isUnreachable = false
    frames.append(
      Frame(
        signature: signature, height: height, code: code, isUnreachable: false,
        initializedLocals: initialization.count))
  }

  /// The rest of the innermost block cannot be reached.
  @inline(__always)
  mutating func setUnreachable() {
    operandCount = height
    isUnreachable = true
    frames[frames.count - 1].isUnreachable = true
  }

  /// Closes the innermost block: its results, and nothing else, must be on the stack.
  mutating func popFrame() throws(ModuleError) -> Frame {
    let frame = frames[frames.count - 1]
    try pop(frame.signature.results)
    guard operandCount == height else {
      throw invalid("type mismatch: \(operandCount - height) operands too many at the end of a block")
    }
    if initialization.count != frame.initializedLocals { forgetInitialized(to: frame.initializedLocals) }
    frames.removeLast()
    if let outer = frames.last {
      height = outer.height
      isUnreachable = outer.isUnreachable
    }
    return frame
  }

  /// The types that a branch to the label whose index comes next carries.
  @inline(__always)
  mutating func readLabel() throws(ModuleError) -> TypeList {
    let label = Int(try reader.u32())
    guard label < frames.count else { throw invalid("unknown label \(label)") }
    let index = frames.count - 1 - label
    return frames[index].code == 0x03 ? frames[index].signature.parameters : frames[index].signature.results
  }

  /// A block type (section 5.4.1).
  mutating func readBlockType() throws(ModuleError) -> Signature {
    let start = reader.position
    let code = try reader.byte()
    switch code {
    case 0x40: return Signature(parameters: .empty, results: .empty)
    case 0x7C...0x7F:
      return Signature(parameters: .empty, results: TypeList(start: UInt32(0x7F - code), count: 1))
    case let code where code & 0xC0 == 0x40:
      reader.position = start
      let type = try reader.valueType(&gate)
      return Signature(parameters: .empty, results: singleList(type))
    default:
      reader.position = start
      let index = try reader.signed(bits: 33)
      guard index >= 0 else { throw reader.error(.malformed, "malformed block type", at: start) }
      try gate.require(.multiValue, "a block with a type index", reader, at: start)
      return try signature(ofType: Int(index))
    }
  }

  /// A list of one type, which is added to the pool when it is met first.
  private mutating func singleList(_ type: ValueType) -> TypeList {
    if let index = FunctionValidator.singleTypes.firstIndex(of: type) {
      return TypeList(start: UInt32(index), count: 1)
    }
    if let index = pooledTypes[type.raw] { return TypeList(start: index, count: 1) }
    let index = UInt32(pool.count)
    pool.append(type.raw)
    pooledTypes[type.raw] = index
    return TypeList(start: index, count: 1)
  }

  mutating func signature(ofType index: Int) throws(ModuleError) -> Signature {
    guard index < signatures.count, let signature = signatures[index] else {
      throw invalid("unknown type \(index)")
    }
    return signature
  }

  // MARK: errors

  /// A broken rule at the current instruction.
  @inline(never)
  mutating func invalid(_ message: String) -> ModuleError { reader.error(.invalid, message, at: instructionStart) }

  /// An operand of the wrong type, or none (`found` nil).
  @inline(never)
  mutating func mismatch(_ expected: UInt32, found: UInt32?) -> ModuleError {
    let opcode = currentOpcode()
    let expectation =
      opcode.flatMap { NumericSignature($0.code)?.operandNames }
      ?? (expected == FunctionValidator.anyType ? "an operand" : ValueType(raw: expected).description)
    let finding = found.map { ValueType(raw: $0).description } ?? "an empty stack"
    return invalid("type mismatch: \(opcode?.name ?? "instruction") expects \(expectation), found \(finding)")
  }

  private mutating func currentOpcode() -> Opcode? {
    guard instructionStart < reader.end else { return nil }
    let code = reader.base[instructionStart]
    guard (0xFB...0xFE).contains(code) else { return Opcode(rawValue: UInt32(code)) }
    var reader = reader
    reader.position = instructionStart + 1
    guard let number = try? reader.u32(), number < 0x1_0000 else { return nil }
    return Opcode(rawValue: UInt32(code) << 16 | number)
  }
}
