// Faults among good calls for a long time: what a good call sees of them, and what stays behind.
//
// Calls are offered at a fixed rate whatever the answers take, and a call's latency counts from when it was due, so that a
// stall shows in every call that it delays. Quiet phases without a fault and phases with faults take turns, at the same
// rate. Modules that misbehave are domains of their own, as they are in the product by default.

import Foundation
import HanzoWasm
import Synchronization
import WasmJSON

struct SoakOptions {
  var calls = Int.max
  var seconds = Int.max
  var seed: UInt64 = 1
  var rate = 1_000
  var phaseSeconds = 5
  /// Enough that no module loses its worker to another, which would be felt as a start.
  var workers = 48
  /// The ratio of the latencies (p99 of good calls, phases with faults to quiet ones) above which the run fails.
  var maximumRatio = Double.infinity
  /// nil: the library's default.
  var priority: WasmConfig.Worker.Priority?

  init(_ arguments: some Sequence<String>) throws {
    var rest = Array(arguments)[...]
    while let name = rest.popFirst() {
      guard let text = rest.popFirst() else { throw Usage() }
      switch (name, Int(text)) {
      case ("--calls", .some(let value)) where value > 0: calls = value
      case ("--seconds", .some(let value)) where value > 0: seconds = value
      case ("--seed", .some(let value)): seed = UInt64(bitPattern: Int64(value))
      case ("--rate", .some(let value)) where (1...100_000).contains(value): rate = value
      case ("--phase-seconds", .some(let value)) where value > 0: phaseSeconds = value
      case ("--workers", .some(let value)) where (1...1_024).contains(value): workers = value
      case ("--priority", .some(let value)): priority = value == 0 ? .sameAsHost : .lower(by: value)
      case ("--maximum-ratio", _):
        guard let value = Double(text), value >= 1 else { throw Usage() }
        maximumRatio = value
      default: throw Usage()
      }
    }
    guard calls < .max || seconds < .max else { throw Usage() }
  }
}

/// What a call of the soak test does, and what it must be told.
enum SoakCall: String, CaseIterable {
  case sum, mask, command
  case crash, timeout, bomb

  var isGood: Bool { self == .sum || self == .mask || self == .command }
}

/// The counts of a run. One lock: a call holds it for an increment.
private struct SoakCounts {
  var calls: [SoakCall: Int] = [:]
  /// Good calls that failed, and faults that did not end as they must; the first few in words.
  var wrong = 0
  var complaints: [String] = []
  /// Good calls of quiet phases and of those with faults.
  var quiet = LatencyHistogram()
  var faulty = LatencyHistogram()
  /// Calls that have been offered and not answered.
  var open = 0
  /// The faults by the code that they ended with.
  var codes: [String: Int] = [:]

  mutating func complain(_ sentence: String) {
    wrong += 1
    if complaints.count < 20 { complaints.append(sentence) }
  }
}

final class SoakScenario: Sendable {
  /// Good calls go to these, by number.
  private static let goodModules = [11, 22, 33, 44]
  /// One call at a time in each, so that its worker is known by its domain.
  private static let crashModules = [101, 102, 103]
  private static let timeoutModule = 201
  private static let bombModule = 202
  /// The signals, and what the caller is told.
  private static let signals: [(Int32, ErrorCode)] = [
    (SIGKILL, .workerKilled), (SIGSEGV, .workerCrashed), (SIGABRT, .workerCrashed), (SIGBUS, .workerCrashed),
    (SIGILL, .workerCrashed), (SIGSYS, .sandboxViolation),
  ]

  private let options: SoakOptions
  private let runtime: WasmRuntime
  private let counts = Mutex(SoakCounts())
  private let freeCrashModules = Mutex(SoakScenario.crashModules)

  init(_ options: SoakOptions) throws {
    self.options = options
    runtime = try WasmRuntime(Self.config(options))
  }

  /// The one place where the runtime of the soak test is configured. Workers are ended on purpose here, again and again:
  /// whatever refuses modules for that has to be off.
  static func config(_ options: SoakOptions) -> WasmConfig {
    var config = Guests.config()
    if let priority = options.priority { config.worker.priority = priority }
    config.pool.maxWorkers = options.workers
    config.pool.queueLimit = 10_000
    // The same modules crash again and again.
    config.pool.quarantine = nil
    config.maxExecutionTime = .seconds(30)
    return config
  }

  // MARK: Calls

  private static func name(_ number: Int) -> String { "module\(number)" }

  private func complain(_ sentence: String) { counts.withLock { $0.complain(sentence) } }

