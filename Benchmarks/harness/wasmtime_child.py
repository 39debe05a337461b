"""What a fresh instance and a call cost in wasmtime inside a process: wasmtime_child.py CALLS

The module is compiled once. Prints medians in nanoseconds, of a store with an instance, and of a call of add(5, 3). The
Python package's own cost (ctypes) is in the figures.
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

engine = wasmtime.Engine()
module = wasmtime.Module(engine, MODULE)
instances, calls = [], []
for _ in range(int(sys.argv[1])):
    start = time.perf_counter_ns()
    store = wasmtime.Store(engine)
    instance = wasmtime.Instance(store, module, [])
    instantiated = time.perf_counter_ns()
    add = instance.exports(store)["add"]
    found = time.perf_counter_ns()
    answer = add(store, 5, 3)
    calls.append(time.perf_counter_ns() - found)
    instances.append(instantiated - start)
    if answer != 8:
        raise SystemExit(f"wasmtime: add(5, 3) returned {answer}")
print("instance_p50_ns", statistics.median(instances))
print("call_p50_ns", statistics.median(calls))
