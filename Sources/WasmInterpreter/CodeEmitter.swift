/// Code words: a growable draft, labels with their fix-ups, the fuel of basic blocks, and the final layout.
internal import CWasmInterpreter

/// Writes the code words of one function. Layouts are those of `scripts/generate-handlers`.
///
/// Words are drafted one by one, and may be taken back or changed as long as they are the last. `finish` lays them out: a
/// result whose only reader takes it from the accumulator gets no slot, and neighbours are joined to one word where there
/// is a handler for both.
///
/// Fuel: straight-line code is charged when it is entered. A block's cost is known only at its end, so that the words
/// that enter it (branches, and the function's record) are patched when the function is finished. A block that runs
/// into the next one without a branch includes the next one's cost.
struct CodeEmitter: ~Copyable {
  /// A place in the code that branches name before it exists.
  typealias Label = Int
  /// A drafted word's place in the order of words.
  typealias WordIndex = Int

  private struct Word {
    var handler: UInt16
    /// Something branches here, so that it cannot be joined to the word before.
    var isTarget = false
    /// Where its draft begins, and how long it is.
    var draft: Int32
    var size: Int32
    /// Where its code begins.
    var position: Int32 = 0
    /// The words whose results it takes from an accumulator, as their only reader; -1 for none.
    var producers: (Int32, Int32)
  }

  private struct Fixup {
    /// The instruction that branches: offsets are relative to its first byte.
    var instruction: WordIndex
    var offsetAt: Int
    var costAt: Int
    var isWide: Bool
    var label: Label
  }

  private struct CostPatch {
    var word: WordIndex
    var fieldAt: Int
    var isWide: Bool
    var block: Int
  }

  /// The draft: every word's operands behind 8 unused bytes.
  private var bytes: UnsafeMutableRawPointer
  private var capacity = 4096
  private var count = 0
  private var words: [Word] = []
  private var pendingProducers: (Int32, Int32) = (-1, -1)

  private var labelWords: [Int] = []
  private var labelBlocks: [Int] = []
  private var labelUses: [Int] = []
  private var fixups: [Fixup] = []

  private var blockCosts: [UInt32] = []
  private var blockFallsThrough: [Bool] = []
  private var costPatches: [CostPatch] = []
  /// Words that use the targets of another one.
  private var tableReferences: [(word: WordIndex, table: WordIndex)] = []
  /// Cost since the last point that pays by itself, over blocks that run into one another. 16-bit fields hold it.
  private var chainCost: UInt32 = 0
  private static let maximumChainCost: UInt32 = 60_000
  /// Functions of more words keep their jumps.
  private static let mostThreadedWords = 100_000
  /// The most that one operator costs.
  static let maximumOperatorCost: UInt32 = 128

  /// Whether vector handlers may use x86-64-v3.
  var usesVectorsV3 = hw_has_vectors_v3()
  /// Whether neighbours are joined to one word. A word that runs again after a refuelling must be one of its own.
  var joinsWords = true

  /// Source offsets of words, kept only while a backtrace asks for them.
  var isRecording = false
  private var sources: [Origin] = []
  /// After `finish`.
  private(set) var positions: [(code: Int, source: Int)] = []
  var sourceOffset = 0
  /// After `finish`, if recording: what blocks still have to pay for behind words that something may be thrown at.
  private(set) var remainders: [(code: Int32, cost: UInt32)] = []
  /// Places that unwinding goes on at.
  private var entries: [Label] = []

  /// Where a word comes from.
  private struct Origin {
    var offset: Int
    /// Its block, and what that had to pay for up to here.
    var block: Int
    var cost: UInt32
  }

  init() {
    bytes = .allocate(byteCount: capacity, alignment: 8)
  }

  deinit { bytes.deallocate() }

  mutating func reset() {
    count = 0
    words.removeAll(keepingCapacity: true)
    pendingProducers = (-1, -1)
    labelWords.removeAll(keepingCapacity: true)
    labelBlocks.removeAll(keepingCapacity: true)
    labelUses.removeAll(keepingCapacity: true)
    fixups.removeAll(keepingCapacity: true)
    blockCosts.removeAll(keepingCapacity: true)
    blockFallsThrough.removeAll(keepingCapacity: true)
    costPatches.removeAll(keepingCapacity: true)
    tableReferences.removeAll(keepingCapacity: true)
    sources.removeAll(keepingCapacity: true)
    positions.removeAll(keepingCapacity: true)
    entries.removeAll(keepingCapacity: true)
    chainCost = 0
    beginBlock()
  }

