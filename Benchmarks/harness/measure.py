"""Runs one command pinned to one core, and what it cost: CPU time of the process tree, wall time, peak memory."""

import dataclasses
import os
import pathlib
import signal
import subprocess
import tempfile

from harness.failure import BenchmarkFailure, EngineFailure


@dataclasses.dataclass(frozen=True)
class Run:
    """One run of a command. CPU time and peak memory are from wait4(2): of the process and its reaped descendants."""

    cpu: float  # seconds, user and system
    wall: float  # seconds
    peak_memory: int  # bytes; of the largest process of the tree
    output: str  # standard output and standard error


class Runner:
    """Starts commands through `floor/run_measured.c`."""

    def __init__(self, launcher, core=None, environment=None):
        self.launcher = str(launcher)
        # The last core that this process may use: the first ones get most of a machine's interrupts.
        self.core = max(os.sched_getaffinity(0)) if core is None else core
        self.environment = {**os.environ, **(environment or {})}

    def run(self, command, timeout=900):
        """Raises EngineFailure if the command fails or takes longer than `timeout` seconds."""
        command = [str(part) for part in command]
        with tempfile.TemporaryDirectory() as folder:
            report = pathlib.Path(folder, "report")
            process = subprocess.Popen(
                [self.launcher, str(self.core), str(report), *command], stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", env=self.environment)
            try:
                output, _ = process.communicate(timeout=timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                raise EngineFailure(f"gave no answer within {timeout} s") from None
            if process.returncode != 0:
                raise EngineFailure(last_line(output) or "could not be started")
            return read_report(report.read_text(), output)


def read_report(report, output):
    """The launcher's line as a Run; EngineFailure if the command failed."""
    user, system, resident, wall, code, number = (int(part) for part in report.split())
    if number:
        raise EngineFailure(f"was killed by {signal.Signals(number).name}")
    if code != 0:
        raise EngineFailure(f"exit code {code}: {failure_line(output)}")
    return Run(cpu=(user + system) / 1e6, wall=wall / 1e9, peak_memory=resident * 1024, output=output)


def failure_line(output):
    """The line of a failed command's output that says most: the first that speaks of an error, else the last."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    spoken = [line for line in lines if "error" in line.lower()]
    return (spoken or lines[-1:] or ["no output"])[0][:200]


def last_line(output):
    lines = output.strip().splitlines()
    return lines[-1][:200] if lines else ""


def require_reaped_worker(run, worker_cpu_seconds):
    """The product's engine is a child of the command: its CPU time counts only if the command waits for it."""
    if run.cpu < worker_cpu_seconds:
        raise BenchmarkFailure(
            f"the command's process tree used {run.cpu:.3f} s although its worker alone used "
            f"{worker_cpu_seconds:.3f} s: hanzo-wasm no longer waits for its worker, so its figures would be too small")
