/// The supervisor's first request: the limits that hold for the worker's whole life.

/// Must be the first request, and comes once. Its frame has a JSON part of at most 64 KiB and no attachment.
public struct Configure: Hashable, Sendable {
  /// Names of WebAssembly features, as PROTOCOL.md lists them.
  public typealias Features = [String]

  public var id: RequestID
  /// The most linear memory, in bytes, that an invocation may ask for: all memories of an instance together. Default
  /// 256 MiB.
  public var maxMemoryBytes: UInt64
  /// Budget of the module cache in bytes; 0 keeps only the module in use. Default 64 MiB.
  public var cacheBytes: UInt64
  /// From now on, in both directions, the largest frames. Default ``FrameLimits/default``.
  public var frameLimits: FrameLimits
  /// The features that modules may use; nil (default) is the worker's default set.
  public var features: Features?
  /// Functions that the supervisor serves for guests (``HostCall``). Default none.
  public var hostFunctions: [HostFunctionDeclaration]

  public init(
    id: RequestID, maxMemoryBytes: UInt64 = 256 << 20, cacheBytes: UInt64 = 64 << 20,
    frameLimits: FrameLimits = .default, features: Features? = nil, hostFunctions: [HostFunctionDeclaration] = []
  ) {
    self.id = id
    self.maxMemoryBytes = maxMemoryBytes
    self.cacheBytes = cacheBytes
    self.frameLimits = frameLimits
    self.features = features
    self.hostFunctions = hostFunctions
  }
}

/// The worker works under the configuration.
public struct Configured: Hashable, Sendable {
  public var id: RequestID
  public init(id: RequestID) { self.id = id }
}
