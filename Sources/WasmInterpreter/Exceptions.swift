/// Exceptions (Core 3.0, sections 4.2.9 and 4.2.11): tags, what was thrown, and who keeps it.
///
/// An exception that nobody asks a reference of lives as long as it flies. Others are objects of the heap.
public import WasmBinary

internal import CWasmInterpreter

/// A tag: the kind of an exception. Its identity is what a catch clause compares.
public final class TagInstance {
  /// The parameters are the values that an exception carries.
  public let type: FunctionType
  /// The type's number in the store.
  let typeNumber: UInt32
  /// For messages: the name that it is exported under, or its index.
  let name: String

  init(type: FunctionType, typeNumber: UInt32, name: String) {
    self.type = type
    self.typeNumber = typeNumber
    self.name = name
  }
}

/// What was thrown.
struct FlyingException {
  var tag: TagInstance
  /// The values in slots.
  var slots: [UInt64]
  /// The object that references to it refer to; 0 while there are none.
  var object: UInt64 = 0

  /// The references in it, and to it.
  func references(_ types: StoreTypes) -> [UInt64] {
    let layout = types.layouts[Int(tag.typeNumber)]
    return [object]
      + (0..<Int(layout.reference_count)).map { slots[Int(layout.references[$0] - ExceptionLayout.values) / 8] }
  }
}

/// How an exception lies in the heap: its type is that of the tag, its values are slots.
enum ExceptionLayout {
  /// Where the address of the tag is, in bytes from the object's start.
  private static let tag = 8
  /// Where the values begin.
  static let values: UInt32 = 16

  static func tag(of object: UnsafePointer<hw_object>) -> TagInstance {
    Unmanaged.fromOpaque(UnsafeRawPointer(object).load(fromByteOffset: tag, as: UnsafeRawPointer.self))
      .takeUnretainedValue()
  }

  static func read(_ object: UnsafePointer<hw_object>) -> FlyingException {
    let tag = tag(of: object)
    let values = (UnsafeRawPointer(object) + Int(values)).assumingMemoryBound(to: UInt64.self)
    return FlyingException(
      tag: tag, slots: Array(UnsafeBufferPointer(start: values, count: tag.type.parameterSlots)),
      object: UInt64(UInt(bitPattern: object)))
  }

  static func write(_ exception: FlyingException, to object: UnsafeMutablePointer<hw_object>) {
    let bytes = UnsafeMutableRawPointer(object)
    // Tags live as long as the store.
    bytes.storeBytes(
      of: UnsafeRawPointer(Unmanaged.passUnretained(exception.tag).toOpaque()), toByteOffset: tag,
      as: UnsafeRawPointer.self)
    (bytes + Int(values)).assumingMemoryBound(to: UInt64.self).update(
      from: exception.slots, count: exception.slots.count)
  }
}

extension StoreState {
  /// Makes the object of what flies if there is none yet; not if the memory limit has no room for it.
  private func keepFlying() throws(Trap) {
    guard let exception = heap.flying, exception.object == 0 else { return }
    let number = exception.tag.typeNumber
    let object = try allocate(number, bytes: UInt64(types.layouts[Int(number)].bytes))
    ExceptionLayout.write(exception, to: object)
    heap.flying?.object = UInt64(UInt(bitPattern: object))
  }

  func makeTag(_ type: FunctionType, name: String) -> TagInstance {
    let tag = TagInstance(type: type, typeNumber: types.number(of: type), name: name)
    publishTypes()
    heap.hostTags.append(tag)
    return tag
  }

  // MARK: throwing

  /// `throw`: what lies in `slots` flies. Returns the code that the C loop hands to `unwind`.
  func throwException(_ tag: TagInstance, _ slots: UnsafeMutablePointer<UInt64>) -> Int32 {
    let values = UnsafeBufferPointer(start: slots, count: tag.type.parameterSlots)
    heap.flying = FlyingException(tag: tag, slots: Array(values))
    return Int32(HW_TRAP_EXCEPTION)
  }

