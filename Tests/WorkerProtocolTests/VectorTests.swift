/// The golden and hostile frames of `protocol/vectors`, byte for byte.

import Foundation
import Testing
import WasmJSON
import WorkerProtocol

@Suite("Vectors")
struct VectorTests {
  static let golden = names(in: "vectors", withExtension: "json")
  static let hostile = names(in: "vectors/hostile", withExtension: "json")

  @Test("every golden message has a vector and every vector a message")
  func complete() throws {
    #expect(Set(Self.golden) == Set(try goldenMessages().keys))
    #expect(Self.golden == names(in: "vectors", withExtension: "bin"))
    #expect(Self.golden.count >= 51 && Self.hostile.count >= 114)
  }

  @Test("a golden frame is encoded and decoded byte for byte", arguments: golden)
  func roundTrip(name: String) throws {
    let description = try json(of: "vectors/\(name).json")
    let expected = try bytes(of: "vectors/\(name).bin")
    let message = try #require(try goldenMessages()[name])

    #expect(try message.encoded().bytes == expected)
    #expect(try message.encoded().byteCount == expected.count)

    var decoder = FrameDecoder(limits: .default)
    let frames = try decoder.decode(expected)
    try decoder.finish()
    let frame = try #require(frames.first)
    #expect(frames.count == 1)
    #expect(try JSONValue(parsing: frame.json) == description["message"])
    switch description["direction"] {
    case "toWorker": #expect(try .supervisor(SupervisorMessage(frame)) == message)
    case "toSupervisor": #expect(try .worker(WorkerMessage(frame)) == message)
    default: Issue.record("no direction")
    }
  }

  @Test(
    "a golden message is understood whatever the order of its fields, and with fields that nobody knows",
    arguments: golden)
  func otherSpellings(name: String) throws {
    let frame = try #require(try decodeOne(bytes(of: "vectors/\(name).bin")))
    let members = try #require(try JSONValue(parsing: frame.json).objectValue)
    let extra: JSONValue = ["type": "nested", "attachment": [1], "id": [[]]]
    var reversed = JSONObject(members.reversed().map { ($0.key, $0.value) })
    reversed["unknown"] = extra
    let message = try #require(try goldenMessages()[name])
    for spelling in [JSONValue.object(reversed).serialized(), JSONValue.object(reversed).serialized(.canonical)] {
      let other = Frame(json: [0x0A, 0x20] + spelling + [0x0D], attachment: frame.attachment)
      switch message {
      case .supervisor(let expected): #expect(try SupervisorMessage(other) == expected)
      case .worker(let expected): #expect(try WorkerMessage(other) == expected)
      }
    }
  }

  @Test("a field that is missing, null or of another type is never a crash", arguments: golden)
  func damagedFields(name: String) throws {
    let frame = try #require(try decodeOne(bytes(of: "vectors/\(name).bin")))
    let message = try #require(try goldenMessages()[name])
    var refused = 0
    for damaged in damages(of: try JSONValue(parsing: frame.json)) {
      let other = Frame(json: damaged.serialized(), attachment: frame.attachment)
      do throws(ProtocolViolation) {
        switch message {
        case .supervisor: _ = try SupervisorMessage(other)
        case .worker: _ = try WorkerMessage(other)
        }
      } catch { refused += 1 }
    }
    #expect(refused > 2)
  }

