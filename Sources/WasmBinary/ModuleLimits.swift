/// Limits against compile bombs: modules that are small or legal, but dear to load.

/// Bounds on what a module may contain. Every one is inclusive: a module at the limit loads, one above it is refused
/// with `ModuleError.Kind.limitExceeded` and a sentence that names the limit. Counts include imports.
///
/// Decoding and validation do work and take memory linear in the module's size whatever the limits are; limits bound
/// what later stages (translation, instantiation) can be asked for.
public struct ModuleLimits: Hashable, Sendable {
  /// Bytes of the whole module. Default: 128 MiB.
  public var moduleBytes = 128 << 20
  /// Entries of the type section. Default: 1,000,000; at most 8,388,607.
  public var types = 1_000_000
  /// Default: 1,000,000.
  public var functions = 1_000_000
  /// Default: 100,000.
  public var imports = 100_000
  /// Default: 100,000.
  public var exports = 100_000
  /// Default: 1,000,000.
  public var globals = 1_000_000
  /// Default: 100.
  public var tables = 100
  /// Default: 100,000.
  public var tags = 100_000
  /// Default: 100.
  public var memories = 100
  /// Default: 100,000.
  public var elementSegments = 100_000
  /// Default: 100,000.
  public var dataSegments = 100_000
  /// Custom sections. Default: 100,000.
  public var customSections = 100_000
  /// Elements of all element segments together. Default: 10,000,000.
  public var segmentItems = 10_000_000
  /// Instructions of all constant expressions together, without their `end`s. Default: 12,000,000.
  public var constantInstructions = 12_000_000
  /// Bytes of one function body. Default: 7,654,321, as engines in browsers have it.
  public var bodyBytes = 7_654_321
  /// Declared locals of one function, not counting its parameters. Default: 50,000.
  public var locals = 50_000
  /// Blocks open at the same time in one function. Default: 200,000.
  public var nestingDepth = 200_000
  /// Operands on one function's stack at the same time. Default: 1,000,000.
  public var operandStackHeight = 1_000_000
  /// Labels of one `br_table`, not counting the default. Default: 1,000,000.
  public var branchTableTargets = 1_000_000
  /// Parameters of one function type. Default: 1,000.
  public var parameters = 1_000
  /// Results of one function type. Default: 1,000.
  public var results = 1_000
  /// Parameters and results of all types together. Default: 10,000,000.
  public var parametersAndResults = 10_000_000
  /// Fields of one struct type. Default: 10,000.
  public var structFields = 10_000
  /// Fields of all struct types together. Default: 10,000,000.
  public var fields = 10_000_000
  /// Supertypes of one type, up to the one that has none. Default: 63, as engines in browsers have it.
  public var subtypingDepth = 63
  /// A table's minimum size in elements. Default: 10,000,000.
  public var tableMinimum: UInt64 = 10_000_000
  /// UTF-8 bytes of one name. Default: 100,000.
  public var nameBytes = 100_000

  public init() {}

  public static let `default` = ModuleLimits()
}
