import Testing

@testable import HanzoWasm

@Suite("Configuration")
struct ConfigTests {
  @Test("the defaults are the documented ones and make sense")
  func defaults() {
    let config = WasmConfig()
    #expect(config.maxMemoryBytes == 268_435_456)
    #expect(config.maxExecutionTime == .seconds(30))
    #expect(config.enableWASI)
    #expect(config.fuelLimit == 1_000_000_000)
    #expect(config.parameters == .strict)
    #expect(config.pool.queueLimit == 1_024)
    #expect(config.pool.maxWorkers >= 1)
    #expect(config.problems() == [])
  }

  static let mistakes: [(String, @Sendable (inout WasmConfig) -> Void)] = [
    ("maxMemoryBytes", { $0.maxMemoryBytes = 65_535 }),
    ("maxMemoryBytes", { $0.maxMemoryBytes = .max }),
    ("maxExecutionTime", { $0.maxExecutionTime = .zero }),
    ("maxExecutionTime", { $0.maxExecutionTime = .seconds(-1) }),
    ("maxExecutionTime", { $0.maxExecutionTime = .seconds(Int64.max) }),
    ("fuelLimit", { $0.fuelLimit = 0 }),
    ("features", { $0.features = [""] }),
    ("limits.module", { $0.limits.module = [String(repeating: "n", count: 65): 1] }),
    ("pool.maxWorkers", { $0.pool.maxWorkers = 0 }),
    ("pool.minWorkers", { $0.pool.minWorkers = -1 }),
    ("pool.minWorkers", { $0.pool.minWorkers = $0.pool.maxWorkers + 1 }),
    ("pool.queueLimit", { $0.pool.queueLimit = -1 }),
    ("pool.queueTimeout", { $0.pool.queueTimeout = .zero }),
    ("pool.maxWorkerAge", { $0.pool.maxWorkerAge = .seconds(25 * 3_600) }),
    ("pool.maxWorkersPerModule", { $0.pool.maxWorkersPerModule = 0 }),
    ("pool.memoryBudgetBytes", { $0.pool.memoryBudgetBytes = 1 << 20 }),
    ("pool.maxResidentBytes", { $0.pool.maxResidentBytes = 1 << 47 }),
    ("pool.quarantine.workers", { $0.pool.quarantine = .init(workers: 0) }),
    ("pool.quarantine.window", { $0.pool.quarantine = .init(workers: 1, window: .zero) }),
    ("pool.quarantine.duration", { $0.pool.quarantine = .init(workers: 1, duration: .seconds(90_000)) }),
    ("pool.idleTimeout", { $0.pool.idleTimeout = .zero }),
    ("pool.maxCallsPerWorker", { $0.pool.maxCallsPerWorker = 0 }),
    ("pool.startTimeout", { $0.pool.startTimeout = .zero }),
    ("limits.maxMessageBytes", { $0.limits.maxMessageBytes = Int.max }),
    ("limits.maxAttachmentBytes", { $0.limits.maxAttachmentBytes = -1 }),
    ("limits.maxModuleBytes", { $0.limits.maxModuleBytes = $0.limits.maxAttachmentBytes + 1 }),
    ("limits.stackBytes", { $0.limits.stackBytes = 0 }),
    ("limits.maxLogBytes", { $0.limits.maxLogBytes = 1 << 30 }),
    ("limits.maxOutputBytes", { $0.limits.maxOutputBytes = 1 << 40 }),
    ("limits.maxStringBytes", { $0.limits.maxStringBytes = 0 }),
    ("limits.maxCPUTime", { $0.limits.maxCPUTime = .zero }),
    ("limits.maxCPUTime", { $0.limits.maxCPUTime = .seconds(7_200) }),
    ("worker.path", { $0.worker.path = "" }),
    ("worker.uid", { $0.worker.uid = 0 }),
    ("worker.gid", { $0.worker.gid = 65_534 }),
    ("worker.cpuSeconds", { $0.worker.cpuSeconds = 0 }),
    ("worker.priority", { $0.worker.priority = .lower(by: 0) }),
    ("worker.priority", { $0.worker.priority = .lower(by: 20) }),
    ("worker.moduleCacheBytes", { $0.worker.moduleCacheBytes = 0 }),
  ]

