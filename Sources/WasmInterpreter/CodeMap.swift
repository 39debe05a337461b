/// Where the translated code of an instance lies: what turns an address of the C loop into a function.
internal import CWasmInterpreter
internal import WasmBinary

/// The code blocks of an instance in the order of their addresses.
struct CodeMap {
  struct Block {
    var start: UInt
    var end: UInt
    /// Among the functions that the module defines.
    var index: Int
  }

  private var blocks: [Block] = []

  init() {}

  init(of instance: InstanceState) {
    for index in instance.code.indices {
      if let block = Self.block(of: index, in: instance) { blocks.append(block) }
    }
    blocks.sort { $0.start < $1.start }
  }

  /// Adds a function that has been translated since.
  mutating func insert(_ index: Int, of instance: InstanceState) {
    guard let block = Self.block(of: index, in: instance) else { return }
    blocks.insert(block, at: firstEnding(after: block.start))
  }

  /// The block that an address lies in.
  func block(at address: UInt) -> Block? {
    let place = firstEnding(after: address)
    guard place < blocks.count, blocks[place].start <= address else { return nil }
    return blocks[place]
  }

  private func firstEnding(after address: UInt) -> Int { blocks.firstPlace { $0.end > address } }

  private static func block(of index: Int, in instance: InstanceState) -> Block? {
    guard let code = instance.code[index] else { return nil }
    let start = UInt(bitPattern: code)
    return Block(start: start, end: start + UInt(instance.codeSizes[index]), index: index)
  }
}

extension InstanceState {
  /// Visits the frames of a run that stands at `pc` and `fp`, innermost first, until the body has seen enough (false) or
  /// the run's beginning is reached.
  func visitFrames(
    _ blockAt: (UInt) -> CodeMap.Block?, pc: UnsafePointer<UInt8>?, fp: UnsafeMutablePointer<UInt64>?,
    _ body: (_ block: CodeMap.Block, _ address: UInt, _ frame: UnsafeMutablePointer<UInt64>) -> Bool
  ) {
    guard var pc, var fp else { return }
    while let block = blockAt(UInt(bitPattern: pc)), body(block, UInt(bitPattern: pc), fp) {
      let header = fp + Int(functions[module.importedFunctionCount + block.index].pointee.parameters)
      guard let caller = UnsafePointer<UInt8>(bitPattern: UInt(header[0])),
        let callerFrame = UnsafeMutablePointer<UInt64>(bitPattern: UInt(header[1]))
      else { return }
      // A return address is just behind its call.
      pc = caller - 1
      fp = callerFrame
    }
  }
}
