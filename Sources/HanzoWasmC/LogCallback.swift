// The library's log, handed to a function of C.

import CHanzoWasm
import HanzoWasm
import Logging

struct LogCallback: LogHandler, @unchecked Sendable {
  // The context is the program's, which keeps it alive and expects calls on any thread.
  private let callback: hanzo_wasm_log_callback
  private let context: UnsafeMutableRawPointer?

  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.debug

  init?(_ callback: hanzo_wasm_log_callback?, _ context: UnsafeMutableRawPointer?) {
    guard let callback else { return nil }
    self.callback = callback
    self.context = context
  }

  var logger: Logger { Logger(label: "hanzo-wasm") { _ in self } }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
    let object = JSONObject(all.map { ($0.key, JSONValue("\($0.value)")) })
    // A NUL would end the text early.
    let sentence = event.message.description.split(separator: "\0", omittingEmptySubsequences: false).joined(
      separator: " ")
    ThreadState.inCallback {
      callback(context, event.level.rawValue, sentence, JSONValue.object(object).description)
    }
  }
}
