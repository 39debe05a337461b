/// The store: what the instances of one run share, its limits, its fuel and its host functions.
public import WasmBinary

internal import CWasmInterpreter

/// Upper bounds of what a store's guests may use.
public struct StoreLimits: Hashable, Sendable {
  /// Bytes in all linear memories and of all objects together.
  public var memoryBytes: UInt64
  /// Elements in all tables together.
  public var tableElements: UInt64
  /// Bytes of the value stack, which holds the frames of all active functions. At least 4,096.
  public var valueStackBytes: Int

  public init(memoryBytes: UInt64 = 256 << 20, tableElements: UInt64 = 10_000_000, valueStackBytes: Int = 4 << 20) {
    self.memoryBytes = memoryBytes
    self.tableElements = tableElements
    self.valueStackBytes = valueStackBytes
  }
}

/// The name of the fuel cost model, which every outcome carries (the model of wasmtime 50).
public let fuelModelName = "wasmtime-50"

/// Owns functions, instances and the value stack (Core 3.0, section 4.2.3). Not for use by two threads at once.
///
/// Everything made in a store lives as long as the store: references cannot dangle.
public final class Store {
  let state: StoreState

  /// - Throws: `LinkError.resourceLimit` if the value stack cannot be mapped.
  public init(limits: StoreLimits = StoreLimits()) throws(LinkError) {
    state = try StoreState(limits: limits)
  }

  /// The limits now in force. Memory and table limits may be changed between calls; what exists already stays.
  /// The value stack's size is fixed when the store is made.
  public var limits: StoreLimits {
    get {
      StoreLimits(
        memoryBytes: state.memoryBudget.limit, tableElements: state.tableBudget.limit,
        valueStackBytes: state.valueStackBytes)
    }
    set {
      state.memoryBudget.limit = newValue.memoryBytes
      state.tableBudget.limit = newValue.tableElements
    }
  }

  /// Whether every NaN that the engine makes is the positive canonical one, so that all machines give the same results.
  ///
  /// The spec leaves sign and payload of a NaN that arithmetic gives to the machine (Core 3.0, section 4.3.3). What keeps
  /// bits (abs, neg, copysign, reinterpretations, loads and stores) keeps those of a NaN in either case. Fuel does not
  /// depend on it.
  ///
  /// Off by default. A change, which has functions translated again, is for between calls: while a guest runs it is ignored.
  public var canonicalizesNaN: Bool {
    get { state.translator.canonicalizesNaN }
    set { state.canonicalizeNaN(newValue) }
  }

  /// Which of the processor's vector instructions the engine uses. Results do not depend on it.
  ///
  /// By default the best that the processor has. A change, which has functions translated again, is for between calls: while
  /// a guest runs it is ignored, and so is a level that the processor does not have.
  public var vectorLevel: VectorLevel {
    get { state.translator.emitter.usesVectorsV3 ? .x86v3 : .baseline }
    set { state.useVectors(newValue) }
  }

  /// Starts a call's account: `limit` units of fuel, nil for no limit (fuel is still counted). Forgets a refused
  /// growth and restarts the peak of memory use.
  /// - Parameter profile: whether, and how, to note where the fuel goes (`takeProfile`). Nothing else depends on it.
  public func setFuel(_ limit: UInt64?, profile: ProfileOptions? = nil) {
    state.openAccount(limit, profile)
    state.memoryBudget.refused = nil
    state.memoryBudget.resetPeak()
  }

  /// Fuel used since `setFuel`, at most its limit.
  public var fuelConsumed: UInt64 { state.fuelConsumed }

  /// Takes `cost` units from the current account for work that a host function did; false if there is not so much.
  public func consumeFuel(_ cost: UInt64) -> Bool { state.charge(cost) }

  /// Ends profiling and gives what it found; nil if the account was opened without it. The account stays.
  public func takeProfile() -> FuelProfile? { state.takeProfile() }

  /// The largest number of bytes in linear memories and objects since `setFuel`.
  public var peakMemoryBytes: UInt64 { state.memoryBudget.peak }
  /// Bytes in linear memories and objects now.
  public var memoryBytes: UInt64 { state.memoryBudget.used }

  /// Bytes of memory that objects of the guests (structs, arrays, exceptions) take now, garbage included; they count
  /// against `StoreLimits.memoryBytes`.
  public var heapBytes: UInt64 { state.heap.raw.pointee.bytes }
  /// How often garbage was collected.
  public var collections: Int { state.heap.collections }

