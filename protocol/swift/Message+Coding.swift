/// Messages to frames and back: which type of message is which, in each direction.

import WasmJSON

extension SupervisorMessage {
  /// Reads a frame that a worker has received. Whether the message may come now is for ``WorkerState`` to say.
  public init(_ frame: Frame) throws(ProtocolViolation) {
    self = try frame.json.withUnsafeBufferPointer { (json) throws(ProtocolViolation) in
      try SupervisorMessage(json, frame.attachment)
    }
  }

  /// Like ``init(_:)-(Frame)``, of a frame that has not been copied.
  public init(_ frame: FrameInPlace) throws(ProtocolViolation) {
    try self.init(frame.json, Array(frame.attachment))
  }

  /// Like ``init(_:)-(FrameInPlace)``; of an `invoke` the shape is noted, nil if it has none.
  public init(_ frame: FrameInPlace, noting shape: inout InvokeShape?) throws(ProtocolViolation) {
    var places = InvokeShape.Places()
    try self.init(frame.json, Array(frame.attachment), &places)
    guard case .invoke(let invoke) = self else { return }
    shape = frame.attachment.isEmpty ? InvokeShape(frame.json, places, invoke) : nil
  }

  private init(_ json: UnsafeBufferPointer<UInt8>, _ attachment: [UInt8]) throws(ProtocolViolation) {
    var places = InvokeShape.Places()
    try self.init(json, attachment, &places)
  }

  private init(
    _ json: UnsafeBufferPointer<UInt8>, _ attachment: [UInt8], _ places: inout InvokeShape.Places
  ) throws(ProtocolViolation) {
    self = try MessageDecoder.decode(json, attachment) { (type, decoder) throws(ProtocolViolation) in
      switch type {
      case "configure": return .configure(try Configure(&decoder))
      case "load": return .load(try Load(&decoder))
      case "unload": return .unload(try Unload(&decoder))
      case "fork": return .fork(try Fork(&decoder))
      case "invoke":
        let invoke = try Invoke(&decoder)
        places = decoder.places
        return .invoke(invoke)
      case "hostResult": return .hostResult(try HostResult(&decoder))
      default: throw .unknownMessage(type)
      }
    }
  }

  /// The message as a frame.
  ///
  /// - Throws: `frameTooLarge`.
  public func encoded(limits: FrameLimits = .default) throws(ProtocolViolation) -> EncodedFrame {
    let encoder =
      switch self {
      case .configure(let message): message.encoder()
      case .load(let message): message.encoder()
      case .unload(let message): message.encoder()
      case .fork(let message): message.encoder()
      case .invoke(let message): message.encoder()
      case .hostResult(let message): message.encoder()
      }
    return try encoder.finish(limits: limits)
  }
}

extension WorkerMessage {
  /// Reads a frame that a supervisor has received. Whether the message may come now is for ``SupervisorState`` to say.
  public init(_ frame: Frame) throws(ProtocolViolation) {
    self = try frame.json.withUnsafeBufferPointer { (json) throws(ProtocolViolation) in
      try WorkerMessage(json, frame.attachment)
    }
  }

  /// Like ``init(_:)-(Frame)``, of a frame that has not been copied.
  public init(_ frame: FrameInPlace) throws(ProtocolViolation) {
    try self.init(frame.json, Array(frame.attachment))
  }

  private init(_ json: UnsafeBufferPointer<UInt8>, _ attachment: [UInt8]) throws(ProtocolViolation) {
    self = try MessageDecoder.decode(json, attachment) { (type, decoder) throws(ProtocolViolation) in
      switch type {
      case "ready": .ready(try Ready(&decoder))
      case "configured": .configured(try Configured(&decoder))
      case "loaded": .loaded(try Loaded(&decoder))
      case "unloaded": .unloaded(try Unloaded(&decoder))
      case "outcome": .outcome(try OutcomeReply(&decoder))
      case "failure": .failure(try FailureReply(&decoder))
      case "hostCall": .hostCall(try HostCall(&decoder))
      case "log": .log(try LogMessage(&decoder))
      case "error": .error(try ProtocolErrorMessage(&decoder))
      default: throw .unknownMessage(type)
      }
    }
  }

  /// The message as a frame.
  ///
  /// - Throws: `frameTooLarge`.
  public func encoded(limits: FrameLimits = .default) throws(ProtocolViolation) -> EncodedFrame {
    let encoder =
      switch self {
      case .ready(let message): message.encoder()
      case .configured(let message): message.encoder()
      case .loaded(let message): message.encoder()
      case .unloaded(let message): message.encoder()
      case .outcome(let message): message.encoder()
      case .failure(let message): message.encoder()
      case .hostCall(let message): message.encoder()
      case .log(let message): message.encoder()
      case .error(let message): message.encoder()
      }
    return try encoder.finish(limits: limits)
  }
}

extension ProtocolViolation {
  /// What the other side wrote is shortened and stripped of everything that could forge a line of a log.
  fileprivate static func unknownMessage(_ type: JSONText) -> ProtocolViolation {
    let shown = String(type.string.unicodeScalars.prefix(32).map { ("!"..."~").contains($0) ? Character($0) : "?" })
    return ProtocolViolation(.unknownMessage, "there is no message '\(shown)' in this direction")
  }
}
