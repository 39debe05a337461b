// Metrics of a runtime, for swift-metrics: the trait Observability. Without it, all of this is nothing.
//
// Counters and gauges repeat `RuntimeStatistics`: after every change, and before anybody is answered, what is new in
// there is added to them. What is distributed, times and fuel, is taken from each call's outcome. Labels are the cases
// of enumerations of ours; nothing that a module, a guest or a caller wrote gets into one. docs/observability.md lists
// them all.

#if Observability
  import CoreMetrics
  import Synchronization
  import WorkerProtocol

  final class Telemetry: Sendable {
    private static let prefix = "hanzo_wasm_sandbox_"

    private let succeeded = counter("calls_total", "code", "ok")
    private let failed = counters("calls_total", "code", ErrorCode.allCases)
    private let hostCalls = counter("host_calls_total")
    private let queueTime = timer("queue_seconds")
    private let loadTime = timer("load_seconds")
    private let executionTime = timer("execution_seconds")
    private let fuel = Recorder(label: prefix + "fuel")
    private let spawns = counter("spawns_total")
    private let startFailures = counters("start_failures_total", "code", ErrorCode.allCases)
    private let kills = counters("kills_total", "reason", RuntimeStatistics.Kill.allCases)
    private let losses = counters("losses_total", "code", ErrorCode.allCases)
    private let quarantines = counter("quarantines_total")
    private let queueLength = Meter(label: prefix + "queue_length")
    private let starting = workers(.starting)
    private let idle = workers(.idle)
    private let busy = workers(.busy)
    private let ending = workers(.ending)

    /// What the metrics say so far. Held while they are changed, so that no older state overtakes a newer one.
    private let shown = Mutex(RuntimeStatistics())

    /// Brings the counters and gauges up to date. Must be called without the core's lock.
    func stateChanged(_ core: RuntimeCore) {
      shown.withLock { shown in
        let now = core.currentStatistics()
        add(now.succeeded - shown.succeeded, to: succeeded)
        add(now.failed, shown.failed, to: failed)
        add(now.hostCalls - shown.hostCalls, to: hostCalls)
        add(now.workersStarted - shown.workersStarted, to: spawns)
        add(now.startFailures, shown.startFailures, to: startFailures)
        add(now.kills, shown.kills, to: kills)
        add(now.losses, shown.losses, to: losses)
        add(now.quarantines - shown.quarantines, to: quarantines)
        // By differences, so that the gauges of several runtimes in a program add up.
        move(queueLength, by: now.queued - shown.queued)
        move(starting, by: now.workersByState.starting - shown.workersByState.starting)
        move(idle, by: now.workersByState.idle - shown.workersByState.idle)
        move(busy, by: now.workersByState.busy - shown.workersByState.busy)
        move(ending, by: now.workersByState.ending - shown.workersByState.ending)
        shown = now
      }
    }

    /// Records what a call used, in the caller's task.
    func callEnded(_ usage: Usage?) {
      // Without it, the call was refused, or is a probe.
      guard let usage else { return }
      queueTime.recordNanoseconds(usage.queueTime.nanoseconds)
      if usage.loadTime > .zero { loadTime.recordNanoseconds(usage.loadTime.nanoseconds) }
      if usage.executionTime > .zero { executionTime.recordNanoseconds(usage.executionTime.nanoseconds) }
      // A worker that could say how much fuel was used has said which model it counts by.
      if !usage.fuelModel.isEmpty { fuel.record(Int64(clamping: usage.fuel)) }
    }

    // MARK: Making them

    private static func counter(_ name: String) -> Counter { Counter(label: prefix + name) }

    private static func counter(_ name: String, _ label: String, _ value: String) -> Counter {
      Counter(label: prefix + name, dimensions: [(label, value)])
    }

    /// A counter for each case, there from the start: a series that appears with its first event has no rate then.
    private static func counters<Case: RawRepresentable<String> & Hashable>(
      _ name: String, _ label: String, _ cases: [Case]
    ) -> [Case: Counter] {
      Dictionary(uniqueKeysWithValues: cases.map { ($0, counter(name, label, $0.rawValue)) })
    }

    // `Timer` alone is the deadline heap's.
    private static func timer(_ name: String) -> CoreMetrics.Timer {
      CoreMetrics.Timer(label: prefix + name, preferredDisplayUnit: .seconds)
    }

    private static func workers(_ state: RuntimeStatus.Worker.State) -> Meter {
      Meter(label: prefix + "workers", dimensions: [("state", state.rawValue)])
    }

    // MARK: Changing them

    private func add(_ difference: UInt64, to counter: Counter) {
      if difference > 0 { counter.increment(by: difference) }
    }

    private func add<Case>(_ now: [Case: UInt64], _ before: [Case: UInt64], to counters: [Case: Counter]) {
      guard now != before else { return }
      for (key, count) in now {
        if let counter = counters[key] { add(count - before[key, default: 0], to: counter) }
      }
    }

    private func move(_ gauge: Meter, by difference: Int) {
      if difference > 0 { gauge.increment(by: Double(difference)) }
      if difference < 0 { gauge.decrement(by: Double(-difference)) }
    }
  }
#else
  struct Telemetry: Sendable {
    @inline(__always) func stateChanged(_ core: RuntimeCore) {}
    @inline(__always) func callEnded(_ usage: @autoclosure () -> Usage?) {}
  }
#endif