  @Test("nonsense is refused with a sentence that names the setting", arguments: mistakes.indices)
  func nonsense(index: Int) throws {
    let (name, change) = Self.mistakes[index]
    var config = WasmConfig()
    change(&config)
    let problems = config.problems()
    #expect(problems.count == 1)
    #expect(problems.first?.hasPrefix(name) == true, "\(problems)")
    #expect(problems.first?.hasSuffix(".") == true)
  }

  @Test("every mistake is reported, not only the first")
  func several() {
    var config = WasmConfig()
    config.maxMemoryBytes = 0
    config.fuelLimit = 0
    config.pool.maxWorkers = -5
    do throws(WasmError) {
      _ = try WasmRuntime(config)
      Issue.record("the configuration was accepted")
    } catch {
      #expect(error.code == .invalidConfiguration)
      #expect(error.problems.count == 3)
      #expect(error.fault == .caller)
    }
  }

  @Test("the address space is the documented sum")
  func addressSpace() {
    var config = WasmConfig()
    config.maxMemoryBytes = 100 << 20
    let sum = config.workerAddressSpace
    #expect(sum.maxMemoryBytes == 100 << 20)
    #expect(sum.byteCount >= 100 << 20 + 2 * UInt64(config.limits.maxAttachmentBytes))
  }
}

@Suite("A call's limits")
struct EffectiveLimitsTests {
  @Test("a call may lower a limit")
  func lower() throws {
    let limits = try WasmConfig().effective(
      .init(executionTime: .seconds(1), fuel: 5, memoryBytes: 65_536, cpuTime: .seconds(1)))
    #expect(limits.executionTime == .seconds(1))
    #expect(limits.wire.fuel == 5)
    #expect(limits.wire.memoryBytes == 65_536)
    #expect(limits.cpuTime == .seconds(1))
    #expect(limits.wire.maxHostCalls == 10_000)
    let fewer = try WasmConfig().effective(.init(hostCalls: 0, fileSystemBytes: 5)).wire
    #expect(fewer.maxHostCalls == 0 && fewer.fileSystemBytes == 5)
  }

  static let raised: [Invocation.Limits] = [
    .init(executionTime: .seconds(31)), .init(fuel: 1_000_000_001), .init(memoryBytes: 1 << 30),
    .init(cpuTime: .seconds(4_000)), .init(tableElements: .max), .init(stackBytes: .max), .init(logBytes: .max),
    .init(outputBytes: .max), .init(stringBytes: .max), .init(hostCalls: 10_001), .init(fileSystemBytes: .max),
  ]

  @Test("raising one never fits", arguments: raised)
  func raise(limits: Invocation.Limits) {
    let error = #expect(throws: WasmError.self) { try WasmConfig().effective(limits) }
    #expect(error?.code == .neverFits)
    #expect(error?.limit != nil)
  }

  static let useless: [Invocation.Limits] = [
    .init(executionTime: .zero), .init(fuel: 0), .init(memoryBytes: 65_535), .init(cpuTime: .zero),
    .init(stackBytes: 1), .init(stringBytes: 0),
  ]

  @Test("a limit with which nothing could run is refused", arguments: useless)
  func zero(limits: Invocation.Limits) {
    let error = #expect(throws: WasmError.self) { try WasmConfig().effective(limits) }
    #expect(error?.code == .invalidConfiguration)
  }

  @Test("without a fuel limit any fuel may be asked for")
  func unlimitedFuel() throws {
    let config = WasmConfig(fuelLimit: nil)
    #expect(try config.effective(.init()).wire.fuel == nil)
    #expect(try config.effective(.init(fuel: .max)).wire.fuel == .max)
  }
}
