/// Control flow: blocks, branches, calls, and the dispatch over instructions.
internal import CWasmInterpreter
internal import WasmBinary

extension FunctionTranslator {
  /// The next instruction of the body.
  mutating func translateInstruction() {
    emitter.sourceOffset = reader.offset
    let opcode = reader.byte()
    guard isReachable else { return skipInstruction(opcode) }
    switch opcode {
    case 0x00, 0x01, 0x02, 0x03, 0x05, 0x0B, 0x0F, 0x1A: break  // cost nothing
    default:
      if emitter.willPay { last = nil }
      emitter.addCost()
    }
    switch opcode {
    case 0x00:
      emitter.emit(Handler.unreachable, size: 8)
      endReachable()
    case 0x01: break
    case 0x02: beginBlock()
    case 0x03: beginLoop()
    case 0x04: beginIf()
    case 0x05: beginElse()
    case 0x08: translateThrow()
    case 0x0A: translateThrowReference()
    case 0x0B: endControl()
    case 0x0C: translateBranch()
    case 0x0D: translateBranchIf()
    case 0x0E: translateBranchTable()
    case 0x0F: emitReturn()
    case 0x10: translateCall()
    case 0x11: translateCallIndirect()
    case 0x12: translateReturnCall()
    case 0x13: translateReturnCallIndirect()
    case 0x14: translateCallReference()
    case 0x15: translateReturnCallReference()
    case 0x1A: _ = popLazily()
    case 0x1B: translateSelect()
    case 0x1C:
      for _ in 0..<reader.u32() { _ = reader.valueType() }
      translateSelect()
    case 0x1F: beginTryTable()
    case 0x20:
      let index = Int(reader.u32())
      push(Operand(place: .local, type: locals[index], slot: localSlot(index), bits: 0))
    case 0x21: setLocal(Int(reader.u32()), keep: false)
    case 0x22: setLocal(Int(reader.u32()), keep: true)
    case 0x23: translateGlobalGet()
    case 0x24: translateGlobalSet()
    case 0x25: translateTableGet()
    case 0x26: translateTableSet()
    case 0x28...0x35: translateLoad(opcode)
    case 0x36...0x3E: translateStore(opcode)
    case 0x3F: translateMemorySize()
    case 0x40: translateGrow(.memoryGrow, operands: 1)
    case 0x41: pushConstant(UInt64(bitPattern: reader.s64()), .i32)
    case 0x42: pushConstant(UInt64(bitPattern: reader.s64()), .i64)
    case 0x43: pushConstant(UInt64(reader.bytes4()), .f32)
    case 0x44: pushConstant(reader.bytes8(), .f64)
    case 0xD0:
      _ = reader.heapType()
      pushConstant(0, .reference)
    case 0xD1: translateReferenceIsNull()
    case 0xD2: translateReferenceFunction()
    case 0xD3: translateReferenceEquality()
    case 0xD4: translateAsNonNull()
    case 0xD5: translateBranchOnNull()
    case 0xD6: translateBranchOnNonNull()
    case 0xFB: translateAggregate()
    case 0xFC: translatePrefixed()
    case 0xFD: translateVector()
    case 0xFE: translateAtomic()
    default: translateNumeric(opcode)
    }
  }

  // MARK: blocks

  private mutating func beginBlock() {
    let type = reader.blockType(instance.module.types)
    materializeAll()
    open(.block, type, label: emitter.makeLabel())
  }

  private mutating func beginLoop() {
    let type = reader.blockType(instance.module.types)
    materializeAll()
    let label = emitter.makeLabel()
    bind(label, fallsThrough: true)
    open(.loop, type, label: label)
  }

  private mutating func beginIf() {
    let type = reader.blockType(instance.module.types)
    let condition = pop()
    let test = materializeAll(keeping: takeCondition(condition))
    let otherwise = emitter.makeLabel()
    emitBranch(test, ifTrue: false, to: otherwise)
    open(.ifThen, type, label: emitter.makeLabel(), elseLabel: otherwise)
  }

  mutating func open(_ kind: Control.Kind, _ type: FunctionType, label: CodeEmitter.Label, elseLabel: Int = -1) {
    controls.append(
      Control(
        kind: kind, height: stack.count - type.parameterSlots, parameters: type.parameters, results: type.results,
        label: label, elseLabel: elseLabel))
  }

