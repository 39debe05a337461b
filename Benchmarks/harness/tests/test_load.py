"""The group load, with costs that are made up."""

import pathlib
import tempfile
import unittest

from harness import load, peers, table
from harness.failure import BenchmarkFailure, EngineFailure
from harness.measure import Run

MIB = 1 << 20


class FakeRunner:
    def __init__(self, answer):
        self.answer, self.count = answer, 0

    def run(self, command, timeout=0):
        self.count += 1
        return self.answer(command)


def done(cpu, output=""):
    return Run(cpu=cpu, wall=cpu, peak_memory=5 * MIB, output=output)


class LoadTests(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def subject(self, function="first", size=1000):
        path = self.folder / "m.wasm"
        with path.open("wb") as file:
            file.truncate(size)
        return load.Subject("m", path, function)

    def measure(self, answer, subject, rounds=1):
        runner = FakeRunner(answer)
        found = {
            "ours": lambda subject: ["ours"], "peer": lambda subject: ["peer"], "other": lambda subject: "too large"}
        return load.measure(runner, [subject], found, rounds), runner.count

    def test_the_ratio_is_the_engine_s_cost_by_ours(self):
        steps = "load_ns 5\nfirst_call_ns 7\n"
        results, _ = self.measure(
            lambda command: done(2.0, steps) if command == ["ours"] else done(50.0), self.subject())
        self.assertEqual(results[0]["loads"]["peer"]["ratio"], 25.0)
        self.assertEqual(results[0]["steps"], {"load_ns": 5.0, "first_call_ns": 7.0})
        self.assertEqual(results[0]["loads"]["peer"]["peakMemoryBytes"], 5 * MIB)
        self.assertEqual(results[0]["missing"], {"other": "too large"})

    def test_large_modules_are_measured_once(self):
        self.assertEqual(self.measure(lambda command: done(1.0), self.subject(), rounds=3)[1], 6)
        self.assertEqual(self.measure(lambda command: done(1.0), self.subject(size=17 * MIB), rounds=3)[1], 2)

    def test_the_product_must_load_what_is_generated_and_may_refuse_the_rest(self):
        def answer(command):
            if command == ["ours"]:
                raise EngineFailure("unsupportedFeature")
            return done(1.0)

        with self.assertRaisesRegex(BenchmarkFailure, "unsupportedFeature"):
            self.measure(answer, self.subject())
        results, _ = self.measure(answer, self.subject(function=None))
        self.assertEqual(results[0]["missing"]["ours"], "unsupportedFeature")
        self.assertIsNone(results[0]["loads"]["peer"]["ratio"])
        self.assertIn("peer", table.load_table(results))

    def test_the_command_is_asked_for_what_it_accepts(self):
        found = load.loaders(peers.Tools(command_line="hanzo-wasm"), "library", self.folder)
        self.assertEqual(list(found), ["ours", "ours, command"])
        self.assertEqual(found["ours, command"](self.subject())[:2], ["hanzo-wasm", "call"])
        self.assertEqual(found["ours, command"](self.subject(function=None))[:2], ["hanzo-wasm", "info"])
        self.assertIn("63 MiB", found["ours, command"](self.subject(size=64 * MIB)))

    def test_components_and_a_missing_folder_are_named(self):
        modules = self.folder / "cases" / "real" / "_modules"
        self.assertEqual(load.real_subjects(self.folder, {"HANZO_WASM_SHARED": str(self.folder)})[0], [])
        modules.mkdir(parents=True)
        (modules / "a.wasm").write_bytes(b"\0asm\1\0\0\0")
        (modules / "b.wasm").write_bytes(load.COMPONENT_HEADER)
        subjects, notes = load.real_subjects(self.folder, {"HANZO_WASM_SHARED": str(self.folder)})
        self.assertEqual([subject.name for subject in subjects], ["a"])
        self.assertEqual(notes, ["b.wasm: a component, not a core module"])