  /// `throw_ref`.
  func throwReference(_ slot: UInt64) -> Int32 {
    guard let object = UnsafePointer<hw_object>(bitPattern: UInt(slot)) else {
      pendingTrap = Trap(kind: .nullExceptionReference, message: "null exception reference")
      return Int32(HW_TRAP_HOST)
    }
    heap.flying = ExceptionLayout.read(object)
    return Int32(HW_TRAP_EXCEPTION)
  }

  /// A call between instances or of the host ends with `trap`: an exception may still be caught.
  func end(with trap: Trap) -> Int32 {
    pendingTrap = trap
    if trap.kind == .uncaughtException, heap.flying != nil { return Int32(HW_TRAP_EXCEPTION) }
    heap.flying = nil
    return Int32(HW_TRAP_HOST)
  }

  /// The trap of what flies and was not caught.
  var uncaughtException: Trap {
    guard let tag = heap.flying?.tag else { return Trap(kind: .uncaughtException, message: "uncaught exception") }
    let parameters = tag.type.parameters.map(\.description).joined(separator: " ")
    return Trap(
      kind: .uncaughtException,
      message: "uncaught exception: the tag is \(tag.name)" + (parameters.isEmpty ? "" : " (\(parameters))"))
  }

  /// Looks in the run that stands at `trap_pc` and `trap_fp` for who catches what flies.
  ///
  /// Frames are left one by one. Each had paid for its whole basic block; the rest of that comes back. Returns 0 if the run goes
  /// on at the new place, else the code that it ends with.
  func unwind(_ instance: InstanceState) -> Int32 {
    guard let tag = heap.flying?.tag else { return Int32(HW_TRAP_EXCEPTION) }
    instance.unwinding.prepare(instance)
    var refund: UInt64 = 0
    defer { giveBack(refund) }
    var outcome = Int32(HW_TRAP_EXCEPTION)
    instance.visitFrames(
      { instance.unwinding.block(at: $0) }, pc: raw.pointee.trap_pc, fp: raw.pointee.trap_fp
    ) { block, address, frame in
      let offset = Int(address - block.start)
      refund += UInt64(instance.unpaid(after: offset, in: block.index))
      guard let table = instance.catchTables[block.index],
        let clause = table.clause(at: offset, catches: { instance.tags[$0] === tag })
      else { return true }
      outcome = goOn(at: clause, in: block, address, frame)
      return false
    }
    return outcome
  }

  /// What flies is caught in a frame that stands at `address`: the run goes on behind the clause. 0, or the trap.
  private func goOn(
    at clause: CatchTable.Clause, in block: CodeMap.Block, _ address: UInt, _ frame: UnsafeMutablePointer<UInt64>
  ) -> Int32 {
    func stand(at address: UInt) {
      raw.pointee.trap_pc = UnsafeRawPointer(bitPattern: address)?.assumingMemoryBound(to: UInt8.self)
      raw.pointee.trap_fp = frame
    }
    if clause.givesReference {
      // A collection finds the run here.
      stand(at: address)
      do throws(Trap) { try keepFlying() } catch {
        pendingTrap = error
        return Int32(HW_TRAP_HOST)
      }
    }
    land(at: frame + Int(clause.slot), clause)
    heap.flying = nil
    pendingTrap = nil
    stand(at: block.start + UInt(clause.landing))
    return 0
  }

  private func land(at place: UnsafeMutablePointer<UInt64>, _ clause: CatchTable.Clause) {
    guard let exception = heap.flying else { return }
    var place = place
    if clause.tag >= 0 {
      place.update(from: exception.slots, count: exception.slots.count)
      place += exception.slots.count
    }
    if clause.givesReference { place.pointee = exception.object }
  }
}

/// `hw_store.unwind`.
func unwindException(_ context: UnsafeMutablePointer<hw_context>?) -> Int32 {
  guard let context else { return Int32(HW_TRAP_EXCEPTION) }
  let instance = InstanceState.of(context)
  return instance.store.unwind(instance)
}