  private mutating func beginElse() {
    var control = controls.removeLast()
    if isReachable {
      materialize(from: control.height, to: stack.count)
      emitJump(to: control.label)
    }
    bind(control.elseLabel, fallsThrough: false)
    isReachable = true
    enter(control.parameters, at: control.height)
    control.kind = .elseArm
    control.elseLabel = -1
    controls.append(control)
  }

  private mutating func endControl() {
    let control = controls.removeLast()
    if control.kind == .function {
      if isReachable { emitReturnWords() }
      if emitter.isUsed(control.label) { bind(control.label, fallsThrough: false) }
      isReachable = true
      return
    }
    if isReachable, control.kind != .loop || !control.results.isEmpty {
      materialize(from: control.height, to: stack.count)
    }
    endRegion(of: control)
    var fallsThrough = isReachable
    if control.kind == .ifThen {
      // Without an else arm the parameters are the results, and in place.
      bind(control.elseLabel, fallsThrough: fallsThrough)
      fallsThrough = true
    }
    if control.kind != .loop, emitter.isUsed(control.label) {
      bind(control.label, fallsThrough: fallsThrough)
      fallsThrough = true
    }
    isReachable = fallsThrough
    enter(control.results, at: control.height)
  }

  /// The operands above `height` are values of `types` in their canonical slots.
  private mutating func enter(_ types: [ValueType], at height: Int) {
    truncateStack(to: min(height, stack.count))
    for type in types { pushStack(ValueClass(type)) }
  }

  /// Code joins here: nothing is known about the accumulators.
  mutating func bind(_ label: CodeEmitter.Label, fallsThrough: Bool) {
    emitter.bind(label, fallsThrough: fallsThrough)
    accumulators = Accumulators()
    last = nil
  }

  /// What follows cannot be reached.
  mutating func endReachable() {
    isReachable = false
    last = nil
    truncateStack(to: min(controls[controls.count - 1].height, stack.count))
  }

  /// Skips an instruction that cannot be reached, until its control structure ends.
  private mutating func skipInstruction(_ opcode: UInt8) {
    switch opcode {
    case 0x02, 0x03, 0x04:
      _ = reader.blockType(instance.module.types)
      skippedDepth += 1
    case 0x1F:
      skipTryTable()
      skippedDepth += 1
    case 0x05: if skippedDepth == 0 { beginElse() }
    case 0x0B:
      if skippedDepth == 0 { endControl() } else { skippedDepth -= 1 }
    case 0x08, 0x0C, 0x0D, 0x10, 0x12, 0x14, 0x15, 0x20...0x26, 0x3F, 0x40, 0xD2, 0xD5, 0xD6: _ = reader.u32()
    case 0x0E: for _ in 0...reader.u32() { _ = reader.u32() }
    case 0x11, 0x13: _ = (reader.u32(), reader.u32())
    case 0x1C: for _ in 0..<reader.u32() { _ = reader.valueType() }
    case 0x28...0x3E: skipMemoryArgument()
    case 0x41, 0x42: _ = reader.s64()
    case 0x43: _ = reader.bytes4()
    case 0x44: _ = reader.bytes8()
    case 0xD0: _ = reader.heapType()
    case 0xFC:
      switch reader.u32() {
      case 0...7: break
      case 8, 10, 12, 14: _ = (reader.u32(), reader.u32())
      default: _ = reader.u32()
      }
    case 0xFB: skipAggregate()
    case 0xFD: skipVector()
    case 0xFE: skipAtomic()
    default: break
    }
  }

  // MARK: branches

  /// The control structure that a branch of depth `depth` leaves or repeats.
  func target(_ depth: Int) -> Control { controls[controls.count - 1 - depth] }

  /// Whether a branch finds its values where it needs them.
  func isInPlace(_ control: Control) -> Bool {
    let count = control.branchTypes.slotCount
    return count == 0 || (stack.count - count == control.height && lazyBottom == stack.count)
  }

  mutating func emitJump(to label: CodeEmitter.Label) {
    emitter.emit(Handler.br, size: 16)
    emitter.branch(offsetAt: 8, to: label, costAt: 12, isWide: true)
  }

  /// Copies the branch's values to the target's slots and branches.
  mutating func emitJump(to control: Control) {
    let count = control.branchTypes.slotCount
    for index in 0..<count {
      let operand = stack[stack.count - count + index]
      put(operand, into: canonicalSlot(control.height + index))
    }
    emitJump(to: control.label)
  }

