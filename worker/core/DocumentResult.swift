/// A guest's answer to a whole document or to bytes (GUEST-ABI.md, "Documents").

import WasmBinary
import WasmInterpreter
import WasmJSON
import WorkerProtocol

/// The form in which an answer is handed on, which the input's form decides.
enum AnswerForm {
  /// Parsed JSON.
  case json
  /// JSON text that nobody has parsed.
  case documentText
  case bytes

  init(_ input: Invocation.Input) {
    switch input {
    case .documentText: self = .documentText
    case .bytes: self = .bytes
    case .none, .arguments, .typedArguments, .document, .stdin: self = .json
    }
  }
}

/// Where a guest left its answer.
struct DocumentAnswer {
  let function: String
  let form: AnswerForm
  let context: CallContext
  let memory: MemoryInstance?

  /// The value of some answer's bytes.
  func value(_ bytes: [UInt8]) throws(Failure) -> Outcome.Value {
    switch form {
    case .bytes: return .bytes(bytes)
    case .documentText: return .documentText(bytes)
    case .json:
      if bytes.isEmpty { return .json(.null) }
      do {
        return .json(try JSONValue(parsing: bytes))
      } catch {
        throw Failure(
          .invalidResult, "the answer of \(function) is not a JSON document: \(error)", function: function)
      }
    }
  }

  /// The bytes that an `i64` result points to: the address in the high half, the length in the low half.
  func packed(_ result: UInt64) throws(Failure) -> [UInt8] {
    let address = result >> 32
    let count = result & 0xFFFF_FFFF
    guard count <= context.limits.maxOutputBytes else { throw tooLong() }
    guard count > 0 else { return [] }
    guard let bytes = memory?.read(at: address, count: Int(count)) else {
      throw Failure(
        .invalidResult,
        "\(function) returned \(count) bytes at address \(address), but its memory ends at \(memory?.byteCount ?? 0)",
        function: function)
    }
    return bytes
  }

  /// The NUL-terminated bytes at an address that a `*_json` function returned.
  func terminated(_ address: UInt64) throws(Failure) -> [UInt8] {
    guard let memory else {
      throw Failure(.invalidResult, "\(function) returned an address, but has no memory", function: function)
    }
    switch GuestText.read(memory, at: address, cap: context.limits.maxOutputBytes) {
    case .ended(let bytes): return bytes
    case .cut: throw tooLong()
    case .outOfRange:
      throw Failure(
        .invalidResult,
        "\(function) returned the address \(address) of a document, but its memory ends at \(memory.byteCount)",
        function: function)
    }
  }

  private func tooLong() -> Failure {
    Failure(
      .outputLimitExceeded, "the answer of \(function) is longer than \(context.limits.maxOutputBytes) bytes",
      function: function, limit: Failure.Limit(name: "maxOutputBytes", value: context.limits.maxOutputBytes))
  }
}
