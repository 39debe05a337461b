/// `try_table`, `throw` and `throw_ref`: a table of who catches what, and no word while nothing is thrown.
internal import WasmBinary

/// Code that a catch clause goes on with, behind the function's own: the branch to its label.
struct Landing {
  var place: CodeEmitter.Label
  var target: Control
}

extension FunctionTranslator {
  mutating func resetCatches() {
    catches = CatchTable()
    innermostRegion = -1
    landings = []
    landingsByLabel = [:]
  }

  mutating func beginTryTable() {
    let type = reader.blockType(instance.module.types)
    // Whatever is thrown finds the operands in their slots.
    materializeAll()
    let first = catches.clauses.count
    for _ in 0..<reader.u32() { readCatch() }
    let outer = innermostRegion
    if catches.clauses.count > first {
      catches.regions.append(CatchTable.Region(clauses: first..<catches.clauses.count, parent: outer))
      enterRegion(Int32(catches.regions.count - 1))
    }
    open(.block, type, label: emitter.makeLabel())
    controls[controls.count - 1].outerRegion = outer
  }

  /// A block ends that may be a `try_table`.
  mutating func endRegion(of control: Control) {
    guard let outer = control.outerRegion, outer != innermostRegion else { return }
    enterRegion(outer)
  }

  /// From the next word on another region is the innermost one.
  mutating func enterRegion(_ region: Int32) {
    // No word on this side may be taken back for one on the other.
    last = nil
    innermostRegion = region
    catches.marks.append((Int32(emitter.nextWord), innermostRegion))
  }

  private mutating func readCatch() {
    let kind = reader.byte()
    let tag = kind < 2 ? Int32(bitPattern: reader.u32()) : -1
    let target = controls[controls.count - 1 - Int(reader.u32())]
    let isReturn = target.kind == .function
    // The values go where the label takes them: nothing above it is needed any more.
    let height = isReturn ? 0 : target.height
    let slot = canonicalSlot(height)
    reserve(height, target.branchTypes.slotCount)
    let landing: CodeEmitter.Label
    if let known = landingsByLabel[target.label] {
      landing = known
    } else {
      landing = emitter.makeLabel()
      landingsByLabel[target.label] = landing
      landings.append(Landing(place: landing, target: target))
      if !isReturn { emitter.promiseBranch(to: target.label) }
    }
    catches.clauses.append(
      CatchTable.Clause(tag: tag, givesReference: kind & 1 != 0, slot: slot, landing: Int32(landing)))
  }

  /// Behind the function's end.
  mutating func emitLandings() {
    for landing in landings {
      bind(landing.place, fallsThrough: false)
      emitter.addEntry(landing.place)
      if landing.target.kind == .function {
        truncateStack(to: 0)
        for result in landing.target.results { pushStack(ValueClass(result)) }
        emitReturnWords()
      } else {
        emitJump(to: landing.target.label)
      }
    }
  }

  /// Labels and words as places in the code.
  mutating func finishCatches() -> CatchTable? {
    guard !catches.regions.isEmpty else { return nil }
    for index in catches.clauses.indices {
      catches.clauses[index].landing = Int32(emitter.place(of: Int(catches.clauses[index].landing)))
    }
    return catches
  }

  mutating func translateThrow() {
    let index = reader.u32()
    service(.throwException, operands: instance.tags[Int(index)].type.parameterSlots, x: index)
    endReachable()
  }

  mutating func translateThrowReference() {
    service(.throwReference, operands: 1, x: 0)
    endReachable()
  }

  mutating func skipTryTable() {
    _ = reader.blockType(instance.module.types)
    for _ in 0..<reader.u32() {
      if reader.byte() < 2 { _ = reader.u32() }
      _ = reader.u32()
    }
  }

  /// What blocks still have to pay for behind the words that something may be thrown at.
  mutating func remainders(in function: UInt32, of instance: InstanceState) -> [(code: Int32, cost: UInt32)] {
    emitter.isRecording = true
    defer { emitter.isRecording = false }
    translate(function, of: instance).code.deallocate()
    return emitter.remainders
  }
}
