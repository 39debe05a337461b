/// What unwinding needs to know of an instance's code, gathered when something is thrown and not before.
internal import CWasmInterpreter
internal import WasmBinary

/// Who catches what in one function.
struct CatchTable {
  /// A catch clause.
  struct Clause {
    /// The tag's index; -1 catches everything.
    var tag: Int32
    var givesReference: Bool
    /// Where in the frame the values go.
    var slot: UInt32
    /// The code that goes on with them: a label, and after translation its place.
    var landing: Int32
  }

  /// A `try_table`.
  struct Region {
    var clauses: Range<Int>
    /// The one around it; -1 for none.
    var parent: Int32
  }

  var clauses: [Clause] = []
  var regions: [Region] = []
  /// Where the innermost region changes, in the order of the code: words, and after translation offsets.
  var marks: [(place: Int32, region: Int32)] = []

  /// The first clause that catches something thrown by the word at `offset`.
  func clause(at offset: Int, catches: (Int) -> Bool) -> Clause? {
    let next = marks.firstPlace { Int($0.place) > offset }
    guard next > 0 else { return nil }
    var region = Int(marks[next - 1].region)
    while region >= 0 {
      for clause in clauses[regions[region].clauses] where clause.tag < 0 || catches(Int(clause.tag)) { return clause }
      region = Int(regions[region].parent)
    }
    return nil
  }
}

/// The code of an instance, kept up to date while functions are translated, and what its blocks have paid in advance.
struct UnwindingState {
  private var map: CodeMap?
  /// Translated since the map was made. Kept short, so that a new function does not move the whole map.
  private var recent: CodeMap?
  private var recentCount = 0
  private var waiting: [Int] = []
  /// By the index among the functions that the module defines: for each word that something may be thrown at, what its
  /// block still has to pay for.
  fileprivate var remainders: [Int: [(code: Int32, cost: UInt32)]] = [:]

  private static let mostRecent = 512

  mutating func hasTranslated(_ index: Int) {
    if map != nil { waiting.append(index) }
  }

  mutating func hasDiscardedCode() { self = UnwindingState() }

  mutating func prepare(_ instance: InstanceState) {
    if map == nil || recentCount + waiting.count > Self.mostRecent {
      map = CodeMap(of: instance)
      recent = nil
      recentCount = 0
      waiting.removeAll(keepingCapacity: true)
      return
    }
    for index in waiting {
      if recent == nil { recent = CodeMap() }
      recent?.insert(index, of: instance)
    }
    recentCount += waiting.count
    waiting.removeAll(keepingCapacity: true)
  }

  func block(at address: UInt) -> CodeMap.Block? { map?.block(at: address) ?? recent?.block(at: address) }
}

extension InstanceState {
  /// The fuel that the block of the word at `offset` took for what comes behind that word.
  func unpaid(after offset: Int, in index: Int) -> UInt32 {
    if unwinding.remainders[index] == nil {
      // Translated again, once for each function that something flies through.
      unwinding.remainders[index] = store.translator.remainders(
        in: UInt32(module.importedFunctionCount + index), of: self)
    }
    guard let remainders = unwinding.remainders[index] else { return 0 }
    let next = remainders.firstPlace { Int($0.code) > offset }
    return next > 0 ? remainders[next - 1].cost : 0
  }
}
