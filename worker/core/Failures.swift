/// How the errors of the libraries below become failures on the wire.

import WasmBinary
import WasmInterpreter
import WasmText
import WorkerProtocol

extension Failure {
  /// A module that does not link.
  init(_ error: LinkError, limits: InvocationLimits) {
    switch error {
    case .unresolvedImport(let module, let name):
      self.init(
        .unresolvedImport, "the module imports \(module).\(name), which nobody provides",
        unresolvedImport: "\(module).\(name)")
    case .incompatibleImport(let module, let name, let expected, let found):
      self.init(
        .unresolvedImport, "the module imports \(module).\(name) as \(expected), but it is \(found)",
        unresolvedImport: "\(module).\(name)")
    case .resourceLimit(let message):
      self.init(
        .memoryLimitExceeded, message, limit: Limit(name: "memoryBytes", value: limits.memoryBytes))
    }
  }

  /// A call that trapped.
  init(_ trap: Trap, function: String, limits: InvocationLimits) {
    let frames = trap.frames.map {
      TrapFrame(functionIndex: $0.functionIndex, name: $0.name, offset: UInt64(clamping: $0.offset))
    }
    switch trap.kind {
    case .fuelExhausted:
      self.init(
        .fuelExhausted, "\(function) used up its fuel", function: function,
        limit: limits.fuel.map { Limit(name: "fuel", value: $0) }, frames: frames)
    case .outOfMemory:
      self.init(
        .memoryLimitExceeded, trap.message, function: function,
        limit: Limit(name: "memoryBytes", value: limits.memoryBytes), frames: frames)
    case .host where HostTrap(trap) == .outputLimit:
      self.init(
        .outputLimitExceeded, trap.message, function: function,
        limit: Limit(name: "maxOutputBytes", value: limits.maxOutputBytes), frames: frames)
    default:
      self.init(.trap, trap.message, function: function, trapKind: trapKindName(trap.kind), frames: frames)
    }
    self.refusedMemoryBytes = trap.refusedMemory
  }

  /// A module that is malformed, invalid, or asks too much.
  init(_ error: ModuleError) {
    let location = Location.offset(UInt64(clamping: error.offset), section: error.section)
    switch error.kind {
    case .unsupportedFeature(let feature):
      self.init(.unsupportedFeature, error.message, feature: feature, location: location)
    default: self.init(.invalidModule, error.message, location: location)
    }
  }

  /// A text module that does not assemble.
  init(_ error: TextError) {
    self.init(
      .invalidModule, error.message,
      location: .line(UInt64(clamping: error.line), column: UInt64(clamping: error.column)))
  }
}

/// The spelling of a trap's kind on the wire (PROTOCOL.md, "Traps").
func trapKindName(_ kind: Trap.Kind) -> String {
  switch kind {
  case .unreachable: "unreachable"
  case .memoryOutOfBounds: "memoryOutOfBounds"
  case .tableOutOfBounds: "tableOutOfBounds"
  case .undefinedElement: "undefinedElement"
  case .uninitializedElement: "uninitializedElement"
  case .indirectCallTypeMismatch: "indirectCallTypeMismatch"
  case .nullReference: "nullReference"
  case .nullFunctionReference: "nullFunctionReference"
  case .nullStructureReference: "nullStructureReference"
  case .nullArrayReference: "nullArrayReference"
  case .nullI31Reference: "nullI31Reference"
  case .arrayOutOfBounds: "arrayOutOfBounds"
  case .castFailure: "castFailure"
  case .integerDivideByZero: "integerDivideByZero"
  case .integerOverflow: "integerOverflow"
  case .invalidConversionToInteger: "invalidConversionToInteger"
  case .stackExhausted: "stackExhausted"
  case .uncaughtException: "uncaughtException"
  case .nullExceptionReference: "nullExceptionReference"
  case .unalignedAtomic: "unalignedAtomic"
  case .expectedSharedMemory: "expectedSharedMemory"
  case .fuelExhausted: "fuelExhausted"
  case .outOfMemory: "outOfMemory"
  case .host: "host"
  }
}
