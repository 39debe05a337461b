// How punctual the host is while guests spin in more workers than there are processors.
//
// Two beats a millisecond apart: a thread's own, by clock_nanosleep, and an asynchronous task's, by Task.sleep, which
// passes through the language's runtime. Each counts how much later than it was due it ran.

import Foundation
import HanzoWasm
import Synchronization
import WasmJSON

struct HeartbeatOptions {
  /// Spinning workers; default twice the processors.
  var workers = 2 * ProcessInfo.processInfo.activeProcessorCount
  var milliseconds = 5_000
  /// What the workers' scheduling is set to from outside, to compare: nil leaves it as the runtime made it.
  var nice: Int32?
  /// The nice value of the worker's autogroup (sched(7)), where the kernel has them: it decides between sessions, the
  /// process's own within one.
  var autogroup: Int32?
  var policy: Int32?
  /// What the runtime is asked for.
  var priority: WasmConfig.Worker.Priority?

  var isChangedFromOutside: Bool { nice != nil || autogroup != nil || policy != nil }

  init(_ arguments: some Sequence<String>) throws {
    var rest = Array(arguments)[...]
    while let name = rest.popFirst() {
      guard let text = rest.popFirst() else { throw Usage() }
      switch (name, Int(text)) {
      case ("--workers", .some(let value)) where (0...256).contains(value): workers = value
      case ("--milliseconds", .some(let value)) where value > 0: milliseconds = value
      case ("--nice", .some(let value)) where (0...19).contains(value): nice = Int32(value)
      case ("--autogroup", .some(let value)) where (0...19).contains(value): autogroup = Int32(value)
      case ("--policy", _) where text == "batch": policy = 3
      case ("--policy", _) where text == "idle": policy = 5
      case ("--priority", _) where text == "same": priority = .sameAsHost
      case ("--priority", _) where text == "idle": priority = .idle
      case ("--priority", .some(let value)): priority = .lower(by: value)
      default: throw Usage()
      }
    }
  }
}

/// Beats on a thread of its own until it is told to stop.
private final class ThreadHeartbeat: Sendable {
  private let state = Mutex((stop: false, lateness: LatencyHistogram()))

  private func beat() {
    var due = timespec()
    clock_gettime(CLOCK_MONOTONIC, &due)
    while true {
      due.tv_nsec += 1_000_000
      if due.tv_nsec >= 1_000_000_000 { (due.tv_sec, due.tv_nsec) = (due.tv_sec + 1, due.tv_nsec - 1_000_000_000) }
      while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, nil) == EINTR {}
      var now = timespec()
      clock_gettime(CLOCK_MONOTONIC, &now)
      let late = Int64(now.tv_sec - due.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec - due.tv_nsec)
      let stop = state.withLock { state in
        state.lateness.record(late)
        return state.stop
      }
      if stop { return }
      // Beats that were missed altogether count once.
      if late > 1_000_000 { due = now }
    }
  }

  func measure(_ body: () async throws -> Void) async rethrows -> LatencyHistogram {
    let thread = Thread { self.beat() }
    thread.start()
    try await body()
    state.withLock { $0.stop = true }
    while !thread.isFinished { try? await Task.sleep(for: .milliseconds(2)) }
    return state.withLock { $0.lateness }
  }
}

/// Both beats for a time.
private func beats(milliseconds: Int) async throws -> (thread: LatencyHistogram, task: LatencyHistogram) {
  let clock = ContinuousClock()
  var task = LatencyHistogram()
  let thread = try await ThreadHeartbeat().measure {
    let end = clock.now + .milliseconds(milliseconds)
    while clock.now < end {
      let due = clock.now + .milliseconds(1)
      try await Task.sleep(until: due, tolerance: .zero, clock: clock)
      task.record(Int64((clock.now - due) / .nanoseconds(1)))
    }
  }
  return (thread, task)
}

private func apply(_ options: HeartbeatOptions, to pid: Int32) -> Bool {
  var parameters = sched_param(sched_priority: 0)
  if let nice = options.nice, setpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(pid), nice) != 0 {
    return false
  }
  if let policy = options.policy, sched_setscheduler(pid, policy, &parameters) != 0 { return false }
  guard let autogroup = options.autogroup else { return true }
  let descriptor = open("/proc/\(pid)/autogroup", O_WRONLY | O_CLOEXEC)
  defer { close(descriptor) }
  let text = Array("\(autogroup)".utf8)
  // The kernel takes such a change ten times a second from those who are not privileged.
  for _ in 0..<20 {
    if write(descriptor, text, text.count) == text.count { return true }
    usleep(100_000)
  }
  return false
}

func heartbeatScenario(_ options: HeartbeatOptions) async throws -> JSONObject {
  var config = Guests.config()
  config.pool.maxWorkers = max(1, options.workers)
  // A process of another user can be rescheduled by a privileged one only.
  if options.isChangedFromOutside { config.worker.identity = .off }
  if let priority = options.priority { config.worker.priority = priority }
  let runtime = try WasmRuntime(config)
  try await runtime.loadModule("victim", Guests.victim)
  let idle = try await beats(milliseconds: options.milliseconds)

  let calls = (0..<options.workers).map { _ in
    Task { try await runtime.execute("victim", "spin") }
  }
  func busy() -> [Int32] { runtime.status().workers.filter { $0.state == .busy }.compactMap(\.pid) }
  guard try await eventually(within: 30, { busy().count == options.workers }) else { throw Unready() }
  guard busy().allSatisfy({ apply(options, to: $0) }) else { throw Unready() }
  try await Task.sleep(for: .milliseconds(200))
  let loaded = try await beats(milliseconds: options.milliseconds)
  for call in calls { call.cancel() }
  await runtime.shutdown()

  var report = JSONObject()
  report["workers"] = JSONValue(options.workers)
  for (name, histogram) in [
    ("threadIdle", idle.thread), ("threadLoaded", loaded.thread), ("taskIdle", idle.task), ("taskLoaded", loaded.task),
  ] {
    var part = JSONObject()
    part["beats"] = JSONValue(histogram.count)
    for (label, quantile) in [("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999), ("max", 1.0)] {
      part[label] = JSONValue(Int(histogram.quantile(quantile)))
    }
    report[name] = .object(part)
  }
  return report
}

private struct Unready: Error {}
