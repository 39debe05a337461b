"""The groups that need the library: instantiate, host, calls, memory. `Benchmarks/Sources` measures, this compares."""

import subprocess

from harness import figures
from harness.engines import HARNESS
from harness.failure import BenchmarkFailure, EngineFailure

# A reply's and a request's size if /proc/self/io cannot be read.
USUAL_REQUEST, USUAL_REPLY = 200, 300


def read_figures(output):
    """`name value` lines as a dictionary."""
    found = {}
    for line in output.splitlines():
        parts = line.split()
        if len(parts) == 2:
            try:
                found[parts[0]] = float(parts[1])
            except ValueError:
                continue
    return found


def row(label, value, unit, *ratios):
    """One figure: `ratios` are (value / other, what the other is) of those that exist."""
    return {
        "label": label, "value": value, "unit": unit,
        "ratios": [{"ratio": number, "to": name} for number, name in ratios if number is not None],
    }


class Library:
    """The executable of `Benchmarks/Sources`, on all cores or pinned to one."""

    def __init__(self, executable, c_interface, worker, runner):
        self.executable, self.c_interface, self.worker, self.runner = executable, c_interface, worker, runner

    def figures(self, *arguments, pinned=False):
        command = [self.c_interface if arguments[0] == "c_interface" else self.executable, *arguments]
        try:
            if pinned:
                return read_figures(self.runner.run(command).output)
            done = subprocess.run(
                [str(part) for part in command], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=900,
                env=self.runner.environment)
        except (EngineFailure, subprocess.TimeoutExpired) as failure:
            raise BenchmarkFailure(f"{arguments[0]}: {failure}") from failure
        if done.returncode != 0:
            raise BenchmarkFailure(f"{arguments[0]}: {done.stderr.strip()}")
        return read_figures(done.stdout)


