// A program in Swift that runs WebAssembly which it need not trust. Every step is checked; the exit code is 0 only if all of
// it was as said.
import Glibc
import HanzoWasm

func check(_ holds: Bool, _ sentence: String) {
  guard !holds else { return }
  print("not as it should be: \(sentence)")
  exit(1)
}

let greets = """
  (module
    (import "env" "greeting" (func $greeting (param i32 i32) (result i64)))
    (memory (export "memory") 1)
    (data (i32.const 16) "Ada")
    (global $next (mut i32) (i32.const 4096))
    (func (export "alloc") (param i32) (result i32)
      (global.get $next)
      (global.set $next (i32.add (global.get $next) (local.get 0))))
    (func (export "greet") (result i32)
      (i32.wrap_i64 (call $greeting (i32.const 16) (i32.const 3)))))
  """
let math = """
  (module
    (func (export "add") (param $a i32) (param $b i32) (result i32) (i32.add (local.get $a) (local.get $b)))
    (func (export "spin") (loop $again (br $again))))
  """

var config = WasmConfig(maxExecutionTime: .seconds(5))
// Where the worker is beside this program or in ../libexec/hanzo-wasm/, nothing need be said.
if CommandLine.arguments.count > 1 { config.worker.path = CommandLine.arguments[1] }

let greeting = HostFunction("greeting", parameters: [.string], result: .string) { call in
  .string("Hello, \(try call.string(0))!")
}

try await WasmRuntime.withRuntime(config, hostFunctions: [greeting]) { runtime in
  try await runtime.loadModule("math", Array(math.utf8))
  let sum = try await runtime.execute("math", "add", [5, 3])
  print("add(5, 3) = \(sum)")
  check(sum == 8, "5 + 3")

  let length = try await runtime.executeBytes(Array(greets.utf8), "greet")
  print("greet() was told \(length) bytes")
  check(length == 11, "Hello, Ada!")

  var endless = Invocation(module: "math", function: "spin")
  endless.limits.executionTime = .milliseconds(100)
  endless.limits.fuel = nil
  do {
    _ = try await runtime.invoke(endless)
    check(false, "an endless loop has ended")
  } catch let error as WasmError {
    print("spin(): \(error.code.rawValue)")
    check(error.code == .timedOut || error.code == .fuelExhausted, "the deadline")
  }
  print("workers started: \(runtime.statistics.workersStarted)")
}
