/// Why a request failed: a code, a sentence, and the facts that a caller needs to act.

/// An error on the wire. Its facts are read and set as if they were its own properties.
@dynamicMemberLookup
public struct Failure: Error, Hashable, Sendable {
  /// A frame of the guest's call stack, innermost first.
  public struct TrapFrame: Hashable, Sendable {
    public var functionIndex: UInt32
    /// From the name section.
    public var name: String?
    /// Byte offset in the module of the instruction.
    public var offset: UInt64
    public init(functionIndex: UInt32, name: String? = nil, offset: UInt64) {
      self.functionIndex = functionIndex
      self.name = name
      self.offset = offset
    }
  }

  /// The limit that was hit.
  public struct Limit: Hashable, Sendable {
    /// The name of the field that sets it, such as `fuel` or `memoryBytes`.
    public var name: String
    public var value: UInt64
    public init(name: String, value: UInt64) {
      self.name = name
      self.value = value
    }
  }

  /// Where in a module's source the error is.
  public enum Location: Hashable, Sendable {
    /// Of a binary module.
    case offset(UInt64, section: String?)
    /// Of a text module; both count from 1.
    case line(UInt64, column: UInt64)
  }

  /// Every fact but the first two is optional and present where it means something for the code.
  public struct Facts: Hashable, Sendable {
    public var code: ErrorCode
    /// A sentence for people.
    public var message: String
    /// The function that was called.
    public var function: String?
    /// The parameter that does not fit.
    public var parameter: String?
    public var limit: Limit?
    /// The kind of trap, as PROTOCOL.md lists them.
    public var trapKind: String?
    public var frames: [TrapFrame]
    /// The feature that is switched off or not supported.
    public var feature: String?
    /// The import that nobody provides, as `module.name`.
    public var unresolvedImport: String?
    public var location: Location?
    /// Size of the memory, in bytes, that the guest last asked for and was refused: often the real cause of what follows.
    public var refusedMemoryBytes: UInt64?
    /// The guest had been refused the network.
    public var networkDenied: Bool
  }

  public var facts: Facts {
    get {
      switch box {
      case .facts(let facts): facts
      }
    }
    set { box = .facts(newValue) }
  }

  /// The facts are kept apart: outcomes, which are moved from hand to hand, have room for a failure and mostly none.
  private indirect enum Box: Hashable, Sendable {
    case facts(Facts)
  }
  private var box: Box

  public subscript<Fact>(dynamicMember fact: WritableKeyPath<Facts, Fact>) -> Fact {
    get { facts[keyPath: fact] }
    set { facts[keyPath: fact] = newValue }
  }

  public init(
    _ code: ErrorCode, _ message: String, function: String? = nil, parameter: String? = nil, limit: Limit? = nil,
    trapKind: String? = nil, frames: [TrapFrame] = [], feature: String? = nil, unresolvedImport: String? = nil,
    location: Location? = nil, refusedMemoryBytes: UInt64? = nil, networkDenied: Bool = false
  ) {
    box = .facts(
      Facts(
        code: code, message: message, function: function, parameter: parameter, limit: limit, trapKind: trapKind,
        frames: frames, feature: feature, unresolvedImport: unresolvedImport, location: location,
        refusedMemoryBytes: refusedMemoryBytes, networkDenied: networkDenied))
  }
}

/// Answers a `configure`, `load` or `unload` that failed. (A failed `invoke` is an ``Outcome``.)
public struct FailureReply: Hashable, Sendable {
  public var id: RequestID
  public var failure: Failure
  public init(id: RequestID, failure: Failure) {
    self.id = id
    self.failure = failure
  }
}
