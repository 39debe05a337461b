/// Random functions of floats, as text and as a model with canonical NaNs that says what they return.

import WasmInterpreter

struct TypedFloat: Sendable {
  var type: FloatType
  var bits: UInt64
  var value: Value { type.value(bits) }
}

/// An expression with a float result. What it costs does not depend on the values.
indirect enum FloatNode {
  case local(Int)
  case constant(TypedFloat)
  case operation(FloatOperation, [FloatNode])
  case sign(String, FloatSign, FloatNode)
  case copysign(FloatNode, FloatNode)
  case tee(Int, FloatNode)
  case load(FloatType)
  case select(FloatNode, FloatNode, FloatTest)
  /// By a branch, between two locals.
  case choice(FloatTest, Int, Int)
}

/// What a branch or `select` tests.
indirect enum FloatTest {
  case comparison(String, FloatNode, FloatNode)
  case isNegative(FloatType, FloatNode)
}

/// A function of two f32 and two f64, which repeats its statements.
struct FloatProgram {
  enum Statement {
    case set(Int, FloatNode)
    case store(FloatType, FloatNode)
  }
  var statements: [Statement]
  var results: (FloatNode, FloatNode)

  /// Parameters and locals.
  static let types: [FloatType] = [.f32, .f32, .f64, .f64, .f32, .f64]
  private static let repetitions = 3

  func function(named name: String) -> String {
    let body = statements.map { statement in
      switch statement {
      case .set(let local, let node): "(local.set \(local) \(node.text))"
      case .store(let type, let node): "(\(type).store (i32.const \(FloatProgram.address(type))) \(node.text))"
      }
    }
    return """
      (func (export "\(name)") (param f32 f32 f64 f64) (result f32 f64) (local f32 f64) (local $n i32)
        \(FloatType.allCases.map { "(\($0).store (i32.const \(Self.address($0))) (\($0).const 0))" }.joined())
        (loop
          \(body.joined(separator: "\n    "))
          (br_if 0 (i32.ne (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const \(Self.repetitions)))))
        \(results.0.text) \(results.1.text))
      """
  }

  func run(_ arguments: [TypedFloat]) -> [TypedFloat] {
    var state = FloatState(locals: arguments.map(\.bits) + [0, 0])
    for _ in 0..<Self.repetitions {
      for statement in statements {
        switch statement {
        case .set(let local, let node): state.locals[local] = node.evaluate(&state).bits
        case .store(let type, let node): state.memory[type] = node.evaluate(&state).bits
        }
      }
    }
    let first = results.0.evaluate(&state)
    return [first, results.1.evaluate(&state)]
  }

  static func address(_ type: FloatType) -> Int { type == .f32 ? 16 : 24 }
}

struct FloatState {
  var locals: [UInt64]
  var memory: [FloatType: UInt64] = [.f32: 0, .f64: 0]
}

extension FloatNode {
  var type: FloatType {
    switch self {
    case .local(let index), .choice(_, let index, _): FloatProgram.types[index]
    case .constant(let value): value.type
    case .operation(let operation, _): operation.resultType
    case .sign(_, _, let node), .copysign(let node, _), .tee(_, let node), .select(let node, _, _): node.type
    case .load(let type): type
    }
  }

  var text: String {
    switch self {
    case .local(let index): "(local.get \(index))"
    case .constant(let value): value.type.literal(value.bits)
    case .operation(let operation, let nodes): "(\(operation.name) \(nodes.map(\.text).joined(separator: " ")))"
    case .sign(let name, _, let node): "(\(type).\(name) \(node.text))"
    case .copysign(let node, let sign): "(\(type).copysign \(node.text) \(sign.text))"
    case .tee(let index, let node): "(local.tee \(index) \(node.text))"
    case .load(let type): "(\(type).load (i32.const \(FloatProgram.address(type))))"
    case .select(let first, let second, let test): "(select \(first.text) \(second.text) \(test.text))"
    case .choice(let test, let first, let second):
      "(if (result \(type)) \(test.text) (then (local.get \(first))) (else (local.get \(second))))"
    }
  }

