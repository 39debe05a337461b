/// From a validated function body to code words: one pass with a symbolic operand stack.
internal import CWasmInterpreter
internal import WasmBinary

/// Which accumulator and which slot reading a value needs.
enum ValueClass: UInt8 {
  case i32, i64, f32, f64
  /// Two slots.
  case v128
  /// As an i64, but known to collections.
  case reference

  init(_ type: ValueType) {
    switch type {
    case .i32: self = .i32
    case .f32: self = .f32
    case .f64: self = .f64
    case .v128: self = .v128
    case .i64: self = .i64
    default: self = .reference
    }
  }

  var isInteger: Bool { self == .i32 || self == .i64 || self == .reference }
  var slotCount: Int { self == .v128 ? 2 : 1 }
}

/// An entry of the symbolic operand stack. Locals, constants and sums stay unread until something needs them in a slot.
struct Operand {
  enum Place: UInt8 {
    /// In the canonical slot of its stack position.
    case stack
    /// Still in a local's slot.
    case local
    case constant
    /// An i32 that no word has computed yet: `LinearSum`.
    case sum
    /// The second slot of the vector below: positions on the stack are counted in slots.
    case upper
  }
  var place: Place
  var type: ValueClass
  /// Of a stack entry or local; the base of a sum.
  var slot: UInt32
  /// Of a constant; the constant part of a sum.
  var bits: UInt64
  /// Of a sum.
  var index = LinearSum.noSlot
  /// Of a sum.
  var shift: UInt8 = 0

  /// Whether its value depends on `slot`.
  func reads(_ slot: UInt32) -> Bool {
    switch place {
    case .constant, .upper: false
    case .stack, .local: self.slot == slot
    case .sum: self.slot == slot || index == slot
    }
  }
}

/// Where an instruction reads an operand.
enum Source {
  /// A slot whose value is in the accumulator, too. `producer`: the word that put it there if nothing else will read the
  /// slot, else -1.
  case accumulator(UInt32, producer: Int)
  case slot(UInt32)
  case immediate(Int32)
  /// A float.
  case constant(UInt64)

  /// The slot behind it; accumulators write through, so it is valid for both.
  var slot: UInt32? {
    switch self {
    case .accumulator(let slot, _), .slot(let slot): slot
    default: nil
    }
  }

  /// The same once the accumulator is gone.
  var inSlot: Source {
    if case .accumulator(let slot, _) = self { .slot(slot) } else { self }
  }

  /// The same where something else will read the slot, too.
  var keepingSlot: Source {
    if case .accumulator(let slot, _) = self { .accumulator(slot, producer: -1) } else { self }
  }

  var isAccumulator: Bool { if case .accumulator = self { true } else { false } }
}

/// The slots whose values the three accumulators hold, and the words that put them there.
struct Accumulators {
  var integer: UInt32?
  var f32: UInt32?
  var f64: UInt32?
  var v128: UInt32?
  private var producers = (integer: -1, f32: -1, f64: -1, v128: -1)

  func producer(_ type: ValueClass) -> Int {
    switch type {
    case .i32, .i64, .reference: producers.integer
    case .f32: producers.f32
    case .f64: producers.f64
    case .v128: producers.v128
    }
  }

  func holds(_ slot: UInt32, _ type: ValueClass) -> Bool {
    switch type {
    case .i32, .i64, .reference: integer == slot
    case .f32: f32 == slot
    case .f64: f64 == slot
    case .v128: v128 == slot
    }
  }

  /// What they hold may be needed in its slot, too: by the other way of a branch.
  mutating func keepSlots() { producers = (-1, -1, -1, -1) }

  /// Something wrote `slot` without an accumulator.
  mutating func forget(_ slot: UInt32) {
    if integer == slot { integer = nil }
    if f32 == slot { f32 = nil }
    if f64 == slot { f64 = nil }
    // A scalar may take either half of what was a vector.
    if let vector = v128, vector == slot || vector + 1 == slot { v128 = nil }
  }

  /// Something wrote the vector in `slot` and the next one without an accumulator.
  mutating func forgetVector(_ slot: UInt32) {
    forget(slot)
    forget(slot + 1)
    if let vector = v128, vector == slot + 1 || vector + 1 == slot { v128 = nil }
  }

