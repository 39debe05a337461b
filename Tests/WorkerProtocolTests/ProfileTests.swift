/// Profiles on the wire: what is one, and how large it may be.

import Testing
import WasmJSON
import WorkerProtocol

@Suite("Profiles")
struct ProfileTests {
  private typealias Profile = GuestProfile

  @Test("a profile's total is the sum of its weights, and its stacks are read from the outside")
  func contents() throws {
    let profile = try #require(sampleProfile)
    #expect(profile.totalWeight == 9_007_199_254_740_997)
    #expect(profile.frameIndices(of: 2) == [0, 3])
    #expect(profile.frameIndices(of: 4) == [1, 2])
    #expect(profile.frameIndices(of: 0) == [])
    #expect(profile.frameIndices(of: .max) == [])
  }

  @Test("numbers that refer to nothing and sizes above the maxima are no profile, the ones just within are")
  func consistency() {
    func isProfile(
      frames: [Profile.Frame] = [.init(functionIndex: 0)], stacks: [Profile.Stack] = [.init(parent: 0, frame: 0)],
      samples: [Profile.Sample] = [.init(stack: 1, weight: 1)]
    ) -> Bool {
      Profile(interval: 1, frames: frames, stacks: stacks, samples: samples) != nil
    }
    func named(_ count: Int) -> [Profile.Frame] {
      [.init(functionIndex: 0, name: String(repeating: "n", count: count))]
    }
    func deep(_ depth: UInt32) -> [Profile.Stack] { (0..<depth).map { .init(parent: $0, frame: 0) } }
    func frames(_ count: Int) -> [Profile.Frame] { Array(repeating: .init(functionIndex: 0), count: count) }
    func stacks(_ count: Int) -> [Profile.Stack] { Array(repeating: .init(parent: 0, frame: 0), count: count) }
    func samples(_ count: Int) -> [Profile.Sample] { Array(repeating: .init(stack: 1, weight: 1), count: count) }

    #expect(isProfile() && isProfile(frames: [], stacks: [], samples: []))
    #expect(!isProfile(stacks: [.init(parent: 1, frame: 0)]))
    #expect(!isProfile(stacks: [.init(parent: 0, frame: 1)]))
    #expect(!isProfile(samples: [.init(stack: 2, weight: 1)]))
    #expect(!isProfile(samples: [.init(stack: 1, weight: 0)]))
    #expect(isProfile(samples: [.init(stack: 1, weight: .max)]))
    #expect(!isProfile(samples: [.init(stack: 1, weight: .max), .init(stack: 1, weight: 1)]))
    #expect(isProfile(frames: named(Profile.maximumNameBytes)) && !isProfile(frames: named(257)))
    #expect(isProfile(stacks: deep(256)) && !isProfile(stacks: deep(257)))
    #expect(isProfile(frames: frames(30_001)) && !isProfile(frames: frames(30_002)))
    #expect(isProfile(stacks: stacks(30_000)) && !isProfile(stacks: stacks(30_001)))
    #expect(isProfile(samples: samples(20_000)) && !isProfile(samples: samples(20_001)))
  }

  @Test("a profile with the most frames, stacks and samples at once is read back")
  func largest() throws {
    let frames = (0...30_000).map { Profile.Frame(functionIndex: UInt32($0), name: "function with a name \($0)") }
    let stacks = (0..<30_000).map { Profile.Stack(parent: UInt32($0 % 200), frame: UInt32($0)) }
    let samples = (0..<20_000).map { Profile.Sample(stack: UInt32(30_000 - $0), weight: UInt64($0) << 30 + 1) }
    let profile = try #require(Profile(interval: .max, frames: frames, stacks: stacks, samples: samples))
    #expect(try Profile(decoding: profile.encoded()) == profile)
  }

  @Test("a profile that was asked for is accepted, in a result and in a failure", arguments: [true, false])
  func asked(succeeds: Bool) throws {
    var supervisor = SupervisorState()
    try supervisor.receive(.ready(sampleReady))
    try supervisor.willSend(.configure(Configure(id: otherID)))
    try supervisor.receive(.configured(Configured(id: otherID)))
    let outcome = Outcome(
      result: succeeds ? .success(.json(1)) : .failure(Failure(.trap, "unreachable")), profile: sampleProfile)
    let reply = WorkerMessage.outcome(OutcomeReply(id: sampleID, outcome: outcome))
    var invocation = try sampleInvocation()
    invocation.profile = .init()
    try supervisor.willSend(.invoke(Invoke(id: sampleID, invocation: invocation)))
    try supervisor.receive(reply)
    // The permission was that invocation's.
    invocation.profile = nil
    try supervisor.willSend(.invoke(Invoke(id: sampleID, invocation: invocation)))
    #expect(
      performing: { try supervisor.receive(reply) },
      throws: { ($0 as? ProtocolViolation)?.kind == .limitExceeded })
  }
}