  /// Whether every object that is made costs a collection, and what is freed is overwritten: a reference that a collection
  /// did not know then leads to a crash instead of going unnoticed. For tests of the engine. Off by default.
  public var checksHeap: Bool {
    get { state.heap.raw.pointee.is_checked }
    set {
      state.heap.raw.pointee.is_checked = newValue
      if state.nesting == 0 { state.collect() }
    }
  }

  /// A function that guests can import. `body` reads the arguments from the call and writes the results there.
  public func makeFunction(
    type: FunctionType, _ body: @escaping (HostCall) throws(Trap) -> Void
  ) -> FunctionReference {
    state.makeFunction(type: type, body)
  }

  /// A memory that guests can import.
  public func makeMemory(_ type: MemoryType) throws(LinkError) -> MemoryInstance {
    try MemoryInstance(type: type, budget: state.memoryBudget)
  }

  /// A tag that guests can import. The type has no results.
  public func makeTag(_ type: FunctionType, name: String = "of the host") -> TagInstance {
    state.makeTag(type, name: name)
  }

  /// A table that guests can import, full of null.
  public func makeTable(_ type: TableType) throws(LinkError) -> TableInstance {
    let table = try TableInstance(type: type, budget: state.tableBudget, types: state.types)
    if type.element.isTraced { state.heap.hostTables.append(table) }
    return table
  }

  /// A global that guests can import.
  public func makeGlobal(_ type: GlobalType, _ value: Value) -> GlobalInstance {
    let global = GlobalInstance(type: type, value: value, types: state.types)
    if type.value.isTraced { state.heap.hostGlobals.append(global) }
    return global
  }

  /// Calls a function of this store.
  /// - Throws: `Trap`; `.host(code: "invalidArguments")` if the arguments do not have the function's types.
  public func call(_ function: FunctionReference, _ arguments: consuming [Value]) throws(Trap) -> [Value] {
    try state.call(function.pointer, arguments)
  }

  /// The type of a function of this store.
  public func type(of function: FunctionReference) -> FunctionType { state.type(of: function.pointer) }
}

/// What a processor may offer beyond the least that every one of its architecture has.
public enum VectorLevel: Hashable, Sendable {
  /// SSE2 on x86-64, NEON on aarch64.
  case baseline
  /// x86-64-v3: AVX2.
  case x86v3
}

/// One call of a host function: valid until the function returns.
public struct HostCall {
  /// Argument i is in slot i, and result i is to be written there; a vector takes two slots. An i32 or f32 is in the low
  /// half.
  public let arguments: UnsafeMutablePointer<UInt64>
  let callerState: InstanceState

  /// The instance that called.
  public var caller: Instance { Instance(state: callerState) }
  /// The caller's memory 0, if it has one.
  public var memory: MemoryInstance? { callerState.memories.first }

  /// Argument `index` as an i32.
  public func i32(_ index: Int) -> UInt32 { UInt32(truncatingIfNeeded: arguments[index]) }
  /// Argument `index` as an i64.
  public func i64(_ index: Int) -> UInt64 { arguments[index] }
  /// Writes an i32 result.
  public func setResult(_ index: Int = 0, i32 value: UInt32) { arguments[index] = UInt64(value) }
  /// Writes an i64 result.
  public func setResult(_ index: Int = 0, i64 value: UInt64) { arguments[index] = value }
}

/// A host function's code.
struct HostFunction {
  var type: FunctionType
  /// Whether an argument may refer to an object of the heap.
  let takesReferences: Bool
  var body: (HostCall) throws(Trap) -> Void
  var record: UnsafeMutablePointer<hw_function>
}

/// What the instances of a store share; owned by the store, found from C through `hw_store.owner`.
final class StoreState {
  let raw: UnsafeMutablePointer<hw_store>
  let memoryBudget: MemoryBudget
  let tableBudget: TableBudget
  let valueStackBytes: Int
  private var stack = hw_region(base: nil, size: 0)
  let stackLimit: UnsafeMutablePointer<UInt64>
  var fuelLimit = Int64.max
  /// Fuel of the account that the C loop does not see yet: `raw.fuel` and this together are what is left. 0 unless a
  /// call is profiled. Only FuelAccount.swift changes either.
  var fuelReserve: Int64 = 0
  var profiler: Profiler?
  /// The reason behind `HW_TRAP_HOST`, from the callback that returned it.
  var pendingTrap: Trap?
  /// Runs of the C loop inside one another (calls between instances, host functions that call back).
  var nesting = 0
  private(set) var hostFunctions: [HostFunction] = []
  private(set) var instances: [InstanceState] = []
  let types = StoreTypes()
  let heap = ObjectHeap()
  /// Whose code the innermost run executes.
  private(set) var activeContext: UnsafeMutablePointer<hw_context>?
  /// The runs around it, outermost first.
  private(set) var suspended: [SuspendedRun] = []
  // Unchecked: nothing that it is in the middle of changes it.
  @exclusivity(unchecked) var translator = FunctionTranslator()

