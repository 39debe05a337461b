/// Tail calls: the callee's frame takes the place of the caller's.
internal import CWasmInterpreter
internal import WasmBinary

extension FunctionTranslator {
  mutating func translateReturnCall() {
    let index = Int(reader.u32())
    let function = instance.functions[index]
    let type = instance.module.functionType(UInt32(index))
    leavingRegions { translator in
      let frame = translator.prepareArguments(type)
      if function.pointee.context == translator.instance.context {
        let word = translator.emitter.emit(Handler.returnCall, size: 24)
        word.storeBytes(of: frame, toByteOffset: 8, as: UInt32.self)
        word.storeBytes(of: UInt16(translator.parameterSlots), toByteOffset: 12, as: UInt16.self)
        word.storeBytes(of: UInt64(UInt(bitPattern: function)), toByteOffset: 16, as: UInt64.self)
        translator.endReachable()
      } else {
        // Its frame is on another run's stack: this one stays below it.
        let word = translator.emitter.emit(Handler.callExternal, size: 24)
        word.storeBytes(of: frame, toByteOffset: 8, as: UInt32.self)
        word.storeBytes(of: UInt64(UInt(bitPattern: function)), toByteOffset: 16, as: UInt64.self)
        translator.finishCall(type)
        translator.emitReturn()
      }
    }
  }

  mutating func translateReturnCallIndirect() {
    let typeIndex = Int(reader.u32())
    let tableNumber = reader.u32()
    let table = instance.tables[Int(tableNumber)].table
    let type = instance.module.types[typeIndex].function ?? FunctionType()
    let index = tableIndex(pop(), tableNumber, at: stack.count)
    let position = stack.count
    leavingRegions { translator in
      let frame = translator.prepareArguments(type)
      let source = translator.source(index, at: position)
      let (shape, field) = translator.accumulatorOrSlot(source)
      let word = translator.emitter.emit(Handler.returnCallIndirectS + shape, size: 32)
      word.storeBytes(of: field, toByteOffset: 8, as: UInt16.self)
      word.storeBytes(of: UInt16(translator.parameterSlots), toByteOffset: 10, as: UInt16.self)
      word.storeBytes(of: translator.instance.typeNumbers[typeIndex], toByteOffset: 12, as: UInt32.self)
      word.storeBytes(of: frame, toByteOffset: 16, as: UInt32.self)
      word.storeBytes(of: UInt64(UInt(bitPattern: table)), toByteOffset: 24, as: UInt64.self)
      // Only for a function of the host or of another instance.
      translator.finishCall(type)
      translator.emitReturn()
    }
  }

  /// What the callee throws is not caught here any more.
  mutating func leavingRegions(_ emitCall: (inout FunctionTranslator) -> Void) {
    let region = innermostRegion
    if region >= 0 { enterRegion(-1) }
    emitCall(&self)
    if region >= 0 { enterRegion(region) }
  }
}
