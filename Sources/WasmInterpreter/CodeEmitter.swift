/// Code words: a growable buffer, labels with their fix-ups, and the fuel of basic blocks.
internal import CWasmInterpreter

/// Writes the code words of one function. Layouts are those of `scripts/generate-handlers`.
///
/// Fuel: straight-line code is charged when it is entered. A block's cost is known only at its end, so that the words
/// that enter it (branches, and the function's record) are patched when the function is finished. A block that runs
/// into the next one without a branch includes the next one's cost.
struct CodeEmitter: ~Copyable {
  /// A place in the code that branches name before it exists.
  typealias Label = Int

  private struct Fixup {
    /// The instruction that branches: offsets are relative to its first byte.
    var instruction: Int
    var offsetField: Int
    var label: Label
  }

  private struct CostPatch {
    var field: Int
    var isWide: Bool
    var block: Int
  }

  private(set) var bytes: UnsafeMutableRawPointer
  private var capacity = 4096
  private(set) var count = 0
  private let handlers: UnsafePointer<UnsafeRawPointer?>

  private var labelPositions: [Int] = []
  private var labelBlocks: [Int] = []
  private var labelUses: [Int] = []
  private var fixups: [Fixup] = []

  private var blockCosts: [UInt32] = []
  private var blockFallsThrough: [Bool] = []
  private var costPatches: [CostPatch] = []
  /// (label, field, wide): the cost of the block at a label, known once the label is bound.
  private var labelCostPatches: [(label: Label, field: Int, isWide: Bool)] = []
  /// Cost since the last point that pays by itself, over blocks that run into one another. 16-bit fields hold it.
  private var chainCost: UInt32 = 0
  private static let maximumChainCost: UInt32 = 60_000
  /// The most that one operator costs.
  static let maximumOperatorCost: UInt32 = 128

  /// Source offsets of instructions, kept only while a backtrace asks for them.
  var isRecording = false
  private(set) var positions: [(code: Int, source: Int)] = []
  var sourceOffset = 0

  init() {
    bytes = .allocate(byteCount: capacity, alignment: 8)
    handlers = UnsafeRawPointer(hw_handlers()!).assumingMemoryBound(to: UnsafeRawPointer?.self)
  }

  deinit { bytes.deallocate() }

  mutating func reset() {
    count = 0
    labelPositions.removeAll(keepingCapacity: true)
    labelBlocks.removeAll(keepingCapacity: true)
    labelUses.removeAll(keepingCapacity: true)
    fixups.removeAll(keepingCapacity: true)
    blockCosts.removeAll(keepingCapacity: true)
    blockFallsThrough.removeAll(keepingCapacity: true)
    costPatches.removeAll(keepingCapacity: true)
    labelCostPatches.removeAll(keepingCapacity: true)
    positions.removeAll(keepingCapacity: true)
    chainCost = 0
    beginBlock()
  }

  // MARK: code words

  /// Appends a code word of `size` bytes (a multiple of 8) and returns it, operands zero.
  mutating func emit(_ handler: UInt16, size: Int) -> UnsafeMutableRawPointer {
    if count + size > capacity { grow(to: count + size) }
    let word = bytes + count
    if isRecording { positions.append((count, sourceOffset)) }
    count += size
    word.storeBytes(of: UInt(bitPattern: handlers[Int(handler)]), as: UInt.self)
    (word + 8).initializeMemory(as: UInt8.self, repeating: 0, count: size - 8)
    return word
  }

  /// Takes back everything from `offset` on: the last word, which a fused one replaces.
  mutating func rewind(to offset: Int) {
    count = offset
    if isRecording, positions.last?.code == offset { positions.removeLast() }
  }

  func setHandler(_ handler: UInt16, at offset: Int) {
    (bytes + offset).storeBytes(of: UInt(bitPattern: handlers[Int(handler)]), as: UInt.self)
  }

  private mutating func grow(to needed: Int) {
    let larger = max(capacity * 2, needed)
    let block = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 8)
    block.copyMemory(from: bytes, byteCount: count)
    bytes.deallocate()
    bytes = block
    capacity = larger
  }

  // MARK: labels

  mutating func makeLabel() -> Label {
    labelPositions.append(-1)
    labelBlocks.append(-1)
    labelUses.append(0)
    return labelPositions.count - 1
  }

  func isUsed(_ label: Label) -> Bool { labelUses[label] > 0 }

  /// The label is here. `fallsThrough`: the code before runs into it.
  mutating func bind(_ label: Label, fallsThrough: Bool) {
    if fallsThrough {
      blockFallsThrough[blockCosts.count - 1] = true
    } else {
      chainCost = 0
    }
    beginBlock()
    labelPositions[label] = count
    labelBlocks[label] = blockCosts.count - 1
  }

  /// The word at `instruction` branches to `label`: its offset field, and the field of the fuel it pays on the way.
  mutating func branch(from instruction: Int, offsetAt: Int, to label: Label, costAt: Int, isWide: Bool) {
    labelUses[label] += 1
    fixups.append(Fixup(instruction: instruction, offsetField: instruction + offsetAt, label: label))
    labelCostPatches.append((label, instruction + costAt, isWide))
  }

  // MARK: fuel

  private mutating func beginBlock() {
    blockCosts.append(0)
    blockFallsThrough.append(false)
  }

  /// An operator of the current block.
  mutating func addCost(_ cost: UInt32 = 1) {
    if chainCost >= Self.maximumChainCost {
      // The fields of branches are narrow: pay for the rest of the block here.
      let word = emit(Handler.fuel, size: 16)
      beginBlock()
      chainCost = 0
      costPatches.append(CostPatch(field: word - bytes + 8, isWide: true, block: blockCosts.count - 1))
    }
    chainCost += cost
    blockCosts[blockCosts.count - 1] += cost
  }

  /// Whether the next `addCost` emits a word, so that the word before it must not be fused with later ones.
  var willPay: Bool { chainCost >= Self.maximumChainCost }

  /// A conditional branch just ended the block; the field pays for the block after it.
  mutating func endBlock(notTakenCostAt field: Int) {
    beginBlock()
    chainCost = 0
    costPatches.append(CostPatch(field: field, isWide: false, block: blockCosts.count - 1))
  }

  // MARK: finishing

  /// Resolves branches and fuel; returns the fuel of the first block.
  mutating func finish() -> UInt32 {
    for fixup in fixups {
      let distance = Int32(labelPositions[fixup.label] - fixup.instruction)
      (bytes + fixup.offsetField).storeBytes(of: distance, as: Int32.self)
    }
    for block in stride(from: blockCosts.count - 2, through: 0, by: -1) where blockFallsThrough[block] {
      blockCosts[block] += blockCosts[block + 1]
    }
    for patch in costPatches { pay(blockCosts[patch.block], at: patch.field, isWide: patch.isWide) }
    for patch in labelCostPatches { pay(blockCosts[labelBlocks[patch.label]], at: patch.field, isWide: patch.isWide) }
    return blockCosts[0]
  }

  private func pay(_ cost: UInt32, at field: Int, isWide: Bool) {
    if isWide {
      (bytes + field).storeBytes(of: cost, as: UInt32.self)
    } else {
      // At most `maximumChainCost` and one operator, by construction.
      (bytes + field).storeBytes(of: UInt16(clamping: cost), as: UInt16.self)
    }
  }
}