  /// Word `producer` put a result of class `type` into `slot` and its accumulator.
  mutating func set(_ slot: UInt32, _ type: ValueClass, producer: Int) {
    if type == .v128 { forgetVector(slot) } else { forget(slot) }
    switch type {
    case .i32, .i64, .reference: (integer, producers.integer) = (slot, producer)
    case .f32: (f32, producers.f32) = (slot, producer)
    case .f64: (f64, producers.f64) = (slot, producer)
    case .v128: (v128, producers.v128) = (slot, producer)
    }
  }
}

/// A control structure that is open.
struct Control {
  enum Kind { case block, loop, ifThen, elseArm, function }
  var kind: Kind
  /// Slots of the stack below its parameters.
  var height: Int
  var parameters: [ValueType]
  var results: [ValueType]
  /// Where a branch to it goes.
  var label: CodeEmitter.Label
  /// Of an `if`: where its condition goes when it is zero.
  var elseLabel: CodeEmitter.Label

  /// Of a `try_table`: the region around it.
  var outerRegion: Int32?

  /// The types a branch to it carries.
  var branchTypes: [ValueType] { kind == .loop ? parameters : results }
}

/// A function's code words, in a block of their own.
struct Translation {
  var code: UnsafeMutableRawPointer
  var size: Int
  /// What its frame needs.
  var frameSlots: UInt32
  /// Of the entry and the first block.
  var entryFuel: UInt32
  var catches: CatchTable?
}

/// Translates functions, one at a time; one per store, so that its buffers are reused.
///
/// Every operand stack position has a canonical slot. `local.get` and constants only push a note; values are copied to
/// their canonical slots where control flow joins, and before a local that they refer to changes. The word emitted
/// last is remembered in detail, so that the next one can absorb it: compare and branch, address arithmetic and load,
/// result straight into a local.
///
/// A struct, because a class's properties are checked for exclusive access each time: more than half of the work.
struct FunctionTranslator: ~Copyable {
  var emitter = CodeEmitter()

  // The function being translated.
  private(set) var instance: InstanceState!
  var reader = BodyReader()
  var locals: [ValueClass] = []
  /// Where each local is.
  private var localSlots: [UInt32] = []
  var parameterSlots = 0
  private(set) var resultTypes: [ValueType] = []
  var stack: [Operand] = []
  /// Everything below is in its canonical slot.
  var lazyBottom = 0
  var controls: [Control] = []
  var isReachable = true
  /// Control structures opened inside code that cannot be reached.
  var skippedDepth = 0
  var accumulators = Accumulators()
  var last: LastWord?
  /// The word with a result that was emitted last.
  var resultWord: CodeEmitter.WordIndex = 0
  /// Of the load or store that is being translated.
  var accessedMemory = 0
  // Exceptions: FunctionTranslator+Exceptions.swift.
  var catches = CatchTable()
  var innermostRegion: Int32 = -1
  var landings: [Landing] = []
  var landingsByLabel: [CodeEmitter.Label: CodeEmitter.Label] = [:]
  /// Collections: FunctionTranslator+Collections.swift.
  var snapshotOffset = -1
  var snapshot: [UInt32]?
  /// Whether NaN results are made canonical: FunctionTranslator+NaN.swift.
  var canonicalizesNaN = false
  /// If the last word makes a NaN canonical: what `last` was before it.
  var beforeCanonical: LastWord?
  /// The first canonical slot.
  var stackBase: UInt32 = 0
  private var slotsUsed: UInt32 = 0
  /// 16-bit operands do not reach every slot: reads and writes of far slots go through scratch slots.
  private(set) var isWide = false
  private var needsWide = false
  /// Two for each of three operands, and two for a result.
  private static let scratchSlots: UInt32 = 8
  private static let resultScratch: UInt32 = 6
  private var scratchBase: UInt32 = 0
  private static let farthestNearSlot: UInt32 = 0xFFFF

