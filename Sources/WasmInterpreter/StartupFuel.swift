/// What instantiating a module costs in the fuel model `wasmtime-50`.
internal import WasmBinary

extension Module {
  /// wasmtime puts every initialisation that is not a plain copy into a start-up function of its own, which is charged
  /// like any function: 1 to enter it, 1 for each operator of a constant expression, and the length of what it fills.
  /// The elements that `array.new` makes there come on top. Measured with wasmtime 50.0.1, case by case (the tables of the interpreter's fuel tests).
  var startupFuel: UInt64 {
    var cost: UInt64 = 0
    var hasStartup = false
    func charge(_ amount: Int) {
      hasStartup = true
      cost += UInt64(amount)
    }
    for global in globals {
      guard let initializer = global.initializer, !initializer.isNumber else { continue }
      charge(initializer.instructions.count)
    }
    for table in tables {
      guard let initializer = table.initializer else { continue }
      if case .refFunc = initializer.instructions.first { continue }
      charge(initializer.instructions.count + Int(clamping: table.type.limits.minimum))
    }
    for segment in elements {
      let (isExpressions, expressions) =
        if case .expressions(let items) = segment.items {
          (true, items.reduce(0) { $0 + $1.instructions.count })
        } else {
          (false, 0)
        }
      switch segment.mode {
      case .passive: charge(expressions)
      case .declarative: break
      case .active(_, let offset):
        if isExpressions || !offset.isNumber {
          charge(offset.instructions.count + expressions + segment.items.count)
        }
      }
    }
    for segment in data {
      guard case .active(_, let offset) = segment.mode, !offset.isNumber else { continue }
      charge(offset.instructions.count + segment.range.count)
    }
    if start != nil { charge(1) }
    return cost + (hasStartup ? 1 : 0)
  }
}

extension ConstantExpression {
  /// A single numeric constant.
  fileprivate var isNumber: Bool {
    guard instructions.count == 1 else { return false }
    switch instructions[0] {
    case .i32Const, .i64Const, .f32Const, .f64Const, .v128Const: return true
    default: return false
    }
  }
}
