/// What several tests of the protocol share: the vectors on disk, connections in a given state, sample messages.

import Foundation
import WasmJSON
import WorkerProtocol

/// The `protocol` folder of this package.
let protocolFolder = URL(filePath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appending(path: "protocol")

/// Names without extension of the files of a type in a folder of `protocol`, in order.
func names(in folder: String, withExtension type: String) -> [String] {
  let contents = try? FileManager.default.contentsOfDirectory(
    at: protocolFolder.appending(path: folder), includingPropertiesForKeys: nil)
  return (contents ?? []).filter { $0.pathExtension == type }.map { $0.deletingPathExtension().lastPathComponent }
    .sorted()
}

func bytes(of path: String) throws -> [UInt8] {
  Array(try Data(contentsOf: protocolFolder.appending(path: path)))
}

func json(of path: String) throws -> JSONValue { try JSONValue(parsing: bytes(of: path)) }

func unhexadecimal(_ text: String) -> [UInt8] {
  var digits = text[...]
  var bytes: [UInt8] = []
  while digits.count >= 2 {
    bytes.append(UInt8(digits.prefix(2), radix: 16) ?? 0)
    digits = digits.dropFirst(2)
  }
  return bytes
}

/// The id and the module of every vector.
let sampleID = RequestID(0x0123_4567_89AB_CDEF)
let otherID = RequestID(0xFEDC_BA98_7654_3210)
let sampleHash = ModuleHash("93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476")

func sampleInvocation(limits: InvocationLimits = .init()) throws -> Invocation {
  struct NoHash: Error {}
  guard let sampleHash else { throw NoHash() }
  return Invocation(module: sampleHash, entry: .function("f"), limits: limits)
}

let sampleReady = Ready(buildID: "x", engine: "e", fuelModel: "f", pid: 1, layers: [], resourceLimits: [:])

/// A message of either direction.
enum AnyMessage: Hashable {
  case supervisor(SupervisorMessage)
  case worker(WorkerMessage)

  func encoded() throws(ProtocolViolation) -> EncodedFrame {
    switch self {
    case .supervisor(let message): try message.encoded()
    case .worker(let message): try message.encoded()
    }
  }
}

/// One end of a connection, with the decoder in front of it.
struct Receiver {
  enum End {
    case supervisor(SupervisorState)
    case worker(WorkerState)
  }
  var end: End

  /// A supervisor or a worker in a state that a hostile vector names. The open request has ``sampleID``.
  init?(_ receiver: String, state: String) throws {
    switch receiver {
    case "supervisor":
      var supervisor = SupervisorState()
      guard try supervisor.advance(to: state) else { return nil }
      end = .supervisor(supervisor)
    case "worker":
      var worker = WorkerState(isTemplate: state == "idleTemplate")
      guard try worker.advance(to: state) else { return nil }
      end = .worker(worker)
    default: return nil
    }
  }

  var limits: FrameLimits {
    switch end {
    case .supervisor(let state): state.receiveLimits
    case .worker(let state): state.receiveLimits
    }
  }

  mutating func receive(_ frame: Frame) throws(ProtocolViolation) -> AnyMessage {
    switch end {
    case .supervisor(var state):
      defer { end = .supervisor(state) }
      return .worker(try state.receive(frame))
    case .worker(var state):
      defer { end = .worker(state) }
      return .supervisor(try state.receive(frame))
    }
  }

  /// Feeds a stream in chunks and its end.
  mutating func receive(stream: [UInt8], chunk: Int) throws(ProtocolViolation) -> [AnyMessage] {
    var decoder = FrameDecoder(limits: limits)
    var messages: [AnyMessage] = []
    var position = 0
    while position < stream.count {
      let end = min(position + chunk, stream.count)
      let piece = Array(stream[position..<end])
      let (consumed, frame) = try piece.withUnsafeBufferPointer { (bytes) throws(ProtocolViolation) in
        try decoder.consume(UnsafeRawBufferPointer(bytes))
      }
      position += consumed
      if let frame {
        messages.append(try receive(frame))
        decoder.limits = limits
      }
    }
    try decoder.finish()
    return messages
  }
}

extension SupervisorState {
  fileprivate mutating func advance(to state: String) throws -> Bool {
    if state == "starting" { return true }
    try receive(.ready(sampleReady))
    if state == "unconfigured" { return true }
    try willSend(.configure(Configure(id: otherID)))
    try receive(.configured(Configured(id: otherID)))
    if state == "idle" { return true }
    try willSend(.invoke(Invoke(id: sampleID, invocation: sampleInvocation())))
    if state == "invoking" { return true }
    try receive(.hostCall(HostCall(id: sampleID, sequence: 1, function: "f", argument: nil)))
    return state == "servingHostCall"
  }
}

extension WorkerState {
  fileprivate mutating func advance(to state: String) throws -> Bool {
    try willSend(.ready(sampleReady))
    if state == "unconfigured" { return true }
    _ = try receive(Frame(json: Array(#"{"type":"configure","id":"fedcba9876543210"}"#.utf8)))
    try willSend(.configured(Configured(id: otherID)))
    if state == "idle" || state == "idleTemplate" { return true }
    let invoke = try SupervisorMessage.invoke(Invoke(id: sampleID, invocation: sampleInvocation())).encoded()
    _ = try receive(Frame(json: Array(invoke.head.dropFirst(8))))
    try willSend(.hostCall(HostCall(id: sampleID, sequence: 1, function: "f", argument: nil)))
    return state == "waitingForHostResult"
  }
}

/// SplitMix64: the same numbers in every run.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
