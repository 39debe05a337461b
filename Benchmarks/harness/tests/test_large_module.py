"""The generator of large modules: what it makes is valid, of the size asked for, and calls across copies."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

from harness import large_module
from harness.instructions import (
    MalformedModule, read_signed, read_unsigned, walk, write_signed, write_unsigned)
from harness.tests.support import BENCHMARKS, validate, wasm_tools

def section(number, content):
    return bytes((number,)) + write_unsigned(len(content)) + content


def name(text):
    return write_unsigned(len(text)) + text.encode()


def body(code):
    return write_unsigned(len(code) + 1) + b"\0" + code


def base():
    """Imports one function; the others call it and each other, and have constants. Exports `first` and `_start`."""
    types = b"\x02\x60\0\0\x60\x01\x7f\x01\x7f"
    constants = b"".join(b"\x41" + write_signed(value) + b"\x1a" for value in (5, -100000, 7, 1 << 20, 3, 4, 5, -1))
    bodies = [
        body(b"\x10\x00" + b"\x41\x07\x10\x02\x1a" * 4 + b"\x0b"),
        body(constants + b"\x02\x40\x0c\x00\x0b\x10\x01\x20\x00\x28\x02\x04\x0b"),
    ]
    return large_module.MAGIC + section(1, types) + section(2, b"\x01" + name("env") + name("f") + b"\0\0") + section(
        3, b"\x02\0\x01") + section(5, b"\x01\0\x01") + section(
        7, b"\x03" + name("first") + b"\0\x01" + name("_start") + b"\0\x01" + name("g") + b"\0\x02") + section(
        8, b"\x01") + section(10, b"\x02" + b"".join(bodies)) + section(0, name("name") + b"\0\0")


def callees(module):
    """The callees of each body."""
    found = []
    for code in large_module.read_bodies(large_module.read_sections(module)[large_module.CODE]):
        found.append([
            read_unsigned(code, begin)[0] for opcode, begin, _ in walk(code, large_module.skip_locals(code), len(code))
            if opcode == 0x10])
    return found


class ValidityTests(unittest.TestCase):
    def setUp(self):
        # Skips each of these tests once, where there is no validator.
        wasm_tools()

    def test_the_base_and_what_is_made_of_it_are_valid(self):
        self.assertEqual(validate(base()), "")
        for size in (1, 5_000, 400_000):
            with self.subTest(size=size):
                self.assertEqual(validate(large_module.enlarge(base(), size)), "")

    def test_the_committed_programs_can_be_enlarged(self):
        modules = sorted((BENCHMARKS / "programs").glob("*.wasm"))
        self.assertTrue(modules)
        for path in modules:
            with self.subTest(module=path.name):
                # Structs and arrays are more than the generator knows of types.
                if path.name.startswith("gc_"):
                    with self.assertRaises(large_module.MalformedModule):
                        large_module.enlarge(path.read_bytes(), 60_000)
                else:
                    self.assertEqual(validate(large_module.enlarge(path.read_bytes(), 60_000)), "")


class GeneratorTests(unittest.TestCase):
    def test_the_size_is_about_what_was_asked_for(self):
        for size in (10_000, 300_000, 2_000_000):
            with self.subTest(size=size):
                made = len(large_module.enlarge(base(), size))
                self.assertLess(made, size * 1.01)
                self.assertGreater(made, size * 0.75)

    def test_calls_go_to_other_copies_and_imports_stay(self):
        found = callees(large_module.enlarge(base(), 5_000))
        copies = (len(found) - 1) // 2
        self.assertGreater(copies, 20)
        # The first call of the first function is the import's; the others go round three copies.
        self.assertEqual(found[0], [0, 2 + 2 * 1, 2 + 2 * 2, 2, 2 + 2 * 1])
        self.assertEqual(found[2], [0, 4 + 2 * 1, 4 + 2 * 2, 4, 4 + 2 * 1])
        self.assertEqual(found[2 * copies - 2][1], 2)
        self.assertLess(max(max(calls, default=0) for calls in found), 1 + 2 * copies)

    def test_every_fourth_constant_differs_from_copy_to_copy(self):
        bodies = large_module.read_bodies(large_module.read_sections(large_module.enlarge(base(), 5_000))[10])
        constants = [
            [read_signed(code, begin)[0] for opcode, begin, _ in walk(code, 1, len(code)) if opcode == 0x41]
            for code in bodies[1:21:2]]
        self.assertEqual(constants[0], [5, -100000, 7, 1 << 20, 3, 4, 5, -1])
        for copy, values in enumerate(constants):
            self.assertEqual(values, [5, -100000, 7, (1 << 20) ^ copy, 3, 4, 5, -1 ^ copy])

    def test_only_the_cheap_function_would_run(self):
        sections = large_module.read_sections(large_module.enlarge(base(), 5_000))
        self.assertNotIn(large_module.START, sections)
        exports = sections[large_module.EXPORT]
        self.assertNotIn(b"_start", exports)
        self.assertEqual(exports.count(b"first"), 1)
        self.assertEqual(large_module.read_bodies(sections[10])[-1], b"\0\x41\x2a\x0b")

    def test_what_is_no_module_is_refused(self):
        for module in (b"", b"(module)", base()[:40], large_module.MAGIC):
            with self.subTest(module=module), self.assertRaises(MalformedModule):
                large_module.enlarge(module, 1000)

    def test_an_unknown_opcode_is_refused(self):
        with self.assertRaisesRegex(MalformedModule, "0x1f"):
            list(walk(b"\x1f\x00", 0, 2))

    def test_numbers_survive_writing_and_reading(self):
        for value in (0, 1, 127, 128, 16383, 16384, 2**32 - 1):
            self.assertEqual(read_unsigned(write_unsigned(value), 0)[0], value)
        for value in (0, -1, 63, 64, -64, -65, 2**31 - 1, -(2**31)):
            self.assertEqual(read_signed(write_signed(value), 0)[0], value)


class CommandTests(unittest.TestCase):
    def run_generator(self, *arguments):
        return subprocess.run(
            [sys.executable, "-B", str(BENCHMARKS / "make-large-module"), *arguments], capture_output=True, text=True)

    def test_it_writes_the_module(self):
        with tempfile.TemporaryDirectory() as folder:
            source, output = pathlib.Path(folder, "base.wasm"), pathlib.Path(folder, "large.wasm")
            source.write_bytes(base())
            done = self.run_generator(str(source), "1", str(output))
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertAlmostEqual(output.stat().st_size / 1e6, 1, delta=0.2)

    def test_a_mistake_has_its_exit_code_and_a_sentence(self):
        for arguments, code in (
            ((), 64), (("a", "0", "b"), 64), (("a", "x", "b"), 64), (("/no/such/base.wasm", "1", "/dev/null"), 1),
        ):
            with self.subTest(arguments=arguments):
                done = self.run_generator(*arguments)
                self.assertEqual(done.returncode, code)
                self.assertIn("error: ", done.stderr)
