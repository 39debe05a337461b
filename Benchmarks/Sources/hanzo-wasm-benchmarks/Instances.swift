// What a call pays for its fresh instance, and for calling the host.
import HanzoWasm

/// A module that has nothing to reset.
private let emptyModule = """
  (module (func (export "run") (result i32) (i32.const 0)))
  """

/// 1 MiB of memory, of which each call writes to four pages of 4 KiB.
private let dirtyModule = """
  (module
    (memory 16)
    (func (export "run") (result i32)
      (i32.store (i32.const 0x100) (i32.const 1))
      (i32.store (i32.const 0x40100) (i32.const 1))
      (i32.store (i32.const 0x80100) (i32.const 1))
      (i32.store (i32.const 0xc0100) (i32.const 1))
      (i32.const 0)))
  """

/// A data segment of 64 KiB without zeros, which a zeroed page could not stand for.
private func dataModule() -> String {
  let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-".utf8)
  let text = String(decoding: (0..<(64 << 10)).map { alphabet[$0 % alphabet.count] }, as: UTF8.self)
  return """
    (module
      (memory 1)
      (data (i32.const 0) "\(text)")
      (func (export "run") (result i32) (i32.store (i32.const 0x100) (i32.const 1)) (i32.const 0)))
    """
}

/// Warm calls of three modules in turns, in one worker: what one costs more than the empty one is its reset.
func measureInstantiation(_ config: WasmConfig, _ amount: Amount) async throws {
  var config = config
  config.pool.maxWorkers = 1
  config.pool.maxCallsPerWorker = .max
  try await WasmRuntime.withRuntime(config) { runtime in
    let modules = [("empty", emptyModule), ("dirty", dirtyModule), ("data", dataModule())]
    for (name, text) in modules { _ = try await runtime.loadModule(name, Array(text.utf8), domain: "benchmark") }
    var times: [[Int64]] = Array(repeating: [], count: modules.count)
    let clock = ContinuousClock()
    for turn in 0...amount.turns {
      for (index, module) in modules.enumerated() {
        let call = Invocation(module: module.0, function: "run", parameters: .null)
        for number in 0..<amount.callsPerTurn {
          let start = clock.now
          let outcome = try await runtime.invoke(call)
          let time = (clock.now - start).nanoseconds
          try check(try outcome.json(), 0)
          // The first turn, and the first call after another module's, pay for what is not there yet.
          if turn > 0, number > 0 { times[index].append(time) }
        }
      }
    }
    for (index, module) in modules.enumerated() {
      report("\(module.0)_call_p50", Samples(times[index]).median)
    }
  }
}

/// The same loop twice: around a host function that the worker serves, and around a function of the module.
private let hostCallModule = """
  (module
    (import "env" "input_len" (func $host (result i32)))
    (func $local (result i32) (i32.const 0))
    (func (export "host") (param $n i32) (result i32)
      (local $sum i32)
      (loop $again
        (local.set $sum (i32.add (local.get $sum) (call $host)))
        (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (local.get $sum))
    (func (export "local") (param $n i32) (result i32)
      (local $sum i32)
      (loop $again
        (local.set $sum (i32.add (local.get $sum) (call $local)))
        (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (local.get $sum)))
  """

func measureHostCalls(_ config: WasmConfig, _ amount: Amount) async throws {
  var config = config
  config.pool.maxWorkers = 1
  try await WasmRuntime.withRuntime(config) { runtime in
    _ = try await runtime.loadModule("host", Array(hostCallModule.utf8))
    let functions = ["local", "host"]
    var times: [[Int64]] = [[], []]
    for _ in 0..<7 {
      for (index, function) in functions.enumerated() {
        var durations: [Int64] = []
        for count in [1, amount.hostCalls] {
          let call = Invocation(module: "host", function: function, parameters: [JSONValue(count)])
          let outcome = try await runtime.invoke(call)
          try check(try outcome.json(), 0)
          durations.append(outcome.usage.cpuTime.nanoseconds)
        }
        times[index].append(durations[1] - durations[0])
      }
    }
    for (index, function) in functions.enumerated() {
      report("\(function)_call_ns", Double(Samples(times[index]).median) / Double(amount.hostCalls - 1))
    }
  }
}

/// A loop around a function that the host program serves: each call goes through the pipe and back.
private let embedderCallModule = """
  (module
    (import "env" "echo" (func $echo (param i32) (result i32)))
    (func (export "run") (param $n i32) (result i32)
      (local $sum i32)
      (loop $again
        (local.set $sum (i32.add (local.get $sum) (call $echo (local.get $n))))
        (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (local.get $sum)))
  """

func measureEmbedderCalls(_ config: WasmConfig, _ amount: Amount) async throws {
  var config = config
  config.pool.maxWorkers = 1
  config.limits.maxHostCalls = UInt64(amount.embedderCalls)
  let echo = HostFunction("echo", parameters: [.i32], result: .i32) { call in .i32(try call.i32(0)) }
  try await WasmRuntime.withRuntime(config, hostFunctions: [echo]) { runtime in
    _ = try await runtime.loadModule("embedder", Array(embedderCallModule.utf8))
    var times: [Int64] = []
    for _ in 0..<7 {
      var durations: [Int64] = []
      for count in [1, amount.embedderCalls] {
        let outcome = try await runtime.invoke(
          Invocation(module: "embedder", function: "run", parameters: [JSONValue(count)]))
        try check(try outcome.json(), JSONValue(count * (count + 1) / 2))
        durations.append(outcome.usage.wallTime.nanoseconds)
      }
      times.append(durations[1] - durations[0])
    }
    report("embedder_call_ns", Double(Samples(times).median) / Double(amount.embedderCalls - 1))
  }
}