  private mutating func translateBranch() {
    let control = target(Int(reader.u32()))
    if control.kind == .function {
      emitReturn()
    } else {
      emitJump(to: control)
      endReachable()
    }
  }

  private mutating func translateBranchIf() {
    let control = target(Int(reader.u32()))
    let condition = pop()
    branch(on: takeCondition(condition), to: control)
  }

  /// Branches to `control` with the values on the stack if the test holds.
  mutating func branch(on test: Test, to control: Control) {
    if control.kind != .function, isInPlace(control) {
      emitBranch(test, ifTrue: true, to: control.label)
      return
    }
    var test = test
    if control.kind == .function, resultTypes.slotCount > 1 {
      // A return copies several values from their canonical slots, where both ways may find them.
      test = materializeAll(keeping: test)
    }
    // The values move only on the way that branches; what stays must find them unmoved.
    let stay = emitter.makeLabel()
    emitBranch(test, ifTrue: false, to: stay)
    if control.kind == .function { emitReturnWords(mayContinue: true) } else { emitJump(to: control) }
    bind(stay, fallsThrough: false)
  }

  private mutating func translateBranchTable() {
    let count = Int(reader.u32())
    let index = pop()
    materializeAll()
    let indexSource = source(index, at: stack.count)
    let (shape, indexField) = accumulatorOrSlot(indexSource)
    let word = emitter.emit(Handler.brTable + 2 * shape, size: 16 + 8 * (count + 1))
    word.storeBytes(of: indexField, toByteOffset: 8, as: UInt16.self)
    word.storeBytes(of: UInt32(count), toByteOffset: 12, as: UInt32.self)
    // Targets that need moves get a detour, each once.
    var detours: [Int: CodeEmitter.Label] = [:]
    for entry in 0...count {
      let depth = Int(reader.u32())
      let control = target(depth)
      let label: CodeEmitter.Label
      if control.kind != .function, isInPlace(control) {
        label = control.label
      } else {
        label = detours[depth] ?? emitter.makeLabel()
        detours[depth] = label
      }
      emitter.branch(
        offsetAt: 16 + 8 * entry, to: label, costAt: 16 + 8 * entry + 4, isWide: true)
    }
    for (depth, label) in detours.sorted(by: { $0.key < $1.key }) {
      bind(label, fallsThrough: false)
      let control = target(depth)
      if control.kind == .function { emitReturnWords() } else { emitJump(to: control) }
    }
    endReachable()
  }

  // MARK: conditions

  /// What a conditional branch tests.
  enum Test {
    case integers(ValueClass, Int, Source, Source)
    case floats(ValueClass, Int, Source, Source)
  }

  /// `materializeAll` between a test and its branch: sums that are computed here take the accumulator away from it.
  mutating func materializeAll(keeping test: Test) -> Test {
    let hasSums = stack[min(lazyBottom, stack.count)...].contains { $0.place == .sum }
    materializeAll()
    guard hasSums else { return test }
    return switch test {
    case .integers(let type, let comparison, let x, let y): .integers(type, comparison, x.inSlot, y.inSlot)
    case .floats: test
    }
  }

  /// The test behind a popped condition: the comparison just emitted, taken back, or "is not zero".
  private mutating func takeCondition(_ condition: Operand) -> Test {
    if let word = absorbable(condition) {
      switch word.operation {
      case .compareI32(let comparison):
        takeBack(word)
        return .integers(.i32, comparison, word.left, word.right)
      case .compareI64(let comparison):
        takeBack(word)
        return .integers(.i64, comparison, word.left, word.right)
      case .compareF32(let comparison):
        takeBack(word)
        return .floats(.f32, comparison, word.left, word.right)
      case .compareF64(let comparison):
        takeBack(word)
        return .floats(.f64, comparison, word.left, word.right)
      default: break
      }
    }
    return .integers(.i32, 1, source(condition, at: stack.count), .immediate(0))
  }

