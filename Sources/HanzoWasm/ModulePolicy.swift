// What modules may import and must export.

import WorkerProtocol

/// Rules that a module has to meet to be loaded. All violations are listed at once (``ErrorCode/policyViolation``,
/// ``WasmError/problems``).
///
/// ```swift
/// config.policy.allowedImports = ["env.log", "wasi_snapshot_preview1.*"]
/// config.policy.requiredExports = [.function("run", ["i32", "i32"], ["i64"]), .memory("memory")]
/// ```
public struct ModulePolicy: Sendable, Hashable {
  /// Something that a module must export.
  public enum RequiredExport: Sendable, Hashable {
    /// A function of exactly this type; types are spelled as in the text format (`i32`, `f64`, `externref`).
    case function(String, _ parameters: [String] = [], _ results: [String] = [])
    case memory(String)
    case table(String)
    case global(String)
  }

  /// What a module may import, as `module.name`; `module.*` allows all of a module. nil (default) allows whatever is
  /// provided, and an empty list nothing.
  public var allowedImports: [String]?
  /// Default none.
  public var requiredExports: [RequiredExport] = []
  /// The most pages of 64 KiB that its memories may need at the start, together. Default nil: any.
  public var maxInitialPages: UInt64?

  public init() {}

  func problems() -> [String] {
    (allowedImports ?? []).compactMap { pattern in
      let dot = pattern.utf8.firstIndex(of: UInt8(ascii: "."))
      guard let dot, pattern.startIndex < dot, pattern.utf8.index(after: dot) < pattern.endIndex else {
        return "policy.allowedImports must contain 'module.name' or 'module.*', not \(quoted(pattern))."
      }
      return nil
    }
  }

  /// Every rule that a module breaks, a sentence each.
  func violations(_ module: ModuleDescription) -> [String] {
    var found: [String] = []
    if let allowedImports {
      let allowed = Set(allowedImports)
      for item in module.imports
      where !allowed.contains("\(item.module).\(item.name)") && !allowed.contains("\(item.module).*") {
        found.append("It imports \(quoted("\(item.module).\(item.name)")), which is not allowed.")
      }
    }
    for required in requiredExports {
      if let sentence = required.violation(module) { found.append(sentence) }
    }
    if let maxInitialPages, module.memoryPages > maxInitialPages {
      found.append("It needs \(module.memoryPages) pages of memory from the start; \(maxInitialPages) are allowed.")
    }
    return found
  }
}

extension ModulePolicy.RequiredExport {
  fileprivate func violation(_ module: ModuleDescription) -> String? {
    let (name, kind): (String, ModuleDescription.Kind) =
      switch self {
      case .function(let name, _, _): (name, .function)
      case .memory(let name): (name, .memory)
      case .table(let name): (name, .table)
      case .global(let name): (name, .global)
      }
    guard let export = module.exports.first(where: { $0.name == name }) else {
      return "It does not export the \(kind.rawValue) \(quoted(name))."
    }
    guard export.kind == kind else {
      return "It exports \(quoted(name)) as a \(export.kind.rawValue), not as a \(kind.rawValue)."
    }
    guard case .function(_, let parameters, let results) = self,
      let function = module.functions.first(where: { $0.name == name })
    else { return nil }
    let found = function.parameters.map(\.type)
    guard found != parameters || function.results != results else { return nil }
    return "It exports the function \(quoted(name)) as \(spelling(found, function.results)), not as "
      + "\(spelling(parameters, results))."
  }

  private func spelling(_ parameters: [String], _ results: [String]) -> String {
    "(\(parameters.joined(separator: ", "))) -> (\(results.joined(separator: ", ")))"
  }
}
