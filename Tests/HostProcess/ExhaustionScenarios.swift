// Starting workers while the machine gives the host no more descriptors, processes or memory, and with an executable that
// cannot be used.

import Foundation
import HanzoWasm
import WasmJSON

/// Changes the soft limit of this process while the body runs.
private func withLimit<Value>(_ resource: Int32, _ value: Int, _ body: () async throws -> Value) async rethrows -> Value
{
  var limit = rlimit()
  getrlimit(__rlimit_resource_t(UInt32(resource)), &limit)
  let before = limit.rlim_cur
  limit.rlim_cur = rlim_t(value)
  setrlimit(__rlimit_resource_t(UInt32(resource)), &limit)
  defer {
    limit.rlim_cur = before
    setrlimit(__rlimit_resource_t(UInt32(resource)), &limit)
  }
  return try await body()
}

/// The numbers of the limits, which Glibc spells as enumerators.
private enum Limit {
  static let processes: Int32 = 6
  static let descriptors: Int32 = 7
  static let addressSpace: Int32 = 9
}

/// What a first call under some condition was told, and whether the next ones succeed once the condition is over.
private struct Attempt {
  var report = JSONObject()

  /// - Parameters:
  ///   - patience: for how many seconds a worker may not start once the condition is over.
  ///   - condition: runs its argument under the condition.
  static func make(
    _ config: WasmConfig = Guests.config(), patience: Int = 20,
    _ condition: (() async -> WasmError?) async -> WasmError?
  ) async throws -> Attempt {
    var attempt = Attempt()
    let open = Kernel.descriptors().count
    try await attempt.run(WasmRuntime(config), patience, condition)
    // The runtime is gone, and the executable's descriptor with it, when its threads have let go of it.
    _ = try await eventually(within: 5) { Kernel.descriptors().count <= open }
    attempt.report["descriptorsLeft"] = JSONValue(Kernel.descriptors().count - open)
    attempt.report["childrenLeft"] = JSONValue(Kernel.children().pids.count)
    return attempt
  }

  private mutating func run(
    _ runtime: WasmRuntime, _ patience: Int, _ condition: (() async -> WasmError?) async -> WasmError?
  ) async throws {
    let clock = ContinuousClock()
    let begun = clock.now
    let error = await condition {
      do throws(WasmError) {
        try await runtime.loadModule("good", Guests.good)
        return nil
      } catch { return error }
    }
    report["milliseconds"] = JSONValue(Int((clock.now - begun) / .milliseconds(1)))
    report["code"] = .string(error?.code.rawValue ?? "none")
    report["fault"] = .string(error.map { "\($0.fault)" } ?? "none")
    report["layer"] = error?.layer.map { .string($0) } ?? .null
    report["message"] = .string(error?.message ?? "")
    report["errno"] = error?.systemError.map { JSONValue(Int($0)) } ?? .null
    report["execution"] = .string(error?.execution.rawValue ?? "none")
    // The pause after a failed start is the only thing that still refuses.
    report["recovered"] = .bool(await Self.recovers(runtime, within: patience))
    await runtime.shutdown()
  }

  private static func recovers(_ runtime: WasmRuntime, within seconds: Int) async -> Bool {
    (try? await eventually(within: seconds) { () async -> Bool in
      do {
        try await runtime.loadModule("good", Guests.good)
        return try await runtime.execute("good", "add", [5, 3]) == 8
      } catch { return false }
    }) ?? false
  }
}

/// Everything that stays open after its first use, and the threads that stay.
private func warmUp() async throws {
  try await Task.sleep(for: .milliseconds(1))
  _ = (Kernel.descriptors(), Kernel.children())
  _ = try await Attempt.make { await $0() }
}

/// With one more descriptor at every step, until a worker starts: each system call of a start that makes a descriptor fails
/// once, in order.
func descriptorScenario() async throws -> JSONObject {
  try await warmUp()
  var steps: [JSONValue] = []
  for extra in 0..<24 {
    let attempt = try await Attempt.make { call in
      // No gaps below the highest descriptor, so that the limit says how many more there can be.
      var fillers: [Int32] = []
      let highest = (0..<256).last { fcntl($0, F_GETFD) >= 0 } ?? 2
      while case let filler = open("/dev/null", O_RDONLY | O_CLOEXEC), filler >= 0 {
        fillers.append(filler)
        if filler > highest { break }
      }
      defer { for filler in fillers { close(filler) } }
      return await withLimit(Limit.descriptors, Int(fillers.last ?? highest) + 1 + extra) { await call() }
    }
    steps.append(.object(attempt.report))
    if attempt.report["code"] == "none" { break }
  }
  var report = JSONObject()
  report["steps"] = .array(steps)
  return report
}

/// No process may be added: EAGAIN, for a user to whom RLIMIT_NPROC applies.
func processLimitScenario() async throws -> JSONObject {
  try await warmUp()
  return try await Attempt.make { call in await withLimit(Limit.processes, 1) { await call() } }.report
}

/// No mapping may be added: ENOMEM. What the language's runtime allocates meanwhile comes from memory that it has.
func addressSpaceScenario() async throws -> JSONObject {
  try await warmUp()
  // Free memory in the allocator's arenas.
  for block in (0..<512).map({ _ in malloc(4_096) }) { free(block) }
  return try await Attempt.make { call in
    let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)).flatMap {
      $0.split(separator: " ").first.flatMap { Int($0) }
    }
    return await withLimit(Limit.addressSpace, (pages ?? 1) * sysconf(Int32(_SC_PAGESIZE)) + 8_192) { await call() }
  }.report
}

/// A worker's executable that is there when the runtime is made and cannot be started later.
///
/// - Parameter writing: whether somebody has it open for writing (ETXTBSY) while the first call is made.
func executableScenario(path: String, writing: Bool) async throws -> JSONObject {
  try await warmUp()
  var config = Guests.config()
  config.worker.path = path
  do {
    return try await Attempt.make(config, patience: writing ? 20 : 1) { call in
      let writer = writing ? open(path, O_WRONLY | O_APPEND | O_CLOEXEC) : -1
      defer { if writer >= 0 { close(writer) } }
      return await call()
    }.report
  } catch let error as WasmError {
    // The runtime could not be made.
    var report = JSONObject()
    report["code"] = .string(error.code.rawValue)
    report["layer"] = error.layer.map { .string($0) } ?? .null
    report["message"] = .string(error.message)
    report["refusedAtOnce"] = true
    report["descriptorsLeft"] = 0
    report["childrenLeft"] = JSONValue(Kernel.children().pids.count)
    return report
  }
}