  /// Branches to `label` if the test's outcome is `ifTrue`, and ends the block.
  mutating func emitBranch(_ test: Test, ifTrue: Bool, to label: CodeEmitter.Label) {
    switch test {
    case .integers(let type, let comparison, let x, let y):
      let comparison = ifTrue ? comparison : IntegerComparison.inverse[comparison]
      var shape = integerShape(x, y)
      if shape == 4 { shape = 0 }
      let family = (type == .i32 ? Handler.brI32Eq : Handler.brI64Eq) + UInt16(4 * comparison)
      let (a, b) = branchFields(shape, x, y)
      take(x, y, shape)
      let word = emitter.emit(family + UInt16(shape), size: 24)
      word.storeBytes(of: a, toByteOffset: 8, as: UInt16.self)
      word.storeBytes(of: b, toByteOffset: 10, as: UInt16.self)
      if case .immediate(let value) = y { word.storeBytes(of: value, toByteOffset: 20, as: Int32.self) }
    case .floats(let type, let comparison, let x, let y):
      // eq and ne are each other's negation; an order that does not hold is a handler of its own (NaN).
      let index = ifTrue ? comparison : comparison < 2 ? 1 - comparison : comparison + 4
      var shape = floatShape(x, y)
      if shape == 4 { shape = 0 }
      let family = (type == .f32 ? Handler.brF32Eq : Handler.brF64Eq) + UInt16(4 * index)
      let (a, b) = branchFields(shape, x, y)
      take(x, y, shape)
      let isWideConstant = shape >= 2 && type == .f64
      let word = emitter.emit(family + UInt16(shape), size: isWideConstant ? 32 : 24)
      word.storeBytes(of: a, toByteOffset: 8, as: UInt16.self)
      word.storeBytes(of: b, toByteOffset: 10, as: UInt16.self)
      if case .constant(let bits) = y {
        if isWideConstant {
          word.storeBytes(of: bits, toByteOffset: 24, as: UInt64.self)
        } else {
          word.storeBytes(of: UInt32(truncatingIfNeeded: bits), toByteOffset: 20, as: UInt32.self)
        }
      }
    }
    emitter.branch(offsetAt: 12, to: label, costAt: 16, isWide: false)
    emitter.endBlock(costAt: 18)
    accumulators.keepSlots()
    last = nil
  }

  /// The slot fields of shapes ss, as, si/sc, ai/ac.
  private mutating func branchFields(_ shape: Int, _ x: Source, _ y: Source) -> (UInt16, UInt16) {
    switch shape {
    case 0: (read(x, 0), read(y, 1))
    case 1: (read(y, 1), 0)
    case 2: (read(x, 0), 0)
    default: (0, 0)
    }
  }

  private mutating func translateSelect() {
    let condition = pop()
    let position = stack.count
    if stack[position - 1].type == .v128 { return selectVector(condition) }
    var compared: (base: UInt16, comparison: Int, x: UInt32, y: Source)?
    if let word = absorbable(condition), let x = word.left.slot {
      switch word.operation {
      case .compareI32(let comparison):
        takeBack(word)
        compared = (Handler.selectI32Eq, comparison, x, word.right)
      case .compareI64(let comparison):
        takeBack(word)
        compared = (Handler.selectI64Eq, comparison, x, word.right)
      default: break
      }
    }
    let right = pop()
    let left = pop()
    let test = compared == nil ? source(condition, at: position) : nil
    let p = field(reading: slot(left, at: stack.count), scratch: 0)
    let q = field(reading: slot(right, at: stack.count + 1), scratch: 1)
    if let compared {
      let immediate: Int32? = if case .immediate(let value) = compared.y { value } else { nil }
      let y = immediate == nil ? read(compared.y, 2) : 0
      emitResult(
        compared.base + UInt16(2 * compared.comparison + (immediate == nil ? 0 : 1)), size: 24, .other, .i64, .slot(0),
        .slot(0), a: p, b: q, c: UInt16(truncatingIfNeeded: compared.x),
        at16: immediate.map { UInt32(bitPattern: $0) } ?? UInt32(y))
    } else if let test {
      let (shape, c) = accumulatorOrSlot(test, scratch: 2)
      emitResult(Handler.select + shape, size: 16, .other, .i64, .slot(0), .slot(0), a: p, b: q, c: c)
    }
    retype(left.type)
  }

  private mutating func selectVector(_ condition: Operand) {
    let test = source(condition, at: stack.count)
    let right = pop()
    let left = pop()
    let p = field(readingVector: left.slot, scratch: 0)
    let q = field(readingVector: right.slot, scratch: 1)
    let (shape, c) = accumulatorOrSlot(test, scratch: 2)
    emitResult(Handler.selectV128 + shape, size: 16, .other, .v128, .slot(0), .slot(0), a: p, b: q, c: c)
  }

  // MARK: calls

