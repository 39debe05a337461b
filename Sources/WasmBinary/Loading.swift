/// The entry points: bytes in, a decoded and validated module out.

extension Module {
  /// Decodes a binary module and validates all of it (Core 3.0, chapters 5 and 3). One linear pass over the bytes and
  /// one over the function bodies; memory is linear in the module's size.
  /// - Throws: the first fault found. A module with several faults may be reported by any one of them.
  public static func load(
    _ bytes: [UInt8], features: Features = .implemented, limits: ModuleLimits = .default
  ) throws(ModuleError) -> Module {
    var module = try decode(bytes, features: features, limits: limits)
    module.usedFeatures.formUnion(
      try module.validateBodies(module.bodies.indices, features: features, limits: limits))
    return module
  }

  /// Decodes a binary module and validates everything but the function bodies, whose bytes it passes over.
  public static func decode(
    _ bytes: [UInt8], features: Features = .implemented, limits: ModuleLimits = .default
  ) throws(ModuleError) -> Module {
    guard bytes.count <= limits.moduleBytes else {
      throw ModuleError(
        kind: .limitExceeded, offset: 0, section: "module",
        message: "a module of \(bytes.count) bytes, where the limit is \(limits.moduleBytes)")
    }
    return try bytes.withUnsafeBufferPointer { buffer throws(ModuleError) in
      guard let base = buffer.baseAddress else {
        throw ModuleError(
          kind: .malformed, offset: 0, section: "header", message: "unexpected end: the module is empty")
      }
      let reader = ByteReader(base: base, position: 0, end: buffer.count, section: .header)
      var decoder = ModuleDecoder(reader: reader, bytes: bytes, features: features, limits: limits)
      try decoder.decode()
      return decoder.finish()
    }
  }

  /// Validates function bodies of a module that `decode` returned. `range` counts the functions that are not imported.
  /// - Returns: the features that the bodies use.
  /// - Precondition: `features` and `limits` are those that the module was decoded with. Indices outside of `bodies`
  ///   are ignored.
  public func validateBodies(
    _ range: Range<Int>, features: Features = .implemented, limits: ModuleLimits = .default
  ) throws(ModuleError) -> Features {
    let range = range.clamped(to: bodies.indices)
    guard !range.isEmpty else { return [] }
    return try bytes.withUnsafeBufferPointer { buffer throws(ModuleError) in
      guard let base = buffer.baseAddress else { return [] }
      let reader = ByteReader(base: base, position: 0, end: buffer.count, section: .code)
      var validator = FunctionValidator(reader: reader, module: self, features: features, limits: limits)
      for body in range { try validator.validate(body: body) }
      return validator.gate.used
    }
  }

  /// The names of the features that the module uses, in the order of `Features.names`.
  public var featuresUsed: [String] { usedFeatures.names }

  /// The first custom section with this name; names are compared byte by byte.
  public func customSection(named name: String) -> CustomSection? {
    customSections.first { $0.name.utf8.elementsEqual(name.utf8) }
  }
}
