/// Exceptions (Core 3.0, sections 4.2.9 and 4.2.11): tags, what was thrown, and who keeps it.
///
/// An exception that nobody asks a reference of lives as long as it flies. Others are kept by the store, count against
/// its memory budget, and go when no slot, global or table that may hold a reference to them does.
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
final class ExceptionPackage {
  let tag: TagInstance
  /// The values in slots.
  let slots: [UInt64]
  private unowned let store: StoreState
  /// Whether the store keeps it.
  fileprivate(set) var isKept = false
  fileprivate var isReached = false

  init(tag: TagInstance, slots: [UInt64], store: StoreState) {
    self.tag = tag
    self.slots = slots
    self.store = store
  }

  /// What it takes, roughly, with what the allocator adds.
  var byteCount: UInt64 { 128 + 8 * UInt64(slots.count) }
  /// The reference to it. The store must keep it.
  var slot: UInt64 { UInt64(UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque())) }

  /// The exception that a reference which is not null refers to.
  static func of(_ slot: UInt64) -> ExceptionPackage? {
    UnsafeRawPointer(bitPattern: UInt(slot)).map { Unmanaged.fromOpaque($0).takeUnretainedValue() }
  }

  /// For a reference that comes from the host, which may have held it longer than the store did.
  func keepForGuest() {
    if !isKept { store.exceptions.add(self) }
  }
}

/// An exception of a store as the host holds it: identity only. It stays as long as the host holds it.
public struct ExceptionReference: Hashable, @unchecked Sendable {
  // Threads never share a store.
  let package: ExceptionPackage

  /// The exception's tag.
  public var tag: TagInstance { package.tag }

  /// A reference for a guest.
  var slot: UInt64 {
    package.keepForGuest()
    return package.slot
  }

  public static func == (left: ExceptionReference, right: ExceptionReference) -> Bool { left.package === right.package }
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(package)) }
}

/// The exceptions of a store.
struct ExceptionHeap: ~Copyable {
  /// Thrown, and not caught yet.
  var flying: ExceptionPackage?
  /// Those that references may refer to.
  fileprivate var kept: [ExceptionPackage] = []
  /// How many there may be before the unreachable ones are looked for.
  private var threshold = Self.smallestThreshold
  /// Globals and tables that the host made, which no instance may know.
  var hostGlobals: [GlobalInstance] = []
  var hostTables: [TableInstance] = []

  private static let smallestThreshold = 1024

  var keptCount: Int { kept.count }
  fileprivate var isFull: Bool { kept.count >= threshold }

  fileprivate mutating func add(_ package: ExceptionPackage) {
    package.isKept = true
    kept.append(package)
  }

  /// Forgets those that no root refers to, directly or through another exception's values. Returns their bytes.
  fileprivate mutating func sweep(_ visitRoots: ((UnsafeBufferPointer<UInt64>) -> Void) -> Void) -> UInt64 {
    var byAddress: [UInt64: ExceptionPackage] = [:]
    byAddress.reserveCapacity(kept.count)
    var reached: [ExceptionPackage] = []
    for index in kept.indices {
      kept[index].isReached = false
      // The host has one.
      if !isKnownUniquelyReferenced(&kept[index]) {
        kept[index].isReached = true
        reached.append(kept[index])
      }
    }
    for package in kept { byAddress[package.slot] = package }
    func look(_ slots: UnsafeBufferPointer<UInt64>) {
      for slot in slots where slot != 0 && slot & 7 == 0 {
        guard let package = byAddress[slot], !package.isReached else { continue }
        package.isReached = true
        reached.append(package)
      }
    }
    visitRoots(look)
    flying?.slots.withUnsafeBufferPointer(look)
    while let package = reached.popLast() { package.slots.withUnsafeBufferPointer(look) }
    var freed: UInt64 = 0
    for package in kept where !package.isReached {
      freed += package.byteCount
      package.isKept = false
    }
    kept.removeAll { !$0.isReached }
    threshold = max(Self.smallestThreshold, 2 * kept.count)
    return freed
  }
}

extension StoreState {
  /// Keeps what was caught by reference; false if the memory budget has no room for it.
  /// - Parameter end: where the used part of the value stack ends.
  func keep(_ package: ExceptionPackage, stackUpTo end: UnsafeMutablePointer<UInt64>) -> Bool {
    if package.isKept { return true }
    if exceptions.isFull { collectExceptions(stackUpTo: end) }
    if !memoryBudget.take(package.byteCount) {
      collectExceptions(stackUpTo: end)
      guard memoryBudget.take(package.byteCount) else {
        memoryBudget.refused = package.byteCount
        return false
      }
    }
    exceptions.add(package)
    return true
  }