  /// The caller owns the code.
  mutating func translate(_ function: UInt32, of instance: InstanceState) -> Translation {
    self.instance = instance
    isWide = false
    run(function)
    if needsWide {
      isWide = true
      run(function)
    }
    // The instance's store owns the translator.
    self.instance = nil
    let (code, size, entryFuel) = emitter.finish(marks: &catches.marks)
    return Translation(
      code: code, size: size, frameSlots: slotsUsed, entryFuel: entryFuel, catches: finishCatches())
  }

  /// The source offset of the instruction whose code word contains `codeOffset`: translates again, which is the
  /// price of a trap and of nothing else.
  mutating func sourceOffset(of codeOffset: Int, in function: UInt32, of instance: InstanceState) -> Int {
    emitter.isRecording = true
    defer { emitter.isRecording = false }
    translate(function, of: instance).code.deallocate()
    let positions = emitter.positions
    let next = positions.firstPlace { $0.code > codeOffset }
    return next > 0 ? positions[next - 1].source : 0
  }

  private mutating func run(_ function: UInt32) {
    let module = instance.module
    let type = module.functionType(function)
    emitter.reset()
    stack.removeAll(keepingCapacity: true)
    controls.removeAll(keepingCapacity: true)
    locals.removeAll(keepingCapacity: true)
    localSlots.removeAll(keepingCapacity: true)
    lazyBottom = 0
    isReachable = true
    skippedDepth = 0
    needsWide = false
    resetCatches()
    accumulators = Accumulators()
    last = nil
    parameterSlots = type.parameterSlots
    resultTypes = type.results
    var localEnd: UInt32 = 0
    for parameter in type.parameters { addLocals(ValueClass(parameter), 1, at: &localEnd) }
    let parameterCount = locals.count
    // The scratch slots are among the first, where 16 bits reach them.
    scratchBase = localEnd + 2
    localEnd = scratchBase + (isWide ? Self.scratchSlots : 0)
    let firstLocal = localEnd

    module.bytes.withUnsafeBufferPointer { bytes in
      reader = BodyReader(bytes, module.bodies[Int(function) - module.importedFunctionCount].range)
      emitter.sourceOffset = reader.offset
      for _ in 0..<reader.u32() {
        let count = Int(reader.u32())
        addLocals(ValueClass(reader.valueType()), count, at: &localEnd)
      }
      stackBase = localEnd
      slotsUsed = max(stackBase, UInt32(type.callSlots))
      emitter.addCost()  // entering a function
      if locals.count > parameterCount {
        let word = emitter.emit(Handler.enter, size: 16)
        word.storeBytes(of: firstLocal, toByteOffset: 8, as: UInt32.self)
        word.storeBytes(of: localEnd - firstLocal, toByteOffset: 12, as: UInt32.self)
        // Cleared in fours.
        use(localEnd + 3)
      }
      controls.append(
        Control(
          kind: .function, height: 0, parameters: [], results: resultTypes, label: emitter.makeLabel(), elseLabel: -1))
      while !controls.isEmpty { translateInstruction() }
      emitLandings()
      reader = BodyReader()
    }
  }

  // MARK: slots

  func localSlot(_ index: Int) -> UInt32 { localSlots[index] }

  private mutating func addLocals(_ type: ValueClass, _ count: Int, at end: inout UInt32) {
    for _ in 0..<count {
      locals.append(type)
      localSlots.append(end)
      end += UInt32(type.slotCount)
    }
  }

  /// The slot that belongs to a stack position.
  mutating func canonicalSlot(_ position: Int) -> UInt32 {
    let slot = stackBase + UInt32(position)
    use(slot)
    return slot
  }

  mutating func use(_ slot: UInt32) { slotsUsed = max(slotsUsed, slot + 1) }

  /// Makes room for `count` slots from a stack position on: the results of a call.
  mutating func reserve(_ position: Int, _ count: Int) {
    slotsUsed = max(slotsUsed, stackBase + UInt32(position + count))
  }

  /// A 16-bit field for reading `slot`; a far one is first copied to scratch slot `scratch`.
  mutating func field(reading slot: UInt32, scratch: UInt32) -> UInt16 {
    guard slot > Self.farthestNearSlot else { return UInt16(slot) }
    guard isWide else {
      needsWide = true
      return 0
    }
    let near = scratchBase + 2 * scratch
    emitMoveFar(from: slot, to: near)
    return UInt16(near)
  }