  // MARK: code words

  /// The index of the next word.
  var nextWord: WordIndex { words.count }

  /// Appends a code word of `size` bytes (a multiple of 8) and returns it, operands zero. Valid until the next one.
  @discardableResult
  mutating func emit(_ handler: UInt16, size: Int) -> UnsafeMutableRawPointer {
    if count + size > capacity { grow(to: count + size) }
    let word = bytes + count
    if isRecording {
      let block = blockCosts.count - 1
      sources.append(Origin(offset: sourceOffset, block: block, cost: blockCosts[block]))
    }
    words.append(Word(handler: handler, draft: Int32(count), size: Int32(size), producers: pendingProducers))
    pendingProducers = (-1, -1)
    count += size
    (word + 8).initializeMemory(as: UInt8.self, repeating: 0, count: size - 8)
    return word
  }

  /// The next word takes the result of word `producer` from an accumulator, and nothing reads its slot.
  mutating func consume(_ producer: WordIndex) {
    if pendingProducers.0 < 0 {
      pendingProducers.0 = Int32(producer)
    } else {
      pendingProducers.1 = Int32(producer)
    }
  }

  /// Takes back word `index` and what follows: the last word, which a fused one replaces.
  mutating func rewind(to index: WordIndex) {
    count = Int(words[index].draft)
    words.removeLast(words.count - index)
    pendingProducers = (-1, -1)
    if isRecording { sources.removeLast(sources.count - index) }
  }

  mutating func setHandler(_ handler: UInt16, of word: WordIndex) { words[word].handler = handler }

