/// The worker's first message: what it is and how it has confined itself.

/// Sent once by the worker, unasked, after it has confined itself and before it reads anything. Its frame has a JSON part
/// of at most 4 KiB and no attachment. The supervisor believes it only as far as it can verify it from outside.
public struct Ready: Hashable, Sendable {
  /// The version of this protocol that this package speaks.
  public static let currentProtocolVersion: UInt32 = 1

  /// A layer of confinement.
  public struct Layer: Hashable, Sendable {
    public enum State: String, Hashable, Sendable, CaseIterable {
      /// In force.
      case active
      /// Not in force, because the machine lacks it or the configuration leaves it out.
      case absent
      /// Not in force, because the system refused it.
      case refused
    }
    /// Such as `seccomp`, `landlock`, `rlimits`, `user`.
    public var name: String
    public var state: State
    /// What exactly is in force, or why not; for people.
    public var detail: String

    public init(name: String, state: State, detail: String = "") {
      self.name = name
      self.state = state
      self.detail = detail
    }
  }

  public var protocolVersion: UInt32
  /// Names the build, so that a host never talks to a worker of another build.
  public var buildID: String
  /// The engine that executes modules.
  public var engine: String
  /// The name of the fuel model (`Usage.fuelModel`).
  public var fuelModel: String
  /// The worker's process id in its own namespace.
  public var pid: UInt32
  public var layers: [Layer]
  /// The resource limits in force, by the name of the limit in `getrlimit(2)` in lower case (`as`, `data`, `cpu`,
  /// `nofile` ...), in that limit's unit; unlimited ones are left out.
  public var resourceLimits: [String: UInt64]

  public init(
    protocolVersion: UInt32 = Ready.currentProtocolVersion, buildID: String, engine: String, fuelModel: String,
    pid: UInt32, layers: [Layer], resourceLimits: [String: UInt64]
  ) {
    self.protocolVersion = protocolVersion
    self.buildID = buildID
    self.engine = engine
    self.fuelModel = fuelModel
    self.pid = pid
    self.layers = layers
    self.resourceLimits = resourceLimits
  }
}
