// Where a worker runs and how soon: beside a caller who waits for it in place, and left to the kernel otherwise.

import CLinux
import Glibc
import Testing
import WasmJSON

@testable import HanzoWasm

private let severalProcessors: ConditionTrait = .enabled(
  if: clinux_available_processors() > 1, "this process may use one processor only")

private let slices: ConditionTrait = .enabled(
  if: clinux_get_slice(0) > 0, "this kernel has no slices of a process's own (Linux 6.12)")

/// Another process, which waits until it is ended.
private final class Sleeper {
  let pid: Int32
  let process: Int32

  init() throws {
    var pid: pid_t = 0
    var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("300"), nil]
    defer { for argument in arguments { free(argument) } }
    try #require(posix_spawn(&pid, "/bin/sleep", nil, nil, &arguments, nil) == 0)
    self.pid = pid
    process = clinux_pidfd_open(pid)
    try #require(process >= 0)
  }

  deinit {
    end()
    close(process)
  }

  /// Ends and reaps it; the descriptor stays open.
  func end() {
    var end = clinux_end()
    _ = clinux_pidfd_send_signal(process, SIGKILL)
    _ = clinux_wait(process, 1, &end)
  }

  var processors: [Int32] { HanzoWasmTests.processors(pid) }
  var slice: Int64 { clinux_get_slice(pid) }
}

private func processors(_ pid: Int32) -> [Int32] {
  var set = clinux_processors()
  guard clinux_get_processors(pid, &set) == 0 else { return [] }
  return (0..<Int32(clinux_processors_capacity)).filter { clinux_has_processor(&set, $0) != 0 }
}

/// Runs the body on a thread of its own, which may be sent from one processor to another, with a process and where that may
/// run.
private func onThread(_ body: @escaping @Sendable (Sleeper, [Int32]) throws -> Void) throws {
  // Read after the thread has ended.
  nonisolated(unsafe) var failure: (any Error)?
  let thread = try Thread(name: "test", slice: 0) {
    do {
      let worker = try Sleeper()
      try body(worker, worker.processors)
    } catch { failure = error }
  }
  thread.join()
  if let failure { throw failure }
}

/// Moves the calling thread.
private func move(to processor: Int32) throws {
  try #require(clinux_set_processor(0, processor) == 0)
  try #require(clinux_current_processor() == processor)
}

@Suite("The scheduling of workers")
struct WorkerSchedulingTests {
  @Test("a worker is where its caller waits for it, and anywhere when nobody does", severalProcessors)
  func follows() throws {
    try onThread { worker, home in
      var scheduling = WorkerScheduling(pid: worker.pid, followsCallers: true)
      for processor in [home[0], home[1], home[1], home[0]] {
        try move(to: processor)
        scheduling.callerWaits(process: worker.process)
        #expect(worker.processors == [processor])
      }
      scheduling.nobodyWaits(process: worker.process)
      #expect(worker.processors == home)
      scheduling.callerWaits(process: worker.process)
      #expect(worker.processors == [home[0]])
    }
  }

  @Test("a worker that is to stay where the kernel puts it does", severalProcessors)
  func stays() throws {
    try onThread { worker, home in
      var scheduling = WorkerScheduling(pid: worker.pid, followsCallers: false)
      try move(to: home[1])
      scheduling.callerWaits(process: worker.process)
      #expect(worker.processors == home)
      scheduling.nobodyWaits(process: worker.process)
      #expect(worker.processors == home)
    }
  }

  @Test("a worker does not follow its caller to where it may not run", severalProcessors)
  func forbidden() throws {
    try onThread { worker, home in
      try #require(clinux_set_processor(worker.pid, home[1]) == 0)
      var scheduling = WorkerScheduling(pid: worker.pid, followsCallers: true)
      for processor in [home[0], home[1], home[0]] {
        try move(to: processor)
        scheduling.callerWaits(process: worker.process)
        #expect(worker.processors == [home[1]])
      }
      scheduling.nobodyWaits(process: worker.process)
      #expect(worker.processors == [home[1]])
    }
  }

  @Test("what somebody else says about a worker's processors meanwhile holds", severalProcessors)
  func others() throws {
    try onThread { worker, home in
      var scheduling = WorkerScheduling(pid: worker.pid, followsCallers: true)
      try move(to: home[0])
      scheduling.callerWaits(process: worker.process)
      try #require(clinux_set_processor(worker.pid, home[1]) == 0)
      for _ in 0..<2 {
        scheduling.callerWaits(process: worker.process)
        #expect(worker.processors == [home[1]])
        scheduling.nobodyWaits(process: worker.process)
        #expect(worker.processors == [home[1]])
      }
    }
  }