  /// A good call. Everything that it needs is made from the seed beforehand.
  private func good(_ call: SoakCall, _ seed: UInt64) async {
    var random = SoakRandom(seed: seed)
    let number = Self.goodModules.randomElement(using: &random) ?? 0
    let module = Self.name(number)
    do {
      switch call {
      case .sum:
        let steps = Int.random(in: 1...2_000, using: &random)
        let start = Int64(truncatingIfNeeded: seed)
        let value = try await runtime.execute(module, "sum", [JSONValue(steps), JSONValue(start)])
        if value.int64Value != SoakGuest.sum(steps, start, number: number) { complain("sum answered \(value)") }
      case .mask:
        let payload = Self.payload(seed, &random)
        let outcome = try await runtime.invoke(
          Invocation(module: module, entry: .function("mask"), input: .bytes(payload)))
        if outcome.bytes != SoakGuest.masked(payload, number: number) {
          complain("mask answered \(outcome.bytes.count) bytes for \(payload.count)")
        }
      default:
        let payload = Self.payload(seed, &random)
        let outcome = try await runtime.invoke(Invocation(module: module, command: ["soak"], stdin: payload))
        if outcome.stdout != SoakGuest.masked(payload, number: number) {
          complain("the command answered \(outcome.stdout.count) bytes for \(payload.count)")
        }
      }
    } catch {
      complain("\(call.rawValue) failed: \(error)")
    }
  }

  /// Mostly small, sometimes longer than a pipe's buffer; begins with the call's own number.
  private static func payload(_ seed: UInt64, _ random: inout SoakRandom) -> [UInt8] {
    let length =
      Int.random(in: 0..<50, using: &random) == 0
      ? Int.random(in: 65_000...200_000, using: &random) : Int.random(in: 8...2_000, using: &random)
    var bytes = [UInt8](repeating: 0, count: length)
    var word = seed
    for index in bytes.indices {
      bytes[index] = UInt8(truncatingIfNeeded: word)
      word = index % 8 == 7 ? word &* 6_364_136_223_846_793_005 &+ 1 : word >> 8
    }
    for index in 0..<8 { bytes[index] = UInt8(truncatingIfNeeded: seed >> (8 * UInt64(index))) }
    return bytes
  }

  /// A fault must end in exactly its error.
  private func fault(_ call: SoakCall, _ seed: UInt64) async {
    var random = SoakRandom(seed: seed)
    do throws(WasmError) {
      switch call {
      case .crash:
        try await crash(Self.signals.randomElement(using: &random) ?? Self.signals[0])
        return
      case .timeout:
        let time = Duration.milliseconds(Int.random(in: 5...20, using: &random))
        _ = try await runtime.invoke(
          Invocation(
            module: Self.name(Self.timeoutModule), function: "spin", limits: .init(executionTime: time)))
      default:
        _ = try await runtime.execute(Self.name(Self.bombModule), "bomb")
      }
      complain("\(call.rawValue) succeeded")
    } catch {
      let expected: ErrorCode = call == .timeout ? .timedOut : .trap
      check(error, is: expected, of: call)
      if call == .bomb, error.trapKind != "unreachable" { complain("a bomb ended with the trap \(error)") }
    }
  }

  private func check(_ error: WasmError, is expected: ErrorCode, of call: SoakCall) {
    counts.withLock { counts in
      counts.codes[error.code.rawValue, default: 0] += 1
      if error.code != expected { counts.complain("\(call.rawValue) ended with \(error), not \(expected)") }
    }
  }

  /// Ends the worker of a call by a signal while the call runs.
  private func crash(_ signal: (number: Int32, code: ErrorCode)) async throws(WasmError) {
    var taken: Int?
    while taken == nil {
      taken = freeCrashModules.withLock { $0.popLast() }
      if taken == nil { try? await Task.sleep(for: .milliseconds(1)) }
    }
    guard let number = taken else { return }
    defer { freeCrashModules.withLock { $0.append(number) } }
    let domain = runtime.moduleInfo(Self.name(number))?.domain
    let isOver = Flag()
    let call = Task { [runtime] in
      defer { isOver.set() }
      do throws(WasmError) {
        _ = try await runtime.execute(Self.name(number), "spin")
        return WasmError?.none
      } catch { return error }
    }
    // The only busy worker of this domain is that of the call, which ends only by what is done to it here: the process
    // with this number is ours until then. A call whose worker is killed before it can have read the request is repeated
    // on another one, which is killed as well.
    var victims: Set<Int32> = []
    for _ in 0..<20_000 where !isOver.isSet {
      let victim = runtime.status().workers.first { $0.domain == domain && $0.state == .busy }?.pid
      if let victim, victims.insert(victim).inserted {
        // Not always before the guest has begun.
        try? await Task.sleep(for: .microseconds(500))
        if kill(victim, signal.number) != 0 { complain("a worker could not be signalled: errno \(errno)") }
      }
      try? await Task.sleep(for: .milliseconds(1))
    }
    if victims.isEmpty { return complain("a call that should crash found no worker") }
    guard let error = await call.value else { return complain("a call whose worker was killed succeeded") }
    check(error, is: signal.code, of: .crash)
    if error.signal != signal.number { complain("a crash by signal \(signal.number) was told as \(error)") }
  }

