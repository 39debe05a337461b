// What guests may reach by network.

/// The requests that guests may make (``HostFunction/Call/network``). Nothing is allowed that no rule allows.
public struct NetworkPolicy: Sendable, Hashable {
  /// No request at all.
  public static let denied = NetworkPolicy()

  public init() {}
}
