/// Instructions that fill arrays from segments, other arrays or one value (Core 3.0, section 4.6.9).
internal import CWasmInterpreter
internal import WasmBinary

extension InstanceState {
  func performArrayService(_ service: Service, _ slots: UnsafeMutablePointer<UInt64>, _ x: UInt32, _ y: UInt32) -> Int32
  {
    let element = module.element(of: x).storage
    func operand(_ index: Int) -> UInt64 { UInt64(UInt32(truncatingIfNeeded: slots[index])) }
    do throws(Trap) {
      switch service {
      case .arrayNewData, .arrayNewElements:
        let (first, count) = (operand(0), operand(1))
        try charge(count)
        try checkSegment(service == .arrayNewData, y, first, count, element)
        let array = try store.allocateArray(typeNumbers[Int(x)], length: UInt32(count))
        copy(fromData: service == .arrayNewData, y, first, count, element, to: array.place(0, element))
        slots[0] = UInt64(UInt(bitPattern: array))
      case .arrayFill:
        let (first, count) = (operand(1), operand(2 + element.unpacked.slotCount))
        try charge(count)
        let array = try array(slots[0])
        try array.check(first, count)
        hw_fill_array(array, UInt32(first), UInt32(count), element.shift, slots + 2)
      case .arrayCopy:
        let (to, from, count) = (operand(1), operand(3), operand(4))
        try charge(count)
        let (target, source) = (try array(slots[0]), try array(slots[2]))
        try target.check(to, count)
        try source.check(from, count)
        // Overlapping is allowed.
        target.place(to, element).copyMemory(
          from: source.place(from, element), byteCount: Int(count) << Int(element.shift))
      default:
        let (to, first, count) = (operand(1), operand(2), operand(3))
        try charge(count)
        let array = try array(slots[0])
        try array.check(to, count)
        try checkSegment(service == .arrayInitData, y, first, count, element)
        copy(fromData: service == .arrayInitData, y, first, count, element, to: array.place(to, element))
      }
      return 0
    } catch {
      store.pendingTrap = error
      return Int32(HW_TRAP_HOST)
    }
  }

  private func charge(_ count: UInt64) throws(Trap) {
    guard store.charge(count) else { throw Trap(code: Int32(HW_TRAP_FUEL_EXHAUSTED)) }
  }

  private func array(_ slot: UInt64) throws(Trap) -> UnsafeMutablePointer<hw_object> {
    guard let array = UnsafeMutablePointer<hw_object>(bitPattern: UInt(slot)) else {
      throw Trap(code: Int32(HW_TRAP_NULL_ARRAY_REFERENCE))
    }
    return array
  }

  private func checkSegment(
    _ isData: Bool, _ segment: UInt32, _ first: UInt64, _ count: UInt64, _ element: FieldType.Storage
  ) throws(Trap) {
    let available =
      isData
      ? (droppedData[Int(segment)] ? 0 : UInt64(module.data[Int(segment)].range.count)) : elementCount(of: segment)
    guard first + (count << UInt64(isData ? element.shift : 0)) <= available else {
      throw Trap(code: Int32(isData ? HW_TRAP_MEMORY_OUT_OF_BOUNDS : HW_TRAP_TABLE_OUT_OF_BOUNDS))
    }
  }

  /// Copies what `checkSegment` has found to be there.
  private func copy(
    fromData isData: Bool, _ segment: UInt32, _ first: UInt64, _ count: UInt64, _ element: FieldType.Storage,
    to target: UnsafeMutableRawPointer
  ) {
    guard count > 0 else { return }
    guard isData else {
      return copyElements(
        of: segment, from: Int(first), count: Int(count), to: target.assumingMemoryBound(to: UInt64.self))
    }
    let from = module.data[Int(segment)].range.lowerBound + Int(first)
    let byteCount = Int(count) << Int(element.shift)
    module.bytes.withUnsafeBytes {
      UnsafeMutableRawBufferPointer(start: target, count: byteCount).copyMemory(
        from: UnsafeRawBufferPointer(rebasing: $0[from..<from + byteCount]))
    }
  }
}

extension UnsafeMutablePointer<hw_object> {
  /// Where an element is.
  fileprivate func place(_ index: UInt64, _ element: FieldType.Storage) -> UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(self) + Int(HW_OBJECT_HEADER) + Int(index) << Int(element.shift)
  }

  fileprivate func check(_ first: UInt64, _ count: UInt64) throws(Trap) {
    guard first + count <= UInt64(pointee.length) else { throw Trap(code: Int32(HW_TRAP_ARRAY_OUT_OF_BOUNDS)) }
  }
}
