"""The group commands, with programs and costs that are made up."""

import json
import pathlib
import tempfile
import unittest

from harness import commands, peers, table
from harness.failure import BenchmarkFailure, EngineFailure
from harness.measure import Run


class FakeRunner:
    """Writes what each engine answers to where the wrapper would."""

    def __init__(self, answers):
        self.answers, self.commands = answers, []

    def run(self, command, timeout=0):
        self.commands.append(command)
        output, engine = command[5], command[7]
        cost, text = self.answers[engine]
        if cost is None:
            raise EngineFailure(text)
        pathlib.Path(output).write_text(text)
        return Run(cpu=cost, wall=cost, peak_memory=1, output="")


class CommandsTests(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        case = self.folder / "shared" / "cases" / "real" / "tool"
        (case / "expected").mkdir(parents=True)
        (case / "files").mkdir()
        (case / "files" / "a").write_text("a")
        (case / "expected" / "stdout").write_text("right")
        (case / "in.txt").write_text("input")
        (case / "m.wasm").write_bytes(b"\0asm")
        self.write(case, "command", "wasm2")
        for name, kind, level in (("library", "reactor", "wasm2"), ("new", "command", "wasm3")):
            (case.parent / name).mkdir()
            self.write(case.parent / name, kind, level)
        self.programs, self.notes = commands.read_programs(
            self.folder / "root", self.folder, {"HANZO_WASM_SHARED": str(self.folder / "shared")})

    def write(self, folder, kind, level):
        (folder / "case.json").write_text(json.dumps({
            "wasm": "m.wasm", "kind": kind, "level": level, "args": ["tool", "-v"], "env": {"A": "1"},
            "stdin_file": "in.txt", "dirs": [{"host": "files", "guest": "/data"}], "expect_exit": 3}))

    def test_only_commands_that_the_engine_can_run_are_measured(self):
        self.assertEqual([program.name for program in self.programs], ["tool"])
        self.assertEqual(self.notes, [])
        self.assertEqual((self.programs[0].directories[0][0] / "a").read_text(), "a")
        self.assertEqual(commands.read_programs(self.folder, self.folder, {"HANZO_WASM_SHARED": "/none"})[0], [])

    def test_the_command_lines_give_each_engine_the_same(self):
        found = commands.runners(peers.Tools(command_line="ours", wasmtime="wasmtime", wasmkit="wasmkit"))
        ours = [str(part) for part in found["ours"](self.programs[0])]
        self.assertEqual(ours[:2] + ours[-2:], ["ours", "run", "--", "-v"])
        self.assertIn("--env=A=1", ours)
        self.assertTrue(any(part.endswith("::/data") for part in ours))
        self.assertEqual(found["wasmtime run (Cranelift)"](self.programs[0])[:4], ["wasmtime", "run", "-C", "cache=n"])
        self.assertIsInstance(found["wasmkit run"](self.programs[0]), str)

    def test_answers_are_checked_and_ratios_are_the_other_s_cost_by_ours(self):
        found = {"ours": lambda p: ["ours"], "peer": lambda p: ["peer"], "wrong": lambda p: ["wrong"],
                 "dead": lambda p: ["dead"]}
        answers = {"ours": (2.0, "right"), "peer": (1.0, "right"), "wrong": (1.0, "left"), "dead": (None, "no")}
        runner = FakeRunner(answers)
        results = commands.measure(runner, self.programs, found, 2, self.folder)
        self.assertEqual(results[0]["runs"]["peer"]["ratio"], 0.5)
        self.assertEqual(results[0]["missing"], {"wrong": "another output than expected", "dead": "no"})
        # What failed once is not asked again.
        self.assertEqual(len(runner.commands), 6)
        self.assertEqual(runner.commands[0][4].name, "in.txt")
        self.assertIn("peer", table.command_table(results))
        self.assertEqual(len(table.load_notes(results)), 2)

    def test_a_wrong_answer_of_the_product_ends_the_run(self):
        with self.assertRaises(BenchmarkFailure):
            commands.measure(
                FakeRunner({"ours": (1.0, "left")}), self.programs, {"ours": lambda p: ["ours"]}, 1, self.folder)


if __name__ == "__main__":
    unittest.main()
