"""The group `load`: from a module's bytes to the first answer, beside what a compiler needs for the same bytes."""

import dataclasses
import os
import pathlib

from harness import figures, large_module
from harness.engines import HARNESS
from harness.failure import BenchmarkFailure, EngineFailure
from harness.library import read_figures

MEBIBYTE = 1 << 20
# What takes minutes with an optimising compiler is measured once.
LARGE = 16 * MEBIBYTE
# docs/cli.md; the library can be told to accept more.
LARGEST_OF_THE_COMMAND = 63 * MEBIBYTE
COMPONENT_HEADER = b"\0asm\x0d\0\1\0"


@dataclasses.dataclass(frozen=True)
class Subject:
    """A module to load. `function` is cheap and exported; without one the module is only loaded."""

    name: str
    path: pathlib.Path
    function: str | None


def make_subjects(base, sizes, folder):
    """Generated modules of `sizes` MB (powers of ten), kept in `folder` for the next run."""
    folder.mkdir(parents=True, exist_ok=True)
    subjects = []
    for size in sizes:
        path = folder / f"{base.stem}-{size}MB.wasm"
        newest = max(base.stat().st_mtime, pathlib.Path(large_module.__file__).stat().st_mtime)
        if not path.exists() or path.stat().st_mtime < newest:
            path.write_bytes(large_module.enlarge(base.read_bytes(), size * 1_000_000))
        subjects.append(Subject(f"generated, {size} MB", path, large_module.FUNCTION))
    return subjects


def real_subjects(root, environment=os.environ):
    """Programs of other people, where the folder of shared test data is beside the clone: (subjects, notes)."""
    shared = pathlib.Path(environment.get("HANZO_WASM_SHARED") or root.parent / "shared")
    folder = shared / "cases" / "real" / "_modules"
    if not folder.is_dir():
        return [], ["real modules: HANZO_WASM_SHARED does not name a folder with cases/real/_modules"]
    subjects, notes = [], []
    for path in sorted(folder.glob("*.wasm")):
        with path.open("rb") as file:
            if file.read(8) == COMPONENT_HEADER:
                notes.append(f"{path.name}: a component, not a core module")
                continue
        subjects.append(Subject(path.stem, path, None))
    return subjects, notes


def loaders(tools, library, folder):
    """name -> function(subject) -> command or a reason why there is none. The first is the reference."""
    output = folder / "compiled.cwasm"

    def command(subject):
        if subject.path.stat().st_size > LARGEST_OF_THE_COMMAND:
            return f"the command accepts modules of up to {LARGEST_OF_THE_COMMAND // MEBIBYTE} MiB"
        if subject.function is None:
            return [tools.command_line, "info", subject.path, "--timeout", "60m"]
        return [
            tools.command_line, "call", subject.path, subject.function, "--fuel", "none", "--timeout", "60m",
            "--memory", "1GiB"]

    found = {
        "ours": lambda subject: [library, "load", subject.path, *([subject.function] if subject.function else [])],
        "ours, command": command,
    }
    if tools.wasmtime:
        for name in ("cranelift", "winch"):
            found[f"{name} compile"] = lambda subject, name=name: [
                tools.wasmtime, "compile", "-C", f"compiler={name}", subject.path, "-o", output]
    if tools.wasm_tools:
        found["wasm-tools validate"] = lambda subject: [tools.wasm_tools, "validate", subject.path]
    if tools.wasmkit:
        found["wasmkit"] = lambda subject: (
            [tools.wasmkit, "run", subject.path, subject.function] if subject.function
            else "wasmkit has no command that only loads")
    if tools.wasm3_python:
        found["wasm3"] = lambda subject: [
            tools.wasm3_python, "-I", HARNESS / "wasm3_child.py", subject.path,
            *([subject.function] if subject.function else [])]
    return found


def measure(runner, subjects, found, rounds, progress=lambda text: None):
    """The group's part of the results: whole commands, nothing subtracted.

    The product must load what is generated; a module of other people may need what it does not have.
    """
    results = []
    for subject in subjects:
        size = subject.path.stat().st_size
        runs, notes, inside = {}, {}, []
        for number in range(1, (1 if size > LARGE else rounds) + 1):
            for name, command_for in found.items():
                if name in notes:
                    continue
                progress(f"load: {subject.name}, {name}, round {number}")
                command = command_for(subject)
                try:
                    if isinstance(command, str):
                        raise EngineFailure(command)
                    run = runner.run(command, timeout=1800)
                except EngineFailure as failure:
                    if name == "ours" and subject.function is not None:
                        raise BenchmarkFailure(f"the library cannot load {subject.path}: {failure}") from failure
                    notes[name] = str(failure)
                    continue
                runs.setdefault(name, []).append(run)
                if name == "ours":
                    inside.append(read_figures(run.output))
        results.append(summarise(subject, size, runs, notes, inside))
    return results


def summarise(subject, size, runs, notes, inside):
    reference = figures.median([run.cpu for run in runs["ours"]]) if "ours" in runs else None
    loads = {}
    for name, samples in runs.items():
        cpu = figures.median([run.cpu for run in samples])
        loads[name] = {
            "cpuSeconds": cpu, "wallSeconds": figures.median([run.wall for run in samples]),
            "peakMemoryBytes": max(run.peak_memory for run in samples), "ratio": figures.ratio(cpu, reference),
        }
    steps = {
        key: figures.median([sample[key] for sample in inside]) for key in ("load_ns", "first_call_ns")
        if inside and all(key in sample for sample in inside)
    }
    return {
        "name": subject.name, "bytes": size, "calls": subject.function is not None, "loads": loads, "missing": notes,
        "steps": steps,
    }
