// What makes sense in a configuration. One sentence per mistake, and all mistakes at once.

import CLinux
import WorkerProtocol

/// The processors that this process may run on, 1...1,024.
func processorCount() -> Int { min(Int(clinux_available_processors()), 1_024) }

/// The longest deadline. A duration must fit in 63 bits of nanoseconds with room to add a clock's reading.
private let longestTime = Duration.seconds(24 * 3_600)

extension WasmConfig {
  /// Everything that is wrong, a sentence each; empty if the configuration can be used.
  public func problems() -> [String] {
    var found: [String] = []
    func check(_ holds: Bool, _ sentence: @autoclosure () -> String) {
      if !holds { found.append(sentence()) }
    }
    check(
      (UInt64(64) << 10...UInt64(1) << 40).contains(maxMemoryBytes),
      "maxMemoryBytes must lie between 65536 (one page of WebAssembly memory) and 1 TiB, not be \(maxMemoryBytes).")
    check(
      maxExecutionTime > .zero && maxExecutionTime <= longestTime,
      "maxExecutionTime must be more than 0 and at most 24 hours, not \(maxExecutionTime).")
    check(fuelLimit != 0, "fuelLimit must be at least 1, or nil for no limit: with 0 no function could run.")
    if let features = features?.names {
      check(!features.contains(""), "features must not contain an empty name.")
      check(features.count <= 256, "features must not have more than 256 names.")
      check(features.allSatisfy { $0.utf8.count <= 64 }, "A name in features must not be longer than 64 bytes.")
    }
    found +=
      limits.problems() + pool.problems() + worker.problems() + wasi.problems() + policy.problems()
      + network.problems()
    if found.isEmpty, workerAddressSpace.byteCount > UInt64(1) << 46 {
      found.append("The worker's address space (image, stack, module cache, frames, memory) must not exceed 64 TiB.")
    }
    if let maxCPUTime = limits.maxCPUTime, maxCPUTime > .zero, worker.cpuSeconds >= 1 {
      check(
        maxCPUTime <= .seconds(Int64(clamping: worker.cpuSeconds)),
        "limits.maxCPUTime must not exceed worker.cpuSeconds, the CPU time of a worker's whole life.")
    }
    return found
  }
}

extension WasmConfig.Limits {
  func problems() -> [String] {
    var found: [String] = []
    func check(_ holds: Bool, _ sentence: @autoclosure () -> String) {
      if !holds { found.append(sentence()) }
    }
    check(
      (64 << 10...64 << 20).contains(maxMessageBytes),
      "limits.maxMessageBytes must lie between 64 KiB and 64 MiB, not be \(maxMessageBytes).")
    check(
      (64 << 10...1 << 30).contains(maxAttachmentBytes),
      "limits.maxAttachmentBytes must lie between 64 KiB and 1 GiB, not be \(maxAttachmentBytes).")
    check(
      (UInt64(64) << 10...UInt64(32) << 20).contains(stackBytes),
      "limits.stackBytes must lie between 64 KiB and 32 MiB, not be \(stackBytes).")
    check(module.count <= 64, "limits.module must not have more than 64 names.")
    check(module.keys.allSatisfy { $0.utf8.count <= 64 }, "limits.module must not have names of more than 64 bytes.")
    check(fileSystemBytes <= 1 << 30, "limits.fileSystemBytes must not exceed 1 GiB.")
    check(tableElements <= 1 << 32, "limits.tableElements must not exceed 4294967296.")
    // What the frames limit is not compared with frames that make no sense themselves.
    if found.isEmpty {
      check(
        maxModuleBytes >= 8 && maxModuleBytes <= max(maxAttachmentBytes, 8),
        "limits.maxModuleBytes must lie between 8 (an empty module) and limits.maxAttachmentBytes, not be "
          + "\(maxModuleBytes).")
      check(
        maxLogBytes <= UInt64(clamping: maxMessageBytes) / 4,
        "limits.maxLogBytes must not exceed a quarter of limits.maxMessageBytes, which carries the escaped messages.")
      check(
        maxOutputBytes <= UInt64(clamping: maxAttachmentBytes) / 3,
        "limits.maxOutputBytes must not exceed a third of limits.maxAttachmentBytes, which carries standard output, "
          + "standard error and the result.")
      check(
        maxStringBytes >= 1 && maxStringBytes <= UInt64(clamping: maxMessageBytes) / 8,
        "limits.maxStringBytes must lie between 1 and an eighth of limits.maxMessageBytes.")
    }
    if let maxCPUTime {
      check(
        maxCPUTime > .zero && maxCPUTime <= longestTime,
        "limits.maxCPUTime must be more than 0 and at most 24 hours, not \(maxCPUTime).")
    }
    return found
  }
}