def floor(ping_pong, placement, request, reply, rounds, pairs=1):
    """{p50, p99, p999 in nanoseconds, rate} of the C ping-pong over pipes, or None where it cannot run."""
    done = subprocess.run(
        [str(ping_pong), placement, str(request), str(reply), str(rounds), str(pairs)],
        stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode == 69:
        return None
    if done.returncode != 0:
        raise BenchmarkFailure(f"{ping_pong}: {done.stderr.strip()}")
    return dict(zip(("p50", "p99", "p999", "rate"), map(float, done.stdout.split())))


def measure_instantiation(library, amount):
    found = library.figures("instantiate", amount, pinned=True)
    empty = found["empty_call_p50"]
    rows = [row("warm call of an empty function, p50", empty, "ns")]
    for name, label in (
        ("dirty_call_p50", "1 MiB memory, 4 dirty pages: reset per call"),
        ("data_call_p50", "data segment of 64 KiB: reset per call"),
    ):
        rows.append(row(label, found[name] - empty, "ns"))
    return rows, []


# Warm calls: what measures them, whether on one core, the prefix of its figures, what they are called, and the ping-pong
# beside them.
WARM_CALLS = (
    ("warm", True, "warm_call", "warm call on one core", "same"),
    ("across", True, "warm_call", "warm call across cores", "across"),
    ("warm", False, "warm_call", "warm call with nothing pinned", "across"),
)
PLACEMENTS = {"same": "C ping-pong on one core", "across": "C ping-pong across cores"}


# Calls with more isolation (Isolation.swift), beside a warm call of the same run.
ISOLATED_CALLS = (
    ("fresh_process", "call in a process of its own, behind each other"),
    ("fresh_process_paced", "call in a process of its own, 5 ms after the last one"),
    ("fresh_spawn", "call in a worker of its own"),
)

# Bytes of the frames of a host call with one number and of its answer, header included (PROTOCOL.md, hostCall).
HOST_CALL, HOST_RESULT = 109, 84


def measure_host_calls(library, ping_pong, amount):
    found = library.figures("host", amount, pinned=True)
    local, host = found["local_call_ns"], found["host_call_ns"]
    rows = [
        row("a call of a function of the module", local, "ns"),
        row("a call of env.input_len, served in the worker", host, "ns", (figures.ratio(host, local), "a local call")),
    ]
    rounds = 50000 if amount == "full" else 5000
    notes = []
    for pinned, placement, label in ((True, "same", "on one core"), (False, "across", "across cores")):
        cost = library.figures("embedder", amount, pinned=pinned)["embedder_call_ns"]
        # The worker asks here, and the host answers.
        other = floor(ping_pong, placement, HOST_CALL, HOST_RESULT, rounds)
        if other is None:
            notes.append(f"host functions {label}: this process may use one core only")
            continue
        name = f"C ping-pong {label}"
        rows.append(row(
            f"a call of a function of the embedder, {label}", cost, "ns", (figures.ratio(cost, other["p50"]), name)))
    return rows, notes


def measure_calls(library, tools, ping_pong, amount):
    rounds = 50000 if amount == "full" else 5000
    rows, notes = [], []
    start = library.figures("start", amount)
    warm = [library.figures(what, amount, pinned=pinned) for what, pinned, *_ in WARM_CALLS]
    through_c = library.figures("c_interface", amount, pinned=True)
    rate = library.figures("throughput", amount)
    late = library.figures("deadline", amount)
    isolated = library.figures("isolation", amount)
    request = max(1, round(warm[0].get("request_bytes", USUAL_REQUEST)))
    reply = max(1, round(warm[0].get("reply_bytes", USUAL_REPLY)))
    floors = {placement: floor(ping_pong, placement, request, reply, rounds) for placement in PLACEMENTS}

    for key, label in (
        ("ready", "worker spawned, confined, checked, ready"), ("cold_call", "new worker, module loaded, first answer"),
    ):
        rows += [row(f"{label}, {percentile}", start[f"{key}_{percentile}"], "ns") for percentile in ("p50", "p90")]
    for (_, _, prefix, what, placement), ours in zip(WARM_CALLS, warm):
        other, name = floors[placement], PLACEMENTS[placement]
        if other is None or f"{prefix}_p50" not in ours:
            notes.append(f"{what}: this process may use one core only")
            continue
        for key, label in (("p50", "p50"), ("p99", "p99"), ("p999", "p99.9")):
            value = ours[f"{prefix}_{key}"]
            rows.append(row(f"{what}, {label}", value, "ns", (figures.ratio(value, other[key]), name)))
    for key, label in (("c_call", "blocking"), ("c_completed_call", "with a completion")):
        value = through_c[f"{key}_p50"]
        rows.append(row(
            f"warm call on one core through the C interface, {label}, p50", value, "ns",
            (figures.ratio(value, warm[0]["warm_call_p50"]), "the Swift API")))
    usual = warm[-1]["warm_call_p50"]
    for key, label in ISOLATED_CALLS:
        for percentile in ("p50", "p99"):
            value = isolated[f"{key}_{percentile}"]
            ratio = (figures.ratio(value, usual), "a warm call's p50") if percentile == "p50" else (None, "")
            rows.append(row(f"{label}, {percentile}", value, "ns", ratio))
    for workers in (1, 2, 8):
        pairs = floor(ping_pong, "free", request, reply, rounds // workers, workers)
        some = f"{workers} worker{'s' if workers > 1 else ''}"
        for key, callers in (("calls", "as many callers"), ("crowd", "64 callers")):
            calls = rate[f"{key}_per_second_{workers}"]
            rows.append(row(
                f"calls per second, {some}, {callers}", calls, "/s",
                (figures.ratio(calls, pairs["rate"]), "as many C pairs")))
    for key, load in (("idle", "one such call at a time"), ("oversubscribed", "two for each core")):
        for percentile in ("p50", "p99"):
            rows.append(row(
                f"timedOut after the deadline of a spinning call, {load}, {percentile}", late[f"late_{key}_{percentile}"],
                "ns"))
    if "idle_private_bytes" in start:
        rows.append(row("idle worker beside another, private memory", start["idle_private_bytes"], "B"))
    else:
        notes.append("private memory: /proc/PID/smaps_rollup of a worker cannot be read here")
    rows += in_process_wasmtime(library.runner, tools, amount, notes)
    return rows, notes


def in_process_wasmtime(runner, tools, amount, notes):
    """What a fresh instance and a call cost without a process boundary: what the isolation is paid with.

    Without ratios: Python's part of a call is several times wasmtime's, so a ratio would flatter the product.
    """
    if tools.wasmtime_python is None:
        notes.append(f"wasmtime in one process: {tools.missing.get('wasmtime', 'it is not installed')}")
        return []
    calls = 20000 if amount == "full" else 2000
    try:
        found = read_figures(
            runner.run([tools.wasmtime_python, "-I", HARNESS / "wasmtime_child.py", calls]).output)
    except EngineFailure as failure:
        notes.append(f"wasmtime in one process: {failure}")
        return []
    return [
        row("wasmtime in one process, from Python: store and instance, p50", found["instance_p50_ns"], "ns"),
        row("wasmtime in one process, from Python: the call, p50", found["call_p50_ns"], "ns"),
    ]


def measure_memory(library, subject):
    found = library.figures("memory", subject.path, subject.function)
    labels = (
        ("idle_private_bytes", "idle worker, private memory"),
        ("loaded_private_bytes", f"the same after loading a module and one call ({subject.name})"),
    )
    rows = [row(label, found[key], "B") for key, label in labels if key in found]
    readable = len(rows) == len(labels)
    return rows, [] if readable else ["private memory: /proc/PID/smaps_rollup of a worker cannot be read here"]