  // MARK: Phases

  /// More are not offered at a time: what a machine that is too slow for the rate would pile up is not the library's
  /// memory. Their latencies count from when they were due all the same.
  private static let maxOpenCalls = 500

  /// Offers calls at the rate until the phase or the run is over.
  private func phase(withFaults: Bool, calls limit: Int, until end: ContinuousClock.Instant, _ random: inout SoakRandom)
    async -> Int
  {
    let clock = ContinuousClock()
    let begun = clock.now
    let phaseEnd = min(end, begun + .seconds(options.phaseSeconds))
    var offered = 0
    await withDiscardingTaskGroup { group in
      while clock.now < phaseEnd, offered < limit {
        let due = Int((clock.now - begun) / .microseconds(1)) * options.rate / 1_000_000
        let room = Self.maxOpenCalls - counts.withLock { $0.open }
        let last = min(due + 1, limit, offered + room)
        if last > offered { counts.withLock { $0.open += last - offered } }
        while offered < last {
          let dueAt = begun + .microseconds(offered * 1_000_000 / options.rate)
          let lot = Int.random(in: 0..<100, using: &random)
          let seed = random.next()
          let call: SoakCall =
            switch lot {
            case 0 where withFaults: .crash
            case 1 where withFaults: .timeout
            case 2 where withFaults: .bomb
            case 0..<50: .sum
            case 50..<80: .mask
            default: .command
            }
          offered += 1
          group.addTask { [self] in
            if call.isGood { await good(call, seed) } else { await fault(call, seed) }
            let latency = (clock.now - dueAt) / .nanoseconds(1)
            counts.withLock { counts in
              counts.open -= 1
              counts.calls[call, default: 0] += 1
              guard call.isGood else { return }
              if withFaults { counts.faulty.record(Int64(latency)) } else { counts.quiet.record(Int64(latency)) }
            }
          }
        }
        let next = max(
          begun + .microseconds(offered * 1_000_000 / options.rate), room <= 0 ? clock.now + .milliseconds(1) : begun)
        try? await Task.sleep(until: next, tolerance: .zero, clock: clock)
      }
    }
    return offered
  }

  func run(_ openBefore: [String]) async throws -> JSONObject {
    let modules = Self.goodModules + Self.crashModules + [Self.timeoutModule, Self.bombModule]
    for number in modules { try await runtime.loadModule(Self.name(number), SoakGuest.module(number: number)) }
    let clock = ContinuousClock()
    let begun = clock.now
    let end = options.seconds == .max ? begun + .seconds(7 * 24 * 3_600) : begun + .seconds(options.seconds)
    var random = SoakRandom(seed: options.seed)
    var offered = 0
    var phases = 0
    // The first phases, of which the second has faults, warm everything up and are not measured.
    var residentAfterWarmUp = 0
    var residentMost = 0
    var descriptorsMost = 0
    // Workers started in quiet phases and in those with faults.
    var started: [UInt64] = [0, 0]
    while offered < options.calls, clock.now < end {
      let startedBefore = runtime.statistics.workersStarted
      offered += await phase(
        withFaults: phases % 2 == 1, calls: options.calls - offered, until: end, &random)
      if phases >= 2 { started[phases % 2] += runtime.statistics.workersStarted - startedBefore }
      phases += 1
      if phases == 2 { counts.withLock { ($0.quiet, $0.faulty) = (LatencyHistogram(), LatencyHistogram()) } }
      let resident = Kernel.residentKibibytes()
      if phases <= 4 { residentAfterWarmUp = max(residentAfterWarmUp, resident) }
      residentMost = max(residentMost, resident)
      // No call is open now. Every worker has a handful of descriptors; those that were killed may not be reaped yet.
      let open = Kernel.descriptors().count - openBefore.count
      descriptorsMost = max(descriptorsMost, open)
      if open > 8 * (2 * options.workers + 4) { complain("\(open) descriptors are open after phase \(phases)") }
      if Kernel.children().pids.count > 2 * options.workers + 2 { complain("there are too many children") }
      if phases % 12 == 0 { progress(offered, resident, open) }
    }
    let elapsed = (clock.now - begun) / .seconds(1)
    try await settled()
    let statistics = runtime.statistics
    await runtime.shutdown()
    return report(
      offered: offered, elapsed: elapsed, started: started, statistics,
      descriptors: (openBefore, Kernel.descriptors(), descriptorsMost),
      resident: (residentAfterWarmUp, residentMost, Kernel.residentKibibytes()))
  }