  private mutating func translateCall() {
    let index = Int(reader.u32())
    let function = instance.functions[index]
    let type = instance.module.functionType(UInt32(index))
    let frame = prepareArguments(type)
    if function.pointee.context == instance.context {
      // Before the callee is translated this is its stub, which completes the word (hw_patch_call).
      let word = emitter.emit(Handler.call, size: 32)
      word.storeBytes(of: frame, toByteOffset: 8, as: UInt32.self)
      word.storeBytes(of: frame + function.pointee.frame_slots, toByteOffset: 12, as: UInt32.self)
      word.storeBytes(of: function.pointee.entry_fuel, toByteOffset: 16, as: UInt32.self)
      word.storeBytes(of: frame + UInt32(type.parameterSlots), toByteOffset: 20, as: UInt32.self)
      word.storeBytes(of: UInt64(UInt(bitPattern: function.pointee.code)), toByteOffset: 24, as: UInt64.self)
    } else {
      let word = emitter.emit(Handler.callExternal, size: 24)
      word.storeBytes(of: frame, toByteOffset: 8, as: UInt32.self)
      word.storeBytes(of: UInt64(UInt(bitPattern: function)), toByteOffset: 16, as: UInt64.self)
    }
    finishCall(type)
  }

  private mutating func translateCallIndirect() {
    let typeIndex = Int(reader.u32())
    let tableNumber = reader.u32()
    let table = instance.tables[Int(tableNumber)].table
    let type = instance.module.types[typeIndex].function ?? FunctionType()
    let index = tableIndex(pop(), tableNumber, at: stack.count)
    let indexPosition = stack.count
    let frame = prepareArguments(type)
    let indexSource = source(index, at: indexPosition)
    let (shape, indexField) = accumulatorOrSlot(indexSource)
    let word = emitter.emit(Handler.callIndirectS + shape, size: 32)
    word.storeBytes(of: indexField, toByteOffset: 8, as: UInt16.self)
    word.storeBytes(of: instance.typeNumbers[typeIndex], toByteOffset: 12, as: UInt32.self)
    word.storeBytes(of: frame, toByteOffset: 16, as: UInt32.self)
    word.storeBytes(of: UInt64(UInt(bitPattern: table)), toByteOffset: 24, as: UInt64.self)
    finishCall(type)
  }

  /// Arguments to their canonical slots, where the callee's frame begins.
  mutating func prepareArguments(_ type: FunctionType) -> UInt32 {
    let first = stack.count - type.parameterSlots
    materialize(from: first, to: stack.count)
    truncateStack(to: first)
    mayCollect()
    reserve(first, type.callSlots)
    return stackBase + UInt32(first)
  }

  mutating func finishCall(_ type: FunctionType) {
    accumulators = Accumulators()
    last = nil
    for result in type.results { pushStack(ValueClass(result)) }
  }

  mutating func emitReturn() {
    emitReturnWords()
    endReachable()
  }

  /// `mayContinue`: on another way the values are needed again.
  mutating func emitReturnWords(mayContinue: Bool = false) {
    let count = resultTypes.slotCount
    let header = UInt16(parameterSlots)
    switch count {
    case 0:
      let word = emitter.emit(Handler.returnNone, size: 16)
      word.storeBytes(of: header, toByteOffset: 8, as: UInt16.self)
    case 1:
      let operand = stack[stack.count - 1]
      var source: Source
      if operand.place == .sum, mayContinue {
        // Computed again on the other way, from operands that are still there.
        let slot = canonicalSlot(stack.count - 1)
        put(operand, into: slot)
        source = .slot(slot)
      } else {
        source = self.source(operand, at: stack.count - 1)
      }
      if mayContinue { source = source.keepingSlot }
      let (shape, slot) = accumulatorOrSlot(source, if: operand.type.isInteger)
      let word = emitter.emit(Handler.returnOneS + shape, size: 16)
      word.storeBytes(of: header, toByteOffset: 8, as: UInt16.self)
      word.storeBytes(of: slot, toByteOffset: 10, as: UInt16.self)
    default:
      materialize(from: stack.count - count, to: stack.count)
      let word = emitter.emit(Handler.returnMany, size: 24)
      word.storeBytes(of: header, toByteOffset: 8, as: UInt16.self)
      word.storeBytes(of: UInt32(count), toByteOffset: 12, as: UInt32.self)
      word.storeBytes(of: canonicalSlot(stack.count - count), toByteOffset: 16, as: UInt32.self)
    }
    last = nil
  }
}
