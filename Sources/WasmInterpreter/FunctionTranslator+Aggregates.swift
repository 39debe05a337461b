/// Structs, arrays, i31 references and casts: the instructions behind the prefix 0xFB, and `ref.eq`.
internal import CWasmInterpreter
internal import WasmBinary

/// The handlers for what a field or element may hold, and the class of its value.
private struct StoredAccess {
  var structureGet: UInt16
  var arrayGet: UInt16
  var structureSet: UInt16
  var arraySet: UInt16
  var type: ValueClass

  init(_ storage: FieldType.Storage, isSigned: Bool) {
    (structureSet, arraySet) =
      switch storage.shift {
      case 0: (Handler.structSet8, Handler.arraySet8)
      case 1: (Handler.structSet16, Handler.arraySet16)
      case 2: (Handler.structSet32, Handler.arraySet32)
      case 3: (Handler.structSet64, Handler.arraySet64)
      default: (Handler.structSetV128, Handler.arraySetV128)
      }
    (structureGet, arrayGet, type) =
      switch storage {
      case .i8 where isSigned: (Handler.structGetI8S, Handler.arrayGetI8S, .i32)
      case .i8: (Handler.structGetI8U, Handler.arrayGetI8U, .i32)
      case .i16 where isSigned: (Handler.structGetI16S, Handler.arrayGetI16S, .i32)
      case .i16: (Handler.structGetI16U, Handler.arrayGetI16U, .i32)
      case .value(.i32): (Handler.structGetI32, Handler.arrayGetI32, .i32)
      case .value(.f32): (Handler.structGetF32, Handler.arrayGetF32, .f32)
      case .value(.f64): (Handler.structGetF64, Handler.arrayGetF64, .f64)
      case .value(.v128): (Handler.structGetV128, Handler.arrayGetV128, .v128)
      case .value(let value): (Handler.structGetI64, Handler.arrayGetI64, ValueClass(value))
      }
  }
}

extension FunctionTranslator {
  mutating func translateAggregate() {
    let number = reader.u32()
    switch number {
    case 0: translateStructureNew()
    case 1: translateStructureNewDefault()
    case 2...4: translateStructureGet(isSigned: number == 3)
    case 5: translateStructureSet()
    case 6: translateArrayNew()
    case 7: translateArrayNewDefault()
    case 8: translateArrayNewFixed()
    case 9: service(.arrayNewData, operands: 2, result: .reference, x: reader.u32(), y: reader.u32())
    case 10: service(.arrayNewElements, operands: 2, result: .reference, x: reader.u32(), y: reader.u32())
    case 11...13: translateArrayGet(isSigned: number == 12)
    case 14: translateArraySet()
    case 15: translateUnary(Handler.arrayLen, .i32)
    case 16:
      let type = reader.u32()
      service(.arrayFill, operands: 3 + element(type).unpacked.slotCount, x: type)
    case 17: service(.arrayCopy, operands: 5, x: reader.u32(), y: reader.u32())
    case 18: service(.arrayInitData, operands: 4, x: reader.u32(), y: reader.u32())
    case 19: service(.arrayInitElements, operands: 4, x: reader.u32(), y: reader.u32())
    case 20...23: translateCast(isTest: number < 22, allowsNull: number & 1 == 1)
    case 24, 25: translateBranchOnCast(isFail: number == 25)
    // References have one form in both hierarchies.
    case 26, 27: break
    case 28: translateUnary(Handler.refI31, .reference)
    case 29: translateUnary(Handler.i31GetS, .i32)
    default: translateUnary(Handler.i31GetU, .i32)
    }
  }

  mutating func skipAggregate() {
    switch reader.u32() {
    case 0, 1, 6, 7, 11...14, 16: _ = reader.u32()
    case 2...5, 8...10, 17...19: _ = (reader.u32(), reader.u32())
    case 20...23: _ = reader.heapType()
    case 24, 25: _ = (reader.byte(), reader.u32(), reader.heapType(), reader.heapType())
    default: break
    }
  }

  mutating func translateReferenceEquality() { compareIntegers(.i64, IntegerComparison.equal) }

  private func element(_ type: UInt32) -> FieldType.Storage { instance.module.element(of: type).storage }

  /// A word of shapes s and a with one operand.
  private mutating func translateUnary(_ handler: UInt16, _ result: ValueClass) {
    let operand = pop()
    let source = source(operand, at: stack.count)
    let (shape, slot) = accumulatorOrSlot(source)
    emitResult(handler + shape, size: 16, .other, result, .slot(0), .slot(0), a: slot)
  }

  /// The 16-bit field for reading an operand, popped, that was at `position`; of a vector, its first slot's.
  private mutating func field(_ operand: Operand, at position: Int, scratch: UInt32) -> UInt16 {
    let slot = slot(operand, at: position)
    return operand.type == .v128 ? field(readingVector: slot, scratch: scratch) : field(reading: slot, scratch: scratch)
  }

