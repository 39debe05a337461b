/// Where a custom section stands among the others.

/// A section that is not a custom one, by its binary identifier (Core 3.0, section 5.5.2 "Sections").
public enum StandardSection: UInt8, CaseIterable, Hashable, Sendable {
  case type = 1, `import`, function, table, memory, global, export, start, element, code, data, dataCount, tag

  /// Its place in the prescribed order, from 1.
  var order: Int { SectionIdentifier(rawValue: rawValue)?.order ?? 0 }

  static let inOrder = allCases.sorted { $0.order < $1.order }
}

/// A place between sections, whether those are there or not. Custom sections of one place keep their order.
public enum CustomSectionPlace: Hashable, Sendable {
  case first
  case before(StandardSection)
  case after(StandardSection)
  /// Behind all others, but in front of the name section that `ModuleEncoder` writes.
  case last

  /// How many of the standard sections are in front of it.
  var sectionsBefore: Int {
    switch self {
    case .first: 0
    case .before(let section): section.order - 1
    case .after(let section): section.order
    case .last: StandardSection.inOrder.count
    }
  }
}
