#if CommandLine
  // Sizes, durations and fuel as they are written on the command line: whole numbers, always with their unit, so that
  // `--memory 256` cannot be taken for bytes by one reader and for megabytes by another.
  import ArgumentParser

  /// A size in bytes: `65536B`, `64KiB`, `256MiB`, `1GiB`.
  struct ByteCount: ExpressibleByArgument {
    let bytes: UInt64

    init?(argument: String) {
      let units: [(String, UInt64)] = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("B", 1)]
      guard let bytes = parseQuantity(argument, units: units) else { return nil }
      self.bytes = bytes
    }

    init(bytes: UInt64) { self.bytes = bytes }

    /// The largest unit that gives a whole number.
    var defaultValueDescription: String {
      for (unit, factor): (String, UInt64) in [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
      where bytes >= factor && bytes % factor == 0 {
        return "\(bytes / factor)\(unit)"
      }
      return "\(bytes)B"
    }
  }

  /// A span of time, at least a millisecond: `250ms`, `30s`, `5m`.
  struct TimeSpan: ExpressibleByArgument {
    let milliseconds: UInt64

    init?(argument: String) {
      let units: [(String, UInt64)] = [("ms", 1), ("s", 1_000), ("m", 60_000)]
      // The upper bound (a little over 31 years) keeps every later sum of times far from an overflow.
      guard let milliseconds = parseQuantity(argument, units: units), (1...1_000_000_000_000).contains(milliseconds)
      else { return nil }
      self.milliseconds = milliseconds
    }

    init(milliseconds: UInt64) { self.milliseconds = milliseconds }

    var duration: Duration { .milliseconds(milliseconds) }

    var defaultValueDescription: String {
      milliseconds % 1_000 == 0 ? "\(milliseconds / 1_000)s" : "\(milliseconds)ms"
    }
  }

  /// A number of fuel units, or `none` for no limit.
  enum FuelLimit: ExpressibleByArgument {
    case none
    case units(UInt64)

    init?(argument: String) {
      if argument == "none" {
        self = .none
      } else if let units = parseDigits(argument) {
        self = .units(units)
      } else {
        return nil
      }
    }

    var defaultValueDescription: String {
      switch self {
      case .none: "none"
      case .units(let units): "\(units)"
      }
    }

    /// As the library's configuration spells it: nil is no limit.
    var limit: UInt64? {
      switch self {
      case .none: nil
      case .units(let units): units
      }
    }
  }

  /// A number directly followed by one of the units; nil for anything else, an overflow included.
  private func parseQuantity(_ text: String, units: [(String, UInt64)]) -> UInt64? {
    for (unit, factor) in units where text.hasSuffix(unit) {
      guard let number = parseDigits(text.dropLast(unit.utf8.count)) else { continue }
      let (product, overflow) = number.multipliedReportingOverflow(by: factor)
      return overflow ? nil : product
    }
    return nil
  }

  /// Decimal digits only: no sign, no space, no separator (`UInt64(_:)` alone would take a `+`).
  private func parseDigits(_ text: some StringProtocol) -> UInt64? {
    guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
    return UInt64(text)
  }
#endif