  private func progress(_ offered: Int, _ resident: Int, _ open: Int) {
    let (wrong, quiet, faulty) = counts.withLock { ($0.wrong, $0.quiet, $0.faulty) }
    let line =
      "soak: \(offered) calls, \(wrong) wrong, p99 \(Int(quiet.quantile(0.99))) us quiet and "
      + "\(Int(faulty.quantile(0.99))) us with faults, \(resident) KiB resident, \(open) descriptors\n"
    FileHandle.standardError.write(Data(line.utf8))
  }

  /// No worker that was killed is left, neither as a process nor as a zombie.
  private func settled() async throws {
    let gone = try await eventually(within: 10) {
      let children = Kernel.children()
      return children.zombies == 0
        && children.pids == Set(runtime.status().workers.filter { $0.state != .ending }.compactMap(\.pid))
    }
    if !gone { complain("processes are left that the runtime does not know: \(Kernel.children())") }
  }

  private func report(
    offered: Int, elapsed: Double, started: [UInt64], _ statistics: RuntimeStatistics,
    descriptors: (before: [String], after: [String], most: Int), resident: (warm: Int, most: Int, end: Int)
  ) -> JSONObject {
    let failed = Int(statistics.failed.values.reduce(0, +))
    if Int(statistics.calls) != Int(statistics.succeeded) + failed {
      complain("of \(statistics.calls) calls \(statistics.succeeded) succeeded and \(failed) failed")
    }
    if descriptors.after.count > descriptors.before.count { complain("descriptors are left: \(descriptors.after)") }
    let children = Kernel.children()
    if !children.pids.isEmpty { complain("children are left: \(children)") }
    let growth = resident.most - resident.warm
    if growth > 10 << 10 { complain("the host grew by \(growth) KiB after the warm-up") }
    let counts = counts.withLock { $0 }
    let quiet = counts.quiet.quantile(0.99)
    let ratio = quiet > 0 ? counts.faulty.quantile(0.99) / quiet : 0
    var report = JSONObject()
    report["calls"] = JSONValue(offered)
    for call in SoakCall.allCases { report[call.rawValue] = JSONValue(counts.calls[call] ?? 0) }
    report["faultsByCode"] = .object(
      counts.codes.sorted { $0.key < $1.key }.reduce(into: JSONObject()) { $0[$1.key] = JSONValue($1.value) })
    report["seconds"] = .double((elapsed * 10).rounded() / 10)
    report["rate"] = JSONValue(options.rate)
    report["seed"] = JSONValue(options.seed)
    report["workersStarted"] = JSONValue(statistics.workersStarted)
    report["workersStartedQuiet"] = JSONValue(started[0])
    report["workersStartedFaulty"] = JSONValue(started[1])
    report["workersLost"] = JSONValue(statistics.workersLost)
    for (name, histogram) in [("quiet", counts.quiet), ("faulty", counts.faulty)] {
      var latencies = JSONObject()
      latencies["calls"] = JSONValue(histogram.count)
      for (label, part) in [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999), ("max", 1.0)] {
        latencies[label] = JSONValue(Int(histogram.quantile(part)))
      }
      report["\(name)Microseconds"] = .object(latencies)
    }
    report["ratioOfP99"] = .double((ratio * 100).rounded() / 100)
    report["descriptorsBefore"] = JSONValue(descriptors.before.count)
    report["descriptorsAfter"] = JSONValue(descriptors.after.count)
    report["childrenAfter"] = JSONValue(children.pids.count)
    report["residentKibibytesWarm"] = JSONValue(resident.warm)
    report["residentKibibytesMost"] = JSONValue(resident.most)
    report["wrong"] = JSONValue(counts.wrong)
    report["complaints"] = .array(counts.complaints.map { .string($0) })
    report["passed"] = .bool(counts.wrong == 0 && ratio <= options.maximumRatio)
    return report
  }
}

/// Runs the soak test; what is open already is counted before the runtime is made.
func soakScenario(_ options: SoakOptions) async throws -> JSONObject {
  // The first use of these functions opens what stays open.
  try await Task.sleep(for: .milliseconds(1))
  _ = (Kernel.descriptors(), Kernel.children())
  return try await SoakScenario(options).run(Kernel.descriptors())
}

private final class Flag: Sendable {
  private let value = Atomic(false)
  var isSet: Bool { value.load(ordering: .acquiring) }
  func set() { value.store(true, ordering: .releasing) }
}
