"""`python3 -m harness`: what scripts/bench runs when everything is built."""

import json
import os
import pathlib
import platform
import sys

from harness import chart, commands, execute, library, load, options as command_line, peers, table
from harness.engines import all_engines
from harness.failure import BenchmarkFailure
from harness.measure import Runner


def machine():
    """What the figures depend on."""
    model = platform.processor() or platform.machine()
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass
    return {"processor": model, "cores": os.cpu_count(), "kernel": platform.release()}


def heading(text):
    print(f"\n{text}")


def skip(notes):
    for note in notes:
        print(f"  skipped: {note}")


def progress(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def end_progress():
    progress("")


class Session:
    """One run of the harness: measures the chosen groups, prints each when it is done, and keeps the results."""

    def __init__(self, options, programs, chosen):
        self.options, self.programs, self.chosen = options, programs, chosen
        self.folder = options.root / ".build" / "benchmarks"
        release = options.root / ".build" / "release"
        worker = release / "hanzo-wasm-worker"
        self.runner = Runner(options.launcher, environment={"HANZO_WASM_WORKER": str(worker)})
        self.tools = peers.find_tools(
            self.folder / "peers", peers.wanted_packages(options.group, options.engines))
        self.tools.command_line, self.tools.worker = release / "hanzo-wasm", worker
        self.library = library.Library(options.library, options.c_interface, worker, self.runner)
        self.results = {
            "machine": machine(), "versions": self.tools.versions, "missing": self.tools.missing,
            "amount": options.amount, "rounds": options.rounds, "core": self.runner.core, "groups": {},
        }

    def run(self):
        print(", ".join(str(value) for value in self.results["machine"].values()))
        for name, version in sorted(self.tools.versions.items()):
            print(f"  {name}: {version}")
        skip(f"{name}: {reason}" for name, reason in sorted(self.tools.missing.items()))
        for group in command_line.GROUPS:
            if group in self.options.group:
                getattr(self, group)()

    def execute(self):
        engines = all_engines(self.tools)
        if self.options.engines is not None:
            engines = [engine for engine in engines if engine.identifier in self.options.engines]
        results = execute.measure(
            self.runner, engines, self.chosen, self.options.rounds, self.temporary("precompiled"), progress)
        end_progress()
        self.results["groups"]["execute"] = results
        heading("execute: CPU seconds of the computation alone, and times ours (more than 1x is slower than ours)")
        print(table.execute_table(results))
        skip(table.execute_notes(results))
        if self.options.chart:
            self.options.chart.write_text(chart.draw(results))

    def load(self):
        subjects = load.make_subjects(self.base(), self.options.sizes, self.temporary("modules"))
        notes = []
        if not self.options.quick:
            real, notes = load.real_subjects(self.options.root)
            subjects += real
        loaders = load.loaders(self.tools, self.options.library, self.temporary("precompiled"))
        results = load.measure(self.runner, subjects, loaders, min(self.options.rounds, 3), progress)
        end_progress()
        self.results["groups"]["load"] = results
        heading("load: whole commands from start to end; ours loads and calls once, real modules are loaded only")
        print(table.load_table(results))
        skip(notes + table.load_notes(results))

    def commands(self):
        folder = self.temporary("commands")
        programs, notes = commands.read_programs(self.options.root, folder)
        results = commands.measure(
            self.runner, programs, commands.runners(self.tools), self.options.rounds, folder, progress)
        end_progress()
        self.results["groups"]["commands"] = results
        heading("commands: whole command lines from start to end; wasmtime compiles each time, nothing is cached")
        if programs:
            print(table.command_table(results))
        skip(notes + table.load_notes(results))

    def instantiate(self):
        self.figures(
            "instantiate", "instantiate: what a fresh instance adds to a warm call (library, one core)",
            *library.measure_instantiation(self.library, self.options.amount))

    def host(self):
        self.figures(
            "host", "host: one call from the guest (library)",
            *library.measure_host_calls(self.library, self.options.ping_pong, self.options.amount))

    def calls(self):
        self.figures(
            "calls", "calls of add(5, 3), beside two C processes that pass messages of the same sizes over pipes",
            *library.measure_calls(self.library, self.tools, self.options.ping_pong, self.options.amount))

    def memory(self):
        size = 1 if self.options.quick else 8
        subject = load.make_subjects(self.base(), [size], self.temporary("modules"))[0]
        self.figures(
            "memory", "memory of a worker that no other process shares",
            *library.measure_memory(self.library, subject))

    def figures(self, group, title, rows, notes):
        self.results["groups"][group] = rows
        heading(title)
        print(table.figure_table(rows))
        skip(notes)

    def base(self):
        """The module that large ones are made of: the program with most code."""
        return max((program.module for program in self.programs), key=lambda path: path.stat().st_size)

    def temporary(self, name):
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def main():
    # Each group's table appears when it is there, in a pipe too.
    sys.stdout.reconfigure(line_buffering=True)
    options = command_line.parse(sys.argv[1:])
    programs = execute.read_programs(options.root / "Benchmarks" / "programs")
    chosen = command_line.choose_programs(options, programs)
    if options.check_only:
        return 0
    session = Session(options, programs, chosen)
    output = options.json or session.folder / "results.json"
    try:
        session.run()
    finally:
        # What was measured before a failure took minutes.
        output.write_text(json.dumps(session.results, indent=2) + "\n")
    print(f"\nresults: {output}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BenchmarkFailure as failure:
        end_progress()
        print(f"error: {failure}", file=sys.stderr)
        sys.exit(1)
