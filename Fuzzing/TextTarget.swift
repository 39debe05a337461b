// libFuzzer's target for the text reader. Any bytes are assembled or refused; what is assembled is well-formed; and of every text
// wasmtime says, too, whether it is a valid module. In which of the two steps a text is refused may differ.

import Glibc
import WasmBinary
import WasmText

nonisolated(unsafe) private let oracle = environment("HANZO_FUZZ_ORACLE").flatMap { Oracle(path: $0) }

private enum Verdict {
  case valid
  case refused(String)
  case unsupported(String)
  case beyondLimit
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
  let input = UnsafeBufferPointer(start: data, count: size)
  compare(input, verdict(on: input))
  return 0
}

private func verdict(on input: UnsafeBufferPointer<UInt8>) -> Verdict {
  let module: [UInt8]
  do throws(TextError) {
    module = try assembleModule([UInt8](input))
  } catch {
    if error.line < 1 || error.column < 1 || error.message.isEmpty { keep(input, "an error without a place: \(error)") }
    if case .unsupported(let name) = error.kind { return .unsupported(name) }
    return .refused(error.message)
  }
  do throws(ModuleError) {
    _ = try Module.load(module)
    return .valid
  } catch {
    switch error.kind {
    case .unsupportedFeature(let name): return .unsupported(name)
    case .limitExceeded: return .beyondLimit
    case .invalid: break
    // `(module binary ...)` may hold anything.
    case .malformed: if !contains(input, "binary") { keep(input, "assembled, but \(error)") }
    }
    return .refused("\(error)")
  }
}

private func compare(_ input: UnsafeBufferPointer<UInt8>, _ verdict: Verdict) {
  switch verdict {
  case .unsupported(let name): return count("unsupported \(name)")
  case .beyondLimit: return count("beyond a limit")
  case .valid, .refused: break
  }
  guard let oracle else { return count("not compared") }
  let refusal: String? =
    switch oracle.assemble(input) {
    case .refused(let reason): reason
    case .module(let module): module.withUnsafeBufferPointer { oracle.refusal(of: $0) }
    }
  switch (verdict, refusal) {
  case (.valid, nil): count("accepted by both")
  case (.valid, .some(let reason)):
    if let explanation = knownAcceptance(of: input, reason) {
      count("accepted: \(explanation)")
    } else {
      keep(input, "accepted, but wasmtime says: \(reason)")
    }
  case (.refused(let reason), nil):
    if let explanation = knownRefusal(of: input, reason) {
      count("refused: \(explanation)")
    } else {
      keep(input, "wasmtime accepts, but: \(reason)")
    }
  default: count("refused by both")
  }
}

// MARK: - Differences that are known

/// Why wasmtime refuses what the specification accepts; nil if this is something else.
private func knownAcceptance(of input: UnsafeBufferPointer<UInt8>, _ reason: String) -> String? {
  if reason.hasPrefix("expected at least one module field") { return "no field" }
  // A form of scripts, which embedders' tests use.
  if contains(input, "quote") { return "quoted" }
  // It reads annotations, such as (@custom ...), that may be ignored, and has rules for where they stand.
  if contains(input, "(@") { return "annotation" }
  return nil
}

/// Why wasmtime accepts what the specification refuses; nil if this is something else.
private func knownRefusal(of input: UnsafeBufferPointer<UInt8>, _ reason: String) -> String? {
  if reason.contains("of a folded instruction are folded too") { return "unfolded instructions in a folded one" }
  if reason.contains(", found '+") || reason.contains("=+") { return "a sign where there is none" }
  if reason.contains("expected the name of the import") { return "compact imports" }
  if contains(input, "desc") { return "custom descriptors" }
  return nil
}

private func contains(_ input: UnsafeBufferPointer<UInt8>, _ word: StaticString) -> Bool {
  let word = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
  return input.indices.contains { input[$0...].starts(with: word) }
}
