"""What a fresh instance and a call cost in wasmtime inside a process: wasmtime_child.py CALLS

The module is compiled once. Prints `compile_ns`, then the median and the 99th percentile in nanoseconds of a store, an
instance and a call of add(5, 3). The Python package's own cost (ctypes) is in the figure.
"""

import statistics
import sys
import time

import wasmtime

MODULE = """
(module
  (func (export "add") (param $a i32) (param $b i32) (result i32)
    (i32.add (local.get $a) (local.get $b))))
"""

calls = int(sys.argv[1])
start = time.perf_counter_ns()
engine = wasmtime.Engine()
module = wasmtime.Module(engine, MODULE)
compiled = time.perf_counter_ns() - start

samples = []
for _ in range(calls):
    start = time.perf_counter_ns()
    store = wasmtime.Store(engine)
    instance = wasmtime.Instance(store, module, [])
    answer = instance.exports(store)["add"](store, 5, 3)
    samples.append(time.perf_counter_ns() - start)
    if answer != 8:
        raise SystemExit(f"wasmtime: add(5, 3) returned {answer}")
samples.sort()
print("compile_ns", compiled)
print("call_p50_ns", int(statistics.median(samples)))
print("call_p99_ns", samples[min(len(samples) - 1, len(samples) * 99 // 100)])
