/// Structs, arrays, i31 references and casts (Core 3.0, sections 4.6.7 to 4.6.10).

import Testing
import WasmBinary
import WasmInterpreter

@Suite("Objects")
struct ObjectTests {
  private func trap(_ body: () throws -> Void) -> Trap.Kind? {
    do {
      try body()
      return nil
    } catch { return (error as? Trap)?.kind }
  }

  // MARK: structs

  private static let fields = """
    (module
      (type $s (struct (field i32) (field (mut i8)) (field (mut i16)) (field (mut i64)) (field (mut f32))
        (field (mut f64)) (field (mut v128)) (field (mut (ref null $s)))))
      (global $g (mut (ref null $s)) (ref.null $s))
      (func (export "make") (param i32 i32 i32 i64 f32 f64)
        (global.set $g (struct.new $s (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4)
          (local.get 5) (v128.const i64x2 11 22) (global.get $g))))
      (func (export "default") (global.set $g (struct.new_default $s)))
      (func (export "i32") (result i32) (struct.get $s 0 (global.get $g)))
      (func (export "i8_s") (result i32) (struct.get_s $s 1 (global.get $g)))
      (func (export "i8_u") (result i32) (struct.get_u $s 1 (global.get $g)))
      (func (export "i16_s") (result i32) (struct.get_s $s 2 (global.get $g)))
      (func (export "i16_u") (result i32) (struct.get_u $s 2 (global.get $g)))
      (func (export "i64") (result i64) (struct.get $s 3 (global.get $g)))
      (func (export "f32") (result f32) (struct.get $s 4 (global.get $g)))
      (func (export "f64") (result f64) (struct.get $s 5 (global.get $g)))
      (func (export "v128") (result v128) (struct.get $s 6 (global.get $g)))
      (func (export "next") (result i32) (ref.is_null (struct.get $s 7 (global.get $g))))
      (func (export "set")
        (struct.set $s 1 (global.get $g) (i32.const 0x17F))
        (struct.set $s 2 (global.get $g) (i32.const 0x18000))
        (struct.set $s 3 (global.get $g) (i64.add (struct.get $s 3 (global.get $g)) (i64.const 1)))
        (struct.set $s 4 (global.get $g) (f32.add (struct.get $s 4 (global.get $g)) (f32.const 0.5)))
        (struct.set $s 5 (global.get $g) (f64.mul (struct.get $s 5 (global.get $g)) (f64.const 2)))
        (struct.set $s 6 (global.get $g) (i64x2.add (struct.get $s 6 (global.get $g)) (v128.const i64x2 1 2)))
        (struct.set $s 7 (global.get $g) (global.get $g))))
    """

  @Test("fields of every kind keep their values", arguments: [false, true])
  func keepsFields(_ isChecked: Bool) throws {
    let guest = try Guest(Self.fields)
    guest.store.checksHeap = isChecked
    try guest.call("make", .int32(-5), .i32(0xFF80), .i32(0xFFFF), .int64(-7), .float32(1.5), .float64(-2.5))
    #expect(try guest.call("i32") == [.int32(-5)])
    #expect(try guest.call("i8_s") == [.int32(-128)])
    #expect(try guest.call("i8_u") == [.i32(0x80)])
    #expect(try guest.call("i16_s") == [.int32(-1)])
    #expect(try guest.call("i16_u") == [.i32(0xFFFF)])
    #expect(try guest.call("i64") == [.int64(-7)])
    #expect(try guest.call("f32") == [.float32(1.5)])
    #expect(try guest.call("f64") == [.float64(-2.5)])
    #expect(try guest.call("v128") == [.v128(low: 11, high: 22)])
    #expect(try guest.call("next") == [.i32(1)])
    try guest.call("set")
    #expect(try guest.call("i8_s") == [.i32(0x7F)])
    #expect(try guest.call("i16_s") == [.int32(-0x8000)])
    #expect(try guest.call("i64") == [.int64(-6)])
    #expect(try guest.call("f32") == [.float32(2)])
    #expect(try guest.call("f64") == [.float64(-5)])
    #expect(try guest.call("v128") == [.v128(low: 12, high: 24)])
    #expect(try guest.call("next") == [.i32(0)])
    // The old one is its last field now.
    try guest.call("make", .i32(1), .i32(2), .i32(3), .i64(4), .float32(5), .float64(6))
    #expect(try guest.call("next") == [.i32(0)])
    #expect(try guest.call("i8_s") == [.i32(2)])
  }

