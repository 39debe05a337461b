"""The group `execute`: how fast engines compute, program by program."""

import dataclasses
import json
import pathlib

from harness import figures
from harness.engines import EMPTY_COMMAND, read_integer
from harness.failure import BenchmarkFailure, EngineFailure
from harness.measure import require_reaped_worker

# The product: without its figure there is nothing to compare with.
REFERENCE = "ours"
OUR_ENGINES = ("ours", "ours-no-fuel")


@dataclasses.dataclass(frozen=True)
class Program:
    """One line of programs.json: a module that exports `run(i32) -> i64` and imports nothing."""

    name: str
    half: str
    module: pathlib.Path
    size: int
    small: int
    result: int
    small_result: int


def read_programs(folder):
    """The programs of a folder's programs.json; BenchmarkFailure if one is not as the harness needs it."""
    try:
        entries = json.loads((folder / "programs.json").read_text())
        programs = [
            Program(
                name=entry["name"], half=entry["half"], module=folder / f"{entry['name']}.wasm", size=entry["size"],
                small=entry["small"], result=int(entry["result"]), small_result=int(entry["smallResult"]))
            for entry in entries
        ]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise BenchmarkFailure(f"cannot read {folder / 'programs.json'}: {problem!r}") from problem
    for program in programs:
        if program.half not in figures.PROGRAM_HALVES:
            raise BenchmarkFailure(f"{program.name}: the half is {program.half!r}, none of {figures.PROGRAM_HALVES}")
        if not program.module.is_file():
            raise BenchmarkFailure(f"{program.name}: {program.module} is missing")
    if not programs:
        raise BenchmarkFailure(f"{folder / 'programs.json'} lists no program")
    return programs


class Samples:
    """CPU seconds by (program, engine), of the whole size and of the small one, and why a cell is empty."""

    def __init__(self):
        self.whole, self.small, self.notes = {}, {}, {}

    def seconds(self, key):
        if key in self.notes or key not in self.whole:
            return None
        return figures.net_seconds(self.whole[key], self.small[key])


def measure(runner, engines, programs, rounds, folder, progress=lambda text: None):
    """Every program on every engine, `rounds` times: one engine after the other inside each round, so that what slows
    the machine down for a while slows all of them.
    """
    samples = Samples()
    modules = precompile(runner, engines, programs, folder, samples, progress)
    empty = folder / "empty.wasm"
    empty.write_bytes(EMPTY_COMMAND)
    check_worker_is_counted(runner, engines, programs[0])
    for number in range(1, rounds + 1):
        for program in programs:
            progress(f"execute: round {number} of {rounds}, {program.name}")
            for engine in engines:
                key = (program.name, engine.identifier)
                if key in samples.notes:
                    continue
                try:
                    if engine.start_command:
                        small = runner.run(engine.start_command(empty)).cpu
                        whole = runner.run(engine.start_command(program.module)).cpu
                    else:
                        module = modules[key]
                        small = run_once(runner, engine, program, module, program.small, program.small_result)
                        whole = run_once(runner, engine, program, module, program.size, program.result)
                except EngineFailure as failure:
                    if engine.identifier in OUR_ENGINES:
                        raise BenchmarkFailure(f"{engine.identifier} cannot run {program.name}: {failure}") from failure
                    samples.notes[key] = str(failure)
                    continue
                samples.small.setdefault(key, []).append(small)
                samples.whole.setdefault(key, []).append(whole)
    return summarise(samples, engines, programs)


def precompile(runner, engines, programs, folder, samples, progress):
    """(program, engine) -> the file to run; compiled ahead where the engine compiles, so that only execution counts."""
    modules = {}
    for engine in engines:
        for program in programs:
            key = (program.name, engine.identifier)
            if engine.precompile is None:
                modules[key] = program.module
                continue
            progress(f"execute: compiling {program.name} with {engine.identifier}")
            output = folder / f"{program.name}.{engine.identifier}.cwasm"
            try:
                runner.run(engine.precompile(program.module, output))
                modules[key] = output
            except EngineFailure as failure:
                samples.notes[key] = f"compilation: {failure}"
    return modules


def run_once(runner, engine, program, module, size, expected):
    """CPU seconds; BenchmarkFailure if the answer is wrong."""
    run = runner.run(engine.command(module, "run", [size]))
    answer = read_integer(run.output)
    if answer is None:
        raise EngineFailure("printed no answer")
    if answer != expected:
        raise BenchmarkFailure(f"{engine.identifier}: {program.name}({size}) returned {answer} instead of {expected}")
    return run.cpu


def check_worker_is_counted(runner, engines, program):
    """The product says itself what its worker used; the process tree must have used more."""
    for engine in engines:
        if engine.identifier != REFERENCE:
            continue
        command = engine.command(program.module, "run", [program.size])
        try:
            run = runner.run([*command, "--json"])
            worker = json.loads(run.output)["usage"]["cpuNanoseconds"] / 1e9
        except (EngineFailure, ValueError, KeyError) as failure:
            raise BenchmarkFailure(f"hanzo-wasm cannot run {program.name}: {failure!r}") from failure
        require_reaped_worker(run, worker)


def summarise(samples, engines, programs):
    """The group's part of the results, as JSON."""
    names = [engine.identifier for engine in engines]
    halves = {program.name: program.half for program in programs}
    rows, ratios = [], {name: {} for name in names}
    for program in programs:
        reference = samples.seconds((program.name, REFERENCE))
        cells = {}
        for name in names:
            key = (program.name, name)
            seconds = samples.seconds(key)
            ratios[name][program.name] = figures.ratio(seconds, reference)
            cells[name] = {
                "seconds": seconds, "ratio": ratios[name][program.name], "samples": samples.whole.get(key, []),
                "smallSamples": samples.small.get(key, []),
            }
            if seconds is None:
                cells[name]["missing"] = samples.notes.get(key, "too short to be told from the start of the process")
        rows.append({"name": program.name, "half": program.half, "engines": cells})
    means = {name: figures.geometric_means_by_half(ratios[name], halves) for name in names}
    geomeans = {
        half: {name: {"ratio": means[name][half][0], "programs": means[name][half][1]} for name in names}
        for half in figures.HALVES
    }
    what = {engine.identifier: engine.what for engine in engines}
    return {"engines": names, "what": what, "programs": rows, "geomeans": geomeans}
