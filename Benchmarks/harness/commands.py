"""The group `commands`: real WASI programs as whole command lines, beside `wasmtime run` and `wasmkit run`."""

import dataclasses
import json
import os
import pathlib
import shutil

from harness import figures
from harness.failure import BenchmarkFailure, EngineFailure

# Runs a command with its input and output redirected; succeeds if it ends with the exit code that is expected.
WRAPPER = 'input=$1 output=$2 expected=$3; shift 3; "$@" <"$input" >"$output"; code=$?; ' \
    'test $code -eq "$expected" || { echo "error: exit code $code instead of $expected"; exit 1; }'


@dataclasses.dataclass(frozen=True)
class Program:
    """A case of the shared test data: a command with what it is given and what it must answer."""

    name: str
    module: pathlib.Path
    arguments: list
    environment: dict
    stdin: pathlib.Path | None
    directories: list  # (host path, guest path)
    exit_code: int
    stdout: pathlib.Path


def read_programs(root, folder, environment=os.environ):
    """The programs and notes on what there is none of. Directories are copied below `folder`, where they may be written."""
    shared = pathlib.Path(environment.get("HANZO_WASM_SHARED") or root.parent / "shared")
    cases = shared / "cases" / "real"
    if not cases.is_dir():
        return [], ["HANZO_WASM_SHARED does not name a folder with cases/real"]
    programs = []
    for path in sorted(cases.glob("*/case.json")):
        case = json.loads(path.read_text())
        # WebAssembly 3.0 is for later: its cases are not for this engine yet.
        if case["kind"] != "command" or case.get("level") == "wasm3":
            continue
        directories = []
        for number, entry in enumerate(case["dirs"]):
            copy = folder / f"{path.parent.name}-{number}"
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(path.parent / entry["host"], copy, copy_function=shutil.copyfile)
            copy.chmod(0o755)
            directories.append((copy, entry["guest"]))
        programs.append(Program(
            name=path.parent.name, module=(path.parent / case["wasm"]).resolve(), arguments=case["args"],
            environment=case["env"], stdin=path.parent / case["stdin_file"] if case["stdin_file"] else None,
            directories=directories, exit_code=case["expect_exit"], stdout=path.parent / "expected" / "stdout"))
    return programs, []


def runners(tools):
    """name -> function(program) -> command or a reason why there is none. The first is the reference."""

    def ours(program):
        options = [f"--dir={host}::{guest}" for host, guest in program.directories]
        options += [f"--env={name}={value}" for name, value in program.environment.items()]
        if program.stdin:
            options += ["--stdin", "-"]
        return [
            tools.command_line, "run", program.module, *options, "--argv0", program.arguments[0], "--",
            *program.arguments[1:]]

    def wasmtime(program, *settings):
        options = [f"--dir={host}::{guest}" for host, guest in program.directories]
        options += [f"--env={name}={value}" for name, value in program.environment.items()]
        return [
            tools.wasmtime, "run", "-C", "cache=n", *settings, *options, "--argv0", program.arguments[0], program.module,
            *program.arguments[1:]]

    def wasmkit(program):
        if program.directories:
            return "wasmkit gives a directory its own name only"
        options = [f"--env={name}={value}" for name, value in program.environment.items()]
        return [tools.wasmkit, "run", *options, program.module, *program.arguments[1:]]

    found = {"ours": ours}
    if tools.wasmtime:
        found["wasmtime run (Cranelift)"] = wasmtime
        found["wasmtime run (Winch)"] = lambda program: wasmtime(program, "-C", "compiler=winch")
    if tools.wasmkit:
        found["wasmkit run"] = wasmkit
    return found


def measure(runner, programs, found, rounds, folder, progress=lambda text: None):
    """Whole commands, with start, load or compilation, and execution; nothing is subtracted. Every answer is checked."""
    results = []
    for program in programs:
        runs, notes = {}, {}
        for number in range(1, rounds + 1):
            for name, command_for in found.items():
                if name in notes:
                    continue
                progress(f"commands: {program.name}, {name}, round {number}")
                try:
                    runs.setdefault(name, []).append(run_once(runner, program, command_for(program), folder))
                except EngineFailure as failure:
                    if name == "ours":
                        raise BenchmarkFailure(f"{program.name}: {failure}") from failure
                    runs.pop(name, None)
                    notes[name] = str(failure)
        reference = figures.median([run.cpu for run in runs["ours"]])
        results.append({
            "name": program.name, "bytes": program.module.stat().st_size, "missing": notes,
            "runs": {
                name: {
                    "cpuSeconds": figures.median([run.cpu for run in samples]),
                    "wallSeconds": figures.median([run.wall for run in samples]),
                    "ratio": figures.ratio(figures.median([run.cpu for run in samples]), reference),
                } for name, samples in runs.items()},
        })
    return results


def run_once(runner, program, command, folder):
    if isinstance(command, str):
        raise EngineFailure(command)
    output = folder / "stdout"
    run = runner.run([
        "/bin/sh", "-c", WRAPPER, "sh", program.stdin or "/dev/null", output, program.exit_code, *command])
    if output.read_bytes() != program.stdout.read_bytes():
        raise EngineFailure("another output than expected")
    return run