  /// The value that a word stores: an integer may come from the accumulator.
  private mutating func value(_ operand: Operand, at position: Int, scratch: UInt32) -> (UInt16, UInt16) {
    guard operand.type.isInteger else { return (0, field(operand, at: position, scratch: scratch)) }
    return accumulatorOrSlot(source(operand, at: position), scratch: scratch)
  }

  // MARK: structs

  private mutating func translateStructureNew() {
    let type = reader.u32()
    let number = instance.typeNumbers[Int(type)]
    let fields = instance.module.fields(of: type)
    let first = stack.count - fields.reduce(0) { $0 + $1.storage.unpacked.slotCount }
    var entries: [(slot: UInt32, place: UInt32)] = []
    entries.reserveCapacity(fields.count)
    var position = first
    for (index, field) in fields.enumerated() {
      let slot = slot(stack[position], at: position)
      // A sum or constant is now where a stack entry would be.
      if stack[position].place != .local {
        stack[position] = Operand(place: .stack, type: stack[position].type, slot: slot, bits: 0)
      }
      entries.append((slot, instance.store.types.offset(of: index, in: number) | field.storage.shift << 28))
      position += field.storage.unpacked.slotCount
    }
    mayCollect()
    truncateStack(to: first)
    let start = emitter.nextWord
    emitResult(
      Handler.structNew, size: 24 + 8 * entries.count, .other, .reference, .slot(0), .slot(0),
      a: UInt16(entries.count), at12: Int32(bitPattern: number))
    let word = emitter.draft(start)
    describeStructure(number, in: word)
    for (index, entry) in entries.enumerated() {
      word.storeBytes(of: entry.slot, toByteOffset: 24 + 8 * index, as: UInt32.self)
      word.storeBytes(of: entry.place, toByteOffset: 28 + 8 * index, as: UInt32.self)
    }
  }

  private mutating func translateStructureNewDefault() {
    let number = instance.typeNumbers[Int(reader.u32())]
    mayCollect()
    let start = emitter.nextWord
    emitResult(
      Handler.structNewDefault, size: 24, .other, .reference, .slot(0), .slot(0), at12: Int32(bitPattern: number))
    describeStructure(number, in: emitter.draft(start))
  }

  private func describeStructure(_ number: UInt32, in word: UnsafeMutableRawPointer) {
    let bytes = instance.store.types.layouts[Int(number)].bytes
    word.storeBytes(of: hw_cell_class(UInt64(bytes)), toByteOffset: 16, as: UInt32.self)
    word.storeBytes(of: bytes, toByteOffset: 20, as: UInt32.self)
  }

  private mutating func translateStructureGet(isSigned: Bool) {
    let type = reader.u32()
    let index = Int(reader.u32())
    let access = StoredAccess(instance.module.fields(of: type)[index].storage, isSigned: isSigned)
    let offset = instance.store.types.offset(of: index, in: instance.typeNumbers[Int(type)])
    let object = pop()
    let source = source(object, at: stack.count)
    let (shape, slot) = accumulatorOrSlot(source, if: access.type != .v128)
    emitResult(
      access.structureGet + shape, size: 16, .other, access.type, .slot(0), .slot(0), a: slot,
      at12: Int32(bitPattern: offset))
  }

  private mutating func translateStructureSet() {
    let type = reader.u32()
    let index = Int(reader.u32())
    let access = StoredAccess(instance.module.fields(of: type)[index].storage, isSigned: false)
    let value = pop()
    let valuePosition = stack.count
    let object = pop()
    let objectField = field(object, at: stack.count, scratch: 0)
    let (shape, valueField) = self.value(value, at: valuePosition, scratch: 1)
    let word = emitter.emit(access.structureSet + shape, size: 16)
    word.storeBytes(of: objectField, toByteOffset: 8, as: UInt16.self)
    word.storeBytes(of: valueField, toByteOffset: 10, as: UInt16.self)
    word.storeBytes(
      of: instance.store.types.offset(of: index, in: instance.typeNumbers[Int(type)]), toByteOffset: 12,
      as: UInt32.self)
    last = nil
  }

  // MARK: arrays

  private mutating func translateArrayNew() {
    let type = reader.u32()
    mayCollect()
    let length = pop()
    let lengthPosition = stack.count
    let value = pop()
    let valueField = field(value, at: stack.count, scratch: 1)
    let lengthField = field(length, at: lengthPosition, scratch: 0)
    emitResult(
      Handler.arrayNew, size: 24, .other, .reference, .slot(0), .slot(0), a: lengthField, b: valueField,
      c: UInt16(element(type).shift), at16: instance.typeNumbers[Int(type)])
  }

  private mutating func translateArrayNewDefault() {
    let type = reader.u32()
    mayCollect()
    let length = pop()
    let lengthField = field(length, at: stack.count, scratch: 0)
    emitResult(
      Handler.arrayNewDefault, size: 24, .other, .reference, .slot(0), .slot(0), a: lengthField,
      c: UInt16(element(type).shift), at16: instance.typeNumbers[Int(type)])
  }