  @Test("default fields are zero and null")
  func defaults() throws {
    let guest = try Guest(Self.fields)
    try guest.call("default")
    for name in ["i32", "i8_s", "i16_u"] { #expect(try guest.call(name) == [.i32(0)]) }
    #expect(try guest.call("i64") == [.i64(0)])
    #expect(try guest.call("v128") == [.v128(low: 0, high: 0)])
    #expect(try guest.call("next") == [.i32(1)])
  }

  @Test("a field of null traps")
  func nullStructure() throws {
    let guest = try Guest(Self.fields)
    #expect(trap { try guest.call("i64") } == .nullStructureReference)
    #expect(trap { try guest.call("set") } == .nullStructureReference)
    try guest.call("default")
    #expect(trap { try guest.call("i64") } == nil)
  }

  @Test("a struct of very many fields, from operands of every kind")
  func manyFields() throws {
    let count = 3000
    let fields = String(repeating: "(field i32) (field i8) ", count: count)
    let values = (0..<count).map { index in
      index % 3 == 0
        ? "(i32.const \(index)) (local.get 0)"
        : index % 3 == 1
          ? "(i32.add (local.get 0) (i32.const \(index))) (i32.const 7)"
          : "(local.get 0) (i32.mul (local.get 0) (local.get 0))"
    }
    let guest = try Guest(
      """
      (module (type $s (struct \(fields)))
        (func (export "f") (param i32) (result i32 i32 i32 i32) (local $s (ref null $s))
          (local.set $s (struct.new $s \(values.joined(separator: " "))))
          (struct.get $s \(2 * 2997) (local.get $s)) (struct.get_u $s \(2 * 2997 + 1) (local.get $s))
          (struct.get $s \(2 * 2998) (local.get $s)) (struct.get_u $s \(2 * 2999 + 1) (local.get $s))))
      """)
    #expect(try guest.call("f", .i32(9)) == [.i32(2997), .i32(9), .i32(3007), .i32(81)])
  }

  // MARK: arrays

  private static func array(_ storage: String, _ type: String, get: String) -> String {
    """
    (module
      (type $a (array (mut \(storage))))
      (global $g (mut (ref null $a)) (ref.null $a))
      (func (export "new") (param \(type) i32) (global.set $g (array.new $a (local.get 0) (local.get 1))))
      (func (export "default") (param i32) (global.set $g (array.new_default $a (local.get 0))))
      (func (export "fixed") (param \(type) \(type)) (global.set $g (array.new_fixed $a 2 (local.get 0) (local.get 1))))
      (func (export "get") (param i32) (result \(type)) (\(get) $a (global.get $g) (local.get 0)))
      (func (export "set") (param i32 \(type)) (array.set $a (global.get $g) (local.get 0) (local.get 1)))
      (func (export "fill") (param i32 \(type) i32)
        (array.fill $a (global.get $g) (local.get 0) (local.get 1) (local.get 2)))
      (func (export "copy") (param i32 i32 i32)
        (array.copy $a $a (global.get $g) (local.get 0) (global.get $g) (local.get 1) (local.get 2)))
      (func (export "len") (result i32) (array.len (global.get $g))))
    """
  }

  static let elements: [(storage: String, type: String, get: String, values: [Value])] = [
    ("i8", "i32", "array.get_s", [.int32(-3), .i32(4), .i32(5), .int32(-128)]),
    ("i16", "i32", "array.get_u", [.i32(65535), .i32(4), .i32(5), .i32(256)]),
    ("i32", "i32", "array.get", [.int32(-3), .i32(4), .i32(5), .i32(6)]),
    ("i64", "i64", "array.get", [.int64(-3), .i64(4), .i64(5), .i64(6)]),
    ("f32", "f32", "array.get", [.float32(-3), .f32(bits: 0x7FA0_0001), .float32(5), .float32(6)]),
    ("f64", "f64", "array.get", [.float64(-3), .float64(4), .float64(5), .float64(6)]),
    (
      "v128", "v128", "array.get",
      [.v128(low: 1, high: 2), .v128(low: 3, high: 4), .v128(low: 5, high: 6), .v128(low: 7, high: 8)]
    ),
    ("anyref", "anyref", "array.get", [1, 2, 3, 0x7FFF_FFFF].map { .reference(.i31($0)) }),
  ]

  @Test("elements of every kind keep their values", arguments: elements.indices)
  func keepsElements(_ index: Int) throws {
    let (storage, type, get, values) = Self.elements[index]
    let guest = try Guest(Self.array(storage, type, get: get))
    func content() throws -> [Value] {
      guard case .i32(let count) = try guest.call("len")[0] else { return [] }
      return try (0..<count).map { try guest.call("get", .i32($0))[0] }
    }
    try guest.call("new", values[0], .i32(3))
    #expect(try content() == Array(repeating: values[0], count: 3))
    try guest.call("set", .i32(1), values[1])
    #expect(try content() == [values[0], values[1], values[0]])
    try guest.call("fixed", values[2], values[3])
    #expect(try content() == [values[2], values[3]])
    try guest.call("default", .i32(5))
    try guest.call("fill", .i32(1), values[1], .i32(2))
    try guest.call("set", .i32(4), values[2])
    let zero = try content()[0]
    #expect(try content() == [zero, values[1], values[1], zero, values[2]])
    try guest.call("copy", .i32(0), .i32(1), .i32(4))
    #expect(try content() == [values[1], values[1], zero, values[2], values[2]])
    try guest.call("copy", .i32(1), .i32(0), .i32(4))
    #expect(try content() == [values[1], values[1], values[1], zero, values[2]])
    // At the end, and one beyond it.
    for (name, arguments) in [
      ("fill", [Value.i32(5), values[0], .i32(0)]), ("copy", [.i32(5), .i32(5), .i32(0)]),
    ] {
      #expect(trap { try guest.call(name, arguments) } == nil)
      var beyond = arguments
      beyond[2] = .i32(1)
      #expect(trap { try guest.call(name, beyond) } == .arrayOutOfBounds)
    }
    for index: UInt32 in [5, 0x8000_0000, 0xFFFF_FFFF] {
      #expect(trap { try guest.call("get", .i32(index)) } == .arrayOutOfBounds)
      #expect(trap { try guest.call("set", .i32(index), values[0]) } == .arrayOutOfBounds)
      #expect(trap { try guest.call("fill", .i32(index), values[0], .i32(1)) } == .arrayOutOfBounds)
    }
  }

  @Test("an array instruction on null traps")
  func nullArray() throws {
    let guest = try Guest(Self.array("i32", "i32", get: "array.get"))
    #expect(trap { try guest.call("len") } == .nullArrayReference)
    #expect(trap { try guest.call("get", .i32(0)) } == .nullArrayReference)
    #expect(trap { try guest.call("set", .i32(0), .i32(0)) } == .nullArrayReference)
    #expect(trap { try guest.call("fill", .i32(0), .i32(0), .i32(0)) } == .nullArrayReference)
    #expect(trap { try guest.call("copy", .i32(0), .i32(0), .i32(0)) } == .nullArrayReference)
    try guest.call("default", .i32(0))
    #expect(try guest.call("len") == [.i32(0)])
    try guest.call("fill", .i32(0), .i32(0), .i32(0))
  }

  @Test("arrays are made and filled from segments, within these and while they are not dropped")
  func segments() throws {
    let guest = try Guest(
      """
      (module
        (type $b (array (mut i16))) (type $r (array (mut anyref))) (type $f (array funcref))
        (data $d "\\01\\00\\02\\00\\03\\00\\04") (elem $e anyref (ref.i31 (i32.const 7)) (ref.null any) (ref.i31 (i32.const 9)))
        (elem $g func 0 1)
        (func (export "data") (param i32 i32) (result i32) (local $a (ref $b))
          (local.set $a (array.new_data $b $d (local.get 0) (local.get 1)))
          (if (result i32) (array.len (local.get $a)) (then (array.get_u $b (local.get $a) (i32.const 0))) (else (i32.const -1))))
        (func (export "elements") (param i32 i32) (result anyref)
          (array.get $r (array.new_elem $r $e (local.get 0) (local.get 1)) (i32.const 0)))
        (func (export "functions") (result i32)
          (ref.is_null (array.get $f (array.new_elem $f $g (i32.const 0) (i32.const 2)) (i32.const 1))))
        (func (export "init") (param i32 i32 i32) (result i32) (local $a (ref $b))
          (local.set $a (array.new_default $b (i32.const 2)))
          (array.init_data $b $d (local.get $a) (local.get 0) (local.get 1) (local.get 2))
          (array.get_u $b (local.get $a) (i32.const 1)))
        (func (export "initElements") (param i32 i32 i32) (result anyref) (local $a (ref $r))
          (local.set $a (array.new_default $r (i32.const 2)))
          (array.init_elem $r $e (local.get $a) (local.get 0) (local.get 1) (local.get 2))
          (array.get $r (local.get $a) (i32.const 1)))
        (func (export "drop") (data.drop $d) (elem.drop $e)))
      """)
    #expect(try guest.call("data", .i32(2), .i32(2)) == [.i32(2)])
    #expect(try guest.call("data", .i32(1), .i32(3)) == [.i32(0x200)])
    #expect(trap { try guest.call("data", .i32(2), .i32(3)) } == .memoryOutOfBounds)
    #expect(trap { try guest.call("data", .i32(0xFFFF_FFFF), .i32(0xFFFF_FFFF)) } == .memoryOutOfBounds)
    #expect(try guest.call("elements", .i32(2), .i32(1)) == [.reference(.i31(9))])
    #expect(trap { try guest.call("elements", .i32(2), .i32(2)) } == .tableOutOfBounds)
    #expect(try guest.call("functions") == [.i32(0)])
    #expect(try guest.call("init", .i32(1), .i32(4), .i32(1)) == [.i32(3)])
    #expect(trap { try guest.call("init", .i32(1), .i32(0), .i32(2)) } == .arrayOutOfBounds)
    #expect(trap { try guest.call("init", .i32(0), .i32(5), .i32(2)) } == .memoryOutOfBounds)
    #expect(try guest.call("initElements", .i32(0), .i32(1), .i32(2)) == [.reference(.i31(9))])
    #expect(trap { try guest.call("initElements", .i32(0), .i32(2), .i32(2)) } == .tableOutOfBounds)
    try guest.call("drop")
    #expect(try guest.call("data", .i32(0), .i32(0)) == [.int32(-1)])
    #expect(trap { try guest.call("data", .i32(0), .i32(1)) } == .memoryOutOfBounds)
    #expect(trap { try guest.call("elements", .i32(0), .i32(1)) } == .tableOutOfBounds)
    try guest.instance.initialize()
    #expect(try guest.call("elements", .i32(0), .i32(1)) == [.reference(.i31(7))])
  }

  // MARK: i31 and casts

  @Test(
    "an i31 keeps its low 31 bits", arguments: [0, 1, 0x3FFF_FFFF, 0x4000_0000, 0x7FFF_FFFF, 0x8000_0001, 0xFFFF_FFFF])
  func i31(_ bits: UInt32) throws {
    let guest = try Guest(
      """
      (module
        (func (export "s") (param i32) (result i32) (i31.get_s (ref.i31 (local.get 0))))
        (func (export "u") (param i32) (result i32) (i31.get_u (ref.i31 (local.get 0))))
        (func (export "pass") (param i31ref) (result anyref) (local.get 0))
        (func (export "null") (result i32) (i31.get_u (ref.null i31)))
        (func (export "equal") (param i32 i32) (result i32)
          (ref.eq (ref.i31 (local.get 0)) (ref.i31 (local.get 1)))))
      """)
    let low = bits & 0x7FFF_FFFF
    #expect(try guest.call("u", .i32(bits)) == [.i32(low)])
    #expect(try guest.call("s", .i32(bits)) == [.int32(Int32(bitPattern: low << 1) >> 1)])
    #expect(try guest.call("pass", .reference(.i31(low))) == [.reference(.i31(low))])
    #expect(trap { try guest.call("pass", .reference(.i31(low | 1 << 31))) } == .host(code: "invalidArguments"))
    #expect(trap { try guest.call("null") } == .nullI31Reference)
    #expect(try guest.call("equal", .i32(bits), .i32(low)) == [.i32(1)])
    #expect(try guest.call("equal", .i32(bits), .i32(low ^ 1)) == [.i32(0)])
  }

  /// Values 0 to 8: null, i31, an instance of A, of B (a subtype of A), of C (one of B), of an array type, a host reference.
  private static func casts(_ target: String, nullable: String) -> String {
    """
    (module
      (rec (type $A (sub (struct (field i32)))) (type $B (sub $A (struct (field i32) (field i64))))
        (type $C (sub final $B (struct (field i32) (field i64)))) (type $R (array i8)) (type $other (struct (field i32))))
      (func $value (param i32 externref) (result anyref)
        (block (block (block (block (block (block (block (br_table 0 1 2 3 4 5 6 (local.get 0)))
          (return (ref.null none))) (return (ref.i31 (i32.const 3))))
          (return (struct.new_default $A))) (return (struct.new_default $B))) (return (struct.new_default $C)))
          (return (array.new_default $R (i32.const 2)))) (any.convert_extern (local.get 1)))
      (func (export "test") (param i32 externref) (result i32)
        (ref.test (ref \(nullable) \(target)) (call $value (local.get 0) (local.get 1))))
      (func (export "cast") (param i32 externref) (result i32)
        (drop (ref.cast (ref \(nullable) \(target)) (call $value (local.get 0) (local.get 1)))) (i32.const 1))
      (func (export "branch") (param i32 externref) (result i32)
        (drop (block $yes (result (ref \(nullable) \(target)))
          (drop (br_on_cast $yes anyref (ref \(nullable) \(target)) (call $value (local.get 0) (local.get 1))))
          (return (i32.const 0))))
        (i32.const 1))
      (func (export "fail") (param i32 externref) (result i32) (local $x anyref)
        (local.set $x (call $value (local.get 0) (local.get 1)))
        (drop (block $no (result anyref)
          (drop (br_on_cast_fail $no anyref (ref \(nullable) \(target)) (local.get $x)))
          (return (i32.const 1))))
        (i32.const 0)))
    """
  }

  static let expectedCasts: [(target: String, values: [Int])] = [
    ("any", [1, 2, 3, 4, 5, 6]), ("eq", [1, 2, 3, 4, 5]), ("i31", [1]), ("struct", [2, 3, 4]), ("array", [5]),
    ("none", []), ("$A", [2, 3, 4]), ("$B", [3, 4]), ("$C", [4]), ("$R", [5]), ("$other", []),
  ]

  @Test("casts follow the hierarchy", arguments: expectedCasts.indices, ["", "null"])
  func casts(_ index: Int, _ nullable: String) throws {
    let (target, values) = Self.expectedCasts[index]
    let guest = try Guest(Self.casts(target, nullable: nullable))
    guest.store.checksHeap = true
    for value in 0...6 {
      let holds = values.contains(value) || (value == 0 && nullable == "null")
      let arguments: [Value] = [.i32(UInt32(value)), .reference(.external(77))]
      let expected: [Value] = [.i32(holds ? 1 : 0)]
      #expect(try guest.call("test", arguments) == expected)
      #expect(try guest.call("branch", arguments) == expected)
      #expect(try guest.call("fail", arguments) == expected)
      #expect(trap { try guest.call("cast", arguments) } == (holds ? nil : .castFailure))
    }
  }

  @Test("functions are cast by their types")
  func functionCasts() throws {
    let guest = try Guest(
      """
      (module
        (type $f (sub (func (result anyref)))) (type $g (sub $f (func (result i31ref)))) (type $h (func))
        (func $a (type $f) (ref.null any)) (func $b (type $g) (ref.null i31))
        (table funcref (elem $a $b))
        (func (export "f") (param i32) (result i32) (ref.test (ref $f) (table.get (local.get 0))))
        (func (export "g") (param i32) (result i32) (ref.test (ref $g) (table.get (local.get 0))))
        (func (export "h") (param i32) (result i32) (ref.test (ref null $h) (table.get (local.get 0))))
        (func (export "none") (param i32) (result i32) (ref.test (ref nofunc) (table.get (local.get 0)))))
      """)
    #expect(
      try ["f", "g", "h", "none"].map { try guest.call($0, .i32(0))[0] } == [.i32(1), .i32(0), .i32(0), .i32(0)])
    #expect(
      try ["f", "g", "h", "none"].map { try guest.call($0, .i32(1))[0] } == [.i32(1), .i32(1), .i32(0), .i32(0)])
  }

  @Test("a reference goes to the other hierarchy and back, and is what it was")
  func conversions() throws {
    let guest = try Guest(
      """
      (module
        (type $s (struct (field i32)))
        (func (export "out") (param i32) (result externref) (extern.convert_any (struct.new $s (local.get 0))))
        (func (export "in") (param externref) (result i32)
          (struct.get $s 0 (ref.cast (ref $s) (any.convert_extern (local.get 0)))))
        (func (export "both") (param externref) (result externref) (extern.convert_any (any.convert_extern (local.get 0))))
        (func (export "i31") (result externref) (extern.convert_any (ref.i31 (i32.const 5)))))
      """)
    let object = try guest.call("out", .i32(42))[0]
    guest.store.checksHeap = true
    try guest.call("out", .i32(43))
    #expect(try guest.call("in", object) == [.i32(42)])
    #expect(try guest.call("both", object) == [object])
    #expect(try guest.call("both", .reference(.external(9))) == [.reference(.external(9))])
    #expect(try guest.call("both", .reference(.null(.external))) == [.reference(.null(.external))])
    #expect(try guest.call("i31") == [.reference(.i31(5))])
    #expect(trap { try guest.call("in", .reference(.external(9))) } == .castFailure)
    guard case .reference(.object(let reference)) = object else {
      Issue.record("\(object)")
      return
    }
    #expect(reference.kind == .structure)
  }

  // MARK: initial values

  @Test("constant expressions make objects, anew at each initialisation")
  func constants() throws {
    let guest = try Guest(
      """
      (module
        (type $s (struct (field (mut i32)) (field v128) (field i8) (field (ref null $s))))
        (type $a (array (mut i64))) (type $r (array (ref null $s)))
        (global $v v128 (v128.const i64x2 3 4))
        (global $s (ref $s) (struct.new $s (i32.const 1) (global.get $v) (i32.const 0x1FF)
          (struct.new $s (i32.add (i32.const 2) (i32.const 3)) (v128.const i64x2 5 6) (i32.const 9) (ref.null none))))
        (global $a (ref $a) (array.new $a (i64.const 7) (i32.const 3)))
        (global $d (ref $a) (array.new_default $a (i32.const 2)))
        (global $f (ref $r) (array.new_fixed $r 2 (global.get $s) (struct.new_default $s)))
        (table $t 3 (ref null $s) (struct.new_default $s))
        (func (export "get") (result i32 v128 i32 i32 i64 i32 i32)
          (struct.get $s 0 (global.get $s)) (struct.get $s 1 (global.get $s)) (struct.get_u $s 2 (global.get $s))
          (struct.get $s 0 (struct.get $s 3 (global.get $s)))
          (array.get $a (global.get $a) (i32.const 2)) (array.len (global.get $d))
          (ref.eq (global.get $s) (array.get $r (global.get $f) (i32.const 0))))
        (func (export "table") (result i32 i32)
          (ref.eq (table.get $t (i32.const 0)) (table.get $t (i32.const 2))) (ref.is_null (table.get $t (i32.const 1))))
        (func (export "change") (struct.set $s 0 (global.get $s) (i32.const 99))))
      """)
    for _ in 0..<2 {
      #expect(
        try guest.call("get") == [.i32(1), .v128(low: 3, high: 4), .i32(0xFF), .i32(5), .i64(7), .i32(2), .i32(1)])
      #expect(try guest.call("table") == [.i32(1), .i32(0)])
      try guest.call("change")
      #expect(try guest.call("get")[0] == .i32(99))
      guest.store.checksHeap = true
      try guest.instance.initialize()
    }
  }

  // MARK: fuel

  static let fuel: [(body: String, cost: UInt64)] = [
    ("(drop (struct.new $s (i32.const 1) (i64.const 2)))", 4), ("(drop (struct.new_default $s))", 2),
    ("(drop (struct.get $s 0 (struct.new_default $s)))", 3), ("(drop (array.new $i (i32.const 7) (i32.const 10)))", 14),
    ("(drop (array.new_default $b (i32.const 100)))", 103),
    ("(drop (array.new_fixed $i 3 (i32.const 1) (i32.const 2) (i32.const 3)))", 5),
    ("(drop (array.new_data $b $d (i32.const 0) (i32.const 3)))", 7),
    ("(drop (array.new_elem $r $e (i32.const 0) (i32.const 3)))", 7),
    ("(array.fill $b (array.new_default $b (i32.const 200)) (i32.const 0) (i32.const 1) (i32.const 100))", 307),
    ("(array.init_data $b $d (array.new_default $b (i32.const 200)) (i32.const 0) (i32.const 0) (i32.const 3))", 210),
    ("(array.init_elem $r $e (array.new_default $r (i32.const 200)) (i32.const 0) (i32.const 0) (i32.const 3))", 210),
    ("(drop (ref.test (ref $s) (struct.new_default $s)))", 3), ("(drop (i31.get_s (ref.i31 (i32.const 5))))", 4),
    ("(drop (block (result anyref) (br_on_cast 0 anyref (ref $s) (struct.new_default $s))))", 3),
  ]

  @Test("instructions cost what they cost in wasmtime 50", arguments: fuel.indices)
  func costs(_ index: Int) throws {
    let guest = try Guest(
      """
      (module (type $s (struct (field (mut i32)) (field (mut i64)))) (type $b (array (mut i8))) (type $i (array (mut i32)))
        (type $r (array (mut anyref))) (data $d "0123456789abcdef")
        (elem $e anyref (ref.null any) (ref.null any) (ref.i31 (i32.const 5)))
        (func (export "f") \(Self.fuel[index].body)))
      """)
    // The segment's expressions, and 1 for the function that wasmtime makes of them.
    #expect(guest.store.fuelConsumed == 5)
    guest.store.setFuel(1_000_000)
    try guest.call("f")
    #expect(guest.store.fuelConsumed == Self.fuel[index].cost)
    guest.store.setFuel(Self.fuel[index].cost - 1)
    #expect(trap { try guest.call("f") } == .fuelExhausted)
  }

  static let startup: [(text: String, cost: UInt64)] = [
    ("(global (ref $s) (struct.new $s (i32.const 1) (i64.const 2)))", 4),
    ("(global (ref $s) (struct.new_default $s))", 2),
    ("(global (ref i31) (ref.i31 (i32.const 2)))", 3),
    ("(global (ref $i) (array.new $i (i32.const 2) (i32.const 12)))", 16),
    ("(global (ref $i) (array.new_default $i (i32.const 12)))", 15),
    ("(global (ref $i) (array.new_fixed $i 2 (i32.const 12) (i32.const 4)))", 4),
    ("(table 5 (ref i31) (ref.i31 (i32.const 12)))", 8),
    ("(table $t 5 i31ref) (elem (table $t) (i32.const 0) i31ref (ref.i31 (i32.const 1)) (ref.i31 (i32.const 3)))", 8),
  ]

  @Test("initial objects cost what they cost in wasmtime 50", arguments: startup.indices)
  func startupCosts(_ index: Int) throws {
    let guest = try Guest(
      "(module (type $s (struct (field i32) (field i64))) (type $i (array (mut i32))) \(Self.startup[index].text))")
    #expect(guest.store.fuelConsumed == Self.startup[index].cost)
  }
}
