/// What a profile says, and how large it may become.

import Testing
import WasmBinary
import WasmInterpreter

@Suite("profiles")
struct ProfileTests {
  /// A call's profile, on an account of its own.
  private static func profile(
    _ guest: Guest, _ function: String, _ arguments: Value..., interval: UInt64 = 100
  ) throws -> FuelProfile {
    guest.store.setFuel(nil, profile: ProfileOptions(interval: interval))
    _ = try? guest.call(function, arguments)
    let consumed = guest.store.fuelConsumed
    let profile = try #require(guest.store.takeProfile())
    #expect(profile.samples.reduce(0) { $0 + $1.weight } == consumed)
    return profile
  }

  private static let calls = """
    (module (memory 8) (table funcref (elem $leaf $worker))
      (type $t (func (param i32) (result i32)))
      (func $leaf (export "leaf") (param i32) (result i32)
        (i32.add (i32.mul (local.get 0) (i32.const 3)) (i32.xor (local.get 0) (i32.const 7))))
      (func $worker (export "worker") (param i32) (result i32) (local i32)
        (local.set 1 (i32.const 10))
        (loop (local.set 0 (i32.add (local.get 0) (local.get 1)))
          (br_if 0 (local.tee 1 (i32.sub (local.get 1) (i32.const 1)))))
        (local.get 0))
      (func $main (export "main") (param i32) (result i32) (local i32)
        (loop
          (local.set 1 (call $worker (call $leaf (local.get 1))))
          (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
        (local.get 1))
      (func $indirect (export "indirect") (param i32) (result i32) (local i32 i32)
        (loop
          (local.set 1 (call_indirect (type $t) (local.get 1) (local.get 2)))
          (local.set 2 (i32.eqz (local.get 2)))
          (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
        (local.get 1))
      (func $filler (memory.fill (i32.const 0) (i32.const 1) (i32.const 500000)))
      (func (export "fills") (param i32)
        (loop (call $filler) (drop (call $worker (i32.const 1)))
          (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
      (func (export "fill_and_work") (param i32) (call $filler) (drop (call $main (local.get 0))))
      (func $deep (export "deep") (param i32) (result i32)
        (if (result i32) (local.get 0)
          (then (call $deep (i32.sub (local.get 0) (i32.const 1))))
          (else (drop (call $worker (i32.const 1))) (i32.const 1))))
      (func (export "unnamed")))
    """

  @Test("a function's part of the samples is its part of the fuel, also that of a function without branches")
  func shares() throws {
    let guest = try Guest(Self.calls)
    func cost(_ name: String, _ argument: UInt32) throws -> Double {
      guest.store.setFuel(nil)
      try guest.call(name, .i32(argument))
      return Double(guest.store.fuelConsumed)
    }
    let (leaf, worker) = try (cost("leaf", 1), cost("worker", 1))
    let rounds = 20_000.0
    let total = try cost("main", 20_000)
    let shares = try Self.profile(guest, "main", .i32(20_000)).shares
    #expect(abs((shares["leaf"] ?? 0) - leaf * rounds / total) < 0.02)
    #expect(abs((shares["worker"] ?? 0) - worker * rounds / total) < 0.02)
    #expect(abs((shares["main"] ?? 0) - (total - (leaf + worker) * rounds) / total) < 0.02)
    // (A branch that is not taken is paid without a check, so that its slice ends a little later.)
    // The same through a table.
    let indirectTotal = try cost("indirect", 20_000)
    let indirect = try Self.profile(guest, "indirect", .i32(20_000)).shares
    #expect(abs((indirect["leaf"] ?? 0) - leaf * rounds / 2 / indirectTotal) < 0.02)
    #expect(abs((indirect["worker"] ?? 0) - worker * rounds / 2 / indirectTotal) < 0.02)
  }

  @Test("the filling of memory is on the account of the function that fills, however small the slices are")
  func bulk() throws {
    let profile = try Self.profile(Guest(Self.calls), "fills", .i32(50))
    #expect((profile.shares["filler"] ?? 0) > 0.9)
    #expect((profile.shares["filler"] ?? 1) < 1)
    // Once, and then a long time in other functions, which must not pay for it.
    let guest = try Guest(Self.calls)
    let once = try Self.profile(guest, "fill_and_work", .i32(2_000))
    let share = 500_000 / Double(guest.store.fuelConsumed)
    #expect((share * 8 / 9...share * 1.02).contains(once.shares["filler"] ?? 0))
  }

  @Test("the same call gives the same profile, in a new store and after the functions have been translated")
  func determinism() throws {
    for (function, interval) in [("main", 1), ("main", 50), ("indirect", 7), ("deep", 3), ("fills", 100)]
      as [(String, UInt64)]
    {
      let guest = try Guest(Self.calls)
      let first = try Self.profile(guest, function, .i32(300), interval: interval)
      #expect(try Self.profile(guest, function, .i32(300), interval: interval) == first)
      #expect(try Self.profile(Guest(Self.calls), function, .i32(300), interval: interval) == first)
      #expect(try Self.profile(guest, function, .i32(301), interval: interval) != first)
    }
  }

  @Test("stacks are the active functions from the outside in, with their names, or those of exports")
  func stacks() throws {
    let guest = try Guest(Self.calls)
    let profile = try Self.profile(guest, "main", .i32(100), interval: 10)
    let paths = Set(profile.samples.map { profile.path(of: $0.stack) })
    #expect(paths == [["main"], ["main", "leaf"], ["main", "worker"]])
    #expect(profile.frames.allSatisfy { $0.functionIndex != nil })
    #expect(try Self.profile(guest, "unnamed").frames.map(\.name) == ["unnamed"])
  }