  @Test("a worker has a short slice while it is awaited and a long one otherwise, and keeps its nice value", slices)
  func sliceLengths() throws {
    let worker = try Sleeper()
    try #require(setpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(worker.pid), 7) == 0)
    let usual = worker.slice
    #expect(usual > Int64(WorkerScheduling.shortSlice) && usual < Int64(WorkerScheduling.longSlice))
    var scheduling = WorkerScheduling(pid: worker.pid, followsCallers: false)
    for _ in 0..<2 {
      scheduling.callerWaits(process: worker.process)
      #expect(worker.slice == Int64(WorkerScheduling.shortSlice))
      scheduling.nobodyWaits(process: worker.process)
      #expect(worker.slice == Int64(WorkerScheduling.longSlice))
    }
    #expect(getpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(worker.pid)) == 7)
    #expect(clinux_set_slice(worker.pid, 0) == 0)
    #expect(worker.slice == usual)
  }

  @Test("a process that has another policy keeps it, and has no slice")
  func policy() throws {
    let worker = try Sleeper()
    var parameters = sched_param()
    // SCHED_IDLE, which is a macro.
    try #require(sched_setscheduler(worker.pid, 5, &parameters) == 0)
    #expect(clinux_set_slice(worker.pid, WorkerScheduling.shortSlice) == 0)
    #expect(sched_getscheduler(worker.pid) == 5)
    #expect(worker.slice == 0)
  }

  @Test("when a worker has been reaped, nothing happens to the process that may have its number by now")
  func reaped() throws {
    let (ended, other) = (try Sleeper(), try Sleeper())
    let (home, slice) = (other.processors, other.slice)
    ended.end()
    var scheduling = WorkerScheduling(pid: other.pid, followsCallers: true)
    scheduling.callerWaits(process: ended.process)
    #expect(other.processors == home)
    #expect(other.slice == slice)
    scheduling.nobodyWaits(process: ended.process)
    #expect(other.processors == home)
    #expect(other.slice == slice)
  }

  @Test("nobody's processors and slice are an error, as is a processor that there is not")
  func errors() throws {
    let ended = try Sleeper()
    ended.end()
    var set = clinux_processors()
    #expect(clinux_get_processors(ended.pid, &set) == -ESRCH)
    #expect(clinux_set_processor(ended.pid, 0) == -ESRCH)
    #expect(clinux_set_slice(ended.pid, 1_000_000) == -ESRCH)
    #expect(clinux_get_slice(ended.pid) == -Int64(ESRCH))
    #expect(clinux_has_processor(&set, -1) == 0 && clinux_has_processor(&set, 1_024) == 0)
    for processor: Int32 in [-1, 1_023, 1_024, .max] { #expect(clinux_set_processor(0, processor) == -EINVAL) }
  }

  // MARK: Real workers

  private static let module = """
    (module
      (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
      (func (export "spin") (loop $again (br $again))))
    """

  /// Makes short calls until the worker is as expected.
  private func call(_ runtime: WasmRuntime, until isReached: (Int32) -> Bool) async throws {
    for number in 0..<2_000 {
      #expect(try await runtime.execute("m", "add", [JSONValue(number), 1]) == JSONValue(number + 1))
      if let worker = runtime.status().workers.first?.pid, isReached(worker) { return }
    }
    Issue.record("2,000 calls have not led to it")
  }

  @Test(
    "a worker is beside the callers of short calls, and lets go of the processor when a call lasts",
    .enabled(if: RealWorker.isThere, "\(RealWorker.reason)"), severalProcessors, .timeLimit(.minutes(2)))
  func realWorker() async throws {
    let home = processors(0)
    try await WasmRuntime.withRuntime(RealWorker.config { $0.pool.maxWorkers = 1 }) { (runtime) async throws in
      try await runtime.loadModule("m", Array(Self.module.utf8))
      try await call(runtime) { processors($0).count == 1 }
      let worker = try #require(runtime.status().workers.first?.pid)
      let spinning = Task { try await runtime.execute("m", "spin") }
      // Until the caller has given up waiting in place.
      while processors(worker) != home { try await Task.sleep(for: .milliseconds(1)) }
      spinning.cancel()
      _ = await spinning.result
    }
  }

  @Test(
    "a worker that may be anywhere has a short slice for short calls, too",
    .enabled(if: RealWorker.isThere, "\(RealWorker.reason)"), slices)
  func realWorkerAnywhere() async throws {
    let home = processors(0)
    let config = RealWorker.config {
      $0.pool.maxWorkers = 1
      $0.worker.placement = .anywhere
    }
    try await WasmRuntime.withRuntime(config) { (runtime) async throws in
      try await runtime.loadModule("m", Array(Self.module.utf8))
      let worker = try #require(runtime.status().workers.first?.pid)
      #expect(clinux_get_slice(worker) == Int64(WorkerScheduling.longSlice))
      try await call(runtime) { clinux_get_slice($0) == Int64(WorkerScheduling.shortSlice) }
      #expect(processors(worker) == home)
    }
  }
}
