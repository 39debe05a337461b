"""The group execute, with engines that are shell scripts and costs that are made up."""

import json
import pathlib
import tempfile
import unittest

from harness import execute, table
from harness.engines import Engine
from harness.failure import BenchmarkFailure, EngineFailure
from harness.measure import Run


class FakeRunner:
    """Answers commands of the form (engine, module, size) by `answer`, and notes their order."""

    def __init__(self, answer):
        self.answer, self.order = answer, []

    def run(self, command, timeout=0):
        self.order.append(tuple(str(part) for part in command))
        return self.answer(*command)


def done(cpu, output="7"):
    return Run(cpu=cpu, wall=cpu, peak_memory=0, output=output)


def engine(name, **more):
    return Engine(name, name, lambda module, function, arguments: [name, module, arguments[0]], **more)


def program(name, half):
    return execute.Program(name, half, pathlib.Path(f"{name}.wasm"), 100, 1, 7, 7)


PROGRAMS = [program("a", "tune"), program("b", "judge")]


def measure(answer, engines, rounds=1, programs=PROGRAMS):
    runner = FakeRunner(lambda name, module, size, *json_flag: (
        done(9, json.dumps({"usage": {"cpuNanoseconds": 10**9}})) if json_flag else answer(name, module, size)))
    with tempfile.TemporaryDirectory() as folder:
        results = execute.measure(runner, engines, programs, rounds, pathlib.Path(folder))
    return results, [entry for entry in runner.order if "--json" not in entry]


class ExecuteTests(unittest.TestCase):
    def test_seconds_are_without_the_start_and_ratios_are_to_ours(self):
        costs = {("ours", 1): 1.0, ("ours", 100): 3.0, ("peer", 1): 0.5, ("peer", 100): 4.5}
        results, _ = measure(lambda name, module, size: done(costs[name, size]), [engine("ours"), engine("peer")])
        cells = results["programs"][0]["engines"]
        self.assertEqual(cells["ours"]["seconds"], 2.0)
        self.assertEqual((cells["peer"]["seconds"], cells["peer"]["ratio"]), (4.0, 2.0))
        self.assertAlmostEqual(results["geomeans"]["judge"]["peer"]["ratio"], 2.0)
        self.assertIn("2.00x", table.execute_table(results))

    def test_engines_take_turns_inside_each_round(self):
        _, order = measure(
            lambda name, module, size: done(float(size)), [engine("ours"), engine("peer")], rounds=2,
            programs=PROGRAMS[:1])
        names = [name for name, _, size in order if size == "100"]
        self.assertEqual(names, ["ours", "peer", "ours", "peer"])

    def test_a_wrong_answer_of_any_engine_fails_the_run(self):
        for wrong in ("ours", "peer"):
            with self.subTest(wrong=wrong), self.assertRaisesRegex(BenchmarkFailure, f"{wrong}: a\\(.*8 instead of 7"):
                measure(
                    lambda name, module, size: done(float(size), "8" if name == wrong else "7"),
                    [engine("ours"), engine("peer")])

    def test_a_peer_that_fails_is_left_out_with_its_reason(self):
        def answer(name, module, size):
            if name == "peer" and str(module) == "a.wasm":
                raise EngineFailure("unknown opcode")
            return done(float(size))

        results, order = measure(answer, [engine("ours"), engine("peer")], rounds=3)
        self.assertIsNone(results["programs"][0]["engines"]["peer"]["seconds"])
        self.assertEqual(table.execute_notes(results), ["peer, a: unknown opcode"])
        self.assertEqual(results["geomeans"]["all"]["peer"], {"ratio": 1.0, "programs": 1})
        self.assertEqual(sum(entry[:2] == ("peer", "a.wasm") for entry in order), 1)
        self.assertIn("(1) 1.00x", table.execute_table(results))

    def test_a_product_that_fails_fails_the_run(self):
        def answer(name, module, size):
            raise EngineFailure("exit code 125")

        with self.assertRaisesRegex(BenchmarkFailure, "exit code 125"):
            measure(answer, [engine("ours")])

    def test_a_worker_that_is_not_waited_for_fails_the_run(self):
        runner = FakeRunner(lambda *command: done(0.5, json.dumps({"usage": {"cpuNanoseconds": 10**9}})))
        with tempfile.TemporaryDirectory() as folder, self.assertRaisesRegex(BenchmarkFailure, "no longer waits"):
            execute.measure(runner, [engine("ours")], PROGRAMS, 1, pathlib.Path(folder))

    def test_an_engine_that_knows_only_start_is_set_against_an_empty_module(self):
        def answer(name, module, size):
            return done(float(size))

        start = engine(
            "start", start_command=lambda module: ["start", module, 10 if module.name == "empty.wasm" else 50])
        results, _ = measure(answer, [engine("ours"), start])
        self.assertEqual(results["programs"][0]["engines"]["start"]["seconds"], 40.0)

    def test_a_module_is_compiled_once_and_outside_of_the_figure(self):
        compiler = engine("peer", precompile=lambda module, output: ["compile", output, 1000])
        results, order = measure(lambda name, module, size: done(float(size)), [engine("ours"), compiler], rounds=2)
        self.assertEqual(sum(entry[0] == "compile" for entry in order), len(PROGRAMS))
        self.assertEqual(results["programs"][0]["engines"]["peer"]["seconds"], 99.0)
        self.assertTrue(all(entry[1].endswith(".cwasm") for entry in order if entry[0] == "peer"))


class ProgramListTests(unittest.TestCase):
    ENTRY = {"name": "a", "half": "tune", "what": "", "size": 9, "small": 1, "result": "-3", "smallResult": "4"}

    def read(self, text, module=True):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "programs.json").write_text(text)
            if module:
                pathlib.Path(folder, "a.wasm").write_bytes(b"")
            return execute.read_programs(pathlib.Path(folder))

    def test_results_are_whole_numbers_in_text(self):
        found = self.read(json.dumps([self.ENTRY]))[0]
        self.assertEqual((found.size, found.small, found.result, found.small_result), (9, 1, -3, 4))

    def test_a_list_that_cannot_be_used_is_refused(self):
        without_size = {key: value for key, value in self.ENTRY.items() if key != "size"}
        for text in (
            "", "{}", "[]", json.dumps([without_size]), json.dumps([{**self.ENTRY, "half": "third"}]),
            json.dumps([{**self.ENTRY, "result": "x"}]),
        ):
            with self.subTest(text=text), self.assertRaises(BenchmarkFailure):
                self.read(text)
        with self.assertRaisesRegex(BenchmarkFailure, "missing"):
            self.read(json.dumps([self.ENTRY]), module=False)
