/// Frames: lengths, limits, and streams cut at every place.

import Testing
import WasmJSON
import WorkerProtocol

@Suite("Frames")
struct FrameTests {
  private func frame(_ json: [UInt8], _ attachment: [UInt8] = []) -> [UInt8] {
    header(UInt32(json.count), UInt32(attachment.count)) + json + attachment
  }

  private func header(_ json: UInt32, _ attachment: UInt32) -> [UInt8] {
    [json, attachment].flatMap { length in (0..<4).map { UInt8(truncatingIfNeeded: length >> UInt32(8 * $0)) } }
  }

  @Test("a sequence of frames arrives whole wherever it is cut")
  func everySplit() throws {
    let frames = [
      Frame(json: [1]), Frame(json: [2, 3], attachment: [4]), Frame(json: [5, 6, 7], attachment: Array(0..<20)),
      Frame(json: Array(0..<30)),
    ]
    let stream = frames.flatMap { frame($0.json, $0.attachment) }
    for first in 0...stream.count {
      for second in first...stream.count {
        var decoder = FrameDecoder(limits: .default)
        var decoded = try decoder.decode(Array(stream[..<first]))
        decoded += try decoder.decode(Array(stream[first..<second]))
        decoded += try decoder.decode(Array(stream[second...]))
        try decoder.finish()
        guard decoded == frames else {
          Issue.record("cut at \(first) and \(second)")
          return
        }
      }
    }
  }

