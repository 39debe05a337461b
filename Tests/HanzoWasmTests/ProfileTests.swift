// Profiles: the file for speedscope, and what of a worker's profile is believed.

import HanzoWasm
import Testing

@Suite("Profiles")
struct ProfileTests {
  private func document(_ profile: GuestProfile?, name: String = "p") throws -> JSONValue {
    try JSONValue(parsing: try #require(profile).speedscope(name: name))
  }

  @Test("a file has every frame once, stacks from the outside in, and the weights")
  func file() throws {
    let profile = GuestProfile(
      interval: 10, frames: [.init(functionIndex: 7, name: "main"), .init(functionIndex: 3)],
      stacks: [.init(parent: 0, frame: 0), .init(parent: 1, frame: 1), .init(parent: 2, frame: 0)],
      samples: [.init(stack: 3, weight: 5), .init(stack: 0, weight: 2), .init(stack: 1, weight: 1)])
    let file = try document(profile, name: "a \"name\"")
    #expect(
      file == [
        "$schema": "https://www.speedscope.app/file-format-schema.json", "exporter": "hanzo-wasm",
        "name": "a \"name\"", "activeProfileIndex": 0,
        "shared": ["frames": [["name": "main"], ["name": "function 3"], ["name": "(outside of functions)"]]],
        "profiles": [
          [
            "type": "sampled", "name": "a \"name\"", "unit": "none", "startValue": 0, "endValue": 8,
            "samples": [[0, 1, 0], [2], [0]], "weights": [5, 2, 1],
          ]
        ],
      ])
  }

  @Test(
    "whatever a guest calls its functions, the file is JSON and gives the name back",
    arguments: ["\"}],\"profiles\":[", "\u{0}\u{1B}[31m\n", "\\u0000", "\u{202E}\u{2028}", "\u{10FFFF}", ""])
  func names(_ name: String) throws {
    let profile = GuestProfile(
      interval: 1, frames: [.init(functionIndex: 0, name: name)], stacks: [.init(parent: 0, frame: 0)],
      samples: [.init(stack: 1, weight: 1)])
    #expect(try document(profile)["shared"]?["frames"]?[0]?["name"] == .string(name))
  }

  @Test("an empty profile is a file too")
  func empty() throws {
    let file = try document(GuestProfile(interval: 1, frames: [], stacks: [], samples: []))
    #expect(file["profiles"]?[0]?["samples"] == [] && file["profiles"]?[0]?["endValue"] == 0)
  }

  @Test("a profile of a worker is handed on with the value, and with the error")
  func handedOn() async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      var invocation = Invocation(module: "m", function: "profile")
      invocation.profile = .init(interval: 5)
      let outcome = try await runtime.invoke(invocation)
      #expect(outcome.profile?.frames.map(\.name) == ["interval 5"])
      invocation.entry = .function("profile_and_trap")
      let error = await wasmError { try await runtime.invoke(invocation) }
      #expect(error?.code == .trap)
      #expect(error?.partial?.profile?.totalWeight == 3)
      invocation.profile = nil
      invocation.entry = .function("echo")
      #expect(try await runtime.invoke(invocation).profile == nil)
    }
  }

  @Test("an interval outside of its range is refused before a worker is asked", arguments: [0, 1_000_000_001])
  func interval(_ interval: UInt64) async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      var invocation = Invocation(module: "m", function: "profile")
      invocation.profile = .init(interval: interval)
      let error = await wasmError { try await runtime.invoke(invocation) }
      #expect(error?.code == .invalidConfiguration && error?.execution == .notStarted)
    }
  }

  @Test("a worker whose profile is broken ends, also when a profile was asked for, and the next call succeeds")
  func broken() async throws {
    try await FakeWorkers.withModule { (runtime) async throws in
      var invocation = Invocation(module: "m", function: "broken_profile")
      invocation.profile = .init()
      let error = await wasmError { try await runtime.invoke(invocation) }
      #expect(error?.code == .protocolViolation)
      #expect(try await runtime.execute("m", "echo", 1) == .integer(1))
    }
  }
}