  @Test("a hostile stream is refused with its error, in chunks of any size", arguments: hostile)
  func hostileStream(name: String) throws {
    let vector = try json(of: "vectors/hostile/\(name).json")
    let stream = try self.stream(of: vector)
    let kind = try #require(vector["error"]?.stringValue.flatMap(ProtocolViolation.Kind.init(rawValue:)))
    for chunk in [stream.count, 4_096, 7, 1] where stream.count / chunk < 100_000 {
      var receiver = try #require(
        try Receiver(vector["receiver"]?.stringValue ?? "", state: vector["state"]?.stringValue ?? ""))
      #expect(
        performing: { () throws -> Void in _ = try receiver.receive(stream: stream, chunk: chunk) },
        throws: { ($0 as? ProtocolViolation)?.kind == kind })
    }
  }

  @Test("the states in which hostile streams arrive accept a correct frame")
  func allowTwins() throws {
    let answers = [
      ("supervisor", "starting", "ready"), ("supervisor", "invoking", "outcome-value"),
      ("supervisor", "invoking", "hostCall"), ("supervisor", "invoking", "log"), ("supervisor", "invoking", "error"),
      ("worker", "unconfigured", "configure"), ("worker", "unconfigured", "configure-functions"),
      ("worker", "idle", "load"), ("worker", "idle", "invoke-typed"), ("worker", "idle", "invoke-mounts"),
      ("worker", "idle", "invoke-read-memory"), ("worker", "idle", "invoke-allocate"),
      ("worker", "idle", "invoke-determinism"), ("worker", "idle", "unload"), ("worker", "idleTemplate", "fork"),
      ("worker", "waitingForHostResult", "hostResult"),
    ]
    for (receiver, state, name) in answers {
      var receiver = try #require(try Receiver(receiver, state: state))
      let messages = try receiver.receive(stream: bytes(of: "vectors/\(name).bin"), chunk: 5)
      #expect(messages == [try #require(try goldenMessages()[name])])
    }
  }

  @Test("what a violation says holds nothing that the other side could forge a log line with", arguments: hostile)
  func messagesAreClean(name: String) throws {
    let vector = try json(of: "vectors/hostile/\(name).json")
    var receiver = try #require(
      try Receiver(vector["receiver"]?.stringValue ?? "", state: vector["state"]?.stringValue ?? ""))
    do throws(ProtocolViolation) {
      _ = try receiver.receive(stream: try stream(of: vector), chunk: 1 << 20)
      Issue.record("accepted")
    } catch {
      #expect(error.description.unicodeScalars.allSatisfy { (" "..."~").contains($0) })
      #expect(error.description.utf8.count < 200)
    }
  }

  // MARK: -

  private func decodeOne(_ bytes: [UInt8]) throws -> Frame? {
    var decoder = FrameDecoder(limits: .default)
    return try decoder.decode(bytes).first
  }

  /// The bytes that a hostile vector describes.
  private func stream(of vector: JSONValue) throws(ProtocolViolation) -> [UInt8] {
    if let raw = vector["raw"] { return expand(raw) }
    let attachment = vector["attachment"].map(expand) ?? []
    let texts = vector["frames"]?.arrayValue?.map(expand) ?? [vector["json"].map(expand) ?? []]
    return texts.flatMap { text in
      [UInt32(text.count), UInt32(attachment.count)].flatMap { length in
        (0..<4).map { UInt8(truncatingIfNeeded: length >> UInt32(8 * $0)) }
      } + text + attachment
    }
  }

  private func expand(_ parts: JSONValue) -> [UInt8] {
    (parts.arrayValue ?? []).flatMap { part in
      let piece = part["hex"]?.stringValue.map(unhexadecimal) ?? Array((part["text"]?.stringValue ?? "").utf8)
      return Array(repeatElement(piece, count: part["times"]?.int64Value.map(Int.init) ?? 1).joined())
    }
  }

  /// Every document that differs from this one in one place: a member removed, or a value replaced.
  private func damages(of value: JSONValue) -> [JSONValue] {
    let replacements: [JSONValue] = [nil, true, -1, 1.5, .unsigned(.max), "?", [], [nil], [:]]
    switch value {
    case .object(let object):
      return object.flatMap { key, member -> [JSONValue] in
        var without = object
        without[key] = nil
        return [.object(without)]
          + (replacements + damages(of: member)).map { replacement in
            var changed = object
            changed[key] = replacement
            return .object(changed)
          }
      }
    case .array(let array):
      return array.indices.flatMap { index in
        (replacements + damages(of: array[index])).map { replacement in
          var changed = array
          changed[index] = replacement
          return .array(changed)
        }
      }
    default: return []
    }
  }
}