  /// A drafted word, as `emit` returned it. Valid until the next one.
  func draft(_ word: WordIndex) -> UnsafeMutableRawPointer { bytes + Int(words[word].draft) }

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
    labelWords.append(-1)
    labelBlocks.append(-1)
    labelUses.append(0)
    return labelWords.count - 1
  }

  func isUsed(_ label: Label) -> Bool { labelUses[label] > 0 }

  /// A branch to `label` will come.
  mutating func promiseBranch(to label: Label) { labelUses[label] += 1 }

  /// Unwinding goes on at `label`.
  mutating func addEntry(_ label: Label) { entries.append(label) }

  /// After `finish`: where a label is.
  func place(of label: Label) -> Int { Int(words[labelWords[label]].position) }

  /// The label is here. `fallsThrough`: the code before runs into it.
  mutating func bind(_ label: Label, fallsThrough: Bool) {
    if fallsThrough {
      blockFallsThrough[blockCosts.count - 1] = true
    } else {
      chainCost = 0
    }
    beginBlock()
    labelWords[label] = words.count
    labelBlocks[label] = blockCosts.count - 1
  }

  /// The last word branches to `label`: its offset field, and the field of the fuel it pays on the way.
  mutating func branch(offsetAt: Int, to label: Label, costAt: Int, isWide: Bool) {
    labelUses[label] += 1
    fixups.append(
      Fixup(instruction: words.count - 1, offsetAt: offsetAt, costAt: costAt, isWide: isWide, label: label))
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
      emit(Handler.fuel, size: 16)
      endBlock(costAt: 8, isWide: true)
    }
    chainCost += cost
    blockCosts[blockCosts.count - 1] += cost
  }

  /// Whether the next `addCost` emits a word, so that the word before it must not be fused with later ones.
  var willPay: Bool { chainCost >= Self.maximumChainCost }

  /// The last word, a conditional branch, ends the block; its field at `costAt` pays for the block after it.
  mutating func endBlock(costAt: Int, isWide: Bool = false) {
    beginBlock()
    chainCost = 0
    costPatches.append(
      CostPatch(word: words.count - 1, fieldAt: costAt, isWide: isWide, block: blockCosts.count - 1))
  }

  // MARK: finishing

  /// Lays out the code and resolves branches and fuel. The caller owns the block.
  /// - Parameter marks: words where something begins, which become offsets in the code.
  mutating func finish(
    marks: inout [(place: Int32, region: Int32)]
  ) -> (code: UnsafeMutableRawPointer, size: Int, entryFuel: UInt32) {
    for index in words.indices {
      leaveOutSlot(of: words[index].producers.0)
      leaveOutSlot(of: words[index].producers.1)
    }
    threadJumps(&marks)
    for label in entries { words[labelWords[label]].isTarget = true }
    for fixup in fixups where labelWords[fixup.label] < words.count {
      words[labelWords[fixup.label]].isTarget = true
    }
    let length = words.reduce(0) { $0 + Int($1.size) }
    let code = UnsafeMutableRawPointer.allocate(byteCount: max(length, 8), alignment: 8)
    let size = layOut(in: code)
    for block in stride(from: blockCosts.count - 2, through: 0, by: -1) where blockFallsThrough[block] {
      blockCosts[block] += blockCosts[block + 1]
    }
    for fixup in fixups {
      let instruction = Int(words[fixup.instruction].position)
      let target = labelWords[fixup.label] < words.count ? Int(words[labelWords[fixup.label]].position) : size
      (code + instruction + fixup.offsetAt).storeBytes(of: Int32(target - instruction), as: Int32.self)
      pay(blockCosts[labelBlocks[fixup.label]], at: code + instruction + fixup.costAt, isWide: fixup.isWide)
    }
    for patch in costPatches {
      pay(blockCosts[patch.block], at: code + Int(words[patch.word].position) + patch.fieldAt, isWide: patch.isWide)
    }
    for (word, table) in tableReferences {
      let distance = words[table].position - words[word].position
      (code + Int(words[word].position) + 16).storeBytes(of: distance, as: Int32.self)
    }
    for index in marks.indices {
      let word = Int(marks[index].place)
      marks[index].place = word < words.count ? words[word].position : Int32(size)
    }
    if isRecording { collectRemainders() }
    return (code, size, blockCosts[0])
  }

  /// Makes a word its twin without a slot for the result; -1 is none.
  private mutating func leaveOutSlot(of producer: Int32) {
    guard producer >= 0, words[Int(producer)].handler < Handler.resultCount else { return }
    words[Int(producer)].handler += Handler.resultCount
  }

  /// Replaces jumps to a few words that end in a `br_table` or a return by copies of them: it saves a dispatch, and where
  /// the guest is an interpreter itself each of its instructions gets a dispatch of its own, which the processor
  /// predicts far better than a common one.
  private mutating func threadJumps(_ marks: inout [(place: Int32, region: Int32)]) {
    // At most about twice the code, whatever the guest does, and not where the lists alone would take much memory.
    guard words.count <= Self.mostThreadedWords else { return }
    var copies: [(jump: WordIndex, run: [WordIndex])] = []
    var allowed = words.count + 64
    for fixup in fixups where words[fixup.instruction].handler == Handler.br {
      guard let run = run(behind: fixup.label), run.count <= allowed else { continue }
      allowed -= run.count
      copies.append((fixup.instruction, run))
    }
    guard !copies.isEmpty else { return }
    let (oldWords, oldSources, oldFixups, oldPatches) = (words, sources, fixups, costPatches)
    words.removeAll(keepingCapacity: true)
    sources.removeAll(keepingCapacity: true)
    fixups.removeAll(keepingCapacity: true)
    costPatches.removeAll(keepingCapacity: true)
    var places: [WordIndex] = []
    places.reserveCapacity(oldWords.count + 1)
    var tables: [(word: WordIndex, table: WordIndex)] = []

    func append(_ index: WordIndex) {
      if isRecording { sources.append(oldSources[index]) }
      words.append(oldWords[index])
    }
    /// The fix-ups and patches of old word `index`, for the last word. Both lists are in the order of words, and the places
    /// are not behind the first ones of that word.
    func appendReferences(_ index: WordIndex, _ fixup: inout Int, _ patch: inout Int) {
      while fixup < oldFixups.count, oldFixups[fixup].instruction <= index {
        if oldFixups[fixup].instruction == index {
          fixups.append(oldFixups[fixup])
          fixups[fixups.count - 1].instruction = words.count - 1
        }
        fixup += 1
      }
      while patch < oldPatches.count, oldPatches[patch].word <= index {
        if oldPatches[patch].word == index {
          costPatches.append(oldPatches[patch])
          costPatches[costPatches.count - 1].word = words.count - 1
        }
        patch += 1
      }
    }
    /// What a jump pays, in its place; its draft's fields are empty.
    func appendFuel(_ jump: WordIndex) {
      append(jump)
      words[words.count - 1].handler = Handler.fuel
      let label = oldFixups[oldFixups.firstPlace { $0.instruction >= jump }].label
      costPatches.append(
        CostPatch(word: words.count - 1, fieldAt: 8, isWide: true, block: labelBlocks[label]))
    }
    var (next, fixup, patch) = (0, 0, 0)
    for index in oldWords.indices {
      places.append(words.count)
      guard next < copies.count, copies[next].jump == index else {
        append(index)
        appendReferences(index, &fixup, &patch)
        continue
      }
      appendFuel(index)
      for from in copies[next].run {
        guard oldWords[from].handler != Handler.br else {
          appendFuel(from)
          continue
        }
        append(from)
        guard oldWords[from].handler == Handler.brTable || oldWords[from].handler == Handler.brTable + 2 else {
          var copiedFixup = oldFixups.firstPlace { $0.instruction >= from }
          var copiedPatch = oldPatches.firstPlace { $0.word >= from }
          appendReferences(from, &copiedFixup, &copiedPatch)
          continue
        }
        words[words.count - 1].handler += 1
        words[words.count - 1].size = 24
        tables.append((words.count - 1, from))
      }
      next += 1
    }
    places.append(words.count)
    for label in labelWords.indices where labelWords[label] >= 0 { labelWords[label] = places[labelWords[label]] }
    for index in marks.indices { marks[index].place = Int32(places[Int(marks[index].place)]) }
    tableReferences = tables.map { ($0.word, places[$0.table]) }
  }

  /// The words from `label` on that lead to a `br_table` or a return without a detour, jumps included; nil if those are many.
  private func run(behind label: Label) -> [WordIndex]? {
    var run: [WordIndex] = []
    var index = labelWords[label]
    while run.count < 9, index < words.count {
      run.append(index)
      switch words[index].handler {
      case Handler.brTable, Handler.brTable + 2, Handler.returnNone, Handler.returnOneS, Handler.returnOneS + 1:
        return run
      case Handler.unreachable, Handler.call, Handler.callExternal, Handler.callIndirectS, Handler.callIndirectS + 1,
        Handler.callRefS, Handler.callRefS + 1, Handler.returnCallRefS, Handler.returnCallRefS + 1,
        Handler.service, Handler.returnCall, Handler.returnCallIndirectS, Handler.returnCallIndirectS + 1:
        return nil
      case Handler.br:
        index = labelWords[fixups[fixups.firstPlace { $0.instruction >= index }].label]
      default: index += 1
      }
    }
    return nil
  }

  private mutating func collectRemainders() {
    remainders.removeAll()
    for (index, word) in words.enumerated() {
      switch word.handler {
      case Handler.call, Handler.callExternal, Handler.callIndirectS, Handler.callIndirectS + 1,
        Handler.callRefS, Handler.callRefS + 1, Handler.returnCallRefS, Handler.returnCallRefS + 1, Handler.service,
        Handler.returnCallIndirectS, Handler.returnCallIndirectS + 1:
        remainders.append((word.position, blockCosts[sources[index].block] - sources[index].cost))
      default: break
      }
    }
  }

  /// Copies the words to their places and returns the size.
  private mutating func layOut(in code: UnsafeMutableRawPointer) -> Int {
    var size = 0
    var index = 0
    while index < words.count {
      let head = code + size
      var handler = words[index].handler
      place(index, in: code, &size)
      while joinsWords, index + 1 < words.count, !words[index + 1].isTarget {
        let joined = hw_join(handler, words[index + 1].handler)
        guard joined != UInt16(HW_NO_HANDLER) else { break }
        handler = joined
        index += 1
        // Its operands follow where its handler would have been.
        size -= 8
        place(index, in: code, &size)
      }
      head.storeBytes(of: UInt(bitPattern: hw_handler_of(handler, usesVectorsV3)), as: UInt.self)
      index += 1
    }
    return size
  }

  /// Copies the operands of a drafted word to its place at `size`.
  private mutating func place(_ index: WordIndex, in code: UnsafeMutableRawPointer, _ size: inout Int) {
    let word = words[index]
    words[index].position = Int32(size)
    if isRecording { positions.append((size, sources[index].offset)) }
    (code + size + 8).copyMemory(from: bytes + Int(word.draft) + 8, byteCount: Int(word.size) - 8)
    size += Int(word.size)
  }

  private func pay(_ cost: UInt32, at field: UnsafeMutableRawPointer, isWide: Bool) {
    if isWide {
      field.storeBytes(of: cost, as: UInt32.self)
    } else {
      // At most `maximumChainCost` and one operator, by construction.
      field.storeBytes(of: UInt16(clamping: cost), as: UInt16.self)
    }
  }
}