  /// A 16-bit field for writing `slot`; of a far one, a scratch slot that `finishWrite` copies on.
  mutating func field(writing slot: UInt32) -> UInt16 {
    guard slot > Self.farthestNearSlot else { return UInt16(slot) }
    guard isWide else {
      needsWide = true
      return 0
    }
    return UInt16(scratchBase + Self.resultScratch)
  }

  /// The same for reading the vector in `slot` and the next one.
  mutating func field(readingVector slot: UInt32, scratch: UInt32) -> UInt16 {
    let near = field(reading: slot, scratch: scratch)
    if slot > Self.farthestNearSlot, isWide { emitMoveFar(from: slot + 1, to: UInt32(near) + 1) }
    return near
  }

  /// After the word that wrote `slot` through `field(writing:)`.
  mutating func finishWrite(_ slot: UInt32, _ type: ValueClass = .i64) {
    guard slot > Self.farthestNearSlot, isWide else { return }
    let scratch = scratchBase + Self.resultScratch
    emitMoveFar(from: scratch, to: slot)
    if type == .v128 { emitMoveFar(from: scratch + 1, to: slot + 1) }
    last = nil
  }

  private mutating func emitMoveFar(from source: UInt32, to target: UInt32) {
    let word = emitter.emit(Handler.moveFar, size: 16)
    word.storeBytes(of: target, toByteOffset: 8, as: UInt32.self)
    word.storeBytes(of: source, toByteOffset: 12, as: UInt32.self)
  }

  mutating func emitMove(from source: UInt32, to target: UInt32) {
    if source > Self.farthestNearSlot || target > Self.farthestNearSlot {
      emitMoveFar(from: source, to: target)
    } else {
      let word = emitter.emit(Handler.move, size: 16)
      word.storeBytes(of: UInt16(target), toByteOffset: 8, as: UInt16.self)
      word.storeBytes(of: UInt16(source), toByteOffset: 10, as: UInt16.self)
    }
    accumulators.forget(target)
    last = nil
  }

  mutating func emitConstant(_ bits: UInt64, to slot: UInt32) {
    let target = field(writing: slot)
    if let small = Int32(exactly: Int64(bitPattern: bits)) {
      let word = emitter.emit(Handler.const32, size: 16)
      word.storeBytes(of: target, toByteOffset: 8, as: UInt16.self)
      word.storeBytes(of: small, toByteOffset: 12, as: Int32.self)
    } else {
      let word = emitter.emit(Handler.const64, size: 24)
      word.storeBytes(of: target, toByteOffset: 8, as: UInt16.self)
      word.storeBytes(of: bits, toByteOffset: 16, as: UInt64.self)
    }
    finishWrite(slot)
    accumulators.forget(slot)
    last = nil
  }

  // MARK: the operand stack

  mutating func pushConstant(_ bits: UInt64, _ type: ValueClass) {
    push(Operand(place: .constant, type: type, slot: 0, bits: bits))
  }

  mutating func push(_ operand: Operand) {
    // A window keeps the search in `saveLocal` short whatever the guest does.
    if stack.count - lazyBottom >= 48 { materialize(from: lazyBottom, to: stack.count - 16) }
    stack.append(operand)
    pushUpper(operand.type)
  }

  private mutating func pushUpper(_ type: ValueClass) {
    if type == .v128 { stack.append(Operand(place: .upper, type: .v128, slot: 0, bits: 0)) }
  }

  /// Pushes the canonical slot: something just wrote it, or is about to.
  mutating func pushStack(_ type: ValueClass) {
    let slot = canonicalSlot(stack.count)
    if type == .v128 { use(slot + 1) }
    if lazyBottom == stack.count { lazyBottom += type.slotCount }
    stack.append(Operand(place: .stack, type: type, slot: slot, bits: 0))
    pushUpper(type)
  }

  /// The topmost operand; a sum is computed now, as the last word.
  mutating func pop() -> Operand {
    let operand = popLazily()
    guard operand.place == .sum else { return operand }
    let slot = canonicalSlot(stack.count)
    emitSum(LinearSum(operand), into: slot)
    return Operand(place: .stack, type: .i32, slot: slot, bits: 0)
  }