  /// Each nested run takes native stack: this many fit a 512 KiB thread.
  static let maximumNesting = 64

  init(limits: StoreLimits) throws(LinkError) {
    memoryBudget = MemoryBudget(limit: limits.memoryBytes)
    tableBudget = TableBudget(limit: limits.tableElements)
    valueStackBytes = max(4096, limits.valueStackBytes) & ~7
    guard hw_region_resize(&stack, UInt64(valueStackBytes)) == 0, let base = stack.base else {
      throw .resourceLimit("the value stack of \(limits.valueStackBytes) bytes cannot be mapped")
    }
    let slots = UnsafeMutableRawPointer(base).assumingMemoryBound(to: UInt64.self)
    stackLimit = slots + valueStackBytes / 8
    raw = .allocate(capacity: 1)
    raw.initialize(
      to: hw_store(
        fuel: Int64.max, top: slots, trap_pc: nil, trap_fp: nil, entered: nil, owner: nil, call_external: callExternal,
        translate: translateFunction, service: performService,
        unwind: unwindException, refuel: nil, types: nil, heap: heap.raw, make_room: makeHeapRoom))
    raw.pointee.owner = Unmanaged.passUnretained(self).toOpaque()
    publishTypes()
  }

  deinit {
    for function in hostFunctions { function.record.deallocate() }
    _ = hw_region_resize(&stack, 0)
    raw.deallocate()
  }

  func add(_ instance: InstanceState) { instances.append(instance) }

  /// Whether code words are joined: a run that refuels must find its words one by one. Nothing may be running.
  func joinWords(_ joins: Bool) {
    guard joins != translator.emitter.joinsWords else { return }
    translator.emitter.joinsWords = joins
    discardCode()
  }

  /// `Store.canonicalizesNaN`.
  func canonicalizeNaN(_ canonicalizes: Bool) {
    guard nesting == 0, canonicalizes != translator.canonicalizesNaN else { return }
    translator.canonicalizesNaN = canonicalizes
    discardCode()
  }

  /// `Store.vectorLevel`.
  func useVectors(_ level: VectorLevel) {
    let v3 = level == .x86v3
    guard nesting == 0, v3 != translator.emitter.usesVectorsV3, !v3 || hw_has_vectors_v3() else { return }
    translator.emitter.usesVectorsV3 = v3
    discardCode()
  }

  private func discardCode() {
    for instance in instances { instance.discardCode() }
    profiler?.hasDiscardedCode()
  }

  /// The numbers of a module's types in this store.
  func numbers(of module: Module) throws(LinkError) -> [UInt32] {
    defer { publishTypes() }
    return try types.numbers(of: module)
  }

  /// The type of a function; declared types in it are known by their numbers.
  func type(of function: UnsafeMutablePointer<hw_function>) -> FunctionType {
    types.function(function.pointee.type_id)
  }

  func makeFunction(type: FunctionType, _ body: @escaping (HostCall) throws(Trap) -> Void) -> FunctionReference {
    let record = UnsafeMutablePointer<hw_function>.allocate(capacity: 1)
    record.initialize(
      to: hw_function(
        code: nil, context: nil, frame_slots: 0, entry_fuel: 0, type_id: types.number(of: type),
        parameters: UInt16(clamping: type.parameterSlots), results: UInt16(clamping: type.resultSlots),
        index: UInt32(hostFunctions.count), reserved: 0, stub: nil))
    publishTypes()
    hostFunctions.append(
      HostFunction(
        type: type, takesReferences: type.parameters.contains(where: \.isTraced), body: body, record: record))
    return FunctionReference(pointer: record)
  }

