"""The engines that programs run on: how each is started, and how its answer is read.

An engine takes a program of the shape of `programs/programs.json`: `run(i32) -> i64`, no imports.
"""

import dataclasses
import pathlib
import re
from collections.abc import Callable

HARNESS = pathlib.Path(__file__).resolve().parent
# More than any benchmark executes: the limit is never reached, but every instruction is counted.
LARGE_FUEL = 10**18


@dataclasses.dataclass(frozen=True)
class Engine:
    identifier: str
    what: str
    # (module file, function, arguments) -> command
    command: Callable[[pathlib.Path, str, list], list]
    # Turns a module into the file that `command` takes: (module file, output file) -> command, or None.
    precompile: Callable[[pathlib.Path, pathlib.Path], list] | None = None
    # For an engine that only ever runs `_start` of such a module: module file -> command. `_start` computes the whole
    # size and traps if the result is wrong.
    start_command: Callable[[pathlib.Path], list] | None = None


# (module (func (export "_start"))): what a `_start` engine needs for nothing.
EMPTY_COMMAND = bytes.fromhex("0061736d010000000104016000000302010007" "0a01065f7374617274" "0000" "0a040102000b")

NUMBER = re.compile(r"0x[0-9a-fA-F]+|-?\d+")


def read_integer(output, bits=64):
    """The signed integer that an engine printed last; None if there is none.

    Engines differ: `8`, `i64(8)`, `0x8:i64`, `Result: 8`, signed or unsigned. Types (`i64`) are not numbers.
    """
    text = re.sub(r"\b[if](32|64)\b", "", output)
    found = NUMBER.findall(text)
    if not found:
        return None
    value = int(found[-1], 0) & ((1 << bits) - 1)
    return value - (1 << bits) if value >> (bits - 1) else value


def ours(command_line, fuel):
    def command(module, function, arguments):
        return [
            command_line, "call", module, function, "[" + ", ".join(map(str, arguments)) + "]", "--fuel", fuel,
            "--timeout", "60m", "--memory", "1GiB",
        ]

    return command


def wasmtime(executable, *options):
    def command(module, function, arguments):
        return [
            executable, "run", "--allow-precompiled", *options, "--invoke", function, module, *arguments]

    def precompile(module, output):
        return [executable, "compile", *options, module, "-o", output]

    return command, precompile


def all_engines(tools):
    """Every engine whose program `tools` (peers.Tools) has, in the order of the table."""
    engines = [
        Engine("ours", "hanzo-wasm, fuel counted", ours(tools.command_line, LARGE_FUEL)),
        Engine("ours-no-fuel", "hanzo-wasm --fuel none", ours(tools.command_line, "none")),
    ]
    if tools.wasm3_python:
        child = HARNESS / "wasm3_child.py"
        engines.append(Engine(
            "wasm3", "wasm3 (pywasm3), interpreter",
            lambda module, function, arguments: [tools.wasm3_python, "-I", child, module, function, *arguments]))
    if tools.wasm3_binary:
        engines.append(Engine(
            "wasm3-binary", "wasm3 of HANZO_BENCH_WASM3, interpreter",
            lambda module, function, arguments: [tools.wasm3_binary, "--func", function, module, *arguments]))
    if tools.wasmi:
        engines.append(Engine(
            "wasmi", "wasmi of HANZO_BENCH_WASMI, interpreter",
            lambda module, function, arguments: [
                tools.wasmi, *tools.wasmi_subcommand, "--invoke", function, module, *arguments]))
    if tools.iwasm:
        engines.append(Engine(
            "iwasm", "iwasm of HANZO_BENCH_IWASM",
            lambda module, function, arguments: [
                tools.iwasm, "--stack-size=1048576", "-f", function, module, *arguments]))
    if tools.wasmkit:
        engines.append(Engine(
            "wasmkit", "wasmkit run, interpreter",
            lambda module, function, arguments: [
                tools.wasmkit, "run", module, function, *(f"i32:{value}" for value in arguments)],
            # wasmkit takes a module with `_start` for a WASI command, whatever function is asked for.
            start_command=lambda module: [tools.wasmkit, "run", module]))
    if tools.wasmtime:
        for name, what, options in (
            ("pulley", "wasmtime, Pulley bytecode interpreter", ("--target", "pulley64")),
            ("winch", "wasmtime, Winch baseline compiler", ("-C", "compiler=winch")),
            ("cranelift", "wasmtime, Cranelift optimising compiler", ("-C", "compiler=cranelift")),
        ):
            command, precompile = wasmtime(tools.wasmtime, *options)
            engines.append(Engine(name, what, command, precompile))
    return engines


# Every name that --engines takes, whether the engine is on this machine or not.
ENGINE_NAMES = (
    "ours", "ours-no-fuel", "wasm3", "wasm3-binary", "wasmi", "iwasm", "wasmkit", "pulley", "winch", "cranelift",
)
