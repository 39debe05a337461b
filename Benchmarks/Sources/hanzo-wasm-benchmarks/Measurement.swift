// Samples of times, what is said of them, and how the figures reach the script that prints the table.
import Glibc

/// Times of one kind of event, in nanoseconds.
struct Samples {
  private var sorted: [Int64]

  init(_ times: [Int64]) { sorted = times.sorted() }

  /// The time that the fraction `quantile` of the events stayed within.
  func quantile(_ quantile: Double) -> Int64 {
    guard !sorted.isEmpty else { return 0 }
    return sorted[min(sorted.count - 1, Int(Double(sorted.count) * quantile))]
  }

  var median: Int64 { quantile(0.5) }
}

/// Writes one figure: `name value`, a line each on standard output.
func report(_ name: String, _ value: some CustomStringConvertible) {
  let line = Array("\(name) \(value)\n".utf8)
  _ = line.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
}

extension Duration {
  /// Whole nanoseconds; a benchmark does not last 292 years.
  var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}

/// What this process has read and written so far in bytes, over all descriptors (`/proc/self/io`, proc(5)).
func transferredBytes() -> (read: Int64, written: Int64)? {
  guard let text = readSmallFile("/proc/self/io") else { return nil }
  var read: Int64?
  var written: Int64?
  for line in text.split(separator: "\n") {
    let parts = line.split(separator: ":")
    guard parts.count == 2 else { continue }
    let value = Int64(parts[1].drop { $0 == " " })
    if parts[0] == "rchar" { read = value }
    if parts[0] == "wchar" { written = value }
  }
  guard let read, let written else { return nil }
  return (read, written)
}

func readSmallFile(_ path: String) -> String? {
  readFile(path, limit: 1 << 16).map { String(decoding: $0, as: UTF8.self) }
}

/// The file's bytes; nil if it cannot be read or is larger than `limit`.
func readFile(_ path: String, limit: Int = 16 << 20) -> [UInt8]? {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 14)
  while true {
    let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    if count == 0 { return bytes }
    guard count > 0, bytes.count + count <= limit else { return nil }
    bytes += chunk[..<count]
  }
}
