// libFuzzer's target for decoder and validator. Any bytes are loaded or refused with an error whose place is inside of them,
// and wasmtime says the same. What this engine refuses by design is counted by its kind: a feature that it has not, or a limit.

import Glibc
import WasmBinary

/// Set by the script to compare with `wasm-tools validate` afterwards.
private let printsVerdicts = environment("HANZO_FUZZ_VERDICTS") != nil
nonisolated(unsafe) private let oracle = environment("HANZO_FUZZ_ORACLE").flatMap { Oracle(path: $0) }

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
  let input = UnsafeBufferPointer(start: data, count: size)
  let error: ModuleError?
  do throws(ModuleError) {
    let module = try Module.load([UInt8](input))
    _ = module.decodeNames()
    error = nil
  } catch let refusal {
    error = refusal
    if !(0...size).contains(refusal.offset) { keep(input, "an error outside of the module: \(refusal)") }
  }
  if printsVerdicts { printVerdict(error) } else { compare(input, error) }
  return 0
}

private func printVerdict(_ error: ModuleError?) {
  switch error?.kind {
  case nil: warn("verdict: accepted")
  case .malformed, .invalid: warn("verdict: refused")
  case .unsupportedFeature, .limitExceeded: warn("verdict: refused by design")
  }
}

private func compare(_ input: UnsafeBufferPointer<UInt8>, _ error: ModuleError?) {
  switch error?.kind {
  case .unsupportedFeature(let name): return count("unsupported \(name)")
  case .limitExceeded: return count("beyond a limit")
  case nil, .malformed, .invalid: break
  }
  guard let oracle else { return count(error == nil ? "accepted" : "refused") }
  switch (error, oracle.refusal(of: input)) {
  case (nil, nil): count("accepted by both")
  case (.some, .some): count("refused by both")
  case (nil, .some(let reason)): keep(input, "accepted, but wasmtime says: \(reason)")
  case (.some(let error), nil) where error.message.hasPrefix("malformed import kind 0x7"):
    // Compact imports, which wasmtime 50 reads although they are switched off.
    count("refused compact imports")
  case (.some(let error), nil): keep(input, "wasmtime accepts, but: \(error)")
  }
}
