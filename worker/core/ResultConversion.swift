/// What a function returned, as the outcome's value.

import WasmBinary
import WasmInterpreter
import WasmJSON
import WorkerProtocol

/// Plain JSON: no result is null, one is a value, several are an array. Integers are signed and exact, an `f32` is
/// widened, NaN and infinity are null, and so is what JSON has no form for (vectors, references).
func plainResults(_ results: [Value]) -> JSONValue {
  switch results.count {
  case 0: .null
  case 1: plainResult(results[0])
  default: .array(results.map(plainResult))
  }
}

func plainResult(_ result: Value) -> JSONValue {
  switch result {
  case .i32(let bits): return .integer(Int64(Int32(bitPattern: bits)))
  case .i64(let bits): return .integer(Int64(bitPattern: bits))
  case .f32(let bits):
    let number = Float(bitPattern: bits)
    return number.isFinite ? .double(Double(number)) : .null
  case .f64(let bits):
    let number = Double(bitPattern: bits)
    return number.isFinite ? .double(number) : .null
  case .v128, .reference: return .null
  }
}

/// Exact values with their types.
func typedResults(_ results: [Value]) -> [TypedValue] {
  results.map { result in
    switch result {
    case .i32(let bits): .i32(bits)
    case .i64(let bits): .i64(bits)
    case .f32(let bits): .f32(bits: bits)
    case .f64(let bits): .f64(bits: bits)
    case .v128(let low, let high): .v128(high: high, low: low)
    case .reference(let reference): typedReference(reference)
    }
  }
}

private func typedReference(_ reference: Reference) -> TypedValue {
  switch reference {
  case .external(let number): .external(number)
  case .null(.external), .null(.noExternal): .external(nil)
  // What belongs to the instance has no number outside of it, and JSON no name for an i31.
  case .function, .exception, .object, .i31, .null: .function(nil)
  }
}

/// The text at an address that a function returned, by the rule for names.
///
/// A negative number is no address and stays a number, and so does one at which there is no UTF-8. Of a text longer than
/// the cap, `.lenient` takes the start, as the original runtime did; `.strict` keeps the number.
///
/// - Throws: `invalidResult` if the address lies outside of the memory.
func textResult(_ pointer: Int32, _ memory: MemoryInstance?, _ context: CallContext, function: String) throws(Failure)
  -> JSONValue
{
  guard pointer >= 0, let memory else { return .integer(Int64(pointer)) }
  let cap = context.limits.maxStringBytes
  let bytes: [UInt8]
  switch GuestText.read(memory, at: UInt64(pointer), cap: cap) {
  case .outOfRange:
    throw Failure(
      .invalidResult,
      "\(function) returned the address \(pointer) of a text, but its memory ends at \(memory.byteCount)",
      function: function)
  case .ended(let text): bytes = text
  case .cut(let text):
    guard context.isLenient else { return .integer(Int64(pointer)) }
    bytes = text
  }
  guard let text = String(validating: bytes, as: UTF8.self) else { return .integer(Int64(pointer)) }
  return .string(text)
}
