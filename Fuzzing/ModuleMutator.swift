// Mutations that keep a module's frame: what is inside of a section, or of a function's body, is changed, and the sizes around it
// are written again. Without this most mutations would be refused for a size that does not fit.

/// libFuzzer's own mutations, in place.
@_silgen_name("LLVMFuzzerMutate")
private func mutate(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maxSize: Int) -> Int

@_cdecl("LLVMFuzzerCustomMutator")
public func customMutator(
  _ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maxSize: Int, _ seed: UInt32
) -> Int {
  var random = seed
  func next(_ bound: Int) -> Int {
    random = random &* 1_664_525 &+ 1_013_904_223
    return Int(random >> 8) % max(bound, 1)
  }
  guard next(4) != 0, let module = Frame(UnsafeBufferPointer(start: data, count: size)) else {
    return mutate(data, size, maxSize)
  }
  let bytes = module.mutated(next)
  guard bytes.count <= maxSize else { return mutate(data, size, maxSize) }
  for (index, byte) in bytes.enumerated() { data[index] = byte }
  return bytes.count
}

/// A module as its header and its sections' contents.
private struct Frame {
  var sections: [(identifier: UInt8, contents: [UInt8])] = []
  let header: [UInt8]

  init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard bytes.count > 8 else { return nil }
    header = Array(bytes[..<8])
    var position = 8
    while position < bytes.count {
      let identifier = bytes[position]
      position += 1
      guard let length = readLength(bytes, &position), position + length <= bytes.count else { return nil }
      sections.append((identifier, Array(bytes[position..<position + length])))
      position += length
    }
  }

  func mutated(_ next: (Int) -> Int) -> [UInt8] {
    var copy = self
    let index = next(sections.count)
    switch next(16) {
    case 0: copy.sections.remove(at: index)
    case 1: copy.sections.insert(sections[next(sections.count)], at: index)
    case 2: copy.sections.swapAt(index, next(sections.count))
    default:
      // Most of what there is to validate is code.
      let code = sections.firstIndex { $0.identifier == 10 }
      if let code, next(2) == 0, let changed = changedBody(sections[code].contents, next) {
        copy.sections[code].contents = changed
      } else {
        copy.sections[index].contents = changed(sections[index].contents, next)
      }
    }
    return copy.encoded()
  }

  private func encoded() -> [UInt8] {
    sections.reduce(into: header) { bytes, section in
      bytes.append(section.identifier)
      bytes += length(section.contents.count) + section.contents
    }
  }

  /// A code section with one body changed.
  private func changedBody(_ contents: [UInt8], _ next: (Int) -> Int) -> [UInt8]? {
    contents.withUnsafeBufferPointer { bytes in
      var position = 0
      guard let count = readLength(bytes, &position), count > 0 else { return nil }
      let chosen = next(min(count, 64))
      for index in 0...chosen {
        let start = position
        guard let size = readLength(bytes, &position), position + size <= bytes.count else { return nil }
        if index == chosen {
          let body = changed(Array(bytes[position..<position + size]), next)
          return Array(bytes[..<start]) + length(body.count) + body + Array(bytes[(position + size)...])
        }
        position += size
      }
      return nil
    }
  }

  /// Every other time a small step, such as from one instruction or index to its neighbour: what was valid often stays so.
  private func changed(_ bytes: [UInt8], _ next: (Int) -> Int) -> [UInt8] {
    if !bytes.isEmpty, next(2) == 0 {
      var bytes = bytes
      let index = next(bytes.count)
      switch next(4) {
      case 0: bytes[index] &+= 1
      case 1: bytes[index] &-= 1
      case 2: bytes[index] ^= 1 << next(7)
      default: bytes[index] = bytes[next(bytes.count)]
      }
      return bytes
    }
    let room = bytes.count + 16
    return [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
      guard let base = buffer.baseAddress else { return }
      for (index, byte) in bytes.enumerated() { (base + index).initialize(to: byte) }
      (base + bytes.count).initialize(repeating: 0, count: 16)
      count = mutate(base, bytes.count, room)
    }
  }
}

/// A LEB128 number of at most 28 bits.
private func readLength(_ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int) -> Int? {
  var value = 0
  for shift in [0, 7, 14, 21] {
    guard position < bytes.count else { return nil }
    let byte = bytes[position]
    position += 1
    value |= Int(byte & 0x7F) << shift
    if byte < 0x80 { return value }
  }
  return nil
}

private func length(_ value: Int) -> [UInt8] {
  var rest = value
  var bytes: [UInt8] = []
  repeat {
    bytes.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
    rest >>= 7
  } while rest > 0
  return bytes
}
