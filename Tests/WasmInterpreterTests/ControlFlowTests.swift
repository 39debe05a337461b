/// Blocks, branches and calls: values at joins, multi-value, stale locals, deep nesting.

import Testing
import WasmBinary
import WasmInterpreter

/// A function `f` of i32 parameters and results, and what it must give.
struct ControlCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let text: String
  /// Arguments and results.
  let calls: [([Int32], [Int32])]

  init(_ name: String, _ body: String, _ calls: [([Int32], [Int32])], fields: String = "") {
    testDescription = name
    text = "(module \(fields) (func $f (export \"f\") \(body)))"
    self.calls = calls
  }

  static let all: [ControlCase] = [
    ControlCase(
      "block parameters and results",
      "(param i32 i32) (result i32 i32)"
        + " local.get 0 local.get 1 block (param i32 i32) (result i32 i32) i32.const 1 i32.add end",
      [([5, 7], [5, 8])]),
    ControlCase(
      "a block that swaps its parameters",
      "(param i32 i32) (result i32 i32) (local i32 i32)"
        + " local.get 0 local.get 1 block (param i32 i32) (result i32 i32)"
        + " local.set 2 local.set 3 local.get 2 local.get 3 end", [([1, 2], [2, 1])]),
    ControlCase(
      "swap through block results without locals",
      "(param i32 i32) (result i32 i32)"
        + " (block (result i32 i32) (local.get 1) (local.get 0))", [([1, 2], [2, 1])]),
    ControlCase(
      "a loop whose parameters swap on every turn",
      "(param i32) (result i32 i32)"
        + " (local i32 i32) i32.const 10 i32.const 20"
        + " loop (param i32 i32) (result i32 i32) local.set 1 local.set 2 local.get 1 local.get 2"
        + " local.get 0 i32.const 1 i32.sub local.tee 0 i32.const 0 i32.gt_s br_if 0 end",
      [([1], [20, 10]), ([2], [10, 20]), ([5], [20, 10])]),
    ControlCase(
      "a loop that rotates three values",
      "(param i32) (result i32 i32 i32) (local $a i32) (local $b i32) (local $c i32)"
        + " i32.const 1 i32.const 2 i32.const 3 loop (param i32 i32 i32) (result i32 i32 i32)"
        + " local.set $c local.set $b local.set $a local.get $b local.get $c local.get $a"
        + " local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0 end",
      [([1], [2, 3, 1]), ([2], [3, 1, 2]), ([3], [1, 2, 3])]),
    ControlCase(
      "if with parameters",
      "(param i32 i32) (result i32) local.get 0 local.get 1"
        + " if (param i32) (result i32) i32.const 100 i32.add else i32.const 200 i32.add end",
      [([5, 1], [105]), ([5, 0], [205])]),
    ControlCase(
      "if without else passes its parameters",
      "(param i32 i32) (result i32) local.get 0 local.get 1"
        + " if (param i32) (result i32) i32.const 2 i32.mul end", [([5, 1], [10]), ([5, 0], [5])]),
    ControlCase(
      "the value of a conditional return that did not happen is still there",
      "(param i32 i32) (result i32) local.get 0 i32.const 3 i32.mul local.get 1 br_if 0 i32.const 1 i32.add",
      [([5, 1], [15]), ([5, 0], [16])]),
    ControlCase(
      "the value of a conditional branch in place is there on both ways",
      "(param i32 i32) (result i32) block (result i32) local.get 0 i32.const 3 i32.mul local.get 1 br_if 0"
        + " i32.const 5 i32.mul end",
      [([5, 1], [15]), ([5, 0], [75])]),
    ControlCase(
      "a sum made of the value of a conditional branch leaves it for the other way",
      "(param i32 i32) (result i32) block (result i32) local.get 0 i32.const 3 i32.mul local.get 1 br_if 0"
        + " local.get 0 i32.add end",
      [([5, 1], [15]), ([5, 0], [20])]),
    ControlCase(
      "the parameter of an if is there in both arms",
      "(param i32 i32) (result i32) local.get 0 i32.const 3 i32.mul local.get 1"
        + " if (param i32) (result i32) i32.const 5 i32.mul else i32.const 7 i32.xor end",
      [([5, 1], [75]), ([5, 0], [8])]),
    ControlCase(
      "a sum that a conditional return left is still there",
      "(param i32 i32) (result i32) local.get 0 i32.const 3 i32.mul local.get 1 i32.add local.get 1 br_if 0"
        + " i32.const 1 i32.add",
      [([5, 1], [16]), ([5, 0], [16])]),
    ControlCase(
      "a sum that a conditional branch carried is still there",
      "(param i32 i32) (result i32) i32.const 100 block (param i32) (result i32) local.get 0 i32.const 3 i32.mul"
        + " i32.const 7 i32.add local.get 1 br_if 0 drop local.get 0 i32.add end",
      [([5, 1], [22]), ([5, 0], [105])]),
    ControlCase(
      "a local set after it was read keeps the old value on the stack",
      "(param i32) (result i32)"
        + " local.get 0 i32.const 9 local.set 0 local.get 0 i32.const 10 i32.mul i32.add", [([3], [93])]),
    ControlCase(
      "a local tee after it was read keeps the old value",
      "(param i32) (result i32)"
        + " local.get 0 i32.const 7 local.tee 0 i32.sub local.get 0 i32.const 100 i32.mul i32.add", [([10], [703])]),
    ControlCase(
      "two pending reads of a local that is then set",
      "(param i32) (result i32)"
        + " local.get 0 local.get 0 i32.const 4 local.set 0 i32.mul local.get 0 i32.add", [([3], [13])]),
    ControlCase(
      "a pending read survives a set in a nested block",
      "(param i32) (result i32)"
        + " local.get 0 block i32.const 50 local.set 0 end local.get 0 i32.sub", [([3], [-47])]),
    ControlCase(
      "a pending read survives a set in only one arm",
      "(param i32 i32) (result i32)"
        + " local.get 0 local.get 1 if i32.const 50 local.set 0 end local.get 0 i32.sub",
      [([3, 1], [-47]), ([3, 0], [0])]),
    ControlCase(
      "a pending read survives a set in a loop",
      "(param i32) (result i32) (local i32)"
        + " local.get 0 loop local.get 0 i32.const 2 i32.mul local.set 0"
        + " local.get 1 i32.const 1 i32.add local.tee 1 i32.const 3 i32.lt_s br_if 0 end local.get 0 i32.sub",
      [([1], [-7])]),
    ControlCase(
      "a pending read survives a swap of locals",
      "(param i32 i32) (result i32)"
        + " local.get 0 local.get 1 local.set 0 local.set 1"
        + " local.get 0 i32.const 1000 i32.mul local.get 1 i32.add", [([3, 4], [4003])]),
    ControlCase(
      "a pending constant survives a branch",
      "(param i32) (result i32)"
        + " i32.const 40 block (result i32) i32.const 2 local.get 0 br_if 0 drop i32.const 3 end i32.add",
      [([1], [42]), ([0], [43])]),
    ControlCase(
      "br_if keeps the values below its operand",
      "(param i32) (result i32)"
        + " block (result i32) i32.const 1 i32.const 2 local.get 0 br_if 0 i32.add end", [([1], [2]), ([0], [3])]),
    ControlCase(
      "a branch drops what lies between",
      "(param i32) (result i32)"
        + " block (result i32) i32.const 7 i32.const 8 i32.const 9 local.get 0 br 0 end", [([5], [5])]),
    ControlCase(
      "a branch with two values over garbage",
      "(param i32 i32) (result i32 i32)"
        + " block (result i32 i32) i32.const 1 i32.const 2 local.get 1 local.get 0 br 0 end", [([5, 6], [6, 5])]),
    ControlCase(
      "a return with values over garbage",
      "(param i32 i32) (result i32 i32)"
        + " i32.const 1 i32.const 2 block i32.const 3 local.get 1 local.get 0 return end unreachable",
      [([5, 6], [6, 5])]),
    ControlCase(
      "br_table to blocks with values",
      "(param i32) (result i32)"
        + " block (result i32) block (result i32) block (result i32) i32.const 100 local.get 0 br_table 0 1 2 1 end"
        + " i32.const 1 i32.add end i32.const 10 i32.add end",
      [([0], [111]), ([1], [110]), ([2], [100]), ([3], [110]), ([-1], [110])]),
    ControlCase(
      "br_table to a loop and a block",
      "(param i32) (result i32) (local i32)"
        + " block loop local.get 1 i32.const 1 i32.add local.set 1"
        + " local.get 0 local.get 1 i32.le_s br_table 0 1 end end local.get 1",
      [([1], [1]), ([5], [5])]),
    ControlCase(
      "br_table with only a default", "(param i32) (result i32) block local.get 0 br_table 0 end i32.const 6",
      [([0], [6]), ([99], [6])]),
    ControlCase(
      "br_table that returns", "(param i32) (result i32) block i32.const 3 local.get 0 br_table 1 1 1 end i32.const 6",
      [([0], [3]), ([99], [3])]),
    ControlCase(
      "a call with many arguments and results",
      "(param i32) (result i32 i32 i32 i32) (call $g (local.get 0) (i32.const 2) (i32.const 3) (i32.const 4))",
      [([1], [4, 3, 2, 1])],
      fields: "(func $g (param i32 i32 i32 i32) (result i32 i32 i32 i32)"
        + " local.get 3 local.get 2 local.get 1 local.get 0)"),
    ControlCase(
      "a call between pending operands",
      "(param i32) (result i32)"
        + " local.get 0 i32.const 5 local.get 0 call $double i32.mul i32.add", [([3], [33])],
      fields: "(func $double (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))"),
    ControlCase(
      "a callee does not see or spoil its caller's locals",
      "(param i32) (result i32) (local i32 i32)"
        + " (local.set 1 (i32.const 11)) (local.set 2 (call $g (local.get 0)))"
        + " (i32.add (local.get 1) (i32.add (local.get 2) (local.get 0)))", [([3], [14])],
      fields: "(func $g (param i32) (result i32) (local i32 i32 i32)"
        + " (local.set 0 (i32.const 77)) (i32.add (local.get 1) (i32.add (local.get 2) (local.get 3))))"),
    ControlCase(
      "locals begin at zero in every call",
      "(param i32) (result i32)"
        + " (call $g) (call $g) i32.add", [([3], [10])],
      fields: "(func $g (result i32) (local i32) (local.set 0 (i32.add (local.get 0) (i32.const 5))) (local.get 0))"),
    ControlCase(
      "code after unreachable is not run",
      "(param i32) (result i32)"
        + " block (result i32) local.get 0 br 0 i32.add i32.eqz unreachable end", [([3], [3])]),
    ControlCase(
      "dead blocks, ifs and branches",
      "(param i32) (result i32)"
        + " local.get 0 return block (result i32) i32.const 1 if (result i32) i32.const 5 br 0 else i32.const 6 i32.const 7 br_if 0 end loop br 0 end end",
      [([3], [3])]),
    ControlCase(
      "select of pending locals",
      "(param i32 i32 i32) (result i32)"
        + " local.get 0 local.get 1 local.get 2 select i32.const 8 local.set 0 local.get 0 i32.add",
      [([1, 2, 1], [9]), ([1, 2, 0], [10])]),
    ControlCase(
      "the same function called in both operands",
      "(param i32) (result i32)"
        + " (if (result i32) (i32.le_s (local.get 0) (i32.const 1)) (then (i32.const 1))"
        + " (else (i32.mul (local.get 0) (call $f (i32.sub (local.get 0) (i32.const 1))))))",
      [([0], [1]), ([5], [120]), ([10], [3_628_800])]),
    ControlCase(
      "nested loops with early exits",
      "(param i32) (result i32) (local $i i32) (local $j i32) (local $n i32)"
        + " (block $done (loop $outer (local.set $j (i32.const 0))"
        + " (block $next (loop $inner (local.set $n (i32.add (local.get $n) (i32.const 1)))"
        + " (br_if $done (i32.ge_s (local.get $n) (local.get 0)))"
        + " (br_if $next (i32.eq (local.get $j) (local.get $i)))"
        + " (local.set $j (i32.add (local.get $j) (i32.const 1))) (br $inner)))"
        + " (local.set $i (i32.add (local.get $i) (i32.const 1))) (br $outer)))"
        + " (i32.add (i32.mul (local.get $i) (i32.const 1000)) (local.get $j))",
      [([1], [0]), ([4], [2000]), ([100], [13008])]),
    ControlCase(
      "a stored value is computed before the address's local changes",
      "(param i32) (result i32)"
        + " local.get 0 i32.const 64 local.tee 0 i32.store (i32.load (i32.const 8))", [([8], [64])],
      fields: "(memory 1)"),
    ControlCase(
      "a load is not moved past a store",
      "(param i32) (result i32)"
        + " (i32.store (i32.const 0) (i32.const 5)) (i32.load (i32.const 0))"
        + " (i32.store (i32.const 0) (local.get 0)) (i32.load (i32.const 0)) i32.sub", [([3], [2])],
      fields: "(memory 1)"),
    ControlCase(
      "a global read is not moved past a global write",
      "(param i32) (result i32)"
        + " global.get 0 local.get 0 global.set 0 global.get 0 i32.sub", [([3], [4])],
      fields: "(global (mut i32) (i32.const 7))"),
    ControlCase(
      "a pending global read survives a call that writes it",
      "(param i32) (result i32)"
        + " global.get 0 call $g global.get 0 i32.mul", [([0], [77])],
      fields: "(global (mut i32) (i32.const 7)) (func $g (global.set 0 (i32.const 11)))"),
    ControlCase(
      "memory.size is not moved past memory.grow",
      "(param i32) (result i32)"
        + " memory.size local.get 0 memory.grow drop memory.size i32.const 10 i32.mul i32.add", [([2], [31])],
      fields: "(memory 1)"),
    ControlCase(
      "a constant stored at a sum does not take the slot of the sum's parts",
      "(param i32) (result i32) (local.get 0) (i32.shl (i32.const 2) (i32.const 2)) i32.add i32.const 100000 i32.store"
        + " (i32.load (i32.add (local.get 0) (i32.const 8)))", [([16], [100_000])], fields: "(memory 1)"),
    ControlCase(
      "addresses of two and three parts",
      "(param i32 i32) (result i32)"
        + " (i32.store (i32.add (local.get 0) (i32.shl (local.get 1) (i32.const 2))) (i32.const 7))"
        + " (i32.store (i32.add (i32.add (local.get 0) (i32.shl (local.get 1) (i32.const 2))) (i32.const 4)) (i32.const 50000))"
        + " (i32.store16 (i32.add (i32.shl (local.get 1) (i32.const 1)) (i32.const 200)) (local.get 0))"
        + " (i32.add (i32.load (i32.add (local.get 0) (i32.const 12))) (i32.add"
        + " (i32.load offset=4 (i32.add (i32.shl (local.get 1) (i32.const 2)) (local.get 0)))"
        + " (i32.load8_u (i32.add (i32.add (local.get 0) (local.get 1)) (i32.const 103)))))",
      [([100, 3], [50_107])], fields: "(memory 1)"),
    ControlCase(
      "a sum whose constant part wraps is an address modulo 2^32",
      "(param i32 i32) (result i32) (i32.store8 offset=1 (i32.const 9) (i32.const 77))"
        + " (i32.load8_u offset=1 (i32.add (i32.add (local.get 0) (i32.shl (local.get 1) (i32.const 1))) (i32.const -1)))",
      [([4, 3], [77]), ([10, 0], [77])], fields: "(memory 1)"),
    ControlCase(
      "a sum on the stack keeps the value that its local had",
      "(param i32 i32) (result i32) (i32.add (local.get 0) (i32.const 4)) (local.set 0 (i32.const 1000))"
        + " (local.set 1 (i32.add (local.get 1) (local.get 0))) local.get 1 i32.add", [([1, 2], [1007])]),
    ControlCase(
      "a memory that grew in a callee is used at its new size",
      "(param i32) (result i32)"
        + " (call $g) (i32.store (i32.const 70000) (local.get 0)) (i32.load (i32.const 70000))", [([12], [12])],
      fields: "(memory 1) (func $g (drop (memory.grow (i32.const 1))))"),
  ]
}