  /// Frees exceptions that nothing refers to. The value stack is read conservatively.
  func collectExceptions(stackUpTo end: UnsafeMutablePointer<UInt64>) {
    guard exceptions.keptCount > 0 else { return }
    let (hostGlobals, hostTables) = (exceptions.hostGlobals, exceptions.hostTables)
    let freed = exceptions.sweep { look in
      let base = stackLimit - valueStackBytes / 8
      look(UnsafeBufferPointer(start: base, count: max(0, min(end, stackLimit) - base)))
      for instance in instances {
        for global in instance.globals { visit(global, look) }
        for table in instance.tables { visit(table, look) }
      }
      for global in hostGlobals { visit(global, look) }
      for table in hostTables { visit(table, look) }
    }
    memoryBudget.give(freed)
  }

  private func visit(_ global: GlobalInstance, _ look: (UnsafeBufferPointer<UInt64>) -> Void) {
    if global.type.value.holdsException { look(UnsafeBufferPointer(start: global.cell, count: 1)) }
  }

  private func visit(_ table: TableInstance, _ look: (UnsafeBufferPointer<UInt64>) -> Void) {
    guard table.type.element.holdsException else { return }
    look(UnsafeBufferPointer(start: table.table.pointee.elements, count: Int(table.count)))
  }

  func makeTag(_ type: FunctionType, name: String) -> TagInstance {
    TagInstance(type: type, typeNumber: types.number(of: type), name: name)
  }

  // MARK: throwing

  /// `throw`: what lies in `slots` flies. Returns the code that the C loop hands to `unwind`.
  func throwException(_ tag: TagInstance, _ slots: UnsafeMutablePointer<UInt64>) -> Int32 {
    let values = UnsafeBufferPointer(start: slots, count: tag.type.parameterSlots)
    exceptions.flying = ExceptionPackage(tag: tag, slots: Array(values), store: self)
    return Int32(HW_TRAP_EXCEPTION)
  }

  /// `throw_ref`.
  func throwReference(_ slot: UInt64) -> Int32 {
    guard let package = ExceptionPackage.of(slot) else {
      pendingTrap = Trap(kind: .nullExceptionReference, message: "null exception reference")
      return Int32(HW_TRAP_HOST)
    }
    exceptions.flying = package
    return Int32(HW_TRAP_EXCEPTION)
  }

  /// A call between instances or of the host ends with `trap`: an exception may still be caught.
  func end(with trap: Trap) -> Int32 {
    pendingTrap = trap
    if trap.kind == .uncaughtException, exceptions.flying != nil { return Int32(HW_TRAP_EXCEPTION) }
    exceptions.flying = nil
    return Int32(HW_TRAP_HOST)
  }

  /// The trap of what flies and was not caught.
  var uncaughtException: Trap {
    guard let tag = exceptions.flying?.tag else { return Trap(kind: .uncaughtException, message: "uncaught exception") }
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
    guard let package = exceptions.flying, var pc = raw.pointee.trap_pc, var fp = raw.pointee.trap_fp else {
      return Int32(HW_TRAP_EXCEPTION)
    }
    instance.unwinding.prepare(instance)
    var refund: UInt64 = 0
    defer { giveBack(refund) }
    while let block = instance.unwinding.block(at: UInt(bitPattern: pc)) {
      let offset = Int(UInt(bitPattern: pc) - block.start)
      let function = instance.functions[instance.module.importedFunctionCount + block.index]
      refund += UInt64(instance.unpaid(after: offset, in: block.index))
      if let table = instance.catchTables[block.index],
        let clause = table.clause(at: offset, catches: { instance.tags[$0] === package.tag })
      {
        if clause.givesReference {
          guard keep(package, stackUpTo: fp + Int(function.pointee.frame_slots)) else {
            pendingTrap = .host(
              code: "outOfMemory", "an exception that was caught by reference does not fit the memory limit")
            return Int32(HW_TRAP_HOST)
          }
        }
        land(package, at: fp + Int(clause.slot), clause)
        exceptions.flying = nil
        pendingTrap = nil
        raw.pointee.trap_pc = UnsafeRawPointer(bitPattern: block.start + UInt(clause.landing))?
          .assumingMemoryBound(to: UInt8.self)
        raw.pointee.trap_fp = fp
        return 0
      }
      let header = fp + Int(function.pointee.parameters)
      guard let caller = UnsafePointer<UInt8>(bitPattern: UInt(header[0])),
        let callerFrame = UnsafeMutablePointer<UInt64>(bitPattern: UInt(header[1]))
      else { break }
      // A return address is just behind its call.
      pc = caller - 1
      fp = callerFrame
    }
    return Int32(HW_TRAP_EXCEPTION)
  }

  private func land(_ package: ExceptionPackage, at place: UnsafeMutablePointer<UInt64>, _ clause: CatchTable.Clause) {
    var place = place
    if clause.tag >= 0 {
      for slot in package.slots {
        place.pointee = slot
        place += 1
      }
    }
    if clause.givesReference { place.pointee = package.slot }
  }
}

extension ValueType {
  /// Whether a value may refer to an exception.
  var holdsException: Bool { heapType == .exception }
}

/// `hw_store.unwind`.
func unwindException(_ context: UnsafeMutablePointer<hw_context>?) -> Int32 {
  guard let context else { return Int32(HW_TRAP_EXCEPTION) }
  let instance = InstanceState.of(context)
  return instance.store.unwind(instance)
}
