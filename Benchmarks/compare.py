#!/usr/bin/env python3
"""Prints what `scripts/bench` measures as ratios, which travel from machine to machine as times do not.

  compare.py LIBRARY-BENCHMARK PING-PONG PROGRAMS-FOLDER full|quick

Calls are set beside a two-process C ping-pong over pipes with the same message sizes (PING-PONG), guests that
compute beside other interpreters: wasm3 (the PyPI package pywasm3, if importable) and WasmKit (`wasmkit` of the Swift
toolchain, if on PATH). What is missing is skipped, and said so.
"""

import pathlib
import shutil
import statistics
import subprocess
import sys
import time

# file, function, arguments, result, arguments of the same function that cost next to nothing
PROGRAMS = [("fib", "fib", (30,), 832040, (1,)), ("memory", "sieve", (1000000, 10), 78498, (2, 1))]


def run(*command):
    done = subprocess.run(
        [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True, text=True)
    return done.stdout


def floor(ping_pong, placement, request, reply, rounds, pairs=1):
    """(p50, p99, p99.9 in nanoseconds, rounds per second) of the C ping-pong, or None where it cannot run."""
    done = subprocess.run(
        [ping_pong, placement, str(request), str(reply), str(rounds), str(pairs)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode == 69:
        return None
    if done.returncode != 0:
        raise SystemExit(f"{ping_pong}: {done.stderr.strip()}")
    return [float(part) for part in done.stdout.split()]


def time_wasm3(programs, rounds):
    """name -> nanoseconds in the same process, or a reason why not."""
    try:
        import wasm3
    except ImportError:
        return "the Python package pywasm3 is not installed"
    times = {}
    for name, function, arguments, result, _ in PROGRAMS:
        environment = wasm3.Environment()
        runtime = environment.new_runtime(1 << 16)
        runtime.load(environment.parse_module((programs / f"{name}.wasm").read_bytes()))
        call = runtime.find_function(function)
        samples = []
        for _ in range(rounds):
            start = time.perf_counter_ns()
            answer = call(*arguments)
            samples.append(time.perf_counter_ns() - start)
            if answer != result:
                raise SystemExit(f"wasm3: {name} returned {answer} instead of {result}")
        times[name] = statistics.median(samples)
    return times


def time_wasmkit(programs, rounds):
    """name -> nanoseconds without the process's start (a call that computes nothing is taken off), or a reason why not."""
    wasmkit = shutil.which("wasmkit")
    if wasmkit is None:
        return "wasmkit is not on PATH"

    def median(name, function, arguments, result):
        samples = []
        for _ in range(rounds):
            start = time.perf_counter_ns()
            output = run(wasmkit, "run", programs / f"{name}.wasm", function, *(f"i32:{value}" for value in arguments))
            samples.append(time.perf_counter_ns() - start)
            if result is not None and f"({result})" not in output:
                raise SystemExit(f"wasmkit: {name} printed {output.strip()} instead of {result}")
        return statistics.median(samples)

    times = {}
    for name, function, arguments, result, nothing in PROGRAMS:
        times[name] = median(name, function, arguments, result) - median(name, function, nothing, None)
    return times


def microseconds(nanoseconds):
    return f"{nanoseconds / 1000:,.1f} us"


def row(label, value, *ratios):
    print(f"  {label:<44} {value:>16}   " + "   ".join(ratios))


def ratio(value, other, name):
    return f"{value / other:.2f}x {name}"


def main():
    if len(sys.argv) != 5 or sys.argv[4] not in ("full", "quick"):
        raise SystemExit(__doc__)
    library, ping_pong, programs, amount = sys.argv[1:]
    programs = pathlib.Path(programs)
    rounds, computations = (50000, 7) if amount == "full" else (5000, 3)

    figures = {}
    for line in run(library, programs, amount).splitlines():
        name, value = line.split()
        figures[name] = float(value)
    request = max(1, round(figures.get("request_bytes", 200)))
    reply = max(1, round(figures.get("reply_bytes", 300)))
    same = floor(ping_pong, "same", request, reply, rounds)
    across = floor(ping_pong, "across", request, reply, rounds)

    print(f"\ncalls of add(5, 3); a request is {request} bytes, a reply {reply}; beside the C ping-pong of these sizes")
    row("worker spawned, confined, checked, ready, p50", microseconds(figures["ready_p50"]))
    row("worker spawned, confined, checked, ready, p90", microseconds(figures["ready_p90"]))
    row("new worker, module loaded, first answer, p50", microseconds(figures["cold_call_p50"]))
    row("new worker, module loaded, first answer, p90", microseconds(figures["cold_call_p90"]))
    for index, (label, key) in enumerate((("p50", "warm_call_p50"), ("p99", "warm_call_p99"), ("p99.9", "warm_call_p999"))):
        ratios = [ratio(figures[key], same[index], "the floor on one core")]
        if across:
            ratios.append(ratio(figures[key], across[index], "across cores"))
        row(f"warm call, {label}", microseconds(figures[key]), *ratios)
    for workers in (1, 2, 8):
        calls = figures[f"calls_per_second_{workers}"]
        pairs = floor(ping_pong, "free", request, reply, rounds // workers, workers)
        name = "the floor with as many pairs"
        row(f"calls per second, {workers} worker{'s' if workers > 1 else ''}", f"{calls:,.0f}", ratio(calls, pairs[3], name))
    if not across:
        print("  skipped: the floor across cores (this process may use one core only)")

    print("\nguests that compute; more than 1x is faster than the other engine")
    peers = {"wasm3": time_wasm3(programs, computations), "wasmkit": time_wasmkit(programs, computations)}
    labels = {"fib": "fib(30)", "memory": "sieve of 1,000,000, 10 times"}
    for name, *_ in PROGRAMS:
        ratios = [
            f"{times[name] / figures[f'compute_{name}']:.2f}x {peer}" for peer, times in peers.items() if isinstance(times, dict)]
        row(labels[name], f"{figures[f'compute_{name}'] / 1e6:,.1f} ms", *ratios)
    for peer, times in peers.items():
        if isinstance(times, str):
            print(f"  skipped: {peer} ({times})")


if __name__ == "__main__":
    main()