@Suite("control flow")
struct ControlFlowTests {
  @Test("a function gives its results", arguments: ControlCase.all)
  func results(_ testCase: ControlCase) throws {
    let guest = try Guest(testCase.text)
    for (arguments, expected) in testCase.calls {
      try guest.instance.initialize()
      #expect(try guest.call("f", arguments.map(Value.int32)) == expected.map(Value.int32), "\(arguments)")
    }
  }

  @Test("blocks nest deeply", arguments: [100, 5_000, 60_000])
  func deepNesting(depth: Int) throws {
    let open = String(repeating: "block ", count: depth)
    let close = String(repeating: "end ", count: depth)
    let guest = try Guest(
      """
      (module
        (func (export "inner") (param i32) (result i32)
          \(open) local.get 0 br_if \(depth - 1) i32.const 1 return \(close) i32.const 2)
        (func (export "ends") (result i32) \(open) \(close) i32.const 3))
      """)
    #expect(try guest.call("inner", .i32(0)) == [.i32(1)])
    #expect(try guest.call("inner", .i32(1)) == [.i32(2)])
    #expect(try guest.call("ends") == [.i32(3)])
  }

  @Test("nested blocks carry a value through every level")
  func nestedResults() throws {
    let depth = 2_000
    let open = String(repeating: "block (result i32) ", count: depth)
    let close = String(repeating: "i32.const 1 i32.add end ", count: depth)
    let guest = try Guest("(module (func (export \"f\") (result i32) \(open) i32.const 0 \(close)))")
    #expect(try guest.call("f") == [.i32(UInt32(depth))])
  }

