"""Commands run through the launcher: what is counted, and what becomes of a command that fails."""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

from harness import library, measure
from harness.failure import BenchmarkFailure, EngineFailure
from harness.tests.support import BENCHMARKS

BUSY = "import time; end = time.process_time() + 0.2\nwhile time.process_time() < end: pass"


class ReportTests(unittest.TestCase):
    def test_user_and_system_time_are_added(self):
        run = measure.read_report("200000 50000 2048 300000000 0 0\n", "7")
        self.assertEqual(run, measure.Run(cpu=0.25, wall=0.3, peak_memory=2 << 20, output="7"))

    def test_a_failure_says_what_the_command_said(self):
        with self.assertRaisesRegex(EngineFailure, "exit code 3: Error: bad opcode"):
            measure.read_report("1 1 1 1 3 0", "starting\nError: bad opcode\n  at 5\n")
        with self.assertRaisesRegex(EngineFailure, "exit code 3: no output"):
            measure.read_report("1 1 1 1 3 0", "")
        with self.assertRaisesRegex(EngineFailure, "SIGSEGV"):
            measure.read_report("1 1 1 1 -1 11", "")

    def test_a_tree_that_used_less_than_its_worker_is_refused(self):
        run = measure.Run(cpu=1.0, wall=1.0, peak_memory=0, output="")
        measure.require_reaped_worker(run, 0.9)
        with self.assertRaises(BenchmarkFailure):
            measure.require_reaped_worker(run, 1.1)

    def test_figures_are_lines_of_a_name_and_a_number(self):
        self.assertEqual(library.read_figures("a 1\nb 2.5\nc x\nd\ne 1 2\n"), {"a": 1.0, "b": 2.5})


class LauncherTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if shutil.which("clang") is None:
            raise unittest.SkipTest("clang is not on PATH: the launcher cannot be built")
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        launcher = pathlib.Path(cls.folder.name, "run_measured")
        subprocess.run(
            ["clang", "-std=c17", str(BENCHMARKS / "floor" / "run_measured.c"), "-o", str(launcher)], check=True)
        cls.runner = measure.Runner(launcher)

    def run_python(self, code, **options):
        return self.runner.run([sys.executable, "-c", code], **options)

    def test_it_runs_on_the_one_core(self):
        run = self.run_python("import os; print(os.sched_getaffinity(0))")
        self.assertEqual(run.output.strip(), str({self.runner.core}))

    def test_the_cpu_time_of_children_that_were_waited_for_counts(self):
        run = self.run_python(f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BUSY!r}])")
        self.assertGreaterEqual(run.cpu, 0.2)

    def test_memory_is_the_command_s_and_not_the_harness_s(self):
        held = bytearray(b"x" * (64 << 20))
        small = self.runner.run(["/bin/true"]).peak_memory
        self.assertEqual(len(held), 64 << 20)
        self.assertLess(small, 16 << 20)
        self.assertGreater(self.run_python("print(len(b'x' * (48 << 20)))").peak_memory, 48 << 20)

    def test_a_command_that_does_not_exist_or_hangs_is_a_failure(self):
        with self.assertRaises(EngineFailure):
            self.runner.run(["/no/such/command"])
        began = time.monotonic()
        with self.assertRaisesRegex(EngineFailure, "within 0.5 s"):
            self.run_python("import time; time.sleep(60)", timeout=0.5)
        self.assertLess(time.monotonic() - began, 30, "the command was waited for and not ended")