  /// Calls a function from the host's side, on the free part of the value stack.
  /// - Parameter caller: the instance that a host function, exported again by it, is told; nil refuses one.
  func call(
    _ function: UnsafeMutablePointer<hw_function>, _ arguments: consuming [Value], caller: InstanceState? = nil
  ) throws(Trap) -> [Value] {
    let type = type(of: function)
    guard arguments.count == type.parameters.count else { throw .argumentMismatch }
    guard let slots = raw.pointee.top, stackLimit - slots > type.callSlots + 2 else {
      throw Trap(code: Int32(HW_TRAP_STACK_EXHAUSTED))
    }
    var place = slots
    for index in arguments.indices {
      guard types.accepts(arguments[index], type.parameters[index]) else { throw .argumentMismatch }
      arguments[index].store(to: place)
      place += type.parameters[index].slotCount
    }
    defer { raw.pointee.top = slots }
    if let context = function.pointee.context {
      if let trap = run(context, function, slots) { throw trap }
    } else if let caller {
      raw.pointee.top = slots + type.callSlots
      try hostFunctions[Int(function.pointee.index)].body(HostCall(arguments: slots, callerState: caller))
    } else {
      throw .host(code: "invalidArguments", "a host function cannot be called without an instance")
    }
    // The array is the caller's no more: mostly it has room for the results.
    var results = arguments
    results.removeAll(keepingCapacity: true)
    place = slots
    for result in type.results {
      results.append(Value(at: place, type: result, types: types))
      place += result.slotCount
    }
    return results
  }

  /// The references among the arguments of a host function, held.
  fileprivate func references(in frame: UnsafeMutablePointer<UInt64>, _ type: FunctionType) -> [Value] {
    var place = frame
    var values: [Value] = []
    for parameter in type.parameters {
      if parameter.isTraced { values.append(Value(at: place, type: parameter, types: types)) }
      place += parameter.slotCount
    }
    return values
  }

  /// Runs a function of an instance whose arguments are in place; nil is a normal return.
  func run(
    _ context: UnsafeMutablePointer<hw_context>, _ function: UnsafeMutablePointer<hw_function>,
    _ frame: UnsafeMutablePointer<UInt64>
  ) -> Trap? {
    guard nesting < Self.maximumNesting else { return Trap(code: Int32(HW_TRAP_STACK_EXHAUSTED)) }
    let outer = SuspendedRun(
      context: activeContext ?? context, pc: raw.pointee.trap_pc, fp: raw.pointee.trap_fp)
    if nesting > 0 { suspended.append(outer) }
    nesting += 1
    activeContext = context
    defer {
      // The outer run stands where it did.
      if nesting > 0 {
        suspended.removeLast()
        activeContext = outer.context
        (raw.pointee.trap_pc, raw.pointee.trap_fp) = (outer.pc, outer.fp)
      }
    }
    profiler?.runBegins(function)
    let code = hw_call(context, function, frame)
    profiler?.runEnded(context, trapped: code != 0)
    nesting -= 1
    guard code != 0 else { return nil }
    var trap = code == Int32(HW_TRAP_EXCEPTION) ? uncaughtException : Trap(code: code)
    // Of an exception: the frames that it has left in inner runs.
    if code >= Int32(HW_TRAP_HOST), let pending = pendingTrap { trap = pending }
    pendingTrap = nil
    trap.refusedMemory = memoryBudget.refused
    let instance = InstanceState.of(context)
    trap.frames += instance.backtrace(limit: Trap.maximumFrames - trap.frames.count)
    return trap
  }
}

extension Trap {
  static var argumentMismatch: Trap {
    .host(code: "invalidArguments", "the arguments do not have the function's parameter types")
  }
}

/// `hw_store.call_external`: a host function, or a function of another instance.
private func callExternal(
  _ context: UnsafeMutablePointer<hw_context>?, _ function: UnsafeMutablePointer<hw_function>?,
  _ frame: UnsafeMutablePointer<UInt64>?
) -> Int32 {
  guard let context, let function, let frame else { return Int32(HW_TRAP_HOST) }
  let caller = InstanceState.of(context)
  let store = caller.store
  if let other = function.pointee.context {
    guard let trap = store.run(other, function, frame) else { return 0 }
    return store.end(with: trap)
  }
  let host = store.hostFunctions[Int(function.pointee.index)]
  // What it was given stays while it calls back.
  let arguments = host.takesReferences ? store.references(in: frame, host.type) : []
  defer { withExtendedLifetime(arguments) {} }
  do throws(Trap) {
    try host.body(HostCall(arguments: frame, callerState: caller))
    // It may have made light of an exception.
    store.heap.flying = nil
    return 0
  } catch {
    return store.end(with: error)
  }
}

/// `hw_store.translate`: the first call of a function.
private func translateFunction(
  _ context: UnsafeMutablePointer<hw_context>?, _ function: UnsafeMutablePointer<hw_function>?
) -> Int32 {
  guard let context, let function else { return Int32(HW_TRAP_HOST) }
  InstanceState.of(context).translate(function.pointee.index)
  return 0
}