  @Test("br_table takes thousands of targets")
  func largeTable() throws {
    let targets = (0..<5_000).map { String($0 % 3) }.joined(separator: " ")
    let guest = try Guest(
      """
      (module (func (export "f") (param i32) (result i32)
        block block block local.get 0 br_table \(targets) 2 end i32.const 0 return end i32.const 1 return end
        i32.const 2))
      """)
    for index in [0, 1, 2, 3, 4_998, 4_999, 5_000, 1_000_000] {
      let expected = index < 5_000 ? UInt32(index % 3) : 2
      #expect(try guest.call("f", .i32(UInt32(index))) == [.i32(expected)])
    }
  }

  @Test("jumps to a switch are copied as long as the code stays in proportion", arguments: [3, 20_000])
  func manyJumpsToASwitch(cases: Int) throws {
    // Each turn takes one case, which jumps back to the switch; the last index leaves.
    let opened = String(repeating: "block ", count: 200)
    let targets = (0..<200).map(String.init).joined(separator: " ")
    let jumps = String(
      repeating: "block local.get 0 i32.const 7 i32.eq br_if 0 i32.const 5 local.set 1 br $next end ", count: cases)
    let guest = try Guest(
      """
      (module (func (export "f") (param i32) (result i32) (local i32 i32)
        block $done loop $next \(opened)
        local.get 2 i32.const 3 i32.add local.set 2
        local.get 0 i32.const 1 i32.add local.tee 0 i32.const 9 i32.gt_u br_if $done
        local.get 0 br_table \(targets)
        \(String(repeating: "end ", count: 200)) \(jumps) br $next end end
        local.get 2 i32.const 100 i32.mul local.get 1 i32.add))
      """)
    #expect(try guest.call("f", .i32(0)) == [.i32(3 * 10 * 100 + 5)])
    #expect(guest.instance.codeByteCount < 150 * cases + 20_000)
  }