  /// The topmost operand, as it is.
  mutating func popLazily() -> Operand {
    var operand = stack.removeLast()
    if operand.place == .upper { operand = stack.removeLast() }
    lazyBottom = min(lazyBottom, stack.count)
    return operand
  }

  mutating func truncateStack(to count: Int) {
    stack.removeLast(stack.count - count)
    lazyBottom = min(lazyBottom, count)
  }

  /// Copies the entries in `[from, to)` to their canonical slots.
  mutating func materialize(from start: Int, to end: Int) {
    for position in max(start, lazyBottom)..<max(end, max(start, lazyBottom)) { materialize(position) }
    if start <= lazyBottom { lazyBottom = max(lazyBottom, end) }
  }

  mutating func materializeAll() { materialize(from: 0, to: stack.count) }

  private mutating func materialize(_ position: Int) {
    let operand = stack[position]
    guard operand.place != .stack, operand.place != .upper else { return }
    let slot = canonicalSlot(position)
    if operand.place == .sum {
      emitSum(LinearSum(operand), into: slot)
    } else {
      put(operand, into: slot)
    }
    stack[position] = Operand(place: .stack, type: operand.type, slot: slot, bits: 0)
  }

  /// Copies an operand, which may be needed again, to a slot.
  mutating func put(_ operand: Operand, into slot: UInt32) {
    use(slot)
    switch operand.place {
    case .constant: emitConstant(operand.bits, to: slot)
    case .sum: emitSum(LinearSum(operand), into: slot, mayContinue: true)
    case .stack, .local:
      guard operand.slot != slot else { break }
      if operand.type == .v128 {
        use(slot + 1)
        emitVectorMove(from: operand.slot, to: slot)
      } else {
        emitMove(from: operand.slot, to: slot)
      }
    case .upper: break
    }
  }

  /// Before the local in `slot` changes: entries that still refer to it get their own copies.
  mutating func saveLocal(_ slot: UInt32) {
    for position in lazyBottom..<max(stack.count, lazyBottom)
    where stack[position].place != .stack && stack[position].reads(slot) {
      materialize(position)
    }
  }

  /// How to read an operand that was at stack position `position`; constants go to their slots unless `immediate`
  /// allows otherwise.
  mutating func source(_ operand: Operand, at position: Int, immediate: Bool = false, constant: Bool = false) -> Source
  {
    switch operand.place {
    case .constant:
      if immediate, operand.type.isInteger {
        if operand.type == .i32 { return .immediate(Int32(truncatingIfNeeded: operand.bits)) }
        if let small = Int32(exactly: Int64(bitPattern: operand.bits)) { return .immediate(small) }
      }
      if constant, !operand.type.isInteger { return .constant(operand.bits) }
      let slot = canonicalSlot(position)
      emitConstant(operand.bits, to: slot)
      return .slot(slot)
    case .sum:
      let slot = canonicalSlot(position)
      emitSum(LinearSum(operand), into: slot)
      return computed(slot)
    case .stack, .local, .upper:
      guard accumulators.holds(operand.slot, operand.type) else { return .slot(operand.slot) }
      // A popped stack entry has no other reader. (Far slots are written through scratch slots: those stay.)
      let isOnlyReader = operand.place == .stack && !isWide
      return .accumulator(operand.slot, producer: isOnlyReader ? accumulators.producer(operand.type) : -1)
    }
  }

  /// An i32 that the last word put into the slot of a stack position, and that nothing else will read.
  func computed(_ slot: UInt32) -> Source {
    .accumulator(slot, producer: isWide ? -1 : accumulators.producer(.i32))
  }

  /// The slot of an operand that was at `position`.
  mutating func slot(_ operand: Operand, at position: Int) -> UInt32 {
    if operand.place == .sum { return source(operand, at: position).slot ?? 0 }
    guard operand.place == .constant else { return operand.slot }
    let slot = canonicalSlot(position)
    emitConstant(operand.bits, to: slot)
    return slot
  }
}
