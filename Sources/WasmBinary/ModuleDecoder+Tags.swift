/// The tag section (Core 3.0, section 5.5.16): the kinds of exceptions.

extension ModuleDecoder {
  mutating func decodeTags() throws(ModuleError) {
    let start = reader.position
    let count = try reader.count(itemBytes: 2, of: "tags", limit: limits.tags, existing: module.tags.count)
    try gate.require(.exceptions, "a tag section", reader, at: start)
    module.tags.reserveCapacity(module.tags.count + count)
    for _ in 0..<count { _ = try decodeTag("a tag", at: reader.position) }
  }

  /// A tag type (sections 5.3.15 and 3.2.18), which is added to the module's tags. Returns its type index.
  mutating func decodeTag(_ subject: String, at start: Int) throws(ModuleError) -> UInt32 {
    try gate.require(.exceptions, subject, reader, at: start)
    try checkRoom(module.tags.count, limits.tags, "tags", at: start)
    let attribute = try reader.byte()
    guard attribute == 0 else {
      throw reader.error(.malformed, "malformed tag attribute \(hexadecimal(attribute))", at: start)
    }
    let index = try functionTypeIndex()
    if let type = module.types[Int(index)].function, !type.results.isEmpty {
      throw reader.error(.invalid, "non-empty tag result type: a tag of type \(type)", at: start)
    }
    module.tags.append(index)
    return index
  }
}