  @Test("a stack has its innermost functions, and a mark where there were more")
  func depth() throws {
    let guest = try Guest(Self.calls)
    func deepest(_ argument: UInt32) throws -> Set<[String]> {
      let profile = try Self.profile(guest, "deep", .i32(argument), interval: 1)
      return Set(profile.samples.map { profile.path(of: $0.stack) }.filter { $0.last == "worker" })
    }
    // `deep` n + 1 times, and `worker`.
    #expect(try deepest(126) == [Array(repeating: "deep", count: 127) + ["worker"]])
    #expect(try deepest(127) == [["(truncated)"] + Array(repeating: "deep", count: 127) + ["worker"]])
    #expect(try deepest(5_000) == [["(truncated)"] + Array(repeating: "deep", count: 127) + ["worker"]])
  }

  @Test("a long call has no more samples than a profile holds, at a longer interval and with the same shares")
  func decimation() throws {
    let guest = try Guest(Self.calls)
    let exact = try Self.profile(guest, "main", .i32(500), interval: 1)
    #expect(exact.interval == 1 && exact.samples.count > 1_000)
    let long = try Self.profile(guest, "main", .i32(100_000), interval: 1)
    #expect(long.interval >= 64)
    #expect((5_000...FuelProfile.maximumSamples).contains(long.samples.count))
    for (name, share) in exact.shares { #expect(abs((long.shares[name] ?? 0) - share) < 0.02, "\(name)") }
  }

  @Test("a call with ever new stacks has no more of them than a profile holds")
  func manyStacks() throws {
    let guest = try Guest(
      """
      (module (global $state (mut i32) (i32.const 1))
        (func $next (result i32)
          (global.set $state (i32.add (i32.mul (global.get $state) (i32.const 1103515245)) (i32.const 12345)))
          (i32.and (i32.shr_u (global.get $state) (i32.const 16)) (i32.const 1)))
        (func $a (param i32) (if (local.get 0) (then (call $step (i32.sub (local.get 0) (i32.const 1))))))
        (func $b (param i32) (if (local.get 0) (then (call $step (i32.sub (local.get 0) (i32.const 1))))))
        (func $step (param i32)
          (if (call $next) (then (call $a (local.get 0))) (else (call $b (local.get 0)))))
        (func (export "f") (param i32)
          (loop (call $step (i32.const 60)) (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))
      """)
    let profile = try Self.profile(guest, "f", .i32(5_000), interval: 10)
    #expect((5_000...FuelProfile.maximumStacks).contains(profile.stacks.count))
    #expect(profile.interval > 10 && profile.samples.count > 100)
    for (index, stack) in profile.stacks.enumerated() {
      #expect(stack.parent <= index && stack.frame < profile.frames.count)
    }
  }

  @Test("halving keeps the fuel and drops what only lost samples needed")
  func halving() throws {
    var profile = try Self.profile(Guest(Self.calls), "main", .i32(100), interval: 10)
    let (count, total) = (profile.samples.count, profile.samples.reduce(0) { $0 + $1.weight })
    profile.halve()
    #expect(profile.samples.count == (count + 1) / 2)
    while profile.samples.count > 1 { profile.halve() }
    #expect(profile.samples.map(\.weight) == [total])
    #expect(profile.stacks.count == profile.path(of: profile.samples[0].stack).count)
    #expect(profile.frames.count == Set(profile.stacks.map(\.frame)).count)
  }

  @Test("fuel that no function used is on the empty stack, and a start function on its own")
  func instantiation() throws {
    let guest = try Guest(
      """
      (module (memory 1) (data (i32.add (i32.const 1) (i32.const 1)) "0123456789")
        (func $s (drop (i32.const 1))) (start $s) (func $f (export "f") nop))
      """)
    guest.store.setFuel(nil, profile: ProfileOptions(interval: 1))
    try guest.instance.initialize()
    try guest.call("f")
    let profile = try #require(guest.store.takeProfile())
    #expect(Array(profile.samples.prefix(1).map(\.stack)) == [0])
    #expect(Set(profile.samples.dropFirst().map { profile.path(of: $0.stack) }) == [["s"], ["f"]])
  }

  @Test("functions of instances inside one another are told apart")
  func instances() throws {
    let library = try Guest(
      """
      (module (func $inner (param i32)
          (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
        (func $entry (export "g") (call $inner (i32.const 50))))
      """)
    let guest = try Guest(
      "(module (import \"l\" \"g\" (func $g)) (func $outer (export \"f\") (call $g) (call $g)))",
      imports: ["l.g": try library.exported("g")], in: library.store)
    let profile = try Self.profile(guest, "f", interval: 10)
    let paths = Set(profile.samples.map { profile.path(of: $0.stack) })
    #expect(paths.contains(["outer", "entry", "inner"]))
    #expect(paths.isSubset(of: [["outer"], ["outer", "entry"], ["outer", "entry", "inner"]]))
  }
}

extension FuelProfile {
  /// The names of a stack's functions, outermost first.
  fileprivate func path(of stack: UInt32) -> [String] {
    var names: [String] = []
    var number = Int(stack)
    while number > 0 {
      names.append(frames[Int(stacks[number - 1].frame)].name ?? "?")
      number = Int(stacks[number - 1].parent)
    }
    return names.reversed()
  }

  /// The part of all fuel that was used by each function itself.
  fileprivate var shares: [String: Double] {
    let total = Double(samples.reduce(0) { $0 + $1.weight })
    var shares: [String: Double] = [:]
    for sample in samples { shares[path(of: sample.stack).last ?? "", default: 0] += Double(sample.weight) / total }
    return shares
  }
}