  func evaluate(_ state: inout FloatState) -> TypedFloat {
    switch self {
    case .local(let index): return TypedFloat(type: type, bits: state.locals[index])
    case .constant(let value): return value
    case .operation(let operation, let nodes):
      var operands: [UInt64] = []
      for node in nodes { operands.append(node.evaluate(&state).bits) }
      return TypedFloat(type: type, bits: operation.apply(operands))
    case .sign(_, let sign, let node):
      return TypedFloat(type: type, bits: sign.apply(node.evaluate(&state).bits, type))
    case .copysign(let node, let sign):
      let bits = node.evaluate(&state).bits
      return TypedFloat(type: type, bits: bits & ~type.signBit | sign.evaluate(&state).bits & type.signBit)
    case .tee(let index, let node):
      let result = node.evaluate(&state)
      state.locals[index] = result.bits
      return result
    case .load(let type): return TypedFloat(type: type, bits: state.memory[type] ?? 0)
    case .select(let first, let second, let test):
      let values = (first.evaluate(&state), second.evaluate(&state))
      return test.evaluate(&state) ? values.0 : values.1
    case .choice(let test, let first, let second):
      return TypedFloat(type: type, bits: state.locals[test.evaluate(&state) ? first : second])
    }
  }
}

extension FloatTest {
  var text: String {
    switch self {
    case .comparison(let name, let left, let right): "(\(left.type).\(name) \(left.text) \(right.text))"
    case .isNegative(let type, let node):
      "(\(type.bitsType).lt_s (\(type.bitsType).reinterpret_\(type) \(node.text)) (\(type.bitsType).const 0))"
    }
  }

  func evaluate(_ state: inout FloatState) -> Bool {
    switch self {
    case .isNegative(let type, let node): return node.evaluate(&state).bits & type.signBit != 0
    case .comparison(let name, let left, let right):
      func number(_ value: TypedFloat) -> Double {
        value.type == .f32 ? Double(Float(bitPattern: UInt32(value.bits))) : Double(bitPattern: value.bits)
      }
      let x = number(left.evaluate(&state))
      let y = number(right.evaluate(&state))
      return switch name {
      case "eq": x == y
      case "ne": x != y
      case "lt": x < y
      case "gt": x > y
      case "le": x <= y
      default: x >= y
      }
    }
  }
}

/// Draws programs and arguments from a seed.
struct RandomFloatPrograms {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  /// SplitMix64.
  private mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return Int((z ^ z >> 31) % UInt64(bound))
  }

  private mutating func pick<T>(_ items: [T]) -> T { items[below(items.count)] }

  private mutating func number(_ type: FloatType) -> TypedFloat {
    let special = [0, -0.0, 1, -1.5, 0.1, 3e10, -1e-40].map(type.bits) + [type.infinity, type.infinity | type.signBit]
    return TypedFloat(type: type, bits: below(3) == 0 ? pick(type.nans) : pick(special))
  }

  mutating func arguments() -> [TypedFloat] {
    [number(.f32), number(.f32), number(.f64), number(.f64)]
  }

  private mutating func local(_ type: FloatType) -> Int {
    pick(FloatProgram.types.indices.filter { FloatProgram.types[$0] == type })
  }

  private mutating func test(_ depth: Int) -> FloatTest {
    let type = pick(FloatType.allCases)
    if below(4) == 0 { return .isNegative(type, node(type, depth)) }
    let left = node(type, depth)
    return .comparison(pick(["eq", "ne", "lt", "gt", "le", "ge"]), left, node(type, depth))
  }

  private mutating func node(_ type: FloatType, _ depth: Int) -> FloatNode {
    if depth <= 0 {
      switch below(6) {
      case 0: return .constant(number(type))
      case 1: return .load(type)
      default: return .local(local(type))
      }
    }
    switch below(16) {
    case 0: return .sign("neg", .opposite, node(type, depth - 1))
    case 1: return .sign("abs", .plus, node(type, depth - 1))
    case 2:
      let magnitude = node(type, depth - 1)
      return .copysign(magnitude, node(type, depth - 2))
    case 3: return .tee(local(type), node(type, depth - 1))
    case 4:
      let values = (node(type, depth - 1), node(type, depth - 2))
      return .select(values.0, values.1, test(depth - 2))
    case 5:
      let test = test(depth - 1)
      return .choice(test, local(type), local(type))
    default:
      let operation = pick(FloatOperation.arithmetic.filter { $0.resultType == type })
      var operands: [FloatNode] = []
      for _ in 0..<operation.operandCount { operands.append(node(operation.operandType, depth - 1 - below(2))) }
      return .operation(operation, operands)
    }
  }

  mutating func program() -> FloatProgram {
    var statements: [FloatProgram.Statement] = []
    for _ in 0..<(1 + below(4)) {
      let type = pick(FloatType.allCases)
      statements.append(
        below(3) == 0 ? .store(type, node(type, 3)) : .set(local(type), node(type, 3)))
    }
    let first = node(.f32, 4)
    return FloatProgram(statements: statements, results: (first, node(.f64, 4)))
  }
}