extension WasmConfig.WASI {
  func problems() -> [String] {
    var found = mounts.problems() + Invocation.EnvironmentVariable.problems(environment)
    if maxFileBytes > 1 << 46 { found.append("wasi.maxFileBytes must not exceed 64 TiB, not be \(maxFileBytes).") }
    if !(8...65_000).contains(maxOpenFiles) {
      found.append("wasi.maxOpenFiles must lie between 8 and 65000, not be \(maxOpenFiles).")
    }
    return found
  }
}

extension WasmConfig.Pool {
  func problems() -> [String] {
    var found: [String] = []
    func check(_ holds: Bool, _ sentence: @autoclosure () -> String) {
      if !holds { found.append(sentence()) }
    }
    check((1...1_024).contains(maxWorkers), "pool.maxWorkers must lie between 1 and 1024, not be \(maxWorkers).")
    check(
      minWorkers >= 0 && minWorkers <= max(maxWorkers, 0),
      "pool.minWorkers must lie between 0 and pool.maxWorkers, not be \(minWorkers).")
    check(
      (0...1_000_000).contains(queueLimit), "pool.queueLimit must lie between 0 and 1000000, not be \(queueLimit).")
    if let idleTimeout {
      check(
        idleTimeout > .zero && idleTimeout <= longestTime,
        "pool.idleTimeout must be more than 0 and at most 24 hours, or nil for never, not \(idleTimeout).")
    }
    for (name, time) in [("queueTimeout", queueTimeout), ("maxWorkerAge", maxWorkerAge)] {
      guard let time else { continue }
      check(
        time > .zero && time <= longestTime,
        "pool.\(name) must be more than 0 and at most 24 hours, or nil for none, not \(time).")
    }
    if let maxWorkersPerModule {
      check(maxWorkersPerModule >= 1, "pool.maxWorkersPerModule must be at least 1, not \(maxWorkersPerModule).")
    }
    for (name, bytes) in [("memoryBudgetBytes", memoryBudgetBytes), ("maxResidentBytes", maxResidentBytes)] {
      guard let bytes else { continue }
      check(
        (UInt64(16) << 20...UInt64(1) << 46).contains(bytes),
        "pool.\(name) must lie between 16 MiB and 64 TiB, or be nil for none, not \(bytes).")
    }
    if let quarantine { found += quarantine.problems() }
    check(maxCallsPerWorker >= 1, "pool.maxCallsPerWorker must be at least 1, not \(maxCallsPerWorker).")
    check(
      startTimeout > .zero && startTimeout <= longestTime,
      "pool.startTimeout must be more than 0 and at most 24 hours, not \(startTimeout).")
    return found
  }
}

extension WasmConfig.Quarantine {
  func problems() -> [String] {
    var found: [String] = []
    if !(1...1_000).contains(workers) {
      found.append("pool.quarantine.workers must lie between 1 and 1000, not be \(workers).")
    }
    for (name, time) in [("window", window), ("duration", duration)] where time <= .zero || time > longestTime {
      found.append("pool.quarantine.\(name) must be more than 0 and at most 24 hours, not \(time).")
    }
    return found
  }
}

extension WasmConfig.Worker {
  func problems() -> [String] {
    var found: [String] = []
    func check(_ holds: Bool, _ sentence: @autoclosure () -> String) {
      if !holds { found.append(sentence()) }
    }
    if let path {
      check(!path.isEmpty, "worker.path must not be empty; nil looks beside the running program.")
      check(!path.utf8.contains(0), "worker.path must not contain a NUL character.")
    }
    check((1...65_533).contains(uid), "worker.uid must lie between 1 and 65533, not be \(uid).")
    check((1...65_533).contains(gid), "worker.gid must lie between 1 and 65533, not be \(gid).")
    check(
      (1...1 << 31).contains(cpuSeconds), "worker.cpuSeconds must lie between 1 and 2147483648, not be \(cpuSeconds).")
    if case .lower(let steps) = priority {
      check((1...19).contains(steps), "worker.priority must be lower by 1 to 19 steps, not by \(steps).")
    }
    check(
      (UInt64(1) << 20...UInt64(1) << 40).contains(moduleCacheBytes),
      "worker.moduleCacheBytes must lie between 1 MiB and 1 TiB, not be \(moduleCacheBytes).")
    return found
  }
}
