// What a run finds: kept as files, one line each on standard error; and how often each kind of verdict was met.

import Glibc

func warn(_ line: String) {
  let bytes = Array((line + "\n").utf8)
  _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

/// libFuzzer calls from one thread.
nonisolated(unsafe) private var known: [String: Int] = [:]
nonisolated(unsafe) private var verdicts: [String: Int] = [:]

/// Counts a verdict; the counts are printed at the end.
func count(_ verdict: String) {
  if verdicts.isEmpty { atexit { printVerdicts() } }
  verdicts[verdict, default: 0] += 1
}

private func printVerdicts() {
  let counts = verdicts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
  let repeated = known.values.reduce(0, +) - known.count
  warn("verdicts: \(counts.isEmpty ? "none" : counts); \(known.count) findings, \(repeated) more like them")
}

/// Keeps an input that shows a mistake. Of those with one description, numbers and quotations apart, the first.
func keep(_ input: UnsafeBufferPointer<UInt8>, _ description: String) {
  let signature = signature(of: description)
  known[signature, default: 0] += 1
  guard known[signature] == 1 else { return }
  let folder = environment("HANZO_FUZZ_FINDINGS") ?? "."
  let hash = input.reduce(into: UInt64(0xCBF2_9CE4_8422_2325)) { $0 = ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  let path = "\(folder)/difference-\(String(hash, radix: 16))"
  warn("\(path): \(description)")
  guard let file = fopen(path, "wb") else { return warn("cannot write \(path)") }
  fwrite(input.baseAddress, 1, input.count, file)
  fclose(file)
}

/// The first line of a description without its numbers and what it quotes.
private func signature(of description: String) -> String {
  var isQuoted = false
  return String(
    description.prefix { !$0.isNewline }.filter { character in
      if "'`\"".contains(character) { isQuoted.toggle() }
      return !isQuoted && !character.isNumber
    }.prefix(160))
}
