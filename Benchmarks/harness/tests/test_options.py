"""The command line: what it fills in, and that a mistake is exit code 64 and a sentence."""

import contextlib
import io
import types
import unittest

from harness import options


def refusal(*arguments):
    """(exit code, what was said) of arguments that are refused."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            options.parse(list(arguments))
    except SystemExit as end:
        return end.code, said.getvalue()
    return None, ""


def program(name, half):
    return types.SimpleNamespace(name=name, half=half)


PROGRAMS = [program(f"{half[0]}{number}", half) for half in ("tune", "judge") for number in range(3)]


class OptionsTests(unittest.TestCase):
    def test_a_mistake_is_64_and_names_what_is_wrong(self):
        for arguments, word in (
            (["--group", "execute,speed"], "speed"), (["--engines", "v8"], "v8"), (["--rounds", "0"], "'0'"),
            (["--rounds", "-3"], "'-3'"), (["--rounds", "many"], "'many'"), (["--rounds"], "--rounds"),
            (["--sizes", "1,x"], "'x'"), (["--fast"], "--fast"), (["stray"], "stray"), (["--quic"], "--quic"),
            (["--json", "/no/such/folder/x.json"], "/no/such/folder"),
            (["--chart", "/no/such/folder/x.svg"], "/no/such/folder"),
            (["--chart", "x.svg", "--group", "load"], "execute"),
        ):
            with self.subTest(arguments=arguments):
                code, said = refusal(*arguments)
                self.assertEqual(code, 64)
                self.assertIn(word, said)
                self.assertIn("--help", said)

    def test_defaults_are_everything(self):
        found = options.parse([])
        self.assertEqual(found.group, list(options.GROUPS))
        self.assertIsNone(found.engines)
        self.assertEqual((found.rounds, found.amount, found.sizes), (5, "full", [1, 8, 30, 70]))

    def test_quick_is_one_round_and_small_modules_unless_told_otherwise(self):
        found = options.parse(["--quick"])
        self.assertEqual((found.rounds, found.amount, found.sizes), (1, "quick", [1]))
        found = options.parse(["--quick", "--rounds", "3", "--sizes", "2,4"])
        self.assertEqual((found.rounds, found.sizes), (3, [2, 4]))

    def test_ours_is_always_measured(self):
        self.assertEqual(options.parse(["--engines", "wasm3"]).engines, ["ours", "wasm3"])
        self.assertEqual(options.parse(["--engines", "winch,ours"]).engines, ["winch", "ours"])

    def test_quick_takes_two_programs_of_each_half(self):
        quick, full = options.parse(["--quick"]), options.parse([])
        self.assertEqual([p.name for p in options.choose_programs(quick, PROGRAMS)], ["t0", "t1", "j0", "j1"])
        self.assertEqual(options.choose_programs(full, PROGRAMS), PROGRAMS)

    def test_chosen_programs_win_over_quick_and_must_exist(self):
        found = options.parse(["--quick", "--programs", "j2,t0"])
        self.assertEqual([p.name for p in options.choose_programs(found, PROGRAMS)], ["t0", "j2"])
        with self.assertRaises(SystemExit) as refused, contextlib.redirect_stderr(io.StringIO()):
            options.choose_programs(options.parse(["--programs", "gone"]), PROGRAMS)
        self.assertEqual(refused.exception.code, 64)

    def test_help_lists_every_group_and_engine(self):
        text = options.parser().format_help()
        for name in (*options.GROUPS, *options.ENGINE_NAMES):
            self.assertIn(name, text)
