/// Profiles of calls as a worker gives them.

import Testing
import WasmJSON
import WorkerProtocol

@Suite("Profiles of calls")
struct ProfileTests {
  private static let module = """
    (module
      (func $inner (param i32) (result i32)
        (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))) (local.get 0))
      (func $outer (export "run") (param i32) (result i32) (call $inner (local.get 0)))
      (func (export "trap") (param i32) (drop (call $inner (local.get 0))) unreachable)
      (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))
    """

  private func call(
    _ client: LoopClient, _ function: String, _ arguments: JSONValue = [20_000], interval: UInt64? = 1_000,
    limits: InvocationLimits = .init()
  ) throws -> Outcome {
    try client.invoke(
      Invocation(
        module: LoopClient.hash(1), entry: .function(function), input: .arguments(arguments), limits: limits,
        profile: interval.map { .init(interval: $0) }))
  }

  private func names(_ profile: GuestProfile) -> Set<String?> { Set(profile.frames.map(\.name)) }

  @Test("a call that asks for a profile gets one, and nothing else of its outcome differs")
  func profiled() throws {
    let client = try LoopClient()
    try client.load(Self.module)
    let plain = try call(client, "run", interval: nil)
    #expect(plain.profile == nil)
    let outcome = try call(client, "run")
    let profile = try #require(outcome.profile)
    #expect(names(profile) == ["inner", "outer"])
    #expect(profile.totalWeight == outcome.usage.fuel)
    #expect(profile.samples.count <= 20_000)
    #expect(outcome.json == plain.json && outcome.usage.fuel == plain.usage.fuel)
    // The first call translates functions and later ones do not.
    #expect(try call(client, "run").profile == profile)
    #expect(try call(client, "run", interval: nil).profile == nil)
  }

  @Test("a call that traps, and one that uses up its fuel, have a profile until then")
  func failures() throws {
    let client = try LoopClient()
    try client.load(Self.module)
    let trap = try call(client, "trap")
    #expect(trap.failure?.trapKind == "unreachable")
    #expect(trap.profile?.totalWeight == trap.usage.fuel)
    let exhausted = try call(client, "run", limits: InvocationLimits(fuel: 5_000))
    #expect(exhausted.failure?.code == .fuelExhausted)
    #expect(exhausted.profile?.totalWeight == 5_000)
    #expect(try call(client, "nothing").profile == nil)
  }

  @Test("an interval outside of its range is refused", arguments: [0, 1_000_000_001, .max] as [UInt64])
  func interval(_ interval: UInt64) throws {
    let client = try LoopClient()
    try client.load(Self.module)
    #expect(try call(client, "add", [1, 2], interval: interval).failure?.code == .invalidConfiguration)
    #expect(try call(client, "add", [1, 2], interval: 1_000_000_000).json == 3)
    #expect(try call(client, "add", [1, 2], interval: 1).json == 3)
  }

  @Test("a profile is made smaller to fit within the output limit, and left out if nothing of it fits")
  func outputLimit() throws {
    // Two stacks in turn, so that samples are not joined.
    let module = """
      (module
        (func $a (result i32) (local i32)
          (loop (br_if 0 (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 20)))) (local.get 0))
        (func $b (result i32) (local i32)
          (loop (br_if 0 (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 20)))) (local.get 0))
        (func (export "run") (param i32) (loop (drop (call $a)) (drop (call $b))
          (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))
      """
    let client = try LoopClient()
    try client.load(module)
    let whole = try #require(try call(client, "run", [5_000], interval: 100).profile)
    let small = try call(client, "run", [5_000], interval: 100, limits: InvocationLimits(maxOutputBytes: 2_000))
    let profile = try #require(small.profile)
    #expect(whole.encoded().count > 10_000)
    #expect((500...2_000).contains(profile.encoded().count))
    #expect(profile.totalWeight == whole.totalWeight && names(profile).isSuperset(of: ["a", "b"]))
    let none = try call(client, "run", [5_000], limits: InvocationLimits(maxOutputBytes: 10))
    #expect(none.profile == nil && none.json == .null)
  }

  @Test("a result is not lost when it fits into the frame and its profile does not")
  func frameLimit() throws {
    func client(attachment: UInt32) throws -> LoopClient {
      let limits = FrameLimits(maxJSONBytes: 65_536, maxAttachmentBytes: attachment)
      let client = try LoopClient(configure: Configure(id: RequestID(0), frameLimits: limits))
      try client.load("(module (func (export \"f\")))")
      return client
    }
    let without = try call(client(attachment: 80), "f", [])
    #expect(without.json == .null && without.profile == nil)
    let with = try call(client(attachment: 200), "f", [])
    #expect(with.json == .null && with.profile != nil)
  }

  @Test("a long name is cut between two characters")
  func longName() throws {
    let name = String(repeating: "x", count: 255) + "\u{e9}"
    let client = try LoopClient()
    try client.load("(module (func (export \"\(name)\")))")
    let profile = try #require(try call(client, name, []).profile)
    #expect(profile.frames.map(\.name) == [String(repeating: "x", count: 255)])
  }
}