  @Test("a stream that ends inside a frame is truncated, at every place but between frames")
  func truncation() throws {
    let stream = frame([1, 2, 3], [4, 5])
    for end in 0...stream.count {
      var decoder = FrameDecoder(limits: .default)
      let frames = try decoder.decode(Array(stream[..<end]))
      #expect(frames.count == (end == stream.count ? 1 : 0))
      #expect(decoder.isInsideFrame == (end > 0 && end < stream.count))
      if decoder.isInsideFrame {
        #expect(
          performing: { try decoder.finish() },
          throws: { ($0 as? ProtocolViolation)?.kind == .truncatedFrame })
      } else {
        try decoder.finish()
      }
    }
  }

  @Test(
    "lengths at the limit are accepted and one above refused",
    arguments: [
      (FrameLimits(maxJSONBytes: 10, maxAttachmentBytes: 20), 10, 20, nil),
      (FrameLimits(maxJSONBytes: 10, maxAttachmentBytes: 20), 11, 20, .frameTooLarge),
      (FrameLimits(maxJSONBytes: 10, maxAttachmentBytes: 20), 10, 21, .frameTooLarge),
      (FrameLimits(maxJSONBytes: 10, maxAttachmentBytes: 20), 0, 0, .emptyFrame),
      (FrameLimits(maxJSONBytes: 10, maxAttachmentBytes: 20), 0, 5, .emptyFrame),
      (FrameLimits.ready, 4_096, 0, nil), (FrameLimits.ready, 4_097, 0, .frameTooLarge),
      (FrameLimits.ready, 1, 1, .frameTooLarge), (FrameLimits.configuration, 65_536, 0, nil),
      (FrameLimits.configuration, 65_537, 0, .frameTooLarge), (FrameLimits.default, 1 << 20, 63 << 20, nil),
      (FrameLimits.default, 1 << 31, 0, .frameTooLarge), (FrameLimits.default, .max, .max, .frameTooLarge),
    ] as [(FrameLimits, UInt32, UInt32, ProtocolViolation.Kind?)])
  func limits(limits: FrameLimits, json: UInt32, attachment: UInt32, refusal: ProtocolViolation.Kind?) throws {
    let bytes = header(json, attachment)
    if let refusal {
      #expect(
        performing: { _ = try FrameHeader(bytes, limits: limits) },
        throws: { ($0 as? ProtocolViolation)?.kind == refusal })
      var decoder = FrameDecoder(limits: limits)
      for _ in 0..<2 {
        // An error is final.
        #expect(
          performing: { _ = try decoder.decode(bytes) },
          throws: { ($0 as? ProtocolViolation)?.kind == refusal })
      }
      #expect(throws: ProtocolViolation.self) { try decoder.finish() }
    } else {
      let header = try FrameHeader(bytes, limits: limits)
      #expect(header.jsonByteCount == Int(json) && header.attachmentByteCount == Int(attachment))
      var decoder = FrameDecoder(limits: limits)
      #expect(try decoder.decode(bytes).isEmpty)
    }
  }

  @Test("a header of another length than eight bytes is refused", arguments: [0, 7, 9])
  func headerLength(count: Int) {
    #expect(throws: ProtocolViolation.self) {
      try FrameHeader([UInt8](repeating: 1, count: count), limits: .default)
    }
  }

  @Test("limits can change between two frames of one chunk")
  func changingLimits() throws {
    let stream = frame([1]) + frame([UInt8](repeating: 2, count: 100))
    var decoder = FrameDecoder(limits: FrameLimits(maxJSONBytes: 1, maxAttachmentBytes: 0))
    try stream.withUnsafeBytes { bytes in
      let (consumed, first) = try decoder.consume(bytes)
      #expect(consumed == 9 && first == Frame(json: [1]))
      decoder.limits = FrameLimits(maxJSONBytes: 100, maxAttachmentBytes: 0)
      let (rest, second) = try decoder.consume(UnsafeRawBufferPointer(rebasing: bytes[consumed...]))
      #expect(rest == 108 && second?.json.count == 100)
    }
  }

  @Test("a frame that lies whole in a chunk is read where it is, and otherwise is collected")
  func inPlace() throws {
    let limits = FrameLimits(maxJSONBytes: 3, maxAttachmentBytes: 2)
    let stream = frame([1, 2, 3], [4, 5]) + frame([6])
    try stream.withUnsafeBytes { bytes in
      for end in 0...bytes.count {
        var decoder = FrameDecoder(limits: limits)
        let chunk = UnsafeRawBufferPointer(rebasing: bytes[..<end])
        guard let first = try decoder.frameInPlace(chunk) else {
          #expect(end < 13 && !decoder.isInsideFrame)
          continue
        }
        #expect(Array(first.json) == [1, 2, 3] && Array(first.attachment) == [4, 5] && first.byteCount == 13)
        let rest = UnsafeRawBufferPointer(rebasing: chunk[13...])
        let second = try decoder.frameInPlace(rest)
        #expect((second?.byteCount == 9) == (end == bytes.count))
        #expect(second.map { Array($0.json) } ?? [6] == [6] && second?.attachment.isEmpty ?? true)
      }
      // One that has begun is not mistaken for another's beginning.
      var decoder = FrameDecoder(limits: limits)
      _ = try decoder.consume(UnsafeRawBufferPointer(rebasing: bytes[..<4]))
      let other = try decoder.frameInPlace(UnsafeRawBufferPointer(rebasing: bytes[4...]))
      #expect(other?.byteCount == nil)
    }
  }

  @Test("a frame in place that is too large ends the stream")
  func inPlaceLimits() {
    var decoder = FrameDecoder(limits: FrameLimits(maxJSONBytes: 2, maxAttachmentBytes: 0))
    frame([1, 2, 3]).withUnsafeBytes { bytes in
      #expect(throws: ProtocolViolation.self) { try decoder.frameInPlace(bytes) }
      #expect(throws: ProtocolViolation.self) { try decoder.consume(bytes) }
    }
    #expect(throws: ProtocolViolation.self) { try decoder.finish() }
  }

  @Test("a message is the same in place")
  func messageInPlace() throws {
    let reply = WorkerMessage.unloaded(Unloaded(id: sampleID, found: true))
    let call = HostCall(id: sampleID, sequence: 1, function: "f", argument: [1], payload: [1, 2])
    for message in [reply, .hostCall(call)] {
      var decoder = FrameDecoder(limits: .default)
      try message.encoded().bytes.withUnsafeBytes { bytes in
        let frame = try #require(try decoder.frameInPlace(bytes))
        #expect(try WorkerMessage(frame) == message)
      }
    }
    let invoke = SupervisorMessage.invoke(
      Invoke(id: sampleID, invocation: try sampleInvocation()))
    var decoder = FrameDecoder(limits: .default)
    try invoke.encoded().bytes.withUnsafeBytes { bytes in
      let frame = try #require(try decoder.frameInPlace(bytes))
      #expect(try SupervisorMessage(frame) == invoke)
    }
  }

  @Test("a message above the limits is not sent")
  func encodingLimits() throws {
    let message = WorkerMessage.outcome(
      OutcomeReply(id: sampleID, outcome: Outcome(result: .success(.bytes([1, 2, 3])))))
    let size = try message.encoded()
    let json = UInt32(size.head.count - 8)
    #expect(try message.encoded(limits: FrameLimits(maxJSONBytes: json, maxAttachmentBytes: 3)) == size)
    for limits in [
      FrameLimits(maxJSONBytes: json - 1, maxAttachmentBytes: 3),
      FrameLimits(maxJSONBytes: json, maxAttachmentBytes: 2),
    ] {
      #expect(
        performing: { _ = try message.encoded(limits: limits) },
        throws: { ($0 as? ProtocolViolation)?.kind == .frameTooLarge })
    }
  }

  @Test("random changes to a stream of frames never crash either end")
  func mutations() throws {
    var generator = SeededGenerator(seed: 41)
    let messages = try goldenMessages().sorted { $0.key < $1.key }.map(\.value)
    var accepted = 0
    var refused = 0
    for _ in 0..<6_000 {
      let message = try #require(messages.randomElement(using: &generator))
      var stream = try message.encoded().bytes
      for _ in 0...Int.random(in: 0..<3, using: &generator) {
        let place = Int.random(in: 0..<stream.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: stream[place] = UInt8.random(in: .min ... .max, using: &generator)
        case 1: stream[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 2: stream.remove(at: place)
        default: stream.insert(UInt8.random(in: 0x20...0x7E, using: &generator), at: place)
        }
      }
      let (receiver, state) =
        switch message {
        case .supervisor:
          ("worker", ["unconfigured", "idle", "idleTemplate", "waitingForHostResult"].randomElement(using: &generator))
        case .worker: ("supervisor", ["starting", "invoking"].randomElement(using: &generator))
        }
      var end = try #require(try Receiver(receiver, state: state ?? ""))
      do throws(ProtocolViolation) {
        _ = try end.receive(stream: stream, chunk: Int.random(in: 1...64, using: &generator))
        accepted += 1
      } catch { refused += 1 }
    }
    #expect(accepted > 20 && refused > 1_000)
  }
}
