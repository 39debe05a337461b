/// Atomic instructions on memories that are not shared.

import Testing
import WasmBinary
import WasmInterpreter

@Suite("atomic instructions")
struct AtomicTests {
  /// Which memory an access goes to: its declarations, the name in an instruction, and the type of addresses.
  enum Place: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case first, second, long

    var declarations: String {
      switch self {
      case .first: "(memory (export \"memory\") 1)"
      case .second: "(memory 0) (memory $m (export \"memory\") 1)"
      case .long: "(memory (export \"memory\") i64 1)"
      }
    }
    var name: String { self == .second ? "$m" : "" }
    var addressType: String { self == .long ? "i64" : "i32" }
    func address(_ value: UInt64) -> Value { self == .long ? .i64(value) : .i32(UInt32(value)) }
    var testDescription: String { rawValue }
  }

  /// A read-modify-write instruction, and what it writes where `old` is.
  struct Operation: Sendable {
    var name: String
    var isComparing = false
    var written: @Sendable (_ old: UInt64, _ value: UInt64, _ replacement: UInt64) -> UInt64

    static let all = [
      Operation(name: "add") { old, value, _ in old &+ value },
      Operation(name: "sub") { old, value, _ in old &- value },
      Operation(name: "and") { old, value, _ in old & value }, Operation(name: "or") { old, value, _ in old | value },
      Operation(name: "xor") { old, value, _ in old ^ value }, Operation(name: "xchg") { _, value, _ in value },
      Operation(name: "cmpxchg", isComparing: true) { old, value, replacement in old == value ? replacement : old },
    ]
  }

  /// The accesses by type and width in bits.
  static let widths = [("i32", 8), ("i32", 16), ("i32", 32), ("i64", 8), ("i64", 16), ("i64", 32), ("i64", 64)]

  private static func value(_ type: String, _ bits: UInt64) -> Value {
    type == "i32" ? .i32(UInt32(truncatingIfNeeded: bits)) : .i64(bits)
  }

  private static func mask(_ width: Int) -> UInt64 { UInt64.max >> UInt64(64 - width) }

  private static func rmwName(_ type: String, _ width: Int, _ operation: String) -> String {
    "\(type)" == "i\(width)" ? "\(type).atomic.rmw.\(operation)" : "\(type).atomic.rmw\(width).\(operation)_u"
  }

  @Test("a modification gives what was there and writes its result, nothing else", arguments: Place.allCases)
  func modifications(_ place: Place) throws {
    var text = "(module \(place.declarations)"
    for operation in Operation.all {
      for (type, width) in Self.widths {
        let name = Self.rmwName(type, width, operation.name)
        let third = operation.isComparing ? "(local.get 2)" : ""
        // By a local, by a sum behind other operands on the stack, and with a constant offset.
        text += """
          (func (export "\(name)") (param \(place.addressType) \(type) \(type)) (result \(type))
            (\(name) \(place.name) offset=16 (local.get 0) (local.get 1) \(third)))
          (func (export "sum \(name)") (param \(place.addressType) \(type) \(type)) (result \(type))
            (\(type).sub (\(type).const 0) (\(type).sub (\(type).const 0)
              (\(name) \(place.name) (\(place.addressType).add (local.get 0) (\(place.addressType).const 16))
                (\(type).xor (local.get 1) (\(type).const 0)) \(third)))))
          """
      }
    }
    let guest = try Guest(text + ")")
    let memory = try guest.memory()
    let before: [UInt8] = (0..<32).map { UInt8(truncatingIfNeeded: 0x91 &+ 0x1D &* $0) }
    for operation in Operation.all {
      for (type, width) in Self.widths {
        for prefix in ["", "sum "] {
          let size = width / 8
          let old = before[16..<16 + size].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
          // Bits above the width are not looked at, neither in what is compared nor in what is written.
          for operand in [0, 1, 0x8182_8384_8586_8788, old, old | ~Self.mask(width)] as [UInt64] {
            #expect(memory.write(before, at: 0))
            let name = prefix + Self.rmwName(type, width, operation.name)
            let replacement: UInt64 = 0xF1E2_D3C4_B5A6_9788
            let result = try guest.call(
              name, place.address(0), Self.value(type, operand), Self.value(type, replacement))
            #expect(result == [Self.value(type, old)], "\(name) \(operand)")
            let written = operation.written(old, operand & Self.mask(width), replacement) & Self.mask(width)
            var expected = before
            for index in 0..<size { expected[16 + index] = UInt8(truncatingIfNeeded: written >> UInt64(8 * index)) }
            #expect(memory.read(at: 0, count: 32) == expected, "\(name) \(operand)")
          }
        }
      }
    }
  }

  @Test("loads and stores are the plain ones", arguments: Place.allCases)
  func plainAccesses(_ place: Place) throws {
    var text = "(module \(place.declarations)"
    for (type, width) in Self.widths {
      let suffix = type == "i\(width)" ? "" : "\(width)"
      text += """
        (func (export "load \(type) \(width)") (param \(place.addressType)) (result \(type))
          (\(type).atomic.load\(suffix)\(suffix.isEmpty ? "" : "_u") \(place.name) offset=8 (local.get 0)))
        (func (export "store \(type) \(width)") (param \(place.addressType) \(type))
          (\(type).atomic.store\(suffix) \(place.name) offset=8 (local.get 0) (local.get 1)))
        """
    }
    let guest = try Guest(text + ")")
    let bits: UInt64 = 0xFEDC_BA98_8765_4321
    for (type, width) in Self.widths {
      #expect(try guest.memory().write([UInt8](repeating: 0xEE, count: 24), at: 0))
      try guest.call("store \(type) \(width)", place.address(0), Self.value(type, bits))
      var expected = [UInt8](repeating: 0xEE, count: 24)
      for index in 0..<width / 8 { expected[8 + index] = UInt8(truncatingIfNeeded: bits >> UInt64(8 * index)) }
      #expect(try guest.memory().read(at: 0, count: 24) == expected, "\(type) \(width)")
      let loaded = try guest.call("load \(type) \(width)", place.address(0))
      #expect(loaded == [Self.value(type, bits & Self.mask(width))], "\(type) \(width)")
    }
  }

  @Test(
    "an address of no whole multiple traps as unaligned, before it is found to be out of bounds",
    arguments: Place.allCases)
  func alignment(_ place: Place) throws {
    let address = "(local.get 0)"
    let kinds: [(name: String, size: UInt64, text: String)] = [
      ("load", 4, "(i32.atomic.load \(place.name) \(address))"),
      ("load16", 2, "(i32.wrap_i64 (i64.atomic.load16_u \(place.name) \(address)))"),
      ("load8", 1, "(i32.atomic.load8_u \(place.name) \(address))"),
      ("store", 8, "(i64.atomic.store \(place.name) \(address) (i64.const 1)) (i32.const 0)"),
      ("add", 4, "(i32.atomic.rmw.add \(place.name) \(address) (i32.const 1))"),
      ("cmpxchg", 8, "(i32.wrap_i64 (i64.atomic.rmw.cmpxchg \(place.name) \(address) (i64.const 1) (i64.const 2)))"),
      ("or8", 1, "(i32.atomic.rmw8.or_u \(place.name) \(address) (i32.const 1))"),
      ("notify", 4, "(memory.atomic.notify \(place.name) \(address) (i32.const 1))"),
      ("wait32", 4, "(memory.atomic.wait32 \(place.name) \(address) (i32.const 1) (i64.const -1))"),
      ("wait64", 8, "(memory.atomic.wait64 \(place.name) \(address) (i64.const 1) (i64.const -1))"),
    ]
    let functions = kinds.map {
      "(func (export \"\($0.name)\") (param \(place.addressType)) (result i32) \($0.text))"
    }
    let guest = try Guest("(module \(place.declarations) \(functions.joined(separator: "\n")))")
    for kind in kinds {
      for address: UInt64 in [0, 65_536 - kind.size] {
        if kind.name.hasPrefix("wait") {
          try expectTrap(.expectedSharedMemory, "\(kind.name) \(address)") {
            try guest.call(kind.name, place.address(address))
          }
        } else {
          #expect(try guest.call(kind.name, place.address(address)).count == 1, "\(kind.name) \(address)")
        }
      }
      for address: UInt64 in [65_536, 0xFFFF_FFF8] {
        try expectTrap(.memoryOutOfBounds, "\(kind.name) \(address)") {
          try guest.call(kind.name, place.address(address))
        }
      }
      guard kind.size > 1 else { continue }
      for address: UInt64 in [1, kind.size / 2, 65_535, 65_537, 0xFFFF_FFFF] {
        try expectTrap(.unalignedAtomic, "\(kind.name) \(address)") {
          try guest.call(kind.name, place.address(address))
        }
      }
    }
  }

  @Test("what counts is address plus offset, which do not wrap")
  func offsets() throws {
    let guest = try Guest(
      """
      (module (memory 1) (memory $long i64 1)
        (func (export "one") (param i32) (result i32) (i32.atomic.load offset=1 (local.get 0)))
        (func (export "far") (param i32) (result i32) (i32.atomic.rmw.add offset=0xfffffffe (local.get 0) (i32.const 1)))
        (func (export "last") (param i32) (result i32) (i32.atomic.rmw.add offset=0xffff (local.get 0) (i32.const 1)))
        (func (export "long") (param i64) (result i32)
          (i32.atomic.load $long offset=0xfffffffffffffffe (local.get 0)))
        (func (export "notify") (param i64) (result i32)
          (memory.atomic.notify $long offset=0xfffffffffffffffe (local.get 0) (i32.const 0)))
        (func (export "constant") (result i32) (i32.atomic.load offset=2 (i32.const 2)))
        (func (export "odd") (result i32) (i32.atomic.load offset=2 (i32.const 4))))
      """)
    #expect(try guest.call("one", .i32(3)) == [.i32(0)])
    try expectTrap(.unalignedAtomic, "one") { try guest.call("one", .i32(4)) }
    #expect(try guest.call("constant") == [.i32(0)])
    try expectTrap(.unalignedAtomic, "odd") { try guest.call("odd") }
    try expectTrap(.memoryOutOfBounds, "far") { try guest.call("far", .i32(2)) }
    try expectTrap(.unalignedAtomic, "far") { try guest.call("far", .i32(1)) }
    try expectTrap(.memoryOutOfBounds, "last") { try guest.call("last", .i32(1)) }
    for name in ["long", "notify"] {
      try expectTrap(.memoryOutOfBounds, name) { try guest.call(name, .i64(2)) }
      try expectTrap(.unalignedAtomic, name) { try guest.call(name, .i64(1)) }
    }
  }

  @Test("a trap leaves memory as it was, and names the instruction")
  func traps() throws {
    let guest = try Guest(
      """
      (module (memory (export "memory") 1)
        (func (export "f") (param i32) (result i32) (nop) (i32.atomic.rmw.xchg (local.get 0) (i32.const -1))))
      """)
    for address: UInt32 in [2, 65_536] {
      let trap = #expect(throws: Trap.self) { try guest.call("f", .i32(address)) }
      let frame = try #require(trap?.frames.first)
      #expect(frame.functionIndex == 0)
      // Behind nop, local.get and i32.const, of one, two and two bytes.
      let body = try #require(guest.instance.module.bodies.first).range
      #expect(frame.offset == body.lowerBound + 1 + 1 + 2 + 2)
      #expect(try guest.memory().read(at: 0, count: 8) == [UInt8](repeating: 0, count: 8))
    }
  }

  @Test("each atomic instruction costs one unit of fuel, as the loads and stores do")
  func fuel() throws {
    let cases: [(String, UInt64)] = [
      ("(drop (i32.atomic.load (i32.const 0)))", 2), ("(drop (i32.atomic.load offset=4 (local.get 0)))", 2),
      ("(i64.atomic.store8 (i32.const 0) (i64.const 1))", 3),
      ("(drop (i32.atomic.rmw.add (i32.const 0) (i32.const 5)))", 3),
      ("(drop (i32.atomic.rmw.cmpxchg (i32.const 0) (i32.const 5) (i32.const 6)))", 4),
      ("(drop (memory.atomic.notify (i32.const 0) (i32.const 1)))", 3), ("(atomic.fence)", 1), ("(nop)", 0),
    ]
    for (body, cost) in cases {
      let guest = try Guest("(module (memory 1) (func (export \"f\") (param i32) \(body)))")
      guest.store.setFuel(100)
      try guest.call("f", .i32(0))
      #expect(guest.store.fuelConsumed == cost + 1, "\(body)")
      guest.store.setFuel(cost)
      try expectTrap(.fuelExhausted, body) { try guest.call("f", .i32(0)) }
    }
  }

  @Test("a lock and a counter built of them work as usual", arguments: [false, true])
  func counting(_ profiled: Bool) throws {
    let guest = try Guest(
      """
      (module (memory 0) (memory $m 1)
        (func $lock (param i32)
          (loop $again (br_if $again (i32.atomic.rmw.cmpxchg $m (local.get 0) (i32.const 0) (i32.const 1)))))
        (func $unlock (param i32)
          (if (i32.ne (i32.atomic.rmw.xchg $m (local.get 0) (i32.const 0)) (i32.const 1)) (then (unreachable)))
          (drop (memory.atomic.notify $m (local.get 0) (i32.const 1))))
        (func (export "f") (param $n i32) (result i64)
          (loop $next
            (call $lock (i32.const 8))
            (i64.store $m (i32.const 16) (i64.add (i64.load $m (i32.const 16)) (i64.const 3)))
            (call $unlock (i32.const 8))
            (drop (i64.atomic.rmw.add $m offset=8 (i32.shl (i32.const 2) (i32.const 3)) (i64.const 1)))
            (atomic.fence)
            (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
          (i64.add (i64.atomic.load $m (i32.const 16)) (i64.atomic.load $m (i32.const 24)))))
      """)
    if profiled { guest.store.setFuel(nil, profile: ProfileOptions(interval: 16)) }
    #expect(try guest.call("f", .i32(1000)) == [.i64(4000)])
  }

  @Test("code that is never reached may hold them")
  func unreachable() throws {
    let guest = try Guest(
      """
      (module (memory 1) (memory $m 1)
        (func (export "f") (result i32)
          (block (result i32)
            (br 0 (i32.const 7))
            (atomic.fence) (drop (i32.atomic.rmw8.add_u $m offset=300)) (i64.atomic.store)
            (memory.atomic.wait64 offset=3))))
      """)
    #expect(try guest.call("f") == [.i32(7)])
  }

  @Test("operands in slots that 16 bits do not reach", arguments: Place.allCases)
  func farSlots(_ place: Place) throws {
    // 80,000 slots.
    let locals = String(repeating: "v128 ", count: 40_000) + "i64 i64 i64 i64"
    let wrapped = place.addressType == "i32" ? "(i32.wrap_i64 (local.get 40001))" : "(local.get 40001)"
    let guest = try Guest(
      """
      (module \(place.declarations)
        (func (export "f") (param i64) (result i64) (local \(locals))
          (local.set 40001 (local.get 0)) (local.set 40002 (i64.const 5)) (local.set 40003 (i64.const 6))
          (i64.atomic.store \(place.name) \(wrapped) (local.get 40002))
          (local.set 40004 (i64.atomic.rmw.cmpxchg \(place.name) \(wrapped) (local.get 40002) (local.get 40003)))
          (i64.add (i64.mul (local.get 40004) (i64.const 100)) (i64.atomic.load \(place.name) \(wrapped)))))
      """, limits: StoreLimits(memoryBytes: 1 << 20, tableElements: 1_000, valueStackBytes: 8 << 20))
    #expect(try guest.call("f", .i64(8)) == [.i64(506)])
    try expectTrap(.unalignedAtomic, "f") { try guest.call("f", .i64(12)) }
  }

  @Test("a shared memory is refused whatever is enabled, an unshared one is not")
  func sharedMemory() throws {
    let load = "(func (export \"f\") (result i32) (i32.atomic.load (i32.const 0)))"
    for memory in ["(memory 1 1 shared)", "(import \"m\" \"m\" (memory 1 1 shared))"] {
      for features in [Features.implemented, Features(rawValue: .max), .implemented.subtracting(.threads)] {
        let error = #expect(throws: ModuleError.self) { try Guest("(module \(memory) \(load))", features: features) }
        #expect(error?.kind == .unsupportedFeature("threads"))
        #expect(error?.message.hasPrefix("shared memory is refused") == true)
      }
    }
    #expect(try Guest("(module (memory 1 1) \(load))").call("f") == [.i32(0)])
    let off = #expect(throws: ModuleError.self) {
      try Guest("(module (memory 1 1) \(load))", features: .implemented.subtracting(.threads))
    }
    #expect(off?.kind == .unsupportedFeature("threads"))
  }

  private func expectTrap(_ kind: Trap.Kind, _ what: String, _ body: () throws -> Void) throws {
    let trap = #expect(throws: Trap.self, "\(what)") { try body() }
    #expect(trap?.kind == kind, "\(what)")
  }

  private func expectTrap(_ kind: Trap.Kind, _ what: String, _ body: () throws -> [Value]) throws {
    try expectTrap(kind, what) { () throws -> Void in _ = try body() }
  }
}
