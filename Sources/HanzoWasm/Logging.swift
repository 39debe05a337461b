// The library's lines in the log: who they are about, and what a stranger may write there.
//
// Every line has as metadata what is known of `worker`, `call`, `module` and `function`; docs/observability.md lists
// them. The first two are numbers of this runtime; the others, and the texts of `reason` and `violation`, may be a
// stranger's words, and are shortened and made harmless.

import Logging
import Synchronization
import WorkerProtocol

struct LogSubject {
  var worker: WorkerID?
  var call: CallID?
  var module: String?
  var function: String?

  init(worker: WorkerID? = nil, call: CallID? = nil, _ work: Work? = nil) {
    self.worker = worker
    self.call = call
    module = work?.moduleName
    function = work?.function
  }

  /// Adds the call.
  mutating func name(_ call: CallID?, in state: CoreState) {
    guard let call else { return }
    self = LogSubject(worker: worker, call: call, state.calls[call]?.work)
  }

  func metadata(_ facts: [String: String] = [:]) -> Logger.Metadata {
    var metadata: Logger.Metadata = [:]
    if let worker { metadata["worker"] = "\(worker)" }
    if let call { metadata["call"] = "\(call)" }
    if let module { metadata["module"] = "\(harmless(module, limit: 80))" }
    if let function { metadata["function"] = "\(harmless(function, limit: 80))" }
    for (name, text) in facts { metadata[name] = "\(harmless(text, limit: 500))" }
    return metadata
  }
}

extension RuntimeCore {
  /// A worker, and the call that it has. Must be called without the lock.
  func subject(_ worker: WorkerID) -> LogSubject {
    state.withLock { state in
      var subject = LogSubject(worker: worker)
      subject.name(state.workers[worker]?.call, in: state)
      return subject
    }
  }

  /// Hands a line that a guest's stream sends to the log on to the logger, as a part of the call's trace.
  func relay(_ record: LogRecord, of worker: WorkerID, _ call: ActiveCall) {
    guard let logger else { return }
    let level: Logger.Level =
      switch record.level {
      case .trace: .trace
      case .debug: .debug
      case .info: .info
      case .warning: .warning
      case .error: .error
      }
    call.trace.run {
      // A guest's words must not look like anybody else's.
      logger.log(
        level: level, "guest: \(harmless(record.message))",
        metadata: LogSubject(worker: worker, call: call.id, call.work).metadata())
    }
  }

  /// Tells whoever watches how a call ended. In the caller's task.
  @inline(__always)
  func report(_ result: CallResult, of id: CallID, _ work: Work, _ span: CallSpan) {
    telemetry.callEnded(result.usage)
    span.end(result.usage, result.error, of: id)
    if let error = result.error {
      logger?.debug("a call failed", metadata: LogSubject(call: id, work).metadata(["code": error.code.rawValue]))
    }
  }
}

/// A text for a log or a message: without what could end a line, hide, or look like something else.
///
/// - Parameter limit: how many Unicode scalars are kept.
func harmless(_ text: String, limit: Int = .max) -> String {
  String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit).map { $0.isHarmless ? $0 : "?" }))
}
