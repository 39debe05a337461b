/// The words of the text format: what a keyword token means.

import WasmBinary

/// What a keyword stands for.
enum Meaning: Equatable {
  case word(Word)
  case instruction(Opcode)
  case unknown
}

/// The keywords that are not instructions.
enum Word: String, CaseIterable {
  case module, binary, quote, definition, instance
  case type, rec, sub, final, `struct`, array
  case `func`, table, memory, global, tag, elem, data, start, export, `import`
  case param, result, local, mut, shared, pagesize
  case offset, item, declare, then
  case i32, i64, f32, f64, v128
  case i8x16, i16x8, i32x4, i64x2, f32x4, f64x2
  case funcref, externref, ref, null, extern
  case any, eq, i31, none, nofunc, noextern, exn, noexn, field, i8, i16
  case `catch`, catch_ref, catch_all, catch_all_ref
  case anyref, eqref, i31ref, structref, arrayref, exnref, nullref, nullfuncref, nullexternref, nullexnref
}

/// The words by their bytes.
struct Keywords: Sendable {
  static let all = Keywords()

  private let symbols: SymbolTable
  private let meanings: [Meaning]

  private init() {
    var symbols = SymbolTable()
    var meanings: [Meaning] = []
    for word in Word.allCases {
      let bytes = Array(word.rawValue.utf8)
      _ = symbols.intern(bytes, bytes.indices)
      meanings.append(.word(word))
    }
    // `selectTyped` has the name of `select`, which comes first.
    for opcode in Opcode.all {
      let bytes = Array(opcode.name.utf8)
      if symbols.intern(bytes, bytes.indices) == UInt32(meanings.count) { meanings.append(.instruction(opcode)) }
    }
    self.symbols = symbols
    self.meanings = meanings
  }

  func meaning(_ source: [UInt8], _ range: Range<Int>) -> Meaning {
    symbols.find(source, range).map { meanings[Int($0)] } ?? .unknown
  }
}

/// The feature that an unknown operator belongs to, so that the refusal can name it; nil if it belongs to none.
func featureOfUnsupportedOperator(_ name: String) -> String? {
  // The first prefix that matches wins.
  let prefixes: [(String, String)] = [
    ("try", "legacy-exceptions"), ("catch", "legacy-exceptions"), ("rethrow", "legacy-exceptions"),
    ("delegate", "legacy-exceptions"),
    ("i64.add128", "wide-arithmetic"), ("i64.sub128", "wide-arithmetic"), ("i64.mul_wide", "wide-arithmetic"),
    ("cont.", "stack switching"), ("suspend", "stack switching"), ("resume", "stack switching"),
    ("switch", "stack switching"),
  ]
  return prefixes.first { name.hasPrefix($0.0) }?.1
}
