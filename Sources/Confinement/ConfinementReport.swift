// How confining went: which layers hold, and the error when one that must hold does not.

import CLinux

/// One layer of the confinement, in the order in which they are applied.
public enum ConfinementLayer: String, Sendable, Hashable, CaseIterable {
  case descriptors
  case priority
  case identity
  case resourceLimits
  case lifeline
  case namespaces
  case processAttributes
  case memoryDenyWriteExecute
  case branchSpeculation
  case storeBypass
  case coreScheduling
  case warmUp
  case landlock
  case seccomp

  /// The worker's exit code when this layer is required and cannot be applied. `clinux_exit_code.h` has the table.
  public var exitCode: Int32 {
    let code =
      switch self {
      case .descriptors: CLINUX_EXIT_DESCRIPTORS
      case .identity: CLINUX_EXIT_IDENTITY
      case .resourceLimits, .priority: CLINUX_EXIT_RESOURCE_LIMITS
      case .lifeline: CLINUX_EXIT_LIFELINE
      case .namespaces: CLINUX_EXIT_NAMESPACES
      case .processAttributes, .memoryDenyWriteExecute, .branchSpeculation, .storeBypass, .coreScheduling:
        CLINUX_EXIT_PROCESS_ATTRIBUTES
      case .warmUp: CLINUX_EXIT_PREPARATION
      case .landlock: CLINUX_EXIT_LANDLOCK
      case .seccomp: CLINUX_EXIT_SECCOMP
      }
    return Int32(code.rawValue)
  }
}

/// Whether a layer holds.
public enum LayerState: Sendable, Hashable {
  /// It holds.
  case inForce
  /// The configuration does not ask for it.
  case off
  /// The kernel does not have it, or the process lacks what it takes to apply it.
  case absent
  /// The kernel, or a policy around this process, answered no (EPERM, EACCES).
  case refused
}

/// One layer's outcome.
public struct LayerReport: Sendable, Hashable {
  public var layer: ConfinementLayer
  public var state: LayerState
  /// What is in force (a Landlock version, a uid), or why it is not. Constant text and numbers only.
  public var detail: String

  public init(layer: ConfinementLayer, state: LayerState, detail: String = "") {
    self.layer = layer
    self.state = state
    self.detail = detail
  }
}

/// A layer that must hold does not. The process must exit with `exitCode` without reading anything.
public struct ConfinementError: Error, Sendable, Hashable, CustomStringConvertible {
  public var layer: ConfinementLayer
  /// The step, usually the system call's name.
  public var step: String
  /// The errno, or 0 if the reason is not a system call's answer.
  public var errorNumber: Int32

  /// `errorNumber` may be negated, as CLinux and libseccomp answer it.
  init(_ layer: ConfinementLayer, _ step: String, _ errorNumber: Int32) {
    self.layer = layer
    self.step = step
    self.errorNumber = errorNumber < 0 ? 0 &- errorNumber : errorNumber
  }

  public var exitCode: Int32 { layer.exitCode }

  public var description: String {
    let reason =
      errorNumber == 0
      ? ""
      : ": " + String(cString: clinux_error_name(errorNumber)) + ", "
        + String(cString: clinux_error_description(errorNumber))
    return "the confinement layer \(layer.rawValue) failed at \(step)\(reason)"
  }
}
