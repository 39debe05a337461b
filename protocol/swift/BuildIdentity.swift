/// The build that a host and a worker must share.

extension Ready {
  /// The version of the package, which both sides are built from.
  public static let packageVersion = "0.1.0"

  /// What a worker of this build says in ``buildID``, and what a supervisor of this build expects. It changes with the
  /// package's version and the protocol's.
  public static let currentBuildID = "hanzo-wasm-\(packageVersion)-protocol-\(currentProtocolVersion)"
}