  @Test("a long function branches across more than 64 KiB of code")
  func longBranches() throws {
    let filler = String(repeating: "local.get 1 i32.const 3 i32.mul i32.const 1 i32.add local.set 1 ", count: 20_000)
    let guest = try Guest(
      """
      (module (func (export "f") (param i32) (result i32) (local i32)
        block local.get 0 br_if 0 \(filler) end
        loop local.get 0 i32.const 2 i32.ge_s if \(filler) local.get 0 i32.const 1 i32.sub local.set 0 br 1 end end
        local.get 1))
      """)
    func filled(_ value: UInt32) -> UInt32 { (0..<20_000).reduce(value) { value, _ in value &* 3 &+ 1 } }
    #expect(try guest.call("f", .i32(1)) == [.i32(0)])
    #expect(try guest.call("f", .i32(0)) == [.i32(filled(0))])
    #expect(try guest.call("f", .i32(3)) == [.i32(filled(filled(0)))])
  }

  @Test("a function with a thousand results gives them in order")
  func manyResults() throws {
    let types = String(repeating: "i32 ", count: 1_000)
    let constants = (0..<1_000).map { "i32.const \($0)" }.joined(separator: " ")
    let guest = try Guest(
      """
      (module (func $g (result \(types)) \(constants))
        (func (export "f") (result \(types)) call $g)
        (func (export "g") (result \(types)) call $g return))
      """)
    let expected = (0..<1_000).map { Value.i32(UInt32($0)) }
    #expect(try guest.call("f") == expected)
    #expect(try guest.call("g") == expected)
  }

  @Test("more results than parameters, and more parameters than results, leave the stack straight")
  func unevenSignatures() throws {
    let guest = try Guest(
      """
      (module
        (func $expand (param i32) (result i32 i32 i32 i32 i32)
          local.get 0 local.get 0 i32.const 1 i32.add local.get 0 i32.const 2 i32.add i32.const 7 i32.const 8)
        (func $shrink (param i32 i32 i32 i32 i32) (result i32)
          local.get 0 local.get 1 i32.add local.get 2 i32.add local.get 3 i32.add local.get 4 i32.add)
        (func (export "f") (param i32) (result i32)
          i32.const 1000 local.get 0 call $expand call $shrink i32.add local.get 0 i32.sub))
      """)
    #expect(try guest.call("f", .i32(10)) == [.i32(1000 + 10 + 11 + 12 + 15 - 10)])
  }
}
