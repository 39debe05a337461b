/// How execution ends abnormally, and why an instance cannot be made.
internal import CWasmInterpreter

/// Execution stopped: a trap of the spec (Core 3.0, section 4.1), an exhausted limit, or a host function's error.
public struct Trap: Error, Hashable, Sendable {
  /// What happened.
  public enum Kind: Hashable, Sendable {
    case unreachable
    case memoryOutOfBounds
    case tableOutOfBounds
    /// `call_indirect` with an index outside its table.
    case undefinedElement
    /// `call_indirect` through a null element.
    case uninitializedElement
    case indirectCallTypeMismatch
    /// `ref.as_non_null` of null.
    case nullReference
    /// `call_ref` of null.
    case nullFunctionReference
    /// A struct instruction on null.
    case nullStructureReference
    /// An array instruction on null.
    case nullArrayReference
    /// `i31.get_s` or `i31.get_u` of null.
    case nullI31Reference
    case arrayOutOfBounds
    /// `ref.cast` of something else.
    case castFailure
    /// Something was thrown that nobody caught; the message says the tag.
    case uncaughtException
    /// `throw_ref` of null.
    case nullExceptionReference
    /// An atomic access at an address that is not a multiple of its size.
    case unalignedAtomic
    /// `memory.atomic.wait32` or `wait64` on a memory that is not shared, where nobody could end the wait.
    case expectedSharedMemory
    case integerDivideByZero
    case integerOverflow
    case invalidConversionToInteger
    /// The value stack's limit (`StoreLimits.valueStackBytes`), or too many calls between instances.
    case stackExhausted
    /// The fuel limit. Not a trap of the spec.
    case fuelExhausted
    /// An object has no room within `StoreLimits.memoryBytes`, garbage collected. Not a trap of the spec.
    case outOfMemory
    /// A host function, or the embedder's call itself, was refused. `code` is for programs.
    case host(code: String)
  }

  /// A function that was active, innermost first.
  public struct Frame: Hashable, Sendable {
    /// In the module's function index space.
    public var functionIndex: UInt32
    /// From the name section, if it has one.
    public var name: String?
    /// Where the instruction is, in bytes from the start of the module.
    public var offset: Int

    public init(functionIndex: UInt32, name: String?, offset: Int) {
      self.functionIndex = functionIndex
      self.name = name
      self.offset = offset
    }
  }

  public var kind: Kind
  public var message: String
  /// At most `Trap.maximumFrames` frames.
  public var frames: [Frame]
  /// The bytes that a refused `memory.grow` of this call asked for: often the real reason.
  public var refusedMemory: UInt64?

  /// How many frames a trap reports.
  public static let maximumFrames = 64

  public init(kind: Kind, message: String, frames: [Frame] = [], refusedMemory: UInt64? = nil) {
    self.kind = kind
    self.message = message
    self.frames = frames
    self.refusedMemory = refusedMemory
  }

  /// An error of a host function.
  public static func host(code: String, _ message: String) -> Trap {
    Trap(kind: .host(code: code), message: message)
  }

  /// The trap that a run's return code stands for.
  init(code: Int32) {
    let (kind, message): (Kind, String) =
      switch Int(code) {
      case HW_TRAP_UNREACHABLE: (.unreachable, "an unreachable instruction was executed")
      case HW_TRAP_MEMORY_OUT_OF_BOUNDS: (.memoryOutOfBounds, "out of bounds memory access")
      case HW_TRAP_TABLE_OUT_OF_BOUNDS: (.tableOutOfBounds, "out of bounds table access")
      case HW_TRAP_UNDEFINED_ELEMENT: (.undefinedElement, "undefined element: table index out of bounds")
      case HW_TRAP_UNINITIALIZED_ELEMENT: (.uninitializedElement, "uninitialized element: the table entry is null")
      case HW_TRAP_INDIRECT_CALL_TYPE_MISMATCH: (.indirectCallTypeMismatch, "indirect call type mismatch")
      case HW_TRAP_NULL_REFERENCE: (.nullReference, "null reference")
      case HW_TRAP_NULL_FUNCTION_REFERENCE: (.nullFunctionReference, "null function reference")
      case HW_TRAP_NULL_STRUCTURE_REFERENCE: (.nullStructureReference, "null structure reference")
      case HW_TRAP_NULL_ARRAY_REFERENCE: (.nullArrayReference, "null array reference")
      case HW_TRAP_NULL_I31_REFERENCE: (.nullI31Reference, "null i31 reference")
      case HW_TRAP_ARRAY_OUT_OF_BOUNDS: (.arrayOutOfBounds, "out of bounds array access")
      case HW_TRAP_CAST_FAILURE: (.castFailure, "cast failure")
      case HW_TRAP_UNALIGNED_ATOMIC: (.unalignedAtomic, "unaligned atomic")
      case HW_TRAP_EXPECTED_SHARED_MEMORY: (.expectedSharedMemory, "expected shared memory")
      case HW_TRAP_INTEGER_DIVIDE_BY_ZERO: (.integerDivideByZero, "integer divide by zero")
      case HW_TRAP_INTEGER_OVERFLOW: (.integerOverflow, "integer overflow")
      case HW_TRAP_INVALID_CONVERSION: (.invalidConversionToInteger, "invalid conversion to integer")
      case HW_TRAP_STACK_EXHAUSTED: (.stackExhausted, "call stack exhausted")
      case HW_TRAP_EXCEPTION: (.uncaughtException, "uncaught exception")
      case HW_TRAP_FUEL_EXHAUSTED: (.fuelExhausted, "all fuel consumed")
      default: (.host(code: "internal"), "a host function failed without a reason")
      }
    self.init(kind: kind, message: message)
  }
}

/// Why a module cannot be instantiated (Core 3.0, section 4.5.4), or a store cannot be made.
public enum LinkError: Error, Hashable, Sendable {
  /// Nothing provides the import.
  case unresolvedImport(module: String, name: String)
  /// What was provided has another type.
  case incompatibleImport(module: String, name: String, expected: String, found: String)
  /// A memory, table or stack does not fit the limits; the sentence says which.
  case resourceLimit(String)
}

extension LinkError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unresolvedImport(let module, let name): "unknown import: \(module).\(name) is not provided"
    case .incompatibleImport(let module, let name, let expected, let found):
      "incompatible import type for \(module).\(name): the module expects \(expected), it was given \(found)"
    case .resourceLimit(let sentence): sentence
    }
  }
}
