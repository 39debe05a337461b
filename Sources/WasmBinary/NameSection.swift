/// The `name` custom section (Core 3.0, appendix A.4 "Custom Sections"): names for backtraces, never trusted.

/// Names that a module gives to itself, its functions and their locals. They are for people: nothing guarantees that
/// they are unique, meaningful, or there.
public struct NameSection: Hashable, Sendable {
  public var moduleName: String?
  /// By function index.
  public var functionNames: [UInt32: String] = [:]
  /// By function index, then by local index, parameters first.
  public var localNames: [UInt32: [UInt32: String]] = [:]

  public init(
    moduleName: String? = nil, functionNames: [UInt32: String] = [:], localNames: [UInt32: [UInt32: String]] = [:]
  ) {
    self.moduleName = moduleName
    self.functionNames = functionNames
    self.localNames = localNames
  }
}

extension Module {
  /// Reads the first custom section called "name". A fault in it is no error, as the specification demands: what was
  /// read until there is returned, and reading goes on with the next subsection. Names of functions that do not exist
  /// are left out.
  public func decodeNames() -> NameSection {
    var names = NameSection()
    guard let section = customSection(named: "name") else { return names }
    let range = section.range.clamped(to: bytes.indices)
    bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      var reader = ByteReader(base: base, position: range.lowerBound, end: range.upperBound, section: .custom)
      while let identifier = try? reader.byte(), let size = try? reader.byteCount() {
        var contents = reader
        contents.end = contents.position + size
        reader.position = contents.end
        // A subsection that ends too early keeps what it gave so far.
        try? contents.nameSubsection(identifier, functionCount: functions.count, into: &names)
      }
    }
    return names
  }
}

extension ByteReader {
  fileprivate mutating func nameSubsection(
    _ identifier: UInt8, functionCount: Int, into names: inout NameSection
  ) throws(ModuleError) {
    switch identifier {
    case 0: names.moduleName = try name(limit: remaining)
    case 1:
      try nameMap { index, name in
        if Int(index) < functionCount { names.functionNames[index] = name }
      }
    case 2:
      for _ in 0..<(try count(itemBytes: 2, of: "functions")) {
        let function = try u32()
        var locals: [UInt32: String] = [:]
        defer { if Int(function) < functionCount, !locals.isEmpty { names.localNames[function] = locals } }
        try nameMap { index, name in locals[index] = name }
      }
    default: break
    }
  }

  private mutating func nameMap(_ body: (UInt32, String) -> Void) throws(ModuleError) {
    for _ in 0..<(try count(itemBytes: 2, of: "names")) {
      let index = try u32()
      body(index, try name(limit: remaining))
    }
  }
}
