/// Why a module was refused, and where.

/// A module that cannot be loaded: what kind of fault, the byte offset, the section, and the rule in words.
public struct ModuleError: Error, Sendable {
  /// The kinds of fault.
  public enum Kind: Hashable, Sendable {
    /// The bytes do not follow the binary format (Core 3.0, chapter 5).
    case malformed
    /// The module decodes, but breaks a validation rule (chapter 3).
    case invalid
    /// It uses a proposal, named here as `Features.names` does, that is not enabled or not implemented.
    case unsupportedFeature(String)
    /// It exceeds one of `ModuleLimits`.
    case limitExceeded
  }

  /// One word, so that throwing functions on the validator's hot path return it in a register.
  private let storage: Storage

  private final class Storage: Sendable {
    let kind: Kind
    let offset: Int
    let section: String
    let message: String
    let functionIndex: UInt32?
    init(_ kind: Kind, _ offset: Int, _ section: String, _ message: String, _ functionIndex: UInt32?) {
      self.kind = kind
      self.offset = offset
      self.section = section
      self.message = message
      self.functionIndex = functionIndex
    }
  }

  public init(kind: Kind, offset: Int, section: String, message: String, functionIndex: UInt32? = nil) {
    storage = Storage(kind, offset, section, message, functionIndex)
  }

  public var kind: Kind { storage.kind }
  /// The byte offset in the module of what is wrong.
  public var offset: Int { storage.offset }
  /// The section it is in: "type", "import", ..., "custom"; "header" for the first eight bytes, "module" for what
  /// concerns the module as a whole.
  public var section: String { storage.section }
  /// The rule that is broken, as a phrase.
  public var message: String { storage.message }
  /// The function whose body is at fault, in the function index space.
  public var functionIndex: UInt32? { storage.functionIndex }

  /// The same error, with the function that it is in.
  func inFunction(_ index: UInt32) -> ModuleError {
    ModuleError(kind: kind, offset: offset, section: section, message: message, functionIndex: index)
  }
}

extension ModuleError: CustomStringConvertible {
  /// One line, as "invalid module at byte 35 (code section, function 2): type mismatch: ...".
  public var description: String {
    let what =
      switch kind {
      case .malformed: "malformed module"
      case .invalid: "invalid module"
      case .unsupportedFeature: "unsupported module"
      case .limitExceeded: "module exceeds a limit"
      }
    let place: String =
      switch section {
      case "header", "module": section
      default: "\(section) section"
      }
    let function = functionIndex.map { ", function \($0)" } ?? ""
    return "\(what) at byte \(offset) (\(place)\(function)): \(message)"
  }
}