  private mutating func translateArrayNewFixed() {
    let type = reader.u32()
    let count = reader.u32()
    let element = element(type)
    let first = stack.count - Int(count) * element.unpacked.slotCount
    materialize(from: first, to: stack.count)
    mayCollect()
    truncateStack(to: first)
    let start = emitter.nextWord
    emitResult(
      Handler.arrayNewFixed, size: 24, .other, .reference, .slot(0), .slot(0), a: UInt16(element.shift),
      at12: Int32(bitPattern: count), at16: instance.typeNumbers[Int(type)])
    emitter.draft(start).storeBytes(of: canonicalSlot(first), toByteOffset: 20, as: UInt32.self)
  }

  private mutating func translateArrayGet(isSigned: Bool) {
    let access = StoredAccess(element(reader.u32()), isSigned: isSigned)
    let index = pop()
    let indexPosition = stack.count
    let array = pop()
    let arrayField = field(array, at: stack.count, scratch: 0)
    let indexSource = source(index, at: indexPosition)
    let (shape, indexField) = accumulatorOrSlot(indexSource, if: access.type != .v128, scratch: 1)
    emitResult(
      access.arrayGet + shape, size: 16, .other, access.type, .slot(0), .slot(0), a: arrayField, b: indexField)
  }

  private mutating func translateArraySet() {
    let access = StoredAccess(element(reader.u32()), isSigned: false)
    let value = pop()
    let valuePosition = stack.count
    let index = pop()
    let indexPosition = stack.count
    let array = pop()
    let arrayField = field(array, at: stack.count, scratch: 0)
    let indexField = field(index, at: indexPosition, scratch: 1)
    let (shape, valueField) = self.value(value, at: valuePosition, scratch: 2)
    let word = emitter.emit(access.arraySet + shape, size: 16)
    word.storeBytes(of: arrayField, toByteOffset: 8, as: UInt16.self)
    word.storeBytes(of: indexField, toByteOffset: 10, as: UInt16.self)
    word.storeBytes(of: valueField, toByteOffset: 12, as: UInt16.self)
    last = nil
  }

  // MARK: casts

  /// What a cast to `heap` asks: of an object, whether it is of the type with this number, and whether null is one, too (1); of
  /// anything else, HW_IS_TYPE and its siblings.
  private func question(_ heap: HeapType, _ allowsNull: Bool) -> (isType: Bool, flags: UInt16, number: UInt32) {
    let null = allowsNull ? UInt16(HW_IS_NULLABLE) : 0
    if let index = heap.typeIndex {
      let number = instance.typeNumbers[Int(index)]
      guard instance.module.types[Int(index)].function != nil else { return (true, allowsNull ? 1 : 0, number) }
      return (false, UInt16(HW_IS_FUNCTION_TYPE) | null, number)
    }
    let form =
      switch heap {
      case .equatable: HW_IS_EQ
      case .i31: HW_IS_I31
      case .structure: HW_IS_STRUCTURE
      case .array: HW_IS_ARRAY
      case .none, .noFunction, .noExternal, .noException: HW_IS_NONE
      default: HW_IS_ANY
      }
    return (false, UInt16(form) | null, 0)
  }

  /// Emits the test of an operand that is the topmost one or was just popped: an i32 is pushed.
  private mutating func emitTest(_ operand: Operand, of heap: HeapType, allowsNull: Bool, isOnlyReader: Bool) {
    let (isType, flags, number) = question(heap, allowsNull)
    var source = source(operand, at: stack.count)
    if !isOnlyReader { source = source.keepingSlot }
    let (shape, slot) = accumulatorOrSlot(source, if: isType)
    emitResult(
      isType ? Handler.refTestType + shape : Handler.refTest, size: 24, .other, .i32, .slot(0), .slot(0), a: slot,
      b: flags, at16: number)
  }

  private mutating func translateCast(isTest: Bool, allowsNull: Bool) {
    let heap = reader.heapType()
    let operand = pop()
    guard !isTest else { return emitTest(operand, of: heap, allowsNull: allowsNull, isOnlyReader: true) }
    let (isType, flags, number) = question(heap, allowsNull)
    let slot = field(operand, at: stack.count, scratch: 0)
    let word = emitter.emit(isType ? Handler.refCastType : Handler.refCast, size: 24)
    word.storeBytes(of: slot, toByteOffset: 8, as: UInt16.self)
    word.storeBytes(of: flags, toByteOffset: 12, as: UInt16.self)
    word.storeBytes(of: number, toByteOffset: 16, as: UInt32.self)
    pushTested(operand)
  }

  /// `br_on_cast` and `br_on_cast_fail`: the reference stays on the stack either way.
  private mutating func translateBranchOnCast(isFail: Bool) {
    let allowsNull = reader.byte() & 2 != 0
    let control = target(Int(reader.u32()))
    _ = reader.heapType()
    let heap = reader.heapType()
    let operand = pop()
    pushTested(operand)
    // The outcome is above it.
    emitTest(operand, of: heap, allowsNull: allowsNull, isOnlyReader: false)
    let outcome = pop()
    let comparison = isFail ? IntegerComparison.equal : IntegerComparison.notEqual
    branch(on: .integers(.i32, comparison, source(outcome, at: stack.count), .immediate(0)), to: control)
  }

}
